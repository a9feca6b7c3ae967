"""Options and fixtures of every test."""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite expected output; then read the diff")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Say whether expected output is to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder that is also the current one, so that messages show short paths."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
