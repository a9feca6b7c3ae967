"""A source folder -> its decks, read and compiled, and every mistake in them: what each later stage begins with."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator import learning, rules
from generator.compiled import CompiledDeck
from generator.deck import Deck
from generator.diagnostics import Diagnostic, errors, in_order
from generator.media import Media
from generator.place import Span
from generator.progress import Tell, silent
from generator.project import MEDIA, DeckFolder, Project, find
from generator.render import Numbers, in_turn, render
from generator.schema import Earlier, load


@dataclass(frozen=True, slots=True)
class Checked:
    """Every deck that could be compiled, and every mistake in every file. `ignored` are paths of no deck."""

    decks: tuple[CompiledDeck, ...]
    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[str, ...]
    authored: tuple[Deck, ...]  # the same decks, as written


def passes(found: tuple[Diagnostic, ...], strict: bool) -> bool:
    """Say whether a build may go on; with `strict`, warnings stop it."""
    return not (found if strict else errors(found))


def check(source: Path, tell: Tell = silent, earlier: Earlier | None = None) -> Checked:
    """Read and compile every deck of a folder, with what `earlier` knows of its files. Writes nothing."""
    project, found = find(source)
    all_found = list(found)
    decks = []
    authored = []
    for folder, deck, problems in loaded(project, tell, earlier):
        all_found += problems
        if deck is not None:
            tell(f"rendering {deck.id.value}")
            compiled, more = compiled_deck(folder, deck, in_turn, errors([*found, *problems]))
            all_found += more
            decks.append(compiled)
            authored.append(deck)
    return Checked(tuple(decks), in_order(all_found), project.ignored, tuple(authored))


def loaded(
    project: Project, tell: Tell, earlier: Earlier | None = None
) -> Iterator[tuple[DeckFolder, Deck | None, list[Diagnostic]]]:
    """Yield each folder's deck, None where it cannot be told which it is, and what is wrong with it."""
    homes: dict[tuple[str, str], Span] = {}  # where the ids and names of decks stand
    for folder in project.decks:
        tell(f"reading {folder.shown}")
        deck, problems = load(folder, earlier)
        more = [*rules.check(deck), *learning.check(deck), *_twins(deck, homes)] if deck else []
        yield folder, deck, [*problems, *more]


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
