"""A text as typed -> the same text, such that Markdown's rules show what was typed.

`code_spans` finds the code, which is kept to the letter; `blocks` and `literal` keep lines and signs that are not meant
as marks; `margins` sees lines that were wrapped. Start with `blocks`.
"""
