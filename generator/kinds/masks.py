"""The masks of a picture -> Anki's text for them, and the masks that cannot be drawn, overlap or have no name."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import combinations, islice
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic, warning
from generator.base.limits import OCCLUSION
from generator.base.patterns import regex
from generator.base.place import Span
from generator.source.values import Text

Size = tuple[float, float]  # width and height in pixels

_MOST_OVERLAP = 0.2  # of the smaller mask
_WITHIN = 0.98  # of a mask that lies in another one
_MOST_PAIRS = 5_000  # of masks that are compared
_NO_WORDS = regex(r"(?:m|mask|rect|ellipse|polygon|area|box|shape|label|item|part|region|field)[-_]?\d*")


class MaskShape(StrEnum):
    """The outline of a mask."""

    RECT = "rect"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"


class Mode(StrEnum):
    """Which masks are drawn while one is asked for."""

    HIDE_ONE = "hide-one"
    HIDE_ALL = "hide-all"


class Outline(NamedTuple):
    """A stretch of a picture. `numbers` are pixels: left, top, width, height; of a polygon x, y, x, y, ...

    Of an `element` of the drawing they are known when the drawing is at hand.
    """

    shape: MaskShape
    numbers: tuple[float, ...]
    span: Span
    element: Text | None = None


class Mask(NamedTuple):
    """What one card hides: one stretch of a picture, or several. Its identity is the key."""

    key: Text
    outlines: tuple[Outline, ...]
    label: Text | None = None


def occluded(number: int, mask: Mask, size: Size, hide_all: bool) -> str:
    """Return Anki's clozes for a mask, one for each outline. Their numbers are fractions of the picture."""
    end = ":oi=1" if hide_all else ""
    return "<br>".join(f"{{{{c{number}::{OCCLUSION}{_outline(it, size)}{end}}}}}" for it in mask.outlines)


def _outline(mask: Outline, size: Size) -> str:
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


def misplaced(mask: Mask, size: Size) -> Iterator[Diagnostic]:
    """Yield why a mask cannot be drawn on a picture of that size."""
    for it in mask.outlines:
        yield from _misplaced(mask, it, size)


def _misplaced(mask: Mask, it: Outline, size: Size) -> Iterator[Diagnostic]:
    width, height = size
    if it.shape is MaskShape.POLYGON:
        xs, ys, help = it.numbers[::2], it.numbers[1::2], "write [[x, y], [x, y], [x, y]]"
        across, down = max(xs) - min(xs), max(ys) - min(ys)
        across = min(across, _area(xs, ys))  # points on one line hide nothing
    else:
        left, top, across, down = it.numbers
        xs, ys, help = (left, left + across), (top, top + down), "write [left, top, width, height]"
    if across < 1 or down < 1:
        message = f"mask '{mask.key.value}' is less than a pixel wide or high"
        yield Diagnostic(it.span, "M115", message, help)
        return
    if min(xs) < 0 or min(ys) < 0 or max(xs) > width or max(ys) > height:
        message = f"mask '{mask.key.value}' reaches outside the picture, which is {width:g} x {height:g} pixels"
        yield Diagnostic(it.span, "M115", message, f"{help} in the picture's own pixels")


def _area(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return the area of a polygon in square pixels, by the shoelace formula."""
    pairs = zip(xs, ys, [*xs[1:], xs[0]], [*ys[1:], ys[0]], strict=True)
    return abs(sum(x * next_y - next_x * y for x, y, next_x, next_y in pairs)) / 2


def nameless(masks: Sequence[Mask]) -> Iterator[Diagnostic]:
    """A mask that has neither label nor a telling key is only a number in the release notes, and to its editors."""
    for mask in masks:
        if mask.label is None and _NO_WORDS.fullmatch(mask.key.value):
            message = f"mask '{mask.key.value}' has no label, and its key does not describe it"
            yield warning(mask.key.span, "L43", message, "add 'label:' with what it hides")


def overlapping(masks: Sequence[Mask]) -> Iterator[Diagnostic]:
    """A mask that lies half over another hides its answer as well; one inside another is a part of a whole."""
    boxes = [(it, mask) for mask in masks for it in mask.outlines if _is_box(it)]
    boxes.sort(key=lambda it: it[0].numbers[0])
    told: set[str] = set()
    for (one, its), (other, others) in islice(_near(boxes), _MOST_PAIRS):
        pair = sorted(((one, its), (other, others)), key=lambda it: (it[0].span, it[1].key.value))
        (first, first_mask), (second, second_mask) = pair
        name = second_mask.key.value
        if its is others or name in told or not _overlap(one, other):
            continue
        told.add(name)
        message = f"mask '{name}' lies over mask '{first_mask.key.value}'"
        help = "draw them apart, or one wholly inside the other"
        yield warning(second.span, "L43", message, help, f"the other is at {first.span.where}")


def _is_box(it: Outline) -> bool:
    return it.shape is not MaskShape.POLYGON and it.element is None


def _near(boxes: list[tuple[Outline, Mask]]) -> Iterator[tuple[tuple[Outline, Mask], tuple[Outline, Mask]]]:
    """Yield the pairs that share a stretch from left to right."""
    for one, other in combinations(boxes, 2):
        if other[0].numbers[0] < one[0].numbers[0] + one[0].numbers[2]:
            yield one, other


def _overlap(one: Outline, other: Outline) -> bool:
    """Say whether two masks share more than they may. An ellipse is the rectangle of its own area around its centre."""
    a, b = _sides(one), _sides(other)
    across = min(a[1], b[1]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[2], b[2])
    areas = sorted((it[1] - it[0]) * (it[3] - it[2]) for it in (a, b))
    if across <= 0 or down <= 0 or areas[0] <= 0:
        return False
    shared = across * down / areas[0]
    return shared > _MOST_OVERLAP and not (shared >= _WITHIN and areas[1] >= 2 * areas[0])


def _sides(mask: Outline) -> tuple[float, float, float, float]:
    """Return left, right, top and bottom."""
    left, top, width, height = mask.numbers
    cut = 0.0569 if mask.shape is MaskShape.ELLIPSE else 0.0  # of each side: (1 - sqrt(pi / 4)) / 2
    return left + cut * width, left + (1 - cut) * width, top + cut * height, top + (1 - cut) * height
