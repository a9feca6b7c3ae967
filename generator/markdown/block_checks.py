"""The tokens of a text's blocks -> what Markdown would drop or change without a word in its lists and tables."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple


class Dropped(NamedTuple):
    """A mistake, found by the words `near` it."""

    code: str
    near: str
    message: str
    help: str


def dropped(tokens: Sequence[Any], lines: Sequence[str]) -> Iterator[Dropped]:
    """Yield cells beyond the last column of a table, and numbers that a list would change."""
    columns = 0
    rows: list[int] = []
    numbers: list[list[str]] = []  # typed, of each list that is open
    for token in tokens:
        if token.type == "thead_open":
            columns, rows = 0, []
        elif token.type == "th_open":
            columns += 1
        elif token.type == "tr_open" and token.map:
            rows.append(token.map[0])
        elif token.type == "table_close":
            yield from _rows([lines[at] for at in rows[1:]], columns)
        elif token.type in ("ordered_list_open", "bullet_list_open"):
            numbers.append([])
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            yield from _numbers(numbers.pop())
        elif token.type == "list_item_open" and token.info:
            numbers[-1].append(token.info)


def _rows(lines: Sequence[str], columns: int) -> Iterator[Dropped]:
    for line in lines:
        cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
        if len(cells) > columns:
            message = f"a row of {len(cells)} cells in a table of {columns} columns"
            help = "give the heading as many columns; a '|' of the text is written '\\|'"
            yield Dropped("C112", line.strip(), message, help)


def _numbers(typed: Sequence[str]) -> Iterator[Dropped]:
    """A list counts by itself, from its first number on; where all are typed as 1, that is what was meant."""
    if set(typed) == {"1"}:
        return
    for expected, number in enumerate(typed, int(typed[0]) if typed else 0):
        if int(number) != expected:
            help = f"write '{expected}.', or '{number}\\.' if it does not number a list"
            yield Dropped("C113", number, f"'{number}.' would be shown as '{expected}.'", help)
