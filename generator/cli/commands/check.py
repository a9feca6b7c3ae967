"""`deckwright check`: a source folder -> every mistake in it; with --fix, the corrections that leave no doubt."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.console import FINE, TO_FIX, name_ignored, progress, show, talk
from generator.cli.corrections import corrected, show_fixes
from generator.cli.options import form_option, quiet_option, source_argument, strict_option, verbose_option

if TYPE_CHECKING:
    from generator.pipeline.check import Checked


@click.command()
@source_argument
@click.option("--fix", is_flag=True, help="Write corrections that are certain, and show the rest.")
@click.option("--diff", is_flag=True, help="With --fix: print the corrections and write nothing.")
@strict_option
@form_option("text", "json", "github")
@verbose_option
@quiet_option
def check(source: Path, fix: bool, diff: bool, strict: bool, form: str, verbose: bool, quiet: bool) -> int:
    """Show every mistake in every file.

    Writes nothing unless --fix is given.

    \b
    deckwright check
    deckwright check cards_src/calcinosis_cutis --strict
    deckwright check --fix --diff
    """
    from generator.pipeline import check as pipeline

    if diff and not fix:
        raise click.UsageError("--diff shows what --fix would write: add --fix")
    if diff:
        return show_fixes(source, form, quiet)
    with progress(quiet, form) as tell:
        checked = corrected(source, tell, quiet) if fix else pipeline.check(source, tell)
    if checked is None:
        return TO_FIX
    show(checked.diagnostics, form)
    name_ignored(checked.ignored, verbose)
    talk(_unread(checked) + _summary(checked, strict, form), quiet)
    return FINE if pipeline.passes(checked.diagnostics, strict) else TO_FIX


def _summary(checked: "Checked", strict: bool, form: str) -> str:
    """Return how much is wrong and how much was checked, and for a reader of text what to do about it."""
    from generator.pipeline.check import passes
    from generator.show.problem_report import corrections, mistakes

    found = checked.diagnostics
    counts = _counts(checked) if passes(found, strict=False) else ""
    only_warned = form == "text" and passes(found, strict) and found
    strictly = f"; --strict, as in CI, fails on {'it' if len(found) == 1 else 'them'}" if only_warned else ""
    return mistakes(found) + counts + strictly + (corrections(found) if form == "text" else "")


def _unread(checked: "Checked") -> str:
    """Return a line for each deck in a language in which some rules have no words."""
    from generator.lint.languages import NEED_WORDS, reads

    foreign = [it.authored for it in checked.both if it.authored.language and not reads(it.authored.language.value)]
    sleeping = f"{', '.join(NEED_WORDS[:-1])} and {NEED_WORDS[-1]}"
    return "".join(
        f"{deck.id.value}: {sleeping} find nothing in '{deck.language.value}', of which they have no words\n"
        for deck in foreign
        if deck.language
    )


def _counts(checked: "Checked") -> str:
    from generator.base.diagnostics import counted

    notes = sum(len(deck.notes) for deck in checked.decks)
    cards = sum(deck.cards for deck in checked.decks)
    return f" in {counted(notes, 'note')} with {counted(cards, 'card')}"
