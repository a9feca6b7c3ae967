"""`python -m tests.benchmarks.rivals NOTES NAME=PROGRAM...`: a first build beside other compilers, in turns.

A name is anki-yaml-tool or ankdown; the program is where it is installed, best in an environment of its own. They get
the same texts as plain questions and answers, in the form each of them reads.
"""

import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.notes import write_deck
from tests.benchmarks.process import ran

_CONFIG = {
    "name": "Basic",
    "deck-name": "Benchmark",
    "css": ".card { font-size: 20px; }",
    "fields": ["Front", "Back"],
    "templates": [{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr>{{Back}}"}],
}


def main(count: int, programs: dict[str, str]) -> None:
    """Print a row for each: CPU of ours, and how much of it the other takes."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_deck(work / "source" / "deck", count)
        pairs = _pairs(work / "source" / "deck")
        commands = {name: _COMMANDS[name](work, pairs, program) for name, program in programs.items()}
        for name, command in commands.items():
            ours, theirs = [], []
            for _ in range(3):
                shutil.rmtree(work / "out", ignore_errors=True)
                build = ("build", str(work / "source"), "-o", str(work / "out"), "-q", "--no-cache")
                ours.append(ran(sys.executable, "-m", "generator", *build).cpu)
                theirs.append(ran(*command).cpu)
            mine = statistics.median(ours)
            print(f"| {name} | {count:,} | {mine:.2f} s | {statistics.median(theirs) / mine:.1f}x |", flush=True)


def _pairs(folder: Path) -> list[tuple[str, str]]:
    """Return front and back of every note; those of a cloze are its text and what comes with it."""
    files = [yaml.load(it.read_bytes(), yaml.CSafeLoader) for it in sorted(folder.glob("notes_*.yaml"))]
    notes: list[dict[str, Any]] = [note for file in files for note in file["notes"]]
    return [(it.get("question") or it["cloze"], it.get("answer") or it["extra"]) for it in notes]


def _anki_yaml_tool(work: Path, pairs: list[tuple[str, str]], program: str) -> list[str]:
    """Write the deck as one file."""
    data = [{"front": front, "back": back} for front, back in pairs]
    text = yaml.dump({"config": _CONFIG, "data": data}, Dumper=yaml.CSafeDumper, allow_unicode=True)
    (work / "deck.yaml").write_text(text, encoding="utf-8")
    return [program, "build", "--file", str(work / "deck.yaml"), "--output", str(work / "other.apkg")]


def _ankdown(work: Path, pairs: list[tuple[str, str]], program: str) -> list[str]:
    """Write the deck as one file of Markdown."""
    (work / "markdown").mkdir()
    text = "\n---\n\n".join(f"{front}\n\n%\n\n{back}\n" for front, back in pairs)
    (work / "markdown" / "benchmark.md").write_text(text, encoding="utf-8")
    return [program, "-r", str(work / "markdown"), "-p", str(work / "other.apkg")]


_COMMANDS = {"anki-yaml-tool": _anki_yaml_tool, "ankdown": _ankdown}

if __name__ == "__main__":
    main(int(sys.argv[1]), dict(it.split("=", 1) for it in sys.argv[2:]))
