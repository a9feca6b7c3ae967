"""`python -m generator` is the command `deckwright`."""

from generator import interrupts


def main() -> None:
    """Run the command and exit. Its libraries are imported here, so that Ctrl-C is answered while they are."""
    interrupts.end_at_once()
    from generator import cli

    cli.main()


if __name__ == "__main__":
    main()
