"""What a note of ours shows -> the same in an adopted note: files that did not change keep their names and their tags.

A student has them under the names that their own author gave them. A file that changed needs a name of its own, or the
student's Anki would go on showing the old one.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from generator.base.characters import nfc, unescaped
from generator.base.files import Unusable, read_plain
from generator.base.patterns import regex
from generator.compiled.foreign_cards import named_in, spellings, with_names
from generator.compiled.notes import CompiledNote, Html, MediaFile, joined
from generator.media.folder import TOO_LARGE

_PLACE = regex(r"<img\b[^<>]*>|\[sound:[^\]]+\]", re.IGNORECASE)
_ALT = regex(r"\salt\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)


class OwnMedia:
    """The files of a deck, and what the author of the original called them."""

    def __init__(self, media: Iterable[MediaFile]) -> None:
        self._files = {it.name: it for it in media}
        self._own: dict[str, MediaFile] = {}

    def own(self, name: str) -> MediaFile:
        """Return a file as it lies in `media/`, under its own name."""
        if name not in self._own:
            self._own[name] = _as_it_lies(self._files[name])
        return self._own[name]

    def changed(self, note: CompiledNote, was: Mapping[str, str]) -> bool:
        """Say whether a note shows a file that is not the one it was; `was` are hashes by the files' own names."""
        its = (self.own(name) for name in note.media)
        return any(was.get(it.name, it.sha256) != it.sha256 for it in its)

    def kept(self, note: CompiledNote, was: Mapping[str, str]) -> dict[str, str]:
        """Return the names, in our packages, of the files that a note shows still -> their own names."""
        owned = {name: self.own(name) for name in note.media}
        return {name: it.name for name, it in owned.items() if was.get(it.name) == it.sha256}

    def renamed(self, note: CompiledNote, was: Mapping[str, str]) -> CompiledNote:
        """Return a note in its own author's HTML that shows each file that changed under a name of its own."""
        names: dict[str, str] = {}
        for it in map(self.own, note.media):
            if was.get(it.name, it.sha256) != it.sha256:
                names[it.name] = name = _new_name(it)
                self._own[name] = it._replace(name=name)
        if not names:
            return note
        texts = joined(with_names(html, names) for html in note.fields)
        return replace(note, texts=texts, media=tuple(sorted(names.get(it, it) for it in note.media)))

    def used(self, before: Iterable[CompiledNote], after: Iterable[CompiledNote]) -> tuple[MediaFile, ...]:
        """Return the files that the notes show now, and those that no note showed: templates may use them."""
        theirs = {name for note in before for name in note.media}
        files = {name: it for name, it in self._files.items() if name not in theirs}
        every = self._files | {it.name: it for it in self._own.values()}
        files |= {name: every[name] for note in after for name in note.media}
        return tuple(files[name] for name in sorted(files))


def _new_name(file: MediaFile) -> str:
    """Return a name with a hash of the bytes, unlike that of a file of ours: these bytes were not looked through."""
    stem, _, ending = file.name.rpartition(".")
    words = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:60] or "file"
    return f"{words}-{file.sha256[:12]}.{ending}"


def _as_it_lies(file: MediaFile) -> MediaFile:
    name = nfc(file.path.name)
    if file.cleaned is None:
        return file._replace(name=name)
    try:
        data = read_plain(file.path, TOO_LARGE)
    except Unusable:  # it was there a moment ago
        return file
    return file._replace(name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest(), cleaned=None)


def as_before(html: Html, fields: Iterable[str], own: Mapping[str, str]) -> Html:
    """Return HTML of ours in which each file of `own` is shown as `fields` showed it: in its size, say."""
    places: dict[str, list[str]] = {}
    for match in _PLACE.finditer("\n".join(fields)):
        for name in (it for written in named_in(match[0]) for it in spellings(written)):
            places.setdefault(name, []).append(match[0])

    def shown(match: re.Match[str]) -> str:
        from html import escape

        name = next(named_in(match[0]), "")
        its = places.get(own.get(name, ""), [])
        if not its:
            return match[0]
        before = its.pop(0) if len(its) > 1 else its[0]
        return before if _alt(before) == _alt(match[0]) else match[0].replace(name, escape(own[name]))

    return Html(_PLACE.sub(shown, html)) if own else html


def _alt(tag: str) -> str:
    """Return what a picture is said to show, as far as our Markdown can say it."""
    match = _ALT.search(tag)
    words = next(it for it in match.groups() if it is not None) if match else ""
    return " ".join(re.sub(r"[\[\]\\]", " ", unescaped(words)).split())
