"""Files, and what the command line says of them -> a deck of ours: the form is told from the files where it can be."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from generator.base.progress import Tell
from generator.importing import making
from generator.importing.arrived import Arrived, Rows, Unreadable, Wishes
from generator.importing.readers import _tables as tables
from generator.importing.readers._files import File, text_of

_TEXTS: Mapping[str, Callable[[Sequence[File], Wishes], Rows]] = {
    "anki-txt": tables.read,
    "csv": tables.read,
    "tsv": tables.read,
}
FORMS = tuple(_TEXTS)
_BY_ENDING = {"csv": "csv", "tsv": "tsv", "tab": "tsv", "yaml": "yaml", "yml": "yaml", "json": "json"}
_MARKDOWN = ("md", "markdown", "mdx", "qmd", "org")
_ANKI = re.compile(r"#(?:separator|html|columns|guid column|notetype|deck|tags)\b")


def read(paths: Sequence[Path], form: str, wishes: Wishes, tell: Tell) -> Arrived:
    """Return the deck that some files hold; `form` is "" where it is to be told from them. Raises Unreadable."""
    files = _files(paths, form)
    form = form or _form_of(files)
    tell(f"reading {len(files)} files" if len(files) > 1 else f"reading {files[0].shown}")
    found = _TEXTS[form](files, wishes)
    return making.made(found, wishes, paths, tell)


def _files(paths: Sequence[Path], form: str) -> list[File]:
    """Return the files that are named, and those in folders that are named."""
    found: list[tuple[Path, Path]] = []  # a file, and the folder from which its levels are counted
    for path in paths:
        if path.is_dir():
            inside = sorted(it for it in path.rglob("*") if it.is_file() and _is_read(it.relative_to(path)))
            found += [(it, path) for it in inside]
        else:
            found.append((path, path.parent))
    if not found:
        raise Unreadable(f"{paths[0]} holds no file of a form that can be read: csv, tsv, txt, md, yaml or json")
    return [
        File(path, path.as_posix(), text_of(path, path.as_posix()), path.relative_to(above).parts[:-1])
        for path, above in found
    ]


def _is_read(path: Path) -> bool:
    hidden = any(part.startswith((".", "_")) or part in ("node_modules",) for part in path.parts)
    return not hidden and path.suffix.lower().lstrip(".") in (*_BY_ENDING, *_MARKDOWN, "txt")


def _form_of(files: Sequence[File]) -> str:
    """Return the form of files: of the most of them, where they differ."""
    forms = [_form(it) for it in files]
    return max(dict.fromkeys(forms), key=forms.count)


def _form(file: File) -> str:
    ending = file.path.suffix.lower().lstrip(".")
    if _ANKI.match(file.text):
        return "anki-txt"
    return _BY_ENDING.get(ending, "csv")
