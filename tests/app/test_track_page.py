"""The page Track record: what it says of a record, of few calls, and of none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from made_world import AS_OF, fill
from streamlit.testing.v1 import AppTest

from foresight.model.track_record import CallOrigin, TrackRecord
from foresight.model.trends import Stage
from foresight.testing.builders import a_call, a_track_record, an_outcome
from foresight.testing.fakes import FrozenClock
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations, TemporaryLedger
from foresight.wiring import make_services

APP = Path(__file__).parent / "memory_app.py"
RECORD = replace(a_track_record(), last=AS_OF - timedelta(weeks=13))
HOSTILE = "<b>x</b> [y](javascript:z) **q**"
Open = Callable[..., AppTest]


@pytest.fixture
def page() -> Open:
    def opened(*records: TrackRecord, lang: str = "en") -> AppTest:
        archive, generations = TemporaryArchive(), TemporaryGenerations()
        fill(archive)
        calls = [
            a_call("grown", origin=CallOrigin.BACKTEST, title="Refill stations", as_of=RECORD.last),
            a_call("gone", origin=CallOrigin.BACKTEST, title=HOSTILE, as_of=RECORD.last, stage=Stage.WEAK),
            a_call("open", origin=CallOrigin.BACKTEST, title="Not yet", as_of=RECORD.last + timedelta(weeks=12)),
        ]
        with archive.transaction():
            archive.put_calls(calls)
            archive.put_outcomes([an_outcome(calls[0]), an_outcome(calls[1], grew=False, near=(0.0,) * 4)])
            for record in records:
                archive.put_track_record(record)
        generations.publish(archive)
        test = AppTest.from_file(str(APP), default_timeout=60)
        test.query_params["lang"] = lang
        test.session_state["made"] = make_services(generations, TemporaryLedger(FrozenClock(AS_OF)), FrozenClock(AS_OF))
        test.run()
        test._page_hash = test.session_state["pages"]["track"]._script_hash
        return test.run()

    return opened


def said(test: AppTest) -> str:
    return " ".join(element.value for element in (*test.title, *test.subheader, *test.markdown, *test.caption))


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_a_record_is_told_in_words_and_cases(page: Open, lang: str) -> None:
    test = page(RECORD, lang=lang)
    assert not test.exception
    assert not test.error
    told = said(test)
    assert "60" in told
    assert "20" in told
    titles = list(test.dataframe[-1].value.iloc[:, 1])
    assert "Refill stations" in titles
    assert "Not yet" not in titles


def test_without_a_judged_call_the_page_says_what_makes_one(page: Open) -> None:
    test = page()
    assert not test.exception
    assert "foresight backtest" in test.code[0].value


def test_a_handful_of_calls_gets_no_percentage(page: Open) -> None:
    few = tuple(replace(one, calls=2, grew=2) for one in RECORD.reliability)
    told = said(page(replace(RECORD, reliability=few)))
    assert "Only 2 calls" in told
    assert "100%" not in told


def test_bands_that_do_not_hold_are_said_to_be_too_narrow(page: Open) -> None:
    narrow = tuple(replace(one, ninety=0.71, error=-0.7) for one in RECORD.coverage)
    told = said(page(replace(RECORD, coverage=narrow)))
    assert "too narrow 4, 8 and 12 weeks ahead" in told
    assert "too high" in told
    assert "nine in ten shares" in said(page(RECORD))


def test_a_chance_that_tells_nothing_is_said_to_tell_nothing(page: Open) -> None:
    many = tuple(replace(one, calls=80) for one in RECORD.chances)
    assert "no better than the average" in said(page(replace(RECORD, chances=many, brier=0.3)))
    assert "are informative" in said(page(replace(RECORD, chances=many)))


def test_runs_and_a_backtest_are_shown_one_at_a_time(page: Open) -> None:
    test = page(RECORD, replace(RECORD, origin=CallOrigin.RUN, calls=3))
    assert not test.exception
    assert "made afterwards" in said(test)


def test_a_record_with_empty_tables_is_no_trouble(page: Open) -> None:
    empty = replace(
        RECORD, reliability=(), chances=(), brier=None, brier_base=None, coverage=(), lists=(), complete=False
    )
    test = page(empty)
    assert not test.exception
    assert not test.error
