"""A build, and the same source with some notes reworded -> the next build of those notes alone, put in place.

Takes what the last build left in the cache. Where anything but the wording of notes changed, or there is anything to
say of them, it gives nothing, and the build is one of the whole deck: the files and what is printed are the same either
way (`tests/cached.py`). Without this package everything works, slower. Start with `edited`, whose
`Again` is what a command holds.
"""
