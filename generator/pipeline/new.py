"""A folder's name -> the files of a small project that builds; what stands in `templates/new/`, made to fit."""

import json
import re
import unicodedata
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from generator import __version__
from generator.base.characters import FORBIDDEN, SUSPICIOUS, nfc
from generator.deck import editor_schema
from generator.source import shapes as f

TEMPLATES = Path(__file__).parents[1] / "templates" / "new"
_IMPORTED = TEMPLATES.with_name("imported")  # in place of the examples
_EXAMPLES = ("README.md", "cards_src")


class Begun(NamedTuple):
    """A project to be written: paths with forward slashes -> bytes, sorted."""

    id: str
    name: str
    files: dict[str, bytes]

    @property
    def home(self) -> str:
        """The path of its deck's folder."""
        return f"cards_src/{_folder(self.id)}"


def _folder(id: str) -> str:
    return id.replace("-", "_")


class Unfit(Exception):
    """No deck can have this id or name; the text says what to write instead."""


def begin(title: str, id: str = "", name: str = "", examples: bool = True) -> Begun:
    """Return the files of a project. Its deck's id and name are made of `title` where they are not given.

    Without `examples` it has no notes. Raises Unfit.
    """
    id = _id(title, id)
    name = _name(title, id, name)
    folder = _folder(id)
    root = "".join(part.capitalize() for part in id.split("-"))
    values = {"id": id, "name": name.replace("'", "''"), "folder": folder, "root": root}
    values["requirement"] = installable(_direct_url())
    files = {
        f"cards_src/{file}.schema.json": editor_schema.as_json(file).encode("ascii") for file in editor_schema.FILES
    }
    for path, parts in _templates(examples):
        if path.is_file():
            target = "/".join(folder if it == "deck" else re.sub("^dot_", ".", it) for it in parts)
            files[target] = _filled(path.read_bytes(), values | ({"name": name} if path.suffix == ".md" else {}))
    return Begun(id, name, dict(sorted(files.items())))


def _templates(examples: bool) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield what stands in the folder of templates, each with the parts of its path in a project."""
    for path in TEMPLATES.rglob("*"):
        parts = path.relative_to(TEMPLATES).parts
        if examples or parts[0] not in _EXAMPLES:
            yield path, parts
    for path in () if examples else _IMPORTED.rglob("*"):
        yield path, path.relative_to(_IMPORTED).parts


def _direct_url() -> str | None:
    try:
        return distribution("deckwright").read_text("direct_url.json")
    except PackageNotFoundError:  # run from a folder, and never installed
        return "{}"


def installable(direct_url: str | None) -> str:
    """Return what installs this very Deckwright elsewhere, in YAML's single quotes; "" if it is on this machine only.

    `direct_url` is what the installer noted of an address; None: it came from the package index. Source: PEP 610.
    """
    if direct_url is None:
        return f"deckwright[anki]=={__version__}"
    origin = json.loads(direct_url)
    address = urlsplit(origin.get("url", ""))
    known = address.scheme in ("https", "http", "ssh")
    secret = address.password or (address.username and address.scheme != "ssh")
    if not known or secret:
        return ""
    version = origin.get("vcs_info", {})
    from_git = f"{version['vcs']}+{address.geturl()}@{version['commit_id']}" if version else address.geturl()
    return f"deckwright[anki] @ {from_git}".replace("'", "%27")


def _filled(text: bytes, values: dict[str, str]) -> bytes:
    """Replace `@key@` by its value; in YAML a name stands in single quotes."""
    return re.sub(rb"@([a-z]+)@", lambda match: values[match[1].decode()].encode(), text)


def _id(title: str, id: str) -> str:
    if not id:
        plain = unicodedata.normalize("NFKD", title.casefold())
        letters = "".join(it for it in plain if not unicodedata.combining(it))
        id = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:80].strip("-")
        if not id:
            raise Unfit(f"no deck id can be made of '{title}': say one with --id, in {f.DECK_ID.form}")
    if not f.DECK_ID.pattern.fullmatch(id):
        raise Unfit(f"'{id}' cannot be a deck id: write {f.DECK_ID.form}")
    return id


def _name(title: str, id: str, name: str) -> str:
    if name:
        if not _fits(nfc(name)):
            raise Unfit(f"'{name}' cannot be a deck name: write {f.DECK_NAME.form}, and not 'Default'")
        return nfc(name)
    made = " ".join(re.sub(r"[_:-]+", " ", nfc(title)).split())
    made = made[:1].upper() + made[1:]
    return made if _fits(made) else " ".join(id.replace("-", " ").capitalize().split()) + " deck"


def _fits(name: str) -> bool:
    fits = f.DECK_NAME.pattern.fullmatch(name) and len(name) <= f.DECK_NAME.most
    odd = FORBIDDEN.search(name) or SUSPICIOUS.search(name)
    return bool(fits) and not odd and name.split("::")[0].casefold() != "default"
