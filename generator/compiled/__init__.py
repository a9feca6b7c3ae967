"""The waist: a deck as Anki will store it, in plain strings of final HTML.

Everything above this line of the program turns YAML into these values; everything below turns them into packages,
ledgers and pages. Start with `notes`; `note_types` holds what is frozen from the first release, `foreign` reads the
note types of an adopted deck, and `live` finds scripts in them.
"""
