"""Located values + the format's table -> the same values, known to fit, or the mistakes in them."""

import re
from collections.abc import Callable
from typing import Any, Union

from generator.base.characters import blank
from generator.base.diagnostics import Diagnostic, a_or_an, did_you_mean, likest, listed, nearest
from generator.base.place import Span
from generator.source import _wishes as wishes
from generator.source.shapes import (
    Choice,
    Cited,
    Flag,
    Key,
    Keyed,
    Many,
    Numbers,
    OneOf,
    Points,
    Prose,
    Record,
    Shape,
    Word,
    is_citation,
)
from generator.source.values import UNREAD, Mapping, Node, Sequence, Text

_COMMENT = re.compile(r"[ \t]*#[^\n]*")
_BLOCKS = re.compile(r"\n[ ]*(?:\n|[-*][ ]|\d{1,9}[.)][ ]|\||`{3}|~{3})|^(?:`{3}|~{3})[^`\n]*\n")
_MOST_UNKNOWN = 20  # keys of one record that are reported
_COMMA_HELP = "inside {...} a comma ends a text: put the whole text in quotes"
_NEEDED_HELP = "write the text after the ':'"
_EMPTY_HELP = "write the text after the ':', or delete the key"

Value = Union[Text, bool, tuple["Value", ...], "Fields"]


class Fields:
    """A record that fits: the keys that were given. A key that is optional and absent is not in `values`."""

    __slots__ = ("keys", "misspelt", "record", "values")

    def __init__(
        self, record: Record, values: dict[str, Value], keys: dict[str, Text] | None = None, misspelt: bool = False
    ) -> None:
        self.record, self.values, self.keys = record, values, keys or {}
        self.misspelt = misspelt  # whether a key was refused, which may be why another is missing

    def text(self, name: str) -> Text:
        """Return a required text."""
        value = self.values[name]
        assert isinstance(value, Text)
        return value

    def maybe(self, name: str) -> Text | None:
        """Return an optional text."""
        return self.text(name) if name in self.values else None

    def flag(self, name: str) -> bool:
        """Return a flag; absent is false."""
        return self.values.get(name) is True

    def texts(self, name: str) -> tuple[Text, ...]:
        """Return a list of texts; absent is empty."""
        value = self.values.get(name, ())
        assert isinstance(value, tuple)
        return tuple([it for it in value if isinstance(it, Text)])

    def fields(self, name: str) -> tuple["Fields", ...]:
        """Return a list of records."""
        value = self.values.get(name, ())
        assert isinstance(value, tuple)
        return tuple(it for it in value if isinstance(it, Fields))

    def entries(self, name: str) -> tuple[tuple[Text, "Value"], ...]:
        """Return a keyed mapping as pairs, in the order of the file."""
        value = self.values.get(name, ())
        assert isinstance(value, tuple)
        return pairs(value)

    def text_entries(self, name: str) -> tuple[tuple[Text, Text], ...]:
        """Return a keyed mapping as pairs, as far as its values are texts."""
        return tuple([(key, value) for key, value in self.entries(name) if isinstance(value, Text)])


def pairs(value: Value | None) -> tuple[tuple[Text, Value], ...]:
    """Return what `Keyed` gave as (key, value) pairs."""
    found: list[tuple[Text, Value]] = []
    for pair in value if isinstance(value, tuple) else ():
        assert isinstance(pair, tuple)
        key, inner = pair
        assert isinstance(key, Text)
        found.append((key, inner))
    return tuple(found)


class Validator:
    """Checks values against shapes and collects what does not fit."""

    def __init__(self, root: Node | None = None) -> None:
        """Of `root`, a file that was not read whole, keys and values may be missing: that is not a second mistake."""
        self.found: list[Diagnostic] = []
        self._root = root
        self._needed = False  # whether the key that is looked at may not be left out

    def value(self, node: Node, shape: Shape) -> Value | None:
        """Return the value, or None where it does not fit; the reason is in `found`."""
        if self._root is not None and isinstance(node, Text) and node.style == UNREAD:
            return None
        return _CHECKS[type(shape)](self, node, shape)

    def record(self, node: Node, record: Record) -> Fields | None:
        """Return the fields of a record; None where a required one is missing or wrong."""
        if isinstance(node, Text) and record.short and not node.is_null:
            inner = self.value(node, record.by_name[record.short].shape)
            return None if inner is None else Fields(record, {record.short: inner})
        if isinstance(node, Text) and record.bare:
            inner = self.value(node, record.bare)
            return None if inner is None else Fields(record, {"": inner})
        if not isinstance(node, Mapping):
            text = isinstance(node, Text) and not node.is_null and record.what == "note file"
            begin = "begin the file with 'notes:', and each note under it with '- id:'"
            return self._wrong(node, record.whole, begin if text else record.hint)
        return self._fields(node, record)

    def _fields(self, node: Mapping, record: Record) -> Fields | None:
        values: dict[str, Value] = {}
        keys: dict[str, Text] = {}
        meant: set[str] = set()
        unknown = 0
        for name, inner in node.entries:
            key = record.by_name.get(name.value)
            shape = key.shape if key else record.others
            if shape is None:
                unknown += 1
                meant |= {self._unknown(name, node, record)} if unknown <= _MOST_UNKNOWN else set()
                continue
            keys[name.value] = name
            self._needed = key is not None and key.required
            value = self.value(inner, shape) if self._root else _CHECKS[type(shape)](self, inner, shape)
            if value is not None:
                values[name.value] = value
        missing = [key for key in record.required if key.name not in values]
        for key in missing:
            if unknown and len(record.keys) == 1:
                continue  # the unknown key was reported with the one that is known
            if key.name not in keys and key.name not in meant and node is not self._root:
                self._missing(node, record, key)
        return None if missing else Fields(record, values, keys, bool(meant))

    def _unknown(self, name: Text, node: Mapping, record: Record) -> str:
        """Report a key we do not know; return the one it seems to mean, so that this is not also reported missing."""
        names = list(record.by_name)
        present = {name.value for name, _ in node.entries}
        left = [it for it in names if it not in present]
        best = nearest(name.value, left)
        wish = wishes.of(name.value, record)
        help = f"did you mean '{best}'?" if best else f"known keys: {', '.join(names)}{_OR_BARE * bool(record.bare)}"
        if any(key is name and wishes.after_a_comma(node, key, inner) for key, inner in node.entries):
            self._report(name.span, "S101", f"'{wishes.short(name.value)}' has no ':' after it", _COMMA_HELP)
            return ""
        fix = wishes.respelt(name, best) if best and not wish else None
        message = f"unknown key '{name.value}' in a {record.what}"
        self.found.append(Diagnostic(name.span, "S101", message, wish or help, fix=fix))
        return wishes.meant(wish) if wish else best or likest(name.value, left)

    def _missing(self, node: Mapping, record: Record, key: Key) -> None:
        place = node.entries[0][0].span if node.entries else node.span
        help = f"add '{key.name}:' to this {record.what}"
        self._report(place, "S102", f"a {record.what} needs '{key.name}'", help)

    def _one_of(self, node: Node, shape: OneOf) -> Fields | None:
        if not isinstance(node, Mapping):
            return self._wrong(node, f"a {shape.what}", "write 'id:' and 'question:' lines under the '-'")
        starts = shape.starts
        given = [(name, starts[name.value]) for name, _ in node.entries if name.value in starts]
        given = [it for it in given if it[1].offered] or given  # 'note:' of a question is a slip
        if len(given) == 1:
            return self.record(node, given[0][1])
        if given:
            first, second = given[0][0], given[1][0]
            message = f"a note cannot be both a '{first.value}' and a '{second.value}'"
            begun = f"begun as '{first.value}' at {first.span.where}"
            self._report(second.span, "S107", message, "make two notes of it", begun)
            return None
        return self._without_kind(node, shape)

    def _without_kind(self, node: Mapping, shape: OneOf) -> Fields | None:
        starts, known = shape.starts, {name for record in shape.records for name in record.by_name}
        for name, _ in node.entries:
            if name.value not in known and (best := nearest(name.value, shape.offered)):
                message = f"unknown key '{name.value}' in a {starts[best].what}"
                help = f"did you mean '{best}'?"
                self.found.append(Diagnostic(name.span, "S101", message, help, fix=wishes.respelt(name, best)))
                rest = tuple(pair for pair in node.entries if pair[0] is not name)
                self._rest(Mapping(rest, node.source, node.start, node.end), starts[best], best)
                return None
        wished = [(name, wish) for name, _ in node.entries if (wish := wishes.of_a_note(name.value))]
        if wished:  # one slip, one message: where the second wish is the other half of the first, it says so
            name, wish = wished[0]
            self._report(name.span, "S101", f"unknown key '{name.value}' in a {shape.what}", wish)
            return None
        place = node.entries[0][0].span if node.entries else node.span
        self._report(
            place,
            "S107",
            "this note has no kind",
            f"begin it with {' or '.join(listed(shape.offered).rsplit(' and ', 1))}",
        )
        return None

    def _rest(self, node: Mapping, record: Record, meant: str) -> None:
        """Check what is left of a note whose first key was misspelt."""
        keys = tuple(key for key in record.keys if key.name != meant)
        self._fields(node, Record(record.what, keys, record.short, record.others))

    def _many(self, node: Node, shape: Many) -> Value | None:
        if isinstance(node, Text) and not node.is_null and isinstance(shape.item, Word | Cited):
            self.found.append(wishes.list_for(node, shape, shape.item))
            return None
        if not isinstance(node, Sequence):
            begin = "begin each note with '- id:'" if isinstance(shape.item, OneOf) else "write each after '- '"
            if isinstance(node, Mapping) and isinstance(shape.item, OneOf) and node.entries:
                first = wishes.short(node.entries[0][0].value)
                help = f"write '- ' in front of '{first}:', and two more spaces before the note's other lines"
                return self._wrong(node, f"a list of {shape.what}", help)
            return self._wrong(node, f"a list of {shape.what}", f"{begin}, on a line of its own")
        found = [self.value(item, shape.item) for item in node.items]
        return tuple(it for it in found if it is not None)

    def _keyed(self, node: Node, shape: Keyed) -> Value | None:
        if not isinstance(node, Mapping):
            return self._wrong(node, f"{shape.what} by key", shape.hint)
        found: list[Value] = []
        for key, inner in node.entries:
            if wishes.after_a_comma(node, key, inner):
                self._report(key.span, "S101", f"'{wishes.short(key.value)}' has no ':' after it", _COMMA_HELP)
                continue
            word = self._word(key, shape.key)
            value = self.value(inner, shape.item)
            if word is not None and value is not None:
                found.append((key, value))
        if shape.most and len(node.entries) > shape.most:
            message = f"more than {shape.most} {shape.what}"
            self._report(node.entries[shape.most][0].span, "S109", message, "make two notes of it")
            return None
        if not node.entries:
            self._report(node.span, "S104", f"there are no {shape.what} here", "write at least one 'key: text'")
            return None
        return tuple(found)

    def _prose(self, node: Node, shape: Prose) -> Text | None:
        if isinstance(node, Sequence) and not shape.inline and node.source.text[node.start] != "[":
            help = (
                "write '|' after the ':' above to show it as bullets; to be asked for each, make a 'list:' note of it"
            )
            return self._wrong(node, shape.what, help)
        if not isinstance(node, Text):
            return self._wrong(node, shape.what, "put the text in quotes, or on the next line under '|'")
        if not node.style and self._commented(node):
            return None
        if len(node.value) > shape.most:
            message = f"a {shape.what} of more than {shape.most:,} characters"
            self._report(node.at(shape.most, shape.most + 1), "S110", message, "make several notes of it")
            return None
        if shape.inline and _BLOCKS.search(node.value.strip()):
            help = "write it as one paragraph; lists, tables and empty lines belong into 'extra' or a question's text"
            self._report(node.span, "S115", f"{shape.what} here is one paragraph", help)
            return None
        if node.is_null or blank(node.value):
            indicator = node.source.text[node.start : node.start + 2]
            help = (
                f"put the text in quotes if it begins with '{indicator[:1]}'"
                if indicator[1:].isdigit()
                else (_NEEDED_HELP if self._needed else _EMPTY_HELP)
            )
            self._report(node.span, "S104", f"this {shape.what} is blank", help)
            return None
        return node

    def _commented(self, node: Text) -> bool:
        """Report a text whose tail, or all of it, is a comment to YAML."""
        text = node.source.text
        if text.startswith("\n", node.end):  # as nearly every text
            return False
        match = _COMMENT.match(text, node.end)
        if not match or (text[node.end : node.end + 1] not in " \t" and node.value):
            return False
        begin = match.start() + len(match[0]) - len(match[0].lstrip())
        self._report(
            node.source.span(begin, match.end()),
            "Y022",
            "everything from the '#' on is a comment, not text",
            "put the whole text in quotes, or the comment on a line of its own",
        )
        return True

    def _word(self, node: Node, shape: Word) -> Text | None:
        if not isinstance(node, Text):
            several = f"write one {shape.what}, without brackets" + (f": {shape.which}" if shape.which else "")
            one = several if isinstance(node, Sequence) else f"write {shape.form}"
            return self._wrong(node, a_or_an(shape.what), one)
        if node.is_null:
            if self._commented(node):
                return None
            self._report(node.span, "S104", f"this {shape.what} is empty", f"write {shape.form}")
            return None
        if len(node.value) > shape.most:
            self._report(
                node.span, "S110", f"a {shape.what} of more than {shape.most:,} characters", "write a shorter one"
            )
            return None
        if not shape.pattern.fullmatch(node.value):
            best = shape.meant(node.value)
            help = f"did you mean '{best}'?" if best else f"write {shape.form}"
            self._report(node.span, "S105", f"'{wishes.short(node.value)}' is not {a_or_an(shape.what)}", help)
            return None
        if blank(node.value) or ("::" in node.value and any(blank(level) for level in node.value.split("::"))):
            self._report(node.span, "S104", f"this {shape.what} is blank, or a level of it", f"write {shape.form}")
            return None
        return node

    def _cited(self, node: Node, shape: Cited) -> Text | None:
        if isinstance(node, Text) and is_citation(node.value):
            return self._prose(node, Prose(True, "citation"))
        return self._word(node, shape.key)

    def _flag(self, node: Node, shape: Flag) -> bool | None:
        if isinstance(node, Text) and node.value in ("true", "false"):
            return node.value == "true"
        return self._wrong(node, shape.what, "write 'true', or delete the key")

    def _choice(self, node: Node, shape: Choice) -> Text | None:
        if isinstance(node, Text) and node.value in shape.options:
            return node
        if not isinstance(node, Text) or node.is_null:
            return self._wrong(node, shape.what, f"write {' or '.join(shape.options)}")
        self._report(
            node.span,
            "S106",
            f"'{wishes.short(node.value)}' is not one of {', '.join(shape.options)}",
            did_you_mean(node.value, shape.options, f"write one of {', '.join(shape.options)}"),
        )
        return None

    def _numbers(self, node: Node, shape: Numbers) -> Value | None:
        texts = [it for it in node.items if isinstance(it, Text)] if isinstance(node, Sequence) else []
        if not isinstance(node, Sequence) or len(texts) != shape.how_many or len(node.items) != shape.how_many:
            return self._wrong(node, shape.what, f"write {shape.how_many} numbers: {shape.what}")
        fit = [self._number(it) for it in texts]  # goes through all, so that each mistake is reported
        return tuple(texts) if all(fit) else None

    def _points(self, node: Node, shape: Points) -> Value | None:
        if not isinstance(node, Sequence) or len(node.items) < 3:
            return self._wrong(node, shape.what, "write [[x, y], [x, y], [x, y]]")
        points = [self._numbers(it, Numbers(2, "[x, y]")) for it in node.items]
        return tuple(it for it in points if it is not None) if None not in points else None

    def _number(self, node: Text) -> bool:
        if re.fullmatch(r"-?\d{1,6}(?:\.\d{1,6})?", node.value, re.ASCII):
            return True
        message = f"'{wishes.short(node.value)}' is not a number of pixels"
        self._report(node.span, "S111", message, "write it like 120 or 12.5")
        return False

    def _wrong(self, node: Node, what: str, help: str) -> None:
        if isinstance(node, Text) and node.is_null:
            if not self._commented(node) and not self._left_out(node):
                self._report(node.span, "S104", f"expected {what}, found nothing", help)
            return
        kind = {
            Text: f"'{wishes.short(node.value)}'" if isinstance(node, Text) else "",
            Sequence: "a list",
            Mapping: "a mapping ('key: ...')",
        }[type(node)]
        self._report(node.span, "S103", f"expected {what}, found {kind}", help)

    def _left_out(self, node: Text) -> bool:
        """Say whether a value is missing because what stood there could not be read."""
        return isinstance(self._root, Mapping) and any(value is node for _, value in self._root.entries)

    def _report(self, span: Span, code: str, message: str, help: str, note: str = "") -> None:
        self.found.append(Diagnostic(span, code, message, help, note))


_CHECKS: dict[type, Callable[[Validator, Node, Any], Value | None]] = {
    Prose: Validator._prose,
    Word: Validator._word,
    Cited: Validator._cited,
    Flag: Validator._flag,
    Choice: Validator._choice,
    Numbers: Validator._numbers,
    Points: Validator._points,
    Many: Validator._many,
    Keyed: Validator._keyed,
    Record: Validator.record,
    OneOf: Validator._one_of,
}
_OR_BARE = "; or write the text itself, without a key"
