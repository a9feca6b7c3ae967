"""Notes and what the ledger says of them -> which say the same, which something else."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from generator.ledger import key_of

_UNLIKE = 0.4  # how alike two texts may be, from 0 to 1, and still count as another fact


def bare(text: str) -> str:
    """Return the words of a hidden text: changed marks and capitals do not make it another fact."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text


def alike(one: str, other: str) -> bool:
    """Say whether two texts may be about one fact."""
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio() >= _UNLIKE


def renamed_keys(gained: Iterable[str], lost: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (key now, key before) where a key that came hides the words of one that went. Both hide "key: words"."""
    before = [(key_of(text), _said(text)) for text in lost]
    for text in gained:
        said = _said(text)
        same = next((it for it in before if it[1] == said), None) if said else None
        if same:
            before.remove(same)
            yield key_of(text), same[0]


def _said(hides: str) -> str:
    return bare(hides.partition(": ")[2].strip())
