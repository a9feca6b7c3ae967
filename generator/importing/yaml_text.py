"""Notes by our keys -> the text of files of notes, which our reader reads back as the same texts."""

import re
from collections.abc import Iterator, Mapping, Sequence

from generator.importing.arrived import Note, Value

_WIDTH = 100  # of the lines of a text that YAML folds
_PLAIN = re.compile(r"[^\W_][^\n]*")  # how a text may begin that needs no quotes
_NEEDS_QUOTES = re.compile(
    r": |:$| #|^[\"'“„«\u2018]|\s$|[\"'”“»\u2019]$|^-{3}|^\.{3}|^~$|^(?:null|<<|=)$", re.IGNORECASE
)
# Prose, with single spaces only: YAML folds no others.
_FOLDS = re.compile(r"(?![-*+>|#`~]|\d{1,9}[.)] )\S+(?: \S+)*")
_SCHEMA = "# yaml-language-server: $schema=../notes.schema.json\n"


def file_text(notes: Sequence[Note], subdeck: str = "", tags: Sequence[str] = ()) -> str:
    """Return a file of notes; `subdeck` and `tags` are those of all of them."""
    head = [_SCHEMA, "\n"]
    head += [f"subdeck: {_short(subdeck)}\n"] if subdeck else []
    head += [f"tags: {_flow(tuple(tags))}\n"] if tags else []
    return "".join((*head, "notes:\n", "\n".join(note_text(it, subdeck, tags) for it in notes)))


def whole_file(notes: Sequence[Note]) -> str:
    """Return a file of notes that says once what all of them have."""
    subdecks = {it.subdeck for it in notes}
    shared = [tag for tag in notes[0].tags if all(tag in it.tags for it in notes)] if len(notes) > 1 else []
    return file_text(notes, subdecks.pop() if len(subdecks) == 1 else "", shared)


def note_text(note: Note, subdeck: str = "", tags: Sequence[str] = ()) -> str:
    """Return a note as an item of a list, without what its file says for all."""
    own = tuple(it for it in note.tags if it not in tags)
    entries: list[tuple[str, Value]] = [("id", note.id), *note.keys]
    entries += [("tags", own)] if own else []
    entries += [("subdeck", note.subdeck)] if note.subdeck != subdeck else []
    lines = [line for key, value in entries for line in _entry(key, value)]
    return "".join(f"{'  - ' if at == 0 else '    ' if line else ''}{line}\n" for at, line in enumerate(lines))


def _entry(key: str, value: Value) -> Iterator[str]:
    """Yield the lines of a key, indented from the key on."""
    name = scalar_on_a_line(key)
    if isinstance(value, str) and (folded := _block(value)):
        yield f"{name}: {folded[0]}"
        yield from (f"  {line}" if line else "" for line in folded[1:])
    elif isinstance(value, Mapping) and not _is_short(value):
        yield f"{name}:"
        yield from (f"  {line}" if line else "" for it in value.items() for line in _entry(*it))
    else:
        yield f"{name}: {_short(value)}"


def _is_short(value: Mapping[str, Value]) -> bool:
    texts = list(value.values())
    return all(not isinstance(it, Mapping | str) for it in texts) and len(_short(value)) <= _WIDTH


def _short(value: Value) -> str:
    """Return a value that stands on its key's line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_in_flow(key)}: {_flow_of(it)}" for key, it in value.items()) + "}"
    if isinstance(value, tuple):
        return _flow(value)
    return scalar_on_a_line(value) if isinstance(value, str) else str(value)


def _flow(values: tuple[Value, ...]) -> str:
    return "[" + ", ".join(_flow_of(it) for it in values) + "]"


def _flow_of(value: Value) -> str:
    return _in_flow(value) if isinstance(value, str) else _short(value)


def _in_flow(text: str) -> str:
    return _quoted(text) if re.search(r"[\[\]{},]", text) else scalar_on_a_line(text)


def scalar_on_a_line(text: str) -> str:
    """Return a text of one line, in quotes where YAML would take it for something else."""
    return text if _PLAIN.fullmatch(text) and not _NEEDS_QUOTES.search(text) else _quoted(text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _block(text: str) -> list[str]:
    """Return the lines of a block, its mark first; none where the text stands better on its key's line."""
    lines = text.split("\n")
    if max(map(len, lines)) > _WIDTH + 20 and all(not it or _FOLDS.fullmatch(it) for it in lines):
        folded = [">", *_folded(lines[0])]
        for line in lines[1:]:  # where YAML folds, a line break of the text is an empty line
            folded += ["", *_folded(line)]
        return folded
    if len(lines) > 1 or text != text.strip():
        indented = "2" if lines[0][:1] in (" ", "\t") else ""
        return [f"|{indented}", *lines]
    return []


def _folded(text: str) -> Iterator[str]:
    line = ""
    for word in text.split(" ") if text else ():
        if line and len(line) + 1 + len(word) > _WIDTH:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line
