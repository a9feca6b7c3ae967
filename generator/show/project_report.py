"""A project just made by `new` or `import` -> what is printed: its files, or its notes and what was left out."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from generator.base.characters import visible
from generator.base.diagnostics import counted
from generator.show.printing import Paint, dumped

if TYPE_CHECKING:  # bring what only their commands need
    from generator.pipeline.import_project import Project
    from generator.pipeline.new import Begun

_LISTED = 10  # of each kind of loss


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
