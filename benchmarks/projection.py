"""The shipped numbers of projections, learned from archives with a backtest, and held against archives left out.

    python -m benchmarks.projection DATA [DATA …]

Each archive has one voice, however large. Printed are the numbers for `foresight/trends/projection.py`, and for every
archive how bands learned from the others alone (from its own first half, where there is one archive) would have held.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from foresight.model.track_record import CallOrigin, CallOutcome, TrendCall
from foresight.store.generations import Generations
from foresight.trends.outcomes import outcome_days_for, share_after
from foresight.trends.projection import (
    BAND_LEVELS,
    HALF_DOCUMENT,
    PROJECTION_KINDS,
    PROJECTION_WEEKS,
    ProjectionWeights,
    month_and_usual,
    projection_centre,
)
from foresight.trends.track_record import pair_outcomes

Doubles = npt.NDArray[np.float64]
_ROUNDS = 60
_LEAST_STEP = 0.05
_FEWEST = 15


@dataclass(frozen=True)
class Sample:
    """Calls of one archive and kind at one horizon, ``n`` each: documents in four weeks of the present volume.

    Attributes:
        month, usual: at the share of the last four weeks, and of the 22 before; later: at the share that came.
        stages, moments: of the calls; moments in seconds.
    """

    month: Doubles
    usual: Doubles
    later: Doubles
    stages: tuple[str, ...]
    moments: Doubles

    def only(self, kept: npt.NDArray[np.bool_]) -> Sample:
        """Some of it."""
        stages = tuple(stage for stage, keep in zip(self.stages, kept, strict=True) if keep)
        return Sample(self.month[kept], self.usual[kept], self.later[kept], stages, self.moments[kept])


def sample(pairs: Sequence[tuple[TrendCall, CallOutcome]], weeks: int, kind: str) -> Sample:
    """What is learned from."""
    rows = list(_rows(pairs, weeks, kind))
    month, usual, later, moments = np.array([row[:4] for row in rows], dtype=np.float64).reshape(-1, 4).T
    return Sample(month, usual, later, tuple(row[4] for row in rows), moments)


def _rows(
    pairs: Sequence[tuple[TrendCall, CallOutcome]], weeks: int, kind: str
) -> Iterator[tuple[float, float, float, float, str]]:
    for call, outcome in pairs:
        later = share_after(outcome, weeks) if outcome.days == outcome_days_for(weeks) else None
        if later is None or PROJECTION_KINDS.get(call.stage) != kind:
            continue
        counts, totals = np.array([call.near], dtype=np.float32), np.array(call.totals, dtype=np.float32)
        month, usual = month_and_usual(counts, totals)
        seen = later[0] * float(totals[:4].sum()) / later[1]
        yield float(month[0]), float(usual[0]), seen, call.as_of.timestamp(), call.stage.value


def learn(samples: Sequence[Sample]) -> tuple[ProjectionWeights, tuple[float, ...]]:
    """Least absolute errors of the log, each sample with one voice; the scale by least squares; then quantiles."""
    voice = np.concatenate([np.full(len(one.later), 1 / max(len(one.later), 1)) for one in samples])
    month, usual, later = (
        np.log(np.concatenate([getattr(one, name) for one in samples]) + HALF_DOCUMENT)
        for name in ("month", "usual", "later")
    )
    features = np.column_stack([np.exp(-month / 2), month - usual])
    few, pull = _least_absolute(features, later - usual, voice)
    plain = ProjectionWeights(pull=float(pull), few=float(few), wander=1.0, counting=0.0)
    centre = projection_centre(np.exp(month), np.exp(usual), plain)
    off = later - np.log(centre)
    root = np.sqrt(voice)
    shape = np.column_stack([np.ones(len(centre)), 1 / np.sqrt(centre)])
    (wander, counting), _ = nnls(shape * root[:, None], np.abs(off) * root)
    scaled = off / (wander + counting / np.sqrt(centre))
    order = np.argsort(scaled)
    reached = (np.cumsum(voice[order]) - voice[order] / 2) / voice.sum()
    quantiles = tuple(float(np.interp(at, reached, scaled[order])) for at in BAND_LEVELS)
    weights = ProjectionWeights(pull=plain.pull, few=plain.few, wander=float(wander), counting=float(counting))
    return weights, quantiles


def _least_absolute(features: Doubles, wanted: Doubles, voice: Doubles) -> Doubles:
    """Iteratively reweighted least squares for the L1 norm, with a whiff of ridge."""
    found = np.zeros(features.shape[1])
    for _ in range(_ROUNDS):
        weight = voice / np.maximum(np.abs(wanted - features @ found), _LEAST_STEP)
        ridge = 1e-3 * voice.sum() * np.eye(features.shape[1])
        found = np.linalg.solve(features.T @ (features * weight[:, None]) + ridge, features.T @ (weight * wanted))
    return found


def held(one: Sample, weights: ProjectionWeights, quantiles: Sequence[float]) -> str:
    """How bands would have held, as a line: coverage, median log error, median log width."""
    centre = projection_centre(one.month + HALF_DOCUMENT, one.usual + HALF_DOCUMENT, weights)
    scale = weights.wander + weights.counting / np.sqrt(centre)
    low, quarter, middle, upper, high = (np.maximum(centre * np.exp(at * scale) - HALF_DOCUMENT, 0) for at in quantiles)
    later = one.later
    error = np.median(np.log((later + HALF_DOCUMENT) / (middle + HALF_DOCUMENT)))
    width = np.median(np.log((high + HALF_DOCUMENT) / (low + HALF_DOCUMENT)))
    wide, narrow = ((later >= low) & (later <= high)).mean(), ((later >= quarter) & (later <= upper)).mean()
    return f"n {len(later):5d}  90 % {wide:.2f}  50 % {narrow:.2f}  error {error:+.2f}  width {width:.2f}"


def main(folders: Sequence[str]) -> None:
    """Learn from all, and test each on what the others say."""
    pairs = {}
    for folder in folders:
        reader = Generations(Path(folder), keep=1).current()
        pairs[folder] = pair_outcomes(reader.calls(CallOrigin.BACKTEST), reader.outcomes(CallOrigin.BACKTEST))
        reader.close()
    for weeks in PROJECTION_WEEKS:
        for kind in sorted(set(PROJECTION_KINDS.values())):
            samples = {folder: sample(found, weeks, kind) for folder, found in pairs.items()}
            report(weeks, kind, {name: one for name, one in samples.items() if len(one.later) >= _FEWEST})


def report(weeks: int, kind: str, samples: dict[str, Sample]) -> None:
    """The shipped numbers of a horizon and kind, and what was held out of sample."""
    if not samples:
        return
    weights, quantiles = learn(list(samples.values()))
    print(f"({weeks}, {kind}): {weights}\n    {tuple(round(one, 2) for one in quantiles)}")
    for name, one in samples.items():
        others = [other for key, other in samples.items() if key != name]
        tested = one
        if not others:
            middle = float(np.median(one.moments))
            others = [one.only(one.moments < middle - 91 * 86_400)]
            tested = one.only(one.moments >= middle)
        learned = learn(others)
        print(f"    {name}: {held(tested, *learned)}")
        for stage in sorted(set(tested.stages)):
            part = tested.only(np.array([own == stage for own in tested.stages], dtype=np.bool_))
            if len(part.later) >= _FEWEST:
                print(f"        {stage:<10} {held(part, *learned)}")


if __name__ == "__main__":
    main(sys.argv[1:])
