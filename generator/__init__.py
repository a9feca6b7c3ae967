"""Deckwright: authored YAML in, Anki packages out that can be imported again after every edit."""

__version__ = "0.1.0"
