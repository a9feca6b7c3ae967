"""`python -m generator` is the command `deckwright`."""

import gc
import os


def main() -> None:
    """Run the command and exit. Everything is imported here, so that Ctrl-C is answered meanwhile."""
    gc.disable()  # imports and builds make many values and few cycles, and then all of it ends
    try:
        from generator.base import interrupts

        interrupts.end_at_once()
        from generator.cli.main import main as run
    except KeyboardInterrupt:  # it came before `interrupts` was there to answer
        os.write(2, b"deckwright: interrupted\n")
        os._exit(130)
    run()


if __name__ == "__main__":
    main()
