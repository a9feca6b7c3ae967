"""One file of a deck's media folder -> bytes fit for a package, and what is wrong with them.

`folder` finds a file by its name; `lookthrough` walks pictures, sounds and films to their last byte; `svg` lets
through only what draws. Start with `folder`.
"""
