"""A newer package of a deck that was adopted -> the project with what its people changed, and the author's own edits.

Notes are matched by guid. `_fitting` lays their fields out as students have them, `_sides` compares what each side did,
`_rewriting` writes texts into files of notes, `_proving` sees that the next build takes them; `merging` writes it all.
"""
