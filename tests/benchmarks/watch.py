"""`python -m tests.benchmarks.watch [NOTES]`: how long after a save does `preview --watch` have the new page?"""

import statistics
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from tests.benchmarks.notes import write_deck

SAVES = 10


def main(count: int) -> None:
    """Save a note file again and again; print the seconds from each save to the page that shows it."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        write_deck(source / "deck", count)
        command = [sys.executable, "-m", "generator", "preview", str(source), "--watch", "--decks", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            address = process.stdout.readline().strip().removeprefix("http://").rstrip("/")
            try:
                times = measured(address, sorted((source / "deck").glob("notes_*.yaml"))[-1])
            finally:
                process.terminate()
    print(f"{count:,} notes, save to page: median {statistics.median(times):.2f} s, longest {max(times):.2f} s")


def measured(address: str, path: Path) -> list[float]:
    """Return the seconds from each save of a file to a page that holds what was saved."""
    events = HTTPConnection(address)
    events.request("GET", "/events")
    versions = events.getresponse()
    next_version(versions)
    text, times = path.read_text(encoding="utf-8"), []
    for save in range(SAVES):
        path.write_text(text.replace("extra: ", f"extra: save-{save} "), encoding="utf-8")
        saved = time.monotonic()
        while f"save-{save} " not in page(address):
            next_version(versions)
        times.append(time.monotonic() - saved)
        time.sleep(0.5)
    return times


def next_version(versions: HTTPResponse) -> None:
    """Wait until the page is another."""
    while not versions.readline().startswith(b"data: "):
        pass


def page(address: str) -> str:
    """Return the page."""
    connection = HTTPConnection(address)
    connection.request("GET", "/")
    return connection.getresponse().read().decode()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
