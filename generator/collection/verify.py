"""A package, and the one before it -> what real Anki makes of them: a rehearsal in a collection that is thrown away.

The only owner of anki (extra `anki`). The old package is imported, every card gets a history, and some notes get tags,
flags, suspensions, edits and a deck of the student's; then the new one is imported with the settings of a new profile,
and everything is looked at again. A history is kept if the same card still asks and answers the same fact.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from generator.base.diagnostics import counted
from generator.base.progress import Tell, silent
from generator.collection import _merge_apply as executor
from generator.collection import _merge_package as packages
from generator.collection import foreign
from generator.collection._kept import OWN_TAGS, OWN_TEXT, Way, differs, way_of
from generator.collection._kept import Card as _Card
from generator.collection._kept import Note as _Note
from generator.collection._kept import Shipped as _Shipped
from generator.collection.merge_plan import plan
from generator.package.reading import Unreadable, opened

_OWN_DECK = "The student's own"
_BELOW = re.compile(
    r'<div class="(?:extra|dispute|foot)">|<details|<script'
)  # what stands under the answer, or is not text
_ASKED = re.compile(r'<span class="cloze" [^>]*>(.*?)</span>|data-shape="[^>]*', re.DOTALL)
_DRAWN = re.compile(r"latex-[0-9a-f]{40}\.(?:png|svg)")  # Anki itself makes these pictures when it shows the card
_LONG = 1_000  # characters of a text that is compared by its words
_SAME_FACT = 0.35  # how alike a card's two sides must stay, from 0 to 1, to count as the same fact


@dataclass(frozen=True, slots=True)
class NoteVerdict:
    """What became of a note. `status` is kept, updated, new, withdrawn (it stays), doubled, moved, lost."""

    id: str
    status: str
    cards: int
    kept: int  # cards that have their history, on the same fact
    lost: int  # those that had one, and do not
    problem: str = ""  # "" if all is well


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Anki made of it. `counts` are those of the import dialog; `problems` are about the collection as a whole."""

    counts: dict[str, int]
    notes: tuple[NoteVerdict, ...]
    problems: tuple[str, ...]
    ways: tuple[Way, ...] = ()  # the import and the merge, where both were rehearsed

    @property
    def lost(self) -> int:
        """How many histories are gone, or on another fact."""
        return sum(note.lost for note in self.notes)

    @property
    def fine(self) -> bool:
        """Whether no history was lost or moved, and Anki finds nothing wrong."""
        return not self.problems and not any(note.problem for note in self.notes)


class Refused(Exception):
    """Anki cannot import a package; the text is its own."""


def verify(new: Path, old: Path | None = None, tell: Tell = silent, merge: bool = False) -> Verdict:
    """Import a package, or a release after the one before it, and return what Anki makes of it. Raises Refused.

    With `merge` the same release is also merged, and both ways are set side by side.
    """
    with _thrown_away() as collection:
        verdict = _rehearse(collection, new, old, tell)
    if not merge or old is None:
        return verdict
    with _thrown_away() as collection:
        way = _merged(collection, new, old, tell)
    lost = tuple(f"the merge does not keep all {it}" for it in way.loses)
    return replace(verdict, ways=(*verdict.ways, way), problems=(*verdict.problems, *lost))


@contextmanager
def _thrown_away() -> Iterator[Any]:
    """Give an empty collection."""
    with TemporaryDirectory(prefix="deckwright-verify-", ignore_cleanup_errors=True) as folder:
        collection = Collection(str(Path(folder) / "collection.anki2"))
        try:
            yield collection
        finally:
            collection.close()


def _merged(collection: Any, new: Path, old: Path, tell: Tell) -> Way:
    """Merge a release for a student who studied the one before, and return what he kept. Raises Refused."""
    tell("studying the release before, once more")
    _import(collection, old)
    _study(collection)
    collection.fix_integrity()
    before, media = _notes(collection), Path(collection.media.dir())
    tell("merging the new release")
    try:
        arrival = packages.arrival(new)
    except packages.Foreign as problem:
        raise Refused(f"{new} cannot be merged: {problem}") from None
    executor.apply(collection, new, arrival, plan(arrival, executor.view(collection, arrival, media)), media)
    return way_of("merge", before, _notes(collection), _given(old), _shipped(new))


def _rehearse(collection: Any, new: Path, old: Path | None, tell: Tell) -> Verdict:
    faults = list(_row_faults(new))
    released: dict[str, _Shipped] = {}
    before: dict[str, _Note] = {}
    if old is not None:
        faults = [*_row_faults(old), *faults]
        tell("importing the release before")
        _import(collection, old)
        tell("studying it")
        _study(collection)
        collection.fix_integrity()  # what it says of the student's own doings is not about the new release
        released, before = _given(old), _notes(collection)
    tell("importing the new release")
    counts = _import(collection, new)
    tell("looking at every card")
    shipped, after = _shipped(new), _notes(collection)
    left_behind = {before[guid].id for guid in before if guid not in shipped}
    verdicts = []
    for guid in {**before, **after}:
        expected = "withdrawn" if guid not in shipped else "new" if guid not in before else "kept"
        if expected == "kept" and differs(released[guid], shipped[guid]):
            expected = "updated"
        if expected == "new" and after[guid].id in left_behind:
            verdicts.append(_doubled(after[guid]))
        else:
            verdicts.append(_verdict(expected, before.get(guid), after.get(guid), shipped.get(guid)))
    verdicts = [*_wandered(before, after, shipped), *verdicts]
    verdicts.sort(key=lambda it: it.id)
    faults += _faults(collection, counts, fresh=old is None)
    ways = (way_of("import", before, after, released, shipped),) if old is not None else ()
    return Verdict(counts, tuple(verdicts), tuple(faults), ways)


def _import(collection: Any, package: Path) -> dict[str, int]:
    request = ImportAnkiPackageRequest(package_path=str(package.resolve()), options=ImportAnkiPackageOptions())
    try:
        log = collection.import_anki_package(request).log
    except Exception as problem:  # the backend raises many kinds of exceptions, and all of them are about the package
        raise Refused(f"Anki refuses {package}: {problem}") from None
    return {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")}


def _study(collection: Any) -> None:
    """Do what a student does in months: reviews, and on every third note tags, a flag, an edit, a deck of his own."""
    own_deck = collection.decks.add_normal_deck_with_name(_OWN_DECK).id
    rows = collection.db.list("SELECT id FROM cards ORDER BY id")
    for at, row in enumerate(rows, 1):
        card = collection.get_card(row)
        card.type = card.queue = 2
        card.ivl, card.due, card.reps, card.factor = 10 + at, 100 + at, 3 + at % 7, 2500
        card.flags = at % 5
        card.queue = -1 if at % 11 == 0 else 2
        card.did = own_deck if at % 13 == 0 else card.did
        collection.update_card(card)
        review = (1_500_000_000_000 + at, row, -1, 3, card.ivl, 1, 2500, 4000, 1)
        collection.db.execute("INSERT INTO revlog VALUES (?,?,?,?,?,?,?,?,?)", *review)
    for row, mod in collection.db.all("SELECT id, mod FROM notes ORDER BY id")[::3]:
        note = collection.get_note(row)
        note.tags += OWN_TAGS
        note.fields[-1] = OWN_TEXT
        collection.update_note(note)
        collection.db.execute("UPDATE notes SET mod = ? WHERE id = ?", mod, row)  # done before the new release was made


def _given(package: Path) -> dict[str, _Shipped]:
    """Return the notes that students have: of a release, or of the deck, as Anki exported it, that was adopted."""
    with opened(package) as read:
        if not read.is_of_anki:
            return _shipped(package)
    try:
        with foreign.opened(package) as deck:
            return {
                it.guid: _Shipped(
                    "\x1f".join(it.fields), " ".join(sorted(it.tags)), frozenset(at + 1 for at in it.numbers)
                )
                for it in deck.notes
            }
    except foreign.Unreadable as problem:
        raise Refused(f"{package} cannot be read: {problem}") from None


def _shipped(package: Path) -> dict[str, _Shipped]:
    """Return the notes of a package by guid, read from the package itself."""
    with opened(package) as read:
        if read.is_of_anki:
            raise Refused(f"{package} was exported by Anki itself; give a package that deckwright built")
        connection = read.collection()
        cards: dict[int, set[int]] = {}
        for row, number in connection.execute("SELECT nid, ord FROM cards"):
            cards.setdefault(row, set()).add(number + 1)
        rows = connection.execute("SELECT id, guid, flds, tags FROM notes")
        return {
            guid: _Shipped(fields, " ".join(sorted(tags.split())), frozenset(cards.get(row, ())))
            for row, guid, fields, tags in rows
        }


def _row_faults(package: Path) -> Iterator[str]:
    """Yield what is wrong with the note rows of a package as a whole. Raises Refused where Anki would crash."""
    if package.suffix == ".colpkg":
        raise Refused(f"{package} is a whole collection: give the .apkg of the deck")
    query = "SELECT count(), count(DISTINCT guid), min(id) FROM notes"
    try:
        with opened(package) as read:
            if read.is_of_anki or "collection.anki2" not in read.names:
                return  # its notes stand elsewhere, or Anki says so in its own words
            rows, guids, lowest = next(read.collection().execute(query))
    except (Unreadable, sqlite3.Error) as problem:
        raise Refused(f"{package} cannot be read: {problem}") from None
    if rows and not (isinstance(lowest, int) and lowest > 0):
        raise Refused(f"{package} has a note with the row id {lowest}: Anki's Check Database would crash")
    if not rows:
        yield f"{package.name} has no notes"
    if rows != guids:
        yield f"{package.name} has {rows:,} notes, but only {guids:,} guids: Anki updates one note of each guid"


def _notes(collection: Any) -> dict[str, _Note]:
    reviews: dict[int, list[Any]] = {}
    for row, *review in collection.db.all("SELECT cid, id, ease, ivl FROM revlog ORDER BY id"):
        reviews.setdefault(row, []).append(tuple(review))
    found = {}
    for row in collection.db.list("SELECT id FROM notes"):
        note = collection.get_note(row)
        cards = {card.ord + 1: _card(card, reviews.get(card.id, [])) for card in note.cards()}
        name = note["ID"] if "ID" in note else note.guid  # noqa: SIM401  (Anki's note is not a mapping)
        found[note.guid] = _Note(name, "\x1f".join(note.fields), " ".join(sorted(note.tags)), cards)
    return found


def _card(card: Any, reviews: list[Any]) -> _Card:
    rendered = card.render_output()
    front, back = _BELOW.split(rendered.question_text)[0], _BELOW.split(rendered.answer_text)[0]
    asked = _ASKED.findall(back)
    answer = " ".join(asked) if asked else back.split('<div class="answer">')[-1]
    history = (card.did, card.due, card.ivl, card.reps, card.factor, card.flags, card.queue, tuple(reviews))
    return _Card(_words(front), _words(answer), history)


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^<>]*>", " ", html)).split())


def _wandered(before: dict[str, _Note], after: dict[str, _Note], shipped: dict[str, _Shipped]) -> Iterator[NoteVerdict]:
    """Yield facts that another note had before: their histories stayed behind with its guid."""
    homes = {(card.asks, card.answers): guid for guid, note in before.items() for card in note.cards.values()}
    for guid in shipped:
        for number, card in after[guid].cards.items():
            home = homes.get((card.asks, card.answers), guid)
            same = guid in before and (card.asks, card.answers) in _facts(before[guid])
            if home != guid and not same and (card.asks, card.answers) not in _facts(after[home]):
                text = f"the fact of card {number} was that of '{before[home].id}', where its history stays"
                yield NoteVerdict(after[guid].id, "moved", len(after[guid].cards), 0, 1, text)


def _facts(note: _Note) -> set[tuple[str, str]]:
    return {(card.asks, card.answers) for card in note.cards.values()}


def _doubled(note: _Note) -> NoteVerdict:
    """A note whose id is that of a note the release no longer has: the same fact under another guid."""
    text = "it came as a new note beside the old one, which keeps the history"
    return NoteVerdict(note.id, "doubled", len(note.cards), 0, len(note.cards), text)


def _verdict(expected: str, before: _Note | None, after: _Note | None, shipped: _Shipped | None) -> NoteVerdict:
    """Compare a note with what it was before the import, and with what the package wanted of it."""
    if after is None:
        assert before is not None
        return NoteVerdict(before.id, "lost", 0, 0, len(before.cards), "the note is gone")
    if before is None:
        return NoteVerdict(after.id, expected, len(after.cards), 0, 0)
    problems = list(_histories(before, after, shipped.cards if shipped else frozenset(before.cards)))
    lost = len(problems)
    if expected == "updated" and shipped and (after.fields, after.tags) != (shipped.fields, shipped.tags):
        problems.append("the edit did not arrive")
    if expected in ("kept", "withdrawn") and (after.fields, after.tags) != (before.fields, before.tags):
        problems.append("it was rewritten, and the student's tags and edits with it, though nothing was changed")
    return NoteVerdict(after.id, expected, len(after.cards), len(before.cards) - lost, lost, "; ".join(problems))


def _histories(before: _Note, after: _Note, shipped: frozenset[int]) -> Iterator[str]:
    """Yield what is wrong with the history of each card; `shipped` are the numbers the release has."""
    for number, old in before.cards.items():
        new = after.cards.get(number)
        elsewhere = [at for at, it in after.cards.items() if at != number and it.answers == old.answers != ""]
        if new is None or new.history != old.history:
            yield f"card {number} lost its history"
        elif number not in shipped:  # taken out: the card stays, and says so
            if any(at not in before.cards for at in elsewhere):
                yield f"the fact '{old.answers[:40]}' (card {number}) begins anew as card {elsewhere[0]}"
        elif _another_fact(old, new, bool(elsewhere)):
            yield f"the history of '{old.answers[:40]}' (card {number}) now belongs to '{new.answers[:40]}'"


def _another_fact(old: _Card, new: _Card, elsewhere: bool) -> bool:
    """Say whether a card asks for something else; `elsewhere` is whether another card now has the old answer."""
    if old.answers == new.answers or old.asks == new.asks:
        return False
    return elsewhere or max(_likeness(old.answers, new.answers), _likeness(old.asks, new.asks)) < _SAME_FACT


def _likeness(one: str, other: str) -> float:
    """Return from 0 to 1 how alike two texts are; long ones by the words they share, which takes linear time."""
    if max(len(one), len(other)) > _LONG:
        words, others = Counter(one.casefold().split()), Counter(other.casefold().split())
        return 2 * (words & others).total() / max(1, words.total() + others.total())
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def _faults(collection: Any, counts: dict[str, int], fresh: bool) -> Iterator[str]:
    """Yield what Anki finds wrong with the collection. After an update, cards of clozes taken out may be empty."""
    if counts["conflicting"]:
        yield f"{counted(counts['conflicting'], 'note')} in conflict, and frozen from now on"
    for kind in collection.models.all_names_and_ids():
        if kind.name.startswith("Deckwright") and kind.name.endswith("+"):
            yield f"a second note type appeared: {kind.name}"
    for guid in collection.db.list("SELECT guid FROM notes WHERE id NOT IN (SELECT nid FROM cards)"):
        yield f"note {guid} has no card"
    empty = sum(len(note.card_ids) for note in collection.get_empty_cards().notes) if fresh else 0
    if empty:
        yield counted(empty, "empty card")
    missing = (name for name in collection.media.check().missing if not _DRAWN.fullmatch(name))
    yield from (f"the media file {name} is missing" for name in missing)
    cards = collection.card_count()
    report, sound = collection.fix_integrity()
    if not sound or collection.card_count() != cards:
        yield f"Check Database finds faults: {' '.join(report.split())}"
