"""One text as typed -> final HTML, or words, and what is wrong with it.

`markup` renders a text. `cloze` says where clozes and formulas begin and end, by Anki's rules; `words` gives what a
student reads of it, for `lint`. Start with `markup`.
"""
