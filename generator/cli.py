"""The command line: options in, one call of the pipeline, its report out."""

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from generator import __version__
from generator.cli_aside import explain, new, schema
from generator.console import (
    FINE,
    TO_FIX,
    attempt,
    columns,
    complain,
    name_ignored,
    not_installed,
    now,
    paint,
    progress,
    quoted,
    run,
    say,
    show,
    talk,
)
from generator.options import (
    EPILOG,
    FILE,
    Commands,
    Target,
    a_page,
    form_option,
    one_line,
    out_option,
    quiet_option,
    source_argument,
    strict_option,
    verbose_option,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.build import Previewed
    from generator.release import Release


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(__version__, prog_name="deckwright", message="%(prog)s %(version)s")
def cli() -> None:
    """Compile authored YAML into Anki packages that can be imported again after every edit."""


@cli.command()
@source_argument
@strict_option
@form_option("text", "json", "github")
@verbose_option
@quiet_option
def check(source: Path, strict: bool, form: str, verbose: bool, quiet: bool) -> int:
    """Show every mistake in every file.

    Writes nothing.

    \b
    deckwright check
    deckwright check cards_src/calcinosis_cutis --strict
    """
    from generator import check as pipeline
    from generator import report
    from generator.diagnostics import counted

    with progress(quiet, form) as tell:
        checked = pipeline.check(source, tell)
    show(checked.diagnostics, form)
    name_ignored(checked.ignored, verbose)
    notes = sum(len(deck.notes) for deck in checked.decks)
    cards = sum(deck.cards for deck in checked.decks)
    counts = (
        f" in {counted(notes, 'note')} with {counted(cards, 'card')}"
        if pipeline.passes(checked.diagnostics, strict=False)
        else ""
    )
    passes = pipeline.passes(checked.diagnostics, strict)
    only_warned = form == "text" and passes and checked.diagnostics
    strictly = f"; --strict, as in CI, fails on {'it' if len(checked.diagnostics) == 1 else 'them'}"
    talk(report.mistakes(checked.diagnostics) + counts + (strictly if only_warned else ""), quiet)
    return FINE if passes else TO_FIX


@cli.command()
@source_argument
@out_option
@click.option("--retire", is_flag=True, help="Withdraw the notes that are gone from the source.")
@click.option(
    "--reason", default="", callback=one_line, metavar="TEXT", help="Why they are withdrawn; students read it."
)
@click.option("--new-ledger", is_flag=True, help="Forget what was released: only where no student has it.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if anything would change.")
@strict_option
@form_option("text", "json", "github")
@verbose_option
@quiet_option
def build(
    source: Path,
    out: Path,
    retire: bool,
    reason: str,
    new_ledger: bool,
    only_check: bool,
    strict: bool,
    form: str,
    verbose: bool,
    quiet: bool,
) -> int:
    """Check the decks and write their packages and ledgers.

    Says what the release means to somebody who has the last one.

    \b
    deckwright build
    deckwright build cards_src/calcinosis_cutis -o out
    """
    from generator import build as pipeline
    from generator import report
    from generator.check import passes

    if reason and not retire:
        raise click.UsageError("--reason says why notes are withdrawn: give --retire, too")
    built: tuple[pipeline.Built, ...] = ()
    with progress(quiet, form) as tell:
        planned = pipeline.plan(source, out, pipeline.Wish(now(), retire, reason, new_ledger), tell)
        found = planned.diagnostics
        if passes(found, strict):
            built, problems = pipeline.build(planned, out, not only_check, tell)
            found = (*found, *problems)
    name_ignored(planned.ignored, verbose)
    if form == "json":
        click.echo(report.built_json(built, found), nl=False)
    else:
        show(found, form)
        say("" if quiet else report.built_text(built, paint), nl=False)
    if retire and built:
        _talk_of_withdrawn([it.release for it in built], out, reason, only_check, quiet)
    if not built:
        talk(report.not_built(found), quiet)
    differs = [path for it in built for path in it.written] if only_check else []
    for path in differs:
        talk(f"{path.as_posix()} would change", quiet)
    return FINE if built and not differs else TO_FIX


def _talk_of_withdrawn(releases: "Sequence[Release]", out: Path, reason: str, only_check: bool, quiet: bool) -> None:
    """Say what is missing where notes were withdrawn, and how to take it back."""
    from generator import shelf

    decks = [it.deck.id for it in releases if it.plan.withdrawn]
    paths = [quoted(path) for id in decks for path in (shelf.ledger_path(out, id), shelf.package_path(out, id))]
    if not decks:
        talk("nothing to withdraw", quiet)
    if decks and not reason:
        talk("no reason given: students will ask; --reason TEXT says why", quiet)
    if decks and not only_check:
        talk(f"undo before you release: git checkout -- {' '.join(paths)}", quiet)


@cli.command()
@source_argument
@out_option
@form_option("text", "json", "github")
@quiet_option
def plan(source: Path, out: Path, form: str, quiet: bool) -> int:
    """Say what a build would do to somebody who has the last release.

    Writes nothing.

    \b
    deckwright plan
    deckwright plan --format json
    """
    from generator import build as pipeline
    from generator import report, shelf
    from generator.check import passes

    with progress(quiet, form) as tell:
        planned = pipeline.plan(source, out, pipeline.Wish(now(), retire=True), tell)
    found = planned.diagnostics
    releases = planned.releases if passes(found, strict=False) else ()
    gone = [id for it in releases for id in it.plan.withdrawn]
    if form == "json":
        paths = [(it, shelf.package_path(out, it.deck.id).as_posix()) for it in releases]
        click.echo(report.plans_json(paths, found), nl=False)
    else:
        show(found, form)
        say("".join(f"{it.deck.id}:\n{report.plan_text(it, paint)}" for it in releases), nl=False)
    if gone:
        talk("a build stops here until you put them back, say 'was:', or withdraw them with --retire", quiet)
    talk("" if releases else f"no plan: {report.mistakes(found)}", quiet or bool(releases))
    return FINE if releases else TO_FIX


@cli.command()
@click.argument("old", type=FILE, metavar="OLD_LEDGER")
@click.argument("new", type=FILE, metavar="[NEW_LEDGER]", required=False)
@out_option
@form_option("text", "json")
@quiet_option
def changes(old: Path, new: Path | None, out: Path, form: str, quiet: bool) -> int:
    """Print the release notes for students.

    They say what differs between an older ledger and a newer one, by default that in decks/.

    \b
    git show v1.0:decks/calcinosis-cutis.ledger.jsonl > old.ledger.jsonl
    deckwright changes old.ledger.jsonl
    deckwright changes old.ledger.jsonl decks/calcinosis-cutis.ledger.jsonl
    """
    from generator import report, shelf
    from generator.changes import compare, release_notes

    ledgers, found = shelf.two_ledgers(old, new, out, now())
    if ledgers is None:
        show(found, form)
        return TO_FIX
    differs = compare(*ledgers)
    say(report.changes_json(differs) if form == "json" else release_notes(differs), nl=False)
    return FINE


@cli.command()
@click.argument("package", type=FILE, metavar="NEW.apkg")
@click.option("--from", "old", type=FILE, metavar="OLD.apkg", help="The release that students have.")
@form_option("text", "json")
@quiet_option
def verify(package: Path, old: Path | None, form: str, quiet: bool) -> int:
    """Rehearse an import in the real Anki and say what each note kept.

    The collection is thrown away afterwards. Without --from it is that of a new student.

    \b
    deckwright verify decks/calcinosis-cutis.apkg
    git show v1.0:decks/calcinosis-cutis.apkg > old.apkg
    deckwright verify decks/calcinosis-cutis.apkg --from old.apkg
    """
    from generator import report

    try:
        from generator import verify as rehearsal
    except ImportError as problem:
        return not_installed(problem, "anki", "verify asks the real Anki", extra="anki")
    try:
        with progress(quiet, form) as tell:
            verdict = rehearsal.verify(package, old, tell)
    except rehearsal.Refused as problem:
        complain(problem)
        return TO_FIX
    shown = report.verdict_json(verdict)
    if form == "text":
        shown = report.verdict_text(verdict, quiet, paint, columns())
    say(shown, nl=False)
    return FINE if verdict.fine else TO_FIX


@cli.command()
@source_argument
@click.option(
    "-o",
    "--out",
    type=click.Path(),
    default="preview.html",
    show_default=True,
    callback=a_page,
    help="The file to write, or a folder for it; with a / at its end, a site: a page for each deck.",
)
@click.option(
    "--decks",
    type=click.Path(path_type=Path),
    default="decks",
    show_default=True,
    help="The folder with the last build.",
)
@click.option("--watch", "watched", is_flag=True, help="Serve the page, and show every save at once. Writes nothing.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to serve it; 0 is any free port.")
@quiet_option
def preview(source: Path, out: Target, decks: Path, watched: bool, port: int, quiet: bool) -> int:
    """Show both sides of every card in one page of HTML.

    \b
    deckwright preview
    deckwright preview cards_src/calcinosis_cutis --watch
    deckwright preview -o site/
    """
    from generator import build as pipeline
    from generator import report
    from generator.check import passes

    if watched:
        return _watch(source, decks, port, quiet)
    previewed = pipeline.preview(source, decks, now())
    if not _written(previewed, out, decks):
        return TO_FIX
    talk(f"{report.mistakes(previewed.diagnostics)}: the page shows where", quiet or not previewed.diagnostics)
    return FINE if passes(previewed.diagnostics, strict=False) else TO_FIX


def _written(previewed: "Previewed", out: Target, decks: Path) -> bool:
    """Write one page of all decks, or a site with a page for each."""
    from generator import report
    from generator.diagnostics import counted
    from generator.preview import page, write
    from generator.site import write_site

    made = page(previewed, folder=f"{out.path.stem}-media")
    if problems := write_site(previewed, out.path, decks) if out.site else write(made, out.path):
        show(problems, "text")
        return False
    size, start = report.sized(len(made.html)), (out.path / "index.html").as_posix()
    one = f"{out.path.as_posix()}: {counted(made.cards, 'card')}, {size}"
    say(f"{start}: {counted(len(previewed.decks), 'deck')}" if out.site else one)
    return True


def _watch(source: Path, decks: Path, port: int, quiet: bool) -> int:
    """Serve the preview until the author ends it."""
    from generator.build import Previewed
    from generator.build import preview as previewed
    from generator.files import Unusable
    from generator.preview import files_of, page
    from generator.schema import Earlier

    try:
        from generator import watch
    except ModuleNotFoundError as problem:
        return not_installed(problem, "watchfiles", "--watch needs watchfiles", extra="watch")
    site, earlier = watch.Site(), Earlier()

    def shown() -> None:
        made = attempt(lambda: page(previewed(source, decks, now(), earlier), live=True))
        made = made or page(Previewed((), ()), live=True, fault="deckwright failed; the terminal says how.")
        site.publish(made.html, made.version, files_of(made))

    try:
        shown()
        with watch.served(site, port) as address:
            talk("every save shows here; Ctrl-C ends it", quiet)
            click.echo(address)
            for _ in watch.saves((source, decks), complain):
                shown()
    except Unusable as problem:
        complain(problem)
        return TO_FIX
    except KeyboardInterrupt:
        return FINE
    return FINE


@cli.command()
@source_argument
@form_option("text", "json")
@quiet_option
def stats(source: Path, form: str, quiet: bool) -> int:
    """Count what the decks hold and say how evenly topics are covered.

    \b
    deckwright stats
    deckwright stats cards_src/calcinosis_cutis --format json
    """
    from generator import check as pipeline
    from generator import report
    from generator.stats import count
    from generator.stats_report import stats_json, stats_text

    with progress(quiet, form) as tell:
        checked = pipeline.check(source, tell)
    if not pipeline.passes(checked.diagnostics, strict=False):
        show(checked.diagnostics, form)
        talk(f"nothing was counted: {report.mistakes(checked.diagnostics)}", quiet)
        return TO_FIX
    counted = [count(*both) for both in zip(checked.authored, checked.decks, strict=True)]
    shown = [stats_json(it) if form == "json" else stats_text(it, columns()) for it in counted]
    say(("" if form == "json" else "\n").join(shown), nl=False)
    return FINE


for command in (new, explain, schema):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command and exit."""
    run(cli)
