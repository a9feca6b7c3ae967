"""A second build never costs a student anything: every edit, from one release to the next, in the real Anki."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.collection import verify
from generator.ledger import ledger
from generator.release.next_build import Release
from generator.release.plan import Plan
from tests.anki_backend import Counts, opened
from tests.author import Author, copied, restyled
from tests.edits import ALL, BLANK, EDITS, LOOKS, ROWS, Edit
from tests.student import CardKey, Seen, as_shipped, reopened, seen, shipped, study


@dataclass(frozen=True, slots=True)
class Studied:
    """An author's first release, and a student who has had it for months."""

    author: Path
    profile: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an edit did to that student."""

    edit: Edit
    first: Path
    second: Path
    plan: Plan
    warned: list[str]
    before: Seen
    after: Seen
    counts: Counts
    again: Counts
    empty: list[CardKey]
    missing: list[str]
    integrity: tuple[str, bool]
    old_lines: dict[str, str]
    new_lines: dict[str, str]
    notes_for_students: str


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Studied:
    folder = tmp_path_factory.mktemp("studied")
    author = Author(folder / "author")
    author.build()
    with opened(folder / "profile") as anki:
        anki.take(author.package)
        study(anki)
    return Studied(author.root, folder / "profile")


@pytest.fixture(scope="module", params=EDITS.values(), ids=list(EDITS))
def outcome(
    request: pytest.FixtureRequest, studied: Studied, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Outcome]:
    """Edit, build a day later, import with default settings."""
    edit: Edit = request.param
    folder = tmp_path_factory.mktemp("edit")
    author = Author(folder / "author")
    author.build()
    old, old_lines = copied(author.package, "old.apkg"), author.lines()
    old_ledger = copied(author.ledger, "old.ledger.jsonl")
    author.write(edit.files)
    author.replace(*edit.replace)
    with restyled(folder / "templates", edit.look):
        promised = author.plan(1, retire=edit.retire)
        author.build(1, retire=edit.retire)
    new = copied(author.package, "new.apkg")
    with reopened(studied.profile, folder / "profile") as anki:
        before = seen(anki)
        counts = anki.take(new)
        after = seen(anki)
        empty = [after.keys[card] for note in anki.col.get_empty_cards().notes for card in note.card_ids]
        missing = list(anki.col.media.check().missing)
        yield Outcome(
            edit,
            old,
            new,
            promised.releases[0].plan,
            [it.code for it in promised.diagnostics],
            before,
            after,
            counts,
            anki.take(new),
            empty,
            missing,
            anki.col.fix_integrity(),
            old_lines,
            author.lines(),
            author.run("changes", old_ledger.name, "decks/test-deck.ledger.jsonl", day=1).out,
        )


def changed_guids(outcome: Outcome) -> set[str]:
    """Return which of the student's notes are no longer as they were."""
    return {guid for guid, row in outcome.before.notes.items() if outcome.after.notes[guid] != row}


def untouched(edit: Edit) -> set[str]:
    """Return the notes an edit must leave alone, by the id they have in the ledger."""
    return {*ALL, *ROWS} - {*edit.changed, *edit.withdrawn, *edit.moved, *edit.renamed}


def test_there_is_a_case_for_every_kind_of_note() -> None:
    assert {id for edit in EDITS.values() for id in edit.changed} >= {*ALL, *ROWS}


def test_the_plan_says_what_is_new(outcome: Outcome) -> None:
    assert set(outcome.plan.new) == set(outcome.edit.new)


def test_the_plan_says_what_is_changed(outcome: Outcome) -> None:
    assert set(outcome.plan.changed) == set(outcome.edit.changed)


def test_the_plan_says_what_is_unchanged(outcome: Outcome) -> None:
    ids = {outcome.edit.renamed.get(id, id) for id in (*ALL, *ROWS)}
    assert set(outcome.plan.unchanged) == ids - {*outcome.edit.changed, *outcome.edit.withdrawn}


def test_the_plan_says_what_is_moved(outcome: Outcome) -> None:
    assert {it.id for it in outcome.plan.moved} == set(outcome.edit.moved)


def test_the_plan_says_what_is_withdrawn(outcome: Outcome) -> None:
    assert outcome.plan.withdrawn == outcome.edit.withdrawn


def test_the_plan_says_which_cards_come(outcome: Outcome) -> None:
    gained = {(it.id, number) for it in outcome.plan.cards for number, _ in it.gained}
    assert gained == {key for key in outcome.edit.gained if key[0] not in outcome.edit.new}


def test_the_plan_says_which_cards_go(outcome: Outcome) -> None:
    assert {(it.id, number) for it in outcome.plan.cards for number, _ in it.lost} == set(outcome.edit.blank)


def test_the_author_is_warned_of(outcome: Outcome) -> None:
    assert outcome.warned == list(outcome.edit.warned)


def test_anki_counts_what_the_plan_promised(outcome: Outcome) -> None:
    plan = outcome.plan
    assert outcome.counts == Counts(len(plan.new), len(plan.changed), len(plan.unchanged))


def test_the_notes_that_anki_rewrites_are_those_of_the_plan(outcome: Outcome) -> None:
    assert {outcome.after.ids[guid] for guid in changed_guids(outcome)} == set(outcome.plan.changed)


def test_every_history_is_untouched(outcome: Outcome) -> None:
    assert {row: outcome.after.cards.get(row) for row in outcome.before.cards} == outcome.before.cards


def test_every_review_is_untouched(outcome: Outcome) -> None:
    assert outcome.after.reviews == outcome.before.reviews


def test_every_history_is_on_its_own_fact(outcome: Outcome) -> None:
    edit = outcome.edit
    keys = {row: (edit.renamed.get(id, id), number) for row, (id, number) in outcome.before.keys.items()}
    facts = {key: outcome.before.facts[row] for row, key in keys.items()}
    expected = facts | dict(edit.facts) | dict.fromkeys(edit.blank, BLANK)
    now = {row: (outcome.after.keys[row], outcome.after.facts[row]) for row in keys}
    assert now == {row: (key, expected[key]) for row, key in keys.items()}


def test_every_new_fact_has_a_new_card(outcome: Outcome) -> None:
    added = {
        outcome.after.keys[row]: outcome.after.facts[row] for row in outcome.after.keys.keys() - outcome.before.keys
    }
    assert added == outcome.edit.gained


def test_a_changed_note_is_as_the_package_has_it(outcome: Outcome) -> None:
    package, after = shipped(outcome.second), outcome.after.notes
    assert {it: as_shipped(after[it]) for it in changed_guids(outcome)} == {
        it: package[it] for it in changed_guids(outcome)
    }


def test_no_note_is_doubled(outcome: Outcome) -> None:
    assert len(set(outcome.after.ids.values())) == len(outcome.after.ids)


def test_no_note_type_is_doubled(outcome: Outcome) -> None:
    assert outcome.after.kinds == list(LOOKS)


def test_no_media_file_is_missing(outcome: Outcome) -> None:
    assert outcome.missing == []


def test_only_cards_of_what_is_gone_are_blank(outcome: Outcome) -> None:
    assert sorted(outcome.empty) == sorted(outcome.edit.blank)


def test_check_database_finds_nothing(outcome: Outcome) -> None:
    assert outcome.integrity == ("Database rebuilt and optimized.", True)


def test_a_second_import_finds_only_what_is_there(outcome: Outcome) -> None:
    assert outcome.again == Counts(duplicate=len(outcome.plan.new + outcome.plan.changed + outcome.plan.unchanged))


def test_the_ledger_keeps_the_line_of_a_note_that_is_untouched(outcome: Outcome) -> None:
    ids = untouched(outcome.edit)
    assert {id: outcome.new_lines.get(id) for id in ids} == {id: outcome.old_lines[id] for id in ids}


def test_the_release_notes_say_what_anki_counts(outcome: Outcome) -> None:
    said = re.findall(r"(\d+) notes? (added|updated)\*\*|and (\d+) notes? that you have", outcome.notes_for_students)
    assert [int(added or there) for added, _, there in said] == [
        outcome.counts.new,
        outcome.counts.updated,
        outcome.counts.duplicate,
    ]


def test_verify_finds_nothing_lost(outcome: Outcome) -> None:
    verdict = verify.verify(outcome.second, outcome.first)
    assert (verdict.lost, [it for it in verdict.notes if it.problem], verdict.problems) == (0, [], ())


LOOK = {name: edit for name, edit in EDITS.items() if edit.look}


@pytest.mark.parametrize("edit", LOOK.values(), ids=list(LOOK))
def test_a_new_look_arrives(edit: Edit, studied: Studied, tmp_path: Path) -> None:
    author = Author(tmp_path / "author")
    author.build()
    with restyled(tmp_path / "templates", edit.look):
        author.build(1)
    with reopened(studied.profile, tmp_path / "profile") as anki:
        anki.take(author.package)
        kind = anki.col.models.by_name("Deckwright Cloze")
        looks = kind["css"] + kind["tmpls"][0]["afmt"]
    assert [more for more in edit.look.values() if more not in looks] == []


@pytest.mark.parametrize("edit", LOOK.values(), ids=list(LOOK))
def test_the_plan_says_which_note_types_look_new(edit: Edit, tmp_path: Path) -> None:
    author = Author(tmp_path / "author")
    first = author.build()
    with restyled(tmp_path / "templates", edit.look):
        plan = author.plan(1).releases[0]
    mods = {name: it.mod for name, it in first.ledger.note_types.items()}
    assert set(plan.plan.look) == {name for name, it in plan.ledger.note_types.items() if it.mod > mods[name]} != set()


def test_a_students_own_restyling_that_is_newer_stays(studied: Studied, tmp_path: Path) -> None:
    author = Author(tmp_path / "author")
    author.build()
    with restyled(tmp_path / "templates", {"style.css": "\n.card { color: red }\n"}):
        author.build(1)
    with reopened(studied.profile, tmp_path / "profile") as anki:
        kind = anki.col.models.by_name("Deckwright Cloze")
        kind["css"] += "\n.card { color: green }\n"
        anki.col.models.update_dict(kind)
        anki.take(author.package)
        assert anki.col.models.by_name("Deckwright Cloze")["css"] == kind["css"]


def test_a_shape_that_is_not_the_released_one_is_never_built(tmp_path: Path) -> None:
    author = Author(tmp_path)
    first: Release = author.build()
    cloze = first.ledger.note_types["Deckwright Cloze"]
    kinds = {**first.ledger.note_types, "Deckwright Cloze": cloze._replace(shape=cloze.shape[1:])}
    author.ledger.write_bytes(ledger.write(first.ledger._replace(note_types=kinds)))
    assert author.refusal(1) == ["H002"]
