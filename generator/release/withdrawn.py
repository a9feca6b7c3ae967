"""A Ledger -> the deck of what was withdrawn, for students who have it: the front says so, the back says why.

A package can never delete a note; what it can do is to tell the student who has it.
"""

import hashlib

from generator.base.clock import day
from generator.compiled.languages import Language
from generator.compiled.note_types import TEMPLATES
from generator.compiled.notes import Card, CompiledDeck, CompiledNote, Html, MediaFile, joined
from generator.deck.localized import dated_words, localized
from generator.kinds.kind import Gone
from generator.kinds.registry import BY_WORD
from generator.ledger.ledger import Entry, Ledger
from generator.text.escape import as_shown

_PICTURE = TEMPLATES / "withdrawn.svg"


def withdrawn(ledger: Ledger, deck: CompiledDeck, only_released: bool) -> CompiledDeck | None:
    """Return the deck of withdrawn notes, sorted by id; None where there are none. `deck` is what is still there.

    A note that no release held would reach students as a new one; before the first release nobody can tell.
    """
    retired = [it for it in ledger.entries.values() if it.retired and not (only_released and it.extras.draft)]
    # Of an adopted note nothing can be said in a note type of ours: it would freeze every note of the deck.
    gone = [it for it in retired if not it.extras.carrier]
    if not gone:
        return None
    picture = _picture()
    notes = tuple(_note(entry, deck, picture.name) for entry in sorted(gone, key=lambda it: it.id))
    media = (picture,) if any(note.media for note in notes) else ()
    return CompiledDeck(deck.id, deck.name, deck.tag_root, deck.description, notes, media, deck.language)


def _note(entry: Entry, deck: CompiledDeck, picture: str) -> CompiledNote:
    kind = BY_WORD[entry.kind]
    note_type = kind.note_type()
    hidden = {number: as_shown(entry.numbers[number]) for number in sorted(entry.numbers)}
    mark, word = deck.language.withdrawn_mark, deck.language.words.withdrawn
    back = _when(entry, deck.language) + (f" {as_shown(entry.reason)}" if entry.reason else "")
    texts = kind.withdrawn(Gone(f"{mark} {as_shown(entry.label)}", back, hidden, picture, mark, word))
    plain = {"ID": Html(entry.id)} | {name: Html(it) for name, it in texts.items()}
    fields = localized(plain, note_type, deck.language)
    return CompiledNote(
        entry.id,
        entry.guid,
        entry.kind,
        note_type,
        entry.deck,
        joined(fields.get(field.name, "") for field in note_type.fields),
        (f"{deck.tag_root}::withdrawn",),
        tuple(Card(number - 1, entry.numbers[number]) for number in hidden),
        (picture,) if any(picture in text for text in texts.values()) else (),
        entry.label,
    )


def _when(entry: Entry, language: Language) -> str:
    on = day(entry.retired)
    return dated_words(language.words.withdrawn, language) + f"{on}." if language.attributes else f"Withdrawn on {on}."


def _picture() -> MediaFile:
    data = _PICTURE.read_bytes()
    sha = hashlib.sha256(data).hexdigest()
    return MediaFile(f"withdrawn-{sha[:16]}.svg", _PICTURE, len(data), sha)
