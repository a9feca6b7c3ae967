"""A question and its answer, in words -> what makes them hard to learn. codes.toml says more of each rule.

Adding a rule is one function, and its name in QUESTIONS (a question note) or PARTS (an item, a cell). Where no
question mark stands, the front may be a term or a phrase to translate.
"""

import re
from collections.abc import Callable
from itertools import takewhile
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic, warning
from generator.base.patterns import regex
from generator.lint.languages import Language, beginnings, language_of, languages
from generator.source.values import Text
from generator.text.words import Said, Vocabulary, count, longer

LONG_ANSWER = 30  # words
LONG_FRONT, LONG_VIGNETTE = 45, 60
_OF_A_PROBLEM = 3  # numbers in a question that is worked out from them
_SAID_BY = 4  # words beside a quotation
_ECHO = 3  # words of the question that an answer begins with: so many are read, not recalled
_MOST_PARTS, _PART = 4, 4  # of an answer that lists; how many words one part of such a list may have
_PHRASE = 4  # words that may be a phrase to translate: "Is that so?"
_GLOSSED, _TRANSLATED = 2, 4  # words of a term whose meanings are listed; of one that is asked for them, too

_CHAIN = regex(r"\s(?:\u2192|\u21d2|[-=]>)\s")  # from one step to the next

_LETTERS = re.compile(r"\W{0,9}([^\W\d_]+)")
_STOPS = ".,;:!?()*_\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"  # what a word is taken out of
_MARK = ("?", "\uff1f")
_COMMAND = regex(r"\W*code\d+x?\W*|(?!\w+\W*$)\S+")  # code, or one word with signs: !ls
_TO_YOU = regex(r"(?:can|could|would|will|do) you\b")  # "Can you name the layers?" is an order
_BULLET = regex(r"(?:^|\n)(?:[-+*]|\d{1,3}[.)])\s")
_ASIDE = r",[^,;\n]{1,40},"  # "or, by day, a warrant"
_SEPARATORS = rf"[,;\u3001]|{_BULLET.pattern}"
# What is in brackets, commas of numbers, and bullets below others.
_NOT_PARTS = regex(
    r"\([^()\n]{0,300}\)|\[[^\[\]\n]{0,300}\]|(?<=\d),(?=\d)|\n[ \t]{1,20}[^\n]{0,2000}"
)  # nested bullets
_WORD = r"[^\W\d_]{3}|[\u4e00-\u9fff]{2}"  # in a part that is more than a sign
_DATE = regex(r"\W*may \d")  # "may" is a month
_IT_IS_THAT = regex(r"it\s+(?:is|was)\s+(?:\w+\s+){1,4}that\b")  # "It was found in 1850 that lime ..."
_SOUGHT = re.compile(r"this\s+(?:is|was)\s+(?:a|an|the)\s[^.?!]*\?\W*")  # "This was the first stain?"
_NO_SUBJECT = re.compile(
    r"(?:it|they)\s|(?:this|these|that|those)\s+(?:is|are|was|were|has|have|had|can|may|does|do)\s"
)
_NEGATIVE = regex(
    r"(?:^|[.,:;?]\s{1,3})(?:[a-z]{1,9} )?\b(?:which|what|who|where)\b"
    r"(?:(?!\b(?:if|when|unless|because|though|although|who|whom|that|which|while|whether)\b)[^?.;:]){0,100}?"
    r"\b(?:is|are|was|were|does|do|did|has|have|can|could|should|would|will|may)\s+(not)\b"
    r"(?! (?:belong|fit|exist)\b|[^?.;:]{0,100}\buntil\b)"
    r"|\b(?:all|any|each|every)\b[^?(]{0,80}\b(except)\b(?![^?]{1,40} and (?:what|which|whom?)\b)"
    r"|\b(except)\s*(?:which|$|[?:])"
    r"|\b(least) (?:likely|probable|important|effective|often|frequent|common(?! (?:multiple|denominator|divisor)))"
)
_STRESSED = regex(r"[*_](?:not|except|least)[*_]|\b(?:NOT|EXCEPT|LEAST)\b")
_CHOICE = regex(
    r"\b(?:or|versus|vs|either|differences? between|distinguish(?:es)? between|which of|of these|of the following)\b"
    r"|\btells?\b[^?.]{1,80}\bfrom\b"
)
_OPTIONS = regex(r"(?:^|\s)\(?a[.)]{1,2}\s.{1,300}?\s\(?b[.)]{1,2}\s|\n\s*[-+*]\s.{1,300}?\n\s*[-+*]\s", re.DOTALL)
_QUOTED = regex(
    r"\"[^\"\n]*\"|[\u201c\u201e][^\u201c\u201d]*[\u201c\u201d]|\u00ab[^\u00bb]*\u00bb|^>[^\n]*", re.MULTILINE
)
_LISTED = regex(r"(?:^|\s)\(?a[.)]{1,2}\s.{1,300}?\s\(?b[.)]{1,2}\s.*|\n\s*(?:[-+*]|\w{1,2}[.)])\s[^\n]*", re.DOTALL)
_QUANTITY = regex(r"(?<![^\W_])\d")
_OF_WORDS = regex(
    r"\b(?:plural|singular|tense|participle|comparative|superlative|genitive|translat\w+|conjugat\w+|sp[eo]l[lt]\w*)\b"
    r"|\bin (?:[a-z]+(?:ish|ian|man|nese)|french|dutch|greek|latin)\b"
)
_ABSOLUTE = re.compile(
    r"(?<=\w)\W{1,3}(always|never|pathognomonic"
    r"|(?<!for )(?:all|only) (?:patients|cases|people|children|adults))(?![-\w])"
)  # "Never under the skin" is an instruction, and "for all patients" says whom it is for
_WORDING = re.compile(r"\b(?:says?|said|mottos?|slogans?|proverbs?|quot\w+)\b")
_NOW_OR_NEVER = regex(r"\W*(?:always|never)\b")
_HEDGED = regex(r"(?:\b(?:not|cannot|no|nor|hardly|rarely|seldom|almost|nearly|if|unless|than)|n't)\b[^.;:]{0,60}$")
_CLAIM = 15  # words: a longer answer argues, and allows for exceptions in other words
_SOMEBODY = regex(r"\b(?:patient|man|woman|boy|girl|child|infant|newborn|toddler|mother|father|year-old|month-old)\b")


class Asked(NamedTuple):
    """A question note, in words."""

    front: Said
    back: Said
    first: str  # the first word of the front
    says: str  # the first word of the back, without stops
    vocabulary: Vocabulary
    reverse: bool  # whether it is asked the other way, too


def asked(front: Said, back: Said, vocabulary: Vocabulary, reverse: bool = False) -> Asked:
    """Return a question with its answer."""
    says = _LETTERS.match(back.plain)
    first = front.plain.split(None, 1)[0] if front.words else ""
    return Asked(front, back, first, says[1] if says else "", vocabulary, reverse)


def a_coin_cannot_answer(it: Asked) -> Diagnostic | None:
    """A question of yes or no is right half the time without knowledge, and recalls nothing."""
    plain, known = it.front.plain, beginnings()
    doubtful = it.first in known.verbs or (not plain.isascii() and any(word in plain for word in known.joined))
    if not doubtful and it.says not in known.truths:
        return None
    if it.back.plain.rstrip().endswith(_MARK):
        return None  # a phrase and its translation
    language = language_of(f"{plain} {it.back.plain}")
    if not language.judges(plain):
        if not plain.rstrip().endswith(_MARK) or not language.doubts.search(plain) or _TO_YOU.match(plain):
            return None
        if _DATE.match(plain):
            return None
        if _offers(plain, language) or language.asks.search(plain):
            return None
    if _is_guessed(it, language):
        return None  # the answer says so, too: one message is enough
    help = "ask which, what, where or why, so that the answer has to be recalled"
    return warning(it.front.text.span, "L01", "this can be answered with yes or no", help)


def _offers(plain: str, language: Language) -> bool:
    return bool(language.choice.search(plain) or _CHOICE.search(plain) or _OPTIONS.search(plain))


def _is_guessed(it: Asked, language: Language) -> bool:
    """Say whether the answer is yes or no, or true or false where the question does not say so (L01 reports that)."""
    plain, back = it.front.plain, it.back.plain
    if language.says_yes_or_no(back):
        return True
    if not language.says_true_or_false(back) or language.judges(plain) or not longer(plain, _PHRASE):
        return False
    return not language.common.isdisjoint(plain.split())  # else the question is in a language without a table


def an_answer_says_something(it: Asked) -> Diagnostic | None:
    """Yes and No are guessed; the fact stays in the question, where nobody recalls it."""
    plain = it.front.plain
    if it.says not in beginnings().truths or not any(mark in plain for mark in _MARK):
        return None
    language = language_of(f"{plain} {it.back.plain}")
    if not _is_guessed(it, language) or language.asks.search(plain) or _offers(plain, language):
        return None
    help = "ask for the fact itself: which, what, where or why"
    return warning(it.back.text.span, "L02", "the answer is yes or no", help)


def an_answer_is_no_list(it: Asked) -> Diagnostic | None:
    """A list in one answer is half known for ever: nobody can grade it, and no part comes back alone."""
    plain = it.back.plain
    stops = sum(map(plain.count, (",", ";", "\n", "\u3001")))
    if stops < _MOST_PARTS - 1 or "|" in plain:
        return None  # a table has its own reasons
    joins = language_of(f"{it.front.plain} {plain}").joins
    if stops + (plain.count(f" {joins[0]} ") if joins else 0) < _MOST_PARTS:
        return None
    bullets = len(_BULLET.findall(plain))
    joined = rf"\b(?:{'|'.join(joins)})\b(?:{_ASIDE})?"
    between = rf"{joined}|{_SEPARATORS}" if joins and bullets < 2 else _SEPARATORS  # 'raised and red' is one bullet
    parts = [part for part in re.split(between, _NOT_PARTS.sub(" ", plain)) if re.search(_WORD, part)]
    in_short = max(map(count, parts), default=0) <= _PART
    things = len(parts) if in_short else 0 if longer(plain, LONG_ANSWER) else bullets  # L03 reports the long ones
    if things <= _MOST_PARTS or _is_glossed(it) or _asks_for_few(it.front.plain):
        return None
    help = "make a 'list:' of it, one card for each item, or ask for the one that matters"
    return warning(it.back.text.span, "L04", f"the answer lists {things} things", help)


def _asks_for_few(front: str) -> bool:
    """Say whether any of the things that an answer lists will do: "name one layer" is too short for a language."""
    return any(it.few.search(front) for it in languages().values())


def _is_glossed(it: Asked) -> bool:
    """Say whether a front is a term, of which the answer may list the meanings."""
    front, most = it.front.plain, _TRANSLATED if it.reverse else _GLOSSED
    return not longer(front, most) and count(front) <= most and not any(mark in front for mark in _MARK)


def a_question_has_an_end(it: Asked) -> Diagnostic | None:
    """What is to be described or discussed does not have one answer that is right or wrong."""
    word = it.first if it.first in beginnings().open else _joined_order(it.front.plain)
    if not word or count(it.front.plain) < 2 or _COMMAND.fullmatch(it.back.plain.strip()):
        return None  # one word is to be translated, and a command is what carries an order out
    if 1 < len(_CHAIN.findall(it.back.plain)) < _MOST_PARTS:
        return None  # a way of few steps is right or wrong
    help = "ask for one thing that has one answer"
    return warning(it.front.text.span, "L05", f"'{word}' does not ask for a single answer", help)


def _joined_order(plain: str) -> str:
    """Return the word by which a text without spaces orders to describe or discuss, or ""."""
    if plain.isascii():
        return ""
    return next((it for it in language_of(plain).open if language_of(plain).joined and plain.startswith(it)), "")


def a_question_names_its_subject(it: Asked) -> Diagnostic | None:
    """Cards come one by one, months apart: nobody knows what "it" was."""
    plain = it.front.plain
    if "?" not in plain:
        return None  # a phrase to translate
    if _SOUGHT.fullmatch(plain) and not language_of(plain).asks.search(plain):
        return None  # "this" is what the answer names
    return without_subject(it.front.text, plain)


def without_subject(text: Text, plain: str) -> Diagnostic | None:
    """Report a text that begins with a pronoun; beside a picture it means the picture."""
    match = _NO_SUBJECT.match(plain)
    if not match or "![" in text.value or _IT_IS_THAT.match(plain):
        return None
    word = match[0].split()[0]
    return warning(text.span, "L06", f"this begins with '{word}', and does not say what that is", "name it")


def a_question_asks_what_is(it: Asked) -> Diagnostic | None:
    """A small "not" is read over, and what is not so is a fact of no use."""
    plain = it.front.plain
    if "not " not in plain and "except" not in plain and "least" not in plain:
        return None
    match = _NEGATIVE.search(_QUOTED.sub(" ", plain))
    if not match or _STRESSED.search(it.front.text.value):
        return None
    word = match[match.lastindex or 0]
    help = f"ask for what is so, or stress the word: **{word}**"
    return warning(it.front.text.span, "L07", f"'{word}' in a question is easily read over", help)


def a_question_keeps_its_answer(it: Asked) -> Diagnostic | None:
    """Reading the question is reading the answer."""
    found = kept_answer(it.back, it.front.words, it.front.plain, it.vocabulary)
    plain = it.front.plain
    if not found or not any(mark in plain for mark in _MARK) or _OF_WORDS.search(plain):
        return None  # 'das Hotel' is a hotel
    language = language_of(plain)
    if (language.tag == "en" and _is_namesake(it)) or _is_beside_a_slash(it):
        return None
    return None if _offers(plain, language) else found  # a choice holds its answer


def _is_namesake(it: Asked) -> bool:
    """Say whether an answer is a name that the question names, too: the capital of Luxembourg is Luxembourg."""
    names, asked = (re.split(r"['\u2019]s\b|[\s-]", text.value) for text in (it.back.text, it.front.text))
    seen = {word.strip(_STOPS) for word in asked[1:]}
    return all(name.istitle() and name.isalpha() and name in seen for name in (word.strip(_STOPS) for word in names))


def _is_beside_a_slash(it: Asked) -> bool:
    """Say whether an answer is one of those that the question offers as 'raised/flat'."""
    answer = re.escape(it.back.plain.strip().strip(_STOPS))
    return bool(answer) and re.search(rf"/\s?{answer}\b|\b{answer}\s?/", it.front.plain) is not None


def kept_answer(back: Said, seen: frozenset[int], plain: str, vocabulary: Vocabulary) -> Diagnostic | None:
    """Report an answer of which every telling word is among those seen."""
    if not vocabulary.gives_away(seen, plain, back) or not vocabulary.in_a_row(plain, back):
        return None
    if _QUANTITY.search(back.plain):
        return None  # the unit may be asked for
    help = "take the answer's words out of the question"
    return warning(back.text.span, "L08", "the question already holds every word of this answer", help)


def a_question_is_read_at_once(it: Asked) -> Diagnostic | None:
    """Reading is not recall: a long front costs a minute a day, and is known by its look in the end."""
    plain = it.front.plain
    if not longer(plain, LONG_FRONT):
        return None
    plain = _LISTED.sub(" ", _QUOTED.sub(" ", plain))
    tells_a_case = _SOMEBODY.search(plain) or len(_QUANTITY.findall(plain)) >= _OF_A_PROBLEM
    if not longer(plain, LONG_VIGNETTE if tells_a_case else LONG_FRONT):
        return None
    help = "leave out what does not lead to the answer, or move it to 'extra:'"
    return warning(it.front.text.span, "L54", f"the question has {count(plain)} words", help)


def a_whole_answer_is_short(it: Asked) -> Diagnostic | None:
    """What is long is recalled in part, and graded by feeling; of several answers, any is enough."""
    found = an_answer_is_short(it.back)
    if not found or not longer(_beyond_the_question(it), LONG_ANSWER):
        return None
    if not _asks_for_few(it.front.plain):
        return found
    any_of_them = re.split(r"[;\n]", it.back.plain)
    return found if any(longer(part, LONG_ANSWER) for part in any_of_them) else None


def _beyond_the_question(it: Asked) -> str:
    """Return the answer without the words of the question that it begins with: 'a deposit of lime is ...'."""
    asked = {word.strip(_STOPS) for word in it.front.plain.split()}
    words = it.back.plain.split()
    echo = sum(1 for _ in takewhile(asked.__contains__, (word.strip(_STOPS) for word in words)))
    return " ".join(words[echo:]) if echo >= _ECHO else it.back.plain


def an_answer_is_short(back: Said) -> Diagnostic | None:
    """Report a long answer. A quotation is learnt word for word."""
    if not longer(back.plain, LONG_ANSWER) or count(_QUOTED.sub(" ", back.plain)) <= _SAID_BY:
        return None
    words = count(back.plain)
    help = "ask for one thing, and move the rest to 'extra:' or to notes of its own"
    return warning(back.text.span, "L03", f"the answer has {words} words", help)


def an_answer_allows_for_exceptions(it: Asked) -> Diagnostic | None:
    """In medicine hardly anything is always so: an absolute word is mostly an error."""
    if "?" not in it.front.plain or _WORDING.search(it.front.plain):
        return None  # 'I always eat' is a phrase to translate, and a quotation is learnt word for word
    return without_exceptions(it.back)


def without_exceptions(back: Said) -> Diagnostic | None:
    """Report an absolute word that is not the first. "Never: they always apply" is the answer to a question of when."""
    plain = back.plain
    if not any(word in plain for word in ("always", "never", "pathogno", "all ", "only ")) or longer(plain, _CLAIM):
        return None
    match = _ABSOLUTE.search(plain)
    if not match or _NOW_OR_NEVER.match(plain) or _HEDGED.search(plain[: match.start(1)]):
        return None
    help = "say how often, or how firmly it is known"
    return warning(back.text.span, "L20", f"'{match[1]}' leaves no room for exceptions", help)


QUESTIONS: tuple[Callable[[Asked], Diagnostic | None], ...] = (
    a_coin_cannot_answer,
    an_answer_says_something,
    an_answer_is_no_list,
    a_question_has_an_end,
    a_question_names_its_subject,
    a_question_asks_what_is,
    a_question_keeps_its_answer,
    a_question_is_read_at_once,
    a_whole_answer_is_short,
    an_answer_allows_for_exceptions,
)
PARTS: tuple[Callable[[Said], Diagnostic | None], ...] = (an_answer_is_short, without_exceptions)
_OF_THE_SUBJECT = (a_question_names_its_subject, a_question_keeps_its_answer)  # the stem names it; L72 reports both
OF_A_STEM = tuple(rule for rule in QUESTIONS if rule not in _OF_THE_SUBJECT)
OF_OPTIONS = (a_question_names_its_subject, a_question_asks_what_is, a_question_is_read_at_once)
