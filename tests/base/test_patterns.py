"""Patterns that are compiled when they are first used."""

import gc
import importlib
import re

import pytest

from generator.base import patterns
from generator.base.patterns import regex
from tests.test_architecture import MODULES


def test_a_pattern_that_cannot_be_read_is_found_when_it_is_used() -> None:
    pattern = regex("(")
    with pytest.raises(re.error):
        pattern.search("")


def test_flags_and_bytes_are_as_for_re() -> None:
    assert regex("a", re.IGNORECASE).sub("b", "A") == "b"
    assert regex(b"a").findall(b"aa") == [b"a", b"a"]


def test_every_pattern_of_ours_can_be_compiled() -> None:
    for module in MODULES:
        if not module.startswith("collection."):  # of those some are for Anki alone
            importlib.import_module(f"generator.{module}")
    gc.unfreeze()  # a test of `--watch` may have put them out of sight
    ours = [it for it in gc.get_objects() if type(it) is patterns._Regex]  # a proxy may stand for what is gone
    assert len(ours) > 100
    assert [it for it in ours if not isinstance(it.groups, int)] == []
