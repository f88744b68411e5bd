"""A corpus narrowed to some of its sources."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foresight.errors import NotFound
from foresight.records import Corpus, Source


def only_sources(corpus: Corpus, source_ids: frozenset[str]) -> Corpus:
    """The documents of those sources; a story whose first document falls away starts at its first one that stays."""
    wanted = np.array([source in source_ids for source in corpus.source_ids], dtype=bool)
    return corpus.only(np.flatnonzero(wanted[corpus.sources]) if len(corpus) else np.zeros(0, dtype=np.int64))


def source_ids(sources: Sequence[Source], wanted: Sequence[str]) -> frozenset[str]:
    """Ids of the sources that are wanted by id or title.

    Raises:
        NotFound: an unknown source.
    """
    by_name = {name: source.id for source in sources for name in (source.id, source.title)}
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        raise NotFound(kind="source", id=", ".join(unknown))
    return frozenset(by_name[name] for name in wanted)
