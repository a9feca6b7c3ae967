"""Does a build work, with the same bytes, on systems that lack what Linux has? Each lack is simulated in a process."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from generator.base.files import Output, folder_for_output, read_plain, replace_all
from tests.command import NOTES, ROOT, environment, run
from tests.support import NOW, write_deck

LOCK = ".deckwright-lock.tmp"
REFUSE = """
import errno, os, sys
def refusing(call, number, where=lambda *_: True):
    def called(*arguments, **options):
        if where(*arguments):
            raise OSError(number, os.strerror(number))
        return call(*arguments, **options)
    return called
"""
NO_FOLDER = "os.open = refusing(os.open, errno.EACCES, lambda path, *_: os.path.isdir(path))\n"
NO_LINK = "os.link = refusing(os.link, errno.EPERM)\n"
NO_FSYNC = "os.fsync = refusing(os.fsync, errno.EINVAL)\n"
NO_LOCK = "import fcntl; fcntl.flock = refusing(fcntl.flock, errno.ENOLCK)\n"
LACKS = {
    "folders cannot be opened": NO_FOLDER,
    "no hard links": NO_LINK,
    "hard links unknown": "del os.link\n",
    "flock refused": NO_LOCK,
    "no fcntl": "sys.modules['fcntl'] = None\n",
    "fsync refused": NO_FSYNC,
    "fsync not supported": "os.fsync = refusing(os.fsync, errno.ENOSYS)\n",
    "all at once": NO_FOLDER + NO_LINK + NO_FSYNC + NO_LOCK,
}
NO_UNLINK = "os.unlink = refusing(os.unlink, errno.EPERM)\n"


def run_where(lack: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process whose system lacks something."""
    code = f"{REFUSE}{lack}sys.argv[0] = 'deckwright'\nfrom generator.cli import main as cli\ncli.main()"
    env = environment(SOURCE_DATE_EPOCH=str(NOW))
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def edited(folder: Path) -> None:
    """Write the deck again, with another answer."""
    write_deck(folder / "cards_src" / "deck", notes=NOTES.replace("Deep purple", "Purple"))


def held(folder: Path) -> dict[str, bytes]:
    """Return what is in the folder of packages."""
    return {it.name: it.read_bytes() for it in (folder / "decks").iterdir()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a deck that was never built."""
    write_deck(tmp_path / "project" / "cards_src" / "deck", notes=NOTES)
    return tmp_path / "project"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What the first and the second build leave where nothing is lacking."""
    folder = tmp_path_factory.mktemp("undisturbed")
    write_deck(folder / "cards_src" / "deck", notes=NOTES)
    assert run("build", folder=folder).returncode == 0
    first = held(folder)
    edited(folder)
    assert run("build", folder=folder).returncode == 0
    return first, held(folder)


# ---------------------------------------------------------------------------------------- what is lacking


@pytest.mark.parametrize("lack", LACKS.values(), ids=LACKS)
def test_what_a_system_lacks_changes_no_byte_and_leaves_nothing(
    lack: str, project: Path, undisturbed: tuple[dict[str, bytes], dict[str, bytes]]
) -> None:
    for expected in undisturbed:
        ran = run_where(lack, "build", "-q", folder=project)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert held(project) == expected
        edited(project)


def test_where_nothing_can_be_deleted_the_next_build_sweeps(
    project: Path, undisturbed: tuple[dict[str, bytes], dict[str, bytes]]
) -> None:
    for expected in undisturbed:
        ran = run_where(NO_UNLINK, "build", "-q", folder=project)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert {name: data for name, data in held(project).items() if name[0] != "."} == expected
        edited(project)
    assert [name for name in held(project) if name[0] == "."]
    run("build", folder=project)
    assert held(project) == undisturbed[1]


def test_a_file_that_could_not_be_deleted_is_in_nobodys_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    targets = (tmp_path / "a", tmp_path / "b")
    monkeypatch.setattr(os, "unlink", refuse)
    for data in (b"1", b"2", b"3"):
        replace_all([Output(target, data) for target in targets])
    assert [it.read_bytes() for it in targets] == [b"3", b"3"]


def test_a_package_that_cannot_be_deleted_is_named(project: Path) -> None:
    run("build", folder=project)
    write_deck(project / "cards_src" / "deck", notes=NOTES.replace("he-colour", "other"))
    assert run("build", "--retire", "--reason", "Wrong.", folder=project).returncode == 0
    ran = run_where(NO_UNLINK, "build", "--new-ledger", folder=project)
    assert ran.returncode == 0
    assert "P003 warning: decks/test-deck.withdrawn.apkg cannot be deleted: operation not permitted" in ran.stdout
    assert "nothing was written" not in ran.stderr


# ---------------------------------------------------------------------------------------- a disk that fails half-way


def failing_from(number: int) -> str:
    """Refuse every replacement of a file from the given one on."""
    late = f"lambda *_: next(calls) >= {number}"
    return f"calls = iter(range(1, 1000))\nos.replace = refusing(os.replace, errno.EIO, {late})\n"


def test_what_could_not_be_put_back_is_never_called_unwritten(
    project: Path, undisturbed: tuple[dict[str, bytes], dict[str, bytes]]
) -> None:
    run("build", folder=project)
    edited(project)
    ran = run_where(failing_from(2), "build", "--no-cache", folder=project)  # the cache replaces files, too
    assert ran.returncode == 1
    assert "P002 cannot write decks/test-deck.apkg: " in ran.stdout
    assert "; already new: test-deck.ledger.jsonl" in ran.stdout
    assert ran.stderr == "written in part: 1 error\n"
    assert held(project)["test-deck.ledger.jsonl"] == undisturbed[1]["test-deck.ledger.jsonl"]
    assert run("build", folder=project).returncode == 0
    assert held(project) == undisturbed[1]


def test_where_nothing_was_replaced_the_file_that_refused_is_named(project: Path) -> None:
    ran = run_where(failing_from(1), "build", folder=project)
    assert "P001 cannot write decks/test-deck.ledger.jsonl: " in ran.stdout
    assert ran.stderr == "nothing was written: 1 error\n"
    assert held(project) == {}


def test_a_failing_fsync_is_not_taken_for_a_missing_one(project: Path) -> None:
    ran = run_where("os.fsync = refusing(os.fsync, errno.EIO)\n", "build", folder=project)
    assert (ran.returncode, held(project)) == (1, {})


# ---------------------------------------------------------------------------------------- two builds at once


@pytest.fixture
def no_folder_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open files only, as Windows does."""
    opened = os.open

    def opening(path: str, *arguments: int, **options: int) -> int:
        if os.path.isdir(path):
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(os, "open", opening)


def waits_for(path: Path) -> bool:
    """Say whether another process would have to wait for a file's lock."""
    code = (
        "import fcntl, os, sys; handle = os.open(sys.argv[1], os.O_RDWR)\n"
        "try: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)\nexcept BlockingIOError: print('waits')"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return ran.stdout == "waits\n"


def in_two_builds(folder: Path) -> tuple[bool, bool]:
    """Build while another build waits: say whether each had the folder to itself."""
    alone, asked = [], Event()

    def second() -> None:
        asked.set()
        with folder_for_output(folder):
            alone.append(waits_for(folder / LOCK))

    other = Thread(target=second)
    with folder_for_output(folder):
        other.start()
        asked.wait()
        alone.append(waits_for(folder / LOCK))
    other.join()
    return alone[0], alone[1]


@pytest.mark.usefixtures("no_folder_opens")
def test_where_folders_cannot_be_opened_a_file_keeps_the_second_build_waiting(tmp_path: Path) -> None:
    assert in_two_builds(tmp_path) == (True, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_folder_opens")
def test_on_windows_the_second_build_asks_until_it_has_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fcntl import LOCK_EX, LOCK_NB, flock

    asked = []

    def locking(handle: int, mode: int, length: int) -> None:
        asked.append((mode, length))
        if len(asked) == 1:
            raise OSError(errno.EDEADLK, "Resource deadlock avoided")
        flock(handle, LOCK_EX | LOCK_NB)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(LK_LOCK=1, locking=locking))
    with folder_for_output(tmp_path):
        assert waits_for(tmp_path / LOCK)
    assert asked == [(1, 1), (1, 1)]
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------------------------------- little memory


@pytest.mark.parametrize("command", [["check"], ["plan"], ["build", "--check"], ["build"]], ids=" ".join)
def test_512_mib_of_address_space_suffice(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "cards_src").symlink_to(ROOT / "cards_src")
    subprocess.run(["cp", "-r", str(ROOT / "decks"), str(tmp_path)], check=True)
    limit = 512 * 2**20
    ran = subprocess.run(
        [sys.executable, "-m", "generator", *command],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert (ran.returncode, ran.stderr.count("Traceback")) == (0, 0), ran.stderr


def test_a_file_that_grows_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    real = os.fstat
    monkeypatch.setattr(
        os, "fstat", lambda handle: SimpleNamespace(st_mode=real(handle).st_mode, st_size=10, st_nlink=1)
    )
    assert len(read_plain(tmp_path / "a", 9_000_000)) == 3_000_000
    assert len(read_plain(tmp_path / "a", 2_000_000)) == 2_000_001
