"""A deck of which files changed -> what a rule across its notes finds: what it found, where it sees what it saw."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeVar, cast

from generator.base.diagnostics import Diagnostic
from generator.deck.facts import Deck, Written
from generator.deck.memory import NONE, Memory

T = TypeVar("T")


class _Seen(NamedTuple, Generic[T]):
    """What a rule saw: the deck but for its files, the files, and of each what the rule compares. What it found."""

    head: Deck
    files: tuple[Written, ...]
    views: list[object]
    found: tuple[T, ...]
    told: tuple[Diagnostic, ...]


def again(
    memory: Memory,
    rule: str,
    deck: Deck,
    view: Callable[[Written], object],
    find: Callable[[], Iterable[T]],
    told: Callable[[Sequence[T]], Iterable[Diagnostic]],
) -> tuple[T, ...]:
    """Return what a rule finds in a deck. `view` gives what it compares of a file: texts and numbers, without places.

    Where that is as it was, so is what the rule finds but for places; and no place is in a file that changed, if
    nothing that it found is in one, or points at one.
    """
    if memory is NONE:
        return tuple(find())
    views = [memory.last((rule, file.path), file, partial(view, file)) for file in deck.files]
    head, what = deck._replace(files=()), ("across", rule, deck.id.source.path)
    before = cast("_Seen[T] | None", memory.known(what))
    if before is None or (before.head, before.views) != (head, views) or _moved(before, deck.files):
        found = tuple(find())
        before = _Seen(head, deck.files, views, found, tuple(told(found)))
    memory.keep(what, before._replace(files=deck.files))
    return before.found


def _moved(before: _Seen[T], files: tuple[Written, ...]) -> bool:
    """Say whether what was found may stand elsewhere now."""
    both = [*zip(before.files, files, strict=True)]  # as many as the views
    if any(was.path != now.path for was, now in both):
        return True
    changed = [now.path for was, now in both if was is not now]
    return any(path in text for it in before.told for path in changed for text in _places(it))


def _places(it: Diagnostic) -> tuple[str, ...]:
    return it.span.path, it.message, it.help, it.note
