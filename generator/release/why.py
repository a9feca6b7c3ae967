"""A note's entry in the last release and its entry now -> what changed of it, with the old and new words."""

from collections.abc import Iterator
from typing import NamedTuple

from generator.ledger.ledger import Entry
from generator.ledger.parts import TAGS
from generator.ledger.renames import said_by

PARTS = "question answer text extra dispute sources tags picture subdeck".split()
_OF_FIELD = {
    "Question": "question",
    "Reverse": "question",
    "Answer": "answer",
    "Extra": "extra",
    "Back Extra": "extra",
    "Dispute": "dispute",
    "Sources": "sources",
    TAGS: "tags",
    "Header": "question",
    "Comments": "answer",
    "Occlusion": "picture",
    "Image": "picture",
    "Spare 1": "question",  # whether the answer is typed
}


class Reason(NamedTuple):
    """A part that changed. The words are "" where they are not remembered, or equal as far as they are."""

    part: str  # one of PARTS
    before: str = ""
    now: str = ""


def why(before: Entry, now: Entry) -> tuple[Reason, ...]:
    """Return what changed, in the order of PARTS."""
    words = dict(_words(before, now))
    parts = _hashed(before, now) if before.extras.parts and now.extras.parts else set(words)
    if before.extras.parts and before.extras.media != now.extras.media:
        parts.add("picture")
    if before.deck != now.deck:
        parts.add("subdeck")
        words["subdeck"] = (before.deck, now.deck)
    return tuple(Reason(part, *words.get(part, ("", ""))) for part in PARTS if part in parts)


def _hashed(before: Entry, now: Entry) -> set[str]:
    old, new = before.extras.parts, now.extras.parts
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    if "Header" in changed:
        changed.discard("Image")  # it holds the header's words too; a new picture is seen in `extras.media`
    return {_OF_FIELD.get(name, "text") for name in changed}


def _words(before: Entry, now: Entry) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield parts whose words differ, as far as the ledger remembers them."""
    fronts = (before.label, now.label) if before.label != now.label else None
    hidden = next(_rehidden(before, now), None)
    if "Text" not in now.extras.parts:  # its front is not also what is hidden
        sides = (("question", fronts), ("answer", hidden))
        yield from ((part, words) for part, words in sides if words)
    elif words := hidden or fronts:
        yield "text", words


def _rehidden(before: Entry, now: Entry) -> Iterator[tuple[str, str]]:
    """Yield the words of cards that hide others than before."""
    said = said_by(now.kind)
    for number in sorted(now.numbers):
        pair = said(before.numbers.get(number, "")), said(now.numbers[number])
        if number in before.numbers and pair[0] != pair[1]:
            yield pair
