"""A deck's `language:` and `words:` -> what its cards carry of them: attributes, direction, our words.

An English deck carries none: its words stand in the templates, which all decks share. A deck in another language has
them in its fields, and the templates show theirs only where `Spare 2` is empty.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

LANG = "Spare 2"  # the field that holds the attributes of the whole card
MASKS = "Spare 1"  # of image occlusion: the word on the button
_FILE = Path(__file__).with_name("languages.toml")
_RIGHT_TO_LEFT = frozenset("ar arc azb ckb dv fa glk he iw ks lrc mzn nqo pnb ps sd syr ug ur yi".split())
_SCRIPTS = frozenset("adlm arab aran hebr mand nkoo rohg samr syrc thaa".split())  # that run from right to left


class Words(NamedTuple):
    """Our words on cards, as HTML."""

    differ: str
    beware: str
    sources: str
    updated: str
    items: str  # before a number; where it is empty, after it
    table: str
    pair: str
    masks: str
    withdrawn: str

    def counted(self, number: int) -> str:
        """Return how many items there are: one form for every number, since plurals differ."""
        if self.items:
            return f"{self.items}: {number}"
        return f"{number} items" if number > 1 else "1 item"


ENGLISH = Words(
    differ="Sources differ",
    beware="Beware",
    sources="Sources",
    updated="Updated",
    items="",
    table="The whole table",
    pair="One of a pair: give the other",
    masks="Masks on/off",
    withdrawn="withdrawn",
)


class Language(NamedTuple):
    """The language of a deck. `attributes` are "" where the templates' own words are right."""

    attributes: str = ""
    is_rtl: bool = False
    words: Words = ENGLISH

    @property
    def withdrawn_mark(self) -> str:
        """What the front of a withdrawn note begins with."""
        return f"[{self.words.withdrawn}]" if self.attributes else "[WITHDRAWN]"


PLAIN = Language()


def summary(words: str) -> str:
    """Return the line that opens a fold. AnkiMobile grades the card on a tap on anything that is not `tappable`."""
    return f'<summary class="tappable">{words}</summary>'


def language(tag: str, own: Mapping[str, str]) -> Language:
    """Return the language of a BCP 47 tag; `own` words of the author, as HTML, take the place of ours."""
    if tag.lower().split("-")[0] == "en" and not own:
        return PLAIN
    rtl = _is_rtl(tag)
    attributes = f'lang="{tag}" dir="{"rtl" if rtl else "ltr"}"'
    return Language(attributes, rtl, (known(tag) or ENGLISH)._replace(**own))


def known(tag: str) -> Words | None:
    """Return our words in a language, None where we have none."""
    parts = tag.lower().split("-")
    if parts[0] == "en":
        return ENGLISH
    by_name = _table()
    ends = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
    return next((by_name[it][1] for it in ends if it in by_name), None)


def tag_meant(text: str) -> str:
    """Return the tag that a text seems to mean: "de" for German, "pt-BR" for pt_BR; else ""."""
    name = text.strip().casefold()
    if name == "english":
        return "en"
    return _table()[name][0] if name in _table() else text.strip().replace("_", "-").strip("-")


@cache
def _table() -> Mapping[str, tuple[str, Words]]:
    """Return small name -> tag and words."""
    import tomllib  # here, since an English deck needs none of it

    read: dict[str, dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    found: dict[str, tuple[str, Words]] = {}
    for tag, texts in read.items():
        words = Words(**{key: texts[key] for key in Words._fields})
        found |= dict.fromkeys((tag.lower(), *texts["names"]), (tag, words))
    return MappingProxyType(found)


def _is_rtl(tag: str) -> bool:
    """Say whether a language runs from right to left: its script decides where the tag names one."""
    first, *others = tag.lower().split("-")
    script = others[0] if others and len(others[0]) == 4 and others[0].isalpha() else ""
    return script in _SCRIPTS if script else first in _RIGHT_TO_LEFT
