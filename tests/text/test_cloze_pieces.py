"""Are the pieces of a plain cloze, which are found the short way, those of the whole scanner?"""

from random import Random

from generator.text import cloze

PARTS = (
    "{{c1:: {{c2:: }} :: a hint x { } : \\( \\) \\ ` [a](b) <b:x> "
    "{{c1::a}} {{c2::b::h}} {{c0::x}} {{c600::x}} {{c3::a::}}"
).split()


def test_the_pieces_of_a_plain_cloze_are_those_of_the_scanner() -> None:
    chance = Random(3)
    texts = ["".join(chance.choices([*PARTS, " "], k=chance.randint(1, 7))) for _ in range(20_000)]
    assert sum(bool(cloze.pieces(text)) for text in texts) > 1_000
    assert [text for text in texts if cloze.pieces(text) != cloze._scanned(text)] == []
