"""Edits that would cost a student a history, or give it to another fact, are refused at their place."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from generator.pipeline.check import passes
from tests.author import SUBTYPES, Author, Files

Changes = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """An edit of the deck of every kind. `then` follows a release of `first`."""

    code: str
    place: str  # file, line and column, as printed
    message: str
    then: Changes = ()
    files: Files = field(default_factory=dict)
    first: Changes = ()
    retire: bool = False  # whether that first release withdraws something


WARFARIN = "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n"
ANOTHER = "  - id: warfarin\n    cloze: Von Kossa stains {{c1::phosphate}} black.\n"
PLAIN = "    question: What colour are deposits on H&E?\n    answer: Deep purple\n    extra"
REFUSED = {
    "a note is gone": Refused(
        "H015",
        "decks/test-deck.ledger.jsonl",
        "the note 'warfarin' is gone",
        (("clozes.yaml", WARFARIN, ""),),
    ),
    "a file is gone": Refused(
        "H015",
        "decks/test-deck.ledger.jsonl",
        "the note 'layers' is gone",
        files={"layers.yaml": None, "media/skin.svg": None},
    ),
    "a row is gone": Refused(
        "H015",
        "decks/test-deck.ledger.jsonl",
        "the note 'drugs/colchicine' is gone",
        (("drugs.yaml", "      colchicine:\n        name: Colchicine\n        use: ulcers\n", ""),),
    ),
    "a note has another id": Refused(
        "H015", "decks/test-deck.ledger.jsonl", "the note 'plain' is gone", (("questions.yaml", "id: plain", "id: he"),)
    ),
    "a row has another key": Refused(
        "H015",
        "decks/test-deck.ledger.jsonl",
        "the note 'drugs/colchicine' is gone",
        (("drugs.yaml", "      colchicine:", "      colchicum:"),),
    ),
    "a note says that it was one that never was": Refused(
        "H010",
        "cards_src/deck/clozes.yaml:4:54",
        "no note 'simple' was ever released",
        (("clozes.yaml", WARFARIN, f"  - {{id: a-new, question: Which?, answer: This, was: simple}}\n{WARFARIN}"),),
    ),
    "a question becomes a cloze": Refused(
        "H012",
        "cards_src/deck/questions.yaml:3:9",
        "'plain' was released as a question note",
        (("questions.yaml", PLAIN, '    cloze: "Deposits are {{c1::purple}} on H&E."\n    extra'),),
    ),
    "a question becomes a list": Refused(
        "H012",
        "cards_src/deck/questions.yaml:3:9",
        "'plain' was released as a question note",
        (("questions.yaml", PLAIN, "    list: Colours\n    items: {he: Purple}\n    extra"),),
    ),
    "a cloze becomes a question": Refused(
        "H012",
        "cards_src/deck/clozes.yaml:4:9",
        "'warfarin' was released as a cloze note",
        (
            (
                "clozes.yaml",
                "cloze: Calciphylaxis follows {{c1::warfarin}}.",
                "question: What causes it?\n    answer: warfarin",
            ),
        ),
    ),
    "a cloze becomes a list": Refused(
        "H012",
        "cards_src/deck/clozes.yaml:4:9",
        "'warfarin' was released as a cloze note",
        (
            (
                "clozes.yaml",
                "cloze: Calciphylaxis follows {{c1::warfarin}}.",
                "list: Causes\n    items: {war: warfarin}",
            ),
        ),
    ),
    "a list becomes a cloze": Refused(
        "H012",
        "cards_src/deck/subtypes.yaml:3:9",
        "'subtypes' was released as a list note",
        files={
            "subtypes.yaml": SUBTYPES.split("    list:")[0] + '    cloze: "{{c1::Metastatic}} and {{c2::others}}"\n'
        },
    ),
    "an image becomes a question": Refused(
        "H012",
        "cards_src/deck/layers.yaml:2:9",
        "'layers' was released as an image note",
        files={
            "layers.yaml": "notes:\n  - id: layers\n    question: Which layer?\n    answer: This ![skin](skin.svg)\n"
        },
    ),
    "a renamed note is of another kind": Refused(
        "H012",
        "cards_src/deck/clozes.yaml:4:9",
        "'causes' was released as a cloze note",
        (
            (
                "clozes.yaml",
                WARFARIN,
                "  - id: causes\n    was: warfarin\n    question: What causes it?\n    answer: warfarin\n",
            ),
        ),
    ),
    "two clozes swap their numbers": Refused(
        "H013",
        "cards_src/deck/clozes.yaml:2:9",
        "'metastatic' was hidden by c2, and is now hidden by c3",
        (("clozes.yaml", "c2::", "c9::"), ("clozes.yaml", "c3::", "c2::"), ("clozes.yaml", "c9::", "c3::")),
    ),
    "a cloze before others takes the first number": Refused(
        "H013",
        "cards_src/deck/clozes.yaml:4:9",
        "'warfarin' was hidden by c1, and is now hidden by c2",
        (
            (
                "clozes.yaml",
                "Calciphylaxis follows {{c1::warfarin}}",
                "It, {{c1::calciphylaxis}}, follows {{c2::warfarin}}",
            ),
        ),
    ),
    "a cloze is removed and those after it move up": Refused(
        "H013",
        "cards_src/deck/clozes.yaml:2:9",
        "'normal' was hidden by c3, and is now hidden by c2",
        (("clozes.yaml", "{{c2::metastatic}}", "metastatic"), ("clozes.yaml", "c3::", "c2::")),
    ),
    "a cloze has a number that was given up": Refused(
        "H013",
        "cards_src/deck/clozes.yaml:2:9",
        "c2 once hid 'metastatic', and now hides 'others'",
        (("clozes.yaml", "others", "{{c2::others}}"),),
        first=(("clozes.yaml", "{{c2::metastatic}}", "metastatic"),),
    ),
    "an id returns that was withdrawn": Refused(
        "H011",
        "cards_src/deck/clozes.yaml:4:9",
        "the id 'warfarin' was withdrawn on 2025-10-10",
        (("clozes.yaml", 'in the others."\n', f'in the others."\n{ANOTHER}'),),
        first=(("clozes.yaml", WARFARIN, ""),),
        retire=True,
    ),
    "a note says that it was one that was withdrawn": Refused(
        "H011",
        "cards_src/deck/clozes.yaml:6:10",
        "'warfarin' was withdrawn on 2025-10-10, and cannot come back",
        (
            (
                "clozes.yaml",
                'in the others."\n',
                f'in the others."\n{ANOTHER.replace("warfarin", "causes", 1)}    was: warfarin\n',
            ),
        ),
        first=(("clozes.yaml", WARFARIN, ""),),
        retire=True,
    ),
    "an id returns that a note had before": Refused(
        "H011",
        "cards_src/deck/clozes.yaml:4:9",
        "the id 'warfarin' was that of 'causes' before",
        (
            (
                "clozes.yaml",
                "  - id: causes\n    was: warfarin\n",
                f"{WARFARIN.replace('Calci', 'Such calci')}  - id: causes\n",
            ),
        ),
        first=(("clozes.yaml", "  - id: warfarin\n", "  - id: causes\n    was: warfarin\n"),),
    ),
}
every_refusal = pytest.mark.parametrize("case", REFUSED.values(), ids=list(REFUSED))


def released(case: Refused, folder: Path) -> Author:
    """Return an author who has released, and then made the edit."""
    author = Author(folder)
    author.build()
    author.replace(*case.first)
    author.build(1, retire=case.retire)
    author.replace(*case.then)
    author.write(case.files)
    return author


@every_refusal
def test_it_is_refused_for_one_reason(case: Refused, tmp_path: Path) -> None:
    assert set(released(case, tmp_path).refusal(2)) == {case.code}


@every_refusal
def test_the_place_and_the_reason_are_shown(case: Refused, tmp_path: Path) -> None:
    ran = released(case, tmp_path).run("build", day=2)
    assert (ran.status, ran.out.split("\n")[0][: len(f"{case.place}: {case.code} {case.message}")]) == (
        1,
        f"{case.place}: {case.code} {case.message}",
    )


@every_refusal
def test_it_says_what_to_do(case: Refused, tmp_path: Path) -> None:
    assert all(it.help for it in released(case, tmp_path).plan(2).diagnostics)


@every_refusal
def test_nothing_is_written(case: Refused, tmp_path: Path) -> None:
    author = released(case, tmp_path)
    before = author.files()
    author.run("build", day=2)
    assert author.files() == before


GONE = {name: case for name, case in REFUSED.items() if case.code == "H015"}
ALWAYS = {name: case for name, case in REFUSED.items() if case.code != "H015"}


@pytest.mark.parametrize("case", GONE.values(), ids=list(GONE))
def test_a_plan_shows_what_withdrawing_would_do(case: Refused, tmp_path: Path) -> None:
    ran = released(case, tmp_path).run("plan", day=2)
    assert (ran.status, "withdrawn: " in ran.out) == (0, True)


@pytest.mark.parametrize("case", ALWAYS.values(), ids=list(ALWAYS))
def test_withdrawing_does_not_help(case: Refused, tmp_path: Path) -> None:
    assert not passes(released(case, tmp_path).plan(2, retire=True).diagnostics, strict=False)
