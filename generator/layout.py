"""The parts of a list, a table's row or an occlusion note, rendered -> the HTML of its fields."""

import re
from collections.abc import Sequence
from html import unescape

from generator.compiled import Html
from generator.deck import Mask, MaskShape, Mode, Show
from generator.escape import disarm, escape_text, without_tags

LONG = 160  # characters
_BLOCK = re.compile(r"<(?:p|ul|ol|table|hr)\b")
Cells = Sequence[tuple[str, Html]]  # column key, content


def cloze(number: int, content: Html, cue: Html | str = "") -> str:
    """Return a cloze; the content must be guarded (`Markup.hideable`)."""
    return f"{{{{c{number}::{content}{'::' + cue if cue else ''}}}}}"


def answer(html: Html) -> Html:
    """Return an answer; a long one is a paragraph, which the style sheet sets for reading, not for a glance."""
    inline = len(html) > LONG and not _BLOCK.search(html)
    return Html(f"<p>{html}</p>") if inline and len(plain(html, len(html))) > LONG else html


def list_text(heading: Html, show: Show, clozes: Sequence[str]) -> Html:
    """Return the Text of a list note. The clozes are siblings: so the style sheet knows those before and after."""
    count = f"{len(clozes)} items" if len(clozes) > 1 else "1 item"
    return Html(
        f'<div class="heading">{heading}</div>\n<div class="count">{count}</div>\n'
        f'<div class="list {show.value}">{_lines(clozes)}</div>'
    )


def row_text(heading: Html, name: Html, cells: Sequence[tuple[Html, str]]) -> Html:
    """Return the Text of a table's row: a line for each cell, its column's heading beside it.

    The row's name is first: where Anki shows a note as one line, the rows of a table can be told apart.
    """
    lines = _lines([f'<tr><th scope="row">{column}</th>\n<td>{cell}</td></tr>' for column, cell in cells])
    return Html(
        f'<div class="row-name">{name}</div>\n<div class="heading">{heading}</div>\n'
        f'<table class="record">{lines}</table>'
    )


def whole_table(columns: Cells, rows: Sequence[tuple[str, Html, Cells]], this: str) -> Html:
    """Return the whole table, folded, with one of its rows marked. Works with JavaScript off."""
    head = _lines([f'<th scope="col">{heading}</th>' for _, heading in columns])
    lines = []
    for key, name, cells in rows:
        given = dict(cells)
        body = _lines([f"<td>{given.get(column, '')}</td>" for column, _ in columns])
        mark = ' class="this"' if key == this else ""
        lines.append(f'<tr{mark}><th scope="row">{name}</th>\n{body}</tr>')
    table = f'<table class="whole"><tr><td></td>\n{head}</tr>\n{_lines(lines)}</table>'
    return Html(f'<details>{_summary("The whole table")}\n<div class="wide">{table}</div></details>')


def _lines(parts: Sequence[str]) -> str:
    """Put each part on a line of its own: where Anki drops the tags, words must not run together."""
    return "\n".join(parts)


def beware(text: Html) -> Html:
    """Return the wording of a common error under a word of its own: the first `summary` takes the template's place."""
    return Html(f"{_summary('Beware')}\n{text}")


def _summary(words: str) -> str:
    """Return the line that opens a fold. AnkiMobile grades the card on a tap on anything that is not `tappable`."""
    return f'<summary class="tappable">{words}</summary>'


def picture(name: str, header: Html) -> Html:
    """Return the picture under masks; its heading is what it says to a reader who cannot see it."""
    words = re.sub(r"\\[()\[\]]", "", plain(header, len(header)))  # no formula begins in an attribute
    alt = f' alt="{without_tags(disarm(escape_text(words)))}"' if words else ""
    return Html(f'<img src="{name}"{alt}>')


def occlusion(masks: Sequence[tuple[int, Mask]], size: tuple[float, float], mode: Mode) -> Html:
    """Return Anki's text for the masks of a picture of `size` pixels; its numbers are fractions of the picture."""
    return Html(
        "<br>".join(
            f"{{{{c{number}::image-occlusion:{_outline(mask, size)}{':oi=1' if mode is Mode.HIDE_ALL else ''}}}}}"
            for number, mask in masks
        )
    )


def labels(texts: Sequence[tuple[int, Html]]) -> Html:
    """Return the words for each mask, of which Anki shows those of the asked one; each must be guarded."""
    return Html("<br>".join(cloze(number, text) for number, text in texts))


def _outline(mask: Mask, size: tuple[float, float]) -> str:
    width, height = size
    if mask.shape is MaskShape.POLYGON:
        xs = [_fraction(x / width) for x in mask.numbers[::2]]
        ys = [_fraction(y / height) for y in mask.numbers[1::2]]
        points = " ".join(f"{x},{y}" for x, y in zip(xs, ys, strict=True))
        left, top = min(mask.numbers[::2]) / width, min(mask.numbers[1::2]) / height
        return f"polygon:left={_fraction(left)}:top={_fraction(top)}:points={points}"
    left, top, across, down = mask.numbers
    place = f"left={_fraction(left / width)}:top={_fraction(top / height)}"
    if mask.shape is MaskShape.ELLIPSE:
        return f"ellipse:{place}:rx={_fraction(across / width / 2)}:ry={_fraction(down / height / 2)}"
    return f"rect:{place}:width={_fraction(across / width)}:height={_fraction(down / height)}"


def _fraction(number: float) -> str:
    """Return a number from 0 to 1 as Anki writes it: four decimals, without needless zeros."""
    text = f"{number:.4f}".strip("0")
    return "0" if text == "." else text.removesuffix(".")


_MARKED = re.compile(r"[<&]|\{\{")
_INNERMOST = re.compile(r"\{\{c[\d,]+::((?:(?!\{\{|\}\}|::).)*)(?:::(?:(?!\{\{|\}\}).)*)?\}\}", re.DOTALL)


def plain(html: str, longest: int = 60) -> str:
    """Return the words of a field on one line, cut to `longest` characters, for people."""
    if not _MARKED.search(html):  # as most fields
        return shortened(html, longest)
    text, found = html.replace("}}{{", "}} {{"), 1
    while found and "{{" in text:  # from the innermost cloze outwards
        text, found = _INNERMOST.subn(r"\1", text)
    text = re.sub(r"<[^<>]+>", " ", text)
    text = unescape(text)
    return shortened(text, longest)


def shortened(text: str, longest: int) -> str:
    """Return a text on one line, cut to `longest` characters."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
