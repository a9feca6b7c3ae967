"""A source folder -> checked decks -> the next release of each -> packages and ledgers on disk: the pipeline."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from generator.base.diagnostics import Diagnostic, Often, Severity, errors, in_order, warning
from generator.base.files import (
    Output,
    Torn,
    Unusable,
    already_holds,
    folder_for_output,
    folder_for_rehearsal,
    read_plain,
    reason,
    replace_all,
)
from generator.base.limits import MAX_LEDGER
from generator.base.place import Span
from generator.base.progress import Tell, silent
from generator.compiled.foreign_looks import dressed
from generator.compiled.notes import CompiledDeck, NoteId
from generator.deck.facts import Deck, Places, facts
from generator.deck.origin import beginnings, note_at
from generator.deck.schema import Files
from generator.ledger import ledger as ledgers
from generator.ledger.adopted import Adopted
from generator.ledger.carriers import carried
from generator.ledger.claims import Authored, Known
from generator.ledger.extras import Mark
from generator.ledger.ledger import Ledger
from generator.ledger.memory import memory_of
from generator.ledger.released import with_adopted
from generator.pipeline.baseline import Weighed
from generator.pipeline.check import Read, compiled_deck, each_deck
from generator.release import shelf
from generator.release.drafts import without_drafts
from generator.release.next_build import Past, Release, numbers_from, prepare
from generator.source.project import DeckFolder
from generator.source.values import Text

if TYPE_CHECKING:
    from generator.deck.origin import Origin  # and asks where a note stands
    from generator.pipeline.canvases import Easel  # only preview draws masks


_LOST = "M132"  # a file is gone, though its note is as it was


class Planned(NamedTuple):
    """What a build would release, and every mistake that keeps it from doing so."""

    releases: tuple[Release, ...]
    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[str, ...]
    ledgers: tuple[tuple[str, str], ...]  # id of each deck, and the hash of what its ledgers held; "" for none
    source: Path
    wish: "Wish"
    settled: frozenset[Diagnostic]  # warnings about notes that are as they were built before
    baseline: Weighed
    folders: tuple[DeckFolder, ...]  # of the releases


class Shown(NamedTuple):
    """A deck as a build would release it, as far as it could be read, and where its notes come from, in their order.

    `easel` is where masks can be drawn; None where the page is not for the author.
    """

    release: Release
    origins: "tuple[Origin, ...]"
    easel: "Easel | None" = None


class Previewed(NamedTuple):
    """Every deck that can be shown, and every mistake in every file."""

    decks: tuple[Shown, ...]
    diagnostics: tuple[Diagnostic, ...]
    often: Often  # of all warnings


class Wish(NamedTuple):
    """What the author asks of a build, beyond the source. `now` is in s since 1970."""

    now: int
    retire: bool = False
    reason: str = ""
    new_ledger: bool = False
    forget: bool = False
    since: str = ""  # what to compare with in place of the last release: a revision of git, a ledger or a package
    release: bool = False  # whether students get it
    name: str = ""  # of the release; "" is its day


class Built(NamedTuple):
    """A build whose package and ledger are in place. `written` are the files that changed."""

    release: Release
    package: Path
    size: int  # bytes: of the file on disk, which another version of zlib may have written
    written: tuple[Path, ...]
    name: str = ""  # of the release; "" where it is none
    withdrawn: int = 0  # notes in the package of withdrawn ones


def plan(source: Path, out: Path, wish: Wish, tell: Tell = silent, files: Files | None = None) -> Planned:
    """Compare every deck of a folder with its ledger in `out`. Writes nothing."""

    def planned(read: Read) -> tuple[_Prepared, list[Diagnostic]]:
        release, digest, found = _release(read, out, wish, tell)
        settled = settled_in(read.deck, release, [*read.found, *found]) if release else []
        return _Prepared(read.folder, read.deck.id, read.deck.name, digest, release, settled), found

    run = each_deck(source, planned, tell, files)
    found, made = list(run.diagnostics), run.made
    if not wish.new_ledger:
        found += shelf.under_another_id(out, [(it.id, it.name) for it in made], wish.now)
    releases, folders = tuple(it.release for it in made if it.release), tuple(it.folder for it in made if it.release)
    seen = tuple((it.id.value, it.digest) for it in made)
    settled = frozenset(diagnostic for it in made for diagnostic in it.settled)
    return Planned(releases, in_order(found), run.ignored, seen, source, wish, settled, run.baseline, folders)


class _Prepared(NamedTuple):
    """What is kept of a deck that is planned, and not the deck, which is large. `digest` is that of its ledgers."""

    folder: DeckFolder
    id: Text
    name: Text
    digest: str
    release: Release | None
    settled: list[Diagnostic]


def settled_in(deck: Deck, release: Release, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the warnings about notes that are as the last build had them.

    What a history says, and that a file is lost, is always new.
    """
    before, now = release.past.before, release.ledger.entries
    warnings = [it for it in found if can_settle(it)]
    if before is None or not warnings:
        return []
    begun = beginnings(deck, {it.span.path for it in warnings})
    settled = []
    for it in warnings:
        id = NoteId(note_at(it.span.line, begun[it.span.path]))
        settled += [it] if id in now and before.entries.get(id) == now[id] else []
    return settled


def can_settle(it: Diagnostic) -> bool:
    """Say whether a diagnostic is old news where its note is as it was."""
    return it.severity is Severity.WARNING and it.code[:1] != "H" and it.code != _LOST


def preview(source: Path, out: Path, now: int, files: Files | None = None) -> Previewed:
    """Compile every deck of a folder and compare it with its ledger in `out`, whatever is wrong. Writes nothing."""

    def shown(read: Read) -> tuple[tuple[Read, Release | None], list[Diagnostic]]:
        release, _, found = _release(read, out, Wish(now), silent, in_part=True)
        return (read, release), found

    run = each_deck(source, shown, silent, files)
    made = [(read, release) for read, release in run.made if release]
    shows = tuple(_shown(read, release, run.diagnostics) for read, release in made)
    return Previewed(shows, run.diagnostics, run.baseline.often)


def _shown(read: Read, release: Release, found: tuple[Diagnostic, ...]) -> Shown:
    from generator.deck.origin import origins
    from generator.pipeline.canvases import easel

    notes = tuple(read.deck.authored)
    placed = origins(read.deck.files, found, read.files.memory)
    return Shown(release, placed, easel(read.folder, notes, release.deck.media))


def _release(
    read: Read, out: Path, wish: Wish, tell: Tell, in_part: bool = False
) -> tuple[Release | None, str, list[Diagnostic]]:
    """Return the next release, None where something is wrong, unless it is asked for `in_part`; the ledger's digest."""
    deck = read.deck
    tell(f"reading what was released of {deck.id.value}")
    past, digest, found = shelf.earlier(out, deck.id.value, wish.now, wish.new_ledger, read.files.memory)
    past = past._replace(is_release=wish.release, released=with_adopted(past.released, past.before))
    authored = authored_of(deck, shelf.ledger_path(out, deck.id.value))
    tell(f"rendering {deck.id.value}")
    adopted, unread = shelf.adopted(out, deck.id.value, _is_adopted(read, past.before))
    compiled, past, problems = _compiled(read, past, authored, adopted, wish.forget, let_go=not in_part)
    found += [*unread, *problems]
    faulty = read.faulty or errors(found)
    if faulty and not in_part:
        return None, digest, found
    tell(f"comparing {deck.id.value} with its last release")
    release, compared = prepare(compiled, past, wish.now, authored, wish.retire, wish.reason)
    if wish.since:
        release, more = _compared(release, past, wish, out)
        compared = (*compared, *more)
    # A note that could not be read is not one that is gone.
    return release, digest, found if faulty else [*found, *compared]


def _compiled(
    read: Read, past: Past, authored: Authored, adopted: Adopted | None, forget: bool, let_go: bool
) -> tuple[CompiledDeck, Past, list[Diagnostic]]:
    """Compile a deck; with `forget` once more, by a ledger that does not know the drafts that are gone."""
    forget = forget and past.before is not None
    compiled, found = _carried(read, past.before, authored, adopted, let_go and not forget)
    if not forget or past.before is None or read.faulty or errors(found):
        return compiled, past, found
    before, forgotten = without_drafts(past.before, past.released, compiled.notes, authored)
    if before == past.before:
        return compiled, past, found
    compiled, found = _carried(read, before, authored, adopted, let_go)
    return compiled, past._replace(before=before, forgotten=forgotten), found


def _carried(
    read: Read, before: Ledger | None, authored: Authored, adopted: Adopted | None, let_go: bool
) -> tuple[CompiledDeck, list[Diagnostic]]:
    """Compile a deck, and put each adopted note in the note type that students have it in."""
    known = Known(before, authored)
    compiled, found = compiled_deck(read, numbers_from(known), let_go and adopted is None)
    if read.faulty or errors(found) or adopted is None:
        return compiled, found
    notes, root = tuple(read.deck.authored), read.deck.tag_root.value
    compiled, unfit = carried(compiled, notes, root, known, adopted, read.note_types)
    compiled = dressed(compiled, compiled.language) if read.deck.has_our_look else compiled
    return compiled, [*found, *unfit]


def _is_adopted(read: Read, before: Ledger | None) -> bool:
    """Say whether the notes of a deck, or some of them, come from another author."""
    has_carriers = before is not None and any(it.extras.carrier for it in before.entries.values())
    return has_carriers or bool(read.note_types)


def _compared(release: Release, past: Past, wish: Wish, out: Path) -> tuple[Release, list[Diagnostic]]:
    """Return a release whose plan is for students who have what `--from` names."""
    from generator.release.plan import Step, planned
    from generator.release.since import since

    base, found = since(wish.since, out, release.ledger, wish.now)
    plan, order = release.plan, [note.id for note in release.deck.notes]
    gone = tuple(it for id in plan.retired_now if (it := release.ledger.entries.get(id)))
    step = Step(gone, dict(plan.again), frozenset(plan.restored), plan.forgotten)
    return release._replace(plan=planned(past.released, release.ledger, order, step, base)), found


def authored_of(deck: Deck, ledger: Path) -> Authored:
    """Return what the rules of a ledger, at a path, need of a deck."""
    was: dict[NoteId, NoteId] = {}
    was_places: dict[NoteId, Text] = {}
    allowed: set[tuple[NoteId, str]] = set()
    errata: dict[NoteId, str] = {}
    for fact in facts(deck):
        id, common = NoteId(fact.id), fact.common
        allowed |= {(id, code.value) for code, _ in common.allow}
        if common.erratum:
            errata[id] = common.erratum.value
        if common.was:
            was[id] = NoteId(common.was.value + id.removeprefix(common.id.value))
            was_places[id] = common.was
    return Authored(Places(deck), was, was_places, frozenset(allowed), ledger.as_posix(), errata)


def build(
    planned: Planned, out: Path, write: bool = True, tell: Tell = silent
) -> tuple[tuple[Built, ...], tuple[Diagnostic, ...]]:
    """Write package and ledger of every deck, or nothing at all. Files that would hold the same stay as they are.

    Each package goes after its ledger: a kill between the two leaves what the next build makes the same package of.
    """
    from generator.release.handout import NameTaken

    try:
        if not write:
            return tuple(_rehearsed(release, out, planned.wish, tell) for release in planned.releases), ()
        with folder_for_output(out):
            if any(shelf.digest(out, deck) != digest for deck, digest in planned.ledgers):  # another build, meanwhile
                planned = plan(planned.source, out, planned.wish, tell)
                if errors(planned.diagnostics):
                    return (), planned.diagnostics
            packed = [_packed(release, out, planned.wish, tell, out) for release in planned.releases]
            tell("writing the packages")
            replace_all([it for release in planned.releases for it in _first_release(release, out)])
            replace_all([output for _, outputs in packed for output in outputs])
            stale = [it for built, _ in packed for it in _swept(built, out, planned.wish)]
    except Torn as problem:
        help = "free the place and build again: that finishes it"
        return (), (Diagnostic(Span(out.as_posix()), "P002", str(problem), help),)
    except Unusable as problem:
        help = "free the place, or choose another folder with -o"
        return (), (Diagnostic(Span(out.as_posix()), "P001", str(problem), help),)
    except NameTaken as taken:
        help = "choose another: --name NAME"
        return (), (Diagnostic(Span(out.as_posix()), "H031", f"a release '{taken}' was made before", help),)
    return tuple(built for built, _ in packed), tuple(stale)


def _rehearsed(release: Release, out: Path, wish: Wish, tell: Tell) -> Built:
    """Do all that a build does but put anything in its place; what would be written is inspected as well."""
    with folder_for_rehearsal() as folder:
        return _packed(release, out, wish, tell, folder)[0]


def _swept(built: Built, out: Path, wish: Wish) -> Iterator[Diagnostic]:
    """Delete what is no longer true: what was withdrawn and is back, and what a new ledger forgets."""
    deck = built.release.deck.id
    stale = [] if built.withdrawn else [shelf.withdrawn_path(out, deck)]
    if wish.release:
        stale.append(shelf.undo_path(out, deck))
    elif wish.new_ledger:
        stale += [path(out, deck) for path in (shelf.released_path, shelf.corrections_path, shelf.notes_path)]
    for path in stale:
        try:
            path.unlink(missing_ok=True)
        except OSError as problem:
            message = f"{path.as_posix()} cannot be deleted: {reason(problem)}"
            yield warning(Span(path.as_posix()), "P003", message, "delete it yourself, or build again")


def _first_release(release: Release, out: Path) -> list[Output]:
    """Return the ledger of before there were releases, where it is about to change: students have what it says."""
    before, path = release.past.before, shelf.released_path(out, release.deck.id)
    if before is None or before.version > 1 or release.ledger == before or os.path.lexists(path):
        return []
    return [Output(path, ledgers.write(before))]


def _packed(release: Release, out: Path, wish: Wish, tell: Tell, scratch: Path) -> tuple[Built, list[Output]]:
    """Return what was built, and the files that differ from those in place; packages are written into `scratch`."""
    from generator.package.apkg import contents, same_content  # they bring sqlite, which a plan does without
    from generator.package.finished import finished
    from generator.release.withdrawn import withdrawn

    deck, stamps, past = release.deck, release.stamps, release.past
    tell(f"packing and checking {len(deck.notes):,} notes of {deck.id}")
    package, ledger = shelf.package_path(out, deck.id), shelf.ledger_path(out, deck.id)
    name, more, mark = _handout(release, out, wish)
    memory = memory_of(release.ledger, release.errata, mark, deck.language.withdrawn_mark)
    undo = _undo(release, out, wish)
    packages = {package: contents(deck, stamps, memory)}
    gone = withdrawn(release.ledger, deck, only_released=wish.release or past.released.ledger is not None)
    if gone:
        packages[shelf.withdrawn_path(out, deck.id)] = contents(gone, stamps)
    outputs = [Output(path, text) for path, text in undo.items() if not already_holds(path, [text])]
    if not already_holds(ledger, ledgers.lines(release.ledger)):
        outputs.append(Output(ledger, ledgers.lines(release.ledger)))
    dated_anew = {package} if _has_new_times(release) else set()
    made = {
        path: finished(it, path, scratch)
        for path, it in packages.items()
        if path in dated_anew or not same_content(path, it)
    }
    outputs += [Output(path, there) for path, there in made.items()]
    outputs += [Output(path, text) for path, text in more.items() if not already_holds(path, [text])]
    written = tuple(it.target for it in outputs if it.target != shelf.undo_path(out, deck.id))
    size = os.path.getsize(made.get(package, package))
    return Built(release, package, size, written, name, len(gone.notes) if gone else 0), outputs


def _has_new_times(release: Release) -> bool:
    """Say whether a note has another time than before: then the package cannot hold the same, and is not compared."""
    before = release.past.before.entries if release.past.before else {}
    return any(it.mod != before[id].mod for id, it in release.ledger.entries.items() if id in before and not it.retired)


def _undo(release: Release, out: Path, wish: Wish) -> dict[Path, bytes]:
    """Return the ledger as it is, to be kept, where a build retires or forgets something."""
    plan, path = release.plan, shelf.ledger_path(out, release.deck.id)
    if wish.release or not (plan.forgotten or (wish.retire and plan.retired_now)):
        return {}
    return {shelf.undo_path(out, release.deck.id): read_plain(path, MAX_LEDGER)}


def _handout(release: Release, out: Path, wish: Wish) -> tuple[str, dict[Path, bytes], Mark | None]:
    """Return the name of a release, the files that go out with it, and its mark.

    A build has none of them; one that is what the last release was has the mark of that.
    """
    from generator.release.handout import handout, mark_of

    last = release.past.released
    if not wish.release:
        return "", {}, mark_of(last, release.ledger)
    made = handout(release, last, out, wish.name, wish.now)
    return made.name, made.files, made.mark
