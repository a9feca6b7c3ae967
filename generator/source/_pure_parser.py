"""The text of a *.yaml file -> the events that libyaml gives, where PyYAML was built without it."""

from typing import Any

import yaml


class PureParser(yaml.Loader):
    """PyYAML's own parser, but for `?` within a word: in braces it takes every one for the mark of a key."""

    _in_text = False

    def scan_plain(self) -> Any:
        """Read a text without quotes."""
        self._in_text = True
        try:
            return super().scan_plain()
        finally:
            self._in_text = False

    def peek(self, index: int = 0) -> str:
        """Return a character that is to come; in a text, any letter for a `?`."""
        character: str = super().peek(index)
        return "x" if character == "?" and self._in_text else character
