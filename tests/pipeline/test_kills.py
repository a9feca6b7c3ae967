"""A build that is killed, or whose disk fails, at any step leaves old or new, whole; the next mends it.

A step is a call that touches a file or folder, and the middle of every write. The test process forks, so that all is
loaded once; the child does the step's bidding and runs the command. It runs cold: what is killed in the cache is for
tests/cache, which damages every file of it. `pytest --long` disturbs every step in every way; otherwise each way has
every third, and the ways begin at different ones, so that each step is still disturbed in one way or two.
"""

import builtins
import errno
import io
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from generator.cli import main
from generator.pipeline import build
from tests.author import Author, Files
from tests.support import DECK, NOW

Held = dict[str, bytes]
NOTES = (
    "notes:\n  - {id: one, question: What colour?, answer: %s}\n  - {id: two, question: Which layer?, answer: Dermis}\n"
)
OTHER = {"deck.yaml": DECK.replace("test-deck", "other-deck").replace("Test Deck", "Other Deck")}
LATER = NOW + 86_400
RELEASED = "test-deck.released.jsonl"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A build that is disturbed: what the folder of packages holds before it, and after one that is not."""

    root: Path
    before: Held
    after: Held
    steps: int
    verb: str  # the command


@dataclass(frozen=True, slots=True)
class Death:
    """What a disturbed build left, and what the next one made of it."""

    step: int
    status: int  # as the shell says: -9 for a kill
    left: Held
    repaired: Held


# ---------------------------------------------------------------------------------------- steps


class _Disturbed:
    """Counts steps, and does something at one of them."""

    def __init__(self, at: int, act: Callable[[], None]) -> None:
        self.count, self._at, self._act = 0, at, act

    def step(self) -> None:
        self.count += 1
        if self.count == self._at:
            self._act()

    def before(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*arguments: Any, **options: Any) -> Any:
            self.step()
            return call(*arguments, **options)

        return stepping

    def opening(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def opening(path: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if not set(mode) & set("wxa"):  # reading harms nothing
                return call(path, mode, *arguments, **options)
            self.step()
            return _Written(call(path, mode, *arguments, **options), self)

        return opening

    def install(self) -> None:
        os.fsync = lambda fd: None  # a kill, unlike a power cut, loses nothing that was written
        for name in ("open", "replace", "fsync", "unlink", "mkdir"):
            setattr(os, name, self.before(getattr(os, name)))
        io.open = builtins.open = self.opening(builtins.open)


class _Written:
    """A file whose every write has a middle."""

    def __init__(self, file: Any, disturbed: _Disturbed) -> None:
        self._file, self._step = file, disturbed.step

    def write(self, data: bytes) -> None:
        self._file.write(data[: len(data) // 2])
        self._file.flush()
        self._step()
        self._file.write(data[len(data) // 2 :])
        self._step()

    def flush(self) -> None:
        self._file.flush()
        self._step()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Written":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, where: TracebackType | None) -> None:
        self._file.close()


# ---------------------------------------------------------------------------------------- processes


def command(
    root: Path, now: int = LATER, source: str = "cards_src", at: _Disturbed | None = None, verb: str = "build"
) -> int:
    """Run the command in this process, disturbed where that is wanted; return its exit status."""
    os.chdir(root)
    os.environ["SOURCE_DATE_EPOCH"] = str(now)
    os.environ["CI"] = "true"
    sys.argv = ["deckwright", verb, source, "--retire", "-q"]
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    (at or _Disturbed(0, lambda: None)).install()
    with pytest.raises(SystemExit) as ended:
        main.main()
    return int(str(ended.value.code))


def forked(work: Callable[[], int]) -> int:
    """Start a child that ends with what `work` returns; return its process id."""
    if child := os.fork():
        return child
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os._exit(work())
    finally:
        os._exit(99)


def ended(child: int) -> int:
    """Wait for a child; return its exit status, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def disturbed(root: Path, at: int, act: Callable[[], None], verb: str) -> int:
    """Run a build that is disturbed at a step; return its exit status."""

    return ended(forked(lambda: command(root, at=_Disturbed(at, act), verb=verb)))


def steps_of(root: Path, verb: str) -> int:
    """Return how many steps an undisturbed build has."""
    reading, writing = os.pipe()

    def work() -> int:
        disturbance = _Disturbed(0, lambda: None)
        status = command(root, at=disturbance, verb=verb)
        os.write(writing, str(disturbance.count).encode())
        return status

    assert ended(forked(work)) == 0
    os.close(writing)
    with os.fdopen(reading) as pipe:
        return int(pipe.read())


# ---------------------------------------------------------------------------------------- scenarios


def rebuild(root: Path, now: int = LATER, verb: str = "build") -> None:
    """Build or release once more, undisturbed."""
    wish = build.Wish(now, retire=True, release=verb == "release")
    planned = build.plan(root / "cards_src", root / "decks", wish)
    assert build.build(planned, root / "decks")[1] == ()


def held(root: Path) -> Held:
    """Return what is in the folder of packages."""
    folder = root / "decks"
    return {it.name: it.read_bytes() for it in sorted(folder.iterdir())} if folder.exists() else {}


def reset(root: Path, files: Held) -> None:
    """Make the folder of packages hold what it held; none at all where it held nothing."""
    folder = root / "decks"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    with suppress(OSError):  # it is not empty
        folder.rmdir()


def first_build(root: Path) -> None:
    """Write a deck that was never built."""
    Author(root, {"notes.yaml": NOTES % "Purple"})


def second_build(root: Path) -> None:
    """Correct one note of a released deck, and withdraw the other."""
    author = Author(root, {"notes.yaml": NOTES % "Purple"})
    author.build()
    author.write({"notes.yaml": (NOTES % "Blue").split("  - {id: two")[0]})


def two_decks(root: Path) -> None:
    """Correct a note of each of two decks."""
    files: Files = {"notes.yaml": NOTES % "Purple"}
    author = Author(root, files)
    author.build()
    other = Author(root, files)
    other.source = root / "cards_src" / "other"
    other.write({**files, **OTHER})
    other.build()
    for it in (author, other):
        it.write({"notes.yaml": NOTES % "Blue"})


SCENARIOS = (first_build, second_build, two_decks)
RELEASES = (first_build, second_build)


def full() -> None:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def broken() -> None:
    """Fail as a broken disk does."""
    raise OSError(errno.EIO, os.strerror(errno.EIO))


KILLS = {number.name: number for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)}
WAYS: dict[str, Callable[[], None]] = {
    **{name: lambda number=number: os.kill(os.getpid(), number) for name, number in KILLS.items()},  # type: ignore[misc]
    "full disk": full,
    "broken disk": broken,
}
STATUSES = {"SIGKILL": {-9}, "SIGTERM": {-15}, "SIGINT": {130}, "full disk": {0, 1}, "broken disk": {0, 1}}


DISTURBED = [(make, "build") for make in SCENARIOS] + [(make, "release") for make in RELEASES]
NAMES = [f"{make.__name__.replace('_', ' ')}{' released' * (verb == 'release')}" for make, verb in DISTURBED]


@pytest.fixture(scope="module", params=DISTURBED, ids=NAMES)
def scenario(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    root = tmp_path_factory.mktemp("kills")
    make, verb = request.param
    make(root)
    before = held(root)
    rebuild(root, verb=verb)
    after = held(root)
    reset(root, before)
    steps = steps_of(root, verb)
    assert held(root) == after
    return Scenario(root, before, after, steps, verb)


@pytest.fixture(scope="module", params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def steps_for(way: str, scenario: Scenario, every: int) -> range:
    """Return the steps that one way disturbs: `every` is 1 or 3."""
    return range(1 + list(WAYS).index(way) % every, scenario.steps + 1, every)


@pytest.fixture(scope="module")
def every(request: pytest.FixtureRequest) -> int:
    return 1 if request.config.getoption("--long") else 3


@pytest.fixture(scope="module")
def deaths(way: str, scenario: Scenario, every: int) -> list[Death]:
    """Disturb the build at its steps, each time from the same beginning, and build once more."""
    found = []
    for step in steps_for(way, scenario, every):
        reset(scenario.root, scenario.before)
        status = disturbed(scenario.root, step, WAYS[way], scenario.verb)
        left = held(scenario.root)
        rebuild(scenario.root, verb=scenario.verb)
        found.append(Death(step, status, left, held(scenario.root)))
    return found


def whole(death: Death) -> Held:
    """Return the files a student or author would look at."""
    return {name: data for name, data in death.left.items() if not name.startswith(".deckwright")}


def test_there_are_more_than_200_kills(scenario: Scenario) -> None:
    assert scenario.steps * len(KILLS) * len(SCENARIOS) > 200


def test_every_step_is_disturbed_in_at_least_one_way(scenario: Scenario, every: int) -> None:
    assert {step for way in WAYS for step in steps_for(way, scenario, every)} == {*range(1, scenario.steps + 1)}


def test_every_file_is_old_or_new_and_whole(scenario: Scenario, deaths: list[Death]) -> None:
    names = {*scenario.before, *scenario.after}
    torn = [
        (death.step, name)
        for death in deaths
        for name in names
        if whole(death).get(name) not in (scenario.before.get(name), scenario.after.get(name))
    ]
    assert torn == []


def test_no_other_file_appears(scenario: Scenario, deaths: list[Death]) -> None:
    assert {name for death in deaths for name in whole(death)} <= {*scenario.before, *scenario.after}


def test_a_new_package_never_stands_beside_an_old_ledger(scenario: Scenario, deaths: list[Death]) -> None:
    packages = [name for name in scenario.after if name.endswith(".apkg")]
    ahead = [
        (death.step, package)
        for death in deaths
        for package in packages
        for ledger in [package.split(".")[0] + ".ledger.jsonl"]
        if death.left.get(package) == scenario.after[package] != scenario.before.get(package)
        and death.left.get(ledger) != scenario.after[ledger]
    ]
    assert ahead == []


def test_the_next_build_makes_the_same_bytes_as_one_that_nothing_disturbed(
    scenario: Scenario, deaths: list[Death]
) -> None:
    assert [death.step for death in deaths if death.repaired != scenario.after] == []


def test_some_builds_were_stopped_before_and_some_after_the_first_file(scenario: Scenario, deaths: list[Death]) -> None:
    assert {whole(death) == scenario.before for death in deaths} == {True, False}


def test_a_build_that_says_it_is_fine_is(scenario: Scenario, deaths: list[Death]) -> None:
    assert [death.step for death in deaths if death.status == 0 and death.left != scenario.after] == []


def test_nothing_is_left_behind_where_the_build_could_still_sweep(deaths: list[Death]) -> None:
    alive = [death for death in deaths if death.status >= 0]
    assert [(death.step, name) for death in alive for name in death.left if name.startswith(".deckwright")] == []


def test_the_exit_status_tells(way: str, deaths: list[Death]) -> None:
    assert {death.status for death in deaths} <= STATUSES[way]


def test_what_was_released_is_kept_last(scenario: Scenario, deaths: list[Death]) -> None:
    kept = [it for it in deaths if scenario.verb == "release" and it.left.get(RELEASED) == scenario.after[RELEASED]]
    others = [{name: data for name, data in whole(it).items() if name != RELEASED} for it in kept]
    assert [it for it in others if it != {k: v for k, v in scenario.after.items() if k != RELEASED}] == []


# ---------------------------------------------------------------------------------------- between ledger and package


def test_what_was_killed_between_ledger_and_package_is_finished_on_a_later_day(tmp_path: Path) -> None:
    second_build(tmp_path)
    before = held(tmp_path)
    rebuild(tmp_path)
    after = held(tmp_path)
    first = {name: after[name] for name in (".test-deck.ledger.before", "test-deck.ledger.jsonl")}
    reset(tmp_path, {**before, **first})
    rebuild(tmp_path, NOW + 30 * 86_400)
    assert held(tmp_path) == after


# ---------------------------------------------------------------------------------------- two builds at once


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Held, list[Held]]]:
    """Two processes build two versions of a deck at once, ten times: what they leave, and what they may leave."""
    root = tmp_path_factory.mktemp("at_once")
    author = Author(root, {"notes.yaml": NOTES % "Purple"})
    author.build()
    before = held(root)
    sources = ("one", "other")
    for name in sources:
        author.source = root / name / "deck"
        author.write({"deck.yaml": DECK, "notes.yaml": NOTES % f"The {name} colour"})
    orders = (sources[:1], sources[1:], sources, sources[::-1])
    allowed = []
    for order in orders:
        reset(root, before)
        assert [ended(forked(lambda it=it: command(root, LATER, it))) for it in order] == [0] * len(order)  # type: ignore[misc]
        allowed.append(held(root))
    rounds = []
    for _ in range(10):
        reset(root, before)
        children = [forked(lambda it=it: command(root, LATER, it)) for it in sources]  # type: ignore[misc]
        assert [ended(child) for child in children] == [0, 0]
        rounds.append((held(root), allowed))
    return rounds


def test_two_builds_at_once_leave_one_or_the_other_whole(at_once: list[tuple[Held, list[Held]]]) -> None:
    assert [number for number, (left, allowed) in enumerate(at_once) if left not in allowed] == []


def test_two_builds_at_once_were_tried_ten_times(at_once: list[tuple[Held, list[Held]]]) -> None:
    assert len(at_once) == 10
