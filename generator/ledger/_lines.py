"""A line of a ledger -> its JSON object, of which every text is one visible line and every number is finite.

A stranger can write a ledger, in a branch. What it holds is printed, and goes into release notes and packages, so each
text is checked here, whatever its key.
"""

import json
import re
from typing import Any, NoReturn

from generator.base.characters import one_line_of_text
from generator.base.limits import MAX_TEXT

LONGEST = 500  # characters of a name or a hash; a deck and its subdeck have 400 together
MOST_DIGITS = 40  # of a number; the times and ids that a ledger holds have 19 at most


class Unfit(Exception):
    """A line that no build wrote; the text says why."""


def parsed(line: str) -> dict[str, Any]:
    """Return the object of a line. Raises Unfit."""
    try:
        value = _decode(line)
    except (ValueError, RecursionError):
        raise Unfit("deckwright did not write this line") from None
    if not isinstance(value, dict):
        raise Unfit("deckwright did not write this line")
    if not line.isprintable() or "\\" in line:  # else every text of it is fit: most lines need no second look
        _look_at(value, "")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for at, key in enumerate(keys) if key in keys[:at])
        raise Unfit(f"duplicate key {_shown(twice)}")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if number - number != 0:
        _no_number(text)
    return number


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise Unfit(f"a number of more than {MOST_DIGITS} digits")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise Unfit(f"{_shown(text)} is not a number that a ledger holds")


_decode = json.JSONDecoder(
    object_pairs_hook=_once, parse_float=_finite, parse_int=_whole, parse_constant=_no_number
).decode


def _look_at(value: Any, name: str) -> None:
    """Refuse a text that could not be printed as it is; `name` is the key of the line under which it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _look_at(key, name)
            _look_at(inner, name or key)
    elif isinstance(value, list):
        for inner in value:
            _look_at(inner, name)
    elif isinstance(value, str) and not one_line_of_text(value):
        where = _shown(name) if name else "a key"
        raise Unfit(f"{where} holds a line break, or a character that no text may hold")


def _shown(text: str) -> str:
    return f"'{text[:40]}'" if one_line_of_text(text[:40]) else "of odd characters"


def text(line: dict[str, Any], name: str) -> str:
    """Return a text of a line. Raises Unfit, as the others do."""
    value = line.get(name)
    if not isinstance(value, str):
        raise Unfit(f"'{name}' is missing, or not a text")
    if len(value) > MAX_TEXT:
        raise Unfit(f"'{name}' has more than {MAX_TEXT:,} characters")
    return value


def word(line: dict[str, Any], name: str, pattern: re.Pattern[str], what: str) -> str:
    """Return a text of a line that is of a form, and not longer than it can be."""
    value = text(line, name)
    if len(value) > LONGEST or not pattern.fullmatch(value):
        raise Unfit(f"'{name}' is not {what}: '{value[:60]}'")
    return value


def number(line: dict[str, Any], name: str) -> int:
    """Return a whole number of a line."""
    value = line.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unfit(f"'{name}' is missing, or not a number")
    return value


def mapping(line: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a mapping of a line."""
    value = line.get(name)
    if not isinstance(value, dict):
        raise Unfit(f"'{name}' is missing, or not a mapping")
    return value
