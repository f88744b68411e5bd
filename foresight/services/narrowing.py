"""A corpus narrowed to some of its sources."""

from __future__ import annotations

import numpy as np

from foresight.records import Bools1d, Corpus


def only_sources(corpus: Corpus, source_ids: frozenset[str]) -> Corpus:
    """The documents of those sources; a story whose first document falls away starts at its first one that stays."""
    wanted = np.array([source in source_ids for source in corpus.source_ids], dtype=bool)
    return _kept(corpus, wanted[corpus.sources] if len(corpus) else np.zeros(0, dtype=bool))


def _kept(corpus: Corpus, keep: Bools1d) -> Corpus:
    rows = np.flatnonzero(keep)
    first: dict[int, int] = {}
    stories = [first.setdefault(int(story), place) for place, story in enumerate(corpus.stories[rows])]
    return Corpus(
        ids=tuple(corpus.ids[row] for row in rows),
        titles=tuple(corpus.titles[row] for row in rows),
        texts=tuple(corpus.texts[row] for row in rows),
        langs=tuple(corpus.langs[row] for row in rows),
        sources=corpus.sources[rows],
        stories=np.array(stories, dtype=np.int64),
        published=corpus.published[rows],
        available=corpus.available[rows],
        vectors=corpus.vectors[rows],
        source_ids=corpus.source_ids,
        source_weights=corpus.source_weights,
    )
