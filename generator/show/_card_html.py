"""A compiled note -> the HTML of its cards' two sides, as Anki makes it of templates and fields.

The cards of a cloze note differ in a few words only. So a side is a text with choices in it: which of two texts a card
shows follows from its number. A list of 500 items is then 500 choices, and not 500 times 500 items.

Source: Anki, rslib/src: template.rs, template_filters.rs, cloze.rs. tests/anki/test_sides.py asks the real Anki.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from generator.base.limits import OCCLUSION
from generator.compiled.notes import CompiledNote, Html


class Choice(NamedTuple):
    """What a card shows whose cloze number (from 1) is one of `numbers`, and what every other card shows."""

    numbers: tuple[int, ...]
    asked: "Side"
    other: "Side"


Side = tuple[str | Choice, ...]


def sides(note: CompiledNote) -> tuple[tuple[Side, Side], ...]:
    """Return front and back: of a cloze note one pair for all of its cards, else a pair for each card, in order."""
    kind = note.note_type
    fields = {field.name: html for field, html in zip(kind.fields, note.fields, strict=True)}
    templates = kind.templates[:1] if kind.is_cloze else [kind.templates[card.number] for card in note.cards]
    if kind.foreign:
        return tuple(_foreign_sides(it.front, it.back, fields) for it in templates)
    return tuple((_side(it.front, fields, True), _side(it.back, fields, False)) for it in templates)


def _foreign_sides(front: str, back: str, fields: Mapping[str, Html]) -> tuple[Side, Side]:
    """Return both sides of a card whose templates another author wrote, as far as Anki's own filters go."""
    asked: list[str | Choice] = []
    _fill(asked, _as_far_as_known(front, frozenset(fields)), fields, True)
    answered: list[str | Choice] = []
    before, front_side, after = back.partition("{{FrontSide}}")
    _fill(answered, _as_far_as_known(before, frozenset(fields)), fields, False)
    if front_side:  # what a cloze hides is shown in it, too
        _fill(answered, _as_far_as_known(front, frozenset(fields)), fields, False)
    _fill(answered, _as_far_as_known(after.replace("{{FrontSide}}", ""), frozenset(fields)), fields, False)
    return _joined(asked), _joined(answered)


def _side(template: str, fields: Mapping[str, Html], front: bool) -> Side:
    side: list[str | Choice] = []
    _fill(side, _parsed(template), fields, front)
    return _joined(side)


# Templates.


class _Field(NamedTuple):
    name: str
    filter: str  # "", "cloze", "cloze-only" or "type"


class _Section(NamedTuple):
    """A part that is shown where a field holds something; where `empty`, where it holds nothing."""

    name: str
    empty: bool
    parts: tuple["_Part", ...]


_Part = str | _Field | _Section
_TAG = re.compile(r"\{\{([#^/]?)(?:(cloze|cloze-only|type):)?([^{}:]+)\}\}")
_NOTHING = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)


@cache
def _parsed(template: str) -> tuple[_Part, ...]:
    levels: list[list[_Part]] = [[]]
    begun: list[tuple[str, bool]] = []
    at = 0
    for tag in _TAG.finditer(template):
        levels[-1].append(template[at : tag.start()])
        at = tag.end()
        if tag[1] == "/":
            inner = tuple(levels.pop())
            levels[-1].append(_Section(*begun.pop(), inner))
        elif tag[1]:
            begun.append((tag[3], tag[1] == "^"))
            levels.append([])
        else:
            levels[-1].append(_Field(tag[3], tag[2] or ""))
    levels[-1].append(template[at:])
    (parts,) = levels
    assert "{{" not in "".join(it for it in parts if isinstance(it, str)), "a template uses what is not known here"
    return tuple(parts)


_ANY_TAG = re.compile(r"\{\{\s*([#^/]?)\s*([^{}]*?)\s*\}\}")


@lru_cache(maxsize=256)
def _as_far_as_known(template: str, names: frozenset[str]) -> tuple[_Part, ...]:
    """Return the parts of any template: filters that are not known show the field, what is no field shows nothing."""
    levels: list[list[_Part]] = [[]]
    begun: list[tuple[str, bool]] = []
    at = 0
    for tag in _ANY_TAG.finditer(template):
        levels[-1].append(template[at : tag.start()])
        at = tag.end()
        filters, _, name = tag[2].rpartition(":")
        if tag[1] == "/" and begun:
            inner, (name, empty) = tuple(levels.pop()), begun.pop()
            levels[-1] += [_Section(name, empty, inner)] if name in names else [] if empty else inner
        elif tag[1] in ("#", "^"):
            begun.append((name, tag[1] == "^"))
            levels.append([])
        elif name in names:
            known = next((it for it in ("type", "cloze-only", "cloze") if it in filters.split(":")), "")
            levels[-1].append(_Field(name, known))
    levels[-1].append(template[at:])
    return tuple(part for level in levels for part in level)


def _fill(side: list[str | Choice], parts: tuple[_Part, ...], fields: Mapping[str, Html], front: bool) -> None:
    """Put a template's parts at the end of a side."""
    for part in parts:
        if isinstance(part, str):
            side.append(part)
        elif isinstance(part, _Section):
            if part.empty == bool(_NOTHING.fullmatch(fields[part.name])):
                _fill(side, part.parts, fields, front)
        elif part.filter == "type":
            side.append(f"[[type:{part.name}]]")  # which Anki's reviewer, and the preview, make a line to type into
        elif part.filter == "cloze":
            side += _clozes(fields[part.name], front)
        elif part.filter:
            side += _only_asked(fields[part.name], front)
        else:
            side.append(fields[part.name])


def _joined(side: Iterable[str | Choice]) -> Side:
    """Return the side with texts that meet made one."""
    found: list[str | Choice] = []
    last = ""
    for it in side:
        if isinstance(it, str):
            last += it
        else:
            if last:
                found.append(last)
                last = ""
            found.append(it)
    if last:
        found.append(last)
    return tuple(found)


# Clozes.


@dataclass(slots=True)
class _Cloze:
    numbers: tuple[int, ...]
    parts: list["str | _Cloze"]
    hint: str = "..."


_MARK = re.compile(r"\{\{c([\d,]+)::|\}\}")
_TEX = re.compile(r"(\\[(\[]|\\[)\]])")
_ENDS = {"\\(": True, "\\[": True, "\\)": False, "\\]": False}
_TAG_IN_TEX = re.compile(r"<[^>]*>")
# Anki writes what a cloze hides into an attribute, with every sign but letters and digits as a number.
_AS_NUMBER = {code: f"&#x{code:02X};" for code in range(256) if not (code < 128 and chr(code).isalnum())}
_AS_NUMBER |= {ord('"'): "&quot;", ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


def _clozes(html: str, front: bool) -> Side:
    """Return a field with its clozes; nothing on a card that has none there."""
    parts = _read(html)
    side = _revealed(parts, front)
    if "\\(" in html or "\\[" in html:
        side = tuple(_bare_tex(side, _Place()))
    return (Choice(tuple(sorted(set(_numbers(parts)))), side, ()),)


def _numbers(parts: Iterable["str | _Cloze"]) -> Iterator[int]:
    for it in parts:
        if isinstance(it, _Cloze):
            yield from it.numbers
            yield from _numbers(it.parts)


@lru_cache(maxsize=1)  # `sides` asks for the other side of the same note next
def _read(html: str) -> list[str | _Cloze]:
    """Return the text and the clozes in it. The compiler has made sure that each is closed."""
    found: list[str | _Cloze] = []
    begun: list[_Cloze] = []
    at = 0
    for mark in _MARK.finditer(html):
        _take(html[at : mark.start()], begun, found)
        at = mark.end()
        if mark[1]:
            begun.append(_Cloze(tuple(int(it) for it in mark[1].split(",")), []))
        elif begun:
            cloze = begun.pop()
            (begun[-1].parts if begun else found).append(cloze)
        else:
            found.append("}}")
    found.append(html[at:])
    return found


def _take(text: str, begun: list[_Cloze], found: list[str | _Cloze]) -> None:
    if begun:
        text, colons, hint = text.partition("::")
        if colons:
            begun[-1].hint = hint
        begun[-1].parts.append(text)
    else:
        found.append(text)


def _revealed(parts: list[str | _Cloze], front: bool) -> Side:
    return _joined([it if isinstance(it, str) else _choice(it, front) for it in parts])


def _choice(cloze: _Cloze, front: bool) -> Choice:
    numbers = ",".join(map(str, cloze.numbers))
    if isinstance(mask := cloze.parts[0], str) and mask.startswith(OCCLUSION):
        drawn = f'data-ordinal="{numbers}" {_drawn(mask.removeprefix(OCCLUSION))}></div>'
        asked = f'<div class="{"cloze" if front else "cloze-highlight"}" {drawn}'
        return Choice(cloze.numbers, (asked,), (f'<div class="cloze-inactive" {drawn}',))
    inner = _revealed(cloze.parts, front)
    shown: Side = (f'<span class="cloze" data-ordinal="{numbers}">', *inner, "</span>")
    if front:
        end = f'" data-ordinal="{numbers}">[{cloze.hint}]</span>'
        shown = ('<span class="cloze" data-cloze="', *_as_attribute(inner), end)
    other = (f'<span class="cloze-inactive" data-ordinal="{numbers}">', *inner, "</span>")
    return Choice(cloze.numbers, _joined(shown), _joined(other))


def _only_asked(html: str, front: bool) -> Iterator[Choice]:
    """Yield what each cloze hides, shown where it is asked for. No two clozes of a field so shown have one number."""
    for cloze in _read(html):
        if isinstance(cloze, _Cloze):
            yield Choice(cloze.numbers, (cloze.hint,) if front else _revealed(cloze.parts, front), ())


def _drawn(mask: str) -> str:
    """Return the attributes of a mask: `rect:left=.1:oi=1` -> `data-shape="rect" data-left=".1" ...`."""
    shape, *numbers = mask.split(":")
    pairs = (it.partition("=") for it in numbers)
    named = (("occludeInactive" if name == "oi" else name, value) for name, _, value in pairs)
    return f'data-shape="{shape}" ' + "".join(f'data-{name}="{value}" ' for name, value in named)


def _as_attribute(side: Side) -> Iterator[str | Choice]:
    for it in side:
        if isinstance(it, str):
            yield it.translate(_AS_NUMBER)
        else:
            yield Choice(it.numbers, tuple(_as_attribute(it.asked)), tuple(_as_attribute(it.other)))


@dataclass(slots=True)
class _Place:
    """Where a text stands: between `\\(` and `\\)`, or in a tag that is there."""

    tex: bool = False
    tag: bool = False


def _bare_tex(side: Side, place: _Place) -> Iterator[str | Choice]:
    """Take away tags between `\\(` and `\\)`, as Anki does: MathJax would show them. `place` is kept up to date."""
    for it in side:
        if isinstance(it, str):
            yield _bare_text(it, place)
        else:
            begun = replace(place)  # whichever is shown begins where the other does; no formula ends inside a cloze
            asked = tuple(_bare_tex(it.asked, begun))
            yield Choice(it.numbers, asked, tuple(_bare_tex(it.other, place)))


def _bare_text(text: str, place: _Place) -> str:
    kept = []
    for part in _TEX.split(text):
        if part in _ENDS:
            place.tex = _ENDS[part]
        elif place.tex:
            part = _bare(part, place)
        kept.append(part)
    return "".join(kept)


def _bare(text: str, place: _Place) -> str:
    """Take away tags; one may have begun in the text before, or end in the text after."""
    text = _TAG_IN_TEX.sub("", "<" + text if place.tag else text)
    text, begun, _ = text.partition("<")
    place.tag = bool(begun)
    return text
