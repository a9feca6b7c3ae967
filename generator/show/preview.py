"""What can be shown of the decks -> the page that shows it: one file of HTML that asks nobody for anything."""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from generator.base.diagnostics import Diagnostic
from generator.base.files import Output, Unusable, folder_for_output, read_plain, replace_all
from generator.base.media_kinds import KINDS, ending_of
from generator.base.place import Span
from generator.compiled.note_types import TEMPLATES
from generator.compiled.notes import MediaFile, dated
from generator.pipeline.build import Previewed, Shown
from generator.show._card_html import Side, sides
from generator.show.report import as_text, mistakes
from generator.text.escape import escape_text

_POLICY = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'unsafe-inline'; img-src data:; media-src data:; "
    "connect-src {asks}; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page. `version` is the same for pages that show the same."""

    html: bytes
    version: str
    cards: int


def page(previewed: Previewed, live: bool = False, fault: str = "") -> Page:
    """Return the page. A `live` one asks whoever served it for its next version. `fault` is told on top."""
    data = _data(previewed, fault)
    version = hashlib.sha256(data.encode("utf-8", "replace")).hexdigest()[:16]
    script = _file("preview.card.js") + _file("preview.js")
    parts = {
        "policy": _POLICY.format(script=_digest(script), asks="'self'" if live else "'none'"),
        "title": escape_text(" · ".join(it.release.deck.name for it in previewed.decks) or "Preview"),
        "style": _file("preview.css"),
        "version": version if live else "",
        "data": data,
        "script": script,
    }
    html = re.sub(r"<!-- (\w+) -->", lambda mark: parts[mark[1]], _file("preview.html"))
    return Page(html.encode("utf-8", "replace"), version, sum(it.release.deck.cards for it in previewed.decks))


def write(page: Page, target: Path) -> tuple[Diagnostic, ...]:
    """Write the page in one piece, or say why it cannot be written."""
    try:
        with folder_for_output(target.parent):
            replace_all([Output(target, page.html)])
    except Unusable as problem:
        return (Diagnostic(Span(target.as_posix()), "P001", str(problem), "choose another file with -o"),)
    return ()


@cache
def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _digest(script: str) -> str:
    return b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _data(previewed: Previewed, fault: str) -> str:
    """Return what the script shows, as JSON that may stand in a script element."""
    numbers = {problem: at for at, problem in enumerate(previewed.diagnostics)}
    looks: dict[str, int] = {}  # style sheets, each once
    notes = [note for shown in previewed.decks for note in _notes(shown, looks, numbers)]
    value = {
        "decks": [it.release.deck.name for it in previewed.decks],
        "fault": fault,
        "verdict": mistakes(previewed.diagnostics) if previewed.diagnostics else "",
        "found": [{"severity": it.severity, "text": as_text([it])} for it in previewed.diagnostics],
        "looks": list(looks),
        "media": {file.name: uri for it in previewed.decks for file in it.release.deck.media if (uri := _uri(file))},
        "notes": notes,
    }
    return _guarded(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _guarded(text: str) -> str:
    """Write what would end the script element, or begin a comment in it, so that JSON reads the same."""
    for what, instead in (("</", "<\\/"), ("<!", "\\u003c!"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        text = text.replace(what, instead)
    return text


def _notes(shown: Shown, looks: dict[str, int], numbers: Mapping[Diagnostic, int]) -> Iterator[dict[str, Any]]:
    release = shown.release
    root = f"{release.deck.tag_root}::"
    states = dict.fromkeys(release.plan.new, "new") | dict.fromkeys(release.plan.changed, "changed")
    for note, origin in zip(release.deck.notes, shown.origins, strict=True):
        yield {
            "id": note.id,
            "label": note.label,
            "place": f"{origin.path}:{origin.line}",
            "deck": note.deck,
            "kind": note.kind,
            "tags": [tag.removeprefix(root) for tag in note.tags],
            "sources": origin.sources,
            "state": states.get(note.id, ""),
            "found": [numbers[it] for it in origin.found],
            "look": looks.setdefault(note.note_type.css, len(looks)),
            "cards": [[card.number + 1, card.hides] for card in note.cards],
            "sides": [
                [_plain(front), _plain(back)]
                for front, back in sides(replace(note, fields=dated(note, release.stamps.notes[note.id].mod)))
            ],
        }


def _plain(side: Side) -> list[Any]:
    """Return a side as JSON has it: a choice is a list of numbers, what is shown for them, and what for others."""
    return [it if isinstance(it, str) else [it.numbers, _plain(it.asked), _plain(it.other)] for it in side]


def _uri(file: MediaFile) -> str:
    """Return a file as an address that holds its bytes; "" where it is no more what it was."""
    try:
        data = read_plain(file.path, file.size) if file.cleaned is None else file.cleaned
    except Unusable:
        return ""
    return f"data:{KINDS[ending_of(file.name)].form};base64,{b64encode(data).decode()}"
