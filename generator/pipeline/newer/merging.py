"""A newer .apkg of a deck that was adopted, and its project -> the project with both sides' changes: all, or nothing.

What only they changed is taken, what only the author changed stays; where both changed a note, theirs is
taken if it holds the author's edits too, as it does in a collection that took his build; else his stays and both are
named. Whatever kills it, a build in between harms nobody, and the same import once more brings it to its end.
"""

import json
from collections.abc import Mapping, Set
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from generator.base.characters import folded
from generator.base.files import Output, Unusable, folder_for_output, read_plain, replace_all
from generator.base.limits import MAX_LEDGER
from generator.base.progress import Tell
from generator.collection import foreign
from generator.collection.foreign import ForeignDeck
from generator.compiled.foreign_cards import files_of, front_of
from generator.importing.adopting import VERBATIM
from generator.importing.arrived import Unreadable
from generator.kinds import layout
from generator.ledger import adopted as adopted_notes
from generator.ledger.adopted import Adopted, Original
from generator.pipeline import baseline, fixes
from generator.pipeline.newer import _beside, _drafting, _sides
from generator.pipeline.newer._begun import begun
from generator.pipeline.newer._beside import Looks, Pictures
from generator.pipeline.newer._drafting import Draft
from generator.pipeline.newer._fitting import Fitted, fitted
from generator.pipeline.newer._home import SOURCE, Home, Mistaken, home_of, is_adopted
from generator.pipeline.newer._proving import Stage, adopted_path, said_of, stage_of
from generator.pipeline.newer._resizing import Resized, is_drawn_elsewhere, resized
from generator.pipeline.newer._sides import Changes, Sorted
from generator.pipeline.newer.results import Merged, Named
from generator.source.project import BASELINE, MEDIA

__all__ = ["Mistaken", "is_adopted", "merge"]
BOTH_CHANGED = ".both_changed.txt"  # hidden from `check`
_NO_KIND = "what theirs says cannot be written as a note of its kind, and students have it as that: change it by hand"
_TRIES = 12  # builds until no error is left: what one hides, the next finds


@dataclass(frozen=True, slots=True)
class _Work:
    """What is known before anything is tried."""

    home: Home
    deck: ForeignDeck
    path: Path
    fit: Fitted
    kinds: Sorted
    looks: Looks
    resized: Resized
    now: int


@dataclass(frozen=True, slots=True)
class _Tried:
    """Files as they are to be, by their paths below the project."""

    work: _Work
    changes: Changes
    draft: Draft
    types: Looks  # that are new
    pictures: Pictures
    adopted: Adopted
    done: frozenset[str]  # guids of the changes that are written
    files: Mapping[Path, bytes]


@dataclass(frozen=True, slots=True)
class _Made:
    """A merge that a build takes, and files as they were read."""

    merged: Merged
    interim: bytes  # the list of adopted notes to be written first, so that what is killed can go on
    adopted: Path
    seen: Mapping[Path, bytes]
    drawn: frozenset[Path]  # pictures whose masks are written anew


def merge(path: Path, root: Path, allowed: tuple[str, ...], now: int, tell: Tell, dry_run: bool = False) -> Merged:
    """Merge a newer package into the project of a deck that was adopted, or with `dry_run` say what that would do.

    Raises Unreadable, Unusable and Mistaken; then nothing is written.
    """
    try:
        with foreign.opened(path, tell) as deck:
            made = _made(home_of(root, deck, now, tell), deck, path, allowed, now, tell)
    except foreign.Unreadable as problem:
        raise Unreadable(f"{path}: {problem}") from None
    if not dry_run and made.merged.files:
        tell("writing the files")
        _write(root, made)
    return made.merged


def _made(home: Home, deck: ForeignDeck, path: Path, allowed: tuple[str, ...], now: int, tell: Tell) -> _Made:
    fit = fitted(deck, home.types, home.originals)
    looks = _beside.looks(home, deck, fit.types, allowed)
    kinds = _sides.in_kinds(home, fit, now)
    work = _Work(home, _carrying(home, deck, fit), path, fit, kinds, looks, resized(home, deck, kinds), now)
    verbatim: set[str] = set()
    refused: dict[str, str] = {}  # guid -> why it cannot be taken
    undecided: set[str] = set()
    held = dict(work.resized.held)  # names of pictures and sounds that stay -> why
    with stage_of(home) as stage:
        for _ in range(_TRIES):
            held |= _of_masks(work, refused)
            redrawn = {guid for guid, name in work.resized.redrawn.items() if name not in held}
            made = _sides.made(home, work.deck, kinds, redrawn, path, allowed, now, verbatim)
            refused |= _drawn_elsewhere(work, made, held)
            changes = {guid: it for guid, it in made.changes.items() if guid not in refused}
            theirs = said_of({guid: it.note for guid, it in changes.items()}) if changes else {}
            wrong = {guid: "check refuses it" for guid in changes if guid not in theirs}
            if not wrong:
                tried = _tried(work, replace(made, changes=changes), theirs, undecided, held, stage)
                wrong, unfit = _wrong(tried, stage, now, tell) if tried.files else ({}, {})
                unfit |= _of_masks(work, {guid: tried.draft.stuck[guid] for guid in redrawn & tried.draft.stuck.keys()})
                held |= unfit
                if not wrong and not unfit:
                    return _finished(tried, {**refused, **held}, stage)
                undecided |= {guid for guid in wrong if guid in tried.draft.both}
            for guid, why in wrong.items():
                if guid in undecided:
                    continue
                if guid in verbatim or changes[guid].note.keys[0][0] == VERBATIM:
                    refused[guid] = _NO_KIND if why.startswith("H012") else why
                verbatim.add(guid)
    raise Unusable(f"{path.name} cannot be merged: after {_TRIES} tries a build still refuses some of its notes")


def _drawn_elsewhere(work: _Work, made: Changes, held: Mapping[str, str]) -> dict[str, str]:
    """Return the guids of notes with masks on pictures that have another size in the project, and why they stay."""
    pictures = work.resized.replaced | (work.resized.sizes & held.keys())
    its = (guid for guid, it in made.changes.items() if not it.is_edited and is_drawn_elsewhere(it, pictures))
    return dict.fromkeys(its, "its masks lie on a picture that has another size than yours")


def _of_masks(work: _Work, refused: Mapping[str, str]) -> dict[str, str]:
    """Return the pictures that have to stay because masks on them cannot be written anew, and why."""
    return {work.resized.redrawn[guid]: why for guid, why in refused.items() if guid in work.resized.redrawn}


def _carrying(home: Home, deck: ForeignDeck, fit: Fitted) -> ForeignDeck:
    """Return a newer deck whose notes are in the note types of the project, or in new ones."""
    described = {id: json.loads(it.foreign) for id, it in home.types.items()}
    new = {id: {**deck.note_types[id], "name": it.name} for id, it in fit.types.items() if id not in described}
    return replace(deck, notes=fit.notes, note_types={**described, **new})


def _tried(
    work: _Work, made: Changes, theirs: Mapping[str, str], undecided: Set[str], held: Mapping[str, str], stage: Stage
) -> _Tried:
    home, changes = work.home, made.changes
    draft = _drafting.drafted(home, changes, theirs, undecided)
    done = {guid: it for guid, it in changes.items() if guid not in undecided and guid not in draft.stuck}
    types = _beside.of_new_types(home, made.types)
    as_given = [it.theirs.fields for guid, it in done.items() if guid not in draft.both]
    as_given += [home.originals[it].fields for it in work.kinds.alike if it not in changes]
    pictures = _beside.pictures(home, work.deck, iter(as_given), held.keys())
    beside = {**draft.files, **work.looks.files, **types.files, **pictures.files}
    files = {home.below / name: data for name, data in beside.items()}
    stage.put(files)
    looks = {**work.looks.known, **types.known}
    left = (it for it in work.fit.notes if it.guid not in done)
    notes = _drafting.originals(home, done, draft, theirs, stage.said()) | _sides.later(home, left, work.now)
    notes = {id: _shown(it, pictures.known) for id, it in notes.items()}
    shown = {name for it in notes.values() for name in it.media}
    others = {name: it for name, it in pictures.known.items() if name not in shown}
    adopted = Adopted(home.adopted.deck, notes, looks, others)
    if adopted != home.adopted:
        files[adopted_path(home)] = adopted_notes.write(adopted)
    stage.put(files)
    return _Tried(work, made, draft, types, pictures, adopted, frozenset(done), files)


def _shown(note: Original, media: Mapping[str, str]) -> Original:
    """Return a note with the hashes of the files that it shows, as its own people give them out now."""
    now = {name: media[name] for name in sorted(files_of(note.fields) & media.keys())}
    return note if now == note.media else note._replace(media=now)


def _wrong(tried: _Tried, stage: Stage, now: int, tell: Tell) -> tuple[dict[str, str], dict[str, str]]:
    """Return the guids of changes and the names of media that a build refuses, and why.

    Raises Mistaken where it refuses something else.
    """
    guids = {it.note.id: guid for guid, it in tried.changes.changes.items() if guid in tried.done}
    refused = stage.refused(now, tell)
    media: dict[str, str] = {}
    for id, it in refused:
        if id not in guids:
            its = _brought_to(id, Path(it.span.path), tried)
            if not its:
                raise Mistaken("what they changed does not go with what is here", tuple(it for _, it in refused))
            media |= dict.fromkeys(its, f"{it.code} {it.message}")
    return {guids[id]: f"{it.code} {it.message}" for id, it in refused if id in guids}, media


def _brought_to(id: str, path: Path, tried: _Tried) -> list[str]:
    """Return the media that theirs brought under the name of a file of media/, or of one that a note shows.

    Names that some systems take for one count as one.
    """
    home, brought = tried.work.home, tried.pictures.outcome
    note = home.compiled.get(id)
    own = {it.name: name for name, it in home.pictures.items()}
    shown = {folded(own.get(it, it)) for it in note.media} if note else set()
    shown |= {folded(path.name)} if path.parent.name == MEDIA else set()
    return [it for it in (*brought.added, *brought.changed) if folded(it) in shown]


def _finished(tried: _Tried, refused: Mapping[str, str], stage: Stage) -> _Made:
    work, changes = tried.work, tried.changes.changes
    home, both = work.home, tuple(tried.draft.both.values())
    files = dict(tried.files)
    written = {changes[guid].note.id for guid in tried.done}
    if written:
        files |= _let_pass(stage, home, written)
    if files and both:
        files[home.below / BOTH_CHANGED] = _drafting.both_text(both, work.path.name)
    merged = _merged(tried, refused, files)
    # New notes are known before they are there: else a build of half of it would give them guids of ours.
    new = {it.note.id for guid, it in changes.items() if guid in tried.done and not it.base}
    known = {id: it for id, it in tried.adopted.notes.items() if id in home.adopted.notes or id in new}
    drawn = {work.resized.redrawn[guid] for guid in work.resized.redrawn.keys() & tried.done}
    media = tried.adopted.media
    so_far = tried.adopted._replace(notes=known | dict(home.adopted.notes))
    interim = begun(so_far, {name: media[name] for name in sorted(drawn)})
    seen = {home.below / name: data for name, data in tried.draft.before.items()}
    paths = frozenset(home.below / f"{MEDIA}/{name}" for name in drawn)
    return _Made(merged, adopted_notes.write(interim), adopted_path(home), seen, paths)


def _let_pass(stage: Stage, home: Home, written: set[str]) -> dict[Path, bytes]:
    """Return the baseline with the warnings of notes that changed: their authors are others."""

    def is_theirs(it: baseline.Warned) -> bool:
        return it.deck == home.adopted.deck and it.note in written

    before = stage.let_pass()
    lines = [*(it for it in before if not is_theirs(it)), *(it for it in stage.warnings() if is_theirs(it))]
    return {} if sorted(lines) == sorted(before) else {Path(SOURCE) / BASELINE: baseline.text_of(lines)}


def _merged(tried: _Tried, refused: Mapping[str, str], files: Mapping[Path, bytes]) -> Merged:
    work, changes, draft = tried.work, tried.changes.changes, tried.draft
    home, kinds = work.home, work.kinds
    fronts = {it.guid: layout.plain(front_of(it.fields)) for it in kinds.new}
    named = {**fronts, **home.ids}
    stay = [*kinds.stay, *(Named(named.get(it, "") or it, why) for it, why in {**draft.stuck, **refused}.items())]
    taken = [it for guid, it in changes.items() if guid in tried.done and guid not in draft.both]
    looks = replace(work.looks.outcome, added=tried.types.outcome.added)
    return Merged(
        package=work.path.name,
        deck=home.adopted.deck,
        taken=tuple(it.note.id for it in taken if it.base),
        new=tuple(it.note.id for it in taken if not it.base),
        alike=sum(it not in tried.done for it in kinds.alike),
        kept=kinds.kept,
        both=tuple(draft.both.values()),
        stay=tuple(stay),
        gone=kinds.gone,
        deleted=kinds.deleted,
        looks=looks,
        media=tried.pictures.outcome,
        told=(*work.fit.told, *(f"missing: {it}" for it in tried.changes.missing)),
        left_out=tried.changes.left_out,
        files=files,
    )


# Everything is written, or nothing is.


def _write(root: Path, made: _Made) -> None:
    """Write all files: first those that harm nobody by themselves, then the notes and the list of what they were.

    Pictures whose masks are written anew come in between: `_begun` says how a build and the next merge know of them.
    """
    files = made.merged.files
    first = {path: data for path, data in files.items() if path not in made.seen and path.suffix != ".yaml"}
    last = {path: data for path, data in files.items() if path not in first}
    if made.adopted in first:
        last[made.adopted] = first.pop(made.adopted)
        drawn = {path: first.pop(path) for path in sorted(made.drawn & first.keys())}
        first |= {made.adopted: made.interim, **drawn}
    with ExitStack() as stack:
        for folder in sorted({(root / path).parent for path in files}):
            stack.enter_context(folder_for_output(folder))
        for path, data in made.seen.items():
            if read_plain(root / path, len(data)) != data:
                raise Unusable(f"{(root / path).as_posix()} changed while it was read: run the command again")
        before = {path: _held(root / path) for path in first}
        replace_all(_outputs(root, first))
        try:
            replace_all(_outputs(root, last))
        except BaseException:
            _put_back(root, before)
            raise


def _held(path: Path) -> bytes | None:
    return read_plain(path, MAX_LEDGER) if path.exists() else None


def _put_back(root: Path, before: Mapping[Path, bytes | None]) -> None:
    with suppress(Unusable, OSError):
        replace_all(_outputs(root, {path: data for path, data in before.items() if data is not None}))
        for path, data in before.items():
            if data is None:
                (root / path).unlink(missing_ok=True)


def _outputs(root: Path, files: Mapping[Path, bytes]) -> list[Output]:
    return [Output(root / path, data, fixes.with_mode_of(root / path)) for path, data in files.items()]
