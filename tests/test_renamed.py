"""A note or card that begins anew under another id or key: the author is told which one keeps the history."""

import pytest

from generator.base.diagnostics import Diagnostic
from tests.author import Author

KEYS = {  # file, what stands there, what then; place, key before, key now
    "an item": ("subtypes.yaml", "met: Metastatic", "meta: Metastatic", "subtypes.yaml:3:9", "met", "meta"),
    "an item with a cue": ("subtypes.yaml", "idi: {", "none: {", "subtypes.yaml:3:9", "idi", "none"),
    "an item with other marks": ("subtypes.yaml", "met: Meta", "x: meta", "subtypes.yaml:3:9", "met", "x"),
    "a column": ("drugs.yaml", "how: Mechanism", "mech: Mechanism", "drugs.yaml:9:7", "how", "mech"),
    "a mask": ("layers.yaml", "corneum: {", "horn: {", "layers.yaml:2:9", "corneum", "horn"),
}


@pytest.fixture
def labelled(author: Author) -> Author:
    """An author whose first mask says in words what it hides."""
    author.replace(("layers.yaml", "[60, 40, 120, 40]", "[60, 40, 120, 40], label: Stratum corneum"))
    author.build(1)
    return author


def found(author: Author, day: int = 2) -> list[tuple[str, str, str, str]]:
    """Return where, code, message and help of what is wrong with the next build."""
    return [told(it) for it in author.plan(day).diagnostics]


def told(it: Diagnostic) -> tuple[str, str, str, str]:
    """Return what is shown of a diagnostic; places without the folder."""
    return it.span.where.rpartition("/")[2], it.code, it.message, it.help


@pytest.mark.parametrize(("file", "old", "new", "place", "before", "now"), KEYS.values(), ids=list(KEYS))
def test_a_renamed_key_is_warned_of(
    file: str, old: str, new: str, place: str, before: str, now: str, labelled: Author
) -> None:
    labelled.replace((file, old, new))
    if file == "drugs.yaml":
        labelled.replace((file, "how: less influx", "mech: less influx"))
    message = f"'{now}' hides what '{before}' hid: students lose the card's history"
    help = f"write the key '{before}:' again: keys are chosen once"
    assert found(labelled) == [(place, "H018", message, help)]


def test_a_renamed_column_is_told_once_for_all_its_rows(author: Author) -> None:
    text = (author.source / "drugs.yaml").read_text()
    author.write({"drugs.yaml": text.replace("use:", "for:")})
    assert [it[1] for it in found(author)] == ["H018"]


def test_each_key_that_is_gone_explains_one_that_came(author: Author) -> None:
    author.replace(("subtypes.yaml", "met: Metastatic", "a: Metastatic\n      b: Metastatic"))
    assert [it[2].split()[0] for it in found(author) if it[1] == "H018"] == ["'a'"]


def test_a_renamed_key_can_be_meant(author: Author) -> None:
    author.replace(
        ("subtypes.yaml", "met: Metastatic", "meta: Metastatic"),
        ("subtypes.yaml", "    list: Subtypes", "    allow: {H018: nobody has studied it}\n    list: Subtypes"),
    )
    assert found(author) == []


SILENT = {
    "an item is replaced by another": (("subtypes.yaml", "met: Metastatic", "iat: Iatrogenic"),),
    "an item is added and another reworded": (
        ("subtypes.yaml", "met: Metastatic", "met: By phosphate\n      new: Metastatic"),
    ),
    "a mask without words is replaced by another": (("layers.yaml", "corneum: {", "horn: {"),),
}


@pytest.mark.parametrize("changes", SILENT.values(), ids=list(SILENT))
def test_no_key_is_said_to_be_renamed(changes: tuple[tuple[str, str, str], ...], author: Author) -> None:
    author.replace(*changes)
    assert found(author) == []


Changes = tuple[tuple[str, str, str], ...]
PLAIN = ("questions.yaml", "id: plain", "id: he")
KEY = ("drugs.yaml", "      colchicine:", "      colchicum:")
AGAIN: dict[str, tuple[Changes, str, str]] = {  # id that is gone, and what is said of it
    "a question": ((PLAIN,), "plain", "'he' says the same: write 'was: plain' in it"),
    "a cloze": (
        (("clozes.yaml", "id: warfarin", "id: w"),),
        "warfarin",
        "'w' says the same: write 'was: warfarin' in it",
    ),
    "a list": (
        (("subtypes.yaml", "id: subtypes", "id: s"),),
        "subtypes",
        "'s' says the same: write 'was: subtypes' in it",
    ),
    "a picture": ((("layers.yaml", "id: layers", "id: s"),), "layers", "'s' says the same: write 'was: layers' in it"),
    "a row": ((KEY,), "drugs/colchicine", "'drugs/colchicum' says the same: write the key 'colchicine:' again"),
    "a row of a table renamed with 'was:'": (
        (KEY, ("drugs.yaml", "id: drugs", "id: cures\n    was: drugs")),
        "drugs/colchicine",
        "'cures/colchicum' says the same: write the key 'colchicine:' again",
    ),
    "a row of a table renamed without": (
        (("drugs.yaml", "id: drugs", "id: cures"),),
        "drugs/diltiazem",
        "'cures/diltiazem' says the same: write 'was: drugs' in 'cures'",
    ),
}
again = pytest.mark.parametrize(("changes", "id", "said"), AGAIN.values(), ids=list(AGAIN))


@again
def test_a_new_note_that_says_what_one_said_that_is_gone_is_named(
    changes: Changes, id: str, said: str, author: Author
) -> None:
    author.replace(*changes)
    helps = {it[2].split("'")[1]: it[3] for it in found(author) if it[1] == "H015"}
    assert helps[id] == f"{said}, or withdraw it: deckwright build --retire"


@again
def test_a_plan_names_it_too(changes: Changes, id: str, said: str, author: Author) -> None:
    author.replace(*changes)
    assert f"  withdrawn: {id}; {said}\n" in author.run("plan", day=2).out


def test_a_picture_without_a_header_is_known_again(author: Author) -> None:
    author.replace(("layers.yaml", "    header: Layers of the skin\n", ""))
    author.build(1)
    author.replace(("layers.yaml", "id: layers", "id: skin"))
    assert [it[3].partition(":")[0] for it in found(author)] == ["'skin' says the same"]


OTHERS = {
    "the answer is another": (PLAIN, ("questions.yaml", "Deep purple", "Deep blue")),
    "the question is another": (PLAIN, ("questions.yaml", "What colour are", "Which colour have")),
    "a cell is another": (KEY, ("drugs.yaml", "use: ulcers", "use: sterile ulcers")),
    "a mask is another": (("layers.yaml", "id: layers", "id: s"), ("layers.yaml", "corneum: {", "horn: {")),
}


@pytest.mark.parametrize("changes", OTHERS.values(), ids=list(OTHERS))
def test_a_new_note_that_says_something_else_is_not_named(changes: Changes, author: Author) -> None:
    author.replace(*changes)
    assert [it[3].partition(",")[0] for it in found(author)] == ["put it back"]


def test_one_new_note_stands_for_one_that_is_gone(author: Author) -> None:
    twice = "notes:\n" + "".join(f"  - {{id: {id}, question: Which?, answer: This}}\n" for id in ("twin-a", "twin-b"))
    author.write({"twins.yaml": twice})
    author.build(1)
    author.write({"twins.yaml": "notes:\n  - {id: one, question: Which?, answer: This}\n"})
    assert [it[3].partition(" ")[0] for it in found(author) if it[1] == "H015"] == ["'one'", "put"]


WARFARIN = "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n"
WITHDRAWN = (("clozes.yaml", WARFARIN, ""), KEY)
FORMER: dict[str, tuple[Changes, tuple[str, str, str, str]]] = {  # what is said at 'was:', or at a row's key
    "an id that never was": (
        (("questions.yaml", "id: plain", "id: he\n    was: plane"),),
        ("questions.yaml:4:10", "H010", "no note 'plane' was ever released", "did you mean 'plain'?"),
    ),
    "an id that never was, like one that is still there": (
        (("questions.yaml", "id: plain", "id: he\n    was: picture"),),
        (
            "questions.yaml:4:10",
            "H010",
            "no note 'picture' was ever released",
            "write the id the note had, or delete 'was:'",
        ),
    ),
    "a table that never was": (
        (("drugs.yaml", "id: drugs", "id: cures\n    was: drgs"),),
        ("drugs.yaml:4:10", "H010", "no table 'drgs' was ever released", "did you mean 'drugs'?"),
    ),
    "an id that was withdrawn": (
        (("questions.yaml", "id: plain", "id: plain-again\n    was: warfarin"),),
        (
            "questions.yaml:4:10",
            "H011",
            "'warfarin' was withdrawn on 2025-10-10, and cannot come back",
            "delete 'was:'",
        ),
    ),
    "a row that was withdrawn": (
        (("drugs.yaml", "id: drugs", "id: cures\n    was: drugs"),
            ("drugs.yaml", "colchicum:\n        name: Colchicine", "colchicine:\n        name: Minocycline 100 mg"),
            ("drugs.yaml", "use: ulcers", "use: pain in joints"),),
        (
            "drugs.yaml:14:7",
            "H011",
            "the row 'drugs/colchicine' was withdrawn on 2025-10-10, and cannot come back",
            "choose a key never used before",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), FORMER.values(), ids=list(FORMER))
def test_a_former_id_that_cannot_be_is_told_where_it_stands(
    changes: Changes, said: tuple[str, str, str, str], author: Author
) -> None:
    author.replace(*WITHDRAWN)
    author.build(1, retire=True)
    author.replace(*changes)
    assert [it for it in found(author) if it[1] != "H015"] == [said]


def test_two_notes_that_were_one_are_told_at_the_second_of_them(author: Author) -> None:
    author.replace(("questions.yaml", "id: plain", "id: second\n    was: plain"))
    author.build(1)
    author.replace(("questions.yaml", "id: second\n    was: plain", "id: third\n    was: second"))
    author.write({"wrong.yaml": "notes:\n  - id: fourth\n    was: plain\n    question: Which?\n    answer: That\n"})
    message, help = "'fourth' and 'third' both say that they were 'second'", "only one note can keep its history"
    assert ("wrong.yaml:3:10", "H010", message, f"{help}: delete one 'was:'") in found(author)


def test_a_note_that_became_another_is_told_at_was(author: Author) -> None:
    author.replace(("questions.yaml", "id: plain", "id: second\n    was: plain"))
    author.build(1)
    author.write({"wrong.yaml": "notes:\n  - id: third\n    was: plain\n    question: Which?\n    answer: That\n"})
    author.replace(("questions.yaml", "    was: plain\n", ""))
    message, help = "'plain' became 'second', which is still there", "only one note can keep its history: delete 'was:'"
    assert found(author) == [("wrong.yaml:3:10", "H010", message, help)]


def test_no_more_than_a_hundred_ids_are_offered(author: Author) -> None:
    before = "".join(f"  - {{id: n{at}, question: Which {at}?, answer: This}}\n" for at in range(200))
    author.write({"many.yaml": f"notes:\n{before}"})
    author.build(1)
    after = "".join(f"  - {{id: m{at}, question: Which {at}?, answer: This, was: nn{at}}}\n" for at in range(200))
    author.write({"many.yaml": f"notes:\n{after}"})
    assert 0 < sum(it[3].startswith("did you mean") for it in found(author)) <= 100
