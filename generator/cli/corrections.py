"""A source folder -> its corrections, written or shown: what `check --fix` does before it checks."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.console import FINE, TO_FIX, progress, talk

if TYPE_CHECKING:
    from generator.base.progress import Tell
    from generator.pipeline.check import Checked


def corrected(source: Path, tell: "Tell", quiet: bool) -> "Checked | None":
    """Write the corrections; return what is found then, None where they could not be written."""
    from generator.base.files import Unusable
    from generator.pipeline import fixes
    from generator.show.problem_report import corrected_text

    fixed = fixes.fixed(source, tell)
    try:
        fixes.write(source, fixed.edits)
    except Unusable as problem:
        click.echo(f"deckwright: nothing was corrected: {problem}", err=True)
        return None
    talk(corrected_text(fixed), quiet)
    return fixed.checked


def show_fixes(source: Path, form: str, quiet: bool) -> int:
    """Print what --fix would write; like `diff`, exit 1 where there is something."""
    from generator.pipeline import fixes
    from generator.show import problem_report

    with progress(quiet, form) as tell:
        fixed = fixes.fixed(source, tell)
    click.echo(problem_report.fixes_json(fixed) if form == "json" else fixes.as_diff(fixed.edits), nl=False)
    talk(problem_report.corrected_text(fixed, would=True), quiet)
    return TO_FIX if fixed.edits else FINE
