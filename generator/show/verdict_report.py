"""The verdict of a rehearsal -> what is printed: a table of the notes that a release changes, or JSON."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from generator.base.characters import visible
from generator.base.diagnostics import counted
from generator.show.printing import Paint, dumped, plain_paint

if TYPE_CHECKING:
    from generator.collection.verify import Verdict  # brings anki, which only verify needs

_SOME = 10  # notes that are named of those with one problem


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
