"""Anki's own description of a note type, in JSON -> the NoteType that an adopted deck keeps, as it was found.

Nothing of it is made up: where the description gives a field no id, it has none, for an id that the student's note type
lacks freezes every note. Anybody may write such a file, so it is looked at as if a stranger had.
"""

import json
from collections.abc import Mapping
from typing import Any

from generator.base.characters import one_line_of_text
from generator.base.limits import IMAGE_OCCLUSION
from generator.compiled.notes import Field, NoteType, Template

SCRIPTS = "scripts"  # the one key of the file that is ours: "allowed"
_MOST = 200  # fields, or templates
_LONGEST = 500  # characters of a name
_ID = 2**63


class Unfit(Exception):
    """This does not describe a note type; the text says why."""


def read(data: bytes) -> NoteType:
    """Return the note type of a file. Raises Unfit."""
    try:
        described = json.loads(data)
    except (ValueError, RecursionError):
        raise Unfit("it is not JSON") from None
    if not isinstance(described, dict):
        raise Unfit("it is not a JSON object")
    return described_by(described)


def described_by(described: Mapping[str, Any]) -> NoteType:
    """Return the note type of Anki's description. Raises Unfit."""
    known = {key: it for key, it in described.items() if key != SCRIPTS}
    id, kind = _number(known, "id"), known.get("type")
    if id is None or id < 1 or kind not in (0, 1):
        raise Unfit("'id' or 'type' is not one of a note type")
    fields = tuple(Field(_name(it), _number(it, "id"), _number(it, "tag")) for it in _parts(known, "flds"))
    templates = tuple(
        Template(_name(it), _number(it, "id"), _text(it, "qfmt"), _text(it, "afmt")) for it in _parts(known, "tmpls")
    )
    for names in ([it.name for it in fields], [it.name for it in templates]):
        if len(set(names)) != len(names):
            raise Unfit("two fields or two templates have one name")
    sort_field, stock = _number(known, "sortf") or 0, _number(known, "originalStockKind") or 0
    if not 0 <= sort_field < len(fields):
        raise Unfit("'sortf' is not one of its fields")
    return NoteType(
        id,
        _name(known),
        fields,
        templates,
        _text(known, "css"),
        kind == 1,
        sort_field,
        stock if stock == IMAGE_OCCLUSION else 0,
        as_carried(known),
        max(0, _number(known, "mod") or 0),
        described.get(SCRIPTS) == "allowed",
    )


def written(described: Mapping[str, Any], may_run: bool) -> bytes:
    """Return the file of a description. `may_run` lets its scripts through."""
    said = {**described, SCRIPTS: "allowed"} if may_run else described
    return (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def as_carried(described: Mapping[str, Any]) -> str:
    """Return a description as packages carry it. Raises Unfit."""
    told = json.dumps(described, ensure_ascii=False, sort_keys=True)
    try:
        told.encode()
    except UnicodeEncodeError:
        raise Unfit("a text in it holds half of a character") from None
    return told


def _parts(described: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    parts = described.get(name)
    if not isinstance(parts, list) or not 0 < len(parts) <= _MOST or not all(isinstance(it, dict) for it in parts):
        raise Unfit(f"'{name}' is not the list of its fields or templates")
    return parts


def _name(part: Mapping[str, Any]) -> str:
    name = part.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST or not one_line_of_text(name):
        raise Unfit("a name in it is missing, or not one line of visible characters")
    return name


def _text(part: Mapping[str, Any], name: str) -> str:
    text = part.get(name)
    if not isinstance(text, str):
        raise Unfit(f"'{name}' is not a text")
    return text


def _number(part: Mapping[str, Any], name: str) -> int | None:
    number = part.get(name)
    if number is not None and (type(number) is not int or not -_ID <= number < _ID):
        raise Unfit(f"'{name}' is not a whole number")
    return number
