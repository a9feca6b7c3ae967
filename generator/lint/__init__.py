"""A text in words -> what makes it hard to learn, as warnings that a note may allow.

`wording` asks of a question and its answer, `giveaways` of what a card hides. A rule is a function and its name in
a tuple.
"""
