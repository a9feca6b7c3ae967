"""Diagnostics and their corrections -> what is printed: text, JSON or GitHub's annotations."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from generator.base.characters import SUSPICIOUS, forbidden, shown_width, visible
from generator.base.diagnostics import Diagnostic, Severity, counted
from generator.base.place import Span
from generator.show.printing import Paint, Role, dumped, plain_paint

if TYPE_CHECKING:  # a check without --fix has no need of it
    from generator.pipeline.fixes import Fixed

_WIDEST = 110  # columns of a line that is shown
_MARGIN = 10  # columns beside an excerpt: number, bar, and what tells that it was cut


def as_text(found: Sequence[Diagnostic], paint: Paint = plain_paint, width: int = 0) -> str:
    """Return the diagnostics as an author reads them, each with its line and a caret under the words.

    Excerpts fit a terminal of `width` columns; 0 is for readers that fold no lines.
    """
    return "".join(_one(it, paint, width) + "\n" for it in found)


def _one(it: Diagnostic, paint: Paint, width: int) -> str:
    role: Role = "warning" if it.severity is Severity.WARNING else "error"
    kind = "warning: " if it.severity is Severity.WARNING else ""
    where, message, help, note = (visible(text) for text in (it.span.where, it.message, it.help, it.note))
    lines = [f"{paint(where, 'where')}: {paint(it.code, role)} {paint(kind, 'warning')}{message}"]
    if it.span.line:
        margin = " " * 5
        shown, before, marked = _excerpt(it.span, min(_WIDEST, width - _MARGIN) if width else _WIDEST)
        lines.append(f"{it.span.line:5} | {shown}".rstrip())
        beside = not width or _MARGIN + shown_width(before) + marked + len(help) <= width
        carets = f"{margin} | {before}{paint('^' * marked, role)}"
        lines.append(f"{carets} {paint(help, 'help')}".rstrip() if beside else carets)
        lines += [] if beside else [f"      = {paint(help, 'help')}"]
    elif help:
        lines.append(f"      = {paint(help, 'help')}")
    if note:
        lines.append(f"      = {note}")
    return "\n".join(lines)


def _excerpt(span: Span, widest: int) -> tuple[str, str, int]:
    """Return the line, what goes before the carets, and how many there are: in columns of a terminal."""
    line, start = span.excerpt, span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    first = max(0, start - widest // 2) if shown_width(line) > widest else 0
    shown = _printable(line[first : first + widest])
    head, body = _printable(line[first:start]), _printable(line[start : min(end, first + widest)])
    lead = "…" if first else ""
    tail = "…" if first + widest < len(line) else ""
    before = "".join("\t" if it == "\t" else " " * shown_width(it) for it in lead + head)
    return lead + shown + tail, before, max(1, shown_width(body))


def _printable(text: str) -> str:
    """Replace what a terminal or a workflow would act on, or show as nothing; the text keeps its length."""
    text = text.replace("##[", "#\ufffd[")
    if text.isprintable():
        return text
    shown = text
    for match in forbidden(text):  # each may be one character only
        shown = shown[: match.start()] + "\ufffd" + shown[match.end() :]
    return SUSPICIOUS.sub(lambda match: "\ufffd" * len(match[0]) if match[0] >= "\U000e0000" else match[0], shown)


def as_github(found: Iterable[Diagnostic]) -> str:
    """Return workflow commands. Source: GitHub docs, Workflow commands for GitHub Actions."""
    lines = []
    for it in found:
        place = f"file={_property(visible(it.span.path))}"
        if it.span.line:
            place += (
                f",line={it.span.line},col={it.span.column},endLine={it.span.end_line},endColumn={it.span.end_column}"
            )
        text = it.message + (f"; {it.help}" if it.help else "") + (f" ({it.note})" if it.note else "")
        lines.append(f"::{it.severity.value} {place},title={it.code}::{_escaped(visible(text))}\n")
    return "".join(lines)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def as_json(found: Iterable[Diagnostic]) -> str:
    """Return the diagnostics as a JSON list."""
    return dumped([described(it) for it in found])


def described(it: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic as JSON has it. Places of a file as a whole are null."""
    return {
        "path": it.span.path,
        **{key: value or None for key, value in _place(it.span).items()},
        "severity": it.severity.value,
        "code": it.code,
        "message": it.message,
        "help": it.help or None,
        "note": it.note or None,
        "fix": {**_place(it.fix.span), "text": it.fix.text} if it.fix else None,
    }


def _place(span: Span) -> dict[str, int]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def mistakes(found: Sequence[Diagnostic]) -> str:
    """Return "2 errors and 1 warning", or "no mistakes"."""
    wrong = sum(it.severity is Severity.ERROR for it in found)
    parts = [counted(number, what) for number, what in ((wrong, "error"), (len(found) - wrong, "warning")) if number]
    return " and ".join(parts) or "no mistakes"


def not_built(found: Sequence[Diagnostic]) -> str:
    """Return that nothing was written, or not all, and how much is to be fixed."""
    written = "written in part" if any(it.code == "P002" for it in found) else "nothing was written"
    return f"{written}: {mistakes(found)}"


def corrections(found: Sequence[Diagnostic]) -> str:
    """Return how many mistakes `check --fix` corrects, to follow the count of all."""
    number = sum(it.fix is not None for it in found)
    which = "it" if number == len(found) == 1 else f"{number:,} of them"
    return f"; check --fix corrects {which}" if number else ""


def corrected_text(fixed: "Fixed", would: bool = False) -> str:
    """Return "corrected 2 places in cards_src/deck/notes.yaml", a line for each file."""
    verb = "would correct" if would else "corrected"
    lines = [f"{verb} {counted(it.corrections, 'place')} in {visible(it.path)}" for it in fixed.edits]
    return "\n".join(lines) or "nothing to correct mechanically"


def fixes_json(fixed: "Fixed") -> str:
    """Return the files that change as a JSON list, each with its number of corrections and its diff."""
    from generator.pipeline.fixes import as_diff

    return dumped([{"path": it.path, "corrections": it.corrections, "diff": as_diff([it])} for it in fixed.edits])
