"""Characters a text may not hold: they are invisible, reorder what is shown, or break Anki's import."""

import re
import unicodedata
from collections.abc import Iterator

from generator.base.patterns import regex

# Zero-width joiners are how many scripts and emoji are written, so they stay between two letters beyond ASCII. Some
# scripts need more of these characters: `forbidden` decides by the letters around them.
FORBIDDEN = regex(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000f0000-\U0010ffff]"
    "|(?<![^\x00-\x7f\\s])[\u200c\u200d]|\u200d(?![^\x00-\x7f\\s])"
)

# Forbidden everywhere: all of them but the joiners and marks that some script needs.
ALWAYS_FORBIDDEN = regex(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u180e\u2028-\u202e\u2061-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000f0000-\U0010ffff]"
)

_UNSPACED = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Tibetan, Burmese, Khmer: no spaces between words
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
_JOINED = f"{_RIGHT_TO_LEFT}{_UNSPACED}\u0900-\u0dff\u1800-\u18af\ua840-\ua87f\ua8e0-\ua8ff"
_NEEDED_BY = {  # the scripts in whose words a character is needed
    "\u200b": f"[{_UNSPACED}]",
    "\u200c": f"[{_JOINED}]",
    "\u200d": f"[{_JOINED}]",
    "\u2060": f"[{_JOINED}]",
}
_DIRECTION_MARKS = "\u061c\u200e\u200f"
NEEDED_SOMEWHERE = frozenset([*_NEEDED_BY, *_DIRECTION_MARKS])
# Signs and digits do not count.
RIGHT_TO_LEFT_LETTER = regex(f"(?![\u061c\u0600-\u061f\u0660-\u066d])[{_RIGHT_TO_LEFT}]")
_MARKUP = regex(r"\{\{c[\d,]*::|</?[A-Za-z]+>")
_LINE = 1_000  # characters of a line on either side that are looked at
_NEAR = 80  # characters on either side in which a letter is looked for

# Marks of a text that went through the wrong encoding, and tags nobody sees. They are shown, so they only warn.
SUSPICIOUS = regex(
    "\ufffd|Ã[\x80-\xbf©¤¶¼±¨«¢®´]|â€[\x80-\xff™œ“”˜]|Â[°µ±²³·§®©½¼¾]|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0001-\U000e007f]+"
)
SUSPECTS = "\ufffdÃâÂ"  # what is suspicious and printable begins with one of these

_BREAK = regex(r"[\t\n]")
_COMMAND = regex(r"^(?=\s*::)\s*:")
_BLANK = regex(
    r"<[\s/]*(?:br|p|div|span)\b[^<>]*>|&nbsp;?|[\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b-\u200d\u2060\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]",
    re.IGNORECASE,
)


def forbidden(text: str) -> Iterator[re.Match[str]]:
    """Yield what a text may not hold.

    A joiner is right beside a letter whose script needs it, mark-up passed over; a direction mark in a line with
    letters that run from right to left.
    """
    return (match for match in FORBIDDEN.finditer(text) if not _needed(text, match.start()))


def _needed(text: str, at: int) -> bool:
    first, last = max(0, at - _LINE), min(len(text), at + _LINE)
    begin, end = text.rfind("\n", first, at) + 1 or first, text.find("\n", at, last)
    end = last if end < 0 else end
    if text[at] in _DIRECTION_MARKS:
        return RIGHT_TO_LEFT_LETTER.search(text, begin, end) is not None
    script = _NEEDED_BY.get(text[at])
    if script is None:
        return False
    before = _MARKUP.sub("", text[max(begin, at - _NEAR) : at])
    after = _MARKUP.sub("", text[at + 1 : min(end, at + _NEAR)])
    letters = (next(filter(str.isalpha, reversed(before)), ""), next(filter(str.isalpha, after), ""))
    return any(re.match(script, it) for it in letters)


def name_of(character: str) -> str:
    """Return "U+200B (zero width space)"."""
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


def one_line_of_text(text: str) -> bool:
    """Say whether a text is one line, without a character that no text may hold, whatever stands around it."""
    return text.isprintable() or not (_BREAK.search(text) or ALWAYS_FORBIDDEN.search(text))


def visible(text: str) -> str:
    """Return a text as one line that can be printed anywhere: nothing in it moves a cursor or commands a workflow.

    Source of `::` and `##[`: GitHub docs, Workflow commands; the second is the form of old runners, at any place.
    """
    if not text.isprintable():
        whole = _BREAK.sub("\ufffd", text)
        seen = FORBIDDEN.sub(lambda match: match[0] if _needed(whole, match.start()) else "\ufffd", whole)
        text = SUSPICIOUS.sub(_hidden, seen)
    if "##[" in text:
        text = text.replace("##[", "#\ufffd[")
    return _COMMAND.sub("\ufffd:", text, count=1) if "::" in text else text


def _hidden(match: re.Match[str]) -> str:
    return "\ufffd" * len(match[0]) if match[0] >= "\U000e0000" else match[0]


def blank(text: str) -> bool:
    """Say whether a reader would see nothing: only spaces, zero-width characters and the tags for them."""
    if "!" <= text[:1] <= "~" and text[0] not in "<&":  # as nearly every text begins
        return False
    return not _BLANK.sub("", text)


def unescaped(html: str) -> str:
    """Return HTML with the characters that its references stand for."""
    if "&" not in html:
        return html
    from html import unescape  # its table of names takes a millisecond, and few texts have one

    return unescape(html)


def nfc(text: str) -> str:
    """Return the composed form, which is what Anki stores."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """Return what two names have in common that Anki takes for one: it composes letters and ignores case."""
    return nfc(nfc(text).casefold())


def shown_width(text: str) -> int:
    """Return how many columns of a terminal a text takes: 2 for wide characters, 0 for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(it) or unicodedata.category(it) in ("Cf", "Me", "Mn")
        else 2
        if unicodedata.east_asian_width(it) in "WF"
        else 1
        for it in text
    )


def shortened(text: str, longest: int) -> str:
    """Return a text on one line, cut to `longest` characters, without those that no text may hold."""
    text = " ".join(text.split())
    if not text.isprintable():
        text = " ".join(ALWAYS_FORBIDDEN.sub(" ", text).split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
