"""The command line as a whole: every command under its name."""

from typing import NoReturn

import click

from generator import __version__
from generator.cli.console import run
from generator.cli.options import EPILOG, Commands

COMMANDS = {  # in the order in which an author needs them: module and name of each in `commands/`
    "new": "new.new",
    "import": "new.import_",
    "check": "check.check",
    "preview": "preview.preview",
    "plan": "plan.plan",
    "build": "build.build",
    "release": "release.release",
    "changes": "changes.changes",
    "verify": "verify.verify",
    "push": "push.push",
    "addon": "push.addon",
    "stats": "stats.stats",
    "explain": "explain.explain",
    "schema": "schema.schema",
}


@click.group(cls=Commands, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(__version__, prog_name="deckwright", message="%(prog)s %(version)s")
def cli() -> None:
    """Compile authored YAML into Anki packages that can be imported again after every edit."""


def main() -> NoReturn:
    """Run the command and exit."""
    run(cli)
