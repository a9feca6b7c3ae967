"""A CompiledDeck and what was adopted -> the deck with each adopted note in the note type that students have it in.

A note of which our source says what it said when it was adopted is as it was found. Another is written anew, in its own
note type still: in ours it would freeze every note of the deck.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic, did_you_mean, listed
from generator.compiled.foreign_cards import cards_of, named_in
from generator.compiled.foreign_shapes import KEYS, Shape, shape_of
from generator.compiled.note_types import TYPED
from generator.compiled.notes import Card, CompiledDeck, CompiledNote, Guid, Html, NoteId, NoteType, joined
from generator.ledger._media import OwnMedia, as_before
from generator.ledger.adopted import Adopted, Original, compared, said_by
from generator.ledger.claims import Known
from generator.source.authored import Note
from generator.source.values import Text

_NO_TEXT = ("ID", "Updated", "Reverse", TYPED, "Spare 2")


class _Adoption(NamedTuple):
    """What an adopted deck is compiled with."""

    tag_root: str
    known: Known
    originals: Mapping[Guid, Original]  # by guid
    types: Mapping[int, NoteType]
    media: OwnMedia


def carried(
    compiled: CompiledDeck,
    authored: Sequence[Note],
    tag_root: str,
    known: Known,
    adopted: Adopted,
    types: Mapping[str, NoteType],
) -> tuple[CompiledDeck, tuple[Diagnostic, ...]]:
    """Return the deck as students get it, and each note that cannot be given to them so."""
    ids = adopted.notes
    originals = {it.guid: it for it in ids.values()}
    by_id = {note.common.id.value: note for note in authored}
    carriers = {it.id: compared(it, adopted) for it in types.values()}
    adoption = _Adoption(tag_root, known, originals, carriers, OwnMedia(compiled.media))
    found: list[Diagnostic] = []
    notes: list[CompiledNote] = []
    for note in compiled.notes:
        its = by_id.get(note.id)
        original = _original(note, its, known, ids, originals)
        if original is None or its is None:
            found += _unadopted(note, its, known, ids)
            notes.append(note)
            continue
        made = _carried(note, its, original, adoption)
        found += [made] if isinstance(made, Diagnostic) else []
        notes.append(note if isinstance(made, Diagnostic) else _dated(made, original))
    media = adoption.media.used(compiled.notes, notes)
    return compiled._replace(notes=tuple(notes), media=media), tuple(found)


def _original(
    note: CompiledNote,
    authored: Note | None,
    known: Known,
    ids: Mapping[NoteId, Original],
    originals: Mapping[Guid, Original],
) -> Original | None:
    """Return what a note was when it was adopted, whatever its id is now; None for a note of ours."""
    if entry := known.entry(note.id):
        return originals.get(entry.guid)
    was = authored.common.was if authored else None
    return ids.get(note.id) or (ids.get(NoteId(was.value)) if was else None)


def _unadopted(
    note: CompiledNote, authored: Note | None, known: Known, ids: Mapping[NoteId, Original]
) -> Iterator[Diagnostic]:
    """Yield why a note that is in no list of adopted ones cannot be built: new notes use our own note types."""
    entry = known.entry(note.id)
    if entry is not None and entry.extras.carrier and authored:
        message = f"'{note.id}' was adopted, and the list of adopted notes no longer has it"
        yield Diagnostic(authored.common.id.span, "H021", message, "restore the *.adopted.jsonl file of the deck")
    elif note.note_type.foreign and authored:
        message = f"'{note.id}' is not one of the notes that were adopted"
        help = did_you_mean(note.id, ids, "write a new note as question, cloze or another kind of deckwright's own")
        yield Diagnostic(authored.common.id.span, "H022", message, help)


def _carried(note: CompiledNote, authored: Note, original: Original, adoption: _Adoption) -> CompiledNote | Diagnostic:
    place = authored.common.id
    carrier = adoption.types.get(original.note_type)
    if carrier is None or len(carrier.fields) != len(original.fields):
        message = f"the note type in which '{note.id}' was adopted is not in note_types/ as it was"
        return Diagnostic(place.span, "H021", message, "restore the folder note_types/")
    kept = replace(
        note,
        guid=original.guid,
        original_row=original.row,
        note_type=carrier,
        tags=_tags(note, original, adoption.tag_root),
    )
    if said_by(authored) == original.said and not adoption.media.changed(note, original.media):
        return _as_found(kept, original, adoption.media)
    if note.note_type.id == carrier.id:
        return _anew(adoption.media.renamed(kept, original.media), original, place)
    shape = shape_of(carrier)
    if shape is None or not set(shape.places) <= set(note.note_type.places):
        return _of_another_type(note, carrier, place)
    return _in_shape(note, kept, shape, original, place, adoption.media)


def _dated(note: CompiledNote, original: Original) -> CompiledNote:
    """Return a note with the time of its own author, if it is as he left it; else as one that is later."""
    if (note.fields, set(note.tags)) == (original.fields, set(original.tags)):
        return replace(note, original_mod=original.mod)
    return replace(note, follows=original.mod)


def _as_found(note: CompiledNote, original: Original, media: OwnMedia) -> CompiledNote:
    hides = {it.number: it.hides for it in note.cards}
    cards = tuple(Card(it, hides.get(it, note.label)) for it in sorted(original.numbers))
    shown = tuple(sorted({media.own(it).name for it in note.media}))
    return replace(note, texts=joined(original.fields), cards=cards, media=shown)


def _anew(note: CompiledNote, original: Original, place: Text) -> CompiledNote | Diagnostic:
    """Return an edited note with the cards that it had, and those that the edit makes."""
    had, now = ({it.number for it in cards_of(note.note_type, fields)} for fields in (original.fields, note.fields))
    if lost := sorted((had - now) & set(original.numbers)):
        names = ", ".join(_card(note.note_type, it) for it in lost)
        message = f"'{note.id}' no longer makes {names}, which students have"
        return Diagnostic(place.span, "H023", message, "fill the field that it asks, or write the cloze again")
    hides = {it.number: it.hides for it in note.cards}
    numbers = sorted({*original.numbers, *(now - had)})
    return replace(note, cards=tuple(Card(it, hides.get(it, note.label)) for it in numbers))


def _in_shape(
    note: CompiledNote, kept: CompiledNote, shape: Shape, original: Original, place: Text, media: OwnMedia
) -> CompiledNote | Diagnostic:
    """Return an edited note of a kind of ours in the note type of its own author, which has that shape."""
    ours = dict(zip(note.note_type.places, note.fields, strict=True))
    without = [name for name, html in ours.items() if html and name not in (*shape.places, *_NO_TEXT)]
    is_typed, both_ways = not shape.has_masks and bool(ours.get(TYPED)), bool(ours.get("Reverse"))
    if without or is_typed != shape.typed or (both_ways != shape.reverse and not shape.may_reverse):
        what = listed(KEYS.get(it, it.lower()) for it in without) if without else "other cards"
        message = f"'{note.id}' was adopted as '{kept.note_type.name}', which has no place for {what}"
        help = "write it as it was but for the words; what is new there goes into a note of its own"
        return Diagnostic(place.span, "H021", message, help)
    own = media.kept(note, original.media)
    fields = [Html(it) for it in original.fields]
    # A picture under masks would get a description, and a field that asks both ways another word.
    kept_as_it_was = {
        "Image": own.keys() >= set(named_in(ours.get("Image", ""))),
        "Reverse": both_ways == (1 in original.numbers),
    }
    for name, at in shape.places.items():
        if not kept_as_it_was.get(name):
            fields[at] = as_before(ours[name], original.fields, own)
    shown = tuple(sorted({own.get(it, it) for it in note.media}))
    return _anew(replace(kept, texts=joined(fields), media=shown), original, place)


def _card(note_type: NoteType, number: int) -> str:
    return f"the card of c{number + 1}" if note_type.is_cloze else f"the card '{note_type.templates[number].name}'"


def _of_another_type(note: CompiledNote, carrier: NoteType, place: Text) -> Diagnostic:
    message = f"'{note.id}' was adopted as '{carrier.name}', and cannot get another note type"
    help = f"write 'note: {carrier.name}' with its 'fields:' again; a note with another meaning gets a new id"
    return Diagnostic(place.span, "H021", message, help)


def _tags(note: CompiledNote, original: Original, tag_root: str) -> tuple[str, ...]:
    """Return a note's tags: one that it had when it was adopted stays as it was, without the root of ours.

    One that our source cannot write stays, too: nobody has deleted it.
    """
    root = f"{tag_root}::"
    had = {written: tag for tag, written in original.tags.items() if written}
    mine = {had.get(tag.removeprefix(root), tag) for tag in note.tags}
    return tuple(sorted(mine | {tag for tag, written in original.tags.items() if not written}))
