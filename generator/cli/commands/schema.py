"""`deckwright schema`: a kind of file -> its JSON Schema, for editors."""

import click

from generator.cli.console import FINE
from generator.cli.options import Choice, Command, quiet_option


@click.command(cls=Command)
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
