"""A project just made by `new` -> what is printed: its files, as text or JSON."""

from pathlib import Path
from typing import TYPE_CHECKING

from generator.base.characters import visible
from generator.show.printing import dumped

if TYPE_CHECKING:
    from generator.pipeline.new import Begun  # brings the editor's schema, which only new needs


def begun_text(begun: "Begun", folder: Path) -> str:
    """Return the files that a new project has."""
    return "".join(f"{visible((folder / path).as_posix())}\n" for path in begun.files)


def begun_json(begun: "Begun", folder: Path) -> str:
    """Return what was begun as a JSON object."""
    return dumped({"deck": begun.id, "name": begun.name, "folder": folder.as_posix(), "files": list(begun.files)})
