"""Edits a deck of every kind at random and builds it by the cache and without: `python -m tests.cached 500 [seed]`.

After each edit the two must print the same, and have the same bytes in every file. In one deck of two a few words are
mixed, so that notes are alike and much is warned of; in the other many, and most edits reword a note.
"""

import os
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.author import Author, Ran
from tests.support import DECK, DISPUTES, SOURCES, SVG

WORDS = "bone calcium dermis elbow finger gout heel iron joint knee lung marrow nail oedema plaque".split()
MANY_WORDS = [
    f"{begin}{middle}{end}"
    for begin in "b d f gr h k l m p st t v".split()
    for middle in "a e i o u".split()
    for end in "lm nder rk sto tis x".split()
]
COMMANDS = (
    *[["build"]] * 8,
    *[["build", "--retire", "--reason", "gone"]] * 8,
    ["build", "--format", "json"],
    ["build", "--forget"],
    ["check"],
    ["check", "--format", "json"],
    ["plan"],
    ["release"],
)
KINDS: dict[str, str] = {
    "question": "question: What is the {0} of the {1}, by {2}?\n    answer: The {3} {4}\n{reverse}",
    "pictured": "question: Which {0} is this? ![scan]({picture})\n    answer: The {1}\n",
    "cloze": 'cloze: "The {0} of {{{{c1::{1} {2}}}}} is next to {{{{c2::the {3}}}}}."\n',
    "list": "list: Parts of the {0}\n    items:\n{items}",
    "table": "table: Kinds of {0}\n    columns: {{a: Name of {1}, b: Use}}\n    rows:\n{rows}",
    "case": "case: A man of 52 with a {0} and a hard {1}.\n    asks:\n{asks}",
    "choose": "choose: Which of these is a {0}?\n    right: The {1}\n    wrong:\n      x: {{text: A {2}, why: No.}}\n",
    "image": "image: {picture}\n    header: Layers of the {0}\n    masks:\n{masks}",
}


@dataclass
class Written:
    """A deck as it is drawn: file -> note -> its text. `head` are the files with names of their own."""

    head: dict[str, str | bytes | None] = field(default_factory=dict)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    top: dict[str, str] = field(default_factory=dict)  # what stands above the notes of a file
    given: int = 0


class Edits:
    """Draws edits of a deck."""

    words: Sequence[str] = WORDS
    commands: Sequence[list[str]] = COMMANDS

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.deck = Written()
        self.slips: dict[str, str | bytes | None] = {}  # files with a mistake, in place of those without
        self.deck.head = {"media/skin.svg": SVG, "media/scan.svg": SVG.replace(b"Skin", b"Scan")}
        for number in range(4):
            self.deck.files[f"part{number}.yaml"] = {}
        for kind in [*KINDS, *KINDS]:
            self.add(kind)

    def note(self, id: str, kind: str) -> str:
        """Return the text of a note."""
        dice, some = self.dice, self._some
        keyed = [(key, some(1)) for key in dice.sample("abcd", dice.randint(1, 4))]
        parts = {
            "reverse": dice.choice(["", "    reverse: true\n"]),
            "picture": dice.choice(["skin.svg", "scan.svg"]),
            "items": "".join(f"      {key}: {text}\n" for key, text in keyed),
            "rows": "".join(f"      {key}: {{name: {text}, a: {some(2)}, b: {some(1)}}}\n" for key, text in keyed),
            "asks": "".join(f"      {key}: {{ask: Which {text}?, answer: {some(2)}}}\n" for key, text in keyed),
            "masks": "".join(
                f"      {key}: {{rect: [{60 + 90 * at}, 40, 60, 40]}}\n" for at, (key, _) in enumerate(keyed)
            ),
        }
        more = [
            *["    sources: [reiter-2011]\n", "    sources: [dermnet]\n", '    sources: ["A book, 1999"]\n'] * 2,
            "    dispute: most-common-type\n    tags: [disputed]\n",
            f"    extra: {some(4)}, 5 % of 70\n",
            f"    tags: [{some(1)}, topic::{some(1)}]\n",
            f"    context: {some(2)}\n",
            "    allow: {L09: it is meant, L50: it is meant, L74: it is meant}\n",
            "    extra: |\n      one line\n      and another\n",
            "",
            "",
        ]
        return f"  - id: {id}\n    " + KINDS[kind].format(*dice.choices(self.words, k=5), **parts) + dice.choice(more)

    def _some(self, count: int) -> str:
        return " ".join(self.dice.choices(self.words, k=count))

    def _file(self) -> dict[str, str]:
        return self.deck.files[self.dice.choice(sorted(self.deck.files))]

    def _owner(self) -> tuple[dict[str, str], str]:
        """Return a note, and the file that has it; where there is none left, one that is new."""
        if not any(self.deck.files.values()):
            self.add()
        file = self.dice.choice([it for it in self.deck.files.values() if it])
        return file, self.dice.choice(sorted(file))

    def add(self, kind: str = "") -> None:
        """Add a note."""
        kind = kind or self.dice.choice(sorted(KINDS))
        self.deck.given += 1
        self._file()[f"{kind}-{self.deck.given}"] = self.note(f"{kind}-{self.deck.given}", kind)

    def reword(self) -> None:
        """Write a note anew."""
        file, id = self._owner()
        file[id] = self.note(id, id.partition("-")[0])

    def reword_a_little(self) -> None:
        """Write a word of a note in another way."""
        file, id = self._owner()
        there = [word for word in self.words if word in file[id]]
        file[id] = file[id].replace(self.dice.choice(there), self.dice.choice(self.words)) if there else file[id]

    def remove(self) -> None:
        """Remove a note."""
        file, id = self._owner()
        del file[id]

    def move(self) -> None:
        """Move a note to another place."""
        file, id = self._owner()
        self._file()[id] = file.pop(id)

    def rename(self) -> None:
        """Give a note another id, mostly with the id that it had."""
        file, id = self._owner()
        self.deck.given += 1
        new = f"{id.partition('-')[0]}-{self.deck.given}"
        was = f"    was: {id}\n" if self.dice.random() < 0.9 else ""
        text = re.sub(r"    was: .*\n", "", file.pop(id))
        file[new] = text.replace(f"id: {id}\n", f"id: {new}\n{was}")

    def copy(self) -> None:
        """Write a note twice, under two ids."""
        file, id = self._owner()
        self.deck.given += 1
        new = f"{id.partition('-')[0]}-{self.deck.given}"
        text = re.sub(r"    was: .*\n", "", file[id])
        file[new] = text.replace(f"id: {id}\n", f"id: {new}\n")

    def name_the_deck(self) -> None:
        """Change the deck's own file."""
        order = self.dice.choice(
            ["", "order: [part2, part0]\n", "language: de\n", "language: ar\n", "words: {sources: S}\n"]
        )
        self.deck.head["deck.yaml"] = DECK.replace("Test Deck", self.dice.choice(["Test Deck", "Test"])) + order

    def cite(self) -> None:
        """Change the sources, or a dispute."""
        word = self.dice.choice(WORDS)
        self.deck.head["sources.yaml"] = SOURCES.replace("Reiter", self.dice.choice(["Reiter", word]))
        self.deck.head["disputes.yaml"] = DISPUTES.replace("one page", self.dice.choice(["one page", word, "`one"]))

    def draw(self) -> None:
        """Change a picture, or put one beside it that no note uses, or take that away."""
        name, word = self.dice.choice(["skin", "scan", "other"]), self.dice.choice(WORDS).encode()
        more = [None, SVG.replace(b"<title>", b"<x>")] if name == "other" else []
        self.deck.head[f"media/{name}.svg"] = self.dice.choice([SVG, SVG.replace(b"Skin", word), *more])

    def head_a_file(self) -> None:
        """Change what stands above the notes of a file."""
        lines = ["", "subdeck: Bones\n", "subdeck: Bones::Old\n", "tags: [file]\n", "context: Of bones\n"]
        self.deck.top[self.dice.choice(sorted(self.deck.files))] = self.dice.choice(lines)

    def slip(self) -> None:
        """Make a mistake that is corrected in the next step: in a file of notes, or in one that others rest on."""
        name = self.dice.choice(sorted(self.deck.files))
        lines = [
            "  - {id: odd, qestion: x, answer: y}\n",
            "  - {id: odd, question: x, answer: y, sources: [unknown]}\n",
            "  - {id: odd, question: x, answer: '![y](none.png)'}\n",
            "  - {id: odd, cloze: '{{c1::x'}\n",
            "  - [\n",
            "  - {id: n\x00}\n",
        ]
        texts: dict[str, str | bytes | None] = {
            name: self._file_as(name) + self.dice.choice(lines),
            "sources.yaml": SOURCES + "reiter-2011: {title: x}\n",
            "disputes.yaml": "most-common-type: '`x\u200b'\n",
            "deck.yaml": DECK + "odd: 1\n",
            "media/skin.svg": b"<svg/>",
        }
        chosen = self.dice.choice([name, name, name, *texts])
        self.slips = {chosen: texts[chosen]}

    def split(self) -> None:
        """Give half of a file's notes to a file of their own, or take a file away."""
        name = self.dice.choice(sorted(self.deck.files))
        if len(self.deck.files) > 6:
            self.deck.files[min(self.deck.files)] |= self.deck.files.pop(name) if name != min(self.deck.files) else {}
            return
        file, self.deck.given = self.deck.files[name], self.deck.given + 1
        self.deck.files[f"part{self.deck.given}.yaml"] = {id: file.pop(id) for id in sorted(file)[::2]}

    def nothing(self) -> None:
        """Leave everything as it is."""

    def edit(self) -> None:
        """Make an edit or two."""
        self.slips = {}
        small = [self.reword, self.reword_a_little, self.add, self.remove, self.move, self.rename, self.nothing]
        large = [self.name_the_deck, self.cite, self.draw, self.head_a_file, self.split, self.copy, self.slip]
        for _ in range(self.dice.choice([1, 1, 2])):
            made: Callable[[], None] = self.dice.choice([*small, *small, *large])
            made()

    def _file_as(self, name: str) -> str:
        body = "".join(self.deck.files[name].values())
        return self.deck.top.get(name, "") + ("notes:\n" + body if body else "notes: []\n")

    def texts(self) -> dict[str, str | bytes | None]:
        """Return every file."""
        return {name: self._file_as(name) for name in self.deck.files} | self.deck.head | self.slips


class Rewordings(Edits):
    """Draws edits of a deck in which hardly anything is warned of: mostly other words."""

    words = MANY_WORDS
    commands = (
        *[["build"]] * 12,
        *[["build", "--retire", "--reason", "gone"]] * 3,
        ["build", "--format", "json"],
        ["build", "--strict"],
        ["check"],
        ["release"],
    )

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        for kind in sorted(KINDS) * 4:
            self.add(kind)
        for file in self.deck.files.values():
            for id, text in file.items():  # most notes of the deck have a source, so all of them should
                file[id] = text if "    sources:" in text else f"{text}    sources: [dermnet]\n"

    def quote(self) -> None:
        """Write a note in the words of another."""
        (_, id), (_, other) = self._owner(), self._owner()
        files = self.deck.files.values()
        kind = other.partition("-")[0]
        if kind == id.partition("-")[0]:
            text = next(file[other] for file in files if other in file)
            next(file for file in files if id in file)[id] = text.replace(f"id: {other}\n", f"id: {id}\n")

    def add_a_cloze(self) -> None:
        """Hide more of a note; of another kind, say more."""
        file, id = self._owner()
        number = 1 + max(map(int, re.findall(r"\{\{c(\d+)", file[id])), default=0)
        file[id] = file[id].replace('."\n', f', {{{{c{number}::{self._some(1)}}}}}."\n')

    def warn(self) -> None:
        """Write a question that can be answered with yes or no, or that no longer."""
        file, id = self._owner()
        was, now = self.dice.choice([("    question: What is", "    question: Is it true that this is")] * 2)
        file[id] = file[id].replace(was, now) if was in file[id] else file[id].replace(now, was)

    def append(self) -> None:
        """Add a note like many others."""
        self.deck.given += 1
        kind = self.dice.choice(sorted(KINDS))
        id = f"{kind}-{self.deck.given}"
        text = self.note(id, kind)
        while any(f"    {more}:" in text for more in ("dispute", "allow", "context", "tags")):
            text = self.note(id, kind)
        note = re.sub(r"    sources: .*\n", "", text) + "    sources: [dermnet]\n"
        file = self._file()
        before = {it: file.pop(it) for it in list(file)[self.dice.randint(0, len(file)) :]}
        file |= {id: note} | before

    def space(self) -> None:
        """Put a comment above the notes of a file."""
        self.deck.top[self.dice.choice(sorted(self.deck.files))] = self.dice.choice(["", "# one\n", "# one\n# two\n"])

    def edit(self) -> None:
        """Make an edit or two."""
        self.slips = {}
        small = [self.reword_a_little] * 8 + [
            self.add_a_cloze,
            self.quote,
            self.warn,
            self.warn,
            self.space,
            self.append,
        ]
        large = [self.reword, self.add, self.remove, self.move, self.rename, self.cite, self.draw, self.slip]
        for _ in range(self.dice.choice([1, 1, 2])):
            made: Callable[[], None] = self.dice.choice(small * 3 + large)
            made()


class Twins:
    """The same project twice: one is built by the cache, the other without."""

    def __init__(self, folder: Path) -> None:
        self.warm, self.cold = Author(folder / "warm", {}), Author(folder / "cold", {})
        self._day = 0.0

    def write(self, files: dict[str, str | bytes | None]) -> None:
        """Write a deck anew."""
        for author in (self.warm, self.cold):
            shutil.rmtree(author.source)
            author.write(files)

    def run(self, command: list[str]) -> tuple[Ran, Ran]:
        """Run a command in both."""
        self._day += 0.1
        cold = [*command, "--no-cache"] if command[0] != "release" else command
        return self.warm.run(*command, day=self._day), self.cold.run(*cold, day=self._day)


def compared(folder: Path, steps: int, seed: int) -> Iterator[str]:
    """Yield of each step what was asked for, and the exit status; AssertionError where the two differ."""
    edits, twins = (Rewordings if seed % 2 else Edits)(seed), Twins(folder)
    for step in range(steps):
        edits.edit()
        twins.write(edits.texts())
        for command in edits.dice.choices(edits.commands, k=edits.dice.randint(1, 3)):
            warm, cold = twins.run(command)
            assert warm == cold, (seed, step, command)
            assert twins.warm.files() == twins.cold.files(), (seed, step, command)
            yield f"{' '.join(command)}: {cold.status}"


def main(steps: int, seed: int) -> None:
    """Compare for so many steps, fifty with a deck."""
    for begun in range(seed, seed + max(1, steps // 50)):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
            os.environ.pop("CI", None)
            count = sum(1 for _ in compared(Path(folder), 50, begun))
        sys.stdout.write(f"seed {begun}: {count} runs are the same\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
