"""What an author wrote, as values: every text knows its place. What the schema gives and the renderer takes."""

from dataclasses import dataclass
from typing import Protocol

from generator.source.values import Text


@dataclass(frozen=True, slots=True)
class Common:
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
    """A note of any kind; `kinds/` has a class for each."""

    @property
    def common(self) -> Common:
        """What it has in common with every other note."""


@dataclass(frozen=True, slots=True)
class Work:
    """A work cited. `link` begins with https://, http:// or mailto:."""

    key: Text
    title: Text
    authors: Text | None = None
    year: Text | None = None
    link: Text | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """One wording of where sources differ; or, where one must `beware`, of a common error and what is right."""

    key: Text
    text: Text
    beware: bool = False
