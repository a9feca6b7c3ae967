"""What a build meets on a machine, for real: a full disk, a read-only one, folders nobody may write to."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import NOTES, digest, run
from tests.support import write_deck

MOUNTED = subprocess.run(["mount", "--version"], capture_output=True, check=False).returncode == 0
needs_mount = pytest.mark.skipif(os.geteuid() != 0 or not MOUNTED, reason="only root can mount a small disk")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 64 kB with a good package on it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        write_deck(tmp_path / "cards_src" / "deck", notes=NOTES)
        assert run("build", "-o", "disk", folder=tmp_path).returncode == 0
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def edited(folder: Path) -> None:
    """Change the deck so that its package and ledger no longer fit on the disk."""
    notes = "".join(
        f"  - {{id: n{at}, question: 'Which {os.urandom(200).hex()}?', answer: This}}\n" for at in range(200)
    )
    write_deck(folder / "cards_src" / "deck", notes=NOTES + notes)


@needs_mount
def test_a_full_disk_is_said_plainly(small_disk: Path) -> None:
    edited(small_disk.parent)
    ran = run("build", "-o", "disk", folder=small_disk.parent)
    assert ran.returncode == 1
    assert "no space left" in ran.stdout
    assert "Traceback" not in ran.stderr


@needs_mount
def test_a_full_disk_keeps_the_old_release_whole(small_disk: Path) -> None:
    before = digest(small_disk)
    edited(small_disk.parent)
    run("build", "-o", "disk", folder=small_disk.parent)
    assert digest(small_disk) == before


@needs_mount
def test_a_read_only_disk_is_said_plainly(small_disk: Path) -> None:
    before = digest(small_disk)
    edited(small_disk.parent)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    ran = run("build", "-o", "disk", folder=small_disk.parent)
    assert ran.returncode == 1
    assert "read-only" in ran.stdout
    assert digest(small_disk) == before


@needs_mount
def test_an_unchanged_build_needs_no_disk(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    ran = run("build", "-o", "disk", folder=small_disk.parent)
    assert "nothing changed on disk" in ran.stdout


def test_a_source_folder_that_is_a_file_is_a_wrong_command(tmp_path: Path) -> None:
    (tmp_path / "cards_src").write_text("")
    assert run("build", folder=tmp_path).returncode == 2


def test_a_folder_without_a_deck_is_something_to_fix(tmp_path: Path) -> None:
    (tmp_path / "cards_src" / "notes").mkdir(parents=True)
    ran = run("build", folder=tmp_path)
    assert ran.returncode == 1
    assert "S212" in ran.stdout
