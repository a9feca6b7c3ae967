"""What people type is what they see: lines, code, marks and signs of every kind, in real Anki and a real Chromium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from generator.pipeline import check
from tests.anki.test_as_typed import block
from tests.anki_backend import Anki, opened
from tests.browser import Browser
from tests.support import SVG, guid, package, write_deck

# Typed under `|` -> the lines that are seen.
LINES = {
    "Pen G -> IV\nPen V -> PO": "Pen G -> IV\nPen V -> PO",
    "C:\\_tmp\n\\\\server\\share": "C:\\_tmp\n\\\\server\\share",
    "2 mmol\n+ 3 mmol\n= 5 mmol": "2 mmol\n+ 3 mmol\n= 5 mmol",
    "# of lesions\n> 5 mm\n> 60 y": "# of lesions\n> 5 mm\n> 60 y",
    "Name: ____\n_____": "Name: ____\n_____",
}
BLOCKS = {
    "one\n\ntwo\nthree": "one\n\ntwo\nthree",
    "- only one": "only one",
    "Two:\n- one\n- two\nNo more.": "Two:\none\ntwo\nNo more.",
    "1. one\n1. two\n1. three": "one\ntwo\nthree",
    "1. one\n  - a\n    - b\n  - c\n2. two": "one\na\nb\nc\ntwo",
    "- one\n  1. a\n  2. b\n- two": "one\na\nb\ntwo",
    "## Rare\nAlopecia\n---\nCommon\n### Signs": "Rare\n\nAlopecia\n\nCommon\n\nSigns",
    "> Calcium is laid down\n> in dead tissue.\nVirchow": "Calcium is laid down\nin dead tissue.\n\nVirchow",
    '```python\nfor i in x:\n    print(i * 2, a_b, "\\d")\n```': 'for i in x:\n    print(i * 2, a_b, "\\d")',
    "Run:\n~~~sh\n$ ls -l | grep '*' && echo \"$x$\"\n\n\n# <b>&nbsp;</b>\n~~~": (
        "Run:\n\n$ ls -l | grep '*' && echo \"$x$\"\n\n\n# <b>&nbsp;</b>"
    ),
    "````\n```\n\\(x\\) {{ y }} [sound:x.mp3]\n```\n````": "```\n\\(x\\) {{ y }} [sound:x.mp3]\n```",
    "- Run\n  ```\n  - a\n    + b\n  ```\n- Look": "Run\n- a\n  + b\nLook",
}
WORDS = {  # typed in one line -> what is seen
    "__enter__ and snake_case_name": "__enter__ and snake_case_name",
    "C:\\_tmp and \\\\server\\share\\_x": "C:\\_tmp and \\\\server\\share\\_x",
    "^\\d+\\.\\d+$ and \\w+\\*": "^\\d+\\.\\d+$ and \\w+\\*",
    "a\\b, c\\'d and 50\\%": "a\\b, c\\'d and 50\\%",
    "https://x.org/a_b_/_c_?q=__d__&e=*f*": "https://x.org/a_b_/_c_?q=__d__&e=*f*",
    "see www.x.org/_a_ and **https://x.org/_b**": "see www.x.org/_a_ and https://x.org/_b",
    "**「太字」**です": "「太字」です",
    "首选**链霉素（SM）**次之": "首选链霉素（SM）次之",
    '**"강조"**는 **(강조)**가': '"강조"는 (강조)가',
    "**foo:**bar and **(x)**y": "foo:bar and (x)y",
    "f(**kwargs) and g(**opts), f(x,*args,*more)": "f(**kwargs) and g(**opts), f(x,*args,*more)",
    "10<sup>9</sup> and HbA<sub>1c</sub>": "109 and HbA1c",
    "*x<sub>i</sub>* and **Ca<sup>2+</sup>**": "xi and Ca2+",
    '`it\'s "$5"` and `{ user.name }`': 'it\'s "$5" and { user.name }',
    "`a*b*c` and ``x`y`` and `\\d\\_`": "a*b*c and x`y and \\d\\_",
    "`<br>` and `&nbsp;` and `$x_1$`": "<br> and &nbsp; and $x_1$",
    "$5 and $10, US$5/US$10, $HOME/bin:$PATH": "$5 and $10, US$5/US$10, $HOME/bin:$PATH",
    "5 mm > 3, a<b, [Ca], a == b, x^2 ~5 mg": "5 mm > 3, a<b, [Ca], a == b, x^2 ~5 mg",
    "from - 5 mV to + 5 mV": "from - 5 mV to + 5 mV",
    "\\*, \\_, \\`, \\{, \\| and \\$5": "*, _, `, {, | and $5",
}
TYPED = (*LINES, *WORDS, *BLOCKS)
SEEN = LINES | WORDS | BLOCKS
PARTS = (*LINES, *WORDS)  # what may stand within a line: in an item, a cell, a cloze


def deck() -> dict[str, str | bytes]:
    """Return a deck with every text in every place where it may stand."""
    notes, disputes = ["notes:\n"], []
    for number, text in enumerate(TYPED):
        it = block(text)
        disputes.append(f"d-{number}: {it}")
        notes += (
            f"  - id: q-{number}\n    question: {it}    answer: {it}    extra: {it}    dispute: d-{number}\n",
            f"  - id: c-{number}\n    cloze: {block('{{c1::Gap}}' + chr(10) * 2 + text)}",
        )
    for number, text in enumerate(PARTS):
        it = escaped(text)
        notes += (
            f"  - id: l-{number}\n    list: {it}\n    items: {{x: {it}, y: {{text: Two, cue: {it}}}}}\n",
            f"  - {{id: t-{number}, table: T, columns: {{x: X}}, rows: {{r: {{name: {it}, x: {it}}}}}}}\n",
            f"  - id: w-{number}\n    cloze: {block('Before {{c1::' + text + '}} after')}",
            f"  - id: h-{number}\n    cloze: {block('Before {{c1::x::' + text + '}} after')}",
            f"  - {{id: p-{number}, image: a.svg, header: {it}, masks: {{m: {{rect: [0, 0, 9, 9], label: {it}}}}}}}\n",
        )
    return {"notes.yaml": "".join(notes), "disputes.yaml": "".join(disputes), "media/a.svg": SVG}


def escaped(text: str) -> str:
    """Return a text as a YAML scalar of one line."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


class Cards(NamedTuple):
    """A collection, and a page to look at its cards."""

    anki: Anki
    page: Any

    def seen(self, id: str, side: int, where: str) -> str:
        """Return what an element shows, on the first card of a note."""
        rendered = self.anki.cards(guid(id))[0].render_output()
        html = rendered.answer_text if side else rendered.question_text
        self.page.set_content(f'<!doctype html><style>{rendered.css}</style><body class="card">{html}')
        part = self.page.locator(where).first
        part.evaluate("part => part.closest('details')?.setAttribute('open', '')")  # what is folded is opened
        return str(part.inner_text())


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Cards]:
    """Every text in every place, in real Anki and a real Chromium."""
    folder = tmp_path_factory.mktemp("meant")
    (made,) = check.check(write_deck(folder / "deck", deck())).decks
    with opened(folder / "anki") as anki:
        anki.take(package(made, folder / "meant.apkg"))
        page = browser.new_page(viewport={"width": 390, "height": 780})
        yield Cards(anki, page)
        page.close()


def plain(text: str) -> list[str]:
    """Return the lines of a text: how far paragraphs are apart is a matter of looks."""
    return [line.rstrip() for line in text.split("\n") if line.strip()]


each = pytest.mark.parametrize("number", range(len(TYPED)))
each_part = pytest.mark.parametrize("number", range(len(PARTS)))


def test_nothing_is_warned_of(tmp_path: Path) -> None:
    found = check.check(write_deck(tmp_path / "deck", deck())).diagnostics
    assert [it for it in found if it.code[0] not in "LM"] == []


@pytest.mark.parametrize(("side", "where"), [(0, ".asked"), (1, ".answer"), (1, ".extra"), (1, ".dispute")])
@each
def test_a_text_of_a_question_is_seen_as_typed(side: int, where: str, number: int, cards: Cards) -> None:
    seen = cards.seen(f"q-{number}", side, where).removesuffix("Sources differ")
    assert plain(seen.lstrip()) == plain(SEEN[TYPED[number]])


@each
def test_a_text_beside_a_cloze_is_seen_as_typed(number: int, cards: Cards) -> None:
    assert plain(cards.seen(f"c-{number}", 1, ".text")) == ["Gap", *plain(SEEN[TYPED[number]])]


@each_part
def test_a_cloze_is_seen_as_typed(number: int, cards: Cards) -> None:
    seen = SEEN[PARTS[number]]
    assert plain(cards.seen(f"w-{number}", 1, ".text")) == plain(f"Before {seen} after")


@each_part
def test_a_hint_is_seen_as_typed(number: int, cards: Cards) -> None:
    assert plain(cards.seen(f"h-{number}", 0, ".text")) == plain(f"Before [{SEEN[PARTS[number]]}] after")


@each_part
def test_a_list_is_seen_as_typed(number: int, cards: Cards) -> None:
    seen = plain(SEEN[PARTS[number]])
    assert plain(cards.seen(f"l-{number}", 1, ".text")) == [*seen, "2 items", *seen, "Two"]


@each_part
def test_a_row_is_seen_as_typed(number: int, cards: Cards) -> None:
    seen = plain(SEEN[PARTS[number]])
    assert plain(cards.seen(f"t-{number}/r", 1, ".row-name")) == seen
    assert plain(cards.seen(f"t-{number}/r", 1, ".record td")) == seen


@each_part
def test_a_header_and_a_label_are_seen_as_typed(number: int, cards: Cards) -> None:
    seen = plain(SEEN[PARTS[number]])
    assert plain(cards.seen(f"p-{number}", 1, ".heading")) == seen
    assert plain(cards.seen(f"p-{number}", 1, ".answer")) == seen


def test_long_code_scrolls_by_itself_on_a_telephone(tmp_path: Path, browser: Browser) -> None:
    code = "```\n" + "x = f(" + ", ".join(f"argument_{number}" for number in range(40)) + ")\n```"
    notes = f"notes:\n  - id: long\n    question: Which?\n    answer: {block(code)}"
    (made,) = check.check(write_deck(tmp_path / "deck", notes=notes)).decks
    with opened(tmp_path / "anki") as anki:
        anki.take(package(made, tmp_path / "d.apkg"))
        page = browser.new_page(viewport={"width": 390, "height": 780})
        rendered = anki.cards(guid("long"))[0].render_output()
        page.set_content(f'<!doctype html><style>{rendered.css}</style><body class="card">{rendered.answer_text}')
        wide = page.evaluate("[document.documentElement.scrollWidth, document.querySelector('pre').scrollWidth]")
        page.close()
    assert wide[0] <= 390 < wide[1]
