"""Which formulas pass, judged twice: as typed, and by other code in the finished fields."""

from pathlib import Path

import pytest

from generator.base.diagnostics import Diagnostic
from generator.base.place import Source
from generator.media.folder import Media
from generator.package import _tex_inspection as tex_inspection
from generator.source.values import Text, placed
from generator.text._tex_words import ACTIVE, COMMANDS
from generator.text.markup import Markup
from tests.formulas import GOOD, LIVE


def rendered(typed: str, how: str = "cloze") -> tuple[str, list[Diagnostic]]:
    """Return the field that a text becomes, and what is wrong with it."""
    markup = Markup(Media(Path("/nowhere"), "media"))
    made = getattr(markup, how)(Text(typed, Source("f.yaml", typed), placed(0, len(typed))))
    return made.html, markup.found


@pytest.mark.parametrize("formula", GOOD)
def test_what_a_student_writes_passes(formula: str) -> None:
    _, found = rendered(f"{{{{c1::Thus}}}} {formula}.")
    assert found == []


@pytest.mark.parametrize("formula", GOOD)
def test_what_a_student_writes_passes_in_the_package(formula: str) -> None:
    html, _ = rendered(f"{{{{c1::Thus}}}} {formula}.")
    assert list(tex_inspection.problems(html)) == []


@pytest.mark.parametrize("typed", LIVE)
def test_an_attack_is_refused(typed: str) -> None:
    _, found = rendered(typed)
    assert {it.code for it in found} & {"C102", "C210", "C211"}  # C102: a brace too many leaves the cloze open


@pytest.mark.parametrize("field", LIVE)
def test_an_attack_is_found_in_the_package(field: str) -> None:
    assert list(tex_inspection.problems(field))


HIDDEN_IN = (
    r"{{c1::x}} \(NAME{x}{y}\)",
    r"{{c1::x}} \[ a \\NAME x\]",
    r"{{c1::x}} \(\text{a $NAME{x}$}\)",
    r"{{c1::x}} \(\ce{A ->[NAME{x}] B}\)",
    r"{{c1::x}} \(\begin{matrix} a & NAME{x} \\ b \end{matrix}\)",
    r"{{c1::x}} \(\left(NAME{x}\right)\)",
    "{{c1::x}} \\(a\nNAME{x}\\)",
    "{{c1::x}} \\(a % NAME{x}\\)",
    r"{{c1::\(NAME{x}\)}}",
    r"{{c1::x::\(NAME{x}\)}}",
    r"\({{c1::NAME{x} }}\)",
    r"\({{c1::x::NAME{x} }}\)",
    r"\({{c1::{{c2::x::NAME}}}}\)",
    r"**{{c1::x}} \(NAME{x}\)**",
    r"- {{c1::x}} \(NAME{x}\)",
    r"| {{c1::x}} | \(NAME{x}\) |",
    r"[\(NAME{x}\)](https://example.org) {{c1::x}}",
    r"{{c1::x}} \({\) NAME{x} }\)",
)


@pytest.mark.parametrize("name", sorted(ACTIVE))
@pytest.mark.parametrize("text", HIDDEN_IN)
def test_what_makes_links_or_defines_is_refused_wherever_it_hides(text: str, name: str) -> None:
    _, found = rendered(text.replace("NAME", f"\\{name}"))
    assert {it.code for it in found} & {"C210", "C211"}


@pytest.mark.parametrize("name", sorted(ACTIVE))
@pytest.mark.parametrize("field", [it for it in HIDDEN_IN if it[0] in "{\\"])
def test_what_makes_links_or_defines_is_found_in_the_package(field: str, name: str) -> None:
    assert list(tex_inspection.problems(field.replace("NAME", f"\\{name}")))


@pytest.mark.parametrize("how", ["prose", "inline", "hideable"])
def test_a_formula_is_judged_in_every_field(how: str) -> None:
    _, found = rendered(r"a \(\href{x}{y}\)", how)
    assert [it.code for it in found] == ["C210"]


def test_no_command_is_both_allowed_and_refused() -> None:
    assert COMMANDS.isdisjoint(ACTIVE)


def test_the_two_judges_agree_on_every_command() -> None:
    assert [it for it in sorted(COMMANDS) if list(tex_inspection.problems(f"\\(\\{it}{{red}}{{b}}\\)"))] == []


@pytest.mark.parametrize(
    "typed",
    [
        r"{{c1::x}} costs \$5, C:\_tmp, \d+\.\d+ and \x",
        r"{{c1::x}} \\(no formula\\) and \)",
        r"{{c1::x}} is <x> & {y}",
        r"{{c1::x}} \( \{a\} \_ \& \# \% \$ \)",
        "{{c1::x}} \\(a\n+ b\\)",
        r"\({{c1::\alpha}} + {{c2::\beta}}_1\)",
        r"\({{c1::{a} }}\)",
        r"\({{c1::a::\\(b}}\)",
        r"{{c1::a::\\(b}}",
    ],
)
def test_there_is_no_false_alarm(typed: str) -> None:
    html, found = rendered(typed)
    assert ([it.code for it in found], list(tex_inspection.problems(html))) == ([], [])


@pytest.mark.parametrize(
    "typed", [r"{{c1::a\\}}[x]", r"\\{{c1::(x}}", r"{{c1::a\\::h}}[latex]", "{{c1::a\\\\}}{{c2::(b}}"]
)
def test_a_backslash_at_the_edge_of_a_cloze_begins_no_formula(typed: str) -> None:
    html, _ = rendered(typed)
    assert (html == "", list(tex_inspection.problems(html))) == (False, [])


def test_two_backslashes_in_a_hint_begin_no_formula() -> None:
    typed = r"{{c1::x::a\\(\href{x}{y}\)}}"
    html, found = rendered(typed)
    assert (found, list(tex_inspection.problems(html))) == ([], [])
    assert list(tex_inspection.problems(typed))


def test_marks_of_clozes_are_only_words_where_no_cloze_can_be() -> None:
    html, found = rendered(r"Why is {{c2::\(\frac{a}{\sqrt{b_{c}}}\)::\(\frac{x}{y}\)}} right?", "inline")
    assert [it.code for it in found] == ["C110"]
    assert list(tex_inspection.problems(html, clozes=False)) == []


SHOWN = "a formula whose end", "a formula with", "a formula that does not end"


@pytest.mark.parametrize(
    "field",
    [
        r"\(a",
        r"\(a<br>b\)",
        r"{{c1::\(}}a\)",
        r"\(a{{c1::\)}}",
        r"\(\frac{a}{ {{c1::b::}c}} }\)",
        r"\(\begin{array}[;]{c}a\end{array}\)",
        r"\(&#92;href{x}{y}\)",
        r"&#92;(\href{x}{y}\)",
    ],
)
def test_a_formula_that_only_a_fault_of_ours_could_write_is_found(field: str) -> None:
    assert all(it.startswith(SHOWN) for it in tex_inspection.problems(field))
    assert list(tex_inspection.problems(field))
