"""A place where a file stops being YAML -> the slip in the author's words, and the file without the note around it."""

import re
from itertools import pairwise

from generator.base.characters import FORBIDDEN, NEEDED_SOMEWHERE, SUSPICIOUS, forbidden, name_of
from generator.base.diagnostics import Diagnostic
from generator.base.patterns import regex
from generator.base.place import Source
from generator.source import _mending as mending

QUOTE = "put the text in quotes, or on the next line under '|'"
SINGLE = "use single quotes, or put the text on the next line under '|': there a backslash is a backslash"

_KEY = regex(
    r"(?P<lead>[ ]*(?:-[ ]+)*)(?P<key>[^\s:#\"'\[\]{}&*!|>%@`-](?:[^:#\n]*[^\s:#])?)[ ]*:(?:[ \t]+(?P<value>.*)|$)"
)
_LONGEST = 2_000  # characters of a line that are looked at
_SIGILS = {"&": ("Y010", "an anchor"), "*": ("Y010", "an alias"), "!": ("Y011", "a tag")}


_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_MARK = regex(r"^([<=>|])\1{6}(?=[ \n]|\Z)[^\n]*", re.MULTILINE)


def conflict(source: Source) -> Diagnostic | None:
    """Return the first mark of a merge that a person has to end by hand."""
    if not any(mark in source.text for mark in _MARKS):
        return None
    match = _MARK.search(source.text)
    if not match:
        return None
    help = "keep the lines of one side, or of both, and delete the marks"
    return Diagnostic(source.span(*match.span()), "Y024", "a merge conflict is left here", help)


def explain(source: Source, at: int, begun: int | None, problem: str) -> tuple[Diagnostic, int]:
    """Return what the author did, and the offset of the note to leave out.

    `at` is where the parser stopped, `begun` where what it was reading had begun, `problem` its own words.
    """
    found, offset = _explained(source, at, begun, problem)
    return with_quotes(source, found, offset), offset


def with_quotes(source: Source, found: Diagnostic, at: int) -> Diagnostic:
    """Return the diagnostic with quotes round the line's text as its correction, where that is what is missing."""
    if found.fix or found.code not in ("Y010", "Y011", "Y016", "Y017", "Y018") or "never closed" in found.message:
        return found
    return found._replace(
        fix=mending.quoted(source, max(at, source.line_start(found.span.line) + found.span.column - 1))
    )


def _explained(source: Source, at: int, begun: int | None, problem: str) -> tuple[Diagnostic, int]:
    text = source.text
    if "escape" in problem or "Unicode" in problem:
        at = max(text.rfind("\\", 0, at + 1), 0)
        return bad_escape(source, at), at
    if begun is not None and text[begun : begun + 1] in ("'", '"') and "end of stream" in problem:
        return _unclosed_quote(source, begun), begun
    if "':'" in problem and begun is not None:
        at = begun  # a line without "key:", noticed only at the next
    if "incompatible" in problem or "directive" in problem:
        return directive(source, at), at
    if text[at : at + 1] == "\t" or "\t" in _indentation(source, at):
        return odd_indentation(source, at), at
    if begun is not None and text[begun : begun + 1] in ("[", "{") and "," in problem:
        return _open_bracket(source, begun, at), begun
    at = max(len(text[:at].rstrip()) - 1, 0) if not text[at:].strip() else at  # the end of the file: its last line
    earlier = _quote_opened_before(source, at)
    if earlier is not None:
        return _unclosed_quote(source, earlier), earlier
    return _by_line(source, at), at


def odd_indentation(source: Source, at: int) -> Diagnostic:
    """A line that is indented with tabs, or with the hard spaces of a word processor."""
    line, _ = source.position(min(at, max(len(source.text) - 1, 0)))
    begin = source.line_start(line)
    lead = re.match(r"(?:\s|-(?=\s))*", source.line(line))
    odd = next((it for it, blank in enumerate(lead[0] if lead else "") if blank not in " -"), 0)
    blank = source.text[begin + odd]
    fix, _ = mending.indentation(source, at)
    width = len(fix.text) - len(fix.text.lstrip(" ")) if fix else 0
    help = f"indent with spaces: {width} here" if fix else "indent with spaces"
    code, what = ("Y019", "a tab") if blank == "\t" else ("Y025", name_of(blank))
    place = source.span(begin + odd, begin + odd + 1)
    return Diagnostic(place, code, f"{what} in the indentation", help, fix=fix)


def _indentation(source: Source, at: int) -> str:
    line = source.line(source.position(min(at, max(len(source.text) - 1, 0)))[0])
    return line[: len(line) - len(line.lstrip())]


def _by_line(source: Source, at: int) -> Diagnostic:
    """Tell the slip from the line's own text: the parser only knows where it gave up."""
    number, _ = source.position(min(at, len(source.text)))
    line, begin = source.line(number)[:_LONGEST], source.line_start(number)
    match = _KEY.match(line)
    value = (match["value"] or "") if match else ""
    start = begin + match.start("value") if match and value else begin
    if value and value[0] in "&*!":
        return sigil(source, start, _SIGILS[value[0]][0])
    if value[:1] in ("[", "{") and (comment := re.search(r"(?<=[\s\[{,])#.*", value)):
        return _comment_in_brackets(source, start + comment.start(), start + comment.end())
    if value and value[0] in "@%`,?|>{}[]":
        return _cannot_begin(source, start, value[0])
    if value and value[0] in "\"'":
        return _after_quote(source, start, value)
    if value == "-":
        return Diagnostic(source.span(start, start + 1), "Y016", "an unquoted text cannot be '-'", QUOTE)
    if value.startswith("- "):
        return Diagnostic(
            source.span(start, start + 1),
            "Y016",
            "a list cannot begin on the line of its key",
            "begin it on the next line, or put the text in quotes",
        )
    if inner := re.search(r":(?:\s|$)", value):
        colon = start + inner.start()
        return Diagnostic(source.span(colon, colon + 1), "Y017", "an unquoted text cannot hold ': '", QUOTE)
    if not match and line.strip():
        return _no_key(source, number)
    if re.match(r" *- ", line) and not re.search(r"^notes:", source.text, re.MULTILINE):
        dash = begin + line.index("-")
        help = "write 'notes:' on a line of its own above it"
        return Diagnostic(source.span(dash, dash + 1), "Y021", "a list begins here that has no key", help)
    key = begin + len(line) - len(line.lstrip(" -"))
    return Diagnostic(
        source.span(key, begin + len(line.rstrip())),
        "Y021",
        "this line does not fit the lines above it",
        "line it up with its neighbours, or put a text that goes on here in quotes",
    )


def _no_key(source: Source, number: int) -> Diagnostic:
    line = source.line(number)
    begin = source.line_start(number) + len(line) - len(line.lstrip())
    word = line.split()[0]
    place = source.span(begin, begin + len(word))
    if re.match(r"\s*(?:- +)?[\w-]+:\S", line):
        return Diagnostic(place, "Y021", "there is no space after the ':'", "write 'key: text'")
    if word[0] in "&*!":
        return sigil(source, begin, _SIGILS[word[0]][0])
    if word[0] in "@%`":
        return _cannot_begin(source, begin, word[0])
    return Diagnostic(
        place,
        "Y021",
        "this line is neither a key nor part of the text above",
        "write 'key: text', or indent it to go on with the text above",
    )


def _quote_opened_before(source: Source, at: int) -> int | None:
    """Return where a quote was opened on an earlier line, if the first quote of this line is what closed it."""
    number, _ = source.position(at)
    match = _KEY.match(source.line(number)[:_LONGEST])
    value = match["value"] or "" if match else ""
    if value[:1] not in ("'", '"') or not _WHOLE_QUOTE.fullmatch(value.rstrip()):
        return None
    for line in range(number - 1, 0, -1):
        before = _KEY.match(source.line(line)[:_LONGEST])
        text = before["value"] or "" if before else ""
        if before and text[:1] == value[0] and not _WHOLE_QUOTE.match(text):
            return source.line_start(line) + before.start("value")
    return None


_WHOLE_QUOTE = regex(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"")


def _after_quote(source: Source, start: int, value: str) -> Diagnostic:
    closing = _WHOLE_QUOTE.match(value)
    if closing is None:
        return _unclosed_quote(source, start)
    rest = start + closing.end()
    place = source.span(rest, start + len(value.rstrip()))
    return Diagnostic(place, "Y018", "text after the closing quote", _INSIDE[value[0]])


_INSIDE = {
    "'": "put the whole text in quotes; inside '...' write '' for a quote",
    '"': 'put the whole text in quotes; inside "..." write \\" for a quote, or put \'...\' around it',
}


def _closing_help(quote: str) -> str:
    inside = "''" if quote == "'" else '\\"'
    return f"close it with {quote}; write {inside} for a quote inside it"


def _open_bracket(source: Source, begun: int, at: int) -> Diagnostic:
    text = source.text
    comment = re.compile(r"(?<=[\s\[{,])#[^\n]*").search(text, begun, max(at, text.find("\n", begun)))
    if comment:
        return _comment_in_brackets(source, comment.start(), comment.end())
    bracket = text[begun]
    close = {"[": "]", "{": "}"}[bracket]
    message = f"this '{bracket}' is not closed, or a comma is missing between its parts"
    help = f"close it with '{close}'; if it is text, put the text in quotes"
    return Diagnostic(source.span(begun, begun + 1), "Y016", message, help)


def _comment_in_brackets(source: Source, start: int, end: int) -> Diagnostic:
    word = re.compile(r"#[^\s,\]}]*").match(source.text, start)
    shown = word[0] if word else "#"
    help = f"write '{shown}' in quotes, or {shown[1:]} without the '#'" if shown != "#" else QUOTE
    return Diagnostic(source.span(start, end), "Y022", "everything from the '#' on is a comment, not text", help)


def directive(source: Source, at: int) -> Diagnostic:
    """A line that begins with %YAML or %TAG."""
    match = re.compile(r"^%.*", re.MULTILINE).search(source.text)
    start, end = match.span() if match else (at, at + 1)
    return Diagnostic(
        source.span(start, end),
        "Y013",
        "a line that begins with '%' is an instruction to YAML, which is not supported",
        "delete this line",
    )


def unquoted_brace(source: Source, at: int) -> Diagnostic:
    """An unquoted text that begins with `{{`."""
    return _cannot_begin(source, at, "{{")


def _cannot_begin(source: Source, at: int, mark: str) -> Diagnostic:
    message = f"an unquoted text cannot begin with '{mark}'"
    return Diagnostic(source.span(at, at + len(mark)), "Y016", message, QUOTE)


def _unclosed_quote(source: Source, at: int) -> Diagnostic:
    return Diagnostic(source.span(at, at + 1), "Y018", "this quote is never closed", _closing_help(source.text[at]))


def sigil(source: Source, at: int, code: str) -> Diagnostic:
    """An unquoted text that begins with & * or !: an anchor, an alias or a tag to YAML, and refused."""
    mark = source.text[at : at + 1]
    what = _SIGILS.get(mark, ("", "an anchor or a tag"))[1]
    message = f"an unquoted text cannot begin with '{mark}': YAML would read {what}"
    return Diagnostic(source.span(at, at + 1), code, message, f"{QUOTE}; if something is to be repeated, write it out")


def harmless(escape: str) -> bool:
    """Say whether an escape of a double-quoted text stands for something visible, a space or a line break."""
    if len(escape) > 2:
        number = int(escape[2:], 16)
        return 0x1F < number <= 0x10FFFF and not FORBIDDEN.fullmatch(chr(number)) and not SUSPICIOUS.match(chr(number))
    return escape[1] in '"\\/ \nn'


_AROUND = 500  # characters, among which are the letters that need a joiner
_ESCAPED = regex(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|U([0-9A-Fa-f]{8}))")


def joins(raw: str, start: int, end: int) -> bool:
    """Say whether an escape of a double-quoted text stands for a joiner or mark that the letters around it need."""
    around = raw[max(0, start - _AROUND) : start], raw[start:end], raw[end : end + _AROUND]
    before, sign, after = (_ESCAPED.sub(_unescaped, it) for it in around)
    if sign not in NEEDED_SOMEWHERE:
        return False
    return not any(it.start() == len(before) for it in forbidden(before + sign + after))


def _unescaped(match: re.Match[str]) -> str:
    number = int(match[1] or match[2] or match[3], 16)
    return chr(number) if number <= 0x10FFFF else match[0]


_ESCAPED_WORD = regex(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[A-Za-z]+|.|$)", re.DOTALL)


def bad_escape(source: Source, at: int) -> Diagnostic:
    """A backslash in double quotes that eats the letter after it."""
    match = _ESCAPED_WORD.match(source.text, at)
    word = match[0] if match else "\\"
    shown = word if len(word) > 2 and word[2].isdigit() else word[:2]
    return Diagnostic(
        source.span(at, at + len(word)), "Y015", f"in double quotes '{shown}' is not read as typed", SINGLE
    )


def without(source: Source, text: str, at: int) -> str | None:
    """Return the file's text with the note around `at` blanked, every other place unchanged; None if none is left.

    `source` is the file as it is, `text` what an earlier call left of it.
    """
    first, last = _around(source, min(at, len(source.text)))
    begin, end = source.line_start(first), source.line_start(last)
    if not text[begin:end].strip():
        return None
    return text[:begin] + re.sub(r"[^\n]", " ", text[begin:end]) + text[end:]


def _around(source: Source, at: int) -> tuple[int, int]:
    """Return the first line of the note, or top-level entry, around an offset, and the first line after it."""
    lines = source.text.split("\n")
    here = min(source.position(at)[0], len(lines))
    while here > 1 and not lines[here - 1].strip():
        here -= 1  # an error at the end of the file belongs to the last note
    notes, begins = _beginnings(lines)
    begins = begins if begins and here > notes else re.compile(r"[^\s#]")
    first = next((number for number in range(here, 0, -1) if begins.match(lines[number - 1])), 1)
    last = next(
        (number for number in range(here + 1, len(lines) + 1) if begins.match(lines[number - 1])), len(lines) + 1
    )
    return first, last


def _beginnings(lines: list[str]) -> tuple[int, re.Pattern[str] | None]:
    """Return the line of `notes:`, and how a note and what follows the last of them begins; None without notes."""
    notes = next((number for number, line in enumerate(lines, 1) if re.match(r"notes:\s*(#.*)?$", line)), 0)
    first_item = next((line for line in lines[notes:] if re.match(r"\s*- ", line)), None) if notes else None
    if first_item is None:
        return notes, None
    indent = len(first_item) - len(first_item.lstrip())
    return notes, re.compile(rf" {{{indent}}}-(?: |$)|[^\s#-]")


def notes_of(source: Source) -> tuple[tuple[int, int], list[tuple[int, int]]]:
    """Return where the line `notes:` begins and ends, and each note, as far as the first letters of the lines tell."""
    lines = source.text.split("\n")
    notes, begins = _beginnings(lines)
    if begins is None:
        return (0, 0), []
    first = [it for it in range(notes + 1, len(lines) + 1) if begins.match(lines[it - 1])]
    stretches = pairwise([*map(source.line_start, first), len(source.text)])
    head = source.line_start(notes), source.line_start(notes + 1)
    return head, [it for line, it in zip(first, stretches, strict=True) if lines[line - 1].lstrip().startswith("-")]
