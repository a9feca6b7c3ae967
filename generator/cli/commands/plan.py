"""`deckwright plan`: a source folder and a ledger -> what a release would change for students who have the last one."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.console import FINE, TO_FIX, now, paint, progress, say, show, talk
from generator.cli.options import (
    Command,
    cold_option,
    form_option,
    from_option,
    out_option,
    quiet_option,
    source_argument,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.deck.schema import Files
    from generator.pipeline.build import Planned
    from generator.release.next_build import Release


@click.command(cls=Command)
@source_argument
@out_option
@from_option
@form_option("text", "json", "github")
@quiet_option
@cold_option
def plan(source: Path, out: Path, since: str, cold: bool, form: str, quiet: bool) -> int:
    """Say what a release would change for students who have the last one.

    Writes nothing.

    \b
    deckwright plan
    deckwright plan --from v1.0 --format json
    """
    from generator.cli.remembered import with_results

    def run(files: "Files | None") -> int:
        return _planned(source, out, since, files, form, quiet)

    return run(None) if cold else with_results(run)


def _planned(source: Path, out: Path, since: str, files: "Files | None", form: str, quiet: bool) -> int:
    """Plan, and print what a release would change."""
    from generator.pipeline import build as pipeline
    from generator.pipeline.check import passes
    from generator.show.problem_report import mistakes

    with progress(quiet, form) as tell:
        planned = pipeline.plan(source, out, pipeline.Wish(now(), retire=True, since=since), tell, files)
    found = planned.diagnostics
    releases = planned.releases if passes(found, strict=False) else ()
    _show(planned, releases, out, form)
    _talk_of_gone(releases, quiet)
    talk("" if releases else f"no plan: {mistakes(found)}", quiet or bool(releases))
    return FINE if releases else TO_FIX


def _show(planned: "Planned", releases: "Sequence[Release]", out: Path, form: str) -> None:
    from generator.release import shelf
    from generator.show import plan_report

    if form == "json":
        paths = [(it, shelf.package_path(out, it.deck.id).as_posix()) for it in releases]
        click.echo(plan_report.plans_json(paths, planned.diagnostics), nl=False)
    else:
        show(planned.diagnostics, form, planned.baseline.often)
        say("".join(f"{it.deck.id}:\n{plan_report.plan_text(it, paint)}" for it in releases), nl=False)


def _talk_of_gone(releases: "Sequence[Release]", quiet: bool) -> None:
    """Say what a build asks for where notes are gone from the source."""
    gone = [it.ledger.entries[id] for it in releases for id in it.plan.retired_now]
    if gone:
        forget = "; --forget drops them if nobody has them" if all(it.extras.draft for it in gone) else ""
        talk(f"a build stops here until you restore them, add 'was:', or withdraw them with --retire{forget}", quiet)
