"""Anki's bounds and words, and the bounds that we set: no stage has a number or a word of these of its own."""

# Anki's own.
MAX_CARDS = 500  # of one note: Anki makes no card for a higher number
ANKI_TAGS = ("marked", "leech")  # tags that Anki itself gives and takes
DEFAULT_DECK = "default"  # the student's own deck, in small letters
OCCLUSION = "image-occlusion:"  # what a cloze begins with that Anki draws instead of showing
IMAGE_OCCLUSION = 6  # the stock kind of Anki's own note type

# Ours.
MAX_TEXT = 20_000  # characters of one text; a long answer has 300
MAX_ROWS = 200  # of one table: each row shows the whole
MAX_TABLE = 400_000  # cells of a table times its rows, which are how often each cell is packed
MAX_TABLE_TEXT = 40_000_000  # characters of its cells times its rows
MAX_BYTES = 50_000_000  # of one file; a note is about 300 bytes, 100,000 notes are 30 MB
MAX_LEDGER = 500_000_000  # bytes; 100,000 notes take 40 MB
MAX_PACKAGE = 4_000_000_000  # bytes: a zip without extensions holds no more
