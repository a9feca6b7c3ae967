"""The command line as a whole: every command under its name."""

from typing import NoReturn

import click

from generator import __version__
from generator.cli.commands.build import build
from generator.cli.commands.changes import changes
from generator.cli.commands.check import check
from generator.cli.commands.explain import explain
from generator.cli.commands.new import import_, new
from generator.cli.commands.plan import plan
from generator.cli.commands.preview import preview
from generator.cli.commands.push import addon, push
from generator.cli.commands.release import release
from generator.cli.commands.schema import schema
from generator.cli.commands.stats import stats
from generator.cli.commands.verify import verify
from generator.cli.console import run
from generator.cli.options import EPILOG, Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(__version__, prog_name="deckwright", message="%(prog)s %(version)s")
def cli() -> None:
    """Compile authored YAML into Anki packages that can be imported again after every edit."""


for command in (
    new,
    import_,
    check,
    preview,
    plan,
    build,
    release,
    changes,
    verify,
    push,
    addon,
    stats,
    explain,
    schema,
):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command and exit."""
    run(cli)
