"""Scores of forecasts that can come true or not: what was said, what happened, how good that was.

Brier, Monthly Weather Review 78 (1950); Murphy's decomposition, Journal of Applied Meteorology 12 (1973); Epstein's
ranked probability score (1969), here not divided by the number of classes less one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf, log

CERTAIN = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A resolved yes-or-no forecast: the probability that was said, and whether it came true."""

    probability: float
    came_true: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Calls of about one probability: mean said, share that came true, how many."""

    said: float
    happened: float
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Murphy:
    """The Brier score taken apart: reliability − resolution + uncertainty (+ the spread within bins)."""

    reliability: float
    resolution: float
    uncertainty: float
    within: float

    @property
    def brier(self) -> float:
        """The parts put together again."""
        return self.reliability - self.resolution + self.uncertainty + self.within


def brier(calls: Sequence[Call]) -> float:
    """Mean squared distance from what happened, 0 (perfect) to 1."""
    return sum((call.probability - call.came_true) ** 2 for call in calls) / len(calls)


def brier_classes(probabilities: Sequence[float], outcome: int) -> float:
    """Brier's score over several classes, 0 to 2; `outcome` is the index of the class that came."""
    return sum((p - (place == outcome)) ** 2 for place, p in enumerate(probabilities))


def ranked(probabilities: Sequence[float], outcome: int) -> float:
    """Ranked probability score over ordered classes, 0 up: being near is better than being far."""
    return sum((said - (place >= outcome)) ** 2 for place, said in enumerate(accumulate(probabilities)))


def logarithmic(probability: float) -> float:
    """−ln of what was said of what happened: 0 is perfect; infinite where it was called impossible."""
    return -log(probability) if probability > 0.0 else inf


def skill(calls: Sequence[Call], *, base_rate: float) -> float:
    """1 − Brier / Brier of always saying the base rate: above 0 beats it; 0 where the base rate is never wrong."""
    reference = brier([Call(probability=base_rate, came_true=call.came_true) for call in calls])
    return 1.0 - brier(calls) / reference if reference else 0.0


def calibration(calls: Sequence[Call], *, bins: int = 10) -> tuple[Bin, ...]:
    """Calls by what was said, in equal steps; empty ones are left out."""
    return tuple(
        Bin(
            said=sum(call.probability for call in group) / len(group),
            happened=sum(call.came_true for call in group) / len(group),
            calls=len(group),
        )
        for group in _binned(calls, bins)
    )


def murphy(calls: Sequence[Call], *, bins: int = 10) -> Murphy:
    """Why the Brier score is what it is. The parts always add up to it, within bins too."""
    total = len(calls)
    rate = sum(call.came_true for call in calls) / total
    groups = calibration(calls, bins=bins)
    reliability = sum(group.calls * (group.said - group.happened) ** 2 for group in groups) / total
    resolution = sum(group.calls * (group.happened - rate) ** 2 for group in groups) / total
    uncertainty = rate * (1.0 - rate)
    return Murphy(
        reliability=reliability,
        resolution=resolution,
        uncertainty=uncertainty,
        within=brier(calls) - (reliability - resolution + uncertainty),
    )


def _binned(calls: Sequence[Call], bins: int) -> list[list[Call]]:
    groups: dict[int, list[Call]] = {}
    for call in calls:
        groups.setdefault(min(bins - 1, int(call.probability * bins + CERTAIN)), []).append(call)
    return [groups[key] for key in sorted(groups)]
