"""The warnings of a run and `lint-baseline.json` -> which of them are new, which it lets pass; and the file itself.

A deck that people have written for years begins with thousands of warnings. The file holds those of its first day, so
that `--strict` fails on what came later. A warning is known again by its deck, note, code and words, never by its
line; numbers in the words may change.
"""

import json
import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from generator.base.diagnostics import Diagnostic, Often, Severity, Share, errors
from generator.base.files import Output, Unusable, read_plain, replace_all
from generator.base.limits import MAX_BYTES
from generator.base.patterns import regex
from generator.base.place import Source, Span
from generator.deck.facts import Deck
from generator.deck.origin import beginnings, note_at
from generator.source.project import BASELINE, DeckFolder, Project

_FORMAT = 1
_DAMAGED = "Y026"
_PROJECT = "cards_src"  # a deck's folder in here belongs to a project, whichever of its decks are checked
_NUMBER = regex(r"[0-9]+(?:[.,][0-9]+)*")


class Warned(NamedTuple):
    """A warning by what stays when lines move. One in a note has a `note`, any other the `file` below its deck."""

    deck: str  # its id; "" for what lies outside of decks
    note: str
    file: str
    code: str
    message: str

    @property
    def key(self) -> "Warned":
        """Return what two runs have in common: an answer of 41 words that has 42 now is no news."""
        return self._replace(message=_NUMBER.sub("#", self.message))


class Weighed(NamedTuple):
    """The warnings of a run beside the baseline. What only `build` and `plan` say, of a deck's history, is left out."""

    path: Path  # of the baseline, which need not be there
    every: tuple[Warned, ...]  # all of them, in order of their places
    often: Often  # of what is new
    known: tuple[Diagnostic, ...]  # those that the baseline lets pass
    mended: int  # lines of the baseline that no warning is left for, where the decks could be read whole
    others: tuple[Warned, ...]  # its lines about decks that were not looked at
    named: "Mapping[Diagnostic, Named]"  # every warning as `every` has it


class Baseline(NamedTuple):
    """What the file holds; nothing where it is not there, or `found` says what is wrong with it."""

    path: Path
    of_others: bool = False  # whether it can hold lines about decks that are not looked at
    lines: tuple[Warned, ...] = ()
    found: tuple[Diagnostic, ...] = ()

    def weigh(
        self, found: Sequence[Diagnostic], named: Mapping[Diagnostic, "Named"], decks: Collection[str]
    ) -> tuple[tuple[Diagnostic, ...], Weighed]:
        """Return what is left to be said of `found`, and the rest. `decks` are the ids of those looked at."""
        left = Counter(it.key for it in self.lines)
        fresh, known, every = [], [], []
        for it in found:
            warned = named[it].warned if it in named else None
            every += [warned] if warned else []
            if warned and left[warned.key]:
                left[warned.key] -= 1
                known.append(it)
            else:
                fresh.append(it)
        others = tuple(it for it in self.lines if self.of_others and it.deck not in decks)
        mended = 0 if errors(found) else sum(left.values()) - len(others)
        return tuple(fresh), Weighed(self.path, tuple(every), _often(fresh, named), tuple(known), mended, others, named)


class Named(NamedTuple):
    """A warning by what stays, and how many notes its file has."""

    warned: Warned
    notes: int


def named(found: Iterable[Diagnostic], shown: str, deck: Deck | None = None) -> dict[Diagnostic, Named]:
    """Return every warning below the folder `shown` by its note; without a `deck`, of files outside of decks."""
    warnings = [it for it in found if it.severity is Severity.WARNING and not it.code.startswith("H")]
    begun = beginnings(deck, {it.span.path for it in warnings}) if deck and warnings else {}
    id, names = deck.id.value if deck else "", {}
    for it in warnings:
        note = note_at(it.span.line, begun[it.span.path]) if deck else ""
        file = "" if note else it.span.path.removeprefix(f"{shown}/")
        names[it] = Named(Warned(id, note, file, it.code, it.message), len(begun.get(it.span.path, ())))
    return names


def _often(found: Iterable[Diagnostic], named: Mapping[Diagnostic, Named]) -> Often:
    """Return in which files a rule hits more than a third of the notes."""
    hit: dict[tuple[str, str], set[str]] = {}
    sizes: dict[str, int] = {}
    for it in found:
        if it in named and named[it].warned.note:
            hit.setdefault((it.span.path, it.code), set()).add(named[it].warned.note)
            sizes[it.span.path] = named[it].notes
    return {key: Share(len(ids), sizes[key[0]]) for key, ids in hit.items() if 3 * len(ids) > sizes[key[0]]}


def load(source: Path, project: Project) -> Baseline:
    """Read the baseline of a folder of decks, or of the project that a deck belongs to."""
    home, alone = _home(source, project.decks)
    path = home / BASELINE
    of_others = alone and home != source
    if not os.path.lexists(path):
        return Baseline(path, of_others)
    try:
        text = read_plain(path, MAX_BYTES).decode("utf-8-sig")
        return Baseline(path, of_others, _parsed(Source(path.as_posix(), text.replace("\r\n", "\n"))))
    except Unusable as problem:
        found = _damaged(Span(path.as_posix()), f"this file cannot be used: {problem}")
    except UnicodeDecodeError:
        found = _damaged(Span(path.as_posix()), "the file is not UTF-8")
    except _Damaged as damaged:
        found = damaged.diagnostic
    return Baseline(path, of_others, found=(found,))


def _home(source: Path, decks: tuple[DeckFolder, ...]) -> tuple[Path, bool]:
    """Return the folder that the file lies in, and whether `source` is a deck itself."""
    if [it.path for it in decks] != [source]:
        return source, False
    above = source / ".." if source.name in ("", "..") else source.parent
    shared = above.resolve().name == _PROJECT or os.path.lexists(above / BASELINE)
    return above if shared else source, True


class _Damaged(Exception):
    """The file is not one that we wrote; never leaves this module."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def _damaged(
    span: Span, message: str, help: str = "restore it, or write it anew: deckwright check --baseline"
) -> Diagnostic:
    return Diagnostic(span, _DAMAGED, message, help)


def _parsed(source: Source) -> tuple[Warned, ...]:
    """Return the lines of the file. Raises _Damaged."""
    try:
        value = json.loads(source.text)
    except json.JSONDecodeError as problem:
        at = min(problem.pos, max(len(source.text) - 1, 0))
        raise _Damaged(_damaged(source.span(at, at + 1), "deckwright did not write this line")) from None
    except (ValueError, RecursionError):  # a number of a million digits, a million brackets
        value = None
    form = value.get("format") if isinstance(value, dict) else None
    if isinstance(form, int) and form > _FORMAT:
        help = "update deckwright here, too"
        raise _Damaged(_damaged(Span(source.path), "a newer deckwright wrote this file", help))
    lines = value.get("warnings") if isinstance(value, dict) and form == _FORMAT else None
    warned = [_line(it) for it in lines] if isinstance(lines, list) else [None]
    if None in warned:
        raise _Damaged(_damaged(Span(source.path), "deckwright did not write this file"))
    return tuple(it for it in warned if it)


def _line(value: Any) -> Warned | None:
    texts = [value.get(name, "") for name in Warned._fields] if isinstance(value, dict) else [None]
    return Warned(*(str(it) for it in texts)) if all(isinstance(it, str) for it in texts) and texts[3] else None


def hindered(found: Iterable[Diagnostic]) -> bool:
    """Say whether errors hide what the baseline should hold; a damaged one is replaced."""
    return errors(it for it in found if it.code != _DAMAGED)


def write(weighed: Weighed) -> int:
    """Let every warning of a run pass from now on, and none that was mended; return how many the file holds.

    `weighed` is `check.check(source).baseline`. The file lies in the folder of decks (`weighed.path`); the same
    warnings make the same bytes. Of a run with errors it would be wrong: see `hindered`.
    Raises Unusable where the file cannot be written.
    """
    lines = (*weighed.every, *weighed.others)
    replace_all([Output(weighed.path, text_of(lines))])
    return len(lines)


def text_of(lines: Iterable[Warned]) -> bytes:
    """Return the file that lets these warnings pass."""
    lines = sorted(lines)
    objects = ({name: text for name, text in it._asdict().items() if text} for it in lines)
    body = ",\n".join(f"    {json.dumps(it, ensure_ascii=False)}" for it in objects)
    text = f'{{\n  "format": {_FORMAT},\n  "warnings": [\n{body}\n  ]\n}}\n' if lines else _EMPTY
    return text.encode("utf-8", "backslashreplace")  # names of files may be no Unicode


_EMPTY = f'{{\n  "format": {_FORMAT},\n  "warnings": []\n}}\n'
