"""`codes.toml` -> the table of codes: what each means, with a wrong and a right example."""

import json
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

_FILE = Path(__file__).parent / "codes.toml"


class Code(NamedTuple):
    """A diagnostic's code. Codes never change meaning and are never used again."""

    code: str
    severity: str  # "error" or "warning"
    title: str
    why: str
    wrong: str  # what a file would hold; "" where a file's text is not what is wrong
    right: str
    file: str  # the file the examples stand for


@cache
def table() -> MappingProxyType[str, Code]:
    """Return every code, in the order of the file."""
    import tomllib  # most runs need no explanation

    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    codes = {
        code: Code(
            code,
            it.get("severity", "error"),
            it["title"],
            it["why"].strip(),
            it.get("wrong", ""),
            it.get("right", ""),
            it.get("file", "notes.yaml"),
        )
        for code, it in read.items()
    }
    return MappingProxyType(codes)


def meant(word: str) -> str:
    """Return the code that a word stands for, with O, I and L read as digits and zeros added; else ""."""
    letter, number = word[:1].upper(), word[1:].upper().translate(str.maketrans("OIL", "011"))
    return next((code for width in (0, 2, 3) if (code := letter + number.zfill(width)) in table()), "")


# Warnings about a note, and whatever is said of how it can be learnt: an author may have a reason for these. (Here and
# not in the table, so that a deck with reasons is checked without reading the table.)
ALLOWABLE = frozenset(
    """
    C110 C111 C114 C120 C121 C122 C123 C124 C125 C126 C127 C128 C130 H014 H018
    L01 L02 L03 L04 L05 L06 L07 L08 L09 L11 L12 L13 L14 L16 L18 L20 L22 L30 L32 L43 L50 L54 L55 L62 L63 L64
    L70 L71 L72 L73 L74 S210
    """.split()
)


def list_text() -> str:
    """Return every code with its title, a line each."""
    return "".join(f"{_titled(it)}\n" for it in table().values())


def list_json() -> str:
    """Return every code with its title as a JSON list."""
    listed = [{"code": it.code, "title": it.title, "severity": it.severity} for it in table().values()]
    return json.dumps(listed, ensure_ascii=True) + "\n"


def explained(code: Code) -> str:
    """Return a code's explanation as it is printed."""
    parts = [_titled(code), code.why]
    if code.wrong:
        parts.append(f"Wrong, in {code.file}:\n{_indented(code.wrong)}")
    if code.right:
        parts.append(f"Right:\n{_indented(code.right)}")
    return "\n\n".join(parts) + "\n"


def as_json(code: Code) -> str:
    """Return a code's explanation as a JSON object."""
    return json.dumps(code._asdict(), ensure_ascii=True) + "\n"


def _titled(code: Code) -> str:
    return f"{code.code}: {code.title} ({code.severity})"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.strip("\n").split("\n"))
