"""The merge and its menu entry -> `deckwright-update.ankiaddon`: the same files, letter for letter."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

from generator.base.files import Output, folder_for_output, replace_all

NAME = "deckwright-update.ankiaddon"
CORE = ("merge_plan.py", "_merge_package.py", "_merge_apply.py", "_addon_menu.py")
_START = '"""Deckwright Update: merges a package into the collection that is open, and keeps what is yours."""\n\n'
_START += "from ._addon_menu import start\n\nstart()\n"
_MANIFEST = {"package": "deckwright_update", "name": "Deckwright Update", "conflicts": [], "mod": 0}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold


def archive() -> bytes:
    """Return the bytes of the add-on."""
    here = Path(__file__).parent
    files = {"__init__.py": _START.encode(), "manifest.json": json.dumps(_MANIFEST, indent=2).encode()}
    files |= {name: (here / name).read_bytes() for name in CORE}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every system
            packed.writestr(entry, data)
    return buffer.getvalue()


def write(folder: Path) -> Path:
    """Write the add-on to a folder, whole or not at all, and return its path. Raises Unusable."""
    path = folder / NAME
    with folder_for_output(folder):
        replace_all([Output(path, archive())])
    return path
