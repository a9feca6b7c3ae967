"""What HTML a text becomes: the pairs of markup.txt, and what holds for any text."""

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.base.diagnostics import Diagnostic
from generator.base.place import Source
from generator.media.folder import Media
from generator.source.values import Text, placed
from generator.text._commonmark import emphasised, parser
from generator.text.escape import escape_text
from generator.text.markup import _MARKUP, Markup, _is_marked
from tests.support import png

CASES = re.findall(
    r"^== (\w+): (.*)\n((?:.*\n)*?)--\n((?:.+\n)+)",
    (Path(__file__).parent / "markup.txt").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def text(value: str) -> Text:
    """Return a located text that stands alone in its file."""
    return Text(value, Source("f.yaml", value), placed(0, len(value)))


def rendered(how: str, value: str, media: Path) -> tuple[str, list[Diagnostic]]:
    """Return the HTML of a text and what is wrong with it."""
    markup = Markup(Media(media, "media"))
    return getattr(markup, how)(text(value)).html, markup.found


@pytest.fixture
def media(tmp_path: Path) -> Path:
    (tmp_path / "skin.png").write_bytes(png(6, 4))
    return tmp_path


def test_there_are_pairs() -> None:
    assert len(CASES) == (Path(__file__).parent / "markup.txt").read_text(encoding="utf-8").count("\n== ")


@pytest.mark.parametrize(("how", "claim", "typed", "html"), CASES, ids=[case[1] for case in CASES])
def test_pair(how: str, claim: str, typed: str, html: str, media: Path) -> None:
    assert rendered(how, typed.rstrip("\n"), media) == (html.rstrip("\n"), [])


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co"))))
def test_the_short_way_gives_what_markdown_gives(value: str) -> None:
    plain = " ".join(_MARKUP.sub("", value).split())
    assert _is_marked(plain) or escape_text(plain) == parser().renderInline(plain)


@given(
    st.lists(
        st.sampled_from(("**bold 1**", "*it*", "__so__", "_x_", "*", "**", "_", " ", "(", ")", ".", "a", "-", "é", "“"))
    )
)
def test_plain_emphasis_found_the_short_way_is_what_markdown_gives(pieces: list[str]) -> None:
    plain, html = emphasised("".join(pieces).strip())
    assert _is_marked(plain) or html == parser().renderInline("".join(pieces).strip())


PIECES = (
    "{{c1::",
    "{{c12::",
    "}}",
    "::",
    "a",
    " b ",
    "ä",
    "latex",
    "sound:",
    "&",
    '"',
    "?",
    "(",
    ")",
    "5",
    ">",
    "|",
    "#",
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(lambda them: "{{c3::word}} " + "".join(them)))
def test_the_short_way_of_clozes_gives_what_the_long_one_gives(value: str) -> None:
    markup, closely = Markup(Media(Path("/nowhere"), "media")), Markup(Media(Path("/nowhere"), "media"))
    with pytest.MonkeyPatch.context() as patch:
        short = markup.cloze(text(value))
        patch.setattr("generator.text.markup.hidden_words", lambda _: ())
        assert (closely.cloze(text(value)), closely.found) == (short, markup.found)


@given(st.text(st.sampled_from("ab 5*_`[]()<>!&:{}|\\-+#\"'.="), max_size=40))
def test_no_text_makes_a_tag_that_is_not_ours(value: str) -> None:
    html, _ = rendered("prose", value or "a", Path("/nowhere"))
    tags = set(re.findall(r"<(/?\w+)[^>]*>", html))
    ours = ("strong", "em", "code", "a", "span", "p", "ul", "li", "ol", "pre", "blockquote")
    assert tags <= {"br", "img", "hr", *ours, *(f"/{it}" for it in ours)}


@given(st.text(st.sampled_from("ab 5*_<>&:{}|-+#.="), max_size=40))
def test_no_letter_or_digit_is_lost(value: str) -> None:
    html, _ = rendered("prose", value or "a", Path("/nowhere"))
    shown = unescape(re.sub(r"<[^>]*>", "", html))
    assert re.sub(r"[\W_]", "", shown) == re.sub(r"[\W_]", "", value or "a")


@pytest.mark.parametrize(
    ("typed", "code", "column"),
    [
        ("a {{c1::b", "C102", 3),
        ("{{c1:b}}", "C103", 1),
        ("a {{c0::b}}", "C104", 3),
        ("a {{c501::b}}", "C104", 3),
        ("a {{c1::}} b", "C105", 3),
        ("a {{C1::b}}", "C103", 3),
        ("{{c1::a::b::c}}", "C106", 11),
        ("{{c1::a::}}", "C106", 8),
        ("{{c1::a}} \\(x", "C211", 11),
        ("**{{c1::a** b}}", "C108", 3),
        ("{{c1::\\(\\href{x}{y}\\)}}", "C210", 9),
        ("{{c1::a}} [x](javascript:y)", "C220", 15),
        ("nothing hidden", "C101", 1),
        ("{{c" + "9" * 60 + "::a}}", "C103", 1),
    ],
)
def test_a_faulty_cloze_is_named_at_its_place(typed: str, code: str, column: int, media: Path) -> None:
    _, found = rendered("cloze", typed, media)
    assert (code, column) in [(it.code, it.span.column) for it in found]


@pytest.mark.parametrize("opening", ["[", "{{c1::", "**", "`", "<", "![", "\\(", "(", "{{c1::\\("])
def test_time_is_bounded_whatever_is_repeated(opening: str, media: Path) -> None:
    html, _ = rendered("cloze", opening * (20_000 // len(opening)), media)
    assert isinstance(html, str)
