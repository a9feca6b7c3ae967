"""The commands that begin a project: a small one that teaches the format, or one with the notes of other programs."""

import os
from pathlib import Path
from typing import Any

import click

from generator.cli.console import FINE, TO_FIX, complain, next_steps, say, talk
from generator.cli.imports import FORMS, imported
from generator.cli.options import Choice, Command, form_option, quiet_option

_NAMES: dict[str, Any] = {"multiple": True, "metavar": "NAME"}


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--id", "deck_id", default="", metavar="ID", help="The deck's permanent id; by default FOLDER's name.")
@click.option("--name", default="", help="The deck's name in Anki; by default FOLDER's name.")
@form_option("text", "json")
@quiet_option
def new(folder: Path, deck_id: str, name: str, form: str, quiet: bool) -> int:
    """Create a small project that builds.

    It holds a deck with each kind of note, and settings for editors, pre-commit and GitHub Actions.

    \b
    deckwright new my-deck
    deckwright new . --id skin --name Dermatology::Skin
    """
    from generator.base.files import Unusable, write_new
    from generator.pipeline.new import Unfit, begin
    from generator.show.project_report import begun_json, begun_text

    try:
        begun = begin(Path(os.path.abspath(folder)).name, deck_id, name)
        write_new(folder, begun.files)
    except Unfit as problem:
        raise click.UsageError(str(problem)) from None
    except Unusable as problem:
        complain(problem)
        return TO_FIX
    say(begun_json(begun, folder) if form == "json" else begun_text(begun, folder), nl=False)
    talk(next_steps(folder, "deckwright check", "deckwright preview", "deckwright build"), quiet)
    return FINE


@click.command("import", cls=Command)
@click.argument("words", nargs=-1, required=True, metavar="FILE... [FOLDER]", type=click.Path(path_type=Path))
@click.option("--from", "source", type=Choice(FORMS), help="Form of the files; by default recognised.")
@click.option("--question", **_NAMES, help="Column, key or heading of the question; several are joined.")
@click.option("--answer", **_NAMES, help="Column, key or heading of the answer.")
@click.option("--extra", **_NAMES, help="The same for what stands under the answer.")
@click.option("--tags", metavar="NAME", default="", help="The same for tags.")
@click.option("--id", metavar="NAME", default="", help="The same for ids; by default they are made from the texts.")
@click.option(
    "--reverse", metavar="NAME", default="", help="The same for a mark: notes that have it are asked both ways."
)
@click.option(
    "--media", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of pictures and sounds."
)
@click.option("--lines", type=Choice(("keep", "join")), default="keep", help="`join` makes one line of each paragraph.")
@click.option("--allow-scripts", **_NAMES, help="A note type of an .apkg whose cards may run scripts.")
@click.option("--dry-run", is_flag=True, help="Write nothing; show the first three notes.")
@form_option("text", "json")
@quiet_option
def import_(words: tuple[Path, ...], source: str | None, dry_run: bool, form: str, quiet: bool, **wished: Any) -> int:
    """Begin a project with the notes of other programs.

    FILE is a deck that Anki exported (.apkg or .colpkg: its students keep every review), a table, Anki's Notes
    in Plain Text, Markdown, YAML or JSON, or a folder of such files; FOLDER is created,
    by default with the name of the file. Where FOLDER is the project of a deck that was adopted, a newer package
    of it is merged: what both sides changed stays as it is here, and is listed.

    \b
    deckwright import anatomy.apkg
    deckwright import anatomy-2.apkg anatomy --dry-run
    deckwright import cards.csv
    deckwright import notes.txt my-deck --question Term --answer Meaning
    deckwright import vault/ my-deck --from obsidian --dry-run
    """
    from generator.importing.arrived import Wishes

    return imported(words, source or "", Wishes(**wished), dry_run, form, quiet)
