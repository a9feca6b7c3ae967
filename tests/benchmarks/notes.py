"""A number -> a deck folder of so many notes as an author would write them: half questions with tags, half clozes.

A note takes about 300 bytes; a quarter hold Markdown, a tenth a formula; 200 notes a file. The same number gives the
same notes on every machine.
"""

import random
from pathlib import Path

NOTES_A_FILE = 200
_WORDS = """
calcium phosphate deposit dermis papule nodule biopsy lesion child hand wrist elbow finger histology
serum level normal kidney tissue collagen elastin necrosis trauma scar injection infusion neonate
adult sclerosis lupus dermatomyositis tumour parathyroid vitamin dialysis vessel artery subcutis
epidermis ulcer crust channel granuloma giant cell rim wall cyst keratin milium wart syringoma
osteoma tophus urate crystal stain purple black red contrast radiograph ultrasound surgery laser
diltiazem bisphosphonate thiosulfate evidence review series case report recurrence prognosis usually
rarely often mostly typically around between without because although where which shows forms clears
returns hardens softens drains hurts
""".split()


# What clozes hide stands nowhere else on their cards: a deck to be learnt has no warnings.
_HIDDEN = """
amorphous basophilic lamellated eosinophilic eccrine apocrine collagenous idiopathic dystrophic metastatic iatrogenic
tumoral scrotal familial recessive dominant fibrous myxoid acral periarticular subcorneal dermoscopic radiolucent
""".split()


def write_deck(folder: Path, count: int) -> None:
    """Write `deck.yaml` and the note files of a deck into a new folder."""
    folder.mkdir(parents=True)
    (folder / "deck.yaml").write_text('id: benchmark\nname: Benchmark\ntag_root: "#Benchmark"\n', encoding="utf-8")
    (folder / "sources.yaml").write_text("review: {title: A review, year: 2020}\n", encoding="utf-8")
    chance = random.Random(count)
    for first in range(0, count, NOTES_A_FILE):
        numbers = range(first, min(first + NOTES_A_FILE, count))
        notes = "".join(_question(at, chance) if at % 2 else _cloze(at, chance) for at in numbers)
        text = f"subdeck: Part {first // 5_000 + 1}\ntags: [topic::part-{first // 5_000 + 1}]\nnotes:\n{notes}"
        (folder / f"notes_{first:07}.yaml").write_text(text, encoding="utf-8")


def edit_one(folder: Path) -> None:
    """Change one word of a note in the middle of the deck, there and back."""
    files = sorted(folder.glob("notes_*.yaml"))
    path = files[len(files) // 2]
    text = path.read_text(encoding="utf-8")
    was, now = ("extra: Edited ", "extra: ") if "extra: Edited " in text else ("extra: ", "extra: Edited ")
    path.write_text(text.replace(was, now, 1), encoding="utf-8")


def _question(number: int, chance: random.Random) -> str:
    return (
        f"  - id: question-{number}\n"
        f"    question: {_words(chance, 11).capitalize()} {number}?\n"
        f"    answer: {_words(chance, 6).capitalize()} {_dressed(number, chance)}\n"
        f"    extra: {_words(chance, 9).capitalize()}\n"
        f"    tags: [entity::part-{number % 40}, level::{number % 3}]\n"
        f"    sources: [review]\n"
    )


def _cloze(number: int, chance: random.Random) -> str:
    first, second, third = chance.sample(_HIDDEN, 3)
    return (
        f"  - id: cloze-{number}\n"
        f"    cloze: '{_words(chance, 7).capitalize()} {{{{c1::{first} {second}::what}}}} {_words(chance, 5)}"
        f" {{{{c2::{third} {number}}}}} {_dressed(number, chance)}.'\n"
        f"    extra: {_words(chance, 9).capitalize()}\n"
        f"    sources: [review]\n"
    )


def _dressed(number: int, chance: random.Random) -> str:
    """Return some words; a quarter of them with Markdown, a tenth with a formula."""
    words = f"**{_words(chance, 2)}**, {_words(chance, 2)}" if number % 8 in (0, 1) else _words(chance, 4)
    return rf"{words} \(\frac{{{number}}}{{x^2}}\)" if number % 20 in (2, 3) else words


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS, k=count))
