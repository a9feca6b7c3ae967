"""Anki's own desktop, without a screen: takes the add-on, clicks its menu entry, says yes, and prints what came of it.

python -m tests.anki_desktop BASE PACKAGE: BASE is a folder for Anki's files, with the add-on and a student's
`collection/`. Prints one JSON object. A process of its own, for Qt's farewell may crash.
"""

import json
import os
import shutil
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

_PROFILE = "User 1"
_LONGEST = 60  # s until it gives up


def main() -> None:
    """Do it all."""
    base, package = Path(sys.argv[1]), sys.argv[2]
    _prepare(base)
    import aqt
    import aqt.utils

    app = aqt._run(["anki", "-b", str(base / "anki"), "-p", _PROFILE, "-l", "en"], exec=False)
    mw: Any = aqt.mw
    _wait(app, lambda: mw.col is not None and mw.state == "deckBrowser")
    aqt.utils.getFile = lambda *_, **__: package
    shown: list[str] = []
    timer = mw.progress.timer(200, lambda: _say_yes(app, shown), repeat=True, requiresCollection=False)
    (entry,) = [it for it in mw.form.menuTools.actions() if it.text().startswith("Deckwright Update")]
    entry.trigger()
    _wait(app, lambda: mw.col.undo_status().undo == "Deckwright update")
    answer = _answer(mw.col)
    mw.col.undo()
    backups = len(list(Path(mw.pm.backupFolder()).glob("*.colpkg")))
    timer.stop()
    told = {"shown": " ".join(shown), "merged": answer, "undone": _answer(mw.col), "backups": backups}
    os.write(1, json.dumps(told).encode())
    os._exit(0)


def _prepare(base: Path) -> None:
    """Make a profile, so that no first start asks for anything, with the student's collection and the add-on."""
    import anki.lang
    from aqt.profiles import ProfileManager, VideoDriver

    anki.lang.set_lang("en_US")
    manager = ProfileManager(ProfileManager.get_created_base_folder(str(base / "anki")))
    manager.setupMeta()
    manager.meta.update(firstRun=False, updates=False, defaultLang="en_US", check_for_addon_updates=False)
    manager.set_video_driver(VideoDriver.Software)
    manager.create(_PROFILE)
    manager.openProfile(_PROFILE)
    manager.profile.update(autoSync=False)
    manager.save()
    manager.db.close()
    shutil.copytree(base / "collection", base / "anki" / _PROFILE, dirs_exist_ok=True)
    with zipfile.ZipFile(base / "deckwright-update.ankiaddon") as packed:
        packed.extractall(base / "anki" / "addons21" / "deckwright_update")


def _wait(app: Any, ready: Any) -> None:
    end = time.monotonic() + _LONGEST
    while not ready():
        app.processEvents()
        time.sleep(0.01)
        if time.monotonic() > end:
            os.write(2, b"Anki took too long")
            os._exit(1)


def _say_yes(app: Any, shown: list[str]) -> None:
    from aqt.qt import QTextBrowser

    window = app.activeModalWidget()
    if window is not None and window.windowTitle() == "Deckwright Update":
        shown.append(window.findChild(QTextBrowser).toPlainText())
        window.accept()


def _answer(col: Any) -> str:
    notes = [col.get_note(row) for row in col.db.list("SELECT id FROM notes")]
    return next(str(it["Answer"]) for it in notes if "Answer" in it and it["ID"] == "plain")


if __name__ == "__main__":
    main()
