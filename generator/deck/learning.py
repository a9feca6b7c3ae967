"""A Deck -> how well its notes can be learnt: each text is split into words once, for every rule."""

from generator.base.diagnostics import Diagnostic, without_allowed
from generator.deck import _coverage as coverage
from generator.deck import _duplicates as duplicates
from generator.kinds.kind import Gist
from generator.kinds.registry import kind_of
from generator.source import authored as d
from generator.text.words import Vocabulary


def check(deck: d.Deck) -> tuple[Diagnostic, ...]:
    """Return everything the rules find, but for what an author has a reason for."""
    words = Vocabulary()
    found: list[tuple[d.Common | None, Diagnostic]] = []
    gists: list[Gist] = []
    for note in deck.notes:
        its, gist = kind_of(note).lint(note, words)
        found += its
        gists += [gist] if gist else []
    found += duplicates.check(gists)
    found += coverage.check(deck)
    return tuple(it for common, it in found if common is None or without_allowed((it,), common.allows))
