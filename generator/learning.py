"""A Deck -> how well its notes can be learnt: each text is split into words once, for every rule."""

from generator import consistency, pairs
from generator import deck as d
from generator.diagnostics import Diagnostic, without_allowed
from generator.kinds.kind import Gist
from generator.kinds.registry import kind_of
from generator.words import Vocabulary


def check(deck: d.Deck) -> tuple[Diagnostic, ...]:
    """Return everything the rules find, but for what an author has a reason for."""
    words = Vocabulary()
    found: list[tuple[d.Common | None, Diagnostic]] = []
    gists: list[Gist] = []
    for note in deck.notes:
        its, gist = kind_of(note).lint(note, words)
        found += its
        gists += [gist] if gist else []
    found += pairs.check(gists)
    found += consistency.check(deck)
    return tuple(it for common, it in found if common is None or without_allowed((it,), common.allows))
