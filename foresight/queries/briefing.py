"""What changed since a person last looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from foresight.model.decisions import TrendView
from foresight.model.runs import Run
from foresight.model.trends import Stage
from foresight.queries.snapshot_cache import SnapshotCache, SnapshotStamp
from foresight.queries.sources import SourceHealth, health_of_sources
from foresight.queries.trends import mean_impact
from foresight.store.ledger import Ledger
from foresight.store.reader import ArchiveReader

LIVE_STAGES = (Stage.WEAK, Stage.EMERGING, Stage.STRONG, Stage.STEADY, Stage.FADING)
REPORTED_STAGES = (Stage.WEAK, Stage.EMERGING, Stage.STRONG, Stage.FADING)
SIGNAL_STAGES = (Stage.WEAK, Stage.EMERGING)
NEW_WITHOUT_EARLIER_RUN = timedelta(days=28)
RATED_HIGH = 4.0
MOVERS_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChange:
    """A trend that stands in another stage than before."""

    view: TrendView
    before: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """The first page.

    Attributes:
        compared_with: cut-off of the earlier run; None where there is none, then `new` holds what was first
            written about in the last four weeks.
        counts: (stage, trends) for every stage that lives.
        new: weak and emerging now, and not before, strongest first; ongoing: those that were so before.
        undecided: rated high by people and used in no scenario.
        troubled: sources that need a hand.
    """

    stamp: SnapshotStamp
    compared_with: datetime | None
    counts: tuple[tuple[Stage, int], ...]
    new: tuple[TrendView, ...]
    ongoing: tuple[TrendView, ...]
    stage_changes: tuple[StageChange, ...]
    growing: tuple[TrendView, ...]
    undecided: tuple[TrendView, ...]
    troubled: tuple[SourceHealth, ...]
    documents: int
    sources: int


def briefing_since(since: datetime | None, cache: SnapshotCache, ledger: Ledger) -> Briefing:
    """What changed since `since`; since the run before the latest where it is None."""
    decisions = ledger.decisions()
    used = {factor.trend_id for scenario in ledger.scenarios() for factor in scenario.factors}
    with cache.open_reader() as reader:
        measured = cache.trends()
        views = tuple(view for view in measured.views(decisions) if not view.hidden)
        earlier = run_before(reader.runs(limit=1000), measured.stamp.as_of, since)
        histories = cache.cached("histories", _stage_histories)
        health = cache.cached("health", health_of_sources)
        documents = reader.document_count()
    before = stages_before(histories, earlier.as_of) if earlier and earlier.as_of else None
    new = new_signals(views, before, measured.stamp.as_of)
    new_ids = {view.trend.id for view in new}
    return Briefing(
        stamp=measured.stamp,
        compared_with=earlier.as_of if earlier else None,
        counts=tuple((stage, sum(v.trend.stage is stage for v in views)) for stage in LIVE_STAGES),
        new=new,
        ongoing=tuple(v for v in views if v.trend.stage in SIGNAL_STAGES and v.trend.id not in new_ids),
        stage_changes=stage_changes(views, before, new_ids),
        growing=fastest_growing(views),
        undecided=tuple(v for v in views if mean_impact(v) >= RATED_HIGH and v.trend.id not in used),
        troubled=tuple(one for one in health if one.trouble),
        documents=documents,
        sources=sum(one.source.active for one in health),
    )


def run_before(runs: tuple[Run, ...], as_of: datetime | None, since: datetime | None) -> Run | None:
    """The run to compare with: the latest analysis before the current one, not later than `since`.

    Where every earlier run is later than `since`, the oldest of them.
    """
    analyses = sorted(
        (run for run in runs if run.as_of and as_of and run.as_of < as_of), key=lambda run: str(run.as_of)
    )
    if not analyses:
        return None
    if since is None:
        return analyses[-1]
    old = [run for run in analyses if run.as_of and run.as_of <= since]
    return old[-1] if old else analyses[0]


def new_signals(
    views: tuple[TrendView, ...], before: dict[str, Stage] | None, as_of: datetime | None
) -> tuple[TrendView, ...]:
    """Weak and emerging now that were not before; without an earlier run, those first written about lately."""
    signals = [view for view in views if view.trend.stage in SIGNAL_STAGES]
    if before is not None:
        return tuple(view for view in signals if before.get(view.trend.id) not in (*SIGNAL_STAGES, Stage.STRONG))
    start = as_of - NEW_WITHOUT_EARLIER_RUN if as_of else None
    return tuple(view for view in signals if start is None or view.trend.first_document >= start)


def stage_changes(
    views: tuple[TrendView, ...], before: dict[str, Stage] | None, apart: set[str]
) -> tuple[StageChange, ...]:
    """Trends that came into or left a stage worth reporting, without those in `apart`."""
    return tuple(
        StageChange(view=view, before=earlier)
        for view in views
        if view.trend.id not in apart
        and (earlier := (before or {}).get(view.trend.id)) is not None
        and earlier is not view.trend.stage
        and (earlier in REPORTED_STAGES or view.trend.stage in REPORTED_STAGES)
    )


def fastest_growing(views: tuple[TrendView, ...]) -> tuple[TrendView, ...]:
    """Those that surely grow: the lower end of the growth interval is above 0; the surest first."""

    def floor(view: TrendView) -> float:
        growth = view.signal("growth")
        return growth.low if growth and growth.low is not None else float("-inf")

    sure = [view for view in views if floor(view) > 0 and view.trend.stage in LIVE_STAGES]
    return tuple(sorted(sure, key=lambda view: -floor(view))[:MOVERS_SHOWN])


def stages_before(histories: dict[str, tuple[tuple[datetime, Stage], ...]], moment: datetime) -> dict[str, Stage]:
    """Each trend's stage as last measured not later than `moment`; those first measured later are left out."""
    stages = {}
    for trend_id, history in histories.items():
        known = [stage for as_of, stage in history if as_of <= moment]
        if known:
            stages[trend_id] = known[-1]
    return stages


def _stage_histories(reader: ArchiveReader) -> dict[str, tuple[tuple[datetime, Stage], ...]]:
    """The stages of every living trend over the runs, oldest first."""
    return {
        trend.id: tuple((one.as_of, one.stage) for one in reader.trend_history(trend.id)) for trend in reader.trends()
    }
