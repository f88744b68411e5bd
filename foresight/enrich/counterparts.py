"""Documents of two languages that tell the same story: each the other's nearest within days.

Translations and independent articles of one event lie further apart than copies in one language, so the cosine alone
does not tell them from a namesake topic; that each is nearest to the other among everything of the last days does.
By the past alone: nearest among what has been told so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foresight.records import Bools1d, Document, Floats1d, Floats2d, Ints1d

_DIGITS = 4
_NO_LANGUAGE = ("", "und")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """A document of another language whose nearest in the new one's language is the new one."""

    document_id: str
    cosine: float


class Counterparts:
    """The documents of the last days, each with the cosine of its nearest in every other language.

    Args:
        days: how far apart two documents may be, published as well as available.
    """

    def __init__(self, days: int) -> None:
        self._span = days * 86_400
        self._codes: dict[str, int] = {}
        self._ids: list[str] = []
        self._langs = np.zeros(0, dtype=np.int64)
        self._times = np.zeros((0, 2), dtype=np.float64)
        self._vectors: Floats2d | None = None
        self._best: Floats2d = np.zeros((0, 0), dtype=np.float32)

    def told(self, block: Sequence[Document], vectors: Floats2d) -> list[Counterpart | None]:
        """Take in documents in the order told; the counterpart of each among those before it.

        Args:
            block: with their languages, in order of `available`.
            vectors: ``(len(block), dim)``, centred per language, rows of length 1.
        """
        there = self._grow(block, vectors)
        if len(set(self._langs[self._langs >= 0].tolist())) < 2:  # noqa: PLR2004 - one language has no counterparts
            return [None] * len(block)
        assert self._vectors is not None, "grown above"  # noqa: S101 - for the type checker
        cosines = np.round(vectors @ self._vectors.T, _DIGITS)
        return [self._nearest(there + i, row) for i, row in enumerate(cosines)]

    def _grow(self, block: Sequence[Document], vectors: Floats2d) -> int:
        """Add the block's rows, let go of what is too old to matter; the place of its first row."""
        times = np.array([(d.available.timestamp(), d.published.timestamp()) for d in block]).reshape(-1, 2)
        kept = self._times[:, 0] >= (times[0, 0] - self._span if len(times) else -np.inf)
        langs = [-1 if d.lang in _NO_LANGUAGE else self._codes.setdefault(d.lang, len(self._codes)) for d in block]
        best = np.full((int(kept.sum()) + len(block), len(self._codes)), -1.0, dtype=np.float32)
        best[: int(kept.sum()), : self._best.shape[1]] = self._best[kept]
        old = vectors[:0] if self._vectors is None else self._vectors[kept]
        self._ids = [id_ for id_, stays in zip(self._ids, kept, strict=True) if stays] + [d.id for d in block]
        self._langs = np.concatenate([self._langs[kept], np.array(langs, dtype=np.int64)])
        self._times = np.concatenate([self._times[kept], times])
        self._vectors, self._best = np.concatenate([old, vectors]), best
        return int(kept.sum())

    def _nearest(self, place: int, cosines: Floats1d) -> Counterpart | None:
        """The counterpart of one row among the rows before it; what it is nearest to is remembered."""
        rows = self._comparable(place)
        if not len(rows):
            return None
        own, near = int(self._langs[place]), cosines[rows]
        best = int(np.argmax(near))
        is_mutual = bool(near[best] > self._best[rows[best], own])
        np.maximum.at(self._best[place], self._langs[rows], near)
        self._best[rows, own] = np.maximum(self._best[rows, own], near)
        if not is_mutual:
            return None
        return Counterpart(document_id=self._ids[int(rows[best])], cosine=round(float(near[best]), _DIGITS))

    def _comparable(self, place: int) -> Ints1d:
        """Rows before one, of another language, within the days."""
        if self._langs[place] < 0:
            return np.zeros(0, dtype=np.int64)
        before = slice(0, place)
        apart: Bools1d = np.all(np.abs(self._times[before] - self._times[place]) <= self._span, axis=1)
        langs = self._langs[before]
        return np.flatnonzero(apart & (langs >= 0) & (langs != self._langs[place])).astype(np.int64)
