"""How a word is written inside a sentence, learned from a batch of titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

CASED_WORD = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*")
_BEGINS = re.compile(r"(?:^|[.!?:–—|\"“”‘•-]\s*|\s[-–]\s)$")
_TITLE_CASE = 0.75
_LONG = 4


@dataclass(frozen=True, slots=True)
class TitleCasing:
    """How often words stand capitalised or in lower case where casing says something: not first, not in Title Case."""

    capital: Counter[str]
    lower: Counter[str]

    @staticmethod
    def of(titles: Iterable[str]) -> TitleCasing:
        """Count over the titles."""
        capital: Counter[str] = Counter()
        lower: Counter[str] = Counter()
        for title in titles:
            if not is_title_case(title):
                for word, begins in words_with_position(title):
                    if not begins:
                        (capital if word[:1].isupper() else lower)[word.casefold()] += 1
        return TitleCasing(capital, lower)

    def is_common(self, word: str) -> bool | None:
        """Whether a capitalised word is a common one; None where the titles do not tell."""
        folded = word.casefold()
        if not self.capital[folded] and not self.lower[folded]:
            return None
        return self.lower[folded] >= self.capital[folded]


def words_with_position(title: str) -> Iterator[tuple[str, bool]]:
    """(word, whether it begins a sentence or a quotation) of a title."""
    for found in CASED_WORD.finditer(title):
        yield found.group(), _BEGINS.search(title[max(0, found.start() - 4) : found.start()]) is not None


def is_title_case(title: str) -> bool:
    """Whether Nearly Every Long Word Is Capitalised, so that capitals say nothing."""
    words: Sequence[str] = [word for word in CASED_WORD.findall(title) if len(word) >= _LONG and not word[:1].isdigit()]
    return len(words) > 1 and sum(word[:1].isupper() for word in words) >= _TITLE_CASE * len(words)


def is_acronym(word: str) -> bool:
    """Whether a word has capitals that are its own: NHS, iPhone, 5G, McDonald."""
    return any(character.isupper() for character in word[1:])
