"""A list of adopted notes <-> the same while a merge replaces pictures under masks, and may be killed before it ends.

A picture that is being replaced has both of its hashes in it: with the new one a build takes its notes as they were
found, and the old one, among the files that no note shows, tells the next merge.
"""

from collections.abc import Mapping

from generator.ledger.adopted import Adopted


def begun(adopted: Adopted, now: Mapping[str, str]) -> Adopted:
    """Return the list to be written before pictures under masks are; `now` has their new hashes."""
    old = {name: it for name, it in adopted.media.items() if name in now}
    return _with(adopted, now)._replace(beside={**adopted.beside, **old})


def as_before(adopted: Adopted) -> Adopted:
    """Return the list as it was before the pictures that a killed merge was replacing."""
    shown = {name for note in adopted.notes.values() for name in note.media}
    old = {name: it for name, it in adopted.beside.items() if name in shown}
    beside = {name: it for name, it in adopted.beside.items() if name not in old}
    return _with(adopted, old)._replace(beside=beside) if old else adopted


def _with(adopted: Adopted, hashes: Mapping[str, str]) -> Adopted:
    """Return a list in which the notes that show certain files do so with other hashes of them."""
    notes = {
        id: it._replace(media={name: hashes.get(name, hash) for name, hash in it.media.items()})
        for id, it in adopted.notes.items()
    }
    return adopted._replace(notes=notes)
