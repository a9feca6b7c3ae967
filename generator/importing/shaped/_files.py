"""The media folder of a deck that people study -> the files in it that a kind of ours can show."""

from pathlib import Path

from generator.base.diagnostics import errors
from generator.compiled.foreign_cards import spellings
from generator.compiled.notes import MediaFile
from generator.media.folder import Media


class Files:
    """Pictures and sounds by the names that HTML gives them; each is looked through once."""

    def __init__(self, folder: Path) -> None:
        self._media = Media(folder, folder.name)
        self._found: dict[str, MediaFile | None] = {}

    def name_of(self, written: str) -> str:
        """Return the name of a file that is there and fit for our cards, "" for any other."""
        return next((name for name in spellings(written) if self.file(name)), "")

    def file(self, name: str) -> MediaFile | None:
        """Return a file that is fit for our cards."""
        if name not in self._found:
            before = len(self._media.found)
            file = self._media.look_up(name)
            fits = isinstance(file, MediaFile) and not errors(self._media.found[before:])
            self._found[name] = file if fits and isinstance(file, MediaFile) else None
        return self._found[name]
