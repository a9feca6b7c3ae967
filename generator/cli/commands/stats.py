"""`deckwright stats`: a source folder -> what its decks hold, counted."""

from pathlib import Path

import click

from generator.cli.console import FINE, TO_FIX, columns, progress, say, show, talk
from generator.cli.options import Command, form_option, quiet_option, source_argument


@click.command(cls=Command)
@source_argument
@form_option("text", "json")
@quiet_option
def stats(source: Path, form: str, quiet: bool) -> int:
    """Count what the decks hold and say how evenly topics are covered.

    \b
    deckwright stats
    deckwright stats cards_src/calcinosis_cutis --format json
    """
    from generator.pipeline import check as pipeline
    from generator.show.problem_report import mistakes
    from generator.show.stats import count
    from generator.show.stats_report import stats_json, stats_text

    with progress(quiet, form) as tell:
        checked = pipeline.check(source, tell)
    if not pipeline.passes(checked.diagnostics, strict=False):
        show(checked.diagnostics, form)
        talk(f"nothing was counted: {mistakes(checked.diagnostics)}", quiet)
        return TO_FIX
    counted = [count(it.authored, it.authored.authored, it.compiled) for it in checked.both]
    shown = [stats_json(it) if form == "json" else stats_text(it, columns()) for it in counted]
    say(("" if form == "json" else "\n").join(shown), nl=False)
    return FINE
