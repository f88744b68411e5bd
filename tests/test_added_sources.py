"""Law: feeds that are added bring their topics, not a trend."""

from __future__ import annotations

import numpy as np
import pytest

from foresight.model.options import TrendOptions
from foresight.model.trends import Stage
from foresight.testing.corpora import made_corpus, week_of
from foresight.trends.analysis import replay

LISTED = (Stage.WEAK, Stage.EMERGING)


@pytest.mark.parametrize("sources", [3, 5])
def test_twenty_feeds_added_at_half_time_make_no_new_signal(sources: int) -> None:
    corpus, words = made_corpus(weeks=24, per_week=30, sources=sources, late_sources=(20, 14), seed=sources)
    late = {corpus.ids[i] for i in np.flatnonzero(corpus.sources >= sources)}
    cutoffs = [week_of(week) for week in range(15, 25)]
    about = [
        trend
        for analysis in replay(corpus, words, cutoffs, options=TrendOptions(permutations=6))
        for trend in analysis.trends
        if trend.stage in LISTED and late & set(trend.recent)
    ]
    assert not about
