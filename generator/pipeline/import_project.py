"""A deck that arrived, and a folder's name -> a project there that `check` takes: whole, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from generator.base.diagnostics import Diagnostic, Severity
from generator.base.files import Unusable, reason
from generator.base.progress import Tell, silent
from generator.deck.schema import Files
from generator.importing.arrived import Arrived, LeftOut, Note
from generator.importing.making import slug, unused
from generator.importing.yaml_text import file_text, whole_file
from generator.pipeline import baseline
from generator.pipeline.check import check
from generator.pipeline.new import Begun, begin

_TRIES = 5  # checks until no error is left: what one hides, the next finds
_SOURCE = "cards_src"
LEFT_OUT = ".left_out.txt"  # hidden from `check`


class Refused(Exception):
    """What arrived makes no deck that could be built; `found` are the mistakes, at places of the new project."""

    def __init__(self, found: tuple[Diagnostic, ...]) -> None:
        super().__init__("the deck that this makes has mistakes outside its notes")
        self.found = found


@dataclass(frozen=True, slots=True)
class Project:
    """A project to be written: `begun` holds all of its files but pictures and sounds."""

    begun: Begun
    arrived: Arrived
    notes: Mapping[str, tuple[Note, ...]]  # by the file of notes, without .yaml


@dataclass(frozen=True, slots=True)
class Brought:
    """A project that was written, and how many warnings its baseline lets pass."""

    project: Project
    warnings: int


def planned(arrived: Arrived, folder: Path, id: str = "", name: str = "") -> Project:
    """Return the project that a deck makes. Raises Unfit where no deck can have the id or name."""
    begun = begin(Path(os.path.abspath(folder)).name, id, name or arrived.name, examples=False)
    return _with_notes(begun, arrived)


def _with_notes(begun: Begun, arrived: Arrived) -> Project:
    by_file = _by_file(arrived.notes)
    home = begun.home
    files = {path: data for path, data in begun.files.items() if not _is_of_notes(path, home)}
    for file, notes in by_file.items():
        files[f"{home}/{file}.yaml"] = whole_file(notes).encode()
    if arrived.left_out:
        files[f"{home}/{LEFT_OUT}"] = _left_out(arrived.left_out).encode("utf-8", "replace")
    files |= {f"{home}/{path}": data for path, data in arrived.beside.items()}
    return Project(begun._replace(files=dict(sorted(files.items()))), arrived, by_file)


def _is_of_notes(path: str, home: str) -> bool:
    return path.startswith(f"{home}/") and path != f"{home}/deck.yaml"


def _left_out(left_out: Sequence[LeftOut]) -> str:
    parts = [f"{it.place}: {it.why}\n{it.text.strip()}\n" for it in left_out]
    return "What was not taken over, and why. Nothing reads this file.\n\n" + "\n".join(parts)


def _by_file(notes: Sequence[Note]) -> dict[str, tuple[Note, ...]]:
    """Return the notes by files: those of a subdeck stand in one, unless a note says its file."""
    names: dict[str, str] = {}
    taken = {"deck", "sources", "disputes"}
    found: dict[str, list[Note]] = {}
    for note in notes:
        wish = note.file or note.subdeck
        if wish not in names:
            names[wish] = unused(slug(wish) or "notes", taken).replace("-", "_")
        found.setdefault(names[wish], []).append(note)
    return {file: tuple(its) for file, its in found.items()}


def _nothing(stage: Path) -> None:
    """Add nothing to a project."""


def write(
    project: Project,
    folder: Path,
    tell: Tell = silent,
    finish: Callable[[Path], None] = _nothing,
    files: Files | None = None,
) -> Brought:
    """Write a project into a folder that is not there yet, or empty but for `.git`. `finish` may add to its files.

    Notes that `check` refuses are left out, and named. `files` may remember what it has read for `finish`. Raises
    Unusable and Refused; then nothing is written.
    """
    see_that_it_is_free(folder)
    with _staged(folder) as stage:
        for name, path in project.arrived.media.items():
            tell(f"copying {name}")
            _copy(path, stage / f"{project.begun.home}/media/{name}")
        for _ in range(_TRIES):
            _write_all(stage, project.begun.files)
            tell("checking the notes")
            checked = check(stage / _SOURCE, tell, files)
            wrong = [it for it in checked.diagnostics if it.severity is Severity.ERROR]
            if not wrong:
                break
            project = _without(project, wrong)
        else:
            raise Refused(tuple(wrong))
        finish(stage)
        warnings = baseline.write(checked.baseline) if checked.diagnostics else 0
        _move(stage, folder)
    return Brought(project, warnings)


def _without(project: Project, wrong: Sequence[Diagnostic]) -> Project:
    """Leave out the notes at which mistakes stand. Raises Refused where one stands elsewhere."""
    refused: dict[str, tuple[Note, Diagnostic]] = {}  # by the id of the note
    for it in wrong:
        notes = project.notes.get(Path(it.span.path).stem, ())
        lines = project.begun.files.get(f"{project.begun.home}/{Path(it.span.path).name}", b"").split(b"\n")
        at = sum(line.startswith(b"  - id:") for line in lines[: it.span.line]) - 1
        if not 0 <= at < len(notes):
            raise Refused(tuple(wrong))
        refused.setdefault(notes[at].id, (notes[at], it))
    arrived = project.arrived
    left_out = [LeftOut(note.place, f"{it.code} {it.message}", file_text([note])) for note, it in refused.values()]
    notes = tuple(it for it in arrived.notes if it.id not in refused)
    return _with_notes(project.begun, replace(arrived, notes=notes, left_out=(*arrived.left_out, *left_out)))


def see_that_it_is_free(folder: Path) -> None:
    """Raise Unusable where a folder holds files."""
    try:
        inside = set(os.listdir(folder)) - {".git"}
    except FileNotFoundError:
        return
    except OSError as problem:
        raise Unusable(f"cannot write {folder}: {reason(problem)}") from None
    if _SOURCE in inside:
        there = (folder / _SOURCE).as_posix()
        raise Unusable(
            f"{folder} is a project already, and only a newer .apkg of a deck that was adopted is merged into one:"
            f" import into a new folder, and move its files of notes into that of a deck in {there}"
        )
    if inside:
        raise Unusable(f"{folder} is not empty: name a folder that is not there yet")


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """Give a folder beside the one to be written; it is gone afterwards."""
    parent = Path(os.path.abspath(folder)).parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".deckwright-", suffix=".tmp", dir=parent))
    except OSError as problem:
        raise Unusable(f"cannot write {folder}: {reason(problem)}") from None
    try:
        yield stage
    except OSError as problem:
        raise Unusable(f"cannot write {folder}: {reason(problem)}") from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _write_all(stage: Path, files: Mapping[str, bytes]) -> None:
    for name in {str(path.relative_to(stage)) for path in stage.glob("cards_src/*/*.yaml")} - set(files):
        (stage / name).unlink()
    for name, data in files.items():
        path = stage / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target, follow_symlinks=False)


def _move(stage: Path, folder: Path) -> None:
    """Put the project into its place: at one stroke, but where the folder is there already (and is empty)."""
    if not folder.exists():
        os.chmod(stage, 0o777 & ~_umask())
        os.rename(stage, folder)
        return
    done: list[Path] = []
    try:
        for path in sorted(stage.iterdir()):
            os.rename(path, folder / path.name)
            done.append(folder / path.name)
    except BaseException:
        for path in done:
            os.rename(path, stage / path.name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
