"""What every peer is given: documents in weeks, with texts and vectors, and the form in which it answers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.signals import FIRST_WEEKS, mondays
from foresight.model.documents import Corpus, Floats2d, Ints1d
from foresight.nlp.centring import centre_by_language, language_means

WEEK = 7 * 86_400
RECENT_WEEKS = 4
"""What a listed trend shows as its evidence: the judge reads the last 28 days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A corpus cut into weeks.

    Attributes:
        ids: ``n`` ids, in order of time.
        texts: title and lead in one.
        vectors: ``(n, dim)``, rows of length 1, centred by the means of the first twelve weeks.
        weeks: ``(n,)`` number of the week a document was published in; week 0 starts on the Monday `start`.
        start: that Monday.
        count: the cut-offs are the starts of the weeks `FIRST_WEEKS` to `count`.
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Floats2d
    weeks: Ints1d
    start: datetime
    count: int

    def rows(self, first: int, until: int) -> Ints1d:
        """Rows of the documents of the weeks first <= week < until, in order of time."""
        low, high = np.searchsorted(self.weeks, [first, until])
        return np.arange(low, high, dtype=np.int64)

    def monday(self, week: int) -> str:
        """The day a week starts, as ISO date."""
        return f"{datetime.fromtimestamp(int(self.start.timestamp()) + week * WEEK, tz=UTC):%Y-%m-%d}"

    def cuts(self) -> range:
        """The weeks at whose start a list is asked for."""
        return range(FIRST_WEEKS, self.count + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One trend on the list of a week. rank 1 is the strongest; rows are its documents of the last four weeks."""

    week: int
    rank: int
    trend: str
    stage: str
    rows: tuple[int, ...]


def material_of(corpus: Corpus) -> Material:
    """The corpus in weeks; its vectors centred per language on the twelve weeks that nobody is judged on."""
    cutoffs = mondays(corpus)
    start = int(cutoffs[0].timestamp()) - FIRST_WEEKS * WEEK
    weeks = (corpus.published - start) // WEEK
    early = np.flatnonzero(weeks < FIRST_WEEKS)
    means = language_means(corpus.vectors[early], [corpus.langs[row] for row in early], ())
    return Material(
        ids=corpus.ids,
        texts=tuple(f"{title} {text}".strip() for title, text in zip(corpus.titles, corpus.texts, strict=True)),
        vectors=centre_by_language(corpus.vectors, corpus.langs, means),
        weeks=weeks,
        start=datetime.fromtimestamp(start, tz=UTC),
        count=FIRST_WEEKS + len(cutoffs) - 1,
    )


def write_lists(path: Path, material: Material, listed: Iterable[Listed]) -> int:
    """The lists as JSON lines for the judge; how many trends were listed."""
    count = 0
    with path.open("w") as out:
        for one in listed:
            told = {"as_of": material.monday(one.week), "rank": one.rank, "trend": one.trend, "stage": one.stage}
            out.write(json.dumps(told | {"docs": [material.ids[row] for row in one.rows]}) + "\n")
            count += 1
    return count
