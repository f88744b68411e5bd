"""Words that say nothing of the matter; the lists stand in `stopwords.yaml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

ACRONYMS = frozenset({"US", "UN", "WHO", "IT", "AI"})
"""Written so, these are names, though their letters are stop words."""


@cache
def stop_words() -> dict[str, frozenset[str]]:
    """The lists by language code, and "en_news": English words that news is made with."""
    lists = yaml.safe_load(files("foresight.nlp").joinpath("stopwords.yaml").read_text(encoding="utf-8"))
    return {lang: frozenset(words.split()) for lang, words in lists.items()}


def is_stop_word(word: str, lang: str) -> bool:
    """Whether a word, or its lemma, says nothing of the matter. `word` is case-folded."""
    lists = stop_words()
    return word in lists.get(lang, ()) or (lang == "en" and word in lists["en_news"])
