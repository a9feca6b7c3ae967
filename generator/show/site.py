"""What can be shown of the decks -> the files of a site: a start page, and of each deck its page, cards and package."""

from collections import Counter
from pathlib import Path

from generator.base.diagnostics import Diagnostic, counted
from generator.base.files import Output, Unusable, folder_for_output, read_plain, replace_all
from generator.base.place import Span
from generator.compiled.notes import CompiledDeck
from generator.pipeline.build import Previewed, Shown
from generator.show.past import Past
from generator.show.preview import filled, page, write
from generator.text.escape import escape_text

_LARGEST = 4_000_000_000  # bytes of a package


def write_site(previewed: Previewed, folder: Path, packages: Path, since: Past | None = None) -> tuple[Diagnostic, ...]:
    """Write the site, with the packages that lie in a folder, or say why it cannot be written.

    With `since`, a changed card also shows what it was.

    Each file is old or new, and whole; what else lies in the folder is left alone.
    """
    decks = [it.release.deck for it in previewed.decks]
    try:
        for shown in previewed.decks:
            deck = shown.release.deck
            cards = page(Previewed((_for_readers(shown),), (), {}), since=since)
            if problems := write(cards, folder / deck.id / "cards.html"):
                return problems
            package = packages / f"{deck.id}.apkg"
            there = [Output(folder / deck.id / package.name, read_plain(package, _LARGEST))] if package.exists() else []
            with folder_for_output(folder / deck.id):
                replace_all([*there, Output(folder / deck.id / "index.html", _of_deck(deck, bool(there)))])
        with folder_for_output(folder):
            replace_all([Output(folder / "index.html", _start(decks))])
    except Unusable as problem:
        return (Diagnostic(Span(folder.as_posix()), "P001", str(problem), "choose another folder with -o"),)
    return ()


def _for_readers(shown: Shown) -> Shown:
    """Return a deck without what only its author needs: messages, and where to draw masks."""
    return shown._replace(easel=None, origins=tuple(it._replace(found=()) for it in shown.origins))


def _start(decks: list[CompiledDeck]) -> bytes:
    """Return the start page: every deck, each with a link to its own."""
    lines = [f'<li><a href="{deck.id}/index.html">{escape_text(deck.name)}</a>, {_size(deck)}</li>' for deck in decks]
    return _filled("Decks", f"<h1>Decks for Anki</h1>\n<ul>\n{_lines(lines)}\n</ul>")


def _of_deck(deck: CompiledDeck, packed: bool) -> bytes:
    """Return a deck's own page."""
    download = f'<a class="do" href="{deck.id}.apkg">Download for Anki</a>' if packed else ""
    parts = [
        f"<h1>{escape_text(deck.name)}</h1>",
        f"<div>{deck.description}</div>",
        f"<p>{_size(deck)}</p>",
        f'<p>{download}<a class="do" href="cards.html">See every card</a></p>',
        '<p class="quiet">Import the file into Anki: File, Import. A later release imported the same way keeps your'
        " progress.</p>"
        if packed
        else "",
        f"<ul>\n{_subdecks(deck)}\n</ul>",
        '<p class="quiet"><a href="../index.html">All decks</a></p>',
    ]
    return _filled(escape_text(deck.name), _lines([it for it in parts if it]))


def _subdecks(deck: CompiledDeck) -> str:
    """Return the subdecks in the order of the source, each with the number of its cards."""
    cards: Counter[str] = Counter()
    for note in deck.notes:
        cards[note.deck] += len(note.cards)
    names = {name: name.removeprefix(f"{deck.name}::").replace("::", ": ") for name in cards}
    return _lines([f"<li>{escape_text(names[name])}: {counted(number, 'card')}</li>" for name, number in cards.items()])


def _size(deck: CompiledDeck) -> str:
    return f"{counted(deck.cards, 'card')} in {counted(len(deck.notes), 'note')}"


def _lines(parts: list[str]) -> str:
    return "\n".join(parts)


def _filled(title: str, body: str) -> bytes:
    return filled("site.html", {"title": title, "body": body}).encode()
