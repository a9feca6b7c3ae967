"""What a file of notes holds and what became of it <-> lists of texts and numbers, as JSON has them."""

from collections.abc import Iterable, Mapping
from sys import intern
from typing import Any, NamedTuple

from generator.base.diagnostics import Diagnostic, Fix, Severity
from generator.base.place import Source, Span, text_of
from generator.compiled.notes import Card, CompiledNote, NoteId, NoteType
from generator.deck.facts import FactSummary, NoteSummary, Written
from generator.deck.render import Asked, FileResult
from generator.kinds.kind import Gist
from generator.kinds.registry import KINDS
from generator.source.authored import Common
from generator.source.values import Text


class KeptFile(NamedTuple):
    """A file of notes, and what its compiling asks."""

    notes: tuple[NoteSummary, ...]
    problems: tuple[Diagnostic, ...]
    learning: tuple[Diagnostic, ...]
    asked: Asked


class _Table:
    """Things that are referred to by their places, each once; None is at -1."""

    def __init__(self) -> None:
        self.things: list[Any] = []
        self._places: dict[int, int] = {id(None): -1}

    def at(self, thing: Any) -> int:
        """Return the place of a thing, that of its first coming."""
        place = self._places.setdefault(id(thing), len(self.things))
        if place == len(self.things):
            self.things.append(thing)
        return place

    def all(self, things: Iterable[Any]) -> list[int]:
        """Return the places of several."""
        return [self.at(it) for it in things]


def written_as(file: Written, asked: Asked) -> list[Any] | None:
    """Return a file's values; None for one whose texts are not of its bytes."""
    commons, texts = _Table(), _Table()
    notes = [_note_as(note, commons, texts) for note in file.notes]
    described = [_common_as(it, texts) for it in commons.things]
    written: list[Text] = texts.things
    if any(it.source.path != file.path for it in written) or len({id(it.source) for it in written}) > 1:
        return None
    if written and written[0].source.text != text_of(file.data):
        return None
    typed = [(it.value, it.start, it.end, it.style) for it in written]
    found = [[_problem_as(it) for it in each] for each in (file.problems, file.learning)]
    return [typed, described, notes, *found, asked]


def _note_as(note: NoteSummary, commons: _Table, texts: _Table) -> list[Any]:
    gist = note.gist and [{"text": texts.at(it)} if isinstance(it, Text) else it for it in note.gist[1:]]
    facts = [(it.id, texts.at(it.place), commons.at(it.common), *it[3:]) for it in note.facts]
    return [commons.at(note.common), facts, gist]


def _common_as(it: Common, texts: _Table) -> list[Any]:
    allow = [texts.all(pair) for pair in it.allow]
    single = texts.all((it.id, it.subdeck, it.dispute, it.was, it.erratum))
    return [*single, texts.all(it.tags), texts.all(it.sources), allow]


def written_from(value: Any, source: Source) -> KeptFile:
    """Return a file of its values; `source` is its text."""
    typed, described, kept, problems, learning, (numbers, media) = value
    texts: list[Text | None] = [Text(value, source, start, end, style) for value, start, end, style in typed]
    texts.append(None)  # where -1 leads
    commons = [_common_from(it, texts) for it in described]
    notes = tuple([_note_from(it, commons, texts) for it in kept])
    asked = Asked(tuple([(NoteId(id), tuple(keys)) for id, keys in numbers]), tuple(media))
    return KeptFile(notes, _problems_from(problems), _problems_from(learning), asked)


def _common_from(value: Any, texts: list[Any]) -> Common:
    id, subdeck, dispute, was, erratum, tags, sources, allow = value
    return Common(
        texts[id],
        texts[subdeck],
        None,
        tuple([texts[it] for it in tags]),
        tuple([texts[it] for it in sources]),
        texts[dispute],
        texts[was],
        tuple([(texts[code], texts[why]) for code, why in allow]),
        texts[erratum],
    )


def _note_from(value: Any, commons: list[Common], texts: list[Any]) -> NoteSummary:
    own, facts, gist = value
    common = commons[own]
    made = [
        FactSummary(id, texts[place], commons[its], number, words, tuple(answers))
        for id, place, its, number, words, answers in facts
    ]
    return NoteSummary(common, tuple(made), gist and Gist(common, *[_part_from(it, texts) for it in gist]))


def _part_from(value: Any, texts: list[Any]) -> Any:
    if type(value) is list:
        return tuple(value)
    return texts[value["text"]] if type(value) is dict else value


def _problem_as(it: Diagnostic) -> list[Any]:
    span = it.span
    fix = it.fix and [_span_as(it.fix.span), it.fix.text]
    return [_span_as(span), it.code, it.message, it.help, it.note, it.severity, fix]


def _span_as(it: Span) -> list[Any]:
    return [it.path, it.line, it.column, it.end_line, it.end_column, it.excerpt]


def _problems_from(values: Any) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(Span(*span), code, message, help, note, Severity(severity), fix and Fix(Span(*fix[0]), fix[1]))
        for span, code, message, help, note, severity, fix in values
    )


def result_as(result: FileResult) -> list[Any]:
    """Return the values of what became of a file."""
    return [[_compiled_as(it) for it in result.notes], [_problem_as(it) for it in result.found]]


def _compiled_as(it: CompiledNote) -> list[Any]:
    cards = [(card.number, card.hides) for card in it.cards]
    return [it.id, it.guid, it.kind, it.deck, it.fields, it.tags, cards, it.media, it.label, it.hash]


def result_from(value: Any, asked: Asked) -> FileResult:
    """Return what became of a file, of its values."""
    kinds = {kind.word: kind.note_type() for kind in KINDS}
    return FileResult(tuple([_compiled_from(it, kinds) for it in value[0]]), _problems_from(value[1]), asked)


def _compiled_from(value: Any, kinds: Mapping[str, NoteType]) -> CompiledNote:
    id, guid, kind, deck, fields, tags, cards, media, label, hash = value
    cards = tuple([Card(number, hides) for number, hides in cards])
    note_type, tags = kinds[kind], tuple([intern(it) for it in tags])
    made = CompiledNote(id, guid, kind, note_type, intern(deck), tuple(fields), tags, cards, tuple(media), label)
    object.__setattr__(made, "known_hash", hash)
    return made
