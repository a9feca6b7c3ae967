"""A field as Anki stores it -> what in its formulas a card must not run. Anything found is a bug of ours.

The second opinion on TeX: it shares no code and no list with `text/_tex.py`. It plays through each card: takes the
marks of clozes out as Anki does, finds the formulas as MathJax does, and looks for families of commands that make
links, load, define, or write attributes. What it does not know is harmless: MathJax shows it in red.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.base.characters import unescaped

_FAMILIES = re.compile(
    r"(?i:href|url|html|css|style|class|data|cs(?:name|id|string|$)|char$|unicode|require|use|load|input|include|import|bbox"
    r"|enclose|toggle|action|mathtip|texttip|mmltoken|[egx]?def|let|futurelet|global|long$|expandafter|(?:re)?new(?!line$)"
    r"|provide|declare|setoptions|mathtoolsset|label|ref$|eqref|refeq|rule$|(?:cell|row|column)color|special|catcode|verb"
    r"|write|read|open)|Space$|U$"
)
_MARK = re.compile(r"\{\{c([\d,]+)::|\}\}")
_TAG = re.compile(r"<[^<>]*>")
_BOUNDARY = "\ue000"  # where an element begins or ends
_STEP = re.compile(r"\\(?:[A-Za-z]|[^\n])|[{}]")
_WORD = re.compile(r"\\([A-Za-z]+)")
_DEEPER = {"{": 1, "}": -1}
_OPENS = re.compile(r"\\[(\[]")
_CLOSES = {"\\(": "\\)", "\\[": "\\]"}


class _Cloze(NamedTuple):
    """A cloze of a text that is shown: from `start` to `end`, the marks taken out."""

    start: int
    end: int
    numbers: str
    hint: str


def problems(field: str, clozes: bool = True) -> Iterator[str]:
    """Yield what is wrong with the formulas of a field. Without `clozes`, its braces are all shown."""
    if "\\" not in field:
        return
    text, found = _shown(field) if clozes else (_read(field), [])
    yield from _text_problems(text, found)


def _shown(field: str) -> tuple[str, list[_Cloze]]:
    """Return what MathJax reads where every cloze is shown, and the clozes."""
    shown, length, at = [], 0, 0
    begun: list[tuple[int, str]] = []
    clozes: list[_Cloze] = []
    for mark in (*_MARK.finditer(field), None):
        text, colons, hint = field[at : mark.start() if mark else None], "", ""
        if begun:
            text, colons, hint = text.partition("::")
        shown.append(_read(text))
        length += len(shown[-1])
        if mark is None:
            break
        at = mark.end()
        if mark[1]:
            begun.append((length, mark[1]))
        elif begun:
            clozes.append(_Cloze(begun[-1][0], length, begun[-1][1], _read(hint) if colons else "..."))
            begun.pop()
        else:
            shown.append("}}")
            length += 2
    return "".join(shown), clozes


def _read(html: str) -> str:
    return unescaped(_TAG.sub(_BOUNDARY, html))


def _text_problems(text: str, clozes: list[_Cloze]) -> Iterator[str]:
    at, in_formulas = 0, set[_Cloze]()
    edges = {edge for it in clozes for edge in (it.start, it.end)}
    while (start := _opening(text, at, edges)) >= 0:
        end = _end(text, start)
        if end < 0:
            yield "a formula that does not end"
            return
        touched = [
            it for it in clozes if start < it.end and it.start < end and not (it.start <= start and end <= it.end)
        ]
        in_formulas.update(touched)
        for version in _versions(text, start, end, touched):
            yield from _formula_problems(version)
        at = end
    for cloze in clozes:
        if "\\" in cloze.hint and cloze not in in_formulas:
            yield from _text_problems(f"[{cloze.hint}]", [])


def _opening(text: str, at: int, edges: set[int]) -> int:
    """Return where the next formula begins; -1 where none does."""
    for found in _OPENS.finditer(text, at):
        if found.start() + 1 not in edges:  # outside formulas a cloze is an element, which parts the two signs
            return found.start()
    return -1


def _end(text: str, start: int) -> int:
    """Return where MathJax ends the formula that begins at `start`; -1 where it does not."""
    closes, depth = _CLOSES[text[start : start + 2]], 0
    for step in _STEP.finditer(text, start + 2):
        if step[0] == closes and not depth:
            return step.end()
        depth = max(0, depth + _DEEPER.get(step[0], 0))
    return -1


def _versions(text: str, start: int, end: int, clozes: list[_Cloze]) -> Iterator[str]:
    """Yield a formula as the cards show it: with all of its clozes, and with those of each number hidden."""
    yield text[start:end]
    for number in dict.fromkeys(number for it in clozes for number in it.numbers.split(",")):
        kept: list[str] = []
        at = start
        for cloze in sorted(clozes, key=lambda it: (it.start, -it.end)):
            if number in cloze.numbers.split(",") and cloze.start >= at:
                kept += text[at : cloze.start], f"[{cloze.hint}]"
                at = cloze.end
        yield "".join((*kept, text[at:end]))


def _formula_problems(formula: str) -> Iterator[str]:
    inside = formula[2:-2]
    if formula[:2] not in _CLOSES or _end(formula, 0) != len(formula) or _unbalanced(inside):
        yield f"a formula whose end is not where it seems: {formula[:60]}"
    if _BOUNDARY in formula:
        yield f"a formula with an element in it: {formula[:60]}"
    words = list(_WORD.finditer(re.sub(r"\\\\", "  ", inside)))
    for word in words:
        name = word[1]
        if _FAMILIES.match(name):
            yield f"a formula with '\\{name}'"
        if name.endswith(("color", "colorbox")):
            yield from _colour_problems(name, inside[word.end() :])
        if name in ("begin", "cancel", "bcancel", "xcancel", "overbracket", "underbracket"):
            options = re.match(r"\s*(?:\{[^{}]*\})?\s*\[([^\]]*)(?:\]\s*\[([^\]]*))?", inside[word.end() :])
            second = (options[2] or "") if options and name.endswith("bracket") else ""
            if options and re.search(r"[^\w#=.,\s]", options[1] + second, re.ASCII):
                yield f"a formula with options of '\\{name}': {options[1][:60]}"
        if name == "genfrac":
            width = re.match(r"(?:\s*(?:\{[^{}]*\}|\\[a-zA-Z]+|\\?[^{}\\\s])){2}\s*\{([^{}]*)", inside[word.end() :])
            if width and re.search(r"[^\w.\s]", width[1]):
                yield f"a formula with a width that is not one: {width[1][:60]}"


def _colour_problems(name: str, rest: str) -> Iterator[str]:
    for _ in range(2 if name == "fcolorbox" else 1):
        colour = re.match(r"\s*\{([^{}]*)\}", rest)
        if not colour or re.search(r"[^0-9A-Za-z#\s]", colour[1]):
            yield f"a formula with a colour that is not one: {rest[:60]}"
            return
        rest = rest[colour.end() :]


def _unbalanced(tex: str) -> bool:
    depth = 0
    for step in _STEP.finditer(tex):
        depth += _DEEPER.get(step[0], 0)
        if depth < 0:
            return True
    return depth != 0
