"""`deckwright changes`: two ledgers -> the release notes that tell students what differs between them."""

from pathlib import Path

import click

from generator.cli.console import FINE, TO_FIX, now, say, show, talk
from generator.cli.options import FILE, Command, form_option, from_option, out_option, quiet_option


@click.command(cls=Command)
@click.argument("old", type=FILE, metavar="[OLD_LEDGER]", required=False)
@click.argument("new", type=FILE, metavar="[NEW_LEDGER]", required=False)
@out_option
@from_option
@form_option("text", "json")
@quiet_option
def changes(old: Path | None, new: Path | None, out: Path, since: str, form: str, quiet: bool) -> int:
    """Print the release notes for students.

    They say what differs between an older ledger and a newer one: by default the last release, and the last build.

    \b
    deckwright changes
    deckwright changes --from v1.0
    deckwright changes old.ledger.jsonl decks/calcinosis-cutis.ledger.jsonl
    """
    from generator.release import since as ages
    from generator.release.changes import compare, release_notes
    from generator.show import plan_report

    if old and since:
        raise click.UsageError("give an older ledger or --from, not both")
    pairs, found = ages.two_ledgers(old, new, out, now()) if old else ages.pairs(out, since, now())
    if found or not pairs:
        show(found, form)
        talk("no ledger was found: build first", quiet or bool(found))
        return TO_FIX
    differs = [compare(*pair) for pair in pairs]
    parts = [plan_report.changes_json(it) if form == "json" else release_notes(it) for it in differs]
    say(("" if form == "json" else "\n").join(parts), nl=False)
    return FINE
