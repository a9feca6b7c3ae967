"""The ledger of the last release -> which notes and numbers students may have, and which are drafts."""

from generator.compiled.notes import Guid
from generator.ledger.ledger import Entry, Ledger

_FORGET = "or, if nobody has it, forget it: deckwright build --forget"


class Released:
    """What the last release gave out; nothing where there was none."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.ledger = ledger
        entries = ledger.entries.values() if ledger else ()
        self._by_guid = {it.guid: it for it in entries if not it.extras.draft}

    def entry(self, guid: Guid) -> Entry | None:
        """Return what the last release says of a note; None for a draft."""
        return self._by_guid.get(guid)

    def holds(self, guid: Guid) -> bool:
        """Say whether any release held a note."""
        return guid in self._by_guid

    def holds_number(self, guid: Guid, number: int) -> bool:
        """Say whether any release held a card."""
        entry = self._by_guid.get(guid)
        return entry is not None and (number in entry.numbers or number in entry.retired_numbers)

    def holds_id(self, id: str) -> bool:
        """Say whether a release knew a note by an id."""
        ledger = self.ledger
        return ledger is not None and (id in ledger.former_ids or any(it.id == id for it in self._by_guid.values()))


def with_adopted(released: Released, before: Ledger | None) -> Released:
    """Return what students may have where no list of releases is there: of an adopted deck what its own people gave."""
    if released.ledger or before is None:
        return released
    entries = {id: it for id, it in before.entries.items() if it.extras.carrier}
    return Released(before._replace(entries=entries)) if entries else released


def or_forget(help: str, is_draft: bool) -> str:
    """Return a help with the way that only a draft has."""
    return f"{help}; {_FORGET}" if is_draft else help
