"""A short run of the fuzzer; `python -m tests.fuzz 10000` is a long one."""

from pathlib import Path

import pytest

from generator.pipeline import build
from tests import fuzz


def test_no_mutated_file_is_a_fault_of_ours(tmp_path: Path) -> None:
    assert fuzz.run(300, 20261120, tmp_path / "fuzz") == []


def test_the_fuzzer_sees_an_exception(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "plan", None)
    assert fuzz.run(1, 1, tmp_path / "fuzz")[0][1].startswith("TypeError")


def test_the_fuzzer_builds_some_of_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    real = build.build
    monkeypatch.setattr(build, "build", lambda *given: built.append(given) or real(*given))  # type: ignore[func-returns-value]
    fuzz.run(200, 3, tmp_path / "fuzz")
    assert len(built) > 5
