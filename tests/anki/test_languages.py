"""Do the cards of a deck speak its language, run in its direction, and stay as they are where it is English?"""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from generator.compiled.languages import ENGLISH, Words, known, language
from generator.compiled.note_types import basic
from generator.compiled.notes import CompiledDeck, Html, joined
from generator.deck.localized import localized
from generator.package import inspection
from tests.anki_backend import opened
from tests.author import Author
from tests.browser import Browser, Shown, measured
from tests.support import DECK, NOW, SVG, cards_of, compiled, field, note, package, write_deck

OURS = "ar de en es fa fr he hi it ja ko nl pl pt ru tr zh".split()
FROM_THE_RIGHT = ("ar", "fa", "he")
NOTES = """\
notes:
  - {id: q, question: Was?, answer: Das, reverse: true, dispute: most-common-type, sources: [dermnet], extra: So}
  - {id: bare, question: Wo?, answer: Hier}
  - {id: c, cloze: "Es ist {{c1::hier}}", sources: [dermnet]}
  - {id: l, list: Zwei, items: {a: Eins, b: Zwei}}
  - {id: t, table: Tafel, columns: {x: Ort, y: Zeit}, rows: {r: {name: Milie, x: hier, y: dann}}}
  - {id: i, image: skin.svg, header: Haut, masks: {m: {rect: [1, 1, 9, 9], label: Korn}}}
"""
CHOOSE = "  - {id: o, choose: Welche?, right: Diese, wrong: {x: Jene}}\n"
ENGLISH_WORDS = re.compile(
    "Sources differ|>Sources|Updated|items|The whole table|One of a pair|Show or hide all masks|withdrawn",
    re.IGNORECASE,
)


def deck_of(folder: Path, head: str, notes: str = NOTES) -> CompiledDeck:
    """Return the deck of a head and notes, with the picture that they show."""
    pictures = {"media/skin.svg": SVG} if "skin.svg" in notes else {}
    return compiled(write_deck(folder / "deck", {"deck.yaml": DECK + head, **pictures}, notes))


def faces(deck: CompiledDeck) -> str:
    """Return both sides of every card, without what no deck changes."""
    html = "".join(side for it in deck.notes for card in cards_of(it, NOW) for side in card)
    return re.sub(r"<script>.*?</script>|<summary class=\"tappable\">", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("head", ["language: en\n", "language: en-GB\n", "language: EN\n"])
def test_the_fields_of_an_english_deck_stay(head: str, tmp_path: Path) -> None:
    assert deck_of(tmp_path / "with", head).notes == deck_of(tmp_path / "without", "").notes


@pytest.mark.parametrize("tag", OURS)
def test_every_word_of_a_language_is_its_own(tag: str) -> None:
    words = known(tag)
    assert words
    assert all(words[:4] + words[5:])
    assert tag in ("en", "fr") or not set(words) & set(ENGLISH)


@pytest.mark.parametrize("tag", [it for it in OURS if it != "en"])
def test_no_card_shows_an_english_word_of_ours(tag: str, tmp_path: Path) -> None:
    words = known(tag)
    assert words
    shown = faces(deck_of(tmp_path, f"language: {tag}\n"))
    assert ENGLISH_WORDS.findall(shown.replace(words.sources, "")) == []
    assert [word for word in words if word not in shown] == [words.beware, words.withdrawn]


@pytest.mark.parametrize("tag", ["de", "fa", "pt-BR", "uz-Arab", "az-Latn", "zh-TW"])
def test_every_side_says_language_and_direction_in_real_anki(tag: str, tmp_path: Path) -> None:
    notes = NOTES.replace("id: q", "id: q-1")
    head = f"language: {tag}\nwords: {{{', '.join(f'{name}: W' for name in Words._fields)}}}\n"
    deck = deck_of(tmp_path, head, notes)
    direction = "rtl" if tag in ("fa", "uz-Arab") else "ltr"
    with opened(tmp_path / "anki") as anki:
        anki.take(package(deck, tmp_path / "deck.apkg"))
        html = {it.guid: anki.html(it.guid) for it in deck.notes}
        assert anki.problems() == []
    begins = {re.search(r'<div class="face[^>]*?( lang.*?)?>', side)[1] for it in html.values() for side in it}  # type: ignore[index]
    assert begins == {f' lang="{tag}" dir="{direction}"'}
    assert html == {it.guid: tuple(side for card in cards_of(it, NOW) for side in card) for it in deck.notes}


def test_words_of_the_author_take_the_place_of_ours(tmp_path: Path) -> None:
    shown = faces(deck_of(tmp_path, "language: de\nwords: {sources: 'Belege & {{c1::x}}', items: Zeilen}\n"))
    assert "Belege &amp; &#123;" in shown
    assert "Zeilen: 2" in shown
    assert "Aktualisiert " in shown


def test_a_common_error_keeps_a_title_of_its_own() -> None:
    english = {"Dispute": Html('<summary class="tappable">Beware</summary>\nNicht die Sonne.')}
    shown = localized(english, basic(), language("de", {}))["Dispute"]
    assert shown == '<summary class="tappable">Vorsicht</summary>\nNicht die Sonne.'


def test_an_english_deck_can_have_words_of_its_own(tmp_path: Path) -> None:
    shown = faces(deck_of(tmp_path, "words: {sources: References}\n"))
    assert "References</summary>" in shown
    assert shown.count("Updated 2025-10-09") == 9
    assert "2 items" in shown


def test_withdrawn_notes_speak_the_language_of_the_deck(tmp_path: Path) -> None:
    author = Author(
        tmp_path, {"deck.yaml": DECK + "language: de\n", "media/skin.svg": SVG, "notes.yaml": NOTES + CHOOSE}
    )
    author.build()
    one_left = "notes:\n  - {id: bare, question: Wo?, answer: Hier}\n"
    author.write({"notes.yaml": one_left, "media/skin.svg": None})
    author.build(3, retire=True)
    with opened(tmp_path / "anki") as anki:
        anki.take(author.withdrawn)
        shown = [side for guid in anki.column("SELECT guid FROM notes") for side in anki.html(guid)]
    assert len(shown) == 18
    assert [it for it in shown if "[zurückgezogen]" not in it or 'lang="de"' not in it] == []
    assert "withdrawn" not in "".join(shown).replace("withdrawn-", "").lower()


LINES = {  # what is written: what a card of a Persian deck has; "|" is U+200F
    "DNA مولکول است": "|DNA مولکول است",
    "مولکول DNA": "مولکول DNA",
    "5 mg/kg": "5 mg/kg",
    "5 mg/kg در روز": "|5 mg/kg در روز",
    "**DNA** مولکول": "|<strong>DNA</strong> مولکول",
    "DNA\n\nمولکول": "<p>DNA</p><p>مولکول</p>",
    "- DNA مولکول\n- Ca": "<ul><li>|DNA مولکول</li><li>Ca</li></ul>",
    "\u200fDNA مولکول": "|DNA مولکول",
    "\u200eDNA مولکول": "\u200eDNA مولکول",
    "\\(x\\) مولکول": "\\(x\\) مولکول",
}


@pytest.mark.parametrize(("written", "shown"), LINES.items())
def test_a_line_that_begins_with_latin_letters_runs_from_the_right(written: str, shown: str, tmp_path: Path) -> None:
    typed = written.replace("\n", "\n      ")
    deck = deck_of(tmp_path, "language: fa\n", f"notes:\n  - id: a\n    question: چه؟\n    answer: |-\n      {typed}\n")
    assert re.sub(r"\n", "", field(note(deck, "a"), "Answer")) == shown.replace("|", "\u200f")


def test_items_and_masks_are_marked_inside_their_clozes(tmp_path: Path) -> None:
    notes = (
        "notes:\n"
        "  - {id: l, list: یون‌ها, items: {a: Ca یون, b: Mg, c: سدیم}}\n"
        "  - {id: c, cloze: '{{c1::DNA}} {{c2::یون}}'}\n"
        "  - {id: i, image: skin.svg, header: پوست, masks: {m: {rect: [1, 1, 9, 9], label: DNA یون}}}\n"
    )
    deck = deck_of(tmp_path, "language: fa\n", notes)
    assert "{{c1::\u200fCa یون}}" in field(note(deck, "l"), "Text")
    assert "{{c2::Mg}}" in field(note(deck, "l"), "Text")
    assert field(note(deck, "c"), "Text") == "\u200f{{c1::DNA}} {{c2::یون}}"
    assert field(note(deck, "i"), "Comments") == "{{c1::\u200fDNA یون}}"


SPOTS = """window => [...window.document.querySelectorAll('.answer, .record .cloze')].map(it => {
    const range = window.document.createRange(), text = window.document.createTreeWalker(it, 4).nextNode(), spots = [];
    for (let at = 0; at < text.length; at++) {
        range.setStart(text, at); range.setEnd(text, at + 1);
        if (range.getBoundingClientRect().width) spots.push(range.getBoundingClientRect().left);
    }
    return spots[0] > spots[spots.length - 1];
})"""


@pytest.mark.parametrize("tag", FROM_THE_RIGHT)
def test_in_a_browser_sentences_run_from_the_right_and_doses_from_the_left(
    tag: str, browser: Browser, tmp_path: Path
) -> None:
    word = {"ar": "جزيء", "fa": "مولکول", "he": "מולקולה"}[tag]
    notes = (
        f"notes:\n  - {{id: a, question: '{word}?', answer: 'DNA {word} (x).'}}\n"
        f"  - {{id: t, table: {word}, columns: {{x: {word}}}, rows: {{r: {{name: {word}, x: 5 mg/kg}}}}}}\n"
    )
    deck = deck_of(tmp_path, f"language: {tag}\n", notes)
    backs = [cards_of(it, NOW)[0][1] for it in deck.notes]
    pages = [Shown(f'<style>{deck.notes[0].note_type.css}</style><body class="card">{it}', 400) for it in backs]
    assert measured(browser, tmp_path, pages, SPOTS) == [[True], [False]]


@pytest.mark.parametrize("value", ['lang="de" dir="ltr" onclick="x()"', "x", 'lang="de" dir="up"'])
def test_a_package_that_puts_more_into_a_cards_element_is_refused(value: str, tmp_path: Path) -> None:
    deck = deck_of(tmp_path, "language: de\n")
    right = 'lang="de" dir="ltr"'
    notes = [replace(it, texts=joined(value if text == right else text for text in it.fields)) for it in deck.notes]
    made = deck._replace(notes=tuple(notes))
    bad = package(made, tmp_path / "bad.apkg")
    assert [it for it in inspection.problems(bad) if "card's element" in it]
