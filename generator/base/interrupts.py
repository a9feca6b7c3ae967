"""Ctrl-C at any moment -> one line and exit status 130, also while Python still imports or already leaves.

While a command works, Ctrl-C raises KeyboardInterrupt, so that what it made is cleared away. Before and after that
nothing is there to clear away, and Python's own answer would be a traceback: the process ends at once.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

STATUS = 130  # as shells have it: 128 and the signal's number
_LINE = b"deckwright: interrupted\n"


class Interrupted(BaseException):
    """Ctrl-C, on its way to the one line about it: click would print an empty line for a KeyboardInterrupt."""


def end_at_once() -> None:
    """Answer Ctrl-C with one line from now on. Where it is ignored, as in a shell's background, it stays so."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
        sys.unraisablehook = _unraisable


@contextmanager
def clearing_away() -> Iterator[None]:
    """Raise KeyboardInterrupt for the first Ctrl-C, where `end_at_once` was asked for; a second one ends at once."""
    if signal.getsignal(signal.SIGINT) is not _end:
        yield
        return
    signal.signal(signal.SIGINT, _raise)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _end)


def ignore() -> None:
    """Ignore Ctrl-C from here on: everything is printed, and Python, while it ends, would die of it without a word."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _raise(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, _end)
    raise KeyboardInterrupt


def _end(number: int, frame: FrameType | None) -> None:
    os.write(2, _LINE)
    os._exit(STATUS)


def _unraisable(problem: "UnraisableHookArgs") -> None:
    """An interrupt that arrives inside a destructor would be reported there, and lost."""
    if problem.exc_type is KeyboardInterrupt:
        _end(signal.SIGINT, None)
    sys.__unraisablehook__(problem)
