"""A kind of note -> `Kind`, its answer to everything the compiler asks of it. No answer can be left out.

The values in between are here as well: what a kind is asked with, and what it gives back.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from generator.base.diagnostics import Diagnostic
from generator.compiled.languages import ENGLISH, Words
from generator.compiled.notes import Card, Html, NoteId, NoteType
from generator.kinds import layout
from generator.media.folder import Media
from generator.source.authored import Common, Note
from generator.source.shapes import Record
from generator.source.validator import Fields
from generator.source.values import Text
from generator.text.markup import Markup, Rendered
from generator.text.words import Vocabulary

N = TypeVar("N", bound=Note)
_Seen = TypeVar("_Seen")
_Word = TypeVar("_Word", bound=StrEnum)

Numbers = Callable[[NoteId, tuple[str, ...]], dict[str, int]]  # of a note's keys: a key keeps its number for ever
Found = tuple[Common, Diagnostic]  # the note that may allow it, and what was found


class Numbering(Enum):
    """Who says which card is which."""

    TEMPLATE = auto()  # the note type: each template makes a card
    AUTHOR = auto()  # the author, in `{{c1::...}}`
    KEY = auto()  # the keys of its items, cells or masks; a card hides "key: words"


class Fact(NamedTuple):
    """What counts as a note: a note, or of a table each row."""

    id: str  # that of the compiled note
    place: Text  # where messages about it point
    common: Common
    texts: tuple[Text, ...]  # in which a number needs a source
    own: tuple[object, ...]  # values whose texts stand in no other fact
    denied: tuple[Text, ...] = ()  # those of `texts` that it says are wrong


class Gist(NamedTuple):
    """What a note says. Keys are equal where the words are, in their order; `back` is 0 without a single answer."""

    common: Common
    text: Text  # of the front
    front: int
    words: tuple[int, ...]  # of front and back
    back: int = 0
    front_words: tuple[int, ...] = ()
    reverse: bool = False
    listed: bool = False  # whether it is a list
    answer: Text | None = None  # of which `back` is the key


class Linted(NamedTuple):
    """What is hard to learn about a note, and its gist for the comparison with others; None: it is not compared."""

    found: tuple[Found, ...]
    gist: Gist | None


class Built(NamedTuple, Generic[N]):
    """A note, made of fields that fit one by one, and what is wrong with them together."""

    note: N
    found: tuple[Diagnostic, ...] = ()


NO_TYPES: Mapping[str, NoteType] = MappingProxyType({})


class Bench(NamedTuple):
    """What a note is compiled with. The markup is the note's own: what it finds is found in this note."""

    markup: Markup
    media: Media
    numbers: Numbers
    words: Words = ENGLISH  # that we put on cards
    note_types: Mapping[str, NoteType] = NO_TYPES  # those of an adopted deck, by name


class Draft(NamedTuple):
    """A note for Anki, before it gets the fields and tags that every kind has. `front` and `below` are HTML."""

    common: Common
    front: Html  # by which people know the note; where it is empty, by the id
    fields: Mapping[str, Html]
    cards: tuple[Card, ...]
    parts: tuple[Rendered, ...]  # what the fields were made of: it may refer to media
    id: str = ""  # "" for that of the note
    below: str = ""  # follows the note's extra
    above: tuple[str, ...] = ()  # the fields that a context stands above; () for the first that people see
    foreign: NoteType | None = None  # in place of that of its kind: then `fields` are all it has
    media: tuple[str, ...] = ()  # names in the package, beside those of `parts`


class Made(NamedTuple):
    """The drafts of a note, at least one, and what is wrong beside what the markup found."""

    drafts: tuple[Draft, ...]
    found: tuple[Diagnostic, ...] = ()


class Gone(NamedTuple):
    """A withdrawn note. The texts are HTML."""

    front: str
    back: str
    hidden: Mapping[int, str]  # by number from 1, sorted: what each card asked for
    picture: str  # name of the picture that stands for one that is gone
    mark: str  # what its front begins with: "[WITHDRAWN]"
    word: str  # what its cards hide


class Kind(NamedTuple, Generic[N]):
    """A kind of note. Every field is what some stage asks of every kind; none has a default."""

    record: Record  # its keys; the first is the word by which the author, the ledger and messages know the kind
    about: str  # for `explain`: what it is for and which cards it makes, in sentences
    example: str  # for `explain`: a note as it stands in a file
    note: type[N]  # the class of its authored notes
    note_type: Callable[[], NoteType]  # in which Anki stores it, also when it is withdrawn
    numbering: Numbering
    most_cards: int  # that one note can make
    build: Callable[[Common, Fields], Built[N]]  # from the keys of a note in a file, each known to fit
    facts: Callable[[N], tuple[Fact, ...]]  # one for each compiled note, in their order
    answers: Callable[[N], Iterable[tuple[str, str]]]  # for each card the id of its fact, and the text it asks for
    lint: Callable[[N, Vocabulary], Linted]  # by itself; what notes are to one another is looked at later
    compile: Callable[[N, Bench], Made]  # what is its own; fields and tags of every kind are added later
    withdrawn: Callable[[Gone], dict[str, str]]  # the fields that say so; each card keeps its number

    @property
    def word(self) -> str:
        """The key that a note of this kind begins with."""
        return self.record.keys[0].name


class DrawnOutline(NamedTuple):
    """An outline of a mask in pixels, and where its key stands. Of an `element` the drawing says where it lies."""

    shape: str
    numbers: tuple[float, ...]
    element: str
    line: int
    column: int


class DrawnMask(NamedTuple):
    """A mask as an author sees it on its picture."""

    key: str
    label: str
    outlines: tuple[DrawnOutline, ...]


def whole(note: Note, *texts: Text) -> tuple[Fact, ...]:
    """Return a note that is one fact."""
    return (Fact(note.common.id.value, note.common.id, note.common, texts, (note,)),)


def withdrawn_as_clozes(gone: Gone) -> dict[str, str]:
    """Return the fields of a withdrawn note whose cards are clozes."""
    clozes = layout.lines(layout.cloze(number, Html(gone.word)) for number in gone.hidden)
    return {"Text": f'<div class="heading">{gone.front}</div><div class="list none">{clozes}</div>', "Extra": gone.back}


def chosen(fields: Fields, name: str, default: _Word) -> _Word:
    """Return which of an enum's words an optional `Choice` says."""
    value = fields.maybe(name)
    return type(default)(value.value) if value else default


def withdrawn_as_question(gone: Gone) -> dict[str, str]:
    """Return the fields of a withdrawn note that one card asks as a question."""
    return {"Question": gone.front, "Answer": f"<p>{gone.mark} {gone.hidden.get(1, '')}</p><p>{gone.back}</p>"}


def found_by(rules: Iterable[Callable[[_Seen], Diagnostic | None]], seen: _Seen) -> list[Diagnostic]:
    """Return what rules find in what they see."""
    return [it for rule in rules if (it := rule(seen))]
