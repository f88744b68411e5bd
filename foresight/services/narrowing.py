"""A corpus narrowed to some of its sources."""

from __future__ import annotations

import numpy as np

from foresight.records import Corpus


def only_sources(corpus: Corpus, source_ids: frozenset[str]) -> Corpus:
    """The documents of those sources; a story whose first document falls away starts at its first one that stays."""
    wanted = np.array([source in source_ids for source in corpus.source_ids], dtype=bool)
    return corpus.only(np.flatnonzero(wanted[corpus.sources]) if len(corpus) else np.zeros(0, dtype=np.int64))
