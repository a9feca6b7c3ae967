"""Two ledgers of one deck -> release notes for the students who have the older release, in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

from generator.clock import day
from generator.diagnostics import counted
from generator.kinds.registry import is_keyed
from generator.ledger import Entry, Ledger, words_of

_IN_A_SEARCH = 20  # ids of one Browser search: a longer one is hard to paste on a phone

_INTRODUCTION = """\
# {deck}: release of {day}

Import the package as you did the first time, with the settings Anki suggests. If you have the release before
this one, Anki should report **{new} added**, **{changed} updated**, and {there} that you have already.
Your reviews, due dates and flags stay. Your own tags, marks and edits stay on every note that is not listed here;
on a changed note the deck's text and tags take their place."""

_MOVED = """\
## Moved ({count})

These notes belong to another subdeck now. Anki leaves cards that you have where they are. To move them, paste
the search into the Browser, select all cards it finds, and choose *Cards > Change Deck*."""

_WITHDRAWN = """\
## Withdrawn ({count})

These notes are no longer part of the deck. Anki deletes nothing, so you still have them:

{notes}

Find them in the Browser with this search, and delete or suspend them:

{search}

Or import `{deck}.withdrawn.apkg`: it marks them as withdrawn, and gives the reason if there is one."""

_NOT_ARRIVED = """\
## If a changed note stays as it was

Anki keeps a note that you edited, tagged or marked, or that became a leech, after this release was made. To get
the correction all the same, import once more with *Update notes: Always*; your own tags and edits on this deck's
notes are then replaced, your reviews are not. Set it back to *If newer* afterwards: Anki remembers the choice."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two releases. Pairs are (before, after); all are sorted by id."""

    deck: str  # its id
    name: str
    tag_root: str
    date: str
    new: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]
    unchanged: int
    moved: tuple[tuple[Entry, Entry], ...]
    withdrawn: tuple[Entry, ...]


def compare(before: Ledger, after: Ledger) -> Changes:
    """Return what the newer ledger has given out that the older had not."""
    old = {entry.guid: entry for entry in before.entries.values()}
    entries = [after.entries[id] for id in sorted(after.entries)]
    live = [entry for entry in entries if not entry.retired]
    known = [(old[entry.guid], entry) for entry in live if entry.guid in old]
    changed = tuple((was, now) for was, now in known if now.mod > was.mod)
    return Changes(
        after.deck,
        after.name,
        after.tag_root,
        day(max((entry.last for entry in entries), default=after.created)),
        tuple(entry for entry in live if entry.guid not in old),
        changed,
        len(known) - len(changed),
        tuple((was, now) for was, now in known if now.deck != was.deck),
        tuple(it for it in entries if it.retired and it.guid in old and not old[it.guid].retired),
    )


def release_notes(changes: Changes) -> str:
    """Return what is new, changed, moved and withdrawn, and what a student should do."""
    parts = [
        _INTRODUCTION.format(
            deck=changes.name,
            day=changes.date,
            new=counted(len(changes.new), "note"),
            changed=counted(len(changes.changed), "note"),
            there=counted(changes.unchanged, "note"),
        ),
        _listed("New", [_line(entry) for entry in changes.new]),
        _listed("Changed", [_line(now) + _cards(was, now) for was, now in changes.changed]),
        _moves(changes),
        _withdrawals(changes),
        _NOT_ARRIVED if changes.changed else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _line(entry: Entry) -> str:
    return f"- `{entry.id}` {entry.label}"


def _listed(title: str, lines: list[str]) -> str:
    return f"## {title} ({len(lines):,})\n\n" + "\n".join(lines) if lines else ""


def _cards(old: Entry, new: Entry) -> str:
    """Say which cards a note gains or loses."""
    words = words_of if is_keyed(new.kind) else str
    gained = [words(new.numbers[it]) for it in sorted(new.numbers) if it not in old.numbers]
    lost = [words(old.numbers[it]) for it in sorted(old.numbers) if it not in new.numbers]
    parts = [f"a new card asks for *{text}*" for text in gained]
    parts += [f"the card on *{text}* is blank now: remove it with *Tools > Empty Cards*" for text in lost]
    return f" ({'; '.join(parts)})" if parts else ""


def _moves(changes: Changes) -> str:
    moved = [now for _, now in changes.moved]
    if not moved:
        return ""
    parts = [_MOVED.format(count=len(moved))]
    for deck in sorted({entry.deck for entry in moved}):
        searches = search([it.id for it in moved if it.deck == deck], changes.name, changes.tag_root)
        parts.append(f"To *{deck}*:\n\n" + _indented(searches))
    return "\n\n".join(parts)


def _withdrawals(changes: Changes) -> str:
    gone = changes.withdrawn
    if not gone:
        return ""
    notes = "\n".join(_line(it) + (f" ({it.reason})" if it.reason else "") for it in gone)
    searches = _indented(search([it.id for it in gone], changes.name, changes.tag_root))
    return _WITHDRAWN.format(count=len(gone), notes=notes, search=searches, deck=changes.deck)


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)


def search(ids: Sequence[str], deck: str, tag_root: str) -> list[str]:
    """Return Browser searches for notes of this deck: they use the ID field, which every note has.

    Another deck may have a note of the same id; the student may have moved cards, but hardly taken off the tags, too.
    """
    home = f'("deck:{deck}*" OR "tag:{tag_root}::*")'
    terms = ['"ID:' + id.replace("_", "\\_") + '"' for id in ids]
    pieces = [terms[at : at + _IN_A_SEARCH] for at in range(0, len(terms), _IN_A_SEARCH)]
    return [f"{home} ({' OR '.join(piece)})" for piece in pieces]
