"""The last word is Anki's: packages are imported into a real collection, and Anki says what arrived."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.compiled.note_types import note_types
from generator.compiled.notes import Card, CompiledDeck, NoteType, joined
from tests.anki.conftest import Release
from tests.anki_backend import Anki, Counts, Shown, in_order_of_due, opened
from tests.support import SVG, compiled, guid, jpeg, note, package, png, write_deck

DAY = "2025-10-09"  # NOW, as cards show it


# ---------------------------------------------------------------------------------------- every kind of note

QUESTIONS = r"""
tags: [kind::question]
notes:
  - id: plain
    question: What is seen on H&E & <von Kossa>?
    answer: Deep purple (basophilic)
  - id: both-ways
    question: Dystrophic calcinosis
    answer: Calcium where **tissue** was damaged
    reverse: true
    extra: The blood is normal.
    dispute: most-common-type
    sources: [dermnet, reiter-2011]
    tags: [core]
"""
CLOZES = r"""
notes:
  - id: numbers
    cloze: The {{c1::left::side}} heart fills the {{c3::aorta}}, the {{c1::right::other side}} heart the {{c2::lungs}}.
  - id: nested
    cloze: "{{c1::Calcium {{c2::phosphate::anion}} salts}} settle."
  - id: shared
    cloze: Raised {{c1,2::calcium}} and {{c2::phosphate}} precipitate.
  - id: formula
    cloze: 'The ratio is {{c1::\(\frac{a}{\sqrt{b}}\)}}, not {{c2::\(a\)::simpler}}.'
  - id: colons
    cloze: "{{c1::std\\::vector}} is {{c2::a {brace} pair}}."
"""
LISTS = r"""
subdeck: Lists
notes:
  - id: list-others
    list: Subtypes
    items: {dys: {text: Dystrophic, cue: damage}, met: Metastatic, idi: Idiopathic}
  - id: list-before
    list: Steps
    show: before
    items: {one: First, two: Second, three: Third}
  - id: list-none
    list: Signs
    show: none
    items: {a: Ache, b: {text: Blanching, cue: colour}}
"""
TABLES = r"""
subdeck: Tables::Drugs
notes:
  - id: drugs
    table: Drugs tried
    columns: {how: Mechanism, level: Evidence, use: Use}
    rows:
      diltiazem: {name: Diltiazem, how: less influx, level: IV, use: most used, extra: Partial response., tags: [core]}
      colchicine: {name: Colchicine, use: none}
      minocycline: {name: Minocycline, how: binds calcium, use: inflamed lesions}
"""
MASKS = """
    masks:
      corneum: {rect: [40, 20, 200, 100], label: Stratum corneum}
      deposit: {ellipse: [40, 20, 200, 100]}
      rim: {polygon: [[40, 20], [240, 20], [40, 120]]}
    allow: {L43: one box for every outline}
"""
PICTURES = {"png": (800, 400), "jpg": (400, 200), "svg": (600, 400)}
MODES = ("hide-one", "hide-all")
IMAGES = "subdeck: Images\nnotes:" + "".join(
    f"""
  - id: {ending}-{mode}
    image: Skin.{ending}
    header: Skin as {ending} <{mode}>
    extra: Seen & drawn
    mode: {mode}{MASKS}"""
    for ending in PICTURES
    for mode in MODES
)


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> CompiledDeck:
    """A small deck with notes of every kind."""
    files: dict[str, str | bytes] = {
        "1-questions.yaml": QUESTIONS,
        "2-clozes.yaml": CLOZES,
        "3-lists.yaml": LISTS,
        "4-tables.yaml": TABLES,
        "5-images.yaml": IMAGES,
        "media/Skin.png": png(*PICTURES["png"]),
        "media/Skin.jpg": jpeg(*PICTURES["jpg"]),
        "media/Skin.svg": SVG,
    }
    return compiled(write_deck(tmp_path_factory.mktemp("kinds"), files))


@pytest.fixture(scope="module")
def small(deck: CompiledDeck, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anki]:
    """A collection with the small deck in it; to be read only."""
    folder = tmp_path_factory.mktemp("anki")
    with opened(folder / "small") as anki:
        anki.take(package(deck, folder / "test-deck.apkg"))
        yield anki


def test_every_kind_of_note_is_new(deck: CompiledDeck, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        assert anki.take(package(deck, tmp_path / "test-deck.apkg")) == Counts(new=19)


def test_anki_finds_nothing_wrong_with_any_kind_of_note(deck: CompiledDeck, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(package(deck, tmp_path / "test-deck.apkg"))
        assert anki.problems() == []


DAMAGES: dict[str, tuple[dict[str, Any], str]] = {
    "a note without a card": ({"cards": ()}, "has no card"),
    "a card without a cloze": (
        {"cards": (*(Card(it, "") for it in range(3)), Card(6, ""))},
        "Empty Cards would delete",
    ),
    "a cloze without a card": ({"cards": (Card(0, ""),)}, "has the clozes [1, 2, 3] and the cards [1]"),
    "a blank front": ({"texts": joined(("",) * 8)}, "the fields are in state 1"),
    "a missing picture": ({"texts": joined(('{{c1::<img src="none.png">}}', *("",) * 7))}, "none.png is missing"),
    "a cloze that is cut": ({"texts": joined(("{{c1::a}} b {{c2::c", *("",) * 7))}, "shows"),
}


@pytest.mark.parametrize(("changes", "complaint"), DAMAGES.values(), ids=list(DAMAGES))
def test_anki_complains_of(changes: dict[str, Any], complaint: str, deck: CompiledDeck, tmp_path: Path) -> None:
    faulty = deck._replace(notes=(replace(note(deck, "numbers"), **changes),), media=())
    with opened(tmp_path / "anki") as anki:
        anki.take(package(faulty, tmp_path / "faulty.apkg"))
        assert complaint in "; ".join(anki.problems())


CARDS = {
    "plain": [0],
    "both-ways": [0, 1],
    "numbers": [0, 1, 2],
    "nested": [0, 1],
    "shared": [0, 1],
    "formula": [0, 1],
    "colons": [0, 1],
    "list-others": [0, 1, 2],
    "list-before": [0, 1, 2],
    "list-none": [0, 1],
    "drugs/diltiazem": [0, 1, 2],
    "drugs/colchicine": [2],
    "drugs/minocycline": [0, 2],
    "png-hide-one": [0, 1, 2],
    "png-hide-all": [0, 1, 2],
    "jpg-hide-one": [0, 1, 2],
    "jpg-hide-all": [0, 1, 2],
    "svg-hide-one": [0, 1, 2],
    "svg-hide-all": [0, 1, 2],
}


def test_the_notes_are_exactly(small: Anki) -> None:
    assert set(small.column("SELECT guid FROM notes")) == {guid(id) for id in CARDS}


@pytest.mark.parametrize(("id", "numbers"), CARDS.items(), ids=list(CARDS))
def test_the_cards_of_a_note_are_exactly(id: str, numbers: list[int], small: Anki) -> None:
    assert [card.ord for card in small.cards(guid(id))] == numbers


ROOT, LISTED, TABLED, PICTURED = "Test Deck", "Test Deck::Lists", "Test Deck::Tables::Drugs", "Test Deck::Images"
PLAIN = "What is seen on H&E & <von Kossa>?"
WAY = "One of a pair: give the other"
FOOT = (
    "The blood is normal.",
    "Most reviews call dystrophic the most common; one page says idiopathic.",
    "Sources differ",
    "Calcinosis cutis; Reiter N, et al. 2011",
    "Sources",
    f"Updated {DAY}",
    "both-ways",
)
SUBTYPES, OTHERS = ("Dystrophic", "Metastatic", "Idiopathic"), f"Updated {DAY} · list-others"
TABLE = (
    *("The whole table", "Mechanism", "Evidence", "Use"),
    *("Diltiazem", "less influx", "IV", "most used"),
    *("Colchicine", "none"),
    *("Minocycline", "binds calcium", "inflamed lesions"),
)
WHOLE = (
    "Diltiazem",
    "Drugs tried",
    "Mechanism",
    "less influx",
    "Evidence",
    "IV",
    "Use",
    "most used",
    "Partial response.",
)
SHOWN = {
    "plain": [Shown(0, ROOT, (PLAIN,), (PLAIN, "Deep purple (basophilic)", f"Updated {DAY} · plain"))],
    "both-ways": [
        Shown(
            0,
            ROOT,
            ("Dystrophic calcinosis",),
            ("Dystrophic calcinosis", "Calcium where tissue was damaged", *FOOT),
        ),
        Shown(
            1,
            ROOT,
            ("Calcium where tissue was damaged", WAY),
            ("Calcium where tissue was damaged", WAY, "Dystrophic calcinosis", *FOOT),
        ),
    ],
    "numbers": [
        Shown(
            number,
            ROOT,
            (asks,),
            ("The left heart fills the aorta, the right heart the lungs.", f"Updated {DAY} · numbers"),
        )
        for number, asks in enumerate(
            [
                "The [side] heart fills the aorta, the [other side] heart the lungs.",
                "The left heart fills the aorta, the right heart the [...].",
                "The left heart fills the [...], the right heart the lungs.",
            ]
        )
    ],
    "nested": [
        Shown(0, ROOT, ("[...] settle.",), ("Calcium phosphate salts settle.", f"Updated {DAY} · nested")),
        Shown(
            1, ROOT, ("Calcium [anion] salts settle.",), ("Calcium phosphate salts settle.", f"Updated {DAY} · nested")
        ),
    ],
    "shared": [
        Shown(
            0,
            ROOT,
            ("Raised [...] and phosphate precipitate.",),
            ("Raised calcium and phosphate precipitate.", f"Updated {DAY} · shared"),
        ),
        Shown(
            1,
            ROOT,
            ("Raised [...] and [...] precipitate.",),
            ("Raised calcium and phosphate precipitate.", f"Updated {DAY} · shared"),
        ),
    ],
    "formula": [
        Shown(number, ROOT, (asks,), (r"The ratio is \(\frac{a}{\sqrt{b} }\), not \(a\).", f"Updated {DAY} · formula"))
        for number, asks in enumerate(
            [r"The ratio is [...], not \(a\).", r"The ratio is \(\frac{a}{\sqrt{b} }\), not [simpler]."]
        )
    ],
    "colons": [
        Shown(0, ROOT, ("[...] is a {brace} pair.",), ("std::vector is a {brace} pair.", f"Updated {DAY} · colons")),
        Shown(1, ROOT, ("std::vector is [...].",), ("std::vector is a {brace} pair.", f"Updated {DAY} · colons")),
    ],
    "list-others": [
        Shown(number, LISTED, ("Subtypes", "3 items", *asks), ("Subtypes", "3 items", *SUBTYPES, OTHERS))
        for number, asks in enumerate(
            [
                ("[damage]", "Metastatic", "Idiopathic"),
                ("Dystrophic", "[...]", "Idiopathic"),
                ("Dystrophic", "Metastatic", "[...]"),
            ]
        )
    ],
    "drugs/diltiazem": [
        Shown(number, TABLED, ("Diltiazem", "Drugs tried", *asks), (*WHOLE, *TABLE, f"Updated {DAY} · drugs/diltiazem"))
        for number, asks in enumerate(
            [
                ("Mechanism", "[...]", "Evidence", "IV", "Use", "most used"),
                ("Mechanism", "less influx", "Evidence", "[...]", "Use", "most used"),
                ("Mechanism", "less influx", "Evidence", "IV", "Use", "[...]"),
            ]
        )
    ],
    "drugs/colchicine": [
        Shown(
            2,
            TABLED,
            ("Colchicine", "Drugs tried", "Use", "[...]"),
            ("Colchicine", "Drugs tried", "Use", "none", *TABLE, f"Updated {DAY} · drugs/colchicine"),
        )
    ],
    "png-hide-one": [
        Shown(
            number,
            PICTURED,
            ("Skin as png <hide-one>",),
            ("Skin as png <hide-one>", *label, "Seen & drawn", f"Updated {DAY} · png-hide-one"),
        )
        for number, label in enumerate((("Stratum corneum",), (), ()))
    ],
}


@pytest.mark.parametrize(("id", "cards"), SHOWN.items(), ids=list(SHOWN))
def test_a_note_asks_and_answers_exactly(id: str, cards: list[Shown], small: Anki) -> None:
    assert small.shown(guid(id)) == tuple(cards)


@pytest.mark.parametrize("show", ["others", "before", "none"])
def test_the_items_of_a_list_are_siblings_in_an_element_that_says_which_are_shown(show: str, small: Anki) -> None:
    (front, *_) = small.html(guid(f"list-{show}"))
    items = r'<span class="cloze(?:-inactive)?"[^<>]*>[^<>]*</span>\s*'
    assert re.search(rf'<div class="list {show}">(?:{items})+</div>', front)


def test_the_picture_of_an_image_note_stands_where_anki_draws_its_masks(small: Anki) -> None:
    (front, *_) = small.html(guid("png-hide-one"))
    picture = (
        r'<img src="skin-[0-9a-f]{16}\.png" alt="Skin as png &lt;hide-one&gt;">\s*<canvas id="image-occlusion-canvas">'
    )
    assert re.search(rf'<div id="image-occlusion-container">\s*{picture}', front)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_an_image_card_asks_for_one_mask(number: int, small: Anki) -> None:
    front = small.html(guid("png-hide-one"))[2 * number]
    assert re.findall(r'class="cloze" data-ordinal="(\d+)"', front) == [str(number + 1)]


DECKS = {"plain": ROOT, "numbers": ROOT, "list-none": LISTED, "drugs/minocycline": TABLED, "svg-hide-all": PICTURED}


@pytest.mark.parametrize(("id", "name"), DECKS.items(), ids=list(DECKS))
def test_a_card_lies_in_the_subdeck_of_its_file(id: str, name: str, small: Anki) -> None:
    assert {it.deck for it in small.shown(guid(id))} == {name}


def test_the_decks_are_exactly(small: Anki) -> None:
    names = {it.name for it in small.col.decks.all_names_and_ids()}
    assert names == {"Default", ROOT, LISTED, "Test Deck::Tables", TABLED, PICTURED}


TAGS = {
    "plain": {"#Test::kind::question"},
    "both-ways": {"#Test::kind::question", "#Test::core"},
    "numbers": set(),
    "drugs/diltiazem": {"#Test::core"},
}


@pytest.mark.parametrize(("id", "tags"), TAGS.items(), ids=list(TAGS))
def test_tags_arrive_below_the_root(id: str, tags: set[str], small: Anki) -> None:
    assert set(small.note(guid(id)).tags) == tags


def test_new_cards_come_in_the_order_of_the_source(small: Anki) -> None:
    assert in_order_of_due(small) == [(guid(id), number) for id, numbers in CARDS.items() for number in numbers]


# ---------------------------------------------------------------------------------------- image occlusion

FRACTIONS = {  # of [40, 20, 200, 100] in pictures of 800 x 400, 400 x 200 and 600 x 400
    "png": (".05", ".05", ".25", ".25", ".125", ".125", ".05,.05 .3,.05 .05,.3"),
    "jpg": (".1", ".1", ".5", ".5", ".25", ".25", ".1,.1 .6,.1 .1,.6"),
    "svg": (".0667", ".05", ".3333", ".25", ".1667", ".125", ".0667,.05 .4,.05 .0667,.3"),
}
PICTURE_NOTES = [(ending, mode) for ending in PICTURES for mode in MODES]


@pytest.mark.parametrize(("ending", "mode"), PICTURE_NOTES)
def test_anki_reads_the_masks_at_their_places(ending: str, mode: str, small: Anki) -> None:
    left, top, width, height, rx, ry, points = FRACTIONS[ending]
    assert masks(small, f"{ending}-{mode}") == {
        1: ("rect", {"left": left, "top": top, "width": width, "height": height}),
        2: ("ellipse", {"left": left, "top": top, "rx": rx, "ry": ry}),
        3: ("polygon", {"left": left, "top": top, "points": points}),
    }


def masks(anki: Anki, id: str) -> dict[int, tuple[str, dict[str, str]]]:
    """Return the one shape of every card of an image note, without the mark that says whether all are hidden."""
    found = {}
    for occlusion in anki.occlusion(guid(id)).occlusions:
        (shape,) = occlusion.shapes
        found[occlusion.ordinal] = (shape.shape, {it.name: it.value for it in shape.properties if it.name != "oi"})
    return found


@pytest.mark.parametrize(("ending", "mode"), PICTURE_NOTES)
def test_anki_knows_whether_all_masks_are_hidden(ending: str, mode: str, small: Anki) -> None:
    assert small.occlusion(guid(f"{ending}-{mode}")).occlude_inactive == (mode == "hide-all")


def test_anki_reads_the_header_of_an_image_note(small: Anki) -> None:
    assert small.occlusion(guid("jpg-hide-all")).header == "Skin as jpg &lt;hide-all&gt;"


def test_anki_reads_the_back_extra_of_an_image_note(small: Anki) -> None:
    assert small.occlusion(guid("jpg-hide-all")).back_extra == "Seen &amp; drawn"


@pytest.mark.parametrize("ending", PICTURES)
def test_anki_finds_the_picture_of_an_image_note(ending: str, deck: CompiledDeck, small: Anki) -> None:
    (file,) = [it for it in deck.media if it.name.endswith(ending)]
    assert small.occlusion(guid(f"{ending}-hide-one")).image_data == file.path.read_bytes()


# ---------------------------------------------------------------------------------------- note types

KINDS = (note_types().basic, note_types().cloze, note_types().image)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])


@every_kind
def test_a_note_type_arrives_with_its_id(kind: NoteType, small: Anki) -> None:
    assert small.col.models.by_name(kind.name)["id"] == kind.id


@every_kind
def test_fields_arrive_with_their_ids(kind: NoteType, small: Anki) -> None:
    arrived = [(it["name"], it["id"], it.get("tag")) for it in small.col.models.get(kind.id)["flds"]]
    assert arrived == [(it.name, it.id, it.tag) for it in kind.fields]


@every_kind
def test_templates_arrive_with_their_ids(kind: NoteType, small: Anki) -> None:
    arrived = [(it["name"], it["id"], it["qfmt"], it["afmt"]) for it in small.col.models.get(kind.id)["tmpls"]]
    assert arrived == [(it.name, it.id, it.front, it.back) for it in kind.templates]


@every_kind
def test_the_style_sheet_arrives(kind: NoteType, small: Anki) -> None:
    assert small.col.models.get(kind.id)["css"] == kind.css


@every_kind
def test_the_field_to_sort_by_arrives(kind: NoteType, small: Anki) -> None:
    assert small.col.models.get(kind.id)["sortf"] == kind.sort_field


def test_image_occlusion_is_ankis_own_kind(small: Anki) -> None:
    assert small.col.models.get(note_types().image.id)["originalStockKind"] == 6


def test_the_fields_of_image_occlusion_that_anki_needs_cannot_be_deleted(small: Anki) -> None:
    fields = small.col.models.get(note_types().image.id)["flds"]
    assert [it["name"] for it in fields if it["preventDeletion"]] == ["Occlusion", "Image", "Header", "Back Extra"]


def test_no_note_type_is_doubled(built: Release, deck: CompiledDeck, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(built.package)
        anki.take(package(deck, tmp_path / "test-deck.apkg"))
        names = [it["name"] for it in anki.col.models.all() if it["name"].startswith("Deckwright")]
        assert sorted(names) == ["Deckwright Basic", "Deckwright Cloze", "Deckwright Image Occlusion"]


# ---------------------------------------------------------------------------------------- two decks in one collection


def test_anki_finds_nothing_wrong_with_two_decks(built: Release, deck: CompiledDeck, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(built.package)
        anki.take(package(deck, tmp_path / "test-deck.apkg"))
        assert anki.problems() == []


def test_a_second_deck_leaves_the_cards_of_the_first_alone(built: Release, deck: CompiledDeck, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(built.package)
        before = anki.rows("SELECT * FROM cards ORDER BY id")
        ids = {row[0] for row in before}
        anki.take(package(deck, tmp_path / "test-deck.apkg"))
        assert [row for row in anki.rows("SELECT * FROM cards ORDER BY id") if row[0] in ids] == before
