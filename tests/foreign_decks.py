"""Decks that real Anki itself made and exported, and a student who studies them: what an import has to keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anki.collection import ExportAnkiPackageOptions

from tests.anki_backend import Anki, opened
from tests.support import png

BASIC = "Basic"
FORMS = ("legacy", "legacy-scheduled", "new", "new-scheduled", "colpkg")
OCCLUSION = "{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.1:oi=1}}"


def add(anki: Anki, kind: str, fields: dict[str, str], deck: str, tags: str = "") -> str:
    """Add a note; return its guid."""
    col = anki.col
    note = col.new_note(col.models.by_name(kind))
    for name, html in fields.items():
        note[name] = html
    note.tags = tags.split()
    col.add_note(note, col.decks.id(deck))
    return str(note.guid)


def stock_deck(anki: Anki) -> dict[str, str]:
    """Make a note of every stock type and one of a type of the author's own; return their guids by a name."""
    (Path(anki.col.media.dir()) / "skin map.png").write_bytes(png(600, 400))
    _own_type(anki)
    colour = {"Front": "Colour of <b>calcium</b>?", "Back": "10<sup>9</sup> purple<br>&amp; blue"}
    text = {"Text": "Von Kossa stains {{c1::phosphate::salt}} {{c3::black}}.", "Back Extra": "<i>1901</i>"}
    picture = {"Occlusion": OCCLUSION, "Image": '<img src="skin map.png">', "Header": "Skin"}
    drug = {"Name": "Diltiazem", "Class": "<div>CCB</div>\n\n<div>oral</div>", "Hint": "x\u200by"}
    sides = {"Front": "left", "Back": "right", "Add Reverse": "y"}
    names, typed = f"{BASIC} (and reversed card)", f"{BASIC} (type in the answer)"
    return {
        "basic": add(anki, BASIC, colour, "Skin::Stains", "stain core"),
        "reversed": add(anki, names, {"Front": "Gottron papules", "Back": "Dermatomyositis"}, "Skin"),
        "optional": add(anki, f"{BASIC} (optional reversed card)", sides, "Skin"),
        "typed": add(anki, typed, {"Front": "Stain for calcium", "Back": "von Kossa"}, "Skin"),
        "cloze": add(anki, "Cloze", text, "Skin::Stains", "stain::vK"),
        "occlusion": add(anki, "Image Occlusion", picture, "Skin"),
        "own": add(anki, "Drug", drug, "Skin::Drugs", "drug marked leech"),
    }


def _own_type(anki: Anki) -> None:
    models = anki.col.models
    kind = models.new("Drug")
    for name in ("Name", "Class", "Hint"):
        models.add_field(kind, models.new_field(name))
    sides = ("{{Name}}", "{{FrontSide}}<hr>{{Class}}"), ("{{#Hint}}{{Class}} {{Hint}}{{/Hint}}", "{{Name}}")
    for name, (front, back) in zip(("Class?", "Name?"), sides, strict=True):
        template = models.new_template(name)
        template["qfmt"], template["afmt"] = front, back
        models.add_template(kind, template)
    models.add(kind)


def exported(anki: Anki, path: Path, form: str = "new") -> Path:
    """Export the whole collection in one of FORMS."""
    if form == "colpkg":
        path = path.with_suffix(".colpkg")
        anki.col.export_collection_package(str(path), include_media=True, legacy=False)
        anki.col.reopen(after_full_sync=False)
        return path
    scheduled = form.endswith("scheduled")
    options = ExportAnkiPackageOptions(
        with_scheduling=scheduled, with_deck_configs=scheduled, with_media=True, legacy=form.startswith("legacy")
    )
    anki.col.export_anki_package(out_path=str(path), options=options, limit=None)
    return path


def backdate(anki: Anki, seconds: int) -> None:
    """Let every note be that old."""
    anki.col.db.execute("UPDATE notes SET mod = mod - ?", seconds)


@contextmanager
def author_of_x(folder: Path) -> Iterator[tuple[Anki, dict[str, str]]]:
    """Give a collection in which somebody made a deck, and the guids of its notes."""
    with opened(folder / "author of x") as anki:
        guids = stock_deck(anki)
        backdate(anki, 90 * 86_400)
        yield anki, guids


def histories(anki: Anki) -> list[tuple[Any, ...]]:
    """Return everything of a student's notes and cards that an import may touch."""
    notes = "SELECT guid, mid, mod, tags, flds FROM notes ORDER BY guid"
    cards = "SELECT n.guid, c.* FROM cards c JOIN notes n ON n.id = c.nid ORDER BY n.guid, c.ord"
    types = "SELECT id, name, mtime_secs, config FROM notetypes ORDER BY id"
    templates = "SELECT ntid, ord, mtime_secs, config FROM templates ORDER BY ntid, ord"
    asked = (notes, cards, types, templates, "SELECT * FROM revlog ORDER BY id")
    return [row for query in asked for row in anki.rows(query)]
