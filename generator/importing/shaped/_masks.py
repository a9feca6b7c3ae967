"""Anki's own text for the masks of a picture -> masks in the picture's pixels, proven by writing that text again."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.base.limits import OCCLUSION
from generator.base.place import Source, Span
from generator.importing.arrived import Value
from generator.kinds.masks import Mask, MaskShape, Mode, Outline, Size, misplaced, occluded
from generator.source.values import Text, placed

_CLOZE = re.compile(rf"\{{\{{c(\d{{1,5}})::{OCCLUSION}([a-z]+)((?::[a-z]+=[^:{{}}<>=]*)+)\}}\}}")
_BETWEEN = re.compile(r"(?:\s|</?(?:br|div|p) ?/?>)*")
_NUMBER = re.compile(r"\d{0,6}\.?\d{0,30}")
_MOST = 500  # shapes; each is compared with the others, and nobody draws more
_DECIMALS = 4  # of a pixel; the plainest numbers that mean the same are taken


class _Drawn(NamedTuple):
    """A shape as Anki stores it, in fractions of the picture, of which four decimals count."""

    number: int  # of the cloze
    shape: str
    places: tuple[tuple[str, tuple[float, ...]], ...]  # sorted by name
    hides_all: bool


class _Odd(Exception):
    """The text says what our masks cannot: a rotation, a colour, words on the picture."""


def masks_of(occlusion: str, size: Size) -> tuple[tuple[str, Value], ...]:
    """Return `masks` and `mode` of an image note; none where they would not mean just what the text means."""
    try:
        drawn = _read(occlusion)
    except _Odd:
        return ()
    numbers = sorted({it.number for it in drawn})
    modes = {it.hides_all for it in drawn}
    if not 0 < len(drawn) <= _MOST or numbers != list(range(1, len(numbers) + 1)) or len(modes) > 1:
        return ()
    masks: dict[str, Value] = {}
    for number in numbers:
        outlines = [_outline(it, size) for it in drawn if it.number == number]
        written = tuple(it for it in outlines if it)
        if len(written) < len(outlines):
            return ()
        masks[f"c{number}"] = written[0] if len(written) == 1 else {"outlines": written}
    return (("masks", masks), *((("mode", Mode.HIDE_ALL.value),) if True in modes else ()))


def _read(occlusion: str) -> list[_Drawn]:
    """Return the shapes that a text draws. Raises _Odd."""
    if not _BETWEEN.fullmatch(_CLOZE.sub("", occlusion)):
        raise _Odd
    return [_drawn(int(match[1]), match[2], match[3][1:]) for match in _CLOZE.finditer(occlusion)]


def _drawn(number: int, shape: str, properties: str) -> _Drawn:
    places: dict[str, tuple[float, ...]] = {}
    for name, _, value in (it.partition("=") for it in properties.split(":")):
        if name in places:
            raise _Odd
        places[name] = tuple(_fraction(it) for point in value.split() for it in point.split(","))
    angle, all_too = places.pop("angle", (0.0,)), places.pop("oi", (0.0,))
    if angle != (0.0,) or all_too not in ((0.0,), (1.0,)):
        raise _Odd
    return _Drawn(number, shape, tuple(sorted(places.items())), all_too == (1.0,))


def _fraction(text: str) -> float:
    """Return a number as Anki writes it: 0.25 as .25, and 0 as the point alone. Raises _Odd."""
    if not _NUMBER.fullmatch(text):
        raise _Odd
    return round(float(text), _DECIMALS) if text.strip(".") else 0.0


def _outline(it: _Drawn, size: Size) -> dict[str, Value]:
    """Return an outline as an author writes it, none where ours would lie elsewhere or does not fit the picture."""
    places = dict(it.places)
    for digits in range(_DECIMALS + 1):
        numbers = tuple(round(number, digits) for number in _pixels(it.shape, places, size))
        if len(numbers) < 4 or len(numbers) % 2:
            break
        mask = _mask(it.number, MaskShape(it.shape), numbers)
        if not any(misplaced(mask, size)) and _read(occluded(it.number, mask, size, it.hides_all)) == [it]:
            return {it.shape: _written(it.shape, [_plain(number) for number in numbers])}
    return {}


def _pixels(shape: str, places: dict[str, tuple[float, ...]], size: Size) -> Iterator[float]:
    """Yield the numbers of an outline as ours has them; too few where something is missing or cannot be said."""
    width, height = size
    names = {MaskShape.RECT: ("width", "height"), MaskShape.ELLIPSE: ("rx", "ry"), MaskShape.POLYGON: ("points",)}
    if shape not in names or set(places) != {"left", "top", *names[MaskShape(shape)]}:
        return
    if shape == MaskShape.POLYGON:
        for at, number in enumerate(places["points"]):
            yield number * (height if at % 2 else width)
    elif all(len(it) == 1 for it in places.values()):
        across, down = (places[name][0] for name in names[MaskShape(shape)])
        times = 2 if shape == MaskShape.ELLIPSE else 1
        yield from (places["left"][0] * width, places["top"][0] * height, times * across * width, times * down * height)


def _mask(number: int, shape: MaskShape, numbers: tuple[float, ...]) -> Mask:
    key = f"c{number}"
    return Mask(Text(key, Source("", key), placed(0, len(key))), (Outline(shape, numbers, Span("")),))


def _plain(number: float) -> Value:
    return int(number) if number == int(number) else number


def _written(shape: str, numbers: Sequence[Value]) -> Value:
    if shape == MaskShape.POLYGON:
        return tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return tuple(numbers)
