"""A Deck -> how well its notes can be learnt: each text is split into words once, for every rule."""

from generator import consistency, pairs
from generator import deck as d
from generator.diagnostics import Diagnostic, without_allowed
from generator.kinds.registry import kind_of
from generator.words import Vocabulary


def check(deck: d.Deck) -> tuple[Diagnostic, ...]:
    """Return everything the rules find, but for what an author has a reason for."""
    words = Vocabulary()
    linted = [kind_of(note).lint(note, words) for note in deck.notes]
    found: list[tuple[d.Common | None, Diagnostic]] = [it for one in linted for it in one.found]
    found += pairs.check([one.gist for one in linted if one.gist])
    found += consistency.check(deck)
    return tuple(it for common, it in found if common is None or without_allowed((it,), common.allows))
