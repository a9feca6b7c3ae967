"""A deck that people study becomes a project: whoever studied it keeps every history, tag and edit of his own."""

from pathlib import Path

import pytest

from generator.pipeline import build
from generator.pipeline.adopt import adopt
from generator.pipeline.import_project import Brought
from tests.anki_backend import Anki, Counts, opened
from tests.foreign_decks import FORMS, author_of_x, exported, histories
from tests.student import study

NOW = 1_790_000_000


def adopted(x: Path, folder: Path, *allowed: str) -> Brought:
    """Adopt a deck."""
    import time

    made = adopt(x, folder, allowed, int(time.time()), lambda stage: None)
    assert isinstance(made, Brought)
    return made


def built(project: Path) -> tuple[Path | None, list[str]]:
    """Build a project; return the package, or what stops it."""
    import time

    out = project / "decks"
    planned = build.plan(project / "cards_src", out, build.Wish(int(time.time())))
    errors = [f"{it.code} {it.message}" for it in planned.diagnostics if it.severity.name == "ERROR"]
    if errors:
        return None, errors
    ((made,), found) = build.build(planned, out)
    return made.package, [it.message for it in found]


@pytest.mark.parametrize("form", FORMS)
def test_a_student_of_the_original_loses_nothing(form: str, tmp_path: Path) -> None:
    with author_of_x(tmp_path) as (author, _):
        x = exported(author, tmp_path / "x.apkg", form)
        shared = exported(author, tmp_path / "shared.apkg", "new")
    adopted(x, tmp_path / "project")
    package, found = built(tmp_path / "project")
    assert package
    assert found == []
    with opened(tmp_path / "student") as anki:
        anki.take(shared)
        study(anki)
        before = histories(anki)
        assert anki.take(package) == Counts(duplicate=7)
        assert histories(anki) == before
