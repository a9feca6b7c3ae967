"""Is each form in which people write decks told from its file, and read as they meant it?"""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.base.progress import silent
from generator.cli import imports
from generator.importing import forms
from generator.importing.arrived import Arrived, Note, Unreadable, Wishes
from generator.importing.names import Unknown
from tests.support import SVG


def arrived(tmp_path: Path, files: dict[str, str], form: str = "", **wishes: Any) -> Arrived:
    """Read files as `import` does; a folder of several is named, else the file."""
    for name, text in files.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    named = tmp_path / "in" if len(files) > 1 else tmp_path / "in" / next(iter(files))
    return forms.read([named], form, Wishes(**wishes), silent)


def keys(note: Note) -> dict[str, Any]:
    return dict(note.keys)


def pairs(deck: Arrived) -> list[tuple[Any, ...]]:
    return [tuple(keys(it).values()) for it in deck.notes]


def test_the_command_line_knows_every_form() -> None:
    assert sorted(imports.FORMS) == sorted(forms.FORMS)


def test_columns_are_known_by_their_names(tmp_path: Path) -> None:
    table = 'Back,Front,Tags,Notes\nCalcium,"What, is Ca?",chem leech Élan/x,A metal\n'
    (note,) = arrived(tmp_path, {"a.csv": table}).notes
    assert keys(note) == {"question": "What, is Ca?", "answer": "Calcium", "extra": "A metal"}
    assert (note.id, note.tags, note.place[-8:]) == ("what-is-ca", ("chem", "Élan::x"), "/a.csv:2")


def test_options_name_columns(tmp_path: Path) -> None:
    table = "Land;Hauptstadt;Fluss;Nr\nPeru;Lima;Rímac;7\n"
    wishes: dict[str, Any] = {"question": ("Land",), "answer": ("Hauptstadt", "Fluss"), "id": "Nr"}
    (note,) = arrived(tmp_path, {"a.csv": table}, **wishes).notes
    assert (note.id, keys(note)) == ("7", {"question": "Peru", "answer": "Lima\n\nRímac"})


def test_a_table_without_names_has_numbered_columns(tmp_path: Path) -> None:
    deck = arrived(tmp_path, {"a.tsv": "eins\tone\tx\nzwei\ttwo\ty\n"}, question=("2",), answer=("1",))
    assert pairs(deck) == [("one", "eins"), ("two", "zwei")]
    assert deck.told == ("not taken: '3' (to show one under the answer: --extra NAME)",)


def test_an_option_that_names_no_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unknown, match=r"--answer 'Bakc': there is none of that name; did you mean 'Back'\?"):
        arrived(tmp_path, {"a.csv": "Front,Back\na,b\n"}, answer=("Bakc",))


def test_quotes_that_do_not_pair_are_letters(tmp_path: Path) -> None:
    deck = arrived(tmp_path, {"a.tsv": 'the "a" in cat\t"short" a\n5" nail\tbig\n'})
    assert pairs(deck) == [('the "a" in cat', '"short" a'), ('5" nail', "big")]


def test_plain_text_shows_as_typed(tmp_path: Path) -> None:
    deck = arrived(tmp_path, {"a.csv": "Front,Back\n*a* < b and _b_,5 > 3 & $4\n"})
    assert pairs(deck) == [(r"\*a\* < b and \_b\_", "5 > 3 & $4")]


def test_a_power_stays_one(tmp_path: Path) -> None:
    deck = arrived(tmp_path, {"a.csv": "Front,Back\nHow many?,10<sup>9</sup>/L &amp; <b>more</b>\n"})
    assert pairs(deck) == [("How many?", "10<sup>9</sup>/L & **more**")]


def test_headers_of_anki_are_followed(tmp_path: Path) -> None:
    text = (
        "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"
        "g1\tBasic\tMed::Heart\tWhat?\tThat<br>it is\tone two\n"
        "g2\tBasic (and reversed card)\tMed::Lung\tA\tB\t\n"
        "g3\tCloze\tMed\t{{c1::x}} is\t\tleech\n"
    )
    deck = arrived(tmp_path, {"a.txt": text})
    assert [keys(it) for it in deck.notes] == [
        {"question": "What?", "answer": "That\nit is"},
        {"question": "A", "answer": "B", "reverse": True},
        {"cloze": "{{c1::x}} is"},
    ]
    found = [(it.subdeck, it.tags) for it in deck.notes]
    assert (deck.name, found) == ("Med", [("Heart", ("one", "two")), ("Lung", ()), ("", ())])


def test_headings_are_asked_and_those_above_are_decks(tmp_path: Path) -> None:
    text = (
        "---\ntags: [cell, '#x']\n---\n# Cells\n\n## Parts\n\n"
        "### What makes ATP?\n\nMitochondria\n#own\n\n---\n\nmore\n\n"
        "### Wall?\n\n```\n# no heading\n```\n\n## Whole\n\n### Smallest?\nMycoplasma\n"
    )
    deck = arrived(tmp_path, {"a.md": text})
    assert pairs(deck) == [
        ("What makes ATP?", "Mitochondria", "more"),
        ("Wall?", "```\n# no heading\n```"),
        ("Smallest?", "Mycoplasma"),
    ]
    assert [it.subdeck for it in deck.notes] == ["Parts", "Parts", "Whole"]
    assert deck.notes[0].tags == ("cell", "x", "own")


def test_headings_can_name_the_parts_of_a_note(tmp_path: Path) -> None:
    text = "## Note\nnid: 15\ntags: a, b\nmarkdown: false\n\n### Front\n10<sup>9</sup>\n\n### Back\nmany\n"
    (note,) = arrived(tmp_path, {"a.md": text}).notes
    assert (keys(note), note.tags) == ({"question": "10<sup>9</sup>", "answer": "many"}, ("a", "b"))


def test_a_file_can_be_a_note(tmp_path: Path) -> None:
    files = {"one.md": "---\nid: 1\n---\nWhat?\n\n---\n\nThat", "two.md": "---\nquestion: Who?\n---\nShe"}
    assert pairs(arrived(tmp_path, files)) == [("What?", "That"), ("Who?", "She")]


def test_lines_with_q_and_a(tmp_path: Path) -> None:
    text = (
        "Q: What is\n2+2?\nA: 4\n\nin any case\n---\n**Q2:** Who?\n**A2:** She\nTags: x y\n\n"
        "C: The [heart] beats [often]:[so].\n"
    )
    deck = arrived(tmp_path, {"a.md": text})
    assert pairs(deck) == [
        ("What is\n2+2?", "4\n\nin any case"),
        ("Who?", "She"),
        ("The {{c1::heart}} beats {{c2::often}}:{{c3::so}}.",),
    ]
    assert deck.notes[1].tags == ("x", "y")


def test_the_marks_of_obsidian(tmp_path: Path) -> None:
    text = (
        "#flashcards/anatomy\n- one::1\ntwo:::2\nno `a::b` card\n\n"
        "several\nlines\n?\nan answer <!--SR:!2025-11-10,3,250-->\n\n"
        "This ==is hidden== and ==that==.\n\nSTART\nBasic\nWhat?\nBack: That\nTags: t1\n<!--ID: 123-->\nEND\n\n"
        "STARTI [Basic] In line Back: too ENDI\n\nSTART\nCloze\nA {gap} and {2:other}\nEND\n\nHow so #card\nbecause\n"
    )
    deck = arrived(tmp_path, {"a.md": text})
    assert sorted(pairs(deck)) == sorted(
        [
            ("one", "1"),
            ("two", "2", True),
            ("several\nlines", "an answer"),
            ("This {{c1::is hidden}} and {{c2::that}}.",),
            ("What?", "That"),
            ("In line", "too"),
            ("A {{c1::gap}} and {{c2::other}}",),
            ("How so", "because"),
        ]
    )
    assert {it.subdeck for it in deck.notes} == {"anatomy"}


def test_a_vault_says_its_own_marks_and_which_files_hold_cards(tmp_path: Path) -> None:
    settings = {
        "settings": {
            "singleLineCardSeparator": ";;",
            "singleLineReversedCardSeparator": ";;;",
            "multilineCardSeparator": "??",
            "multilineReversedCardSeparator": "???",
        }
    }
    files = {
        ".obsidian/plugins/obsidian-spaced-repetition/data.json": json.dumps(settings),
        "a.md": "#flashcards\none;;1\n\ntwo\n??\n2\n",
        "b.md": "author:: somebody\n",
    }
    assert pairs(arrived(tmp_path, files)) == [("one", "1"), ("two", "2")]


def test_lists_of_mappings(tmp_path: Path) -> None:
    yaml = "deck: Foo\ncards:\n  - front: 'A?'\n    back: [x, y]\n    tags: [t, u]\n  - cloze: 'The {{c1::x}}'\n"
    deck = arrived(tmp_path, {"a.yaml": yaml})
    assert pairs(deck) == [("A?", "- x\n- y"), ("The {{c1::x}}",)]
    assert (deck.name, [it.subdeck for it in deck.notes]) == ("Foo", ["", ""])
    nested = {"name": "D", "chapters": [{"title": "One", "cards": [{"q": "a", "a": 1.10}]}]}
    (note,) = arrived(tmp_path, {"b.json": json.dumps(nested)}).notes
    assert (note.subdeck, keys(note)) == ("One", {"question": "a", "answer": "1.1"})
    assert pairs(arrived(tmp_path, {"c.json": '[["q", "a"]]'})) == [("q", "a")]
    assert pairs(arrived(tmp_path, {"d.json": '{"q": "a", "r": "b"}'})) == [("q", "a"), ("r", "b")]


def test_a_deck_of_crowdanki(tmp_path: Path) -> None:
    model = {"crowdanki_uuid": "m", "flds": [{"name": "Front"}, {"name": "Back"}, {"name": "Source"}]}
    child = {"name": "Inner", "notes": [{"fields": ["q<br>r", "a", "s"], "note_model_uuid": "m", "tags": ["t"]}]}
    deck = arrived(tmp_path, {"deck.json": json.dumps({"name": "Outer", "note_models": [model], "children": [child]})})
    (note,) = deck.notes
    assert (keys(note), deck.name, note.tags) == ({"question": "q\nr", "answer": "a"}, "Outer::Inner", ("t",))


def test_folders_and_files_become_decks(tmp_path: Path) -> None:
    text = "Q: {0}1\nA: x\nQ: {0}2\nA: y\nQ: {0}3\nA: z\n"
    files = {"Heart/valves.md": text.format("v"), "Lung/air.md": text.format("a"), ".trash/x.md": text}
    deck = arrived(tmp_path, files)
    assert {it.subdeck for it in deck.notes} == {"Heart::valves", "Lung::air"}


def test_names_of_decks_and_tags_are_those_that_anki_takes(tmp_path: Path) -> None:
    rows = [
        ("a", "b", "Heart::Valves", "A::x marked leech"),
        ("c", "d", "heart:: <Air>", "a::X B/c a::y"),
        ("e", "f", "word " * 60 + "::x", "#one"),
    ]
    table = "\n".join("\t".join(row) for row in (("Front", "Back", "Deck", "Tags"), *rows))
    deck = arrived(tmp_path, {"a.tsv": table})
    assert [it.subdeck for it in deck.notes][:2] == ["Heart::Valves", "Heart::Air"]
    assert max(len(it) for it in deck.notes[2].subdeck.split("::")) <= 60
    assert [it.tags for it in deck.notes] == [("A::x",), ("A::x", "B::c", "A::y"), ("one",)]


def test_empty_answers_are_left_out_and_named(tmp_path: Path) -> None:
    masks = "{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.1}}"
    deck = arrived(tmp_path, {"a.csv": f"Front,Back\nWhat?,<br>&nbsp;\n,x\nfine,yes\n{masks},x.png\n"})
    assert [(it.place[-7:], it.why[:20]) for it in deck.left_out] == [
        ("a.csv:2", "its answer is empty"),
        ("a.csv:3", "its question is empt"),
        ("a.csv:5", "it has masks, which "),
    ]


def test_pictures_are_found_beside_and_below_and_no_further(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "Heart 1.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title></svg>'
    )
    (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
    files = {
        "a.md": "Q: ![[heart 1.svg]]\nA: ![](../secret.svg) and ![](https://example.org/x.png)\n",
        "b.md": "Q: a\nA: b",
    }
    deck = arrived(tmp_path, files)
    assert pairs(deck)[0] == ("![](<Heart 1.svg>)", "(secret.svg is missing) and (x.png is missing)")
    assert list(deck.media) == ["Heart 1.svg"]
    assert [it.split(": ", 1)[1] for it in deck.missing] == [
        "../secret.svg: there is no such file",
        "https://example.org/x.png: it is on the internet, and cards load nothing from there",
    ]


def test_no_link_leads_out_of_the_folder_and_no_name_is_too_long(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "x.svg").write_bytes(SVG)
    (tmp_path / "in" / "deep").symlink_to(tmp_path / "secret")
    (tmp_path / "in" / "loop").symlink_to("loop")
    asked = "".join(f"![]({it}.svg) " for it in ("deep/x", "loop/x", "x" * 5000))
    deck = arrived(tmp_path, {"a.md": f"Q: {asked}\nA: b\n"})
    assert deck.media == {}
    assert len(deck.missing) == 3


def test_a_text_too_long_for_a_card_is_left_out_unread(tmp_path: Path) -> None:
    deck = arrived(tmp_path, {"a.csv": f"Front,Back\nWhat?,{'[' * 130_000}\nWho?,{'x' * 20_000}\n"})
    assert [it.why for it in deck.left_out] == ["one of its texts has more than 20,000 characters"]
    assert len(deck.notes) == 1


@pytest.mark.parametrize("text", ["C: " + "[a] " * 600, "#flashcards\n\n" + "==a== " * 600])
def test_gaps_without_number_are_left_to_the_check(tmp_path: Path, text: str) -> None:
    assert "{{c600::a}}" in str(arrived(tmp_path, {"a.md": text + "\n"}).notes[0].keys)


def test_braces_are_looked_for_up_to_the_last(tmp_path: Path) -> None:
    lines = "{{c1::a::b}} c :: d\n\ne :: {{ f\n\n{{ g :: h\n\n#flashcards\n"
    assert [it.keys[0][1] for it in arrived(tmp_path, {"a.md": lines}).notes] == ["{{c1::a::b}} c", "e", "{{ g"]


def test_lines_are_counted_in_the_file(tmp_path: Path) -> None:
    deck = arrived(tmp_path, {"a.md": "\n\n# One\nx\n\n# Two\ny\n"})
    assert [it.place.rpartition(":")[2] for it in deck.notes] == ["3", "6"]


def test_a_cell_that_is_the_name_of_a_file_shows_it(tmp_path: Path) -> None:
    table = "Front,Back,Image\nWhat?,That,heart.svg\nWho?,Her,gone.svg\n"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "heart.svg").write_bytes(SVG)
    deck = arrived(tmp_path, {"a.csv": table}, extra=("Image",))
    assert [keys(it)["extra"] for it in deck.notes] == ["![](heart.svg)", "gone.svg"]


def test_lines_flow_where_they_are_joined(tmp_path: Path) -> None:
    files = {"a.md": "Q: one\ntwo\nA: three\nfour\n\n- five\n"}
    assert pairs(arrived(tmp_path, files, lines="join")) == [("one two", "three four\n\n- five")]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "one\ntwo\n", "has one column only: a question and its answer are separated by a tab or comma"),
        ("a.csv", "", "holds no rows"),
        ("a.csv", "Front,Back\n", "holds no rows below the names of its columns"),
        ("a.json", '{"a": ', "a.json:1:7: this is not JSON: expecting value"),
        ("a.yaml", "- front: a\n  back: *x\n", "a.yaml:2:9: "),
        ("a.yaml", "a: 1\n", "holds no notes"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        arrived(tmp_path, {name: text})
    assert said in str(refused.value)


def test_a_table_of_another_encoding_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Front,Back\nfür,x\n".encode("latin-1"))
    with pytest.raises(Unreadable, match=r"a\.csv:2: byte 0xFC is not UTF-8"):
        forms.read([path], "", Wishes(), silent)
    path.write_bytes("Front\tBack\nfür\tx\n".encode("utf-16"))
    assert pairs(forms.read([path], "", Wishes(), silent)) == [("für", "x")]


def test_each_file_of_a_vault_may_be_of_its_own_form_and_one_without_notes_is_named(tmp_path: Path) -> None:
    files = {
        "nerves.md": "# Nerves\n\nOptic nerve?::sight #hn/2 #eye\n\nVagus?\n?\nX\n",
        "bugs.md": "Q: Which stain?\nA: Gram\n   or Ziehl\n\nQ: Urease?\nA: H. pylori\n\nQ: Which agar?\nA: BCYE\n",
        "plugin.md": "START\nBasic\nFront: Who?\nBack: Selye\nEND\n",
        "muscles.md": "# Muscles\n## Deltoid\nAxillary nerve\n",
    }
    deck = arrived(tmp_path, files)
    assert sorted(pairs(deck)) == [
        ("Optic nerve?", "sight"),
        ("Urease?", "H. pylori"),
        ("Vagus?", "X"),
        ("Which agar?", "BCYE"),
        ("Which stain?", "Gram\nor Ziehl"),
        ("Who?", "Selye"),
    ]
    assert [it.tags for it in deck.notes if it.id == "optic-nerve"] == [("hn::2", "eye")]
    (told,) = deck.told
    assert told.startswith("no note in 1 file: ")
    assert told.endswith("muscles.md'; where headings are questions, import those with --from md-headings")


def test_the_names_of_columns_may_be_german_and_an_empty_one_is_not_missed(tmp_path: Path) -> None:
    table = "Frage;Antwort;;Anmerkung;Schlagwörter;Quelle\nGram?;positiv;;Blau;Mikrobio;Hof\n"
    deck = arrived(tmp_path, {"a.csv": table})
    assert pairs(deck) == [("Gram?", "positiv", "Blau")]
    assert deck.notes[0].tags == ("Mikrobio",)
    assert deck.told == ("not taken: 'Quelle' (to show one under the answer: --extra NAME)",)


def test_note_types_with_more_fields_than_a_text_brings_are_named(tmp_path: Path) -> None:
    head = "#separator:tab\n#html:true\n#notetype column:1\n#tags column:5\n"
    deck = arrived(tmp_path, {"a.txt": f"{head}Basic\tWho?\tSelye\t\t\nDrug\tDiltiazem\tCCB\toral\t\n"})
    assert deck.told[-2:] == (
        "not taken: '4' (to show one under the answer: --extra NAME)",
        "  1 note of the type 'Drug' has more fields than those: the package of the deck (.apkg) brings them all",
    )


def test_who_exports_a_text_from_anki_is_told_that_its_notes_come_without_their_reviews(tmp_path: Path) -> None:
    deck = arrived(tmp_path, {"a.txt": "#separator:tab\n#html:true\n#guid column:1\nx1\tWho?\tSelye\n"})
    assert deck.told == (
        "to Anki these are new notes: to keep the reviews you have, import the package of the deck (.apkg)",
    )
