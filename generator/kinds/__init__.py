"""The kinds of note: each is one module, and answers in a `Kind` everything that the compiler asks of it.

What goes in: the fields of a note that fit its keys (`Fields`). What comes out: the authored note, what counts
as a fact in it, what is hard to learn about it, its drafts for Anki, and the words of its withdrawal. Open `kind.py`
first: it says what is asked. `registry.py` lists the kinds; outside this folder nothing knows any of them by name.
`masks.py` (the shapes of masks) and `layout.py` (HTML) serve several kinds, and other stages.
"""
