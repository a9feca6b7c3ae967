"""Mutates the shipped deck and the gallery, and builds what comes of it: `python -m tests.fuzz 10000 [seed]`.

A file may be refused, with messages, or built into a package that passes the self-check. Anything else is a fault of
ours: an exception, more than two seconds, more than 500 MB.
"""

import random
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from generator.pipeline import build, check
from generator.show import preview, problem_report
from tests.support import NOW, png, write_deck

HERE = Path(__file__).parent
SHIPPED, CITED = HERE.parent / "cards_src" / "calcinosis_cutis", ("sources", "disputes")
SECONDS, MEGABYTES = 10, 400
_WORDS = r"""
{{c1:: }} {{c2::x}} {{c0::x}} :: \( \) \[ \frac{a}{{b}} \href{x} ** _ ` [x](y) ![x](skin.png)
<script> [sound:x] [latex] &amp; | # : - ? ! % @ * > ' " {} [] [[ ]] , ~ null true 1.10
question: list: rows: masks: columns: items: was: allow: id:
"""
_BYTES = (
    b"\n|\n\n|\t|  | #|: |---\n|...\n|&a |*a|<<: |!!int |>-\n|\\n|\\ud800|\x00|\xff|\xe2\x80\x8b|\xe2\x80\xae"
    b"|\xf3\xb0\x80\x80|\r|\xef\xbb\xbf|e\xcc\x81|id: a\n|- {id: a, question: Q, answer: A}\n"
)
PIECES = [*_WORDS.encode().split(), *_BYTES.split(b"|"), b"|\n", b"[" * 30, b"{{c1::" * 30, b"- " * 30]


class TooSlowError(Exception):
    """A file took longer than it may."""


def corpus() -> list[bytes]:
    """Return the files that are mutated: good ones four times, so that many of the mutated still build."""
    good = [path for path in SHIPPED.glob("*.yaml") if path.stem not in ("deck", *CITED)] + list(HERE.glob("ok/*.yaml"))
    return [path.read_bytes() for path in sorted(good) * 4 + sorted(HERE.glob("errors/*.yaml"))]


def mutations(files: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` files, each one of `files` with some changes."""
    chance = random.Random(seed)
    for _ in range(count):
        data = chance.choice(files)
        for _ in range(chance.choice((1, 1, 1, 2, 6))):
            data = _mutated(data, files, chance)
        yield data


def _mutated(data: bytes, files: list[bytes], chance: random.Random) -> bytes:
    at, to = sorted(chance.randint(0, len(data)) for _ in range(2))
    to = min(to, at + 200)
    lines = data.split(b"\n")
    line, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    swapped = list(lines)
    swapped[line], swapped[other] = swapped[other], swapped[line]
    donor = chance.choice(files)
    start = chance.randint(0, len(donor))
    options = [
        data[:at] + data[to:],
        data[:at] + data[at:to] * 2 + data[to:],
        data[:at] + chance.choice(PIECES) + data[at:],
        data[:at] + chance.choice(PIECES) + data[to:],
        data[:at] + donor[start : start + 100] + data[at:],
        b"\n".join(swapped),
        b"\n".join([*lines[:line], b"  " + lines[line], *lines[line + 1 :]]),
        b"\n".join([*lines[:line], lines[line].lstrip(), *lines[line + 1 :]]),
        data[:to],
    ]
    return chance.choice(options)


def fault_of(data: bytes, folder: Path) -> str:
    """Check, show and build a deck with this file; return what is our fault in how that went, or ""."""
    shutil.rmtree(folder, ignore_errors=True)
    files: dict[str, str | bytes] = {f"{name}.yaml": (SHIPPED / f"{name}.yaml").read_bytes() for name in CITED}
    pictures = {f"media/{path.name}": path.read_bytes() for path in (SHIPPED / "media").iterdir()}
    source = write_deck(folder / "deck", files | pictures | {"fuzz.yaml": data, "media/skin.png": png(60, 40)})
    peak = _peak()
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        planned = build.plan(source, folder / "decks", build.Wish(NOW))
        problem_report.as_text(planned.diagnostics)
        preview.page(build.preview(source, folder / "decks", NOW))
        if check.passes(planned.diagnostics, strict=False):
            build.build(planned, folder / "decks")
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    grown = _peak() - peak
    return f"{grown} MB more" if grown > MEGABYTES else ""


def _peak() -> int:
    """Return the most memory that this process ever had, in MB; other tests may have needed much of it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(count: int, seed: int, folder: Path) -> list[tuple[bytes, str]]:
    """Return every file that showed a fault of ours, with the fault."""

    def too_slow(number: int, frame: FrameType | None) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGALRM, too_slow)
    try:
        found = [(data, fault_of(data, folder)) for data in mutations(corpus(), count, seed)]
    finally:
        signal.signal(signal.SIGALRM, before)
    return [(data, fault) for data, fault in found if fault]


def main() -> int:
    """Fuzz as often as the command line says; print each fault with its file."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        faults = run(count, seed, Path(folder) / "fuzz")
    for data, fault in faults:
        sys.stdout.write(f"{fault}\n{data!r}\n\n")
    sys.stdout.write(f"{count} files, {len(faults)} faults\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
