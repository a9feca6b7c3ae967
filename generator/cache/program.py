"""This program, its libraries and its Python -> a digest: the same where the same sources give the same results."""

import os
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

_OURS = Path(__file__).parent.parent
_UNUSED = ("__pycache__", "temml")  # Temml sets formulas of pages, which are not kept


@cache
def program() -> bytes:
    """Return the digest. It holds every file of ours, and the name and version of every library that can be imported.

    `importlib.metadata` would say which of them are ours, and takes longer than all the rest.
    """
    digest = blake2b(digest_size=16)
    for folder, inside, names in os.walk(_OURS):
        inside[:] = sorted(set(inside).difference(_UNUSED))
        for name in sorted(names):
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            digest.update(repr((os.path.relpath(folder, _OURS), name, len(data))).encode("utf-8", "backslashreplace"))
            digest.update(data)
    described = (sys.version, sys.byteorder, sys.implementation.name, list(_libraries()))
    digest.update(repr(described).encode("utf-8", "backslashreplace"))
    return digest.digest()


def _libraries() -> Iterator[tuple[str, ...]]:
    """Yield of each folder of libraries what is installed there, and how PyYAML is built."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
            yield tuple(sorted(it for it in names if it.endswith((".dist-info", ".egg-info", ".egg-link", ".pth"))))
            yield tuple(sorted(os.listdir(os.path.join(folder, "yaml")))) if "yaml" in names else ()
        except OSError:
            continue  # a zip, or nothing
