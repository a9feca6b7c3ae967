"""What is wrong, where, and what to type instead: the value every stage returns beside its result."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from generator.base.place import Span


class Severity(StrEnum):
    """An error stops a build; a warning does so only with --strict."""

    ERROR = "error"
    WARNING = "warning"


class Fix(NamedTuple):
    """A correction that cannot change what was meant: `text` takes the place of `span`. Line breaks are "\\n"."""

    span: Span
    text: str


class Diagnostic(NamedTuple):
    """One mistake. The code is a key of `codes.toml`; message and help are lower case without a full stop."""

    span: Span
    code: str
    message: str
    help: str = ""  # what to type next
    note: str = ""  # the other place, where there are two
    severity: Severity = Severity.ERROR
    fix: Fix | None = None  # what `check --fix` writes; only where nothing else can have been meant


class Share(NamedTuple):
    """How many notes of a file have a warning."""

    notes: int
    of: int


Often = Mapping[tuple[str, str], Share]  # by file and code: where a rule hits more than a third of a file's notes


def warning(span: Span, code: str, message: str, help: str = "", note: str = "", fix: Fix | None = None) -> Diagnostic:
    """Return a diagnostic that does not stop a build."""
    return Diagnostic(span, code, message, help, note, Severity.WARNING, fix)


def without_allowed(found: Iterable[Diagnostic], allows: Callable[[str], bool]) -> list[Diagnostic]:
    """Return what is left when a note's author has a reason for some warnings. Errors stay."""
    return [it for it in found if it.severity is Severity.ERROR or not allows(it.code)]


def in_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return each diagnostic once, sorted by place, errors before warnings of the same place."""
    return tuple(sorted(dict.fromkeys(found), key=lambda it: (it.span, it.severity, it.code, it.message)))


def errors(found: Iterable[Diagnostic]) -> bool:
    """Say whether anything here stops a build."""
    return any(it.severity is Severity.ERROR for it in found)


_MANY, _NEAR = 100, 3  # options that are all compared; how far their lengths may be apart where there are more


def nearest(word: str, options: Iterable[str]) -> str:
    """Return the option most like `word`, or "" where none is near enough to offer."""
    best = likest(word, options)
    return best if best and _near(word.casefold()[:200], best.casefold()) else ""


def likest(word: str, options: Iterable[str]) -> str:
    """Return the option most like `word`, however far away."""
    from difflib import get_close_matches

    choices = list(options)
    if len(choices) > _MANY:  # comparing each with each would take minutes; a slip rarely changes beginning and length
        choices = [it for it in choices if it[:1] == word[:1] and abs(len(it) - len(word)) <= _NEAR][:_MANY]
    folded = {option.casefold(): option for option in choices}
    small = word.casefold()[:200]
    best = get_close_matches(small, list(folded), n=1, cutoff=0.6)
    return folded[best[0]] if best else ""


def _near(word: str, other: str) -> bool:
    """Say whether one is the other with a slip or two, or begins it: 'deck' is not near 'subdeck'."""
    begins = min(len(word), len(other)) >= 3 and (word.startswith(other) or other.startswith(word))
    return begins or slips_between(word, other) <= max(1, len(other) // 3)


def slips_between(word: str, other: str) -> int:
    """Return how many letters were left out, added, changed, or typed in each other's place."""
    older: list[int] = []
    before = list(range(len(other) + 1))
    for row, letter in enumerate(word, 1):
        now = [row]
        for column, its in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != its)))
            if row > 1 and column > 1 and letter == other[column - 2] and word[row - 2] == its:
                now[-1] = min(now[-1], older[column - 2] + 1)
        older, before = before, now
    return before[-1]


def did_you_mean(word: str, options: Iterable[str], otherwise: str = "") -> str:
    """Return "did you mean 'x'?" for the nearest option, else `otherwise`."""
    best = nearest(word, options)
    return f"did you mean '{best}'?" if best else otherwise


def listed(words: Iterable[str]) -> str:
    """Return "'a', 'b' and 'c'"."""
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1] if quoted else "none"


def a_or_an(what: str) -> str:
    """Return "an id" or "a key"."""
    return f"{'an' if what[:1] in 'aeiou' else 'a'} {what}"


def counted(number: int, one: str) -> str:
    """Return "1 note" or "1,204 notes"."""
    return f"{number:,} {one if number == 1 else one + 's'}"
