"""`deckwright explain`: a code, a kind of note, a key, a file or a command -> its page, with examples."""

import click

from generator.cli.console import FINE
from generator.cli.options import Command, explained_words, form_option, quiet_option


@click.command(cls=Command)
@click.argument("word", required=False, metavar="[CODE or WORD]", shell_complete=explained_words)
@form_option("text", "json")
@quiet_option
@click.pass_context
def explain(context: click.Context, word: str | None, form: str, quiet: bool) -> int:
    """Explain a message's code or a word of the format.

    WORD is a kind of note, a key, a file (deck.yaml, baseline, adopted) or a command. A code comes with a wrong and a
    right example. Without CODE every code is listed.

    \b
    deckwright explain S101
    deckwright explain table
    deckwright explain was
    deckwright explain sources.yaml
    deckwright explain C105 --format json
    """
    pages = _of_code(word), _of_kind(word), _of_key(word), _of_file(word), _of_command(word, context)
    page = next((it for it in pages if it), None)
    if page is None:
        raise click.UsageError(_unknown(word or "", context))
    text, as_json = page
    click.echo(as_json if form == "json" else text, nl=False)
    return FINE


def _of_code(word: str | None) -> tuple[str, str] | None:
    """Return the page of a code, or the list of all, as text and as JSON."""
    from generator.base import codes

    if word is None:
        return codes.list_text(), codes.list_json()
    found = codes.table().get(word.upper())
    return (codes.explained(found), codes.as_json(found)) if found else None


def _of_kind(word: str | None) -> tuple[str, str] | None:
    from generator.deck import guide

    page = guide.kind_page(word or "")
    return (page, guide.kind_json(word or "")) if page else None


def _of_key(word: str | None) -> tuple[str, str] | None:
    from generator.deck import guide

    page = guide.key_page(word or "")
    return (page, guide.key_json(word or "")) if page else None


def _of_file(word: str | None) -> tuple[str, str] | None:
    from generator.deck import guide

    page = guide.file_page(word or "")
    return (page, guide.file_json(word or "")) if page else None


def _of_command(word: str | None, context: click.Context) -> tuple[str, str] | None:
    """Return the help of a command."""
    from generator.show.printing import dumped

    group = context.parent
    command = group.command.get_command(group, word or "") if group and isinstance(group.command, click.Group) else None
    if command is None:
        return None
    page = command.get_help(click.Context(command, info_name=word, parent=group)) + "\n"
    return page, dumped({"command": word, "help": page})


def _unknown(word: str, context: click.Context) -> str:
    """Return that there is no such code or word, and the nearest."""
    from generator.base import codes
    from generator.base.diagnostics import did_you_mean

    if near := codes.meant(word):
        return f"there is no code '{word}'; did you mean '{near}'?"
    if word[1:2].isdigit():
        help = did_you_mean(word.upper(), codes.table(), "a code is the letter and number in front of a message")
        return f"there is no code '{word}'; {help}"
    words = [it.value for it in explained_words(context, None, "")]
    help = did_you_mean(word, words, "name a code, a kind of note, a key, a file or a command")
    return f"there is no page about '{word}'; {help}"
