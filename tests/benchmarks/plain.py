"""The script that many write instead: YAML -> genanki, with no check at all. `plain.py (c|safe) FOLDER PACKAGE`."""

import sys
from pathlib import Path

import genanki
import yaml

BASIC = genanki.Model(
    1607392319,
    "Basic",
    fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Extra"}],
    templates=[{"name": "Card", "qfmt": "{{Question}}", "afmt": "{{Answer}}<br>{{Extra}}"}],
)
CLOZE = genanki.Model(
    1607392320,
    "Cloze",
    fields=[{"name": "Text"}, {"name": "Extra"}],
    templates=[{"name": "Card", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}<br>{{Extra}}"}],
    model_type=genanki.Model.CLOZE,
)


def main(loader: type, folder: Path, package: Path) -> None:
    """Write the package."""
    deck = genanki.Deck(2059400110, "Benchmark")
    for path in sorted(folder.glob("notes_*.yaml")):
        file = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        for note in file["notes"]:
            tags = [*file["tags"], *note.get("tags", [])]
            if "cloze" in note:
                deck.add_note(genanki.Note(CLOZE, [note["cloze"], note["extra"]], tags=tags))
            else:
                deck.add_note(genanki.Note(BASIC, [note["question"], note["answer"], note["extra"]], tags=tags))
    genanki.Package(deck).write_to_file(str(package))


if __name__ == "__main__":
    main({"c": yaml.CSafeLoader, "safe": yaml.SafeLoader}[sys.argv[1]], Path(sys.argv[2]), Path(sys.argv[3]))
