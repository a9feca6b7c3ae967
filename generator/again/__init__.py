"""A build, and the same source with some notes reworded or new -> the next build of these alone, put in its place.

Takes what the last build left in the cache. Where anything else changed, or there is anything to say of what did, it
gives nothing, and the build is one of the whole deck: the files and what is printed are the same either way
(`tests/cached.py`). Without this package everything works, slower. Start with `edited`, whose `Again` is what a command
holds; `_compared` decides, `_part` builds, `_placed` puts in place, `_last` is what a build leaves.
"""
