"""What stands beside a cloze's marks: which formatting crosses them, and what of Markdown may begin at them."""

from collections.abc import Sequence

from generator.base.patterns import regex
from generator.text.cloze import Part, Token
from generator.text.escape import TAG, guard

_BEGIN, _END = "\u3008", "\u3009"  # brackets to Markdown; they go again with the marks beside which they stand
_VOID = ("img", "br", "hr")
PART = regex(r"\n[ \t]*(?:[-*][ \t]|\d{1,9}[.)][ \t]|\||`{3}|~{3}|#{1,6}[ \t]|-{3})")


def balanced(piece: str, open_tags: list[str]) -> bool:
    """Say whether every tag that ends in a piece of HTML is the last that is open; `open_tags` is kept up to date."""
    for end, name in TAG.findall(piece):
        if name in _VOID:
            continue
        if not end:
            open_tags.append(name)
        elif open_tags and open_tags[-1] == name:
            open_tags.pop()
        else:
            return False
    return True


def reaching(value: str, tokens: Sequence[Token]) -> Token | None:
    """Return the first cloze in which an item of a list, a row or a block of code begins."""
    begun: list[Token] = []
    for token in tokens:
        if token.part is Part.OPEN:
            begun.append(token)
        elif token.part is Part.CLOSE and PART.search(value, (first := begun.pop()).start, token.start):
            return first
    return None


def inside(pieces: Sequence[str], tokens: Sequence[Token | None], at: int) -> str:
    """Return a piece of a cloze, guarded, without the brackets that stood beside its marks."""
    piece = pieces[at]
    before, after = (tokens[at - 1] if at else None), (tokens[at + 1] if at + 1 < len(tokens) else None)
    if before is not None and before.part is Part.OPEN and not before.in_tex:
        piece = piece.removeprefix(_BEGIN)
    if after is not None and after.part is Part.CLOSE and not after.in_tex:
        piece = piece.removesuffix(_END)
    return guard(piece)


def beside(token: Token, private: str) -> str:
    """Return what stands for a cloze's mark, inside it a bracket: `_` and `*` next to it can then begin or end."""
    if token.in_tex or token.part is Part.TEX:
        return private
    return private + _BEGIN if token.part is Part.OPEN else _END + private
