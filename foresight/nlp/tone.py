"""What words alone say of a text's tone: direct words, negation, and good or bad things that grow or shrink.

A vector knows that "the service was lovely" is good, and does not know that "unemployment declined" is: there the words
decide. They decide a clause at a time; clauses end at punctuation and at "but".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

TONE_LANGUAGES = ("en", "fi")
"""The languages of `tone_words.yaml`, which says what each list holds."""

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
        value: −1 (complaint) to 1 (praise), 0 where no word has a tone.
        matches: how many words or rules found one.
        needed_rule: negation or direction decided, so that a vector is likely wrong about it.
    """

    value: float = 0.0
    matches: int = 0
    needed_rule: bool = False


NO_WORD_TONE = WordTone()


def word_tone(text: str, lang: str) -> WordTone:
    """Read a text by its words; silent in a language without lists."""
    if lang not in TONE_LANGUAGES:
        return NO_WORD_TONE
    lexicon = _tone_lexicon(lang)
    found = [one for clause in _CLAUSE.split(text.casefold()) for one in _clause_tones(_WORD.findall(clause), lexicon)]
    if not found:
        return NO_WORD_TONE
    return WordTone(
        value=sum(value for value, _ in found) / len(found),
        matches=len(found),
        needed_rule=any(by_rule for _, by_rule in found),
    )


def _clause_tones(words: Sequence[str], lexicon: _ToneLexicon) -> list[tuple[float, bool]]:
    """(tone, whether a rule made it) of every word or rule of a clause that has one."""
    kinds = [lexicon(word) for word in words]
    directed = _direction(kinds)
    if directed is not None:
        return [directed]
    found = []
    for place, own in enumerate(kinds):
        value = ("good" in own) - ("bad" in own)
        negated = _is_negated(words, kinds, place)
        if value:
            found.append((-0.8 * value if negated else float(value), negated))
        elif negated and "needed" in own:
            found.append((_DENIED_NEED_TONE, True))
    return found


def _direction(kinds: Sequence[frozenset[str]]) -> tuple[float, bool] | None:
    """Something wanted or unwanted that grows or shrinks; the nearest pair decides. Denied, it has no tone."""
    things = [(i, ("wanted" in own) - ("unwanted" in own)) for i, own in enumerate(kinds)]
    ways = [(i, ("more" in own) - ("less" in own)) for i, own in enumerate(kinds)]
    pairs = [
        (abs(i - j), i, j, thing * way)
        for i, thing in things
        for j, way in ways
        if thing and way and i != j and abs(i - j) <= _DIRECTION_REACH
    ]
    if not pairs:
        return None
    *_, value = min(pairs)
    is_denied = any("negators" in own for own in kinds)
    return (0.0, True) if is_denied else (float(value), True)


def _is_negated(words: Sequence[str], kinds: Sequence[frozenset[str]], place: int) -> bool:
    """Whether a negator stands up to four words before, and is none of "not only" or "of the air"."""
    for at in range(max(0, place - _NEGATION_REACH), place):
        if "negators" not in kinds[at] or "only" in kinds[at + 1]:
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
    lists = yaml.safe_load(files("foresight.nlp").joinpath("tone_words.yaml").read_text(encoding="utf-8"))[lang]
    whole: dict[str, frozenset[str]] = {}
    stems: dict[str, frozenset[str]] = {}
    for name, words in lists.items():
        for word in words.split():
            target = stems if word.endswith("*") else whole
            key = word.removesuffix("*")
            target[key] = target.get(key, frozenset()) | {name}
    return _ToneLexicon(whole, stems)
