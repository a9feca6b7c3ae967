"""The source of a regular expression -> the same, compiled when it is first used.

To compile them all was a tenth of what a build needs to start, and most decks use a third of them.
"""

import re
from typing import Any, AnyStr, cast


def regex(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what `re.compile` would, for its attributes; functions of `re` and `isinstance` do not know it."""
    return cast("re.Pattern[AnyStr]", _Regex(source, flags))


class _Regex:
    """Not yet compiled. What was asked for once is an attribute, found as fast as that of a compiled pattern."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self.pattern = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Compile; `re` keeps what it compiled, for the second attribute."""
        value = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, value)
        return value
