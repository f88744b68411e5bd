"""Noun phrases of many articles gathered: forms of one phrase joined, parts of longer ones dropped."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_FEWEST = 2
_OTHER_PART = 3
_PART_OF = 0.6
_PREFIX = 5
_COMPOUNDING = frozenset({"fi", "sv", "de"})
"""Languages that write compounds as one word."""
_WORD = re.compile(r"[^\W_]+")
_SINGULARS = (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A phrase of a group of articles.

    Attributes:
        key: its words, case-folded, English plurals made singular: what forms of one phrase share.
        shown: the form most articles have.
        places: positions of the articles that hold it.
        reach: positions of those that hold it or a compound of it (lakko: junalakko); places are among them.
    """

    key: tuple[str, ...]
    shown: str
    places: frozenset[int]
    reach: frozenset[int]

    def overlaps(self, other: Phrase) -> bool:
        """Whether two phrases say partly the same: a word in common, or words that begin alike (Covid, Covid-19)."""
        return any(alike(one, two) for one in self.key for two in other.key)


def phrases_of(phrases: Sequence[Sequence[str]], lang: str) -> tuple[Phrase, ...]:
    """What at least two of the articles hold; those with most articles first, then longer, then by alphabet.

    Args:
        phrases: the phrases of each article, as shown.
        lang: their language; where compounds are one word, an article holds a word that its compounds hold.
    """
    forms: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    places: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    for place, mine in enumerate(phrases):
        for phrase in dict.fromkeys(mine):
            key = words_of(phrase, lang)
            if key:
                forms[key][phrase] += 1
                places[key].add(place)
    reach = _with_compounds(places) if lang in _COMPOUNDING else {key: frozenset(at) for key, at in places.items()}
    shared = {key: found for key, found in reach.items() if len(found) >= _FEWEST}
    kept = [key for key in shared if not _is_part(key, shared)]
    kept.sort(key=lambda key: (-len(shared[key]), -len(key), key))
    return tuple(
        Phrase(key=key, shown=_usual(forms[key]), places=frozenset(places[key]), reach=shared[key]) for key in kept
    )


def _with_compounds(places: Mapping[tuple[str, ...], set[int]]) -> dict[tuple[str, ...], frozenset[int]]:
    """Where each phrase stands, single words also where a compound begins or ends with them."""
    words = {key[0]: at for key, at in places.items() if len(key) == 1}
    reach = {key: frozenset(at) for key, at in places.items()}
    for word in words:
        if len(word) >= _PREFIX:
            reach[word,] = frozenset().union(*(at for other, at in words.items() if is_compound(other, word)))
    return reach


def is_compound(word: str, part: str) -> bool:
    """Whether a word is the part or looks like a compound of it: begins or ends so, with room for another word."""
    if word == part:
        return True
    return len(word) >= len(part) + _OTHER_PART and (word.startswith(part) or word.endswith(part))


def words_of(phrase: str, lang: str = "") -> tuple[str, ...]:
    """The words of a phrase for comparing and counting."""
    words = _WORD.findall(phrase.casefold())
    return tuple(_singular(word) if lang == "en" else word for word in words)


def _singular(word: str) -> str:
    for ending, instead in _SINGULARS:
        if len(word) > len(ending) + 2 and word.endswith(ending) and not word.endswith(("ss", "us", "is", "news")):
            return word[: -len(ending)] + instead
    return word


def _is_part(key: tuple[str, ...], shared: Mapping[tuple[str, ...], frozenset[int]]) -> bool:
    """Whether a longer phrase stands in most of the articles that hold this one ("street" in "high street")."""
    mine = shared[key]
    return any(
        len(other) > len(key) and _holds(other, key) and len(places & mine) >= _PART_OF * len(mine)
        for other, places in shared.items()
    )


def _holds(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    n = len(shorter)
    return any(longer[i : i + n] == shorter for i in range(len(longer) - n + 1))


def _usual(forms: Counter[str]) -> str:
    """The form most articles have; of two, the one in lower case: capitals may be those of a name that holds it."""
    return min(forms, key=lambda form: (-forms[form], form[:1].isupper(), form))


def alike(one: str, two: str) -> bool:
    """Whether two words say partly the same: they begin alike, or one ends with the other."""
    if one == two:
        return True
    n = min(len(one), len(two), _PREFIX)
    return n >= _PREFIX and (one[:n] == two[:n] or one.endswith(two) or two.endswith(one))
