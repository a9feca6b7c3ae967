"""A real Chromium: pages in frames of a given size in, what a script measures in each of them out."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = """
    --headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync
    --no-first-run --disable-extensions --virtual-time-budget=20000 --dump-dom
""".split()
_LONGEST = 120  # s


@dataclass(frozen=True, slots=True)
class Page:
    """A page as HTML, and the size of the window it is shown in, in px. A phone's width needs no narrow window."""

    html: str
    width: int
    height: int = 780


def find() -> str | None:
    """Return the path of a Chromium on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def measured(browser: str, folder: Path, pages: Sequence[Page], script: str) -> list[Any]:
    """Return what `script`, a function of a window, returns for each page. Their pictures lie in `folder`."""
    frames = "".join(
        f'<iframe style="border:0" width="{page.width}" height="{page.height}" srcdoc="{escape(page.html)}"></iframe>'
        for page in pages
    )
    work = f"const frames = [...document.querySelectorAll('iframe')].map(frame => ({script})(frame.contentWindow))"
    host = folder / "host.html"
    host.write_text(
        f'<!doctype html><meta charset="utf-8">{frames}<pre id="found"></pre><script>window.addEventListener("load", '
        f"() => {{ {work}; document.getElementById('found').textContent = JSON.stringify(frames) }})</script>",
        encoding="utf-8",
    )
    command = [browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", host.as_uri()]
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=_LONGEST, check=True)
    found = ran.stdout.rpartition('<pre id="found">')[2].partition("</pre>")[0]
    return list(json.loads(unescape(found)))
