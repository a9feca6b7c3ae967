"""What an author wrote, as values: every text knows its place. What the schema gives and the renderer takes."""

from typing import NamedTuple, Protocol

from generator.source.values import Text


class Common(NamedTuple):
    """What every note may have. `tags` are without the deck's root; those of the file come first."""

    id: Text
    subdeck: Text | None = None
    extra: Text | None = None
    tags: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()
    dispute: Text | None = None
    was: Text | None = None
    allow: tuple[tuple[Text, Text], ...] = ()  # code, reason
    erratum: Text | None = None  # why a correction replaces what a student wrote in its place
    context: Text | None = None  # a line above what is asked; the note's own, or else that of its file

    def allows(self, code: str) -> bool:
        """Say whether the author has a reason for this warning."""
        return any(it.value == code for it, _ in self.allow)


class Note(Protocol):
    """A note of any kind; `kinds/` has a NamedTuple for each: who looks for its texts goes through `_fields`."""

    @property
    def _fields(self) -> tuple[str, ...]: ...

    @property
    def common(self) -> Common:
        """What it has in common with every other note."""


class Work(NamedTuple):
    """A work cited. `link` begins with https://, http:// or mailto:."""

    key: Text
    title: Text
    authors: Text | None = None
    year: Text | None = None
    link: Text | None = None


class Dispute(NamedTuple):
    """One wording of where sources differ; or, where one must `beware`, of a common error and what is right."""

    key: Text
    text: Text
    beware: bool = False
