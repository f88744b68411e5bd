"""How far a trend lies from all that was known a quarter ago.

How far a trend reaches: over how many regions its articles of the last four weeks are spread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from foresight.model.documents import Corpus, Floats1d, Floats2d
from foresight.model.trends import Signal, Trend
from foresight.trends.stages import effective_sources


def novelty(vectors: Floats2d, known: Floats2d) -> Floats1d:
    """One minus the cosine to the nearest known trend.

    Args:
        vectors: ``(n, dim)`` centroids, length 1.
        known: ``(m, dim)`` centroids of trends older than a quarter; `m` may be 0.

    Returns:
        ``(n,)``, 0 (known) to 2; all 1 where `m` is 0.
    """
    if not len(known):
        return np.ones(len(vectors), dtype=np.float32)
    return np.asarray(1.0 - (vectors @ known.T).max(axis=1, initial=-1.0), dtype=np.float32)


def region_signals(corpus: Corpus, trends: Sequence[Trend], region_of: Mapping[str, str]) -> tuple[Signal, ...]:
    """The effective number of regions per trend, exp(entropy) as for sources; none where no source declares one.

    Args:
        corpus: that the trends' articles are in.
        trends: with their recent articles.
        region_of: per source id its region, "" where not declared.
    """
    source_of = {name: corpus.source_ids[corpus.sources[row]] for row, name in enumerate(corpus.ids)}
    found = []
    for trend in trends:
        known = [source_of[name] for name in trend.recent if name in source_of]
        counts = Counter(region for source in known if (region := region_of.get(source, "")))
        if counts:
            found.append(
                Signal(
                    trend_id=trend.id,
                    name="regions",
                    window="4w",
                    value=effective_sources(np.array(sorted(counts.values()), dtype=np.float32)),
                    unit="regions",
                    method="effective_sources",
                    n=counts.total(),
                )
            )
    return tuple(found)
