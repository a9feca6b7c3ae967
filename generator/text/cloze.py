"""A text -> where its clozes and its TeX begin and end, by Anki's own rules, or what is wrong with them.

Anki ends a cloze at the first `}}`, also inside TeX, and begins its hint at the first `::`. Here braces are counted and
TeX is seen, so that `{{c1::\\(\\frac{a}{\\sqrt{b}}\\)}}` ends where its author ended it; `escape.guard` writes it so
that Anki agrees.
"""

import re
from bisect import bisect_left
from enum import Enum, auto
from typing import NamedTuple

from generator.base.characters import blank
from generator.base.limits import MAX_CARDS
from generator.base.patterns import regex
from generator.markdown.code_spans import Code, code_in, within


class Part(Enum):
    """What a stretch of a text is."""

    OPEN = auto()  # {{c1::
    CLOSE = auto()  # ::hint}} or }}
    TEX = auto()  # \( ... \), or a stretch of it beside a cloze


class Token(NamedTuple):
    """A stretch `text[start:end]` that is not prose. `numbers` are those of an OPEN; `hint` is that of a CLOSE."""

    part: Part
    start: int
    end: int
    numbers: tuple[int, ...] = ()
    hint: str = ""
    in_tex: bool = False


class Fault(NamedTuple):
    """What is wrong with `text[start:end]`, and what takes its place where nothing else can have been meant."""

    start: int
    end: int
    code: str
    message: str
    help: str
    right: str | None = None


class Scan(NamedTuple):
    """The tokens of a text in order, the faults, and what each number hides: the cloze's text without its hint.

    `formulas` are the places of whole ones with their delimiters, those of hints among them.
    """

    tokens: tuple[Token, ...]
    faults: tuple[Fault, ...]
    hidden: tuple[tuple[int, str], ...]
    formulas: tuple[tuple[int, int], ...] = ()
    code: tuple[Code, ...] = ()  # in which a backslash is a backslash, and nothing is a formula


class Piece(NamedTuple):
    """A stretch of a cloze text and where it begins, the cards that hide it, if any, and the hint of its cloze."""

    text: str
    start: int
    numbers: tuple[int, ...] = ()
    hint: str = ""


_SPECIAL = re.compile(r"\\.|\{\{\s{0,3}[cC]\s{0,3}[0-9,\s]{0,80}:{1,3}|[{}]|::", re.DOTALL)
_OPENING = re.compile(r"\{\{c([0-9]{1,9}(?:,[0-9]{1,9}){0,20})::")
_MAX_NESTED = 5
_MAX_NUMBERS = 8  # over one text: each is a cloze to Anki, which before 26.5 reads no ninth
_MAY_BE_CODE = re.compile(r"[`<(]")
# Code and addresses, in which `::` begins no hint.
_NO_HINT = regex(r"(`+)(?:(?!\1|\{\{c\d).)+?\1|<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\s]*>|\]\([^()\s]*\)", re.DOTALL)
EMPTY_TEX = re.compile(r"\\\(\s*\\\)|\\\[\s*\\\]")  # a formula that shows nothing
_EITHER = "write '\\::' where it is a part of the text, and ':: ' with a space before a hint"
_NAME = re.compile(  # std::vector, Vec::new() and Vec::<u8>
    r"(?:(?:std|boost|serde|tokio)(?=::\w)|\w+(?=::(?:\w+\(\)|\w*<(?!su[bp]>)\w+>)))(::)[\w:]+"
)
_CLOSER = {"\\(": "\\)", "\\[": "\\]"}


# Clozes of words, as most are. Where a text has other marks than these, it is scanned.
_ORDINARY = re.compile(r"\{\{c([1-9][0-9]{0,2})::([^{}:\\`<\[]+)(?:::([^{}:\\`<\[]+))?\}\}")
_MARK = re.compile(r"[\[\]\\`*_<\n$^~=&•‣◦▪●“„«]")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = frozenset(_LETTERS + _LETTERS.upper() + "0123456789")  # beside which no sign changes its meaning
_WORDS = re.compile(r"(?!(?i:latex|anki))[0-9A-Za-z](?:.*[0-9A-Za-z])?")


class _Cloze:
    """A cloze that has not ended, and where its text begins."""

    def __init__(self, start: int, text: int, numbers: tuple[int, ...], in_tex: bool) -> None:
        self.start, self.text, self.numbers, self.in_tex = start, text, numbers, in_tex
        self.depth = 0  # braces open inside it
        self.hint = -1  # where its `::` begins
        self.code: list[tuple[int, int]] | None = None  # where code and addresses begin and end, once it was looked up


class _Scanner:
    def __init__(self, text: str, clozes: bool, code: tuple[Code, ...]) -> None:
        self.text, self.clozes, self.code = text, clozes, code
        self.tokens: list[Token] = []
        self.faults: list[Fault] = []
        self.hidden: list[tuple[int, str]] = []
        self.formulas: list[tuple[int, int]] = []
        self.open: list[_Cloze] = []
        self.tex = -1  # where the stretch of TeX began that is being read
        self.closer = ""  # what ends it
        self.opened = -1  # where its \( stands

    def fault(self, start: int, end: int, code: str, message: str, help: str) -> None:
        self.faults.append(Fault(start, end, code, message, help))


def _ordinary(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a text in which all clozes are ordinary; nothing where it has to be scanned."""
    found: list[Piece] = []
    at = 0
    for match in _ORDINARY.finditer(text):
        number, hidden, hint = match.groups("")
        if int(number) > MAX_CARDS or (not hidden[0].isalnum() and blank(hidden)) or (hint and not hint.strip()):
            return ()
        found += Piece(text[at : match.start()], at), Piece(hidden, match.start(2), (int(number),), hint.strip())
        at = match.end()
    found.append(Piece(text[at:], at))
    if any("{" in it.text or "}" in it.text or "\\" in it.text for it in found[::2]):
        return ()  # nested clozes, formulas, slips
    return tuple([it for it in found if it.text])


def hidden_words(text: str) -> tuple[tuple[int, str], ...]:
    """Return what each number of a plain text hides; nothing where the text has to be scanned."""
    if _MARK.search(text):
        return ()
    found = [it for it in _ordinary(text) if it.numbers]
    hints = [it.hint for it in found if it.hint]
    if text.count(":") != 2 * len(found) + 2 * len(hints) or not all(map(_WORDS.fullmatch, hints)):
        return ()  # a colon of the author's may belong to an address
    hidden = tuple([(it.numbers[0], it.text) for it in found])
    return hidden if all(words[0] in _WORD for _, words in hidden) else ()


def hidden_in(text: str) -> tuple[tuple[int, str], ...]:
    """Return what each number of a text hides."""
    return hidden_words(text) or scan(text, clozes=True).hidden


def scan(text: str, clozes: bool) -> Scan:
    """Find clozes (where `clozes`) and TeX. Linear in the length of the text."""
    state = _Scanner(text, clozes, code_in(text))
    at = 0
    while match := _SPECIAL.search(text, at):
        at = _take(state, match)
    _finish(state)
    formulas = tuple(state.formulas)
    return Scan(tuple(state.tokens), tuple(state.faults), tuple(state.hidden), formulas, state.code)


def _take(state: _Scanner, match: re.Match[str]) -> int:
    """Take one special stretch; return where to go on."""
    found, start, end = match[0], match.start(), match.end()
    if found[0] == "\\":
        if within(state.code, start):
            return start + (3 if state.open and state.text.startswith("::", start + 1) else 1)
        _backslash(state, found, start, end)
    elif found.startswith("{{") and state.clozes:
        _opening(state, start, end)
    elif found == "::" and state.clozes:
        _double_colon(state, start, end)
    elif state.open and state.open[-1].in_tex == bool(state.closer):
        if found[0] == "{":
            state.open[-1].depth += 1
        elif found == "}":
            return _closing_brace(state, start)
    return end


def _backslash(state: _Scanner, found: str, start: int, end: int) -> None:
    if not state.closer and found in _CLOSER:
        state.tex = state.opened = start
        state.closer = _CLOSER[found]
    elif found == state.closer:
        if state.open and state.open[-1].in_tex:
            _unclosed(state, state.open.pop())
        _flush_tex(state, end)
        state.formulas.append((state.opened, end))
        state.tex, state.closer = -1, ""


def _flush_tex(state: _Scanner, end: int) -> None:
    if 0 <= state.tex < end:
        state.tokens.append(Token(Part.TEX, state.tex, end))


def no_card(start: int, end: int, written: str) -> Fault:
    """Return the fault of what looks like the beginning of a cloze and is not."""
    digits = re.search(r"[1-9][0-9]{0,2}", written)
    help = f"write '{{{{c{digits[0] if digits else 1}::text}}}}'"
    return Fault(start, end, "C103", f"'{written}' makes no card", help)


def _opening(state: _Scanner, start: int, end: int) -> None:
    opening = _OPENING.match(state.text, start)
    if not opening and within(state.code, start):
        return
    if not opening:
        state.faults.append(no_card(start, end, state.text[start:end]))
        return
    numbers = tuple(int(it) for it in opening[1].split(","))
    for number in numbers:
        if not 0 < number <= MAX_CARDS:
            state.fault(
                start,
                opening.end(),
                "C104",
                f"there is no cloze number {number}",
                f"number clozes from 1 to {MAX_CARDS}",
            )
    if state.open and state.open[-1].hint >= 0:
        state.fault(
            start, opening.end(), "C106", "a cloze inside a hint", "hints are plain text: close the outer cloze first"
        )
    depth = len(state.open)
    if depth == _MAX_NESTED:
        state.fault(
            start, opening.end(), "C107", f"clozes nested more than {_MAX_NESTED} deep", "make several notes of it"
        )
    elif depth < _MAX_NESTED and sum(len(set(it.numbers)) for it in state.open) + len(set(numbers)) > _MAX_NUMBERS:
        message = f"more than {_MAX_NUMBERS} cloze numbers hide one text"
        state.fault(start, opening.end(), "C107", message, "make several notes of it")
    in_tex = bool(state.closer)
    if in_tex:
        _flush_tex(state, start)
        state.tex = opening.end()
    state.tokens.append(Token(Part.OPEN, start, opening.end(), numbers, in_tex=in_tex))
    state.open.append(_Cloze(start, opening.end(), numbers, in_tex))


def _double_colon(state: _Scanner, start: int, end: int) -> None:
    top = state.open[-1] if state.open else None
    if top is None or top.depth or top.in_tex != bool(state.closer):
        return
    if len(state.open) > _MAX_NESTED:  # already reported, and thousands that nobody closed may follow
        return
    if _in_code(state.text, top, start):
        return
    if within(state.code, start) and not state.text[end : end + 1].isspace():
        if within(state.code, top.start):
            state.fault(start, end, "C106", "this '::' may be code, or begin a hint", _EITHER)
        return
    if top.hint < 0 and not top.in_tex and (name := _NAME.match(state.text, top.text)) and name.start(1) == start:
        state.fault(start, end, "C106", f"'{name[0]}' may be code, or a hint may begin at its '::'", _EITHER)
        return
    if top.hint >= 0:
        state.fault(
            start,
            end,
            "C106",
            "a second '::' in one cloze",
            "the first '::' begins the hint; write '\\::' for a '::' of the text itself",
        )
    else:
        top.hint = start


def _in_code(text: str, cloze: _Cloze, at: int) -> bool:
    """Say whether a place inside a cloze is inside code or an address."""
    if cloze.code is None:
        if not _MAY_BE_CODE.search(text, cloze.text, at):  # as nearly always
            return False
        cloze.code = [it.span() for it in _NO_HINT.finditer(text, cloze.text)]
    before = bisect_left(cloze.code, (at,)) - 1
    return before >= 0 and at < cloze.code[before][1]


def _closing_brace(state: _Scanner, start: int) -> int:
    top = state.open[-1]
    if top.depth:
        top.depth -= 1
        return start + 1
    if not state.text.startswith("}}", start):
        return start + 1
    state.open.pop()
    ended = top.hint if top.hint >= 0 else start
    inside = state.text[top.text : ended]
    if top.hint >= 0 and blank(state.text[top.hint + 2 : start]):
        state.fault(top.hint, start, "C106", "an empty hint", "write the hint after '::', or delete the '::'")
    hint = state.text[top.hint + 2 : start].strip() if top.hint >= 0 else ""
    while state.tokens and state.tokens[-1].start >= ended:  # a formula in the hint goes with the hint
        state.tokens.pop()
    if blank(EMPTY_TEX.sub("", inside)):
        state.fault(
            top.start,
            start + 2,
            "C105",
            "a cloze that hides nothing makes no card",
            f"write the text to hide: '{{{{c{top.numbers[0]}::text}}}}'",
        )
    if top.in_tex:
        _flush_tex(state, ended)
        state.tex = start + 2
    state.tokens.append(Token(Part.CLOSE, ended, start + 2, hint=hint, in_tex=top.in_tex))
    state.hidden += [(number, inside) for number in top.numbers]
    return start + 2


def _unclosed(state: _Scanner, cloze: _Cloze) -> None:
    inside = "; a '{' inside it is not closed" if cloze.depth else ""
    state.fault(
        cloze.start,
        cloze.text,
        "C102",
        f"this cloze is never closed{inside}",
        "write '}}' where it ends; in braces of its own each '{' needs its '}'",
    )


def _finish(state: _Scanner) -> None:
    if state.closer:
        begun = state.text[state.opened : state.opened + 2]
        state.fault(
            state.opened,
            state.opened + 2,
            "C211",
            "this formula is never closed",
            f"write '{state.closer}' where it ends, or '\\{begun}' if it is none",
        )
    for cloze in state.open:
        _unclosed(state, cloze)
    state.tokens.sort(key=lambda token: token.start)


def pieces(text: str) -> tuple[Piece, ...]:
    """Return a cloze text in pieces, in their order; nothing where a cloze in it has a fault."""
    return _ordinary(text) or _scanned(text)


def _scanned(text: str) -> tuple[Piece, ...]:
    scanned = scan(text, clozes=True)
    if scanned.faults:
        return ()
    hints = _hints(scanned.tokens)
    found: list[Piece] = []
    open: list[tuple[tuple[int, ...], str]] = []
    at = 0
    for token in (it for it in scanned.tokens if it.part is not Part.TEX):
        numbers = tuple(number for numbers, _ in open for number in numbers)
        found.append(Piece(text[at : token.start], at, numbers, open[-1][1] if open else ""))
        if token.part is Part.OPEN:
            open.append((token.numbers, hints[token.start]))
        else:
            open.pop()
        at = token.end
    return tuple(it for it in (*found, Piece(text[at:], at)) if it.text)


def _hints(tokens: tuple[Token, ...]) -> dict[int, str]:
    """Return where each cloze begins -> its hint."""
    hints: dict[int, str] = {}
    open: list[int] = []
    for token in tokens:
        if token.part is Part.OPEN:
            open.append(token.start)
        elif token.part is Part.CLOSE:
            hints[open.pop()] = token.hint
    return hints
