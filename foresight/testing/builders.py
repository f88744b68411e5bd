"""Records with sensible defaults: `a_trend(stage=Stage.WEAK)` says what the test is about and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from foresight.model.decisions import TrendDecision, TrendDecisionKind, TrendView
from foresight.model.documents import Document
from foresight.model.runs import Run, RunStatus
from foresight.model.scenarios import NONE_OF_THESE, Factor, Future, FutureSet, Judgement, Scenario, State
from foresight.model.sources import Fetch, FetchOutcome, Source
from foresight.model.track_record import (
    BandCoverage,
    BandErrors,
    CallOrigin,
    CallOutcome,
    PersistenceBin,
    PersistenceFit,
    ProjectionBand,
    Reliability,
    StageCounts,
    TrackRecord,
    TrendCall,
)
from foresight.model.trends import Headline, Signal, Stage, StageReason, Theme, Trend, WeeklySeries
from foresight.model.workshop import (
    Content,
    ForecastQuestion,
    Journey,
    JourneyStep,
    Promise,
    Revision,
    Signpost,
    SignpostState,
    StepEffect,
    TrendCondition,
)

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
"""A Monday at noon; where every builder and `FrozenClock` start from."""


def a_source(id: str = "source-1", **changes: Any) -> Source:  # noqa: A002 - the record's own name
    """A feed of the media."""
    base = Source(id=id, title=f"Title of {id}", url=f"https://{id}.example/feed", lang="en")
    return replace(base, **changes)


def a_fetch(source_id: str = "source-1", **changes: Any) -> Fetch:
    """A request that brought new entries."""
    base = Fetch(source_id=source_id, at=NOW, outcome=FetchOutcome.NEW, run_id="run-1", status=200, bytes=1000)
    return replace(base, **changes)


def a_document(id: str = "document-1", **changes: Any) -> Document:  # noqa: A002 - the record's own name
    """An English article of an hour ago, not yet enriched. Its content hash follows from title and text."""
    title = changes.get("title", f"Title of {id}")
    text = changes.get("text", "")
    base = Document(
        id=id,
        source_id="source-1",
        title=title,
        url=f"https://source-1.example/{id}",
        lang="en",
        lang_origin="declared",
        published=NOW - timedelta(hours=1),
        first_seen=NOW - timedelta(hours=1),
        content_hash=hashlib.sha256(f"{title}\n{text}".encode()).hexdigest(),
    )
    return replace(base, **changes)


def a_run(id: str = "run-1", **changes: Any) -> Run:  # noqa: A002 - the record's own name
    """A run that finished an analysis."""
    base = Run(
        id=id,
        started=NOW,
        status=RunStatus.DONE,
        as_of=NOW,
        finished=NOW + timedelta(minutes=5),
        encoder="hash-64",
    )
    return replace(base, **changes)


def a_theme(id: str = "theme-1", **changes: Any) -> Theme:  # noqa: A002 - the record's own name
    """A theme of ten documents."""
    base = Theme(id=id, run_id="run-1", title=f"Title of {id}", words=("alpha", "beta"), documents=10)
    return replace(base, **changes)


def a_trend(id: str = "trend-1", **changes: Any) -> Trend:  # noqa: A002 - the record's own name
    """An emerging trend with a headline in English and one in Finnish."""
    base = Trend(
        id=id,
        run_id="run-1",
        as_of=NOW,
        rank=1,
        stage=Stage.EMERGING,
        reason=StageReason(key="emerging", facts=(("growth", 0.2), ("q_value", 0.01))),
        headlines=(
            Headline(lang="en", title=f"Title of {id}", subtitle="A headline", words=("alpha", "beta")),
            Headline(lang="fi", title=f"Otsikko: {id}", subtitle="Uutinen", words=("alfa", "beeta")),
        ),
        first_document=NOW - timedelta(days=50),
        last_document=NOW - timedelta(hours=1),
        documents=12,
        stories=9,
        sources=4,
        langs=("en", "fi"),
        recent=("document-1", "document-2"),
        centroid=np.eye(1, 64, dtype=np.float32)[0],
    )
    return replace(base, **changes)


def a_series(trend_id: str = "trend-1", **changes: Any) -> WeeklySeries:
    """Twelve weeks of slow growth in a steady stream of a hundred a week."""
    monday = date(2026, 1, 5)
    base = WeeklySeries(
        trend_id=trend_id,
        weeks=tuple(monday - timedelta(weeks=back) for back in range(12, 0, -1)),
        counts=tuple(float(1 + week // 2) for week in range(12)),
        totals=(100.0,) * 12,
    )
    return replace(base, **changes)


def a_signal(trend_id: str = "trend-1", **changes: Any) -> Signal:
    """Growth over twelve weeks with its interval."""
    base = Signal(
        trend_id=trend_id,
        name="growth",
        window="12w",
        value=0.2,
        unit="log share per week",
        method="nb-glm",
        low=0.1,
        high=0.3,
        n=42,
    )
    return replace(base, **changes)


def a_view(trend: Trend | None = None, **changes: Any) -> TrendView:
    """A trend nobody has decided about yet, with its series and one signal."""
    shown = trend or a_trend()
    return replace(TrendView(trend=shown, series=a_series(shown.id), signals=(a_signal(shown.id),)), **changes)


def a_decision(kind: TrendDecisionKind = TrendDecisionKind.NOTE, **changes: Any) -> TrendDecision:
    """A note on the first trend."""
    base = TrendDecision(at=NOW, who="Aino", kind=kind, trend_id="trend-1", value="Worth a look", seen_run_id="run-1")
    return replace(base, **changes)


def a_scenario(id: str = "scenario-1", **changes: Any) -> Scenario:  # noqa: A002 - the record's own name
    """Two factors of two states with one judgement, never saved."""
    states = (State(id="low", name="Low"), State(id="high", name="High"))
    base = Scenario(
        id=id,
        title=f"Title of {id}",
        question="What if?",
        horizon="2035",
        factors=(Factor(id="a", name="A", states=states), Factor(id="b", name="B", states=states)),
        judgements=(Judgement(source_factor="a", source_state="low", target_factor="b", target_state="high", value=2),),
        author="Aino",
    )
    return replace(base, **changes)


def a_call(trend_id: str = "trend-1", **changes: Any) -> TrendCall:
    """An emerging trend of a steady hundred articles a week, that was written of in the last four weeks."""
    quiet = (1.0,) * 22
    base = TrendCall(
        origin=CallOrigin.RUN,
        trend_id=trend_id,
        as_of=NOW,
        stage=Stage.EMERGING,
        rank=1,
        title=f"Title of {trend_id}",
        documents=("document-1", "document-2"),
        words=(("alpha", "beta"),),
        least=(("en", 0.5),),
        q_value=0.01,
        lasting=0.6,
        share=0.06,
        bands=(
            ProjectionBand(weeks=4, share=0.05, half_low=0.03, half_high=0.07, low=0.01, high=0.12),
            ProjectionBand(weeks=8, share=0.04, half_low=0.02, half_high=0.06, low=0.0, high=0.14),
        ),
        spoken=(8.0, 6.0, 4.0, 2.0, *quiet),
        near=(9.0, 7.0, 5.0, 3.0, *quiet),
        totals=(100.0,) * 26,
        centre=np.eye(1, 8, dtype=np.float32)[0],
    )
    return replace(base, **changes)


def an_outcome(call: TrendCall | None = None, *, days: int = 28, **changes: Any) -> CallOutcome:
    """It went on: five articles a week of a hundred."""
    of, weeks = call or a_call(), days // 7
    base = CallOutcome(
        origin=of.origin,
        trend_id=of.trend_id,
        as_of=of.as_of,
        days=days,
        known=of.as_of + timedelta(days=days),
        grew=True,
        lasted=True,
        chance_grew=False,
        spoken=(5.0,) * weeks,
        near=(5.0,) * weeks,
        totals=(100.0,) * weeks,
    )
    return replace(base, **changes)


_COVERAGE = tuple(
    BandCoverage(
        weeks=weeks, stage=stage, calls=150, half=0.5, ninety=0.9, above=0.48, error=-0.03, width=2.4, gone=0.2
    )
    for weeks in (4, 8, 12)
    for stage in (None, Stage.EMERGING)
)
_LASTING = (
    PersistenceFit(weeks=4, calls=150, shift=-0.4, slope=0.9),
    PersistenceFit(weeks=13, calls=90, shift=0.2, slope=1.1),
)


def a_track_record(origin: CallOrigin = CallOrigin.BACKTEST, **changes: Any) -> TrackRecord:
    """A backtest of half a year with something in every table."""
    reliabilities = tuple(
        Reliability(
            stage=stage,
            days=days,
            calls=calls,
            trends=calls // 3,
            grew=grew,
            chance_calls=calls,
            chance_grew=chance,
            lift=grew / chance,
            low=0.8 * grew / chance,
            high=1.3 * grew / chance,
        )
        for stage, days, calls, grew, chance in (
            (Stage.EMERGING, 28, 60, 36, 12),
            (Stage.EMERGING, 91, 50, 28, 13),
            (Stage.WEAK, 28, 90, 36, 18),
            (Stage.CANDIDATE, 28, 120, 36, 24),
        )
    )
    base = TrackRecord(
        origin=origin,
        first=NOW - timedelta(weeks=39),
        last=NOW - timedelta(weeks=13),
        weeks=1,
        complete=True,
        documents=4_200,
        sources=12,
        made=NOW,
        code_version="0.1.0",
        encoder="hash-64",
        calls=270,
        reliability=reliabilities,
        chances=(
            PersistenceBin(low=0.2, high=0.3, calls=40, told=0.26, came=0.25),
            PersistenceBin(low=0.5, high=0.6, calls=30, told=0.55, came=0.6),
        ),
        brier=0.19,
        brier_base=0.24,
        coverage=_COVERAGE,
        lists=tuple(
            StageCounts(as_of=NOW - timedelta(weeks=39 - week), stages=((Stage.EMERGING, 2), (Stage.WEAK, week % 4)))
            for week in range(27)
        ),
        errors=(BandErrors(weeks=4, kind="moving", calls=150, quantiles=(-1.5, 0.0, 1.2)),),
        lasting=_LASTING,
        known=NOW,
    )
    return replace(base, **changes)


def a_revision(content: Content, id: str = "entry-1", **changes: Any) -> Revision[Content]:  # noqa: A002 - the record's own name
    """Anything, in the envelope it is kept in, never saved."""
    return replace(Revision(id=id, content=content, scenario_id="scenario-1", author="Aino", reason="first"), **changes)


def a_future_set(**changes: Any) -> FutureSet:
    """Calm and stormy, as likely as each other, and a fifth for none of these."""
    calm = Future(id="calm", name="Calm", states=(("a", "low"), ("b", "high")), prior=0.4)
    stormy = Future(id="stormy", name="Stormy", states=(("a", "high"), ("b", "low")), prior=0.4)
    return replace(FutureSet(futures=(calm, stormy), none_of_these=0.2), **changes)


def a_signpost(**changes: Any) -> Signpost:
    """An adopted one on the first trend, four times as likely when it is calm."""
    base = Signpost(
        title="The trend takes five stories in a hundred",
        watch=TrendCondition(trend_id="trend-1", threshold=0.05, weeks=2),
        likelihoods=(("calm", 0.8), ("stormy", 0.2), (NONE_OF_THESE, 0.4)),
        owner="Aino",
        triggers="Open the second counter",
        opens=NOW,
        state=SignpostState.ADOPTED,
    )
    return replace(base, **changes)


def a_question(**changes: Any) -> ForecastQuestion:
    """Resolved by the first trend, in twelve weeks."""
    base = ForecastQuestion(
        text="Will the trend take five stories in a hundred by spring?",
        opened=NOW,
        deadline=NOW + timedelta(weeks=12),
        rule=TrendCondition(trend_id="trend-1", threshold=0.05),
    )
    return replace(base, **changes)


def a_journey(**changes: Any) -> Journey:
    """Two steps: customers confirmed the first; state low of factor a breaks it, state high helps the second."""
    find = JourneyStep(
        id="find",
        name="Find",
        confirmed=True,
        source="eight interviews",
        effects=(StepEffect(factor="a", state="low", value=-3, reason="nobody answers"),),
    )
    pay = JourneyStep(id="pay", name="Pay", effects=(StepEffect(factor="a", state="high", value=2),))
    return replace(Journey(title="Buying", customer="A newcomer", steps=(find, pay)), **changes)


def a_promise(**changes: Any) -> Promise:
    """Open, due in a month."""
    base = Promise(text="Two counters by spring", owner="Aino", due=date(2026, 2, 5), review=date(2026, 4, 5))
    return replace(base, **changes)
