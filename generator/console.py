"""What every command shares at the terminal: its options, its exit status, and the only places that print or exit."""

import errno
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from generator.diagnostics import Diagnostic

FINE, TO_FIX, WRONG_COMMAND, OUR_FAULT = 0, 1, 2, 3
_STDOUT_CLOSED_OR_FULL = (errno.EPIPE, errno.ENOSPC, errno.EBADF)
_COLOURS: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "where": {"bold": True},
    "help": {"fg": "cyan"},
}


class Commands(click.Group):
    """Offers the nearest command for a misspelt one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the one that was meant."""
        if args and self.get_command(ctx, args[0]) is None:
            from generator.diagnostics import did_you_mean

            help = did_you_mean(args[0], self.list_commands(ctx), f"commands: {', '.join(self.list_commands(ctx))}")
            raise click.UsageError(f"there is no command '{args[0]}'; {help}", ctx)
        return super().resolve_command(ctx, args)


def source_argument(command: Callable[..., int]) -> Callable[..., int]:
    """Take the folder of decks."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.argument("source", type=folder, default="cards_src")(command)


def form_option(*forms: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Take the form of the results, one of `forms`."""
    return click.option("--format", "form", type=click.Choice(forms), default="text", help="How results are printed.")


quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print results only.")
verbose_option = click.option("-v", "--verbose", is_flag=True, help="Name the files that are no part of a deck.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
out_option = click.option(
    "-o", "--out", type=click.Path(path_type=Path), default="decks", help="The folder for packages."
)
strict_option = click.option("--strict", is_flag=True, help="Warnings fail, too.")


def one_line(context: click.Context, option: click.Parameter, text: str) -> str:
    """Take a line of text that a card can show."""
    from generator.characters import FORBIDDEN

    if FORBIDDEN.search(text) or "\n" in text or "\t" in text:
        raise click.BadParameter("write one line, without control or invisible characters")
    return text


def now() -> int:
    """Return the time of this build; a clock that cannot be right is something to fix."""
    from generator import clock

    try:
        return clock.now(os.environ)
    except clock.Absurd as problem:
        click.echo(f"deckwright: {problem}; set the clock right, or unset SOURCE_DATE_EPOCH", err=True)
        raise click.exceptions.Exit(TO_FIX) from None


def show(found: "Sequence[Diagnostic]", form: str) -> None:
    """Print diagnostics as results."""
    from generator import report

    if form == "json":
        click.echo(report.as_json(found), nl=False)
    elif form == "github":
        click.echo(report.as_github(found), nl=False)
    else:
        click.echo(report.as_text(found, _paint), nl=False)


def _paint(text: str, what: str) -> str:
    coloured = sys.stdout and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return click.style(text, **_COLOURS[what]) if coloured and text else text


def columns() -> int:
    """Return how wide a printed line may be: the terminal, or what a pipe's reader will expect."""
    from shutil import get_terminal_size

    return max(40, get_terminal_size().columns) if sys.stdout and sys.stdout.isatty() else 80


def quoted(path: Path) -> str:
    """Return a path as one word for the shell that people type into here."""
    from shlex import quote

    text = f"./{path}" if str(path).startswith("-") else str(path)
    if os.name != "nt":
        return quote(text)
    return text if text.replace("\\", "").replace(":", "").replace("-", "").isalnum() else f'"{text}"'


def talk(text: str, quiet: bool) -> None:
    """Print what is no result to stderr."""
    if not quiet:
        click.echo(text, err=True)


def name_ignored(paths: Sequence[str], verbose: bool) -> None:
    """Say which files and folders of the source are not read."""
    for path in paths if verbose else ():
        click.echo(f"{path}: no part of a deck", err=True)


def run(commands: click.Group) -> NoReturn:
    """Run the command asked for and exit: 0 fine, 1 something to fix, 2 wrong command line, 3 our own fault."""
    gc.disable()  # a build makes many values and no cycles, and then ends
    try:
        status = commands.main(prog_name="deckwright", standalone_mode=False)
        _flush()
    except click.exceptions.Exit as ended:
        status = ended.exit_code
    except click.UsageError as problem:
        problem.show()
        status = WRONG_COMMAND
    except click.ClickException as problem:
        problem.show()
        status = TO_FIX
    except (click.Abort, KeyboardInterrupt):
        click.echo("deckwright: interrupted", err=True)
        status = 130
    except OSError as problem:
        status = _cannot_print(problem) if problem.errno in _STDOUT_CLOSED_OR_FULL else _our_fault(problem)
    except Exception as problem:
        status = _our_fault(problem)
    sys.exit(status if isinstance(status, int) else FINE)


def _flush() -> None:
    """Make sure that the result was printed. Python has no stdout at all where it was closed."""
    if not sys.stdout:
        raise OSError(errno.EBADF, "it is closed")
    sys.stdout.flush()


def _cannot_print(problem: OSError) -> int:
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that leaving does not fail again
    click.echo(f"deckwright: cannot print the result: {problem.strerror or problem}", err=True)
    return TO_FIX


def _our_fault(problem: Exception) -> int:
    import traceback

    where = traceback.extract_tb(problem.__traceback__)[-1]
    if os.environ.get("DECKWRIGHT_DEBUG"):
        traceback.print_exc()
    what = f"{type(problem).__name__}: {problem} ({Path(where.filename).name}:{where.lineno})"
    click.echo(f"deckwright: this is our own fault, not yours: {what}", err=True)
    click.echo("deckwright: please report it, with what is printed when DECKWRIGHT_DEBUG=1 is set", err=True)
    return OUR_FAULT
