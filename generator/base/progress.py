"""The pipeline -> whoever waits for it: what it is doing now, in a few words."""

from collections.abc import Callable

Tell = Callable[[str], None]  # "rendering 10,000 notes"; called once for each stage of a deck, never for each note


def silent(doing: str) -> None:
    """Tell nobody."""
