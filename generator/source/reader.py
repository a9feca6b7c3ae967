"""The bytes of a *.yaml file -> located values: every scalar as typed, with its place. The only owner of yaml.

Reads libyaml's events (PyYAML's own parser where libyaml is absent). Nothing is resolved, so nothing can change type;
what YAML has beyond mappings, lists and text is refused at sight.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

import yaml

from generator.base.characters import nfc
from generator.base.diagnostics import Diagnostic, errors
from generator.base.limits import MAX_BYTES
from generator.base.patterns import regex
from generator.base.place import Edit, Mended, Source, Span, text_of
from generator.source import _invisible as invisible
from generator.source import _mending as mending
from generator.source import _yaml_errors as yaml_errors
from generator.source.values import UNREAD, Mapping, Node, Sequence, Text, placed

MAX_DEPTH = 20  # the deepest the format asks for is 7
MAX_SLIPS = 20  # syntax errors for each of which the whole file is read again; and those shown of one note
RETRY_BYTES = 1_000_000  # of a file that is read again so often

try:
    from yaml.cyaml import CLoader as Parser
except ImportError:  # PyYAML was built without libyaml
    from generator.source._pure_parser import PureParser as Parser  # type: ignore[assignment]

_AS_UTF_8 = "save the file again as UTF-8 (an editor's 'Save as' has it under 'Encoding')"
_ESCAPE = regex(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_TEX_AFTER_N = regex(
    r"\\n(?:abla|atural|e|earrow|eg|eq|exists|geq|i|leq|leftarrow|mid|olimits|onumber|ot|otin|parallel|prec|rightarrow|sim|subseteq|u|ull|warrow)\b"
)


def read(data: bytes, path: str) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Return what the file holds, or None where it is empty or cannot be read at all."""
    source, found = decode(data, path)
    if source is None:
        return None, found
    node, more = parse(source)
    if isinstance(node, Text) and node.is_null:  # only "---"
        node = None
    return node, (*found, *more)


def hides_others(found: Iterable[Diagnostic]) -> bool:
    """Say whether a part of the file could not be read. It was read on where the slip was mended in memory."""
    return errors(it for it in found if it.code not in _MENDED or (it.code in _OF_INDENTATION and not it.fix))


_OF_INDENTATION = ("Y019", "Y025")
_MENDED = ("Y003", *_OF_INDENTATION)


def decode(data: bytes, path: str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """Return the text of a file: UTF-8 with or without BOM, any line ends. Invisible characters are named."""
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1_000_000} MB"
        return None, (
            Diagnostic(
                Span(path), "Y002", f"the file is larger than {limit}", f"split it: one topic a file, {limit} at most"
            ),
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4]:
        return None, (Diagnostic(Span(path), "Y001", "the file is not UTF-8: it looks like UTF-16", _AS_UTF_8),)
    try:
        text = text_of(data)
    except UnicodeDecodeError as problem:
        before = data[: problem.start].decode("utf-8-sig", "ignore").replace("\r\n", "\n")
        shown = Source(path, before + data[problem.start : problem.start + 80].decode("latin-1").split("\n")[0])
        span = shown.span(len(before), len(before) + 1)
        return None, (Diagnostic(span, "Y001", f"byte 0x{data[problem.start]:02X} is not UTF-8", _AS_UTF_8),)
    source = Source(path, text)
    if conflict := yaml_errors.conflict(source):
        return None, (conflict,)
    plain = source.text.isascii() and source.text.replace("\n", "").isprintable()  # as most files are
    return (source, ()) if plain else invisible.without(source)


def parse(source: Source) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Return the values of a decoded file. A note that is not YAML is left out, and the others are checked."""
    text, odd = _with_spaces(source)
    left = _Left(source, text)
    patience = MAX_SLIPS if len(text) <= RETRY_BYTES else 1
    allowed, is_swept = patience, False
    while True:
        builder = _Builder(source, frozenset(left.blots))
        try:
            return builder.build(left.text), (*odd, *left.found, *builder.found)
        except _Slip as slip:
            tabs, edits = _tabs(source) if slip.diagnostic.code == "Y019" else ([], [])
            if edits:
                node, more = parse(Mended(source, edits))  # from the start: what was found is found again
                return node, (*tabs, *more)
            if not left.take_out(slip) or (is_swept and len(left.found) >= allowed):
                builder.check_open()
                return None, (*odd, *left.found, *builder.found)
            if not is_swept and len(left.found) >= allowed:
                left.sweep()
                allowed, is_swept = len(left.found) + patience, True


class _Left:
    """What is left of a file's text when its slips are taken out."""

    def __init__(self, source: Source, text: str) -> None:
        self.found: list[Diagnostic] = []
        self.text = text  # as long as that of `source`
        self.blots: set[int] = set()  # where a text was taken out, but not the note around it
        self._source = source

    def take_out(self, slip: "_Slip") -> bool:
        """Take out the text that is not YAML, or the note around it; return whether anything was left to take."""
        self.found.append(slip.diagnostic)
        is_in_one = slip.diagnostic.code in _IN_ONE_TEXT
        blot = mending.masked(self._source, self.text, slip.offset) if is_in_one else None
        rest = blot[0] if blot else yaml_errors.without(self._source, self.text, slip.offset)
        self.blots |= {blot[1]} if blot else set()
        self.text = self.text if rest is None else rest
        return rest is not None

    def sweep(self) -> None:
        """Take the slips out of each note by itself: to read the whole file again for each would take minutes."""
        head, notes = yaml_errors.notes_of(self._source)
        swept, at = [], 0
        for begin, end in notes:
            edits = [Edit(0, head[0], ""), Edit(head[1], begin, ""), Edit(end, len(self.text), "")]
            note = _Left(Mended(self._source, edits), self.text[slice(*head)] + self.text[begin:end])
            note.take_out_all()
            shift = head[1] - head[0]
            self.found += note.found
            self.blots |= {it - shift + begin for it in note.blots}
            swept += [self.text[at:begin], note.text[shift:]]
            at = end
        self.text = "".join([*swept, self.text[at:]])

    def take_out_all(self) -> None:
        """Take out slip after slip."""
        while len(self.found) < MAX_SLIPS:
            try:
                _Builder(self._source).build(self.text)
            except _Slip as slip:
                if self.take_out(slip):
                    continue
            return


_IN_ONE_TEXT = frozenset(("Y010", "Y011", "Y015", "Y016", "Y017", "Y018"))  # slips that end with their line


def _with_spaces(source: Source) -> tuple[str, list[Diagnostic]]:
    """Return the text with hard spaces of the indentation as spaces: to YAML they would be letters of a key."""
    if source.text.isascii() or not any(it in source.text for it in _HARD):
        return source.text, []
    found: list[Diagnostic] = []
    known = -1  # the last line that was indented so
    for match in _HARD_INDENT.finditer(source.text):
        line, _ = source.position(match.start())
        if line != known + 1:  # lines that follow one another are one slip
            found.append(yaml_errors.odd_indentation(source, match.start()))
        known = line
    return _HARD_INDENT.sub(lambda match: " " * len(match[0]), source.text), found


def _tabs(source: Source) -> tuple[list[Diagnostic], list[Edit]]:
    """Return the tabs before keys and list items, and the spaces that leave no doubt in place of them."""
    found: list[Diagnostic] = []
    edits: list[Edit] = []
    done = 0
    for match in _TAB_INDENT.finditer(source.text):
        line, _ = source.position(match.start())
        if line > done:  # lines that follow one another are one slip
            spaces = mending.spaces(source, line)
            edits += spaces
            found += [yaml_errors.odd_indentation(source, match.start())] if spaces else []
            done = line + max(0, len(spaces) - 1)
    return found, edits


_TAB_INDENT = regex(r"^\t+(?=(?:- +)*[\w-]+:(?: |$)|- )", re.MULTILINE)
_HARD = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_HARD_INDENT = regex(
    r"^[ ]*[\u00a0\u2000-\u200a\u202f\u3000][ \u00a0\u2000-\u200a\u202f\u3000]*(?=[\w-]+:(?: |$))", re.MULTILINE
)


class _Slip(Exception):
    """The file is not YAML at `offset`; never leaves this module."""

    def __init__(self, diagnostic: Diagnostic, offset: int) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
        self.offset = offset


class _Open:
    """A mapping or list whose end has not been read. The items of a mapping are key, value, key, value, ..."""

    __slots__ = ("is_list", "items", "start")

    def __init__(self, start: int, is_list: bool) -> None:
        self.start, self.is_list = start, is_list
        self.items: list[Node] = []


class _Builder:
    """Builds the values of one document from events."""

    def __init__(self, source: Source, blots: frozenset[int] = frozenset()) -> None:
        self.source = source
        self.blots = blots
        self.found: list[Diagnostic] = []
        self.open: list[_Open] = []

    def build(self, text: str) -> Node | None:
        """Return the document's value, or raise _Slip."""
        parser = Parser(text)
        try:
            return self._take_events(parser)
        except yaml.MarkedYAMLError as problem:
            if "depth" in (problem.problem or "") and problem.problem_mark:
                return self._build_above(text[: problem.problem_mark.index])
            raise self._slip(problem, text) from None
        except yaml.reader.ReaderError as problem:
            place = self.source.span(problem.position, problem.position + 1)
            raise _Slip(
                Diagnostic(place, "Y003", "a character that YAML does not allow", "delete it"), problem.position
            ) from None
        except (ValueError, OverflowError):  # the pure parser, on "\U00110000"
            at = text.rfind("\\", 0, parser.get_mark().index)  # type: ignore[attr-defined]
            raise _Slip(yaml_errors.bad_escape(self.source, at), at) from None
        finally:
            parser.dispose()

    def _build_above(self, text: str) -> Node | None:
        """Raise _Slip at our own limit: libyaml has one, too (0.2.6: 1,000 levels), and reads ahead of its events."""
        self.open.clear()
        self.found.clear()
        return self.build(text)

    def _take_events(self, parser: Any) -> Node | None:
        """Return the first document's value; None where there is none."""
        next_event, scalar = parser.get_event, self._scalar
        documents = 0
        root: list[Node] = []
        items = root  # of what was opened last
        while (event := next_event()) is not None:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                items.append(scalar(event))
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                items = self._begin(event, kind is yaml.SequenceStartEvent)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                done = self._end(event.end_mark.index)
                items = self.open[-1].items if self.open else root
                items.append(done)
            elif kind is yaml.AliasEvent:
                self._refuse(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if event.version or event.tags:
                    at = event.start_mark.index
                    raise _Slip(yaml_errors.directive(self.source, at), at)
                if documents > 1:
                    self._report(
                        event,
                        "Y013",
                        "a second document begins here",
                        "one file is one document: delete the '---', or use two files",
                    )
                    break
        return root[0] if root else None

    def _scalar(self, event: Any) -> Text:
        start, end, style, value = event.start_mark.index, event.end_mark.index, event.style or "", event.value
        if event.anchor is not None or event.tag is not None:
            self._refuse(event)
        if start == end:  # nothing is written: the parsers differ in where, so take the end of what stands before
            start = end = self._end_before(start)
        if style == '"' and "\\" in self.source.text[start:end]:
            self._check_escapes(start, end)
        if self.blots and start in self.blots:
            style = UNREAD
        return Text(value if value.isascii() else nfc(value), self.source, placed(start, end), style)

    def _end_before(self, at: int) -> int:
        while at and self.source.text[at - 1] in " \t\n":
            at -= 1
        return at

    def _check_escapes(self, start: int, end: int) -> None:
        """An escape may stand for a visible character, or end a line; `\\frac` and `\\nabla` meant TeX."""
        raw = self.source.text[start:end]
        for match in _ESCAPE.finditer(raw):
            if yaml_errors.harmless(match[0]) and not _TEX_AFTER_N.match(raw, match.start()):
                continue
            if yaml_errors.joins(raw, *match.span()):
                continue
            at = start + match.start()
            raise _Slip(yaml_errors.bad_escape(self.source, at), at)

    def _begin(self, event: Any, is_list: bool) -> list[Node]:
        start = event.start_mark.index
        if event.flow_style and self.source.text.startswith("{{", start):
            raise _Slip(
                yaml_errors.with_quotes(self.source, yaml_errors.unquoted_brace(self.source, start), start), start
            )
        if event.anchor is not None or event.tag is not None:
            self._refuse(event)
        if len(self.open) >= MAX_DEPTH:
            raise self._too_deep(start)
        self.open.append(_Open(start, is_list))
        return self.open[-1].items

    def _too_deep(self, at: int) -> _Slip:
        message, help = f"nested more than {MAX_DEPTH} levels deep", "put the text in quotes, or flatten the list"
        return _Slip(Diagnostic(self.source.span(at, at + 1), "Y014", message, help), at)

    def _end(self, end: int) -> Node:
        done = self.open.pop()
        if done.is_list:
            return Sequence(tuple(done.items), self.source, done.start, end)
        entries = tuple(zip(done.items[::2], done.items[1::2], strict=True))
        words = {key.value if isinstance(key, Text) else "<<" for key, _ in entries}
        usable = entries if len(words) == len(entries) and "<<" not in words else self._usable(entries)
        return Mapping(usable, self.source, done.start, end)  # type: ignore[arg-type]  # its keys are Text

    def check_open(self) -> None:
        """Report the keys of mappings whose end was never read."""
        for it in self.open:
            if not it.is_list:
                self._usable(tuple((key, key) for key in it.items[::2]))

    def _usable(self, entries: tuple[tuple[Node, Node], ...]) -> tuple[tuple[Text, Node], ...]:
        """Report duplicate keys, and keys that are not words; return the others."""
        seen: dict[str, tuple[Text, Node]] = {}
        for key, value in entries:
            if not isinstance(key, Text):
                message, help = "a key must be a word", "put the text in quotes if it is not a key"
                self.found.append(Diagnostic(key.span, "Y012", message, help))
            elif key.value == "<<" and not key.style:
                self.found.append(Diagnostic(key.span, "Y010", "merge keys are not supported", "write the keys out"))
            elif key.value in seen and key.value == "id" and entries[0][0] is seen["id"][0]:
                message, first = "duplicate key 'id': a second note begins here", seen["id"][0].span.where
                help = "write '- ' in front of it, in line with the note above"
                self.found.append(Diagnostic(key.span, "Y020", message, help, f"the note above begins at {first}"))
                break
            elif key.value in seen:
                message, first = f"duplicate key '{key.value}'", seen[key.value][0].span.where
                both = isinstance(value, Mapping) and "; if both are meant, give this one another key"
                help = f"keep one of the two{both or ''}"
                self.found.append(Diagnostic(key.span, "Y020", message, help, f"first used at {first}"))
            else:
                seen[key.value] = (key, value)
        return tuple(seen.values())

    def _refuse(self, event: Any) -> None:
        """Anchors, aliases and tags: usually a text that begins with & * or !."""
        code = "Y010" if event.anchor is not None else "Y011"
        start = event.start_mark.index
        raise _Slip(yaml_errors.with_quotes(self.source, yaml_errors.sigil(self.source, start, code), start), start)

    def _report(self, event: Any, code: str, message: str, help: str) -> None:
        start = event.start_mark.index
        self.found.append(Diagnostic(self.source.span(start, start + 3), code, message, help))

    def _slip(self, problem: Any, text: str) -> _Slip:
        mark = problem.problem_mark or problem.context_mark
        begun = problem.context_mark.index if problem.context_mark is not None else None
        at = min(mark.index, len(text))
        if "maximum nesting depth" in str(problem):  # libyaml's own limit, met while it reads ahead
            begun = self.open[-1].start if self.open else 0
            begun += text[begun] in "[{"  # this one is counted
            brackets = islice(re.finditer(r"[\[{]", text[begun:at]), MAX_DEPTH - len(self.open), None)
            return self._too_deep(next((begun + it.start() for it in brackets), at))
        diagnostic, offset = yaml_errors.explain(self.source, at, begun, problem.problem or "")
        return _Slip(diagnostic, offset)
