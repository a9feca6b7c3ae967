"""A slip of YAML at its place -> the correction that leaves no doubt, and the file without that one text."""

import re

from generator.base.diagnostics import Fix
from generator.base.patterns import regex
from generator.base.place import Edit, Source

_VALUE = regex(r"[ ]*(?:-[ ]+)*(?:(?P<key>[^\s:#\"'\[\]{}&*!|>%@`-](?:[^:#\n]*[^\s:#])?)[ ]*:[ \t]+)?(?P<value>\S.*)$")
_HOLD_MORE = frozenset(
    "notes items rows columns masks tags sources allow asks right wrong words order rect polygon".split()
)
_BLANKS = " \t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_STEP = 2  # spaces that one more tab stands for


def value_of_line(source: Source, at: int) -> tuple[int, int] | None:
    """Return where the text of this line's key, or list item, begins and ends; None where it may go on below."""
    number, _ = source.position(min(at, len(source.text)))
    line, begin = source.line(number), source.line_start(number)
    match = _VALUE.match(line)
    if not match or at < begin + match.start("value") or match["key"] in _HOLD_MORE:
        return None
    if match["key"] is None and not line.lstrip().startswith("- "):
        return None
    column = match.start("key") if match["key"] else line.index("-")
    below = next((it for it in map(source.line, range(number + 1, source.lines + 1)) if it.strip()), "")
    if len(below) - len(below.lstrip()) > column:
        return None
    return begin + match.start("value"), begin + len(line.rstrip())


def quoted(source: Source, at: int) -> Fix | None:
    """Return this line's text in quotes, where that is what its author must have meant."""
    place = value_of_line(source, at)
    text = source.text[slice(*place)] if place else ""
    if not place or " #" in text or text[0] in "|[]}'?" or re.match(r"[&*]\w+$|!\S*[ ]|!!|\{(?!\{)", text):
        return None
    return Fix(source.span(*place), in_quotes(text))


def in_quotes(text: str) -> str:
    """Return a text as a quoted scalar of one line."""
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def masked(source: Source, text: str, at: int) -> tuple[str, int] | None:
    """Return the file with this line's text blotted out, places unchanged, and where it begins; None where unsure.

    `text` is what earlier calls left of the file.
    """
    place = value_of_line(source, at)
    if place is None:
        return None
    blot = "x" * (place[1] - place[0])
    if text[slice(*place)] in (blot, " " * len(blot)):
        return None
    return text[: place[0]] + blot + text[place[1] :], place[0]


def indentation(source: Source, at: int) -> tuple[Fix | None, int]:
    """Return spaces for the tabs or odd blanks before this line and the like lines below it; and where they begin."""
    number, _ = source.position(min(at, max(len(source.text) - 1, 0)))
    first, edits = _respaced(source, number)
    begin = source.line_start(first)
    if not edits:
        return None, begin
    end = edits[-1].end
    return Fix(source.span(begin, end), _with(source.text, edits, begin, end)), begin


def spaces(source: Source, line: int) -> list[Edit]:
    """Return spaces for the tabs or odd blanks before a line and the like lines around it; none where unsure."""
    return _respaced(source, line)[1]


def _respaced(source: Source, number: int) -> tuple[int, list[Edit]]:
    """Return the first of the lines around this one that are indented oddly, and the spaces for each."""
    home = next((it for it in range(number - 1, 0, -1) if source.line(it).strip() and not odd(source.line(it))), 0)
    if home and re.match(r" *(?:- )*-\t", source.line(home)):  # a tab after the dash: where its keys begin is unknown
        return number, []
    dash = re.match(r"( *)- +(?=\S)", source.line(home)) if home else None
    first = number
    while first - 1 > home and odd(source.line(first - 1)):
        first -= 1
    lines: list[str] = []
    while first + len(lines) <= source.lines and odd(line := source.line(first + len(lines))):
        lines.append(line)
    key = dash.end() if dash else len(source.line(home)) - len(source.line(home).lstrip()) if home else 0
    edits = []
    for it, line in enumerate(lines, first) if home else ():
        width = _spaces(line, lines[0], key)
        if width is None:
            return first, []
        begin = source.line_start(it)
        edits.append(Edit(begin, begin + len(_lead(line)), " " * width))
    return first, edits


def _with(text: str, edits: list[Edit], begin: int, end: int) -> str:
    """Return `text[begin:end]` with edits."""
    pieces = []
    for edit in edits:
        pieces += [text[begin : edit.start], edit.text]
        begin = edit.end
    return "".join([*pieces, text[begin:end]])


def odd(line: str) -> bool:
    """Say whether a line is indented with anything but spaces."""
    return line.strip() != "" and _lead(line).strip(" ") != ""


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip(_BLANKS))]


def _spaces(line: str, first: str, key: int) -> int | None:
    """Return the column at which a line belongs; the first of its like belongs at `key`. None where unsure."""
    mine, its = _lead(line), _lead(first)
    if "\t" in mine:
        return key + _STEP * (len(mine) - len(its)) if set(mine + its) == {"\t"} and len(mine) >= len(its) else None
    return key + len(mine) - len(its) if len(mine) >= len(its) and len(its) == key else None
