"""Rows as files have them -> notes by our keys: which field is what, texts in our Markdown, tags, ids, pictures."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from generator.base.characters import FORBIDDEN, blank, forbidden, nfc, shortened
from generator.base.diagnostics import counted, listed
from generator.base.limits import ANKI_TAGS, MAX_TEXT, OCCLUSION
from generator.base.progress import Tell
from generator.importing import names
from generator.importing._album import Album
from generator.importing._texts import Texts, words_of
from generator.importing.arrived import Arrived, LeftOut, Note, Row, Rows, Value, Wishes
from generator.source import shapes

_CLOZE = re.compile(r"\{\{c\d+::")
_NO_TAG = re.compile(r'[\s"*<>\x00-\x20\x7f]+')
_NO_LEVEL = re.compile(rf'[\x00-\x1f\x7f"<>]|{FORBIDDEN.pattern}')
_LEVEL_LENGTH = 60
_ID_LENGTH = 50
_NOTES_OF_A_FILE = 3  # on average: of files with fewer each is no deck of its own
_NO = ("", "0", "no", "false", "n", "none")


def made(found: Rows, wishes: Wishes, paths: Sequence[Path], tell: Tell) -> Arrived:
    """Return the deck that rows make. Raises Unknown where an option names no column."""
    keys: dict[str, tuple[str, ...]] = (
        {it: (it,) for it in found.columns} if found.ours else names.named(wishes, found.columns)
    )
    album = Album(paths, wishes.media)
    texts = Texts(album, wishes.lines == "join")
    files = {row.file for row in found.rows}
    a_level = 1 < len(files) <= len(found.rows) / _NOTES_OF_A_FILE
    maker = _Maker(keys, texts, a_level)
    for number, row in enumerate(found.rows):
        if number % 200 == 0:
            tell(f"{number:,} of {len(found.rows):,} notes")
        maker.take(row)
    told = (*found.told, *texts.told(), *_of_columns(found, keys))
    if album.missing and not wishes.media:
        told += ("pictures and sounds are looked for beside the files; --media names another folder",)
    left_out = (*found.left_out, *maker.left_out)
    root = common_deck(maker.notes) if all(row.deck for row in found.rows) else ""
    notes = tuple(replace(it, subdeck=it.subdeck.removeprefix(root).removeprefix("::")) for it in maker.notes)
    name = "" if root.casefold() == "default" else root  # the student's own deck, in Anki
    return Arrived(notes, name, album.used, album.missing, told, left_out)


def _of_columns(found: Rows, keys: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield that some columns are not taken; nobody misses an id, or a column in which nothing stands."""
    taken = {name for group in keys.values() for name in group}
    filled = Counter(name for row in found.rows for name, text in row.fields if text.strip())
    if left := [it for it in found.columns if filled[it] and it not in taken and names.key_of(it) != "id"]:
        yield f"not taken: {listed(left)} (to show one under the answer: --extra NAME)"
    more = (row for row in found.rows if any(text.strip() and name in left for name, text in row.fields))
    kinds = Counter(row.note_type for row in more if row.note_type and OCCLUSION not in row.fields[0][1])
    for kind, count in kinds.most_common():
        its = f"{counted(count, 'note')} of the type '{kind}' {'has' if count == 1 else 'have'} more fields than those"
        yield f"  {its}: the package of the deck (.apkg) brings them all"


class _Maker:
    """Makes notes of rows, one after the other; no two have the same id."""

    def __init__(self, keys: dict[str, tuple[str, ...]], texts: Texts, files_are_levels: bool) -> None:
        self.keys, self.texts, self.files_are_levels = keys, texts, files_are_levels
        self.notes: list[Note] = []
        self.left_out: list[LeftOut] = []
        self._ids: set[str] = set()
        self._tag_levels: dict[str, str] = {}  # in small letters, with those above -> as it was spelt first
        self._deck_levels: dict[str, str] = {}

    def take(self, row: Row) -> None:
        """Make a note of a row, or leave it out and say why."""
        typed = {
            key: [text for name in group for its, text in row.fields if its == name] for key, group in self.keys.items()
        }
        asked = "".join(typed.get("question", ()))
        is_cloze = _CLOZE.search(asked) is not None
        if OCCLUSION in asked:
            return self._leave(row, "it has masks, which a text does not carry: import its package (.apkg)")
        if blank(asked):
            return self._leave(row, "its question is empty")
        if not is_cloze and blank("".join(typed.get("answer", ()))):
            return self._leave(row, "its answer is empty")
        if any(len(it) > MAX_TEXT for texts in typed.values() for it in texts):
            return self._leave(row, f"one of its texts has more than {MAX_TEXT:,} characters")
        keys = self._keys(row, typed, is_cloze)
        tags = (*row.tags, *(tag for it in typed.get("tags", ()) for tag in re.split(r"[\s,;]+", it)))
        id = slug("".join(typed.get("id", ()))) or slug(words_of(str(keys[0][1]))) or slug(row.file) or "note"
        self.notes.append(Note(row.place, unused(id, self._ids), keys, self._tags(tags), self._deck(row, typed)))
        return None

    def _deck(self, row: Row, typed: Mapping[str, Sequence[str]]) -> str:
        own = (*row.folders, *((row.file,) if self.files_are_levels else ()))
        said = row.deck or "::".join(typed.get("deck", ()))
        levels = [*([said] if said else (_a_level(it) for it in own)), *(_a_level(it) for it in row.headings)]
        return spelt_as_before(deck_name("::".join(levels)), self._deck_levels)

    def _keys(self, row: Row, typed: Mapping[str, Sequence[str]], is_cloze: bool) -> tuple[tuple[str, Value], ...]:
        question, answer, extra = (
            self._text(typed.get(it, ()), row, it == "question") for it in ("question", "answer", "extra")
        )
        if is_cloze:
            more = "\n\n".join(it for it in (answer, extra) if it)
            return (("cloze", question), *((("extra", more),) if more else ()))
        answer, rest = after_rule(answer)
        extra = "\n\n".join(it for it in (rest, extra) if it)
        both_ways = row.both_ways or any(it.strip().casefold() not in _NO for it in typed.get("reverse", ()))
        keys: list[tuple[str, Value]] = [("question", question), ("answer", answer)]
        keys += [("reverse", True)] if both_ways else []
        keys += [("extra", extra)] if extra else []
        return tuple(keys)

    def _text(self, texts: Sequence[str], row: Row, asked: bool) -> str:
        """Return what several columns show below one another."""
        ours = (self.texts.ours(it, row, asked and _CLOZE.search(it) is not None) for it in texts if it.strip())
        return "\n\n".join(ours)

    def _leave(self, row: Row, why: str) -> None:
        self.left_out.append(LeftOut(row.place, why, "\t".join(text for _, text in row.fields)))

    def _tags(self, words: Sequence[str]) -> tuple[str, ...]:
        clean = [it for word in words if (it := clean_tag(word))]
        return tuple(dict.fromkeys(spelt_as_before(it, self._tag_levels) for it in clean))


def spelt_as_before(name: str, known: dict[str, str]) -> str:
    """Return a tag or a deck's name, each level as it was spelt first: Anki takes those that differ in case for one."""
    path: list[str] = []
    for level in name.split("::"):
        key = "::".join((*path, level)).casefold()
        path.append(known.setdefault(key, level))
    return "::".join(path)


def _a_level(title: str) -> str:
    return words_of(title).replace("::", " ").strip()


def unused(id: str, taken: set[str]) -> str:
    """Return an id that no other note has, and take it."""
    free, number = id, 1
    while free in taken:
        number += 1
        free = f"{id[: _ID_LENGTH - 5]}-{number}"
    taken.add(free)
    return free


def slug(text: str) -> str:
    """Return what of a text can be an id: its first words in small Latin letters; "" where it has none."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    letters = "".join(it for it in plain if not unicodedata.combining(it))
    words = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if len(words) > _ID_LENGTH:
        words = words[: _ID_LENGTH + 1].rpartition("-")[0] or words[:_ID_LENGTH]
    return words if re.search(r"[a-z]{2}|\d", words) else ""


def clean_tag(word: str) -> str:
    """Return a tag that may be one here, "" for Anki's own and for what nothing is left of."""
    word = nfc("".join(it for it in word if not any(forbidden(it)))).replace("/", "::").lstrip("#-")
    levels = [_NO_TAG.sub("-", it).strip("-:") for it in re.split(r"::+", word)]
    tag = "::".join(it for it in levels if it)
    fits = shapes.TAG.pattern.fullmatch(tag) and len(tag) <= shapes.TAG.most
    return tag if fits and tag.casefold() not in ANKI_TAGS else ""


def deck_name(name: str) -> str:
    """Return a deck's name with no level that Anki, or we, refuse."""
    levels = [" ".join(_NO_LEVEL.sub(" ", nfc(it)).split()) for it in name.split("::")]
    short = [shortened(it, _LEVEL_LENGTH) for it in levels if it]
    while len("::".join(short)) > shapes.DECK_NAME.most - _LEVEL_LENGTH:  # with room for the deck's own
        short.pop()
    return "::".join(short)


def after_rule(answer: str) -> tuple[str, str]:
    """Return an answer, and what stands below a rule in it: that is shown under it."""
    before, rule, rest = re.match(r"(?s)(.*?)(?:^(-{3,}|\*{3,}|%)[ \t]*$(.*))?\Z", answer, re.MULTILINE).groups()  # type: ignore[union-attr]
    return (before.strip(), (rest or "").strip()) if rule and before.strip() and rest else (answer, "")


def common_deck(notes: Sequence[Note]) -> str:
    """Return the levels that the decks of all notes begin with, "" where there are none."""
    paths = Counter(tuple(it.subdeck.split("::")) if it.subdeck else () for it in notes)
    common = min(paths, default=(), key=len)
    while common and any(path[: len(common)] != common for path in paths):
        common = common[:-1]
    return "::".join(common)
