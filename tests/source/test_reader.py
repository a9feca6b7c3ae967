"""YAML comes through as typed, each scalar with its place; by libyaml and by the pure parser alike."""

from pathlib import Path

import pytest
import yaml

from generator.base.limits import MAX_BYTES
from generator.base.place import Source
from generator.source import _pure_parser, reader
from generator.source.values import UNREAD, Mapping, Node, Sequence, Text

HERE = Path(__file__).parents[1]
PURE = _pure_parser.PureParser
FAST: type = getattr(yaml, "CLoader", PURE)  # absent where PyYAML was built without libyaml
FILES = [path for folder in ("errors", "ok") for path in sorted((HERE / folder).rglob("*.yaml")) if path.is_file()]


def value_of(text: str) -> Text:
    """Return the value of the one key of a file."""
    node, found = reader.read(text.encode(), "f.yaml")
    assert found == ()
    assert isinstance(node, Mapping)
    (((_, value),)) = node.entries
    assert isinstance(value, Text)
    return value


def dumped(node: Node | None) -> object:
    """Return values with their places, for comparing."""
    match node:
        case Text():
            return (node.value, node.start, node.end, node.style)
        case Sequence():
            return [dumped(it) for it in node.items]
        case Mapping():
            return [(dumped(key), dumped(value)) for key, value in node.entries]
        case None:
            return None


@pytest.mark.parametrize(
    "typed",
    ["no", "yes", "on", "null", "1.10", "1:30", "0123", "0x1F", "1e3", "2024-01-02", "~5", ".5", "+1", "1_000", "NaN"],
)
def test_a_plain_scalar_stays_as_typed(typed: str) -> None:
    assert value_of(f"a: {typed}\n").value == typed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 'it''s'\n", "it's"),
        ('a: "say \\"no\\""\n', 'say "no"'),
        ("a: |\n  one\n  two\n", "one\ntwo\n"),
        ("a: >-\n  one\n  two\n", "one two"),
        ("a: one\n  two\n", "one two"),
        ('a: "one\\\n  two"\n', "onetwo"),
        ('a: "\\u00e9"\n', "é"),
        ("a: e\u0301\n", "é"),
        ("\ufeffa: x\r\n", "x"),
    ],
)
def test_a_scalar_of_another_style_is_read_as_yaml_says(text: str, expected: str) -> None:
    assert value_of(text).value == expected


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        ("a: one two\n", "two", (1, 8)),
        ("a: 'it''s two'\n", "two", (1, 11)),
        ('a: "\\"x\\" two"\n', "two", (1, 11)),
        ("a: |\n  one\n    two\n", "two", (3, 5)),
        ("a: >\n  one\n  two\n", "two", (3, 3)),
        ("a: one\n  two\n", "two", (2, 3)),
        ("a: ä€😀 two\n", "two", (1, 8)),
        ("a: one\r\n  two\r\n", "two", (2, 3)),
        ("\ufeffa: two\n", "two", (1, 4)),
    ],
)
def test_a_word_inside_a_scalar_has_its_own_place(text: str, word: str, place: tuple[int, int]) -> None:
    value = value_of(text)
    at = value.value.index(word)
    span = value.at(at, at + len(word))
    assert (span.line, span.column) == place
    assert span.end_column - span.column == len(word)


def test_a_broken_note_does_not_hide_the_next_one() -> None:
    node, found = reader.read(b"notes:\n- id: a\n  x: {{c1::b}} c\n- id: b\n  x: y: z\n- id: c\n", "f.yaml")
    assert [(it.span.line, it.code) for it in found] == [(3, "Y016"), (5, "Y017")]
    assert isinstance(node, Mapping)
    notes = node.entries[0][1]
    assert isinstance(notes, Sequence)
    assert len(notes.items) == 3


def test_a_note_with_a_slip_in_one_text_keeps_its_other_texts() -> None:
    node, found = reader.read(b"notes:\n- id: a\n  x: {{c1::b}} c\n  y: d\n", "f.yaml")
    assert [it.code for it in found] == ["Y016"]
    assert isinstance(node, Mapping)
    notes = node.entries[0][1]
    assert isinstance(notes, Sequence)
    (note,) = notes.items
    assert isinstance(note, Mapping)
    texts = [(key.value, it.style, it.value) for key, it in note.entries if isinstance(it, Text)]
    assert texts[::2] == [("id", "", "a"), ("y", "", "d")]
    assert texts[1][1] == UNREAD


@pytest.mark.parametrize("data", [b"", b"# only a comment\n", b"---\n", b"\xef\xbb\xbf"])
def test_an_empty_file_holds_nothing(data: bytes) -> None:
    node, found = reader.read(data, "f.yaml")
    assert found == ()
    assert node is None or (isinstance(node, Text) and node.is_null)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_parsers_agree(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = reader.read(path.read_bytes(), "f.yaml")
    monkeypatch.setattr(reader, "Parser", PURE)
    pure = reader.read(path.read_bytes(), "f.yaml")
    assert dumped(fast[0]) == dumped(pure[0])
    assert fast[1] == pure[1]


@pytest.mark.parametrize(
    "text", ["a?", "?a", "a ? b", "??", "a?: b", "? a", "?a: b", "a: b?", "a: ?b", "a?b: c?d", "a, ?b?, c?,d?"]
)
@pytest.mark.parametrize("shape", ["x: [%s]\n", "x: {%s}\n", "x: %s\n", "%s\n", "- %s\n", "x: [a, {b: %s}]\n"])
def test_both_parsers_agree_on_question_marks(text: str, shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (shape % text).encode()
    fast, fast_found = reader.read(data, "f.yaml")
    monkeypatch.setattr(reader, "Parser", PURE)
    pure, found = reader.read(data, "f.yaml")
    assert (dumped(pure), bool(found)) == (dumped(fast), bool(fast_found))


def test_libyaml_is_used_where_there_is_one() -> None:
    assert vars(reader)["Parser"] is FAST


@pytest.mark.parametrize("depth", [30, 500, 999, 1_000, 1_001, 200_000])
@pytest.mark.parametrize(
    ("shape", "column"), [("a: ~[", 23), ("a: ~{k: ", 80), ("~[{", 21), ("~- ", 41), ("~? ", 41), ("é: [x,~[", 25)]
)
@pytest.mark.parametrize("parser", [FAST, PURE], ids=["libyaml", "pure"])
def test_deep_nesting_is_refused_at_the_21st_level(
    depth: int, shape: str, column: int, parser: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "Parser", parser)
    begin, again = shape.split("~")
    _, found = reader.read((begin + again * depth).encode(), "f.yaml")
    assert [(it.code, it.span.line, it.span.column) for it in found] == [("Y014", 1, column)]


def test_deep_nesting_in_one_note_does_not_hide_the_next() -> None:
    deep = b"- " * 2_000
    _, found = reader.read(b"notes:\n  - id: a\n    x:\n      %b\n  - id: b\n    x: y: z\n" % deep, "f.yaml")
    assert [it.code for it in found] == ["Y014", "Y017"]


def test_a_file_over_the_limit_is_refused_by_its_size() -> None:
    _, found = reader.read(b"#" * (MAX_BYTES + 1), "f.yaml")
    assert "50 MB" in found[0].message


def test_columns_count_characters() -> None:
    source = Source("f", "😀é x\ny")
    assert source.position(3) == (1, 4)
    assert source.position(5) == (2, 1)
