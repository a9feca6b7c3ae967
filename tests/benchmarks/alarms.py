"""`python -m tests.benchmarks.alarms FOLDER...` counts what `check` says of each project, by code.

The last rows are how many warnings of learning (L) come for 100 notes, and how many lines `check` needs at most to say
them: one for a file of which a rule hits more than a third. With --show CODE each alarm of a code is printed beside its
line, to be judged. A baseline of the project counts as if there were none.
"""

import argparse
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from generator.base.codes import table
from generator.base.diagnostics import Diagnostic
from generator.pipeline.check import check
from generator.source.project import BASELINE

SOURCE = "cards_src"


class Counted(NamedTuple):
    """What is said of a project."""

    notes: int
    told: tuple[Diagnostic, ...]
    usual: frozenset[tuple[str, str]]  # file and code where a rule hits more than a third of the notes

    @property
    def lessons(self) -> list[Diagnostic]:
        """How well the notes can be learnt."""
        return [it for it in self.told if it.code[0] == "L"]

    @property
    def lines(self) -> int:
        """How many lines say that."""
        places = [(it.span.path, it.code) for it in self.lessons]
        return len(self.usual.intersection(places)) + sum(it not in self.usual for it in places)


def counted(folder: Path) -> Counted:
    """Return how many notes a project has, and what is said of it."""
    source = folder / SOURCE if (folder / SOURCE).is_dir() else folder
    if (source / BASELINE).exists():
        raise SystemExit(f"{source / BASELINE}: move it away; of what it lets pass, nothing is known here")
    checked = check(source)
    notes = sum(len(deck.notes) for deck in checked.decks)
    return Counted(notes, checked.diagnostics, frozenset(checked.baseline.often))


def columns(cells: list[str]) -> str:
    """Return a row of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


def of_100(counts: list[int], notes: list[int]) -> list[str]:
    """Return each count for 100 notes, and that of all."""
    pairs = [*zip(counts, notes, strict=True), (sum(counts), sum(notes))]
    return [f"{100 * many / max(1, count):.1f}" for many, count in pairs]


def main() -> None:
    """Print the table, or the alarms of one code."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.alarms", description=__doc__)
    options.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    options.add_argument("--show", metavar="CODE", help="print each alarm of this code")
    given = options.parse_args()
    found = {folder.name: counted(folder) for folder in given.folders}
    if given.show:
        for it in (it for project in found.values() for it in project.told if it.code == given.show):
            print(f"{it.span.where}: {it.message}\n    {it.span.excerpt.strip()}")
        return
    codes = [Counter(it.code for it in project.told) for project in found.values()]
    print(columns(["code", *found, "all"]))
    print(columns(["---"] * (len(found) + 2)))
    for code in table():
        row = [its[code] for its in codes]
        if any(row):
            print(columns([code, *map(str, row), str(sum(row))]))
    notes = [it.notes for it in found.values()]
    print(columns(["notes", *map(str, notes), str(sum(notes))]))
    print(columns(["L for 100 notes", *of_100([len(it.lessons) for it in found.values()], notes)]))
    print(columns(["lines for 100 notes", *of_100([it.lines for it in found.values()], notes)]))


if __name__ == "__main__":
    main()
