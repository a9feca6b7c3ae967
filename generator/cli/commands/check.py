"""`deckwright check`: a source folder -> every mistake in it; with --fix, the corrections that leave no doubt."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.base.characters import visible
from generator.cli.console import FINE, TO_FIX, complain, name_ignored, progress, show, talk
from generator.cli.corrections import corrected, show_fixes
from generator.cli.options import (
    Command,
    cold_option,
    form_option,
    quiet_option,
    source_argument,
    strict_option,
    verbose_option,
)

if TYPE_CHECKING:
    from generator.deck.schema import Files
    from generator.pipeline.check import Checked


@click.command(cls=Command)
@source_argument
@click.option("--fix", is_flag=True, help="Write corrections that are certain, and show the rest.")
@click.option("--diff", is_flag=True, help="With --fix: print the corrections and write nothing.")
@click.option("--baseline", is_flag=True, help="Write today's warnings to lint-baseline.json, which silences them.")
@click.option("--all", "every", is_flag=True, help="Show every warning, also those of lint-baseline.json.")
@strict_option
@form_option("text", "json", "github")
@verbose_option
@quiet_option
@cold_option
def check(source: Path, fix: bool, diff: bool, baseline: bool, cold: bool, **options: Any) -> int:
    """Show every mistake in every file.

    Writes nothing unless --fix or --baseline is given.

    \b
    deckwright check
    deckwright check cards_src/calcinosis_cutis --strict
    deckwright check --fix --diff
    """
    from generator.cli.remembered import remembered

    if diff and (not fix or baseline):
        raise click.UsageError("--diff shows what --fix would write: add --fix, and no --baseline")
    if diff:
        return show_fixes(source, options["form"], options["quiet"])
    if fix or baseline or cold:
        return _checked(source, fix, baseline, None, **options)
    return remembered(lambda files: _checked(source, fix, baseline, files, **options), ("check", options), source)


def _checked(
    source: Path, fix: bool, baseline: bool, files: "Files | None", form: str, quiet: bool, **options: bool
) -> int:
    """Check, with `fix` after the corrections, and print what is found."""
    from generator.pipeline import check as pipeline

    with progress(quiet, form) as tell:
        checked = corrected(source, tell, quiet) if fix else pipeline.check(source, tell, files)
    if checked is not None and baseline:
        checked = _with_baseline(checked, quiet)
    return TO_FIX if checked is None else _shown(checked, form, quiet, **options)


def _with_baseline(checked: "Checked", quiet: bool) -> "Checked | None":
    """Write the baseline; return what is left to show, None where it could not be written."""
    from generator.base.diagnostics import Severity, counted
    from generator.base.files import Unusable
    from generator.pipeline import baseline

    before, path = checked.baseline, visible(checked.baseline.path.as_posix())
    if baseline.hindered(checked.diagnostics):
        talk(f"{path} was not written: mend the errors first, as they may hide warnings", quiet)
        return checked
    try:
        number = baseline.write(before)
    except Unusable as problem:
        complain(f"nothing was written: {problem}")
        return None
    new, mended = len(before.every) - len(before.known), before.mended
    changes = f" ({new:,} new, {mended:,} mended)" if before.known or mended else ""
    talk(f"{path} lets {counted(number, 'warning')} pass{changes}", quiet)
    known = (*before.known, *(it for it in checked.diagnostics if it.severity is Severity.WARNING))
    return checked._replace(diagnostics=(), baseline=before._replace(known=known, mended=0))


def _shown(checked: "Checked", form: str, quiet: bool, strict: bool, every: bool, verbose: bool) -> int:
    """Print what is wrong, and how much of what."""
    from generator.pipeline.check import passes
    from generator.show.problem_report import checked_summary, languages_without_words

    show(checked.everything if every else checked.diagnostics, form, checked.baseline.often, every)
    name_ignored(checked.ignored, verbose)
    talk(languages_without_words(checked) + checked_summary(checked, strict, form), quiet)
    return FINE if passes(checked.diagnostics, strict) else TO_FIX
