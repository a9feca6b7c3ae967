"""YAML of other programs, as front matter or as a file -> plain texts, lists and mappings."""

import re
from typing import NamedTuple

from generator.base.characters import forbidden
from generator.base.diagnostics import Severity
from generator.base.place import Source
from generator.importing.arrived import Unreadable
from generator.source import reader
from generator.source.values import Mapping, Node, Sequence, Text

Plain = str | list["Plain"] | dict[str, "Plain"]

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_UNQUOTED_TAG = re.compile(r"^([ \t]*-?[ \t]*(?:tags:[ \t]*)?)#(?=\w)", re.MULTILINE)


class Front(NamedTuple):
    """What stands above a text, by small letters, and where in the file the text begins."""

    values: dict[str, Plain]
    end: int


def front_matter(text: str, shown: str) -> Front:
    """Return the front matter of a text; what is not YAML there says nothing."""
    match = _FRONT.match(text)
    if match is None:
        return Front({}, 0)
    try:
        plain = plain_of(_UNQUOTED_TAG.sub(r"\1", match[1]), shown)
    except Unreadable:
        plain = {}
    values = {key.casefold(): value for key, value in plain.items()} if isinstance(plain, dict) else {}
    return Front(values, match.end())


def plain_of(text: str, shown: str) -> Plain:
    """Return what a text of YAML holds. Raises Unreadable at its first mistake."""
    for match in reversed(list(forbidden(text))):
        text = text[: match.start()] + text[match.end() :]
    node, found = reader.parse(Source(shown, text))
    wrong = next((it for it in found if it.severity is Severity.ERROR), None)
    if wrong:
        raise Unreadable(f"{wrong.span.where}: {wrong.message}" + (f": {wrong.help}" if wrong.help else ""))
    return _plain(node) if node is not None else ""


def words_of(value: Plain) -> str:
    """Return a text, or the texts of a list with spaces between them."""
    if isinstance(value, str):
        return value
    return " ".join(words_of(it) for it in value) if isinstance(value, list) else ""


def _plain(node: Node) -> Plain:
    if isinstance(node, Text):
        return "" if node.is_null else node.value
    if isinstance(node, Sequence):
        return [_plain(it) for it in node.items]
    assert isinstance(node, Mapping)
    return {key.value: _plain(value) for key, value in node.entries}
