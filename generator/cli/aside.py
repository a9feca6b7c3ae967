"""The commands that need no deck (one is begun, a code explained, a schema printed), and the corrections of `check`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.console import FINE, TO_FIX, complain, progress, quoted, say, talk
from generator.cli.options import Choice, code_completion, form_option, quiet_option

if TYPE_CHECKING:
    from generator.base.progress import Tell
    from generator.pipeline.check import Checked


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--id", "deck_id", default="", metavar="ID", help="The deck's id, for ever; else made of FOLDER's name.")
@click.option("--name", default="", help="The deck's name in Anki; else made of FOLDER's name.")
@form_option("text", "json")
@quiet_option
def new(folder: Path, deck_id: str, name: str, form: str, quiet: bool) -> int:
    """Begin a project that builds at once.

    A small deck with a note of each kind, and editor, pre-commit hook and workflow for GitHub set up.

    \b
    deckwright new my-deck
    deckwright new . --id skin --name Dermatology::Skin
    """
    from generator.base.files import Unusable, write_new
    from generator.pipeline.new import Unfit, begin
    from generator.show import report

    try:
        begun = begin(Path(os.path.abspath(folder)).name, deck_id, name)
        write_new(folder, begun.files)
    except Unfit as problem:
        raise click.UsageError(str(problem)) from None
    except Unusable as problem:
        complain(problem)
        return TO_FIX
    say(report.begun_json(begun, folder) if form == "json" else report.begun_text(begun, folder), nl=False)
    go_there = "" if folder.samefile(".") else f"  cd {quoted(folder)}\n"
    talk(f"next:\n{go_there}  deckwright check\n  deckwright preview\n  deckwright build", quiet)
    return FINE


@click.command()
@click.argument("code", required=False, metavar="[CODE or KIND]", shell_complete=code_completion)
@form_option("text", "json")
@quiet_option
def explain(code: str | None, form: str, quiet: bool) -> int:
    """Explain a message's code or a kind of note.

    With examples, where a file's text is what can be wrong. Without CODE every code is listed.

    \b
    deckwright explain S101
    deckwright explain table
    deckwright explain C105 --format json
    """
    from generator.base import codes
    from generator.base.diagnostics import did_you_mean
    from generator.kinds import guide

    if code is None:
        click.echo(codes.list_json() if form == "json" else codes.list_text(), nl=False)
        return FINE
    if page := guide.page(code):
        click.echo(guide.as_json(code) if form == "json" else page, nl=False)
        return FINE
    found = codes.table().get(code.upper())
    if found is None:
        form = "a code is the letter and number in front of a message"
        near = codes.meant(code)
        help = f"did you mean '{near}'?" if near else did_you_mean(code.upper(), codes.table(), form)
        raise click.UsageError(f"there is no code '{code}'; {help}")
    click.echo(codes.as_json(found) if form == "json" else codes.explained(found), nl=False)
    return FINE


@click.command()
@click.argument("file", type=Choice(["notes", "deck", "sources", "disputes"]), default="notes")
@quiet_option
def schema(file: str, quiet: bool) -> int:
    """Print the JSON Schema of a kind of file for editors.

    \b
    deckwright schema > cards_src/notes.schema.json
    deckwright schema deck
    """
    from generator.deck import editor_schema

    click.echo(editor_schema.as_json(file), nl=False)
    return FINE


def corrected(source: Path, tell: "Tell", quiet: bool) -> "Checked | None":
    """Write the corrections; return what is found then, None where they could not be written."""
    from generator.base.files import Unusable
    from generator.pipeline import fixes
    from generator.show.report import corrected_text

    fixed = fixes.fixed(source, tell)
    try:
        fixes.write(source, fixed.edits)
    except Unusable as problem:
        click.echo(f"deckwright: nothing was corrected: {problem}", err=True)
        return None
    talk(corrected_text(fixed), quiet)
    return fixed.checked


def show_fixes(source: Path, form: str, quiet: bool) -> int:
    """Print what --fix would write; like `diff`, exit 1 where there is something."""
    from generator.pipeline import fixes
    from generator.show import report

    with progress(quiet, form) as tell:
        fixed = fixes.fixed(source, tell)
    click.echo(report.fixes_json(fixed) if form == "json" else fixes.as_diff(fixed.edits), nl=False)
    talk(report.corrected_text(fixed, would=True), quiet)
    return TO_FIX if fixed.edits else FINE
