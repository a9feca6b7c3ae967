"""An author's deck -> the page of its preview, and what a test opens it with."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from generator.pipeline import build
from generator.show import preview
from tests.author import Author
from tests.browser import Screen
from tests.support import NOW

Open = Callable[..., AbstractContextManager[Screen]]


def made(author: Author, day: float = 0) -> preview.Page:
    """Return the page of an author's deck."""
    return preview.page(build.preview(author.source, author.out, NOW + round(day * 86_400)))


def released(folder: Path, files: dict[str, str | bytes | None]) -> Author:
    """Return an author whose deck holds these files, and was released."""
    author = Author(folder, files)
    author.build()
    return author
