"""The format's table -> JSON Schema, for editors: the same keys, kinds and forms that the validator knows."""

import json
from typing import Any, assert_never

from generator.kinds.registry import NOTES_FILE
from generator.source import shapes as f

FILES: dict[str, f.Shape] = {
    "notes": NOTES_FILE,
    "deck": f.DECK_FILE,
    "sources": f.SOURCES_FILE,
    "disputes": f.DISPUTES_FILE,
}
_TEXT = {"type": ["string", "number", "boolean"]}  # every scalar is text here: `no`, `1.10` and 2011 stay as typed


def schema(file: str = "notes") -> dict[str, Any]:
    """Return the JSON Schema of a kind of file: notes, deck, sources or disputes."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": f"Deckwright: {file}"} | _of(FILES[file])


def as_json(file: str) -> str:
    """Return the JSON Schema of a kind of file as the text of a file of its own."""
    return json.dumps(schema(file), indent=2, ensure_ascii=True) + "\n"


def _of(shape: f.Shape) -> dict[str, Any]:  # noqa: C901  (a case for each shape)
    match shape:
        case f.Prose():
            return _TEXT
        case f.Word():
            return {**_TEXT, "pattern": f"^(?:{shape.pattern.pattern})$", "description": shape.form}
        case f.Cited():
            words = {**_TEXT, "pattern": f.CITATION.pattern, "description": "a citation in words"}
            return {"anyOf": [_of(shape.key), words]}
        case f.Flag():
            return {"type": "boolean"}
        case f.Choice():
            return {"enum": list(shape.options)}
        case f.Numbers():
            return {
                "type": "array",
                "items": {"type": "number"},
                "minItems": shape.how_many,
                "maxItems": shape.how_many,
            }
        case f.Points():
            return {"type": "array", "items": _of(f.Numbers(2, "[x, y]")), "minItems": 3}
        case f.Many():
            return {"type": "array", "items": _of(shape.item)}
        case f.Keyed():
            bound = {"maxProperties": shape.most} if shape.most else {}
            return {
                "type": "object",
                "propertyNames": {"pattern": f"^(?:{shape.key.pattern.pattern})$"},
                "additionalProperties": _of(shape.item),
                "minProperties": 1,
            } | bound
        case f.Record():
            return _record(shape)
        case f.OneOf():
            return {"oneOf": [_of(record) for record in shape.records]}
        case _:
            assert_never(shape)


def _record(record: f.Record) -> dict[str, Any]:
    properties = {key.name: _of(key.shape) | ({"description": key.about} if key.about else {}) for key in record.keys}
    described = {
        "type": "object",
        "properties": properties,
        "required": [key.name for key in record.keys if key.required],
        "additionalProperties": _of(record.others) if record.others else False,
    }
    short = record.by_name[record.short].shape if record.short else record.bare
    return {"oneOf": [described, _of(short)]} if short else described
