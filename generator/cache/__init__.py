"""What earlier runs made -> the same again, without the work; kept in the user's cache folder, never in the project.

A result is found by a key that holds everything it depends on, so none is ever out of date; what is missing, damaged or
of another version is made anew. Nothing that is kept can run code. `results` keeps what becomes of a file of notes,
`cli/remembered.py` what a whole command printed, `again/` what a build left; without them everything works, slower.
Start with `store`.
"""
