"""Edits that look like rewordings and are more: is the build still what one without the cache is?"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from generator.base.files import folder_for_output
from tests.cached import Twins
from tests.support import DECK, SVG

STALE = re.compile(rb'"mod":[0-9]+')
LONG = [*enumerate(["fingernail", "marrowbone", "kneecap", "elbow"])]
TWO = """\
notes:
  - {id: heel, question: What is hard?, answer: The heel}
  - {id: marrow, question: What is round?, answer: The marrow of bones}
"""


def written(twins: Twins, files: Mapping[str, str | bytes], *command: str) -> str:
    """Write a deck, build it in both ways, and return what was printed, which is the same; so is every file."""
    twins.write(dict(files))
    warm, cold = twins.run([*(command or ["build"])])
    assert warm == cold
    assert twins.warm.files() == twins.cold.files()
    return cold.out + cold.err


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    """Two projects, of which one is built by the cache."""
    return Twins(tmp_path)


def test_a_kind_of_which_the_last_note_was_withdrawn_comes_back(twins: Twins) -> None:
    files = {"a.yaml": TWO, "b.yaml": 'notes:\n  - {id: old, cloze: "The {{c1::bone}} is next to it."}\n'}
    written(twins, files)
    files["b.yaml"] = "notes: []\n"
    written(twins, files, "build", "--retire", "--reason", "gone")
    written(twins, files)
    files["a.yaml"] += '  - {id: new, cloze: "The {{c1::joint}} is far from it."}\n'
    assert "3 notes" in written(twins, files)


ODD: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "out of order": lambda lines: [lines[0], *lines[:0:-1]],
    "with a stale line": lambda lines: [lines[0], STALE.sub(b'"mod":1700000000', lines[1]), *lines[1:]],
    "with spaces": lambda lines: [it.replace(b'{"id":', b'{"id": ') for it in lines],
    "of Windows": lambda lines: [it.replace(b"\n", b"\r\n") for it in lines],
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_ledger_of_releases_that_people_merged(twins: Twins, odd: Callable[[list[bytes]], list[bytes]]) -> None:
    written(twins, {"a.yaml": TWO})
    written(twins, {"a.yaml": TWO}, "release")
    for author in (twins.warm, twins.cold):
        author.released.write_bytes(b"".join(odd(author.released.read_bytes().splitlines(keepends=True))))
    written(twins, {"a.yaml": TWO})
    for word in ("knees", "elbows"):
        assert "changed: marrow" in written(twins, {"a.yaml": TWO.replace("bones", word)})


def test_a_number_that_was_left_out_is_said_once(twins: Twins) -> None:
    files = {"a.yaml": TWO, "b.yaml": 'notes:\n  - {id: b, cloze: "The {{c1::joint}} is far from {{c3::it}}."}\n'}
    assert "L14" in written(twins, files)
    for word in ("knees", "elbows"):
        assert "1 warning" not in written(twins, files | {"a.yaml": TWO.replace("bones", word)})


def test_of_two_disputes_that_were_wrapped_one_is_named(twins: Twins) -> None:
    text = "    Most reviews call it most common, and others say that\n    it is not, which is why it is a dispute.\n"
    files = {
        "disputes.yaml": f"one: |\n{text}two: |\n{text}",
        "a.yaml": TWO.replace("The heel", "The heel, dispute: one"),
        "b.yaml": "notes:\n  - {id: b, question: Which is far away?, answer: The nail, dispute: two}\n",
    }
    assert written(twins, files).count("C130") == 1
    files["b.yaml"] = files["b.yaml"].replace("nail", "nail plate")
    assert written(twins, files).count("C130") == 1


def test_a_number_needs_a_source_even_beside_notes_that_need_none(twins: Twins) -> None:
    allowed = "allow: {L30: it is meant}}"
    more = f"  - {{id: c, question: What is blue?, answer: The nail, {allowed}\n"
    more += f"  - {{id: d, question: What is green?, answer: A plaque, {allowed}\n"
    cited = [f"  - {{id: e{at}, question: What is {word}?, answer: {word}, sources: [dermnet]}}\n" for at, word in LONG]
    text = f"notes:\n{more}{''.join(cited)}"
    written(twins, {"a.yaml": text})
    text += f"  - {{id: f, question: How many joints has a finger?, answer: About 3, {allowed}\n"
    assert "L22" in written(twins, {"a.yaml": text})


def test_the_first_note_of_a_file_is_one_between_subdecks(twins: Twins) -> None:
    files = {
        "deck.yaml": DECK + "order: [a, b, c]\n",
        "a.yaml": f"subdeck: A\n{TWO}",
        "b.yaml": "subdeck: B\nnotes:\n  - {id: b, question: Which is far away?, answer: The nail}\n",
        "c.yaml": "subdeck: A\nnotes: []\n",
    }
    written(twins, files)
    files["c.yaml"] = "subdeck: A\nnotes:\n  - {id: c, question: Who was he?, answer: A man of Vienna}\n"
    assert "L64" in written(twins, files)


def test_a_slip_in_a_tag_is_seen_whichever_tag_comes_first(twins: Twins) -> None:
    tags = ["abced", "abced", "abcdf", "abcdf", "abcde"]  # the last is one letter from the one before, not from 'abced'
    its = [f"  - {{id: e{at}, question: What is {at}?, answer: A thing {at}, tags: [{tags[at]}]}}\n" for at in range(5)]
    first = written(twins, {"a.yaml": f"notes:\n{''.join(its)}"})
    its.insert(0, "  - {id: new, question: Who was he?, answer: A man of Vienna, tags: [abcdf]}\n")
    assert "L62" in first
    written(twins, {"a.yaml": f"notes:\n{''.join(its)}"})


C, D = ("Which cartilage follows marrow tendon with elbows", "Oedema plaque gout")
NEAR = f"notes:\n  - {{id: c, question: {C}?, answer: {D}}}\n  - {{id: d, question: {C} seldom?, answer: {D} sclera}}\n"
FAR = "".join(f"  - {{id: f{at}, question: What is number {at}?, answer: Thing {at}}}\n" for at in range(12))
JSON = ("build", "--format", "json")
LIKE = "notes:\n  - {id: a, question: Which cartilage follows marrow tendon with oedema?, answer: Elbows plaque gout}\n"


@pytest.mark.parametrize("comes", [False, True])
def test_a_note_that_is_like_two_others_can_hide_one_from_the_other(twins: Twins, comes: bool) -> None:
    texts = [LIKE, LIKE.replace("marrow", "dermis")]
    for text in texts[::-1] if comes else texts:
        written(twins, {"a.yaml": text, "b.yaml": f"notes:\n{FAR}", "c.yaml": NEAR})


def test_what_is_saved_meanwhile_is_seen(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [TWO, *(TWO.replace("bones", word) for word in ("knees", "elbows"))]
    written(twins, {"a.yaml": texts[0]})

    def late(folder: Path) -> object:
        twins.write({"a.yaml": texts[2]})
        return folder_for_output(folder)

    twins.write({"a.yaml": texts[1]})
    with monkeypatch.context() as patch:
        patch.setattr("generator.again.edited.folder_for_output", late)
        twins.run(["build"])
    written(twins, {"a.yaml": texts[1]})


@pytest.mark.parametrize("rare", [("sclera", "cornea"), ("cornea", "sclera")])
def test_which_of_two_like_notes_is_named_is_theirs_alone(twins: Twins, rare: tuple[str, str]) -> None:
    both = [f"{C} sclera", f"{C} cornea", f"{C} cornea sclera"]
    notes = "".join(f'  - {{id: n{at}, cloze: "{text} {{{{c1::plaque}}}}."}}\n' for at, text in enumerate(both))
    files = {"b.yaml": f"notes:\n{FAR}", "c.yaml": f"notes:\n{notes}"}
    for word in rare:
        asked = "question: Who walked across hills on autumn mornings?"
        files["a.yaml"] = f"notes:\n  - {{id: a, {asked}, answer: Farmers with {word}}}\n"
        assert "L50" in written(twins, files, *JSON)


def test_cards_keep_their_order_after_a_build_that_was_begun_with_a_part(twins: Twins) -> None:
    picture = "![skin](skin.svg)"
    files: dict[str, str | bytes] = {"media/skin.svg": SVG, "a.yaml": TWO.replace("The heel", f"'The heel {picture}'")}
    for asked in ("Who was he?", f"'Who was he? {picture}'"):
        files["b.yaml"] = f"notes:\n  - {{id: b, question: {asked}, answer: A doctor}}\n"
        written(twins, files)
    for name in ("b.yaml", "a.yaml"):
        files[name] = str(files[name]).replace("A doctor", "A man").replace("heel", "heels")
        written(twins, files, *JSON)
