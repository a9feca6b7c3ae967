"""Has a package of which some notes are patched the bytes of one that is written from all of them?"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from generator.compiled.notes import CompiledDeck, CompiledNote, joined
from generator.package import _pieces, apkg
from generator.package.inspection import BadPackage
from generator.package.patched import Patch, patched
from generator.package.reading import Unreadable
from tests.support import NOW, SVG, Stamped, compiled, stamped, write_deck

NOTES = "notes:\n" + "".join(
    f"  - {{id: n{at}, question: 'Which {at}? ![a](a.svg)', answer: '{at % 120 * 'long ' * 5}x', reverse: true}}\n"
    f"  - {{id: c{at}, cloze: 'The {{{{c2::first {at}}}}} and {{{{c1::second {at}}}}}'}}\n"
    for at in range(800)
)


@pytest.fixture
def deck(tmp_path: Path) -> CompiledDeck:
    return compiled(write_deck(tmp_path / "deck", {"media/a.svg": SVG}, NOTES))


def reworded(note: CompiledNote) -> CompiledNote:
    """Return a note with one of its cards, and other words."""
    text = "{{c1::anew}} " * 30 if note.kind == "cloze" else "anew " * 30
    return replace(note, texts=joined([text, *note.fields[1:]]), cards=note.cards[:1])


def memory(notes: dict[str, object]) -> bytes:
    """Return what a package remembers."""
    head = {"format": 1, "deck": "test-deck", "root": "#Test", "roots": [], "release": None}
    return json.dumps({**head, "notes": notes, "withdrawn": {}}, separators=(",", ":")).encode()


def written(patches: list[Patch], deck: CompiledDeck, path: Path, notes: dict[str, object]) -> bytes:
    """Write a whole package, and return its bytes."""
    new, stamps = {it.note.id: it for it in patches}, stamped(deck, NOW)
    whole = deck._replace(notes=tuple(new[it.id].note if it.id in new else it for it in deck.notes))
    mods = {**stamps.notes, **{id: it.stamp for id, it in new.items()}}
    apkg.write(apkg.contents(whole, stamps._replace(notes=mods), memory(notes)), path, path.with_suffix(".anki2"))
    return path.read_bytes()


def patches_of(deck: CompiledDeck, ids: tuple[str, ...]) -> list[Patch]:
    rows = stamped(deck, NOW).notes
    both = enumerate(deck.notes)
    return [Patch(reworded(it), Stamped(rows[it.id].row, NOW + 60), at) for at, it in both if it.id in ids]


@pytest.mark.parametrize("ids", [("n7",), ("n0", "n499", "c60"), ("c3",)])
def test_the_bytes_are_those_of_the_whole(deck: CompiledDeck, tmp_path: Path, ids: tuple[str, ...]) -> None:
    package, other = tmp_path / "deck.apkg", deck.notes[100].guid
    old = written([], deck, package, {other: {"was": ["x"]}})
    patches = patches_of(deck, ids)
    its = {patches[0].note.guid: {"past": {"Question": ["00000000"]}}, other: {}}
    made = patched(package, old, patches, its)
    told: dict[str, object] = {guid: it for guid, it in its.items() if it}
    assert made.read_bytes() == written(patches, deck, tmp_path / "whole.apkg", told)


def test_a_piece_in_which_nothing_changed_is_not_deflated_again(
    deck: CompiledDeck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, made = written([], deck, tmp_path / "deck.apkg", {}), []

    def counted(raw: bytes, is_last: bool) -> bytes:
        made.append(len(raw))
        return deflated(raw, is_last)

    deflated = _pieces._deflated
    monkeypatch.setattr(_pieces, "_deflated", counted)
    patches = patches_of(deck, ("n7",))
    patched(tmp_path / "deck.apkg", old, patches, {})
    few = len(made)
    written(patches, deck, tmp_path / "whole.apkg", {})
    assert 0 < few < len(made) - few


def test_pieces_that_another_zlib_deflated_are_not_taken_over(
    deck: CompiledDeck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(_pieces, "LEVEL", 9)
        old = written([], deck, tmp_path / "deck.apkg", {})
    patches = patches_of(deck, ("n7",))
    made = patched(tmp_path / "deck.apkg", old, patches, {})
    assert made.read_bytes() == written(patches, deck, tmp_path / "whole.apkg", {})


def test_a_note_that_is_live_or_lacks_its_card_is_found(deck: CompiledDeck, tmp_path: Path) -> None:
    old = written([], deck, tmp_path / "deck.apkg", {})
    (patch,) = patches_of(deck, ("n7",))
    live = patch._replace(note=replace(patch.note, texts=joined(["<script>", *patch.note.fields[1:]])))
    for wrong in (live, patch._replace(note=replace(patch.note, cards=()))):
        with pytest.raises(BadPackage):
            patched(tmp_path / "deck.apkg", old, [wrong], {})


def test_a_damaged_package_is_not_patched(deck: CompiledDeck, tmp_path: Path) -> None:
    old = bytearray(written([], deck, tmp_path / "deck.apkg", {}))
    old[5_000] ^= 1
    with pytest.raises(Unreadable):
        patched(tmp_path / "deck.apkg", bytes(old), patches_of(deck, ("n7",)), {})
    assert {it.name for it in tmp_path.iterdir()} == {"deck", "deck.apkg", "deck.anki2"}
