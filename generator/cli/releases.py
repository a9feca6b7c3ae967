"""The commands about what students get: a build, a release, what it would change, and the notes that say so."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.console import FINE, TO_FIX, now, paint, progress, quoted, say, show, talk
from generator.cli.console import name_ignored as name_them
from generator.cli.options import (
    FILE,
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
    from generator.pipeline.build import Built, Wish

_RETIRE = click.option("--retire", is_flag=True, help="Withdraw the notes that are gone from the source.")
_REASON = click.option(
    "--reason", default="", callback=one_line, metavar="TEXT", help="Why they are withdrawn; students read it."
)
_FORGET = click.option("--forget", is_flag=True, help="Drop the drafts that are gone: only where nobody imported them.")
_NEW_LEDGER = click.option(
    "--new-ledger", is_flag=True, help="Start a new ledger; safe only if nobody has imported the deck."
)
_FROM = click.option(
    "--from", "since", default="", metavar="REV", help="Compare with a git revision, a ledger or a package instead."
)


def build_options(command: Callable[..., int]) -> Callable[..., int]:
    """Take what a build can be asked for."""
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


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if anything would change.")
@build_options
def build(source: Path, out: Path, only_check: bool, **options: Any) -> int:
    """Check the decks and write their packages and ledgers.

    Prints what the next release changes for students who have the last one.

    \b
    deckwright build
    deckwright build cards_src/calcinosis_cutis -o out
    """
    built, status = _built(source, out, only_check, options)
    quiet, drafts = options["quiet"], sum(len(it.release.plan.drafts) for it in built if it.release.plan.is_first)
    if drafts and not only_check:
        talk(f"{_drafts(drafts)}: no release holds them yet; before you share: deckwright release", quiet)
    return status


@click.command()
@click.option("--name", default="", callback=one_line, help="The release's name; by default the day.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if anything is unreleased.")
@build_options
def release(source: Path, out: Path, name: str, only_check: bool, **options: Any) -> int:
    """Build what students get and write what goes out with it.

    Keeps what was released, and writes release notes and corrections beside the packages. Without an edit it changes
    nothing.

    \b
    deckwright release
    deckwright release --name v1.1
    """
    built, status = _built(source, out, only_check, options, name=name.strip(), release=True)
    if built and not only_check:
        _talk_of_release(source, out, built, options["quiet"])
    return status


def _built(
    source: Path, out: Path, only_check: bool, options: dict[str, Any], **more: Any
) -> "tuple[tuple[Built, ...], int]":
    """Build, print what was done, and return it with the exit status."""
    from generator.pipeline import build as pipeline
    from generator.pipeline.check import passes
    from generator.show import report

    form, quiet, reason = options["form"], options["quiet"], options["reason"]
    if reason and not options["retire"]:
        raise click.UsageError("--reason says why notes are withdrawn: give --retire, too")
    wish = pipeline.Wish(now(), options["retire"], reason, options["new_ledger"], options["forget"], **more)
    built: tuple[Built, ...] = ()
    with progress(quiet, form) as tell:
        planned = pipeline.plan(source, out, wish, tell)
        found = planned.diagnostics
        if passes(found, options["strict"]):
            built, problems = pipeline.build(planned, out, not only_check, tell)
            found = (*found, *problems)
    name_them(planned.ignored, options["verbose"])
    _show(built, found, form, quiet, frozenset() if options["strict"] else planned.settled)
    if built:
        _talk_of_gone(built, out, wish, only_check, quiet)
    else:
        talk(report.not_built(found), quiet)
    differs = [path for it in built for path in it.written] if only_check else []
    for path in differs:
        talk(f"{path.as_posix()} would change", quiet)
    return built, FINE if built and not differs else TO_FIX


def _show(
    built: "Sequence[Built]", found: "Sequence[Diagnostic]", form: str, quiet: bool, settled: "frozenset[Diagnostic]"
) -> None:
    """Print what was built, and what is wrong; warnings that were there before are one line."""
    from generator.show import plan_report, report

    if form == "json":
        click.echo(plan_report.built_json(built, found), nl=False)
    else:
        old = [it for it in found if it in settled] if form == "text" else []
        show([it for it in found if it not in old], form)
        talk(f"{report.mistakes(old)}: deckwright check shows {'it' if len(old) == 1 else 'them'}", quiet or not old)
        say("" if quiet else plan_report.built_text(built, paint), nl=False)


def _drafts(number: int) -> str:
    from generator.base.diagnostics import counted

    return counted(number, "draft")


def _talk_of_gone(built: "Sequence[Built]", out: Path, wish: "Wish", only_check: bool, quiet: bool) -> None:
    """Say what is missing where notes were withdrawn or forgotten, and how to take it back."""
    plans = {it.release.deck.id: it.release.plan for it in built}
    retired = [id for id, plan in plans.items() if plan.retired_now] if wish.retire else []
    forgotten = [id for id, plan in plans.items() if plan.forgotten.notes or plan.forgotten.numbers]
    if wish.retire and not retired:
        talk("nothing to withdraw", quiet)
    if wish.forget and not forgotten:
        talk("nothing to forget: every draft is still there", quiet)
    if retired and not wish.reason:
        talk("no reason given: students will ask; --reason TEXT says why", quiet)
    for id in sorted({*retired, *forgotten}) if not (only_check or wish.release) else ():
        talk(f"undo before you release: {_undo(out, id)}", quiet)


def _undo(out: Path, deck: str) -> str:
    """Return the line that brings a ledger back; the package is built anew from it."""
    import os

    from generator.release import shelf

    kept, ledger, package = (path(out, deck) for path in (shelf.undo_path, shelf.ledger_path, shelf.package_path))
    move, remove = ("mv -f", "rm -f") if os.name != "nt" else ("move /y", "del")
    return f"{move} {quoted(kept)} {quoted(ledger)} && {remove} {quoted(package)}"


def _talk_of_release(source: Path, out: Path, built: "Sequence[Built]", quiet: bool) -> None:
    """Say whether anything was released, and how to keep it in git."""
    import re

    from generator.base.revision import is_in_git

    names = list(dict.fromkeys(it.name for it in built if it.written))
    if not names:
        talk("nothing to release: students have all of it since the last one", quiet)
    elif is_in_git(out):
        name = " and ".join(names)
        tag = re.sub(r"[^\w.+-]+|\.(?=\.)|[.]+$", "-", name).strip("-.")
        tag = tag if tag.startswith("v") else f"v{tag}"
        lines = (
            f"git add -A -- {quoted(source)} {quoted(out)}",
            f"git commit -m {quoted(Path(f'Release {name}'))}",
            f"git tag {quoted(Path(tag))}",
        )
        talk("keep it in git, and tag it:\n" + "\n".join(f"  {line}" for line in lines), quiet)


@click.command()
@source_argument
@out_option
@_FROM
@form_option("text", "json", "github")
@quiet_option
def plan(source: Path, out: Path, since: str, form: str, quiet: bool) -> int:
    """Say what a release would change for students who have the last one.

    Writes nothing.

    \b
    deckwright plan
    deckwright plan --from v1.0 --format json
    """
    from generator.pipeline import build as pipeline
    from generator.pipeline.check import passes
    from generator.release import shelf
    from generator.show import plan_report, report

    with progress(quiet, form) as tell:
        planned = pipeline.plan(source, out, pipeline.Wish(now(), retire=True, since=since), tell)
    found = planned.diagnostics
    releases = planned.releases if passes(found, strict=False) else ()
    gone = [id for it in releases for id in it.plan.retired_now]
    never = bool(gone) and all(it.ledger.entries[id].extras.draft for it in releases for id in it.plan.retired_now)
    if form == "json":
        paths = [(it, shelf.package_path(out, it.deck.id).as_posix()) for it in releases]
        click.echo(plan_report.plans_json(paths, found), nl=False)
    else:
        show(found, form)
        say("".join(f"{it.deck.id}:\n{plan_report.plan_text(it, paint)}" for it in releases), nl=False)
    if gone:
        forget = "; --forget drops them if nobody has them" if never else ""
        talk(f"a build stops here until you put them back, say 'was:', or withdraw them with --retire{forget}", quiet)
    talk("" if releases else f"no plan: {report.mistakes(found)}", quiet or bool(releases))
    return FINE if releases else TO_FIX


@click.command()
@click.argument("old", type=FILE, metavar="[OLD_LEDGER]", required=False)
@click.argument("new", type=FILE, metavar="[NEW_LEDGER]", required=False)
@out_option
@_FROM
@form_option("text", "json")
@quiet_option
def changes(old: Path | None, new: Path | None, out: Path, since: str, form: str, quiet: bool) -> int:
    """Print the release notes for students.

    They say what differs between an older ledger and a newer one: by default the last release, and the last build.

    \b
    deckwright changes
    deckwright changes --from v1.0
    deckwright changes old.ledger.jsonl decks/calcinosis-cutis.ledger.jsonl
    """
    from generator.release import since as ages
    from generator.release.changes import compare, release_notes
    from generator.show import plan_report

    if old and since:
        raise click.UsageError("give an older ledger or --from, not both")
    pairs, found = ages.two_ledgers(old, new, out, now()) if old else ages.pairs(out, since, now())
    if found or not pairs:
        show(found, form)
        talk("no ledger was found: build first", quiet or bool(found))
        return TO_FIX
    differs = [compare(*pair) for pair in pairs]
    parts = [plan_report.changes_json(it) if form == "json" else release_notes(it) for it in differs]
    say(("" if form == "json" else "\n").join(parts), nl=False)
    return FINE
