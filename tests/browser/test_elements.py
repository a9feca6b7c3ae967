"""Does a mask lie where a real browser draws the element of the drawing that it names?"""

from pathlib import Path

import pytest

from generator.media import elements
from tests.anki_backend import opened
from tests.browser import Browser
from tests.support import compiled, note, package, problems, write_deck

SIZE = (600.0, 400.0)
DRAWN = {
    "plain": '<rect id="x" x="10" y="20" width="100" height="50"/>',
    "circle": '<circle id="x" cx="150" cy="120" r="40px"/>',
    "ellipse": '<g transform="translate(20 30) scale(2,.5)"><ellipse id="x" cx="80" cy="90" rx="30" ry="50"/></g>',
    "turned-circle": '<circle id="x" cx="150" cy="120" r="40" transform="rotate(30)"/>',
    "turned-ellipse": '<ellipse id="x" cx="150" cy="120" rx="40" ry="15" transform="rotate(30 150 120)"/>',
    "turned-rect": '<rect id="x" x="100" y="90" width="100" height="50" transform="rotate(20 150 115)"/>',
    "skewed": '<rect id="x" x="50" y="90" width="100" height="50" transform="skewX(20) skewY(-5)"/>',
    "matrix": '<polygon id="x" points="10,10 60 20 30,80" transform="matrix(1 .2 -.1 1.5 40 10)"/>',
    "lines": '<path id="x" d="M10 20h100v50l-30 10H5z m200 0 10 10 5-40z"/>',
    "curves": '<path id="x" d="M50,200 C 60 100 200 110 220 210 S 300 290 310 200 Q 350 100 380 200 T 440 180Z"/>',
    "small-arcs": '<path id="x" d="M100 100a50 30 20 0 1 80 40A60 60 0 1 0 200 180a5 5 0 01.5.5"/>',
    "in-groups": '<g transform="translate(9,5)"><g transform="rotate(90)"><rect id="x" width="60" height="2"/></g></g>',
}
BOXES = [
    "",
    ' viewBox="0 0 300 200"',
    ' viewBox="-50 -20 900 300"',
    ' viewBox="0 0 500 500" preserveAspectRatio="none"',
]
BOXES += [' viewBox="0 0 700 700" preserveAspectRatio="xMinYMax meet"']


def svg(inside: str, attributes: str = "") -> bytes:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"{attributes}><title>Skin</title>'
    return f"{head}{inside}</svg>".encode()


def box_of(found: elements.Outline | elements.Missing) -> tuple[float, ...]:
    """Return left, top, right and bottom."""
    assert isinstance(found, elements.Outline), found
    if found.shape == "polygon":
        xs, ys = found.numbers[::2], found.numbers[1::2]
        return min(xs), min(ys), max(xs), max(ys)
    left, top, width, height = found.numbers
    return left, top, left + width, top + height


def drawn(browser: Browser, data: bytes) -> tuple[float, ...]:
    """Return the same of the element as the browser draws it, as far as it lies on the picture."""
    page = browser.new_page()
    page.set_content(f"<body style='margin:0'>{data.decode()}</body>")
    box = page.evaluate(
        "(() => { const it = document.getElementById('x'), m = it.getScreenCTM(), all = [];"
        "if (it.getTotalLength && it.tagName !== 'text') { const all_of = it.getTotalLength();"
        "for (let at = 0; at <= 2000; at++) all.push(it.getPointAtLength(all_of * at / 2000).matrixTransform(m)); }"
        "else { const b = it.getBBox(); for (const [x, y] of [[b.x, b.y], [b.x + b.width, b.y], [b.x, b.y + b.height],"
        "[b.x + b.width, b.y + b.height]]) all.push(new DOMPoint(x, y).matrixTransform(m)); }"
        "const xs = all.map(p => p.x), ys = all.map(p => p.y);"
        "return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]; })()"
    )
    page.close()
    return tuple(float(it) for it in box)


@pytest.mark.parametrize("attributes", BOXES)
@pytest.mark.parametrize("name", DRAWN)
def test_an_element_lies_where_a_browser_draws_it(name: str, attributes: str, browser: Browser) -> None:
    data = svg(DRAWN[name], attributes)
    found = elements.read(data, SIZE).outline("x")
    seen = drawn(browser, data)
    if isinstance(found, elements.Outline) and found.shape == "rect" and name != "plain":
        seen = tuple(min(max(it, 0.0), SIZE[at % 2]) for at, it in enumerate(seen))  # a box is cut at the picture
    assert box_of(found) == pytest.approx(seen, abs=1.0)


@pytest.mark.parametrize("anchor", ["start", "middle", "end"])
def test_the_box_of_a_text_covers_it(anchor: str, browser: Browser) -> None:
    place = f'x="250" y="150" font-size="24" text-anchor="{anchor}"'
    text = f'<text id="x" {place}>Stratum corneum<tspan x="250" dy="1.2em">dermis</tspan></text>'
    data = svg(f'<g transform="translate(5 10)">{text}</g>')
    left, top, right, bottom = box_of(elements.read(data, SIZE).outline("x"))
    seen = drawn(browser, data)
    assert (left <= seen[0] + 8, top <= seen[1] + 8, right >= seen[2] - 8, bottom >= seen[3] - 8) == (True,) * 4
    assert right - left <= 1.6 * (seen[2] - seen[0])


@pytest.mark.parametrize(
    ("name", "shape"),
    [("circle", "ellipse"), ("turned-circle", "ellipse"), ("turned-ellipse", "rect"), ("lines", "rect")],
)
def test_a_shape_of_ankis_is_taken_where_one_fits(name: str, shape: str) -> None:
    found = elements.read(svg(DRAWN[name]), SIZE).outline("x")
    assert isinstance(found, elements.Outline)
    assert found.shape == shape


NOTES = """\
notes:
  - id: skin
    image: skin.svg
    masks:
      kidneys: {outlines: [{rect: [10, 10, 60, 60]}, {shape: right}], label: Kidneys}
      both: {rect: [200, 10, 60, 60], ellipse: [300, 10, 60, 60], label: Ureters}
      bladder: {shape: bladder, label: Bladder}
"""
KIDNEYS = svg(
    '<g transform="scale(2)"><circle id="right" cx="60" cy="100" r="30"/></g><path id="bladder" d="M300 300h60v30z"/>'
)


def test_several_outlines_are_one_card_in_real_anki(tmp_path: Path) -> None:
    deck = compiled(write_deck(tmp_path / "deck", {"media/skin.svg": KIDNEYS}, notes=NOTES))
    with opened(tmp_path / "anki") as anki:
        anki.take(package(deck, tmp_path / "deck.apkg"))
        guid = note(deck, "skin").guid
        cards = len(anki.cards(guid))
        groups = sorted((it.ordinal, [shape.shape for shape in it.shapes]) for it in anki.occlusion(guid).occlusions)
    assert cards == 3
    assert groups == [(1, ["rect", "ellipse"]), (2, ["rect", "ellipse"]), (3, ["rect"])]


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ('<rect id="rigth" width="9" height="9"/>', "the drawing has no element with the id 'right'"),
        ('<defs><rect id="right" width="9" height="9"/></defs>', "stands in a 'defs', and is not drawn there"),
        ('<g id="right"><path d="M0 0h9v9z"/></g>', "the element 'right' is a 'g', which has no outline of its own"),
        ('<path id="right" d="M0 0 nonsense"/>', "where the element 'right' lies cannot be told"),
        ('<rect id="right" width="50%" height="9"/>', "where the element 'right' lies cannot be told"),
        ('<polygon id="right" points="1,2 3"/>', "where the element 'right' lies cannot be told"),
    ],
)
def test_an_element_that_cannot_be_a_mask_is_refused(inside: str, said: str, tmp_path: Path) -> None:
    notes = "notes:\n  - {id: a, image: skin.svg, masks: {dermis: {shape: right, label: Dermis}}}\n"
    (found,) = problems(write_deck(tmp_path, {"media/skin.svg": svg(inside)}, notes=notes))
    assert found.code == "M130"
    assert said in found.message
    assert "right" not in found.help or "did you mean" in found.help


@pytest.mark.parametrize(
    "wrong",
    [
        '<rect width="9" height="9" transform="turn(30)"/>',
        '<text id="y" x="9">one<tspan id="z" x="nowhere">two</tspan></text>',
        '<g transform="matrix(1 2)"><rect id="y" width="9" height="9"/></g>',
        '<path id="y" d="M0 0 nonsense"/>',
    ],
)
def test_what_is_wrong_with_one_element_leaves_the_others_where_they_are(wrong: str) -> None:
    alone = elements.read(svg(DRAWN["in-groups"]), SIZE)
    beside = elements.read(svg(wrong + DRAWN["in-groups"] + wrong), SIZE)
    assert box_of(beside.outline("x")) == box_of(alone.outline("x"))
    assert isinstance(beside.outline("y"), elements.Missing)
