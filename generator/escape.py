"""A plain text, or HTML made of one -> HTML that shows it, in which neither Anki nor MathJax finds a thing to do."""

import re
from collections.abc import Collection

from generator.characters import blank
from generator.cloze import EMPTY_TEX, guard
from generator.compiled import Html

ANKI_TAG = re.compile(r"\[(?=(?:sound|anki|\[type):|/?(?:latex|\$\$?)\]|/?anki\b)", re.IGNORECASE)
TAG = re.compile(r"<(/?)([a-z0-9]+)[^<>]*>")
_TEX_BEGINS = re.compile(r"(<[^<>]*>)|\\(?=[(\[]|&#91;)")  # a tag, to be passed over; or what MathJax would begin with
_SHOWN = re.compile(r"(?:<[^<>]*>)*[0-9A-Za-z]")  # how a text begins that surely shows something
_EMPTY = re.compile(EMPTY_TEX.pattern + r"|(?:&#123;)?\{c[\d,]+::|\}\}")


def escape_text(text: str) -> str:
    """Return a text as HTML that shows it, with quotes fit for an attribute."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def without_tags(html: str, ours: Collection[str] = ()) -> str:
    """Return HTML in which Anki runs nothing that was typed; `ours` are the sounds that may play."""

    def bracket(match: re.Match[str]) -> str:
        return "[" if any(html.startswith(f"[sound:{name}]", match.start()) for name in ours) else "&#91;"

    return ANKI_TAG.sub(bracket, html) if "[" in html else html


def without_formulas(html: str) -> str:
    """Return HTML in which MathJax finds no formula."""
    return _TEX_BEGINS.sub(lambda match: match[1] or "\\<span></span>", html) if "\\" in html else html


def as_shown(text: str) -> Html:
    """Return the HTML of a text that stands for itself: no Markdown, no TeX, no cloze."""
    return Html(without_formulas(without_tags(guard(escape_text(text)))))


def shows_nothing(html: str) -> bool:
    """Say whether a student would see nothing: no word, no picture, no sound, only empty formulas and links."""
    return not _SHOWN.match(html) and "<img" not in html and blank(_EMPTY.sub("", TAG.sub("", html)))
