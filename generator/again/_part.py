"""A deck of which some files changed -> the next build of the notes in these files, as if they were all there are.

Whatever a build of the whole deck would say or refuse ends in TooMuch.
"""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from generator.again._last import Deck, file_of
from generator.again._noted import Noted, points_at, read_of
from generator.base.diagnostics import Diagnostic, errors
from generator.base.files import read_plain
from generator.base.limits import MAX_BYTES
from generator.base.place import Span
from generator.deck import facts, learning
from generator.deck.across.sums import NEAR, may_be_spoilt, others
from generator.deck.schema import load
from generator.ledger.claims import Known
from generator.pipeline import check
from generator.pipeline.baseline import named
from generator.pipeline.build import authored_of, settled_in
from generator.release.next_build import Past, Release, numbers_from, prepare
from generator.source.project import DeckFolder

_MOST = 40  # notes that changed, and files that are read beside theirs: with more, the whole deck is read as fast


_OF_WORDING = ("S210", "L09", "L50", "L55", "L74")  # what rules across notes find in their texts


class TooMuch(Exception):
    """More changed than the wording of notes, or there is something to say of it."""


class Part(NamedTuple):
    """The next build of some notes, what the deck leaves to the build after it, and which warnings are no news."""

    release: Release
    deck: Deck
    settled: frozenset[Diagnostic]


def only_if(fits: object) -> None:
    """Raise TooMuch where something does not fit."""
    if not fits:
        raise TooMuch


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
    left = _reworded(folder, deck, authored, across, files)
    claims = authored_of(authored, ledger)
    read = check.Read(folder, authored, {}, (), files, True, ())
    compiled, found = check.compiled_deck(read, numbers_from(Known(past.before, claims)))
    paths = [file.path for file in authored.files]
    said = {it for path in paths for it in files.said_of(path)}
    only_if(said.union(across).issuperset(found) and not errors(said))
    release, compared = prepare(compiled, past, now, claims)
    only_if(not compared)
    warnings = named(said, folder.shown, authored)
    made = {path: file_of(path, files, warnings) for path in paths}
    left = left._replace(files=tuple(made.get(folder.shows(it.name), it) for it in deck.files))
    same = all(it.made[:2] == was.made[:2] for it, was in zip(left.files, deck.files, strict=True))
    only_if(same)  # a file of media may have become one that no note uses
    cards = sum(it.made.cards for it in left.files)
    settled = frozenset(settled_in(authored, release, {*said, *(it for it in across if it.span.path in paths)}))
    return Part(release, left._replace(counts=deck.counts._replace(cards=cards)), settled)


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


def _reworded(
    folder: DeckFolder, deck: Deck, authored: facts.Deck, across: Collection[Diagnostic], files: Noted
) -> Deck:
    """Return the deck as the next build has to know it, where the rules across notes find in it what they found."""
    places = {folder.shows(it.name): at for at, it in enumerate(deck.files)}
    begins = [*accumulate([it.notes for it in deck.files], initial=0)]
    beside: set[int] = set()  # places of notes that those which changed are compared with
    left, reworded = deck, set[str]()
    for file in authored.files:
        at, pointing = places[file.path], [it for it in across if points_at(it, file.path)]
        new = read_of(file, deck.weighed, bool(pointing))
        only_if(not any(it.code in _OF_WORDING for it in pointing))
        only_if(all(_stands(it.span, file) for it in pointing if it.span.path == file.path))
        its, first, last = deck.files[at], begins[at], begins[at + 1]
        files.read_files[file.path] = new
        only_if(new.common == its.common and new.places == its.places and len(new.sums.notes) == its.notes)
        only_if(deck.sums.named[first:last] == new.sums.named)
        both = enumerate(zip(deck.sums.notes[first:last], new.sums.notes, strict=True))
        changed = [note for note, (before, now) in both if before != now]
        only_if(len(changed) <= _MOST)
        reworded |= {file.notes[note].common.id.value for note in changed}
        beside |= others(deck.sums, new.sums, changed)
        beside |= {it for note in changed for it in range(first + note - NEAR, first + note + NEAR + 1)}
        left = left._replace(sums=left.sums.spliced(first, last, new.sums))
    near = {bisect_right(begins, it) - 1 for it in beside if 0 <= it < begins[-1]}.difference(
        places[file.path] for file in authored.files
    )
    only_if(len(near) <= _MOST)
    names = [deck.files[at].name for at in near]
    more = [files.written(folder.shows(it), it, read_plain(folder.path / it, MAX_BYTES)) for it in names]
    window = authored._replace(files=tuple(sorted([*authored.files, *more], key=lambda it: places[it.path])))
    if reworded:
        only_if(set(across).issuperset(learning.alike(window)))
        pairs = may_be_spoilt(window)
        only_if(all(reworded.isdisjoint(id.partition("/")[0] for id in pair) for pair in pairs))
    return left


def _stands(span: Span, file: facts.Written) -> bool:
    """Say whether the line that a warning shows is as it was."""
    if not span.line or not file.notes:
        return not span.line
    source = file.notes[0].common.id.source
    return span.line <= source.lines and source.line(span.line) == span.excerpt
