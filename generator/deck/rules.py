"""A Deck -> what is wrong between its notes: ids used twice, sources that are not defined, tags that differ in case.

Adding a rule is one function, and its name in RULES or RULES_OF_NOTES.
"""

from collections.abc import Callable, Iterable, Iterator

from generator.base.characters import folded
from generator.base.codes import ALLOWABLE, table
from generator.base.diagnostics import Diagnostic, did_you_mean
from generator.base.limits import ANKI_TAGS, DEFAULT_DECK
from generator.deck._unchanged import again
from generator.deck.across.sums import commons_of
from generator.deck.facts import Deck, commons
from generator.deck.memory import NONE, Memory
from generator.source.authored import Common
from generator.source.project import DISPUTES, SOURCES
from generator.source.shapes import is_citation
from generator.source.values import Text

_OFFERS = 100  # mistakes of a kind after which no nearest key is looked up: each look goes through all of them

Rule = Callable[[Deck], Iterable[Diagnostic]]
RuleOfNotes = Callable[[Deck, tuple[Common, ...]], Iterable[Diagnostic]]  # what its notes and rows have in common


def check(deck: Deck, memory: Memory = NONE) -> tuple[Diagnostic, ...]:
    """Return everything the rules find."""
    return again(memory, "rules", deck, commons_of, lambda: _found(deck), lambda found: found)


def _found(deck: Deck) -> tuple[Diagnostic, ...]:
    its = tuple(commons(deck))
    of_notes = (found for rule in RULES_OF_NOTES for found in rule(deck, its))
    return (*(found for rule in RULES for found in rule(deck)), *of_notes)


def ids_are_unique(deck: Deck) -> Iterator[Diagnostic]:
    """Of two notes with one id Anki would keep both, and never update one of them."""
    seen: dict[str, Text] = {}
    for note in deck.notes:
        id = note.common.id
        if id.value in seen:
            yield Diagnostic(
                id.span,
                "S201",
                f"the id '{id.value}' is used twice",
                "give this note an id of its own",
                f"first used at {seen[id.value].span.where}",
            )
        seen.setdefault(id.value, id)


def sources_are_known(deck: Deck, its: tuple[Common, ...]) -> Iterator[Diagnostic]:
    """An unknown key would leave the fact without its source."""
    yield from _known(deck, its, "S202", "source", (SOURCES, "{title: ...}"), deck.works, keys_of_sources)


def keys_of_sources(common: Common) -> tuple[Text, ...]:
    """Return the sources that are keys, and no citations in words."""
    return tuple(it for it in common.sources if not is_citation(it.value))


def disputes_are_known(deck: Deck, its: tuple[Common, ...]) -> Iterator[Diagnostic]:
    """An unknown key would leave out the box."""
    yield from _known(
        deck,
        its,
        "S203",
        "dispute",
        (DISPUTES, "..."),
        deck.disputes,
        lambda common: (common.dispute,) if common.dispute else (),
    )


def _known(
    deck: Deck,
    its: tuple[Common, ...],
    code: str,
    what: str,
    defined: tuple[str, str],  # the file that does, and how
    known: Iterable[str],
    of: Callable[[Common], tuple[Text, ...]],
) -> Iterator[Diagnostic]:
    file, form = defined
    if file in deck.faulty:  # what it defines is not wholly known
        return
    known, told = frozenset(known), 0
    for key in {key: None for common in its for key in of(common)}:
        if key.value not in known:
            told += 1
            help = f"add it to {file}: '{key.value}: {form}'"
            help = did_you_mean(key.value, known, help) if told <= _OFFERS else help
            yield Diagnostic(key.span, code, f"no {what} has the key '{key.value}'", help)


def renames_make_sense(deck: Deck) -> Iterator[Diagnostic]:
    """`was` names an id that no note has any more."""
    alive = {note.common.id.value: note.common.id for note in deck.notes}
    claimed: dict[str, Text] = {}
    for note in deck.notes:
        was, id = note.common.was, note.common.id
        if was is None:
            continue
        if was.value == id.value:
            yield Diagnostic(
                was.span,
                "S204",
                f"'was:' names the note's own id '{id.value}'",
                "write the note's old id, or delete 'was:'",
            )
        elif was.value in alive:
            yield Diagnostic(
                was.span,
                "S204",
                f"the note '{was.value}' still exists",
                "a rename leaves no note under the old id",
                f"it is at {alive[was.value].span.where}",
            )
        elif was.value in claimed:
            yield Diagnostic(
                was.span,
                "S204",
                f"two notes have 'was: {was.value}'",
                "only one can keep its history",
                f"the other is at {claimed[was.value].span.where}",
            )
        claimed.setdefault(was.value, was)


def allows_are_known(deck: Deck, its: tuple[Common, ...]) -> Iterator[Diagnostic]:
    """An allowance for a code that does not exist silences nothing."""
    others = ", ".join(sorted(it for it in ALLOWABLE if it[0] not in "CL"))
    for code in {code: None for common in its for code, _ in common.allow}:
        if code.value in ALLOWABLE:
            continue
        these = f"C110 to C130, {others} and what a good note is, L01 to L74"
        if code.value not in table():
            help = did_you_mean(code.value, ALLOWABLE, f"these can be allowed: {these}")
            yield Diagnostic(code.span, "S205", f"there is no code '{code.value}'", help)
        else:
            message = f"'{code.value}' is not a warning about a note, so it cannot be allowed"
            yield Diagnostic(code.span, "S205", message, f"delete it; these can be: {these}")


def tags_are_told_apart(deck: Deck, its: tuple[Common, ...]) -> Iterator[Diagnostic]:
    """Anki folds tags that differ in case only, and keeps some for itself."""
    seen: dict[str, Text] = {}
    tags = {tag: None for common in its for tag in common.tags}
    for tag in (deck.tag_root, *tags):
        levels = tag.value.split("::")
        for level in levels:
            if level.lower() in ANKI_TAGS:
                yield Diagnostic(tag.span, "S207", f"'{level}' is a tag of Anki's own", "choose another word")
        if tag is not deck.tag_root:
            yield from _twin(tag, levels, seen, "tag")


def subdecks_are_told_apart(deck: Deck) -> Iterator[Diagnostic]:
    """Anki takes decks that differ in case only for one, at every level."""
    seen: dict[str, Text] = {}
    for subdeck in dict.fromkeys(note.common.subdeck for note in deck.notes):
        if subdeck is not None:
            yield from _twin(subdeck, subdeck.value.split("::"), seen, "subdeck")


def _twin(text: Text, levels: list[str], seen: dict[str, Text], what: str) -> Iterator[Diagnostic]:
    """Yield the first level at which a path differs from an earlier one in case only."""
    for length in range(1, len(levels) + 1):
        path = "::".join(levels[:length])
        first = seen.setdefault(folded(path), text)
        known = "::".join(first.value.split("::")[:length])
        if known != path:
            message = f"the {what} '{path}' differs from '{known}' in case only"
            yield Diagnostic(text.span, "S206", message, f"write '{known}'", f"first used at {first.span.where}")
            return


def deck_is_not_the_default(deck: Deck) -> Iterator[Diagnostic]:
    """Deck `Default` is the student's own."""
    if deck.name.value.split("::")[0].casefold() == DEFAULT_DECK:
        yield Diagnostic(deck.name.span, "S207", "'Default' is the student's own deck", "choose another name")


def there_are_notes(deck: Deck) -> Iterator[Diagnostic]:
    """An empty deck never replaces a good one."""
    if not deck.notes and not deck.faulty:
        yield Diagnostic(deck.id.span, "S211", "this deck has no notes", "write some in a *.yaml file beside deck.yaml")


RULES: tuple[Rule, ...] = (
    ids_are_unique,
    renames_make_sense,
    subdecks_are_told_apart,
    deck_is_not_the_default,
    there_are_notes,
)
RULES_OF_NOTES: tuple[RuleOfNotes, ...] = (
    sources_are_known,
    disputes_are_known,
    allows_are_known,
    tags_are_told_apart,
)
