"""A compiled deck and its ledger -> the next build: guids, numbers, times, and what it changes for students.

`next_build` is the pure function everything here serves; `plan` and `why` say what it changes, `handout` makes the
files that go out with a release. Start with `next_build`.
"""
