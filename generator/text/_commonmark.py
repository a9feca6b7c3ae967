"""A text fit for Markdown -> tokens, and their HTML. The only owner of markdown-it.

CommonMark and its tables, but for indented code, raw HTML, entities, reference links and headings underlined by signs.
Every line is a line; a heading is a bold one; emphasis may stand beside the punctuation of scripts without spaces.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from unicodedata import category

from generator.base.media_kinds import is_played
from generator.markdown.stars import WIDE_STOPS, wide
from generator.text.escape import escape_text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_RULES = (
    *("list", "table", "fence", "heading", "hr", "blockquote"),
    *("newline", "escape", "backticks", "emphasis", "link", "image", "autolink"),
)
# What begins and ends emphasis whatever stands around: a letter or digit within, a space or an ordinary sign without.
_EMPHASISED = re.compile(r"(?<![^ (])(\*\*?|__?)(?=[0-9A-Za-z])([^*_\n]*[0-9A-Za-z])\1(?![^ .,;:?!)])")
_ENDS = "\"':.!?%"  # beside closing brackets and quotation marks
_DASHES = "\u2014\u2026\u00b7"  # not wide, though scripts without spaces have them


@cache
def parser() -> "MarkdownIt":
    """Return the parser, as it is set up here."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("zero", {"html": False, "linkify": False, "typographer": False, "breaks": True})
    made.enable(list(_RULES))
    made.normalizeLink = lambda url: url  # type: ignore[method-assign]  # looked at as typed, and quoted, by markup
    made.validateLink = lambda url: True  # type: ignore[method-assign]  # refused with a message by markup instead
    made.inline.ruler.at("emphasis", _emphasis)
    made.add_render_rule("image", _image)
    made.add_render_rule("fence", _fence)
    made.add_render_rule("heading_open", _heading_open)
    made.add_render_rule("heading_close", _heading_close)
    return made


def emphasised(line: str) -> tuple[str, str]:
    """Return a line without the plain emphasis in it, and its HTML: right where that leaves no mark in the line."""
    plain, *marked = _EMPHASISED.split(line)
    parts = [escape_text(plain)]
    for mark, words, after in zip(marked[::3], marked[1::3], marked[2::3], strict=True):
        plain += words + after
        name = "strong" if len(mark) == 2 else "em"
        parts.append(f"<{name}>{escape_text(words)}</{name}>{escape_text(after)}")
    return plain, "".join(parts)


def _image(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    name, alt, title = (str(tokens[index].attrs[key]) for key in ("src", "alt", "title"))
    if is_played(name):
        return f"[sound:{name}]"
    shown = f' title="{escape_text(title)}"' if title else ""
    return f'<img src="{name}" alt="{escape_text(alt)}"{shown}>'


def _fence(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    code = str(tokens[index].content)
    return f"{_apart(tokens, index)}<pre><code>{escape_text(code.removesuffix(chr(10)))}</code></pre>\n"


def _heading_open(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    return f"{_apart(tokens, index)}<p><strong>"


def _heading_close(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    return "</strong></p>\n"


def _apart(tokens: Any, index: int) -> str:
    """Where Anki shows a note as one line, the words before a block would run into it."""
    return "\n" if index and tokens[index - 1].hidden else ""


def _emphasis(state: Any, silent: bool) -> bool:
    """Take a run of stars or underscores; whether it may begin or end emphasis, markdown-it and `_ends_beside` say."""
    mark = state.src[state.pos]
    if silent or mark not in "_*":
        return False
    run = state.scanDelims(state.pos, mark == "*")
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[state.pos + run.length] if state.pos + run.length < state.posMax else " "
    can_open, can_close = run.can_open, run.can_close
    if mark == "*":
        can_open = can_open or _begins_beside(before, after, run.length)
        can_close = can_close or _ends_beside(before, after, run.length)
    for _ in range(run.length):
        token = state.push("text", "", 0)
        token.content = mark
        state.delimiters.append(_delimiter()(ord(mark), run.length, len(state.tokens) - 1, -1, can_open, can_close))
    state.pos += run.length
    return True


@cache
def _delimiter() -> Any:
    from markdown_it.rules_inline.state_inline import Delimiter

    return Delimiter


def _begins_beside(before: str, after: str, length: int) -> bool:
    """`は**「太字」` begins, though a sign follows and no space stands before it."""
    return not after.isspace() and (
        (wide(before) and (length > 1 or _begins_one(after))) or (length > 1 and category(after) in ("Ps", "Pi"))
    )


def _begins_one(after: str) -> bool:
    """Whether one star may begin before this sign: `药物*、` is a star of a footnote."""
    return (wide(after) and after not in WIDE_STOPS) or category(after) == "Pi" or after in _DASHES


def _ends_beside(before: str, after: str, length: int) -> bool:
    """`「太字」**です` ends, though a sign stands before it and no space follows."""
    if before.isspace() or category(before) in ("Ps", "Pi"):
        return False
    if wide(after) or (wide(before) and category(before).startswith("P")):
        return length > 1 or wide(before) or category(before) == "Pf" or before in _DASHES + "!?%"
    return length > 1 and (before in _ENDS or category(before) in ("Pe", "Pf"))
