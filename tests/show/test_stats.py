"""What does `stats` count, and do text and JSON say the same?"""

import json
from pathlib import Path

import pytest

from generator.base.characters import shown_width
from generator.pipeline import check
from generator.show.stats import Answers, Stats, Tally, Uses, count
from generator.show.stats_report import stats_json, stats_text
from tests.author import EVERY_KIND, Author
from tests.support import write_deck

TOPICS = """\
subdeck: {0}
tags: [topic::{0}]
notes:
"""
NOTE = "  - {{id: {0}, question: 'What is {0}?', answer: It is so}}\n"


def counted(folder: Path) -> Stats:
    checked = check.check(folder)
    assert check.passes(checked.diagnostics, strict=False), checked.diagnostics
    (deck,) = checked.both
    return count(deck.authored, deck.authored.authored, deck.compiled)


@pytest.fixture
def every_kind(tmp_path: Path) -> Stats:
    files = {name: text for name, text in EVERY_KIND.items() if text is not None}
    return counted(write_deck(tmp_path, files))


def topics(folder: Path, **sizes: int) -> Stats:
    files: dict[str, str | bytes] = {
        f"{topic}.yaml": TOPICS.format(topic) + "".join(NOTE.format(f"{topic}-{at}") for at in range(size))
        for topic, size in sizes.items()
    }
    return counted(write_deck(folder, files))


def test_notes_and_cards_by_kind(every_kind: Stats) -> None:
    assert every_kind.kinds == (
        Tally("cloze", 2, 4),
        Tally("image", 1, 3),
        Tally("list", 1, 3),
        Tally("question", 3, 4),
        Tally("table", 2, 3),
    )
    assert (every_kind.notes, every_kind.cards, every_kind.media) == (9, 17, 2)


def test_notes_and_cards_by_subdeck(every_kind: Stats) -> None:
    assert every_kind.subdecks == (
        Tally("Test Deck", 6, 11),
        Tally("Test Deck::Drugs", 2, 3),
        Tally("Test Deck::Lists", 1, 3),
    )


def test_a_level_of_a_tag_counts_what_is_below_it_once(tmp_path: Path) -> None:
    notes = "notes:\n  - {id: one, question: One?, answer: Yes, tags: ['a::b', 'a::c', d]}\n" + NOTE.format("two")
    stats = counted(write_deck(tmp_path, notes=notes))
    assert [(it.name, it.notes) for it in stats.tags] == [("a", 1), ("a::b", 1), ("a::c", 1), ("d", 1)]
    assert stats.untagged == 1


def test_sources_by_how_many_notes_name_them(every_kind: Stats) -> None:
    assert every_kind.sources == (Uses("dermnet", 1), Uses("reiter-2011", 1))
    assert every_kind.unsourced == 7


def test_what_no_note_names_counts_as_zero(tmp_path: Path) -> None:
    stats = counted(write_deck(tmp_path, notes="notes:\n" + NOTE.format("one")))
    assert stats.sources == (Uses("dermnet", 0), Uses("reiter-2011", 0))
    assert stats.disputes == (Uses("most-common-type", 0),)


def test_a_row_has_the_sources_of_its_table_and_its_own(tmp_path: Path) -> None:
    table = """\
notes:
  - id: drugs
    table: Drugs
    columns: {how: Mechanism}
    rows: {one: {name: One, how: less}, two: {name: Two, how: more, sources: [reiter-2011]}}
    sources: [dermnet]
"""
    assert counted(write_deck(tmp_path, notes=table)).sources == (Uses("dermnet", 2), Uses("reiter-2011", 1))


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("question: Which?\n    answer: one two three", [3]),
        ("question: Which one?\n    answer: one two three\n    reverse: true", [2, 3]),
        ("question: Which?\n    answer: |\n      - one\n      - two, *three*", [3]),
        ("cloze: '{{c1::one two}} is {{c2::three}} of {{c1::four::a hint}}'", [1, 3]),
        ("list: Some\n    items: {a: one two, b: {text: three, cue: not counted}}", [1, 2]),
        ("table: Some\n    columns: {a: A, b: B}\n    rows: {x: {name: X x x, a: one, b: one two}}", [1, 2]),
        ("table: Some\n    columns: {a: A, b: B}\n    rows: {x: {name: X, a: one two, b: '+'}}", [2]),
    ],
)
def test_the_answer_of_a_card_is_what_it_asks_for(note: str, words: list[int], tmp_path: Path) -> None:
    stats = counted(write_deck(tmp_path, notes=f"notes:\n  - id: x\n    {note}\n"))
    assert stats.answers
    assert (stats.answers.count, stats.answers.longest, stats.answers.median) == (len(words), max(words), min(words))


def test_lengths_are_ranks(tmp_path: Path) -> None:
    notes = "".join(f"  - {{id: n{at}, question: 'What {at}?', answer: '{'word ' * at}end'}}\n" for at in range(20))
    assert counted(write_deck(tmp_path, notes=f"notes:\n{notes}")).answers == Answers(20, 10, 18, 20, "n19")


def test_pictures_without_labels_have_no_words(tmp_path: Path) -> None:
    stats = counted(write_deck(tmp_path, {name: EVERY_KIND[name] or "" for name in ("layers.yaml", "media/skin.svg")}))
    assert stats.answers is None
    assert "no card has words to count" in stats_text(stats)


def test_equal_topics_are_wholly_even(tmp_path: Path) -> None:
    assert topics(tmp_path, causes=3, signs=3, drugs=3).evenness == pytest.approx(1)


def test_the_same_notes_less_evenly_spread_are_less_even(tmp_path: Path) -> None:
    near, far = topics(tmp_path / "near", causes=4, signs=2), topics(tmp_path / "far", causes=5, signs=1)
    assert near.evenness is not None
    assert far.evenness is not None
    assert 1 > near.evenness > far.evenness > 0


def test_one_topic_has_no_evenness(tmp_path: Path) -> None:
    stats = topics(tmp_path, causes=3)
    assert stats.evenness is None
    text = stats_text(stats, 200)
    assert "topics: give notes at least two different 'topic::' tags to see how evenly they are covered\n" in text


def test_the_text_names_what_to_write_next(tmp_path: Path) -> None:
    printed = " ".join(stats_text(topics(tmp_path, causes=5, signs=1)).split())
    assert "evenness 0.65, where 1 is as many notes on each; most: causes (5); fewest, so the next to" in printed
    assert printed.endswith("about: signs (1)")


def test_text_and_json_hold_the_same_facts(every_kind: Stats) -> None:
    facts, words = json.loads(stats_json(every_kind)), stats_text(every_kind).split()
    for name in ("subdecks", "kinds", "tags"):
        for tally in facts[name]:
            shown = [tally["name"].removeprefix("Test Deck::").split("::")[-1].split()[-1], str(tally["notes"])]
            assert any(words[at : at + 2] == shown for at in range(len(words))), shown
            assert str(tally["cards"]) in words
    for use in (*facts["sources"], *facts["disputes"]):
        assert {use["key"], str(use["notes"])} <= {word.strip(",") for word in words}
    text = " ".join(words)
    assert f"{facts['notes']} notes, {facts['cards']} cards, {facts['media']} media files" in text
    assert f"{facts['untagged']} notes" in text.partition("without a tag: ")[2]
    assert f"{facts['unsourced']} notes without any" in text
    assert f"longest has {facts['answers']['longest']} ({facts['answers']['longest_id']})" in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int, every_kind: Stats) -> None:
    assert max(len(line) for line in stats_text(every_kind, width).splitlines()) <= width


def test_a_wide_name_leaves_the_numbers_in_their_columns(tmp_path: Path) -> None:
    notes = "subdeck: 皮膚科学の非常に長い名前を持つ下位デッキでありさらに続きます続きます\nnotes:\n" + NOTE.format(
        "one"
    )
    lines = stats_text(counted(write_deck(tmp_path, notes=notes)), 40).splitlines()
    (line,) = [it for it in lines if it.startswith("皮")]
    (head,) = [it for it in lines if it.startswith("subdeck")]
    assert "..." in line
    assert shown_width(line.partition("100%")[0]) + 4 == len(head)


def test_the_command_prints_a_part_for_each_deck(tmp_path: Path) -> None:
    author = Author(tmp_path)
    other = "id: other\nname: Other\ntag_root: '#O'\n"
    write_deck(tmp_path / "cards_src" / "other", {"deck.yaml": other}, "notes:\n" + NOTE.format("one"))
    assert [it for it in author.run("stats").out.splitlines() if "-deck)" in it or "(other)" in it] == [
        "Test Deck (test-deck)",
        "Other (other)",
    ]
    lines = author.run("stats", "--format", "json").out.splitlines()
    assert [json.loads(line)["deck"] for line in lines] == ["test-deck", "other"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_mistakes_are_printed_as_check_prints_them(form: str, tmp_path: Path) -> None:
    author = Author(tmp_path)
    author.replace(("questions.yaml", "extra:", "extro:"))
    ran, check = author.run("stats", "--format", form), author.run("check", "--format", form)
    assert (ran.status, ran.out) == (1, check.out)
    assert "S101" in ran.out
    assert ran.err == "nothing was counted: 1 error\n"
