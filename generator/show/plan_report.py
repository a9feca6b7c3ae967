"""Plans, builds and changes -> what is printed of them: text for an author, or JSON."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from generator.base.characters import visible
from generator.base.diagnostics import Diagnostic, counted
from generator.ledger.ledger import only_in
from generator.release.plan import Moved
from generator.release.searches import renamed, search
from generator.show.printing import Paint, dumped, plain_paint, sized
from generator.show.problem_report import described

if TYPE_CHECKING:
    from generator.compiled.notes import NoteId
    from generator.ledger.ledger import Entry
    from generator.pipeline.build import Built
    from generator.release.changes import Changes
    from generator.release.next_build import Release
    from generator.release.plan import Plan
    from generator.release.why import Reason

_LISTS = ("new", "changed", "unchanged", "moved", "withdrawn")
_MOST = 20  # changed notes that are named
_WORDS = 60  # characters of old or new words


def built_text(built: "Iterable[Built]", paint: Paint = plain_paint) -> str:
    """Return what each build did: the package, and what changes for students who have the last release."""
    return "".join(
        f"{it.package.as_posix()}: {_contents(it.release)}, {sized(it.size)}\n{plan_text(it.release, paint)}"
        + _withdrawn_text(it)
        + (f"  release: {it.name}\n" if it.name else "")
        + ("" if it.written else "  nothing changed on disk\n")
        for it in built
    )


def _contents(release: "Release") -> str:
    notes, cards, media = release.counts
    parts = [counted(notes, "note"), counted(cards, "card")]
    return ", ".join(parts + ([counted(media, "media file")] if media else []))


def _withdrawn_text(built: "Built") -> str:
    if not built.withdrawn:
        return ""
    name = built.package.with_suffix(".withdrawn.apkg").name
    return f"  {name}: {counted(built.withdrawn, 'note')}; for students who have an earlier release, not for new ones\n"


def plan_text(release: "Release", paint: Paint = plain_paint) -> str:
    """Return what changes for students who have the last release: counts, then what is out of the ordinary."""
    plan = release.plan
    sizes = {name: len(getattr(plan, name)) for name in _LISTS}
    told = {name: f"{size:,} {name}" for name, size in sizes.items() if size or name in _LISTS[:3]}
    counts = [paint(it, "loss" if name in _LISTS[3:] else "count") if sizes[name] else it for name, it in told.items()]
    lines = [(it, False) for it in _changed(plan)]
    for change in plan.cards:
        lines += [(f"new card: {change.id} c{number} ({text})", False) for number, text in change.gained]
        lines += [(f"card gone: {change.id} c{number} ({text}); {_BLANK}", True) for number, text in change.lost]
    lines += _moved(release)
    lines += [(it, True) for it in _withdrawn(release)]
    lines += [(it, False) for it in _back_and_forgotten(plan)]
    lines += [(f"new look: {name} (templates or style; no history is touched)", False) for name in plan.look]
    shown = [paint(visible(it), "loss") if is_loss else visible(it) for it, is_loss in lines]
    return "".join(f"  {line}\n" for line in [", ".join(counts), *shown])


def _back_and_forgotten(plan: "Plan") -> list[str]:
    lines = [f"restored: {id} (keeps its history)" for id in plan.restored]
    lines += [f"forgotten: {id} (never released)" for id in plan.forgotten.notes]
    return lines + [f"forgotten: {id} c{it} ({text}; never released)" for id, it, text in plan.forgotten.numbers]


def _changed(plan: "Plan") -> list[str]:
    """Name the notes that changed, and why; those of which only the tags did come last."""
    retagged = [id for id in plan.changed if [it.part for it in plan.why[id]] == ["tags"]]
    others = [id for id in plan.changed if id not in set(retagged)]
    lines = [f"changed: {id}{_reasons(plan.why[id])}" for id in [*others, *retagged][:_MOST]]
    lines += [f"... and {len(plan.changed) - _MOST:,} more"] if len(plan.changed) > _MOST else []
    if retagged:
        lines.append(
            f"only tags: {counted(len(retagged), 'note')}; students who tagged or edited these notes lose those changes"
        )
    return lines


def _reasons(reasons: "Sequence[Reason]") -> str:
    told = [_reason(it) for it in reasons]
    return f" ({'; '.join(told)})" if told else ""


def _reason(it: "Reason") -> str:
    return f"{it.part}: '{_short(it.before)}' -> '{_short(it.now)}'" if it.before or it.now else it.part


def _short(text: str) -> str:
    return text if len(text) <= _WORDS else f"{text[: _WORDS - 1]}…"


def _withdrawn(release: "Release") -> list[str]:
    again, entries = dict(release.plan.again), release.ledger.entries
    lines = []
    for id in release.plan.withdrawn:
        never = " (never released)" if id in entries and entries[id].extras.draft else ""
        lines.append(f"withdrawn: {id}{never}" + (f"; {again[id]}" if id in again else ""))
    return lines


def _moved(release: "Release") -> list[tuple[str, bool]]:
    """Say where cards stay behind: those of the last release, or before there is one, of the last build."""
    moved, before, owner = release.plan.moved, release.past.before, "a student has"
    names, base = list(release.ledger.names), release.past.released.ledger
    if release.plan.is_first and before:
        was = {entry.guid: entry.deck for entry in before.entries.values()}
        now = ((it, was.get(it.guid, it.deck)) for it in release.ledger.entries.values() if not it.retired)
        moved, owner = tuple(Moved(it.id, deck, it.deck) for it, deck in now if deck != it.deck), "of an imported build"
        names, base = [*names, *before.names], before
    renames = renamed(base.entries.values() if base else (), release.ledger.entries.values())
    lines: list[tuple[str, bool]] = []
    for (old, new), ids in _moves(moved).items():
        lines.append((f"moved: {_some(ids)} to {new}; Anki leaves the cards {owner} in {old}", True))
        if renames.get(old) == new:
            lines.append((f"  unless they rename {old} to {new} in Anki before they import", False))
        entries = [release.ledger.entries[id] for id in ids]
        lines += [(f"  to find them: {it}", False) for it in search(entries, names)]
    return lines


def _moves(moved: Iterable[Moved]) -> "dict[tuple[str, str], list[NoteId]]":
    """Return (subdeck before, subdeck now) -> ids."""
    found: dict[tuple[str, str], list[NoteId]] = {}
    for move in moved:
        found.setdefault((move.before, move.now), []).append(move.id)
    return found


def _some(ids: "list[NoteId]") -> str:
    return ids[0] if len(ids) == 1 else f"{ids[0]} and {counted(len(ids) - 1, 'other')}"


def built_json(built: "Sequence[Built]", found: Sequence[Diagnostic]) -> str:
    """Return a JSON object for each deck, a line each; where nothing was built, one with the diagnostics."""
    return plans_json([(it.release, it.package.as_posix()) for it in built], found, [it.name for it in built])


def plans_json(
    releases: "Sequence[tuple[Release, str]]", found: Sequence[Diagnostic], names: Sequence[str] = ()
) -> str:
    """Return a JSON object for each release and its package's path, a line each."""
    problems = {"diagnostics": [described(it) for it in found]}
    if not releases:
        nothing: dict[str, Any] = {"deck": None, "package": None, "notes": 0, "cards": 0}
        lists: dict[str, Any] = {key: [] for key in (*_LISTS, "why", "drafts", "forgotten", "restored")}
        return dumped(nothing | lists | {"why": {}} | problems)
    named = [{"release": name} if name else {} for name in names] or [{}] * len(releases)
    both = zip(releases, named, strict=True)
    return "".join(dumped(_planned(release, package) | name | problems) for (release, package), name in both)


def _planned(release: "Release", package: str) -> dict[str, Any]:
    plan = release.plan
    return {
        "deck": release.deck.id,
        "package": package,
        "notes": release.counts.notes,
        "cards": release.counts.cards,
        "new": plan.new,
        "changed": plan.changed,
        "unchanged": plan.unchanged,
        "moved": [move.id for move in plan.moved],
        "withdrawn": plan.withdrawn,
        "why": {id: [it.part for it in reasons] for id, reasons in plan.why.items()},
        "drafts": plan.drafts,
        "forgotten": plan.forgotten.notes,
        "restored": plan.restored,
    }


def changes_json(changes: "Changes") -> str:
    """Return what differs between two releases as a JSON object."""
    from generator.release.why import why

    lists = {
        "new": [entry.id for entry in changes.new],
        "changed": [now.id for _, now in changes.changed],
        "moved": [now.id for _, now in changes.moved],
        "withdrawn": [entry.id for entry in changes.withdrawn],
        "restored": [entry.id for entry in changes.restored],
    }
    reasons = {now.id: [it.part for it in why(was, now)] for was, now in (*changes.changed, *changes.moved)}
    cards = [{"id": now.id, **_card_numbers(was, now)} for was, now in changes.changed if was.numbers != now.numbers]
    head = {"deck": changes.deck, "date": changes.date}
    return dumped(head | lists | {"unchanged": changes.unchanged, "why": reasons, "card_changes": cards})


def _card_numbers(was: "Entry", now: "Entry") -> dict[str, dict[str, str]]:
    """Return the card numbers that a note gained and lost, with what they hide."""
    return {
        "gained": {str(it): text for it, text in only_in(now.numbers, was.numbers).items()},
        "lost": {str(it): text for it, text in only_in(was.numbers, now.numbers).items()},
    }


_BLANK = "students see it blank until they choose Tools > Empty Cards"
