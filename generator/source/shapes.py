"""The table of what an author may write: the validator, the editor's schema and the messages are made from it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from generator.base import codes


def _nothing(_: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Text for people: Markdown and TeX. `inline` means one paragraph: no lists, no tables."""

    inline: bool = False
    what: str = "text"


@dataclass(frozen=True, slots=True)
class Word:
    """Text for the machine, of a form; `what` names it, `form` says the form to the author."""

    pattern: re.Pattern[str]
    what: str
    form: str
    most: int = 200  # characters
    meant: Callable[[str], str] = _nothing  # the word that one of another form seems to mean, or ""
    which: str = ""  # which one to write where an author gives several


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`."""

    what: str = "true or false"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]
    what: str = "one of a few words"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A list of so many numbers, as text: the picture decides what fits."""

    count: int
    what: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list of at least three [x, y]."""

    what: str = "at least three points"


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    item: "Shape"
    what: str


@dataclass(frozen=True, slots=True)
class Keyed:
    """A mapping whose keys the author chooses; `most` bounds them, 0 for no bound."""

    key: Word
    item: "Shape"
    what: str
    most: int = 0
    hint: str = "write each on a line of its own as 'key: text'; the key is chosen once and kept"  # where it is none


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a record."""

    name: str
    shape: "Shape"
    required: bool = False
    about: str = ""  # for the editor


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with keys of ours. `short`: a bare text stands for the record with this one key."""

    what: str
    keys: tuple[Key, ...]
    short: str = ""
    others: "Shape | None" = None  # what further keys hold, where the author may add some
    hint: str = "write 'key: text' lines under it"  # where something else stands
    by_name: dict[str, Key] = field(init=False, repr=False, compare=False)
    required: tuple[Key, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look up once what is asked for at every note."""
        object.__setattr__(self, "by_name", {key.name: key for key in self.keys})
        object.__setattr__(self, "required", tuple(key for key in self.keys if key.required))

    @property
    def whole(self) -> str:
        """What a message calls the mapping: "a table row", "the keys of a note file"."""
        files = {"note file": "the keys of a note file", "deck.yaml": "the keys of deck.yaml"}
        return files.get(self.what, f"a {self.what}")


@dataclass(frozen=True, slots=True)
class OneOf:
    """A record whose kind follows from which of these keys it has: the first key of each record."""

    what: str
    records: tuple[Record, ...]
    starts: dict[str, Record] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look up once what is asked for at every note."""
        object.__setattr__(self, "starts", {record.keys[0].name: record for record in self.records})


Shape = Prose | Word | Flag | Choice | Numbers | Points | Many | Keyed | Record | OneOf

_KEY_FORM = "small letters, digits and hyphens, like 'white-papules'"
_SPACES = "\\s\u200b-\u200f\u2028-\u202f\u2060\u3000\ufeff"
_PART = r'(?!\s)(?:(?!::)[^\x00-\x1f\x7f"<>])+(?<!\s)'  # a level of a deck name

_LETTERS: dict[int, str] = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("æ"): "ae", ord("ø"): "oe"}


def _as_key(text: str) -> str:
    """Return the key that a text of other letters may become: "Für A" is "fuer-a"."""
    spelt = text.casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:100]


def _as_id(text: str) -> str:
    return _as_key(text).replace("_", "-")


ID = Word(re.compile(r"[a-z0-9-]{1,100}"), "id", _KEY_FORM, meant=_as_id)
FORMER = replace(ID, which="where two notes become one, the one whose reviews go on")
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
FILE = Word(re.compile(r".+", re.DOTALL), "file name", "the name of a file in media/")
CODE = Word(re.compile(r"[A-Z]\d{2,3}"), "code", "a letter and digits, like C110", meant=codes.meant)
YEAR = Word(re.compile(r"[0-9]{4}[a-z]?(?:[/-][0-9]{2,4})?|n\.d\."), "year", "four digits, like 2011")
LINK = Word(
    re.compile(r'(?:https?://|mailto:)[^\s<>"\\^`{|}\x00-\x20]+'),
    "link",
    "an address that begins with https://, http:// or mailto:",
    most=2_000,
)

SOURCES = Key("sources", Many(KEY, "keys of sources.yaml"), about="The works this rests on: keys of sources.yaml.")
TAGS = Key("tags", Many(TAG, "tags"), about="Written below the deck's tag root.")
EXTRA = Key("extra", Prose(), about="Shown under the answer.")
ALLOW = Key(
    "allow",
    Keyed(CODE, Prose(True, "reason"), "codes with a reason", hint="write each with its reason: 'allow: {L02: why}'"),
    about="Lint rules to silence on this note, each with a reason.",
)
COMMON = (
    Key("id", ID, required=True, about="Chosen once, never changed, never used again."),
    EXTRA,
    TAGS,
    SOURCES,
    Key("dispute", KEY, about="Where sources differ: a key of disputes.yaml."),
    Key("was", FORMER, about="The note's id before it was renamed: its history is kept."),
    ALLOW,
)

DECK_FILE = Record(
    "deck.yaml",
    (
        Key("id", DECK_ID, required=True, about="Frozen for ever: names the package and seeds every guid."),
        Key("name", DECK_NAME, required=True, about="The deck in Anki; levels joined by '::'."),
        Key("tag_root", TAG, required=True, about="Every tag is written below it."),
        Key("description", Prose(), about="Shown in Anki on the deck's page."),
        Key("order", Many(FILE, "files of notes"), about="Files of notes in the order of teaching, without .yaml."),
    ),
)
SOURCE = Record(
    "source",
    (
        Key("title", Prose(True, "title"), required=True),
        Key("authors", Prose(True, "authors")),
        Key("year", YEAR),
        Key("link", LINK),
    ),
    hint="write 'title:' under it; 'authors:', 'year:' and 'link:' if known",
)
SOURCES_FILE = Keyed(KEY, SOURCE, "sources")
DISPUTES_FILE = Keyed(KEY, Prose(), "disputes")
