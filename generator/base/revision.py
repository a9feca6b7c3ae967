"""A git revision and a file -> the file's bytes in it; and how to bring a lost file back. Runs git, to read only.

What an author names never reaches git as an option: git resolves it to a commit, and files are asked for by its number.
"""

import os
from pathlib import Path

from generator.base.files import Unusable
from generator.base.patterns import regex

_COMMIT = regex(r"[0-9a-f]{40,64}")


def restoring(what: str, path: str) -> str:
    """Return how to bring a file back: by git where it was committed, else from a backup."""
    place = Path(path)
    if _git(place.parent, "cat-file", "-e", f"HEAD:./{place.name}") is None:
        return f"restore {what} from a backup"
    where = "" if _root(Path()) == _root(place.parent) else f" -C {_word(str(place.parent))}"
    name = place.name if where else path
    state = "" if _git(place.parent, "ls-files", "--error-unmatch", "--", place.name) is not None else " HEAD"
    return f"restore {what}: git{where} checkout{state} -- {_word(name)}"


def _root(folder: Path) -> Path | None:
    place = folder.absolute()
    return next((it for it in (place, *place.parents) if os.path.lexists(it / ".git")), None)


def _word(text: str) -> str:
    from shlex import quote

    return quote(text) if os.name != "nt" else f'"{text}"'


def is_in_git(folder: Path) -> bool:
    """Say whether a folder is in a working tree of git."""
    return _root(folder) is not None


def commit_of(folder: Path, revision: str) -> str:
    """Return the number of the commit that a revision or tag names; "" where it names none."""
    if revision.startswith("-") or not revision.isprintable():
        return ""
    return _number(_git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"))


def last_commit(path: Path) -> str:
    """Return the number of the last commit that changed a file; "" where there is none."""
    return _number(_git(path.parent, "log", "-1", "--format=%H", "--", path.name))


def _number(printed: bytes | None) -> str:
    number = (printed or b"").decode("ascii", "replace").strip()
    return number if _COMMIT.fullmatch(number) else ""


def shown(path: Path, commit: str) -> bytes | None:
    """Return a file's bytes in a commit; None where it has none."""
    return _git(path.parent, "show", "--no-textconv", f"{commit}:./{path.name}") if commit else None


def read_at(path: Path, revision: str) -> bytes:
    """Return a file's bytes in a revision or tag. Raises Unusable."""
    if not is_in_git(path.parent):
        raise Unusable(f"there is no file '{revision}', and {path.parent} is not in a git repository")
    commit = commit_of(path.parent, revision)
    if not commit:
        raise Unusable(f"'{revision}' is neither a file nor a revision of git")
    data = shown(path, commit)
    if data is None:
        raise Unusable(f"revision '{revision}' has no {path.as_posix()}")
    return data


def _git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git prints; None where it fails, or there is no git."""
    place = next((it for it in (folder, *folder.absolute().parents) if it.is_dir()), None)
    if place is None or not is_in_git(place):
        return None
    import subprocess  # which a build seldom needs

    try:
        ran = subprocess.run(["git", *arguments], cwd=place, capture_output=True, check=False)  # noqa: S603, S607
    except OSError:
        return None
    return ran.stdout if ran.returncode == 0 else None
