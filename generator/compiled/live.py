"""HTML or CSS that another author wrote -> what in it would run on a card, or be fetched from elsewhere.

It is taken as it is, so it is not made harmless here, only judged: whatever could be a script counts as one.
"""

import re

from generator.base.characters import unescaped
from generator.base.patterns import regex

# Anki's own templates for image occlusion call its script in these words, in whatever language the error is.
_ANKI_OWN = regex(
    r"<script>\s*try\s*\{\s*anki\.imageOcclusion\.setup\(\);\s*\}\s*catch\s*\(exc\)\s*\{\s*"
    r'document\.getElementById\("err"\)\.innerHTML\s*=\s*`(?:[^`$<>\\]|<br>|\$\{exc\})*`;\s*\}\s*</script>'
)
_ELEMENT = regex(
    r"</?(script|iframe|frame|frameset|object|embed|applet|portal|form|meta|link|base|noscript|template|set|"
    r"animate\w*|foreignobject)\b",
    re.IGNORECASE,
)
_TAG = regex(r"<[a-z/!?][^<>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*)*>", re.IGNORECASE)
_QUOTED = regex(r"\"[^\"]*\"|'[^']*'")
_HANDLER = regex(r"[\s/\"'`>]on[a-z]+\s*=", re.IGNORECASE)
_SOURCE = regex(r"[\s/\"'`]srcdoc\s*=", re.IGNORECASE)
_ADDRESS = regex(r"(?:java|vb|live)script:|data:text/(?:html|xml|javascript)")
_SPACE = regex(r"[\s\x00-\x20\u200b-\u200f\ufeff\\]")
_FETCHED = regex(
    r"(?:\bsrc|\bsrcset|\bposter|\bbackground)\s*=\s*[\"']?\s*(?:https?:)?//|url\(\s*[\"']?\s*(?:https?:)?//"
    r"|@import\s+(?:url\()?\s*[\"']?\s*(?:https?:)?//",
    re.IGNORECASE,
)


def runs(html: str) -> str:
    """Return what in a text would run, as few characters of it as tell; "" where nothing does."""
    html = _ANKI_OWN.sub("", html)
    found = (_ELEMENT.search(html) or _attribute(html)) if "<" in html else None
    return found[0].strip()[:40] if found else ""


def fetches(html: str) -> bool:
    """Say whether a card would load something from the internet."""
    return _FETCHED.search(html) is not None


def _attribute(html: str) -> re.Match[str] | None:
    """Find an attribute that runs: of a whole tag outside its quotes, of anything else wherever it stands."""
    for tag in _TAG.finditer(html):
        bare = _QUOTED.sub('""', tag[0])
        if found := _HANDLER.search(bare) or _SOURCE.search(bare) or _address(tag[0]):
            return found
    rest = _TAG.sub(" ", html)
    return (_HANDLER.search(rest) or _SOURCE.search(rest) or _address(rest)) if "<" in rest else None


def _address(tag: str) -> re.Match[str] | None:
    return _ADDRESS.search(_SPACE.sub("", unescaped(tag)).lower()) if ":" in tag or "&" in tag else None
