"""`python -m tests.benchmarks.alarms FOLDER...` counts what `check` says of each project, by code.

The last row is how many warnings of learning (L) come for 100 notes. With --show CODE each alarm of a code is printed
beside its line, to be judged.
"""

import argparse
from collections import Counter
from pathlib import Path

from generator.base.codes import table
from generator.base.diagnostics import Diagnostic
from generator.pipeline.check import check


def counted(folder: Path) -> tuple[int, tuple[Diagnostic, ...]]:
    """Return how many notes a project has, and what is said of it."""
    checked = check(folder)
    return sum(len(deck.notes) for deck in checked.decks), checked.diagnostics


def columns(cells: list[str]) -> str:
    """Return a row of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table, or the alarms of one code."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.alarms", description=__doc__)
    options.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    options.add_argument("--show", metavar="CODE", help="print each alarm of this code")
    given = options.parse_args()
    found = {folder.name: counted(folder) for folder in given.folders}
    if given.show:
        for _, told in found.values():
            for it in told:
                if it.code == given.show:
                    print(f"{it.span.where}: {it.message}\n    {it.span.excerpt.strip()}")
        return
    codes = {name: Counter(it.code for it in told) for name, (_, told) in found.items()}
    print(columns(["code", *found, "all"]))
    print(columns(["---"] * (len(found) + 2)))
    for code in table():
        row = [codes[name][code] for name in found]
        if any(row):
            print(columns([code, *map(str, row), str(sum(row))]))
    notes = [count for count, _ in found.values()]
    lessons = [sum(many for code, many in it.items() if code[0] == "L") for it in codes.values()]
    print(columns(["notes", *map(str, notes), str(sum(notes))]))
    shares = [f"{100 * many / max(1, count):.1f}" for many, count in zip(lessons, notes, strict=True)]
    print(columns(["L for 100 notes", *shares, f"{100 * sum(lessons) / max(1, sum(notes)):.1f}"]))


if __name__ == "__main__":
    main()
