"""What words alone say of a text's tone: direct words, negation, and good or bad things that grow or shrink.

A vector knows that "the service was lovely" is good, and does not know that "unemployment declined" is: there the words
decide. They decide a clause at a time; clauses end at punctuation and at "but".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache

from foresight.nlp.tone_words import TONE_WORDS

TONE_LANGUAGES = tuple(sorted(TONE_WORDS))
_CLAUSE = re.compile(r"[.!?;:,…\n–—]|\b(?:but|although|mutta|vaikka)\b")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NEGATION_REACH = 4
_DIRECTION_REACH = 6
_LONGEST_STEM = 20
_DENIED_NEED_TONE = -0.7
_ILMAN_OF_AIR = ("laa", "saa", "epä", "läm", "kos", "pai")  # "ilman" is both "without" and "of the air"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTone:
    """The tone of a text by its words.

    Attributes:
        value: −1 (complaint) to 1 (praise), 0 where no word tells.
        told: how many words or rules told.
        decides: a rule was needed to read it (negation, direction), so that a vector is likely wrong about it.
    """

    value: float = 0.0
    told: int = 0
    decides: bool = False


NO_WORD_TONE = WordTone()


def word_tone(text: str, lang: str) -> WordTone:
    """Read a text by its words; silent in a language without lists."""
    if lang not in TONE_WORDS:
        return NO_WORD_TONE
    kinds = _tone_lexicon(lang)
    found = [one for clause in _CLAUSE.split(text.casefold()) for one in _clause_tones(_WORD.findall(clause), kinds)]
    if not found:
        return NO_WORD_TONE
    return WordTone(
        value=sum(value for value, _ in found) / len(found),
        told=len(found),
        decides=any(by_rule for _, by_rule in found),
    )


def _clause_tones(words: Sequence[str], kinds: _ToneLexicon) -> list[tuple[float, bool]]:
    """(tone, whether a rule made it) of every word or rule that tells in a clause."""
    told = [kinds(word) for word in words]
    directed = _direction(told)
    if directed is not None:
        return [directed]
    found = []
    for place, own in enumerate(told):
        value = ("good" in own) - ("bad" in own)
        negated = _is_negated(words, told, place)
        if value:
            found.append((-0.8 * value if negated else float(value), negated))
        elif negated and "needed" in own:
            found.append((_DENIED_NEED_TONE, True))
    return found


def _direction(told: Sequence[frozenset[str]]) -> tuple[float, bool] | None:
    """Something wanted or unwanted that grows or shrinks; the nearest pair decides. Denied, it tells nothing."""
    things = [(i, ("wanted" in own) - ("unwanted" in own)) for i, own in enumerate(told)]
    ways = [(i, ("more" in own) - ("less" in own)) for i, own in enumerate(told)]
    pairs = [
        (abs(i - j), i, j, thing * way)
        for i, thing in things
        for j, way in ways
        if thing and way and i != j and abs(i - j) <= _DIRECTION_REACH
    ]
    if not pairs:
        return None
    *_, value = min(pairs)
    is_denied = any("negators" in own for own in told)
    return (0.0, True) if is_denied else (float(value), True)


def _is_negated(words: Sequence[str], told: Sequence[frozenset[str]], place: int) -> bool:
    """Whether a negator stands up to four words before, and is none of "not only" or "of the air"."""
    for at in range(max(0, place - _NEGATION_REACH), place):
        if "negators" not in told[at] or "only" in told[at + 1]:
            continue
        if words[at] == "ilman" and words[at + 1].startswith(_ILMAN_OF_AIR):
            continue
        return True
    return False


class _ToneLexicon:
    """Which lists a word stands in, looked up once per word."""

    def __init__(self, whole: Mapping[str, frozenset[str]], stems: Mapping[str, frozenset[str]]) -> None:
        self._whole, self._stems = whole, stems
        self._known: dict[str, frozenset[str]] = {}

    def __call__(self, word: str) -> frozenset[str]:
        word = word.replace("’", "'")
        if word not in self._known:
            self._known[word] = self._look_up(word)
        return self._known[word]

    def _look_up(self, word: str) -> frozenset[str]:
        stems = (self._stems.get(word[:end], frozenset()) for end in range(1, min(len(word), _LONGEST_STEM) + 1))
        return self._whole.get(word, frozenset()).union(*stems)


@cache
def _tone_lexicon(lang: str) -> _ToneLexicon:
    whole: dict[str, frozenset[str]] = {}
    stems: dict[str, frozenset[str]] = {}
    for field in fields(TONE_WORDS[lang]):
        words: Iterable[str] = getattr(TONE_WORDS[lang], field.name)
        for word in words:
            target = stems if word.endswith("*") else whole
            key = word.removesuffix("*")
            target[key] = target.get(key, frozenset()) | {field.name}
    return _ToneLexicon(whole, stems)
