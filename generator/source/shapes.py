"""The table of what an author may write: the validator, the editor's schema and the messages are made from it."""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from generator.base import codes
from generator.base.limits import MAX_TEXT
from generator.base.patterns import regex
from generator.compiled import languages


def _nothing(_: str) -> str:
    return ""


class Prose(NamedTuple):
    """Text for people: Markdown and TeX. `inline` means one paragraph: no lists, no tables."""

    inline: bool = False
    what: str = "text"
    most: int = MAX_TEXT  # characters


class Word(NamedTuple):
    """Text for the machine, of a form; `what` names it, `form` says the form to the author."""

    pattern: re.Pattern[str]
    what: str
    form: str
    most: int = 200  # characters
    meant: Callable[[str], str] = _nothing  # the word that one of another form seems to mean, or ""
    which: str = ""  # which one to write where an author gives several


class Cited(NamedTuple):
    """A key, or a citation in words: what holds a space, or a sign of a script without spaces."""

    key: Word
    what: str = "key of sources.yaml, or a citation"


class Flag(NamedTuple):
    """`true` or `false`."""

    what: str = "true or false"


class Choice(NamedTuple):
    """One of a few words."""

    options: tuple[str, ...]
    what: str = "one of a few words"


class Numbers(NamedTuple):
    """A list of so many numbers, as text: the picture decides what fits."""

    how_many: int
    what: str


class Points(NamedTuple):
    """A list of at least three [x, y]."""

    what: str = "at least three points"


class Many(NamedTuple):
    """A list."""

    item: "Shape"
    what: str


class Keyed(NamedTuple):
    """A mapping whose keys the author chooses; `most` bounds them, 0 for no bound."""

    key: Word
    item: "Shape"
    what: str
    most: int = 0
    hint: str = "write each on a line of its own as 'key: text'; the key is chosen once and kept"  # where it is none


class Key(NamedTuple):
    """A key of a record."""

    name: str
    shape: "Shape"
    required: bool = False
    about: str = ""  # for the editor


class Record:
    """A mapping with keys of ours. `short`: a bare text stands for the record with this one key.

    `bare`: a bare text is of this shape, and has no key of its own (in `Fields` it is under "").
    """

    def __init__(
        self,
        what: str,
        keys: tuple[Key, ...],
        short: str = "",
        others: "Shape | None" = None,  # what further keys hold, where the author may add some
        hint: str = "write 'key: text' lines under it",  # where something else stands
        bare: "Shape | None" = None,
        offered: bool = True,  # whether a message names it to an author; an import alone writes the others
    ) -> None:
        self.what, self.keys, self.short, self.others = what, keys, short, others
        self.hint, self.bare, self.offered = hint, bare, offered
        self.by_name = {key.name: key for key in keys}
        self.required = tuple(key for key in keys if key.required)

    @property
    def whole(self) -> str:
        """What a message calls the mapping: "a table row", "the keys of a note file"."""
        files = {"note file": "the keys of a note file", "deck.yaml": "the keys of deck.yaml"}
        return files.get(self.what, f"a {self.what}")


class OneOf:
    """A record whose kind follows from which of these keys it has: the first key of each record."""

    def __init__(self, what: str, records: tuple[Record, ...]) -> None:
        self.what, self.records = what, records
        self.starts = {record.keys[0].name: record for record in records}
        self.offered = tuple(name for name, record in self.starts.items() if record.offered)


Shape = Prose | Word | Cited | Flag | Choice | Numbers | Points | Many | Keyed | Record | OneOf

_KEY_FORM = "small letters, digits and hyphens, like 'white-papules'"
_SPACES = "\\s\u200b\u200e\u200f\u2028-\u202f\u2060\u3000\ufeff"  # but for joiners, which the reader looks at
_PART = r'(?!\s)(?:(?!::)[^\x00-\x1f\x7f"<>])+(?<!\s)'  # a level of a deck name


CITATION = regex(r"[ \n\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff01-\uff60]")  # as editors read it as well


def is_citation(source: str) -> bool:
    """Say whether a note's source is a citation in words, and not a key of sources.yaml."""
    if source.isascii():
        return " " in source or "\n" in source
    return CITATION.search(source) is not None


_LETTERS: dict[int, str] = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("æ"): "ae", ord("ø"): "oe"}


def _as_key(text: str) -> str:
    """Return the key that a text of other letters may become: "Für A" is "fuer-a"."""
    spelt = text.casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:100]


def _as_id(text: str) -> str:
    return _as_key(text).replace("_", "-")


ID = Word(re.compile(r"[a-z0-9-]{1,100}"), "id", _KEY_FORM, meant=_as_id)
FORMER = ID._replace(which="where two notes become one, the one whose reviews go on")
KEY = Word(
    re.compile(r"[a-z0-9_-]{1,100}"), "key", "small letters, digits, '-' and '_', like 'reiter-2011'", meant=_as_key
)
DECK_ID = Word(re.compile(r"[a-z0-9][a-z0-9-]{0,79}"), "deck id", _KEY_FORM)
_TAG_LEVEL = rf'[^{_SPACES}\x00-\x20\x7f:"*<>]+'
TAG = Word(
    re.compile(rf"(?!-){_TAG_LEVEL}(?:::?{_TAG_LEVEL})*"),
    "tag",
    "it without spaces, quotes, '*', '<' and '>'; levels joined by '::', none empty",
)
DECK_NAME = Word(
    re.compile(rf"{_PART}(?:::{_PART})*"), "deck name", "levels joined by '::', none empty, without quotes, '<' and '>'"
)
FILE = Word(regex(r".+", re.DOTALL), "file name", "the name of a file in media/")
CODE = Word(regex(r"[A-Z]\d{2,3}"), "code", "a letter and digits, like C110", meant=codes.meant)
YEAR = Word(re.compile(r"[0-9]{4}[a-z]?(?:[/-][0-9]{2,4})?|n\.d\."), "year", "four digits, like 2011")
LINK = Word(
    regex(r'(?:https?://|mailto:)[^\s<>"\\^`{|}\x00-\x20]+'),
    "link",
    "an address that begins with https://, http:// or mailto:",
    most=2_000,
)

SOURCES = Key(
    "sources",
    Many(Cited(KEY), "keys of sources.yaml"),
    about="The works this rests on: keys of sources.yaml, or citations in words.",
)
TAGS = Key("tags", Many(TAG, "tags"), about="Written below the deck's tag root.")
EXTRA = Key("extra", Prose(), about="Shown under the answer.")
CONTEXT = Key("context", Prose(True, "context"), about="A line shown small above what is asked.")
ALLOW = Key(
    "allow",
    Keyed(CODE, Prose(True, "reason"), "codes with a reason", hint="write each with its reason: 'allow: {L02: why}'"),
    about="Lint rules to silence on this note, each with a reason.",
)
COMMON = (
    Key("id", ID, required=True, about="Chosen once, never changed, never used again."),
    EXTRA,
    CONTEXT,
    TAGS,
    Key("subdeck", DECK_NAME, about="Below the deck, in place of the file's."),
    SOURCES,
    Key("dispute", KEY, about="Where sources differ, or a common error: a key of disputes.yaml."),
    Key("was", FORMER, about="The note's id before it was renamed: its history is kept."),
    Key("erratum", Prose(True, "reason"), about="Why a correction replaces students' own text, too, in a push."),
    ALLOW,
)

LANGUAGE = Word(
    regex(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*"),
    "language",
    "a BCP 47 tag, like de, pt-BR or fa",
    meant=languages.tag_meant,
)
_ABOUT_WORDS = {
    "differ": "Over a dispute: 'Sources differ'.",
    "beware": "Over a common error: 'Beware'.",
    "sources": "Over the sources: 'Sources'.",
    "updated": "Before the day of the last change: 'Updated'.",
    "items": "Before the number of items of a list: 'Items'.",
    "table": "Over a folded table: 'The whole table'.",
    "pair": "On a card that asks the other way round: 'One of a pair: give the other'.",
    "masks": "On the button of an image note: 'Show or hide all masks'.",
    "withdrawn": "On a withdrawn note: 'withdrawn'.",
}
WORDS = Record(
    "set of words",
    tuple(Key(name, Prose(True, "word"), about=about) for name, about in _ABOUT_WORDS.items()),
    hint="write 'word: text' lines under it, as 'sources: References'",
)

DECK_FILE = Record(
    "deck.yaml",
    (
        Key("id", DECK_ID, required=True, about="Frozen for ever: names the package and seeds every guid."),
        Key("name", DECK_NAME, required=True, about="The deck in Anki; levels joined by '::'."),
        Key("tag_root", TAG, required=True, about="Every tag is written below it."),
        Key("description", Prose(), about="Shown in Anki on the deck's page."),
        Key("order", Many(FILE, "files of notes"), about="Files of notes in the order of teaching, without .yaml."),
        Key("language", LANGUAGE, about="Of the cards and of the words that we put on them; left out: en."),
        Key("words", WORDS, about="Your words on the cards in place of ours."),
        Key(
            "look",
            Choice(("theirs", "ours"), "whose look the cards of an adopted deck have"),
            about="Of an adopted deck: 'ours' gives its note types our templates and CSS, where they have the shape of "
            "one of our own. Ids, fields and histories stay; left out: theirs.",
        ),
    ),
)
SOURCE = Record(
    "source",
    (
        Key("title", Prose(True, "title"), required=True, about="Of the work, as it is cited."),
        Key("authors", Prose(True, "authors"), about="Of the work, as they are cited."),
        Key("year", YEAR, about="When it was published; 'n.d.' where it has no date."),
        Key("link", LINK, about="Where to find it."),
    ),
    hint="write 'title:' under it; 'authors:', 'year:' and 'link:' if known",
)
SOURCES_FILE = Keyed(KEY, SOURCE, "sources")
DISPUTE = Record(
    "dispute",
    (
        Key(
            "beware",
            Prose(),
            required=True,
            about="A common error and what is right: shown as 'Beware', not as a dispute.",
        ),
    ),
    hint="write the text, or '{beware: text}' for a common error",
    bare=Prose(),
)
DISPUTES_FILE = Keyed(KEY, DISPUTE, "disputes")
