"""`deckwright preview`: a source folder -> both sides of every card, in one page of HTML or served while one writes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.console import FINE, TO_FIX, attempt, complain, now, say, show, talk
from generator.cli.options import Command, Target, a_page, quiet_option, source_argument
from generator.cli.watching import until_ended

if TYPE_CHECKING:
    from generator.base.diagnostics import Diagnostic
    from generator.pipeline.build import Previewed
    from generator.show.past import Past
    from generator.show.watch import Site, Take


@click.command(cls=Command)
@source_argument
@click.option(
    "-o",
    "--out",
    type=click.Path(),
    default="preview.html",
    show_default=True,
    callback=a_page,
    help="File or folder to write to; with a / at its end, a site: a page for each deck.",
)
@click.option(
    "--decks",
    type=click.Path(path_type=Path),
    default="decks",
    show_default=True,
    help="Folder with the last build.",
)
@click.option(
    "--from",
    "since",
    default="",
    metavar="REV",
    help="Show what changed cards were in a git revision or package.",
)
@click.option(
    "--watch",
    "watched",
    is_flag=True,
    help="Serve the page and reload it on every save; writes only the masks that you draw in it and save.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to serve on; 0 picks a free one.")
@quiet_option
def preview(source: Path, out: Target, decks: Path, since: str, watched: bool, port: int, quiet: bool) -> int:
    """Show both sides of every card in one page of HTML.

    \b
    deckwright preview
    deckwright preview cards_src/calcinosis_cutis --watch
    deckwright preview -o site/
    """
    if watched and since:
        raise click.UsageError("--from goes without --watch")
    if watched:
        return until_ended(lambda: _serve(source, decks, port, quiet))
    return _shown(source, decks, out, since, quiet)


def _shown(source: Path, decks: Path, out: Target, since: str, quiet: bool) -> int:
    """Write the page or site, and say what is wrong with the decks."""
    from generator.pipeline import build as pipeline
    from generator.pipeline.check import passes
    from generator.show.problem_report import mistakes

    previewed = pipeline.preview(source, decks, now())
    if not _written(previewed, out, decks, since):
        return TO_FIX
    talk(f"{mistakes(previewed.diagnostics)}: the page shows where", quiet or not previewed.diagnostics)
    return FINE if passes(previewed.diagnostics, strict=False) else TO_FIX


def _written(previewed: "Previewed", out: Target, decks: Path, since: str) -> bool:
    """Write one page of all decks, or a site with a page for each."""
    from generator.show.past import past

    packages = [decks / f"{it.release.deck.id}.apkg" for it in previewed.decks]
    before, found = past(since, packages) if since else (None, ())
    if found:
        show(found, "text")
        return False
    problems, said = _site(previewed, out.path, decks, before) if out.site else _page(previewed, out.path, before)
    if problems:
        show(problems, "text")
        return False
    say(said)
    return True


def _site(
    previewed: "Previewed", folder: Path, decks: Path, before: "Past | None"
) -> "tuple[tuple[Diagnostic, ...], str]":
    from generator.base.diagnostics import counted
    from generator.show.site import write_site

    start = (folder / "index.html").as_posix()
    return write_site(previewed, folder, decks, before), f"{start}: {counted(len(previewed.decks), 'deck')}"


def _page(previewed: "Previewed", path: Path, before: "Past | None") -> "tuple[tuple[Diagnostic, ...], str]":
    from generator.base.diagnostics import counted
    from generator.show.preview import page, write
    from generator.show.printing import sized

    made = page(previewed, folder=f"{path.stem}-media", since=before)
    return write(made, path), f"{path.as_posix()}: {counted(made.cards, 'card')}, {sized(len(made.html))}"


def _serve(source: Path, decks: Path, port: int, quiet: bool) -> None:
    """Serve the page until the author ends it."""
    from generator.show import watch

    site = watch.Site(_taker(source))
    publish = _publisher(site, source, decks)
    publish()
    with watch.served(site, port) as address:
        talk("every save shows here; Ctrl-C ends it", quiet)
        click.echo(address)
        for _ in watch.saves((source, decks), complain, soon=True):
            publish()


def _taker(source: Path) -> "Take":
    """Return what writes into the files of notes what was drawn in the page."""
    from generator.pipeline.masks import written

    def take(body: bytes) -> tuple[bool, str]:
        return attempt(lambda: written(source, body)) or (False, "deckwright failed; the terminal says how")

    return take


def _publisher(site: "Site", source: Path, decks: Path) -> Callable[[], None]:
    """Return what makes the page anew and shows it, each time it is called."""
    from generator.deck.schema import Resident
    from generator.pipeline.build import Previewed
    from generator.pipeline.build import preview as previewed
    from generator.show.preview import Drawn, files_of, page

    files, drawn = Resident(), Drawn()

    def publish() -> None:
        made = attempt(lambda: page(previewed(source, decks, now(), files), live=True, drawn=drawn, token=site.token))
        made = made or page(Previewed((), (), {}), live=True, fault="deckwright failed; the terminal says how.")
        site.publish(made.html, made.version, files_of(made))

    return publish
