"""Does the HTML of a field become Markdown that shows the same, and does what cannot be shown stay as it is?"""

import pytest

from generator.importing._from_html import markdown_of

PAIRS = [
    ("10<sup>9</sup>/L", "10<sup>9</sup>/L"),
    ("H<sub>2</sub>O &lt; 5 &amp; <b>bold</b>, <i>slanted</i>", "H<sub>2</sub>O < 5 & **bold**, *slanted*"),
    ("a<br>b<br><br>c", "a\nb\n\nc"),
    ("<div>a</div><div>b</div><div><br></div><div>c</div>", "a\nb\n\nc"),
    ("a<div>b<div>c</div></div>", "a\nb\nc"),
    ("<ul><li>x</li><li>y<ul><li>z</li></ul></li></ul>", "- x\n- y\n  - z"),
    ("<ol><li>x</li><li>y</li></ol>", "1. x\n2. y"),
    ("- x<br>- y", "- x\n- y"),
    ("• x<br>• y", "• x\n• y"),
    (
        "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d<sup>2</sup></td></tr></tbody></table>",
        "| a | b |\n| --- | --- |\n| c | d<sup>2</sup> |",
    ),
    (r"\(x &lt; y\) and \[\frac{a}{b}\]", r"\(x < y\) and \[\frac{a}{b}\]"),
    ("[$]a_1*b[/$] and [latex]$x^2$[/latex]", r"\(a_1*b\) and \(x^2\)"),
    (r"[latex]\begin{align*}a&amp;=b\end{align*}[/latex]", r"\[\begin{align*}a&=b\end{align*}\]"),
    ("[latex]words and $x$[/latex]", "`words and $x$`"),
    ('<anki-mathjax>x_1</anki-mathjax>, <anki-mathjax block="true">y</anki-mathjax>', r"\(x_1\), \[y\]"),
    (r"\(a<div>+ b</div>\)", "\\(a\n+ b\\)"),
    ('<img src="a b.png"><img src="c.png" alt="a heart">', "![](<a b.png>)![a heart](c.png)"),
    ("listen: [sound:foo.mp3]", "listen: ![](foo.mp3)"),
    ('<span style="font-weight: 600;">bold</span>', "**bold**"),
    ("<b>a</b><b>b</b>c", "**ab**c"),
    ("<b>Note:</b>text", "**Note:**text"),
    ("*a* and <code>z*</code>", r"\*a\* and `z*`"),
    ("__init__ and **x**", r"__init__ and \*\*x\*\*"),
    ("&lt;b&gt;tag&lt;/b&gt;", r"\<b>tag\</b>"),
    ("<pre>def f():<br>    return 1</pre>", "```\ndef f():\n    return 1\n```"),
    ("漢字[かんじ]です", "漢字[かんじ]です"),
    ("<ruby>漢字<rt>かんじ</rt></ruby>", "{漢字|かんじ}"),
    ("<h2>Head</h2>text", "## Head\n\ntext"),
    ("a<hr>b", "a\n\n---\n\nb"),
    ('<a href="https://example.org/a_b">link</a>', "[link](https://example.org/a_b)"),
    ("<style>.x{color:red}</style>hi", "hi"),
    ("<center>x</center>y", "x\ny"),
    ("5*10*2 and C:\\_tmp", "5*10*2 and C:\\_tmp"),
    ("<h3>10.000</h3>as <b>1. x</b>", "10.000\nas **1. x**"),
    ("<b><span style='font-weight: bold'>x</span></b>y", "**x**y"),
    ("costs $5 and $10", "costs $5 and $10"),
    ("zero\u200bwidth", "zerowidth"),
    ("&nbsp;two&nbsp;&nbsp;words&nbsp;", "two words"),
]
CLOZES = [
    ("{{c1::<b>x</b>}} and {{c2::y::hint}}", "{{c1::**x**}} and {{c2::y::hint}}"),
    (r"{{c1::\(x_1\)}}", r"{{c1::\(x_1\)}}"),
    (r"\({{c1::a}} + b\)", r"\({{c1::a}} + b\)"),
    ("<b>a {{c1::b</b> c}}", "a {{c1::b c}}"),
    ("{{c1::<ul><li>x</li><li>y</li></ul>}}", "{{c1::• x\n• y}}"),
    ("{{c1::<div>x</div><div>y</div>}}", "{{c1::x\ny}}"),
    ("<ul><li>{{c1::x}}</li><li>{{c2::y}}</li></ul>", "- {{c1::x}}\n- {{c2::y}}"),
]


@pytest.mark.parametrize(("html", "markdown"), PAIRS)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    made = markdown_of(html, clozes=False, name_of=str)
    assert (made.text, made.proven) == (markdown, True)


@pytest.mark.parametrize(("html", "markdown"), CLOZES)
def test_clozes_stay_clozes(html: str, markdown: str) -> None:
    made = markdown_of(html, clozes=True, name_of=str)
    assert (made.text, made.proven) == (markdown, True)


def test_what_of_the_look_is_lost_is_named() -> None:
    made = markdown_of('<span style="color: red">red</span> and <u>low</u>', clozes=False, name_of=str)
    assert made == ("red and low", ("colours", "underlines"), True)


def test_a_picture_that_is_missing_is_named_in_its_place() -> None:
    made = markdown_of('Here: <img src="paste-1.jpg">', clozes=False, name_of=lambda name: "")
    assert made.text == "Here: (paste-1.jpg is missing)"


def test_what_no_markdown_shows_stays_as_it_is() -> None:
    made = markdown_of("{{c1::a {{c1::}} b", clozes=True, name_of=str)
    assert (made.text, made.proven) == ("{{c1::a {{c1::}} b", False)


def test_a_power_never_becomes_a_number() -> None:
    for html in ("10<sup>9</sup>", "10<sup><b>9</b></sup>", "10<span style='vertical-align: super'>9</span>"):
        assert "109" not in markdown_of(html, clozes=False, name_of=str).text


@pytest.mark.parametrize("html", ["<div>" * 20_000, "<table><tr><td>" * 300, "<!--" * 20_000])
def test_what_is_no_card_stays_as_it_is(html: str) -> None:
    made = markdown_of(html, clozes=False, name_of=str)
    assert (made.text, made.proven) == (html, False)


@pytest.mark.parametrize("html", ["<b>&#xE000;7&#xE001;</b>", "\ue000123\ue001 *", "&#57344;9&#57345; \\(x\\)"])
def test_what_looks_like_a_place_of_ours_is_not_one(html: str) -> None:
    assert not {"\ue000", "\ue001"} & set(markdown_of(html, clozes=False, name_of=str).text)


def test_nothing_that_runs_comes_along() -> None:
    html = '<script>alert(1)</script><img src="x.png" onerror="alert(2)"><a href="javascript:alert(3)">go</a>'
    assert markdown_of(html, clozes=False, name_of=str) == ("![](x.png)go", ("what runs or is embedded",), True)


@pytest.mark.parametrize(
    ("style", "lost"),
    [
        ("color: #ff0000", ("colours",)),
        ("color: rgb(255, 255, 255); background-color: rgb(0, 0, 0)", ("colours",)),
        ("color: rgb(0, 0, 0); font-family: Arial; background-color: rgb(255, 255, 255)", ()),
        ("color:black;background:#FFF", ()),
    ],
)
def test_black_on_white_that_was_pasted_along_is_no_colour(style: str, lost: tuple[str, ...]) -> None:
    assert markdown_of(f'<span style="{style}">serum calcium</span>', False, str) == ("serum calcium", lost, True)
