"""The stem, questions and options of an exam, in words -> what can be answered without knowing it."""

from collections.abc import Sequence
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic, warning
from generator.base.patterns import regex
from generator.lint.wording import kept_answer
from generator.text.words import Said, Vocabulary, count

_ALL_OF = regex(
    r"\W*(?:all|none|both|any|neither|either)(?: two| three| four)? ?(?:of )?(?:the |these |those )?"
    r""
    r"(?:above|below|options?|answers?|choices?|others|these)(?: (?:is|are) (?:correct|right|true|wrong|false))?\W*"
)
_LONGER, _BY = 2.0, 4  # times the longest of the others, and by how many words
_MUCH_LONGER, _BY_MORE = 4.0, 6  # of a wrong option, which is nothing that students choose by


class Earlier(NamedTuple):
    """A question of a case that is asked before another."""

    ask: Said
    answer: Said


class Option(NamedTuple):
    """An option to choose."""

    said: Said
    right: bool


def named_in_the_stem(stem: Said, answer: Said, words: Vocabulary) -> Diagnostic | None:
    """An answer that the stem names is read, not known."""
    if not kept_answer(answer, stem.words, stem.plain, words):
        return None
    help = "describe it in the stem, without its name"
    return warning(answer.text.span, "L72", "the stem names this answer", help)


def right_one_is_not_named(front: Said, options: Sequence[Option], words: Vocabulary) -> Diagnostic | None:
    """A question that names the right option and none of the others has answered itself."""
    named = [it for it in options if words.gives_away(front.words, front.plain, it.said)]
    if not named or not all(it.right for it in named):
        return None
    return named_in_the_stem(front, named[0].said, words)


def given_away_earlier(earlier: Sequence[Earlier], answer: Said, words: Vocabulary) -> Diagnostic | None:
    """An answer that an earlier question of the case names was read a minute ago."""
    for it in earlier:
        if words.gives_away(it.ask.words, it.ask.plain, answer):
            message = "an earlier question of this case gives this answer away"
            help = "word the earlier question otherwise, or ask this one first"
            return warning(answer.text.span, "L73", message, help, f"that is at {it.ask.text.span.where}")
    return None


def options_look_alike(options: Sequence[Option]) -> Diagnostic | None:
    """The right option is often the longest, because it must be right; a student who knows that needs no medicine."""
    options = [it for it in options if not speaks_of_others(it.said.plain)]  # L71 speaks of those
    for it in options:
        others = [count(other.said.plain) for other in options if other is not it]
        length = count(it.said.plain)
        times, by = (_LONGER, _BY) if it.right else (_MUCH_LONGER, _BY_MORE)
        if others and length >= times * max(others) and length - max(others) >= by:
            which = "the right option" if it.right else "this option"
            message = f"{which} has {length} words, and the next longest {max(others)}"
            help = "shorten it, or move the reason to 'why:' or 'extra:'"
            return warning(it.said.text.span, "L70", message, help)
    return None


def speaks_of_others(plain: str) -> bool:
    """Say whether an option is about the others: "all of the above"."""
    return bool(_ALL_OF.fullmatch(plain))


def options_stand_alone(options: Sequence[Option]) -> Diagnostic | None:
    """The options come in any order, so none can refer to those above; and of "all of these" two known ones suffice."""
    for it in options:
        if speaks_of_others(it.said.plain):
            message, help = "this option speaks of the others, which stand in any order", "write an option of its own"
            return warning(it.said.text.span, "L71", message, help)
    return None
