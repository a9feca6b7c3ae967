"""A source folder -> how the CPU time of its first build is spent, stage by stage, as JSON. `stages.py SOURCE`."""

import gc
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory


def main(source: Path, scratch: str) -> dict[str, float]:
    """Return the seconds of each stage, in their order; a package is written into a folder."""
    gc.disable()  # as the command does
    times: dict[str, float] = {}
    begun = time.process_time()

    def lap(stage: str) -> None:
        nonlocal begun
        now = time.process_time()
        times[stage] = now - begun
        begun = now

    from generator.base.place import Source
    from generator.deck import learning, rules
    from generator.deck.render import render
    from generator.deck.schema import load
    from generator.ledger import ledger
    from generator.ledger.claims import Authored
    from generator.media.folder import Media
    from generator.package import apkg, inspection
    from generator.release.next_build import Past, prepare
    from generator.source.project import find
    from generator.source.reader import parse

    lap("imports")
    project, _ = find(source)
    (folder,) = project.decks
    for name in folder.files:
        parse(Source(name, (folder.path / name).read_text(encoding="utf-8")))
    lap("read")
    deck, found = load(folder)
    assert deck is not None
    assert not found
    lap("validate")
    times["validate"] -= times["read"]  # loading reads, too
    rules.check(deck)
    lap("rules")
    learning.check(deck)
    lap("learning")
    compiled, _ = render(deck, Media(folder.path / "media", "media"))
    lap("render")
    release, _ = prepare(compiled, Past(), 1_760_000_000, Authored({}, {}, {}, frozenset(), ""))
    lap("release")
    package, rows = Path(scratch) / "p.apkg", Path(scratch) / "p.anki2"
    apkg.write(apkg.contents(release.deck, release.stamps), package, rows)
    lap("pack")
    ledger.write(release.ledger)
    lap("ledger")
    inspection.check(package, rows)
    lap("self-check")
    return times


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        json.dump(main(Path(sys.argv[1]), scratch), sys.stdout)
