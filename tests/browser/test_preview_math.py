"""Does the preview set formulas, as Anki will, by what it carries along, and only where there are some?"""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from generator.compiled.note_types import TEMPLATES
from generator.pipeline import build
from generator.show import preview
from tests import formulas
from tests.browser import Browser, Screen, opened
from tests.support import NOW, write_deck

PINNED = {
    "LICENSE": "12b4e5592a12baaf50637881f2cb9d66667b26b8d51a73cd8f0d6bcefe176ab6",
    "Temml-Local.css": "544f4e3fee4c36f4568e4f145fa626dc9573c5f4c96c523aadcc433c3989a239",
    "mhchem.min.js": "c63a7800e842a6846e7e8af6e05b3eb225783b92a7818f9868a2554375c57523",
    "temml.min.js": "1ab19148afe0dbc836b7a74f344071b3f3a70a7a8259ae4049e76894fcdf8d95",
}
SET = """side => [...side.querySelectorAll("math, .unset")].map(
    it => it.className === "unset" ? "as typed" : it.textContent)"""


AS_TYPED = {r"\[\begin{array}{r@{\quad}l|p{3cm}} a & b & c \end{array}\]"}  # Temml knows no such columns


def page_of(folder: Path, notes: str) -> Path:
    """Write the preview of a deck of these notes, and return where it is."""
    write_deck(folder / "deck", notes=notes)
    path = folder / "preview.html"
    path.write_bytes(preview.page(build.preview(folder / "deck", folder / "decks", NOW)).html)
    return path


def shown(screen: Screen, side: Any) -> list[str]:
    """Return the words of every formula on a side."""
    found: list[str] = screen.face(side).locator("body").evaluate(SET)
    return found


@pytest.mark.parametrize(("name", "sha256"), PINNED.items(), ids=list(PINNED))
def test_what_is_carried_along_is_what_was_looked_at(name: str, sha256: str) -> None:
    assert hashlib.sha256((TEMPLATES / "temml" / name).read_bytes()).hexdigest() == sha256


def test_a_page_without_formulas_carries_nothing_that_sets_them(tmp_path: Path) -> None:
    page = page_of(tmp_path, "notes: [{id: a, question: What costs $5?, answer: This}]\n").read_bytes()
    assert b"var temml" not in page


def test_a_formula_is_set_and_nothing_is_asked_for(tmp_path: Path, browser: Browser) -> None:
    notes = r"notes: [{id: a, question: '\(\frac{a}{b}\)?', answer: '\[ \ce{H2O} \] and \(x_{y} \text{ 5% }\)'}]"
    with opened(browser, page_of(tmp_path, notes).as_uri()) as screen:
        assert shown(screen, "front") == ["ab"]
        assert screen.face("front").locator("mfrac").count() == 1
        assert [re.sub(r"\W", "", it) for it in shown(screen, "back")] == ["ab", "H2O", "xy5"]


def test_a_cloze_inside_a_formula_is_hidden_there_and_shown_on_the_back(tmp_path: Path, browser: Browser) -> None:
    notes = r"""notes: [{id: a, cloze: 'So \( \frac{ {{c1::x}} }{y} \) and {{c2::\(z\)}}.'}]"""
    with opened(browser, page_of(tmp_path, notes).as_uri()) as screen:
        assert (shown(screen, "front"), shown(screen, "back")) == (["[...]y", "z"], ["xy", "z"])
        screen.press("ArrowRight")
        assert (shown(screen, "front"), shown(screen, "back")) == (["xy"], ["xy", "z"])
        assert screen.face("back").locator(".cloze math").count() == 1


def test_code_is_not_set(tmp_path: Path, browser: Browser) -> None:
    notes = r"notes: [{id: a, question: 'Type `\(x\)` for \(x\)', answer: y}]"
    with opened(browser, page_of(tmp_path, notes).as_uri()) as screen:
        assert shown(screen, "front") == ["x"]
        assert screen.face("front").locator("code").inner_text() == r"\(x\)"


def test_every_formula_that_anki_sets_is_set_here(tmp_path: Path, browser: Browser) -> None:
    lines = [f"  - id: f-{at}\n    cloze: |\n      {{{{c1::Set}}}}: {text}\n" for at, text in enumerate(formulas.GOOD)]
    with opened(browser, page_of(tmp_path, "notes:\n" + "".join(lines)).as_uri()) as screen:
        unset = set()
        for at, text in enumerate(formulas.GOOD):
            screen.page.locator("#q").fill(f"f-{at} ")
            assert shown(screen, "back"), text
            unset |= {text} if "as typed" in shown(screen, "back") else set()
        assert unset == AS_TYPED


def test_a_long_formula_in_a_line_scrolls_by_itself(tmp_path: Path, browser: Browser) -> None:
    long = " + ".join(f"a_{{{it}}}" for it in range(30))
    path = page_of(tmp_path, f"notes: [{{id: a, question: 'What is \\({long}\\)?', answer: 'A \\(b\\) sum'}}]\n")
    with opened(browser, path.as_uri(), width=390, height=780) as screen:
        sizes = screen.face("front").locator("html").evaluate("it => [it.scrollWidth, it.clientWidth]")
        assert sizes[0] <= sizes[1]
        assert screen.face("front").locator("math").evaluate("it => it.scrollWidth > it.clientWidth")
        screen.press(" ")
        assert screen.face("back").locator("math.wide").count() == 1  # the short one stays in its line
