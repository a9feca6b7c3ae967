"""The fields of a note in another author's note type -> the cards that Anki makes of them, and the media they name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from generator.base.characters import shortened, unescaped
from generator.base.limits import MAX_CARDS, OCCLUSION
from generator.base.patterns import regex
from generator.compiled.notes import Card, NoteType

_CLOZE = regex(r"\{\{c([\d,]+)::((?:(?!\{\{c\d|\}\}).)*)", re.DOTALL)
_CLOZE_FIELD = regex(r"\{\{(?:[^{}]*:)?cloze(?:-only)?:(?:[^{}]*:)?([^{}:]+)\}\}")
_MEDIA = regex(
    r"<(?:img|audio|video|source)\b[^<>]*?\bsrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))|\[sound:([^\]]+)\]",
    re.IGNORECASE,
)
# What another author's file may be called: nothing that leads elsewhere, or that Anki or a system would change.
FILE_NAME = regex(r'(?!\.)[^\x00-\x1f\x7f/\\:*?"<>|^\[\]]{1,119}')
_SPECIAL = frozenset(("Tags", "Type", "Deck", "Subdeck", "Card"))  # what a template may name beside fields


def named_in(html: str) -> Iterator[str]:
    """Yield the names of the media that HTML refers to, as it writes them."""
    for match in _MEDIA.finditer(html):
        yield next(it for it in match.groups() if it is not None)


def with_names(html: str, names: Mapping[str, str]) -> str:
    """Return HTML that refers to media by other names: `names` as they were -> as they are now."""

    def renamed(match: re.Match[str]) -> str:
        group = next(number for number, written in enumerate(match.groups(), 1) if written is not None)
        new = next((names[it] for it in spellings(match[group]) if it in names), match[group])
        start, end = (at - match.start() for at in match.span(group))
        return match[0][:start] + new + match[0][end:]

    return _MEDIA.sub(renamed, html)


def spellings(name: str) -> tuple[str, ...]:
    """Return the names that a file may have which HTML names so."""
    return tuple(dict.fromkeys((name, unescaped(name), unquote(unescaped(name)))))


def files_of(fields: Iterable[str]) -> set[str]:
    """Return every name that the files may have which fields refer to."""
    return {name for html in fields for written in named_in(html) for name in spellings(written)}


def cards_of(note_type: NoteType, fields: tuple[str, ...]) -> tuple[Card, ...]:
    """Return the cards that Anki makes of fields; what a card hides is its cloze, or the name of its template."""
    if note_type.is_cloze:
        return tuple(Card(number - 1, text) for number, text in sorted(_clozes(note_type, fields).items()))
    filled = {it.name for it, html in zip(note_type.fields, fields, strict=True) if not _is_empty(html)}
    return tuple(Card(at, it.name) for at, it in enumerate(note_type.templates) if _asks(it.front, filled | _SPECIAL))


def _clozes(note_type: NoteType, fields: tuple[str, ...]) -> dict[int, str]:
    asked = set(_CLOZE_FIELD.findall(note_type.templates[0].front)) or {note_type.fields[0].name}
    hidden: dict[int, list[str]] = {}
    for field, html in zip(note_type.fields, fields, strict=True):
        for numbers, text in _CLOZE.findall(html) if field.name in asked else ():
            for number in numbers.split(","):
                hidden.setdefault(int(number or 0), []).append(_words(text.partition("::")[0]))
    return {it: shortened(" … ".join(texts), 80) for it, texts in hidden.items() if 0 < it <= MAX_CARDS}


_ELEMENT = regex(r"<[^<>]+>")
_TAG = regex(r"\{\{([#^/]?)\s*([^{}]*?)\s*\}\}")
_NOTHING = regex(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)


def _is_empty(html: str) -> bool:
    return _NOTHING.fullmatch(html) is not None


def _asks(front: str, filled: set[str]) -> bool:
    """Say whether a front shows a field that holds something: only then does Anki make the card."""
    shown = [True]  # of each section that is open, whether it is shown
    for sign, name in _TAG.findall(front):
        if sign == "/":
            shown = shown[:-1] or [True]
        elif sign:
            shown.append(shown[-1] and ((name in filled) == (sign == "#")))
        elif shown[-1] and name.rpartition(":")[2].strip() in filled:
            return True
    return False


def front_of(fields: Iterable[str]) -> str:
    """Return the field by which people know a note: the first with words; of a picture with masks, its heading."""
    return next((html for html in fields if OCCLUSION not in html and _words(html)), "")


def _words(html: str) -> str:
    return shortened(unescaped(_ELEMENT.sub(" ", html)), 60)
