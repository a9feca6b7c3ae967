"""What of a drawing goes in, what is left out of it, and which are too much for a browser."""

from base64 import b64encode

import pytest

from generator.media import _svg_text, svg
from generator.media import _svg_weight as svg_weight
from tests import recordings
from tests.support import SVG, png

HEAD = SVG.split(b"<title>", maxsplit=1)[0]
DOCTYPE = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
INKSCAPE = (
    b' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
    b' xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"'
    b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://creativecommons.org/ns#"'
)


def checked(inside: str, head: bytes = HEAD) -> svg.Drawing:
    return svg.check(head + b"<title>Skin</title>" + inside.encode() + b"</svg>\n", "media/a.svg")


def embedded(data: bytes, form: str = "png") -> str:
    return f'<image width="6" height="4" href="data:image/{form};base64,{b64encode(data).decode()}"/>'


def test_an_ordinary_drawing_is_packed_byte_for_byte() -> None:
    assert svg.check(SVG, "media/a.svg").data == SVG


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (DOCTYPE + SVG, SVG),
        (
            b'<?xml version="1.0"?>\n' + DOCTYPE + b"<!-- Generator -->" + SVG,
            b'<?xml version="1.0"?>\n\n<!-- Generator -->' + SVG,
        ),
        (SVG.replace(b"<title>", b"<metadata><a>x</a></metadata><title>"), SVG),
        (SVG.replace(b"<rect ", b'<rect data-name="Layer 1" '), SVG),
        (SVG.replace(b"<title>", b"<?xpacket begin?><title>"), SVG),
        (SVG + b"<?end?>", SVG),
        (DOCTYPE.replace(b"\n", b"") + SVG, SVG),
    ],
)
def test_what_an_editor_left_is_left_out(before: bytes, after: bytes) -> None:
    drawing = svg.check(before, "media/a.svg")
    assert drawing.found == ()
    assert drawing.data.replace(b"\n", b"") == after.replace(b"\n", b"")


def test_the_notes_of_inkscape_are_left_out() -> None:
    inside = (
        '<sodipodi:namedview inkscape:zoom="2"><inkscape:grid/></sodipodi:namedview>'
        "<metadata><rdf:RDF><cc:Work/></rdf:RDF></metadata>"
        '<g inkscape:label="Ebene > 1" id="layer1" inkscape:groupmode="layer"><rect width="5" height="5"/></g>'
    )
    drawing = checked(inside, HEAD.replace(b">", INKSCAPE + b">", 1))
    assert drawing.found == ()
    assert b"inkscape:l" not in drawing.data
    assert b"sodipodi:n" not in drawing.data
    assert b"rdf:RDF" not in drawing.data
    assert b'<g id="layer1"><rect width="5" height="5"/></g>' in drawing.data


@pytest.mark.parametrize(
    "inside",
    [
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml"/>',
        '<x:script xmlns:x="http://www.w3.org/2000/svg"/>',
        "<x:script/>",
        "<style><style/>a{}</style>",
        "<style><g/></style>",
        "<style>a{}<![CDATA[@import 'https://x.org/a.css';]]></style>",
        "<text>&nbsp;</text>",
        "<image href='https://x.org/a.png'/>",
        "<image href='#a'/>",
        "<image href='data:image/svg+xml;base64,AAAA'/>",
        "<image href='data:text/html;base64,AAAA'/>",
        "<image href='data:image/png;base64,AAAA'/>",
        "<image href='data:image/png;base64,A'/>",
        embedded(png(6, 4) + b"more"),
        embedded(recordings.gif()),
        "<use href='data:image/png;base64,AAAA'/>",
    ],
)
def test_what_could_run_or_fetch_is_refused_once(inside: str) -> None:
    assert [it.code for it in checked(inside).found] == ["M109"]


@pytest.mark.parametrize(
    "inside", [embedded(png(6, 4)), embedded(recordings.jpeg(), "jpeg"), embedded(recordings.jpeg())]
)
def test_a_whole_picture_in_a_drawing_is_accepted(inside: str) -> None:
    assert checked(inside).found == ()


def test_a_doctype_with_definitions_is_one_mistake_with_a_way_out() -> None:
    found = svg.check(b'<!DOCTYPE svg [<!ENTITY ns "http://x.org">]>' + SVG, "media/a.svg").found
    assert ["Export As > SVG" in it.help for it in found] == [True]


def bomb(steps: int, by: str = '<use href="#a{0}"/>') -> str:
    levels = ['<g id="a0"><rect width="1" height="1"/></g>']
    levels += [f'<g id="a{step}">{2 * by.format(step - 1)}</g>' for step in range(1, steps)]
    return "<defs>" + "".join(levels) + "</defs>" + by.format(steps - 1)


@pytest.mark.parametrize(
    "inside",
    [
        bomb(40),
        bomb(40, '<rect width="1" height="1" mask="url(#a{0})"/>'),
        bomb(40, '<rect width="1" height="1" style="fill:url(#a{0})"/>'),
        bomb(40, '<path d="M0 0L1 1" marker-end="url(#a{0})"/>'),
        bomb(40, '<g class="c{0}"/>')
        + "<style>"
        + "".join(f".c{step}{{clip-path:url(#a{step})}}" for step in range(40))
        + "</style>",
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        '<pattern id="a"><rect fill="url(#a)"/></pattern>',
        '<marker id="m"><path d="M0 0"/></marker><path marker-mid="url(#m)" d="' + "L1 1" * 60_000 + '"/>',
        "<g/>" * (svg_weight.MOST + 1),
    ],
)
def test_a_drawing_that_becomes_too_much_is_refused(inside: str) -> None:
    assert [it.code for it in checked(inside).found] == ["M119"]


def styled(rule: str) -> str:
    """Return a bomb whose steps refer to one another by a rule of the style sheet."""
    sheets = "".join(f"<style>{rule.format(step)}</style>" for step in range(40))
    return bomb(40, '<rect class="c{0}" width="1" height="1"/>') + sheets


MARKER = '<marker id="m">' + "<rect/>" * 1000 + "</marker>"
PATTERN = '<pattern id="p">' + "<rect/>" * 1000 + "</pattern>"


@pytest.mark.parametrize(
    "inside",
    [
        bomb(40, '<use href="#%61{0}"/>'),
        bomb(40, '<rect mask="url(#%61{0})"/>'),
        bomb(40, '<rect mask="URL(#a{0})"/>'),
        bomb(40, "<rect mask=\"url( '#a{0}' )\"/>"),
        styled(".c{0}{{mask:URL(#a{0})}}"),
        styled(".c{0}{{mask:url(#a{0});x{{y:1}}}}"),
        styled(".c{0}{{mask:url(#a{0})"),
        styled("rect:not(.x,.y){{mask:url(#a{0})}}"),
        styled("*|rect.c{0}{{mask:url(#a{0})}}"),
        styled(".c{0}{{font-family:'}}';mask:url(#a{0})}}"),
        styled(".c{0}/*{{*/{{mask:url(#a{0})}}"),
        styled("@keyframes k{{from{{mask:url(#a{0})}}}}"),
        styled(":root{{--m{0}:url(#a{0})}} .c{0}{{mask:var(--m{0})}}"),
        "<g style='--m:url(#a)'><g id='a'/></g>",
        MARKER + "<style>.p{marker-mid:url(#m)}</style><path class='p' d='M0 0" + "L1 1" * 200 + "'/>",
        MARKER + "<g marker-mid='url(#m)'><path d='M0 0" + "L1 1" * 200 + "'/></g>",
        MARKER + "<path marker-mid='url(#m)' d='M0 0L" + ".1.1" * 200 + "'/>",
        PATTERN + "<g fill='url(#p)'>" + "<rect/>" * 200 + "</g>",
        "<g id='a'/><style>" + "g{mask:url(#a)}" * 100_001 + "</style>",
    ],
)
def test_nothing_that_a_browser_would_draw_is_left_out_of_the_count(inside: str) -> None:
    assert [it.code for it in checked(inside).found] == ["M119"]


@pytest.mark.parametrize(
    "inside",
    [
        bomb(12),
        PATTERN + "<g style='stroke:#000;mask:url(#p)'>" + "<rect/>" * 2000 + "</g>",
        MARKER + "<path marker-end='url(#m)' d='M0 0" + "L1 1" * 2000 + "'/>",
        "<style>.a,.b:hover{fill:url(#a)}@media print{.b{mask:url(#b)}}</style><linearGradient id='a'/>"
        "<mask id='b'><rect/></mask>" + "<rect class='a b'/>" * 20_000,
        "<g>" * 20_000 + "</g>" * 20_000,
        '<linearGradient id="a"><stop/><stop/></linearGradient>' + '<rect fill="url(#a)"/>' * 60_000,
        '<style>path{marker-end:url(#m)}</style><marker id="m"><rect/></marker>' + '<path d="M0 0"/>' * 1000,
    ],
)
def test_a_large_drawing_is_accepted(inside: str) -> None:
    assert checked(inside).found == ()


def high_on_a_phone(inside: str, root: str = 'width="716" height="400"') -> float | None:
    """Return how high the smallest text of a drawing is on a phone, in px."""
    data = f'<svg xmlns="http://www.w3.org/2000/svg" {root}>{inside}</svg>'.encode()
    size = svg.check(data, "a.svg").size
    assert size
    found = _svg_text.smallest(data, size)
    return found and round(found.pixels, 2)


@pytest.mark.parametrize(
    ("inside", "height"),
    [
        ("<text>a</text>", 8),  # 16 where nothing says how large
        ('<text font-size="30">a</text>', 15),
        ('<g font-size="30"><text>a</text></g>', 15),
        ('<g font-size="30"><text font-size="50%">a</text></g>', 7.5),
        ('<text font-size="30">a<tspan font-size=".5em">b</tspan></text>', 7.5),
        ('<text style="fill: red; font-size: 30px">a</text>', 15),
        ('<style>.b {font: bold 30px/1 sans-serif}</style><text class="a b">a</text>', 15),
        ("<style>text, .x {font-size: 15pt}</style><text>a</text>", 10),
        ('<g transform="scale(2)"><text>a</text></g>', 16),
        ('<g transform="rotate(90)"><text>a</text></g>', 8),
        ("<rect/>", None),
        ("<text> </text>", None),
        ('<text style="display:none">a</text>', None),
        ("<defs><text>a</text></defs>", None),
        ("<style>text {font-size: 2vw}</style><text>a</text>", None),
        ('<text font-size="small">a</text>', None),
    ],
)
def test_the_smallest_text_is_as_high_as_on_a_phone(inside: str, height: float | None) -> None:
    assert high_on_a_phone(inside) == height


def test_a_narrow_drawing_is_not_enlarged_and_its_own_units_count() -> None:
    assert high_on_a_phone("<text>a</text>", 'width="100" height="100"') == 16
    assert high_on_a_phone("<text>a</text>", 'width="100" height="100" viewBox="0 0 50 50"') == 32
