"""`python -m tests.benchmarks.backs [SOURCE]` prints how high a deck's backs are on a phone, in px of a real Chromium.

A back that is higher than the screen is scrolled at every single review, so the middle and the long end matter.
"""

import argparse
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from generator.base.files import read_plain
from generator.compiled.notes import CompiledDeck
from generator.pipeline import check
from tests.browser import Shown, launched, measured
from tests.browser.test_look import as_page
from tests.support import NOW, cards_of

ROOT = Path(__file__).parent.parent.parent
WIDTH = 390  # px
HIGH = 560  # px, what a phone shows of a card between its bars; heights in vh are parts of it
MOST_BYTES = 100_000_000
# A picture under masks has the proportions that Anki's script gives it; without that script the card shows an error.
MEASURE = """window => {
    const page = window.document, picture = page.querySelector("#image-occlusion-container img");
    if (picture) {
        picture.parentElement.style.aspectRatio = `${picture.naturalWidth / picture.naturalHeight}`;
        page.getElementById("err").textContent = "";
    }
    return page.querySelector(".face").getBoundingClientRect().height;
}"""


@dataclass(frozen=True, slots=True)
class Back:
    """A card's back, and its height in px."""

    card: str
    height: float


def backs(deck: CompiledDeck) -> list[Back]:
    """Measure every back of a deck, folded parts closed, as a phone shows it."""
    cards = [
        (f"{note.id} {card.number + 1}", as_page(back, card.number, dark=False, phone=True, opened=False))
        for note in deck.notes
        for card, (_, back) in zip(note.cards, cards_of(note, NOW), strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        for file in deck.media:
            (Path(folder) / file.name).write_bytes(file.cleaned or read_plain(file.path, MOST_BYTES))
        pages = [Shown(html, WIDTH, HIGH) for _, html in cards]
        heights = measured(browser, Path(folder), pages, MEASURE)
    return [Back(card, height) for (card, _), height in zip(cards, heights, strict=True)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?", type=Path, default=ROOT / "cards_src")
    parser.add_argument("--longest", type=int, default=15, help="how many of the longest are named")
    asked = parser.parse_args()
    for deck in check.check(asked.source).decks:
        found = sorted(backs(deck), key=lambda it: -it.height)
        high = sum(it.height > HIGH for it in found)
        print(f"{deck.name}: {len(found)} backs at {WIDTH} px")
        print(f"  median {statistics.median(it.height for it in found):.0f} px, over {HIGH} px: {high}")
        for it in found[: asked.longest]:
            print(f"  {it.height:5.0f}  {it.card}")


if __name__ == "__main__":
    main()
