"""The arguments of `import` -> a project, written or only shown, and what the command prints."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.console import (
    FINE,
    TO_FIX,
    complain,
    next_steps,
    not_installed,
    now,
    paint,
    progress,
    say,
    show,
    talk,
)

if TYPE_CHECKING:
    from generator.importing.arrived import Wishes
    from generator.pipeline.import_project import Brought, Project

FORMS = ("apkg", "anki-txt", "csv", "tsv", "md-headings", "md-qa", "obsidian", "yaml", "json")
_OF_THE_EXTRA = ("bs4", "markdownify")
_SHOWN = 3  # notes that --dry-run shows


def files_and_folder(words: tuple[Path, ...]) -> tuple[list[Path], Path]:
    """Return the files, and the folder of the project: the last of several words, unless it is a file."""
    named = len(words) > 1 and not words[-1].is_file()
    files = list(words[:-1] if named else words)
    if missing := next((it for it in files if not it.exists()), None):
        raise click.UsageError(f"there is no file '{missing}'")
    own = files[0].stem if files[0].is_file() else f"{files[0].resolve().name}-deck"
    return files, words[-1] if named else Path(own)


def imported(words: tuple[Path, ...], source: str, wishes: "Wishes", dry_run: bool, form: str, quiet: bool) -> int:
    """Import files, or show what that would make; print it, and return the exit status."""
    from generator.base.files import Unusable
    from generator.importing.arrived import Unreadable
    from generator.importing.names import Unknown
    from generator.pipeline.import_project import Refused
    from generator.pipeline.new import Unfit

    try:
        return _imported(words, source, wishes, dry_run, form, quiet)
    except (Unknown, Unfit) as problem:
        raise click.UsageError(str(problem)) from None
    except Refused as problem:
        show(problem.found, form)
        complain(problem)
    except (Unreadable, Unusable) as problem:
        complain(problem)
    except ImportError as problem:
        library = (problem.name or "").split(".")[0]
        why = "import turns HTML into Markdown by markdownify"
        return not_installed(problem, library if library in _OF_THE_EXTRA else "markdownify", why, extra="import")
    return TO_FIX


def _imported(words: tuple[Path, ...], source: str, wishes: "Wishes", dry_run: bool, form: str, quiet: bool) -> int:
    from generator.importing import forms
    from generator.pipeline import import_project

    files, folder = files_and_folder(words)
    if source == "apkg" or files[0].suffix.lower() in forms.PACKAGES:
        return _adopted(files, folder, wishes, dry_run, form, quiet)
    with progress(quiet, form) as tell:
        if not dry_run:
            import_project.see_that_it_is_free(folder)
        arrived = forms.read(files, source, wishes, tell)
        project = import_project.planned(arrived, folder)
        brought = None if dry_run else import_project.write(project, folder, tell)
    _tell(project, brought, folder, dry_run, form, quiet)
    return FINE


def _adopted(files: list[Path], folder: Path, wishes: "Wishes", dry_run: bool, form: str, quiet: bool) -> int:
    """Adopt a deck that people study."""
    if len(files) > 1:
        raise click.UsageError("name one .apkg or .colpkg: each deck that people study becomes a project of its own")
    try:
        from generator.pipeline.adopt import adopt
        from generator.pipeline.newer import merging
    except ImportError as problem:
        return not_installed(problem, "anki", "an .apkg is read by the real Anki", extra="import")
    if merging.is_adopted(folder):
        return _merged(files[0], folder, wishes, dry_run, form, quiet)
    with progress(quiet, form) as tell:
        project, brought = adopt(files[0], folder, wishes.allow_scripts, now(), tell, dry_run)
    _tell(project, brought, folder, dry_run, form, quiet)
    return FINE


def _merged(file: Path, folder: Path, wishes: "Wishes", dry_run: bool, form: str, quiet: bool) -> int:
    """Bring what the people of an adopted deck changed since into its project."""
    from generator.pipeline.newer import merging
    from generator.show.project_report import merged_json, merged_text

    try:
        with progress(quiet, form) as tell:
            merged = merging.merge(file, folder, wishes.allow_scripts, now(), tell, dry_run)
    except merging.Mistaken as problem:
        show(problem.found, form)
        complain(problem)
        return TO_FIX
    said = (
        merged_json(merged, folder, not dry_run) if form == "json" else merged_text(merged, folder, not dry_run, paint)
    )
    say(said, nl=False)
    steps = next_steps(folder, "deckwright plan", "deckwright build")
    talk("nothing was written" if dry_run or merged.changes_nothing else steps, quiet)
    return FINE


def _tell(project: "Project", brought: "Brought | None", folder: Path, dry_run: bool, form: str, quiet: bool) -> None:
    """Say what was imported, and how to go on."""
    _report(brought.project if brought else project, folder, brought.warnings if brought else 0, dry_run, form)
    steps = next_steps(folder, "deckwright check", "deckwright preview", "deckwright build")
    talk("nothing was written" if dry_run else steps, quiet)


def _report(project: "Project", folder: Path, warnings: int, dry_run: bool, form: str) -> None:
    from generator.show import project_report as report

    if form == "json":
        say(report.import_json(project, folder, warnings, not dry_run), nl=False)
        return
    if dry_run:
        say(report.first_notes(project, _SHOWN))
    say(report.import_text(project, folder, warnings, paint), nl=False)
