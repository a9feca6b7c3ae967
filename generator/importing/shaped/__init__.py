"""A note of a deck that people study, in a note type that has the shape of a kind of ours -> the keys of that kind."""
