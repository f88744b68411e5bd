"""An archive in memory whose corpus is a made one, for what the pipeline says and judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from foresight.model.documents import Corpus
from foresight.model.options import Options, TrendOptions
from foresight.model.sources import Source
from foresight.nlp.word_index import WordIndex
from foresight.pipeline.context import PipelineContext
from foresight.testing.corpora import PlantedSubject, made_corpus
from foresight.testing.fakes import FrozenClock, HashEncoder
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations

OPTIONS = Options(trends=replace(TrendOptions(), permutations=3))
LETTERS = str.maketrans("0123456789", "bcdfghjklm")
PLANTED = (
    PlantedSubject(week=14, counts=(4, 8, 12, 14, 14, 15, 15, 16, 16, 16, 16, 16), of=0),
    PlantedSubject(week=17, counts=(5, 9, 3), of=1),
    PlantedSubject(week=20, counts=(3, 6, 9, 12, 12), of=2),
)


class CorpusArchive(TemporaryArchive):
    """An archive that holds a corpus as it was available by `end`; what is written goes where it always goes."""

    def __init__(self, corpus: Corpus, end: datetime) -> None:
        super().__init__()
        self.whole, self.end = corpus, end
        with self.transaction():
            self.put_sources([Source(id=name, title=f"Title of {name}", url="") for name in corpus.source_ids])

    def corpus(self, encoder: str, *, since: datetime | None = None, until: datetime | None = None) -> Corpus:  # noqa: ARG002 - one encoder
        """The rows available in ``since <= t < until``, none from `end` on."""
        last = min(self.end, until or self.end)
        low = int(since.timestamp()) if since else 0
        rows = np.flatnonzero((self.whole.available >= low) & (self.whole.available < int(last.timestamp())))
        return self.whole.only(rows.astype(np.int64))

    def newest(self) -> datetime | None:
        """The end."""
        return self.end


def spelled(corpus: Corpus, words: WordIndex) -> Corpus:
    """The corpus with its words as titles, so that they are found by reading."""
    titles = tuple(
        " ".join(
            words.vocabulary[w].translate(LETTERS) for w in words.indices[words.indptr[row] : words.indptr[row + 1]]
        )
        for row in range(len(corpus))
    )
    return replace(corpus, titles=titles)


def a_corpus(*, weeks: int = 40, planted: Sequence[PlantedSubject] = PLANTED, seed: int = 1) -> Corpus:
    """Months of a few articles a day, with movements that last and one that does not."""
    return spelled(*made_corpus(weeks=weeks, per_week=40, planted=planted, subjects=50, seed=seed))


def tools_on(archive: CorpusArchive, *, now: datetime | None = None) -> PipelineContext:
    """The pipeline's tools on it."""
    return PipelineContext(
        archive=archive,
        generations=TemporaryGenerations(),
        encoder=HashEncoder(),
        clock=FrozenClock(now or archive.end + timedelta(hours=1)),
        options=OPTIONS,
        progress=lambda step, done, total: None,  # noqa: ARG005 - nobody looks
    )


__all__ = ["OPTIONS", "PLANTED", "CorpusArchive", "a_corpus", "spelled", "tools_on"]
