"""The persistence probability: still half as much again as before, over the four and over the thirteen weeks to come.

Most bursts are over when they are seen. A logistic model on how the weekly counts ran tells those that go on. Its
coefficients are shipped (`persistence.json`, learned by `benchmarks.lasting` on news of several kinds) and hold on
kinds of news they were not learned on.

How often a movement lasts differs from one kind of news to the next, by twice as much or half; which one lasts sooner
than another hardly does. So an archive keeps the order of the shipped model and learns two numbers a horizon from its
own outcomes (Platt, Probabilistic outputs for support vector machines, 1999), by what is likeliest under priors that
hold the model where it is until outcomes say otherwise:

    logit of the probability = shift + slope · logit of the shipped one,   shift ~ N(0, 1), slope ~ N(1, .3)

What is stated is adjusted; what decides is not: the least probability of a listed trend and the order of the list stay
with the shipped model, so that a replay and a live run list the same (docs/methods.md#lasting).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from foresight.model.documents import Bools1d, Float64s, Floats1d, Floats2d
from foresight.model.track_record import CallOutcome, PersistenceFit, TrendCall
from foresight.model.trends import Stage
from foresight.trends.outcomes import counts_after, counts_before, did_last

PERSISTENCE_WEEKS = (4, 13)
"""Weeks over which a movement lasts, or does not."""

PERSISTENCE_FEATURES = (
    "last_week",
    "week_before",
    "two_weeks_before",
    "three_weeks_before",
    "usual",
    "peak",
    "weeks_active",
    "weeks_unbroken",
    "four_weeks",
    "lift",
    "lift_of_half_year",
    "part_last_week",
    "long_usual",
)

LEAST_CALLS_FOR_FIT = 60
"""Known outcomes from which on an archive's own are learned from."""

PERSISTENCE_STAGES = frozenset({Stage.EMERGING, Stage.WEAK, Stage.CANDIDATE})
"""What the probability is stated of in lists; what stands was not called for its movement."""

_WEEKS_NEEDED = 26
_MOST_EVIDENCE = 15.0
_QUARTER_WEEKS = slice(4, 12)
_WEEKS_BEFORE = slice(12, 26)
_PRIOR_MEAN = np.array([0.0, 1.0])
_PRIOR_PRECISION = np.array([1.0, 1 / 0.3**2])
_LEAST_SLOPE = 0.05
_STEPS = 50
_ENOUGH = 1e-10
_SUREST = 1e-6

_Coefficients = Mapping[int, tuple[float, Float64s]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """Persistence probabilities of groups.

    Attributes:
        probabilities: per horizon of `PERSISTENCE_WEEKS` ``(groups,)``, 0…1: the share over the weeks to come is at
            least 1.5 times that of weeks 4 to 26 before, three documents added on both sides, and three come.
    """

    probabilities: Mapping[int, Floats1d]

    @property
    def probability(self) -> Floats1d:
        """The geometric mean of both horizons: soon and for good."""
        product = np.prod([self.probabilities[weeks] for weeks in PERSISTENCE_WEEKS], axis=0)
        return np.asarray(product ** (1 / len(PERSISTENCE_WEEKS)), dtype=np.float32)


def estimate_persistence(counts: Floats2d, totals: Floats1d, coefficients: _Coefficients | None = None) -> Persistence:
    """Probabilities from the run of counts.

    counts: ``(groups, weeks)`` documents per week, column 0 the last, weeks before the archive are 0; totals:
    ``(weeks,)`` of everything; coefficients: per horizon (intercept, ``(features,)``), the shipped ones where None.
    """
    described = persistence_features(counts, totals)
    found = {
        weeks: np.asarray(logistic(described @ slopes + intercept), dtype=np.float32)
        for weeks, (intercept, slopes) in (coefficients or shipped_coefficients()).items()
    }
    return Persistence(probabilities=MappingProxyType(found))


def ranking_strength(persistence: Persistence, larger_p: Float64s) -> Floats1d:
    """``(groups,)`` what the list is ordered by: probability × evidence.

    Where groups of one movement overlap, the one stands for it on which both ways of counting agree.
    """
    evidence = np.minimum(_MOST_EVIDENCE, 0.3 - np.log10(np.clip(larger_p, 1e-300, 1.0)))
    return np.asarray(persistence.probability * evidence, dtype=np.float32)


def logistic(logit: Float64s) -> Float64s:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))), dtype=np.float64)


def persistence_features(counts: Floats2d, totals: Floats1d) -> Float64s:
    """``(groups, features)`` what the model sees of a run of counts, in the order of `PERSISTENCE_FEATURES`.

    Weeks in which nothing at all was written are unknown, not silent: a steady theme of a young archive is not new. A
    level that cannot be known yet is taken to be that of the weeks after it. counts: ``(groups, weeks)``, column 0 the
    last week; totals: ``(weeks,)`` of everything.
    """
    missing = max(0, _WEEKS_NEEDED - counts.shape[1])
    seen, written = (
        np.asarray(np.pad(rows.astype(np.float64), ((0, 0), (0, missing))), dtype=np.float64)
        for rows in (counts, totals[None])
    )
    written = written[0]
    known = written > 0
    active = seen[:, :12] > 0
    four = seen[:, :4].sum(axis=1)
    usual = _level(seen, known, _QUARTER_WEEKS, four / max(1, int(known[:4].sum())))
    before = _level(seen, known, _WEEKS_BEFORE, usual)
    columns = (
        *np.log(seen[:, :4] + 1).T,
        np.log(usual + 0.3),
        np.log(np.maximum(seen[:, _QUARTER_WEEKS].max(axis=1), usual) + 1),
        active.sum(axis=1) * 12 / max(1, int(known[:12].sum())),
        np.cumprod(active, axis=1).sum(axis=1),
        np.log(four + 1),
        _log_ratio(seen, written, slice(0, 2), _QUARTER_WEEKS),
        _log_ratio(seen, written, slice(0, 4), _WEEKS_BEFORE),
        seen[:, 0] / np.maximum(four, 1),
        np.log(before + 0.3),
    )
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


@cache
def shipped_coefficients() -> _Coefficients:
    """Per horizon the intercept and ``(features,)`` coefficients that came with the program."""
    shipped = json.loads(files("foresight.trends").joinpath("persistence.json").read_text("utf-8"))
    return MappingProxyType(
        {
            weeks: (float(own["intercept"]), np.array([own[name] for name in PERSISTENCE_FEATURES], dtype=np.float64))
            for weeks in PERSISTENCE_WEEKS
            for own in (shipped[str(weeks)],)
        }
    )


def _level(seen: Float64s, known: Bools1d, span: slice, otherwise: Float64s) -> Float64s:
    """``(groups,)`` documents a week over the known weeks of a span, `otherwise` where fewer than half are known."""
    weeks = np.flatnonzero(known[span]) + span.start
    if 2 * len(weeks) < span.stop - span.start:
        return otherwise
    return np.asarray(seen[:, weeks].mean(axis=1), dtype=np.float64)


def _log_ratio(counts: Float64s, totals: Float64s, now: slice, then: slice) -> Floats1d:
    """Log share of one span over another, half a document added; 0 where one of them has none at all."""
    n_now, n_then = totals[now].sum(), totals[then].sum()
    if not n_now or not n_then:
        return np.zeros(len(counts), dtype=np.float32)
    return np.asarray(
        np.log((counts[:, now].sum(axis=1) + 0.5) / n_now) - np.log((counts[:, then].sum(axis=1) + 0.5) / n_then),
        dtype=np.float32,
    )


@dataclass(slots=True)
class PersistenceLearning:
    """(Logit of the shipped probability, whether it lasted) of past calls, by horizon, as outcomes become known."""

    cases_by_horizon: dict[int, list[tuple[float, bool]]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, pairs: Iterable[tuple[TrendCall, CallOutcome]]) -> None:
        """Take in calls with outcomes; each horizon is learned from the outcome of that many weeks."""
        for call, outcome in pairs:
            weeks, lasted = outcome.days // 7, call_lasted(call, outcome)
            if weeks in PERSISTENCE_WEEKS and call.stage in PERSISTENCE_STAGES and lasted is not None:
                self.cases_by_horizon[weeks].append((_shipped_logit(call, weeks), lasted))

    def fits(self) -> tuple[PersistenceFit, ...]:
        """What the archive has taught so far, of horizons with at least `LEAST_CALLS_FOR_FIT` outcomes."""
        fits = []
        for weeks, cases in sorted(self.cases_by_horizon.items()):
            if len(cases) >= LEAST_CALLS_FOR_FIT:
                logits, lasted = zip(*cases, strict=True)
                shift, slope = fit_shift_and_slope(np.array(logits, np.float64), np.array(lasted, np.bool_))
                fits.append(PersistenceFit(weeks=weeks, calls=len(cases), shift=shift, slope=slope))
        return tuple(fits)


def call_lasted(call: TrendCall, outcome: CallOutcome) -> bool | None:
    """Whether a call lasted until its outcome; None where too little was written to tell."""
    return did_last(counts_before(call), call.totals, counts_after(call, outcome), outcome.totals)


def adjust_to_outcomes(shipped: Persistence, fits: Sequence[PersistenceFit]) -> Persistence:
    """The probabilities to state, in the order of the shipped ones; those of horizons without a fit stay as they are.

    Of several fits of one horizon, of runs and of a backtest, the one with the most calls behind it counts.
    """
    best = {fit.weeks: fit for fit in sorted(fits, key=lambda fit: (fit.calls, fit.shift, fit.slope))}
    adjusted = dict(shipped.probabilities)
    for weeks in set(best) & set(adjusted):
        line = best[weeks].shift + best[weeks].slope * _logit(adjusted[weeks])
        adjusted[weeks] = np.asarray(logistic(line), dtype=np.float32)
    return Persistence(probabilities=MappingProxyType(adjusted))


def fit_shift_and_slope(logits: Float64s, lasted: Bools1d) -> tuple[float, float]:
    """The likeliest (shift, slope) under the priors, by Newton's method; the same in any order of the ``n`` cases.

    The slope is above 0: what was likelier stays likelier, whatever the outcomes.
    """
    order = np.lexsort((lasted, logits))
    features, came = np.column_stack([np.ones(len(order)), logits[order]]), lasted[order].astype(np.float64)
    found = _maximise_posterior(features, came, _PRIOR_MEAN, [0, 1])
    if found[1] < _LEAST_SLOPE:
        found = _maximise_posterior(features, came, np.array([found[0], _LEAST_SLOPE]), [0])
    return float(found[0]), float(found[1])


def _maximise_posterior(features: Float64s, came: Float64s, start: Float64s, free: Sequence[int]) -> Float64s:
    """``(2,)`` numbers of the highest posterior, those that are not free held; steps are halved until they help."""

    def height(at: Float64s) -> float:
        """Log of the posterior, up to a constant."""
        line = features @ at
        likely = (came * line - np.logaddexp(0.0, line)).sum()
        return float(likely - 0.5 * (_PRIOR_PRECISION * (at - _PRIOR_MEAN) ** 2).sum())

    at, reached = start, height(start)
    for _ in range(_STEPS):
        chance = logistic(features @ at)
        uphill = features.T @ (came - chance) - _PRIOR_PRECISION * (at - _PRIOR_MEAN)
        bend = (features * (chance * (1 - chance))[:, None]).T @ features + np.diag(_PRIOR_PRECISION)
        step = np.zeros(2)
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], uphill[free])
        before, reached = reached, height(at + step)
        while reached < before and np.abs(step).max() > _ENOUGH:
            step = step / 2
            reached = height(at + step)
        if np.abs(step).max() <= _ENOUGH:
            break
        at = at + step
    return at


def _shipped_logit(call: TrendCall, weeks: int) -> float:
    """Of one call on its own, so that it does not hang by a bit on which others are looked at with it."""
    counts, totals = np.array([counts_before(call)], dtype=np.float32), np.array(call.totals, dtype=np.float32)
    return float(_logit(estimate_persistence(counts, totals).probabilities[weeks])[0])


def _logit(probabilities: Floats1d) -> Float64s:
    """Of probabilities as they are kept, a millionth from certain at most."""
    sure = np.clip(probabilities.astype(np.float64), _SUREST, 1 - _SUREST)
    return np.asarray(np.log(sure) - np.log1p(-sure), dtype=np.float64)
