"""What an author may do to the deck of every kind between two releases, and what must come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.author import CLOZES, DRUGS, LAYERS, QUESTIONS, SUBTYPES, Files
from tests.student import CardKey, Fact
from tests.support import DECK, DISPUTES, SOURCES, SVG


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that can be released. What is not named here must stay exactly as it was."""

    replace: tuple[tuple[str, str, str], ...] = ()  # file, what stands there once, what stands there then
    files: Files = field(default_factory=dict)
    look: Mapping[str, str] = field(default_factory=dict)  # template or style sheet -> text at its end
    retire: bool = False
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)  # id -> id
    facts: Mapping[CardKey, Fact] = field(default_factory=dict)  # reworded, by the id it now has
    gained: Mapping[CardKey, Fact] = field(default_factory=dict)
    blank: tuple[CardKey, ...] = ()
    warned: tuple[str, ...] = ()


ALL = ("plain", "both-ways", "pictured", "phosphate", "warfarin", "subtypes", "layers")
ROWS = ("drugs/diltiazem", "drugs/colchicine")
LOOKS = ("Deckwright Basic", "Deckwright Cloze", "Deckwright Image Occlusion")
BLANK = Fact("", "")
COLOUR = "What colour are deposits on H&amp;E?"
NEW_NOTE = "notes:\n  - {id: a-new, question: Which stain is black?, answer: von Kossa}\n"
FIRST_NOTE = "  - {id: a-new, question: Which stain is black?, answer: von Kossa}\n"
NEW_FACT = {("a-new", 1): Fact("Which stain is black?", "von Kossa")}

TEXTS = {
    "the answer is corrected": Edit(
        (("questions.yaml", "Deep purple", "Deep blue"),),
        changed=("plain",),
        facts={("plain", 1): Fact(COLOUR, "Deep blue")},
    ),
    "the question is corrected": Edit(
        (("questions.yaml", "What colour are deposits on H&E?", "What colour do deposits have on H&E?"),),
        changed=("plain",),
        facts={("plain", 1): Fact("What colour do deposits have on H&amp;E?", "Deep purple")},
    ),
    "a question of two cards is corrected": Edit(
        (("questions.yaml", "question: Dystrophic calcinosis", "question: Dystrophic calcinosis cutis"),),
        changed=("both-ways",),
        facts={
            ("both-ways", 1): Fact("Dystrophic calcinosis cutis", "Calcium in damaged tissue"),
            ("both-ways", 2): Fact("Calcium in damaged tissue", "Dystrophic calcinosis cutis"),
        },
    ),
    "question and answer become another fact": Edit(
        (
            ("questions.yaml", "What colour are deposits on H&E?", "Who drew this first?"),
            ("questions.yaml", "Deep purple", "Rudolf Virchow, in 1855"),
        ),
        changed=("plain",),
        facts={("plain", 1): Fact("Who drew this first?", "Rudolf Virchow, in 1855")},
        warned=("H014",),
    ),
    "the extra is rewritten": Edit((("questions.yaml", "knife-shatter lines", "shatter lines"),), changed=("plain",)),
    "an extra is added": Edit(
        (("clozes.yaml", "{{c1::warfarin}}.\n", "{{c1::warfarin}}.\n    extra: Also other drugs.\n"),),
        changed=("warfarin",),
    ),
    "the words of a cloze are corrected": Edit(
        (
            ("clozes.yaml", "c3::normal", "c3::quite normal"),
            ("clozes.yaml", "Calciphylaxis follows", "Uraemia follows"),
        ),
        changed=("phosphate", "warfarin"),
        facts={("phosphate", 3): Fact("", "quite normal")},
    ),
    "a hint is corrected": Edit((("clozes.yaml", "::anion}}", "::an anion}}"),), changed=("phosphate",)),
    "an item is corrected": Edit(
        (("subtypes.yaml", "met: Metastatic", "met: Metastatic (high phosphate)"),),
        changed=("subtypes",),
        facts={("subtypes", 2): Fact("", "Metastatic (high phosphate)")},
    ),
    "the heading of a list is corrected": Edit(
        (("subtypes.yaml", "list: Subtypes", "list: The subtypes"),), changed=("subtypes",)
    ),
    "a list shows less": Edit(
        (("subtypes.yaml", "    items:", "    show: before\n    items:"),), changed=("subtypes",)
    ),
    "a cell is corrected": Edit(
        (("drugs.yaml", "use: ulcers", "use: sterile ulcers"),),
        changed=ROWS,  # every row shows the whole table on its back
        facts={("drugs/colchicine", 2): Fact("Colchicine | Use", "sterile ulcers")},
    ),
    "a column's heading is corrected": Edit(
        (("drugs.yaml", "use: Use", "use: Used for"),),
        changed=ROWS,
        facts={
            ("drugs/diltiazem", 2): Fact("Diltiazem | Used for", "most used"),
            ("drugs/colchicine", 2): Fact("Colchicine | Used for", "ulcers"),
        },
    ),
    "a mask is moved": Edit(
        (("layers.yaml", "rect: [60, 40, 120, 40]", "rect: [120, 40, 120, 40]"),),
        changed=("layers",),
        facts={
            ("layers", 1): Fact("", 'data-shape="rect" data-left=".2" data-top=".1" data-width=".2" data-height=".1"')
        },
    ),
    "a tag is added to a note": Edit((("questions.yaml", "tags: [core]", "tags: [core, hard]"),), changed=("plain",)),
    "a tag is added to a file": Edit(
        (("questions.yaml", "[kind::question]", "[kind::question, exam]"),),
        changed=("plain", "both-ways", "pictured"),
    ),
    "the source of a note is another": Edit(
        (("questions.yaml", "[reiter-2011]", "[reiter-2011, dermnet]"),), changed=("both-ways",)
    ),
    "the text of a source is corrected": Edit(
        files={"sources.yaml": SOURCES.replace("2011\n", "2012\n").replace("reiter-2012", "reiter-2011")},
        changed=("both-ways",),
    ),
    "the wording of a dispute is corrected": Edit(
        files={"disputes.yaml": DISPUTES.replace("one page says", "a page says")}, changed=("both-ways",)
    ),
    "the picture of a note is drawn anew": Edit(
        files={"media/scan.svg": SVG.replace(b"#eeeeee", b"#dddddd")}, changed=("pictured",)
    ),
    "the picture below masks is drawn anew": Edit(
        files={"media/skin.svg": SVG.replace(b"#eeeeee", b"#dddddd")}, changed=("layers",)
    ),
    "a picture has another name": Edit(
        (("questions.yaml", "(scan.svg)", "(arm.svg)"),),
        {"media/scan.svg": None, "media/arm.svg": SVG.replace(b"Skin", b"Scan")},
        changed=("pictured",),
        facts={("pictured", 1): Fact('What is this? <img src="arm.svg" alt="scan">', "A forearm")},
    ),
}
NOTHING_A_STUDENT_SEES = {
    "nothing is changed": Edit(),
    "the description is rewritten": Edit(files={"deck.yaml": DECK.replace("for tests", "for all tests")}),
    "a source that no note uses is added": Edit(
        files={"sources.yaml": SOURCES + "new-2020:\n  title: New\n"}, warned=("L60",)
    ),
    "a comment is added": Edit((("clozes.yaml", "notes:\n", "notes:  # by number\n"),)),
    "the YAML is written in another way": Edit(
        (("questions.yaml", "answer: Deep purple", 'answer: "Deep purple"'),), {"warfarin.yaml": None}
    ),
    "two notes change places": Edit(
        files={
            "clozes.yaml": "notes:\n  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n"
            + CLOZES.split("  - id: warfarin")[0].removeprefix("notes:\n")
        }
    ),
    "a file has another name": Edit(files={"questions.yaml": None, "z-last.yaml": QUESTIONS}),
    "a note moves to another file of the same subdeck": Edit(
        (("clozes.yaml", "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n", ""),),
        {"a-first.yaml": "notes:\n  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n"},
    ),
    "the style sheet is another": Edit(look={"style.css": "\n.card { color: red }\n"}),
    "a template is another": Edit(look={"cloze.back.html": "<p>Well done</p>\n"}),
    "the foot of every card is another": Edit(look={"foot.html": "<p>Well done</p>\n"}),
}
SHAPES = {
    "a note is inserted before all others": Edit(files={"a.yaml": NEW_NOTE}, new=("a-new",), gained=NEW_FACT),
    "a note is inserted between others": Edit(
        (("questions.yaml", "  - id: both-ways\n", FIRST_NOTE + "  - id: both-ways\n"),),
        new=("a-new",),
        gained=NEW_FACT,
    ),
    "a note is added and another one corrected": Edit(
        (("questions.yaml", "Deep purple", "Deep blue"),),
        {"z.yaml": NEW_NOTE},
        new=("a-new",),
        changed=("plain",),
        facts={("plain", 1): Fact(COLOUR, "Deep blue")},
        gained=NEW_FACT,
    ),
    "an item is inserted before the others": Edit(
        (("subtypes.yaml", "      dys:", "      iat: Iatrogenic\n      dys:"),),
        changed=("subtypes",),
        gained={("subtypes", 4): Fact("", "Iatrogenic")},
    ),
    "the items change places": Edit(
        (
            ("subtypes.yaml", "      dys: Dystrophic\n", ""),
            ("subtypes.yaml", "cue: no cause}\n", "cue: no cause}\n      dys: Dystrophic\n"),
        ),
        changed=("subtypes",),
    ),
    "an item is removed": Edit(
        (("subtypes.yaml", "      dys: Dystrophic\n", ""),), changed=("subtypes",), blank=(("subtypes", 1),)
    ),
    "an item is replaced by another": Edit(
        (("subtypes.yaml", "dys: Dystrophic", "iat: Iatrogenic"),),
        changed=("subtypes",),
        blank=(("subtypes", 1),),
        gained={("subtypes", 4): Fact("", "Iatrogenic")},
    ),
    "a column is inserted before the others": Edit(
        (
            ("drugs.yaml", "      how: Mechanism\n", "      level: Evidence\n      how: Mechanism\n"),
            ("drugs.yaml", "        name: Diltiazem\n", "        name: Diltiazem\n        level: IV\n"),
        ),
        changed=ROWS,
        gained={("drugs/diltiazem", 3): Fact("Diltiazem | Evidence", "IV")},
    ),
    "the columns change places": Edit(
        (("drugs.yaml", "      how: Mechanism\n      use: Use\n", "      use: Use\n      how: Mechanism\n"),),
        changed=ROWS,
    ),
    "a column is removed": Edit(
        (("drugs.yaml", "      how: Mechanism\n", ""), ("drugs.yaml", "        how: less influx\n", "")),
        changed=ROWS,
        blank=(("drugs/diltiazem", 1),),
    ),
    "a row is inserted before the others": Edit(
        (("drugs.yaml", "    rows:\n", "    rows:\n      minocycline: {name: Minocycline, use: flares}\n"),),
        new=("drugs/minocycline",),
        changed=ROWS,
        gained={("drugs/minocycline", 2): Fact("Minocycline | Use", "flares")},
    ),
    "the rows change places": Edit(
        (
            ("drugs.yaml", "      colchicine:\n        name: Colchicine\n        use: ulcers\n", ""),
            ("drugs.yaml", "    rows:\n", "    rows:\n      colchicine: {name: Colchicine, use: ulcers}\n"),
        ),
        changed=ROWS,
    ),
    "a row lacked a cell": Edit(
        (("drugs.yaml", "        use: ulcers\n", "        use: ulcers\n        how: fewer neutrophils\n"),),
        changed=ROWS,
        gained={("drugs/colchicine", 3): Fact("Colchicine | Mechanism", "fewer neutrophils")},
    ),
    "a cell is removed": Edit(
        (("drugs.yaml", "        how: less influx\n", ""),), changed=ROWS, blank=(("drugs/diltiazem", 1),)
    ),
    "a mask is inserted before the others": Edit(
        (("layers.yaml", "      corneum:", "      fat: {rect: [0, 0, 60, 40]}\n      corneum:"),),
        changed=("layers",),
        gained={
            ("layers", 4): Fact("", 'data-shape="rect" data-left="0" data-top="0" data-width=".1" data-height=".1"')
        },
    ),
    "the masks change places": Edit(
        (
            ("layers.yaml", "      corneum: {rect: [60, 40, 120, 40]}\n", ""),
            ("layers.yaml", "[60, 360]]}\n", "[60, 360]]}\n      corneum: {rect: [60, 40, 120, 40]}\n"),
        ),
        changed=("layers",),
    ),
    "a mask is removed": Edit(
        (("layers.yaml", "      corneum: {rect: [60, 40, 120, 40]}\n", ""),),
        changed=("layers",),
        blank=(("layers", 1),),
    ),
    "a question is asked in reverse, too": Edit(
        (("questions.yaml", "    answer: Deep purple\n", "    answer: Deep purple\n    reverse: true\n"),),
        changed=("plain",),
        gained={("plain", 2): Fact("Deep purple", COLOUR)},
    ),
    "a question is no longer asked in reverse": Edit(
        (("questions.yaml", "    reverse: true\n", ""),),
        changed=("both-ways",),
        blank=(("both-ways", 2),),
    ),
    "a cloze is added": Edit(
        (("clozes.yaml", "in the others", "in the {{c4::others}}"),),
        changed=("phosphate",),
        gained={("phosphate", 4): Fact("", "others")},
    ),
    "a cloze is removed": Edit(
        (("clozes.yaml", "{{c2::metastatic}}", "metastatic"),), changed=("phosphate",), blank=(("phosphate", 2),)
    ),
    "the clozes change places": Edit(
        (
            (
                "clozes.yaml",
                "{{c1::Phosphate::anion}} is high in {{c2::metastatic}} disease",
                "In {{c2::metastatic}} one",
            ),
            ("clozes.yaml", "in the others", "elsewhere: {{c1::Phosphate::anion}}"),
        ),
        changed=("phosphate",),
    ),
}
NAMES = {
    "a note has another id": Edit(
        (("questions.yaml", "  - id: plain\n", "  - id: he-colour\n    was: plain\n"),),
        changed=("he-colour",),
        renamed={"plain": "he-colour"},
    ),
    "a note has another id and another answer": Edit(
        (
            ("questions.yaml", "  - id: plain\n", "  - id: he-colour\n    was: plain\n"),
            ("questions.yaml", "Deep purple", "Deep blue"),
        ),
        changed=("he-colour",),
        renamed={"plain": "he-colour"},
        facts={("he-colour", 1): Fact(COLOUR, "Deep blue")},
    ),
    "a list has another id": Edit(
        (("subtypes.yaml", "  - id: subtypes\n", "  - id: kinds\n    was: subtypes\n"),),
        changed=("kinds",),
        renamed={"subtypes": "kinds"},
    ),
    "an image has another id, and its masks other places": Edit(
        files={
            "layers.yaml": LAYERS.replace("id: layers", "id: skin\n    was: layers").replace(
                "    masks:\n", "    masks:\n      fat: {rect: [0, 0, 60, 40]}\n"
            )
        },
        changed=("skin",),
        renamed={"layers": "skin"},
        gained={("skin", 4): Fact("", 'data-shape="rect" data-left="0" data-top="0" data-width=".1" data-height=".1"')},
    ),
    "a table has another id": Edit(
        (("drugs.yaml", "  - id: drugs\n", "  - id: therapies\n    was: drugs\n"),),
        changed=("therapies/diltiazem", "therapies/colchicine"),
        renamed={"drugs/diltiazem": "therapies/diltiazem", "drugs/colchicine": "therapies/colchicine"},
    ),
    "a file has another subdeck": Edit(
        files={"subtypes.yaml": SUBTYPES.replace("Lists", "Subtypes")}, moved=("subtypes",)
    ),
    "a file has another subdeck and a note another text": Edit(
        files={"drugs.yaml": DRUGS.replace("subdeck: Drugs", "subdeck: Therapy").replace("ulcers", "sterile ulcers")},
        moved=ROWS,
        changed=ROWS,
        facts={("drugs/colchicine", 2): Fact("Colchicine | Use", "sterile ulcers")},
        warned=("L64",),
    ),
    "the deck has another name": Edit(files={"deck.yaml": DECK.replace("Test Deck", "Best Deck")}, moved=(*ALL, *ROWS)),
    "the tags have another root": Edit(
        files={"deck.yaml": DECK.replace("#Test", "#Best")}, changed=("plain", "both-ways", "pictured")
    ),
    "a note is withdrawn": Edit(
        (("clozes.yaml", "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n", ""),),
        retire=True,
        withdrawn=("warfarin",),
    ),
    "a row is withdrawn": Edit(
        (("drugs.yaml", "      colchicine:\n        name: Colchicine\n        use: ulcers\n", ""),),
        retire=True,
        changed=("drugs/diltiazem",),
        withdrawn=("drugs/colchicine",),
    ),
    "a note becomes another kind under a new id": Edit(
        (
            (
                "clozes.yaml",
                "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n",
                "  - {id: a-new, question: Which stain is black?, answer: von Kossa}\n",
            ),
        ),
        retire=True,
        new=("a-new",),
        withdrawn=("warfarin",),
        gained=NEW_FACT,
    ),
}
EDITS = TEXTS | NOTHING_A_STUDENT_SEES | SHAPES | NAMES
