"""A question in words -> its language, and the words by which the rules read it. `languages.json` has them."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from generator.base.patterns import regex
from generator.text.words import is_joined, split_words

NEED_WORDS = ("L01", "L02", "L05", "L06", "L07", "L20")  # rules that find nothing in a language that has no table
_FILE = Path(__file__).with_name("languages.json")
# Where a question may begin: "in which", "if so, why".
_SENTENCE = r"(?:^|[:,;.?!\u00bf\u2013\u2014]| -)\W{0,3}(?:[^\W\d_]{1,20} ){0,2}"
_FIRST = regex(r"\W*([^\W\d_]+)\s*(?:$|[,.;:!(\u2013\u2014\uff0c\u3002\uff1b\uff1a\uff01\uff08])")


class Words:
    """Words that are looked for in a text. The pattern is made when it is needed: few texts get that far."""

    def __init__(
        self, words: list[str], before: str, joined: bool, first: Iterable[str] = (), last: bool = False
    ) -> None:
        """Look for `words` behind `before`, or `last` of a question, and for those that are `first` of all."""
        self._given = words, before, joined, first, last

    def search(self, plain: str) -> bool:
        """Say whether one of the words is there."""
        return self._pattern.search(plain) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        words, before, joined, first, last = self._given
        edge = "" if joined else r"\b"
        at_first = "".join(rf"^\W*{re.escape(word)}{edge}|" for word in first)
        these = f"{edge}(?:{'|'.join(map(re.escape, words))}){edge}"
        at_last = rf"|{these}\s?\?" if last else ""
        return re.compile(f"{at_first}{before}{these}{at_last}")


class Language(NamedTuple):
    """How a language asks."""

    tag: str
    common: frozenset[str]
    verbs: frozenset[str]
    yes_no: frozenset[str]
    truths: frozenset[str]
    joins: tuple[str, ...]  # "and" is the first
    judge: tuple[str, ...]
    open: tuple[str, ...]
    joined: bool  # whether it writes no spaces
    asks: Words  # a question word, at the beginning or after a stop
    choice: Words
    doubts: Words  # the beginning of a question of yes or no; without spaces, its particle
    few: Words  # asks for some of many

    def says_yes_or_no(self, back: str) -> bool:
        """Say whether an answer is yes or no, or begins with it."""
        match = _FIRST.match(back)
        return match is not None and match[1] in self.yes_no

    def says_true_or_false(self, back: str) -> bool:
        """Say whether an answer is true or false, or begins with it."""
        match = _FIRST.match(back)
        return match is not None and match[1] in self.truths

    def judges(self, plain: str) -> bool:
        """Say whether a question leaves only true or false."""
        return any(phrase in plain for phrase in self.judge)


class Beginnings(NamedTuple):
    """The words of all languages at once: most texts have none of them, and need not be read further."""

    verbs: frozenset[str]
    truths: frozenset[str]  # that an answer to 'true or false' may begin with
    open: frozenset[str]
    joined: tuple[str, ...]  # that a question of yes or no holds in a language without spaces


def reads(tag: str) -> bool:
    """Say whether the rules read the language of a BCP 47 tag."""
    return tag.lower().split("-")[0] in languages()


def language_of(plain: str) -> Language:
    """Return the language that a text has most words of; where it has none of any, the first."""
    spaced, joined = _by_spaces()
    if is_joined(plain):
        return joined[0]
    words = frozenset(split_words(plain))
    return max(spaced, key=lambda it: len(it.common & words))


@cache
def beginnings() -> Beginnings:
    """Return the words that make a text worth reading."""
    every = tuple(languages().values())
    spaced = [it for it in every if not it.joined]
    truths = {word for it in every for phrase in it.judge for word in re.findall(r"[^\W\d_]+", phrase)}
    joined = [word for it in every if it.joined for word in (*it.verbs, *it.judge)]
    return Beginnings(
        frozenset(begin + verb for it in spaced for verb in it.verbs for begin in ("", "\u00bf")),
        frozenset(truths).union(*[it.yes_no | it.truths for it in every]),
        frozenset(word for it in spaced for word in it.open),
        tuple(joined),
    )


@cache
def _by_spaces() -> tuple[tuple[Language, ...], tuple[Language, ...]]:
    every = tuple(languages().values())
    return tuple(it for it in every if not it.joined), tuple(it for it in every if it.joined)


@cache
def languages() -> Mapping[str, Language]:
    """Return every language that the rules read, by its tag, in the order of the file."""
    read: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))  # not TOML, whose reader takes longer to start
    return {tag: _language(tag, texts) for tag, texts in read.items() if tag != "about"}


def _language(tag: str, texts: Mapping[str, list[str]]) -> Language:
    words = {key: " ".join(lines).split() for key, lines in texts.items()}
    joined = "common" not in words
    edge = "" if joined else r"\b"
    return Language(
        tag,
        frozenset(words.get("common", ())),
        frozenset(words["verbs"]),
        frozenset(words["yes_no"]),
        frozenset(words.get("truths", ())),
        tuple(words.get("joins", ())),
        tuple(texts["judge"]),
        tuple(words["open"]),
        joined,
        Words(words["asks"], "" if joined else _SENTENCE, joined, words.get("before", ()), not joined),
        Words(words["choice"], "", joined),
        Words(words["verbs"], "" if joined else r"^\W*", joined),
        Words(texts["few"], rf"{edge}(?:{'|'.join(map(re.escape, texts['name']))}){'' if joined else ' '}", joined),
    )
