"""Does our own reader read the texts of notes back as they were, whatever they hold?"""

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.base.place import Source
from generator.importing.arrived import Note, Value
from generator.importing.yaml_text import note_text, whole_file
from generator.source import reader
from generator.source.values import Mapping, Node, Sequence, Text

_SIGNS = st.text("ab 1:#-'\"|>{}[],&*!%@`?~=.\n\\é東", min_size=1, max_size=60)
_WORDS = st.lists(st.text("abc:#'{}-", min_size=1, max_size=12), min_size=1, max_size=60).map(" ".join)
_PARAGRAPHS = st.lists(_WORDS, min_size=2, max_size=4).map("\n\n".join) | st.lists(_WORDS, min_size=2).map("\n".join)


def read_back(text: str) -> Value:
    """Return the one note of a list."""
    node, found = reader.parse(Source("notes.yaml", text))
    assert found == ()
    assert isinstance(node, Sequence)
    (note,) = node.items
    return plain(note)


def plain(node: Node) -> Value:
    if isinstance(node, Text):
        return node.value.strip()
    if isinstance(node, Sequence):
        return tuple(plain(it) for it in node.items)
    assert isinstance(node, Mapping)
    return {key.value: plain(value) for key, value in node.entries}


@settings(max_examples=300, deadline=None)
@given(st.one_of(_SIGNS, _WORDS, _PARAGRAPHS).filter(lambda text: text.strip() != ""))
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    note = Note("x", "an-id", (("question", text), ("extra", {"inner": text})), ("a::b", "no", "x,y"))
    assert read_back(note_text(note)) == {
        "id": "an-id",
        "question": text.strip(),
        "extra": {"inner": text.strip()},
        "tags": ("a::b", "no", "x,y"),
    }


def test_what_is_the_same_for_all_notes_stands_once() -> None:
    notes = [Note("x", it, (("cloze", "{{c1::a}}"),), ("all", it), "Heart") for it in ("one", "two")]
    assert whole_file(notes).split("\n", 2)[2] == (
        "subdeck: Heart\ntags: [all]\nnotes:\n"
        "  - id: one\n    cloze: '{{c1::a}}'\n    tags: [one]\n\n"
        "  - id: two\n    cloze: '{{c1::a}}'\n    tags: [two]\n"
    )


def test_wrapped_prose_is_folded_and_lists_are_not() -> None:
    prose = "word " * 30 + "end"
    text = note_text(Note("x", "a", (("question", f"{prose}\n\nshort"), ("answer", f"{prose}\n- item"))))
    assert "question: >\n" in text
    assert "answer: |\n" in text
    assert read_back(text) == {"id": "a", "question": f"{prose}\n\nshort", "answer": f"{prose}\n- item"}


def test_a_long_line_is_folded() -> None:
    text = note_text(Note("x", "a", (("question", "word " * 40 + "end"),)))
    assert max(map(len, text.split("\n"))) <= 110
    assert read_back(text) == {"id": "a", "question": "word " * 40 + "end"}
