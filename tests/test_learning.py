"""Is each rule for good notes heard where a note is hard to learn, once, and silent on ordinary notes?"""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from generator.base import codes
from generator.text import cloze
from tests.author import Author
from tests.support import SVG, png, problems, write_deck

Note = Mapping[str, Any]


def q(question: str, answer: str, **more: Any) -> Note:
    return {"question": question, "answer": answer, **more}


def c(text: str, **more: Any) -> Note:
    return {"cloze": text, **more}


def items(heading: str, **texts: Any) -> Note:
    return {"list": heading, "items": texts}


def row(heading: str, column: str, name: str, cell: str, **more: Any) -> Note:
    return {"table": heading, "columns": {"x": column}, "rows": {"r": {"name": name, "x": cell, **more}}}


def masks(**given: Any) -> Note:
    return {"image": "skin.png", "masks": given}


def rect(left: int, top: int, width: int = 100, height: int = 40, **more: Any) -> Note:
    return {"rect": [left, top, width, height], **more}


def tagged(*tags: str) -> list[Note]:
    return [q(f"Q{at}", f"a{at}", tags=[tag]) for at, tag in enumerate(tags)]


def words(count: int) -> str:
    return " ".join(f"word{at}" for at in range(count))


CITED = {"sources": ["dermnet"]}
TOPIC = {"tags": ["topic::skin"]}
PURPLE = q("What colour are calcium deposits on H&E?", "Purple")

ALARMS: Mapping[str, list[list[Note]]] = {
    "L01": [
        [q("Is calcium raised in the dystrophic type?", "Hardly ever")],
        [q("Does warfarin help?", "Trials say otherwise")],
        [q("True or false: MICC needs excision", "False")],
    ],
    "L02": [
        [q("Is calcium raised in the dystrophic type?", "No")],
        [q("Calcium is raised in the dystrophic type, is it?", "no, it is normal")],
        [q("Can MICC clear by itself?", "Yes: by adulthood")],
    ],
    "L03": [[q("What happens?", words(21))], [q("What happens?", words(41))], [row("T", "Course", "R", words(21))]],
    "L04": [
        [q("Which layers are there?", "corneum, granulosum, spinosum, basale and dermis")],
        [q("What to ask for?", "pain; fever; weight; drugs; travel")],
        [q("What to ask for?", "- pain\n- fever\n- weight\n- drugs\n- travel")],
    ],
    "L05": [
        [q("Discuss calciphylaxis", "Vessels close")],
        [q("List the subtypes of calcinosis", "Dystrophic first")],
        [q("Explain why calcium rises", "Bone dissolves")],
    ],
    "L06": [
        [q("It closes small vessels. Which disease?", "Calciphylaxis")],
        [q("They carry a crust. Which papules?", "Those of MICC")],
        [c("This is usually found on the {{c1::hands::site}}.")],
    ],
    "L07": [
        [q("Which drug does not lower calcium?", "Thiazide")],
        [q("All of these raise calcium except which?", "Furosemide")],
        [q("What is the least common subtype?", "Metastatic")],
    ],
    "L08": [
        [q("What is meant by tumoral calcinosis?", "Tumoral calcinosis")],
        [q("Where is the deposit of the dermis?", "In the dermis")],
        [q("Which hormone is meant by T3?", "T3")],
        [q("What lies between the dermis and the fat?", "Between dermis and fat")],
        [row("Mimics of calcinosis", "Made of keratin", "Milium", "Keratin")],
    ],
    "L09": [
        [PURPLE, q("What *colour* are calcium deposits, on H&E?", "Deep purple")],
        [PURPLE, q("On H&E, what colour have the calcium deposits of skin?", "Purple")],
        [items("Stains", a="Von Kossa"), items("Stains:", b="Alizarin red")],
        [c("Salts of calcium are {{c1::purple}} here."), c("Salts of calcium are {{c1::purple::colour}} here.")],
    ],
    "L11": [
        [c(f"Elimination means {{{{c1::{words(9)}}}}} in the end.")],
        [c(f"Elimination means {{{{c1::{words(16)}}}}} in the end.")],
        [c(f"Elimination is {{{{c1::short}}}} and means {{{{c2::{words(9)}}}}}.")],
    ],
    "L12": [
        [c("A {{c1::deposit}} lies in the dermis; a deposit has no lining.")],
        [c("{{c1::Warfarin}} and {{c2::heparin}} were tried, but warfarin is harmful.")],
        [c("Deposits are {{c1::purple::deep purple}} on H&E.")],
        [items("Dystrophic calcinosis and others", a="Dystrophic calcinosis")],
        [c("{{c1::B12}} is taken up in the ileum; B12 needs a carrier.")],
    ],
    "L13": [
        [c("{{c1::Von Kossa}}")],
        [c("What is {{c1::the stain}}?")],
        [c("{{c1::Calcium}} and {{c1::phosphate}}")],
    ],
    "L16": [
        [c(" ".join(f"Layer: {{{{c{at}::name{at}}}}}" for at in range(1, 6)))],
        [c("Skin {{c1::a}}, {{c2::b}}, {{c3::d}}, {{c4::e}}, {{c5::f}}, {{c6::g}} layers")],
        [c("Skin {{c1,2::a}}, {{c3,4::b}}, {{c5::d}} layers")],
    ],
    "L18": [
        [c("Von Kossa makes calcium {{c1::blackish::blac}}.")],
        [c("Von Kossa makes calcium {{c1::black::black}}.")],
        [items("Subtypes", a={"text": "Dystrophic", "cue": "dyst..."})],
    ],
    "L20": [
        [q("How is calcium in MICC?", "It is always normal")],
        [q("What does a crust mean?", "It is pathognomonic for MICC")],
        [row("T", "Course", "MICC", "clears in all patients")],
    ],
    "L22": [
        [q("A", "b", **CITED), q("C", "d", **CITED), q("How many survive?", "About 50%")],
        [q("A", "b", **CITED), q("C", "d", **CITED), c("Papules measure {{c1::1-4 mm::size}} or so.")],
        [q("A", "b", **CITED), q("C", "d", **CITED), row("Drugs", "Since", "Diltiazem", "in use since 1995")],
    ],
    "L30": [
        [q("A", "b", **CITED), q("C", "d", **CITED), q("Who survives?", "Half of them")],
        [q("A", "b", **CITED), q("C", "d", **CITED), c("Papules lie on the {{c1::hands::site}}.")],
        [q("A", "b", **CITED), q("C", "d", **CITED), items("Stains", a="Von Kossa")],
    ],
    "L32": [
        [q("Which is common?", "Dystrophic", tags=["disputed"])],
        [
            q("Which is common?", "Dystrophic", tags=["disputed"], dispute="most-common-type"),
            q("Which is rare?", "Metastatic", dispute="most-common-type"),
        ],
        [row("T", "How common", "Dystrophic", "most common", tags=["disputed"])],
    ],
    "L43": [
        [masks(m1=rect(0, 0))],
        [masks(dermis=rect(0, 0), rim=rect(70, 10))],
        [masks(dermis=rect(0, 0), copied=rect(0, 0))],
        [masks(dermis=rect(0, 0), rim={"ellipse": [60, 0, 100, 40]})],
    ],
    "L50": [
        [PURPLE, c("Calcium deposits have a {{c1::purple}} colour on H&E.")],
        [
            q("Which vessels calcify in calciphylaxis of dialysis patients?", "Arterioles"),
            q("Which vessels calcify in arterioles?", "Calciphylaxis of dialysis patients"),
        ],
        [
            c("Calcium of dermis and epidermis is shed at the {{c1::surface}}."),
            c("Calcium of dermis and {{c1::epidermis}} is shed at the surface."),
        ],
    ],
    "L54": [
        [q(f"Which of {words(45)}?", "This")],
        [q(f"Patient with {words(60)}. Which?", "This")],
        [q(f"{words(50)} which?", "This")],
    ],
    "L55": [
        [q("Milium", "White papule", reverse=True), q("Crust", "white papule")],
        [q("Crust", "White papule."), q("Milium", "White papule", reverse=True)],
        [q("Milium", "White *papule*", reverse=True), q("What is a crust?", "White papule")],
    ],
    "L62": [
        tagged("histology", "histology", "histolgy"),
        tagged("x::causes", "x::causes", "x::causses"),
        tagged("nodule", "nodule", "nodules"),
    ],
    "L63": [
        [q("Which stain?", "Kossa", **TOPIC), q("Which dye?", "Alizarin", **TOPIC), q("Who?", "Virchow")],
        [q("Which stain?", "Kossa", **TOPIC), q("Which dye?", "Alizarin", **TOPIC), items("Stains", a="Giemsa")],
        [q("Which stain?", "Kossa", **TOPIC), q("Which dye?", "Alizarin", **TOPIC), row("T", "Site", "MICC", "hands")],
    ],
}

SILENT: Mapping[str, list[list[Note]]] = {
    "L01": [
        [q("What is calcinosis?", "Calcium in the skin")],
        [q("Is the commonest type dystrophic or metastatic?", "Dystrophic")],
        [q("Was ist Kalzinose?", "Kalk in der Haut")],
        [q("Do not eat", "A warning on silica gel")],
        [q("May 1945: what ended in Europe?", "The war")],
    ],
    "L02": [
        [q("Which country code is read as a falsehood?", "No")],
        [q("What treats MICC?", "No drug known")],
        [q("Is it HLA-B27 or none?", "No, none")],
    ],
    "L03": [
        [q("What happens?", words(20))],
        [q("What happens?", "It " + "/ - " * 30 + "ends")],
        [q("What is it?", r"\( a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s \)")],
        [q("What happens?", "This", extra=words(60))],
    ],
    "L04": [
        [q("Which layers are there?", "Epidermis, dermis, subcutis and fascia")],
        [q("What happens?", "It grows, as far as one can tell from reports, slowly, then stops, mostly, and clears")],
        [q("How large is the city?", "2,123,456 in 1,234, 5,678 and 9,012")],
        [items("Layers", a="Corneum", b="Granulosum", d="Spinosum", e="Basale", f="Dermis")],
    ],
    "L05": [
        [q("What does a list of mimics begin with?", "Milium")],
        [q("Who described calcinosis?", "Virchow")],
        [q("Listeria", "A rod")],
        [q("explain", "erklären")],
    ],
    "L06": [
        [q("This drug blocks calcium channels. Which?", "Diltiazem")],
        [q("This is a section of skin. ![skin](skin.png) Which layer?", "Dermis")],
        [c("Italy has {{c1::Rome}} as its capital.")],
        [q("It is raining", "Es regnet")],
    ],
    "L07": [
        [q("Why is verapamil not used?", "It failed")],
        [q("Which drug does **not** lower calcium?", "Thiazide")],
        [q("What is at least needed?", "Biopsy")],
        [q("What is the least common multiple of 4 and 6?", "12")],
        [q("Which keyword follows an except clause?", "finally")],
        [q("Which drug does NOT lower calcium?", "Thiazide")],
    ],
    "L08": [
        [q("Which protein is the cofactor of protein C?", "Protein S")],
        [q("What is the plural of 'horse'?", "horses")],
        [q("Which is larger, the dermis or the epidermis?", "The dermis")],
        [q("What is high calcium called?", "Hypercalcaemia")],
        [q("Deposits: what is the main difference between dermis and fat in them?", "Deposits in the dermis")],
        [q("By its depth, which can you tell from the epidermis?", "The epidermis")],
        [q("Calcium in dystrophic type: high or low?", "Neither: normal calcium")],
        [q("What is left of 5*10?", "5*10")],
        [q("T3 or T4: what binds more firmly?", "T3")],
        [q(r"What is left of \(x\)?", r"\(x\)")],
        [q("What is ![left](skin.png)?", "![right](skin.png)")],
        [q("das Hotel", "the hotel")],
        [q("What is the plural of house?", "houses")],
        [q("What is the plural of sheep?", "sheep")],
        [q("What is a hotel in Spanish?", "un hotel")],
        [row("Words", "German", "hotel", "Hotel")],
    ],
    "L09": [
        [q("What class is enalapril?", "ACE inhibitor"), q("What class is ramipril?", "ACE inhibitor")],
        [q("What is 6*3?", "18"), q("What is 6/3?", "2")],
        [PURPLE, q("Serial sections of calcium, cut with a knife: what colour have deposits on H&E?", "Purple")],
        [q("What is this? ![a](skin.png)", "Skin"), q("What is this? ![a](skin.svg)", "A drawing of skin")],
        [q(r"What is \(a<b\)?", "less"), q(r"What is \(a>b\)?", "more")],
    ],
    "L11": [
        [c(f"Elimination means {{{{c1::{words(8)}}}}} in the end.")],
        [c(r"The mean is {{c1::\( a + b + c + d + e + f + g + h + i + j + k \)}} of all.")],
        [c("Of a hint nobody recalls {{c1::syllables::this many words are in a hint and are never recalled}} here.")],
    ],
    "L12": [
        [c("Serum phosphate is high; {{c1::phosphate salts}} deposit.")],
        [c("{{c1::Calcium}} is high, and {{c1::calcium}} deposits.")],
        [c("The red dye is {{c1::red}}.")],
        [c("I {{c1::dance}}, and she {{c2::dances}}.")],
        [c("Calcium is {{c1::raised::raised or normal?}} in metastatic disease.")],
        [c("{{c1::Calcium {{c2::phosphate}} salts}} are laid down; salts dissolve.")],
    ],
    "L13": [
        [c("Mitochondria: {{c1::powerhouse of the cell}}")],
        [c(r"{{c1::\(x\)}} and {{c2::\(y\)}}")],
        [c("{{c1::Calcium::element}}")],
    ],
    "L16": [
        [c("Skin: {{c1::a}}, {{c2::b}}, {{c3::d}}, {{c4::e}}")],
        [c("Skin: " + ", ".join(f"{{{{c1::name{at}}}}}" for at in range(8)))],
        [items("Layers", a="Corneum", b="Granulosum", d="Spinosum", e="Basale", f="Dermis")],
    ],
    "L18": [
        [c("Von Kossa makes calcium {{c1::blackish::colour}}.")],
        [c("The dye is {{c1::alizarin red::ali}} here.")],
        [items("CREST", c={"text": "Calcinosis", "cue": "C"})],
        [c("The salt is {{c1::calcium phosphate::calcium ...}} mostly.")],
        [c("Yesterday she {{c1::walked::walk}} home.")],
        [c("Today she {{c1::dances::dance}} at home.")],
    ],
    "L20": [
        [q("What is the rule for calcium chloride?", "Never under the skin")],
        [q("How is calcium in MICC?", "Normal in nearly all reports")],
        [q("Is there always a crust, or is it rare?", "Rare")],
        [q("Ich esse immer", "I always eat")],
    ],
    "L22": [
        [q("How many survive?", "About 50%")],
        [q("A", "b", **CITED), q("C", "d", **CITED), q("How many survive?", "About 50%", **CITED)],
        [q("A", "b", **CITED), q("C 1", "2"), q("D 3", "4")],
    ],
    "L30": [
        [q("Who survives?", "Half of them")],
        [q("A", "b", **CITED), q("C", "d")],
        [q("A", "b", **CITED), q("C", "d", **CITED), row("T", "Site", "MICC", "hands", **CITED)],
    ],
    "L32": [
        [q("Which is common?", "Dystrophic", dispute="most-common-type")],
        [q("Which is common?", "Dystrophic", dispute="most-common-type", tags=["disputed"])],
        [row("T", "Common", "Dystrophic", "most of all", tags=["disputed"], dispute="most-common-type")],
    ],
    "L43": [
        [masks(v1=rect(0, 0), t12=rect(0, 60))],
        [masks(dermis=rect(0, 0), fat=rect(0, 100))],
        [masks(a_duct=rect(0, 0, label="Duct"), rim=rect(85, 0))],
        [masks(dermis=rect(0, 0, 300, 200), vessel=rect(10, 10))],
        [masks(one=rect(0, 0), other={"polygon": [[0, 0], [100, 0], [0, 40]]})],
    ],
    "L50": [
        [PURPLE, q("What colour are iron deposits on H&E?", "Brown")],
        [
            q("Dystrophic calcinosis: what do serum calcium and phosphate show?", "Both are normal"),
            q("Metastatic calcinosis: what do serum calcium and phosphate show?", "One is high"),
        ],
        [q("Does it?", "It does so")],
        [
            q("Which salts of calcium in dermis and fat?", "Purple"),
            q("Which salts of iron in dermis and fat?", "Purple"),
            q("Which calcium builds bones, teeth, shells and chalk?", "Lime"),
            q("Which iron builds ships, rails, towers and bridges?", "Steel"),
        ],
        [PURPLE, c(f"Calcium deposits are {{{{c1::purple}}}} on H&E, a colour of {words(8)}.")],
        [q(f"Which year was battle number {at} of the long war?", f"{1900 + at}") for at in range(20)],
    ],
    "L54": [
        [q(f"Which of {words(42)}?", "This")],
        [q(f"Patient with {words(50)}. Which?", "This")],
        [q("Which?", "This", extra=words(100))],
    ],
    "L55": [
        [q("Milium", "White papule of keratin", reverse=True), q("MICC", "White papule of calcium", reverse=True)],
        [q("Milium", "White papule"), q("Crust of MICC", "White papule")],
        [q("der Hund", "the dog", reverse=True), q("die Katze", "the cat", reverse=True)],
        [q("Which first?", "This", reverse=True), q("Which second?", "This", reverse=True)],
    ],
    "L62": [
        tagged("evidence::IV", "evidence::IV", "evidence::IB"),
        tagged("part1", "part1", "part2"),
        tagged("stain::kossa", "stain::kossa", "topic::kossa"),
        tagged("histology", "histolgy"),
        tagged("cells", "cells", "bell"),
        tagged("core", "core", "care"),
    ],
    "L63": [
        [q("Which stain?", "Kossa", **TOPIC), q("Who?", "Virchow")],
        [q("Which stain?", "Kossa", tags=["skin"]), q("Who?", "Virchow"), q("When?", "Long ago")],
        [q("Which stain?", "Kossa", **TOPIC), row("T", "Site", "MICC", "hands", **TOPIC)],
    ],
}


def found_in(folder: Path, notes: list[Note], **files: str | bytes) -> list[str]:
    """Return the codes said of these notes, whose ids are n0, n1 and so on. JSON is YAML."""
    named = [{"id": f"n{at}", **note} for at, note in enumerate(notes)]
    media = {"media/skin.png": png(600, 400), "media/skin.svg": SVG}
    return [
        it.code
        for it in problems(write_deck(folder, media | files, json.dumps({"notes": named})))
        if it.code != "M110"  # pictures of the frame
    ]


def cases(table: Mapping[str, list[list[Note]]]) -> list[tuple[str, list[Note]]]:
    return [(code, notes) for code, decks in table.items() for notes in decks]


@pytest.mark.parametrize(("code", "notes"), cases(ALARMS))
def test_a_slip_is_told_once(code: str, notes: list[Note], tmp_path: Path) -> None:
    assert found_in(tmp_path, notes) == [code]


@pytest.mark.parametrize(("code", "notes"), cases(SILENT))
def test_an_ordinary_note_is_left_alone(code: str, notes: list[Note], tmp_path: Path) -> None:
    assert found_in(tmp_path, notes) == []


@pytest.mark.parametrize(("code", "notes"), cases(ALARMS))
def test_a_reason_silences_every_rule_about_a_note(code: str, notes: list[Note], tmp_path: Path) -> None:
    assert found_in(tmp_path, [{**note, "allow": {code: "it is meant so"}} for note in notes]) == []


def test_the_same_words_are_told_behind_others_that_only_look_alike(tmp_path: Path) -> None:
    asked = [q(f"What is 6{sign}3?", f"{sign}") for sign in ("*", "/", "/")]
    assert found_in(tmp_path, asked) == ["S210"]


def test_a_reason_on_a_row_holds_for_that_row(tmp_path: Path) -> None:
    rows = f"""\
      first: {{name: A, x: {words(21)}, allow: {{L03: a definition}}}}
      second: {{name: B, x: {words(22)}}}
"""
    notes = f"notes:\n  - id: n\n    table: T\n    columns: {{x: Course}}\n    rows:\n{rows}"
    found = problems(write_deck(tmp_path, notes=notes))
    assert [(it.code, it.message) for it in found] == [("L03", "an answer of 22 words")]


def test_a_reason_on_a_table_holds_for_its_rows(tmp_path: Path) -> None:
    assert found_in(tmp_path, [{**row("T", "Course", "R", words(41)), "allow": {"L03": "a definition"}}]) == []


def test_what_is_said_of_learning_is_a_judgement_and_warns() -> None:
    assert {it.severity for code, it in codes.table().items() if code[0] == "L"} == {"warning"}


def test_every_rule_is_asked_three_times_each_way() -> None:
    elsewhere = {"L14", "L31", "L42", "L60", "L61", "L64"}
    rules = {code for code in codes.table() if code[0] == "L"} - elsewhere
    assert {code for code, decks in ALARMS.items() if len(decks) >= 3} == rules
    assert {code for code, decks in SILENT.items() if len(decks) >= 3} == rules


THREE = {f"source-{at}": {"title": "T", "year": "2011"} for at in range(3)}


@pytest.mark.parametrize(("used", "told"), [(0, []), (1, []), (2, ["L60"]), (3, [])])
def test_a_source_is_missed_where_most_are_used(used: int, told: list[str], tmp_path: Path) -> None:
    note = q("Which?", "This", sources=list(THREE)[:used])
    assert found_in(tmp_path, [note], **{"sources.yaml": json.dumps(THREE)}) == told


@pytest.mark.parametrize(("used", "told"), [(0, []), (1, []), (2, ["L61"]), (3, [])])
def test_a_dispute_is_missed_where_most_are_used(used: int, told: list[str], tmp_path: Path) -> None:
    disputes = {f"dispute-{at}": "Some say so." for at in range(3)}
    notes = [q(f"Which {key}?", "This one", dispute=key) for key in list(disputes)[:used]]
    assert found_in(tmp_path, notes or [PURPLE], **{"disputes.yaml": json.dumps(disputes)}) == told


@pytest.mark.parametrize(
    ("work", "told"),
    [
        ({"title": "T"}, ["L31"]),
        ({"title": "T", "authors": "A"}, ["L31"]),
        ({"title": "T", "year": "n.d."}, []),
        ({"title": "T", "link": "https://example.org"}, []),
    ],
)
def test_a_work_can_be_found(work: Mapping[str, str], told: list[str], tmp_path: Path) -> None:
    assert found_in(tmp_path, [q("Which?", "This", sources=["w"])], **{"sources.yaml": json.dumps({"w": work})}) == told


def test_a_work_that_no_note_names_need_not_be_found(tmp_path: Path) -> None:
    assert found_in(tmp_path, [PURPLE], **{"sources.yaml": "{w: {title: T}}"}) == []


def test_what_seems_missing_may_be_in_a_file_with_a_mistake(tmp_path: Path) -> None:
    two = [q(f"Which {at}?", f"This {at}", sources=[f"source-{at}"]) for at in range(2)]
    assert found_in(tmp_path, two, **{"sources.yaml": json.dumps(THREE), "broken.yaml": "notes: ["}) == ["Y016"]


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}<path d="M0 0"/></svg>'


@pytest.mark.parametrize(
    ("says", "told"), [("", ["L42"]), ("<title>Skin</title>", []), ("<desc>Skin</desc>", []), ("<g id='a'/>", ["L42"])]
)
def test_a_drawing_says_what_it_shows(says: str, told: list[str], tmp_path: Path) -> None:
    files = {"media/skin.svg": DRAWING.format(says)}
    assert found_in(tmp_path, [q("Which? ![skin](skin.svg)", "Dermis")], **files) == told


TWO = "Von Kossa makes calcium {{c1::black}} and alizarin {{c2::red}}."
GAPS: Mapping[str, tuple[str, str, list[str]]] = {
    "a new note": ("", TWO.replace("c2", "c3"), ["L14"]),
    "a new note that begins with c2": ("", TWO.replace("c1", "c3"), ["L14"]),
    "a released note whose new number jumps": (TWO, TWO.replace("calcium", "{{c4::calcium}}"), ["L14"]),
    "a released note whose new number follows": (TWO, TWO.replace("calcium", "{{c3::calcium}}"), []),
    "a number was withdrawn": (TWO.replace("calcium", "{{c3::calcium}}"), TWO.replace("{{c2::red}}", "red"), []),
    "a gap was released": (TWO.replace("c2", "c3"), TWO.replace("c2", "c3").replace("makes", "stains"), []),
}


@pytest.mark.parametrize(("before", "now", "told"), GAPS.values(), ids=GAPS)
def test_a_gap_in_cloze_numbers(before: str, now: str, told: list[str], author: Author) -> None:
    for day, text in enumerate(text for text in (before, now) if text):
        author.write({"gap.yaml": f"notes:\n  - {{id: gap, cloze: '{text}'}}\n"})
        codes_found = [it.code for it in author.plan(day).diagnostics]
        if text != now:
            author.build(day)
    assert codes_found == told


def test_a_number_withdrawn_long_ago_explains_a_gap(author: Author) -> None:
    three = TWO.replace("calcium", "{{c3::calcium}}")
    without = three.replace("{{c2::red}}", "red")
    for day, text in enumerate((three, without, without.replace("makes", "{{c4::makes}}"))):
        author.write({"gap.yaml": f"notes:\n  - {{id: gap, cloze: '{text}'}}\n"})
        assert author.plan(day).diagnostics == ()
        author.build(day)


def test_check_knows_no_ledger_and_so_says_nothing_of_gaps(tmp_path: Path) -> None:
    assert found_in(tmp_path, [c(TWO.replace("c2", "c3"))]) == []


def test_a_reason_silences_a_gap_in_cloze_numbers(author: Author) -> None:
    author.write({"gap.yaml": f"notes:\n  - {{id: gap, cloze: '{TWO.replace('c2', 'c3')}', allow: {{L14: old}}}}\n"})
    assert author.plan().diagnostics == ()


PARTS = (
    "{{c1:: {{c2:: }} :: a hint x { } : \\( \\) \\ ` [a](b) <b:x> "
    "{{c1::a}} {{c2::b::h}} {{c0::x}} {{c600::x}} {{c3::a::}}"
).split()


def test_the_pieces_of_a_plain_cloze_are_those_of_the_scanner() -> None:
    chance = Random(3)
    texts = ["".join(chance.choices([*PARTS, " "], k=chance.randint(1, 7))) for _ in range(20_000)]
    assert sum(bool(cloze.pieces(text)) for text in texts) > 1_000
    assert [text for text in texts if cloze.pieces(text) != cloze._scanned(text)] == []


def test_ten_thousand_notes_of_the_same_words_are_answered_once_each(tmp_path: Path) -> None:
    notes = [
        c(f"calcium salts of the {{{{c{at % 3 + 1}::skin}}}} in dermis and fat " + "x" * (at % 7))
        for at in range(10_000)
    ]
    assert len(found_in(tmp_path, notes)) < 10_000


def test_allowable_are_warnings_about_a_note_and_what_is_said_of_learning() -> None:
    of_no_note = {"H017", "L31", "L42", "L60", "L61", "P003", "S214", "S215"}
    warnings = {code for code, it in codes.table().items() if it.severity == "warning" and code[0] not in "YM"}
    assert warnings - of_no_note == codes.ALLOWABLE
