"""A text -> where its code stands: blocks between fences, and stretches between backticks. Code is kept to the letter.

Source: CommonMark 0.31, 4.5 (fenced code blocks) and 6.1 (code spans).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from generator.base.patterns import regex

_LEADING = r"[ \t]*(?:(?:>|[-*]|\d{1,9}[.)])[ \t]+)*"  # what may stand before a fence: quotes and list marks
_FENCE = regex(rf"^{_LEADING}(`{{3,}}(?=[^`\n]*$)|~{{3,}}+)[^\n]*\n", re.MULTILINE)
_RUN = regex(r"`+")
_EMPTY_LINE = regex(r"\n[ \t]*\n")
_ESCAPES = regex(r"\\+$")


class Code(NamedTuple):
    """A stretch `text[start:end]` of code with its marks; of a block from its first line to the end of its last."""

    start: int
    end: int
    block: bool = False
    closed: bool = True


def code_in(text: str) -> tuple[Code, ...]:
    """Return the code of a text, in its order."""
    if "`" not in text and "~~~" not in text:
        return ()
    found: list[Code] = []
    at = 0
    for block in _blocks(text):
        found += [*_inline(text, at, block.start), block]
        at = block.end
    return (*found, *_inline(text, at, len(text)))


def within(code: tuple[Code, ...], at: int) -> bool:
    """Say whether a place is inside code."""
    before = bisect_right(code, (at, len(code) and code[-1].end + 1)) - 1
    return before >= 0 and at < code[before].end


def _blocks(text: str) -> Iterator[Code]:
    at = 0
    while begun := _FENCE.search(text, at):
        mark = begun[1]
        end = re.compile(rf"^[ \t>]*{mark[0]}{{{len(mark)},}}[ \t]*$", re.MULTILINE).search(text, begun.end())
        yield Code(begun.start(), end.end() if end else len(text), True, end is not None)
        at = end.end() if end else len(text)


def _inline(text: str, start: int, end: int) -> Iterator[Code]:
    """Yield each pair of equal runs of backticks within one paragraph."""
    runs = list(_RUN.finditer(text, start, end))
    places: dict[int, list[int]] = {}
    for run in runs:
        places.setdefault(len(run[0]), []).append(run.start())
    ends = [it.start() for it in _EMPTY_LINE.finditer(text, start, end)] if runs else []
    at = start
    for run in runs:
        if run.start() < at or len(_escapes(text, run.start())) % 2:
            continue
        same = places[len(run[0])]
        next = bisect_right(same, run.start())
        paragraph = bisect_left(ends, run.start())
        limit = ends[paragraph] if paragraph < len(ends) else end
        if next < len(same) and same[next] < limit:
            at = same[next] + len(run[0])
            yield Code(run.start(), at)


def _escapes(text: str, at: int) -> str:
    found = _ESCAPES.search(text, max(0, at - 20), at)
    return found[0] if found else ""
