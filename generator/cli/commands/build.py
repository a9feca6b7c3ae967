"""`deckwright build`: a source folder and a ledger -> the packages of its decks, and the ledger brought up to date."""

from pathlib import Path
from typing import Any

import click

from generator.cli.builds import build_options, built_and_shown
from generator.cli.console import talk


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if anything would change.")
@build_options
def build(source: Path, out: Path, only_check: bool, **options: Any) -> int:
    """Check the decks and write their packages and ledgers.

    Prints what the next release changes for students who have the last one.

    \b
    deckwright build
    deckwright build cards_src/calcinosis_cutis -o out
    """
    from generator.base.diagnostics import counted

    built, status = built_and_shown(source, out, only_check, options)
    quiet, drafts = options["quiet"], sum(len(it.release.plan.drafts) for it in built if it.release.plan.is_first)
    if drafts and not only_check:
        talk(f"{counted(drafts, 'draft')}: no release holds them yet; before you share: deckwright release", quiet)
    return status
