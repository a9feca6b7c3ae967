"""`deckwright preview`: a source folder -> both sides of every card, in one page of HTML or served while one writes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.console import FINE, TO_FIX, attempt, complain, not_installed, now, say, show, talk
from generator.cli.options import a_page, quiet_option, source_argument

if TYPE_CHECKING:
    from generator.show.watch import Site


@click.command()
@source_argument
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default="preview.html",
    show_default=True,
    callback=a_page,
    help="File or folder to write to.",
)
@click.option(
    "--decks",
    type=click.Path(path_type=Path),
    default="decks",
    show_default=True,
    help="Folder with the last build.",
)
@click.option("--watch", "watched", is_flag=True, help="Serve the page and reload it on every save; writes no file.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to serve on; 0 picks a free one.")
@quiet_option
def preview(source: Path, out: Path, decks: Path, watched: bool, port: int, quiet: bool) -> int:
    """Show both sides of every card in one page of HTML.

    \b
    deckwright preview
    deckwright preview cards_src/calcinosis_cutis --watch
    """
    return _served(source, decks, port, quiet) if watched else _written(source, decks, out, quiet)


def _written(source: Path, decks: Path, out: Path, quiet: bool) -> int:
    """Write the page, and say what it holds."""
    from generator.base.diagnostics import counted
    from generator.pipeline import build as pipeline
    from generator.pipeline.check import passes
    from generator.show import preview as pages
    from generator.show.printing import sized
    from generator.show.problem_report import mistakes

    previewed = pipeline.preview(source, decks, now())
    page = pages.page(previewed)
    if problems := pages.write(page, out):
        show(problems, "text")
        return TO_FIX
    say(f"{out.as_posix()}: {counted(page.cards, 'card')}, {sized(len(page.html))}")
    talk(f"{mistakes(previewed.diagnostics)}: the page shows where", quiet or not previewed.diagnostics)
    return FINE if passes(previewed.diagnostics, strict=False) else TO_FIX


def _served(source: Path, decks: Path, port: int, quiet: bool) -> int:
    """Serve the page until the author ends it."""
    from generator.base.files import Unusable

    try:
        _serve(source, decks, port, quiet)
    except ModuleNotFoundError as problem:
        return not_installed(problem, "watchfiles", "--watch needs watchfiles", extra="watch")
    except Unusable as problem:
        complain(problem)
        return TO_FIX
    except KeyboardInterrupt:
        return FINE
    return FINE


def _serve(source: Path, decks: Path, port: int, quiet: bool) -> None:
    from generator.show import watch

    site = watch.Site()
    publish = _publisher(site, source, decks)
    publish()
    with watch.served(site, port) as address:
        talk("every save shows here; Ctrl-C ends it", quiet)
        click.echo(address)
        for _ in watch.saves((source, decks), complain):
            publish()


def _publisher(site: "Site", source: Path, decks: Path) -> Callable[[], None]:
    """Return what makes the page anew and shows it, each time it is called."""
    from generator.deck.schema import Earlier
    from generator.pipeline.build import Previewed
    from generator.pipeline.build import preview as previewed
    from generator.show.preview import page

    earlier = Earlier()

    def publish() -> None:
        made = attempt(lambda: page(previewed(source, decks, now(), earlier), live=True))
        made = made or page(Previewed((), ()), live=True, fault="deckwright failed; the terminal says how.")
        site.publish(made.html, made.version)

    return publish
