"""A text as a file has it -> our Markdown that shows the same, and its words."""

import re

from generator.base.diagnostics import counted
from generator.importing._album import Album
from generator.importing._from_markdown import joined, ours_of
from generator.importing._shown import rendered
from generator.importing.arrived import Row, Writing
from generator.markdown.code_spans import code_in
from generator.markdown.margins import wrapped

_CLOZE = re.compile(r"\{\{c[\d,]+::((?:(?!::|\}\}).)*)(?:::(?:(?!\}\}).)*)?\}\}", re.DOTALL)
_FORMULA = re.compile(r"\\[(\[](.*?)\\[)\]]", re.DOTALL)
_PICTURE = re.compile(r"!\[([^\]]*)\]\(<?([^()<>]*)>?\)")
_TAGS = re.compile(r"</?su[bp]>|[*`_]{1,3}(?=\w)|(?<=\w)[*`_]{1,3}")


class Texts:
    """Turns texts into ours, and counts what of them cannot be shown."""

    def __init__(self, album: Album, join: bool) -> None:
        self._album, self._join = album, join
        self._lost: dict[str, list[str]] = {}

    def ours(self, text: str, row: Row, clozes: bool) -> str:
        """Return a text in our Markdown."""

        def name_of(name: str) -> str:
            return self._album.name_of(name, row.folder, row.place)

        if row.writing is Writing.MARKDOWN:
            made = ours_of(text, name_of)
            if not rendered(made, clozes)[0]:
                self._note("shown as typed, as it cannot be Markdown here", row)
        else:
            from generator.importing._from_html import markdown_of  # brings its libraries

            html = text if row.writing is Writing.HTML else _as_html(text)
            made, lost, proven = markdown_of(html, clozes, name_of)
            for what in lost:
                self._note(f"lost: {what}", row)
            if not proven:
                self._note("left as HTML, as no Markdown shows the same", row)
        if self._join:
            return joined(made)
        if wrapped(made, code_in(made)):
            self._note("lines look wrapped at a margin; --lines join lets them flow", row)
        return made

    def told(self) -> tuple[str, ...]:
        """Return what people should know of the texts, a line each."""
        return tuple(
            f"{what}: in {counted(len(set(places)), 'note')} ({places[0]}{' ...' if len(set(places)) > 1 else ''})"
            for what, places in sorted(self._lost.items())
        )

    def _note(self, what: str, row: Row) -> None:
        self._lost.setdefault(what, []).append(row.place)


def words_of(text: str) -> str:
    """Return the words of a text of ours, without its marks: of one that is all picture or formula, those of that."""
    text = _CLOZE.sub(r"\1", text)
    plain = _TAGS.sub("", _PICTURE.sub(" ", _FORMULA.sub(" ", text)))
    if re.search(r"\w{2}", plain):
        return plain
    return _PICTURE.sub(lambda it: it[1] or it[2].rpartition(".")[0], _FORMULA.sub(r" \1 ", text))


def _as_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
