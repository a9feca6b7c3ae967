"""`deckwright release`: a source folder and a ledger -> what students get, and all that goes out with it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.builds import build_options, built_and_shown
from generator.cli.console import quoted, talk
from generator.cli.options import Command, one_line

if TYPE_CHECKING:
    from generator.pipeline.build import Built


@click.command(cls=Command)
@click.option("--name", default="", callback=one_line, help="The release's name; by default the day.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if anything is unreleased.")
@build_options
def release(source: Path, out: Path, name: str, only_check: bool, **options: Any) -> int:
    """Build what students get and write what goes out with it.

    Records what was released, and writes release notes and corrections beside the packages. Changes nothing if no
    note was edited.

    \b
    deckwright release
    deckwright release --name v1.1
    """
    built, status = built_and_shown(source, out, only_check, options, name=name.strip(), release=True)
    if built and not only_check:
        _talk_of_release(source, out, built, options["quiet"])
    return status


def _talk_of_release(source: Path, out: Path, built: "Sequence[Built]", quiet: bool) -> None:
    """Say whether anything was released, and how to keep it in git."""
    import re

    from generator.base.revision import is_in_git

    names = list(dict.fromkeys(it.name for it in built if it.written))
    if not names:
        talk("nothing to release: students have all of it since the last one", quiet)
    elif is_in_git(out):
        name = " and ".join(names)
        tag = re.sub(r"[^\w.+-]+|\.(?=\.)|[.]+$", "-", name).strip("-.")
        tag = tag if tag.startswith("v") else f"v{tag}"
        lines = (
            f"git add -A -- {quoted(source)} {quoted(out)}",
            f"git commit -m {quoted(Path(f'Release {name}'))}",
            f"git tag {quoted(Path(tag))}",
        )
        talk("keep it in git, and tag it:\n" + "\n".join(f"  {line}" for line in lines), quiet)
