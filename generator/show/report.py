"""Diagnostics and results -> what is printed: text, JSON or GitHub's annotations."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from generator.base.characters import SUSPICIOUS, forbidden, shown_width, visible
from generator.base.diagnostics import Diagnostic, Severity, counted
from generator.base.place import Span

if TYPE_CHECKING:  # a check needs none of these
    from generator.collection.verify import Verdict  # brings anki, which only verify needs
    from generator.pipeline.fixes import Fixed
    from generator.pipeline.new import Begun  # brings the editor's schema, which only new needs

_WIDEST = 110  # columns of a line that is shown
_MARGIN = 10  # columns beside an excerpt: number, bar, and what tells that it was cut

Role = Literal["error", "warning", "where", "help", "count", "loss", "fine"]
Paint = Callable[[str, Role], str]  # a text and what it is -> the text in its colour


def plain_paint(text: str, what: Role) -> str:
    """Return the text without colour."""
    return text


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


def dumped(value: Any) -> str:
    """Return a value as JSON, on one line, as its own text."""
    text = json.dumps(value, ensure_ascii=True)  # so that it can be printed in any encoding
    return text.replace("\x7f", "\\u007f").replace("##[", "#\\u0023[") + "\n"  # nor does a runner find a command in it


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


def sized(size: int) -> str:
    """Return "24 kB" or "1.3 MB"."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def verdict_text(verdict: "Verdict", quiet: bool = False, paint: Paint = plain_paint, width: int = 80) -> str:
    """Return a table of the notes that a release changes, what is wrong, and what it comes to.

    What is wrong is folded to lines of at most `width` columns.
    """
    notes = verdict.notes
    first = all(it.status == "new" for it in notes)  # nothing was there to compare with
    told = [it for it in notes if not (it.problem or it.status == "kept" or quiet or first)]
    longest = max((len(visible(it.id)) for it in told), default=0)
    lines = [f"{'note':{longest}}  status     cards  kept"] if told else []
    lines += [f"{visible(it.id):{longest}}  {it.status:9}  {it.cards:5}  {it.kept:4}" for it in told]
    lines += [paint(line, "error") for line in _problems(verdict, width)]
    statuses = Counter(it.status for it in notes)
    kept = sum(it.kept for it in notes)
    lines.append(f"{counted(len(notes), 'note')}: " + ", ".join(f"{statuses[it]:,} {it}" for it in sorted(statuses)))
    lines.append(f"histories kept: {kept:,} of {kept + verdict.lost:,}")
    lines.append("Anki's import: " + ", ".join(f"{number:,} {name}" for name, number in verdict.counts.items()))
    wrong = sum(bool(it.problem) for it in notes) + len(verdict.problems)
    fine = paint("fine: nothing lost, doubled or on another fact", "fine")
    lines.append(paint(counted(wrong, "problem"), "error") if wrong else fine)
    return "".join(f"{line}\n" for line in lines)


def _problems(verdict: "Verdict", width: int) -> Iterator[str]:
    """Yield what is wrong, each sentence once, with some of the notes it is about."""
    ids: dict[str, list[str]] = {}
    for note in verdict.notes:
        if note.problem:
            ids.setdefault(note.problem, []).append(note.id)
    for problem, those in ids.items():
        more = f" and {len(those) - _SOME:,} more" if len(those) > _SOME else ""
        yield from _folded(f"problem in {counted(len(those), 'note')}: {visible(problem)}", width)
        yield from _folded(f"    {', '.join(visible(it) for it in those[:_SOME])}{more}", width, " " * 4)
    for problem in verdict.problems:
        yield from _folded(f"problem: {visible(problem)}", width)


def _folded(text: str, width: int, indent: str = "  ") -> list[str]:
    from textwrap import wrap

    return wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def verdict_json(verdict: "Verdict") -> str:
    """Return a verdict as a JSON object."""
    notes = [
        {"id": it.id, "status": it.status, "cards": it.cards, "kept": it.kept, "problem": it.problem or None}
        for it in verdict.notes
    ]
    return dumped({"fine": verdict.fine, "import": verdict.counts, "notes": notes, "problems": verdict.problems})


def begun_text(begun: "Begun", folder: Path) -> str:
    """Return the files that a new project has."""
    return "".join(f"{visible((folder / path).as_posix())}\n" for path in begun.files)


def begun_json(begun: "Begun", folder: Path) -> str:
    """Return what was begun as a JSON object."""
    return dumped({"deck": begun.id, "name": begun.name, "folder": folder.as_posix(), "files": list(begun.files)})


_SOME = 10  # notes that are named of those with one problem
