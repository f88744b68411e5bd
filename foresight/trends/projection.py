"""Where the share is heading, and how sure that is.

News falls back: what has risen comes down towards its longer-run level, and a line drawn through the rise is too high
by half. So the centre is drawn from the last four weeks and the five months before them together, with weights
learned from what became of thousands of trends; how far such centres were off, by kind of trend, gives the
bands (split conformal prediction within classes: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World,
2005, ch. 4). An archive's own past errors take over from the shipped ones as they come in. Trends that fell asleep
count with what was left of them, often nothing: a band may reach down to nothing (docs/methods.md#projection).
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

from foresight.model.documents import Float64s, Floats1d, Floats2d
from foresight.model.track_record import BandErrors, CallOutcome, TrendCall
from foresight.model.trends import Stage
from foresight.trends.outcomes import outcome_days_for, share_after

PROJECTION_WEEKS = (4, 8, 12)
BAND_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)

KIND_RISING, KIND_CANDIDATE, KIND_STABLE = "rising", "candidate", "standing"
PROJECTION_KINDS: Mapping[Stage, str] = {
    Stage.EMERGING: KIND_RISING,
    Stage.WEAK: KIND_RISING,
    Stage.CANDIDATE: KIND_CANDIDATE,
    Stage.STRONG: KIND_STABLE,
    Stage.STEADY: KIND_STABLE,
    Stage.FADING: KIND_STABLE,
}

HALF_DOCUMENT = 0.5
"""Of a document, added to every count before its logarithm is taken."""

_SPAN = 4
_TRUST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionWeights:
    """How a centre is made, and how errors grow where little is counted.

    Attributes:
        pull: part of the log of the last four weeks over the usual level that is kept; the rest falls back.
        few: what is added to the log where few documents are counted, times 1 / √documents: a group's own documents
            lie nearer to its centre than later ones do.
        wander, counting: scale of the log error: a constant, and what is added times 1 / √documents.
        errors: quantiles of past errors at `BAND_LEVELS`, in scales.
    """

    pull: float
    few: float
    wander: float
    counting: float
    errors: tuple[float, ...] = ()


@cache
def shipped_weights() -> Mapping[tuple[int, str], ProjectionWeights]:
    """By weeks ahead and kind, as they came with the program.

    Learned with `benchmarks/projection.py` on several sets together, each with one voice (docs/benchmarks.md).
    """
    shipped = json.loads(files("foresight.trends").joinpath("projection.json").read_text("utf-8"))
    return MappingProxyType(
        {
            (int(weeks), kind): ProjectionWeights(**(own | {"errors": tuple(own["errors"])}))
            for kind, by_weeks in shipped.items()
            for weeks, own in by_weeks.items()
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Shares in the four weeks that end `weeks` after the cut-off, all ``(groups,)``; NaN where nothing was counted."""

    weeks: int
    share: Float64s
    half: tuple[Float64s, Float64s]
    ninety: tuple[Float64s, Float64s]


def project_shares(
    counts: Floats2d, totals: Floats1d, kinds: Sequence[str], *, weeks: int, errors: Sequence[BandErrors] = ()
) -> Projection:
    """The shares to come, `weeks` of `PROJECTION_WEEKS` ahead.

    counts: ``(groups, weeks)`` documents per week, column 0 the last, within sources that were alive; totals:
    ``(weeks,)`` of everything; errors: of the archive's own past projections, known at the cut-off.
    """
    written = max(float(totals[:_SPAN].sum()), 1.0)
    shares = np.full((len(kinds), len(BAND_LEVELS)), np.nan)
    for kind in sorted(set(kinds)):
        of = np.flatnonzero([one == kind for one in kinds])
        off = _quantiles(weeks, kind, errors)
        centre, scale = _centre_and_scale(counts[of], totals, shipped_weights()[weeks, kind])
        documents = centre[:, None] * np.exp(off * scale[:, None]) - HALF_DOCUMENT
        shares[of] = np.clip(documents / written, 0.0, 1.0)
    shares[counts.sum(axis=1) <= 0] = np.nan
    low, quarter, middle, upper, high = shares.T
    return Projection(weeks=weeks, share=middle, half=(quarter, upper), ninety=(low, high))


def _centre_and_scale(counts: Floats2d, totals: Floats1d, weights: ProjectionWeights) -> tuple[Float64s, Float64s]:
    """``(groups,)`` documents in four weeks of the present volume, half a one added; the scale of the log error."""
    month, usual = month_and_usual(counts, totals)
    centre = projection_centre(month + HALF_DOCUMENT, usual + HALF_DOCUMENT, weights)
    return centre, weights.wander + weights.counting / np.sqrt(centre)


def month_and_usual(counts: Floats2d, totals: Floats1d) -> tuple[Float64s, Float64s]:
    """``(groups,)`` documents in four weeks of the present volume: by the last four weeks, and as usual before."""

    def at_share_of(span: slice) -> Float64s:
        written = float(totals[span].sum())
        share = counts[:, span].sum(axis=1) / written if written else np.zeros(len(counts))
        return np.asarray(share * float(totals[:_SPAN].sum()), dtype=np.float64)

    return at_share_of(slice(0, 4)), at_share_of(slice(4, 26))


def projection_centre(month: Float64s, usual: Float64s, weights: ProjectionWeights) -> Float64s:
    """``(n,)`` what is expected of documents in a month and usually, half a document added to each, and to it."""
    line = weights.few / np.sqrt(month) + weights.pull * np.log(month / usual)
    return np.asarray(np.maximum(usual * np.exp(line), HALF_DOCUMENT), dtype=np.float64)


def _quantiles(weeks: int, kind: str, errors: Sequence[BandErrors]) -> Float64s:
    """Shipped quantiles and the archive's own, by how many calls stand behind the latter."""
    mixed, weight = np.array(shipped_weights()[weeks, kind].errors) * _TRUST, float(_TRUST)
    for one in errors:
        if (one.weeks, one.kind) == (weeks, kind):
            mixed, weight = mixed + np.array(one.quantiles) * one.calls, weight + one.calls
    return np.asarray(mixed / weight, dtype=np.float64)


@dataclass(slots=True)
class BandLearning:
    """Errors of past projections by weeks ahead and kind, gathered as outcomes become known."""

    errors_by_kind: dict[tuple[int, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, pairs: Iterable[tuple[TrendCall, CallOutcome]]) -> None:
        """Take in calls with outcomes; each horizon of a projection is learned from the first outcome to reach it."""
        for call, outcome in pairs:
            for weeks in PROJECTION_WEEKS:
                error = projection_error(call, outcome, weeks)
                if error is not None:
                    self.errors_by_kind[weeks, PROJECTION_KINDS[call.stage]].append(error)

    def errors(self) -> tuple[BandErrors, ...]:
        """What the next bands may learn: quantiles at `BAND_LEVELS`, as far out as so few calls allow."""
        return tuple(
            BandErrors(weeks=weeks, kind=kind, calls=len(off), quantiles=_conformal(off))
            for (weeks, kind), off in sorted(self.errors_by_kind.items())
        )


def projection_error(call: TrendCall, outcome: CallOutcome, weeks: int) -> float | None:
    """How far the later count was from the centre, in scales; None where this outcome is not the one to say."""
    later = share_after(outcome, weeks) if outcome.days == outcome_days_for(weeks) else None
    if later is None or call.stage not in PROJECTION_KINDS:
        return None
    found, written = later
    counts, totals = np.array([call.near], dtype=np.float32), np.array(call.totals, dtype=np.float32)
    centre, scale = _centre_and_scale(counts, totals, shipped_weights()[weeks, PROJECTION_KINDS[call.stage]])
    seen = found * float(totals[:_SPAN].sum()) / written
    return float((np.log(seen + HALF_DOCUMENT) - np.log(centre[0])) / scale[0])


def _conformal(off: Sequence[float]) -> tuple[float, ...]:
    """Quantiles of n errors at `BAND_LEVELS`, lower ones rounded down and upper ones up among n + 1 places."""
    ordered, n = np.sort(np.array(off, dtype=np.float64)), len(off)
    places = [int((np.floor if level < HALF_DOCUMENT else np.ceil)(level * (n + 1))) - 1 for level in BAND_LEVELS]
    return tuple(float(ordered[min(max(place, 0), n - 1)]) for place in places)
