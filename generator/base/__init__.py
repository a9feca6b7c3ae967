"""What every stage stands on: places in files, diagnostics, characters, the clock, files, bounds, git's history.

Nothing here knows of decks or notes, and any package may import it. Start with `diagnostics`: the value that each
stage returns beside its result.
"""
