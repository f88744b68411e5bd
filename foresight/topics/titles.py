"""What a trend is called in each language: a few noun phrases that cover its articles, and a short central headline.

The phrases are chosen greedily by how many central articles they cover and how much more often than elsewhere they
stand there. Of the ways measured, this cover with a headline below it was understood best, in Finnish and in English.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from foresight.records import Bools1d, DocumentTerms, Headline, Ints1d, WordIndex
from foresight.topics.title_phrases import Phrase, phrases_of, words_of

LEAST_COVERED = 0.35
"""A group whose title and words cover less of its articles has no common theme: "mixed", never shown as a trend."""

_SOME = 0.2

FEWEST_OF_A_LANGUAGE = 3
_WORDS = 8
_PHRASES = 3
_WORTH_ADDING = 0.12
_MULTIWORD = 1.15
_LEAST_SPECIAL = math.log(2)
_TELLING = math.log(4)
"""A phrase of a title is twice as frequent in the group as elsewhere; one that speaks for a common theme, and a word of
the card, four times: in the spring of 2020 "coronavirus" belongs into a title, but holds no group together."""

_HEADLINES = 5
_SHORTEST_HEADLINE = 3
_LONGEST_TITLE = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a trend. similarity is its centred cosine to the trend's centroid; title is the clean one."""

    terms: DocumentTerms
    title: str
    lang: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A trend's headlines, the language with most articles first.

    covered: share of the articles, 0–1, that hold a phrase of their language's title, or two of its words.
    """

    headlines: tuple[Headline, ...]
    covered: float

    @property
    def is_mixed(self) -> bool:
        """Whether no common theme was found."""
        return self.covered < LEAST_COVERED


class Background:
    """How common words are in a corpus, and of late; what is common everywhere names nothing.

    Args:
        index: words of the corpus.
        recent: rows of the documents of the last weeks; in March 2020 "coronavirus" tells no trend from another,
            however rare it is over the years. None: only the whole corpus counts.
    """

    def __init__(self, index: WordIndex, recent: Bools1d | None = None) -> None:
        self._number = {word: i for i, word in enumerate(index.vocabulary)}
        self._documents = len(index.indptr) - 1
        rows = np.repeat(np.arange(self._documents, dtype=np.int64), np.diff(index.indptr))
        order = np.argsort(index.indices, kind="stable")
        self._rows = rows[order]
        self._start = np.searchsorted(index.indices[order], np.arange(len(index.vocabulary) + 1))
        self._recent = recent if recent is not None else np.ones(self._documents, dtype=np.bool_)
        self._recent_documents = int(self._recent.sum())

    def share(self, words: Iterable[str], *, inside: int, members: int) -> float:
        """The share of documents outside a group that hold all the words: of the corpus or of late, the greater.

        Args:
            words: those the corpus does not know are passed over.
            inside: documents of the group that hold them.
            members: documents of the group.

        Returns:
            More than 0, at most 1, as if one more document held them.
        """
        found = self._holding(words)
        late = int(self._recent[found].sum())
        return max(
            _share_outside(len(found), self._documents, inside, members),
            _share_outside(late, self._recent_documents, inside, members),
        )

    def _holding(self, words: Iterable[str]) -> Ints1d:
        known = [number for word in words if (number := self._number.get(word)) is not None]
        found = self._of(known[0]) if known else np.zeros(0, dtype=np.int64)
        for number in known[1:]:
            found = np.intersect1d(found, self._of(number), assume_unique=True)
        return found

    def _of(self, number: int) -> Ints1d:
        rows: Ints1d = self._rows[self._start[number] : self._start[number + 1]]
        return rows


def _share_outside(holding: int, documents: int, inside: int, members: int) -> float:
    return min(1.0, (max(0, holding - inside) + 1) / max(1, documents - members))


def headlines(members: Sequence[Member], background: Background, *, banned: Collection[str] = ()) -> Named:
    """The names of a trend.

    Args:
        members: its articles, at least one; more than some hundred add nothing.
        background: of the corpus the trend was found in.
        banned: phrases that are no title, such as the names of the sources.

    Returns:
        A headline per language with at least three articles, or for the most frequent language alone. Title: up to
        three phrases, " · " between them; subtitle: a short headline from near the centre; words: eight lemmas.
    """
    groups: dict[str, list[Member]] = {}
    for member in members:
        groups.setdefault(member.lang, []).append(member)
    langs = sorted(groups, key=lambda lang: (-len(groups[lang]), lang))
    told = [lang for lang in langs if len(groups[lang]) >= FEWEST_OF_A_LANGUAGE] or langs[:1]
    named = [_name(lang, groups[lang], background, banned) for lang in told]
    covered = sum(count for _, count in named) / max(1, sum(len(groups[lang]) for lang in told))
    return Named(headlines=tuple(headline for headline, _ in named), covered=covered)


def _name(
    lang: str, members: Sequence[Member], background: Background, banned: Collection[str]
) -> tuple[Headline, int]:
    """One language's headline, and how many of its articles hold a phrase of the title."""
    no_title = {words_of(phrase, lang) for phrase in banned}
    found = phrases_of([member.terms.phrases for member in members], lang)
    chosen = _cover([phrase for phrase in found if phrase.key not in no_title], _weights(members), background)
    subtitle = _central(members)
    words = _strongest_words(members, background)
    title = " · ".join(phrase.shown for phrase in chosen) or _cut(subtitle) or " · ".join(words[:_PHRASES])
    told = [phrase.reach for phrase in chosen if _is_telling(phrase, len(members), background)]
    covered = frozenset[int]().union(*told) | _sharing(members, words)
    return Headline(lang=lang, title=_raised(title), subtitle=subtitle, words=words), len(covered)


def _is_telling(phrase: Phrase, members: int, background: Background) -> bool:
    """Whether a phrase speaks for a common theme: enough articles hold it, and few elsewhere."""
    special = _specificity(len(phrase.places), members, phrase.key, background)
    return len(phrase.reach) >= _held_by_some(members) and special >= _bar(_TELLING, members, background)


def _held_by_some(members: int) -> float:
    """How many articles hold what speaks for a common theme: three pairs of articles make none."""
    return min(3.0, max(2.0, _SOME * members))


def _sharing(members: Sequence[Member], words: Sequence[str]) -> frozenset[int]:
    """Articles that hold two and more of the strongest words.

    Finnish says one thing in many compounds and cases: its articles share words where they share no phrase.
    """
    held = Counter(lemma for member in members for lemma in set(member.terms.lemmas))
    strong = {word for word in words if held[word] >= _held_by_some(len(members))}
    return frozenset(i for i, member in enumerate(members) if len(strong & set(member.terms.lemmas)) > 1)


def _weights(members: Sequence[Member]) -> list[float]:
    highest = max(member.similarity for member in members)
    return [max(member.similarity, 0.0) / highest if highest > 0 else 1.0 for member in members]


def _raised(title: str) -> str:
    """The first letter as a capital, but for words with capitals of their own: "Ventilators", "iPhone"."""
    return title[:1].upper() + title[1:] if title.split(" ", 1)[0].islower() else title


def _cover(candidates: Sequence[Phrase], weights: Sequence[float], background: Background) -> list[Phrase]:
    """Up to three phrases, each the best for what the ones before do not yet cover."""
    n = len(weights)
    least = _bar(_LEAST_SPECIAL, n, background)
    special = {phrase.key: _specificity(len(phrase.places), n, phrase.key, background) for phrase in candidates}
    candidates = [phrase for phrase in candidates if special[phrase.key] >= least]
    chosen: list[Phrase] = []
    covered: frozenset[int] = frozenset()
    first = 0.0
    for _ in range(_PHRASES):
        best, score = _best(candidates, chosen, covered, weights, special)
        if best is None or score < _WORTH_ADDING * first or score <= 0:
            break
        first = first or score
        chosen.append(best)
        covered |= best.reach
    return chosen


def _best(
    candidates: Sequence[Phrase],
    chosen: Sequence[Phrase],
    covered: frozenset[int],
    weights: Sequence[float],
    special: Mapping[tuple[str, ...], float],
) -> tuple[Phrase | None, float]:
    best, highest = None, 0.0
    for phrase in candidates:
        if any(phrase.overlaps(other) for other in chosen):
            continue
        reach = sum(
            weights[i] * (0.5 if i in covered else 1.0) * (1.0 if i in phrase.places else 0.5) for i in phrase.reach
        ) / math.sqrt(len(weights))
        score = reach * special[phrase.key] * (_MULTIWORD if len(phrase.key) > 1 else 1.0)
        if score > highest:
            best, highest = phrase, score
    return best, highest


def _specificity(inside: int, members: int, words: Sequence[str], background: Background) -> float:
    """Log of how many times more frequent something is inside than outside the group."""
    return math.log(((inside + 0.2) / members) / background.share(words, inside=inside, members=members))


def _bar(asked: float, members: int, background: Background) -> float:
    """A specificity that is asked for; beside few other articles, half of what it could be at most."""
    return min(asked, 0.5 * _specificity(members, members, (), background))


def _central(members: Sequence[Member]) -> str:
    """The shortest of the most central quarter's titles that says something and does not ask."""
    ranked = sorted(members, key=lambda member: (-member.similarity, member.title))
    central = ranked[: max(_HEADLINES, len(ranked) // 4)]
    telling = [m.title for m in central if len(m.title.split()) >= _SHORTEST_HEADLINE and "?" not in m.title]
    return min(telling or [m.title for m in central], key=lambda title: (len(title), title))


def _strongest_words(members: Sequence[Member], background: Background) -> tuple[str, ...]:
    """Eight lemmas that are frequent here and rare elsewhere; of at least two articles where there are so many."""
    counts = Counter(lemma for member in members for lemma in set(member.terms.lemmas))
    least = min(2, max(counts.values(), default=0))
    n = len(members)
    special = {
        lemma: _specificity(count, n, words_of(lemma), background) for lemma, count in counts.items() if count >= least
    }
    bar = _bar(_TELLING, n, background)
    worth = [lemma for lemma in special if special[lemma] >= bar]
    told: list[str] = []
    for lemma in sorted(worth, key=lambda lemma: (-counts[lemma] * special[lemma], lemma)):
        if len(told) < _WORDS and not any(_same(lemma, other) for other in told):
            told.append(lemma)
    return tuple(told)


def _same(one: str, two: str) -> bool:
    """Whether two lemmas are one word that was read in two ways: debenhams, debenham."""
    return abs(len(one) - len(two)) == 1 and (one.startswith(two) or two.startswith(one))


def _cut(title: str) -> str:
    """A headline as a title, where no phrase is shared: cut at a word's end."""
    return title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
