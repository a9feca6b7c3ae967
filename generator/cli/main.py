"""The command line: options in, one call of the pipeline, its report out."""

from pathlib import Path
from typing import NoReturn

import click

from generator import __version__
from generator.cli.aside import corrected, explain, new, schema, show_fixes
from generator.cli.console import (
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
    run,
    say,
    show,
    talk,
)
from generator.cli.options import (
    EPILOG,
    FILE,
    Commands,
    a_page,
    form_option,
    quiet_option,
    source_argument,
    strict_option,
    verbose_option,
)
from generator.cli.releases import build, changes, plan, release


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(__version__, prog_name="deckwright", message="%(prog)s %(version)s")
def cli() -> None:
    """Compile authored YAML into Anki packages that can be imported again after every edit."""


@cli.command()
@source_argument
@click.option("--fix", is_flag=True, help="Write the corrections that leave no doubt, and show what is left.")
@click.option("--diff", is_flag=True, help="With --fix: print the corrections and write nothing.")
@strict_option
@form_option("text", "json", "github")
@verbose_option
@quiet_option
def check(source: Path, fix: bool, diff: bool, strict: bool, form: str, verbose: bool, quiet: bool) -> int:
    """Show every mistake in every file.

    Writes nothing, but for --fix.

    \b
    deckwright check
    deckwright check cards_src/calcinosis_cutis --strict
    deckwright check --fix --diff
    """
    from generator.base.diagnostics import counted
    from generator.pipeline import check as pipeline
    from generator.show import report

    if diff and not fix:
        raise click.UsageError("--diff shows what --fix would write: give --fix, too")
    if diff:
        return show_fixes(source, form, quiet)
    with progress(quiet, form) as tell:
        checked = corrected(source, tell, quiet) if fix else pipeline.check(source, tell)
    if checked is None:
        return TO_FIX
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
    fixes = report.corrections(checked.diagnostics) if form == "text" else ""
    talk(report.mistakes(checked.diagnostics) + counts + (strictly if only_warned else "") + fixes, quiet)
    return FINE if passes else TO_FIX


@cli.command()
@click.argument("package", type=FILE, metavar="NEW.apkg")
@click.option("--from", "old", default="", metavar="OLD.apkg", help="What students have: a package, or a git revision.")
@form_option("text", "json")
@quiet_option
def verify(package: Path, old: str, form: str, quiet: bool) -> int:
    """Rehearse an import in the real Anki and say what each note kept.

    The collection is thrown away afterwards. It is that of a student who has the last release, where git has its
    package, or what --from names; else that of a new student.

    \b
    deckwright verify decks/calcinosis-cutis.apkg
    deckwright verify decks/calcinosis-cutis.apkg --from v1.0
    """
    from generator.base.files import Unusable
    from generator.release import since
    from generator.show import report

    try:
        from generator.collection import verify as rehearsal
    except ImportError as problem:
        return not_installed(problem, "anki", "verify asks the real Anki", extra="anki")
    try:
        with progress(quiet, form) as tell, since.package_of(old, package) as before:
            verdict = rehearsal.verify(package, before, tell)
    except (rehearsal.Refused, Unusable) as problem:
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
    type=click.Path(path_type=Path),
    default="preview.html",
    show_default=True,
    callback=a_page,
    help="The file to write, or a folder for it.",
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
def preview(source: Path, out: Path, decks: Path, watched: bool, port: int, quiet: bool) -> int:
    """Show both sides of every card in one page of HTML.

    \b
    deckwright preview
    deckwright preview cards_src/calcinosis_cutis --watch
    """
    from generator.base.diagnostics import counted
    from generator.pipeline import build as pipeline
    from generator.pipeline.check import passes
    from generator.show import preview as pages
    from generator.show import report

    if watched:
        return _watch(source, decks, port, quiet)
    previewed = pipeline.preview(source, decks, now())
    page = pages.page(previewed)
    if problems := pages.write(page, out):
        show(problems, "text")
        return TO_FIX
    say(f"{out.as_posix()}: {counted(page.cards, 'card')}, {report.sized(len(page.html))}")
    talk(f"{report.mistakes(previewed.diagnostics)}: the page shows where", quiet or not previewed.diagnostics)
    return FINE if passes(previewed.diagnostics, strict=False) else TO_FIX


def _watch(source: Path, decks: Path, port: int, quiet: bool) -> int:
    """Serve the preview until the author ends it."""
    from generator.base.files import Unusable
    from generator.deck.schema import Earlier
    from generator.pipeline.build import Previewed
    from generator.pipeline.build import preview as previewed
    from generator.show.preview import page

    try:
        from generator.show import watch
    except ModuleNotFoundError as problem:
        return not_installed(problem, "watchfiles", "--watch needs watchfiles", extra="watch")
    site, earlier = watch.Site(), Earlier()

    def shown() -> None:
        made = attempt(lambda: page(previewed(source, decks, now(), earlier), live=True))
        made = made or page(Previewed((), ()), live=True, fault="deckwright failed; the terminal says how.")
        site.publish(made.html, made.version)

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
    from generator.pipeline import check as pipeline
    from generator.show import report
    from generator.show.stats import count
    from generator.show.stats_report import stats_json, stats_text

    with progress(quiet, form) as tell:
        checked = pipeline.check(source, tell)
    if not pipeline.passes(checked.diagnostics, strict=False):
        show(checked.diagnostics, form)
        talk(f"nothing was counted: {report.mistakes(checked.diagnostics)}", quiet)
        return TO_FIX
    counted = [count(it.authored, it.compiled) for it in checked.both]
    shown = [stats_json(it) if form == "json" else stats_text(it, columns()) for it in counted]
    say(("" if form == "json" else "\n").join(shown), nl=False)
    return FINE


for command in (build, release, plan, changes, new, explain, schema):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command and exit."""
    run(cli)
