"""The commands about a student's own Anki: a package is merged into a collection, an add-on does it inside Anki."""

import sys
from pathlib import Path

import click

from generator.cli.console import FINE, TO_FIX, complain, not_installed, paint, progress, say, talk
from generator.cli.options import FILE, Command, form_option, quiet_option


@click.command(cls=Command)
@click.argument("package", type=FILE, metavar="PACKAGE.apkg")
@click.argument("collection", type=FILE, required=False, metavar="[COLLECTION.anki2]")
@click.option("--profile", default="", metavar="NAME", help="The collection of this profile of Anki.")
@click.option("--apply", "write", is_flag=True, help="Write to the collection; a backup is made before.")
@click.option("--delete", is_flag=True, help="Delete withdrawn notes that were never studied or edited.")
@form_option("text", "json")
@quiet_option
def push(
    package: Path, collection: Path | None, profile: str, write: bool, delete: bool, form: str, quiet: bool
) -> int:
    """Merge a package into a closed collection of Anki.

    Keeps what the student wrote, tagged and moved, and brings every correction elsewhere. Shows what it would do and
    writes nothing without --apply. Exits with 1 where a correction was kept back because the text is the student's own.

    \b
    deckwright push decks/calcinosis-cutis.apkg --profile "User 1"
    deckwright push decks/calcinosis-cutis.apkg collection.anki2 --apply
    """
    from generator.show.update_report import push_json, push_text

    target = _collection(collection, profile)
    try:
        from generator.collection import push as merging
    except ImportError as problem:
        return not_installed(problem, "anki", "push asks the real Anki", extra="anki")
    try:
        with progress(quiet, form) as tell:
            pushed = merging.push(package, target, write, delete, tell)
    except merging.Refused as problem:
        complain(problem)
        return TO_FIX
    say(push_json(pushed) if form == "json" else push_text(pushed, paint), nl=False)
    _talk(pushed.applied, pushed.plan.does_nothing, pushed.backup, quiet)
    return TO_FIX if pushed.plan.kept_behind else FINE


def _talk(applied: bool, does_nothing: bool, backup: Path | None, quiet: bool) -> None:
    if backup:
        talk(f"the collection as it was: {backup}", quiet)
    elif not applied and not does_nothing:
        talk("nothing was written; to do it: --apply", quiet)


def _collection(collection: Path | None, profile: str) -> Path:
    from generator.collection.profiles import Unknown, collection_of, own_base

    if (collection is None) != bool(profile):
        raise click.UsageError("name a collection, or a profile of Anki with --profile NAME, and not both")
    if collection is not None:
        return collection
    try:
        return collection_of(profile, own_base(sys.platform))
    except Unknown as problem:
        raise click.UsageError(str(problem)) from None


@click.command(cls=Command)
@click.option(
    "-o",
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help="The folder for deckwright-update.ankiaddon.",
)
@quiet_option
def addon(out: Path, quiet: bool) -> int:
    """Write Deckwright Update: the add-on that merges inside Anki.

    Students install it in Anki by Tools > Add-ons > Install from file. It needs neither network nor Deckwright.

    \b
    deckwright addon
    deckwright addon -o decks
    """
    from generator.base.files import Unusable
    from generator.collection.addon import write

    try:
        path = write(out)
    except Unusable as problem:
        complain(problem)
        return TO_FIX
    say(path.as_posix())
    talk("install it in Anki: Tools > Add-ons > Install from file", quiet)
    return FINE
