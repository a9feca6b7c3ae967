"""The summaries of a file's notes -> numbers by which a later run tells which notes changed, and what may be alike.

What rules across notes find depends on no more than this. So they find what they found before where what notes have in
common is the same, and each note that changed was and is like no other (see `Search`: of notes that are like a third,
which of them is named depends on all), spoils none and is not spoilt (`may_be_spoilt`), and names what it named of that
which decides about others (`weighed`).
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import accumulate
from math import ceil
from sys import byteorder
from typing import NamedTuple, TypeAlias

from generator.deck.across._coverage import Balance as Balance  # this and the next are for all
from generator.deck.across._coverage import balance_of as balance_of
from generator.deck.across._duplicates import SAME_FRONT, SAME_NOTE
from generator.deck.across._spoilers import NEAR as NEAR  # this and the next two are for all
from generator.deck.across._spoilers import may_be_spoilt as may_be_spoilt
from generator.deck.across._spoilers import named_of
from generator.deck.across._spoilers import weighed as weighed
from generator.deck.facts import NoteSummary, Written
from generator.source.authored import Common

_KEY, _WORD = 8, 4  # bytes of a number
_SAMPLE = 1 << 17  # bytes of the words of a deck, which say well enough which of them are rare
_KEY_BITS, _WORD_BITS = (1 << 64) - 1, (1 << 32) - 1

Numbers: TypeAlias = "array[int]"


class Sums(NamedTuple):
    """What can be told of notes by numbers, each list in the order of the notes.

    `words` are the telling words of all of them, cut to 32 bits: two that seem equal need not be, so that too much is
    compared, and never too little.
    """

    notes: Numbers  # a hash of all that rules compare
    common: Numbers  # of its id, tags, sources and whatever else says which notes it goes with
    shapes: Numbers  # of the same but for ids: often many notes have one
    fronts: Numbers  # equal where the words of the questions are; 0 for a note that is compared with nothing
    backs: Numbers  # the same of answers; 0 where there is not one
    lengths: Numbers  # how many words
    words: Numbers
    named: Numbers  # of what a note names of what is weighed

    def spliced(self, first: int, last: int, others: "Sums") -> "Sums":
        """Return these with others in the place of the notes from `first` to before `last`."""
        begin, end = sum(self.lengths[:first]), sum(self.lengths[:last])
        ranges = {"words": (begin, end)}
        its = (
            (old, new, ranges.get(name, (first, last)))
            for name, old, new in zip(self._fields, self, others, strict=True)
        )
        return Sums(*(old[:begin] + new + old[end:] for old, new, (begin, end) in its))

    def between(self, first: int, last: int, begin: int, end: int) -> "Sums":
        """Return those of some notes; `begin` and `end` are where their words do."""
        its = zip(self._fields, self, strict=True)
        return Sums(*(old[begin:end] if name == "words" else old[first:last] for name, old in its))


def empty() -> Sums:
    """Return what is known of no notes."""
    return Sums(*(array("I" if name in ("lengths", "words") else "Q") for name in Sums._fields))


def sums_of(file: Written, words: frozenset[str]) -> Sums:
    """Return what can be told of the notes of a file; `words` are what is weighed in its deck."""
    made, texts = empty(), iter(file.said)
    for note in file.notes:
        gist, said = note.gist, [next(texts) for _ in note.facts]
        made.notes.append(_hash(_said(note, said)))
        made.common.append(_hash(_common(note)))
        made.shapes.append(_hash(_shape(note)))
        made.fronts.append(gist.front & _KEY_BITS if gist else 0)
        made.backs.append(gist.back & _KEY_BITS if gist else 0)
        made.lengths.append(len(gist.words) if gist else 0)
        made.words.extend([it & _WORD_BITS for it in gist.words] if gist else ())
        made.named.append(_hash(named_of(said, words)) if words else 0)
    return made


def commons_of(file: Written) -> list[object]:
    """Return of each note of a file whatever says which others it goes with, but for what it tells."""
    return [_common(note) for note in file.notes]


def places_of(file: Written) -> str:
    """Return a digest of where everything stands that rules across notes point at."""
    digest = blake2b(digest_size=16)
    for note in file.notes:
        texts = [note.gist.text] if note.gist else []
        for common in dict.fromkeys((note.common, *(fact.common for fact in note.facts))):
            single = (common.id, common.subdeck, common.dispute, common.was)
            texts += [it for it in single if it]
            texts += [*common.tags, *common.sources, *(code for code, _ in common.allow)]
        texts += [fact.place for fact in note.facts]
        digest.update(repr([it.source.position(it.start) for it in texts]).encode())
    return digest.hexdigest()


def _common(note: NoteSummary) -> list[object]:
    return [note.common.id.value, _shape(note), [(fact.id, fact.number) for fact in note.facts]]


def _shape(note: NoteSummary) -> list[object]:
    numbers = [bool(fact.number) for fact in note.facts]  # which need a source even where notes need none
    return [_values(note.common), [_values(it.common) for it in note.facts if it.common is not note.common], numbers]


def _values(it: Common) -> tuple[object, ...]:
    subdeck, dispute, was, erratum = it.subdeck, it.dispute, it.was, it.erratum
    return (
        subdeck.value if subdeck else None,
        [tag.value for tag in it.tags],
        [key.value for key in it.sources],
        dispute.value if dispute else None,
        was.value if was else None,
        erratum.value if erratum else None,
        [(code.value, reason.value) for code, reason in it.allow],
    )


def _said(note: NoteSummary, said: Iterable[str]) -> list[object]:
    gist = note.gist
    every: list[object] = [(text, fact.answers) for text, fact in zip(said, note.facts, strict=True)]
    if gist:
        texts = (gist.text.value, gist.answer.value if gist.answer else None)
        every += [texts, hash(gist[2:8])]  # of numbers alone, so that it is the same in every process
    return every


def _hash(said: object) -> int:
    data = repr(said).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=_KEY).digest(), "big")


class Search:
    """Finds among known notes those that may be like another one.

    A note that says all that another says and little more shares with it one of any few words, so the rarest are
    looked up; see `_duplicates`. An answer of one word that many notes have names all of them.
    """

    def __init__(self, known: Sums) -> None:
        self._known, self._ends = known, [*accumulate(known.lengths)]
        self._fronts, self._backs, self._words = known.fronts.tobytes(), known.backs.tobytes(), known.words.tobytes()

    def same_answer(self, its: Sums, at: int) -> set[int]:
        """Return the places of notes with the answer of a note of `its`."""
        return {*_places(self._backs, its.backs[at], _KEY)} if its.backs[at] else set()

    def alike(self, its: Sums, at: int) -> set[int]:
        """Return the places of notes that ask in the same words as a note of `its`, or say nearly the same."""
        begin = sum(its.lengths[:at])
        words, some = its.words[begin : begin + its.lengths[at]], self._words[:_SAMPLE]
        rarest = sorted(words, key=lambda word: some.count(word.to_bytes(_WORD, byteorder)))
        few = rarest[: len(words) - ceil(SAME_NOTE * len(words)) + 1]
        seen = {bisect_right(self._ends, place) for word in few for place in _places(self._words, word, _WORD)}
        found = {other for other in seen if _are_near(words, self._said(other), SAME_NOTE)}
        found |= {*_places(self._fronts, its.fronts[at], _KEY)} if its.fronts[at] else set()
        # Where answers are the same, so much of all words is, if so much is of those of the questions.
        return found | {it for it in self.same_answer(its, at) if _are_near(words, self._said(it), SAME_FRONT)}

    def _said(self, place: int) -> Numbers:
        return self._known.words[self._ends[place] - self._known.lengths[place] : self._ends[place]]


def _places(data: bytes, number: int, width: int) -> Iterator[int]:
    """Yield where a number stands in an array, given as bytes."""
    wanted = number.to_bytes(width, byteorder)
    at = data.find(wanted)
    while at >= 0:
        if at % width == 0:
            yield at // width
        at = data.find(wanted, at + 1)


def _are_near(some: Numbers, others: Numbers, least: float) -> bool:
    """Say whether one says all that the other says, and little more."""
    less, more = sorted((some, others), key=len)
    return len(less) >= least * len(more) and set(less) <= set(more)
