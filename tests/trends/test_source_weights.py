"""One story of a source counts its weight: in shares, signals, stages and ranks, and not in how sure the test is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foresight.model.documents import Corpus
from foresight.model.options import TrendOptions
from foresight.model.trends import Signal, Stage, Trend
from foresight.nlp.word_index import WordIndex
from foresight.testing.corpora import PlantedSubject, made_corpus, week_of
from foresight.trends.analysis import Analysis, analyse
from foresight.trends.measurement import growth_p_values, weight_scale

QUICK = TrendOptions(permutations=4)
LISTED = (Stage.WEAK, Stage.EMERGING)
PLANTED = (PlantedSubject(week=20, counts=(5, 8, 10)), PlantedSubject(week=20, counts=(4, 7, 9)))
AS_OF = week_of(23)


@cache
def world() -> tuple[Corpus, WordIndex]:
    return made_corpus(weeks=23, planted=list(PLANTED))


def weighed(weights: dict[int, float]) -> Analysis:
    corpus, words = world()
    own = np.array([weights.get(i, 1.0) for i in range(len(corpus.source_ids))], dtype=np.float32)
    return analyse(replace(corpus, source_weights=own), words, None, as_of=AS_OF, options=QUICK)


@cache
def usual() -> Analysis:
    return weighed({})


def listed(analysis: Analysis) -> list[Trend]:
    return [trend for trend in analysis.trends if trend.stage in LISTED]


def values(analysis: Analysis, trend: Trend) -> dict[tuple[str, str], Signal]:
    return {(s.name, s.window): s for s in analysis.signals if s.trend_id == trend.id}


def main_source(trend: Trend) -> int:
    """The source that most of a trend's articles come from."""
    corpus, _ = world()
    row = {name: i for i, name in enumerate(corpus.ids)}
    return int(np.bincount([corpus.sources[row[name]] for name in trend.recent]).argmax())


def test_a_heavier_source_makes_what_it_writes_of_a_larger_share() -> None:
    trend = listed(usual())[0]
    heavy = weighed({main_source(trend): 3.0})
    before, after = values(usual(), trend), values(heavy, trend)
    assert after["share", "4w"].value > before["share", "4w"].value
    changed = {name for (name, window), signal in after.items() if before.get((name, window)) != signal}
    assert {"share", "growth", "spread"} <= changed


def test_a_weight_changes_stage_or_rank() -> None:
    corpus, _ = world()
    ranks = {trend.id: (trend.stage, trend.rank) for trend in usual().trends}
    light = weighed(dict.fromkeys(range(len(corpus.source_ids)), 0.1) | {main_source(listed(usual())[0]): 1.0})
    assert {trend.id: (trend.stage, trend.rank) for trend in light.trends} != ranks


def test_what_a_source_of_weight_nothing_writes_counts_nowhere_and_founds_nothing() -> None:
    corpus, _ = world()
    silent = weighed(dict.fromkeys(range(len(corpus.source_ids)), 0.0))
    assert not listed(silent)
    assert not silent.state.units
    assert all(total == 0 for series in silent.series for total in series.totals)


def test_few_stories_of_light_sources_are_too_few_for_a_stage() -> None:
    corpus, _ = world()
    light = weighed(dict.fromkeys(range(len(corpus.source_ids)), 0.01))
    assert {trend.stage for trend in light.trends} <= {Stage.NOISE, Stage.SLEEPING}


COUNTS = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=10, max_size=10)


@given(counts=COUNTS)
def test_where_every_source_weighs_one_the_scale_is_exactly_one(counts: list[list[int]]) -> None:
    assert weight_scale(np.array([counts], dtype=np.float32), np.ones(3, dtype=np.float32)).tolist() == [1.0]


@given(counts=COUNTS, weight=st.sampled_from([0.5, 2.0, 4.0]))
def test_a_weight_that_all_sources_share_is_the_scale(counts: list[list[int]], weight: float) -> None:
    weighted = weight * np.array([counts], dtype=np.float32)
    scale = weight_scale(weighted, np.full(3, weight, dtype=np.float32))
    assert scale.tolist() == [weight if np.any(counts) else 1.0]


@pytest.mark.parametrize("weights", [(1.0, 1.0, 1.0), (5.0, 1.0, 0.2), (3.0, 3.0, 0.5)])
def test_by_chance_weighted_counts_pass_no_more_often_than_the_test_says(weights: tuple[float, ...]) -> None:
    rng = np.random.default_rng(7)
    own = np.array(weights, dtype=np.float32)
    counts = (rng.poisson(3.0, size=(2_000, 10, 3)) * own).astype(np.float32)
    volumes = np.full((10, 3), 100.0, dtype=np.float32) * own
    scale, sources = weight_scale(counts, own), np.ones(3, dtype=np.bool_)
    p = growth_p_values(counts, volumes, sources, scale, recent=2, baseline=8)
    # What was expected is itself estimated from eight weeks, so that a plain Poisson tail passes a little too often.
    assert (p <= 0.05).mean() <= 0.09
    unscaled = growth_p_values(counts, volumes, sources, np.ones_like(scale), recent=2, baseline=8)
    assert max(weights) == 1.0 or (unscaled <= 0.05).mean() > (p <= 0.05).mean() + 0.02
