"""A source folder -> its decks, read and compiled, and every mistake in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from generator.base.characters import folded
from generator.base.diagnostics import Diagnostic, errors, in_order, warning
from generator.base.progress import Tell, silent
from generator.compiled.foreign_shapes import shape_of
from generator.compiled.notes import CompiledDeck, NoteType
from generator.deck import learning, rules
from generator.deck.facts import Deck
from generator.deck.render import FileResult, Head, assembled, head_of, in_turn
from generator.deck.schema import Files, load
from generator.kinds.kind import Numbers
from generator.media.folder import Media
from generator.pipeline import baseline
from generator.pipeline.baseline import Weighed
from generator.source.note_types import note_types
from generator.source.project import MEDIA, DeckFolder, find
from generator.source.reader import hides_others
from generator.source.values import Text

T = TypeVar("T")


class CheckedDeck(NamedTuple):
    """A deck as it is written, and as Anki will store it."""

    authored: Deck
    compiled: CompiledDeck


class Checked(NamedTuple):
    """Every deck that could be compiled, and every mistake in every file. `ignored` are paths of no deck."""

    both: tuple[CheckedDeck, ...]
    diagnostics: tuple[Diagnostic, ...]  # but for warnings that the baseline lets pass
    ignored: tuple[str, ...]
    baseline: Weighed

    @property
    def everything(self) -> tuple[Diagnostic, ...]:
        """Every mistake, those that the baseline lets pass among them."""
        return in_order((*self.diagnostics, *self.baseline.known))

    @property
    def decks(self) -> tuple[CompiledDeck, ...]:
        """The decks as Anki will store them."""
        return tuple(it.compiled for it in self.both)


class Read(NamedTuple):
    """A deck that was read, and what is wrong with it. Where it is `faulty`, a part of it may be missing."""

    folder: DeckFolder
    deck: Deck
    note_types: Mapping[str, NoteType]  # of an adopted deck, by name
    unfit_types: tuple[Diagnostic, ...]  # files of note_types/ that hold none
    files: Files
    faulty: bool
    found: tuple[Diagnostic, ...]


class Run(NamedTuple, Generic[T]):
    """What was made of each deck of a folder, and every mistake in every file. `ignored` are paths of no deck."""

    made: tuple[T, ...]
    diagnostics: tuple[Diagnostic, ...]  # but for warnings that the baseline lets pass
    ignored: tuple[str, ...]
    baseline: Weighed


def passes(found: tuple[Diagnostic, ...], strict: bool) -> bool:
    """Say whether a build may go on; with `strict`, warnings stop it."""
    return not (found if strict else errors(found))


def check(source: Path, tell: Tell = silent, files: Files | None = None) -> Checked:
    """Read and compile every deck of a folder, by what `files` knows of them. Writes nothing."""

    def checked(read: Read) -> tuple[CheckedDeck, Iterable[Diagnostic]]:
        tell(f"rendering {read.deck.id.value}")
        compiled, found = compiled_deck(read, in_turn)
        return CheckedDeck(read.deck, compiled), found

    return Checked(*each_deck(source, checked, tell, files))


def each_deck(
    source: Path,
    make: Callable[[Read], tuple[T, Iterable[Diagnostic]]],
    tell: Tell = silent,
    files: Files | None = None,
) -> Run[T]:
    """Read every deck of a folder, one at a time, and make something of each that says which deck it is."""
    files = files or Files()
    project, found = find(source)
    before = baseline.load(source, project)
    every: list[Diagnostic] = [*found, *before.found]
    named = baseline.named(found, source.as_posix())
    made: list[T] = []
    ids: list[str] = []
    homes: dict[str, Text] = {}  # where the ids and names of decks stand
    paths: dict[str, tuple[str, Text]] = {}  # every level of a deck in Anki, case folded -> as written, and where
    for folder in project.decks:
        tell(f"reading {folder.shown}")
        deck, problems = load(folder, files)
        every += problems
        if deck is None:
            continue
        unfit = [*rules.check(deck, files.memory), *(it for file in deck.files for it in file.learning)]
        unfit += learning.check(deck, files.memory)
        unfit += [*_twins(deck, homes), *_case_twins(deck, paths)]
        files.all_read(folder, deck, unfit)
        faulty = hides_others([*found, *problems, *unfit])
        it, more = make(Read(folder, deck, *note_types(folder), files, faulty, (*problems, *unfit)))
        made.append(it)
        every += [*unfit, *more]
        named |= baseline.named((*problems, *unfit, *more), folder.shown, deck)
        ids.append(deck.id.value)
    fresh, weighed = before.weigh(in_order(every), named, ids)
    return Run(tuple(made), fresh, project.ignored, weighed)


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


def compiled_deck(read: Read, numbers: Numbers, let_go: bool = False) -> tuple[CompiledDeck, list[Diagnostic]]:
    """Compile a deck; with `let_go`, nobody asks for what its notes say as they are written after that.

    Where it is `faulty`, a file nobody uses may be used by a note that could not be read.
    """
    media = Media(read.folder.path / MEDIA, read.folder.shows(MEDIA))
    if read.note_types:
        media.special()
    head = head_of(read.deck, media)._replace(note_types=read.note_types)
    compiled, problems = assembled(read.deck, head, media, _each_file(read, head, media, numbers, let_go))
    found = [*read.unfit_types, *problems, *_of_look(read)]
    if not read.faulty and not errors(found):
        found += media.unused()
    return compiled, found


def _each_file(read: Read, head: Head, media: Media, numbers: Numbers, let_go: bool) -> Iterator[FileResult]:
    for file in read.deck.files:
        yield read.files.compiled(file, head, media, numbers)
        if let_go:
            read.files.let_go(file)


def _of_look(read: Read) -> Iterator[Diagnostic]:
    """Warn of a look that no note type can have."""
    if read.deck.look and read.deck.has_our_look and not any(map(shape_of, read.note_types.values())):
        message = "'look: ours' changes nothing: no note type in note_types/ has the shape of one of ours"
        yield warning(read.deck.look.span, "S144", message, "delete it")
