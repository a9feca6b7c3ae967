"""A Deck -> a CompiledDeck: every field final HTML, every card numbered."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from sys import intern
from typing import assert_never

from generator import deck as d
from generator import layout
from generator.compiled import Card, CompiledDeck, CompiledNote, Html, NoteId, NoteType
from generator.diagnostics import Diagnostic, without_allowed
from generator.escape import disarm, escape_text, guard_hint
from generator.identity import guid_for
from generator.located import Text
from generator.markup import Markup, Rendered
from generator.media import Found, Media
from generator.note_types import note_types

_WITH_CLOZES = ("Text", "Occlusion", "Comments")  # the fields that templates show as clozes
_NOTHING = Html("")
_EMPTY = Rendered(_NOTHING)

Numbers = Callable[[NoteId, tuple[str, ...]], dict[str, int]]


def in_turn(note: NoteId, keys: tuple[str, ...]) -> dict[str, int]:
    """Number keys from 1 in their order: what a note gets that was never released."""
    return {key: number for number, key in enumerate(keys, 1)}


def render(deck: d.Deck, media: Media, numbers: Numbers = in_turn) -> tuple[CompiledDeck, tuple[Diagnostic, ...]]:
    """Return the compiled deck. `numbers` gives the cloze numbers of a note's items, cells or masks."""
    work = _Renderer(deck, media, numbers)
    notes = tuple(compiled for note in deck.notes for compiled in work.allowed(note))
    work.unused()
    about = work.description()
    compiled = CompiledDeck(deck.id.value, deck.name.value, deck.tag_root.value, about, notes, media.used)
    return compiled, (*work.markup.found, *work.found, *media.found)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What a note's fields have in common with those of every kind, and the media in them."""

    fields: dict[str, Html]
    media: tuple[str, ...]


class _Renderer:
    """Renders the notes of one deck."""

    def __init__(self, deck: d.Deck, media: Media, numbers: Numbers) -> None:
        self.markup = Markup(media)
        self.found: list[Diagnostic] = []
        self._deck, self._media, self._numbers = deck, media, numbers
        self._works: dict[str, Html] = {}
        self._disputes: dict[str, Rendered] = {}

    def allowed(self, note: d.Note) -> Iterable[CompiledNote]:
        """Render a note without the warnings that its author has a reason for."""
        before = len(self.markup.found)
        made = self.note(note)
        commons = [note.common, *(row.common for row in note.rows)] if isinstance(note, d.TableNote) else [note.common]
        if any(common.allow for common in commons):
            found = self.markup.found[before:]
            self.markup.found[before:] = without_allowed(found, lambda code: any(it.allows(code) for it in commons))
        return made

    def note(self, note: d.Note) -> Iterable[CompiledNote]:
        """Return the note, or of a table one for each row."""
        match note:
            case d.QuestionNote():
                return (self._question(note),)
            case d.ClozeNote():
                return (self._cloze(note),)
            case d.ListNote():
                return (self._list(note),)
            case d.TableNote():
                return self._table(note)
            case d.ImageNote():
                return (self._image(note),)
            case _:
                assert_never(note)

    def description(self) -> Html:
        """Render the deck's description. Anki brings along only media that a note's field refers to."""
        text = self._deck.description
        if text is None:
            return Html("")
        made = self.markup.prose(text)
        if made.media:
            message = "Anki does not bring along a picture or sound of a description"
            self.found.append(Diagnostic(text.span, "M116", message, "delete it here, or show it on a note"))
        return made.html

    def unused(self) -> None:
        """Render the sources and disputes that no note uses, for the mistakes in them."""
        for dispute in self._deck.disputes.values():
            self._dispute(dispute.key)
        for key in self._deck.works:
            self._work(key)

    def _question(self, note: d.QuestionNote) -> CompiledNote:
        question, answer = self.markup.prose(note.question), self.markup.prose(note.answer)
        shown = layout.answer(answer.html)
        fields = {"Question": question.html, "Answer": shown, "Reverse": Html("yes" if note.reverse else "")}
        cards = [Card(0, layout.plain(answer.html))]
        cards += [Card(1, layout.plain(question.html))] if note.reverse else []
        return self._made(note.common, "question", note_types().basic, fields, cards, (question, answer))

    def _cloze(self, note: d.ClozeNote) -> CompiledNote:
        text = self.markup.cloze(note.cloze)
        hides: dict[int, list[str]] = {}
        for number, hidden in text.hidden:
            hides.setdefault(number, []).append(hidden)
        cards = [Card(number - 1, layout.shortened(" … ".join(hides[number]), 80)) for number in sorted(hides)]
        return self._made(note.common, "cloze", note_types().cloze, {"Text": text.html}, cards, (text,))

    def _list(self, note: d.ListNote) -> CompiledNote:
        numbers = self._numbers(NoteId(note.common.id.value), tuple(item.key.value for item in note.items))
        heading = self.markup.hideable(note.heading)
        texts = [self.markup.hideable(item.text) for item in note.items]
        cues = [self.markup.hideable(item.cue) if item.cue else _EMPTY for item in note.items]
        clozes = [
            layout.cloze(numbers[item.key.value], text.html, guard_hint(cue.html))
            for item, text, cue in zip(note.items, texts, cues, strict=True)
        ]
        fields = {"Text": layout.list_text(heading.html, note.show, clozes)}
        words = {item.key.value: text.html for item, text in zip(note.items, texts, strict=True)}
        cards = _cards(numbers, words)
        return self._made(note.common, "list", note_types().cloze, fields, cards, (heading, *texts, *cues))

    def _table(self, note: d.TableNote) -> list[CompiledNote]:
        heading = self.markup.hideable(note.heading)
        columns = [(key.value, self.markup.hideable(text)) for key, text in note.columns]
        names = [self.markup.hideable(row.name) for row in note.rows]
        cells = [[(key, self.markup.hideable(text)) for key, text in row.cells] for row in note.rows]
        rows = [
            (row.key.value, name.html, [(key, it.html) for key, it in line])
            for row, name, line in zip(note.rows, names, cells, strict=True)
        ]
        every = (heading, *(it for _, it in columns), *names, *(it for line in cells for _, it in line))
        headings = [(key, it.html) for key, it in columns]
        made = []
        for row, name, line in zip(note.rows, names, cells, strict=True):
            whole = layout.whole_table(headings, rows, row.key.value)
            made.append(self._row(note, row, heading, dict(headings), name, line, whole, every))
        return made

    def _row(
        self,
        table: d.TableNote,
        row: d.Row,
        heading: Rendered,
        columns: dict[str, Html],
        name: Rendered,
        cells: list[tuple[str, Rendered]],
        whole: Html,
        every: tuple[Rendered, ...],
    ) -> CompiledNote:
        id = NoteId(row.id)
        turn = self._numbers(
            id, tuple(key.value for key, _ in table.columns)
        )  # a column has one number in every new row
        numbers = {key: turn[key] for key, _ in cells}
        lines = [(columns[key], layout.cloze(numbers[key], cell.html)) for key, cell in cells]
        fields = {"Text": layout.row_text(heading.html, name.html, lines)}
        cards = _cards(numbers, {key: cell.html for key, cell in cells})
        return self._made(row.common, "table", note_types().cloze, fields, cards, every, id, whole)

    def _image(self, note: d.ImageNote) -> CompiledNote:
        numbers = self._numbers(NoteId(note.common.id.value), tuple(mask.key.value for mask in note.masks))
        header = self.markup.hideable(note.header) if note.header else _EMPTY
        name, size = self._picture(note)
        masks = [(numbers[mask.key.value], mask) for mask in note.masks]
        labels = {mask.key.value: self.markup.hideable(mask.label) for mask in note.masks if mask.label}
        fields = {
            "Occlusion": layout.occlusion(masks, size, note.mode),
            "Image": layout.picture(name, header.html),
            "Header": header.html,
            "Comments": layout.labels([(numbers[key], label.html) for key, label in labels.items()]),
        }
        picture = Rendered(Html(""), (), (name,) if name else ())
        cards = _cards(numbers, {key: label.html for key, label in labels.items()})
        parts = (header, picture, *labels.values())
        return self._made(note.common, "image", note_types().image, fields, cards, parts)

    def _picture(self, note: d.ImageNote) -> tuple[str, tuple[float, float]]:
        """Return the picture's name in the package and its size; report what cannot carry masks."""
        found = self._media.look_up(note.image.value)
        if not isinstance(found, Found):
            self.found.append(Diagnostic(note.image.span, found.code, found.message, found.help))
            return "", (1.0, 1.0)
        if found.size is None:
            help = "use a png or jpg, or an svg with width and height"
            self.found.append(
                Diagnostic(note.image.span, "M114", f"the size of '{note.image.value}' cannot be told", help)
            )
            return "", (1.0, 1.0)
        for mask in note.masks:
            self.found += _misplaced(mask, found.size)
        return found.file.name, found.size

    def _made(
        self,
        common: d.Common,
        kind: str,
        note_type: NoteType,
        own: dict[str, Html],
        cards: list[Card],
        parts: tuple[Rendered, ...],
        id: NoteId | None = None,
        below: str = "",
    ) -> CompiledNote:
        """Put the fields in their order. `parts` are what the fields were made of; `below` follows the note's extra."""
        id = id or NoteId(common.id.value)
        shared = self._shared(common, note_type, below)
        fields = own | shared.fields | {"ID": Html(id)}
        # Anki looks for clozes in every field of a cloze note, and complains of them in others.
        quiet = {name: disarm(html) for name, html in fields.items() if "{{" in html and name not in _WITH_CLOZES}
        fields |= {name: Html(html) for name, html in quiet.items()}
        media = {name for part in parts for name in part.media} | set(shared.media)
        subdeck = f"::{common.subdeck.value}" if common.subdeck else ""
        root = self._deck.tag_root.value
        return CompiledNote(
            id,
            guid_for(self._deck.id.value, id),
            kind,
            note_type,
            intern(self._deck.name.value + subdeck),
            tuple([fields.get(name, _NOTHING) for name in note_type.places]),
            tuple(sorted({intern(f"{root}::{tag.value}") for tag in common.tags})),  # each is held once
            tuple(sorted(cards, key=lambda card: card.number)),
            tuple(sorted(media)),
            layout.plain(own.get("Question") or own.get("Text") or own.get("Header") or Html(id)),
        )

    def _shared(self, common: d.Common, note_type: NoteType, below: str) -> _Shared:
        extra = self.markup.prose(common.extra) if common.extra else _EMPTY
        dispute = self._dispute(common.dispute)
        keys = dict.fromkeys(key.value for key in common.sources)
        sources = "; ".join(html for key in keys if (html := self._work(key)))
        name = "Back Extra" if note_type is note_types().image else "Extra"
        fields = {name: Html(extra.html + below), "Dispute": dispute.html, "Sources": Html(sources)}
        return _Shared(fields, extra.media + dispute.media)

    def _dispute(self, key: Text | None) -> Rendered:
        if key is None or key.value not in self._deck.disputes:
            return _EMPTY
        if key.value not in self._disputes:
            dispute = self._deck.disputes[key.value]
            made = self.markup.prose(dispute.text)
            self._disputes[key.value] = replace(made, html=layout.beware(made.html)) if dispute.beware else made
        return self._disputes[key.value]

    def _work(self, key: str) -> Html:
        """Return "Reiter N, et al. 2011", linked; a work without authors is shown by its title."""
        work = self._deck.works.get(key)
        if work is None:
            return Html("")
        if key not in self._works:
            who = self.markup.inline(work.authors or work.title).html
            shown = f"{who} {work.year.value}" if work.year else who
            self._works[key] = Html(f'<a href="{_address(work.link)}">{shown}</a>' if work.link else shown)
        return self._works[key]


def _cards(numbers: dict[str, int], words: dict[str, Html]) -> list[Card]:
    """Return a card for each key: what it hides is "key: words", by which the ledger knows it and people read it."""
    return [Card(number - 1, f"{key}: {layout.plain(words.get(key, Html('')))}") for key, number in numbers.items()]


def _misplaced(mask: d.Mask, size: tuple[float, float]) -> Iterable[Diagnostic]:
    width, height = size
    if mask.shape is d.MaskShape.POLYGON:
        xs, ys, help = mask.numbers[::2], mask.numbers[1::2], "write [[x, y], [x, y], [x, y]]"
        across, down = max(xs) - min(xs), max(ys) - min(ys)
        across = min(across, _area(xs, ys))  # points in a line hide nothing
    else:
        left, top, across, down = mask.numbers
        xs, ys, help = (left, left + across), (top, top + down), "write [left, top, width, height]"
    if across < 1 or down < 1:
        message = f"mask '{mask.key.value}' is less than a pixel wide or high"
        yield Diagnostic(mask.span, "M115", message, help)
        return
    if min(xs) < 0 or min(ys) < 0 or max(xs) > width or max(ys) > height:
        message = f"mask '{mask.key.value}' reaches outside the picture, which is {width:g} x {height:g} pixels"
        yield Diagnostic(mask.span, "M115", message, f"{help} in the picture's own pixels")


def _address(link: Text) -> str:
    """Return a link's address, fit for an attribute; brackets would let Anki see its own tags in it."""
    return escape_text(link.value).replace("[", "%5B").replace("]", "%5D")


def _area(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return the area of a polygon in square pixels, by the shoelace formula."""
    pairs = zip(xs, ys, [*xs[1:], xs[0]], [*ys[1:], ys[0]], strict=True)
    return abs(sum(x * next_y - next_x * y for x, y, next_x, next_y in pairs)) / 2
