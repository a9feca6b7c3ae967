"""Notes and what the ledger says of them -> which say the same under another id or key, which something else."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from generator.compiled.notes import NoteId
from generator.kinds.registry import is_keyed
from generator.ledger.ledger import Entry, key_of, words_of

_UNLIKE = 0.4  # how alike two texts may be, from 0 to 1, and still count as another fact


def bare(text: str) -> str:
    """Return the words of a hidden text: changed marks and capitals do not make it another fact."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text


def alike(one: str, other: str) -> bool:
    """Say whether two texts may be about one fact."""
    from difflib import SequenceMatcher  # only an edit is compared

    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio() >= _UNLIKE


def said_by(kind: str) -> Callable[[str], str]:
    """Return what gives the words of what a card hides, which for some kinds stand behind a key."""
    return words_of if is_keyed(kind) else str


def same_answer(hides: Mapping[int, str], entry: Entry) -> bool:
    """Say whether one of the cards still hides what it did in an entry, perhaps in better words."""
    words = said_by(entry.kind)
    return any(alike(words(hides[it]), words(entry.numbers[it])) for it in hides if it in entry.numbers)


def same_fact(label: str, hides: Mapping[int, str], entry: Entry) -> bool:
    """Say whether a front and what its cards hide ask and answer what an entry did, perhaps in better words."""
    return same_answer(hides, entry) and alike(label, entry.label)


def renamed_keys(gained: Iterable[str], lost: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (key now, key before) where a key that came hides the words of one that went. Both hide "key: words"."""
    before = [(key_of(text), _said(text)) for text in lost]
    for text in gained:
        said = _said(text)
        same = next((it for it in before if it[1] == said), None) if said else None
        if same:
            before.remove(same)
            yield key_of(text), same[0]


def _said(hides: str) -> str:
    return bare(hides.partition(": ")[2].strip())


def said_again(
    gone: Iterable[Entry], new: Iterable[Entry], homes: Mapping[NoteId, NoteId]
) -> Iterator[tuple[NoteId, str]]:
    """Yield the id of each entry that is gone and said again by a new one, and what keeps its history.

    `homes` are ids that new notes say they had. Each new note stands for one that is gone.
    """
    entries = list(gone)
    if not entries:
        return
    free: dict[tuple[object, ...], list[NoteId]] = {}
    for it in new:
        free.setdefault(_sense(it), []).append(it.id)
    for entry in entries:
        ids = free.get(_sense(entry), [])
        for id in ids:
            if help := _how_to_keep(entry.id, id, homes.get(id, id)):
                ids.remove(id)
                yield entry.id, f"'{id}' says the same: {help}"
                break


def _sense(entry: Entry) -> tuple[object, ...]:
    """Return what a note says, whatever its id and its keys are."""
    label = "" if entry.label == entry.id else bare(entry.label)  # a picture without a header is called by its id
    if is_keyed(entry.kind):
        return entry.kind, label, *sorted(bare(words_of(text)) for text in entry.numbers.values())
    return entry.kind, label, *((number, bare(text)) for number, text in sorted(entry.numbers.items()))


def _how_to_keep(gone: NoteId, id: NoteId, home: NoteId) -> str:
    """Return what to write so that a note `id` has the history of one that is gone; "" where it is unclear."""
    table, _, row = gone.partition("/")
    if not row:
        return f"write 'was: {gone}' in it"
    if home.partition("/")[0] == table:
        return f"write the key '{row}:' again"
    return f"write 'was: {table}' in '{id.partition('/')[0]}'" if home.partition("/")[2] == row else ""
