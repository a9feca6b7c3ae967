"""The name of a profile of Anki -> its collection, where Anki keeps it on this system."""

import os
from collections.abc import Mapping
from pathlib import Path

COLLECTION = "collection.anki2"


class Unknown(Exception):
    """There is no such profile; the text says which there are."""


def base(system: str, home: Path, environment: Mapping[str, str]) -> Path:
    """Return Anki's own folder. `system` is that of `sys.platform`."""
    if named := environment.get("ANKI_BASE"):
        return Path(named)
    if system == "win32":
        return Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / "Anki2"
    if system == "darwin":
        return home / "Library" / "Application Support" / "Anki2"
    return Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share") / "Anki2"


def collection_of(profile: str, folder: Path) -> Path:
    """Return the collection of a profile. Raises Unknown."""
    there = sorted(it.parent.name for it in folder.glob(f"*/{COLLECTION}")) if folder.is_dir() else []
    if profile in there:
        return folder / profile / COLLECTION
    known = f"there are: {', '.join(there)}" if there else "name the collection's file instead"
    raise Unknown(f"{folder} has no profile '{profile}'; {known}")


def own_base(system: str) -> Path:
    """Return Anki's own folder of whoever runs this."""
    return base(system, Path.home(), os.environ)
