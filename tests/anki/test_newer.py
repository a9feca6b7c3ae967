"""A newer deck of the same people is merged into the project of the one that was adopted, and nobody loses a review."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.base.files import Unusable
from generator.base.progress import silent
from generator.importing.arrived import Unreadable
from generator.pipeline import build
from generator.pipeline.newer.merging import Mistaken, merge
from tests.anki_backend import Counts, opened
from tests.command import run
from tests.foreign_decks import FORMS, author_of_x, exported, histories
from tests.people import HOME, HOUR, People, gathered, reviews

NOTES = 7


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """Let an author adopt a deck that a student has studied."""
    with author_of_x(tmp_path) as (theirs, guids), gathered(tmp_path, theirs, guids) as made:
        yield made


SAID = """\
{project}: x2.apkg merged into project
  taken over: 1
  as they were: 5
  changed on both sides, yours kept: 1
    cards_src/project/stains.yaml: colour-of-calcium
      answer
        theirs: 10<sup>9</sup> violet
        yours: 10<sup>9</sup> lilac & blue
    both sides in full: .both_changed.txt beside the notes
"""


def test_what_only_they_changed_is_taken_and_reaches_a_student_of_the_original(people: People) -> None:
    people.write("basic", "Back", "10<sup>9</sup> violet")
    merged = people.merge(people.x2())
    assert (merged.taken, merged.alike, merged.both) == (("colour-of-calcium",), NOTES - 1, ())
    assert "answer: 10<sup>9</sup> violet\n" in people.read("stains.yaml")
    before = reviews(people.student)
    assert people.student.take(people.built()) == Counts(updated=1, duplicate=NOTES - 1)
    assert people.student.note(people.guids["basic"])["Back"] == "10<sup>9</sup> violet"
    assert reviews(people.student) == before


def test_a_student_of_the_newer_deck_is_told_nothing(people: People) -> None:
    people.write("basic", "Back", "10<sup>9</sup> violet")
    people.write("cloze", "Text", "Von Kossa stains {{c1::phosphate}} {{c3::brown}} {{c4::quickly}}.", "stain::vK new")
    people.add("Basic", "Skin::Stains", Front="Colour of iron?", Back="blue")
    people.built()
    x2 = people.x2()
    people.merge(x2)
    people.student.take(x2)
    before = histories(people.student)
    assert people.student.take(people.built()) == Counts(duplicate=NOTES + 1)
    assert histories(people.student) == before


def test_after_both_sides_edits_exactly_the_edited_notes_are_updated(people: People) -> None:
    people.edit("stains.yaml", "</sup> purple", "</sup> lilac")
    people.edit("drugs.yaml", "<div>oral</div>", "<div>by mouth</div>")
    people.built(later=-HOUR + 1)
    people.write("basic", "Back", "10<sup>9</sup> violet")
    people.write("typed", "Back", "von Kossa 1901")
    x2 = people.x2()
    merged = people.merge(x2)
    assert (merged.taken, merged.kept) == (("stain-for-calcium",), 1)
    (both,) = merged.both
    assert (both.id, both.file) == ("colour-of-calcium", f"{HOME}/stains.yaml")
    assert both.sides == (("answer", "10<sup>9</sup> violet", "10<sup>9</sup> lilac\n& blue\n"),)
    people.student.take(x2)
    before = reviews(people.student)
    assert people.student.take(people.built()) == Counts(updated=2, duplicate=NOTES - 2)
    assert "lilac" in people.student.note(people.guids["basic"])["Back"]
    assert "by mouth" in people.student.note(people.guids["own"])["Class"]
    assert reviews(people.student) == before


def test_an_edit_reaches_who_has_theirs_of_a_later_time_with_nothing_new_in_it(people: People) -> None:
    people.edit("stains.yaml", "</sup> purple", "</sup> lilac")
    people.built(later=-HOUR + 1)
    people.write("basic", "", "")
    people.write("cloze", "", "")
    x2 = people.x2()
    assert people.merge(x2).alike == NOTES - 1
    assert people.merge(x2).files == {}
    people.student.take(x2)
    assert people.student.take(people.built()) == Counts(updated=1, duplicate=NOTES - 1)


def test_a_second_time_nothing_changes(people: People) -> None:
    people.edit("stains.yaml", "</sup> purple", "</sup> lilac")
    people.write("basic", "Back", "10<sup>9</sup> violet")
    people.write("own", "Name", "Diltiazem XR", "drug cardio")
    people.add("Drug", "Skin::Drugs::New", Name="Verapamil", Class="CCB")
    x2 = people.x2()
    assert people.merge(x2).files
    before = people.held()
    again = people.merge(x2)
    assert (again.changes_nothing, again.files) == (True, {})
    assert people.held() == before


@pytest.mark.parametrize("text", ["", "# later\n"])
def test_a_file_without_notes_stays_as_it_is(text: str, people: People) -> None:
    (people.project / HOME / "later.yaml").write_text(text, encoding="utf-8")
    people.write("basic", "Back", "10<sup>9</sup> violet")
    assert people.merge(people.x2()).taken == ("colour-of-calcium",)
    assert people.read("later.yaml") == text


def test_a_dry_run_says_the_same_and_writes_nothing(people: People) -> None:
    people.edit("stains.yaml", "</sup> purple", "</sup> lilac")
    people.write("basic", "Back", "10<sup>9</sup> violet")
    people.add("Drug", "Skin::Drugs::New", Name="Verapamil", Class="CCB")
    x2, before = people.x2(), people.held()
    told = people.merge(x2, dry_run=True)
    assert people.held() == before
    assert people.merge(x2) == told


@pytest.mark.parametrize("form", FORMS)
def test_every_form_brings_the_same_and_no_review(form: str, people: People) -> None:
    people.theirs.studied(interval=9)
    people.write("basic", "Back", "10<sup>9</sup> violet")
    x2 = exported(people.theirs, people.root / "x2.apkg", form)
    assert people.merge(x2).taken == ("colour-of-calcium",)
    before = reviews(people.student)
    assert people.student.take(people.built()) == Counts(updated=1, duplicate=NOTES - 1)
    assert reviews(people.student) == before


def test_notes_that_deckwright_built_are_left_out(people: People) -> None:
    with opened(people.root / "other") as other:
        kind = other.col.models.copy(other.col.models.by_name("Basic"))
        kind["name"] = "Deckwright Basic"
        other.col.models.update_dict(kind)
        note = other.col.new_note(kind)
        note["Front"], note["Back"] = "Who?", "Selye"
        other.col.add_note(note, other.col.decks.id("Skin"))
        people.theirs.take(exported(other, people.root / "other.apkg"))
    merged = people.merge(people.x2())
    assert (merged.files, merged.new) == ({}, ())
    assert "1 note of 'Deckwright Basic': deckwright built them;" in merged.left_out[0].why


def test_notes_that_the_author_wrote_here_are_not_read_back(people: People) -> None:
    people.edit("drugs.yaml", "notes:\n", "notes:\n  - {id: mine, question: Who?, answer: Selye}\n")
    people.theirs.take(people.built())
    merged = people.merge(people.x2())
    assert (merged.files, merged.new) == ({}, ())


def test_a_deck_of_others_is_refused_and_a_damaged_project_is_left_alone(people: People) -> None:
    with opened(people.root / "other") as other:
        note = other.col.new_note(other.col.models.by_name("Basic"))
        note["Front"], note["Back"] = "Who?", "Selye"
        other.col.add_note(note, other.col.decks.id("Skin"))
        x = exported(other, people.root / "other.apkg")
    with pytest.raises(Unusable, match="has no note of this package"):
        people.merge(x)
    people.edit("stains.yaml", "  - id: colour-of-calcium\n", "  - id: colour-of-calcium\n    anser: x\n")
    before = people.held()
    with pytest.raises(Mistaken, match="correct these first"):
        people.merge(people.x2())
    assert people.held() == before


def test_a_cloze_that_they_number_anew_is_not_taken(people: People) -> None:
    people.write("cloze", "Text", "Von Kossa stains {{c1::black}} {{c3::phosphate}}.")
    (note,) = people.merge(people.x2()).stay
    assert note.name == "von-kossa-stains-phosphate-black"
    assert note.why.startswith("H013")


def test_a_note_that_the_author_renamed_and_moved_is_found(people: People) -> None:
    people.edit(
        "stains.yaml", "  - id: colour-of-calcium\n", "  - id: calcium\n    was: colour-of-calcium\n    subdeck: Dyes\n"
    )
    people.write("basic", "Back", "10<sup>9</sup> violet")
    people.add("Basic", "Skin::Stains", Front="Colour of iron?", Back="blue")
    assert people.merge(people.x2()).taken == ("calcium",)
    assert "was: colour-of-calcium\n    subdeck: Dyes\n    question:" in people.read("stains.yaml")
    people.student.take(people.root / "x2.apkg")
    assert people.student.take(people.built()) == Counts(duplicate=NOTES + 1)


def test_a_file_with_other_line_ends_and_braces_is_written_as_it_is_or_not_at_all(people: People) -> None:
    path = people.project / HOME / "stains.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    fields = "{Name: Diltiazem, Class: '<div>CCB</div>&#10;&#10;<div>oral</div>', Hint: x&#8203;y}"
    flow = f"  - {{id: diltiazem, note: Drug, fields: {fields}, tags: [drug]}}\n"
    people.edit("drugs.yaml", people.read("drugs.yaml"), f"subdeck: Drugs\nnotes:\n{flow}")
    people.write("basic", "Back", "10<sup>9</sup> violet")
    people.write("own", "Name", "Diltiazem XR")
    merged = people.merge(people.x2())
    assert merged.taken == ("colour-of-calcium",)
    assert [it.name for it in merged.stay] == ["diltiazem"]
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n") > 0


def test_a_new_script_is_let_in_by_name_alone(people: People) -> None:
    people.restyle_front("<script>go()</script>{{Name}}")
    x2, before = people.x2(), people.held()
    with pytest.raises(Unreadable, match="--allow-scripts 'Drug'"):
        people.merge(x2)
    assert people.held() == before
    assert merge(x2, people.project, ("Drug",), int(time.time()), silent).looks.changed == ("Drug",)


def test_a_script_that_a_note_begins_to_run_is_let_in_by_the_name_of_its_type(people: People) -> None:
    people.write("own", "Class", "<script>go()</script>CCB")
    x2 = people.x2()
    with pytest.raises(Unreadable, match="--allow-scripts 'Drug'"):
        people.merge(x2)
    now = int(time.time())
    assert merge(x2, people.project, ("Drug",), now, silent).taken == ("diltiazem",)
    assert merge(x2, people.project, ("Drug",), now, silent).changes_nothing
    assert people.student.take(people.built()) == Counts(updated=1, duplicate=NOTES - 1)


def test_the_command_says_what_it_did(people: People) -> None:
    people.edit("stains.yaml", "</sup> purple", "</sup> lilac")
    people.write("basic", "Back", "10<sup>9</sup> violet")
    people.write("typed", "Back", "von Kossa 1901")
    x2 = people.x2()
    words = ("import", str(x2), str(people.project), "--quiet")
    ran = run(*words, folder=people.root, SOURCE_DATE_EPOCH=str(int(time.time())))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == SAID.format(project=people.project.as_posix())
    ran = run(*words, "--format", "json", folder=people.root, SOURCE_DATE_EPOCH=str(int(time.time())))
    assert json.loads(ran.stdout)["files"] == []


def test_the_next_steps_are_for_the_folder_that_one_is_in(people: People) -> None:
    people.write("typed", "Back", "von Kossa 1901")
    ran = run("import", str(people.x2()), ".", folder=people.project, SOURCE_DATE_EPOCH=str(int(time.time())))
    assert (ran.returncode, ran.stderr) == (0, "next:\n  deckwright plan\n  deckwright build\n")


def test_a_new_note_stands_with_its_neighbours_under_an_id_of_its_own(people: People) -> None:
    guid = people.add("Basic", "Skin::Stains", Front="Colour of <b>calcium</b>?", Back="white")
    below = people.add("Drug", "Skin::Drugs::New", Name="Verapamil", Class="CCB")
    assert people.merge(people.x2()).new == ("colour-of-calcium-2", "verapamil")
    assert "  - id: colour-of-calcium-2\n    question: Colour of **calcium**?\n    answer: white\n" in people.read(
        "stains.yaml"
    )
    assert "subdeck: Drugs::New\n" in people.read("drugs_new.yaml")
    assert people.student.take(people.built()) == Counts(new=2, duplicate=NOTES)
    assert people.student.note(guid).mid == people.student.note(people.guids["basic"]).mid
    assert people.student.col.decks.name(people.student.cards(below)[0].did) == "Skin::Drugs::New"


def test_what_is_gone_from_theirs_stays_and_what_the_author_deleted_stays_away(people: People) -> None:
    people.edit("drugs.yaml", people.read("drugs.yaml"), "notes:\n  - {id: mine, question: Who?, answer: Selye}\n")
    source, out = people.project / "cards_src", people.project / "decks"
    build.build(build.plan(source, out, build.Wish(int(time.time()), retire=True)), out)
    people.theirs.col.remove_notes([people.theirs.note(people.guids["typed"]).id])
    merged = people.merge(people.x2())
    assert [it.name for it in merged.gone] == ["stain-for-calcium"]
    assert [it.name for it in merged.deleted] == ["diltiazem"]
    assert merged.files == {}


def test_tags_of_both_sides_are_kept_and_those_they_took_away_go(people: People) -> None:
    people.edit("stains.yaml", "[core, stain]", "[core, exam, stain]")
    people.built(later=-HOUR + 1)
    people.write("basic", "", "", "stain week2")
    x2 = people.x2()
    assert people.merge(x2).taken == ("colour-of-calcium",)
    people.student.take(x2)
    assert people.student.take(people.built()) == Counts(updated=1, duplicate=NOTES - 1)
    assert people.student.note(people.guids["basic"]).tags == ["#Project::exam", "stain", "week2"]


def test_a_tag_of_a_whole_file_that_one_note_loses_stays_with_the_others(people: People) -> None:
    for name in ("reversed", "optional", "typed", "occlusion"):
        people.write(name, "", "", "skin")
    people.merge(people.x2())
    text = people.read("notes.yaml")
    assert text.count("    tags: [skin]\n") == 4
    of_all = text.replace("    tags: [skin]\n", "").replace("notes:\n", "tags: [skin]\nnotes:\n")
    people.edit("notes.yaml", text, of_all)
    people.write("typed", "", "", "other")
    people.merge(people.x2())
    assert "\ntags: [skin]\n" not in people.read("notes.yaml")
    x2 = people.x2()
    people.student.take(x2)
    assert people.student.take(people.built()) == Counts(duplicate=NOTES)


def test_both_sides_in_full_stand_beside_the_notes(people: People) -> None:
    people.edit("stains.yaml", "</sup> purple", "</sup> lilac")
    people.write("basic", "Back", "10<sup>9</sup> violet")
    people.merge(people.x2())
    text = people.read(".both_changed.txt")
    assert "colour-of-calcium (cards_src/project/stains.yaml)\n  answer\n    theirs:\n" in text
    assert "10<sup>9</sup> lilac" in text
    people.edit("stains.yaml", "|\n      10<sup>9</sup> lilac\n      & blue\n", "10<sup>9</sup> violet\n")
    people.student.take(people.root / "x2.apkg")
    assert people.student.take(people.built()) == Counts(duplicate=NOTES)


def test_the_same_change_on_both_sides_is_none(people: People) -> None:
    people.edit("drugs.yaml", "Name: Diltiazem", "Name: Diltiazem XR")
    people.built(later=-HOUR + 1)
    people.write("own", "Name", "Diltiazem XR")
    x2 = people.x2()
    assert people.merge(x2).both == ()
    people.student.take(x2)
    assert people.student.take(people.built()) == Counts(duplicate=NOTES)


def test_edits_on_top_of_the_authors_own_are_taken_unless_they_are_of_the_same_text(people: People) -> None:
    people.edit("drugs.yaml", "Name: Diltiazem", "Name: Diltiazem XR")
    people.edit("notes.yaml", "answer: Dermatomyositis", "answer: Lupus")
    people.theirs.take(people.built(later=-HOUR + 1))
    people.write("own", "Class", "CCB")
    people.write("reversed", "Back", "Systemic lupus")
    merged = people.merge(people.x2())
    assert ([it.id for it in merged.both], merged.taken) == (["gottron-papules"], ("diltiazem",))
    assert "Name: Diltiazem XR\n" in people.read("drugs.yaml")
    assert "Class: CCB\n" in people.read("drugs.yaml")
    assert people.theirs.take(people.built()) == Counts(updated=1, duplicate=NOTES - 1)


def test_edits_like_the_authors_own_and_older_reach_who_has_his(people: People) -> None:
    people.edit("drugs.yaml", "Name: Diltiazem", "Name: Diltiazem XR")
    people.student.take(people.built())
    people.write("own", "Name", "Diltiazem XR")
    people.write("own", "Class", "CCB")
    assert people.merge(people.x2()).taken == ("diltiazem",)
    before = reviews(people.student)
    assert people.student.take(people.built(later=HOUR)) == Counts(updated=1, duplicate=NOTES - 1)
    assert people.student.note(people.guids["own"])["Class"] == "CCB"
    assert reviews(people.student) == before


def test_a_line_of_which_only_the_file_knows_where_it_breaks_is_no_change(people: People) -> None:
    long = (
        "Von Kossa stains {{c1::phosphate::salt}} {{c3::black}}, " + "which takes time and light " * 4 + "to be seen."
    )
    people.edit("stains.yaml", "cloze: Von Kossa stains {{c1::phosphate::salt}} {{c3::black}}.", f"cloze: '{long}'")
    people.theirs.take(people.built(later=-HOUR + 1))
    merged = people.merge(people.x2())
    assert merged.both == ()
    assert people.theirs.take(people.built()) == Counts(duplicate=NOTES)


def test_a_comment_and_all_that_stands_beside_a_text_stays(people: People) -> None:
    people.edit(
        "stains.yaml",
        "  - id: colour-of-calcium\n",
        "  # ask Anna\n  - id: colour-of-calcium\n    allow: {L03: short enough}\n",
    )
    people.write("basic", "Front", "Which colour?")
    people.merge(people.x2())
    assert (
        "  # ask Anna\n  - id: colour-of-calcium\n    allow: {L03: short enough}\n    question: Which colour?\n"
        in people.read("stains.yaml")
    )


def test_a_card_that_theirs_no_longer_makes_keeps_the_note_as_it_is(people: People) -> None:
    people.write("cloze", "Text", "Von Kossa stains {{c1::phosphate}}.")
    empty = people.theirs.col.get_empty_cards()
    people.theirs.col.remove_cards_and_orphaned_notes([card for it in empty.notes for card in it.card_ids])
    merged = people.merge(people.x2())
    assert [(it.name, it.why) for it in merged.stay] == [
        ("von-kossa-stains-phosphate-black", "theirs no longer makes 1 of its cards, which students have")
    ]
    assert people.student.take(people.built()) == Counts(duplicate=NOTES)


def test_an_older_deck_brings_nothing(people: People) -> None:
    x = people.x2()
    people.write("basic", "Back", "10<sup>9</sup> violet")
    people.merge(people.x2())
    merged = people.merge(x)
    assert (merged.files, [it.why for it in merged.stay]) == ({}, ["their note is older than the one that was adopted"])


def test_their_new_look_arrives_and_an_authors_look_stays(people: People) -> None:
    people.restyle("\n.card { color: navy; }", later=-HOUR // 2)
    assert people.merge(people.x2()).looks.changed == ("Drug",)
    people.student.take(people.built())
    assert "color: navy" in people.seen_css()
    people.edit("note_types/drug.json", "color: navy", "color: teal")
    people.built(later=-1)
    people.restyle("\n.card { color: gold; }", later=60)
    x3 = people.x2()
    assert people.merge(x3).looks.kept == ("Drug",)
    people.student.take(x3)
    assert people.student.take(people.built(later=120)) == Counts(duplicate=NOTES)
    assert "color: teal" in people.seen_css()


def add_field(kind: Any, models: Any) -> None:
    models.add_field(kind, models.new_field("Dose"))


def add_template(kind: Any, models: Any) -> None:
    template = models.new_template("Hint?")
    template["qfmt"], template["afmt"] = "{{Hint}}", "{{Name}}"
    models.add_template(kind, template)


def first_field_last(kind: Any, models: Any) -> None:
    models.reposition_field(kind, kind["flds"][0], 2)


@pytest.mark.parametrize("change", [add_field, add_template, first_field_last])
def test_a_note_type_of_another_shape_costs_no_student_anything(
    change: Callable[[Any, Any], None], people: People
) -> None:
    models = people.theirs.col.models
    kind = models.by_name("Drug")
    change(kind, models)
    models.update_dict(kind)
    people.write("own", "Class", "calcium channel blocker")
    people.add("Drug", "Skin::Drugs", Name="Verapamil", Class="CCB")
    merged = people.merge(people.x2())
    assert (merged.taken, merged.new) == (("diltiazem",), ("verapamil",))
    assert merged.told[0].startswith("Drug: other fields or cards than before")
    before = reviews(people.student)
    assert people.student.take(people.built()) == Counts(new=1, updated=1, duplicate=NOTES - 1)
    note = people.student.note(people.guids["own"])
    assert (note["Name"], note["Class"]) == ("Diltiazem", "calcium channel blocker")
    assert reviews(people.student) == before
    assert people.student.col.models.by_name("Drug+") is None
