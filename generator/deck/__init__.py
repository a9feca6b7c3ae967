"""Values of the right form -> a deck as a whole, checked across its notes, and compiled.

`schema` makes the `Deck`, whose values `facts` defines; `rules`, `learning` and what they call ask what one note cannot
tell; `render` gives the `CompiledDeck`; `guide` explains the format's words. Start with `schema`.
"""
