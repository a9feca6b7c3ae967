"""Values -> the forms that every report is printed in: coloured text, JSON on one line, sizes for people."""

import json
from collections.abc import Callable
from typing import Any, Literal

Role = Literal["error", "warning", "where", "help", "count", "loss", "fine"]
Paint = Callable[[str, Role], str]  # a text and what it is -> the text in its colour


def plain_paint(text: str, what: Role) -> str:
    """Return the text without colour."""
    return text


def dumped(value: Any) -> str:
    """Return a value as JSON, on one line, as its own text."""
    text = json.dumps(value, ensure_ascii=True)  # so that it can be printed in any encoding
    return text.replace("\x7f", "\\u007f").replace("##[", "#\\u0023[") + "\n"  # nor does a runner find a command in it


def sized(size: int) -> str:
    """Return "24 kB" or "1.3 MB"."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"
