"""What can be shown of the decks -> the page that shows it: one file of HTML that loads nothing from elsewhere."""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from generator.base.clock import day
from generator.base.diagnostics import Diagnostic
from generator.base.files import Output, Unusable, folder_for_output, read_plain, replace_all
from generator.base.media_kinds import KINDS, ending_of
from generator.base.place import Span
from generator.compiled.note_types import TEMPLATES
from generator.compiled.notes import CompiledNote, MediaFile, NoteId, dated_on, joined
from generator.deck.origin import Origin
from generator.pipeline.build import Previewed, Shown
from generator.pipeline.canvases import Easel
from generator.show._card_html import Side, sides
from generator.show.past import Past
from generator.show.problem_report import as_text, mistakes, on_a_page
from generator.text.escape import escape_text

HEAVY = 20_000_000  # bytes
_NOTHING: list[Any] = []
_day = lru_cache(maxsize=1_000)(day)
_SCRIPTS = ("preview.card.js", "preview.masks.js", "preview.lines.js", "preview.js")
_STYLES = ("preview.css", "preview.narrow.css", "preview.masks.css")
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src {media}; "
    "media-src {media}; connect-src {asks}; base-uri 'none'; form-action 'none'"
)


class Page(NamedTuple):
    """A page. `version` is the same for pages that show the same; `beside` are the files it needs in `folder`."""

    html: bytes
    version: str
    cards: int
    folder: str = ""
    beside: tuple[MediaFile, ...] = ()


class Drawn:
    """The parts of the last page, as JSON in UTF-8: the next page draws only those that changed."""

    def __init__(self) -> None:
        self._before: dict[str, _DrawnFile] = {}
        self._now: dict[str, _DrawnFile] = {}
        self._uris: dict[tuple[str, str], str] = {}
        self._found_before: dict[tuple[Diagnostic, bool], dict[str, Any]] = {}
        self._found: dict[tuple[Diagnostic, bool], dict[str, Any]] = {}

    def file(self, path: str, root: str, notes: "list[_Told]") -> "_DrawnFile":
        """Return the notes of a file, and what the page tells of them; `root` is that of their tags."""
        known = self._before.get(path)
        if known is None or (known.root, known.told) != (root, notes):
            same = {id(told.note): (told, text) for told, text in known.each} if known and known.root == root else {}
            each = [(it, _json_of(it, root, *same.get(id(it.note), (None, b"")))) for it in notes]
            has_tex = any("\\(" in it.note.texts or "\\[" in it.note.texts for it in notes)
            known = _DrawnFile(root, notes, each, b",".join([text for _, text in each]), has_tex)
        self._now[path] = known
        return known

    def uris(self, files: Iterable[MediaFile]) -> dict[str, str]:
        """Return files as addresses that hold their bytes, by name; without those that changed since."""
        known, self._uris, found = self._uris, {}, {}
        for file in files:
            key = (file.name, file.sha256)
            with suppress(Unusable):
                self._uris[key] = found[file.name] = known.get(key) or _uri(file)
        return found

    def told(self, it: Diagnostic, briefly: bool) -> dict[str, Any]:
        """Return a mistake as the page tells of it."""
        told = self._found_before.get((it, briefly))
        if told is None:
            shown = it._replace(span=Span(it.span.where)) if briefly else it
            told = {"severity": it.severity, "text": as_text([shown])}
        self._found[it, briefly] = told
        return told

    def end_page(self) -> None:
        """Forget what the page that is ready does not show."""
        self._before, self._now = self._now, {}
        self._found_before, self._found = self._found, {}


class _Told(NamedTuple):
    """A note, and all that the page tells of it or that its sides depend on."""

    note: CompiledNote
    origin: Origin
    state: str
    look: int
    day: str  # of its last change
    found: list[int]
    before: list[Any]


class _DrawnFile(NamedTuple):
    root: str
    told: list[_Told]
    each: list[tuple[_Told, bytes]]
    json: bytes
    has_tex: bool


def _json_of(it: _Told, root: str, before: _Told | None, as_before: bytes) -> bytes:
    """Return a note as JSON; the same as before where nothing of it has changed."""
    if before == it:
        return as_before
    note = it.note
    pairs = sides(replace(note, texts=joined(dated_on(note, it.day))))
    told = {
        "id": note.id,
        "label": note.label,
        "place": f"{it.origin.path}:{it.origin.line}",
        "deck": note.deck,
        "kind": note.kind,
        "tags": [tag.removeprefix(root) for tag in note.tags],
        "sources": it.origin.sources,
        "state": it.state,
        "found": it.found,
        "look": it.look,
        "before": it.before,
        "cards": [[card.number + 1, card.hides] for card in note.cards],
        "sides": [[_plain(front), _plain(back)] for front, back in pairs],
    }
    return _utf8(_dumped(told))


def page(
    previewed: Previewed,
    live: bool = False,
    fault: str = "",
    folder: str = "media",
    heavy: int = HEAVY,
    since: Past | None = None,
    drawn: Drawn | None = None,
    token: str = "",
) -> Page:
    """Return the page. A `live` one asks whoever served it for its next version. It shows `fault` on top.

    With a `token` it sends what is drawn on pictures to whoever served it.

    Pictures and sounds of more than `heavy` bytes in all do not go into the page, but lie beside it in `folder`.
    With `since`, what is new or changed is so compared with that, and a changed card also shows what it was. `drawn` is
    what remembers the last page.
    """
    files, drawn = _files(previewed), drawn or Drawn()
    beside = files if sum(file.size for file in files) > heavy else ()
    media = {file.name: f"{folder}/{file.name}" for file in beside} or drawn.uris(files)
    data, math = _data(previewed, fault, media, since, drawn)
    hashed = hashlib.sha256()
    for part in data:
        hashed.update(part)
    version = hashed.hexdigest()[:16]
    script = "".join(map(_file, _SCRIPTS))
    parts = {
        "policy": _POLICY.format(
            scripts=_hashes(math.script, script),
            media="data: 'self' file:" if beside else "data:",  # a page that is a file has no 'self'
            asks="'self'" if live else "'none'",
        ),
        "title": escape_text(" · ".join(it.release.deck.name for it in previewed.decks) or "Preview"),
        "style": "".join(map(_file, _STYLES)),
        "version": version if live else "",
        "token": token,
        "math": math.script,
        "script": script,
    }
    before, after = (_utf8(_filled(it, parts)) for it in _file("preview.html").split("<!-- data -->"))
    cards = sum(it.release.deck.cards for it in previewed.decks)
    return Page(b"".join((before, *data, after)), version, cards, folder, beside)


def filled(template: str, parts: Mapping[str, str]) -> str:
    """Return a template with each `<!-- name -->` replaced by the part of that name."""
    return _filled(_file(template), parts)


def _filled(text: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"<!-- (\w+) -->", lambda mark: parts[mark[1]], text)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def write(page: Page, target: Path) -> tuple[Diagnostic, ...]:
    """Write the page in one piece, after what lies beside it, or say why it cannot be written."""
    try:
        with folder_for_output(target.parent):
            if page.beside:
                _write_beside(page.beside, target.parent / page.folder)
            replace_all([Output(target, page.html)])
    except Unusable as problem:
        return (Diagnostic(Span(target.as_posix()), "P001", str(problem), "choose another file with -o"),)
    return ()


def _write_beside(files: Iterable[MediaFile], folder: Path) -> None:
    """Write what is not there yet: a name holds a hash of the bytes. One at a time, for they may be many."""
    with folder_for_output(folder):
        for file in files:
            target = folder / file.name
            if not target.is_file() or target.stat().st_size != file.size:
                replace_all([Output(target, contents(file))])


@cache
def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _hashes(*scripts: str) -> str:
    """Return the scripts that may run, as a policy names them."""
    digests = (b64encode(hashlib.sha256(it.encode()).digest()).decode() for it in scripts)
    return " ".join(f"'sha256-{it}'" for it in digests)


class _Math(NamedTuple):
    """What sets formulas in a page: Temml, its look, and chemistry."""

    script: str
    style: str


def _math(has_tex: bool) -> _Math:
    """Return what sets formulas, where there is one; it weighs 200 kB."""
    if not has_tex:
        return _Math("", "")
    style = re.sub(r"@font-face \{[^}]*\}", "", _file("temml/Temml-Local.css"))  # a page may load no font
    return _Math(_file("temml/temml.min.js") + "\n" + _file("temml/mhchem.min.js"), style)


def _data(
    previewed: Previewed, fault: str, media: Mapping[str, str], since: Past | None, drawn: Drawn
) -> tuple[list[bytes], _Math]:
    """Return what the script shows, as pieces of JSON for a script element; and what sets its formulas."""
    numbers = {problem: at for at, problem in enumerate(previewed.diagnostics)}
    looks: dict[str, int] = {}  # style sheets, each once
    old: dict[str, str] = {}
    files = [it for shown in previewed.decks for it in _notes(shown, looks, numbers, since, old, drawn)]
    math = _math(any(it.has_tex for it in files))
    value = {
        "decks": [it.release.deck.name for it in previewed.decks],
        "fault": fault,
        "verdict": mistakes(previewed.diagnostics) if previewed.diagnostics else "",
        **on_a_page(previewed.diagnostics, previewed.often, drawn.told),
        "looks": list(looks),
        "math": math.style,
        "media": {**old, **media},
        "canvases": [it for shown in previewed.decks for it in _canvases(shown)],
    }
    drawn.end_page()
    notes = [part for it in files for part in (b",", it.json)]
    return [_utf8(_dumped(value)[:-1]), b',"notes":[', *notes[1:], b"]}"], math


def _dumped(value: Any) -> str:
    return _guarded(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _guarded(text: str) -> str:
    """Write what would end the script element, or begin a comment in it, so that JSON reads the same."""
    for what, instead in (("</", "<\\/"), ("<!", "\\u003c!"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        text = text.replace(what, instead)
    return text


def _gone(before: Any, since: Past) -> dict[str, str]:
    """Return the old files that a changed note showed."""
    text = json.dumps(before)
    return {name: uri for name, uri in since.media.items() if name in text}


def _before(note: CompiledNote, since: Past | None) -> list[Any]:
    """Return the sides of a note as they were, in today's look; none where nothing changed."""
    old = since.fields.get(note.guid) if since else None
    if old is None or len(old) != len(note.fields):
        return []
    at = len(note.fields) if note.note_type.foreign else note.note_type.places["Updated"]
    if (*old[:at], *old[at + 1 :]) == (*note.fields[:at], *note.fields[at + 1 :]):
        return []
    return [[_plain(front), _plain(back)] for front, back in sides(replace(note, texts=joined(old)))]


def _states(shown: Shown, since: Past | None, before: Mapping[NoteId, list[Any]]) -> dict[NoteId, str]:
    release = shown.release
    if since is None:
        return dict.fromkeys(release.plan.new, "new") | dict.fromkeys(release.plan.changed, "changed")
    notes = release.deck.notes
    changed = {id: "changed" for id, sides in before.items() if sides}
    return {note.id: "new" for note in notes if note.guid not in since.fields} | changed


def _notes(
    shown: Shown,
    looks: dict[str, int],
    numbers: Mapping[Diagnostic, int],
    since: Past | None,
    old: dict[str, str],
    drawn: Drawn,
) -> Iterator[_DrawnFile]:
    """Yield the notes of each file as they are drawn. `old` gets the files that only their former sides show."""
    release, stamps = shown.release, shown.release.stamps.notes
    before = {note.id: _before(note, since) for note in release.deck.notes} if since else {}
    for was in before.values() if since else ():
        old |= _gone(was, since) if since and was else {}
    states = _states(shown, since, before)
    its = zip(release.deck.notes, shown.origins, strict=True)
    for path, pairs in groupby(its, key=lambda it: it[1].path):
        notes = [
            _Told(
                note,
                origin,
                states.get(note.id, ""),
                looks.setdefault(note.note_type.css, len(looks)),
                _day(stamps[note.id].mod),
                [numbers[it] for it in origin.found],
                before.get(note.id, _NOTHING),
            )
            for note, origin in pairs
        ]
        yield drawn.file(path, f"{release.deck.tag_root}::", notes)


def _canvases(shown: Shown) -> Iterator[dict[str, Any]]:
    """Yield the pictures on which masks can be drawn, with the masks and the files that they may be written to."""
    easel = shown.easel or Easel()
    for canvas in easel.canvases:
        yield {
            "note": canvas.note,
            "name": canvas.picture.path.name,
            "src": canvas.picture.name,
            "size": canvas.picture.pixels,
            "files": [[path, digest] for path, digest in easel.files if canvas.path in ("", path)],
            "masks": [{**mask._asdict(), "outlines": [it._asdict() for it in mask.outlines]} for mask in canvas.masks],
        }


def _files(previewed: Previewed) -> tuple[MediaFile, ...]:
    """Return all that a page shows: what cards use, and the pictures that wait for masks."""
    cards = (file for it in previewed.decks for file in it.release.deck.media)
    waiting = (it.picture for shown in previewed.decks if shown.easel for it in shown.easel.canvases if not it.note)
    return tuple({file.name: file for file in (*cards, *waiting)}.values())


_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)


def _plain(side: Side) -> list[Any]:
    """Return a side as JSON has it: a choice is a list of numbers, what is shown for them, and what for others.

    The scripts of the templates, which may not run in the page, are left out: they are most of a short card.
    """
    return [
        _SCRIPT.sub("", it) if isinstance(it, str) else [it.numbers, _plain(it.asked), _plain(it.other)] for it in side
    ]


def _uri(file: MediaFile) -> str:
    """Return a file as an address that holds its bytes. Raises Unusable."""
    return f"data:{form(file)};base64,{b64encode(contents(file)).decode()}"


def contents(file: MediaFile) -> bytes:
    """Return the bytes of a file as they are packed. Raises Unusable where it is gone."""
    return read_plain(file.path, file.size) if file.cleaned is None else file.cleaned


def files_of(page: Page) -> dict[str, Callable[[], tuple[str, bytes]]]:
    """Return what a served page has beside it: by address what gives media type and bytes."""

    def answer(file: MediaFile) -> tuple[str, bytes]:
        return form(file), contents(file)

    return {f"/{page.folder}/{file.name}": partial(answer, file) for file in page.beside}


def form(file: MediaFile) -> str:
    """Return the media type of a file, as a browser is to be told."""
    return KINDS[ending_of(file.name)].form
