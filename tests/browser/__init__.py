"""A real Chromium without a window: a page opened in it, what it shows, and everything it said or asked for."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Browser
    from playwright.sync_api import FrameLocator, Request
    from playwright.sync_api import Page as Page
else:
    Browser = FrameLocator = Page = Request = Any

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_ROOT = os.name == "posix" and os.geteuid() == 0  # Chromium's own sandbox does not start for root


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as HTML, and the size of the window it is shown in, in px."""

    html: str
    width: int
    height: int = 780


def measured(browser: Browser, folder: Path, pages: Sequence[Shown], script: str) -> list[Any]:
    """Return what `script`, a function of a window, returns for each page. Their pictures lie in `folder`."""
    frames = "".join(
        f'<iframe style="border:0" width="{it.width}" height="{it.height}" srcdoc="{escape(it.html)}"></iframe>'
        for it in pages
    )
    host = folder / "host.html"
    host.write_text(f'<!doctype html><meta charset="utf-8">{frames}', encoding="utf-8")
    page = browser.new_page()
    try:
        page.goto(host.as_uri())
        found: list[Any] = page.evaluate(
            f"[...document.querySelectorAll('iframe')].map(it => ({script})(it.contentWindow))"
        )
    finally:
        page.close()
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the Chromium of this machine; skip where there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser is installed: {', '.join(_NAMES)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if _ROOT else [])
        try:
            yield browser
        finally:
            browser.close()


class Screen:
    """An open preview. `told` is what the console said, `asked` every address that was asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.told: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.told.append(message.text))
        page.on("pageerror", lambda problem: self.told.append(str(problem)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("requestfailed", self._failed)

    def _failed(self, request: Request) -> None:
        if request.failure == "csp":  # the browser did not ask: the page forbids it
            self.asked.remove(request.url)

    def open(self, address: str) -> None:
        """Go to an address, and wait until the card is drawn."""
        self.page.goto(address)
        self.wait()

    def wait(self) -> None:
        """Wait until the card is drawn."""
        self.page.locator("body[data-ready]").wait_for(state="attached")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def text(self, id: str) -> str:
        """Return the text of an element, on one line."""
        return " ".join(self.page.locator(f"#{id}").inner_text().split())

    def face(self, side: Literal["front", "back"]) -> FrameLocator:
        """Return the frame of a side."""
        return self.page.frame_locator(f"#{side} iframe")

    def html(self, side: Literal["front", "back"]) -> str:
        """Return the HTML of a side."""
        return self.face(side).locator("body").inner_html()

    def visible(self) -> list[str]:
        """Return the sides that are in sight."""
        return [side for side in ("front", "back") if self.page.locator(f"#{side}").is_visible()]

    @property
    def card(self) -> str:
        """The card that is chosen, as the list has it: "label", "id · what it hides"."""
        return " | ".join(self.page.locator(".row[aria-selected=true] > div").all_inner_texts())

    @property
    def place(self) -> str:
        """Where the card that is shown stands in the source."""
        return self.page.locator("#facts code").inner_text()

    def choose(self, filter: str, value: str) -> list[str]:
        """Set a filter, and return the ids in the list, each once."""
        self.page.locator(f"#{filter}").select_option(value)
        return self.ids()

    def ids(self) -> list[str]:
        """Return the ids in the list, each once."""
        lines = self.page.locator(".row > div:last-child").all_inner_texts()
        return list(dict.fromkeys(line.split(" · ")[0].split()[-1] for line in lines))


@contextmanager
def opened(
    browser: Browser, address: str, width: int = 1280, height: int = 900, dark: bool = False, said: bool = False
) -> Iterator[Screen]:
    """Open a preview; at the end the console must have been silent unless it may have `said` something.

    Nothing may ever be asked for but the page itself, its versions, what it holds, and to write the masks drawn in it.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", offline=False
    )
    try:
        screen = Screen(context.new_page())
        screen.open(address)
        yield screen
        own = address.partition("#")[0]
        outside = [
            it
            for it in screen.asked
            if it.partition("#")[0] not in (own, f"{own}events", f"{own}masks", "about:srcdoc")
        ]
        assert [it for it in outside if not it.startswith("data:")] == []
        assert said or screen.told == []
    finally:
        context.close()
