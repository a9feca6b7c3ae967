"""A deck that was built -> what the next build takes, beside the plain script, which builds everything each time."""

import os
import shutil
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.notes import edit_one
from tests.benchmarks.process import Ran, ran

PLAIN = str(Path(__file__).parent / "plain.py")


def again(source: Path, work: Path, runs: int) -> None:
    """Print one row: the next build after an edit, and where nothing changed. Times are CPU, in turns; medians."""
    out, plain, kept = work / "again", work / "plain.apkg", work / "kept"
    os.environ["XDG_CACHE_HOME"] = str(kept)
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "generator"]
    build = [*command, "build", str(source), "-o", str(out), "-q"]
    ran(*build)
    nothing, quick, edited, same, looked, cold = ([] for _ in range(6))
    for _ in range(runs):
        nothing.append(ran(sys.executable, "-c", "pass"))
        quick.append(ran(sys.executable, PLAIN, "c", str(source / "deck"), str(plain)))
        edit_one(source / "deck")
        edited.append(ran(*build))
        look = (*command, "check", str(source), "-q")
        ran(*build), ran(*look)  # from here on nothing changes
        same.append(ran(*build))
        looked.append(ran(*look))
        cold.append(ran(*build, "--no-cache"))
    cpu, peak = middle(lambda it: it.cpu), middle(lambda it: it.peak)
    print(
        f"| {count_of(source):,} | {cpu(edited):.2f} s | {cpu(quick) / cpu(edited):.1f}"
        f" | {cpu(same) / cpu(nothing):.1f} | {cpu(looked) / cpu(nothing):.1f}"
        f" | {peak(cold):.0f} MiB | {peak(edited):.0f} MiB |",
        flush=True,
    )


def middle(of: Callable[[Ran], float]) -> Callable[[list[Ran]], float]:
    """Return the median of one of the numbers of several runs."""
    return lambda runs: statistics.median(map(of, runs))


def count_of(source: Path) -> int:
    """Return how many notes a deck has."""
    return sum(it.read_text(encoding="utf-8").count("  - id: ") for it in (source / "deck").glob("notes_*.yaml"))
