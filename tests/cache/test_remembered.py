"""Is a command that finds nothing changed answered with the same words, and is anything else a run of its own?"""

import os
import shutil
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from generator.cache import store
from tests.author import EVERY_KIND, Author, Ran
from tests.command import NOTES, environment, run
from tests.support import write_deck

WARNED = NOTES.replace("Deep purple (basophilic)", "Yes")


@pytest.fixture
def other(tmp_path: Path) -> Author:
    """An author whose deck of every kind was built, but not released; the cache holds that the build is done."""
    author = Author(tmp_path / "other")
    for _ in range(2):
        author.run("build")
    return author


def kept(cache: Path) -> list[Path]:
    """Return the files of a cache."""
    return sorted(path for path in cache.rglob("*") if path.is_file())


def fresh(author: Author, *arguments: str) -> Ran:
    """Run a command that uses nothing kept."""
    return author.run(*arguments, "--no-cache")


def shared(folder: Path) -> None:
    """Make a folder into which anybody may write."""
    folder.mkdir()
    folder.chmod(0o777)


def damage(cache: Path, change: Callable[[bytes], bytes]) -> None:
    """Change every file of a cache."""
    assert kept(cache)
    for path in kept(cache):
        path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize("command", [["check"], ["check", "--format", "json"], ["check", "--strict", "-v"], ["build"]])
def test_a_second_run_prints_what_the_first_did(other: Author, command: list[str], own_cache: Path) -> None:
    cold = fresh(other, *command)
    assert other.run(*command) == cold
    held = kept(own_cache)
    assert other.run(*command) == cold
    assert kept(own_cache) == held


def test_a_second_run_reads_no_note(other: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.pipeline import check

    told = other.run("check")
    monkeypatch.delattr(check, "check")
    assert other.run("check") == told


@pytest.mark.parametrize("command", [["check", "--no-cache"], ["build", "--no-cache"], ["build", "--check"]])
def test_a_run_that_is_to_be_cold_keeps_nothing(author: Author, command: list[str], own_cache: Path) -> None:
    assert author.run(*command).status == 0
    assert kept(own_cache) == []


def test_in_ci_nothing_is_kept(author: Author, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    author.run("check")
    assert kept(own_cache) == []


CHANGES: dict[str, Callable[[Author], object]] = {
    "a note": lambda it: it.replace(("clozes.yaml", "warfarin}}", "warfarin}} often")),
    "a source": lambda it: it.replace(("sources.yaml", "Calcinosis cutis\n", "Calcinosis\n")),
    "the deck": lambda it: it.replace(("deck.yaml", "Test Deck", "Other Deck")),
    "a picture": lambda it: it.write({"media/skin.svg": EVERY_KIND["media/scan.svg"]}),
    "a picture that no note uses": lambda it: it.write({"media/new.svg": EVERY_KIND["media/scan.svg"]}),
    "a file that is gone": lambda it: (it.source / "clozes.yaml").unlink(),
    "a file of another ending": lambda it: it.write({"more.yml": NOTES}),
    "a folder with notes": lambda it: it.write({"more/notes.yaml": NOTES}),
    "a second deck": lambda it: shutil.copytree(it.source, it.source.parent / "twin"),
    "a file beside the decks": lambda it: it.write({"../notes.yaml": NOTES}),
    "the ledger": lambda it: it.ledger.write_bytes(it.ledger.read_bytes()[:-5]),
    "the package": lambda it: it.package.unlink(),
    "the release": lambda it: shutil.copy(it.ledger, it.released),
    "the baseline": lambda it: it.write({"../lint-baseline.json": '{"format": 1, "warnings": ['}),
    "a link": lambda it: (it.source / "link.yaml").symlink_to("clozes.yaml"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("command", ["check", "build"])
def test_whatever_changed_is_seen(other: Author, command: str, change: Callable[[Author], object]) -> None:
    other.run(command)
    change(other)
    twin = Author(other.root.parent / "twin", {})
    shutil.rmtree(twin.root)
    shutil.copytree(other.root, twin.root, symlinks=True)
    assert other.run(command, day=1) == twin.run(command, "--no-cache", day=1)
    assert other.files() == twin.files()


KNOWN = """\
{"format": 1, "warnings": [
    {"deck": "test-deck", "note": "he-colour", "code": "L01", "message": "this can be answered with yes or no"}
]}
"""
ASKED = NOTES.replace("On H&E, what colour are dermal calcium deposits?", "Is calcium purple?")


def test_the_folder_above_says_whose_the_baseline_is(tmp_path: Path) -> None:
    decks = [tmp_path / name / "deck" for name in ("elsewhere", "cards_src")]
    for deck in decks:
        write_deck(deck, {"lint-baseline.json": KNOWN}, ASKED)
    first, second = (run("check", ".", "--strict", folder=deck) for deck in decks)
    assert (first.returncode, second.returncode) == (0, 1)


def test_the_baseline_beside_a_link_is_seen(tmp_path: Path) -> None:
    deck = write_deck(tmp_path / "elsewhere" / "deck", notes=ASKED)
    (tmp_path / "cards_src").mkdir()
    (tmp_path / "cards_src" / "deck").symlink_to(deck)
    assert run("check", "cards_src/deck", "--strict", folder=tmp_path).returncode == 1
    (tmp_path / "cards_src" / "lint-baseline.json").write_text(KNOWN, encoding="utf-8")
    assert run("check", "cards_src/deck", "--strict", folder=tmp_path).returncode == 0


def test_a_clock_that_was_set_back_is_seen(other: Author) -> None:
    assert other.run("build").status == 0
    assert other.run("build", day=-400) == fresh_on(other, -400)


def fresh_on(author: Author, day: float) -> Ran:
    """Build on a day, and use nothing kept."""
    return author.run("build", "--no-cache", day=day)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"\x00",
        lambda data: bytes([data[0] ^ 1]) + data[1:],
        lambda data: data[:-3] + b"no]",
        lambda data: b"[" * 100_000,
    ],
    ids=["empty", "cut", "longer", "another sum", "another text", "foreign"],
)
def test_a_damaged_cache_is_a_cold_run(other: Author, change: Callable[[bytes], bytes], own_cache: Path) -> None:
    cold = fresh(other, "build")
    damage(own_cache, change)
    assert other.run("build") == cold
    assert other.run("build") == cold


@pytest.mark.parametrize("value", [b"[" * 100_000, b"[1e999, 0, []]", b"[0, null, [[1, 0, 0]]]", b"[0, 1e999, []]"])
def test_what_only_looks_kept_is_a_cold_run(other: Author, value: bytes, own_cache: Path) -> None:
    """Its sum is right, as if we had written it."""
    cold = fresh(other, "build")
    for path in kept(own_cache):
        store.Store(path.parent).put(bytes.fromhex(path.name), value)
    assert other.run("build") == cold


def test_what_was_kept_for_one_key_is_not_taken_for_another(other: Author, own_cache: Path) -> None:
    cold = fresh(other, "check", "--format", "json")
    other.run("check")
    other.run("check", "--format", "json")
    damage(own_cache, lambda data: kept(own_cache)[0].read_bytes())
    assert other.run("check", "--format", "json") == cold


@pytest.mark.parametrize("place", ["a file", "a link", "no folder", "of another's writing"])
def test_a_cache_that_cannot_be_used_is_a_cold_run(
    author: Author, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    results = home / "deckwright" / "results-1"
    (home / "deckwright").mkdir(parents=True)
    made: dict[str, Callable[[], object]] = {
        "a file": lambda: results.write_bytes(b""),
        "a link": lambda: results.symlink_to(tmp_path / "elsewhere"),
        "no folder": lambda: monkeypatch.setattr(store, "_caches", lambda environment: Path("/proc/none")),
        "of another's writing": lambda: shared(results),
    }
    made[place]()
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    cold = fresh(author, "check")
    assert [author.run("check"), author.run("check")] == [cold, cold]
    assert not (tmp_path / "elsewhere").exists()
    assert kept(home) in ([], [results])


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="root may write anywhere")
def test_a_cache_that_is_read_only_is_a_cold_run(author: Author, own_cache: Path) -> None:
    own_cache.chmod(stat.S_IRUSR | stat.S_IXUSR)
    cold = fresh(author, "check")
    assert [author.run("check"), author.run("check")] == [cold, cold]


def test_runs_at_once_share_a_cache(tmp_path: Path) -> None:
    write_deck(tmp_path / "cards_src" / "deck", notes=WARNED)
    with ThreadPoolExecutor(6) as pool:
        ran = list(pool.map(lambda _: run("check", folder=tmp_path), range(12)))
    assert len({(it.returncode, it.stdout, it.stderr) for it in ran}) == 1


def test_a_cache_is_private(author: Author, own_cache: Path) -> None:
    author.run("check")
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept(own_cache)} == {0o600}
    assert stat.S_IMODE((own_cache / "deckwright" / "results-1").stat().st_mode) == 0o700


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    kept = store.Store(tmp_path / "store", most=1_000)
    keys = [store.key(str(number)) for number in range(20)]
    for number, key in enumerate(keys):
        kept.put(key, bytes(100))
        os.utime(tmp_path / "store" / key.hex(), (number, number))
    assert kept.get(keys[0]) == bytes(100)  # and so it was used just now
    kept.tidy()
    left = [key for key in keys if kept.get(key)]
    assert left == [keys[0], *keys[-5:]]


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"XDG_CACHE_HOME": "/x", "HOME": "/home/a"}, "/x"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/a"}, "/home/a/.cache"),
        ({"HOME": "/home/a"}, "/home/a/.cache"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="elsewhere there")
def test_the_cache_is_where_the_system_keeps_them(variables: dict[str, str], folder: str) -> None:
    opened = store.opened(variables)
    assert opened is not None
    assert opened.folder == Path(folder) / "deckwright" / "results-1"


def test_without_a_home_there_is_no_cache(tmp_path: Path) -> None:
    assert store.opened({}) is None
    write_deck(tmp_path / "cards_src" / "deck", notes=NOTES)
    bare = {key: "" for key in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA") if key in environment()}
    assert run("check", folder=tmp_path, **bare).returncode == 0
