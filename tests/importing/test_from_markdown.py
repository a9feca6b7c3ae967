"""Does the Markdown of other programs become ours, and does code stay as it is?"""

import pytest

from generator.importing._from_markdown import joined, ours_of

PAIRS = [
    ("$x_1$ and $$y$$", r"\(x_1\) and \[y\]"),
    ("$5 and $10, `$x$`", "$5 and $10, `$x$`"),
    ("[$]a*b[/$] and [latex]$c$[/latex]", r"\(a*b\) and \(c\)"),
    ("see [[Heart#Valves|the valves]], [[Lung]]", "see the valves, Lung"),
    ("==marked== and ~~gone~~", "**marked** and gone"),
    ("__bold__ and __init__x", "**bold** and __init__x"),
    ("a<br>b<br/>c", "a\nb\nc"),
    ("<b>x</b> &lt;5 &nbsp;y &alpha;", "**x** <5  y α"),
    ("H<sub>2</sub>O", "H<sub>2</sub>O"),
    ('<span style="color:red">x</span><!-- y -->', "x"),
    ("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>", "| a |\n| --- |\n| 1 |"),
    ("+ one\n+ two", "- one\n- two"),
    ("Title\n=====\ntext", "## Title\ntext"),
    ("line  \nnext\\\nlast", "line\nnext\nlast"),
    ("a\\. b\\- c\\_d \\*e", r"a. b- c\_d \*e"),
    ("[local](other.md) and [web](https://example.org/a_b)", "local and [web](https://example.org/a_b)"),
    ("[words][1]\n\n[1]: https://example.org", "[words](https://example.org)"),
    ("fact[^1]\n\n[^1]: shown later", "fact (shown later)"),
    ("> [!note] Heading\n> text", "> **Heading**\n> text"),
    ("text ^ab12", "text"),
    ("text:\n\n    code * here\n    more\n\nend", "text:\n\n```\ncode * here\nmore\n```\n\nend"),
    ("```\n$x$ <br> ==y==\n```", "```\n$x$ <br> ==y==\n```"),
    ("Use:\n\n```python\nx = 1\n", "Use:\n\n```python\nx = 1\n```"),
    ("a\n\n~~~~\n``` *b*\n~~~\n", "a\n\n~~~~\n``` *b*\n~~~\n~~~~"),
    ("```code``` in a line\nend", "```code``` in a line\nend"),
    ("- a\n\n    - b", "- a\n\n    - b"),
    ("zero\u200bwidth", "zerowidth"),
]


@pytest.mark.parametrize(("typed", "ours"), PAIRS)
def test_markdown_becomes_ours(typed: str, ours: str) -> None:
    assert ours_of(typed, str) == ours


def test_a_picture_gets_its_name_in_the_project() -> None:
    names = {"img/a b.png": "a b.png", "heart.jpg": "heart.jpg"}
    made = ours_of("![x](<img/a b.png>) ![[heart.jpg|300]] ![](gone.png)", lambda name: names.get(name, ""))
    assert made == "![x](<a b.png>) ![](heart.jpg) (gone.png is missing)"


def test_joined_lines_flow_and_blocks_stay() -> None:
    typed = "one\ntwo\n\n- a\n  b\n- c\n\n```\nx\ny\n```\n| a |\n| - |\nend"
    assert joined(typed) == "one two\n\n- a b\n- c\n\n```\nx\ny\n```\n| a |\n| - |\nend"


@pytest.mark.parametrize(
    "typed",
    ["\ue0007\ue001", "`\ue0000\ue001`", "<ruby>&#xE000;0&#57345;</ruby>", "&#xe0\ue00000;0&#xe00&#xe000;1; `a`"],
)
def test_what_looks_like_a_place_of_ours_is_not_one(typed: str) -> None:
    assert not {"\ue000", "\ue001"} & set(ours_of(typed, str))


def test_a_formula_that_no_card_can_set_is_shown_as_code() -> None:
    assert ours_of(r"$\require{x} y$ and $x_1$", str) == r"`\require{x} y` and \(x_1\)"
