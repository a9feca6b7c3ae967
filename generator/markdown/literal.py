r"""A stretch of prose -> the same, with the characters kept that only look like marks of Markdown.

What is typed is what is shown: `5*10`, `__enter__`, `C:\_tmp`, `\d+\.\d+` and a bare address stay whole.
"""

import re
from collections.abc import Callable

from generator.base.patterns import regex
from generator.markdown.stars import starred

_ONE = r"[^\s\U000f0000-\U000ffffd]"  # a visible character of the author's
# In an address Markdown sees no marks anyway.
_LINK = r"<[A-Za-z][^<>\s]*>|\]\([^()\s]*(?:[ ]+\"(?:[^\"\\\n]|\\.){0,300}\")?\)"
_ADDRESS = r"(?:https?://|www\.)[^\s<>\]\U000f0000-\U000ffffd]*[^\s<>\]\U000f0000-\U000ffffd*_.,;:!?)'\"]"
ADDRESS = regex(_ADDRESS)
# A Windows path, or a regular expression: no backslash in it hides a mark.
_PATH = rf"(?<![^\s(\"'„“»\u2018])(?:[A-Za-z]:\\|\\\\(?=\w)){_ONE}*"
_REGEX = rf"{_ONE}{{0,80}}\\[dDwWsSbB](?![A-Za-z]){_ONE}{{0,200}}"
_AMOUNT = r"\d[\d.,]*(?:[\s/-]|[A-Za-z]{2,})"
_MATH = r"[^$\n]*[\\^_={}][^$\n]*|-?\d*[A-Za-z](?:\([\w, ]{1,20}\))?'*|[A-Za-z]\s?[-+*/<>]\s?\w{1,3}"
# A formula of other programs, as pandoc knows it: `$5 and $10` is not one, nor is `$HOME/bin:$PATH`.
DOLLARS = regex(
    r"(?<![\w$\\])\$\$(?!\$)(?=[^$]{0,2000}[\\^_={}+<>*/]|\s*\w{1,3}\s*\$)(?P<display>[^$]{1,2000}?)(?<!\\)\$\$(?![\w$])"
    rf"|(?<![\w$\\])\$(?![\s$]|{_AMOUNT})(?=[^$\n]{{1,300}}\$)(?P<inline>{_MATH})(?<![\s\\])\$(?![\w$])"
)
_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta lambda mu nu xi pi rho sigma tau phi chi psi omega Gamma Delta Theta"
    " Lambda Sigma Phi Psi Omega times div cdot pm mp leq geq neq approx equiv sim propto infty partial nabla sum prod"
    " int rightarrow leftarrow Rightarrow Leftarrow leftrightarrow rightleftharpoons uparrow downarrow circ degree"
    " forall exists notin subset cup cap ldots cdots"
).replace(" ", "|")
_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\}){0,200}\}){0,500}\}"
_BARE_TEX = (
    r"(?s)(?<![\w:/\\])\\(?:begin\{(?P<name>[A-Za-z]{1,20}\*?)\}.{0,2000}?\\end\{(?P=name)\}"
    rf"|(?!begin|end)[A-Za-z]{{2,20}}(?:{_BRACES}){{1,3}}|(?:{_NAMES})(?![A-Za-z\\/]))"
)
# HLA-B*27, 2**3, (*) and __enter__ are not emphasis; nor is what follows a sign of a path or an address.
_STARS = r"(?P<star>(?<=\w)\*(?=\w))|(?<=\d)\*\*(?=\d)|(?<=\()[*_]+(?=\))"
_LINES = r"(?<![\w_])__\w+__(?!\w)|(?<=[\\/:.@=&?#])_+(?=\w)"
# A backslash shows, unless it stands before what would be a mark: then it says that it is none.
_ESCAPE = r"\\(?:[*_`\[\]<{}|$~^\n]|!(?=\[)|:(?=:)|\\(?=[(\[*_`{]))|(?<![^\n])[ \t]*(?:\\[#>=+-]|\d{1,9}\\[.)])"
_LITERAL = rf"(?P<pass>{_LINK}|{_ESCAPE})|(?P<whole>{_ADDRESS}|{_PATH}|{_REGEX}|{_STARS}|{_LINES})|\\"
_ANY = re.compile(r"[*_\\$]")
_MARK = regex(r"[\\*_`\[\]<>|~^!#]+")


def kept(prose: str, keep: Callable[[str], str]) -> str:
    """Return prose in which `keep` has taken the place of every character that shows as typed."""
    if not _ANY.search(prose):
        return prose
    parts: list[str] = []
    at = 0
    for start, end in foreign(prose):
        parts += _kept(prose[at:start], keep), _MARK.sub(lambda mark: keep(mark[0]), prose[start:end])
        at = end
    return "".join((*parts, _kept(prose[at:], keep)))


def foreign(prose: str) -> list[tuple[int, int]]:
    """Return where formulas of other programs stand: they show as typed, and are warned of."""
    found = [it.span() for it in DOLLARS.finditer(prose)] if "$" in prose else []
    for it in re.finditer(_BARE_TEX, prose) if "\\" in prose else ():
        if not any(start < it.end() and it.start() < end for start, end in found):
            found.append(it.span())
    return sorted(found)


def _kept(prose: str, keep: Callable[[str], str]) -> str:
    marks = starred(prose) if "*" in prose else frozenset[int]()

    def literal(match: re.Match[str]) -> str:
        if match["pass"] or (match["star"] and match.start() in marks):
            return match[0]
        return _MARK.sub(lambda mark: keep(mark[0]), match[0])

    return re.sub(_LITERAL, literal, prose)
