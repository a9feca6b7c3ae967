"""A text of several lines -> the same, with its lines as Markdown's rules for blocks need them to show as typed.

Lists nested by any two spaces, also under `1.`; a line after a list or a quote that is not a part of it; `> 5 mm`
and `# of lesions`, which are not a quote and not a heading. Blocks of code are left alone.
"""

import re
from collections.abc import Callable, Iterator

from generator.base.patterns import regex
from generator.markdown.code_spans import code_in

_ITEM = regex(r"([-*]|\d{1,9}[.)])(?:[ \t]+(?=\S)|[ \t]*$)")
_RULE = regex(r"(?:-{3,}|\*{3,})[ \t]*$")
_LINE_TO_FILL = regex(r"(?:_[ \t]*){3,}$")
_HASHES = regex(r"#{1,6}(?=[ \t])")
_HEADING = regex(r"#{2,6}[ \t]+.*[^\W\d_]|#[ \t]+(?P<first>[^\W\d_])")
_QUOTE = regex(r">[ \t]?(?![ \t]*(?:[\d=<>≤≥.,+±-]|$))")
_EMPTY_QUOTE = regex(r">[ \t]*$")
_SENTENCE = regex(r">[ \t]?[\"“„«\u2018'*_]*[^\W\d_]\S*(?:\s+\S+){3}")
_ONE = re.compile(r"-[ \t]+(?![-+±~<>≤≥=]?\s?\d)\S|#{2,6}[ \t]+.*[^\W\d_]|\"?>[ \t]?[\"“„«]\w")


def is_block(value: str) -> bool:
    """Say whether a text is more than a line: several lines, a list of one item (`- 5 mV` is none) or a heading."""
    return "\n" in value or bool(_ONE.match(value))


def arranged(text: str, keep: Callable[[str], str]) -> str:
    """Return the text for Markdown; `keep` takes the place of a mark that is none."""
    blocks = [it for it in code_in(text) if it.block]
    parts: list[str] = []
    lists = _Lists()
    at = 0
    for block in blocks:
        parts += _arranged(text[at : block.start].split("\n")[:-1], keep, lists)
        parts += lists.moved(text[block.start : block.end].split("\n"))
        at = block.end + 1
    if at <= len(text):
        parts += _arranged(text[at:].split("\n"), keep, lists)
    return "\n".join(parts)


class _Lists:
    """The items of lists that have not ended: the column of each one's mark as typed, and that of its text here."""

    def __init__(self) -> None:
        self.open: list[tuple[int, int]] = []

    def item(self, indent: int, mark: str, rest: str) -> str:
        while self.open and indent < self.open[-1][0] + 2:
            self.open.pop()
        at = self.open[-1][1] if self.open else 0
        self.open.append((indent, at + len(mark) + 1))
        return f"{' ' * at}{mark} {rest}"

    def part(self, indent: int) -> int:
        """Return the column of a line that is a part of an item; 0 where it is of none, and the lists have ended."""
        while self.open and indent <= self.open[-1][0]:
            self.open.pop()
        return self.open[-1][1] if self.open else 0

    def moved(self, lines: list[str]) -> list[str]:
        """Return a block of code, all of it moved to where the item's text begins."""
        indent = len(lines[0]) - len(lines[0].lstrip())
        if _ITEM.match(lines[0].lstrip()):
            return lines
        by = self.part(indent) - indent if self.open else 0
        if by >= 0:
            return [" " * by + line if line else line for line in lines]
        return [line[min(-by, len(line) - len(line.lstrip())) :] for line in lines]


def _arranged(lines: list[str], keep: Callable[[str], str], lists: _Lists) -> Iterator[str]:
    """Yield lines of prose. An empty line is put where a list or a quote ends, or its last item would go on."""
    quoted = _quoted(lines)
    before = ""  # the line before, without its indentation
    for number, typed in enumerate(lines):
        line = typed.expandtabs(4).lstrip() if typed[:1] in " \t" else typed
        indent = len(typed.expandtabs(4)) - len(typed.expandtabs(4).lstrip()) if line is not typed else 0
        item = None if number in quoted or _RULE.match(line) else _ITEM.match(line)
        if item and (lists.open or not before or item[1] in "-*" or int(item[1][:-1]) == 1):
            yield lists.item(indent, item[1], _unmarked(line[item.end() :], keep))
        elif line:
            inside = bool(lists.open)
            column = lists.part(indent)
            if before and ((inside and not column) or (number - 1 in quoted) != (number in quoted)):
                yield ""
            yield " " * column + (line if number in quoted else _unmarked(line, keep))
        else:
            yield ""
        before = line


def _quoted(lines: list[str]) -> frozenset[int]:
    """Return the numbers of the lines that are a quotation: two or more in a row, or one that is a sentence."""
    found: set[int] = set()
    run: list[int] = []
    for number, line in enumerate([*lines, ""]):
        stripped = line.lstrip()
        if _QUOTE.match(stripped) or (run and _EMPTY_QUOTE.match(stripped)):
            run.append(number)
            continue
        if len(run) > 1 or (run and _SENTENCE.match(lines[run[0]].lstrip())):
            found.update(run)
        run = []
    return frozenset(found)


def _unmarked(line: str, keep: Callable[[str], str]) -> str:
    """Return a line in which no sign at the beginning is a mark that the author cannot have meant."""
    if line[:1] == ">" or line[:1] == "+":
        return keep(line[0]) + line[1:]
    if line[:1] == "#" and (hashes := _HASHES.match(line)) and not _is_heading(line):
        return keep(hashes[0]) + line[hashes.end() :]
    if line[:1] == "_" and _LINE_TO_FILL.match(line):
        return keep(line)
    return line


def _is_heading(line: str) -> bool:
    """`## Rare` and `# Rare` are headings; `# of lesions` is a number."""
    heading = _HEADING.match(line)
    return heading is not None and not (heading["first"] or "").islower()
