"""A click in Anki's Tools menu -> a package is chosen, its plan shown, and after a yes merged in one undo step.

The add-on's own file: it needs Anki's desktop and the files beside it. Deckwright itself only copies it.
"""

import re
from html import escape, unescape
from pathlib import Path
from typing import Any

from ._merge_apply import apply, view
from ._merge_package import Foreign, arrival
from .merge_plan import Arrival, Plan, Step, plan

_TITLE = "Deckwright Update"
_MOST = 300  # steps that are shown
_WORDS = {
    "add": "new",
    "update": "updated",
    "keep": "yours stays",
    "move": "moves",
    "tag": "tags",
    "suspend": "withdrawn, suspended",
    "delete": "deleted",
    "look": "new look",
    "media": "file",
}


def start() -> None:
    """Add the menu entry."""
    from aqt import mw
    from aqt.qt import QAction, qconnect

    action = QAction(f"{_TITLE}...", mw)
    qconnect(action.triggered, lambda: _choose(mw))
    mw.form.menuTools.addAction(action)


def _choose(mw: Any) -> None:
    from aqt.utils import getFile, showWarning

    chosen = getFile(mw, _TITLE, None, filter="*.apkg", key="deckwrightUpdate")
    if not chosen:
        return
    path = Path(chosen if isinstance(chosen, str) else chosen[0])
    try:
        coming = arrival(path)
    except Foreign as problem:
        showWarning(f"{path.name}: {problem}", parent=mw, title=_TITLE)
        return
    made = plan(coming, view(mw.col, coming, Path(mw.col.media.dir())))
    if confirmed(mw, coming, made):
        carry_out(mw, path, coming, made)


def confirmed(mw: Any, coming: Arrival, made: Plan) -> bool:
    """Show a plan; return whether it is to be carried out."""
    from aqt.qt import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, qconnect

    dialog = QDialog(mw)
    dialog.setWindowTitle(_TITLE)
    dialog.resize(640, 480)
    text = QTextBrowser(dialog)
    text.setHtml(shown(coming, made))
    layout = QVBoxLayout(dialog)
    layout.addWidget(text)
    button = QDialogButtonBox.StandardButton
    buttons = QDialogButtonBox(button.Close if made.does_nothing else button.Apply | button.Cancel)
    layout.addWidget(buttons)
    qconnect(buttons.rejected, dialog.reject)
    if not made.does_nothing:
        qconnect(buttons.button(button.Apply).clicked, dialog.accept)
    return bool(dialog.exec())


def shown(coming: Arrival, made: Plan) -> str:
    """Return a plan as HTML."""
    told = [it for it in made.steps if it.is_told]
    lines = [f"<tr><td>{_WORDS[it.step]}&nbsp;</td><td>{escape(_what(it))}</td></tr>" for it in told[:_MOST]]
    more = f"<p>and {len(told) - _MOST} more</p>" if len(told) > _MOST else ""
    remarks = "".join(f"<p>{escape(it)}</p>" for it in made.remarks)
    head = f"<h3>{escape(coming.deck)} {escape(coming.release)}</h3>"
    nothing = "<p>Nothing to do: you have all of it.</p>" if made.does_nothing else ""
    return f"{head}{nothing}{remarks}<table>{''.join(lines)}</table>{more}"


def _what(step: Step) -> str:
    text = " ".join(unescape(re.sub(r"<[^<>]*>", " ", step.text)).split())
    return " ".join(it for it in (step.note, step.field, f"to {step.deck}" if step.deck else "", text[:80]) if it)


def carry_out(mw: Any, package: Path, coming: Arrival, made: Plan) -> None:
    """Make a backup and merge, in the background; Edit > Undo takes all of it back."""
    from anki.collection import OpChanges
    from aqt.operations import CollectionOp
    from aqt.utils import tooltip

    def merged(col: Any) -> OpChanges:
        folder = mw.pm.backupFolder()
        col.create_backup(backup_folder=folder, force=True, wait_for_completion=True)  # none where one is of now
        if not any(Path(folder).glob("*.colpkg")):
            raise RuntimeError("no backup could be made; nothing was changed")
        apply(col, package, coming, made, Path(col.media.dir()))
        return OpChanges(
            note=True, card=True, deck=True, tag=True, notetype=True, browser_table=True, study_queues=True
        )

    done = CollectionOp(mw, merged).success(lambda _: tooltip(f"{_TITLE}: done", parent=mw))
    done.run_in_background()
