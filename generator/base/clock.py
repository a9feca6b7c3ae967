"""The environment and the machine's clock -> the time a build happens at, in seconds since 1970."""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

EARLIEST = 1_262_304_000  # 2010-01-01: Anki has no earlier notes
_DAY = 86_400


class Absurd(Exception):
    """The time cannot be right; the text says why."""


def now(environment: Mapping[str, str]) -> int:
    """Return SOURCE_DATE_EPOCH where it is set, else the clock. Raises Absurd before 2010 and a day after the clock.

    Source: https://reproducible-builds.org/specs/source-date-epoch/
    """
    clock = int(time.time())
    given = environment.get("SOURCE_DATE_EPOCH", "")
    if not given:
        if clock < EARLIEST:
            raise Absurd(f"the machine's clock says {day(clock)}, which is before 2010")
        return clock
    if not re.fullmatch(r"\d{1,12}", given, re.ASCII):
        raise Absurd(f"SOURCE_DATE_EPOCH is '{given[:40]}', which is not a number of seconds")
    chosen = int(given)
    if chosen < EARLIEST:
        raise Absurd(f"SOURCE_DATE_EPOCH is {day(chosen)}, which is before 2010")
    if chosen > clock + _DAY:
        raise Absurd(f"SOURCE_DATE_EPOCH is {chosen}, more than a day ahead of the machine's clock ({day(clock)})")
    return chosen


@lru_cache  # a release gives most of its notes the same time
def day(seconds: int) -> str:
    """Return a time's day in UTC, the same everywhere; a time outside the calendar is shown as a number."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (OverflowError, OSError, ValueError):
        return str(seconds)
