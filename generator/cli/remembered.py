"""A command and its inputs -> what it printed the last time that all of them were the same, or a run of it."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.console import FINE, PRINTED, looks

if TYPE_CHECKING:
    from generator.cache.inputs import Inputs
    from generator.cache.store import Store
    from generator.deck.schema import Files

Printed = list[tuple[str, bool, bool]]  # text, whether a line feed follows, whether it went to stderr


def remembered(
    run: Callable[["Files | None"], int], words: Sequence[object], source: Path, out: Path | None = None, now: int = 0
) -> int:
    """Run a command that reads `source` and the packages in `out`, or print what it printed when they were the same.

    `words` are its other options. A run that changes what it read is not remembered. `now` is in s since 1970: to a
    clock that was set back, a ledger can be one of the future.
    """
    from generator.cache import inputs, store
    from generator.cache.program import program

    kept = store.opened(os.environ)
    before = inputs.of(source, out) if kept else None
    if kept is None or before is None:
        return with_results(run)
    asked = store.key(program(), repr((words, str(source), str(out), looks(), before.digest)))
    told = _told(kept.get(asked), now)
    if told is not None:
        return told
    printed: Printed = []
    click.get_current_context().meta[PRINTED] = printed
    if out is None:
        status, after = with_results(run), inputs.of(source, out)
    else:
        from generator.cache.results import Kept

        status, after = _build_again(run, kept, Kept(kept), source, out, before)
    # Why a build stopped can depend on more: its advice is of git.
    if (status == FINE or out is None) and after == before:
        kept.put(asked, json.dumps([now, status, printed]).encode())
    return status


def at_a_save(run: "Callable[[Files | None], int]", source: Path, out: Path, files: "Files") -> int:
    """Run a build by what the last one left, and by `files`, which know what was read before."""
    from generator.cache import inputs, store

    kept = store.opened(os.environ)
    before = inputs.of(source, out) if kept else None
    return _build_again(run, kept, files, source, out, before)[0] if kept and before else run(files)


def _build_again(
    run: "Callable[[Files | None], int]", kept: "Store", known: "Files", source: Path, out: Path, before: "Inputs"
) -> "tuple[int, Inputs | None]":
    """Run a build by what the last one left; return its status, and what a next one reads, None where it is not that.

    What a build of edited notes leaves is not looked at once more, as it is known.
    """
    from generator.again.edited import Again
    from generator.cache import inputs, store
    from generator.cache.program import program

    project = repr((str(source.absolute()), str(source), str(out)))
    files = Again(known, kept, store.key(program(), "last", project), before)
    status = run(files)
    after = None if files.wrote else inputs.of(source, out)
    files.end(after)
    kept.tidy()
    return status, after


def with_results(run: Callable[["Files | None"], int]) -> int:
    """Run a command by what earlier runs made of the same files."""
    from generator.cache import store

    kept = store.opened(os.environ)
    if kept is None:
        return run(None)
    from generator.cache.results import Kept

    status = run(Kept(kept))
    kept.tidy()
    return status


def _told(value: bytes | None, now: int) -> int | None:
    """Print what a run printed, and return its status; None where that was not kept."""
    try:
        then, status, kept = json.loads(value or b"null")
        printed: Printed = [(str(text), bool(nl), bool(err)) for text, nl, err in kept]
        then, status = int(then), int(status)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    if then > now:
        return None
    for text, nl, err in printed:
        click.echo(text, nl=nl, err=err)
    return status
