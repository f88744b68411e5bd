"""From counts to verdicts: rates, spread, the test over all groups, and the stage of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from foresight.analysis.identity import Owners, quiet_since
from foresight.analysis.movements import Group, Measured
from foresight.records import Bools1d, EngineState, Floats1d, LastingFit, Stage, StageReason, TrendOptions
from foresight.signals.arrays import Doubles
from foresight.signals.calibration import calibrated, q_values, tail
from foresight.signals.evidence import apart
from foresight.signals.growth import Rates, doubling_weeks, offsets, rates
from foresight.signals.history import History, alive, volume
from foresight.signals.lasting import Course, course, strength
from foresight.signals.refit import refitted
from foresight.signals.spread import is_confirmed, needed
from foresight.signals.stage import Evidence, verdict

SPANS = (12, 4, 26)
MOVING = {Stage.WEAK, Stage.EMERGING, Stage.CANDIDATE}
SIGNALS = {Stage.WEAK, Stage.EMERGING}
_PLAIN_RATE = 0.05
_RECENT_WEEKS = 4
_PERSISTENCE_WEEKS = 12
_LEAST_SPAN = 4
_LOOSE = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Verdicts on groups, all in their order.

    Attributes:
        q: calibrated false discovery rate, NaN where untested.
        rates: per span of `SPANS`; shares: of the last four weeks; persistence: of the last twelve.
        course: by the shipped model, which decides; told: drawn to the archive's own outcomes, what is said.
        strength: what the list is ordered by.
        level_shift: log of offset over volume, what turns a fitted level into a share.
    """

    q: Doubles
    rates: dict[int, Rates]
    shares: Floats1d
    persistence: Floats1d
    course: Course
    told: Course
    strength: Floats1d
    level_shift: Doubles
    evidence: tuple[Evidence, ...]
    verdicts: tuple[tuple[Stage, StageReason], ...]


def judge(  # noqa: PLR0913 - everything a verdict rests on
    past: History,
    groups: Sequence[Group],
    measured: Measured,
    held: Owners,
    *,
    state: EngineState,
    options: TrendOptions,
    as_of: datetime,
    lasting: Sequence[LastingFit] = (),
) -> Judged:
    """Judge all groups of a cut-off together: the false discovery rate is one of the whole list."""
    volumes = volume(past)
    q, moving = _tests(groups, measured, state)
    by_span = {span: _rates(past, measured, volumes, span) for span in SPANS}
    counts = measured.counts.sum(axis=2)
    recent = max(float(volumes[:_RECENT_WEEKS].sum()), 1.0)
    shares = counts[:, :_RECENT_WEEKS].sum(axis=1) / recent
    persistence = (counts[:, :_PERSISTENCE_WEEKS] > 0).mean(axis=1)
    course_ = _course(past, measured, volumes)
    told = refitted(course_, lasting)
    sources_needed = needed(volumes[:_PERSISTENCE_WEEKS].sum(axis=0), options.least_sources)
    evidence = tuple(
        _evidence(
            past,
            group,
            held,
            rates_=(by_span[SPANS[0]][0], i),
            tests=(float(q[i]), bool(moving[i]), options.false_discovery_rate),
            levels=(float(shares[i]), float(persistence[i]), sources_needed),
            chances=(float(course_.chance[i]), float(told.chance[i])),
            mixed=_is_mixed(past, group, measured, i),
            lately=float(max(counts[i, :2].sum(), measured.telling[i, :2].sum())),
            as_of=as_of,
        )
        for i, group in enumerate(groups)
    )
    return Judged(
        q=q,
        rates={span: found for span, (found, _) in by_span.items()},
        shares=shares,
        persistence=persistence,
        course=course_,
        told=told,
        strength=strength(course_, measured.surest),
        level_shift=by_span[SPANS[0]][1],
        evidence=evidence,
        verdicts=tuple(verdict(one, options) for one in evidence),
    )


def _tests(groups: Sequence[Group], measured: Measured, state: EngineState) -> tuple[Doubles, Bools1d]:
    """Calibrated q per group (NaN untested), and whether the plain test passes at .05."""
    q = np.full(len(groups), np.nan)
    moving = np.zeros(len(groups), dtype=np.bool_)
    of = np.flatnonzero(measured.tested)
    if len(of):
        kinds = [(groups[int(i)].founded, groups[int(i)].weeks) for i in of]
        q[of] = q_values(tail(calibrated(measured.scores[of], kinds, state.null)))
        moving[of] = q_values(measured.plain[of]) <= _PLAIN_RATE
    return q, moving


def _rates(past: History, measured: Measured, volumes: Floats1d, span: int) -> tuple[Rates, Doubles]:
    """Growth over the last `span` weeks (or as many as there are), and the log of offset over volume."""
    oldest = (int(past.ages.max(initial=-1)) + 1) // 7
    weeks = max(min(span, oldest, past.weeks), 1)
    sources = alive(volumes, weeks)
    counts, own = measured.counts[:, :weeks], volumes[:weeks]
    offset = offsets(counts, own, sources)
    if weeks < min(span, _LEAST_SPAN):
        offset = np.zeros_like(offset)
    seen = counts[:, :, sources].sum(axis=2)
    found = rates(np.where(offset > 0, seen, 0.0), offset)
    share = offset[:, :_RECENT_WEEKS].sum(axis=1) / max(float(own[:_RECENT_WEEKS, sources].sum()), 1.0)
    return found, np.log(np.maximum(share, 1e-9))


def _course(past: History, measured: Measured, volumes: Floats1d) -> Course:
    """The run of counts by words, or by region where a group has too few words; within sources that were alive."""
    sources = alive(volumes, min(_PERSISTENCE_WEEKS, past.weeks))
    told = measured.telling[:, :, sources].sum(axis=2)
    near = measured.counts[:, :, sources].sum(axis=2)
    silent = told.sum(axis=1) == 0
    return course(np.where(silent[:, None], near, told), volumes[:, sources].sum(axis=1))


def _is_mixed(past: History, group: Group, measured: Measured, number: int) -> bool:
    """Whether nothing holds a group together: no two common words, and vectors that lie loosely."""
    if group.region is not None or any(len(words) > 1 for words in measured.words[number]):
        return False
    return float(np.median(apart(past.vectors[group.members]))) < _LOOSE


def _evidence(  # noqa: PLR0913 - gathers what a verdict rests on
    past: History,
    group: Group,
    held: Owners,
    *,
    rates_: tuple[Rates, int],
    tests: tuple[float, bool, float],
    levels: tuple[float, float, int],
    chances: tuple[float, float],
    mixed: bool,
    lately: float,
    as_of: datetime,
) -> Evidence:
    rates12, number = rates_
    q, moving, most = tests
    share, persistence, sources_needed = levels
    owner = held.owners[group.owner] if group.owner >= 0 else None
    by_source = np.bincount(past.sources[group.members], minlength=past.source_count)
    growth = _number(rates12.rate[number])
    asleep = owner is not None and owner.asleep
    oldest = float(past.ages[group.members].max(initial=0)) / 7
    weeks = oldest if owner is None else quiet_since(owner.last if asleep else owner.born, as_of)
    return Evidence(
        stories=len(np.unique(past.stories[group.members])),
        sources=int((by_source > 0).sum()),
        share=share,
        confirmed=is_confirmed(by_source.astype(np.float32), sources_needed),
        proven=bool(q <= most),
        moving=moving,
        lately=lately,
        chance=chances[0],
        told=chances[1],
        q=_number(q),
        growth=growth,
        low=_number(rates12.low[number]),
        high=_number(rates12.high[number]),
        doubling_weeks=None if growth is None else doubling_weeks(growth),
        persistence=persistence,
        weeks=round(weeks, 1),
        mixed=mixed,
        asleep=asleep,
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
