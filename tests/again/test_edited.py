"""Is a build of reworded notes made without the others, and whatever else changed one of the whole deck?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.again._last import read
from generator.base.files import folder_for_output
from generator.pipeline import build as pipeline
from tests.author import CLOZES, EVERY_KIND, Author, Ran
from tests.cached import Twins
from tests.support import NOW

MORE = """\
notes:
  - {id: far, question: What does a knife do in paraffin?, answer: It shatters, sources: [dermnet]}
  - {id: salt, question: Which salt is laid down?, answer: Hydroxyapatite crystals, sources: [dermnet]}
"""
DECK: dict[str, str | bytes | None] = {**EVERY_KIND, "more.yaml": MORE}
Change = tuple[str, str, str]
SHORT, CITED = "question: Who was he?, answer: A man of Vienna", "sources: [dermnet]"
ASKED = "question: Which salt is laid down?, answer: One of lime"


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    """Two projects that were built, one of them by the cache."""
    twins = Twins(tmp_path)
    twins.write({**DECK, "gone.yaml": f"notes:\n  - {{id: gone, {SHORT.replace('he', 'she')}}}\n"})
    twins.run(["build"])
    twins.write(DECK)
    twins.run(["build", "--retire"])
    twins.run(["build"])
    return twins


def change(twins: Twins, *changes: Change) -> None:
    """Replace a text in both projects."""
    for author in (twins.warm, twins.cold):
        author.replace(*changes)


def built(twins: Twins, *command: str) -> Ran:
    """Build both, and return what was printed, which is the same; so is every file."""
    warm, cold = twins.run([*(command or ["build"])])
    assert warm == cold
    assert twins.warm.files() == twins.cold.files()
    return warm


REWORDED: dict[str, tuple[Change, ...]] = {
    "an answer": (("questions.yaml", "answer: Deep purple", "answer: Purple"),),
    "a cloze, and one more": (("clozes.yaml", "{{c1::warfarin}}", "{{c1::phenprocoumon}} in {{c2::some}}"),),
    "an item": (("subtypes.yaml", "dys: Dystrophic", "dys: Of damaged tissue"),),
    "a row": (("drugs.yaml", "use: most used", "use: used by many"),),
    "masks": (("layers.yaml", "[60, 40, 120, 40]", "[60, 41, 120, 40]"),),
    "a hint of two files": (("drugs.yaml", "ulcers", "wounds"), ("questions.yaml", "A forearm", "An arm")),
    "no more than a comment": (("more.yaml", "notes:", "# not of use\nnotes:"),),
}


@pytest.mark.parametrize("changes", REWORDED.values(), ids=REWORDED)
def test_notes_that_are_reworded_are_built_alone(
    twins: Twins, in_parts: list[bool], changes: tuple[Change, ...]
) -> None:
    change(twins, *changes)
    assert built(twins).status == 0
    back = [(name, new, old) for name, old, new in changes]
    change(twins, *back)
    assert built(twins).status == 0
    assert {*in_parts} == {True}


@pytest.mark.parametrize("at", ["notes:", "shatters, sources: [dermnet]}", "crystals, sources: [dermnet]}"])
def test_a_note_that_is_such_as_others_is_built_alone(twins: Twins, in_parts: list[bool], at: str) -> None:
    change(twins, ("more.yaml", at, f"{at}\n  - {{id: b, {SHORT}, {CITED}}}"))
    assert built(twins).status == 0
    change(twins, ("more.yaml", "A man of Vienna", "A doctor"), ("drugs.yaml", "ulcers", "wounds"))
    assert built(twins).status == 0
    change(twins, ("more.yaml", "{id: b", f"{{id: a, {SHORT.replace('he', 'she')}, {CITED}}}\n  - {{id: b"))
    assert built(twins, "build", "--format", "json").status == 0
    assert in_parts == [True, True, True]


def test_no_stage_sees_the_whole_deck(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    change(twins, *REWORDED["an answer"])
    cold = twins.run(["build"])[1]
    change(twins, ("questions.yaml", "answer: Purple", "answer: Violet"))
    cold = twins.cold.run("build", "--no-cache", day=2)
    monkeypatch.delattr(pipeline, "plan")
    assert twins.warm.run("build", day=2) == cold
    assert twins.warm.files() == twins.cold.files()


def test_what_the_last_release_had_goes_on(twins: Twins, in_parts: list[bool]) -> None:
    built(twins, "release")
    change(twins, *REWORDED["an answer"])
    built(twins)  # a release is built whole, and leaves nothing
    for was, now in (("Purple", "Violet"), ("Violet", "Deep purple"), ("Deep purple", "Lilac")):
        change(twins, ("questions.yaml", f"answer: {was}", f"answer: {now}"))
        assert "changed: plain" in built(twins).out
    built(twins, "build", "--format", "json")
    assert in_parts == [False, True, True, True, True]
    built(twins, "release")


WHOLE: dict[str, tuple[Change, str]] = {
    "a question that is asked already": (("more.yaml", "Which salt is laid down?", "Subtypes"), ""),
    "an answer that the note before shows": (
        ("more.yaml", "It shatters", "It shatters hydroxyapatite crystals"),
        "1 warning",
    ),
    "a new fact": (("more.yaml", "What does a knife do in paraffin?, answer: It shatters", "A, answer: B c"), "H014"),
    "a tag": (("questions.yaml", "[core]", "[more]"), ""),
    "a source": (("more.yaml", "It shatters, sources: [dermnet]", "It shatters, sources: [reiter-2011]"), ""),
    "an id": (("more.yaml", "id: far", "id: farther, was: far"), ""),
    "a picture": (("questions.yaml", "![scan](scan.svg)", "![scan](skin.svg)"), "M110"),
    "a mistake": (("clozes.yaml", "{{c1::warfarin}}", "{{c1::warfarin}"), "C102"),
    "the deck": (("deck.yaml", "Test Deck", "Another Deck"), ""),
    "what is drawn": (("media/skin.svg", "Skin", "Hide"), ""),
}


@pytest.mark.parametrize(("edit", "code"), WHOLE.values(), ids=WHOLE)
def test_what_concerns_other_notes_is_a_build_of_the_whole(
    twins: Twins, in_parts: list[bool], edit: Change, code: str
) -> None:
    change(twins, edit)
    ran = built(twins)
    assert code in ran.out + ran.err
    assert in_parts == [False]


BEHIND: dict[str, Callable[[Author], object]] = {
    "the ledger": lambda it: it.ledger.write_bytes(it.ledger.read_bytes().replace(b'"label":"D', b'"label":"E', 1)),
    "the package": lambda it: it.package.unlink(),
    "a file beside the decks": lambda it: it.write({"../more.yaml": MORE}),
    "the baseline": lambda it: it.write({"../lint-baseline.json": '{"format": 1, "warnings": ['}),
}


@pytest.mark.parametrize("act", BEHIND.values(), ids=BEHIND)
def test_what_somebody_else_changed_is_seen(
    twins: Twins, in_parts: list[bool], act: Callable[[Author], object]
) -> None:
    for author in (twins.warm, twins.cold):
        act(author)
    change(twins, *REWORDED["an answer"])
    built(twins)
    assert in_parts == [False]


def test_what_somebody_else_builds_meanwhile_is_seen(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    change(twins, *REWORDED["an answer"])

    def late(folder: Path) -> object:
        monkeypatch.undo()
        twins.warm.run("build", "--no-cache", day=1)
        return folder_for_output(folder)

    monkeypatch.setattr("generator.again.edited.folder_for_output", late)
    twins.cold.run("build", "--no-cache", day=1)
    assert twins.warm.run("build", day=2) == twins.cold.run("build", "--no-cache", day=2)
    assert twins.warm.files() == twins.cold.files()


def test_a_clock_that_was_set_back_is_no_secret(twins: Twins, in_parts: list[bool]) -> None:
    change(twins, *REWORDED["an answer"])
    ran = [it.run("build", *more, day=-500) for it, more in ((twins.warm, []), (twins.cold, ["--no-cache"]))]
    assert ran[0] == ran[1]
    assert "H004" in ran[0].out
    assert in_parts == [False]


def test_warnings_stay_where_they_were(twins: Twins, in_parts: list[bool]) -> None:
    change(twins, ("clozes.yaml", CLOZES, CLOZES + "  - {id: sure, question: Is it hard?, answer: 'Yes'}\n"))
    assert "L02" in built(twins).out
    change(twins, *REWORDED["an answer"])
    assert "1 warning: deckwright check shows it" in built(twins).err
    change(twins, ("clozes.yaml", "notes:", "# one line more\nnotes:"))
    assert "1 warning: deckwright check shows it" in built(twins).err
    change(twins, ("clozes.yaml", "Is it hard?", "Is it as hard as a stone?"))
    assert "L02" in built(twins).out
    assert built(twins, "build", "--strict").status == 1
    assert in_parts == [True, True, True, True, False]


def test_two_decks_are_built_as_one(tmp_path: Path, in_parts: list[bool]) -> None:
    twins = Twins(tmp_path)
    other = "id: other\nname: Other\ntag_root: '#Other'\n"
    twins.write({"questions.yaml": MORE, "../other/deck.yaml": other, "../other/a.yaml": CLOZES})
    built(twins)
    change(twins, ("../other/a.yaml", "{{c1::warfarin", "{{c1::heparin"))
    built(twins)
    change(
        twins, ("../other/a.yaml", "{{c1::heparin", "{{c1::warfarin"), ("questions.yaml", "It shatters", "It breaks")
    )
    built(twins)
    assert in_parts == [False, True, True]


@pytest.mark.parametrize("at", [0, 9, -1])
def test_what_was_left_and_damaged_is_nothing(twins: Twins, in_parts: list[bool], at: int, own_cache: Path) -> None:
    for path in own_cache.rglob("*"):
        if path.is_file():
            data = bytearray(path.read_bytes())
            data[16:][at] ^= 1
            data[at if at < 0 else 16 + at] ^= 1
            path.write_bytes(data)
    change(twins, *REWORDED["an answer"])
    built(twins)
    assert in_parts == [False]


def test_what_was_left_and_does_not_fit_together_is_nothing(twins: Twins, own_cache: Path) -> None:
    kept = [path.read_bytes()[16:] for path in own_cache.rglob("*") if path.is_file()]
    (left,) = [it for it in kept if read(it)]
    assert left.count(b'["more.yaml",2,') == 1
    for change in (b'["more.yaml",3,', b'["more.yaml","",', b'["more.yaml",null,'):
        assert read(left.replace(b'["more.yaml",2,', change)) is None
    assert read(left[:-8]) is None


def test_the_time_of_a_build_is_its_own(twins: Twins) -> None:
    change(twins, *REWORDED["an answer"])
    built(twins)
    lines = twins.warm.lines()
    mods = {id: int(lines[id].split('"mod":')[1].split(",")[0]) for id in ("plain", "both-ways", "phosphate")}
    assert mods["plain"] > mods["both-ways"] == mods["phosphate"] > NOW
