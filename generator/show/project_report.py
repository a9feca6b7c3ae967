"""What `new` or `import` made -> what is printed: files, notes and what was left out, or what a newer deck brought."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from generator.base.characters import shortened, visible
from generator.base.diagnostics import counted
from generator.show.printing import Paint, dumped

if TYPE_CHECKING:  # bring what only their commands need
    from generator.pipeline.import_project import Project
    from generator.pipeline.new import Begun
    from generator.pipeline.newer.results import Both, Merged, Named, Outcome

_LISTED = 10  # of each kind of loss
_FEW = 5  # names that stand on a line
_LONGEST = 160  # characters of a text that is shown


def begun_text(begun: "Begun", folder: Path) -> str:
    """Return the files that a new project has."""
    return "".join(f"{visible((folder / path).as_posix())}\n" for path in begun.files)


def begun_json(begun: "Begun", folder: Path) -> str:
    """Return what was begun as a JSON object."""
    return dumped({"deck": begun.id, "name": begun.name, "folder": folder.as_posix(), "files": list(begun.files)})


def import_text(project: "Project", folder: Path, warnings: int, paint: Paint) -> str:
    """Return what a project holds and lacks, for people."""
    arrived, begun = project.arrived, project.begun
    kinds = Counter(note.keys[0][0] for note in arrived.notes)
    files = counted(len(project.notes), "file")
    lines = [f"{paint(folder.as_posix(), 'where')}: {counted(len(arrived.notes), 'note')} in {files}"]
    lines += [f"  {kind}: {count:,}" for kind, count in kinds.most_common()]
    lines += [f"  media: {len(arrived.media):,}"] if arrived.media else []
    lines += [f"  {it}" for it in arrived.told]
    lines += _listed("missing", arrived.missing, paint)
    lines += _listed("left out", [f"{it.place}: {it.why}" for it in arrived.left_out], paint)
    if arrived.left_out:
        from generator.pipeline.import_project import LEFT_OUT

        lines.append(f"  all that was left out: {begun.home}/{LEFT_OUT}")
    if warnings:
        them = "it" if warnings == 1 else "them"
        known = f"{counted(warnings, 'warning')}, which cards_src/lint-baseline.json lets pass"
        lines.append(f"  {known}: deckwright check --all shows {them}")
    return "\n".join(lines) + "\n"


def _listed(what: str, items: Sequence[str], paint: Paint) -> list[str]:
    if not items:
        return []
    lines = [f"  {paint(what, 'loss')}: {len(items):,}", *(f"    {it}" for it in islice(items, _LISTED))]
    return lines + ([f"    and {len(items) - _LISTED:,} more"] if len(items) > _LISTED else [])


def first_notes(project: "Project", count: int) -> str:
    """Return the first notes as they would be written."""
    from generator.importing.yaml_text import note_text

    return "\n".join(note_text(it) for it in project.arrived.notes[:count])


def import_json(project: "Project", folder: Path, warnings: int, written: bool) -> str:
    """Return the same as a JSON object."""
    arrived, begun = project.arrived, project.begun
    left_out = [{"place": it.place, "why": it.why} for it in arrived.left_out]
    return dumped(
        {
            "deck": begun.id,
            "name": begun.name,
            "folder": folder.as_posix(),
            "written": written,
            "notes": len(arrived.notes),
            "kinds": dict(sorted(Counter(note.keys[0][0] for note in arrived.notes).items())),
            "files": list(begun.files),
            "media": sorted(arrived.media),
            "missing": list(arrived.missing),
            "left_out": left_out,
            "told": list(arrived.told),
            "warnings": warnings,
        }
    )


def merged_text(merged: "Merged", folder: Path, written: bool, paint: Paint) -> str:
    """Return what a newer package of an adopted deck brought, for people."""
    how = "merged" if written else "would be merged"
    lines = [f"{paint(folder.as_posix(), 'where')}: {visible(merged.package)} {how} into {merged.deck}"]
    if merged.changes_nothing:
        lines.append("  nothing new: the project holds all of it that can be taken")
    counts = (
        ("taken over", len(merged.taken)),
        ("new", len(merged.new)),
        ("yours, as you edited them", merged.kept),
        ("as they were", merged.alike),
    )
    lines += [f"  {what}: {count:,}" for what, count in counts if count]
    lines += _brought("note types", merged.looks) + _brought("media", merged.media)
    lines += [f"  {visible(it)}" for it in merged.told]
    lines += _both(merged.both, written, paint)
    lines += _listed("not taken", _said(merged.stay), paint)
    lines += _listed("gone from theirs, kept", _said(merged.gone), paint)
    if merged.gone:
        lines.append("    to be rid of one here too: delete it from its file, then deckwright build --retire")
    lines += _listed("deleted here, not brought back", _said(merged.deleted), paint)
    lines += _listed("left out", [visible(f"{it.place}: {it.why}") for it in merged.left_out], paint)
    return "\n".join(lines) + "\n"


def _said(named: "Sequence[Named]") -> list[str]:
    return [visible(f"{it.name}: {it.why}" if it.why else it.name) for it in named]


def _brought(what: str, brought: "Outcome") -> list[str]:
    parts = (("new", brought.added), ("changed", brought.changed), ("changed on both sides, yours kept", brought.kept))
    said = [f"{how} {visible(', '.join(names))}" for how, names in parts if names and len(names) <= _FEW]
    said += [f"{len(names):,} {how}" for how, names in parts if len(names) > _FEW]
    return [f"  {what}: {'; '.join(said)}"] if said else []


def _both(both: "Sequence[Both]", written: bool, paint: Paint) -> list[str]:
    """Return the notes that both sides changed, with what each says."""
    if not both:
        return []
    lines = [f"  {paint('changed on both sides, yours kept', 'loss')}: {len(both):,}"]
    for it in both[:_LISTED]:
        lines.append(f"    {visible(it.file)}: {visible(it.id)}")
        for side in it.sides:
            lines.append(f"      {visible(side.field)}")
            texts = (("theirs", side.theirs), ("yours", side.ours))
            lines += [f"        {whose}: {visible(shortened(text, _LONGEST))}" for whose, text in texts]
    lines += [f"    and {len(both) - _LISTED:,} more"] if len(both) > _LISTED else []
    return [*lines, *(["    both sides in full: .both_changed.txt beside the notes"] if written else [])]


def merged_json(merged: "Merged", folder: Path, written: bool) -> str:
    """Return the same as a JSON object, with the texts of both sides whole."""
    return dumped(
        {
            "deck": merged.deck,
            "folder": folder.as_posix(),
            "written": written and not merged.changes_nothing,
            "taken": list(merged.taken),
            "new": list(merged.new),
            "edited": merged.kept,
            "unchanged": merged.alike,
            "both_changed": [
                {"id": it.id, "file": it.file, "fields": [side._asdict() for side in it.sides]} for it in merged.both
            ],
            "not_taken": [it._asdict() for it in merged.stay],
            "gone": [it.name for it in merged.gone],
            "deleted": [it.name for it in merged.deleted],
            "note_types": _brought_json(merged.looks),
            "media": _brought_json(merged.media),
            "left_out": [{"place": it.place, "why": it.why} for it in merged.left_out],
            "told": list(merged.told),
            "files": sorted(it.as_posix() for it in merged.files),
        }
    )


def _brought_json(brought: "Outcome") -> dict[str, list[str]]:
    return {"new": list(brought.added), "changed": list(brought.changed), "kept": list(brought.kept)}
