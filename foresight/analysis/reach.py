"""How far a trend reaches: over how many regions its articles of the last four weeks are spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from foresight.records import Corpus, Signal, Trend
from foresight.signals.spread import effective


def regions(corpus: Corpus, trends: Sequence[Trend], region_of: Mapping[str, str]) -> tuple[Signal, ...]:
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
                    value=effective(np.array(sorted(counts.values()), dtype=np.float32)),
                    unit="regions",
                    method="effective_sources",
                    n=counts.total(),
                )
            )
    return tuple(found)
