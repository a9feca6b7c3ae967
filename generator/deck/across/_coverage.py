"""A Deck -> what of its sources, disputes and tags does not add up: facts without a source, sources without a fact.

What a deck owes follows from what it does: where hardly a note names a source, no note must. Adding a rule is one
function, and its name in RULES.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic, counted, warning
from generator.deck import facts as d
from generator.source.authored import Common
from generator.source.values import Text

Found = tuple[Common | None, Diagnostic]
Fact = tuple[Common, Text, str]  # its place, and the first number in it where it names no source
Rule = Callable[[d.Deck, tuple[Fact, ...]], Iterable[Found]]

_TOPIC = "topic::"
_DISPUTED = "disputed"
_SHORTEST, _LONGEST = 5, 40  # letters of a level of a tag that is looked at for slips


class Balance(NamedTuple):
    """How many facts there are, and of how many is said what most of a deck have."""

    facts: int
    with_source: int
    with_topic: int

    def decides_as(self, other: "Balance") -> bool:
        """Say whether the same is missed of the facts that lack it."""
        return all(
            _most(it, self.facts) == _most(its, other.facts) for it, its in zip(self[1:], other[1:], strict=True)
        )


def balance_of(facts: Iterable[d.FactSummary]) -> Balance:
    """Return how many facts name a source, and how many a topic."""
    both = [(bool(it.common.sources), _has_topic(it.common)) for it in facts]
    return Balance(len(both), sum(it for it, _ in both), sum(it for _, it in both))


def _has_topic(common: Common) -> bool:
    return any(tag.value.startswith(_TOPIC) for tag in common.tags)


def check(deck: d.Deck) -> tuple[Found, ...]:
    """Return everything the rules find. A deck that could not be read whole may have what seems to be missing."""
    if deck.faulty:
        return ()
    facts = tuple([(it.common, it.place, it.number) for it in d.facts(deck)])
    return tuple(found for rule in RULES for found in rule(deck, facts))


def facts_have_sources(deck: d.Deck, facts: tuple[Fact, ...]) -> Iterator[Found]:
    """A fact without a source cannot be checked, nor corrected when the source is; a number least of all."""
    if not deck.works or not _most(sum(1 for common, _, _ in facts if common.sources), len(facts)):
        return
    for common, place, number in facts:
        if common.sources:
            continue
        if number:
            message, help = f"the number {number} has no source", "add 'sources:' with the work it stands in"
            yield common, warning(place.span, "L22", message, help)
        else:
            message = "this note has no source; most notes of the deck have one"
            yield common, warning(place.span, "L30", message, "add 'sources:' with keys of sources.yaml")


def _most(some: int, all: int) -> bool:
    """Say whether more than half do something, so that the others seem to have forgotten it."""
    return 2 * some > all


def works_can_be_found(deck: d.Deck, facts: tuple[Fact, ...]) -> Iterator[Found]:
    """A title alone leads nobody to the work."""
    cited = {key.value for common, _, _ in facts for key in common.sources}
    for work in deck.works.values():
        if work.key.value in cited and not work.year and not work.link:
            message = f"'{work.key.value}' has neither year nor link, so readers cannot find it"
            help = "add 'link:' or 'year:'; where the work has no date, 'year: n.d.'"
            yield None, warning(work.key.span, "L31", message, help)


def disputes_are_tagged(deck: d.Deck, facts: tuple[Fact, ...]) -> Iterator[Found]:
    """Students find or suspend what is disputed by the tag; the box on the card comes from `dispute`."""
    if not deck.disputes or not any(_tag(common) for common, _, _ in facts):
        return
    told: set[Text] = set()
    errors = {key for key, dispute in deck.disputes.items() if dispute.beware}
    for common, _, _ in facts:
        tag = _tag(common)
        if common.dispute and common.dispute.value in errors:
            continue  # a common error is not disputed; the tag may stand for another dispute of the file
        if tag and not common.dispute and tag not in told:
            told.add(tag)
            help = "add 'dispute:' with a key of disputes.yaml, or delete the tag"
            yield common, warning(tag.span, "L32", "the tag 'disputed' without a dispute", help)
        elif common.dispute and not tag and common.dispute not in told:
            told.add(common.dispute)
            message = "a dispute without the tag 'disputed', which others have"
            yield common, warning(common.dispute.span, "L32", message, "add 'disputed' to the tags")


def _tag(common: Common) -> Text | None:
    return next((tag for tag in common.tags if tag.value == _DISPUTED), None)


def sources_are_used(deck: d.Deck, facts: tuple[Fact, ...]) -> Iterator[Found]:
    """A source that no note names was read in vain, or a note that rests on it lacks it."""
    used = (key.value for common, _, _ in facts for key in common.sources)
    keys = {key: work.key for key, work in deck.works.items()}
    yield from _unused("L60", "source", keys, used)


def disputes_are_used(deck: d.Deck, facts: tuple[Fact, ...]) -> Iterator[Found]:
    """A dispute that no note names is shown to nobody."""
    used = (common.dispute.value for common, _, _ in facts if common.dispute)
    keys = {key: dispute.key for key, dispute in deck.disputes.items()}
    yield from _unused("L61", "dispute", keys, used)


def _unused(code: str, what: str, keys: Mapping[str, Text], used: Iterable[str]) -> Iterator[Found]:
    """Yield the keys that no note uses. Where most are not used, the author has not come to that yet."""
    known = keys.keys() & set(used)
    for key, place in keys.items() if _most(len(known), len(keys)) else ():
        if key not in known:
            help = f"name it in the notes that rest on it, or delete it from {what}s.yaml"
            yield None, warning(place.span, code, f"no note uses the {what} '{key}'", help)


def tags_are_spelt_alike(deck: d.Deck, facts: tuple[Fact, ...]) -> Iterator[Found]:
    """A slip makes a tag of its own, and the note is missed by everybody who studies by the right one."""
    often = Counter(tag.value for common, _, _ in facts for tag in common.tags)
    if 1 not in often.values():
        return
    shorter: dict[str, list[str]] = {}
    for known, times in often.items():
        for form in _with_one_less(known) if times > 1 else ():
            shorter.setdefault(form, []).append(known)
    for common, _, _ in facts:
        for tag in common.tags if shorter else ():
            meant = _meant(tag.value, often, shorter) if often[tag.value] == 1 else ""
            if meant:
                message = f"the tag '{tag.value}' is used only here; '{meant}' is on {often[meant]} notes"
                yield common, warning(tag.span, "L62", message, f"did you mean '{meant}'?")


def _meant(tag: str, often: Mapping[str, int], shorter: Mapping[str, list[str]]) -> str:
    """Return the tag used more often that is a letter less, a letter more or another letter away, or ""."""
    forms = _with_one_less(tag)
    found = [form for form in forms if often.get(form, 0) > 1]
    found += [known for it in (tag, *forms) for known in shorter.get(it, ())]
    return next((it for it in found if it.casefold() != tag.casefold() and _one_letter(it, tag)), "")


def _with_one_less(tag: str) -> list[str]:
    """Return a tag with each letter of its last level left out; short levels and digits are not slips."""
    path, _, level = tag.rpartition("::")
    if not _SHORTEST <= len(level) <= _LONGEST or not level.isalpha() or _is_abbreviation(level):
        return []
    begin = f"{path}::" if path else ""
    return [f"{begin}{level[:at]}{level[at + 1 :]}" for at in range(len(level))]


def _is_abbreviation(word: str) -> bool:
    """Say whether capitals are many, as in HBsAg and HBeAg: of these one letter is all that differs."""
    return 3 * sum(1 for letter in word[1:] if letter.isupper()) >= len(word)


def _one_letter(one: str, other: str) -> bool:
    """Say whether two tags are one letter apart: left out, put in or another."""
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return any(one[start + more :] == other[start + less :] for more, less in ((1, 1), (1, 0), (0, 1)))


def notes_have_a_topic(deck: d.Deck, facts: tuple[Fact, ...]) -> Iterator[Found]:
    """A student who studies a topic by its tag misses the note that lacks it."""
    have = [_has_topic(common) for common, _, _ in facts]
    if not _most(sum(have), len(facts)):
        return
    lacking: dict[str, list[Fact]] = {}  # by file: one 'tags:' mends them all
    for fact, has in zip(facts, have, strict=True):
        if not has and not any(code.value == "L63" for code, _ in fact[0].allow):
            lacking.setdefault(fact[1].source.path, []).append(fact)
    for (common, place, _), *others in lacking.values():
        help = "add one: 'tags:' at the top of the file gives it to every note of it"
        more = f"{counted(len(others), 'more note')} of this file without one" if others else ""
        yield common, warning(place.span, "L63", "no 'topic::' tag; most notes of the deck have one", help, more)


def subdecks_are_in_order(deck: d.Deck, facts: tuple[Fact, ...]) -> Iterator[Found]:
    """Anki gathers new cards deck by deck, in the order of their names. Source: Anki manual, Deck Options > Gather.

    Only an order that the author asked for counts: by `order:`, or by numbered files.
    """
    if not deck.is_ordered:
        return
    before: Common | None = None
    for common, _, _ in facts:
        if common.subdeck is None or (before and before.subdeck and common.subdeck.value == before.subdeck.value):
            continue
        if before and before.subdeck and _gathered(common.subdeck) < _gathered(before.subdeck):
            here, there = common.subdeck.value, before.subdeck.value
            message = f"Anki asks new cards of '{here}' before those of '{there}', which come earlier here"
            help = "to keep this order begin the names of subdecks with numbers, as '1 Basics'; or change 'order:'"
            yield common, warning(common.subdeck.span, "L64", message, help, f"'{there}': {before.subdeck.span.where}")
            return
        before = common


def _gathered(subdeck: Text) -> list[str]:
    return [level.casefold() for level in subdeck.value.split("::")]


RULES: tuple[Rule, ...] = (
    facts_have_sources,
    works_can_be_found,
    disputes_are_tagged,
    sources_are_used,
    disputes_are_used,
    tags_are_spelt_alike,
    notes_have_a_topic,
    subdecks_are_in_order,
)
