"""The words of a command line -> what was asked for: options that commands share, offers for a misspelt word."""

import os
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from generator.base.interrupts import Interrupted

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_SOURCE = "cards_src"

EPILOG = """\b
Examples:
  deckwright new my-deck
  deckwright check

\b
To complete commands, options and codes by the tab key, add to ~/.bashrc:
  eval "$(_DECKWRIGHT_COMPLETE=bash_source deckwright)"
to ~/.zshrc the same with zsh_source; to ~/.config/fish/config.fish:
  _DECKWRIGHT_COMPLETE=fish_source deckwright | source
"""


class _ByName(Mapping[str, click.Command]):
    """The commands, each loaded when it is first asked for."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> click.Command:
        module, _, attribute = self._places[name].partition(".")
        command: click.Command = getattr(import_module(f"generator.cli.commands.{module}"), attribute)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Commands(click.Group):
    """Lists the commands in the order in which an author needs them, and offers the nearest for a misspelt one."""

    commands: Mapping[str, click.Command]  # type: ignore[assignment]  # none is added later

    def __init__(self, *arguments: Any, places: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.commands = _ByName(places)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; Ctrl-C is answered by the console, and not by click."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in their order, which click would make that of the alphabet."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, whole: click would cut it to the width of the terminal."""
        with formatter.section("Commands"):
            names = self.list_commands(ctx)
            formatter.write_dl([(name, self.commands[name].get_short_help_str(200)) for name in names])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the one that was meant."""
        if args and self.get_command(ctx, args[0]) is None:
            from generator.base.diagnostics import did_you_mean

            help = did_you_mean(args[0], self.list_commands(ctx), f"commands: {', '.join(self.list_commands(ctx))}")
            raise click.UsageError(f"there is no command '{args[0]}'; {help}", ctx)
        return super().resolve_command(ctx, args)


class Command(click.Command):
    """Finds a short option at once: click looks for it among the long ones, and loads difflib to offer one like it."""

    def make_parser(self, ctx: click.Context) -> Any:
        """Return the parser of the command's options."""
        parser = super().make_parser(ctx)
        short: dict[str, Any] = getattr(parser, "_short_opt", {})
        getattr(parser, "_long_opt", {}).update(short)
        return parser


class _Source(click.Path):
    """A folder of decks, or of one deck. Says what to do where the default folder is missing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return what was written, or refuse it."""
        if str(value) == _SOURCE and not os.path.lexists(value):
            above = {"..": "one folder up: cd ..", "../..": "two folders up: cd ../.."}
            near = next((way for up, way in above.items() if os.path.isdir(f"{up}/{_SOURCE}")), "")
            help = f"it is {near}" if near else "go to where it is, name another folder, or begin one: deckwright new"
            raise click.UsageError(f"there is no folder '{_SOURCE}' here; {help}", ctx)
        if not os.path.lexists(value):
            from generator.base.diagnostics import did_you_mean

            beside = [str(it) for it in Path(value).parent.glob("*/") if not it.name.startswith(".")]
            help = did_you_mean(str(value), beside, "name a folder with a deck.yaml in it, or a folder of such folders")
            raise click.UsageError(f"there is no folder '{value}'; {help}", ctx)
        if os.path.isfile(value):
            raise click.UsageError(f"'{value}' is a file; name the deck's folder: {Path(value).parent}", ctx)
        return super().convert(value, param, ctx)


def source_argument(command: Callable[..., int]) -> Callable[..., int]:
    """Take the folder of decks, and say in the command's help what it is: above the examples."""
    about, examples, rest = (command.__doc__ or "").partition("    \b\n")
    command.__doc__ = (
        f"{about}    SOURCE is a deck's folder, or a folder of them: by default {_SOURCE}.\n\n{examples}{rest}"
    )
    folder = _Source(exists=True, file_okay=False, path_type=Path)
    return click.argument("source", type=folder, default=_SOURCE)(command)


class Choice(click.Choice):  # type: ignore[type-arg]  # the lowest click's type takes no arguments here
    """One of a few words. Offers the nearest for a misspelt one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return what was written, or refuse it."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as problem:
            from generator.base.diagnostics import nearest

            near = nearest(str(value), self.choices)
            help = f" Did you mean '{near}'?" if near else ""
            raise click.BadParameter(problem.message + help, ctx, param) from None


def form_option(*forms: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Take the form of the results, one of `forms`."""
    github = "; `github` prints annotations for GitHub Actions" if "github" in forms else ""
    return click.option("--format", "form", type=Choice(forms), default="text", help=f"Output format{github}.")


def explained_words(context: click.Context, argument: click.Parameter | None, begun: str) -> "list[CompletionItem]":
    """Return the words that `explain` knows and that begin so: kinds, keys, files, commands, codes; what each is."""
    from click.shell_completion import CompletionItem

    from generator.base import codes
    from generator.deck import guide
    from generator.kinds.registry import KINDS

    group = context.parent.command if context.parent else None
    words = {it.word: it.about for it in KINDS}
    words |= {it: "a key" for it in guide.key_words() if it not in words}
    words |= dict.fromkeys(guide.PAGES, "a file")
    words |= {it: "a command" for it in (group.commands if isinstance(group, click.Group) else ()) if it not in words}
    offered = [CompletionItem(it, help=about) for it, about in words.items() if it.startswith(begun)]
    return offered + [
        CompletionItem(it.code, help=it.title) for it in codes.table().values() if it.code.startswith(begun.upper())
    ]


quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print results only.")
verbose_option = click.option("-v", "--verbose", is_flag=True, help="List the files that are not part of a deck.")
cold_option = click.option("--no-cache", "cold", is_flag=True, help="Do not use the cache.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
out_option = click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default="decks",
    show_default=True,
    help="Folder for packages and ledgers, relative to the current one.",
)
from_option = click.option(
    "--from", "since", default="", metavar="REV", help="Compare with a git revision, a ledger or a package instead."
)
strict_option = click.option("--strict", is_flag=True, help="Treat warnings as errors.")


class Target(NamedTuple):
    """Where a preview goes: a page, or the folder of a `site`."""

    path: Path
    site: bool = False


def a_page(context: click.Context, option: click.Parameter, text: str) -> Target:
    """Take the name of a page, or a folder for it or for a site; refuse what would replace notes."""
    path = Path(text)
    if text.endswith(("/", os.sep)):
        if path.exists() and not path.is_dir():
            raise click.BadParameter("a site is a folder, and this is a file")
        return Target(path, site=True)
    return Target(_named(path))


def _named(path: Path) -> Path:
    if path.is_dir() or not (path.suffix or path.exists()):
        return path / "preview.html"
    if path.suffix.lower() not in (".html", ".htm"):
        raise click.BadParameter("a page's name ends in .html")
    return path


def one_line(context: click.Context, option: click.Parameter, text: str) -> str:
    """Take a line of text that a card can show."""
    from generator.base.characters import FORBIDDEN

    if not text.isprintable() and (FORBIDDEN.search(text) or "\n" in text or "\t" in text):
        raise click.BadParameter("write one line, without control or invisible characters")
    return text
