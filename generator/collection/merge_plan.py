"""A package and a view of a collection -> the steps by which the one is merged into the other: nothing is written.

Field by field: what a student has as some release had it is brought up to date; what he wrote himself stays. This file
needs the standard library alone: the add-on holds a copy of it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

ALWAYS_OURS = ("ID", "Updated")  # fields that no student fills in
_BYTES = re.compile(r"-[0-9a-f]{16}(?=\.[a-z0-9]{2,4}\b)")  # of a media file's name: a new picture is not a new text
_FILES = re.compile(r'<img src="([^"]*)"|\[sound:([^\]]*)\]')
_DIFFERS, _WITHDRAWN = "::yours-differs", "::withdrawn"


@dataclass(frozen=True)
class Kind:
    """A note type, as a package or a collection has it. `look` is its templates and CSS, `mod` in s since 1970."""

    id: int
    name: str
    fields: tuple[tuple[str, int], ...]  # name, and Anki's own id of it; 0 for none
    templates: tuple[tuple[str, int], ...]
    look: tuple[str, ...]
    mod: int


@dataclass(frozen=True)
class Ours:
    """A note of the package."""

    guid: str
    ids: tuple[str, ...]  # its id, then those it had before
    kind: int
    mod: int
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    decks: Mapping[int, str]  # number of each card, from 0 -> its deck
    past: Mapping[str, frozenset[str]]  # field -> hashes of what releases had in it before
    homes: frozenset[str]  # decks that releases put its cards in before
    erratum: str = ""  # why a correction replaces what the student wrote


@dataclass(frozen=True)
class Gone:
    """A note that was withdrawn. `past` are hashes of every text that releases had."""

    ids: tuple[str, ...]
    past: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Arrival:
    """A package."""

    deck: str
    root: str  # of its tags
    roots: tuple[str, ...]  # that releases had before
    release: str
    kinds: Mapping[int, Kind]
    notes: Mapping[str, Ours]  # by guid, in the order of the package
    withdrawn: Mapping[str, Gone]  # by guid
    media: Mapping[str, str]  # file name -> member of the package
    mark: str = "[WITHDRAWN]"  # how the front of a withdrawn note begins, in the deck's language


@dataclass(frozen=True)
class HeldCard:
    """A card of the student's. `deck` is where it belongs, also while a filtered deck holds it."""

    row: int
    number: int  # from 0
    deck: str
    filtered: bool = False
    suspended: bool = False
    studied: bool = False


@dataclass(frozen=True)
class Held:
    """A note of the student's. `mod` is in s since 1970."""

    row: int
    kind: int
    mod: int
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    cards: tuple[HeldCard, ...]


@dataclass(frozen=True)
class View:
    """What a collection has of what a package is about."""

    notes: Mapping[str, Held]  # by guid
    kinds: Mapping[int, Kind]
    media: frozenset[str]  # names of files


@dataclass(frozen=True)
class Step:
    """One thing that a merge does, or leaves as the student has it. `text` is that of the student, or says why."""

    step: str  # add update keep move tag suspend delete look media
    note: str = ""  # its id; of a look the note type, of media the file
    field: str = ""
    deck: str = ""
    text: str = ""
    behind: bool = False  # a correction that did not arrive

    @property
    def is_told(self) -> bool:
        """Whether people are told of it: what stays as the student wrote it is not news."""
        return self.step != "keep" or self.behind


@dataclass(frozen=True)
class Rewritten:
    """A note as it will be."""

    row: int
    fields: Mapping[str, str]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Steps for people, and what carries them out."""

    steps: tuple[Step, ...] = ()
    remarks: tuple[str, ...] = ()
    add: tuple[str, ...] = ()  # guids of notes that are new
    looks: tuple[int, ...] = ()  # note types whose look is newer
    notes: tuple[Rewritten, ...] = ()
    moves: tuple[tuple[HeldCard, str], ...] = ()  # with the deck it goes to
    suspend: tuple[int, ...] = ()  # rows of cards
    delete: tuple[int, ...] = ()  # rows of notes
    media: tuple[str, ...] = ()  # names of files

    @property
    def does_nothing(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.add or self.looks or self.notes or self.moves or self.suspend or self.delete or self.media)

    @property
    def kept_behind(self) -> int:
        """How many fields that a release changed stay as the student has them."""
        return sum(step.behind for step in self.steps)


def plan(arrival: Arrival, view: View, delete: bool = False) -> Plan:
    """Return what a merge does; with `delete`, withdrawn notes that were never touched go."""
    unfit = {id for id, kind in arrival.kinds.items() if id in view.kinds and not _fits(kind, view.kinds[id])}
    parts = [_looks(arrival, view, unfit)]
    for guid, ours in arrival.notes.items():
        held = view.notes.get(guid)
        if held is None:
            parts.append(_added(guid, ours, ours.kind in unfit))
        elif held.kind != ours.kind or ours.kind in unfit or held.fields.get("ID") not in ours.ids:
            parts.append(_left_alone(ours, held))
        else:
            parts.append(_merged(arrival, ours, held))
    for guid, gone in arrival.withdrawn.items():
        held = view.notes.get(guid)
        if held is not None and held.kind in arrival.kinds and held.fields.get("ID") in gone.ids:
            parts.append(_withdrawn(arrival, gone, held, delete))
    whole = _joined(parts)
    remarks = [*_unfit_remarks(arrival, unfit), *whole.remarks]
    return _with_media(arrival, view, replace(whole, remarks=tuple(dict.fromkeys(remarks))))


def is_below(tag: str, root: str) -> bool:
    """Say whether a tag is a deck's root or below it; case does not count, as in Anki."""
    return f"{tag.casefold()}::".startswith(f"{root.casefold()}::")


def short(text: str) -> str:
    """Return the hash of a text by which a package knows it."""
    return hashlib.sha256(_BYTES.sub("", text).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _joined(parts: Sequence[Plan]) -> Plan:
    def all_of(name: str) -> tuple[object, ...]:
        return tuple(it for part in parts for it in getattr(part, name))

    return Plan(**{name: all_of(name) for name in Plan.__dataclass_fields__})  # type: ignore[arg-type]


def _fits(ours: Kind, theirs: Kind) -> bool:
    """Say whether fields and templates are those of the package, so that no note of it would be in conflict."""
    pairs = ((ours.fields, theirs.fields), (ours.templates, theirs.templates))
    return all(len(one) == len(other) and all(map(_same, one, other)) for one, other in pairs)


def _same(one: tuple[str, int], other: tuple[str, int]) -> bool:
    return one[0] == other[0] and (one[1] == other[1] or not (one[1] and other[1]))


def _unfit_remarks(arrival: Arrival, unfit: set[int]) -> Iterator[str]:
    for id in sorted(unfit):
        name = arrival.kinds[id].name
        yield f"you changed the fields or templates of the note type '{name}': its notes are left as they are"


def _looks(arrival: Arrival, view: View, unfit: set[int]) -> Plan:
    """A look is newer where the student did not change his since; one that he lacks comes with its notes."""
    known = [(kind, view.kinds[id]) for id, kind in arrival.kinds.items() if id in view.kinds and id not in unfit]
    newer = [kind for kind, theirs in known if kind.look != theirs.look and kind.mod > theirs.mod]
    return Plan(tuple(Step("look", kind.name) for kind in newer), looks=tuple(kind.id for kind in newer))


def _added(guid: str, ours: Ours, unfit: bool) -> Plan:
    if unfit:
        return Plan((Step("keep", ours.ids[0], text="not added: you changed its note type", behind=True),))
    decks = sorted(set(ours.decks.values()))
    return Plan((Step("add", ours.ids[0], deck=decks[0] if decks else ""),), add=(guid,))


def _left_alone(ours: Ours, held: Held) -> Plan:
    """A note of another note type, or with another id, is not ours to write to."""
    texts = {name: text for name, text in ours.fields.items() if name not in ALWAYS_OURS}
    differing = [name for name, text in texts.items() if held.fields.get(name, "") != text]
    behind = [name for name in differing if name in ours.past or name not in held.fields]
    if held.fields.get("ID") not in ours.ids or not set(held.fields) & set(texts):
        remark = f"{ours.ids[0]}: your note of this guid is of another note type or id, and stays as it is"
        return Plan((Step("keep", ours.ids[0], text=remark, behind=True),) if differing else (), (remark,))
    return Plan(
        tuple(Step("keep", ours.ids[0], it, text=held.fields.get(it, ""), behind=it in behind) for it in differing)
    )


def _merged(arrival: Arrival, ours: Ours, held: Held) -> Plan:
    fields, steps = _fields(arrival, ours, held)
    tags = _tags(arrival, ours, held, any(it.behind for it in steps))
    same_tags = {it.casefold() for it in tags} == {it.casefold() for it in held.tags}
    if not same_tags:
        steps.append(Step("tag", ours.ids[0]))
    moves = [(card, ours.decks[card.number]) for card in held.cards if _moves(ours, card)]
    steps += [Step("move", ours.ids[0], deck=deck) for deck in dict.fromkeys(deck for _, deck in moves)]
    # A note that is older than the package would be replaced by a plain import: it gets the time of now.
    is_older = held.mod < ours.mod
    written = Rewritten(held.row, fields, held.tags if same_tags else tags)
    changes = fields != held.fields or not same_tags or is_older
    return Plan(tuple(steps), notes=(written,) if changes else (), moves=tuple(moves))


def _fields(arrival: Arrival, ours: Ours, held: Held) -> tuple[dict[str, str], list[Step]]:
    """Return the fields as they will be, and the steps that lead there."""
    fields, steps, id = dict(held.fields), [], ours.ids[0]
    replaced = _is_withdrawn_text(arrival, held)  # we put it there, by the package of withdrawn notes
    for name, text in ours.fields.items():
        have = held.fields.get(name, "")
        moved_on = name in ours.past
        if have == text or name not in held.fields:
            continue
        is_ours = replaced or short(have) == short(text) or short(have) in ours.past.get(name, ())
        if name in ALWAYS_OURS:
            fields[name] = text
        elif is_ours:
            fields[name] = text
            steps.append(Step("update", id, name))
        elif moved_on and ours.erratum:
            fields[name] = text
            steps.append(Step("update", id, name, text=f"{ours.erratum} (you had: {have})"))
        else:
            steps.append(Step("keep", id, name, text=have, behind=moved_on))
    return fields, steps


def _is_withdrawn_text(arrival: Arrival, held: Held) -> bool:
    tagged = _has_tag(held, f"{arrival.root}{_WITHDRAWN}")
    return tagged and any(arrival.mark in text for text in held.fields.values())


def _has_tag(held: Held, tag: str) -> bool:
    return tag.casefold() in (it.casefold() for it in held.tags)


def _is_of_deck(arrival: Arrival, tag: str) -> bool:
    return any(is_below(tag, root) for root in (arrival.root, *arrival.roots))


def _tags(arrival: Arrival, ours: Ours, held: Held, behind: bool) -> tuple[str, ...]:
    own = [it for it in held.tags if not _is_of_deck(arrival, it)]
    differs = [f"{arrival.root}{_DIFFERS}"] if behind else []
    return tuple(dict.fromkeys([*own, *ours.tags, *differs]))


def _moves(ours: Ours, card: HeldCard) -> bool:
    """Say whether a card lies where a release put it, and this one has another place for it."""
    to = ours.decks.get(card.number)
    return to is not None and to != card.deck and card.deck in ours.homes


def _withdrawn(arrival: Arrival, gone: Gone, held: Held, delete: bool) -> Plan:
    id, tag = gone.ids[-1], f"{arrival.root}{_WITHDRAWN}"
    if delete and _is_untouched(arrival, gone, held):
        return Plan((Step("delete", id),), delete=(held.row,))
    if _has_tag(held, tag):
        return Plan()  # this was done before; what the student did since is his own
    rows = tuple(card.row for card in held.cards if not card.suspended)
    steps = (*((Step("suspend", id),) if rows else ()), Step("tag", id))
    return Plan(steps, notes=(Rewritten(held.row, held.fields, (*held.tags, tag)),), suspend=rows)


def _is_untouched(arrival: Arrival, gone: Gone, held: Held) -> bool:
    """Say whether a note was never studied, and nothing of it is the student's own."""
    if any(card.studied for card in held.cards):
        return False
    if not all(_is_of_deck(arrival, tag) for tag in held.tags):
        return False
    texts = ((name, text) for name, text in held.fields.items() if name not in ALWAYS_OURS and text)
    return _is_withdrawn_text(arrival, held) or all(short(text) in gone.past.get(name, ()) for name, text in texts)


def _with_media(arrival: Arrival, view: View, made: Plan) -> Plan:
    """Add the files that texts of ours refer to, and that the student lacks."""
    texts: list[str] = [text for guid in made.add for text in arrival.notes[guid].fields.values()]
    rewritten = {note.row: note.fields for note in made.notes}
    for guid in arrival.notes:
        if held := view.notes.get(guid):
            texts += rewritten.get(held.row, held.fields).values()
    missing = sorted(set(files_in(texts)) & set(arrival.media) - view.media)
    steps = (*made.steps, *(Step("media", name) for name in missing))
    return replace(made, steps=steps, media=tuple(missing))


def files_in(texts: Iterable[str]) -> Iterator[str]:
    """Yield the names of the media that fields refer to."""
    for text in texts:
        for picture, sound in _FILES.findall(text):
            yield picture or sound
