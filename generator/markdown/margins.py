"""A text under `|` -> whether its lines look wrapped at a margin, and were not meant to be lines of the card."""

from collections.abc import Iterable
from itertools import pairwise

from generator.base.patterns import regex
from generator.markdown.code_spans import Code

_SHORT = 45  # characters: a line as short as this was ended on purpose
_MOST = 0.8  # of the line ends, at least, must be where the next word no longer fitted
_BLOCK = regex(r"\s*(?:[-*+>|#•‣◦▪●]|\d{1,9}[.)]\s|\\\[|\$\$|:)")
_ENDED = regex(r"[.!?:;|。\uff01\uff1f]$|[.!?][\"'”\u2019»)]$|\\$|  $")
_CODE = regex(r"[^\n]")


def wrapped(value: str, code: Iterable[Code]) -> bool:
    """Say whether most lines end because of a margin: the next word was too long for them, and the sentence goes on."""
    if "\n" not in value:
        return False
    for it in code:
        if it.block:
            value = value[: it.start] + _CODE.sub(" ", value[it.start : it.end]) + value[it.end :]
    lines = value.split("\n")
    widest = max(map(len, lines))
    pairs = [(a, b) for a, b in pairwise(lines) if a.strip() and b.strip() and not _BLOCK.match(b)]
    full = [(a, b) for a, b in pairs if len(a) > _SHORT and len(a) + 1 + len(b.split()[0]) > widest]
    flowing = [b for a, b in full if not _ENDED.search(a) and b.lstrip()[0].islower()]
    return bool(flowing) and len(full) >= _MOST * len(pairs) and 2 * len(flowing) >= len(full)
