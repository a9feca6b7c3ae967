"""A CompiledDeck and the ledger of what was built -> the next build: guids, numbers, times, and what changes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic, warning
from generator.base.limits import MAX_CARDS
from generator.base.place import Span
from generator.base.revision import restoring
from generator.compiled.identity import guid_for, rows_for
from generator.compiled.notes import CompiledDeck, CompiledNote, Guid, Hidden, NoteId, NoteType, Stamps
from generator.deck.render import in_turn
from generator.kinds.kind import Numbering, Numbers
from generator.kinds.registry import is_keyed, numbering
from generator.ledger import ledger as ledgers
from generator.ledger.claims import Authored, Known, comes_back, continued
from generator.ledger.extras import Extras, HeadExtras
from generator.ledger.ledger import Entry, KnownType, Ledger, key_of, only_in, shape_of
from generator.ledger.parts import parts_of, past_of
from generator.ledger.released import Released, or_forget
from generator.ledger.renames import alike, bare, renamed_keys, said_again, same_answer
from generator.release.plan import Forgotten, Plan, Step, planned

_NONE: dict[int, str] = {}  # that a new note hid before; one for all of them


class Past(NamedTuple):
    """What there was before a build: the last one, and the last release."""

    before: Ledger | None = None
    released: Released = Released()
    forgotten: Forgotten = Forgotten()  # drafts that `before` no longer knows
    is_release: bool = False  # whether the build is for students: then the ledger gets the newest format


class Counts(NamedTuple):
    """How much a package holds."""

    notes: int
    cards: int
    media: int


class Release(NamedTuple):
    """A deck, ready to be packed and to be remembered."""

    deck: CompiledDeck
    stamps: Stamps
    ledger: Ledger
    plan: Plan
    past: Past
    counts: Counts
    errata: Mapping[NoteId, str] = {}


def numbers_from(known: Known) -> Numbers:
    """Return the numbering of items, cells and masks: a key keeps its number, a new key gets one never used before."""

    def numbers(note: NoteId, keys: tuple[str, ...]) -> dict[str, int]:
        entry = known.entry(note)
        if entry is None:
            return in_turn(note, keys)
        given = {key_of(text): number for number, text in (entry.retired_numbers | entry.numbers).items()}
        following = max(given.values(), default=0) + 1
        for key in keys:
            if key not in given:
                given[key] = following
                following += 1
        return {key: given[key] for key in keys}

    return numbers


def prepare(
    deck: CompiledDeck, past: Past, now: int, authored: Authored, retire: bool = False, reason: str = ""
) -> tuple[Release, tuple[Diagnostic, ...]]:
    """Return the next build of a deck. `now` is in s since 1970. What would cost a student something is an error."""
    before, released = past.before, past.released
    work = _Work(before, released, now, authored)
    entries: dict[NoteId, Entry] = {}
    notes = []
    known, unfit = continued(deck.notes, before, authored, released)
    taken = [entry.row for entry in before.entries.values()] if before else []
    births = {note.id: _born_as(deck, note) for note in deck.notes if known[note.id] is None}
    rows = rows_for(births.values(), taken)
    for note in deck.notes:
        old = known[note.id]
        work.count_cards(note)
        work.count_up(note, old)
        entry = work.changed(note, old) if old else work.born(note, rows[births[note.id]])
        entries[note.id] = entry
        notes.append(note if note.guid == entry.guid else replace(note, guid=entry.guid))
    gone = work.gone(entries)
    again = work.again(gone, entries)
    entries |= work.retired(gone, again, retire, reason)
    kinds = work.note_types(deck.notes)
    head = HeadExtras(former=_former(deck, before, released))
    ledger = Ledger(deck.id, deck.name, deck.tag_root, before.created if before else now, kinds, entries, head)
    ledger = ledger if past.is_release else _in_its_format(ledger, before)
    stamps = Stamps(
        entries,
        {it.id: it.mod for it in kinds.values()},
    )
    step = Step(tuple(gone), again, frozenset(work.restored.values()), past.forgotten)
    plan = planned(released, ledger, [note.id for note in notes], step)
    deck = deck._replace(notes=tuple(notes))
    counts = Counts(len(notes), deck.cards, len(deck.media))
    return Release(deck, stamps, ledger, plan, past, counts, authored.errata), (
        *unfit,
        *work.found,
    )


def _born_as(deck: CompiledDeck, note: CompiledNote) -> Guid:
    """Return the guid that a note's row follows from: that of an adopted note is another author's."""
    return guid_for(deck.id, note.id) if note.original_row else note.guid


def _former(deck: CompiledDeck, before: Ledger | None, released: Released) -> tuple[tuple[str, str], ...]:
    """Return the names that releases gave the deck, and the roots of its tags, where they are not those of now."""
    last = released.ledger
    homes = [*(before.extras.former if before else ()), *(last.extras.former if last else ())]
    homes += [(last.name, last.tag_root)] if last else []
    return tuple(it for it in dict.fromkeys(homes) if it != (deck.name, deck.tag_root))


def _in_its_format(after: Ledger, before: Ledger | None) -> Ledger:
    """Keep the old ledger's format where nothing else changed."""
    if before is None or before.version == after.version:
        return after
    as_before = ledgers.write(after._replace(version=before.version, extras=before.extras))
    return before if as_before == ledgers.write(before) and not after.extras.former else after


def _texts_of(was: Entry, old: Entry) -> Extras:
    """Return what the last release says of its texts; where its ledger has format 1, what later builds know of them."""
    if was.extras.parts:
        return was.extras
    past = old.extras.past  # of each field that changed since: its last text is the one of the release
    return was.extras._replace(parts={**old.extras.parts, **{name: it[-1] for name, it in past.items()}}, past=past)


class _Work:
    """Compares a deck with the ledger and keeps what is found."""

    def __init__(self, before: Ledger | None, released: Released, now: int, authored: Authored) -> None:
        self.found: list[Diagnostic] = []
        self.restored: dict[Guid, NoteId] = {}
        self._before, self._released, self._now, self._authored = before, released, now, authored
        self._new: list[NoteId] = []
        self._renamed: set[tuple[str, str, str]] = set()  # of a list, table or image: key now, key before

    def born(self, note: CompiledNote, row: int) -> Entry:
        """Return a new note's entry."""
        self._new.append(note.id)
        carrier = note.note_type.id if note.note_type.foreign else 0
        extras = Extras(parts_of(note), note.media, carrier=carrier, found_as=note.original_row)
        now, hash = note.original_mod or self._now, note.hash
        seen = Hidden(note.cards)
        return Entry(
            note.id, note.guid, row, note.kind, note.deck, hash, now, seen, _NONE, now, now, note.label, extras=extras
        )

    def count_cards(self, note: CompiledNote) -> None:
        """Report a card number that Anki does not know: numbers are never used again, so they can run out."""
        if note.cards[-1:] and note.cards[-1].number >= MAX_CARDS:
            message = f"'{note.id}' has given out all of its {MAX_CARDS} card numbers"
            self._error(note.id, "H016", message, "make a new note of it: a removed item's number is never used again")

    def count_up(self, note: CompiledNote, old: Entry | None) -> None:
        """Warn of a number left out below one that is new. What a number hid once, or is known by, explains a gap."""
        if numbering(note.kind) is not Numbering.AUTHOR or (note.id, "L14") in self._authored.allowed:
            return
        if note.original_mod:  # another author numbered it
            return
        given = {*old.numbers, *old.retired_numbers} if old else set()
        new = {card.number + 1 for card in note.cards} - given
        missing = sorted(set(range(1, max(new, default=1))) - new - given)
        if missing:
            high = next(number for number in sorted(new) if number > missing[0])
            message = f"c{missing[0]} is left out before c{high}"
            help = f"number it {missing[0]}; once released, a number stays as it is"
            self.found.append(warning(self._place(note.id), "L14", message, help))

    def changed(self, note: CompiledNote, old: Entry) -> Entry:
        """Return a known note's entry after this build."""
        hash, now_hides = note.hash, note.hides
        if self._is_settled(note, old, hash, now_hides):
            return old
        if numbering(note.kind) is Numbering.AUTHOR:  # the numbers of the others follow their keys
            self._compare_numbers(note, old, now_hides)
        renamed = (*old.was, old.id) if old.id != note.id else old.was
        gone = {number: text for number, text in old.numbers.items() if number not in now_hides}
        retired = {number: text for number, text in (old.retired_numbers | gone).items() if number not in now_hides}
        comes_again = comes_back(note, old)
        mod, last, extras = old.mod, old.last, old.extras
        if hash != old.hash and note.kind == old.kind and not old.retired:
            self._compare_meaning(note, old, now_hides)
            self._compare_keys(note, old, now_hides)
        if hash != old.hash or comes_again:
            theirs = note.original_mod > old.mod  # their own correction: students who took it from them have this time
            mod = last = note.original_mod if theirs else max(self._now, old.mod + 1, note.follows + 1)
        elif note.follows >= mod:
            mod = last = max(self._now, note.follows + 1)
        if hash != old.hash or not extras.parts:
            extras = extras._replace(parts=parts_of(note), media=note.media)
        if was := self._released.entry(old.guid):
            homes = tuple(it for it in dict.fromkeys((*was.extras.homes, was.deck)) if it != note.deck)
            extras = extras._replace(past=past_of(_texts_of(was, old), extras.parts), homes=homes)
        self.restored |= {old.guid: note.id} if comes_again else {}
        extras = self._corrected(extras._replace(draft=False), old, mod)
        same = (note.id, note.deck, note.label, now_hides, mod) == (old.id, old.deck, old.label, old.numbers, old.mod)
        if same and extras == old.extras and retired == old.retired_numbers:
            return old
        return old._replace(
            id=note.id,
            deck=note.deck,
            hash=hash,
            mod=mod,
            numbers=now_hides,
            retired_numbers=retired,
            last=last,
            label=note.label,
            was=renamed,
            retired=0 if comes_again else old.retired,
            reason="" if comes_again else old.reason,
            extras=extras,
        )

    def _is_settled(self, note: CompiledNote, old: Entry, hash: str, now_hides: Mapping[int, str]) -> bool:
        """Say whether nothing of a note changed since it was built, so that there is nothing to compare."""
        if (hash, note.id, note.deck, note.label) != (old.hash, old.id, old.deck, old.label) or old.retired:
            return False
        if note.follows >= old.mod:
            return False
        was, extras = self._released.entry(old.guid), old.extras
        is_remembered = was is None or was.mod == old.mod or extras.corrected is not None
        return is_remembered and bool(extras.parts) and not extras.draft and now_hides == old.numbers

    def _corrected(self, extras: Extras, old: Entry, mod: int) -> Extras:
        """Remember of a note that changes after a release held it which media the first release of it brought."""
        was = self._released.entry(old.guid)
        if extras.corrected is not None or was is None or was.mod == mod:
            return extras
        if was.extras.corrected is not None:
            return extras._replace(corrected=was.extras.corrected)
        # A ledger of format 1 does not know the media; a note that is as it was then does.
        media = was.extras.media if was.extras.parts else old.extras.media if old.hash == was.hash else ()
        return extras._replace(corrected=media)

    def _compare_numbers(self, note: CompiledNote, old: Entry, now_hides: Mapping[int, str]) -> None:
        """Report a number whose text is found under another, or a retired one: its history would get another fact."""
        before = {bare(text): number for number, text in old.numbers.items()}
        now = {number: bare(text) for number, text in now_hides.items()}
        for number, text in now.items():
            first = before.get(text)
            stays = (
                first is None or first == number or now.get(first) == text or bare(old.numbers.get(number, "")) == text
            )
            retired = old.retired_numbers.get(number, "")
            if not stays:
                assert first is not None
                message = f"'{now_hides[number]}' was hidden by c{first}, and is now hidden by c{number}"
                help = f"number it {first} again: a new cloze gets a number never used before"
                self._error(note.id, "H013", message, or_forget(help, not self._holds(old, first, number)))
            elif retired and bare(retired) != text:
                message = f"c{number} once hid '{retired}', and now hides '{now_hides[number]}'"
                free = max(*now_hides, *old.numbers, *old.retired_numbers) + 1
                help = or_forget(f"number the new cloze {free}", not self._holds(old, number))
                self._error(note.id, "H013", message, help)

    def _holds(self, old: Entry, *numbers: int) -> bool:
        """Say whether a release held one of these cards."""
        return any(self._released.holds_number(old.guid, number) for number in numbers)

    def _compare_meaning(self, note: CompiledNote, old: Entry, now_hides: Mapping[int, str]) -> None:
        """Warn where front and answers are both unlike before: a new fact would inherit the history of the old one."""
        shared = [number for number in now_hides if number in old.numbers]
        if not shared or (note.id, "H014") in self._authored.allowed or alike(note.label, old.label):
            return
        if not same_answer(now_hides, old):
            place = self._place(note.id)
            message = f"'{note.id}' asks and answers something else than before ('{old.label}')"
            help = "a new fact needs a new id, or it inherits the history of the old one"
            self.found.append(warning(place, "H014", message, help))

    def _compare_keys(self, note: CompiledNote, old: Entry, now_hides: Mapping[int, str]) -> None:
        """Warn of keys that were renamed; a column's key is reported once for all its rows."""
        if not is_keyed(note.kind) or (note.id, "H018") in self._authored.allowed:
            return
        gained = only_in(now_hides, old.numbers).values()
        lost = {text: it for it, text in only_in(old.numbers, now_hides).items()}
        for now, before in renamed_keys(gained, lost):
            told = (note.id.partition("/")[0], now, before)
            if told not in self._renamed:
                self._renamed.add(told)
                number = next(it for text, it in lost.items() if key_of(text) == before)
                message = f"'{now}' hides what '{before}' hid: students lose the card's history"
                help = f"write the key '{before}:' again: keys are chosen once"
                help = or_forget(help, not self._holds(old, number))
                self.found.append(warning(self._place(note.id), "H018", message, help))

    def gone(self, entries: Mapping[NoteId, Entry]) -> list[Entry]:
        """Return what is in the ledger's package and no longer in the source."""
        if self._before is None:
            return []
        guids = {entry.guid for entry in entries.values()}
        return [it for it in self._before.entries.values() if it.guid not in guids and not it.retired]

    def again(self, gone: list[Entry], entries: Mapping[NoteId, Entry]) -> dict[NoteId, str]:
        """Return what would keep the history of a note that is gone, where a new note says the same."""
        return dict(said_again(gone, (entries[id] for id in self._new), self._authored.was))

    def retired(self, gone: list[Entry], again: Mapping[NoteId, str], retire: bool, reason: str) -> dict[NoteId, Entry]:
        """Return the entries of notes withdrawn, now or before; without `retire`, report those that would be."""
        entries = self._before.entries if self._before else {}
        kept = {id: it for id, it in entries.items() if it.retired and it.guid not in self.restored}
        for entry in gone:
            if not retire:
                message = f"the note '{entry.id}' is gone ('{entry.label}')"
                help = self._how_to_go_on(entry, again.get(entry.id, ""))
                self.found.append(Diagnostic(Span(self._authored.ledger), "H015", message, help))
            time = max(self._now, entry.mod + 1)
            extras = entry.extras._replace(draft=not self._released.holds(entry.guid))
            kept[entry.id] = entry._replace(mod=time, last=time, retired=time, reason=reason, extras=extras)
        return kept

    def _how_to_go_on(self, entry: Entry, again: str) -> str:
        """Return what an author can do about a note that is gone."""
        became = "" if "/" in entry.id else ", say 'was:' in the note it became"
        help = f"{again or f'put it back{became}'}, or withdraw it: deckwright build --retire"
        help = or_forget(help, not self._released.holds(entry.guid))
        return help if self._released.ledger else f"{help}; --new-ledger forgets the whole deck"

    def note_types(self, notes: Iterable[CompiledNote]) -> dict[str, KnownType]:
        """Return the note types after this release: a changed look gets a later time."""
        kinds = dict(self._before.note_types) if self._before else {}
        for kind in {note.note_type.name: note.note_type for note in notes}.values():
            look, old = _look(kind), kinds.get(kind.name)
            if old and (old.shape != shape_of(kind) or old.id != kind.id):
                whose = "the adopted deck" if kind.foreign else "this deckwright"
                message = f"the fields or templates of '{kind.name}' are not those of {whose}"
                help = restoring("note_types/" if kind.foreign else "the ledger", self._authored.ledger)
                self.found.append(Diagnostic(Span(self._authored.ledger), "H002", message, help))
            behind = old is not None and kind.edited and old.mod <= kind.mod
            if old is None or old.look != look or behind:
                kinds[kind.name] = KnownType(kind.id, shape_of(kind), look, self._time_of(kind, old))
        return kinds

    def _time_of(self, kind: NoteType, old: KnownType | None) -> int:
        """Return when the look of a note type was made: one that its own author gave out has the time of that."""
        if kind.foreign and not kind.edited and (old is None or kind.mod > old.mod):
            return min(kind.mod, self._now)
        return max(self._now, old.mod + 1 if old else 0, kind.mod + 1)

    def _place(self, id: NoteId) -> Span:
        return self._authored.places[id].span

    def _error(self, id: NoteId, code: str, message: str, help: str) -> None:
        self.found.append(Diagnostic(self._place(id), code, message, help))


def _look(kind: NoteType) -> str:
    text = json.dumps([[it.front, it.back] for it in kind.templates] + [kind.css], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
