"""A text as a file has it -> our Markdown that shows the same."""

from collections import Counter

from generator.importing._album import Album
from generator.importing.arrived import Row


class Texts:
    """Turns texts into ours, and counts what of them cannot be shown."""

    def __init__(self, album: Album, join: bool) -> None:
        self.album, self.join = album, join
        self._told: Counter[str] = Counter()

    def ours(self, text: str, row: Row, clozes: bool) -> str:
        """Return a text in our Markdown."""
        return text.strip()

    def words(self, text: str, row: Row) -> str:
        """Return a text without its marks."""
        return text

    def told(self) -> tuple[str, ...]:
        """Return what people should know of the texts, a line each."""
        return tuple(f"{what}: {count:,}" for what, count in sorted(self._told.items()))
