"""The fakes do the same every time, and the builders give records that fit together."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.errors import TimedOut, Unreachable
from foresight.model.sources import Request, Response
from foresight.model.trends import Stage
from foresight.testing.builders import NOW, a_document, a_series, a_source, a_trend, a_view
from foresight.testing.fakes import CannedFetcher, FrozenClock, HashEncoder


def ask(fetcher: CannedFetcher, url: str, **validators: str) -> Response:
    return asyncio.run(fetcher.fetch(Request(url=url, **validators)))


def test_a_frozen_clock_stands_until_it_is_told_to_go_on() -> None:
    clock = FrozenClock()
    assert clock.now() == clock.now() == NOW
    clock.advance(timedelta(hours=1))
    assert clock.now() == NOW + timedelta(hours=1)


def test_a_canned_fetcher_answers_in_turn_and_stays_with_the_last() -> None:
    first, last = Response(url="u", status=200), Response(url="u", status=304)
    fetcher = CannedFetcher({"u": [first, last], "v": first})
    assert [ask(fetcher, url) for url in "uuuvv"] == [first, last, last, first, first]


def test_a_canned_fetcher_raises_the_errors_it_was_given_and_remembers_what_was_asked() -> None:
    fetcher = CannedFetcher({"u": [TimedOut(url="u", seconds=3), Response(url="u", status=200)]})
    with pytest.raises(TimedOut):
        ask(fetcher, "u", etag="e")
    assert ask(fetcher, "u").status == 200
    with pytest.raises(Unreachable):
        ask(fetcher, "elsewhere")
    assert fetcher.requests == [Request(url="u", etag="e"), Request(url="u"), Request(url="elsewhere")]


@settings(max_examples=25)
@given(st.lists(st.text(max_size=20), max_size=5))
def test_hashed_vectors_have_length_one_and_are_the_same_for_the_same_text(texts: list[str]) -> None:
    vectors = HashEncoder().encode(texts)
    assert vectors.shape == (len(texts), 64)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors, HashEncoder().encode(texts))


def test_texts_that_share_words_lie_nearer_than_those_that_do_not() -> None:
    encoder = HashEncoder(dim=256)
    one, near, far = encoder.encode(["Heat pumps sell well", "heat PUMPS sell badly", "Keskuspankki nosti korkoa"])
    assert one @ near > 0.5 > one @ far
    assert encoder.name == "hash-256"


def test_builders_change_what_is_named_and_nothing_else() -> None:
    assert a_trend(stage=Stage.WEAK).stage is Stage.WEAK
    assert a_trend(stage=Stage.WEAK).documents == a_trend().documents
    assert a_source("s", weight=0.5).weight == 0.5
    assert a_series("t").trend_id == "t"
    assert len(a_series().weeks) == len(a_series().counts) == len(a_series().totals)
    assert all(week.weekday() == 0 for week in a_series().weeks)


def test_a_built_documents_hash_follows_its_words() -> None:
    assert a_document(title="a").content_hash == a_document("other", title="a").content_hash
    assert a_document(title="a").content_hash != a_document(title="b").content_hash


def test_a_built_view_holds_together() -> None:
    view = a_view(a_trend("t"))
    assert view.trend.id == view.series.trend_id == view.signals[0].trend_id == "t"
    assert view.title("fi") == "Otsikko: t"
