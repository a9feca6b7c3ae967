"""Short ways to write notes, for the tables of notes that are hard to learn and of ordinary ones."""

from collections.abc import Mapping
from typing import Any

Note = Mapping[str, Any]


def q(question: str, answer: str, **more: Any) -> Note:
    return {"question": question, "answer": answer, **more}


def c(text: str, **more: Any) -> Note:
    return {"cloze": text, **more}


def items(heading: str, **texts: Any) -> Note:
    return {"list": heading, "items": texts}


def row(heading: str, column: str, name: str, cell: str, **more: Any) -> Note:
    return {"table": heading, "columns": {"x": column}, "rows": {"r": {"name": name, "x": cell, **more}}}


def masks(**given: Any) -> Note:
    return {"image": "skin.png", "masks": given}


def rect(left: int, top: int, width: int = 100, height: int = 40, **more: Any) -> Note:
    return {"rect": [left, top, width, height], **more}


def case(stem: str, *pairs: tuple[str, str], **more: Any) -> Note:
    asks = {f"a{at}": {"ask": ask, "answer": answer} for at, (ask, answer) in enumerate(pairs)}
    return {"case": stem, "asks": asks, **more}


def choose(question: str, right: str, *wrong: str, **more: Any) -> Note:
    return {"choose": question, "right": right, "wrong": {f"w{at}": it for at, it in enumerate(wrong)}, **more}


def tagged(*tags: str) -> list[Note]:
    return [q(f"Q{at}", f"a{at}", tags=[tag]) for at, tag in enumerate(tags)]


def words(count: int) -> str:
    return " ".join(f"word{at}" for at in range(count))


CITED = {"sources": ["dermnet"]}
TOPIC = {"tags": ["topic::skin"]}
PURPLE = q("What colour are calcium deposits on H&E?", "Purple")
