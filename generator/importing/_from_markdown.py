"""Markdown of other programs -> ours: formulas, links of wikis, pictures, marks and the HTML that people put into it.

What stands in code stays as it is. Source: CommonMark 0.31; Obsidian Help, "Basic formatting syntax" and "Embed files".
"""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote

from generator.importing._shown import (
    HOLDER,
    IN_ADDRESS,
    address_of,
    as_code,
    base_name,
    holder,
    rendered,
    without_invisible,
)
from generator.markdown.code_spans import code_in
from generator.text.escape import ENTITY

NameOf = Callable[[str], str]

_OURS = re.compile(r"\\\(.{1,4000}?\\\)|\\\[.{1,4000}?\\\]|<https?://[^<>\s]+>", re.DOTALL)
_OLD_FORMULA = re.compile(
    r"\[\$\](?P<inline>.{1,4000}?)\[/\$\]|\[\$\$\](?P<block>.{1,4000}?)\[/\$\$\]"
    r"|\[latex\]\$?(?P<latex>.{1,4000}?)\$?\[/latex\]",
    re.DOTALL,
)
# As pandoc has it: what begins with a space or ends with one is none, nor what a digit follows.
_DOLLARS = re.compile(
    r"(?<![\\$])\$\$(?P<block>(?:[^$\\]|\\.){1,4000}?)\$\$|(?<![\\$\w])\$(?![\s$])(?P<inline>(?:[^$\\\n]|\\.|\n(?!\s*\n)){1,1000}?)(?<!\s)\$(?![\d$])",
    re.DOTALL,
)
_LINE_FEEDS_IN_TEX = re.compile(r"\n\s*\n")
_ESCAPED = re.compile(r"\\([!\"#%&',./:;=?@+\-(){}])")
_COMMENT = re.compile(r"<!--.{0,4000}?-->|%%.{0,4000}?%%", re.DOTALL)
_EMBED = re.compile(r"!\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\]")
_WIKI = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\]")
_PICTURE = re.compile(
    r"!\[([^\[\]\n]*)\]\(\s*(<[^<>\n]+>|[^()\s]+(?:\([^()\s]*\)[^()\s]*)*)(?:\s+[\"'][^\n]{0,1000}?[\"'])?\s*\)"
)
_LINK = re.compile(
    r"(?<!!)\[((?:[^\[\]\n]|\[[^\[\]\n]*\])+)\]\(\s*(<[^<>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(\s+[\"'][^\n]{0,1000}?[\"'])?\s*\)"
)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]^\n]+)\]:\s+<?(\S+?)>?(?:\s+[\"'(].*[\"')])?[ \t]*$\n?", re.MULTILINE)
_REFERENCE = re.compile(r"(!?)\[([^\[\]\n]+)\](?:\[([^\[\]\n]*)\])?(?![\[(:])")
_FOOTNOTE = re.compile(r"^ {0,3}\[\^([^\[\]\s]+)\]:[ \t]+(.+)$\n?", re.MULTILINE)
_CALL = re.compile(r"\[\^([^\[\]\s]+)\]")
HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]+?)(?<=\S)==")
_STRUCK = re.compile(r"~~(?=\S)([^~\n]+?)(?<=\S)~~")
_UNDERSCORES = re.compile(r"(?<![\w_\\])__(?=\S)([^\n]{1,1000}?)(?<=\S)__(?![\w_])")
_BLOCK_ID = re.compile(r"[ \t]\^[\w-]+[ \t]*$", re.MULTILINE)
_CALLOUT = re.compile(r"^([ \t]*>[ \t]*)\[!\w+\][-+]?[ \t]*(.*)$", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?![ \t]*(?:[-*+>#|]|\d+[.)]))(\S[^\n]*)\n(?:=+|-{2,})[ \t]*$", re.MULTILINE)
_PLUS = re.compile(r"^([ \t]*)\+(?=[ \t]+\S)", re.MULTILINE)
_BREAK = re.compile(r"(?:\\|[ \t]+)$", re.MULTILINE)
_ELEMENT = re.compile(r"<(table|ul|ol|ruby|pre)\b.{0,20000}?</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:[bisuapq]|br|hr|em|strong|del|ins|mark|span|div|font|center|code|kbd|img|small|big|details|summary|h[1-6]|figure"
    r"|figcaption|blockquote|tt|samp|var|cite|abbr|section|article|script|style|iframe|video|audio|source)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"\b(src|href)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+))", re.IGNORECASE)
_IN_LINE = {
    "b": "**",
    "strong": "**",
    "i": "*",
    "em": "*",
    "mark": "**",
    "code": "`",
    "kbd": "`",
    "tt": "`",
    "samp": "`",
}
_LINE_TAGS = (
    "br",
    "p",
    "div",
    "details",
    "summary",
    "center",
    "figure",
    "figcaption",
    "blockquote",
    "section",
    "article",
)
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`\n]*$)|~{3,})")
_WEB = re.compile(r"https?://|mailto:", re.IGNORECASE)
_BLOCK_LINE = re.compile(r"\s*(?:[-*+>|#•‣◦▪●]|\d{1,9}[.)]\s|```|~~~|\\\[|\\\]|!\[|-{3,}|$)")


def ours_of(text: str, name_of: NameOf) -> str:
    """Return our Markdown for that of other programs; `name_of` gives a file's name in `media/`, "" where it lacks."""
    held: list[str] = []

    def hold(kept: str) -> str:
        held.append(kept)
        return holder(len(held) - 1)

    text = without_invisible(_closed(_fenced(text)))
    parts: list[str] = []
    at = 0
    for code in code_in(text):
        parts += text[at : code.start], hold(text[code.start : code.end])
        at = code.end
    text = "".join((*parts, text[at:]))
    text = _marks(_html(_formulas(text, hold), name_of, hold), name_of, hold)
    while HOLDER.search(text):
        text = HOLDER.sub(lambda it: held[int(it[1])], text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n").rstrip()


def _formulas(text: str, hold: Callable[[str], str]) -> str:
    def formula(match: re.Match[str]) -> str:
        kind, tex = next((key, it) for key, it in match.groupdict().items() if it)
        tex = _LINE_FEEDS_IN_TEX.sub("\n", tex.strip())
        return hold(_set(f"\\[{tex}\\]" if kind == "block" else f"\\({tex}\\)"))

    text = _OURS.sub(lambda match: hold(_set(match[0])), text)
    return _DOLLARS.sub(formula, _OLD_FORMULA.sub(formula, text))


def _set(formula: str) -> str:
    """Return a formula, or code that shows it where no card can set it; one around a cloze is judged with its note."""
    bad = not formula.startswith("<") and "{{c" not in formula and not rendered(formula, clozes=False)[0]
    return as_code(formula[2:-2]) if bad else formula


def _html(text: str, name_of: NameOf, hold: Callable[[str], str]) -> str:
    """Replace tags and entities by what shows the same."""
    text = _COMMENT.sub("", text)
    if "<" in text:
        if "</" in text:
            text = _ELEMENT.sub(lambda match: _element(match[0], name_of, hold), text)
        text = _TAG.sub(lambda match: _tag(match[0], name_of), text)
    return ENTITY.sub(lambda match: _entity(match, hold), text) if "&" in text else text


def _element(html: str, name_of: NameOf, hold: Callable[[str], str]) -> str:
    from generator.importing._from_html import markdown_of

    if HOLDER.search(html):
        return html
    made = markdown_of(html, clozes=False, name_of=name_of)
    between = "" if html[:5].lower() == "<ruby" else "\n\n"
    return f"{between}{hold(made.text)}{between}" if made.proven else html


def _tag(tag: str, name_of: NameOf) -> str:
    name = re.sub(r"[</>\s].*", "", tag.lstrip("</"), flags=re.DOTALL).lower()
    values = {it[1].lower(): it[2] or it[3] or it[4] or "" for it in _ATTRIBUTE.finditer(tag)}
    if name == "img":
        return _picture(values.get("src", ""), "", name_of) if values.get("src") else ""
    if name == "hr":
        return "\n\n---\n\n"
    if re.fullmatch(r"h[1-6]", name):
        return "\n\n" if tag.startswith("</") else "\n\n## "
    return _IN_LINE.get(name, "\n" if name in _LINE_TAGS else "")


def _entity(entity: re.Match[str], hold: Callable[[str], str]) -> str:
    meant = unescape(entity[0]).replace("\xa0", " ")
    if not meant.isprintable():
        return ""
    is_mark = meant in "*_`$~^|" or (meant == "<" and re.match(r"[A-Za-z/!]", entity.string[entity.end() :]))
    return hold(f"\\{meant}") if is_mark else meant


def _marks(text: str, name_of: NameOf, hold: Callable[[str], str]) -> str:
    """Replace marks that others know by ours."""
    links = {it[1].casefold(): it[2] for it in _DEFINITION.finditer(text)}
    notes = {it[1]: it[2] for it in _FOOTNOTE.finditer(text)}
    if notes:
        text = _CALL.sub(lambda it: f" ({notes[it[1]]})" if it[1] in notes else it[0], _FOOTNOTE.sub("", text))
    if links:
        text = _REFERENCE.sub(lambda it: _referred(it, links), _DEFINITION.sub("", text))
    text = _EMBED.sub(lambda it: _picture(it[1], "", name_of), text)
    text = _WIKI.sub(lambda it: it[2] or it[1].partition("#")[0] or it[1].lstrip("#^"), text)
    text = _PICTURE.sub(lambda it: hold(_picture(it[2].strip("<>"), it[1], name_of)), text)
    text = _LINK.sub(lambda it: _link(it[1], it[2].strip("<>"), hold), text)
    text = _STRUCK.sub(r"\1", HIGHLIGHT.sub(r"**\1**", _BLOCK_ID.sub("", text)))
    text = _UNDERLINED.sub(r"## \1", _UNDERSCORES.sub(r"**\1**", text))
    text = _PLUS.sub(r"\1-", _CALLOUT.sub(lambda it: f"{it[1]}**{it[2]}**" if it[2] else it[1].rstrip(), text))
    return _ESCAPED.sub(r"\1", _BREAK.sub("", text))


def _picture(written: str, alt: str, name_of: NameOf) -> str:
    if name := name_of(written):
        alt = re.sub(r"[\[\]\\]|^\d+$", "", alt).strip()
        return f"![{alt}]({address_of(name)})"
    return f"({alt or base_name(written)} is missing)"


def _link(words: str, address: str, hold: Callable[[str], str]) -> str:
    if not _WEB.match(address):
        return words
    return f"[{words}]" + hold(f"({quote(address, safe=IN_ADDRESS)})")


def _referred(match: re.Match[str], links: dict[str, str]) -> str:
    address = links.get((match[3] or match[2]).casefold())
    return f"{match[1]}[{match[2]}]({address})" if address else match[0]


def _fenced(text: str) -> str:
    """Return a text whose indented blocks of code stand between fences."""
    if not re.search(r"^(?: {4}|\t)", text, re.MULTILINE):
        return text
    lines = text.split("\n")
    out: list[str] = []
    at, in_list, fence = 0, False, ""
    while at < len(lines):
        line = lines[at]
        if mark := re.match(r"\s*(`{3,}|~{3,})", line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        begins = not fence and not in_list and re.match(r" {4}|\t", line) and (not out or not out[-1].strip())
        if begins and line.strip():
            end = at
            while end < len(lines) and (not lines[end].strip() or re.match(r" {4}|\t", lines[end])):
                end += 1
            code = [re.sub(r"^(?: {4}|\t)", "", it) for it in lines[at:end]]
            while code and not code[-1].strip():
                code.pop()
            out += ["```", *code, "```", *([""] if end < len(lines) else [])]
            at = end
            continue
        if line.strip():
            in_list = bool(re.match(r"\s*(?:[-*+]|\d{1,9}[.)])\s", line)) or (in_list and line[:1] in " \t")
        out.append(line)
        at += 1
    return "\n".join(out)


def _closed(text: str) -> str:
    """Return a text whose last block of code has an end: to others the text's end is one."""
    fence = ""
    for line in text.split("\n"):
        if fence:
            mark = line.strip()
            fence = "" if mark.startswith(fence) and not mark.strip(fence[0]) else fence
        elif opening := _FENCE.match(line):
            fence = opening[1]
    return f"{text.rstrip()}\n{fence}" if fence else text


def joined(text: str) -> str:
    """Return a text whose paragraphs are a line each: their lines were only wrapped."""
    out: list[str] = []
    fence = False
    for line in text.split("\n"):
        is_fence = re.match(r"\s*(?:```|~~~)", line) is not None
        goes_on = out and out[-1].strip() and line.strip() and not fence and not is_fence
        table = goes_on and (out[-1].lstrip().startswith(("|", "#")) or out[-1].strip() in ("---", "***"))
        if goes_on and not table and not _BLOCK_LINE.match(line) and not out[-1].rstrip().endswith(("```", "~~~")):
            out[-1] = f"{out[-1].rstrip()} {line.strip()}"
        else:
            out.append(line)
        fence = fence != is_fence
    return "\n".join(out)
