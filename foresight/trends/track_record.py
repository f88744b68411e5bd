"""Calls and their outcomes added up: reliability per stage and horizon, calibration, coverage, length of the lists."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np

from foresight.model.documents import Float64s
from foresight.model.track_record import (
    BandCoverage,
    BandErrors,
    CallOutcome,
    PersistenceBin,
    PersistenceFit,
    Reliability,
    StageCounts,
    TrendCall,
)
from foresight.model.trends import Stage
from foresight.trends.outcomes import OUTCOME_DAYS, band_for, outcome_days_for, share_after
from foresight.trends.persistence import PersistenceLearning
from foresight.trends.projection import PROJECTION_WEEKS as WEEKS
from foresight.trends.projection import BandLearning

CallWithOutcome = tuple[TrendCall, CallOutcome]

PROBABILITY_BINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
RECORDED_STAGES = (Stage.EMERGING, Stage.WEAK, Stage.CANDIDATE, Stage.STRONG, Stage.STEADY, Stage.FADING)
LISTED_STAGES = (Stage.EMERGING, Stage.WEAK)
_FEWEST = 20
_DRAWS = 400


def pair_outcomes(calls: Sequence[TrendCall], outcomes: Sequence[CallOutcome]) -> tuple[CallWithOutcome, ...]:
    """Every outcome with its call, in order of the outcomes; outcomes of calls that are not given are left out."""
    known = {(call.origin, call.trend_id, call.as_of): call for call in calls}
    keys = [(outcome.origin, outcome.trend_id, outcome.as_of) for outcome in outcomes]
    return tuple((known[key], outcome) for key, outcome in zip(keys, outcomes, strict=True) if key in known)


def reliability_by_stage(pairs: Sequence[CallWithOutcome], *, seed: int = 0) -> tuple[Reliability, ...]:
    """How often each stage was right, at each horizon, against random groups of the same size."""
    found = []
    for days in OUTCOME_DAYS:
        for stage in RECORDED_STAGES:
            own = [(call, o) for call, o in pairs if o.days == days and call.stage is stage and o.grew is not None]
            if own:
                found.append(_reliability(stage, days, own, seed))
    return tuple(found)


def _reliability(stage: Stage, days: int, pairs: Sequence[CallWithOutcome], seed: int) -> Reliability:
    by_trend: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for call, outcome in pairs:
        sums = by_trend[call.trend_id]
        sums[0] += 1
        sums[1] += bool(outcome.grew)
        sums[2] += outcome.chance_grew is not None
        sums[3] += bool(outcome.chance_grew)
    rows = np.array(list(by_trend.values()), dtype=np.float64)
    calls, grew, chance_calls, chance_grew = (int(total) for total in rows.sum(axis=0))
    lift, low, high = _lift(rows, np.random.default_rng([seed, days]))
    return Reliability(
        stage=stage,
        days=days,
        calls=calls,
        trends=len(rows),
        grew=grew,
        chance_calls=chance_calls,
        chance_grew=chance_grew,
        lift=lift,
        low=low,
        high=high,
    )


def _lift(rows: Float64s, rng: np.random.Generator) -> tuple[float | None, float | None, float | None]:
    """Growth over chance with its 90 % interval; trends are drawn, since calls of one trend are no two witnesses."""
    if len(rows) < 2 or not rows[:, 3].sum():  # noqa: PLR2004 - one trend has no interval
        return None, None, None
    sums = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=_DRAWS) @ rows
    drawn = _ratio(sums)
    return float(_ratio(rows.sum(axis=0))), float(np.quantile(drawn, 0.05)), float(np.quantile(drawn, 0.95))


def _ratio(sums: Float64s) -> Float64s:
    """Growth among calls over growth among chance, half a group added to chance where none of it grew."""
    calls, grew, chance_calls, chance_grew = np.moveaxis(sums, -1, 0)
    by_chance = np.maximum(chance_grew, 0.5) / np.maximum(chance_calls, 1.0)
    return np.asarray(grew / np.maximum(calls, 1.0) / by_chance, dtype=np.float64)


def probability_calibration(
    pairs: Sequence[CallWithOutcome],
) -> tuple[tuple[PersistenceBin, ...], float | None, float | None]:
    """The persistence probability against outcomes, in ten bins; its Brier score, and that of the base rate.

    Calls of moving stages alone: the probability is stated of them. A call has that of four weeks, so outcomes of four
    weeks decide.
    """
    moving = (*LISTED_STAGES, Stage.CANDIDATE)
    own = [
        (call.lasting, float(outcome.lasted))
        for call, outcome in pairs
        if outcome.days == OUTCOME_DAYS[0]
        and outcome.lasted is not None
        and call.lasting is not None
        and call.stage in moving
    ]
    if not own:
        return (), None, None
    stated, came = np.array(own, dtype=np.float64).T
    places = np.clip(np.searchsorted(PROBABILITY_BINS, stated, side="right") - 1, 0, len(PROBABILITY_BINS) - 2)
    bins = tuple(
        PersistenceBin(
            low=PROBABILITY_BINS[place],
            high=PROBABILITY_BINS[place + 1],
            calls=int((places == place).sum()),
            told=float(stated[places == place].mean()),
            came=float(came[places == place].mean()),
        )
        for place in sorted(set(places.tolist()))
    )
    base = float(came.mean())
    return bins, float(((stated - came) ** 2).mean()), base * (1 - base)


def band_coverage(pairs: Sequence[CallWithOutcome]) -> tuple[BandCoverage, ...]:
    """How often later shares lay in their bands: all stages together, then each with enough calls."""
    found = []
    for weeks in WEEKS:
        own = [pair for pair in pairs if pair[1].days == outcome_days_for(weeks) and band_for(pair[0], weeks)]
        for stage in (None, *RECORDED_STAGES):
            of_stage = [pair for pair in own if stage is None or pair[0].stage is stage]
            measured = np.array(list(_measured(of_stage, weeks)), dtype=np.float64)
            if len(measured) >= (1 if stage is None else _FEWEST):
                found.append(_coverage(weeks, stage, measured))
    return tuple(found)


def _measured(pairs: Sequence[CallWithOutcome], weeks: int) -> Iterator[tuple[float, ...]]:
    """(in half band, in 90 % band, above, log error, log width, gone) of each call."""
    for call, outcome in pairs:
        later, band = share_after(outcome, weeks), band_for(call, weeks)
        if later is None or band is None:
            continue
        count, written = later
        yield (
            band.half_low <= count / written <= band.half_high,
            band.low <= count / written <= band.high,
            count > band.share * written,
            math.log((count + 0.5) / (band.share * written + 0.5)),
            math.log((band.high * written + 0.5) / (band.low * written + 0.5)),
            count == 0,
        )


def _coverage(weeks: int, stage: Stage | None, measured: Float64s) -> BandCoverage:
    half, ninety, above, _, _, gone = measured.mean(axis=0)
    return BandCoverage(
        weeks=weeks,
        stage=stage,
        calls=len(measured),
        half=float(half),
        ninety=float(ninety),
        above=float(above),
        error=float(np.median(measured[:, 3])),
        width=float(np.median(measured[:, 4])),
        gone=float(gone),
    )


def band_errors(pairs: Sequence[CallWithOutcome]) -> tuple[BandErrors, ...]:
    """How far projections were off: what the next bands learn."""
    learning = BandLearning()
    learning.learn(pairs)
    return learning.errors()


def persistence_fits(pairs: Sequence[CallWithOutcome]) -> tuple[PersistenceFit, ...]:
    """How the shipped persistence probability is to be drawn to what came."""
    learning = PersistenceLearning()
    learning.learn(pairs)
    return learning.fits()


def list_lengths(calls: Sequence[TrendCall], cutoffs: Sequence[datetime]) -> tuple[StageCounts, ...]:
    """How many trends were called at each cut-off, by stage; a cut-off may have none."""
    found: Mapping[datetime, Counter[Stage]] = {cutoff: Counter() for cutoff in cutoffs}
    for call in calls:
        if call.as_of in found:
            found[call.as_of][call.stage] += 1
    return tuple(
        StageCounts(as_of=as_of, stages=tuple((stage, counted[stage]) for stage in RECORDED_STAGES if counted[stage]))
        for as_of, counted in sorted(found.items())
    )
