"""A program -> what its commands take on the shipped deck, in multiples of a Python that does nothing.

`python -m tests.benchmarks.startup FOLDER/bin/deckwright` measures an installed one with the Python beside it.
"""

import os
import shutil
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.process import ran

DECK = str(Path(__file__).parent.parent.parent / "cards_src" / "calcinosis_cutis")
RUNS = 15


def start_up(python: str, program: tuple[str, ...]) -> None:
    """Print a table. Cold is without a cache, of a build the first; warm is where nothing has changed."""
    with TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        first, again = f"{folder}/first", f"{folder}/again"
        commands = {
            "`--help`": ("--help",),
            "`check` of the shipped deck, cold": ("check", "--no-cache", DECK, "-q"),
            "`check` of it, warm": ("check", DECK, "-q"),
            "`build` of it, cold": ("build", "--no-cache", DECK, "-o", first, "-q"),
            "`build` of it, warm": ("build", DECK, "-o", again, "-q"),
        }
        ratios: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(RUNS + 1):  # the first fills the cache
            for name, arguments in commands.items():
                shutil.rmtree(first, ignore_errors=True)
                nothing = ran(python, "-c", "pass").cpu
                ratio = ran(*program, *arguments).cpu / nothing
                ratios[name] += [ratio] if turn else []
    print("\n| command | times `python -c pass` |\n|---|---|")
    for name, its in ratios.items():
        print(f"| {name} | {statistics.median(its):.1f} |", flush=True)


if __name__ == "__main__":
    start_up(str(Path(sys.argv[1]).parent / "python"), (sys.argv[1],))
