"""What each note says, in numbers of words -> notes that ask or say the same. Linear, whatever the notes say.

Two notes are near when one says all that the other says and little more. Where each has a word of its own they ask for
two things in the same way, which is how good notes look. So the rarest word of the smaller note is among the few rarest
words of the larger one, and only notes that share such a word are compared (prefix filter of a set-similarity join).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import ceil

from generator.base.diagnostics import warning
from generator.base.patterns import regex
from generator.kinds.kind import Found, Gist
from generator.text.words import Vocabulary, signs, split_words, unmarked

SAME_FRONT, SAME_NOTE = 0.6, 0.8  # how many of all words both have
_FEWEST = 3  # telling words of a front that are compared
_FEWEST_OF_NOTE = 5
_MOST = 40  # notes remembered by one word, so that ten thousand alike are not compared each with each
_BOTH_WAYS = "ask both ways: write 'reverse: true' on one of the two, and delete the other"
_KEEP_ONE = "delete one of the two, ask both ways by 'reverse: true', or ask for what differs"
_NUMBER = regex(r"\d+(?:[.,]\d+)*")
_CLOZE = regex(r"\{\{c[0-9,]+::|(?:::[^{}]*)?\}\}")  # with its hint

Words = tuple[int, ...]
_Form = tuple[tuple[str, ...], tuple[str, ...]]


def check(gists: Sequence[Gist]) -> Iterator[Found]:
    """Yield one message for each note that is like an earlier one."""
    told: set[int] = set()
    yield from _same_fronts(gists, told)
    yield from _same_facts(gists, told)
    yield from _near_notes(gists, told)


def _same_fronts(gists: Sequence[Gist], told: set[int]) -> Iterator[Found]:
    """Yield S210 for notes that ask in the same words, and L09 where the marks differ; of headings of lists L09."""
    first: dict[int, Gist] = {}
    forms: dict[tuple[int, _Form], dict[str, Gist]] = {}  # of fronts that come again: what was typed -> its first note
    for at, it in enumerate(gists):
        other = first.setdefault(it.front, it)
        if other is it:
            continue
        forms.setdefault((it.front, _form(other)), {_typed(other): other})
        alike = forms.setdefault((it.front, _form(it)), {})
        if not alike:
            alike[_typed(it)] = it
            continue
        told.add(at)
        same = alike.setdefault(_typed(it), it)
        if same is it or it.listed:
            yield _asked_twice(it, next(iter(alike.values())))
            continue
        message, help = "this question is asked twice in the same words", "delete one of the two, or say what differs"
        yield it.common, warning(it.text.span, "S210", message, help, f"first asked at {same.text.span.where}")


def _typed(it: Gist) -> str:
    return " ".join(it.text.value.casefold().split()) + (" (list)" if it.listed else "")


def _form(it: Gist) -> _Form:
    """Return what tells a front from another of the same words: `6*3` is not `6/3`, the term 'Polish' not 'polish'."""
    text = _CLOZE.sub(" ", it.text.value) if "{{c" in it.text.value else it.text.value
    words = split_words(unmarked(text))
    return signs(text), tuple(words) if len(words) < _FEWEST and "?" not in text else ()


def _asked_twice(it: Gist, other: Gist) -> Found:
    help = "delete one of the two, or say what differs"
    found = warning(
        it.text.span, "L09", "this question is asked twice", help, f"first asked at {other.text.span.where}"
    )
    return it.common, found


def _same_facts(gists: Sequence[Gist], told: set[int]) -> Iterator[Found]:
    """Yield L09 for questions of one answer whose words are nearly the same, and L55 for what cannot be asked back."""
    backs: dict[int, list[int]] = defaultdict(list)
    for at, it in enumerate(gists):
        if it.back:
            backs[it.back].append(at)
    alike = [group for group in backs.values() if len(group) > 1]
    for group in alike:
        fronts = {at: gists[at].front_words for at in group if len(gists[at].front_words) >= _FEWEST}
        for at, other in _near(fronts, SAME_FRONT):
            if at not in told:
                told.add(at)
                yield _asked_twice(gists[at], gists[other])
    for group in alike:
        if any(gists[at].reverse for at in group):
            yield from _ambiguous(gists, group, told)


def _ambiguous(gists: Sequence[Gist], group: Sequence[int], told: set[int]) -> Iterator[Found]:
    """Yield L55 for notes of one answer that is also asked for its question."""
    same: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in group:
        answer = gists[at].answer
        same[signs(answer.value) if answer else ()].append(at)
    for first, second, *others in (its for its in same.values() if len(its) > 1):
        for at in (first, second, *others):
            it, other = gists[at], gists[first if at != first else second]
            if it.reverse and not told & {at, first, second}:
                message = "another note has this answer, so the card asked in reverse has two right answers"
                help = "say in the answer what tells them apart, or delete 'reverse:'"
                note = f"the other is at {other.text.span.where}"
                yield it.common, warning(it.text.span, "L55", message, help, note)


def _near_notes(gists: Sequence[Gist], told: set[int]) -> Iterator[Found]:
    """Yield L50 for notes that say nearly the same, whichever of it they ask."""
    compared = {at: it.words for at, it in enumerate(gists) if len(it.words) >= _FEWEST_OF_NOTE}
    for at, other in _near(compared, SAME_NOTE):
        it, before = gists[at], gists[other]
        if at not in told and other not in told and not _asks_for_another(it, before):
            told.add(at)
            help = _BOTH_WAYS if _asks_back(it, before) else _KEEP_ONE
            where = f"the other is at {before.text.span.where}"
            yield it.common, warning(it.text.span, "L50", "another note says nearly the same", help, where)


def _asks_for_another(it: Gist, other: Gist) -> bool:
    """Say whether two notes of nearly the same words are about two things.

    Their numbers differ; or the question or answer of each has a word that the other's has not (unless each asks for
    what the other tells); or what one question has more is in its answer, too: 'the vice president ... is the vice
    president'.
    """
    numbers = [Counter(_NUMBER.findall(text)) for text in map(_whole, (it, other))]
    if all(numbers) and numbers[0] != numbers[1]:
        return True
    if not it.front_words or not other.front_words or _asks_back(it, other):
        return False
    short, long = sorted((it, other), key=lambda gist: len(gist.front_words))
    more = set(long.front_words) - set(short.front_words)
    told, less = _told_by(long), _told_by(short)
    if not set(short.front_words) <= set(long.front_words) or not (told <= less or less <= told):
        return True
    return bool(more) and more <= told and more.isdisjoint(less)


def _whole(it: Gist) -> str:
    text = f"{it.text.value} {it.answer.value}" if it.answer else it.text.value
    return unmarked(_CLOZE.sub(" ", text))


def _told_by(it: Gist) -> frozenset[int]:
    return Vocabulary().said(it.answer).words if it.answer else frozenset()


def _asks_back(it: Gist, other: Gist) -> bool:
    """Say whether each of two questions asks for what the other one tells."""
    fronts = set(it.front_words), set(other.front_words)
    backs = set(it.words) - fronts[0], set(other.words) - fronts[1]
    return all(backs) and backs[0] <= fronts[1] and backs[1] <= fronts[0]


def _near(sets: Mapping[int, Words], least: float) -> Iterator[tuple[int, int]]:
    """Yield (later, earlier) for one pair of each note that says all that another says, and little more."""
    rank = _ranks(sets.values()).__getitem__
    index: dict[int, list[int]] = {}
    for at, words in sorted(sets.items(), key=_size):
        rarest = sorted(map(rank, words))
        fewest = ceil(least * len(words))
        some = [index[word] for word in rarest[: len(words) - fewest + 1] if word in index]
        # Of several the smallest and first: which word is the rarest can depend on any other note.
        near = [(len(sets[it]), it) for its in some if (it := _within(words, its, sets, fewest)) >= 0]
        if near:
            other = min(near)[1]
            yield max(at, other), min(at, other)
        if rarest[0] >= 0 and len(remembered := index.setdefault(rarest[0], [])) < _MOST:
            remembered.append(at)


def _size(item: tuple[int, Words]) -> int:
    return len(item[1])


def _within(words: Words, others: Iterable[int], sets: Mapping[int, Words], fewest: int) -> int:
    """Return the first of the other notes all of whose words are here, and are that many; -1 for none."""
    here = frozenset(words)
    return next((at for at in others if len(sets[at]) >= fewest and here.issuperset(sets[at])), -1)


def _ranks(sets: Iterable[Words]) -> dict[int, int]:
    """Return each word's place when the rarest come first; below 0 for one that a single note has."""
    often = Counter(chain.from_iterable(sets))
    order = sorted(often, key=lambda word: (often[word], word))
    single = sum(1 for word in order if often[word] == 1)
    return {word: place - single for place, word in enumerate(order)}
