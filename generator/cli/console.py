"""A result -> the terminal and an exit status: what every command shares, and the only places that print or exit."""

import errno
import gc
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, NoReturn, TextIO, TypeVar

import click

from generator.base import interrupts
from generator.base.characters import visible
from generator.base.progress import Tell, silent

if TYPE_CHECKING:
    from generator.base.diagnostics import Diagnostic, Often
    from generator.show.printing import Role

T = TypeVar("T")
FINE, TO_FIX, WRONG_COMMAND, OUR_FAULT = 0, 1, 2, 3
PRINTED = "deckwright.printed"  # in a click context: what was printed so far, where that is to be remembered
_PATIENCE, _FRAME = 1.0, 0.2  # s: before anything is shown, and between two frames
_STDOUT_CLOSED_OR_FULL = (errno.EPIPE, errno.ENOSPC, errno.EBADF)
_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")
_COLOURS: dict["Role", dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "where": {"bold": True},
    "help": {"fg": "cyan"},
    "count": {"bold": True},
    "loss": {"fg": "yellow"},
    "fine": {"fg": "green"},
}


def now() -> int:
    """Return the time of this build; a clock that cannot be right is something to fix."""
    from generator.base import clock

    try:
        return clock.now(os.environ)
    except clock.Absurd as problem:
        say(f"deckwright: {problem}; set the clock right, or unset SOURCE_DATE_EPOCH", err=True)
        raise click.exceptions.Exit(TO_FIX) from None


def show(found: "Sequence[Diagnostic]", form: str, often: "Often | None" = None, every: bool = False) -> None:
    """Print diagnostics as results: of many warnings of a code the first, but for `every`, and in JSON."""
    from generator.show import problem_report

    if form == "json":
        put(problem_report.as_json(found), nl=False)
    elif form == "github":
        put(problem_report.as_github(found, every), nl=False)
    else:
        width = columns() if _is_terminal(sys.stdout) else 0
        brief = problem_report.in_brief(found, often or {}, "deckwright check --all", paint, width)
        say(problem_report.as_text(found, paint, width) if every else brief, nl=False)


def _is_terminal(stream: "TextIO | None") -> bool:
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def paint(text: str, what: "Role") -> str:
    """Return a text in the colour of what it is, where colours are seen and wanted."""
    coloured = _is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
    return click.style(text, **_COLOURS[what]) if coloured and text else text


def looks() -> tuple[object, ...]:
    """Return what decides how a result is printed, beside the result."""
    terminal = _is_terminal(sys.stdout)
    return terminal, columns(), bool(os.environ.get("NO_COLOR"))


def columns() -> int:
    """Return how wide a printed line may be: the terminal, or what a pipe's reader will expect."""
    from shutil import get_terminal_size

    return max(40, get_terminal_size().columns) if _is_terminal(sys.stdout) else 80


@contextmanager
def progress(quiet: bool, form: str) -> Iterator[Tell]:
    """Show on a terminal what is being done, once that takes a while; wiped before anything else is printed."""
    if quiet or form != "text" or not _is_terminal(sys.stderr):
        yield silent
        return
    from threading import Thread

    line = _Line()
    thread = Thread(target=line.draw, daemon=True)
    thread.start()
    try:
        yield line.tell
    finally:
        line.ended.set()
        thread.join()


class _Line:
    """A line of the terminal that a thread of its own keeps rewriting, so that the work need not stop for it."""

    def __init__(self) -> None:
        from threading import Event

        self.ended = Event()
        self._doing = ""

    def tell(self, doing: str) -> None:
        """Take what is being done now."""
        self._doing = doing

    def draw(self) -> None:
        """Write the line until the work has ended, then wipe it."""
        seconds, wait, shown = 0.0, _PATIENCE, ""
        while not self.ended.wait(wait):
            seconds, wait = seconds + wait, _FRAME
            room = (os.get_terminal_size(sys.stderr.fileno()).columns or 80) - 1
            text = f"{self._doing} ({seconds:.0f} s)"[:room]
            self._write("\r" + text.ljust(len(shown)))
            shown = text
        if shown:
            self._write("\r" + " " * len(shown) + "\r")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # the terminal is gone
            sys.stderr.write(text)
            sys.stderr.flush()


def quoted(path: PurePath) -> str:
    """Return a path as one word for the shell that people type into here."""
    from shlex import quote

    text = f"./{path}" if str(path).startswith("-") else str(path)
    if os.name != "nt":
        return quote(text)
    return text if text.replace("\\", "").replace(":", "").replace("-", "").isalnum() else f'"{text}"'


def next_steps(folder: Path, *commands: str) -> str:
    """Return the lines to type next, in a folder that may be this one."""
    go_there = [] if folder.exists() and folder.samefile(".") else [f"cd {quoted(folder)}"]
    return "\n".join(("next:", *(f"  {it}" for it in (*go_there, *commands))))


def say(text: str, nl: bool = True, err: bool = False) -> None:
    """Print lines of which none moves the cursor or commands a workflow, whatever a deck or a package is called."""
    lines = ("".join(_visible(part) for part in _COLOUR.split(line)) for line in text.split("\n"))
    put("\n".join(lines), nl=nl, err=err)


def put(text: str, nl: bool = True, err: bool = False) -> None:
    """Print a text as it is; where the run is one to be remembered, remember that."""
    context = click.get_current_context(silent=True)
    if context and (printed := context.meta.get(PRINTED)) is not None:
        printed.append((text, nl, err))
    click.echo(text, nl=nl, err=err)


def _visible(part: str) -> str:
    return part if _COLOUR.fullmatch(part) else "\t".join(visible(it) for it in part.split("\t"))


def complain(problem: object) -> None:
    """Print what went wrong, on one line of stderr."""
    click.echo(f"deckwright: {visible(' '.join(str(problem).split()))}", err=True)


def talk(text: str, quiet: bool) -> None:
    """Print messages, which are not results, to stderr."""
    if not quiet:
        say(text, err=True)


def name_ignored(paths: Sequence[str], verbose: bool) -> None:
    """Say which files and folders of the source are not read."""
    for path in paths if verbose else ():
        say(f"{path}: not part of a deck", err=True)


def not_installed(problem: ImportError, library: str, why: str, extra: str) -> int:
    """Say which extra a command needs, or that what is installed is too old. Any other failed import is a bug."""
    if (problem.name or "").split(".")[0] != library:
        raise problem
    if isinstance(problem, ModuleNotFoundError):
        talk(f"deckwright: {why}, which is not installed: pip install 'deckwright[{extra}]'", quiet=False)
    else:  # it is installed, and lacks what we import from it
        from importlib.metadata import version

        old = f"and {library} {version(library)} is too old"
        talk(f"deckwright: {why}, {old}: pip install --upgrade 'deckwright[{extra}]'", quiet=False)
    return WRONG_COMMAND


def attempt(work: Callable[[], T]) -> T | None:
    """Do a part of a long run. An error of ours is printed and does not end the run; the result is then None."""
    try:
        return work()
    except Exception as problem:
        _our_fault(problem)
        return None


def run(commands: click.Group) -> NoReturn:
    """Run the command and exit: 0 fine, 1 something to fix, 2 wrong command line, 3 a bug of ours."""
    _never_fail_to_encode()
    if os.environ.get("_DECKWRIGHT_COMPLETE") == "zsh_source":
        _complete_in_any_zsh()
    try:
        with interrupts.clearing_away():
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
    except (interrupts.Interrupted, click.Abort, KeyboardInterrupt):
        click.echo("deckwright: interrupted", err=True)
        status = interrupts.STATUS
    except OSError as problem:
        status = _cannot_print(problem) if problem.errno in _STDOUT_CLOSED_OR_FULL else _our_fault(problem)
    except Exception as problem:
        status = _our_fault(problem)
    interrupts.ignore()
    gc.freeze()  # else Python looks through all values for cycles once more, while it ends
    sys.exit(status if isinstance(status, int) else FINE)


def _complete_in_any_zsh() -> None:
    """Let the script begin zsh's completion system where ~/.zshrc has not; click takes it for granted."""
    from click.shell_completion import ZshComplete, add_completion_class

    class Begun(ZshComplete):
        head, rest = ZshComplete.source_template.split("\n", 1)
        source_template = f"{head}\n(( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit -i }}\n{rest}"

    add_completion_class(Begun)


def _never_fail_to_encode() -> None:
    """Print '?' for what the terminal's encoding has no character for. click writes UTF-8 where that is ASCII."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


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
    complain(f"internal error (a bug in deckwright, not in your deck): {what}")
    click.echo("deckwright: please report it with the output of the same command under DECKWRIGHT_DEBUG=1", err=True)
    return OUR_FAULT
