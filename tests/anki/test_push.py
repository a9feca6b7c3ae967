"""A release is merged into real collections: what is the student's stays, and every correction arrives or is named."""

from pathlib import Path

import pytest

from generator.collection import _merge_apply, _merge_package
from generator.package.reading import opened as opened_package
from tests.anki_backend import Counts, opened
from tests.author import EVERY_KIND, Author
from tests.pushed import COLLECTION, CORRECTED, WARFARIN, Student, found, rewrite, with_css
from tests.support import DECK

NOTE = "notes:\n  - {id: other, question: What?, answer: That}\n"
KEPT = "  - {id: kept, question: Where?, answer: Here}\n"


def test_a_correction_arrives(student: Student) -> None:
    student.author.replace(CORRECTED)
    student.author.build(1)
    assert student.steps("--apply") == [("update", "plain", "Answer", "")]
    assert "Deep blue" in student.note("plain")["Answer"]


def test_a_correction_arrives_on_a_note_that_was_tagged_and_marked(student: Student) -> None:
    student.tags("plain", "marked", "leech", "my::own")
    student.author.replace(CORRECTED)
    student.author.build(1)
    assert student.push("--apply").status == 0
    note = student.note("plain")
    assert ("Deep blue" in note["Answer"], {"marked", "leech", "my::own", "#Test::core"} <= set(note.tags)) == (
        True,
        True,
    )


def test_a_text_of_the_students_own_stays(student: Student) -> None:
    student.writes("plain", "Answer", "purple, as in violets")
    student.author.replace(CORRECTED)
    student.author.build(1)
    ran = student.push("--apply")
    note = student.note("plain")
    assert (ran.status, note["Answer"], "#Test::yours-differs" in note.tags) == (1, "purple, as in violets", True)
    assert "yours stays: purple, as in violets" in ran.out


def test_the_other_fields_of_a_note_with_an_own_text_are_corrected(student: Student) -> None:
    student.writes("plain", "Extra", "my mnemonic")
    student.author.replace(CORRECTED)
    student.author.build(1)
    assert student.steps("--apply") == [("update", "plain", "Answer", ""), ("keep", "plain", "Extra", "")]
    assert student.note("plain")["Extra"] == "my mnemonic"
    assert student.push().status == 0


def test_nothing_is_written_without_apply(student: Student) -> None:
    student.author.replace(CORRECTED)
    student.author.build(1)
    before = {it.name: it.read_bytes() for it in student.path.parent.iterdir() if it.is_file()}
    ran = student.push()
    assert {it.name: it.read_bytes() for it in student.path.parent.iterdir() if it.is_file()} == before
    assert (ran.status, "--apply" in ran.err) == (0, True)


def test_a_second_run_does_nothing(student: Student) -> None:
    student.author.replace(CORRECTED, ("clozes.yaml", "high in", "raised in"))
    student.author.write({"more.yaml": "notes:\n  - {id: a-new, question: Which stain is black?, answer: von Kossa}\n"})
    student.author.build(1)
    assert {it[0] for it in student.steps("--apply")} == {"add", "update"}
    after = student.path.read_bytes()
    assert student.steps("--apply") == []
    assert student.path.read_bytes() == after


def test_a_plain_import_afterwards_finds_duplicates_alone(student: Student) -> None:
    student.writes("plain", "Answer", "my own")
    student.author.replace(CORRECTED, ("clozes.yaml", "high in", "raised in"))
    student.author.build(1)
    student.push("--apply")
    assert student.takes() == Counts(duplicate=9)
    assert student.note("plain")["Answer"] == "my own"


def test_every_history_flag_and_suspension_stays(student: Student) -> None:
    student.does("UPDATE cards SET flags = 3, queue = -1 WHERE id % 2 = 0")
    query = "SELECT id, nid, ord, did, type, queue, due, ivl, factor, reps, flags FROM cards ORDER BY id"
    before = student.rows(query)
    student.author.replace(CORRECTED, ("clozes.yaml", "high in", "raised in"))
    student.author.build(1)
    student.push("--apply")
    assert student.rows(query) == before


def test_a_skipped_release_makes_no_difference(student: Student) -> None:
    student.author.replace(CORRECTED)
    student.author.build(1)
    student.author.replace(("questions.yaml", "Deep blue", "Deep green"))
    student.author.build(2)
    student.push("--apply")
    assert "Deep green" in student.note("plain")["Answer"]


def test_a_text_of_a_release_two_before_is_ours(student: Student) -> None:
    student.author.replace(CORRECTED)
    student.author.build(1)
    student.author.replace(("clozes.yaml", "high in", "raised in"))
    student.author.build(2)
    assert ("update", "plain", "Answer", "") in student.steps("--apply")


def test_a_field_that_was_empty_is_filled(student: Student) -> None:
    student.author.replace(
        ("clozes.yaml", "disease, {{c3", "disease and {{c3"),
        ("clozes.yaml", "  - id: warfarin\n", "  - id: warfarin\n    extra: Ask for it.\n"),
    )
    student.author.build(1)
    assert ("update", "warfarin", "Extra", "") in student.steps("--apply")


def test_a_new_cloze_of_a_known_note_becomes_a_card(student: Student) -> None:
    student.author.replace(("clozes.yaml", "follows {{c1::warfarin}}", "follows {{c1::warfarin}} in {{c2::days}}"))
    student.author.build(1)
    student.push("--apply")
    assert cards_of(student, "warfarin") == 2


def test_a_note_that_keeps_an_own_text_gets_no_blank_card(student: Student) -> None:
    student.writes("warfarin", "Text", "Mine: {{c1::warfarin}}")
    student.author.replace(("clozes.yaml", "follows {{c1::warfarin}}", "follows {{c1::warfarin}} in {{c2::days}}"))
    student.author.build(1)
    assert student.push("--apply").status == 1
    assert cards_of(student, "warfarin") == 1


def test_cards_move_with_their_subdeck(student: Student) -> None:
    student.author.replace(("subtypes.yaml", "subdeck: Lists", "subdeck: Kinds"))
    student.author.build(1)
    assert student.steps("--apply") == [("move", "subtypes", "", "Test Deck::Kinds")]
    assert decks_of(student, "subtypes") == {"Test Deck::Kinds"}
    assert student.steps("--apply") == []


def cards_of(student: Student, id: str) -> int:
    with opened(student.path.parent) as anki:
        return len(found(anki, id).cards())


def decks_of(student: Student, id: str) -> set[str]:
    with opened(student.path.parent) as anki:
        return {anki.col.decks.name(card.odid or card.did) for card in found(anki, id).cards()}


def test_cards_that_the_student_moved_stay_where_he_put_them(student: Student) -> None:
    with opened(student.path.parent) as anki:
        own = anki.col.decks.id("My own")
        anki.col.set_deck([card.id for card in found(anki, "subtypes").cards()], own)
    student.author.replace(("subtypes.yaml", "subdeck: Lists", "subdeck: Kinds"))
    student.author.build(1)
    assert student.steps("--apply") == []
    assert decks_of(student, "subtypes") == {"My own"}


def test_a_card_in_a_filtered_deck_stays_there_and_has_its_new_home(student: Student) -> None:
    with opened(student.path.parent) as anki:
        deck = anki.col.sched.get_or_create_filtered_deck(0)
        deck.config.search_terms[0].search = "deck:*Lists*"
        anki.col.sched.add_or_update_filtered_deck(deck)
        assert all(card.odid for card in found(anki, "subtypes").cards())
    student.author.replace(
        ("subtypes.yaml", "subdeck: Lists", "subdeck: Kinds"), ("subtypes.yaml", "Metastatic", "Metastasic")
    )
    student.author.build(1)
    student.push("--apply")
    with opened(student.path.parent) as anki:
        cards = found(anki, "subtypes").cards()
        homes = {(bool(card.odid), anki.col.decks.name(card.odid)) for card in cards}
        assert "Metastasic" in found(anki, "subtypes")["Text"]
        anki.col.sched.empty_filtered_deck(cards[0].did)
        assert {card.did for card in found(anki, "subtypes").cards()} == {anki.col.decks.id("Test Deck::Kinds")}
        assert anki.col.fix_integrity()[1]
    assert homes == {(True, "Test Deck::Kinds")}


def test_a_withdrawn_note_is_suspended_and_tagged_and_says_what_it_said(student: Student) -> None:
    student.author.replace(WARFARIN)
    student.author.build(1, retire=True)
    before = student.note("warfarin").fields
    assert student.steps("--apply", "--delete") == [("suspend", "warfarin", "", ""), ("tag", "warfarin", "", "")]
    note = student.note("warfarin")
    assert (
        "#Test::withdrawn" in note.tags,
        note.fields,
        student.rows("SELECT DISTINCT queue FROM cards WHERE queue < 0"),
    ) == (True, before, [(-1,)])
    assert student.steps("--apply") == []


def test_a_withdrawn_note_that_was_never_touched_is_deleted_on_request(student: Student) -> None:
    student.does("UPDATE cards SET type = 0, queue = 0, reps = 0")
    student.author.replace(WARFARIN)
    student.author.build(1, retire=True)
    assert student.steps("--delete", "--apply") == [("delete", "warfarin", "", "")]
    assert student.rows("SELECT count(*) FROM notes") == [(8,)]


@pytest.mark.parametrize("own", ["tag", "text", "flag"])
def test_a_withdrawn_note_with_something_of_the_students_is_never_deleted(own: str, student: Student) -> None:
    student.does("UPDATE cards SET type = 0, queue = 0, reps = 0")
    {
        "tag": lambda: student.tags("warfarin", "mine"),
        "text": lambda: student.writes("warfarin", "Extra", "mine"),
        "flag": lambda: student.does("UPDATE cards SET flags = 1"),
    }[own]()
    student.author.replace(WARFARIN)
    student.author.build(1, retire=True)
    assert ("suspend", "warfarin", "", "") in student.steps("--delete", "--apply")


def test_an_erratum_wins_and_the_students_text_is_told(student: Student) -> None:
    student.writes("plain", "Answer", "red")
    student.writes("plain", "Extra", "my mnemonic")
    student.author.replace(
        CORRECTED, ("questions.yaml", "    tags: [core]\n", "    tags: [core]\n    erratum: Purple was wrong.\n")
    )
    student.author.build(1)
    ran = student.push("--apply")
    note = student.note("plain")
    assert (ran.status, "Deep blue" in note["Answer"], note["Extra"]) == (0, True, "my mnemonic")
    assert "Purple was wrong. (you had: red)" in ran.out


def test_a_renamed_note_is_known_by_the_id_it_had(student: Student) -> None:
    student.author.replace(("questions.yaml", "  - id: plain\n", "  - id: plainer\n    was: plain\n"), CORRECTED)
    student.author.build(1)
    assert student.steps("--apply") == [("update", "plainer", "Answer", "")]


def test_a_new_picture_comes_along(student: Student) -> None:
    old = (student.author.source / "media/scan.svg").read_bytes()
    student.author.write({"media/scan.svg": old.replace(b"Scan", b"Scan, turned")})
    student.author.build(1)
    steps = student.steps("--apply")
    assert [it[0] for it in steps] == ["update", "media"]
    assert (student.path.with_suffix(".media") / steps[1][1]).is_file()


def test_a_note_type_that_the_student_changed_is_left_alone_and_named(student: Student) -> None:
    with opened(student.path.parent) as anki:
        kind = anki.col.models.by_name("Deckwright Basic")
        anki.col.models.add_field(kind, anki.col.models.new_field("Mine"))
        anki.col.models.update_dict(kind)
    student.author.replace(CORRECTED, ("clozes.yaml", "high in", "raised in"))
    student.author.write({"more.yaml": "notes:\n  - {id: a-new, question: Which stain is black?, answer: von Kossa}\n"})
    student.author.build(1)
    ran = student.push("--apply")
    assert (ran.status, "note type 'Deckwright Basic'" in ran.out) == (1, True)
    assert ("Deep purple" in student.note("plain")["Answer"], "raised in" in student.note("phosphate")["Text"]) == (
        True,
        True,
    )
    assert student.rows("SELECT count(*) FROM notetypes WHERE name LIKE 'Deckwright%'") == [(3,)]


def test_a_look_that_is_newer_arrives_and_one_that_the_student_changed_later_stays(student: Student) -> None:
    package = student.author.package
    rewrite(package, "collection.anki2", lambda data: with_css(data, ".new-look { color: red }", 1))
    assert {it[0] for it in student.steps("--apply")} == {"look"}
    assert css_of(student).endswith(".new-look { color: red }")
    assert student.steps("--apply") == []
    with opened(student.path.parent) as anki:
        kind = anki.col.models.by_name("Deckwright Basic")
        kind["css"] += ".mine {}"
        anki.col.models.update_dict(kind)
    rewrite(package, "collection.anki2", lambda data: with_css(data, ".other {}", 1))
    assert "Deckwright Basic" not in {it[1] for it in student.steps("--apply")}
    assert css_of(student).endswith(".mine {}")


def css_of(student: Student) -> str:
    with opened(student.path.parent) as anki:
        return str(anki.col.models.by_name("Deckwright Basic")["css"])


def test_another_deck_of_the_student_is_left_as_it_is(student: Student) -> None:
    deck = {"deck.yaml": DECK.replace("test-deck", "second").replace("Test Deck", "Second").replace("#Test", "#Second")}
    second = Author(student.author.root / "second", {**EVERY_KIND, **deck})
    second.build()
    query = "SELECT id, guid, mod, tags, flds FROM notes"
    before = set(student.rows(query))
    package = "second/decks/second.apkg"
    assert student.author.run("push", package, COLLECTION, "--apply").status == 0
    after = set(student.rows(query))
    assert (len(after), before <= after) == (18, True)
    student.author.replace(CORRECTED)
    student.author.build(1)
    assert student.steps("--apply") == [("update", "plain", "Answer", "")]
    assert student.rows("SELECT count(*) FROM notes WHERE flds LIKE '%Deep purple%'") == [(1,)]


def test_a_note_that_stands_for_its_note_type_brings_no_card(student: Student) -> None:
    cloze = _merge_package.OURS[1]
    trimmed = _merge_apply._trimmed(student.author.package, set(), {cloze}, student.author.root)
    with opened_package(trimmed) as read:
        counts = "SELECT (SELECT count(*) FROM notes), (SELECT count(*) FROM cards)"
        assert list(read.collection().execute(counts)) == [(1, 0)]


@pytest.mark.parametrize("head", ["", "language: de\n"], ids=["in English", "in German"])
def test_a_note_that_is_back_has_its_text_again(head: str, tmp_path: Path) -> None:
    author = Author(tmp_path, {"deck.yaml": DECK + head, "notes.yaml": NOTE + KEPT})
    author.build()
    student = Student(author)
    with opened(student.path.parent) as anki:
        anki.take(author.package)
        author.replace(("notes.yaml", KEPT, ""))
        author.build(1, retire=True)
        anki.take(author.withdrawn)
    author.write({"notes.yaml": NOTE + KEPT})
    author.build(2)
    assert {("update", "kept", "Question"), ("update", "kept", "Answer")} <= {it[:3] for it in student.steps("--apply")}
    assert student.note("kept")["Answer"] == "Here"
