"""What an author typed is what a student reads: odd texts in every place, imported into a real collection."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.base.media_kinds import PLAYED
from generator.package import inspection
from generator.pipeline import check
from tests import recordings
from tests.anki_backend import Anki, lines, opened
from tests.support import DECK, compiled, guid, package, png, write_deck

DAY = "2025-10-09"  # of support.NOW, as cards show it


ANYWHERE = (  # show as typed in every kind of field, also inside a cloze that the author wrote by hand
    "a<b",
    "<object data=x></object> <meta http-equiv=refresh> <form action=x> <iframe srcdoc='x'> <style>a{}</style>",
    "a < b > c",
    "Ca < 8",
    "<Ca2+>",
    "Ca < 8 & PO4 > 5",
    "R&D",
    "&copy=1",
    "&lt;",
    "&amp;lt;",
    "&nbsp;x",
    "&#65;",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "one<br>two",
    "<!-- comment -->",
    "x</div></div>y",
    "<b>bold</b>",
    "<a href='javascript:alert(1)'>x</a>",
    "5*10 and 6*10",
    "HLA-B*27 and HLA-DRB1*04",
    "2 * 3 * 4",
    "* first",
    "> 5 mm",
    "# of lesions",
    "## 2",
    "#hashtag",
    "[Ca]: 2.1",
    "[ ] and [x]",
    "[1] and (2)",
    "x[0](a b)",
    "---",
    "===",
    "***",
    "+ 5 mm",
    "- 5 mm",
    "1. First",
    "1) First",
    "2024-01-02",
    "no",
    "1.10",
    "1:30",
    "0123",
    "~",
    "null",
    "| a | b |",
    "snake_case_name and _x",
    "~~5~~ and x^2^",
    "$x$ and $$y$$",
    "100 %",
    "C:\\Temp\\new",
    "a\\b",
    'it\'s "quoted"',
    "“typographic” ‘quotes’ … –",
    "'",
    '"',
    "\"' onmouseover='x",
    "µg/l ≥ 5 → ∞ ½ °C",
    "Ménière, naïve, Ærø, ß",
    "カルシウム 钙 칼슘",
    "עברית و عربي",
    "🩺 👩‍⚕️ é",
    "[sound:x]",
    "[sound:x.mp3]",
    "[latex]x[/latex]",
    "[$]x[/$]",
    "[$$]x[/$$]",
    "[anki:play:q:0]",
    "[anki:tts lang=en]x[/anki:tts]",
    "[SOUND:x.mp3]",
    "[[type:Answer]]",
    "{one} and {two}",
    "https://example.org/?a=1&b=2",
    "x_y <b>&lt;</b> & #1",
    "image-occlusion:rect:left=.1:top=.1:width=.2:height=.2",
)
NOT_BY_HAND = (  # would be a part of a cloze that the author wrote by hand; show as typed everywhere else
    "{{Front}}",
    "{{Answer}}",
    "{{#Reverse}}x{{/Reverse}}",
    "{{cloze:Text}}",
    "{{FrontSide}}",
    "{{c1::x}}",
    "{{c2::x::y}}",
    "{{c1,2::x}}",
    "{{c1::x",
    "a }} b",
    "x}}",
    "x}",
    "}}",
    "}}}",
    "{",
    "{{",
    "{{{",
    "a::b",
    "std::vector",
    "::",
    "::x",
    "x::",
    "x:",
    ":",
    ":::",
    "a::b}}c{{d",
    "<%cloze:Text%>",
    "{{=<% %>=}}",
)
TYPED = ANYWHERE + NOT_BY_HAND
FORMULAS = {  # as typed -> as it stands in a cloze, where Anki must not find the end too early: TeX means the same
    r"\(\frac{a}{\sqrt{b}}\)": r"\(\frac{a}{\sqrt{b} }\)",
    r"\[\frac{a}{\sqrt{b}}\]": r"\[\frac{a}{\sqrt{b} }\]",
    r"\({{a}}\)": r"\({ {a} }\)",
    r"\(a::b\)": r"\(a: :b\)",
    r"\(a<b & c\)": r"\(a<b & c\)",
    r"so \(x_1 * y_2 * z_3\) it is": r"so \(x_1 * y_2 * z_3\) it is",
    r"\(\text{[sound:x]}\)": r"\(\text{[sound:x]}\)",
    r"\([sound:x.mp3]\)": r"\([sound:x.mp3]\)",
    r"\([latex]x[/latex]\)": r"\([latex]x[/latex]\)",
    r"\([$]x[/$]\)": r"\([$]x[/$]\)",
}
LINES = (  # texts of several lines
    "first\n===\nsecond",
    "# of lesions\n> 5 mm",
    "first\n+ 5 mm",
    "[Ca]: 2.1\n[PO4]: 1.2",
    "a | b\nc | d",
    "first\n<br>\nsecond",
    "{{Front}}\n}}",
)
ABOUT = "a<b & c\n\n<script>alert(1)</script>\n\n&copy=1\n\n> 5 mm\n\n[sound:x.mp3]\n\n[latex]x[/latex]\n\n{{Front}}"


def quoted(text: str) -> str:
    """Return a YAML scalar of one line that is this text."""
    return "'" + text.replace("'", "''") + "'"


def block(text: str) -> str:
    """Return a YAML block that is this text, as the value of a note's key."""
    return "|\n" + "".join(f"      {line}\n" for line in text.split("\n"))


def odd_deck() -> dict[str, str | bytes]:
    """Return a deck with every text in every place. The number of a text is a part of its notes' ids."""
    notes, sources, disputes = ["notes:\n"], [], []
    for number, text in enumerate((*TYPED, *FORMULAS)):
        it = quoted(text)
        sources.append(f"s-{number}: {{title: {it}}}\n")
        disputes.append(f"d-{number}: {it}\n")
        notes.append(
            f"""\
  - {{id: q-{number}, question: {it}, answer: Yes, dispute: d-{number}, sources: [s-{number}]}}
  - {{id: a-{number}, question: Question {number}, answer: {it}, reverse: true, extra: {it}}}
  - {{id: i-{number}, list: List {number}, items: {{x: {{text: {it}, cue: {it}}}, y: {it}}}}}
  - {{id: l-{number}, list: {it}, items: {{x: Item}}}}
  - {{id: c-{number}, table: Table {number}, columns: {{x: One, y: Two}}, rows: {{r: {{name: R, x: {it}, y: {it}}}}}}}
  - {{id: t-{number}, table: {it}, columns: {{x: {it}}}, rows: {{r: {{name: {it}, x: Cell}}}}}}
  - {{id: p-{number}, image: skin.png, header: {it}, masks: {{m: {{rect: [{number}, 0, 90, 90], label: {it}}}}}}}
"""
        )
    for number, text in enumerate((*ANYWHERE, *FORMULAS)):
        whole, hint = quoted(f"Before {{{{c1::{text}}}}} after"), quoted(f"{{{{c1::Text {number}::{text}}}}} after")
        notes.append(f"  - {{id: w-{number}, cloze: {whole}}}\n  - {{id: h-{number}, cloze: {hint}}}\n")
    for number, text in enumerate(LINES):
        notes.append(f"  - id: m-{number}\n    question: {block(text)}    answer: Answer\n")
    about = f"description: {block(ABOUT)}"
    return {
        "deck.yaml": DECK.replace("description: A deck for tests.\n", about),
        "notes.yaml": "".join(notes),
        "sources.yaml": "".join(sources),
        "disputes.yaml": "".join(disputes),
        "media/skin.png": png(300, 100),
    }


@pytest.fixture(scope="module")
def odd_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with every odd text in every place."""
    folder = tmp_path_factory.mktemp("odd")
    (deck,) = check.check(write_deck(folder / "deck", odd_deck())).decks
    return package(deck, folder / "odd.apkg")


@pytest.fixture(scope="module")
def odd(odd_package: Path) -> Iterator[Anki]:
    """A collection with every odd text in every place; to be read only."""
    with opened(odd_package.parent / "anki") as anki:
        anki.take(odd_package)
        yield anki


def tight(shown: tuple[str, ...]) -> tuple[str, ...]:
    """Return lines without their spaces: where clozes may be near, a formula may have more of them than were typed."""
    return tuple("".join(line.split()) for line in shown)


def foot(id: str) -> str:
    """Return the last line of a card."""
    return f"Updated {DAY} · {id}"


# A number is that of a text in TYPED, then in FORMULAS; in clozes written by hand, in ANYWHERE, then in FORMULAS.
each_text = pytest.mark.parametrize(("number", "text"), list(enumerate((*TYPED, *FORMULAS))))
each_hidden = pytest.mark.parametrize(("number", "hidden"), list(enumerate((*TYPED, *FORMULAS.values()))))
each_by_hand = pytest.mark.parametrize(("number", "hidden"), list(enumerate((*ANYWHERE, *FORMULAS.values()))))


@each_text
def test_a_question_comes_out_as_typed(number: int, text: str, odd: Anki) -> None:
    (card,) = odd.shown(guid(f"q-{number}"))
    assert card.asks == (text,)


@each_text
def test_a_dispute_and_a_source_come_out_as_typed(number: int, text: str, odd: Anki) -> None:
    (card,) = odd.shown(guid(f"q-{number}"))
    assert card.answers[2:] == (text, "Sources differ", text, "Sources", f"Updated {DAY}", f"q-{number}")


@each_text
def test_an_answer_and_an_extra_come_out_as_typed(number: int, text: str, odd: Anki) -> None:
    card, _ = odd.shown(guid(f"a-{number}"))
    assert card.answers == (f"Question {number}", text, text, foot(f"a-{number}"))


@each_text
def test_an_answer_asked_the_other_way_round_comes_out_as_typed(number: int, text: str, odd: Anki) -> None:
    _, card = odd.shown(guid(f"a-{number}"))
    assert card.asks == (text, "One of a pair: give the other")


@each_hidden
def test_the_items_of_a_list_come_out_as_typed(number: int, hidden: str, odd: Anki) -> None:
    card, _ = odd.shown(guid(f"i-{number}"))
    assert card.answers == (f"List {number}", "2 items", hidden, hidden, foot(f"i-{number}"))


@each_hidden
def test_a_cue_comes_out_as_typed(number: int, hidden: str, odd: Anki) -> None:
    card, _ = odd.shown(guid(f"i-{number}"))
    assert card.asks[2] == f"[{hidden}]"


@each_hidden
def test_an_item_without_a_cue_is_asked_for(number: int, hidden: str, odd: Anki) -> None:
    _, card = odd.shown(guid(f"i-{number}"))
    assert card.asks == (f"List {number}", "2 items", hidden, "[...]")


@each_text
def test_the_heading_of_a_list_comes_out_as_typed(number: int, text: str, odd: Anki) -> None:
    (card,) = odd.shown(guid(f"l-{number}"))
    assert tight(card.asks) == tight((text, "1 item", "[...]"))


@each_hidden
def test_a_cell_is_asked_for(number: int, hidden: str, odd: Anki) -> None:
    card, _ = odd.shown(guid(f"c-{number}/r"))
    assert card.asks == ("R", f"Table {number}", "One", "[...]", "Two", hidden)


@each_hidden
def test_the_cells_of_a_table_come_out_as_typed(number: int, hidden: str, odd: Anki) -> None:
    _, card = odd.shown(guid(f"c-{number}/r"))
    row, whole = (
        ("R", f"Table {number}", "One", hidden, "Two", hidden),
        ("The whole table", "One", "Two", "R", hidden, hidden),
    )
    assert card.answers == (*row, *whole, foot(f"c-{number}/r"))


@each_text
def test_the_headings_of_a_table_come_out_as_typed(number: int, text: str, odd: Anki) -> None:
    (card,) = odd.shown(guid(f"t-{number}/r"))
    assert tight(card.asks) == tight((text, text, text, "[...]"))


@each_text
def test_the_header_of_a_picture_comes_out_as_typed(number: int, text: str, odd: Anki) -> None:
    (card,) = odd.shown(guid(f"p-{number}"))
    assert tight(card.asks) == tight((text,))


@each_hidden
def test_the_label_of_a_mask_comes_out_as_typed(number: int, hidden: str, odd: Anki) -> None:
    (card,) = odd.shown(guid(f"p-{number}"))
    assert card.answers[1:] == (hidden, foot(f"p-{number}"))


@each_by_hand
def test_a_cloze_is_asked_for(number: int, hidden: str, odd: Anki) -> None:
    (card,) = odd.shown(guid(f"w-{number}"))
    assert card.asks == ("Before [...] after",)


@each_by_hand
def test_a_cloze_comes_out_as_typed(number: int, hidden: str, odd: Anki) -> None:
    (card,) = odd.shown(guid(f"w-{number}"))
    assert card.answers == (f"Before {hidden} after", foot(f"w-{number}"))


@each_by_hand
def test_a_hint_comes_out_as_typed(number: int, hidden: str, odd: Anki) -> None:
    (card,) = odd.shown(guid(f"h-{number}"))
    assert card.asks == (f"[{hidden}] after",)


@pytest.mark.parametrize(("number", "text"), list(enumerate(LINES)))
def test_several_lines_come_out_as_typed(number: int, text: str, odd: Anki) -> None:
    (card,) = odd.shown(guid(f"m-{number}"))
    assert card.asks == tuple(text.split("\n"))


def test_the_description_comes_out_as_typed(odd: Anki) -> None:
    assert lines(odd.col.decks.by_name("Test Deck")["desc"]) == tuple(ABOUT.split("\n\n"))


def test_no_odd_text_makes_a_card_or_takes_one_away(odd: Anki) -> None:
    assert list(odd.col.get_empty_cards().notes) == []


def test_the_finished_package_of_odd_texts_is_one_we_would_hand_out(odd_package: Path) -> None:
    assert list(inspection.problems(odd_package)) == []


def test_ankis_reviewer_takes_no_text_for_a_box_to_type_in(odd: Anki) -> None:
    fields = odd.column("SELECT flds FROM notes WHERE flds LIKE '%[[type:%'")
    assert fields == []


ESCAPED = r"\\(x\\) and \\[y\\]"


@pytest.mark.parametrize(
    "text",
    [f"{{id: escaped, question: '{ESCAPED}', answer: Yes}}", f"{{id: escaped, cloze: '{{{{c1::x}}}} {ESCAPED}'}}"],
    ids=["question", "cloze"],
)
def test_what_its_author_wrote_as_no_formula_is_none_for_mathjax(text: str, tmp_path: Path) -> None:
    (only,) = compiled(write_deck(tmp_path / "deck", notes=f"notes:\n  - {text}\n")).notes
    assert re.findall(r"\\[(\[].*?\\[)\]]", only.fields[0]) == []


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        ("x<b>y", r"\([x<b>y]\)"),
        ("R&D", r"\([R&D]\)"),
        ("&lt;", r"\([&lt;]\)"),
        ("[sound:x.mp3]", r"\([[sound:x.mp3]]\)"),
    ],
)
def test_a_hint_inside_a_formula_comes_out_as_typed(hint: str, shown: str, tmp_path: Path) -> None:
    notes = f"notes:\n  - {{id: hint, cloze: '\\({{{{c1::a::{hint}}}}}\\)'}}\n"
    (deck,) = check.check(write_deck(tmp_path / "deck", notes=notes)).decks
    with opened(tmp_path / "anki") as anki:
        anki.take(package(deck, tmp_path / "hint.apkg"))
        assert anki.shown(guid("hint"))[0].asks == (shown,)


def test_the_link_of_a_source_plays_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"sources.yaml": "s: {title: Work, link: 'https://example.org/[sound:x.mp3]'}\n"}
    notes = "notes:\n  - {id: linked, question: Which?, answer: This, sources: [s]}\n"
    (deck,) = check.check(write_deck(tmp_path / "deck", files, notes)).decks
    assert "[sound:" not in "".join(field for it in deck.notes for field in it.fields)


@pytest.fixture(scope="module")
def sounding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anki]:
    """A collection with a note whose answer is a sound; to be read only."""
    folder = tmp_path_factory.mktemp("sound")
    note = "  - {{id: beat-{0}, question: Which {0}?, answer: '![](Beat.{0})'}}\n"
    files: dict[str, str | bytes] = {f"media/Beat.{ending}": data for ending, data in RECORDINGS.items()}
    notes = "notes:\n" + "".join(map(note.format, RECORDINGS))
    with opened(folder / "anki") as anki:
        anki.take(package(compiled(write_deck(folder / "deck", files, notes)), folder / "deck.apkg"))
        yield anki


RECORDINGS = {
    "mp3": recordings.mp3(),
    "ogg": recordings.ogg(),
    "opus": recordings.ogg(),
    "m4a": recordings.mp4(),
    "wav": recordings.wav(),
    "flac": recordings.flac(),
    "mp4": recordings.mp4(),
    "webm": recordings.webm(),
}


def test_a_file_of_each_kind_is_played() -> None:
    assert tuple(RECORDINGS) == PLAYED


@pytest.mark.parametrize(("side", "played"), [("question_av_tags", 0), ("answer_av_tags", 1)])
def test_a_sound_is_played_on_its_side_alone(side: str, played: int, sounding: Anki) -> None:
    (card,) = sounding.cards(guid("beat-mp3"))
    assert len(getattr(card.render_output(), side)) == played


@pytest.mark.parametrize("ending", RECORDINGS)
def test_a_sound_or_film_that_is_played_is_there(ending: str, sounding: Anki) -> None:
    (card,) = sounding.cards(guid(f"beat-{ending}"))
    (tag,) = card.render_output().answer_av_tags
    assert (Path(sounding.col.media.dir()) / tag.filename).read_bytes() == RECORDINGS[ending]


SUBDECKS = ["R&D", "1:2", "Über — Haut", "it's *new*", "a_b (c) [d]", "カルシウム", "x::y & z"]


@pytest.mark.parametrize("name", SUBDECKS)
def test_the_name_of_a_subdeck_arrives_as_typed(name: str, tmp_path: Path) -> None:
    notes = f"subdeck: {quoted(name)}\nnotes:\n  - {{id: one, question: Which?, answer: This}}\n"
    with opened(tmp_path / "anki") as anki:
        anki.take(package(compiled(write_deck(tmp_path / "deck", notes=notes)), tmp_path / "deck.apkg"))
        assert anki.shown(guid("one"))[0].deck == f"Test Deck::{name}"


TAGGED = ["R&D", "1:2", "Über", "it's", "a/b", "a_b", "(x)", "a::b::c", "カルシウム", "50%", "#x", "a;b,c", "a\\b"]


def test_tags_arrive_as_typed(tmp_path: Path) -> None:
    listed = ", ".join(map(quoted, TAGGED))
    notes = f"notes:\n  - {{id: one, question: Which?, answer: This, tags: [{listed}]}}\n"
    with opened(tmp_path / "anki") as anki:
        anki.take(package(compiled(write_deck(tmp_path / "deck", notes=notes)), tmp_path / "deck.apkg"))
        assert sorted(anki.note(guid("one")).tags) == sorted(f"#Test::{tag}" for tag in TAGGED)
