"""A source folder -> its decks, read and compiled, and every mistake in them: what each later stage begins with."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from generator import learning, rules
from generator.compiled import CompiledDeck
from generator.deck import Deck
from generator.diagnostics import Diagnostic, errors, in_order
from generator.kinds.kind import Numbers
from generator.media import Media
from generator.place import Span
from generator.progress import Tell, silent
from generator.project import MEDIA, DeckFolder, find
from generator.render import in_turn, render
from generator.schema import Earlier, load

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CheckedDeck:
    """A deck as it is written, and as Anki will store it."""

    authored: Deck
    compiled: CompiledDeck


@dataclass(frozen=True, slots=True)
class Checked:
    """Every deck that could be compiled, and every mistake in every file. `ignored` are paths of no deck."""

    both: tuple[CheckedDeck, ...]
    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[str, ...]

    @property
    def decks(self) -> tuple[CompiledDeck, ...]:
        """The decks as Anki will store them."""
        return tuple(it.compiled for it in self.both)


class Read(NamedTuple):
    """A deck that was read. Where it is `faulty`, a part of it may be missing."""

    folder: DeckFolder
    deck: Deck
    faulty: bool


class Run(NamedTuple, Generic[T]):
    """What was made of each deck of a folder, and every mistake in every file. `ignored` are paths of no deck."""

    made: tuple[T, ...]
    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[str, ...]


def passes(found: tuple[Diagnostic, ...], strict: bool) -> bool:
    """Say whether a build may go on; with `strict`, warnings stop it."""
    return not (found if strict else errors(found))


def check(source: Path, tell: Tell = silent) -> Checked:
    """Read and compile every deck of a folder. Writes nothing."""

    def checked(read: Read) -> tuple[CheckedDeck, Iterable[Diagnostic]]:
        tell(f"rendering {read.deck.id.value}")
        compiled, found = compiled_deck(read.folder, read.deck, in_turn, read.faulty)
        return CheckedDeck(read.deck, compiled), found

    return Checked(*each_deck(source, checked, tell))


def each_deck(
    source: Path,
    make: Callable[[Read], tuple[T, Iterable[Diagnostic]]],
    tell: Tell = silent,
    earlier: Earlier | None = None,
) -> Run[T]:
    """Read every deck of a folder, one at a time, and make something of each that says which deck it is."""
    project, found = find(source)
    every: list[Diagnostic] = list(found)
    made: list[T] = []
    homes: dict[tuple[str, str], Span] = {}  # where the ids and names of decks stand
    for folder in project.decks:
        tell(f"reading {folder.shown}")
        deck, problems = load(folder, earlier)
        every += problems
        if deck is None:
            continue
        unfit = [*rules.check(deck), *learning.check(deck), *_twins(deck, homes)]
        it, more = make(Read(folder, deck, errors([*found, *problems, *unfit])))
        made.append(it)
        every += [*unfit, *more]
    return Run(tuple(made), in_order(every), project.ignored)


def _twins(deck: Deck, homes: dict[tuple[str, str], Span]) -> Iterator[Diagnostic]:
    """Yield what two decks may not share: the id, and the name, by which they would be one in Anki."""
    for what, text in (("id", deck.id), ("name", deck.name)):
        first = homes.setdefault((what, text.value), text.span)
        if first != text.span:
            message = f"two decks have the {what} '{text.value}'"
            yield Diagnostic(
                text.span, "S209", message, f"give this deck its own {what}", f"the other is at {first.where}"
            )


def compiled_deck(
    folder: DeckFolder, deck: Deck, numbers: Numbers, faulty: bool
) -> tuple[CompiledDeck, list[Diagnostic]]:
    """Compile a deck. Where it is `faulty`, a file nobody uses may be used by a note that could not be read."""
    media = Media(folder.path / MEDIA, folder.shows(MEDIA))
    compiled, problems = render(deck, media, numbers)
    found = list(problems)
    if not faulty and not errors(found):
        found += media.unused()
    return compiled, found
