"""The three note types, frozen from the first release: ids, names and order of fields and templates never change.

Anki tells note types by id, and their fields and templates by the ids below: a field that is renamed or put to use
later arrives cleanly, one added, removed or moved freezes every note in silence. The look, in `templates/`, may change.
Spare 2, and of image occlusion Spare 1, are used by decks in other languages than English (`languages.py`).
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from generator.base.limits import IMAGE_OCCLUSION
from generator.compiled.notes import Field, NoteType, Template

_BASIC_FIELDS = (
    Field("Question", 5368483667711060),
    Field("Answer", 3582052475624683),
    Field("Extra", 6574531315991836),
    Field("Dispute", 6507735637855702),
    Field("Sources", 3860489278067357),
    Field("Reverse", 8420387195314283),
    Field("ID", 3922542195367793),
    Field("Updated", 7848117282213232),
    Field("Spare 1", 2881666176329003),
    Field("Spare 2", 8157320926872327),
)
_CLOZE_FIELDS = (
    Field("Text", 3409265717453174),
    Field("Extra", 3078168343281667),
    Field("Dispute", 5350486523373301),
    Field("Sources", 5027249434634233),
    Field("ID", 895283198037819),
    Field("Updated", 582008284192675),
    Field("Spare 1", 6542975429144103),
    Field("Spare 2", 5293390040742862),
)
_IMAGE_FIELDS = (
    Field("Occlusion", 7149187690858338, tag=0),
    Field("Image", 3419302774154471, tag=1),
    Field("Header", 3510192500244544, tag=2),
    Field("Back Extra", 3406092693629903, tag=3),
    Field("Comments", 239678214537590, tag=4),
    Field("Dispute", 5034542798963411),
    Field("Sources", 2269592375119861),
    Field("ID", 2175046246225015),
    Field("Updated", 4559728396164910),
    Field("Spare 1", 6666635862071227),
    Field("Spare 2", 3408127355770098),
)

TYPED = "Spare 1"  # of a question, a spare put to use under its old name: where it is filled, the answer is typed

TEMPLATES = Path(__file__).parents[1] / "templates"


class NoteTypes(NamedTuple):
    """Every note type a package may hold."""

    basic: NoteType
    cloze: NoteType
    image: NoteType


@cache
def note_types() -> NoteTypes:
    """Return the note types with the templates and CSS that ship."""
    css = "\n".join(_read(f"{name}.css") for name in ("style", "kinds", "exams"))
    question, reverse = (
        _template("Question", 5620188510765778, "question"),
        _template("Reverse", 4783360620722300, "reverse"),
    )
    spare = _template("Spare", 2943339320357851, "spare")
    basic = NoteType(
        1763596800101, "Deckwright Basic", _BASIC_FIELDS, (question, reverse, spare), css, False, sort_field=0
    )
    cloze = NoteType(
        1763596800102,
        "Deckwright Cloze",
        _CLOZE_FIELDS,
        (_template("Cloze", 4419589608985937, "cloze"),),
        css,
        True,
        sort_field=0,
    )
    occlusion = _template("Image Occlusion", 4411955863122591, "image", "Back Extra")
    image = NoteType(
        1763596800103,
        "Deckwright Image Occlusion",
        _IMAGE_FIELDS,
        (occlusion,),
        css,
        True,
        sort_field=7,
        stock_kind=IMAGE_OCCLUSION,
    )
    return NoteTypes(basic, cloze, image)


def basic() -> NoteType:
    """Return the note type of a front and a back."""
    return note_types().basic


def cloze() -> NoteType:
    """Return the note type of texts with clozes."""
    return note_types().cloze


def image() -> NoteType:
    """Return the note type of pictures with masks."""
    return note_types().image


def _template(name: str, id: int, file: str, extra: str = "Extra") -> Template:
    """Read a template, with the parts that several share; `extra` is the note type's name for that field."""
    shared = {
        "<!-- foot -->\n": _read("foot.html").replace("Extra", extra),
        "<!-- picture -->\n": _read("picture.html"),
        "<!-- options -->\n": _read("options.html"),
    }
    front, back = _read(f"{file}.front.html"), _read(f"{file}.back.html")
    for mark, part in shared.items():
        front, back = front.replace(mark, part), back.replace(mark, part)
    return Template(name, id, front, back)


def bare_sides(file: str) -> tuple[str, str]:
    """Return front and back of a template without options, and with nothing but the extra below the answer."""
    extra, _, _ = _read("foot.html").partition("\n")
    name = "Back Extra" if file == "image" else "Extra"
    shared = {"foot": f"{extra.replace('Extra', name)}\n", "picture": _read("picture.html"), "options": ""}
    front, back = _read(f"{file}.front.html"), _read(f"{file}.back.html")
    for mark, part in shared.items():
        front, back = front.replace(f"<!-- {mark} -->\n", part), back.replace(f"<!-- {mark} -->\n", part)
    return front, back


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
