"""A ForeignDeck -> notes by our keys, and beside each what it was: what keeps the histories of those who study it.

Nothing is converted that students have: a note keeps its note type, and what is built holds it as it was found.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from generator.base.characters import blank, forbidden
from generator.base.clock import EARLIEST
from generator.base.diagnostics import counted, listed
from generator.base.limits import DEFAULT_DECK
from generator.collection.foreign import ForeignDeck, ForeignNote
from generator.compiled import foreign, live
from generator.compiled.foreign_cards import FILE_NAME, front_of, named_in, spellings
from generator.compiled.foreign_shapes import shape_of
from generator.compiled.note_types import note_types
from generator.compiled.notes import NoteType
from generator.importing.arrived import Arrived, LeftOut, Note, Unreadable, Value
from generator.importing.making import clean_tag, common_deck, deck_name, slug, unused
from generator.importing.shaped._files import Files
from generator.kinds import layout
from generator.ledger.ledger import FOREIGN_GUID
from generator.source.note_types import NOTE_TYPES, what_runs

_NOT_THERE = "the deck does not hold this file"
VERBATIM = "note"  # the key of a note in its own note type
_OUTER_SPACE = re.compile(r"\A\s|\s\Z|\n[ \t\n]|[ \t]\n|\t")


@dataclass(frozen=True, slots=True)
class Found:
    """A note as it was found; `tags` as it had them -> as we write them, "" where we cannot."""

    note: ForeignNote
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Adoption:
    """A deck to be adopted: what arrived, and by the id of each note what it was."""

    arrived: Arrived
    found: Mapping[str, Found]


class Scripts(Unreadable):
    """Notes or note types would run scripts that nobody let in; the text names them."""


def adopting(
    deck: ForeignDeck, path: Path, allowed: tuple[str, ...], now: int, verbatim: Set[str] = frozenset()
) -> Adoption:
    """Return what a deck becomes. `allowed` names the note types whose scripts are let in. Raises Unreadable.

    `verbatim` are the ids of notes that no kind of ours may be made of: `check` refuses them.
    """
    left_out: list[LeftOut] = []
    types = _types(deck, path, left_out)
    notes = list(_fit(deck, types, path, left_out))
    if not notes:
        raise Unreadable(
            f"{path.name} has no note that can be adopted: {left_out[0].why if left_out else 'it is empty'}"
        )
    running = _running(notes, types)
    if refused := {name: why for name, why in running.items() if name not in allowed}:
        names = " ".join(f"--allow-scripts '{name}'" for name in refused)
        what = "; ".join(f"{name}: {why}" for name, why in list(refused.items())[:5])
        raise Scripts(f"cards of {path.name} would run scripts ({what}); if you know what they do: {names}")
    maker = _Maker(types, Files(deck.media), path, now, verbatim)
    name, made = _below_one([maker.made(it) for it in notes], deck_name(path.stem) or "Adopted")
    media, missing = _media(deck, notes)
    used = {types[it.note_type].name: it.note_type for it in notes}
    files = {name: foreign.written(deck.note_types[id], name in running) for name, id in sorted(used.items())}
    told = (*maker.told(notes, made), *_of_decks(notes, name))
    return Adoption(Arrived(made, name, media, missing, told, tuple(left_out), _beside(files)), maker.found)


def _below_one(notes: list[Note], otherwise: str) -> tuple[str, tuple[Note, ...]]:
    """Return the deck that all notes are in, "" where there is none, and the notes with their subdecks below it.

    Unsorted notes, in `Default`, count as being in that deck, or there would be two trees of decks. Where the others
    share no deck, the unsorted are in the deck `otherwise`.
    """
    root = common_deck([it for it in notes if not _is_unsorted(it.subdeck)])
    notes = [replace(it, subdeck=_moved(it.subdeck, root or otherwise)) for it in notes]
    root = root or common_deck(notes)
    return root, tuple(replace(it, subdeck=it.subdeck[len(root) :].removeprefix("::")) for it in notes)


def _is_unsorted(deck: str) -> bool:
    return deck.split("::")[0].casefold() == DEFAULT_DECK


def _moved(deck: str, to: str) -> str:
    """Return a deck's name, of Anki's `Default` or what is below it as below another."""
    return "::".join([to, *deck.split("::")[1:]]) if _is_unsorted(deck) else deck


def _types(deck: ForeignDeck, path: Path, left_out: list[LeftOut]) -> dict[int, NoteType]:
    """Return the note types that can carry notes; name the others."""
    ours = (note_types().basic, note_types().cloze, note_types().image)
    types = {}
    for id, described in deck.note_types.items():
        try:
            made = foreign.described_by(described)
        except foreign.Unfit as problem:
            left_out.append(LeftOut(path.name, f"a note type cannot be kept: {problem}"))
            continue
        if id in {it.id for it in ours} or made.name in {it.name for it in ours}:
            count = sum(it.note_type == id for it in deck.notes)
            its = f"{counted(count, 'note') if count else 'notes'} of '{made.name}'"
            why = f"{its}: deckwright built them; to change one, edit the file it was built from"
            left_out.append(LeftOut(path.name, why))
            continue
        types[id] = made
    return types


def _fit(
    deck: ForeignDeck, types: Mapping[int, NoteType], path: Path, left_out: list[LeftOut]
) -> Iterator[ForeignNote]:
    guids: set[str] = set()
    for note in deck.notes:
        place = f"{path.name}: {layout.plain(front_of(note.fields)) or note.guid}"
        if note.note_type not in types:
            continue  # told of its note type
        if not FOREIGN_GUID.fullmatch(note.guid):
            left_out.append(LeftOut(place, "its guid is empty, too long, or has a control character"))
        elif note.guid in guids:
            left_out.append(LeftOut(place, "another note has its guid"))
        elif len(note.fields) != len(types[note.note_type].fields):
            left_out.append(LeftOut(place, "it has not as many fields as its note type"))
        elif all(_is_blank(it) for it in note.fields):
            left_out.append(LeftOut(place, "all of its fields are empty"))
        else:
            guids.add(note.guid)
            yield note


def _running(notes: list[ForeignNote], types: Mapping[int, NoteType]) -> dict[str, str]:
    """Return the names of the note types that run scripts, themselves or in a note, and what they run."""
    found = {it.name: run for it in types.values() if (run := what_runs(it))}
    for note in notes:
        if run := live.runs("\x1f".join(note.fields)):
            found.setdefault(types[note.note_type].name, run)
    used = {types[it.note_type].name for it in notes}
    return {name: run for name, run in found.items() if name in used}


class _Maker:
    """Makes our notes of theirs; no two have the same id."""

    def __init__(self, types: Mapping[int, NoteType], files: Files, path: Path, now: int, verbatim: Set[str]) -> None:
        self.found: dict[str, Found] = {}
        self._files = files
        self._types, self._path, self._now, self._verbatim = types, path, now, verbatim
        self._ids: set[str] = set()
        self._spelt: dict[str, str] = {}  # levels of tags, by their small letters
        self._whys: Counter[str] = Counter()  # why notes stay verbatim
        self._undated = 0

    def made(self, note: ForeignNote) -> Note:
        """Return our note of one of theirs."""
        front = layout.plain(front_of(note.fields))
        id = unused(slug(front) or "note", self._ids)
        mod = min(max(note.mod, EARLIEST), self._now)
        self._undated += mod != note.mod
        tags = self._tags(note.tags)
        self.found[id] = Found(replace(note, mod=mod), tags)
        written = tuple(it for it in tags.values() if it)
        return Note(f"{self._path.name}: {front}", id, self._keys(note, id), written, deck_name(note.deck))

    def _keys(self, note: ForeignNote, id: str) -> tuple[tuple[str, Value], ...]:
        from generator.importing.shaped._keys import Unsaid, shaped  # brings the libraries of HTML

        kind = self._types[note.note_type]
        shape = shape_of(kind) if id not in self._verbatim else None
        if shape:
            try:
                return shaped(note, kind, shape, self._files)
            except Unsaid as problem:
                self._whys[str(problem)] += 1
        else:
            self._whys["a note type of their own" if id not in self._verbatim else "what check refuses"] += 1
        texts = zip(kind.fields, note.fields, strict=True)
        fields: dict[str, Value] = {field.name: as_typed(html) for field, html in texts if not _is_blank(html)}
        return ((VERBATIM, kind.name), ("fields", fields))

    def _tags(self, tags: tuple[str, ...]) -> dict[str, str]:
        """Return each tag as we write it: spelt alike at every level, and no two as one."""
        made: dict[str, str] = {}
        for tag in tags:
            levels: list[str] = []
            for level in clean_tag(tag).split("::"):
                path = "::".join([*levels, level])
                levels = self._spelt.setdefault(path.casefold(), path).split("::")
            written = "::".join(levels)
            made[tag] = "" if written in made.values() else written
        return made

    def told(self, notes: list[ForeignNote], made: Sequence[Note]) -> Iterator[str]:
        """Yield what people should know, a line each."""
        yield "each is built as it was found, in its own note type, until you edit it: students keep every review"
        names = Counter(self._types[it.note_type].name for it in notes)
        kept = Counter(self._types[self.found[it.id].note.note_type].name for it in made if it.keys[0][0] == VERBATIM)
        for name, count in names.most_common():
            yield f"  {name}: {count:,}" + (f", verbatim {kept[name]:,}" if kept[name] else "")
        if kept:
            whys = ", ".join(f"{why} {count:,}" for why, count in self._whys.most_common())
            yield f"verbatim, in HTML under 'note:', for: {whys}"
        if apart := sum(it.decks > 1 for it in notes):
            yield f"{counted(apart, 'note')} had cards in several decks: for new students they are in one"
        if self._undated:
            yield f"{counted(self._undated, 'note')} had no believable date, and got another"
        if fetching := sum(live.fetches("\x1f".join(it.fields)) for it in notes):
            yield f"{counted(fetching, 'note')} would load something from the internet"


def _of_decks(notes: Sequence[ForeignNote], root: str) -> Iterator[str]:
    """Yield that decks are others now than those in which students have the cards."""
    tops = Counter(it.deck.split("::")[0] for it in notes)
    unsorted_ = sum(count for top, count in tops.items() if _is_unsorted(top))
    if root and unsorted_ and len(tops) > 1:
        yield f"{counted(unsorted_, 'note')} of 'Default' {'is' if unsorted_ == 1 else 'are'} in '{root}' now"
    if not root:
        yield f"subdecks of one deck now: {listed(sorted(tops))}; students keep their cards where they are, and an"
        yield "  import gives them empty decks beside; to keep the names, export each deck by itself and import it so"


def as_typed(html: str) -> str:
    """Return HTML that means the same and that a file of notes can hold: odd characters are written as numbers."""
    text = html.replace("\r\n", "\n").replace("\r", "\n")
    for match in reversed(list(forbidden(text))):
        text = text[: match.start()] + f"&#{ord(match[0][0])};" + text[match.end() :]
    if _OUTER_SPACE.search(text):  # space that a YAML block could lose
        text = text.strip().replace("\t", "&#9;").replace("\n", "&#10;")
    return text


def _is_blank(html: str) -> bool:
    return not html.strip() or blank(html)


def _media(deck: ForeignDeck, notes: list[ForeignNote]) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Return the files that notes refer to and those that templates may use; and what notes refer to in vain."""
    there = {it.name: it for it in deck.media.iterdir() if it.is_file() and not it.is_symlink()}
    used = {name: path for name, path in there.items() if name.startswith("_")}
    alike = {name.casefold(): name for name in there}
    missing: dict[str, None] = {}
    for note in notes:
        for written in (it for html in note.fields for it in named_in(html)):
            name = next((it for it in spellings(written) if it in there), "")
            if name:
                used[name] = there[name]
            elif "//" not in written and not written.startswith("data:"):
                other = alike.get(written.casefold())
                why = f"the deck holds '{other}', which not every system takes for it" if other else _NOT_THERE
                missing[f"{written}: {why}"] = None
    odd = [name for name in used if not FILE_NAME.fullmatch(name)]
    missing |= {f"{name}: its name is not one that every system takes": None for name in odd}
    return {name: path for name, path in used.items() if name not in odd}, tuple(missing)


def _beside(types: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of note types by their paths in the deck's folder."""
    taken: set[str] = set()
    return {f"{NOTE_TYPES}/{unused(slug(name) or 'note-type', taken)}.json": data for name, data in types.items()}
