"""A stretch of prose -> which stars between two letters are marks: those round a word in a script without spaces.

`这是*重点*。` and `*강조*는` are emphasised; `HLA-B*27`, `5*10`, `长*宽*高` and `体积=底*高*2` are not.
"""

import re
from unicodedata import east_asian_width

from generator.base.patterns import regex

WIDE_STOPS = "\u3001\u3002\uff0c\uff0e\uff1a\uff1b\uff01\uff1f"
_STAR = re.compile(r"(?<![*\\])\*(?!\*)|\n")
_SIGN = regex(r"[=\uff1d\u2248\u00d7\u00f7]")
_STOPS = regex(rf"[{WIDE_STOPS},;\n]")
_REACH = 40  # how far round a word signs of arithmetic are looked for


def starred(prose: str) -> frozenset[int]:
    """Return the places of the stars that begin or end such a word."""
    found: set[int] = set()
    begun = -1
    for star in _STAR.finditer(prose):
        at = star.start()
        if star[0] == "\n":
            begun = -1
        elif begun < 0 or not _is_pair(prose, begun, at):
            begun = at
        else:
            if not _is_product(prose, begun, at):
                found |= {begun, at}
            begun = -1
    return frozenset(found)


def wide(character: str) -> bool:
    """Whether it is of a script that puts no spaces between words, or its punctuation."""
    return character != "" and east_asian_width(character) in "WF" and not character.isspace()


def _is_pair(prose: str, begun: int, ended: int) -> bool:
    """Whether something stands between two stars, and beside them no letter of a script with spaces."""
    inside, beside = prose[begun + 1 : ended], (prose[begun - 1 : begun], prose[ended + 1 : ended + 2])
    return (
        inside.strip() == inside != ""
        and any(wide(it) for it in beside)
        and not any(it.isalnum() and not wide(it) for it in beside)
    )


def _is_product(prose: str, begun: int, ended: int) -> bool:
    inside = prose[begun + 1 : ended]
    before = _STOPS.split(prose[max(0, begun - _REACH) : begun])[-1]
    after = _STOPS.split(prose[ended + 1 : ended + 1 + _REACH])[0]
    if not any(map(str.isalpha, inside)) or any(map(_SIGN.search, (before, inside, after))):
        return True
    return len(before) == len(inside) == len(after) == 1
