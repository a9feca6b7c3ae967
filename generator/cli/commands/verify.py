"""`deckwright verify`: a package -> what the real Anki keeps of every history when it is imported."""

from pathlib import Path

import click

from generator.cli.console import FINE, TO_FIX, columns, complain, not_installed, paint, progress, say, talk
from generator.cli.options import FILE, Command, form_option, quiet_option


@click.command(cls=Command)
@click.argument("package", type=FILE, metavar="NEW.apkg")
@click.option("--from", "old", default="", metavar="OLD.apkg", help="The package students have, or a git revision.")
@click.option("--merge", is_flag=True, help="Rehearse the merge of push as well, and show both side by side.")
@form_option("text", "json")
@quiet_option
def verify(package: Path, old: str, merge: bool, form: str, quiet: bool) -> int:
    """Rehearse an import in the real Anki and say what each note kept.

    Uses a temporary collection: that of a student who has the last release (its package as git has it, or what --from
    names: of an adopted deck also the package that was adopted), else that of a new student.

    \b
    deckwright verify decks/calcinosis-cutis.apkg
    deckwright verify decks/calcinosis-cutis.apkg --from v1.0
    """
    from generator.base.files import Unusable
    from generator.release import since
    from generator.show.update_report import verdict_json, verdict_text

    try:
        from generator.collection import verify as rehearsal
    except ImportError as problem:
        return not_installed(problem, "anki", "verify asks the real Anki", extra="anki")
    try:
        with progress(quiet, form) as tell, since.package_of(old, package) as before:
            verdict = rehearsal.verify(package, before, tell, merge)
        if merge and before is None:
            talk("no release before this one to merge it into: name one with --from", quiet)
    except (rehearsal.Refused, Unusable) as problem:
        complain(problem)
        return TO_FIX
    shown = verdict_json(verdict) if form == "json" else verdict_text(verdict, quiet, paint, columns())
    say(shown, nl=False)
    return FINE if verdict.fine else TO_FIX
