"""The folder `note_types/` of an adopted deck -> its note types by name, and the files that hold none."""

from collections.abc import Mapping

from generator.base.diagnostics import Diagnostic
from generator.base.files import Unusable, read_plain
from generator.base.place import Span
from generator.compiled import foreign, live
from generator.compiled.notes import NoteType
from generator.source.project import DeckFolder

NOTE_TYPES = "note_types"
_LARGEST = 20_000_000  # bytes of a file; some templates hold whole fonts
_MOST = 500  # files


def note_types(folder: DeckFolder) -> tuple[Mapping[str, NoteType], tuple[Diagnostic, ...]]:
    """Return the note types of a deck folder by name; none for a deck that was not adopted."""
    inside = folder.path / NOTE_TYPES
    if not inside.is_dir() or inside.is_symlink():
        return {}, ()
    found: list[Diagnostic] = []
    types: dict[str, NoteType] = {}
    for path in sorted(inside.glob("*.json"))[:_MOST]:
        shown = folder.shows(f"{NOTE_TYPES}/{path.name}")
        try:
            made = foreign.read(read_plain(path, _LARGEST))
        except (Unusable, foreign.Unfit) as problem:
            found.append(_unusable(shown, str(problem)))
            continue
        if made.name in types or any(made.id == it.id for it in types.values()):
            found.append(_unusable(shown, f"another file has the note type '{made.name}', or its id"))
        elif (run := what_runs(made)) and not made.may_run:
            message = f"the note type '{made.name}' runs a script on its cards: {run}"
            found.append(Diagnostic(Span(shown), "S143", message, _LET_IN))
        types[made.name] = made
    return types, tuple(found)


_LET_IN = f'delete the script; or, where you know what it does, write "{foreign.SCRIPTS}": "allowed" in the file'


def what_runs(note_type: NoteType) -> str:
    """Return what in the templates or the CSS of a note type would run; "" where nothing does."""
    texts = [note_type.css, *(side for it in note_type.templates for side in (it.front, it.back))]
    return next((run for text in texts if (run := live.runs(text))), "")


def _unusable(shown: str, why: str) -> Diagnostic:
    help = "restore the file: students have the deck's notes in this very note type"
    return Diagnostic(Span(shown), "S140", f"this file does not hold a note type: {why}", help)
