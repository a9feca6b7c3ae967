"""`deckwright new`: the name of a folder -> a small project in it that builds."""

import os
from pathlib import Path

import click

from generator.cli.console import FINE, TO_FIX, complain, quoted, say, talk
from generator.cli.options import form_option, quiet_option


@click.command()
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
    go_there = "" if folder.samefile(".") else f"  cd {quoted(folder)}\n"
    talk(f"next:\n{go_there}  deckwright check\n  deckwright preview\n  deckwright build", quiet)
    return FINE
