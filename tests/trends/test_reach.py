"""How far a trend reaches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from foresight.model.documents import Corpus
from foresight.model.trends import Signal
from foresight.testing.builders import a_trend
from foresight.testing.corpora import made_corpus
from foresight.trends.signals import region_signals

CORPUS, _ = made_corpus(weeks=2, per_week=12, sources=4, seed=1)


def written_by(corpus: Corpus, *sources: int) -> tuple[str, ...]:
    """An article of each source named, another one each time."""
    rows = {number: iter([i for i, own in enumerate(corpus.sources) if own == number]) for number in set(sources)}
    return tuple(corpus.ids[next(rows[number])] for number in sources)


def reached(sources: tuple[int, ...], declared: dict[int, str]) -> tuple[Signal, ...]:
    trend = replace(a_trend(), recent=written_by(CORPUS, *sources))
    return region_signals(CORPUS, [trend], {CORPUS.source_ids[number]: region for number, region in declared.items()})


def test_two_regions_that_write_equally_much_are_two() -> None:
    (found,) = reached((0, 1, 2, 3), {0: "FI", 1: "FI", 2: "SE", 3: "SE"})
    assert (found.name, found.n) == ("regions", 4)
    assert found.value == pytest.approx(2.0)


def test_a_region_that_writes_nearly_all_counts_for_hardly_more_than_one() -> None:
    (found,) = reached((0, 0, 0, 1), {0: "FI", 1: "SE"})
    assert 1.0 < found.value < 2.0


def test_sources_that_declare_no_region_are_left_out_and_nothing_is_told_where_none_does() -> None:
    (found,) = reached((0, 1, 2), {0: "FI", 1: ""})
    assert (found.value, found.n) == (pytest.approx(1.0), 1)
    assert reached((0, 1), {0: ""}) == ()
