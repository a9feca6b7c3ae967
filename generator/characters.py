"""Characters a text may not hold: they are invisible, reorder what is shown, or break Anki's import."""

import re
import unicodedata

# Zero-width joiners are how many scripts and emoji are written, so they stay between two letters beyond ASCII.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000f0000-\U0010ffff]"
    "|(?<![^\x00-\x7f\\s])[\u200c\u200d]|\u200d(?![^\x00-\x7f\\s])"
)

# Marks of a text that went through the wrong encoding, and tags nobody sees. They are shown, so they only warn.
SUSPICIOUS = re.compile(
    "\ufffd|Ã[\x80-\xbf©¤¶¼±¨«¢®´]|â€[\x80-\xff™œ“”˜]|Â[°µ±²³·§®©½¼¾]|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0001-\U000e007f]+"
)

_BREAK = re.compile(r"[\t\n]")
_COMMAND = re.compile(r"^(?=\s*::)\s*:")
_BLANK = re.compile(
    r"<[\s/]*(?:br|p|div|span)\b[^<>]*>|&nbsp;?|[\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b-\u200d\u2060\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]",
    re.IGNORECASE,
)


def name_of(character: str) -> str:
    """Return "U+200B (zero width space)"."""
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


def one_line_of_text(text: str) -> bool:
    """Say whether a text is one line, without a character that no text may hold."""
    return text.isprintable() or not (_BREAK.search(text) or FORBIDDEN.search(text))


def visible(text: str) -> str:
    """Return a text as one line that can be printed anywhere: nothing in it moves a cursor or commands a workflow.

    Source of `::` and `##[`: GitHub docs, Workflow commands; the second is the form of old runners, at any place.
    """
    if not text.isprintable():
        text = SUSPICIOUS.sub(_hidden, FORBIDDEN.sub("\ufffd", _BREAK.sub("\ufffd", text)))
    if "##[" in text:
        text = text.replace("##[", "#\ufffd[")
    return _COMMAND.sub("\ufffd:", text, count=1) if "::" in text else text


def _hidden(match: re.Match[str]) -> str:
    return "\ufffd" * len(match[0]) if match[0] >= "\U000e0000" else match[0]


def blank(text: str) -> bool:
    """Say whether a reader would see nothing: spaces, zero-width characters and the tags for them count as nothing."""
    first = text[:1]
    if first.isascii() and first.isalnum():  # as nearly every text
        return False
    return not _BLANK.sub("", text)


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
    """Return a text on one line, cut to `longest` characters."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
