"""A folder of YAML files -> values of the right form, each knowing its place, and every mistake of form.

`project` finds the decks, `reader` reads a file, `shapes` is the table of what an author may write, and `validator`
holds the values to it. Start with `shapes`. Whether the parts of a deck fit each other is for `deck`.
"""
