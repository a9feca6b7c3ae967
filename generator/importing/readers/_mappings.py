"""Lists of mappings in YAML or JSON -> rows; also pairs, one mapping of questions to answers, and CrowdAnki's decks."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.base.limits import MAX_BYTES
from generator.importing._writings import writing_of
from generator.importing.arrived import Row, Rows, Unreadable, Wishes, Writing
from generator.importing.names import key_of
from generator.importing.readers._files import File, tag_words
from generator.importing.readers._values import plain_of

_DEEPEST = 12  # levels of lists of decks in decks
_NAMES_OF_DECKS = ("name", "title", "deck", "topic", "category", "chapter")


def read(files: Sequence[File], wishes: Wishes) -> Rows:
    """Return the rows of files."""
    rows: list[Row] = []
    for file in files:
        held = _held(file)
        found = list(_notes(held, (), wishes, 0))
        if not found:
            raise Unreadable(
                f"{file.shown} holds no notes: a list of mappings is looked for, as [{{question: ..., answer: ...}}]"
            )
        crowd = any(it.html for it in found)
        texts = (text for it in found for _, text in it.fields)
        writing = Writing.HTML if crowd else writing_of(texts)
        deck = _text(held.get("deck")) if isinstance(held, Mapping) and isinstance(held.get("deck"), str) else ""
        rows += [_row(file, number, it, writing, deck) for number, it in enumerate(found, 1)]
    return Rows(tuple(rows), tuple(dict.fromkeys(name for row in rows for name, _ in row.fields)))


@dataclass(frozen=True, slots=True)
class _Found:
    """A mapping that is a note, in decks that are named above it. `html`: CrowdAnki wrote it."""

    fields: tuple[tuple[str, str], ...]
    decks: tuple[str, ...]
    tags: tuple[str, ...] = ()
    html: bool = False


def _row(file: File, number: int, found: _Found, writing: Writing, deck: str) -> Row:
    words = next((text for _, text in found.fields if text.strip()), "").split("\n")[0][:40]
    at = file.text.find(words) if words else -1
    place = file.place(at) if at >= 0 else f"{file.shown} (note {number})"
    deck = "::".join(found.decks) if found.html else deck
    headings = () if found.html else found.decks
    stem = file.path.stem
    return Row(place, found.fields, file.path.parent, found.tags, deck, file.folders, stem, headings, writing=writing)


def _held(file: File) -> Any:
    if file.path.suffix.lower() != ".json":
        return plain_of(file.text, file.shown)
    if len(file.text) > 5 * MAX_BYTES:
        raise Unreadable(f"{file.shown} is too large")
    try:
        return json.loads(file.text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as problem:
        raise Unreadable(
            f"{file.shown}:{problem.lineno}:{problem.colno}: this is not JSON: {problem.msg.lower()}"
        ) from None
    except RecursionError:
        raise Unreadable(f"{file.shown} is nested too deep") from None


def _notes(value: Any, decks: tuple[str, ...], wishes: Wishes, depth: int) -> Iterator[_Found]:
    """Yield each mapping that has a question, wherever it stands."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for it in value:
            if isinstance(it, list) and len(it) == 2 and all(isinstance(side, str) for side in it):
                yield _Found((("question", it[0]), ("answer", it[1])), decks)
            else:
                yield from _notes(it, decks, wishes, depth + 1)
    elif isinstance(value, Mapping) and "note_models" in value:
        yield from _crowd(value, (), _models(value))
    elif isinstance(value, Mapping) and _is_note(value, wishes):
        yield _note(value, decks)
    elif isinstance(value, Mapping):
        yield from _inside(value, decks, wishes, depth)


def _inside(value: Mapping[str, Any], decks: tuple[str, ...], wishes: Wishes, depth: int) -> Iterator[_Found]:
    lists = {key: it for key, it in value.items() if isinstance(it, list | Mapping)}
    if not lists and len(value) > 1 and depth <= 1:  # one mapping of questions to answers
        for question, answer in value.items():
            yield _Found((("question", question), ("answer", _text(answer))), decks)
        return
    name = next((value[it] for it in _NAMES_OF_DECKS if isinstance(value.get(it), str)), "")
    inner = (*decks, name) if name and depth else decks
    named = [key for key, it in lists.items() if isinstance(it, list) or depth]
    for key, it in lists.items():
        is_level = not name and len(named) > 1 and isinstance(it, list)
        yield from _notes(it, (*inner, key) if is_level else inner, wishes, depth + 1)


def _is_note(value: Mapping[str, Any], wishes: Wishes) -> bool:
    names = {key.casefold() for key in value}
    if wishes.question:
        return any(it.casefold() in names for it in wishes.question)
    known = {key_of(key) for key, it in value.items() if not isinstance(it, Mapping) and not _is_list_of_notes(it)}
    return ("question" in known and "answer" in known) or "cloze" in known


def _is_list_of_notes(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(it, list | Mapping) for it in value)


def _note(value: Mapping[str, Any], decks: tuple[str, ...]) -> _Found:
    fields: list[tuple[str, str]] = []
    tags: tuple[str, ...] = ()
    for key, it in value.items():
        if key_of(key) == "tags":
            tags = tag_words(" ".join(map(str, it)) if isinstance(it, list) else _text(it))
        else:
            fields.append((key, _text(it)))
    return _Found(tuple(fields), decks, tags)


def _text(value: Any) -> str:
    """Return a value as a text; a list is a list of items."""
    if isinstance(value, list):
        return "\n".join(f"- {_text(it)}" for it in value) if len(value) > 1 else "".join(_text(it) for it in value)
    if isinstance(value, Mapping):
        return "\n".join(f"- {key}: {_text(it)}" for key, it in value.items())
    return "" if value is None else ("yes" if value else "") if isinstance(value, bool) else str(value)


def _models(value: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    models = [it for it in value.get("note_models") or () if isinstance(it, Mapping)]
    for child in value.get("children") or ():
        if isinstance(child, Mapping):
            models += [{"crowdanki_uuid": key, "names": names} for key, names in _models(child).items()]
    return {
        str(it.get("crowdanki_uuid")): it.get("names")
        or tuple(_text(field.get("name")) for field in it.get("flds") or ())
        for it in models
    }


def _crowd(value: Mapping[str, Any], decks: tuple[str, ...], models: Mapping[str, tuple[str, ...]]) -> Iterator[_Found]:
    """Yield the notes of a deck as CrowdAnki writes it, and of those below it. Its texts are HTML."""
    here = (*decks, _text(value.get("name")))
    for note in value.get("notes") or ():
        names = models.get(str(note.get("note_model_uuid")), ())
        texts = [_text(it) for it in note.get("fields") or ()]
        fields = tuple((names[at] if at < len(names) else str(at + 1), text) for at, text in enumerate(texts))
        yield _Found(fields, here, tuple(str(it) for it in note.get("tags") or ()), True)
    for child in value.get("children") or ():
        if isinstance(child, Mapping):
            yield from _crowd(child, here, models)
