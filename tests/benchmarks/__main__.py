"""`python -m tests.benchmarks [--large]` prints the tables of README.md: ratios of CPU time, measured in turns."""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.again import again
from tests.benchmarks.notes import write_deck
from tests.benchmarks.process import Ran, ran
from tests.benchmarks.startup import start_up

ROOT = Path(__file__).parent.parent.parent
PLAIN = str(Path(__file__).parent / "plain.py")
STAGES = str(Path(__file__).parent / "stages.py")
RUNS = 5


def median(runs: list[Ran]) -> Ran:
    """Return the medians of several runs."""
    return Ran(statistics.median(it.cpu for it in runs), statistics.median(it.peak for it in runs))


def compare(count: int, runs: int, work: Path) -> float:
    """Print one row: a first build of so many notes beside the plain scripts, in turns. Return its CPU seconds."""
    source, out, plain = work / f"{count}", work / "decks", work / "plain.apkg"
    write_deck(source / "deck", count)
    ours, quick, safe = [], [], []
    for turn in range(runs):
        shutil.rmtree(out, ignore_errors=True)
        ours.append(ran(sys.executable, "-m", "generator", "build", str(source), "-o", str(out), "-q", "--no-cache"))
        quick.append(ran(sys.executable, PLAIN, "c", str(source / "deck"), str(plain)))
        if turn < max(1, runs - 2):  # the slowest
            safe.append(ran(sys.executable, PLAIN, "safe", str(source / "deck"), str(plain)))
    package, other = (out / "benchmark.apkg").stat().st_size, plain.stat().st_size
    mine = median(ours)
    print(
        f"| {count:,} | {mine.cpu:.2f} s | {median(quick).cpu / mine.cpu:.2f} | {median(safe).cpu / mine.cpu:.1f}"
        f" | {mine.peak:.0f} MiB | {median(quick).peak:.0f} MiB | {100 * package / other:.0f} % |",
        flush=True,
    )
    return mine.cpu


def stages(source: Path) -> None:
    """Print the share of each stage in a build."""
    runs = [
        json.loads(subprocess.run([sys.executable, STAGES, str(source)], check=True, capture_output=True).stdout)
        for _ in range(RUNS)
    ]
    times = {stage: statistics.median(it[stage] for it in runs) for stage in runs[0]}
    whole = sum(times.values())
    print("\n| stage | share |\n|---|---|")
    for stage, time in times.items():
        print(f"| {stage} | {100 * time / whole:.0f} % |")


def main() -> None:
    """Run everything; --large adds 100,000 notes, which takes some minutes."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    options.add_argument("--large", action="store_true")
    large = options.parse_args().large
    os.environ["PYTHONPATH"] = str(ROOT)
    print(f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores\n")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        print("| notes | CPU | plain, CSafeLoader | plain, safe_load | memory | memory, CSafeLoader | package |")
        print("|---|---|---|---|---|---|---|")
        seconds = {count: compare(count, RUNS, work) for count in (1_000, 10_000)}
        if large:
            seconds[100_000] = compare(100_000, 3, work)
            print(f"\ngrowth per note from 10,000 to 100,000: {seconds[100_000] / 10 / seconds[10_000]:.2f}")
        print("\n| notes | next build | plain | same, build | same, check | memory, cold | memory, next |")
        print("|---|---|---|---|---|---|---|")
        for count in seconds:
            again(work / f"{count}", work, 3 if count > 10_000 else RUNS)
        start_up(sys.executable, (sys.executable, "-m", "generator"))
        stages(work / "10000")


if __name__ == "__main__":
    main()
