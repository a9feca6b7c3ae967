"""A source folder -> checked decks -> packages on disk. The pipeline, from end to end."""

from dataclasses import dataclass
from pathlib import Path

from generator import rules
from generator.compiled import CompiledDeck
from generator.diagnostics import Diagnostic, errors, in_order
from generator.files import Unusable, folder_for_output, replace
from generator.identity import stamped
from generator.media import Media
from generator.place import Span
from generator.project import MEDIA, DeckFolder, find
from generator.render import render
from generator.schema import load


@dataclass(frozen=True, slots=True)
class Checked:
    """Every deck that could be compiled, and every mistake in every file. `ignored` are paths of no deck."""

    decks: tuple[CompiledDeck, ...]
    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[str, ...]

    def passes(self, strict: bool) -> bool:
        """Say whether a build may go on; with `strict`, warnings stop it."""
        return not (self.diagnostics if strict else errors(self.diagnostics))


@dataclass(frozen=True, slots=True)
class Built:
    """A package that was written."""

    deck: CompiledDeck
    package: Path
    size: int  # bytes


def check(source: Path) -> Checked:
    """Read and compile every deck of a folder. Writes nothing."""
    project, found = find(source)
    decks: list[CompiledDeck] = []
    all_found = list(found)
    homes: dict[str, Span] = {}
    for folder in project.decks:
        deck, problems = _compile(folder, homes)
        all_found += problems
        decks += [deck] if deck else []
    return Checked(tuple(decks), in_order(all_found), project.ignored)


def _compile(folder: DeckFolder, homes: dict[str, Span]) -> tuple[CompiledDeck | None, list[Diagnostic]]:
    """Compile a folder's deck; `homes` are the places of the deck ids seen before."""
    deck, problems = load(folder)
    found = list(problems)
    if deck is None:
        return None, found
    found += rules.check(deck)
    if deck.id.value in homes:
        first = homes[deck.id.value].where
        found.append(
            Diagnostic(
                deck.id.span,
                "S209",
                f"two decks have the id '{deck.id.value}'",
                "give this deck an id of its own",
                f"the other is at {first}",
            )
        )
    homes.setdefault(deck.id.value, deck.id.span)
    media = Media(folder.path / MEDIA, folder.shows(MEDIA))
    compiled, problems = render(deck, media)
    found += problems
    if not deck.faulty and not errors(found):
        found += media.unused()
    return compiled, found


def build(checked: Checked, out: Path, now: int) -> tuple[tuple[Built, ...], tuple[Diagnostic, ...]]:
    """Write the package of every deck, or none: each is made and looked at before the first one is put in place."""
    from generator import apkg, selfcheck  # they bring genanki and sqlite, which a check does without

    try:
        packages = [(deck, apkg.pack(deck, stamped(deck, now))) for deck in checked.decks]
        with folder_for_output(out):
            for deck, data in packages:
                replace(out / f"{deck.id}.apkg", data, selfcheck.check)
    except Unusable as problem:
        return (), (
            Diagnostic(Span(out.as_posix()), "P001", str(problem), "free the place, or choose another folder with -o"),
        )
    return tuple(Built(deck, out / f"{deck.id}.apkg", len(data)) for deck, data in packages), ()
