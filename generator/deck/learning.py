"""A Deck -> how well its notes can be learnt: each text is split into words once, for every rule."""

from generator.base.diagnostics import Diagnostic, without_allowed
from generator.deck import _coverage as coverage
from generator.deck import _duplicates as duplicates
from generator.deck import _spoilers as spoilers
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
        gists += [_in_context(gist, note.common, words)] if gist else []
    alike = tuple(duplicates.check(gists))
    found += alike
    found += coverage.check(deck)
    told = {id(common) for common, _ in alike}  # one slip, one message: what says the same, shows the same
    found += (it for it in spoilers.check(deck) if id(it[0]) not in told)
    return tuple(it for common, it in found if common is None or without_allowed((it,), common.allows))


def _in_context(gist: Gist, common: d.Common, words: Vocabulary) -> Gist:
    """Return what a note says below the line above it: nothing of it is compared with what stands in other contexts."""
    if common.context is None:
        return gist
    context = words.said(common.context).key

    def within(keys: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(hash((context, it)) for it in keys)

    return gist._replace(
        front=hash((context, gist.front)),
        words=within(gist.words),
        back=hash((context, gist.back)) if gist.back else 0,
        front_words=within(gist.front_words),
    )
