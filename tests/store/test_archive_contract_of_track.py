"""What the archive promises of calls and outcomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from foresight.model.errors import StoreError
from foresight.model.track_record import BacktestState, BandCoverage, CallOrigin, CallOutcome, TrackRecord, TrendCall
from foresight.model.trends import Cluster, ClusteringState, LanguageMean, Stage
from foresight.store.archive import Archive
from foresight.store.generations import Generations
from foresight.testing.builders import NOW, a_call, a_track_record, a_trend, an_outcome

WEEK = timedelta(weeks=1)


def keep(archive: Archive, *given: TrendCall | CallOutcome | TrackRecord) -> None:
    with archive.transaction():
        archive.put_calls([one for one in given if isinstance(one, TrendCall)])
        archive.put_outcomes([one for one in given if isinstance(one, CallOutcome)])
        for one in given:
            if isinstance(one, TrackRecord):
                archive.put_track_record(one)


def test_a_call_comes_back_as_it_was_said(archive: Archive) -> None:
    said = a_call(q_value=None, lasting=None, title="Äänekoski — 'n; --", words=(("yksi", "kaksi"), ("one", "two")))
    keep(archive, said)
    assert archive.calls(CallOrigin.RUN) == (said,)
    assert archive.calls(CallOrigin.RUN)[0].centre.dtype == np.float32


def test_calls_stand_in_order_of_cut_off_rank_and_trend(archive: Archive) -> None:
    late = a_call("b", as_of=NOW + WEEK)
    calls = [late, a_call("c", rank=2), a_call("a", rank=2), a_call("z", rank=1)]
    keep(archive, *calls)
    assert [call.trend_id for call in archive.calls(CallOrigin.RUN)] == ["z", "a", "c", "b"]
    assert archive.calls(CallOrigin.RUN, since=NOW + WEEK) == (late,)
    assert late not in archive.calls(CallOrigin.RUN, until=NOW + WEEK)


def test_a_call_said_again_replaces_the_first(archive: Archive) -> None:
    keep(archive, a_call(), a_call("other"))
    keep(archive, a_call(stage=Stage.WEAK))
    assert [call.stage for call in archive.calls(CallOrigin.RUN)] == [Stage.EMERGING, Stage.WEAK]


def test_runs_and_backtests_do_not_mix(archive: Archive) -> None:
    keep(archive, a_call(), a_call(origin=CallOrigin.BACKTEST, stage=Stage.WEAK))
    assert [call.stage for call in archive.calls(CallOrigin.BACKTEST)] == [Stage.WEAK]
    assert [call.stage for call in archive.calls(CallOrigin.RUN)] == [Stage.EMERGING]


def test_outcomes_come_back_by_cut_off_trend_and_horizon(archive: Archive) -> None:
    call = a_call()
    first, last = an_outcome(call), an_outcome(call, days=91, grew=None, lasted=None, chance_grew=None)
    other = an_outcome(a_call("aaa"))
    keep(archive, last, first, other)
    assert archive.outcomes(CallOrigin.RUN) == (other, first, last)
    assert archive.outcomes(CallOrigin.RUN, since=NOW + WEEK) == ()
    assert archive.outcomes(CallOrigin.RUN, since=NOW) == (other, first, last)
    keep(archive, replace(first, grew=False))
    assert [one.grew for one in archive.outcomes(CallOrigin.RUN)] == [True, False, None]


def test_a_call_waits_for_judgement_at_each_horizon_on_its_own(archive: Archive) -> None:
    old, new = a_call("old"), a_call("new", as_of=NOW + WEEK)
    keep(archive, old, new, an_outcome(old))
    assert archive.calls_without_outcome(CallOrigin.RUN, days=28, until=NOW + WEEK) == (new,)
    assert archive.calls_without_outcome(CallOrigin.RUN, days=28, until=NOW) == ()
    assert archive.calls_without_outcome(CallOrigin.RUN, days=91, until=NOW) == (old,)
    assert archive.calls_without_outcome(CallOrigin.BACKTEST, days=91, until=NOW) == ()


def test_only_the_places_of_old_calls_are_let_go_of(archive: Archive) -> None:
    old, new = a_call("old"), a_call("new", as_of=NOW + WEEK)
    keep(archive, old, new)
    with archive.transaction():
        archive.clear_call_centres(CallOrigin.RUN, before=NOW + WEEK)
    kept = archive.calls(CallOrigin.RUN)
    assert [len(call.centre) for call in kept] == [0, len(new.centre)]
    assert kept[0] == replace(old, centre=kept[0].centre)


def test_a_track_record_comes_back_and_is_replaced(archive: Archive) -> None:
    assert archive.track_record(CallOrigin.BACKTEST) is None
    record = a_track_record(sources_only=("Yle",), brier=None)
    keep(archive, record, a_track_record(CallOrigin.RUN, known=None, coverage=()))
    assert archive.track_record(CallOrigin.BACKTEST) == record
    keep(archive, replace(record, complete=False))
    found = archive.track_record(CallOrigin.BACKTEST)
    assert found is not None
    assert not found.complete
    assert found.coverage[0] == BandCoverage(
        **{name: getattr(record.coverage[0], name) for name in BandCoverage.__slots__}
    )


def test_forgetting_an_origin_leaves_the_other(archive: Archive) -> None:
    both = [a_call(origin=origin) for origin in CallOrigin]
    keep(archive, *both, *(an_outcome(call) for call in both), a_track_record(), a_track_record(CallOrigin.RUN))
    with archive.transaction():
        archive.delete_track(CallOrigin.BACKTEST)
    assert archive.calls(CallOrigin.BACKTEST) == archive.outcomes(CallOrigin.BACKTEST) == ()
    assert archive.track_record(CallOrigin.BACKTEST) is None
    assert archive.calls(CallOrigin.RUN)
    assert archive.outcomes(CallOrigin.RUN)
    assert archive.track_record(CallOrigin.RUN)


def test_a_backtest_goes_on_exactly_where_it_stood(archive: Archive) -> None:
    unit = Cluster(
        id="u",
        centroid=np.array([0.1, 0.7], dtype=np.float32),
        weight=3.3,
        thresholds=(("en", 0.5),),
        born=NOW - WEEK,
        last_active=NOW,
        documents=4,
    )
    engine = ClusteringState(
        cutoff=NOW,
        units=(unit,),
        means=(LanguageMean(lang="fi", documents=7, mean=np.array([0.5, 0.1], dtype=np.float32)),),
        null=(("density", 2, 1.25, 1.2),),
        calibrated=NOW - WEEK,
    )
    state = BacktestState(fingerprint="abc", cutoff=NOW, engine=engine, trends=(a_trend(), a_trend("b", rank=0)))
    assert archive.backtest_state() is None
    for given in (replace(state, cutoff=NOW - WEEK), state):
        with archive.transaction():
            archive.put_backtest_state(given)
    assert repr(archive.backtest_state()) == repr(state)
    with archive.transaction():
        archive.put_backtest_state(None)
    assert archive.backtest_state() is None


def test_a_new_backtest_may_stand_before_its_first_trend(archive: Archive) -> None:
    state = BacktestState(fingerprint="abc", cutoff=NOW, engine=ClusteringState(cutoff=NOW), trends=())
    with archive.transaction():
        archive.put_backtest_state(state)
    assert archive.backtest_state() == state


def test_readers_of_a_generation_see_its_track(archive: Archive, generations: Generations) -> None:
    keep(archive, a_call(), an_outcome(), a_track_record())
    generations.publish(archive)
    keep(archive, a_call("later"))
    reader = generations.current()
    assert len(reader.calls(CallOrigin.RUN)) == len(reader.outcomes(CallOrigin.RUN)) == 1
    assert reader.track_record(CallOrigin.BACKTEST) == a_track_record()
    reader.close()


def test_writing_outside_a_transaction_is_refused(archive: Archive) -> None:
    with pytest.raises(StoreError):
        archive.put_calls([a_call()])
    with pytest.raises(StoreError):
        archive.put_backtest_state(None)


def _fail_after_writing(archive: Archive) -> None:
    archive.put_calls([a_call()])
    archive.put_outcomes([an_outcome()])
    raise RuntimeError


def test_a_transaction_that_fails_keeps_no_call(archive: Archive) -> None:
    with pytest.raises(RuntimeError), archive.transaction():
        _fail_after_writing(archive)
    assert archive.calls(CallOrigin.RUN) == ()
    assert archive.outcomes(CallOrigin.RUN) == ()
