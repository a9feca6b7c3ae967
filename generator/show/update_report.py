"""What an update does to a collection, rehearsed or pushed -> what is printed: a table, every step, or JSON."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, Any

from generator.base.characters import visible
from generator.base.diagnostics import counted
from generator.show.printing import Paint, dumped, plain_paint

if TYPE_CHECKING:  # they bring anki, which only verify and push need
    from generator.collection.merge_plan import Step
    from generator.collection.push import Pushed
    from generator.collection.verify import Verdict

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
    lines += _ways(verdict)
    wrong = sum(bool(it.problem) for it in notes) + len(verdict.problems)
    fine = paint("fine: nothing lost, doubled or on another fact", "fine")
    lines.append(paint(counted(wrong, "problem"), "error") if wrong else fine)
    return "".join(f"{line}\n" for line in lines)


def _ways(verdict: "Verdict") -> Iterator[str]:
    """Yield a table of what an import and a merge keep, where both were rehearsed."""
    if len(verdict.ways) < 2:
        return
    yield f"{'kept by':12}" + "".join(f"  {way.name:>13}" for way in verdict.ways)
    for what in verdict.ways[0].kept:
        counts = (way.kept[what] for way in verdict.ways)
        yield f"{what:12}" + "".join(f"  {f'{kept:,} of {all:,}':>13}" for kept, all in counts)


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
    told = {"fine": verdict.fine, "import": verdict.counts, "notes": notes, "problems": verdict.problems}
    ways = {way.name: {what: list(it) for what, it in way.kept.items()} for way in verdict.ways}
    return dumped(told | ({"ways": ways} if len(ways) > 1 else {}))


_LONGEST = 60  # characters of a student's text
_DONE = {"add": "added", "update": "updated", "keep": "kept back", "move": "moved", "delete": "deleted"}
_TEXT = re.compile(r"<[^<>]*>")


def push_json(pushed: "Pushed") -> str:
    """Return what a push does as JSON."""
    steps = [{"step": it.step, "note": it.note, "field": it.field, "deck": it.deck} for it in pushed.plan.steps]
    described: dict[str, Any] = {
        "deck": pushed.deck,
        "release": pushed.release,
        "applied": pushed.applied,
        "backup": str(pushed.backup) if pushed.backup else None,
        "steps": steps,
        "remarks": list(pushed.plan.remarks),
    }
    return dumped(described)


def push_text(pushed: "Pushed", paint: Paint = plain_paint) -> str:
    """Return what a push does as a person reads it."""
    plan = pushed.plan
    told = [it for it in plan.steps if it.is_told]
    lines = [_line(it, paint) for it in told]
    lines += [f"note: {visible(it)}" for it in plan.remarks]
    own = len(plan.steps) - len(told)
    lines += [f"{counted(own, 'text')} of your own that no release changed: left as yours"] if own else []
    lines += [_summary(pushed)]
    return "".join(f"{line}\n" for line in lines)


def _line(step: "Step", paint: Paint) -> str:
    what = f"{paint(f'{step.step:<7}', 'warning' if step.behind else 'count')} {visible(step.note)}"
    more = [*([step.field] if step.field else []), *([f"-> {step.deck}"] if step.deck else [])]
    text = _words(step.text)
    if step.behind and step.field:
        more.append(f"yours stays: {text}")
    elif text:
        more.append(text)
    return f"{what}  {visible(' '.join(more))}".rstrip()


def _words(html: str) -> str:
    words = " ".join(unescape(_TEXT.sub(" ", html)).split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _summary(pushed: "Pushed") -> str:
    plan = pushed.plan
    notes = {step: {it.note for it in plan.steps if it.step == step and it.is_told} for step in _DONE}
    counts = Counter({step: len(ids) for step, ids in notes.items()})
    parts = list(_parts(counts))
    if not parts:
        return "nothing to do" if plan.does_nothing else "tags, looks or times only"
    return f"{counted(sum(counts.values()), 'note')}: {', '.join(parts)}"


def _parts(counts: Counter[str]) -> Iterator[str]:
    return (f"{counts[step]:,} {_DONE[step]}" for step in _DONE if counts[step])
