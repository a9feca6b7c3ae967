"""A text in words -> what makes it hard to learn, as warnings that a note may allow.

`wording` asks of a question and its answer, `giveaways` of what a card hides, `exams` of cases and options; `languages`
has the words that they look for. A rule is a function and its name in a tuple.
"""
