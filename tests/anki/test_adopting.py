"""A deck that people study becomes a project: whoever studied it keeps every history, tag and edit of his own."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.base.progress import silent
from generator.collection.verify import verify
from generator.package.reading import opened as package_opened
from generator.pipeline import build
from generator.pipeline.adopt import adopt
from generator.release.searches import search
from tests.adopted import Adopted, adopted
from tests.anki_backend import Counts, opened
from tests.command import run
from tests.foreign_decks import BASIC, FORMS, add, author_of_x, exported, histories
from tests.student import study

NOTES = 7
OURS = """
  - id: new-one
    question: Who described calciphylaxis?
    answer: Selye
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Adopted]:
    """Adopt a deck that a student has studied."""
    with adopted(author_of_x(tmp_path), tmp_path) as made:
        yield made


@pytest.mark.parametrize("form", FORMS)
def test_a_student_of_the_original_loses_nothing(form: str, tmp_path: Path) -> None:
    with author_of_x(tmp_path) as (author, guids):
        x = exported(author, tmp_path / "x.apkg", form)
        shared = exported(author, tmp_path / "shared.apkg")
    adopt(x, tmp_path / "project", (), int(time.time()), silent)
    with opened(tmp_path / "student") as anki:
        anki.take(shared)
        study(anki)
        before = histories(anki)
        assert anki.take(Adopted(tmp_path / "project", anki, guids).built()) == Counts(duplicate=NOTES)
        assert histories(anki) == before


def test_a_new_student_gets_what_the_original_gives(project: Adopted, tmp_path: Path) -> None:
    package = project.built()
    shown = []
    for name, file in (("of x", tmp_path / "x.apkg"), ("of ours", package)):
        with opened(tmp_path / name) as anki:
            anki.take(file)
            shown.append({guid: (anki.html(guid), anki.note(guid).tags) for guid in project.guids.values()})
            assert anki.problems() == []
    assert shown[0] == shown[1]


def test_an_edit_updates_that_note_alone(project: Adopted) -> None:
    before = {guid: project.anki.cards(guid) for guid in project.guids.values()}
    project.edit("stains.yaml", "</sup> purple", "</sup> violet")
    assert project.anki.take(project.built()) == Counts(updated=1, duplicate=NOTES - 1)
    note = project.anki.note(project.guids["basic"])
    assert note["Back"] == "10<sup>9</sup> violet<br>\n&amp; blue"
    assert note.tags == ["core", "stain"]
    for guid, cards in before.items():
        kept = [(it.id, it.ivl, it.due, it.reps, it.flags, it.did, it.queue) for it in project.anki.cards(guid)]
        assert kept == [(it.id, it.ivl, it.due, it.reps, it.flags, it.did, it.queue) for it in cards]


def test_an_edited_cloze_keeps_its_numbers_and_its_note_type(project: Adopted) -> None:
    project.edit("stains.yaml", "::salt}}", "::an anion}}")
    kind = project.anki.note(project.guids["cloze"]).mid
    assert project.anki.take(project.built()) == Counts(updated=1, duplicate=NOTES - 1)
    note = project.anki.note(project.guids["cloze"])
    assert note.mid == kind
    assert note["Text"] == "Von Kossa stains {{c1::phosphate::an anion}} {{c3::black}}."
    assert [it.ord for it in note.cards()] == [0, 2]


@pytest.mark.parametrize(
    ("old", "new", "lacks"),
    [
        ("    answer: von Kossa\n", "    answer: von Kossa\n    extra: From 1901.\n", "no place for 'extra'"),
        ("    type: true\n", "", "no place for other cards"),
        (
            "    answer: Dermatomyositis\n    reverse: true\n",
            "    answer: Dermatomyositis\n",
            "no place for other cards",
        ),
    ],
)
def test_what_the_note_type_has_no_place_for_is_refused(old: str, new: str, lacks: str, project: Adopted) -> None:
    project.edit("notes.yaml", old, new)
    (problem,) = project.refused()
    assert problem.startswith("H021")
    assert problem.endswith(lacks)


@pytest.mark.parametrize(
    "back",
    ["\\(\\href{x}{y}\\)", "<img src='x.png'> beside", "word " * 5_000, "[latex]x^2[/latex]"],
)
def test_a_note_that_no_kind_of_ours_can_say_stays_verbatim(back: str, tmp_path: Path) -> None:
    with opened(tmp_path / "author") as author:
        note = author.col.new_note(author.col.models.by_name("Basic"))
        note["Front"], note["Back"] = "Which?", back
        author.col.add_note(note, author.col.decks.id("Deck"))
        x = exported(author, tmp_path / "x.apkg")
    project, _ = adopt(x, tmp_path / "project", (), int(time.time()), silent)
    assert [it.keys[0] for it in project.arrived.notes] == [("note", "Basic")]
    assert project.arrived.left_out == ()


def test_why_notes_stay_verbatim_is_said(tmp_path: Path) -> None:
    with opened(tmp_path / "author") as author:
        for back in ("<span style='color: red'>It</span>", "<b style='color: #f00'>It</b>", "<img src='x.png'>", "It"):
            add(author, BASIC, {"Front": f"Which? {back}", "Back": back}, "Skin")
        x = exported(author, tmp_path / "x.apkg")
    made, _ = adopt(x, tmp_path / "project", (), int(time.time()), silent)
    assert "verbatim, in HTML under 'note:', for: colours 2, files that are missing or damaged 1" in made.arrived.told


def test_a_picture_that_anki_draws_of_tex_is_not_a_missing_file(tmp_path: Path) -> None:
    with opened(tmp_path / "author") as author:
        note = author.col.new_note(author.col.models.by_name("Basic"))
        note["Front"], note["Back"] = "Which?", "[latex]x^2[/latex] [sound:gone.mp3]"
        author.col.add_note(note, author.col.decks.id("Deck"))
        x = exported(author, tmp_path / "x.apkg")
        guids = {"which": note.guid}
    adopt(x, tmp_path / "project", (), int(time.time()), silent)
    with opened(tmp_path / "student") as anki:
        package = Adopted(tmp_path / "project", anki, guids).built()
    assert verify(package).problems == ("the media file gone.mp3 is missing",)


@pytest.mark.parametrize("command", ["plan", "preview", "changes"])
def test_what_anki_exported_is_no_release_to_compare_with(command: str, project: Adopted) -> None:
    project.built()
    ran = run(command, "--from", "../x.apkg", folder=project.folder, SOURCE_DATE_EPOCH=str(int(time.time())))
    assert ran.returncode == 1
    assert "H030 Anki itself exported it; give a package that deckwright built" in ran.stdout


def test_an_edit_taken_back_is_the_original_again(project: Adopted) -> None:
    project.edit("stains.yaml", "</sup> purple", "</sup> violet")
    project.built()
    project.edit("stains.yaml", "</sup> violet", "</sup> purple")
    assert project.anki.take(project.built()) == Counts(updated=1, duplicate=NOTES - 1)
    assert project.anki.note(project.guids["basic"])["Back"] == "10<sup>9</sup> purple<br>&amp; blue"


def test_a_tag_of_the_original_keeps_its_name_and_a_new_one_is_below_our_root(project: Adopted) -> None:
    project.edit("stains.yaml", "[core, stain]", "[stain, exam]")
    project.anki.take(project.built())
    assert project.anki.note(project.guids["basic"]).tags == ["#Project::exam", "stain"]


def test_a_note_that_is_deleted_stops_the_build(project: Adopted) -> None:
    project.edit("drugs.yaml", "  - id: diltiazem", "  - id: other")
    assert project.refused()[0].startswith("H022 'other' is not one of the notes that were adopted")
    path = project.folder / "cards_src" / "project" / "drugs.yaml"
    path.write_text("notes:" + OURS, encoding="utf-8")
    assert project.refused() == ["H015 the note 'diltiazem' is gone ('Diltiazem')"]


def test_a_note_that_is_retired_leaves_the_package_and_no_withdrawn_one_freezes_it(project: Adopted) -> None:
    path = project.folder / "cards_src" / "project" / "drugs.yaml"
    path.write_text("notes:" + OURS, encoding="utf-8")
    before = project.anki.rows("SELECT * FROM notes ORDER BY id")
    assert project.anki.take(project.built(retire=True)) == Counts(new=1, duplicate=NOTES - 1)
    assert [it for it in project.anki.rows("SELECT * FROM notes ORDER BY id") if it in before] == before
    assert not (project.folder / "decks" / "project.withdrawn.apkg").exists()


def test_a_new_note_uses_our_own_note_type(project: Adopted) -> None:
    path = project.folder / "cards_src" / "project" / "more.yaml"
    path.write_text("notes:" + OURS, encoding="utf-8")
    assert project.anki.take(project.built()) == Counts(new=1, duplicate=NOTES)
    assert "Deckwright Basic" in project.anki.col.models.all_names()


def test_a_note_type_of_ours_cannot_be_built_under_an_adopted_guid(project: Adopted) -> None:
    path = project.folder / "cards_src" / "project" / "drugs.yaml"
    path.write_text("notes:" + OURS.replace("new-one", "diltiazem"), encoding="utf-8")
    (problem,) = project.refused()
    assert problem.startswith("H021 'diltiazem' was adopted as 'Drug'")
    list_of_notes = project.folder / "decks" / "project.adopted.jsonl"
    whole = list_of_notes.read_bytes()
    list_of_notes.write_bytes(whole[:-9])
    assert any(it.startswith("H020 what was adopted cannot be read") for it in project.refused())
    list_of_notes.write_bytes(b"".join(it for it in whole.splitlines(keepends=True) if b'"diltiazem"' not in it))
    assert "H021 'diltiazem' was adopted, and the list of adopted notes no longer has it" in project.refused()


def test_a_note_that_no_longer_makes_a_card_is_refused(project: Adopted) -> None:
    project.edit("drugs.yaml", "      Hint: x&#8203;y\n", "")
    (problem,) = project.refused()
    assert problem == "H023 'diltiazem' no longer makes the card 'Name?', which students have"
    project.edit("stains.yaml", "{{c3::black}}", "black")
    assert any("no longer makes the card of c3" in it for it in project.refused())


def spoil(path: Path) -> None:
    """Write a line into a file that deckwright did not write."""
    path.write_text(path.read_text(encoding="utf-8") + "x\n", encoding="utf-8")


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: shutil.rmtree(path.parent), spoil])
def test_without_the_list_of_adopted_notes_one_error_says_so(damage: Callable[[Path], None], project: Adopted) -> None:
    damage(project.folder / "decks" / "project.adopted.jsonl")
    (problem,) = project.refused()
    assert problem.startswith("H020")


def test_a_look_that_its_author_changed_later_arrives_and_no_other(project: Adopted) -> None:
    before = project.anki.col.models.all_names()
    project.edit("note_types/drug.json", '"qfmt": "{{Name}}"', '"qfmt": "Which class: {{Name}}"')
    assert project.anki.take(project.built()) == Counts(duplicate=NOTES)
    assert "Which class: Diltiazem" in project.anki.html(project.guids["own"])[0]
    assert project.anki.col.models.all_names() == before


def test_a_field_that_is_added_to_an_adopted_note_type_is_refused(project: Adopted) -> None:
    path = project.folder / "cards_src" / "project" / "note_types" / "drug.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'"name": "Hint"', '"name": "Clue"', text), encoding="utf-8")
    project.edit("drugs.yaml", "Hint:", "Clue:")
    assert any(it.startswith("H002") for it in project.refused())


def test_the_search_for_a_moved_note_finds_it_for_students_of_the_original_and_of_ours(
    project: Adopted, tmp_path: Path
) -> None:
    project.edit("drugs.yaml", "subdeck: Drugs", "subdeck: Pills")
    planned = build.plan(project.folder / "cards_src", project.folder / "decks", build.Wish(int(time.time())))
    (entry,) = [it for it in planned.releases[0].ledger.entries.values() if it.guid == project.guids["own"]]
    (found,) = search([entry], ["Skin"])
    package = project.built()
    with opened(tmp_path / "of ours") as new:
        new.take(package)
        for anki in (project.anki, new):
            assert list(anki.col.find_notes(found)) == [anki.note(project.guids["own"]).id]


def test_the_same_project_gives_the_same_bytes(project: Adopted) -> None:
    first = project.built().read_bytes()
    project.built().unlink()
    assert project.built().read_bytes() == first
    with package_opened(project.built()) as read:
        assert read.files == {"0": "skin map.png"}


def test_cards_that_nobody_sorted_give_the_others_no_second_tree_of_decks(tmp_path: Path) -> None:
    with opened(tmp_path / "author") as author:
        for front, deck in (("Which layer?", "Skin::Layers"), ("Which salt?", "Skin"), ("Who?", "Default")):
            add(author, BASIC, {"Front": front, "Back": "It"}, deck)
        x = exported(author, tmp_path / "x.apkg")
        before = [it.name for it in author.col.decks.all_names_and_ids()]
        made, _ = adopt(x, tmp_path / "project", (), int(time.time()), silent)
        assert [(it.id, it.subdeck) for it in made.arrived.notes] == [
            ("which-layer", "Layers"),
            ("which-salt", ""),
            ("who", ""),
        ]
        assert "1 note of 'Default' is in 'Skin' now" in made.arrived.told
        assert author.take(Adopted(tmp_path / "project", author, {}).built()) == Counts(duplicate=3)
        assert [it.name for it in author.col.decks.all_names_and_ids()] == before


def test_decks_that_get_another_name_are_told(tmp_path: Path) -> None:
    with opened(tmp_path / "author") as author:
        for front, deck in (("Which layer?", "Skin"), ("Which bone?", "Bones::Arm"), ("Who?", "Default")):
            add(author, BASIC, {"Front": front, "Back": "It"}, deck)
        x = exported(author, tmp_path / "x.apkg")
    made, _ = adopt(x, tmp_path / "project", (), int(time.time()), silent)
    assert [it.subdeck for it in made.arrived.notes] == ["Skin", "Bones::Arm", "x"]
    (told,) = (it for it in made.arrived.told if it.startswith("subdecks of one deck now"))
    assert told.startswith("subdecks of one deck now: 'Bones', 'Default' and 'Skin';")
