"""A text as typed -> its words, as a student reads them: without markup, addresses and formulas."""

import re
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

from generator.base.patterns import regex
from generator.source.values import Text

_MARKED = re.compile(r"[\\<\[`|\n~]")
_MARKUP = re.compile(
    r"(?P<tex>\\\((?:[^\\]|\\[^()\[\]])*+\\\)|\\\[(?:[^\\]|\\[^()\[\]])*+\\\])"
    r"|!\[[^\]\n]{0,300}\]\((?P<file>[^()\n]{0,300})\)|\((?<=\]\()[^()\s]{1,300}\)"
    r"|<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\s]{0,300}>|\|[ ]{0,9}:?-{2,50}:?[ ]{0,9}(?=\|)"
    r"|(?P<code>`(?<![\\`]`)(?:[^`\n]{1,2000}`|`(?!`).{1,2000}?``|``.{1,9000}?```)(?!`)|~~~.{1,9000}?~~~)"
    r"|\\(?=[^\w\s])",  # each begins with a sign, so that nothing else is looked at twice
    re.DOTALL,
)
_PUNCTUATION = ".,;:?!'\"()[]{}`_*/-\\|"
_SPACED = bytes.maketrans(_PUNCTUATION.encode(), b" " * len(_PUNCTUATION))
_TOKEN = regex(
    rf"[^\s{re.escape(_PUNCTUATION)}\u2018-\u201e\u2013\u2014\u2026·«»¡¿\u3001-\u3004\u3008-\u3030\uff01-\uff0f\uff1a-\uff20]+"
)
# `re` compiles what is a text here when it is first needed, as each of these ranges takes it half a millisecond.
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_KANA = "\u3041-\u30ff"
_UNSPACED = re.compile(rb"[\xe0\xe1\xe3-\xef]")  # begins each sign of the next two in UTF-8; they take long to compile
_JOINED = regex(rf"[{_HAN}{_KANA}]")  # scripts without spaces: about two signs to a word
_RUNS = rf"[{_HAN}{_KANA}]+|[^{_HAN}{_KANA}]+"
_TELLING_PAIR = rf"[{_HAN}]{{2}}"
_JOINED_LETTERS = regex(r"[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese, Khmer: about five
_LETTER = regex(r"[^\W_]")  # or digit
_LONG = 5  # letters of a word that can give an answer away
_TELLING = 4  # letters of one that can tell what a text is about
_SIGNS = regex(
    r"(?<![^\W_])[^\W\d_]_?\d{0,9}(?!\w)|[%$#@&~^+<>=|]\w{1,99}|[*/-]\s?\d"
    r"|(?<!\S)(?=[^\w\s]{0,99}[^\w\s?!:;.,\u2026*_\u2013\u2014-])[^\w\s]{1,99}(?!\S)"
)
_SHORT = 3  # letters of a text in which a capital tells: 'Sie' is not 'sie'
_SYMBOL = re.compile(r"(?!file\d|code\d)[a-z]{1,5}\d{1,4}[a-z]{0,2}\d?")  # as telling as a long word: T3, B12, CYP3A4
_STOP = frozenset(
    """
    an the this that these those it its they them their there here
    in on at of off to by for from with within into onto upon about as than and or nor but so if then
    is are was were be been being do does did doing has have had having can could may might must shall should will would
    what which who whom whose where when why how
    name called call term mean means show shows shown give gives given following &
    """.split()
)


class Said(NamedTuple):
    """What a text says. `words` are the numbers of its telling words, each once."""

    text: Text
    plain: str  # small letters
    words: frozenset[int]
    key: int  # equal where two texts have the same words in the same order


class Vocabulary:
    """Words and their numbers, the same in every run. It grows with every text that is looked at."""

    def __init__(self) -> None:
        self._numbers = dict.fromkeys(_STOP, 0)  # a word that tells nothing is 0
        self._long: set[int] = set()  # numbers of words that can give an answer away

    def said(self, text: Text, value: str | None = None) -> Said:
        """Return what a text says, or a stretch `value` of it; words that are new get their numbers."""
        plain = plain_of(text.value if value is None else value)
        tokens = split_words(plain)
        try:
            words = set(map(self._numbers.__getitem__, tokens))
        except KeyError:  # as in ever fewer texts
            words = {self._number(it) for it in tokens}
        words.discard(0)
        return Said(text, plain, frozenset(words), number_of(" ".join(tokens)))

    def _number(self, word: str) -> int:
        if word not in self._numbers:
            self._numbers[word] = number_of(word)
            letters = len(word) >= _LONG and word.isalpha()
            if letters or _SYMBOL.fullmatch(word) or (_unspaced(word) and re.fullmatch(_TELLING_PAIR, word)):
                self._long.add(self._numbers[word])
        return self._numbers[word]

    def gives_away(self, seen: frozenset[int], plain: str, hidden: Said) -> bool:
        """Say whether all telling words are among those seen, in the same form, and one of them is long or a symbol.

        `plain` is the text seen: "one house" does not give away "two houses".
        """
        if not hidden.words <= seen or self._long.isdisjoint(hidden.words):
            return False
        return {word for word in split_words(hidden.plain) if self._numbers.get(word)} <= {*split_words(plain)}

    def in_a_row(self, plain: str, hidden: Said) -> bool:
        """Say whether the telling words of `hidden` follow one another in the text seen, as in what they name."""
        here, there = (
            " ".join([word for word in split_words(text) if self._numbers.get(word) and len(word) > 1])
            for text in (hidden.plain, plain)
        )
        return f" {here} " in f" {there} "


def telling(words: str) -> frozenset[str]:
    """Return the words of a text, split at spaces, that can tell what it is about: of plain letters those of four."""
    return frozenset(it for it in words.split() if it not in _STOP and (len(it) >= _TELLING or not it.isascii()))


def number_of(words: str) -> int:
    """Return the number of a word, or of words in their order: never 0, and as good as never that of others."""
    return int.from_bytes(blake2b(words.encode("utf-8", "surrogatepass"), digest_size=6).digest(), "big") + 1


def plain_of(value: str) -> str:
    """Return a text in small letters, without the marks and addresses of Markdown.

    A formula, a piece of code and a picture are one word each: the same only where they are typed the same.
    """
    return (_MARKUP.sub(_replaced, value) if _MARKED.search(value) else value).casefold()


def unmarked(value: str) -> str:
    """Return a text as `plain_of` does, with its capitals."""
    return _MARKUP.sub(_replaced, value) if _MARKED.search(value) else value


def signs(value: str) -> tuple[str, ...]:
    """Return what tells texts of the same words apart: single letters and signs, as typed. `%m` is not `%M`."""
    text = unmarked(value).strip()
    return (text,) if len(text) <= _SHORT else tuple(_SIGNS.findall(text))


def split_words(plain: str) -> list[str]:
    """Return the words of a plain text, without punctuation; of a script without spaces each two neighbours."""
    if plain.isascii():  # the same as _TOKEN finds, in a third of the time
        return plain.encode().translate(_SPACED).decode().split()
    tokens: list[str] = _TOKEN.findall(plain)
    return [word for it in tokens for word in _pairs(it)] if _unspaced(plain) else tokens


def _pairs(token: str) -> list[str]:
    runs: list[str] = re.findall(_RUNS, token)
    return [
        pair
        for run in runs
        for pair in ([run] if not _JOINED.match(run) else [run[at : at + 2] for at in range(max(1, len(run) - 1))])
    ]


def is_joined(plain: str) -> bool:
    """Say whether a text is in a Chinese language: at least half of its letters are Han, and none is kana."""
    if not _unspaced(plain) or not _JOINED.search(plain) or re.search(f"[{_KANA}]", plain):
        return False
    return 2 * len(_JOINED.findall(plain)) >= sum(map(str.isalpha, plain))


def _unspaced(text: str) -> bool:
    """Say whether a text can hold signs of a script without spaces, in a fraction of the time to look for them."""
    return not text.isascii() and _UNSPACED.search(text.encode("utf-8", "surrogatepass")) is not None


def _replaced(match: re.Match[str]) -> str:
    if match["tex"]:
        return f" formula{crc32(''.join(match['tex'].split()).encode())} "
    if match["code"]:
        return f" code{crc32(match['code'].encode())} "
    return f" file{crc32(match['file'].encode())} " if match["file"] else ""  # its description is not seen


def count(plain: str) -> int:
    """Return about how many words a text has, as typed or plain: what holds a letter or a digit."""
    joined = 0
    if _unspaced(plain):
        plain, signs = _JOINED.subn(" ", plain)
        plain, letters = _JOINED_LETTERS.subn(" ", plain)
        joined = signs // 2 + letters // 5
    return joined + sum(1 for it in plain.split() if _LETTER.search(it))


def longer(plain: str, words: int) -> bool:
    """Say whether a plain text has more than so many words."""
    if len(plain) <= 2 * words:
        return False
    return (_unspaced(plain) or len(plain.split()) > words) and count(plain) > words
