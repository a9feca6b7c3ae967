"""Many releases, odd clocks, decks side by side: a student keeps everything, all the way."""

from dataclasses import replace
from pathlib import Path

import pytest
from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

from generator.compiled.identity import guid_for
from generator.compiled.notes import NoteId
from tests.anki_backend import Anki, Counts, opened
from tests.author import CLOZES, DRUGS, Author
from tests.student import seen, shipped, study
from tests.support import DECK, NOW

ANSWER = ("questions.yaml", "Deep purple", "Deep blue")


def answers(anki: Anki) -> dict[tuple[str, int], str]:
    """Return what every card answers."""
    return {key: fact.answers for key, fact in seen(anki).fact_of().items()}


# ---------------------------------------------------------------------------------------- releases in a row

STEPS = (
    (ANSWER, ("subtypes.yaml", "      dys: Dystrophic\n", "      iat: Iatrogenic\n")),
    (
        ("questions.yaml", "Deep blue", "Blue-black"),
        ("drugs.yaml", "use: ulcers", "use: ulcers\n        how: fewer cells"),
    ),
    (
        ("subtypes.yaml", "      iat: Iatrogenic\n", "      iat: Iatrogenic\n      dys: Dystrophic (tissue)\n"),
        ("questions.yaml", "id: plain", "id: he-colour\n    was: plain"),
    ),
    (("questions.yaml", "id: he-colour\n    was: plain", "id: stain-he\n    was: he-colour"),),
)


@pytest.fixture
def row(author: Author, anki: Anki) -> Anki:
    """A student who imported and studied five releases in a row."""
    for day, changes in enumerate(STEPS, 1):
        author.replace(*changes)
        author.build(day)
        anki.take(author.package)
        study(anki)
    return anki


def test_five_releases_in_a_row_keep_every_history(author: Author, anki: Anki) -> None:
    before = seen(anki).cards
    for day, changes in enumerate(STEPS, 1):
        author.replace(*changes)
        author.build(day)
        anki.take(author.package)
    after = seen(anki).cards
    assert {card: after[card] for card in before} == before


def test_after_five_releases_every_history_is_on_its_own_fact(row: Anki) -> None:
    found = answers(row)
    assert {key: found[key] for key in found if key[0] in ("subtypes", "stain-he", "drugs/colchicine")} == {
        ("subtypes", 1): "Dystrophic (tissue)",
        ("subtypes", 2): "Metastatic",
        ("subtypes", 3): "Idiopathic",
        ("subtypes", 4): "Iatrogenic",
        ("stain-he", 1): "Blue-black",
        ("drugs/colchicine", 2): "ulcers",
        ("drugs/colchicine", 3): "fewer cells",
    }


def test_after_five_releases_no_note_is_doubled(row: Anki) -> None:
    assert row.column("SELECT count() FROM notes") == [9]


def test_after_five_releases_anki_finds_nothing_wrong(row: Anki) -> None:
    assert row.problems() == []


def test_a_student_who_skipped_releases_has_what_all_others_have(author: Author, anki: Anki, tmp_path: Path) -> None:
    for day, changes in enumerate(STEPS, 1):
        author.replace(*changes)
        author.build(day)
    anki.take(author.package)
    with opened(tmp_path / "fresh") as fresh:
        fresh.take(author.package)
        assert answers(anki) == answers(fresh)


@pytest.mark.parametrize("at", range(len(STEPS)))
def test_a_release_counts_its_own_changes_only(at: int, author: Author, anki: Anki) -> None:
    for day, changes in enumerate(STEPS[:at], 1):
        author.replace(*changes)
        author.build(day)
        anki.take(author.package)
    author.replace(*STEPS[at])
    plan = author.build(at + 1).plan
    assert anki.take(author.package) == Counts(0, len(plan.changed), len(plan.unchanged))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("subtypes.yaml", "      dys: Dystrophic\n"),
        ("drugs.yaml", "        how: less influx\n"),
        ("layers.yaml", "      corneum: {rect: [60, 40, 120, 40]}\n"),
        ("questions.yaml", "    reverse: true\n"),
    ],
    ids=["item", "cell", "mask", "reverse"],
)
def test_what_was_taken_out_returns_to_its_own_history(file: str, text: str, author: Author, anki: Anki) -> None:
    before, whole = seen(anki), (author.source / file).read_text()
    author.replace((file, text, ""))
    author.build(1)
    anki.take(author.package)
    author.write({file: whole})
    author.build(2)
    anki.take(author.package)
    assert (seen(anki).fact_of(), seen(anki).cards) == (before.fact_of(), before.cards)


def test_a_cloze_that_was_taken_out_returns_under_its_own_number(author: Author, anki: Anki) -> None:
    before = seen(anki)
    author.replace(("clozes.yaml", "{{c2::metastatic}}", "metastatic"))
    author.build(1)
    anki.take(author.package)
    author.write({"clozes.yaml": CLOZES})
    author.build(2)
    anki.take(author.package)
    assert (seen(anki).fact_of(), seen(anki).cards) == (before.fact_of(), before.cards)


def test_the_number_of_an_item_that_is_gone_is_never_given_again(author: Author) -> None:
    author.replace(("subtypes.yaml", "      idi: {text: Idiopathic, cue: no cause}\n", ""))
    author.build(1)
    author.replace(("subtypes.yaml", "met: Metastatic\n", "met: Metastatic\n      iat: Iatrogenic\n"))
    release = author.build(2)
    assert release.ledger.entries[NoteId("subtypes")].numbers == {
        1: "dys: Dystrophic",
        2: "met: Metastatic",
        4: "iat: Iatrogenic",
    }


def test_a_rename_may_stay_written_for_ever(author: Author) -> None:
    author.replace(("questions.yaml", "id: plain", "id: he-colour\n    was: plain"))
    author.build(1)
    before = author.files()
    author.build(2)
    assert author.files() == before


def test_the_word_that_a_note_was_renamed_may_be_deleted_later(author: Author) -> None:
    author.replace(("questions.yaml", "id: plain", "id: he-colour\n    was: plain"))
    author.build(1)
    before = author.files()
    author.replace(("questions.yaml", "    was: plain\n", ""))
    author.build(2)
    assert author.files() == before


@pytest.mark.parametrize("day", [1, 2], ids=["with the rename", "a release later"])
def test_a_row_added_to_a_renamed_table_is_new(day: int, author: Author) -> None:
    files = [
        DRUGS,
        DRUGS.replace("id: drugs", "id: therapies\n    was: drugs"),
        DRUGS.replace("id: drugs", "id: therapies\n    was: drugs")
        + "      minocycline: {name: Minocycline, use: flares}\n",
    ]
    author.write({"drugs.yaml": files[day - 1]})
    author.build(1)
    author.write({"drugs.yaml": files[2]})
    assert author.build(2).plan.new == ("therapies/minocycline",)


def test_a_second_rename_may_still_name_the_first_id(author: Author) -> None:
    author.replace(("questions.yaml", "id: plain", "id: he-colour\n    was: plain"))
    author.build(1)
    author.replace(("questions.yaml", "id: he-colour", "id: stain-he"))
    assert author.plan(2, retire=True).releases[0].plan.changed == ("stain-he",)


def test_a_list_that_has_used_up_its_numbers_is_refused(author: Author) -> None:
    items = "".join(f"      k{it}: text number {it}\n" for it in range(500))
    author.write({"long.yaml": f"notes:\n  - id: long\n    list: Many\n    items:\n{items}"})
    author.build(1)
    author.replace(("long.yaml", "      k7: text number 7\n", "      other: another text\n"))
    assert author.refusal(2) == ["H016"]


def test_a_new_meaning_that_the_author_allows_is_not_warned_of(author: Author) -> None:
    author.replace(
        ("questions.yaml", "What colour are deposits on H&E?", "Who drew this first?"),
        ("questions.yaml", "Deep purple\n", "Rudolf Virchow\n    allow: {H014: the old question was never studied}\n"),
    )
    assert author.plan(1).diagnostics == ()


# ---------------------------------------------------------------------------------------- clocks


@pytest.mark.parametrize("day", [-300, -3, -1 / 86_400, 0, 1 / 86_400, 1], ids=lambda day: f"{day:.5f} days")
def test_an_edit_is_delivered_whatever_the_clock_says(day: float, author: Author, anki: Anki) -> None:
    author.replace(ANSWER)
    author.build(day)
    assert (anki.take(author.package), answers(anki)[("plain", 1)]) == (Counts(updated=1, duplicate=8), "Deep blue")


def test_edits_in_one_second_are_all_delivered(author: Author, anki: Anki) -> None:
    found = []
    for old, new in (("Deep purple", "Deep blue"), ("Deep blue", "Red"), ("Red", "Deep purple")):
        author.replace(("questions.yaml", old, new))
        author.build()
        found.append((anki.take(author.package).updated, answers(anki)[("plain", 1)]))
    assert found == [(1, "Deep blue"), (1, "Red"), (1, "Deep purple")]


@pytest.mark.parametrize("day", [-300, -1, 1, 300])
def test_nothing_is_written_when_nothing_changed_on(day: int, author: Author) -> None:
    before = author.files()
    author.build(day)
    assert author.files() == before


@pytest.mark.parametrize("day", [-300, -1, 1, 300])
def test_a_lost_package_is_the_same_to_the_byte_on(day: int, author: Author) -> None:
    before = author.files()
    author.package.unlink()
    author.build(day)
    assert author.files() == before


def test_a_hundred_builds_leave_package_and_ledger_only(tmp_path: Path) -> None:
    author = Author(tmp_path / "author")
    for at in range(100):
        author.write({"new.yaml": f"notes:\n  - {{id: a-new, question: Which number?, answer: number {at}}}\n"})
        author.draft(at / 100)
    assert list(author.files()) == ["test-deck.apkg", "test-deck.ledger.jsonl"]


def test_a_time_never_goes_back(author: Author) -> None:
    author.replace(ANSWER)
    assert author.build(-300).ledger.entries[NoteId("plain")].mod == NOW + 1


def test_what_a_card_says_of_its_last_change_is_the_day_of_it(author: Author) -> None:
    author.replace(ANSWER)
    author.build(20)
    fields = {guid: text.split("\x1f") for guid, (_, _, text) in shipped(author.package).items()}
    days = {fields[guid_for("test-deck", NoteId(id))][7] for id in ("both-ways", "pictured")}
    assert (fields[guid_for("test-deck", NoteId("plain"))][7], days) == ("2025-10-29", {"2025-10-09"})


# ---------------------------------------------------------------------------------------- a student who was busy


def take_always(anki: Anki, package: Path) -> int:
    """Import with "Update notes: Always", as the release notes advise; return how many notes were updated."""
    options = ImportAnkiPackageOptions(update_notes=1)
    log = anki.col.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options)).log
    return len(log.updated)


@pytest.fixture
def skipped(author: Author, anki: Anki) -> Anki:
    """A student who marked a note after its correction was built, and before it was imported."""
    author.replace(ANSWER)
    author.build(1)
    note = anki.note(guid_for("test-deck", NoteId("plain")))
    note.add_tag("hard")
    anki.col.update_note(note)
    anki.take(author.package)
    return anki


def test_a_note_touched_after_the_release_was_built_is_skipped(skipped: Anki) -> None:
    assert answers(skipped)[("plain", 1)] == "Deep purple"


def test_the_setting_that_the_release_notes_name_repairs_it(author: Author, skipped: Anki) -> None:
    take_always(skipped, author.package)
    assert answers(skipped)[("plain", 1)] == "Deep blue"


def test_that_setting_leaves_every_history(author: Author, skipped: Anki) -> None:
    before = seen(skipped).cards
    take_always(skipped, author.package)
    assert seen(skipped).cards == before


# ---------------------------------------------------------------------------------------- two decks, one collection


@pytest.fixture
def other(tmp_path: Path) -> Author:
    """The author of another deck whose notes have the same ids."""
    made = Author(tmp_path / "other")
    made.write({"deck.yaml": DECK.replace("test-deck", "other-deck").replace("Test Deck", "Other Deck")})
    made.build()
    return made


def test_a_release_of_one_deck_leaves_the_other_alone(author: Author, other: Author, anki: Anki) -> None:
    anki.take(other.out / "other-deck.apkg")
    study(anki)
    before = seen(anki)
    author.replace(ANSWER)
    author.build(1)
    anki.take(author.package)
    after = seen(anki)
    changed = guid_for("test-deck", NoteId("plain"))
    assert replace(after, notes=before.notes, facts=before.facts) == before
    assert {guid for guid, row in before.notes.items() if after.notes[guid] != row} == {changed}


def test_both_of_two_decks_are_updated(author: Author, other: Author, anki: Anki) -> None:
    anki.take(other.out / "other-deck.apkg")
    for made in (author, other):
        made.replace(ANSWER)
        made.build(1)
    counts = [anki.take(author.package), anki.take(other.out / "other-deck.apkg")]
    assert counts == [Counts(updated=1, duplicate=8)] * 2


def test_two_decks_of_one_folder_are_built_side_by_side(author: Author, other: Author) -> None:
    (author.root / "cards_src" / "other").symlink_to(other.source, target_is_directory=True)
    assert author.run("release", day=1).status == 0
    kinds = (".apkg", ".changes.md", ".corrections.txt", ".ledger.jsonl", ".released.jsonl")
    assert sorted(author.files()) == [f"{deck}-deck{kind}" for deck in ("other", "test") for kind in kinds]
