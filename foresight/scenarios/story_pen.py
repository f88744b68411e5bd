"""Writes the sentences of a story in one language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from foresight.records import Factor, Sentence, State
from foresight.text import Texts
from foresight.text.numbers import list_text


class StoryPen:
    """The texts of `story` in one language, and the names of a scenario's states."""

    def __init__(self, lang: str, factors: Sequence[Factor]) -> None:
        self._texts = Texts(lang)
        self.lang = self._texts.lang
        self._names = {(f.id, s.id): f"{f.name}: {s.name}" for f in factors for s in f.states}

    def __call__(self, key: str, sources: Iterable[str], /, **facts: object) -> Sentence:
        """The sentence under `story.key`, with each of its sources once."""
        return Sentence(key=key, text=self.words(key, **facts), sources=tuple(dict.fromkeys(sources)))

    def words(self, key: str, /, **facts: object) -> str:
        """The text under `story.key`."""
        return self._texts(f"story.{key}", **facts)

    def name(self, pair: tuple[str, str]) -> str:
        """A (factor id, state id) pair as people call it."""
        return self._names.get(pair, "=".join(pair))

    def states(self, pairs: Sequence[tuple[Factor, State]]) -> str:
        """Several states in quotation marks, with commas and "and"."""
        return self.quoted(self.name((factor.id, state.id)) for factor, state in pairs)

    def quoted(self, names: Iterable[str]) -> str:
        """Names in quotation marks, with commas and "and"."""
        return list_text([self.words("quoted", name=name) for name in names], self.lang)
