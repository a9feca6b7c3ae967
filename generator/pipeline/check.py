"""A source folder -> its decks, read and compiled, and every mistake in them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from generator.base.characters import folded
from generator.base.diagnostics import Diagnostic, errors, in_order
from generator.base.progress import Tell, silent
from generator.compiled.notes import CompiledDeck
from generator.deck import learning, rules
from generator.deck.render import in_turn, render
from generator.deck.schema import Earlier, load
from generator.kinds.kind import Numbers
from generator.media.folder import Media
from generator.source.authored import Deck
from generator.source.project import MEDIA, DeckFolder, find
from generator.source.values import Text

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
    """A deck that was read, and what is wrong with it. Where it is `faulty`, a part of it may be missing."""

    folder: DeckFolder
    deck: Deck
    faulty: bool
    found: tuple[Diagnostic, ...]


class Run(NamedTuple, Generic[T]):
    """What was made of each deck of a folder, and every mistake in every file. `ignored` are paths of no deck."""

    made: tuple[T, ...]
    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[str, ...]


def passes(found: tuple[Diagnostic, ...], strict: bool) -> bool:
    """Say whether a build may go on; with `strict`, warnings stop it."""
    return not (found if strict else errors(found))


def check(source: Path, tell: Tell = silent, earlier: Earlier | None = None) -> Checked:
    """Read and compile every deck of a folder, with what `earlier` knows of its files. Writes nothing."""

    def checked(read: Read) -> tuple[CheckedDeck, Iterable[Diagnostic]]:
        tell(f"rendering {read.deck.id.value}")
        compiled, found = compiled_deck(read.folder, read.deck, in_turn, read.faulty)
        return CheckedDeck(read.deck, compiled), found

    return Checked(*each_deck(source, checked, tell, earlier))


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
    homes: dict[str, Text] = {}  # where the ids and names of decks stand
    paths: dict[str, tuple[str, Text]] = {}  # every level of a deck in Anki, case folded -> as written, and where
    for folder in project.decks:
        tell(f"reading {folder.shown}")
        deck, problems = load(folder, earlier)
        every += problems
        if deck is None:
            continue
        unfit = [*rules.check(deck), *learning.check(deck), *_twins(deck, homes), *_case_twins(deck, paths)]
        it, more = make(Read(folder, deck, errors([*found, *problems, *unfit]), (*problems, *unfit)))
        made.append(it)
        every += [*unfit, *more]
    return Run(tuple(made), in_order(every), project.ignored)


def _twins(deck: Deck, homes: dict[str, Text]) -> Iterator[Diagnostic]:
    """Yield what two decks may not share: the id, and the name, by which they would be one in Anki, in any case."""
    for what, text in (("id", deck.id), ("name", deck.name)):
        first = homes.setdefault(f"{what} {folded(text.value)}", text)
        if first.span != text.span:
            same = first.value == text.value
            message = f"two decks have the {what} '{text.value}'"
            message += "" if same else f": to Anki it is '{first.value}', as case does not count"
            help = f"give this deck its own {what}"
            yield Diagnostic(text.span, "S209", message, help, f"the other is at {first.span.where}")


def _is_name_of_both(text: Text, first: Text, deck: Deck) -> bool:
    """Say whether two decks have one name but for case: `_twins` says so."""
    return text is deck.name and folded(first.value) == folded(text.value)


def _case_twins(deck: Deck, paths: dict[str, tuple[str, Text]]) -> Iterator[Diagnostic]:
    """Yield a level of a deck that another deck spells in another case: Anki makes one of them, in one spelling."""
    subdecks = {note.common.subdeck: None for note in deck.notes if note.common.subdeck}
    own: dict[str, tuple[str, Text]] = {}
    for text in (deck.name, *subdecks):
        above = () if text is deck.name else deck.name.value.split("::")
        levels = [*above, *text.value.split("::")]
        for length in range(len(above) + 1, len(levels) + 1):
            path = "::".join(levels[:length])
            known, first = paths.get(folded(path), (path, text))
            own.setdefault(folded(path), (path, text))
            if known.split("::")[-1] != levels[length - 1] and not _is_name_of_both(text, first, deck):
                message = f"the deck '{path}' differs from '{known}' of another deck in case only"
                yield Diagnostic(text.span, "S206", message, f"write '{known}'", f"that is at {first.span.where}")
                break
    paths.update({key: it for key, it in own.items() if key not in paths})


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
