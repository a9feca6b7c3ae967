"""`deckwright build`: a source folder and a ledger -> the packages of its decks, and the ledger brought up to date."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.builds import build_options, built_and_shown
from generator.cli.console import attempt, complain, now, talk
from generator.cli.options import Command, cold_option
from generator.cli.watching import until_ended

if TYPE_CHECKING:
    from generator.deck.schema import Files


@click.command(cls=Command)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if anything would change.")
@click.option("--watch", "watched", is_flag=True, help="Build again at every save, until Ctrl-C.")
@build_options
@cold_option
def build(source: Path, out: Path, only_check: bool, watched: bool, cold: bool, **options: Any) -> int:
    """Check the decks and write their packages and ledgers.

    Prints what the next release changes for students who have the last one.

    \b
    deckwright build
    deckwright build cards_src/calcinosis_cutis -o out
    deckwright build --watch
    """
    from generator.cli.remembered import remembered

    asks_more = any(options[name] for name in ("retire", "reason", "new_ledger", "forget"))
    if watched:
        if only_check or asks_more or options["form"] != "text":
            raise click.UsageError("--watch goes with -o, --strict, --quiet and --verbose alone")
        return until_ended(lambda: _at_every_save(source, out, options))
    if only_check or cold or asks_more:
        return _built(source, out, only_check, None, options)
    return remembered(
        lambda files: _built(source, out, only_check, files, options), ("build", options), source, out, now()
    )


def _built(source: Path, out: Path, only_check: bool, files: "Files | None", options: dict[str, Any]) -> int:
    """Build, print what was done, and say what to do before students get it."""
    from generator.base.diagnostics import counted

    built, status = built_and_shown(source, out, only_check, options, files)
    quiet, drafts = options["quiet"], sum(len(it.release.plan.drafts) for it in built if it.release.plan.is_first)
    if drafts and not only_check:
        talk(f"{counted(drafts, 'draft')}: no release holds them yet; before you share: deckwright release", quiet)
    return status


def _at_every_save(source: Path, out: Path, options: dict[str, Any]) -> None:
    """Build now and whenever something in the source is saved; what did not change is in memory."""
    from generator.cli.remembered import at_a_save
    from generator.deck.schema import Resident
    from generator.show import watch

    files = Resident()

    def built(known: "Files | None") -> int:
        return _built(source, out, False, known, options)

    talk("every save is built; Ctrl-C ends it", options["quiet"])
    for _ in watch.saves((source,), complain):  # the first comes at once
        attempt(lambda: at_a_save(built, source, out, files))
