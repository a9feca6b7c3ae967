"""Stats -> what is printed: columns that fit a terminal, or JSON with the same facts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from textwrap import wrap

from generator.base.characters import shown_width
from generator.base.diagnostics import counted
from generator.show.report import dumped, sized
from generator.show.stats import Stats, Tally, Uses

_NUMBERS = 14  # columns of "  notes  cards"
_SHARE = 7  # columns of "    14%"
_LEAST_BAR, _MOST_BAR = 6, 24  # columns


def stats_json(stats: Stats) -> str:
    """Return what a deck holds as a JSON object."""
    evenness = None if stats.evenness is None else round(stats.evenness, 2)
    return dumped(asdict(stats) | {"evenness": evenness})


def stats_text(stats: Stats, width: int = 80) -> str:
    """Return what a deck holds, in lines of at most `width` columns."""
    return "".join(f"{line}\n" for line in _lines(stats, width))


def _lines(stats: Stats, width: int) -> Iterator[str]:
    media = f", {counted(stats.media, 'media file')} of {sized(stats.media_bytes)}" if stats.media else ""
    yield from _folded(f"{stats.name} ({stats.deck})", width)
    yield from _folded(f"{counted(stats.notes, 'note')}, {counted(stats.cards, 'card')}{media}", width)
    yield ""
    below = f"{stats.name}::"
    subdecks = [Tally(it.name.removeprefix(below), it.notes, it.cards) for it in stats.subdecks]
    yield from _table("subdeck", subdecks, width, bars=True)
    yield ""
    yield from _table("kind", stats.kinds, width, bars=True)
    yield ""
    yield from _table("tag", [_indented(tag) for tag in stats.tags], width)
    if stats.untagged or not stats.tags:
        yield f"without a tag: {counted(stats.untagged, 'note')}"
    yield ""
    without = f"; {counted(stats.unsourced, 'note')} without any" if stats.unsourced else ""
    yield from _used("source", stats.sources, width, without)
    if stats.disputes:
        yield ""
        yield from _used("dispute", stats.disputes, width)
    yield ""
    yield from _folded(_answers(stats), width)
    yield from _folded(_topics(stats), width)


def _indented(tag: Tally) -> Tally:
    *above, last = tag.name.split("::")
    return Tally("  " * len(above) + last, tag.notes, tag.cards)


def _table(what: str, tallies: Sequence[Tally], width: int, bars: bool = False) -> Iterator[str]:
    """Yield a line for each name; a bar is as long as the cards are many, where there is room for it."""
    room = width - _NUMBERS - (_SHARE if bars else 0)
    across = min(max((shown_width(it.name) for it in tallies), default=0), room)
    across = max(across, len(what))
    yield f"{what}{' ' * (across - len(what))}  notes  cards{'  share' if bars else ''}"
    most = max((it.cards for it in tallies), default=0)
    total = sum(it.cards for it in tallies)
    longest = min(_MOST_BAR, room - across - 2)
    for it in tallies:
        line = f"{_cut(it.name, across)}  {it.notes:5,}  {it.cards:5,}"
        if bars and total:
            line += f"  {it.cards / total:5.0%}"
            line += "  " + "#" * max(1, round(longest * it.cards / most)) if longest >= _LEAST_BAR else ""
        yield line.rstrip()


def _cut(text: str, across: int) -> str:
    """Return a text that takes exactly so many columns."""
    if shown_width(text) <= across:
        return text + " " * (across - shown_width(text))
    while shown_width(text) > across - 3:
        text = text[:-1]
    return _cut(text + "...", across)


def _used(what: str, uses: Sequence[Uses], width: int, rest: str = "") -> Iterator[str]:
    """Yield the keys by how many notes name them."""
    yield from _folded(f"{counted(len(uses), what)}, by how many notes name each{rest}", width)
    for notes, group in groupby(uses, key=lambda it: it.notes):
        keys = ", ".join(it.key for it in group)
        yield from wrap(keys, width, initial_indent=f"{notes:5,}  ", subsequent_indent=" " * 7, break_on_hyphens=False)


def _answers(stats: Stats) -> str:
    it = stats.answers
    if it is None:
        return "answers: no card has words to count"
    return (
        f"answers: half have at most {counted(it.median, 'word')}, nine in ten at most {it.nine_in_ten:,}; "
        f"the longest has {it.longest:,} ({it.longest_id})"
    )


def _topics(stats: Stats) -> str:
    if stats.evenness is None:
        return "topics: give notes at least two different 'topic::' tags to see how evenly they are covered"
    ordered = sorted(stats.topics, key=lambda it: it.notes)
    few, many = (f"{it.name.partition('::')[2]} ({it.notes:,})" for it in (ordered[0], ordered[-1]))
    return (
        f"topics: evenness {stats.evenness:.2f}, where 1 is as many notes on each; "
        f"most: {many}; fewest, so the next to write about: {few}"
    )


def _folded(text: str, width: int) -> Iterable[str]:
    return wrap(text, width, subsequent_indent="  ", break_on_hyphens=False)
