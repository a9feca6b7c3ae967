"""What can be shown of the decks -> the page that shows it: one file of HTML that loads nothing from elsewhere."""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from generator.base import codes
from generator.base.clock import day
from generator.base.diagnostics import Diagnostic, in_order
from generator.base.files import Output, Unusable, folder_for_output, read_plain, replace_all
from generator.base.media_kinds import KINDS, ending_of
from generator.base.place import Span
from generator.compiled.note_types import TEMPLATES
from generator.compiled.notes import CompiledNote, MediaFile, NoteId, dated, joined
from generator.deck.origin import Origin
from generator.pipeline.build import Previewed, Shown
from generator.pipeline.canvases import Easel
from generator.show._card_html import Side, sides
from generator.show.past import Past
from generator.show.problem_report import Group, as_text, grouped, mistakes
from generator.text.escape import escape_text

HEAVY = 20_000_000  # bytes
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
        self._before: dict[int, _DrawnNote] = {}
        self._now: dict[int, _DrawnNote] = {}
        self._uris: dict[tuple[str, str], str] = {}
        self._found: dict[tuple[Diagnostic, bool], dict[str, Any]] = {}

    def note(self, note: CompiledNote, key: tuple[object, ...], mod: int, tell: "_Tell") -> "_DrawnNote":
        """Return a note and what the page tells of it, which follows from `key`; its sides last changed at `mod`."""
        known, date = self._before.get(id(note)), _day(mod)  # a note that is new has a time of its own at every save
        if known is None or known.note is not note or known.key != (date, key):
            pairs = sides(replace(note, texts=joined(dated(note, mod))))
            told = {**tell(), "sides": [[_plain(front), _plain(back)] for front, back in pairs]}
            has_tex = "\\(" in note.texts or "\\[" in note.texts
            known = _DrawnNote(note, (date, key), _utf8(_dumped(told)), has_tex)
        self._now[id(note)] = known
        return known

    def uris(self, files: Iterable[MediaFile]) -> dict[str, str]:
        """Return files as addresses that hold their bytes, by name; without those that changed since."""
        known, self._uris, found = self._uris, {}, {}
        for file in files:
            key = (file.name, file.sha256)
            with suppress(Unusable):
                self._uris[key] = found[file.name] = known.get(key) or _uri(file)
        return found

    def told(self, found: Iterable[tuple[Diagnostic, bool]]) -> list[dict[str, Any]]:
        """Return mistakes as the page tells of them, some of them briefly."""
        known, self._found = self._found, {}
        for it in found:
            self._found[it] = known.get(it) or _told(*it)
        return [*self._found.values()]

    def end_page(self) -> None:
        """Forget what the page that is ready does not show."""
        self._before, self._now = self._now, {}


class _DrawnNote(NamedTuple):
    note: CompiledNote
    key: tuple[object, ...]
    json: bytes
    has_tex: bool


_Tell = Callable[[], dict[str, Any]]  # what the page tells of a note beside its sides


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
    version = hashlib.sha256(data).hexdigest()[:16]
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
    return Page(b"".join((before, data, after)), version, cards, folder, beside)


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
) -> tuple[bytes, _Math]:
    """Return what the script shows, as JSON that may stand in a script element; and what sets its formulas."""
    numbers = {problem: at for at, problem in enumerate(previewed.diagnostics)}
    looks: dict[str, int] = {}  # style sheets, each once
    old: dict[str, str] = {}
    notes = [it for shown in previewed.decks for it in _notes(shown, looks, numbers, since, old, drawn)]
    drawn.end_page()
    math = _math(any(it.has_tex for it in notes))
    value = {
        "decks": [it.release.deck.name for it in previewed.decks],
        "fault": fault,
        "verdict": mistakes(previewed.diagnostics) if previewed.diagnostics else "",
        **_problems(previewed, drawn),
        "looks": list(looks),
        "math": math.style,
        "media": {**old, **media},
        "canvases": [it for shown in previewed.decks for it in _canvases(shown)],
    }
    return b"".join((_utf8(_dumped(value)[:-1]), b',"notes":[', b",".join([it.json for it in notes]), b"]}")), math


def _problems(previewed: Previewed, drawn: Drawn) -> dict[str, Any]:
    """Return `found`, every mistake as text, and `problems`, what of it stands on top: of many of a code the first.

    A warning that is shown at its card alone comes without its line of the source: there may be thousands. One that
    stands for several comes last in `found`, with `of` the first of them.
    """
    every = previewed.diagnostics
    groups, rest = grouped(every, previewed.often)
    firsts = [shown for it in groups for shown in it.shown]
    if any(it.more for it in groups):
        tops = [("", rest, ""), *((_title(it), it.shown, f"and {it.more:,} more" * (it.more > 0)) for it in groups)]
    else:
        tops = [("", in_order([*rest, *firsts]), "")]
    on_top = dict.fromkeys([*rest, *firsts])
    places = {it: at for at, it in enumerate(dict.fromkeys([*every, *on_top]))}
    first = {(it.span, it.code): places[it] for it in reversed(every)}
    several = [*places][len(every) :]
    found = drawn.told([*((it, it not in on_top) for it in every), *((it, False) for it in several)])
    more = [
        {**told, "of": first.get((it.span, it.code), -1)} for told, it in zip(found[len(every) :], several, strict=True)
    ]
    found = [*found[: len(every)], *more]
    return {"found": found, "problems": [[title, [places[it] for it in its], more] for title, its, more in tops]}


def _title(group: Group) -> str:
    return f"{group.code}: {codes.table()[group.code].title}, {group.number:,} times"


def _told(it: Diagnostic, briefly: bool = False) -> dict[str, Any]:
    return {"severity": it.severity, "text": as_text([it._replace(span=Span(it.span.where)) if briefly else it])}


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
) -> Iterator[_DrawnNote]:
    """Yield each note as it is drawn. `old` gets the files that only its former sides show."""
    release, stamps = shown.release, shown.release.stamps.notes
    root = f"{release.deck.tag_root}::"
    before = {note.id: _before(note, since) for note in release.deck.notes} if since else {}
    states = _states(shown, since, before)
    for note, origin in zip(release.deck.notes, shown.origins, strict=True):
        was = before.get(note.id, [])
        old |= _gone(was, since) if since and was else {}
        found = [numbers[it] for it in origin.found]
        key = (root, origin, states.get(note.id, ""), found, looks.setdefault(note.note_type.css, len(looks)), was)
        yield drawn.note(note, key, stamps[note.id].mod, partial(_told_of, note, *key))


def _told_of(
    note: CompiledNote, root: str, origin: Origin, state: str, found: list[int], look: int, was: list[Any]
) -> dict[str, Any]:
    """Return what the page tells of a note beside its sides."""
    return {
        "id": note.id,
        "label": note.label,
        "place": f"{origin.path}:{origin.line}",
        "deck": note.deck,
        "kind": note.kind,
        "tags": [tag.removeprefix(root) for tag in note.tags],
        "sources": origin.sources,
        "state": state,
        "found": found,
        "look": look,
        "before": was,
        "cards": [[card.number + 1, card.hides] for card in note.cards],
    }


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
