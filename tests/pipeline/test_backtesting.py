"""Backtests: said as a live system would have said it, interrupted without loss, judged when the time has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from track_world import CorpusArchive, a_corpus, tools_on

from foresight.model.documents import Corpus
from foresight.model.errors import NotFound, NothingPublished, UsageError
from foresight.model.runs import Run, RunStatus
from foresight.model.track_record import CallOrigin, PersistenceFit, TrackRecord, TrendCall
from foresight.model.trends import ClusteringState
from foresight.nlp.word_index import word_index
from foresight.pipeline import backtest
from foresight.pipeline.backtest import BacktestPlan
from foresight.pipeline.context import PipelineContext, timed_tally
from foresight.pipeline.evaluation import calls_to_keep, evaluate_due_calls, learn_from_record
from foresight.pipeline.runs import RunResult, run_backtest
from foresight.testing.builders import NOW, a_call, a_run, a_track_record
from foresight.testing.corpora import week_of
from foresight.trends import persistence
from foresight.trends.analysis import Analysis, analyse
from foresight.trends.outcomes import outcomes_of_calls
from foresight.trends.track_record import pair_outcomes

PLAN = BacktestPlan(first=week_of(18), last=week_of(24), weeks=2)
END = week_of(40)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return a_corpus()


@pytest.fixture
def tools(corpus: Corpus) -> PipelineContext:
    return tools_on(CorpusArchive(corpus, END))


@pytest.fixture(scope="module")
def whole(corpus: Corpus) -> CorpusArchive:
    """The archive after an uninterrupted backtest."""
    archive = CorpusArchive(corpus, END)
    run_backtest(tools_on(archive), PLAN)
    return archive


def record_of(archive: CorpusArchive) -> TrackRecord:
    found = archive.track_record(CallOrigin.BACKTEST)
    assert found is not None
    return found


def test_every_cut_off_is_called_and_judged_at_both_horizons(whole: CorpusArchive) -> None:
    record = record_of(whole)
    assert (record.first, record.last, record.weeks, record.complete) == (PLAN.first, PLAN.last, 2, True)
    assert {call.as_of for call in whole.calls(CallOrigin.BACKTEST)} == set(PLAN.cutoffs)
    assert {outcome.days for outcome in whole.outcomes(CallOrigin.BACKTEST)} == {28, 91}
    assert len(whole.outcomes(CallOrigin.BACKTEST)) == 2 * len(whole.calls(CallOrigin.BACKTEST)) == 2 * record.calls
    assert record.coverage
    assert record.reliability
    assert whole.backtest_state() is None


def test_what_was_said_leads_to_its_documents_and_words(whole: CorpusArchive, corpus: Corpus) -> None:
    before = dict(zip(corpus.ids, corpus.available, strict=True))
    for call in whole.calls(CallOrigin.BACKTEST):
        assert call.documents
        assert all(before[name] < call.as_of.timestamp() for name in call.documents)
        assert len(call.spoken) == len(call.near) == len(call.totals) == 26


def test_places_are_let_go_of_once_all_is_known(whole: CorpusArchive) -> None:
    assert all(not len(call.centre) for call in whole.calls(CallOrigin.BACKTEST))


class Stop(Exception):  # noqa: N818 - it is no error
    pass


def broken_after(tools: PipelineContext, cutoffs: int) -> PipelineContext:
    """Tools whose progress ends the run after some cut-offs."""

    def progress(step: str, done: int, total: int) -> None:  # noqa: ARG001 - as Progress has it
        if step == "backtest" and done == cutoffs:
            raise Stop

    return replace(tools, progress=progress)


def test_an_interrupted_backtest_goes_on_and_ends_as_if_nothing_had_happened(
    tools: PipelineContext, whole: CorpusArchive
) -> None:
    for cutoffs in (1, 3):
        with pytest.raises(Stop):
            run_backtest(broken_after(tools, cutoffs), PLAN)
        assert len({call.as_of for call in tools.archive.calls(CallOrigin.BACKTEST)}) == cutoffs
    run_backtest(tools, PLAN)
    assert tools.archive.calls(CallOrigin.BACKTEST) == whole.calls(CallOrigin.BACKTEST)
    assert tools.archive.outcomes(CallOrigin.BACKTEST) == whole.outcomes(CallOrigin.BACKTEST)
    assert tools.archive.track_record(CallOrigin.BACKTEST) == record_of(whole)


def test_an_interrupted_run_says_so(tools: PipelineContext) -> None:
    with pytest.raises(Stop):
        run_backtest(broken_after(tools, 1), PLAN)
    assert tools.archive.runs()[0].status is RunStatus.FAILED


def test_another_plan_begins_anew(tools: PipelineContext) -> None:
    with pytest.raises(Stop):
        run_backtest(broken_after(tools, 2), PLAN)
    other = BacktestPlan(first=week_of(20), last=week_of(20))
    run_backtest(tools, other)
    assert {call.as_of for call in tools.archive.calls(CallOrigin.BACKTEST)} == {week_of(20)}


def test_the_same_backtest_again_says_nothing_anew(tools: PipelineContext, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run_backtest(tools, PLAN)
    monkeypatch.setattr(backtest, "analyse", None)  # it would be called
    again = run_backtest(tools, PLAN)
    assert again.generation == first.generation + 1
    assert step(again).reused
    assert not step(first).reused


def step(outcome: RunResult) -> object:
    return outcome.steps[-1]


def test_outcomes_not_known_yet_are_added_when_the_backtest_is_asked_for_again(
    corpus: Corpus, whole: CorpusArchive
) -> None:
    archive = CorpusArchive(corpus, PLAN.last + timedelta(weeks=5))
    run_backtest(tools_on(archive), PLAN)
    early = archive.outcomes(CallOrigin.BACKTEST)
    assert max(outcome.known for outcome in early) <= archive.end + timedelta(days=1)
    archive.end = END
    run_backtest(tools_on(archive), PLAN)
    later = archive.outcomes(CallOrigin.BACKTEST)
    assert len(early) < len(later) == len(whole.outcomes(CallOrigin.BACKTEST))
    assert set(early) <= set(later)


def test_what_is_said_at_a_cut_off_does_not_change_with_what_comes_later(corpus: Corpus, whole: CorpusArchive) -> None:
    archive = CorpusArchive(corpus, PLAN.cutoffs[2])
    run_backtest(tools_on(archive), replace(PLAN, last=PLAN.cutoffs[2]))
    said = [replace(call, centre=NONE) for call in archive.calls(CallOrigin.BACKTEST)]
    until = PLAN.cutoffs[2] + timedelta(seconds=1)
    assert said == [replace(call, centre=NONE) for call in whole.calls(CallOrigin.BACKTEST, until=until)]


NONE = np.zeros(0, dtype=np.float32)


def test_a_plan_without_a_cut_off_an_unknown_source_and_an_archive_that_begins_later_are_told(
    tools: PipelineContext,
) -> None:
    with pytest.raises(UsageError):
        run_backtest(tools, BacktestPlan(first=week_of(20), last=week_of(19)))
    with pytest.raises(NotFound):
        run_backtest(tools, replace(PLAN, sources=("nobody",)))
    with pytest.raises(NothingPublished):
        run_backtest(tools, BacktestPlan(first=week_of(-9), last=week_of(-2)))


def test_a_backtest_may_be_of_some_sources_alone(tools: PipelineContext) -> None:
    plan = replace(PLAN, last=PLAN.first, sources=("Title of source-0", "source-1"))
    run_backtest(tools, plan)
    found = tools.archive.track_record(CallOrigin.BACKTEST)
    assert found is not None
    assert (found.sources, found.sources_only) == (2, plan.sources)
    written = tools.archive.calls(CallOrigin.BACKTEST)[0].totals[0]
    assert 10 < written < 40


def analysed(tools: PipelineContext, as_of: datetime) -> tuple[tuple[TrendCall, ...], ClusteringState]:
    corpus = tools.archive.corpus("")
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    analysis = analyse(corpus, words, None, as_of=as_of, options=tools.options.trends)
    return calls_to_keep(tools.archive, analysis, analysis.trends), analysis.state


def keep(tools: PipelineContext, calls: tuple[TrendCall, ...], state: ClusteringState) -> None:
    with tools.archive.transaction():
        tools.archive.put_calls(calls)
        tools.archive.put_clustering_state(state)


def judge(tools: PipelineContext, as_of: datetime) -> int:
    run: Run = a_run(as_of=as_of)
    with timed_tally("judge") as counted:
        evaluate_due_calls(tools, run, counted)
    return counted.counts.get("calls", 0)


@pytest.fixture
def said(tools: PipelineContext) -> PipelineContext:
    keep(tools, *analysed(tools, week_of(20)))
    return tools


def test_a_run_judges_its_calls_when_their_time_has_come_and_not_before(said: PipelineContext) -> None:
    calls = said.archive.calls(CallOrigin.RUN)
    assert calls
    assert judge(said, week_of(24) - timedelta(seconds=1)) == 0
    assert said.archive.track_record(CallOrigin.RUN) is None
    assert judge(said, week_of(24)) == len(calls)
    assert judge(said, week_of(25)) == 0
    assert judge(said, week_of(33)) == len(calls)
    record = said.archive.track_record(CallOrigin.RUN)
    assert record is not None
    assert (record.calls, record.known) == (len(calls), week_of(33))
    assert [len(call.centre) > 0 for call in said.archive.calls(CallOrigin.RUN)] == [True] * len(calls)
    assert judge(said, week_of(34)) == 0


def test_only_the_first_analysis_of_a_week_speaks_for_the_record(said: PipelineContext) -> None:
    again, _ = analysed(said, week_of(20) + timedelta(days=3))
    next_week, _ = analysed(said, week_of(21))
    assert again == ()
    assert next_week


def test_an_archive_without_an_analysis_has_nothing_to_judge(tools: PipelineContext) -> None:
    assert judge(tools, week_of(30)) == 0
    assert tools.archive.track_record(CallOrigin.RUN) is None


def test_bands_learn_only_from_what_was_known(tools: PipelineContext) -> None:
    with tools.archive.transaction():
        tools.archive.put_track_record(a_track_record(known=NOW))
    errors, _ = learn_from_record(tools.archive, NOW)
    assert errors == a_track_record().errors
    assert learn_from_record(tools.archive, NOW - timedelta(seconds=1)) == ((), ())


def test_the_chance_to_last_learns_only_from_what_was_known(tools: PipelineContext) -> None:
    with tools.archive.transaction():
        tools.archive.put_track_record(a_track_record(known=NOW))
        tools.archive.put_track_record(a_track_record(CallOrigin.RUN, known=NOW + timedelta(days=1)))
    _, lasting = learn_from_record(tools.archive, NOW)
    assert lasting == a_track_record().lasting
    assert learn_from_record(tools.archive, NOW - timedelta(seconds=1)) == ((), ())


FITS = (
    PersistenceFit(weeks=4, calls=500, shift=-1.0, slope=0.9),
    PersistenceFit(weeks=13, calls=500, shift=-1.0, slope=0.9),
)


def test_what_the_archive_taught_changes_the_chance_that_is_told_and_nothing_that_is_listed(corpus: Corpus) -> None:
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    options = tools_on(CorpusArchive(corpus, END)).options.trends
    shipped, told = (
        analyse(corpus, words, None, as_of=week_of(20), options=options, persistence_fits=fits) for fits in ((), FITS)
    )
    assert [(t.id, t.stage, t.rank) for t in told.trends] == [(t.id, t.stage, t.rank) for t in shipped.trends]
    before, after = (dict(analysis.trends[0].reason.facts) for analysis in (shipped, told))
    assert after["chance"] < before["chance"]
    assert {k: v for k, v in after.items() if k != "chance"} == {k: v for k, v in before.items() if k != "chance"}
    changed = {now.name for was, now in zip(shipped.signals, told.signals, strict=True) if was != now}
    assert changed == {"lasting"}
    assert told.calls[0].lasting != shipped.calls[0].lasting
    assert [call.rank for call in told.calls] == [call.rank for call in shipped.calls]


def test_a_backtest_tells_chances_by_outcomes_that_were_known_and_keeps_what_it_learned(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persistence, "LEAST_CALLS_FOR_FIT", 1)
    archive = CorpusArchive(corpus, END)
    given: list[tuple[datetime, int]] = []

    def watched(*everything: Any, as_of: datetime, persistence_fits: Sequence[PersistenceFit], **rest: Any) -> Analysis:
        given.append((as_of, sum(fit.calls for fit in persistence_fits)))
        return analyse(*everything, as_of=as_of, persistence_fits=persistence_fits, **rest)

    monkeypatch.setattr(backtest, "analyse", watched)
    run_backtest(tools_on(archive), PLAN)
    calls, judged = archive.calls(CallOrigin.BACKTEST), archive.outcomes(CallOrigin.BACKTEST)
    for as_of, learned_from in given:
        known = [
            one
            for one in pair_outcomes(calls, judged)
            if one[1].known <= as_of and one[0].stage in persistence.PERSISTENCE_STAGES
        ]
        assert learned_from == sum(persistence.call_lasted(*one) is not None for one in known)
    assert given[-1][1] > 0
    assert record_of(archive).lasting


@pytest.mark.parametrize("days", [28, 91])
def test_an_outcome_needs_nothing_from_after_its_horizon(said: PipelineContext, corpus: Corpus, days: int) -> None:
    calls, state = said.archive.calls(CallOrigin.RUN), said.archive.clustering_state()
    assert state is not None
    end = week_of(20) + timedelta(days=days)
    known = corpus.only(np.flatnonzero(corpus.available < end.timestamp()))
    found = [
        outcomes_of_calls(part, word_index(part.titles, part.texts, part.langs), state.means, calls, days=days)
        for part in (corpus, known)
    ]
    assert found[0] == found[1]
    assert all(outcome.known == end for outcome in found[0])


def test_what_is_planted_to_last_is_found_to_have_grown(said: PipelineContext, corpus: Corpus) -> None:
    calls, state = said.archive.calls(CallOrigin.RUN), said.archive.clustering_state()
    assert state is not None
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    found = outcomes_of_calls(corpus, words, state.means, calls, days=28)
    biggest = max(zip(calls, found, strict=True), key=lambda pair: sum(pair[0].spoken[:4]))
    assert biggest[1].grew
    assert sum(biggest[1].spoken) > 40
    chance = [outcome.chance_grew for outcome in found if outcome.chance_grew is not None]
    assert sum(chance) <= len(chance) / 2


def test_the_order_of_calls_changes_no_outcome(said: PipelineContext, corpus: Corpus) -> None:
    calls, state = said.archive.calls(CallOrigin.RUN), said.archive.clustering_state()
    assert state is not None
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    forth = outcomes_of_calls(corpus, words, state.means, calls, days=28)
    back = outcomes_of_calls(corpus, words, state.means, calls[::-1], days=28)
    assert forth == back[::-1]


def test_a_call_by_a_name_is_judged_by_that_name_alone(corpus: Corpus) -> None:
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    rows, columns = np.repeat(np.arange(len(corpus.ids)), np.diff(words.indptr)), words.indices
    number = int(np.argmax(np.bincount(columns)))
    later = (corpus.available >= week_of(20).timestamp()) & (corpus.available < week_of(24).timestamp())
    centre = np.zeros(corpus.vectors.shape[1], dtype=np.float32)
    named = replace(
        a_call(), as_of=week_of(20), words=((words.vocabulary[number],),), centre=centre, documents=corpus.ids[:3]
    )
    unheard = replace(named, spoken=(0.0,) * 26)
    (by_name,), (by_place,) = (outcomes_of_calls(corpus, words, (), (call,), days=28) for call in (named, unheard))
    having = np.unique(rows[(columns == number) & later[rows]])
    assert 0 < sum(by_name.spoken) <= len(having)
    assert sum(by_name.spoken) >= 0.9 * len(having)
    assert sum(by_place.spoken) == 0
