"""A plain text, or HTML made of one -> HTML that shows it, in which neither Anki nor MathJax finds anything to run."""

import re
from collections.abc import Collection

from generator.base.characters import blank
from generator.base.limits import OCCLUSION
from generator.base.patterns import regex
from generator.compiled.notes import Html
from generator.text.cloze import EMPTY_TEX

ANKI_TAG = regex(r"\[(?=(?:sound|anki|\[type):|/?(?:latex|\$\$?)\]|/?anki\b)", re.IGNORECASE)
TAG = re.compile(r"<(/?)([a-z0-9]+)[^<>]*>")
ENTITY = regex(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
# A tag, to be passed over; or what MathJax would begin with, also where a mark or the next text follows.
_TEX_BEGINS = regex(r"(<[^<>]*>)|\\(?=[(\[\U000f0000-\U000ffffd]|&#91;|\Z)")
_SHOWN = re.compile(r"(?:<[^<>]*>)*[0-9A-Za-z]")  # how a text begins that surely shows something
_EMPTY = regex(EMPTY_TEX.pattern + r"|(?:&#123;)?\{c[\d,]+::|\}\}")
_LIVE_HINT = re.compile(r"(?:sound|anki|\[type):|/?(?:latex|anki\b|\$)", re.IGNORECASE)
_DELIMITER = re.compile(r"\}(?=\}|$)|\{(?=\{)|:(?=:|$)")  # the first of two; the last of the text may meet Anki's own


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


def guard(html: str) -> str:
    """Return HTML that shows the same inside a cloze and holds nothing that Anki takes for a part of one."""
    return _DELIMITER.sub(lambda match: f"&#{ord(match[0])};", guard_mask(html))


def guard_mask(html: str) -> str:
    """Return HTML that shows the same inside a cloze, and that Anki does not take for a mask to draw."""
    return html.replace(OCCLUSION, "image&#45;occlusion:")


def guard_hint(html: str) -> str:
    """Return a hint that Anki only shows: it puts brackets round it, which would make `sound:x` a sound."""
    return f"&#{ord(html[0])};{html[1:]}" if _LIVE_HINT.match(html) else html


def disarm(html: str) -> str:
    """Return HTML that shows the same, and in which Anki finds no cloze."""
    return re.sub(r"\{(?=\{)", "&#123;", html) if "{{" in html else html


def guard_tex(tex: str) -> str:
    """Return TeX that means the same inside a cloze and holds nothing that Anki takes for a part of one."""
    return _DELIMITER.sub(lambda match: f"{match[0]} ", tex)


def as_shown(text: str) -> Html:
    """Return the HTML of a text that stands for itself: no Markdown, no TeX, no cloze."""
    return Html(without_formulas(without_tags(guard(escape_text(text)))))


def shows_nothing(html: str) -> bool:
    """Say whether a student would see nothing: no word, no picture, no sound, only empty formulas and links."""
    return not _SHOWN.match(html) and "<img" not in html and blank(_EMPTY.sub("", TAG.sub("", html)))
