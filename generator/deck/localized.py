"""The fields of a note -> the same as a card in the deck's language shows them: attributes, our words, direction."""

import re
from collections.abc import Mapping

from generator.base.characters import RIGHT_TO_LEFT_LETTER
from generator.base.patterns import regex
from generator.compiled.languages import ENGLISH, LANG, MASKS, Language, summary
from generator.compiled.notes import Html, NoteType

_TEXTS = ("Question", "Answer", "Text", "Extra", "Back Extra", "Dispute", "Header", "Comments")
_LTR_MARK, _RTL_MARK = "\u200e", "\u200f"
_BLOCK = r"</?(?:p|ul|ol|li|table|thead|tbody|tr|th|td|div|details|summary|hr|br|h[1-6]|blockquote|pre)\b[^<>]*>"
_LINES = regex(rf"({_BLOCK})", re.IGNORECASE)
_LINES_OF_LIST = regex(rf"({_BLOCK}|(?<=\}}\}})\s*(?=\{{\{{c\d))", re.IGNORECASE)  # its items are clozes in a row
_UNSEEN = regex(r"<[^<>]*>|\{\{c[\d,]+::|&[#\w]+;|\\\(.*?\\\)", re.DOTALL)
_WHOLE_CLOZE = regex(r"\s*(\{\{c[\d,]+::)(?:(?!\{\{).)*\}\}\s*", re.DOTALL)


def localized(fields: Mapping[str, Html], note_type: NoteType, language: Language) -> dict[str, Html]:
    """Return a note's fields in the language of its deck; those of an English deck are as they were."""
    if not language.attributes:
        return dict(fields)
    words = language.words
    made = {name: _directed(html) if language.is_rtl and name in _TEXTS else html for name, html in fields.items()}
    made |= {LANG: Html(language.attributes), "Updated": Html(dated_words(words.updated, language))}
    made |= {MASKS: Html(words.masks)} if note_type.stock_kind else {}
    made |= {"Reverse": Html(words.pair)} if made.get("Reverse") else {}
    for name, title in (("Dispute", words.differ), ("Sources", words.sources)):
        if html := made.get(name):
            made[name] = _titled(html, title, words.beware)
    return made


def _titled(html: Html, title: str, beware: str) -> Html:
    """Put the title of a fold before its text; a common error has one of its own, in English so far."""
    own = summary(ENGLISH.beware)
    return Html(summary(beware) + html[len(own) :] if html.startswith(own) else f"{summary(title)}\n{html}")


def dated_words(words: str, language: Language) -> str:
    """Return words that a date follows: after Arabic letters its parts would else be shown from the last."""
    return f"{words} {_LTR_MARK if language.is_rtl else ''}"


def _directed(html: Html) -> Html:
    """Mark each line that has letters from right to left and begins with others: the first decides on a card.

    A line without such letters stays as it is: 5 mg/kg is read from left to right in every deck.
    """
    if not RIGHT_TO_LEFT_LETTER.search(html):
        return html
    lines = (_LINES_OF_LIST if '<div class="list' in html else _LINES).split(html)
    return Html("".join([_line(it) if at % 2 == 0 else it for at, it in enumerate(lines)]))


def _line(html: str) -> str:
    seen = _UNSEEN.sub("", html)
    first = next(filter(str.isalpha, seen), "")
    if not first or RIGHT_TO_LEFT_LETTER.match(first) or not RIGHT_TO_LEFT_LETTER.search(seen):
        return html
    if seen.lstrip().startswith((_LTR_MARK, _RTL_MARK)):
        return html  # the author has said so
    whole = _WHOLE_CLOZE.fullmatch(html)  # the mark goes inside, where the card shows a cloze alone
    at = whole.end(1) if whole else 0
    return f"{html[:at]}{_RTL_MARK}{html[at:]}"
