"""Anki's own MathJax in a real Chromium: do good formulas show, and would attacks be live if we let them through?

MathJax is in the aqt wheel; where the package index does not give it, the tests are skipped and say so.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generator.text._tex_words import COMMANDS, ENVIRONMENTS
from tests.formulas import GOOD, LIVE
from tests.mathjax import Typeset, scripts, typesetter
from tests.test_tex import rendered

if TYPE_CHECKING:
    from tests.browser import Browser
else:
    Browser = Any

Show = Callable[[Sequence[str]], Typeset]


@pytest.fixture(scope="module")
def show(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Show]:
    """Typeset cards."""
    folder = Path(request.config.cache.mkdir("aqt")) if request.config.cache else None
    assert folder, "pytest's cache is switched off"
    with typesetter(browser, scripts(folder)) as typeset:
        yield typeset


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], list[str]]]:
    """Give a function that returns both sides of every card that Anki makes of a text with clozes."""
    from anki.collection import Collection

    collection = Collection(str(tmp_path_factory.mktemp("anki") / "collection.anki2"))

    def sides(field: str) -> list[str]:
        kind = collection.models.by_name("Cloze")
        assert kind
        note = collection.new_note(kind)
        note["Text"] = field
        collection.add_note(note, collection.decks.id("Default") or 1)
        outputs = [card.render_output() for card in note.cards()]
        return [side for it in outputs for side in (it.question_text, it.answer_text)]

    yield sides
    collection.close()


@pytest.mark.parametrize("formula", GOOD)
def test_a_good_formula_shows(formula: str, show: Show, cards: Callable[[str], list[str]]) -> None:
    html, found = rendered(f"{{{{c1::Thus}}}} {formula}.")
    assert found == []
    sides = cards(html)
    shown = show(sides)
    assert sides
    assert "<mjx-container" in shown.html
    assert (shown.errors, shown.is_live, "<a " in shown.html, "url(" in shown.html) == ([], False, False, False)


@pytest.mark.parametrize("attack", LIVE)
def test_an_attack_would_be_live(attack: str, show: Show, cards: Callable[[str], list[str]]) -> None:
    sides = cards(attack)
    assert sides
    assert show(sides).is_live


def test_every_command_of_the_list_is_one_of_mathjax(show: Show) -> None:
    shown = show([_used(it) for it in sorted(COMMANDS)])
    assert (shown.unknown, shown.asked, "Cannot read" in shown.html) == ([], (), False)


def test_every_environment_of_the_list_is_one_of_mathjax(show: Show) -> None:
    assert show([rf"\[\begin{{{it}}}{{1}} a \end{{{it}}}\]" for it in sorted(ENVIRONMENTS)]).unknown == []


def test_what_mathjax_does_not_know_is_seen(show: Show) -> None:
    shown = show([r"\(\nosuchcommand\)", r"\(\begin{nosuch}a\end{nosuch}\)"])
    assert shown.unknown == ["\\nosuchcommand", "nosuch"]


def _used(name: str) -> str:
    """Return a formula with a command."""
    written = r"\left(a\middle|b\right)" if name in ("left", "middle", "right") else rf"\{name}{{a}}{{b}}{{c}}"
    return rf"\({written}\)"
