"""Ways to lose a history that once went unseen."""

import os
from pathlib import Path

from generator.compiled.notes import NoteId
from generator.pipeline import build
from generator.show import report
from tests.author import Author, copied
from tests.support import problems, write_deck


def codes(author: Author, day: int) -> list[str]:
    """Return what keeps the next build from happening."""
    return sorted({it.code for it in author.plan(day).diagnostics})


def test_two_notes_cannot_claim_one_history_by_a_chain_of_renames(author: Author) -> None:
    author.replace(("questions.yaml", "id: plain", "id: second\n    was: plain"))
    author.build(1)
    author.replace(("questions.yaml", "id: second\n    was: plain", "id: third\n    was: second"))
    author.write({"more.yaml": "notes:\n  - {id: fourth, was: plain, question: Which?, answer: That}\n"})
    assert "H010" in codes(author, 2)


def test_a_change_of_tags_alone_is_an_update_to_verify(author: Author) -> None:
    copied(author.package, "old.apkg")
    author.replace(("questions.yaml", "tags: [core]", "tags: [core, exam]"))
    author.build(0.5)
    ran = author.run("verify", "decks/test-deck.apkg", "--from", "old.apkg", day=1)
    assert (ran.status, "plain" in ran.out, "updated" in ran.out) == (0, True, True)


def test_verify_sees_two_notes_that_swapped_their_ids(author: Author) -> None:
    copied(author.package, "old.apkg")
    author.replace(("questions.yaml", "id: plain", "id: swap"))
    author.replace(("questions.yaml", "id: pictured", "id: plain"))
    author.replace(("questions.yaml", "id: swap", "id: pictured"))
    author.build(1)
    ran = author.run("verify", "decks/test-deck.apkg", "--from", "old.apkg", day=1)
    assert (ran.status, "was that of 'plain'" in ran.out) == (1, True)


def test_a_row_that_was_never_given_out_is_refused(author: Author) -> None:
    line = author.lines()["plain"]
    row = line.split('"row":')[1].split(",")[0]
    author.ledger.write_text(author.ledger.read_text().replace(f'"row":{row}', f'"row":{int(row) + 1}'))
    assert codes(author, 1) == ["H001"]


def test_a_ledger_begun_anew_leaves_no_package_of_withdrawn_notes(author: Author) -> None:
    author.replace(("clozes.yaml", "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n", ""))
    author.build(1, retire=True)
    assert author.withdrawn.exists()
    author.run("build", "--new-ledger", day=2)
    assert not author.withdrawn.exists()


def test_a_pipe_in_the_packages_place_is_replaced_without_waiting(author: Author) -> None:
    author.package.unlink()
    os.mkfifo(author.package)
    assert author.run("build", day=1).status == 0
    assert author.package.is_file()


def test_a_line_kept_by_a_merge_beside_its_successor_is_left_out(author: Author) -> None:
    before = author.ledger.read_text()
    stale = next(line for line in before.splitlines(keepends=True) if '"id":"plain"' in line)
    author.replace(("questions.yaml", "Deep purple", "Deep blue"))
    author.build(1)
    after = author.files()
    author.ledger.write_text(author.ledger.read_text() + stale)
    author.build(2)
    assert author.files() == after


def test_an_item_replaced_by_another_under_its_key_is_warned_of(author: Author) -> None:
    author.replace(
        ("subtypes.yaml", "list: Subtypes", "list: Drugs for Raynaud phenomenon"),
        ("subtypes.yaml", "Dystrophic", "nifedipine"),
        ("subtypes.yaml", "Metastatic", "sildenafil"),
        ("subtypes.yaml", "Idiopathic", "bosentan"),
    )
    assert codes(author, 1) == ["H014"]


def test_a_renumbered_cloze_with_other_capitals_is_seen(author: Author) -> None:
    author.replace(
        (
            "clozes.yaml",
            "{{c1::Phosphate::anion}} is high in {{c2::metastatic}}",
            "{{c1::PTH}} or {{c2::**phosphate**}}",
        )
    )
    assert "H013" in codes(author, 1)


def test_changes_finds_the_newer_ledger_by_the_deck_in_the_older(author: Author) -> None:
    (author.root / "any-name.txt").write_bytes(author.ledger.read_bytes())
    assert author.run("changes", "any-name.txt", day=1).status == 0


def test_ledgers_the_wrong_way_round_are_refused(author: Author) -> None:
    copied(author.ledger, "old.jsonl")
    author.write({"more.yaml": "notes:\n  - {id: more, question: Which?, answer: That}\n"})
    author.build(1)
    assert author.run("changes", "decks/test-deck.ledger.jsonl", "old.jsonl", day=2).status == 1


def test_plan_says_that_a_build_would_stop(author: Author) -> None:
    author.replace(("clozes.yaml", "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n", ""))
    assert "--retire" in author.run("plan", day=1).err


def test_a_plan_made_before_another_build_is_made_again(author: Author) -> None:
    author.replace(("questions.yaml", "Deep purple", "Deep blue"))
    stale = author.plan(1)
    author.write({"more.yaml": "notes:\n  - {id: more, question: Which?, answer: That}\n"})
    author.build(2)
    built, found = build.build(stale, author.root / "decks")
    assert found == ()
    assert NoteId("more") in built[0].release.ledger.entries


def test_a_damaged_ledger_does_not_hide_the_mistakes_of_the_notes(author: Author) -> None:
    author.ledger.write_text("")
    author.replace(("questions.yaml", "Deep purple", "'[x](nowhere)'"))
    assert codes(author, 1) == ["C220", "H001"]


def test_a_mistake_in_one_deck_does_not_hide_those_of_another(tmp_path: Path) -> None:
    write_deck(tmp_path / "a", notes="notes:\n  - {id: a, qestion: Q, answer: A}\n")
    deck = "id: other\nname: Other\ntag_root: o\n"
    write_deck(
        tmp_path / "b", {"deck.yaml": deck, "media/unused.png": b"x"}, "notes:\n  - {id: a, question: Q, answer: A}\n"
    )
    assert sorted(it.code for it in problems(tmp_path)) == ["M110", "S101"]


def test_a_ledger_cut_between_two_lines_is_refused(author: Author) -> None:
    lines = author.ledger.read_text().splitlines(keepends=True)
    author.ledger.write_text("".join(lines[:-1]))
    assert codes(author, 1) == ["H005"]


def test_a_card_number_that_there_is_not_is_refused(author: Author) -> None:
    author.ledger.write_text(author.ledger.read_text().replace('"numbers":{"1":"warfarin"}', '"numbers":{"501":"x"}'))
    assert codes(author, 1) == ["H001"]


def test_a_file_name_cannot_begin_a_line_of_its_own(tmp_path: Path) -> None:
    folder = write_deck(tmp_path, {"a\n::error::b.yml": ""}, "notes:\n  - {id: a, question: Q, answer: A}\n")
    assert "\n::error" not in report.as_text(problems(folder))


def test_two_decks_of_one_name_are_refused(tmp_path: Path) -> None:
    notes = "notes:\n  - {id: a, question: Q, answer: A}\n"
    write_deck(tmp_path / "a", notes=notes)
    write_deck(tmp_path / "b", {"deck.yaml": "id: other\nname: Test Deck\ntag_root: o\n"}, notes)
    assert [it.code for it in problems(tmp_path)] == ["S209"]


def test_a_deck_may_be_named_as_another_ones_id(tmp_path: Path) -> None:
    notes = "notes:\n  - {id: a, question: Q, answer: A}\n"
    write_deck(tmp_path / "a", notes=notes)
    write_deck(tmp_path / "b", {"deck.yaml": "id: other\nname: test-deck\ntag_root: o\n"}, notes)
    assert problems(tmp_path) == ()
