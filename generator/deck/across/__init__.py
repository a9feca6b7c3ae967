"""The summaries of a deck's notes -> what of them does not go together: notes alike, answers given away, gaps.

`learning.py` above asks each; `sums` says what a later run has to know of notes that it does not read.
"""
