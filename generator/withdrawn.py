"""A Ledger -> the deck of what was withdrawn, for students who have it: the front says so, the back says why.

A package can never delete a note; what it can do is to tell the student who has it.
"""

import hashlib

from generator import layout
from generator.clock import day
from generator.compiled import Card, CompiledDeck, CompiledNote, Html, MediaFile, NoteType
from generator.escape import as_shown
from generator.ledger import Entry, Ledger
from generator.note_types import TEMPLATES, note_types

_PICTURE = TEMPLATES / "withdrawn.svg"
_MASK = "image-occlusion:rect:left=.04:top=.15:width=.92:height=.7:oi=1"


def withdrawn(ledger: Ledger, deck: CompiledDeck) -> CompiledDeck | None:
    """Return the deck of withdrawn notes, sorted by id; None where there are none. `deck` is what is still there."""
    gone = [entry for entry in ledger.entries.values() if entry.retired]
    if not gone:
        return None
    picture = _picture()
    notes = tuple(_note(entry, deck, picture.name) for entry in sorted(gone, key=lambda it: it.id))
    media = (picture,) if any(note.media for note in notes) else ()
    return CompiledDeck(deck.id, deck.name, deck.tag_root, deck.description, notes, media)


def _note(entry: Entry, deck: CompiledDeck, picture: str) -> CompiledNote:
    kinds = note_types()
    kind = {"question": kinds.basic, "image": kinds.image}.get(entry.kind, kinds.cloze)
    back = f"Withdrawn on {day(entry.retired)}." + (f" {as_shown(entry.reason)}" if entry.reason else "")
    numbers = sorted(entry.numbers)
    fields = {"ID": entry.id, **_texts(kind, entry, back, picture)}
    return CompiledNote(
        entry.id,
        entry.guid,
        entry.kind,
        kind,
        entry.deck,
        tuple(Html(fields.get(field.name, "")) for field in kind.fields),
        (f"{deck.tag_root}::withdrawn",),
        tuple(Card(number - 1, entry.numbers[number]) for number in numbers),
        (picture,) if kind is kinds.image else (),
        entry.label,
    )


def _texts(kind: NoteType, entry: Entry, back: str, picture: str) -> dict[str, str]:
    """Return the fields that say so; every card the student has keeps its number, and its front shows the notice."""
    front, numbers = f"[WITHDRAWN] {as_shown(entry.label)}", sorted(entry.numbers)
    if kind is note_types().basic:
        answer = f"<p>[WITHDRAWN] {as_shown(entry.numbers.get(1, ''))}</p><p>{back}</p>"
        return {"Question": front, "Answer": answer, "Reverse": "yes" if 2 in numbers else ""}
    if kind is note_types().cloze:
        clozes = "\n".join(layout.cloze(number, Html("withdrawn")) for number in numbers)
        return {"Text": f'<div class="heading">{front}</div><div class="list none">{clozes}</div>', "Extra": back}
    masks = "<br>".join(f"{{{{c{number}::{_MASK}}}}}" for number in numbers)
    return {"Occlusion": masks, "Image": f'<img src="{picture}">', "Header": front, "Back Extra": back}


def _picture() -> MediaFile:
    data = _PICTURE.read_bytes()
    sha = hashlib.sha256(data).hexdigest()
    return MediaFile(f"withdrawn-{sha[:16]}.svg", _PICTURE, len(data), sha)
