"""A source folder -> its decks, read and compiled, and every mistake in them: what each later stage begins with."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator import learning, rules
from generator.characters import folded
from generator.compiled import CompiledDeck
from generator.deck import Deck
from generator.diagnostics import Diagnostic, errors, in_order
from generator.located import Text
from generator.media import Media
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


def check(source: Path, tell: Tell = silent) -> Checked:
    """Read and compile every deck of a folder. Writes nothing."""
    project, found = find(source)
    all_found = list(found)
    decks = []
    authored = []
    for folder, deck, problems in loaded(project, tell):
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
    homes: dict[str, Text] = {}  # where the ids and names of decks stand
    paths: dict[str, tuple[str, Text]] = {}  # every level of a deck in Anki, case folded -> as written, and where
    for folder in project.decks:
        tell(f"reading {folder.shown}")
        deck, problems = load(folder, earlier)
        more = (
            [*rules.check(deck), *learning.check(deck), *_twins(deck, homes), *_case_twins(deck, paths)] if deck else []
        )
        yield folder, deck, [*problems, *more]


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
