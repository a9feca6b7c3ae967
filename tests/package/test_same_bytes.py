"""The same sources give the same package, byte for byte, wherever and however they are built."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import generator
from tests.support import NOW


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where and how a build runs. `source` and `out` are as they are typed, in the folder `cwd`."""

    environment: dict[str, str]
    umask: int
    cwd: str
    source: str
    out: str


HERE = Elsewhere({"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}, 0o022, ".", "cards_src", "decks")
ELSEWHERE = {
    "hash seed": Elsewhere({"PYTHONHASHSEED": "4242"}, 0o022, ".", "cards_src", "decks"),
    "time zone": Elsewhere({"TZ": "Pacific/Kiritimati"}, 0o022, ".", "cards_src", "decks"),
    "time zone west": Elsewhere({"TZ": "Pacific/Pago_Pago"}, 0o022, ".", "cards_src", "decks"),
    "locale": Elsewhere({"LC_ALL": "C", "LANG": "tr_TR.UTF-8"}, 0o022, ".", "cards_src", "decks"),
    "encoding": Elsewhere(
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, 0o022, ".", "cards_src", "decks"
    ),
    "current folder": Elsewhere({}, 0o022, "cards_src/calcinosis_cutis", ".", "../../decks"),
    "name of the folder": Elsewhere({}, 0o022, ".", "größer, und mit Lücken", "Päckchen 1"),
    "umask": Elsewhere({}, 0o077, ".", "cards_src", "decks"),
    "optimised": Elsewhere({"PYTHONOPTIMIZE": "2"}, 0o022, ".", "cards_src", "decks"),
}
SHIPPED = Path(__file__).parents[2] / "cards_src"


def built(where: Elsewhere, folder: Path) -> Path:
    """Build the shipped deck in a process of its own; return the package."""
    for name in ("cards_src", "größer, und mit Lücken"):
        copy(SHIPPED / "calcinosis_cutis", folder / name / "calcinosis_cutis")
    (folder / "tmp").mkdir()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON", "TZ"))}
    fixed = {
        "SOURCE_DATE_EPOCH": str(NOW),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(Path(generator.__file__).parents[1]),
    }
    subprocess.run(
        [sys.executable, "-m", "generator", "build", where.source, "-o", where.out],
        cwd=folder / where.cwd,
        env={**inherited, **fixed, **where.environment},
        umask=where.umask,
        check=True,
        capture_output=True,
        timeout=60,
    )
    return folder / where.cwd / where.out / "calcinosis-cutis.apkg"


def copy(source: Path, target: Path) -> None:
    """Copy a deck folder; later files first, so that the folder lists them in another order."""
    for path in sorted((it for it in source.rglob("*") if it.is_file()), reverse=True):
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(path.read_bytes())


def sha256(path: Path) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped deck, built in an ordinary place."""
    return built(HERE, tmp_path_factory.mktemp("here"))


@pytest.mark.parametrize("where", ELSEWHERE.values(), ids=list(ELSEWHERE))
def test_the_same_sources_give_the_same_bytes_with_another(where: Elsewhere, here: Path, tmp_path: Path) -> None:
    assert sha256(built(where, tmp_path)) == sha256(here)


def test_another_time_gives_other_bytes(here: Path, tmp_path: Path) -> None:
    later = Elsewhere({"SOURCE_DATE_EPOCH": str(NOW + 1)}, 0o022, ".", "cards_src", "decks")
    assert sha256(built(later, tmp_path)) != sha256(here)


def test_a_build_leaves_nothing_in_the_folder_for_temporary_files(here: Path) -> None:
    assert list((here.parents[1] / "tmp").iterdir()) == []


def test_a_build_leaves_only_package_and_ledger_in_the_output_folder(here: Path) -> None:
    assert {it.suffix for it in here.parent.iterdir()} <= {".apkg", ".jsonl"}


def test_a_package_can_be_read_as_the_umask_says(tmp_path: Path) -> None:
    assert built(ELSEWHERE["umask"], tmp_path).stat().st_mode & 0o777 == 0o600
