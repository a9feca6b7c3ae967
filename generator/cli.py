"""The command line: options in, one call of the pipeline, its report out. The only place that prints or exits."""

import errno
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from generator import __version__

if TYPE_CHECKING:
    from generator.diagnostics import Diagnostic

FINE, TO_FIX, WRONG_COMMAND, OUR_FAULT = 0, 1, 2, 3
_STDOUT_CLOSED_OR_FULL = (errno.EPIPE, errno.ENOSPC, errno.EBADF)
_COLOURS: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "where": {"bold": True},
    "help": {"fg": "cyan"},
}


class _Commands(click.Group):
    """Offers the nearest command for a misspelt one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None:
            from generator.diagnostics import did_you_mean

            help = did_you_mean(args[0], self.list_commands(ctx), f"commands: {', '.join(self.list_commands(ctx))}")
            raise click.UsageError(f"there is no command '{args[0]}'; {help}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="deckwright", message="%(prog)s %(version)s")
def cli() -> None:
    """Compile authored YAML into Anki packages that can be imported again after every edit."""


def _source(command: Callable[..., int]) -> Callable[..., int]:
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.argument("source", type=folder, default="cards_src")(command)


def _form(*forms: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    return click.option("--format", "form", type=click.Choice(forms), default="text", help="How results are printed.")


_quiet = click.option("-q", "--quiet", is_flag=True, help="Print results only.")
_verbose = click.option("-v", "--verbose", is_flag=True, help="Name the files that are no part of a deck.")


def _one_line(context: click.Context, option: click.Parameter, text: str) -> str:
    """Take a line of text that a card can show."""
    from generator.characters import FORBIDDEN

    if FORBIDDEN.search(text) or "\n" in text or "\t" in text:
        raise click.BadParameter("write one line, without control or invisible characters")
    return text


_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_out = click.option("-o", "--out", type=click.Path(path_type=Path), default="decks", help="The folder for packages.")
_strict = click.option("--strict", is_flag=True, help="Warnings fail, too.")


@cli.command()
@_source
@_strict
@_form("text", "json", "github")
@_verbose
@_quiet
def check(source: Path, strict: bool, form: str, verbose: bool, quiet: bool) -> int:
    """Show every mistake in every file. Writes nothing.

    \b
    deckwright check
    deckwright check cards_src/calcinosis_cutis --strict
    """
    from generator import build as pipeline
    from generator import report

    checked = pipeline.check(source)
    _show(checked.diagnostics, form)
    _name_ignored(checked.ignored, verbose)
    notes = sum(len(deck.notes) for deck in checked.decks)
    cards = sum(deck.cards for deck in checked.decks)
    counts = (
        f" in {report.counted(notes, 'note')} with {report.counted(cards, 'card')}"
        if pipeline.passes(checked.diagnostics, strict=False)
        else ""
    )
    _talk(report.verdict(checked.diagnostics) + counts, quiet)
    return FINE if pipeline.passes(checked.diagnostics, strict) else TO_FIX


@cli.command()
@_source
@_out
@click.option("--retire", is_flag=True, help="Withdraw the notes that are gone from the source.")
@click.option(
    "--reason", default="", callback=_one_line, metavar="TEXT", help="Why they are withdrawn; students read it."
)
@click.option("--new-ledger", is_flag=True, help="Forget what was released: only where no student has it.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if anything would change.")
@_strict
@_form("text", "json")
@_verbose
@_quiet
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
    """Check, then write package and ledger of every deck.

    \b
    deckwright build
    deckwright build cards_src/calcinosis_cutis -o out
    """
    from generator import build as pipeline
    from generator import report

    planned = pipeline.plan(source, out, pipeline.Wish(_now(), retire, reason, new_ledger))
    _name_ignored(planned.ignored, verbose)
    built: tuple[pipeline.Built, ...] = ()
    found = planned.diagnostics
    if pipeline.passes(found, strict):
        built, problems = pipeline.build(planned, out, write=not only_check)
        found = (*found, *problems)
    if form == "json":
        click.echo(report.built_json(built, found), nl=False)
    else:
        _show(found, form)
        click.echo("" if quiet else report.built_text(built), nl=False)
    if not built:
        _talk(f"nothing was written: {report.verdict(found)}", quiet)
    differs = [path for it in built for path in it.written] if only_check else []
    for path in differs:
        _talk(f"{path.as_posix()} would change", quiet)
    return FINE if built and not differs else TO_FIX


@cli.command()
@_source
@_out
@_form("text", "json")
@_quiet
def plan(source: Path, out: Path, form: str, quiet: bool) -> int:
    """Say what a build would do to somebody who has the last release. Writes nothing.

    \b
    deckwright plan
    deckwright plan --format json
    """
    from generator import build as pipeline
    from generator import report

    planned = pipeline.plan(source, out, pipeline.Wish(_now(), retire=True))
    found = planned.diagnostics
    releases = planned.releases if pipeline.passes(found, strict=False) else ()
    gone = [id for it in releases for id in it.plan.withdrawn]
    if form == "json":
        paths = [(it, pipeline.package_path(out, it.deck.id).as_posix()) for it in releases]
        click.echo(report.plans_json(paths, found), nl=False)
    else:
        _show(found, form)
        click.echo("".join(f"{it.deck.id}:\n{report.plan_text(it)}" for it in releases), nl=False)
    if gone:
        _talk("a build stops here until you put them back, say 'was:', or withdraw them with --retire", quiet)
    _talk("" if releases else f"no plan: {report.verdict(found)}", quiet or bool(releases))
    return FINE if releases else TO_FIX


@cli.command()
@click.argument("old", type=_file, metavar="OLD_LEDGER")
@click.argument("new", type=_file, metavar="[NEW_LEDGER]", required=False)
@_out
@_form("text", "json")
@_quiet
def changes(old: Path, new: Path | None, out: Path, form: str, quiet: bool) -> int:
    """Write release notes for students: from an older ledger to a newer one, by default that in decks/.

    \b
    git show v1.0:decks/calcinosis-cutis.ledger.jsonl > old.ledger.jsonl
    deckwright changes old.ledger.jsonl
    """
    from generator import build as pipeline
    from generator import report
    from generator.changes import compare, release_notes

    ledgers, found = pipeline.two_ledgers(old, new, out, _now())
    if ledgers is None:
        _show(found, form)
        return TO_FIX
    differs = compare(*ledgers)
    click.echo(report.changes_json(differs) if form == "json" else release_notes(differs), nl=False)
    return FINE


@cli.command()
@click.argument("package", type=_file, metavar="NEW.apkg")
@click.option("--from", "old", type=_file, metavar="OLD.apkg", help="The release that students have.")
@_form("text", "json")
@_quiet
def verify(package: Path, old: Path | None, form: str, quiet: bool) -> int:
    """Rehearse an import in a throw-away collection of the real Anki, and say what each note kept.

    \b
    deckwright verify decks/calcinosis-cutis.apkg
    deckwright verify decks/calcinosis-cutis.apkg --from old.apkg
    """
    from generator import report

    try:
        from generator import verify as rehearsal
    except ModuleNotFoundError as problem:
        if (problem.name or "").split(".")[0] != "anki":
            raise
        _talk(
            "deckwright: verify asks the real Anki, which is not installed: pip install 'deckwright[anki]'", quiet=False
        )
        return WRONG_COMMAND
    try:
        verdict = rehearsal.verify(package, old)
    except rehearsal.Refused as problem:
        click.echo(f"deckwright: {problem}", err=True)
        return TO_FIX
    click.echo(report.verdict_json(verdict) if form == "json" else report.verdict_text(verdict, quiet), nl=False)
    return FINE if verdict.fine else TO_FIX


@cli.command()
@click.argument("code")
@_form("text", "json")
@_quiet
def explain(code: str, form: str, quiet: bool) -> int:
    """Say what a diagnostic's code means, with a wrong and a right example.

    \b
    deckwright explain S101
    """
    from generator import codes
    from generator.diagnostics import did_you_mean

    found = codes.table().get(code.upper())
    if found is None:
        help = did_you_mean(code.upper(), codes.table(), "a code is the letter and number in front of a message")
        raise click.UsageError(f"there is no code '{code}'; {help}")
    click.echo(codes.as_json(found) if form == "json" else codes.explained(found), nl=False)
    return FINE


@cli.command()
@click.argument("file", type=click.Choice(["notes", "deck", "sources", "disputes"]), default="notes")
def schema(file: str) -> int:
    """Print the JSON Schema of the note files (or of another kind of file), for editors.

    \b
    deckwright schema > cards_src/notes.schema.json
    deckwright schema deck
    """
    import json

    from generator import editor_schema

    click.echo(json.dumps(editor_schema.schema(file), indent=2, ensure_ascii=True))
    return FINE


def _now() -> int:
    """Return the time of this build; a clock that cannot be right is something to fix."""
    from generator import clock

    try:
        return clock.now(os.environ)
    except clock.Absurd as problem:
        click.echo(f"deckwright: {problem}; set the clock right, or unset SOURCE_DATE_EPOCH", err=True)
        raise click.exceptions.Exit(TO_FIX) from None


def _show(found: "Sequence[Diagnostic]", form: str) -> None:
    from generator import report

    if form == "json":
        click.echo(report.as_json(found), nl=False)
    elif form == "github":
        click.echo(report.as_github(found), nl=False)
    else:
        click.echo(report.as_text(found, _paint), nl=False)


def _paint(text: str, what: str) -> str:
    coloured = sys.stdout and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return click.style(text, **_COLOURS[what]) if coloured and text else text


def _talk(text: str, quiet: bool) -> None:
    if not quiet:
        click.echo(text, err=True)


def _name_ignored(paths: Sequence[str], verbose: bool) -> None:
    for path in paths if verbose else ():
        click.echo(f"{path}: no part of a deck", err=True)


def main() -> NoReturn:
    """Run the command and exit: 0 fine, 1 something to fix, 2 wrong command line, 3 our own fault."""
    gc.disable()  # a build makes many values and no cycles, and then ends
    try:
        status = cli.main(prog_name="deckwright", standalone_mode=False)
        _flush()
    except click.exceptions.Exit as ended:
        status = ended.exit_code
    except click.UsageError as problem:
        problem.show()
        status = WRONG_COMMAND
    except click.ClickException as problem:
        problem.show()
        status = TO_FIX
    except (click.Abort, KeyboardInterrupt):
        click.echo("deckwright: interrupted", err=True)
        status = 130
    except OSError as problem:
        status = _cannot_print(problem) if problem.errno in _STDOUT_CLOSED_OR_FULL else _our_fault(problem)
    except Exception as problem:
        status = _our_fault(problem)
    sys.exit(status if isinstance(status, int) else FINE)


def _flush() -> None:
    """Make sure that the result was printed. Python has no stdout at all where it was closed."""
    if not sys.stdout:
        raise OSError(errno.EBADF, "it is closed")
    sys.stdout.flush()


def _cannot_print(problem: OSError) -> int:
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that leaving does not fail again
    click.echo(f"deckwright: cannot print the result: {problem.strerror or problem}", err=True)
    return TO_FIX


def _our_fault(problem: Exception) -> int:
    import traceback

    where = traceback.extract_tb(problem.__traceback__)[-1]
    if os.environ.get("DECKWRIGHT_DEBUG"):
        traceback.print_exc()
    what = f"{type(problem).__name__}: {problem} ({Path(where.filename).name}:{where.lineno})"
    click.echo(f"deckwright: this is our own fault, not yours: {what}", err=True)
    click.echo("deckwright: please report it, with what is printed when DECKWRIGHT_DEBUG=1 is set", err=True)
    return OUR_FAULT
