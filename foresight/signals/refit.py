"""The shipped chance to last, drawn to what became of the archive's own calls.

How often a movement lasts differs from one kind of news to the next, by twice as much or half; which one lasts sooner
than another hardly does. So an archive keeps the order of the shipped model and learns two numbers a horizon (Platt,
Probabilistic outputs for support vector machines, 1999), by what is likeliest under priors that hold the model where
it is until outcomes say otherwise:

    logit of the chance = shift + slope · logit of the shipped chance,   shift ~ N(0, 1), slope ~ N(1, .3)

What is *told* is drawn; what decides is not: the gate and the order of the list stay with the shipped chance, so that
a replay and a live run list the same (docs/methods.md#lasting).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from foresight.records import Bools1d, Call, Floats1d, LastingFit, Outcome, Stage
from foresight.signals.arrays import Doubles
from foresight.signals.lasting import HORIZONS, Course, course, logistic
from foresight.signals.outcomes import lasted, later_told, told

LEAST_CALLS = 60
"""Known outcomes from which on an archive is listened to."""

STAGES = frozenset({Stage.EMERGING, Stage.WEAK, Stage.CANDIDATE})
"""What the chance is told of in lists; what stands was not called for its movement."""

_EXPECTED = np.array([0.0, 1.0])
_PRECISION = np.array([1.0, 1 / 0.3**2])
_LEAST_SLOPE = 0.05
_STEPS = 50
_ENOUGH = 1e-10
_SUREST = 1e-6


@dataclass(slots=True)
class ChanceLearning:
    """(Logit of the shipped chance, whether it lasted) of past calls, by horizon, as outcomes become known."""

    found: dict[int, list[tuple[float, bool]]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, pairs: Iterable[tuple[Call, Outcome]]) -> None:
        """Take in calls with outcomes; each horizon is learned from the outcome of that many weeks."""
        for call, outcome in pairs:
            weeks, came = outcome.days // 7, came_of(call, outcome)
            if weeks in HORIZONS and call.stage in STAGES and came is not None:
                self.found[weeks].append((_shipped_logit(call, weeks), came))

    def fits(self) -> tuple[LastingFit, ...]:
        """What the archive has taught so far, of horizons with at least `LEAST_CALLS` outcomes."""
        return tuple(_fitted(weeks, found) for weeks, found in sorted(self.found.items()) if len(found) >= LEAST_CALLS)


def came_of(call: Call, outcome: Outcome) -> bool | None:
    """Whether a call lasted until its outcome; None where too little was written to tell."""
    return lasted(told(call), call.totals, later_told(call, outcome), outcome.totals)


def refitted(shipped: Course, fits: Sequence[LastingFit]) -> Course:
    """The chances to tell, in the order of the shipped ones; those of horizons without a fit stay as they are.

    Of several fits of one horizon, of runs and of a backtest, the one with the most calls behind it counts.
    """
    best = {fit.weeks: fit for fit in sorted(fits, key=lambda fit: (fit.calls, fit.shift, fit.slope))}
    drawn = {
        weeks: _drawn(chances, best[weeks]) if weeks in best else chances for weeks, chances in shipped.chances.items()
    }
    return replace(shipped, chances=MappingProxyType(drawn))


def fitted(logits: Doubles, came: Bools1d) -> tuple[float, float]:
    """The likeliest (shift, slope) under the priors, by Newton's method.

    Args:
        logits: ``(n,)`` of the shipped chance; n may be 0.
        came: ``(n,)`` whether it lasted.

    Returns:
        A slope above 0: what was likelier stays likelier, whatever the outcomes. The same in any order of the cases.
    """
    order = np.lexsort((came, logits))
    cases = _Cases(np.column_stack([np.ones(len(order)), logits[order]]), came[order].astype(np.float64))
    found = _likeliest(cases, _EXPECTED, np.array([True, True]))
    if found[1] < _LEAST_SLOPE:
        found = _likeliest(cases, np.array([found[0], _LEAST_SLOPE]), np.array([True, False]))
    return float(found[0]), float(found[1])


def _shipped_logit(call: Call, weeks: int) -> float:
    """Of one call on its own, so that it does not hang by a bit on which others are looked at with it."""
    counts, totals = np.array([told(call)], dtype=np.float32), np.array(call.totals, dtype=np.float32)
    return float(_logit(course(counts, totals).chances[weeks])[0])


def _fitted(weeks: int, found: Sequence[tuple[float, bool]]) -> LastingFit:
    logits, came = zip(*found, strict=True)
    shift, slope = fitted(np.array(logits, dtype=np.float64), np.array(came, dtype=np.bool_))
    return LastingFit(weeks=weeks, calls=len(found), shift=shift, slope=slope)


@dataclass(frozen=True, slots=True)
class _Cases:
    """``(n, 2)`` features, the first 1, and ``(n,)`` whether each lasted."""

    features: Doubles
    came: Doubles

    def height(self, at: Doubles) -> float:
        """Log of the posterior, up to a constant."""
        line = self.features @ at
        likely = (self.came * line - np.logaddexp(0.0, line)).sum()
        return float(likely - 0.5 * (_PRECISION * (at - _EXPECTED) ** 2).sum())

    def slopes(self, at: Doubles) -> tuple[Doubles, Doubles]:
        """Its gradient, and how fast that falls: ``(2,)``, ``(2, 2)``."""
        chance = logistic(self.features @ at)
        uphill = self.features.T @ (self.came - chance) - _PRECISION * (at - _EXPECTED)
        bent = (self.features * (chance * (1 - chance))[:, None]).T @ self.features
        return uphill, bent + np.diag(_PRECISION)


def _likeliest(cases: _Cases, start: Doubles, free: Bools1d) -> Doubles:
    """``(2,)`` numbers of the highest posterior, those that are not free held; steps are halved until they help."""
    at, height = start, cases.height(start)
    for _ in range(_STEPS):
        uphill, bend = cases.slopes(at)
        step = np.zeros(2)
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], uphill[free])
        reached = cases.height(at + step)
        while reached < height and np.abs(step).max() > _ENOUGH:
            step = step / 2
            reached = cases.height(at + step)
        if np.abs(step).max() <= _ENOUGH:
            break
        at, height = at + step, reached
    return at


def _drawn(chances: Floats1d, fit: LastingFit) -> Floats1d:
    return np.asarray(logistic(fit.shift + fit.slope * _logit(chances)), dtype=np.float32)


def _logit(chances: Floats1d) -> Doubles:
    """Of chances as they are kept, a millionth from certain at most."""
    sure = np.clip(chances.astype(np.float64), _SUREST, 1 - _SUREST)
    return np.asarray(np.log(sure) - np.log1p(-sure), dtype=np.float64)
