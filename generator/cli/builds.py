"""Options of a build -> decks built and shown: what the commands `build` and `release` share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.console import FINE, TO_FIX, name_ignored, now, paint, progress, put, quoted, say, show, talk
from generator.cli.options import (
    form_option,
    one_line,
    out_option,
    quiet_option,
    source_argument,
    strict_option,
    verbose_option,
)

if TYPE_CHECKING:
    from generator.base.diagnostics import Diagnostic
    from generator.base.progress import Tell
    from generator.deck.schema import Files
    from generator.pipeline.build import Built, Planned, Wish

_RETIRE = click.option("--retire", is_flag=True, help="Withdraw notes that were deleted from the source.")
_REASON = click.option(
    "--reason", default="", callback=one_line, metavar="TEXT", help="Why they are withdrawn; shown to students."
)
_FORGET = click.option(
    "--forget", is_flag=True, help="Drop drafts that were deleted; safe only if nobody has imported them."
)
_NEW_LEDGER = click.option(
    "--new-ledger", is_flag=True, help="Start a new ledger; safe only if nobody has imported the deck."
)


def build_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options of a build."""
    options = (
        source_argument,
        out_option,
        _RETIRE,
        _REASON,
        _FORGET,
        _NEW_LEDGER,
        strict_option,
        form_option("text", "json", "github"),
        verbose_option,
        quiet_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def built_and_shown(
    source: Path, out: Path, only_check: bool, options: dict[str, Any], files: "Files | None" = None, **more: Any
) -> "tuple[tuple[Built, ...], int]":
    """Build, print what was done, and return it with the exit status."""
    from generator.pipeline.build import Wish
    from generator.show import problem_report

    form, quiet, reason = options["form"], options["quiet"], options["reason"]
    if reason and not options["retire"]:
        raise click.UsageError("--reason says why notes are withdrawn: add --retire")
    wish = Wish(now(), options["retire"], reason, options["new_ledger"], options["forget"], **more)
    with progress(quiet, form) as tell:
        planned, built, found = _made(source, out, wish, only_check, options["strict"], files, tell)
    name_ignored(planned.ignored, options["verbose"])
    _show(built, found, planned, options)
    if built:
        _talk_of_gone(built, out, wish, only_check, quiet)
    else:
        talk(problem_report.not_built(found), quiet)
    differs = [path for it in built for path in it.written] if only_check else []
    for path in differs:
        talk(f"{path.as_posix()} would change", quiet)
    return built, FINE if built and not differs else TO_FIX


def _made(
    source: Path, out: Path, wish: "Wish", only_check: bool, strict: bool, files: "Files | None", tell: "Tell"
) -> "tuple[Planned, tuple[Built, ...], tuple[Diagnostic, ...]]":
    """Return the plan, what was built by it, and everything that is wrong: of the notes that were edited, or of all."""
    from generator.again.edited import Again
    from generator.pipeline import build as pipeline
    from generator.pipeline.check import passes

    again = files if isinstance(files, Again) else None
    if again and (edited := again.edited(source, out, wish, strict, tell)):
        return *edited, edited[0].diagnostics
    planned = pipeline.plan(source, out, wish, tell, files)
    if not passes(planned.diagnostics, strict):
        return planned, (), planned.diagnostics
    built, problems = pipeline.build(planned, out, not only_check, tell)
    if again:
        again.built(planned, built)
    return planned, built, (*planned.diagnostics, *problems)


def _show(built: "Sequence[Built]", found: "Sequence[Diagnostic]", planned: "Planned", options: dict[str, Any]) -> None:
    """Print what was built, and what is wrong; warnings that were there before are one line."""
    from generator.show import plan_report
    from generator.show.problem_report import mistakes

    form, quiet = options["form"], options["quiet"]
    if form == "json":
        put(plan_report.built_json(built, found), nl=False)
    else:
        settled = planned.settled if form == "text" and not options["strict"] else frozenset()
        old = [it for it in found if it in settled]
        show([it for it in found if it not in settled], form, planned.baseline.often)
        talk(
            f"{mistakes(old)}: deckwright check shows {'it' if len(old) == 1 else 'them'}",
            quiet or not old,
        )
        say("" if quiet else plan_report.built_text(built, paint), nl=False)


def _talk_of_gone(built: "Sequence[Built]", out: Path, wish: "Wish", only_check: bool, quiet: bool) -> None:
    """Say what is missing where notes were withdrawn or forgotten, and how to take it back."""
    plans = {it.release.deck.id: it.release.plan for it in built}
    retired = [id for id, plan in plans.items() if plan.retired_now] if wish.retire else []
    forgotten = [id for id, plan in plans.items() if plan.forgotten]
    if wish.retire and not retired:
        talk("nothing to withdraw", quiet)
    if wish.forget and not forgotten:
        talk("nothing to forget: every draft is still there", quiet)
    if retired and not wish.reason:
        talk("no reason given; --reason TEXT tells students why", quiet)
    for id in sorted({*retired, *forgotten}) if not (only_check or wish.release) else ():
        talk(f"undo before you release: {_undo(out, id)}", quiet)


def _undo(out: Path, deck: str) -> str:
    """Return the line that brings a ledger back; the package is built anew from it."""
    import os

    from generator.release import shelf

    kept, ledger, package = (path(out, deck) for path in (shelf.undo_path, shelf.ledger_path, shelf.package_path))
    move, remove = ("mv -f", "rm -f") if os.name != "nt" else ("move /y", "del")
    return f"{move} {quoted(kept)} {quoted(ledger)} && {remove} {quoted(package)}"
