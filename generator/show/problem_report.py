"""Diagnostics and their corrections -> what is printed: text, JSON or GitHub's annotations."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.base import codes
from generator.base.characters import SUSPICIOUS, forbidden, shortened, shown_width, visible
from generator.base.diagnostics import Diagnostic, Often, Severity, Share, counted, in_order, warning
from generator.base.place import Span
from generator.show.printing import Paint, Role, dumped, plain_paint

if TYPE_CHECKING:  # a check without --fix has no need of it
    from generator.pipeline.check import Checked
    from generator.pipeline.fixes import Fixed

_WIDEST = 110  # columns of a line that is shown
_MARGIN = 10  # columns beside an excerpt: number, bar, and what tells that it was cut


def as_text(found: Sequence[Diagnostic], paint: Paint = plain_paint, width: int = 0) -> str:
    """Return the diagnostics as an author reads them, each with its line and a caret under the words.

    Excerpts fit a terminal of `width` columns; 0 is for readers that fold no lines.
    """
    return "".join(_one(it, paint, width) + "\n" for it in found)


_FEW, _FIRST = 5, 3  # warnings of a code up to which all are shown; how many are shown where there are more
_TABLE = 20  # warnings that are taken in without a table
_ONE_CAUSE = frozenset(("S202", "S203", "S206"))  # one key or tag is wrong wherever it stands


class _Entry(NamedTuple):
    """A diagnostic that stands for `number` of them."""

    shown: Diagnostic
    number: int


class Group(NamedTuple):
    """The warnings of a code: their number, the first of them, and how many are not among these."""

    code: str
    number: int
    shown: tuple[Diagnostic, ...]
    more: int

    @property
    def is_whole(self) -> bool:
        """Whether every warning is shown by itself."""
        return len(self.shown) == self.number


def grouped(found: Sequence[Diagnostic], often: Often) -> tuple[list[Group], list[Diagnostic]]:
    """Return the warnings by code, the most frequent first, and what is never left out: each cause of it once."""
    warnings: dict[str, list[Diagnostic]] = {}
    for it in found:
        if _is_one_of_many(it):
            warnings.setdefault(it.code, []).append(it)
    groups = [_group(code, its, often) for code, its in warnings.items()]
    rest = _by_cause([it for it in found if not _is_one_of_many(it)])
    return sorted(groups, key=lambda it: (-it.number, it.code)), rest


def _group(code: str, found: Sequence[Diagnostic], often: Often) -> Group:
    entries = _entries(code, found, often)
    shown = entries if len(entries) <= _FEW else entries[:_FIRST]
    more = sum(it.number for it in entries[len(shown) :])
    return Group(code, len(found), tuple(it.shown for it in shown), more)


def in_brief(found: Sequence[Diagnostic], often: Often, every: str, paint: Paint = plain_paint, width: int = 0) -> str:
    """Return the diagnostics as an author reads many of them: every error, and of each code's warnings the first.

    Few are shown as `as_text` shows them. `every` is the command that shows each warning. Errors come last where there
    are many warnings, which is next to the prompt.
    """
    groups, rest = grouped(found, often)
    is_whole = all(it.is_whole for it in groups)
    table = _table(groups, paint, width) if sum(it.number for it in groups) > _TABLE else ""
    hint = f"{every} shows each place, deckwright explain {groups[0].code} says why\n" if table or not is_whole else ""
    if is_whole:
        few = in_order([*rest, *(shown for it in groups for shown in it.shown)])
        return as_text(few, paint, width) + (f"\n{table}{hint}" if table else "")
    parts = [_group_text(it, paint, width) for it in groups]
    return "\n".join(it for it in (*parts, table + hint, as_text(rest, paint, width)) if it)


def _is_one_of_many(it: Diagnostic) -> bool:
    """Say whether this is a warning about how a note is written; those of a history or a package are all shown."""
    return it.severity is Severity.WARNING and it.code[0] not in "HP"


def _entries(code: str, found: Sequence[Diagnostic], often: Often) -> list[_Entry]:
    """Return the warnings of a code in order of their places, one for a file or folder where most of it is meant."""
    alike: dict[tuple[object, ...], list[Diagnostic]] = {}
    here = Counter(it.span.path for it in found)
    for it in found:
        share = often.get((it.span.path, code))
        is_usual = share is not None and here[it.span.path] >= share.notes
        of_folder = (it.span.path.rpartition("/")[0], it.message) if not it.span.line else (it,)
        alike.setdefault((it.span.path, share) if is_usual else of_folder, []).append(it)
    entries = []
    for key, its in alike.items():
        if len(its) <= _FEW:
            entries += [_Entry(it, 1) for it in its]
        else:
            entries.append(
                _Entry(_of_a_file(its, key[1]) if isinstance(key[1], Share) else _of_a_folder(its), len(its))
            )
    return entries


def _of_a_file(found: Sequence[Diagnostic], share: Share) -> Diagnostic:
    """Return one warning for a file; its place is the first of them, and no line of it is shown."""
    first = found[0]
    message = f"in {share.notes:,} of {counted(share.of, 'note')}: {codes.table()[first.code].title}"
    return warning(Span(first.span.where), first.code, message)


def _of_a_folder(found: Sequence[Diagnostic]) -> Diagnostic:
    first = found[0]
    folder = first.span.path.rpartition("/")[0]
    names = ", ".join(f"'{it.span.path.rpartition('/')[2]}'" for it in found[:_FIRST])
    message = f"{first.message}: {names} and {len(found) - _FIRST:,} more"
    return warning(Span(folder), first.code, message, first.help)


def _group_text(group: Group, paint: Paint, width: int) -> str:
    """Return the first places of a code's warnings, and how many more there are."""
    more = f"      and {paint(f'{group.more:,}', 'count')} more {paint(group.code, 'warning')}\n" if group.more else ""
    first, *others = group.shown
    brief = [it._replace(help="") if it.help == first.help else it for it in others]  # said once
    return as_text([first, *brief], paint, width) + more


def _by_cause(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics, those of one cause once, with their other places."""
    alike: dict[object, list[Diagnostic]] = {}
    for it in found:
        alike.setdefault((it.code, it.message) if it.code in _ONE_CAUSE else it, []).append(it)
    return [its[0]._replace(note=_with_places(its)) if len(its) > 1 else its[0] for its in alike.values()]


def _with_places(found: Sequence[Diagnostic]) -> str:
    first, *others = found
    also = ", ".join(it.span.where for it in others[:_FIRST])
    more = f" and {counted(len(others) - _FIRST, 'more place')}" if len(others) > _FIRST else ""
    return f"{first.note}; also at {also}{more}".removeprefix("; ")


def _table(groups: Sequence[Group], paint: Paint, width: int) -> str:
    """Return how many warnings there are of each code, and what it means."""
    titles, widest = codes.table(), len(f"{groups[0].number:,}")
    lines = [f"{counted(sum(it.number for it in groups), 'warning')} by code:"]
    for code, number, *_ in groups:
        title = shortened(titles[code].title, (width or 80) - widest - 9)
        lines.append(
            f"  {paint(f'{number:{widest},}', 'count')}  {paint(code, 'warning')}{' ' * (5 - len(code))}{title}"
        )
    return "\n".join(lines) + "\n"


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


_MOST = 10  # annotations of errors, and of warnings, that GitHub shows of a step


def as_github(found: Sequence[Diagnostic], every: bool = False) -> str:
    """Return workflow commands, and what GitHub would not show: errors as lines of the log, the number of all.

    Source: GitHub docs, Workflow commands for GitHub Actions; its limit of annotations.
    """
    wrong = [it for it in found if it.severity is Severity.ERROR]
    warned = [it for it in found if it.severity is Severity.WARNING]
    first = set({it.code: it for it in reversed(warned)}.values())
    warned.sort(key=lambda it: it not in first)  # of each code one, before a second of any
    chosen = {*wrong[:_MOST], *warned[:_MOST]}
    lines = [_annotation(it) for it in found if every or it in chosen]
    if every or len(lines) == len(found):
        return "".join(lines)
    lines += [f"{visible(f'{it.span.where}: {it.code} {_with_help(it)}')}\n" for it in wrong[_MOST:]]
    left = [it for it in found if it not in chosen]
    why = f"GitHub shows {_MOST} of each; deckwright check shows all"
    lines.append(f"::notice title=deckwright::not shown: {mistakes(left)}, as {why}\n")
    return "".join(lines)


def _annotation(it: Diagnostic) -> str:
    place = f"file={_property(visible(it.span.path))}"
    if it.span.line:
        place += f",line={it.span.line},col={it.span.column},endLine={it.span.end_line},endColumn={it.span.end_column}"
    return f"::{it.severity.value} {place},title={it.code}::{_escaped(visible(_with_help(it)))}\n"


def _with_help(it: Diagnostic) -> str:
    return it.message + (f"; {it.help}" if it.help else "") + (f" ({it.note})" if it.note else "")


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


def checked_summary(checked: "Checked", strict: bool, form: str) -> str:
    """Return how much is wrong and how much was checked, and for a reader of text what to do about it."""
    from generator.pipeline.check import passes

    found = checked.diagnostics
    counts = _counts(checked) if passes(found, strict=False) else ""
    only_warned = form == "text" and passes(found, strict) and found
    strictly = f"; --strict, as in CI, fails on {_them(len(found))}" if only_warned else ""
    wrong = mistakes(found) if found or not checked.baseline.known else "nothing new"
    return wrong + counts + strictly + (corrections(found) + _silenced(checked) if form == "text" else "")


def _silenced(checked: "Checked") -> str:
    """Return how many warnings the baseline keeps silent, and how many of it are mended, a line each."""
    before, path = checked.baseline, visible(checked.baseline.path.as_posix())
    known, mended = len(before.known), before.mended
    silent = f"\n{counted(known, 'known warning')} in {path}: --all shows {_them(known)}" if known else ""
    are = "is" if mended == 1 else "are"
    gone = f"\n{mended:,} of the baseline {are} mended: check --baseline drops {_them(mended)}" if mended else ""
    return silent + gone


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def languages_without_words(checked: "Checked") -> str:
    """Return a line for each deck in a language in which some rules have no words."""
    from generator.lint.languages import NEED_WORDS, reads

    foreign = [it.authored for it in checked.both if it.authored.language and not reads(it.authored.language.value)]
    rules = f"{', '.join(NEED_WORDS[:-1])} and {NEED_WORDS[-1]}"
    return "".join(
        f"{deck.id.value}: {rules} find nothing in '{deck.language.value}', of which they have no words\n"
        for deck in foreign
        if deck.language
    )


def _counts(checked: "Checked") -> str:
    notes = sum(len(deck.notes) for deck in checked.decks)
    cards = sum(deck.cards for deck in checked.decks)
    return f" in {counted(notes, 'note')} with {counted(cards, 'card')}"


def on_a_page(
    every: Sequence[Diagnostic], often: Often, tell: Callable[[Diagnostic, bool], dict[str, Any]]
) -> dict[str, Any]:
    """Return `found`, every mistake as text, and `problems`, what of it stands on top: of many of a code the first.

    A warning that is shown at its card alone comes without its line of the source: there may be thousands. One that
    stands for several comes last in `found`, with `of` the first of them. `tell` gives one, briefly or not.
    """
    groups, rest = grouped(every, often)
    firsts = [shown for it in groups for shown in it.shown]
    if any(it.more for it in groups):
        tops = [("", rest, ""), *((_title(it), it.shown, f"and {it.more:,} more" * (it.more > 0)) for it in groups)]
    else:
        tops = [("", in_order([*rest, *firsts]), "")]
    on_top = dict.fromkeys([*rest, *firsts])
    places = {it: at for at, it in enumerate(dict.fromkeys([*every, *on_top]))}
    first = {(it.span, it.code): places[it] for it in reversed(every)}
    found = [tell(it, it not in on_top) for it in every]
    found += [{**tell(it, False), "of": first.get((it.span, it.code), -1)} for it in [*places][len(every) :]]
    return {"found": found, "problems": [[title, [places[it] for it in its], more] for title, its, more in tops]}


def _title(group: Group) -> str:
    return f"{group.code}: {codes.table()[group.code].title}, {group.number:,} times"
