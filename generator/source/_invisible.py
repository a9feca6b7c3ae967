"""The text of a file -> the same without the characters that nobody sees, and each of them at its place."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice, pairwise

from generator.base.characters import SUSPECTS, SUSPICIOUS, forbidden, name_of
from generator.base.diagnostics import Diagnostic, Fix, warning
from generator.base.patterns import regex
from generator.base.place import Edit, Mended, Source, Span

_MOST = 20  # of one line that are shown
_TOO_MANY = 100_000  # of one file


def without(source: Source) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """Return the file without its invisible characters: what is wrong with it beside them is found, too.

    None where there are so many that the file is not one of notes.
    """
    text = source.text
    shows = text.replace("\n", "").isprintable()  # as most files are, and then nothing in them is forbidden
    runs = [] if shows else [Edit(it.start(), it.end(), "") for it in islice(forbidden(text), _TOO_MANY + 1)]
    if shows and not any(it in text for it in SUSPECTS):
        return source, ()
    found = [it for line in _by_line(source, _joined(runs)) for it in _invisible(source, line)]
    lost = [Edit(*it.span(), it[0]) for it in islice(SUSPICIOUS.finditer(text), _TOO_MANY)]
    for edit in (it for line in _by_line(source, lost) for it in line[:_MOST]):
        message = (
            "a character was lost here"
            if edit.text == "\ufffd"
            else "these look like characters of another encoding, or invisible ones"
        )
        found.append(warning(source.span(edit.start, edit.end), "Y004", message, "type the word again"))
    if len(runs) > _TOO_MANY:
        message, help = f"more than {_TOO_MANY:,} invisible characters", "write its texts into a new file"
        return None, (Diagnostic(Span(source.path), "Y002", message, help), *found)
    return Mended(source, runs) if runs else source, tuple(found)


def _joined(edits: Iterable[Edit]) -> list[Edit]:
    """Return edits that touch as one."""
    joined: list[Edit] = []
    for edit in edits:
        if joined and joined[-1].end == edit.start:
            joined[-1] = joined[-1]._replace(end=edit.end)
        else:
            joined.append(edit)
    return joined


def _by_line(source: Source, edits: Iterable[Edit]) -> list[list[Edit]]:
    """Return the edits of each line."""
    return [list(its) for _, its in groupby(edits, key=lambda it: source.position(it.start)[0])]


def _invisible(source: Source, runs: list[Edit]) -> Iterator[Diagnostic]:
    """Yield the invisible characters of a line. Of very many the last stands for the rest."""
    turned = _TURNS.search(source.line(source.position(runs[0].start)[0]))
    for at, run in enumerate(runs[:_MOST]):
        its = runs[at:] if at == _MOST - 1 else [run]
        help, fix = "delete it, or type the text again", None
        if not turned and all(_NOTHING.issuperset(source.text[it.start : it.end]) for it in its):
            between = "".join(source.text[one.end : next.start] for one, next in pairwise(its))
            fix = Fix(source.span(its[0].start, its[-1].end), between)
        message = f"invisible character {name_of(source.text[run.start])}"
        yield Diagnostic(source.span(run.start, run.end), "Y003", message, help, fix=fix)


# What shows nothing and means nothing. A control character may stand for a letter that was lost, and what turns the
# order of the letters around shows them otherwise than they are stored: in its line only the author knows.
_NOTHING = frozenset("\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff")
_TURNS = regex("[\u202d\u202e]")
