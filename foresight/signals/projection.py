"""Where the share is heading if the movement goes on as it has, and how sure that is.

The line of the regression over twelve weeks, its slope damped week by week (Gardner and McKenzie, Management Science
31, 1985: undamped trends overshoot), with the uncertainty of the line, of counting, and of the share's own wandering.
Before that the slope is drawn to zero by how badly it is known: a rate of 100 % a week, fitted to three weeks of a
new trend, says little about the quarter to come.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.signals.arrays import Doubles
from foresight.signals.growth import Rates

HORIZONS = (4, 8, 12)
DAMPING = 0.8
WANDER = 0.35
USUAL_RATE = 0.05
"""Standard deviation of the rates that trends keep up, in log share per week: the prior of the slope."""

_HALF, _NINETY = 0.6745, 1.6449
_SPAN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Shares `weeks` after the cut-off, all ``(groups,)``; NaN where nothing was counted."""

    weeks: int
    share: Doubles
    half: tuple[Doubles, Doubles]
    ninety: tuple[Doubles, Doubles]


def project(rates: Rates, volume: float, *, weeks: int) -> Projection:
    """The share in the four weeks that end `weeks` after the cut-off.

    Args:
        rates: of the regression over twelve weeks.
        volume: documents a week to come, for the error of counting.
        weeks: 4 and more.
    """
    ahead = float(np.mean([_damped(h) for h in range(weeks - _SPAN + 1, weeks + 1)]))
    kept = USUAL_RATE**2 / (USUAL_RATE**2 + rates.rate_error**2)
    centre = rates.level + kept * rates.rate * ahead
    expected = np.maximum(np.exp(np.clip(centre, -30, 0)) * volume * _SPAN, 0.5)
    variance = (
        rates.level_error**2
        + 2 * kept * rates.covariance * ahead
        + kept * (rates.rate_error * ahead) ** 2
        + WANDER**2 * weeks
        + rates.dispersion / expected
    )
    deviation = np.sqrt(np.maximum(variance, 0.0))

    def at(z: float) -> Doubles:
        return np.asarray(np.exp(np.minimum(centre + z * deviation, 0.0)), dtype=np.float64)

    return Projection(weeks=weeks, share=at(0), half=(at(-_HALF), at(_HALF)), ninety=(at(-_NINETY), at(_NINETY)))


def _damped(weeks: int) -> float:
    return float(sum(DAMPING**i for i in range(1, weeks + 1)))
