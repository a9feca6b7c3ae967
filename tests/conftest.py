"""Options and fixtures of every test."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generator.again.edited import Again
from generator.cache.inputs import Inputs
from tests.author import Author

if TYPE_CHECKING:  # most tests need neither
    from tests.anki_backend import Anki
    from tests.browser import Browser, Screen
    from tests.previewed import Open
    from tests.pushed import Student


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite expected output; then read the diff")
    parser.addoption("--long", action="store_true", help="disturb a build at every step in every way; minutes more")


@pytest.fixture(scope="session", autouse=True)
def nobodys_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no test read or write the cache of whoever runs it; in CI, too, there is one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("CI", raising=False)
        yield


@pytest.fixture(autouse=True)
def own_cache(nobodys_cache: None, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a cache in which no other test kept anything."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return whether each build was one of what was edited."""
    seen: list[bool] = []

    def end(files: Again, after: Inputs | None) -> None:
        seen.append(files.is_edited)
        ended(files, after)

    ended = Again.end
    monkeypatch.setattr(Again, "end", end)
    return seen


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Say whether expected output is to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder that is also the current one, so that messages show short paths."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author whose deck of every kind is released."""
    made = Author(tmp_path / "author")
    made.build()
    return made


@pytest.fixture
def anki(author: Author, tmp_path: Path) -> "Iterator[Anki]":
    """A student who studied that release."""
    from tests.anki_backend import opened
    from tests.student import study

    with opened(tmp_path / "anki") as student:
        student.take(author.package)
        study(student)
        yield student


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """A Chromium without a window."""
    from tests.browser import launched

    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def had(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one release, and a student who studied it."""
    from tests.pushed import first_release

    return first_release(tmp_path_factory.mktemp("had"))


@pytest.fixture
def student(had: Path, tmp_path: Path) -> "Student":
    """That student, before the next release."""
    from tests.pushed import student_of

    return student_of(had, tmp_path)


@pytest.fixture
def show(browser: "Browser", tmp_path: Path) -> "Open":
    """Open the page of an author's deck; `at` is what stands behind the # in the address."""
    from tests import browser as pages
    from tests.previewed import made

    def show(author: Author, at: str = "", **more: Any) -> "AbstractContextManager[Screen]":
        path = tmp_path / "preview.html"
        path.write_bytes(made(author).html)
        return pages.opened(browser, f"{path.as_uri()}#{at}", **more)

    return show
