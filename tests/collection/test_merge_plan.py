"""The plan of a merge, without Anki: a package and a view of a collection go in, steps come out."""

from dataclasses import replace

import pytest

from generator.collection.merge_plan import Arrival, Gone, Held, HeldCard, Kind, Ours, View, is_below, plan, short

KIND = Kind(1, "Basic", (("Question", 1), ("Answer", 2), ("ID", 3), ("Updated", 4)), (("Card", 5),), ("", "", ""), 10)
FIELDS = {"Question": "why", "Answer": "so", "ID": "a", "Updated": "2026-01-02"}
OURS = Ours("g", ("a",), 1, 20, FIELDS, ("#T::x",), {0: "Deck"}, {}, frozenset())
HELD = Held(7, 1, 20, FIELDS, ("#T::x",), (HeldCard(8, 0, "Deck"),))
ARRIVAL = Arrival("deck", "#T", (), "", {1: KIND}, {"g": OURS}, {}, {})
VIEW = View({"g": HELD}, {1: KIND}, frozenset())


def having(**fields: str) -> View:
    """Return a view of a note with other texts."""
    return replace(VIEW, notes={"g": replace(HELD, fields={**FIELDS, **fields})})


def shipping(ours: Ours) -> Arrival:
    return replace(ARRIVAL, notes={"g": ours})


def steps(arrival: Arrival, view: View) -> list[tuple[str, str, bool]]:
    return [(it.step, it.field, it.behind) for it in plan(arrival, view).steps]


def test_what_is_equal_needs_nothing() -> None:
    assert plan(ARRIVAL, VIEW).does_nothing


def test_a_note_older_than_the_package_gets_the_time_of_now_so_that_no_import_replaces_it() -> None:
    made = plan(ARRIVAL, replace(VIEW, notes={"g": replace(HELD, mod=19)}))
    assert (made.steps, [it.row for it in made.notes]) == ((), [7])


def test_a_text_that_a_release_had_is_brought_up_to_date() -> None:
    ours = replace(OURS, past={"Answer": frozenset({short("was")})})
    assert steps(shipping(ours), having(Answer="was")) == [("update", "Answer", False)]


def test_a_text_that_no_release_had_stays_and_is_behind_where_ours_moved_on() -> None:
    ours = replace(OURS, past={"Answer": frozenset({short("was")})})
    assert steps(shipping(ours), having(Answer="mine")) == [("keep", "Answer", True), ("tag", "", False)]


def test_a_text_of_the_students_own_is_not_behind_where_ours_is_as_it_ever_was() -> None:
    assert steps(ARRIVAL, having(Answer="mine")) == [("keep", "Answer", False)]


def test_a_new_picture_of_one_name_is_ours() -> None:
    texts = [f'<img src="scan-{it * 16}.svg">' for it in "ab"]
    ours = replace(OURS, fields={**FIELDS, "Answer": texts[0]})
    assert steps(shipping(ours), having(Answer=texts[1])) == [("update", "Answer", False)]


def test_the_case_of_a_tag_does_not_count() -> None:
    assert plan(ARRIVAL, replace(VIEW, notes={"g": replace(HELD, tags=("#t::X",))})).does_nothing


def test_a_tag_of_a_root_that_the_deck_had_is_ours() -> None:
    arrival = replace(ARRIVAL, roots=("#Old",))
    (note,) = plan(arrival, replace(VIEW, notes={"g": replace(HELD, tags=("#Old::x", "mine"))})).notes
    assert note.tags == ("mine", "#T::x")


@pytest.mark.parametrize(("tag", "below"), [("#T", True), ("#t::a", True), ("#Tx", False), ("x::#T", False)])
def test_a_tag_is_below_a_root(tag: str, below: bool) -> None:
    assert is_below(tag, "#T") is below


@pytest.mark.parametrize("card", [HeldCard(8, 0, "Old"), HeldCard(8, 0, "Mine")], ids=["ours", "the student's"])
def test_a_card_moves_only_from_where_a_release_put_it(card: HeldCard) -> None:
    ours = replace(OURS, homes=frozenset({"Old"}))
    made = plan(shipping(ours), replace(VIEW, notes={"g": replace(HELD, cards=(card,))}))
    assert [to for _, to in made.moves] == (["Deck"] if card.deck == "Old" else [])


def test_a_field_that_the_student_renamed_leaves_the_note_type_alone() -> None:
    theirs = replace(KIND, fields=(("Question", 1), ("Reply", 2), ("ID", 3), ("Updated", 4)))
    made = plan(ARRIVAL, replace(VIEW, notes={}, kinds={1: theirs}))
    assert (made.add, made.kept_behind, len(made.remarks)) == ((), 1, 1)


@pytest.mark.parametrize(("id", "done"), [("a", ["suspend", "tag"]), ("b", [])], ids=["its id", "another id"])
def test_a_withdrawn_note_is_touched_only_where_its_id_fits(id: str, done: list[str]) -> None:
    arrival = replace(ARRIVAL, notes={}, withdrawn={"g": Gone((id,), {})})
    assert [it.step for it in plan(arrival, VIEW).steps] == done


def test_a_note_that_is_back_has_the_text_that_withdrew_it_replaced() -> None:
    tags = ("#T::withdrawn",)
    held = replace(HELD, tags=tags, fields={**FIELDS, "Question": "[WITHDRAWN] why", "Answer": "Withdrawn on a day."})
    made = plan(ARRIVAL, replace(VIEW, notes={"g": held}))
    assert ([it.step for it in made.steps], made.notes[0].tags) == (["update", "update", "tag"], ("#T::x",))
