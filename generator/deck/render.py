"""The notes of a file -> what Anki will store of them: every field final HTML, every card numbered.

Each note is compiled by itself, and a file by what its notes ask. A CompiledDeck is made of its files.
"""

from collections.abc import Iterable, Iterator, Mapping
from sys import intern
from typing import TYPE_CHECKING, NamedTuple

from generator.base.diagnostics import Diagnostic, without_allowed
from generator.compiled.identity import guid_for
from generator.compiled.languages import PLAIN, Language, language
from generator.compiled.notes import CompiledDeck, CompiledNote, Html, MediaFile, NoteId, NoteType, joined
from generator.deck.facts import Deck, Written, commons
from generator.deck.localized import localized
from generator.kinds import layout
from generator.kinds.kind import Bench, Draft, Numbers
from generator.kinds.registry import kind_of
from generator.media.folder import Media, Problem
from generator.source import authored as d
from generator.source.shapes import is_citation
from generator.source.values import Text
from generator.text.escape import as_shown, disarm, escape_text
from generator.text.markup import Markup, Rendered

if TYPE_CHECKING:
    from generator.deck._same_notes import SameNotes  # which only stays for the next save

_WITH_CLOZES = ("Text", "Occlusion", "Comments")  # the fields that templates show as clozes
_ASKED = {"Deckwright Basic": "Question", "Deckwright Cloze": "Text", "Deckwright Image Occlusion": "Header"}
_NOTHING = Html("")
_EMPTY = Rendered(_NOTHING)


def in_turn(note: NoteId, keys: tuple[str, ...]) -> dict[str, int]:
    """Number keys from 1 in their order: what a note gets that was never released."""
    return {key: number for number, key in enumerate(keys, 1)}


class Shown(NamedTuple):
    """A source or a dispute as cards show it, and what is wrong with its text."""

    text: Rendered
    found: tuple[Diagnostic, ...]


class Head(NamedTuple):
    """What each note of a deck is compiled with. Sources and disputes by key."""

    id: str
    name: str
    tag_root: str
    works: Mapping[str, Shown]
    disputes: Mapping[str, Shown]
    language: Language = PLAIN
    note_types: Mapping[str, NoteType] = {}  # of an adopted deck, by name


class Asked(NamedTuple):
    """What the compiling of a file asked beside its texts and the head, each in the order of asking."""

    numbers: tuple[tuple[NoteId, tuple[str, ...]], ...]
    media: tuple[str, ...]  # names, each once


class FileResult(NamedTuple):
    """What Anki will store of a file of notes, and its mistakes."""

    notes: tuple[CompiledNote, ...]
    found: tuple[Diagnostic, ...]
    asked: Asked


def compiled_file(
    notes: Iterable[d.Note], head: Head, media: Media, numbers: Numbers, same: "SameNotes | None" = None
) -> FileResult:
    """Compile the notes of a file. `numbers` gives the cloze numbers of a note's items, cells or masks.

    The same notes, head and answers give the same result: nothing else is looked at. `same` remembers single notes.
    """
    asked: list[tuple[NoteId, tuple[str, ...]]] = []

    def numbers_told(note: NoteId, keys: tuple[str, ...]) -> dict[str, int]:
        asked.append((note, keys))
        return numbers(note, keys)

    made: list[CompiledNote] = []
    found: list[Diagnostic] = []
    names: dict[str, None] = {}
    for note in notes:
        if same and (before := same.made_of(note)) is not None:
            made += before
            continue
        own, numbered = media.view(), len(asked)
        its, more = compiled(note, head, own, numbers_told)
        made += its
        found += more
        names |= dict.fromkeys(own.asked)
        if same and not more and not own.asked and len(asked) == numbered:
            same.keep(note, its)
    return FileResult(tuple(made), tuple(_once_a_file(found)), Asked(tuple(asked), tuple(names)))


def answers_to(asked: Asked, file: Written, head: Head, media: Media, numbers: Numbers) -> tuple[object, ...]:
    """Return all that a file's result depends on, beside its bytes: where that is equal, so is the result."""
    its = [common for note in file.notes for common in (note.common, *(fact.common for fact in note.facts))]
    works = sorted({key.value for common in its for key in common.sources} & head.works.keys())
    disputes = sorted({it.dispute.value for it in its if it.dispute} & head.disputes.keys())
    return (
        (head.id, head.name, head.tag_root, head.language),
        [(key, head.works[key]) for key in works],
        [(key, head.disputes[key]) for key in disputes],
        [tuple(numbers(*it).items()) for it in asked.numbers],
        [_identity(media.look_up(name)) for name in asked.media],
    )


def _identity(found: MediaFile | Problem) -> object:
    """Return what tells a file of media from another: its bytes are known by their hash."""
    return (found.name, found.sha256, found.pixels) if isinstance(found, MediaFile) else found


def assembled(
    deck: Deck, head: Head, media: Media, files: Iterable[FileResult]
) -> tuple[CompiledDeck, tuple[Diagnostic, ...]]:
    """Return the compiled deck, whose notes are those of its files."""
    about, problems = _description(deck.description, media)
    unused = tuple(_of_unused(deck, head))
    notes: list[CompiledNote] = []
    found: list[Diagnostic] = []
    for file in files:
        notes += file.notes
        found += file.found
    found = [*problems, *found, *unused]
    made = CompiledDeck(head.id, head.name, head.tag_root, about, tuple(notes), media.used, head.language)
    return made, (*_once_a_file(found), *media.found)


def _once_a_file(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Of texts that look wrapped at a margin a file holds many: yield its first."""
    files: set[str] = set()
    for it in found:
        if it.code != "C130":
            yield it
        elif it.span.path not in files:
            files.add(it.span.path)
            yield it


def head_of(deck: Deck, media: Media) -> Head:
    """Return what the notes of a deck share, rendered once."""
    works = {key: _work(work, media) for key, work in deck.works.items()}
    disputes = {key: _dispute(dispute, media) for key, dispute in deck.disputes.items()}
    return Head(deck.id.value, deck.name.value, deck.tag_root.value, works, disputes, language_of(deck))


def language_of(deck: Deck) -> Language:
    """Return the language of a deck's cards."""
    tag = deck.language.value if deck.language else "en"
    return language(tag, {key: as_shown(text.value) for key, text in deck.words.items()})


def compiled(
    note: d.Note, head: Head, media: Media, numbers: Numbers
) -> tuple[tuple[CompiledNote, ...], list[Diagnostic]]:
    """Return what Anki will store of a note, and its mistakes but for the warnings its author has a reason for."""
    kind, markup = kind_of(note), Markup(media)
    made = kind.compile(note, Bench(markup, media, numbers, head.language.words, head.note_types))
    notes = tuple([_finished(draft, kind.word, kind.note_type(), head, markup) for draft in made.drafts])
    its = [note.common, *(draft.common for draft in made.drafts)]
    found = [*markup.found, *made.found, *(it for shown in _shown_with(its, head) for it in shown.found)]
    if not found:
        return notes, found
    return notes, without_allowed(found, lambda code: any(common.allows(code) for common in its))


def _shown_with(its: list[d.Common], head: Head) -> Iterator[Shown]:
    """Yield the sources and disputes that a note shows."""
    for common in its:
        yield from (head.works[key.value] for key in common.sources if key.value in head.works)
        if common.dispute and common.dispute.value in head.disputes:
            yield head.disputes[common.dispute.value]


def _of_unused(deck: Deck, head: Head) -> Iterator[Diagnostic]:
    """Yield what is wrong with sources and disputes that no note shows."""
    its = tuple(commons(deck))
    cited = {key.value for common in its for key in common.sources}
    shown = {common.dispute.value for common in its if common.dispute}
    for known, used in ((head.works, cited), (head.disputes, shown)):
        yield from (it for key, text in known.items() if key not in used for it in text.found)


def _description(text: Text | None, media: Media) -> tuple[Html, list[Diagnostic]]:
    """Render the deck's description. Anki brings along only media that a note's field refers to."""
    if text is None:
        return _NOTHING, []
    markup = Markup(media)
    made = markup.prose(text)
    message = "Anki does not import pictures or sounds of a deck's description"
    help = "delete it here, or show it on a note"
    found = [Diagnostic(text.span, "M116", message, help)] if made.media else []
    return made.html, [*markup.found, *found]


def _work(work: d.Work, media: Media) -> Shown:
    """Return "Reiter N, et al. 2011", linked; a work without authors is shown by its title."""
    markup = Markup(media)
    who = markup.inline(work.authors or work.title).html
    shown = f"{who} {work.year.value}" if work.year else who
    html = f'<a href="{_address(work.link)}">{shown}</a>' if work.link else shown
    return Shown(Rendered(Html(html)), tuple(markup.found))


def _address(link: Text) -> str:
    """Return a link's address, fit for an attribute; brackets would let Anki see its own tags in it."""
    return escape_text(link.value).replace("[", "%5B").replace("]", "%5D")


def _dispute(dispute: d.Dispute, media: Media) -> Shown:
    markup = Markup(media)
    text = markup.prose(dispute.text)
    shown = text._replace(html=layout.beware(text.html)) if dispute.beware else text
    return Shown(shown, tuple(markup.found))


def _finished(draft: Draft, kind: str, note_type: NoteType, head: Head, markup: Markup) -> CompiledNote:
    """Give a draft what every note has, and put its fields in their order."""
    if draft.foreign:
        return _as_found(draft, kind, draft.foreign, head)
    common, id = draft.common, _anew(draft.id or draft.common.id.value)
    extra = markup.prose(common.extra) if common.extra else _EMPTY
    dispute = _disputed(common, head)
    fields = {**draft.fields, "ID": Html(id), "Dispute": dispute.html, "Sources": _cited(common, head, markup)}
    context = markup.hideable(common.context) if common.context else _EMPTY
    for name in (draft.above or (_ASKED[note_type.name],)) if common.context else ():
        fields[name] = _below(context.html, fields.get(name, _NOTHING))
    fields["Back Extra" if "Back Extra" in note_type.places else "Extra"] = Html(extra.html + draft.below)
    if head.language.attributes:
        fields = localized(fields, note_type, head.language)
    # Anki looks for clozes in every field of a cloze note, and complains of them in others.
    quiet = {name: disarm(html) for name, html in fields.items() if "{{" in html and name not in _WITH_CLOZES}
    fields |= {name: Html(html) for name, html in quiet.items()}
    return CompiledNote(
        id,
        guid_for(head.id, id),
        kind,
        note_type,
        _home(common, head),
        joined([fields.get(name, _NOTHING) for name in note_type.places]),
        _tags(common, head),
        tuple(sorted(draft.cards, key=lambda card: card.number)),
        tuple(sorted({name for part in (*draft.parts, context, extra, dispute) for name in part.media})),
        layout.plain(draft.front or Html(id)),
    )


def _anew(id: str) -> NoteId:
    """Return an id that does not lie among the texts of its file: then these leave no gaps when they are let go."""
    return NoteId(id.encode().decode())


def _as_found(draft: Draft, kind: str, note_type: NoteType, head: Head) -> CompiledNote:
    """Return a note in a note type of another author's: its fields are whole as they are."""
    id = _anew(draft.common.id.value)
    return CompiledNote(
        id,
        guid_for(head.id, id),
        kind,
        note_type,
        _home(draft.common, head),
        joined([draft.fields.get(name, _NOTHING) for name in note_type.places]),
        _tags(draft.common, head),
        draft.cards,
        tuple(sorted(set(draft.media))),
        layout.plain(draft.front or Html(id)),
    )


def _home(common: d.Common, head: Head) -> str:
    """Return the full name of a note's deck; each name is held once, as each tag is."""
    return intern(head.name + (f"::{common.subdeck.value}" if common.subdeck else ""))


def _tags(common: d.Common, head: Head) -> tuple[str, ...]:
    return tuple(sorted({intern(f"{head.tag_root}::{tag.value}") for tag in common.tags}))


def _below(context: Html, asked: Html) -> Html:
    """Return what is asked below its context; the line feed keeps the words apart where Anki drops the tags."""
    return Html(f'<div class="context">{context}</div>\n{asked}')


def _disputed(common: d.Common, head: Head) -> Rendered:
    shown = head.disputes.get(common.dispute.value) if common.dispute else None
    return shown.text if shown else _EMPTY


def _cited(common: d.Common, head: Head, markup: Markup) -> Html:
    """Return the works of sources.yaml that a note names, and its citations in words, as they were written."""
    sources = {it.value: it for it in common.sources if it.value in head.works or is_citation(it.value)}
    shown = (markup.inline(it).html if is_citation(key) else head.works[key].text.html for key, it in sources.items())
    return Html("; ".join(html for html in shown if html))
