"""What something follows from, and how it is made -> the same as before where that is as before, else made anew.

The key must hold everything that the result depends on, and nobody may change a result. Then a page that follows the
saves is the page that would be made from scratch.
"""

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class Memory:
    """Remembers nothing: for those who make everything once."""

    def last(self, what: Hashable, follows_from: object, make: Callable[[], T]) -> T:
        """Return what was made last under the name `what`, if it followed from the same."""
        return make()

    def known(self, what: Hashable) -> object | None:
        """Return what was kept under a name."""
        return None

    def keep(self, what: Hashable, value: object) -> None:
        """Keep a value under a name."""


class Lasting(Memory):
    """Remembers under each name what was made last."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[object, object]] = {}
        self._kept: dict[Hashable, object] = {}

    def last(self, what: Hashable, follows_from: object, make: Callable[[], T]) -> T:
        """Return what was made last under the name `what`, if it followed from the same."""
        known = self._made.get(what)
        if known is None or known[0] != follows_from:
            self._made[what] = known = (follows_from, make())
        return cast("T", known[1])

    def known(self, what: Hashable) -> object | None:
        """Return what was kept under a name."""
        return self._kept.get(what)

    def keep(self, what: Hashable, value: object) -> None:
        """Keep a value under a name."""
        self._kept[what] = value


NONE = Memory()
