"""One reader for each form in which decks are written: files -> rows as they stand there, or a deck as a whole."""
