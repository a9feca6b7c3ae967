"""Anki's own MathJax, from the aqt wheel, unpacked and not installed; and cards on a page with it in Chromium."""

import importlib.metadata
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route
else:
    Browser = Route = Any

_INSIDE = "_aqt/data/web/js/"  # of the wheel
SETTINGS, SCRIPT = "mathjax.js", "vendor/mathjax/tex-chtml-full.js"
_PAGE = "http://anki.invalid/"  # an address that nobody has; every request is answered here
_ENTERED = re.compile(r"<(?!mjx-merror|merror)[^<>]*=\"[^\"<>]*evil[^\"<>]*\"[^<>]*>")


def scripts(folder: Path) -> Path:
    """Return the folder of Anki's scripts, taken from the package index into `folder` once, or skip."""
    version = importlib.metadata.version("anki")
    unpacked = folder / f"aqt-{version}"
    if not (unpacked / _INSIDE / SCRIPT).is_file():
        ask = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", str(folder), f"aqt=={version}"]
        got = subprocess.run(ask, capture_output=True, text=True, timeout=300, check=False)
        wheel = next(folder.glob(f"aqt-{version}-*.whl"), None)
        if got.returncode or wheel is None:
            pytest.skip(f"Anki's MathJax cannot be had: no aqt {version} from the package index")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked, [it for it in archive.namelist() if it.startswith(_INSIDE)])
    return unpacked / _INSIDE


@dataclass(frozen=True, slots=True)
class Typeset:
    """A card after MathJax: its HTML, and whether anything outside was asked for."""

    html: str
    asked: tuple[str, ...]

    @property
    def unknown(self) -> list[str]:
        """The commands and environments that MathJax does not know."""
        commands = re.findall(r'<mtext mathcolor="red">([^<]*)<', self.html)
        return commands + re.findall(r"<merror data-mjx-error=\"Unknown environment '([^\"]*)'\"", self.html)

    @property
    def errors(self) -> list[str]:
        """What MathJax could not read: it says so, or shows a command in red, or leaves the formula as it was."""
        told = re.findall(r'data-mjx-error="([^"]*)"', self.html)
        return told + self.unknown + re.findall(r"\\[(\[]", re.sub(r'="[^"]*"', "", self.html))

    @property
    def is_live(self) -> bool:
        """Whether something of the author's got into an attribute, or was asked for."""
        return bool(self.asked or _ENTERED.search(re.sub(r' data-cloze="[^"]*"', "", self.html)))


@contextmanager
def typesetter(browser: Browser, folder: Path) -> Iterator[Any]:
    """Give a function that shows a card's HTML as Anki's reviewer does, and returns it typeset."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []

    def answer(route: Route) -> None:
        address = route.request.url
        own = folder / address.partition("/_anki/js/")[2]
        if address == _PAGE:
            script = f'<script src="/_anki/js/{SETTINGS}"></script><script src="/_anki/js/{SCRIPT}"></script>'
            route.fulfill(
                body=f'<!doctype html><meta charset="utf-8">{script}<div id="qa"></div>', content_type="text/html"
            )
        elif "/_anki/js/" in address and own.is_file():
            route.fulfill(path=own)
        else:
            asked.append(address)
            route.abort()

    def typeset(cards: Sequence[str]) -> Typeset:
        asked.clear()
        page.goto(_PAGE)
        html = page.evaluate(_TYPESET, "".join(f'<div class="card">{it}</div>' for it in cards))
        return Typeset(html, tuple(it for it in asked if "favicon" not in it))

    page.route("**/*", answer)
    try:
        yield typeset
    finally:
        context.close()


_TYPESET = """async html => {
    await MathJax.startup.promise;
    const qa = document.getElementById("qa");
    qa.innerHTML = html;
    await MathJax.typesetPromise([qa]);
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return qa.innerHTML;
}"""
