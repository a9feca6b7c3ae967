"""A Deck -> how well its notes can be learnt: each text is split into words once, for every rule."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar, assert_never

from generator import consistency, hiding, pairs, wording
from generator import deck as d
from generator.cloze import pieces
from generator.diagnostics import Diagnostic, without_allowed
from generator.words import Vocabulary

_Seen = TypeVar("_Seen")
_MOST = 5  # messages about the gaps of one text


def check(deck: d.Deck) -> tuple[Diagnostic, ...]:
    """Return everything the rules find, but for what an author has a reason for."""
    found: list[tuple[d.Common | None, Diagnostic]] = []
    words = Vocabulary()
    gists: list[pairs.Gist] = []
    for note in deck.notes:
        match note:
            case d.QuestionNote():
                found += [(note.common, it) for it in _question(note, words, gists)]
            case d.ClozeNote():
                found += [(note.common, it) for it in _cloze(note, words, gists)]
            case d.ListNote():
                found += [(note.common, it) for it in _list(note, words, gists)]
            case d.TableNote():
                found += _table(note, words)
            case d.ImageNote():
                found += [(note.common, it) for rule in hiding.MASKS for it in rule(note)]
            case _:
                assert_never(note)
    found += pairs.check(gists)
    found += consistency.check(deck)
    return tuple(it for common, it in found if common is None or without_allowed((it,), common.allows))


def _question(note: d.QuestionNote, words: Vocabulary, gists: list[pairs.Gist]) -> list[Diagnostic]:
    front, back = words.said(note.question), words.said(note.answer)
    both, own = tuple(front.words | back.words), tuple(front.words)
    gists.append(
        pairs.Gist(note.common, note.question, front.key, both, back.key if back.words else 0, own, note.reverse)
    )
    asked = wording.asked(front, back, words)
    return [*_found(wording.QUESTIONS, asked), *_found(wording.ANSWERS, back)]


def _cloze(note: d.ClozeNote, words: Vocabulary, gists: list[pairs.Gist]) -> list[Diagnostic]:
    parts = pieces(note.cloze.value)
    if not parts:
        return []  # of its faults speak others
    cloze = hiding.cloze(note.cloze, parts, words)
    hidden = [said for _, said, _ in cloze.hidden]
    key = hash((cloze.always.key, *[it.key for it in hidden]))
    both = tuple(cloze.always.words.union(*[it.words for it in hidden]))
    gists.append(pairs.Gist(note.common, note.cloze, key, both))
    unnamed = None if parts[0].numbers else wording.without_subject(note.cloze, cloze.always.plain)
    found = [it for it in (unnamed, hiding.few_cards_of_one_text(cloze)) if it]
    for gap in hiding.gaps_of(cloze):
        found += _found(hiding.GAPS, gap)
        if len(found) >= _MOST:
            break
    return found


def _list(note: d.ListNote, words: Vocabulary, gists: list[pairs.Gist]) -> list[Diagnostic]:
    heading = words.said(note.heading)
    items = [words.said(item.text) for item in note.items]
    both = tuple(heading.words.union(*(it.words for it in items)))
    gists.append(pairs.Gist(note.common, note.heading, heading.key, both, listed=True))
    found: list[Diagnostic] = []
    for item, said in zip(note.items, items, strict=True):
        cue = item.cue.value if item.cue else ""
        gap = hiding.Gap(said, item.text.value, 0, cue, heading.words, heading.plain, words)
        found += [*_found(wording.PARTS, said), *_found(hiding.ITEMS, gap)]
    return found


def _table(note: d.TableNote, words: Vocabulary) -> Iterator[tuple[d.Common, Diagnostic]]:
    """Yield what is found in the cells, each with what is common to its row."""
    heading = words.said(note.heading)
    columns = {key.value: words.said(text) for key, text in note.columns}
    for row in note.rows:
        for key, text in row.cells:
            cell = words.said(text)
            seen, plain = heading.words | columns[key].words, f"{heading.plain} {columns[key].plain}"
            found = [wording.kept_answer(cell, seen, plain, words), *_found(wording.PARTS, cell)]
            yield from ((row.common, it) for it in found if it)


def _found(rules: Iterable[Callable[[_Seen], Diagnostic | None]], seen: _Seen) -> list[Diagnostic]:
    return [it for rule in rules if (it := rule(seen))]
