"""Records with sensible defaults. `a_trend(stage=Stage.WEAK)` says what the test is about and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from foresight.records import (
    Decision,
    DecisionKind,
    Document,
    Factor,
    Fetch,
    FetchOutcome,
    Headline,
    Judgement,
    Run,
    RunStatus,
    Scenario,
    Series,
    Signal,
    Source,
    Stage,
    StageReason,
    State,
    Topic,
    Trend,
    TrendView,
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


def a_topic(id: str = "theme-1", **changes: Any) -> Topic:  # noqa: A002 - the record's own name
    """A theme of ten documents."""
    base = Topic(id=id, run_id="run-1", title=f"Title of {id}", words=("alpha", "beta"), documents=10)
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


def a_series(trend_id: str = "trend-1", **changes: Any) -> Series:
    """Twelve weeks of slow growth in a steady stream of a hundred a week."""
    monday = date(2026, 1, 5)
    base = Series(
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


def a_decision(kind: DecisionKind = DecisionKind.NOTE, **changes: Any) -> Decision:
    """A note on the first trend."""
    base = Decision(at=NOW, who="Aino", kind=kind, trend_id="trend-1", value="Worth a look", seen_run_id="run-1")
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
