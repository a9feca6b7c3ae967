"""The elements of a drawing and what they refer to -> how many elements it becomes once all is drawn.

A `use` of a `use` of a `use` doubles with each step, so that a file of a kilobyte hangs a browser. Each element is
weighed once: itself, what it holds, and what it refers to, as often as it does.
"""

import re
from dataclasses import dataclass, field

MOST = 100_000  # elements, as drawn
_GRADIENTS = ("linearGradient", "radialGradient")  # painting with one draws nothing more
_ADDRESS = re.compile(r"url\(\s*['\"]?\s*#([^'\")\s]+)")
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_COMPOUND = re.compile(r"([.#]?)([\w-]+)")
_VERTICES = re.compile(r"[a-zA-Z]|[-+]?[\d.]+(?:e[-+]?\d+)?")


@dataclass(slots=True)
class Element:
    """An element as far as it counts: what it holds, and the ids it refers to with how often each is drawn."""

    name: str
    id: str = ""
    classes: frozenset[str] = frozenset()
    inside: list[int] = field(default_factory=list)
    refers: dict[str, int] = field(default_factory=dict)


class TooHeavy(Exception):
    """A drawing becomes more than may be drawn; the text says how."""


def element(name: str, attributes: dict[str, str]) -> Element:
    """Return an element with what its attributes refer to."""
    made = Element(name, attributes.get("id", ""), frozenset(attributes.get("class", "").split()))
    vertices = 0
    for key, value in attributes.items():
        if key in ("href", "xlink:href") and value.startswith("#"):
            made.refers[value[1:]] = 1
        elif "url(" in value:
            marker = key.startswith("marker") or (key == "style" and "marker" in value)
            if marker and not vertices:
                vertices = max(1, len(_VERTICES.findall(attributes.get("d", "") + attributes.get("points", ""))) // 2)
            for id in _ADDRESS.findall(value):
                made.refers[id] = made.refers.get(id, 0) + (vertices if marker else 1)
    return made


def add_styles(elements: list[Element], styles: str) -> None:
    """Give the elements what the rules of the drawing's style sheets refer to for them."""
    known: dict[tuple[str, str], list[Element]] = {}
    for it in elements:
        for sign, name in (("", it.name), ("#", it.id), *((".", name) for name in it.classes)):
            known.setdefault((sign, name), []).append(it)
    for selectors, body in _RULE.findall(styles):
        ids = _ADDRESS.findall(body)
        for selector in selectors.split(",") if ids else ():
            for it in _chosen(selector, known, elements):
                for id in ids:
                    it.refers[id] = it.refers.get(id, 0) + 1


def _chosen(selector: str, known: dict[tuple[str, str], list[Element]], elements: list[Element]) -> list[Element]:
    """Return the elements that a selector may mean, by what stands last in it: rather too many than too few."""
    plain = re.sub(r"\[[^\]]*\]|::?[\w-]+(?:\([^)]*\))?", "", selector).strip()
    wanted = _COMPOUND.findall(re.split(r"[\s>+~]+", plain)[-1])
    return min((known.get(it, []) for it in wanted), key=len, default=elements)


def weigh(elements: list[Element]) -> int:
    """Return how many elements a drawing becomes; the first is its root. Raises TooHeavy.

    Goes without recursion: a file may nest as deep as it is long.
    """
    by_id = {it.id: at for at, it in reversed(list(enumerate(elements))) if it.id}
    weights: dict[int, int] = {}
    open_now: set[int] = set()
    stack = [0] if elements else []
    while stack:
        at = stack[-1]
        parts = _parts(elements, at, by_id)
        if at not in open_now:
            open_now.add(at)
            if waiting := [part for part, _ in parts if part not in weights]:
                if looped := next((part for part in waiting if part in open_now), None):
                    raise TooHeavy(f"'{elements[looped].id[:40]}' is drawn inside itself")
                stack += waiting
                continue
        weights[at] = 1 + sum(weights[part] * times for part, times in parts)
        if weights[at] > MOST:
            raise TooHeavy(f"it becomes more than {MOST:,} elements")
        stack.pop()
        open_now.discard(at)
        while stack and stack[-1] in weights:
            stack.pop()
    return weights.get(0, 0)


def _parts(elements: list[Element], at: int, by_id: dict[str, int]) -> list[tuple[int, int]]:
    """Return the elements that belong to one, and how often each is drawn."""
    it = elements[at]
    found = [(child, 1) for child in it.inside]
    for id, times in it.refers.items():
        target = by_id.get(id)
        if target is not None and elements[target].name not in _GRADIENTS:
            found.append((target, times))
    return found
