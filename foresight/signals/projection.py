"""Where the share is heading, and how sure that is.

News falls back: what has risen comes down towards its longer-run level, and a line drawn through the rise is too high
by half. So the centre is drawn from the last four weeks, the last two, and the half year before them together, with
weights learned from what became of thousands of trends; how far such centres were off, by kind of trend, gives the
bands (split conformal prediction within classes: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World,
2005, ch. 4). An archive's own past errors take over from the shipped ones as they come in. Trends that fell asleep
count with what was left of them, often nothing: a band may reach down to nothing (docs/methods.md#projection).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from foresight.records import BandErrors, Call, Floats1d, Floats2d, Outcome, Stage
from foresight.signals.arrays import Doubles
from foresight.signals.outcomes import later_share, telling

HORIZONS = (4, 8, 12)
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)

MOVING, STANDING, FALLING = "moving", "standing", "falling"
KINDS: Mapping[Stage, str] = {
    Stage.EMERGING: MOVING,
    Stage.WEAK: MOVING,
    Stage.CANDIDATE: MOVING,
    Stage.STRONG: STANDING,
    Stage.STEADY: STANDING,
    Stage.FADING: FALLING,
}

_SPAN = 4
_TRUST = 400
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How a centre is made, and how errors grow where little is counted.

    Attributes:
        level: constant; month, fortnight, half_year: of the logs of documents expected in four weeks by the share of
            the last four weeks, the last two, and weeks 4 to 26.
        wander: variance of the log share itself; counting: what is added per document expected.
    """

    level: float
    month: float
    fortnight: float
    half_year: float
    wander: float
    counting: float


WEIGHTS: Mapping[int, Weights] = {
    4: Weights(level=-0.3, month=0.45, fortnight=0.2, half_year=0.3, wander=0.3, counting=1.5),
    8: Weights(level=-0.4, month=0.4, fortnight=0.15, half_year=0.35, wander=0.5, counting=1.5),
    12: Weights(level=-0.45, month=0.35, fortnight=0.15, half_year=0.4, wander=0.6, counting=1.5),
}
"""By weeks ahead. Learned with `benchmarks/projection.py` on three sets together (docs/benchmarks.md#track-record)."""

SHIPPED: Mapping[tuple[int, str], tuple[float, ...]] = {
    (weeks, kind): (-1.7, -0.7, 0.0, 0.65, 1.6) for weeks in HORIZONS for kind in (MOVING, STANDING, FALLING)
}
"""Quantiles of past errors at `LEVELS`, by weeks ahead and kind, from the same source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Shares in the four weeks that end `weeks` after the cut-off, all ``(groups,)``; NaN where nothing was counted."""

    weeks: int
    share: Doubles
    half: tuple[Doubles, Doubles]
    ninety: tuple[Doubles, Doubles]


def project(
    counts: Floats2d, totals: Floats1d, kinds: Sequence[str], *, weeks: int, errors: Sequence[BandErrors] = ()
) -> Projection:
    """The shares to come.

    Args:
        counts: ``(groups, weeks)`` documents per week, column 0 the last, within sources that were alive.
        totals: ``(weeks,)`` the same of everything.
        kinds: of each group, from `KINDS`.
        weeks: ahead, one of `HORIZONS`.
        errors: of the archive's own past projections, known at the cut-off.
    """
    centre, scale = _centre(counts, totals, WEIGHTS[weeks])
    table = {kind: _quantiles(weeks, kind, errors) for kind in set(kinds)}
    written = max(float(totals[:_SPAN].sum()), 1.0)
    off = np.array([table[kind] for kind in kinds], dtype=np.float64).reshape(len(kinds), len(LEVELS))
    documents = (centre[:, None] + _HALF) * np.exp(off * scale[:, None]) - _HALF
    shares = np.clip(documents / written, 0.0, 1.0)
    shares[counts.sum(axis=1) <= 0] = np.nan
    low, quarter, middle, upper, high = shares.T
    return Projection(weeks=weeks, share=middle, half=(quarter, upper), ninety=(low, high))


def _centre(counts: Floats2d, totals: Floats1d, weights: Weights) -> tuple[Doubles, Doubles]:
    """``(groups,)`` documents expected in four weeks of the present volume, and the scale of the log error."""
    month, fortnight, half_year = (
        np.log(_expected(counts, totals, span) + _HALF) for span in (slice(0, 4), slice(0, 2), slice(4, 26))
    )
    line = weights.month * month + weights.fortnight * fortnight + weights.half_year * half_year
    centre = np.maximum(np.exp(weights.level + line) - _HALF, 0.0)
    return centre, np.sqrt(weights.wander + weights.counting / (centre + _HALF))


def _expected(counts: Floats2d, totals: Floats1d, span: slice) -> Doubles:
    """Documents in four weeks of the present volume at the share of a span."""
    written = float(totals[span].sum())
    share = counts[:, span].sum(axis=1) / written if written else np.zeros(len(counts))
    return np.asarray(share * float(totals[:_SPAN].sum()), dtype=np.float64)


def _quantiles(weeks: int, kind: str, errors: Sequence[BandErrors]) -> Doubles:
    """Shipped quantiles and the archive's own, by how many calls stand behind the latter."""
    mixed, weight = np.array(SHIPPED[weeks, kind]) * _TRUST, float(_TRUST)
    for one in errors:
        if (one.weeks, one.kind) == (weeks, kind):
            mixed, weight = mixed + np.array(one.quantiles) * one.calls, weight + one.calls
    return np.asarray(mixed / weight, dtype=np.float64)


@dataclass(slots=True)
class Learning:
    """Errors of past projections, gathered as outcomes become known."""

    found: dict[tuple[int, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, pairs: Iterable[tuple[Call, Outcome]]) -> None:
        """Take in calls with outcomes; each horizon of a projection is learned from the first outcome to reach it."""
        for call, outcome in pairs:
            for weeks in HORIZONS:
                error = error_of(call, outcome, weeks)
                if error is not None:
                    self.found[weeks, KINDS[call.stage]].append(error)

    def errors(self) -> tuple[BandErrors, ...]:
        """What the next bands may learn: quantiles at `LEVELS`, as far out as so few calls allow."""
        return tuple(
            BandErrors(weeks=weeks, kind=kind, calls=len(off), quantiles=_conformal(off))
            for (weeks, kind), off in sorted(self.found.items())
        )


def error_of(call: Call, outcome: Outcome, weeks: int) -> float | None:
    """How far the later count was from the centre, in scales; None where this outcome is not the one to tell."""
    later = later_share(outcome, weeks) if outcome.days == telling(weeks) else None
    if later is None or call.stage not in KINDS:
        return None
    found, written = later
    counts, totals = np.array([call.near], dtype=np.float32), np.array(call.totals, dtype=np.float32)
    centre, scale = _centre(counts, totals, WEIGHTS[weeks])
    seen = found * float(totals[:_SPAN].sum()) / written
    return float((np.log(seen + _HALF) - np.log(centre[0] + _HALF)) / scale[0])


def _conformal(off: Sequence[float]) -> tuple[float, ...]:
    """Quantiles of n errors at `LEVELS`, lower ones rounded down and upper ones up among n + 1 places."""
    ordered, n = np.sort(np.array(off, dtype=np.float64)), len(off)
    low = [int(np.floor(level * (n + 1))) - 1 for level in LEVELS]
    high = [int(np.ceil(level * (n + 1))) - 1 for level in LEVELS]
    places = [down if level < _HALF else up for level, down, up in zip(LEVELS, low, high, strict=True)]
    return tuple(float(ordered[min(max(place, 0), n - 1)]) for place in places)
