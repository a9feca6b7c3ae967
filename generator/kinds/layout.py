"""The parts of a list, a table's row or an occlusion note, rendered -> the HTML of its fields."""

import re
from collections.abc import Mapping
from html import unescape

from generator.base.characters import shortened
from generator.compiled.notes import Card, Html

LONG = 160  # characters
_BLOCK = re.compile(r"<(?:p|ul|ol|table|hr)\b")


def cloze(number: int, content: Html, cue: Html | str = "") -> str:
    """Return a cloze; the content must be guarded (`Markup.hideable`)."""
    return f"{{{{c{number}::{content}{'::' + cue if cue else ''}}}}}"


def answer(html: Html) -> Html:
    """Return an answer; a long one is a paragraph, which the style sheet sets for reading, not for a glance."""
    inline = len(html) > LONG and not _BLOCK.search(html)
    return Html(f"<p>{html}</p>") if inline and len(plain(html, len(html))) > LONG else html


def cards(numbers: Mapping[str, int], words: Mapping[str, Html]) -> tuple[Card, ...]:
    """Return a card for each key: what it hides is "key: words", by which the ledger knows it and people read it."""
    return tuple([Card(number - 1, f"{key}: {plain(words.get(key, Html('')))}") for key, number in numbers.items()])


_MARKED = re.compile(r"[<&]|\{\{")
_INNERMOST = re.compile(r"\{\{c[\d,]+::((?:(?!\{\{|\}\}|::).)*)(?:::(?:(?!\{\{|\}\}).)*)?\}\}", re.DOTALL)


def plain(html: str, longest: int = 60) -> str:
    """Return the words of a field on one line, cut to `longest` characters, for people."""
    if not _MARKED.search(html):  # as most fields
        return shortened(html, longest)
    text, found = html.replace("}}{{", "}} {{"), 1
    while found and "{{" in text:  # from the innermost cloze outwards
        text, found = _INNERMOST.subn(r"\1", text)
    text = re.sub(r"<[^<>]+>", " ", text)
    text = unescape(text)
    return shortened(text, longest)
