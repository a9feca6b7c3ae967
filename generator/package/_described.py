"""Decks and note types -> the JSON by which Anki knows them, and the one row of the table `col` that holds it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from generator.compiled.notes import Field, NoteType, Template

_CREATED, _CHANGED, _SCHEMA_CHANGED = 1411124400, 1425279151694, 1425279151690  # in s, ms, ms: the same in each package
_SETTINGS = {
    "activeDecks": [1],
    "addToCur": True,
    "collapseTime": 1200,
    "curDeck": 1,
    "curModel": "1425279151691",
    "dueCounts": True,
    "estTimes": True,
    "newBury": True,
    "newSpread": 0,
    "nextPos": 1,
    "sortBackwards": False,
    "sortType": "noteFld",
    "timeLim": 0,
}
_PRESET = {
    "id": 1,
    "name": "Default",
    "mod": 0,
    "usn": 0,
    "autoplay": True,
    "replayq": True,
    "timer": 0,
    "maxTaken": 60,
    "new": {
        "bury": True,
        "delays": [1, 10],
        "initialFactor": 2500,
        "ints": [1, 4, 7],
        "order": 1,
        "perDay": 20,
        "separate": True,
    },
    "rev": {"bury": True, "ease4": 1.3, "fuzz": 0.05, "ivlFct": 1, "maxIvl": 36500, "minSpace": 1, "perDay": 100},
    "lapse": {"delays": [10], "leechAction": 0, "leechFails": 8, "minInt": 1, "mult": 0},
}
_LATEX_BEFORE = "\n".join(
    (
        "\\documentclass[12pt]{article}",
        "\\special{papersize=3in,5in}",
        "\\usepackage[utf8]{inputenc}",
        "\\usepackage{amssymb,amsmath}",
        "\\pagestyle{empty}",
        "\\setlength{\\parindent}{0in}",
        "\\begin{document}\n",
    )
)
# What the front of each template needs, by note type: for Ankis that do not work it out themselves.
_NEEDS = {
    1763596800101: [[0, "any", [0, 9]], [1, "all", [5]], [2, "all", [1, 2, 3, 4, 5, 6, 7, 8, 9]]],
    1763596800102: [[0, "all", [7]]],
    1763596800103: [[0, "any", [1, 2, 10]]],
}


def col_row(
    decks: Mapping[str, int], name: str, description: str, kinds: Iterable[NoteType], mods: Mapping[int, int]
) -> tuple[object, ...]:
    """Return the row. `decks` are all names and their ids; `name` and `description` are the deck's own.

    `mods` are the times of the note types' last changes, in s since 1970.
    """
    all_decks = {"1": _OF_ANKI} | {str(row): _deck(row, it, description * (it == name)) for it, row in decks.items()}
    models = {str(it.id): _note_type(it, mods[it.id], decks[name]) for it in kinds}
    texts = map(as_json, (_SETTINGS, models, all_decks, {"1": _PRESET}, {}))
    return (1, _CREATED, _CHANGED, _SCHEMA_CHANGED, 11, 0, 0, 0, *texts)


def as_json(value: Any) -> str:
    """Return the same text for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _deck(row: int, name: str, description: str) -> dict[str, Any]:
    return {
        "id": row,
        "name": name,
        "desc": description,
        "conf": 1,
        "collapsed": False,
        "dyn": 0,
        "extendNew": 0,
        "extendRev": 50,
        "lrnToday": [163, 2],
        "mod": 1425278051,
        "newToday": [163, 2],
        "revToday": [163, 0],
        "timeToday": [163, 23598],
        "usn": -1,
    }


_OF_ANKI = _deck(1, "Default", "") | {
    "extendNew": 10,
    "lrnToday": [0, 0],
    "mod": 1425279151,
    "newToday": [0, 0],
    "revToday": [0, 0],
    "timeToday": [0, 0],
    "usn": 0,
}


def _note_type(kind: NoteType, mod: int, deck: int) -> dict[str, Any]:
    if kind.foreign:  # as it was read: whatever we added or left out could freeze what students have
        return {**json.loads(kind.foreign), "mod": mod, "did": None}
    return {
        "id": str(kind.id),
        "name": kind.name,
        "type": int(kind.is_cloze),
        "flds": [_field(place, it) for place, it in enumerate(kind.fields)],
        "tmpls": [_template(place, it) for place, it in enumerate(kind.templates)],
        "css": kind.css,
        "sortf": kind.sort_field,
        "req": _NEEDS[kind.id],
        "did": deck,
        "mod": mod,
        "latexPre": _LATEX_BEFORE,
        "latexPost": "\\end{document}",
        "latexsvg": False,
        "tags": [],
        "usn": -1,
        "vers": [],
    } | ({"originalStockKind": kind.stock_kind} if kind.stock_kind else {})


def _field(place: int, field: Field) -> dict[str, Any]:
    return {
        "id": field.id,
        "name": field.name,
        "ord": place,
        "font": "Liberation Sans",
        "media": [],
        "rtl": False,
        "size": 20,
        "sticky": False,
    } | ({} if field.tag is None else {"tag": field.tag, "preventDeletion": field.tag < 4})


def _template(place: int, template: Template) -> dict[str, Any]:
    return {
        "id": template.id,
        "name": template.name,
        "ord": place,
        "qfmt": template.front,
        "afmt": template.back,
        "bafmt": "",
        "bqfmt": "",
        "bfont": "",
        "bsize": 0,
        "did": None,
    }
