"""This program, its libraries and its Python -> a digest: the same where the same sources give the same results."""

import os
import sys
import time
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

from generator.cache import store

_OURS = Path(__file__).parent.parent
_UNUSED = ("__pycache__", "temml")  # Temml sets formulas of pages, which are not kept
_SIZE = 16
_MOMENT = 10_000_000_000  # ns: FAT's clock ticks every 2 s


@cache
def program() -> bytes:
    """Return the digest. It holds every file of ours, and the name and version of every library that can be imported.

    `importlib.metadata` would say which of them are ours, and takes longer than all the rest.
    """
    described = (_ours(), sys.version, sys.byteorder, sys.implementation.name, list(_libraries()))
    return blake2b(repr(described).encode("utf-8", "backslashreplace"), digest_size=16).digest()


def _ours() -> bytes:
    """Return the digest of our files, which is kept: to read them all takes longer than all else of a warm run.

    A file that is written anew has another number or time of change. Where one changed a moment ago nothing is kept:
    it could change again within the same tick of the file system's clock.
    """
    files = [(os.path.relpath(path, _OURS), path, os.stat(path)) for path in _files()]
    stamps = [(name, it.st_size, it.st_mtime_ns, it.st_ctime_ns, it.st_ino, it.st_dev) for name, _, it in files]
    kept = store.opened(os.environ)
    asked = store.key("program", repr(stamps))
    known = kept.get(asked) if kept else None
    if known is not None and len(known) == _SIZE:
        return known
    digest = blake2b(digest_size=_SIZE)
    for name, path, _ in files:
        with open(path, "rb") as file:
            data = file.read()
        digest.update(repr((name, len(data))).encode("utf-8", "backslashreplace"))
        digest.update(data)
    last = max(max(it.st_mtime_ns, it.st_ctime_ns) for _, _, it in files)
    if kept and last < time.time_ns() - _MOMENT:
        kept.put(asked, digest.digest())
    return digest.digest()


def _files() -> Iterator[str]:
    for folder, inside, names in os.walk(_OURS):
        inside[:] = sorted(set(inside).difference(_UNUSED))
        yield from (os.path.join(folder, name) for name in sorted(names))


def _libraries() -> Iterator[tuple[str, ...]]:
    """Yield of each folder of libraries what is installed there, and how PyYAML is built."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
            yield tuple(sorted(it for it in names if it.endswith((".dist-info", ".egg-info", ".egg-link", ".pth"))))
            yield tuple(sorted(os.listdir(os.path.join(folder, "yaml")))) if "yaml" in names else ()
        except OSError:
            continue  # a zip, or nothing
