"""Compares what a run found with what was planted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from foresight.demo.world import WEEK, DemoWorld, PlantedTheme
from foresight.model.trends import Stage

CALLED_STAGES = frozenset({Stage.WEAK, Stage.EMERGING})
MAJORITY_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTrend:
    """A trend as a run left it.

    Attributes:
        documents: guids or URLs of all its documents, in the world's spelling.
        first_called: the first cut-off at which it was weak or emerging, None if it never was.
    """

    trend_id: str
    stage: Stage
    documents: frozenset[str]
    first_called: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedTrendResult:
    """What became of one planted trend.

    Attributes:
        first: when it begins (or leaves its base).
        trend: id of the trend that found it, "" where none did; stage: its stage at the end.
        lag_weeks: from `first` to the first call, None where it was never called weak or emerging.
    """

    name: str
    first: datetime
    trend: str = ""
    stage: Stage | None = None
    lag_weeks: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationScore:
    """Planted trends with their fate, and calls that nothing planted justifies.

    Attributes:
        false_alarms: (trend id, theme that most of its documents are of; "" for none of the plants).
    """

    planted: tuple[PlantedTrendResult, ...]
    false_alarms: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, object]:
        """The part of the answer of ``foresight demo --json`` that is about truth."""
        return {
            "planted": [
                {
                    "name": verdict.name,
                    "first": verdict.first.date().isoformat(),
                    "trend": verdict.trend or None,
                    "stage": verdict.stage.value if verdict.stage else None,
                    "lag_weeks": verdict.lag_weeks,
                }
                for verdict in self.planted
            ],
            "false_alarms": [trend_id for trend_id, _ in self.false_alarms],
        }


def score_found_trends(world: DemoWorld, found: Sequence[FoundTrend]) -> DemonstrationScore:
    """What was found of the planted trends, and which calls at the end are false.

    A trend has found a plant when at least half of its documents are the plant's; of several, the one with
    most of the plant's documents did. A call (weak or emerging at the end) is false when fewer than half of the
    trend's documents belong to plants that emerge or grow.
    """
    topics = _topics_by_document(world)
    counts = {trend.trend_id: Counter(topics.get(key, "") for key in trend.documents) for trend in found}
    rising = {plant.name for plant in world.planted_themes if plant.is_rising}
    false = [
        (trend.trend_id, _main_theme(counts[trend.trend_id]))
        for trend in found
        if trend.stage in CALLED_STAGES and not _has_majority(counts[trend.trend_id], rising)
    ]
    return DemonstrationScore(
        planted=tuple(
            _planted_trend_result(world, plant, found, counts) for plant in world.planted_themes if plant.is_trend
        ),
        false_alarms=tuple(sorted(false)),
    )


def _topics_by_document(world: DemoWorld) -> Mapping[str, str]:
    named = {plant.name for plant in world.planted_themes}
    known = [article for article in world.articles if article.topic in named]
    return {key: article.topic for article in known for key in (article.guid, article.url)}


def _has_majority(counts: Counter[str], names: set[str]) -> bool:
    return sum(counts[name] for name in names) >= MAJORITY_SHARE * max(1, counts.total())


def _main_theme(counts: Counter[str]) -> str:
    return max(sorted(counts), key=lambda name: counts[name], default="")


def _planted_trend_result(
    world: DemoWorld, plant: PlantedTheme, found: Sequence[FoundTrend], counts: Mapping[str, Counter[str]]
) -> PlantedTrendResult:
    first = world.start + plant.first_week * WEEK
    holders = [trend for trend in found if _has_majority(counts[trend.trend_id], {plant.name})]
    if not holders:
        return PlantedTrendResult(name=plant.name, first=first)
    best = max(sorted(holders, key=lambda trend: trend.trend_id), key=lambda t: counts[t.trend_id][plant.name])
    lag = None if best.first_called is None else round((best.first_called - first) / WEEK, 2)
    return PlantedTrendResult(name=plant.name, first=first, trend=best.trend_id, stage=best.stage, lag_weeks=lag)
