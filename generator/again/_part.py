"""A deck of which some files changed -> the next build of the notes in these files, as if they were all there are.

Whatever a build of the whole deck would say or refuse ends in TooMuch.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from generator.again._compared import compared, only_if
from generator.again._last import Deck, File, file_of
from generator.again._noted import Noted
from generator.base.diagnostics import Diagnostic, errors
from generator.deck import facts
from generator.deck.schema import load
from generator.ledger.claims import Known
from generator.pipeline import check
from generator.pipeline.baseline import named
from generator.pipeline.build import authored_of, settled_in
from generator.release.next_build import Past, Release, numbers_from, prepare
from generator.source.project import DeckFolder


class Part(NamedTuple):
    """The next build of some notes, what to keep for the build after it, and the warnings that were there before."""

    release: Release
    deck: Deck
    settled: frozenset[Diagnostic]


def part_of(
    folder: DeckFolder,
    deck: Deck,
    names: Sequence[str],
    across: Collection[Diagnostic],
    past: Past,
    ledger: Path,
    files: Noted,
    now: int,
) -> Part:
    """Return the part in these files. `past` tells of their notes alone; `ledger` is the path of the whole ledger.

    `across` are the warnings that are not of single files.
    """
    authored = _read(folder, deck, names, across, files)
    left = compared(folder, deck, authored, across, files)
    claims = authored_of(authored, ledger)
    read = check.Read(folder, authored, {}, (), files, True, ())
    compiled, found = check.compiled_deck(read, numbers_from(Known(past.before, claims)))
    paths = [file.path for file in authored.files]
    said = {it for path in paths for it in files.said_of(path)}
    only_if(said.union(across).issuperset(found) and not errors(said))
    before = {it for file in deck.files for it in file.said}  # of many alike in sources or disputes one may be told
    said = {it for it in said if it.span.path in paths or it in before}
    release, problems = prepare(compiled, past, now, claims)
    only_if(not problems)
    warnings = named(said, folder.shown, authored)
    left = _with_files(folder, left, {path: file_of(path, files, warnings) for path in paths})
    settled = frozenset(settled_in(authored, release, {*said, *(it for it in across if it.span.path in paths)}))
    return Part(release, left, settled)


def _read(
    folder: DeckFolder, deck: Deck, names: Sequence[str], across: Collection[Diagnostic], files: Noted
) -> facts.Deck:
    """Return the deck with these files alone."""
    known = frozenset(it.name for it in deck.files)
    heads = [it for it in folder.files if it not in known]
    part = folder._replace(files=(*heads, *names), missing=known.difference(names))
    authored, problems = load(part, files)
    only_if(authored)
    assert authored is not None
    only_if({it for file in authored.files for it in file.problems}.union(across).issuperset(problems))
    return authored


def _with_files(folder: DeckFolder, deck: Deck, made: Mapping[str, File]) -> Deck:
    """Return the deck with these files, by their paths, in the place of those that it had."""
    files = tuple(made.get(folder.shows(it.name), it) for it in deck.files)
    for now, was in zip(files, deck.files, strict=True):
        known = frozenset(was.made.ids) if now is not was else ()
        only_if(now.made.media == was.made.media)  # else a file of media may have become one that no note uses
        only_if(now is was or [id for id in now.made.ids if id in known] == list(was.made.ids))
    notes, cards = (sum(its) for its in zip(*((len(it.made.ids), it.made.cards) for it in files), strict=True))
    return deck._replace(files=files, counts=deck.counts._replace(notes=notes, cards=cards))
