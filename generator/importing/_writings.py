"""The texts of a file -> how they are written: HTML, Markdown or neither. One file is written in one way."""

import re
from collections.abc import Iterable

from generator.importing.arrived import Writing

TAGS = re.compile(
    r"<(?:/?(?:b|i|u|s|em|strong|p|div|span|ul|ol|li|sub|sup|font|pre|code|table|tr|td|th|h[1-6]|center|blockquote|small|big"
    r"|anki-mathjax)(?:\s[^<>]*)?|a\s[^<>]*|/a|img\s[^<>]*|[bh]r\s*/?)>|&(?:nbsp|amp|lt|gt|quot|#\d+);",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(
    r"\*\*\S[^*\n]*\*\*|`[^`\n]+`|!?\[[^\[\]\n]*\]\([^()\s]+\)|^```|^[ \t]*[-*] \S.*\n\s*[-*] \S", re.MULTILINE
)
_SHARE = 0.6  # of the texts with marks: those by which a file is taken for Markdown although it holds tags


def writing_of(texts: Iterable[str]) -> Writing:
    """Return how texts are written that do not say it."""
    html = markdown = 0
    for text in texts:
        if TAGS.search(text):
            html += 1
        if _MARKDOWN.search(text):
            markdown += 1
    if html and markdown <= _SHARE * (html + markdown):
        return Writing.HTML
    return Writing.MARKDOWN if markdown else Writing.PLAIN
