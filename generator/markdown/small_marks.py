"""A text -> where it is set smaller: `<sub>` and `<sup>` in pairs on one line, and readings above Han characters.

Readings are written as {東京|とうきょう}, 東京[とうきょう] or <ruby>東京<rt>とうきょう</rt></ruby>.
"""

import re
from typing import NamedTuple

from generator.base.patterns import regex
from generator.markdown.code_spans import Code, within

_TAG = regex(r"<(/?)(su[bp])>|\n", re.IGNORECASE)
_HAN = r"[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_BASE = rf"{_HAN}[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff]{{0,20}}"
_KANA = r"[\u3040-\u30ff\u30fb\s|・]{1,60}"
_READING = (  # for `re` to compile when it is first needed, which takes 4 ms
    rf"\{{({_BASE})\|({_KANA})\}}|({_HAN}{{1,20}})\[({_KANA})\]|(?i:<ruby>)\s*({_BASE})(?i:<rp>[^<>]{{0,3}}</rp>)?"
    rf"(?i:<rt>)({_KANA})(?i:</rt>)(?i:<rp>[^<>]{{0,3}}</rp>)?\s*(?i:</ruby>)"
)  # case counts but in the tags: Python needs 20 ms more to compile these ranges without it
_ANY = re.compile(r"(?i:<su[bp]>|<ruby>)|[^\x00-\x7f][\[|\u3040-\u30ff]")  # each of them has one of these


class Small(NamedTuple):
    """What stands for `text[start:end]`: a tag, or a word with its reading."""

    start: int
    end: int
    html: str


def small_marks(text: str, code: tuple[Code, ...]) -> tuple[Small, ...]:
    """Return what of a text is set smaller, in its order; tags without their partner are text."""
    if not _ANY.search(text):
        return ()
    found = [
        Small(it.start(), it.end(), _ruby(*(part for part in it.groups() if part is not None)))
        for it in re.finditer(_READING, text)
        if not within(code, it.start())
    ]
    return tuple(sorted([*found, *_pairs(text, code)]))


def _ruby(base: str, reading: str) -> str:
    return f"<ruby>{base}<rt>{' '.join(reading.replace('|', ' ').split())}</rt></ruby>"


def _pairs(text: str, code: tuple[Code, ...]) -> list[Small]:
    found: list[Small] = []
    open: list[re.Match[str]] = []
    for tag in _TAG.finditer(text):
        if tag[0] == "\n":
            open = []
        elif within(code, tag.start()):
            continue
        elif not tag[1]:
            open.append(tag)
        elif open and open[-1][2].lower() == tag[2].lower():
            begun = open.pop()
            found += Small(*begun.span(), begun[0].lower()), Small(*tag.span(), tag[0].lower())
    return found
