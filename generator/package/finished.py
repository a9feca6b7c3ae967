"""The contents of a package -> a file beside its place, written and looked through, that may take it."""

from pathlib import Path

from generator.base.files import Unusable, beside, delete, reason
from generator.package import apkg, inspection
from generator.package.apkg import Contents


def finished(contents: Contents, target: Path, folder: Path) -> Path:
    """Return where in a folder the new package for a target is. Raises Unusable; BadPackage is a fault of ours."""
    package, collection = beside(folder / target.name), beside(folder / f"{target.stem}.anki2")
    try:
        apkg.write(contents, package, collection)
        inspection.check(package, collection, adopted=contents.adopted)
    except OSError as problem:
        raise Unusable(f"cannot write {target}: {reason(problem)}") from None
    finally:
        delete(collection)
    return package
