"""Lists of words that rules look things up in, of `word_lists.yaml`, which says what each is for."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml


@cache
def _lists() -> dict[str, list[str]]:
    lists = yaml.safe_load(files("foresight.nlp").joinpath("word_lists.yaml").read_text(encoding="utf-8"))
    return {name: words.split() for name, words in lists.items()}


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(_lists()[name])


@cache
def word_pairs(name: str) -> dict[str, str]:
    """A list of pairs, in its order."""
    return dict(pair.split("=") for pair in _lists()[name])
