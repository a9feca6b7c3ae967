"""Files and the options of the command line -> a deck of ours. The form follows from the files unless it is given."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from generator.base.diagnostics import counted, listed
from generator.base.progress import Tell
from generator.importing import making
from generator.importing.arrived import Arrived, Rows, Unreadable, Wishes
from generator.importing.readers import _headings as headings
from generator.importing.readers import _mappings as mappings
from generator.importing.readers import _obsidian as obsidian
from generator.importing.readers import _questions as questions
from generator.importing.readers import _tables as tables
from generator.importing.readers._files import File, text_of

_TEXTS: Mapping[str, Callable[[Sequence[File], Wishes], Rows]] = {
    "anki-txt": tables.read,
    "csv": tables.read,
    "tsv": tables.read,
    "md-headings": headings.read,
    "md-qa": questions.read,
    "obsidian": obsidian.read,
    "yaml": mappings.read,
    "json": mappings.read,
}
FORMS = ("apkg", *_TEXTS)
PACKAGES = (".apkg", ".colpkg")
_BY_ENDING = {"csv": "csv", "tsv": "tsv", "tab": "tsv", "yaml": "yaml", "yml": "yaml", "json": "json"}
_ABOUT = ("readme", "license", "licence", "changelog", "contributing", "todo", "claude", "agents", "requirements")
_LISTED = 5
_HEADINGS = "md-headings"
_MARKDOWN = ("md", "markdown", "mdx", "qmd", "org")
_ASKED = re.compile(
    r"^[ \t>#*_-]{0,6}(?:Q|Question|C)(?:[ \t]?\d{1,4})?[ \t]?(?:\*\*|__)?:", re.MULTILINE | re.IGNORECASE
)
_BLOCK = re.compile(r"^START[ \t]*$|^#{1,6} ", re.MULTILINE)
_SEPARATED = re.compile(r"^(?!.*`).*\S[ \t]*::[ \t]*\S", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
_FRONT = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*\n", re.DOTALL)
_ANKI = re.compile(r"#(?:separator|html|columns|guid column|notetype|deck|tags)\b")


def read(paths: Sequence[Path], form: str, wishes: Wishes, tell: Tell) -> Arrived:
    """Return the deck that some files hold; `form` is "" where it follows from them. Raises Unreadable."""
    if form == "apkg" or any(it.suffix.lower() in PACKAGES for it in paths):
        raise Unreadable(
            f"{paths[0]} is a package: in Anki choose File > Export > Notes in Plain Text, and import that"
        )
    files = _files(paths)
    groups, others = ({form: files}, []) if form else _told_from(files)
    tell(f"reading {len(files)} files" if len(files) > 1 else f"reading {files[0].shown}")
    found = _together([_TEXTS[form](its, wishes) for form, its in groups.items()])
    if not found.rows and not found.left_out:
        raise Unreadable(f"{paths[0]} holds no notes in the form {' or '.join(groups)}; name another form with --from")
    found = replace(found, told=(*found.told, *_of_files(found, groups, others)))
    return making.made(found, wishes, paths, tell)


def _files(paths: Sequence[Path]) -> list[File]:
    """Return the files that are named, and those in folders that are named."""
    found: list[tuple[Path, Path]] = []  # a file, and the folder from which its levels are counted
    for path in paths:
        if path.is_dir():
            inside = sorted(it for it in path.rglob("*") if _is_file(it) and _is_read(it.relative_to(path)))
            found += [(it, path) for it in inside]
        else:
            found.append((path, path.parent))
    if not found:
        raise Unreadable(f"{paths[0]} holds no file of a form that can be read: csv, tsv, txt, md, yaml or json")
    return [
        File(path, path.as_posix(), text_of(path, path.as_posix()), path.relative_to(above).parts[:-1])
        for path, above in found
    ]


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_read(path: Path) -> bool:
    hidden = any(part.startswith((".", "_")) or part == "node_modules" for part in path.parts)
    about = path.stem.casefold() in _ABOUT
    return not hidden and not about and path.suffix.lower().lstrip(".") in (*_BY_ENDING, *_MARKDOWN, "txt")


def _told_from(files: Sequence[File]) -> tuple[dict[str, list[File]], list[File]]:
    """Return the files of the most frequent form by it, and the others; of Markdown each file may have its own."""
    forms = [_by_ending(it) for it in files]
    usual = max(dict.fromkeys(forms), key=forms.count)
    own = [it for it, form in zip(files, forms, strict=True) if form == usual]
    others = [it for it, form in zip(files, forms, strict=True) if form != usual]
    if usual:
        return {usual: own}, others
    texts = {it.shown: _FRONT.sub("", it.text) for it in own}
    most = _form_of_text(list(texts.values()))
    groups: dict[str, list[File]] = {most: own if most == _HEADINGS else []}
    for file in () if most == _HEADINGS else own:
        its = _form_of_text([texts[file.shown]])
        groups.setdefault(most if its == _HEADINGS else its, []).append(file)
    return groups, others


def _together(found: Sequence[Rows]) -> Rows:
    """Return what readers found as one."""
    if len(found) == 1:
        return found[0]
    return Rows(
        tuple(row for it in found for row in it.rows),
        tuple(dict.fromkeys(name for it in found for name in it.columns)),
        tuple(left for it in found for left in it.left_out),
        all(it.ours for it in found),
        tuple(told for it in found for told in it.told),
    )


def _of_files(found: Rows, groups: Mapping[str, Sequence[File]], others: Sequence[File]) -> Iterator[str]:
    """Yield that files were not read, or that nothing in them is a note."""
    if others:
        yield f"not read, as they are of another form: {_few(others)}"
    seen = {
        place.rpartition(":")[0] for place in (*(it.place for it in found.rows), *(it.place for it in found.left_out))
    }
    without = [it for its in groups.values() for it in its if it.shown not in seen and it.text.strip()]
    if without and (found.rows or found.left_out):
        how = "" if _HEADINGS in groups else "; where headings are questions, import those with --from md-headings"
        yield f"no note in {counted(len(without), 'file')}: {_few(without)}{how}"


def _few(files: Sequence[File]) -> str:
    return listed(it.shown for it in files[:_LISTED]) + (" ..." if len(files) > _LISTED else "")


def _form_of_text(texts: Sequence[str]) -> str:
    """Return the form of Markdown: that whose marks are the most."""
    asked = sum(len(_ASKED.findall(it)) for it in texts)
    marks = sum(obsidian.marks(it) for it in texts)
    separated = sum(len(_SEPARATED.findall(it)) for it in texts)
    headings_found = sum(len(_HEADING.findall(it)) for it in texts)
    counts = {"md-qa": asked, "obsidian": marks or (separated if separated > headings_found else 0)}
    return max(counts, key=lambda it: counts[it]) if any(counts.values()) else _HEADINGS


def _by_ending(file: File) -> str:
    """Return the form that a file's ending or first line tells, "" where its lines have to."""
    ending = file.path.suffix.lower().lstrip(".")
    if _ANKI.match(file.text):
        return "anki-txt"
    if ending == "txt" and not _ASKED.search(file.text) and not _BLOCK.search(file.text):
        return "csv"
    return _BY_ENDING.get(ending, "")
