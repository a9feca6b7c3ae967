"""A student beside an author: his collection is closed whenever a release is merged into it."""

import json
import shutil
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

from tests.anki_backend import Anki, Counts, opened
from tests.author import Author, Ran

COLLECTION = "anki/collection.anki2"
CORRECTED = ("questions.yaml", "Deep purple", "Deep blue")
WARFARIN = ("clozes.yaml", "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n", "")


class Student:
    """His collection, what he does in it, and what a push says."""

    def __init__(self, author: Author) -> None:
        self.author = author

    @property
    def path(self) -> Path:
        return self.author.root / COLLECTION

    def does(self, *sql: str) -> None:
        """Change the collection as the student does, in SQL."""
        with opened(self.path.parent) as anki:
            for statement in sql:
                anki.col.db.execute(statement)

    def writes(self, id: str, name: str, text: str) -> None:
        """Write a text of his own in a field."""
        with opened(self.path.parent) as anki:
            note = found(anki, id)
            note[name] = text
            anki.col.update_note(note)

    def tags(self, id: str, *tags: str) -> None:
        with opened(self.path.parent) as anki:
            note = found(anki, id)
            note.tags += tags
            anki.col.update_note(note)

    def push(self, *options: str) -> Ran:
        return self.author.run("push", "decks/test-deck.apkg", COLLECTION, *options)

    def steps(self, *options: str) -> list[tuple[str, str, str, str]]:
        """Return the steps of a push."""
        told = json.loads(self.push("--format", "json", *options).out)["steps"]
        return [tuple(it.values()) for it in told]

    def note(self, id: str) -> Any:
        with opened(self.path.parent) as anki:
            return found(anki, id)

    def takes(self) -> Counts:
        """Import the package as Anki does."""
        with opened(self.path.parent) as anki:
            return anki.take(self.author.package)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with opened(self.path.parent) as anki:
            return anki.rows(query)


def found(anki: Anki, id: str) -> Any:
    """Return the note with an id of ours."""
    notes = [anki.col.get_note(row) for row in anki.column("SELECT id FROM notes")]
    (note,) = [it for it in notes if "ID" in it and it["ID"] == id]
    return note


def first_release(root: Path) -> Path:
    """Make a project with one release, and a student who studied it."""
    author = Author(root)
    author.build()
    with opened(author.root / "anki") as anki:
        anki.take(author.package)
        anki.studied(30)
    return author.root


def student_of(had: Path, root: Path) -> Student:
    """Return that student, before the next release, in a folder of its own."""
    shutil.copytree(had, root, dirs_exist_ok=True)
    author = Author.__new__(Author)
    author.root, author.source, author.out = root, root / "cards_src" / "deck", root / "decks"
    return Student(author)


def with_css(data: bytes, css: str, later: int) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    ((text,),) = connection.execute("SELECT models FROM col")
    kinds = json.loads(text)
    for kind in kinds.values():
        kind["css"] += css
        kind["mod"] += later
    connection.execute("UPDATE col SET models = ?", (json.dumps(kinds),))
    connection.commit()
    return connection.serialize()


def rewrite(package: Path, member: str, change: Any) -> None:
    """Change a member of a package behind our back; None takes it out."""
    with zipfile.ZipFile(package) as read:
        members = {name: read.read(name) for name in read.namelist()}
    changed = change(members.pop(member, b""))
    members |= {} if changed is None else {member: changed}
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in members.items():
            written.writestr(name, data)
