"""`python -m tests.benchmarks.anki [NOTES]`: does real Anki take 100,000 notes, and one edit as one edit?"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.anki_backend import Anki, Counts, opened
from tests.benchmarks.notes import write_deck


def main(count: int) -> None:
    """Build, import, study, edit one note, build, import; print what Anki counted."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "source", Path(folder) / "decks"
        write_deck(source / "deck", count)
        build(source, out)
        with opened(Path(folder) / "profile") as anki:
            print("first import:", anki.take(out / "benchmark.apkg"))
            anki.studied(30)
            before = histories(anki)
            edit(sorted((source / "deck").glob("notes_*.yaml"))[-1])
            build(source, out)
            counts = anki.take(out / "benchmark.apkg")
            print("second import:", counts)
            assert counts == Counts(updated=1, duplicate=count - 1)
            assert histories(anki) == before
            print(f"cards with their history: {len(before):,} of {len(histories(anki)):,}")


def build(source: Path, out: Path) -> None:
    """Run the command."""
    subprocess.run([sys.executable, "-m", "generator", "build", str(source), "-o", str(out)], check=True)


def edit(path: Path) -> None:
    """Change the last note of a file."""
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n    dispute: sides\n", encoding="utf-8")
    (path.parent / "disputes.yaml").write_text("sides: One side says this, the other that.\n", encoding="utf-8")


def histories(anki: Anki) -> dict[int, tuple[int, ...]]:
    """Return what each card remembers."""
    return {row[0]: row[1:] for row in anki.rows("SELECT id, nid, ord, type, queue, ivl, due, reps, factor FROM cards")}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
