"""What a push does to a collection -> text or JSON: every step, and what stays as the student has it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, Any

from generator.base.characters import visible
from generator.base.diagnostics import counted
from generator.show.report import Paint, plain_paint

if TYPE_CHECKING:
    from generator.collection.merge_plan import Step
    from generator.collection.push import Pushed  # brings anki, which only push needs

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
    return json.dumps(described, ensure_ascii=False, indent=2) + "\n"


def push_text(pushed: "Pushed", paint: Paint = plain_paint) -> str:
    """Return what a push does as a person reads it."""
    plan = pushed.plan
    told = [it for it in plan.steps if it.step != "keep" or it.behind]
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
    notes = {
        step: {it.note for it in plan.steps if it.step == step and (step != "keep" or it.behind)} for step in _DONE
    }
    counts = Counter({step: len(ids) for step, ids in notes.items()})
    parts = list(_parts(counts))
    if not parts:
        return "nothing to do" if plan.does_nothing else "tags, looks or times only"
    return f"{counted(sum(counts.values()), 'note')}: {', '.join(parts)}"


def _parts(counts: Counter[str]) -> Iterator[str]:
    return (f"{counts[step]:,} {_DONE[step]}" for step in _DONE if counts[step])
