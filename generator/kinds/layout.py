"""The parts of a list, a table's row or an occlusion note, rendered -> the HTML of its fields."""

import re
from collections.abc import Iterable, Mapping

from generator.base.characters import shortened, unescaped
from generator.base.patterns import regex
from generator.compiled.languages import summary
from generator.compiled.notes import Card, Html
from generator.text.escape import disarm, escape_text, without_tags

LONG = 160  # characters
_BLOCK = regex(r"<(?:p|ul|ol|table|hr|pre|blockquote)\b")


def cloze(number: int, content: Html, cue: Html | str = "") -> str:
    """Return a cloze; the content must be guarded (`Markup.hideable`)."""
    return f"{{{{c{number}::{content}{'::' + cue if cue else ''}}}}}"


def answer(html: Html) -> Html:
    """Return an answer; a long one is a paragraph, which the style sheet sets for reading, not for a glance."""
    inline = len(html) > LONG and not _BLOCK.search(html)
    return Html(f"<p>{html}</p>") if inline and len(plain(html, len(html))) > LONG else html


def lines(parts: Iterable[str]) -> str:
    """Put each part on a line of its own: where Anki drops the tags, words must not run together."""
    return "\n".join(parts)


def beware(text: Html) -> Html:
    """Return the wording of a common error under a word of its own: the first `summary` takes the template's place."""
    return Html(f"{summary('Beware')}\n{text}")


def picture(name: str, header: Html) -> Html:
    """Return the picture under masks; its heading is what it says to a reader who cannot see it."""
    words = re.sub(r"\\[()\[\]]", "", plain(header, len(header)))  # no formula begins in an attribute
    alt = f' alt="{without_tags(disarm(escape_text(words)))}"' if words else ""
    return Html(f'<img src="{name}"{alt}>')


def cards(numbers: Mapping[str, int], words: Mapping[str, Html]) -> tuple[Card, ...]:
    """Return a card for each key: what it hides is "key: words", by which the ledger knows it and people read it."""
    return tuple([Card(number - 1, f"{key}: {plain(words.get(key, Html('')))}") for key, number in numbers.items()])


_SMALL = re.compile(r"</?su[bp]>")  # HbA1c is one word
_MARKED = re.compile(r"[<&]|\{\{")
_INNERMOST = re.compile(r"\{\{c[\d,]+::((?:(?!\{\{|\}\}|::).)*)(?:::(?:(?!\{\{|\}\}).)*)?\}\}", re.DOTALL)


def plain(html: str, longest: int = 60) -> str:
    """Return the words of a field on one line, cut to `longest` characters, for people."""
    if not _MARKED.search(html):  # as most fields
        return shortened(html, longest)
    text, found = html.replace("}}{{", "}} {{"), 1
    while found and "{{" in text:  # from the innermost cloze outwards
        text, found = _INNERMOST.subn(r"\1", text)
    text = re.sub(r"<[^<>]+>", " ", _SMALL.sub("", text))
    text = unescaped(text)
    return shortened(text, longest)
