"""The packages that students have -> what their notes held, and the files that only they have."""

import os
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic
from generator.base.files import Unusable
from generator.base.media_kinds import KINDS, ending_of
from generator.base.place import Span
from generator.compiled.notes import Guid, Html
from generator.package.reading import OF_ANKI, Unreadable, opened
from generator.release.since import package_of

_SEPARATOR = "\x1f"  # between fields


class Past(NamedTuple):
    """The fields of every note by guid, and addresses that hold the bytes of pictures and sounds, by name."""

    fields: Mapping[Guid, tuple[Html, ...]] = {}
    media: Mapping[str, str] = {}


def past(named: str, packages: Iterable[Path]) -> tuple[Past, tuple[Diagnostic, ...]]:
    """Return what `named` (a package, or a revision of git) gave out of these packages."""
    fields: dict[Guid, tuple[Html, ...]] = {}
    media: dict[str, str] = {}
    try:
        for path in packages:
            with _package(named, path) as old:
                found = _read(old)
                fields |= found.fields
                media |= found.media
    except (Unusable, Unreadable) as problem:
        help = "name a release: a tag or commit of git in which the package is, or a package"
        return Past(), (Diagnostic(Span(named), "H030", str(problem), help),)
    return Past(fields, media), ()


@contextmanager
def _package(named: str, path: Path) -> Iterator[Path]:
    with package_of(named, path) as old:
        if old is None or not os.path.lexists(old):
            raise Unusable(f"there is no {path.as_posix()} to compare with")
        yield old


def _read(path: Path) -> Past:
    with opened(path) as package:
        if package.is_of_anki:
            raise Unusable(OF_ANKI)
        rows = package.collection().execute("SELECT guid, flds FROM notes").fetchall()
        fields = {Guid(guid): tuple(Html(it) for it in text.split(_SEPARATOR)) for guid, text in rows}
        media = {name: _uri(name, package.data(member)) for member, name in package.files.items()}
    return Past(fields, media)


def _uri(name: str, data: bytes) -> str:
    kind = KINDS.get(ending_of(name))
    return f"data:{kind.form if kind else 'application/octet-stream'};base64,{b64encode(data).decode()}"
