"""Two ledgers of one deck -> release notes for the students who have the older release, in Markdown."""

from collections.abc import Sequence
from typing import NamedTuple

from generator.base.clock import day
from generator.base.diagnostics import counted
from generator.ledger.ledger import Entry, Ledger, only_in
from generator.ledger.released import Released
from generator.ledger.renames import said_by
from generator.release.searches import renamed, search
from generator.release.why import Reason, why

_FIRST = """\
# {deck}: release {name}

The first release: **{new}**. In Anki choose *File > Import* and open `{id}.apkg`."""

_INTRODUCTION = """\
# {deck}: release {name}

Import `{id}.apkg` as you did the first time, with the settings Anki suggests. If you have the release before
this one, Anki should report **{new} added**, **{changed} updated**, and {there} that you have already.
Those did not change: Anki calls them *already present*, or *Skipped*. If a note that is listed here is among them,
you changed it after this release was made.
Your reviews, due dates and flags stay. Your own tags, marks and edits stay on every note that is not listed here;
on a changed note the deck's text and tags take their place."""

_RENAMED = """\
## First: the deck has another name

*{before}* is *{now}* now. **Before you import**, rename the deck *{before}* in Anki to *{now}* (the gear beside
it, then *Rename*; on a phone, press it long): then everything lies in one tree. If you import first, your cards stay
in *{before}*, and new ones go to *{now}*."""

_RENAMED_WITHIN = """\
## Before you import: rename {count}

Rename these in Anki (the gear beside it, then *Rename*; on a phone, press it long). Then their cards are where the
deck has them now. If you import first, use the searches below.

{names}"""

_CORRECTIONS = """\
## Corrections that reach every note

`{id}.corrections.txt` corrects questions and answers also on notes that you tagged, marked or edited, and keeps
your tags there. If you have the release before this one, import it first (*File > Import*, as Anki suggests), then
`{id}.apkg`, which then counts those notes as already present. If you skipped a release, import `{id}.apkg` first,
then the corrections; if you are new, leave them out."""

_MOVED = """\
## Moved ({count})

These notes belong to another subdeck now. Anki leaves cards that you have where they are. To move them, paste
the search into the Browser, select all cards it finds, and choose *Cards > Change Deck*."""

_WITHDRAWN = """\
## Withdrawn ({count})

These notes are no longer part of the deck. Anki deletes nothing, so you still have them:

{notes}

Find them in the Browser with this search, and delete or suspend them:

{search}{marked}"""

_MARKED = """

Or import `{deck}.withdrawn.apkg`: it marks them as withdrawn, and gives the reason if there is one."""

_NOT_ARRIVED = """\
## If a changed note stays as it was

Anki keeps a note that you edited, tagged or marked, or that became a leech, after this release was made. To get
the correction all the same, import once more with *Update notes: Always*; your own tags and edits on this deck's
notes are then replaced, your reviews are not. Set it back to *If newer* afterwards: Anki remembers the choice."""


class Changes(NamedTuple):
    """What differs between two releases. Pairs are (before, after); all are sorted by id."""

    deck: str  # its id
    name: str
    names: tuple[str, ...]  # of the deck, now and before
    date: str
    is_first: bool
    before: str  # the deck's name in the older release
    new: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]
    unchanged: int
    moved: tuple[tuple[Entry, Entry], ...]
    withdrawn: tuple[Entry, ...]
    restored: tuple[Entry, ...]
    renamed: tuple[tuple[str, str], ...]  # subdecks that a student can rename: then their cards come along
    corrected: int  # notes of which the corrections file may have a line


def compare(base: Released, after: Ledger) -> Changes:
    """Return what the newer ledger gives out that the older release had not."""
    before = base.ledger
    entries = [after.entries[id] for id in sorted(after.entries)]
    live = [entry for entry in entries if not entry.retired]
    known = [(old, entry) for entry in live if (old := base.entry(entry.guid)) is not None]
    changed = tuple((was, now) for was, now in known if now.mod != was.mod)
    return Changes(
        after.deck,
        after.name,
        tuple(dict.fromkeys([*after.names, *(before.names if before else ())])),
        day(max((entry.last for entry in entries), default=after.created)),
        before is None,
        before.name if before else after.name,
        tuple(entry for entry in live if base.entry(entry.guid) is None),
        changed,
        len(known) - len(changed),
        tuple((was, now) for was, now in known if now.deck != was.deck and not was.retired),
        tuple(it for it in entries if it.retired and (old := base.entry(it.guid)) and not old.retired),
        tuple(now for was, now in known if was.retired),
        _renamed(before, after),
        sum(it.extras.corrected is not None for it in live),
    )


def _renamed(before: Ledger | None, after: Ledger) -> tuple[tuple[str, str], ...]:
    """Return the subdecks that have another name now, beyond a new name of the deck."""
    if before is None:
        return ()
    found = renamed(before.entries.values(), after.entries.values())
    return tuple((old, new) for old, new in found.items() if _within(old, before.name) != _within(new, after.name))


def release_notes(changes: Changes, name: str = "", corrected: int | None = None) -> str:
    """Return what is new, changed, moved and withdrawn, and what a student should do.

    `name` is that of the release, by default its day; `corrected` says how many notes the corrections file has.
    """
    corrected = changes.corrected if corrected is None else corrected
    parts = [
        (_FIRST if changes.is_first else _INTRODUCTION).format(
            deck=changes.name,
            id=changes.deck,
            name=name or changes.date,
            new=counted(len(changes.new), "note"),
            changed=counted(len(changes.changed), "note"),
            there=counted(changes.unchanged, "note"),
        ),
        _RENAMED.format(before=changes.before, now=changes.name) if changes.before != changes.name else "",
        _renames(changes),
        _CORRECTIONS.format(id=changes.deck) if corrected and changes.changed else "",
        "" if changes.is_first else _listed("New", [_line(entry) for entry in changes.new]),
        _listed("Changed", [_line(now) + _reasons(was, now) + _cards(was, now) for was, now in changes.changed]),
        _listed("Back again", [_line(entry) for entry in changes.restored]),
        _moves(changes),
        _withdrawals(changes),
        _NOT_ARRIVED if changes.changed else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _line(entry: Entry) -> str:
    return f"- `{entry.id}` {entry.label}"


def _listed(title: str, lines: list[str]) -> str:
    return f"## {title} ({len(lines):,})\n\n" + "\n".join(lines) if lines else ""


def _reasons(old: Entry, new: Entry) -> str:
    """Say what changed, in words where the ledger remembers them."""
    told = [_reason(it) for it in why(old, new) if it.part != "subdeck"]
    return f": {', '.join(told)}" if told else ""


def _reason(it: Reason) -> str:
    return f"{it.part} *{it.before}* is now *{it.now}*" if it.before or it.now else it.part


def _cards(old: Entry, new: Entry) -> str:
    """Say which cards a note gains or loses."""
    words = said_by(new.kind)
    gained, lost = only_in(new.numbers, old.numbers), only_in(old.numbers, new.numbers)
    parts = [f"a new card asks for *{words(text)}*" for text in gained.values()]
    parts += [
        f"the card on *{words(text)}* is blank now: remove it with *Tools > Empty Cards*" for text in lost.values()
    ]
    return f" ({'; '.join(parts)})" if parts else ""


def _renames(changes: Changes) -> str:
    names = [f"- *{changes.name}{_within(old, changes.before)}* to *{new}*" for old, new in changes.renamed]
    return _RENAMED_WITHIN.format(count=counted(len(names), "subdeck"), names="\n".join(names)) if names else ""


def _moves(changes: Changes) -> str:
    moved = [now for was, now in changes.moved if _within(was.deck, changes.before) != _within(now.deck, changes.name)]
    if not moved:
        return ""
    parts = [_MOVED.format(count=len(moved))]
    for deck in sorted({entry.deck for entry in moved}):
        searches = search([it for it in moved if it.deck == deck], changes.names)
        parts.append(f"To *{deck}*:\n\n" + _indented(searches))
    return "\n\n".join(parts)


def _within(deck: str, name: str) -> str:
    """Return where a subdeck is in the deck: renaming the deck moves nothing in it."""
    return deck.removeprefix(name)


def _withdrawals(changes: Changes) -> str:
    gone = changes.withdrawn
    if not gone:
        return ""
    notes = "\n".join(_line(it) + (f" ({it.reason})" if it.reason else "") for it in gone)
    searches = _indented(search(gone, changes.names))
    # Of notes of an adopted deck there is no such package: they are in another author's note types.
    marked = _MARKED.format(deck=changes.deck) if not all(it.extras.carrier for it in gone) else ""
    return _WITHDRAWN.format(count=len(gone), notes=notes, search=searches, marked=marked)


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)
