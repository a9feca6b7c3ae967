"""Whatever was edited, does a build by the cache print and write what a build without it does?"""

import textwrap
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from generator.cache import store
from generator.deck.schema import Files
from generator.kinds.registry import KINDS
from tests.author import Author
from tests.cached import Twins, compared
from tests.command import run
from tests.support import DECK, SVG, write_deck

STEPS = 40


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_are_built_the_same_with_the_cache_and_without(
    tmp_path: Path, seed: int, in_parts: list[bool]
) -> None:
    statuses = Counter(line[-1] for line in compared(tmp_path, STEPS, seed))
    assert min(statuses["0"] // 5, statuses["1"]) > 0  # of both there were some
    assert sum(in_parts) > (10 if seed % 2 else 0)


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    """Two projects that were built, one of them by the cache."""
    twins = Twins(tmp_path)
    twins.write(EVERY)
    for command in (["build"], ["release"], ["check"]):
        twins.run(command)
    return twins


EVERY: dict[str, str | bytes | None] = {
    "lists.yaml": """\
subdeck: Lists
tags: [core]
notes:
  - id: parts
    list: Parts of the skin
    items: {a: Epidermis, b: Dermis, c: Fat below the dermis}
    sources: [dermnet]
  - id: whole
    question: What is all of it called?
    answer: The integument
    dispute: most-common-type
""",
    "pictures.yaml": """\
notes:
  - id: layers
    image: skin.svg
    header: Layers
    masks: {top: {rect: [60, 40, 120, 40]}, low: {rect: [60, 140, 120, 40]}}
  - id: shown
    question: What is this? ![scan](scan.svg)
    answer: A forearm, seen in a scan
""",
    "media/skin.svg": SVG,
    "media/scan.svg": SVG.replace(b"Skin", b"Scan"),
}
FOLLOWS: dict[str, tuple[str, str, str]] = {
    "the deck's name": ("deck.yaml", "Test Deck", "Another Deck"),
    "the root of the tags": ("deck.yaml", "#Test", "#Another"),
    "the language": ("deck.yaml", "tag_root", "language: de\ntag_root"),
    "a source": ("sources.yaml", "title: Calcinosis cutis\n", "title: Another\n"),
    "a dispute": ("disputes.yaml", "one page", "no page"),
    "a key's number": ("lists.yaml", "a: Epidermis, ", ""),
    "a picture": ("media/skin.svg", "Skin", "Other"),
}


@pytest.mark.parametrize("change", FOLLOWS.values(), ids=FOLLOWS)
def test_what_a_note_rests_on_reaches_it(twins: Twins, change: tuple[str, str, str]) -> None:
    before = twins.cold.package.read_bytes()
    for author in (twins.warm, twins.cold):
        author.replace(change)
    for command in (["check"], ["build", "--retire"], ["build"], ["check"]):
        warm, cold = twins.run(command)
        assert warm == cold
    assert twins.warm.files() == twins.cold.files()
    assert twins.cold.package.read_bytes() != before


def test_of_no_kind_is_a_file_read_or_compiled_again(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    (author.root / "cards_src" / "examples").mkdir()
    examples = "".join(textwrap.indent(kind.example, "  ") for kind in KINDS if kind.word != "image")
    deck = DECK.replace("test-deck", "examples").replace("Test Deck", "Examples")
    write_deck(author.root / "cards_src" / "examples", {"deck.yaml": deck}, f"notes:\n{examples}")
    cold = author.run("check", "--no-cache")
    author.run("check")
    monkeypatch.delattr(Files, "written")
    monkeypatch.delattr(Files, "compiled")
    author.write({"media/unused.svg": SVG})  # so that the run as a whole is not remembered
    assert author.run("check").out.count("\n") > cold.out.count("\n")


def test_a_number_that_the_ledger_gave_is_kept_by_what_was_kept(twins: Twins) -> None:
    for change in (("a: Epidermis, ", ""), ("{b: Dermis", "{d: Nail, b: Dermis"), ("Nail", "Hair")):
        for author in (twins.warm, twins.cold):
            author.replace(("lists.yaml", *change))
        twins.run(["check"])  # which numbers them in turn
        assert twins.run(["build"])[1].status == 0
        assert twins.warm.files() == twins.cold.files()


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_file_that_was_damaged_is_made_anew(
    twins: Twins, own_cache: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sum is right, as if we had written it."""
    changes: list[Callable[[bytes], bytes]] = [
        lambda data: b"null",
        lambda data: data[:1] + b"[]," + data[1:],
        lambda data: data.replace(b'"', b"", 2),
    ]
    for path in own_cache.rglob("*"):
        if path.is_file():
            key, value = bytes.fromhex(path.name), path.read_bytes()[16:]
            store.Store(path.parent).put(key, changes[at](value))
    for author in (twins.warm, twins.cold):
        author.replace(("pictures.yaml", "A forearm", "An arm"))
    for command in (["check"], ["build"]):
        warm, cold = twins.run(command)
        assert warm == cold
        assert warm.status == 0
    assert twins.warm.files() == twins.cold.files()


def test_builds_at_once_share_a_cache(tmp_path: Path) -> None:
    authors = [Author(tmp_path / str(number), {"a.yaml": str(EVERY["lists.yaml"])}) for number in range(4)]
    with ThreadPoolExecutor(len(authors)) as pool:
        ran = list(pool.map(lambda it: run("build", folder=it.root), [*authors, *authors]))
    assert {it.returncode for it in ran} == {0}
    assert len({tuple(author.files().items()) for author in authors}) == 1
