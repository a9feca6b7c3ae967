"""`deckwright explain`: a code or a kind of note -> what it means, with examples."""

import click

from generator.cli.console import FINE
from generator.cli.options import code_completion, form_option, quiet_option


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
    from generator.kinds import guide

    if code is None:
        shown = codes.list_json() if form == "json" else codes.list_text()
    elif page := guide.page(code):
        shown = guide.as_json(code) if form == "json" else page
    elif found := codes.table().get(code.upper()):
        shown = codes.as_json(found) if form == "json" else codes.explained(found)
    else:
        raise click.UsageError(f"there is no code '{code}'; {_meant(code)}")
    click.echo(shown, nl=False)
    return FINE


def _meant(word: str) -> str:
    """Return the question that names the nearest code, or says what a code is."""
    from generator.base import codes
    from generator.base.diagnostics import did_you_mean

    if near := codes.meant(word):
        return f"did you mean '{near}'?"
    return did_you_mean(word.upper(), codes.table(), "a code is the letter and number in front of a message")
