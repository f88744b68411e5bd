"""What was said at a cut-off, how it turned out, and the record of both: can these calls be trusted?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from foresight.model.documents import Floats1d
from foresight.model.trends import ClusteringState, Stage, Trend


class CallOrigin(StrEnum):
    """Who said it: a run on its day, or a backtest that says in retrospect what a run would have said."""

    RUN = "run"
    BACKTEST = "backtest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionBand:
    """A share projected `weeks` ahead, with the band it lies in half of the time and nine times in ten."""

    weeks: int
    share: float
    half_low: float
    half_high: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendCall:
    """What was said of a trend at a cut-off, with all that is needed to judge it later.

    Attributes:
        origin, trend_id, as_of: its key.
        title: what it was called then, else its words.
        documents: ids of what it was seen in, those of the last 28 days.
        words: per language group, its characteristic words; what has two of them speaks of it. One word alone is the
            new name that founded it; where nothing was counted by it (`spoken`), its only characteristic word.
        centre, least: the region it lies in, and (language, least centred cosine) pairs; `centre` is let go of, and
            empty, when the last outcome is known.
        lasting: the persistence probability that was stated, None where none was.
        bands: what was projected.
        spoken, near, totals: documents per week by words, by region, and of everything, the last week first, within
            the sources that were alive in the twelve weeks before.
    """

    origin: CallOrigin
    trend_id: str
    as_of: datetime
    stage: Stage
    rank: int
    title: str
    documents: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    least: tuple[tuple[str, float], ...]
    q_value: float | None = None
    lasting: float | None = None
    share: float
    bands: tuple[ProjectionBand, ...] = ()
    spoken: tuple[float, ...]
    near: tuple[float, ...]
    totals: tuple[float, ...]
    centre: Floats1d

    def __eq__(self, other: object) -> bool:
        """Equal in all fields; vectors by value."""
        return (
            isinstance(other, TrendCall)
            and _call_fields(self) == _call_fields(other)
            and np.array_equal(self.centre, other.centre)
        )

    def __hash__(self) -> int:
        """By its key."""
        return hash((self.origin, self.trend_id, self.as_of))


def _call_fields(call: TrendCall) -> tuple[object, ...]:
    return tuple(getattr(call, name) for name in TrendCall.__slots__ if name != "centre")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome:
    """How a call turned out, known at `known` and not a moment earlier.

    Attributes:
        origin, trend_id, as_of: of the call; days: the horizon.
        grew: whether what speaks of it took a larger share than before, see `signals.outcomes.grew`; None where too
            little was written to tell.
        lasted: whether its share over the horizon was half as much again as before, see `signals.outcomes.lasted`; None
            where too little was written to tell.
        chance_grew: the same as `grew` for as many documents around a random one of the same four weeks.
        spoken, near, totals: documents per week after the cut-off, the first week first, counted as the call's were.
    """

    origin: CallOrigin
    trend_id: str
    as_of: datetime
    days: int
    known: datetime
    grew: bool | None
    lasted: bool | None
    chance_grew: bool | None
    spoken: tuple[float, ...]
    near: tuple[float, ...]
    totals: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How calls of a stage turned out at a horizon.

    Attributes:
        calls: judged; trends: different ones among them. grew: how many calls grew.
        chance_calls, chance_grew: the same of random groups.
        lift: growth of the calls over that of chance; low, high: its 90 % interval, by resampling trends. None where
            it is not known.
    """

    stage: Stage
    days: int
    calls: int
    trends: int
    grew: int
    chance_calls: int
    chance_grew: int
    lift: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistenceBin:
    """Calls with a persistence probability within ``low <= p < high``: its mean (`told`), and how many came true."""

    low: float
    high: float
    calls: int
    told: float
    came: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BandCoverage:
    """How often the later share lay in the projected bands.

    Attributes:
        weeks: the horizon; stage: None for all together.
        half, ninety: parts of the calls inside each band.
        above: part above the projected share; .5 is right.
        error: median of log(later / projected), half a document added to both.
        width: median of log(high / low) of the 90 % band, half a document added to both.
        gone: part whose later share was nothing.
    """

    weeks: int
    stage: Stage | None
    calls: int
    half: float
    ninety: float
    above: float
    error: float
    width: float
    gone: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCounts:
    """How many trends were called at a cut-off, by stage."""

    as_of: datetime
    stages: tuple[tuple[Stage, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BandErrors:
    """How far projections of a kind were off at a horizon: what the next bands learn from.

    Attributes:
        weeks: the horizon; kind: a class of `trends.projection`.
        calls: behind it; quantiles: of the error, at `signals.projection.LEVELS`.
    """

    weeks: int
    kind: str
    calls: int
    quantiles: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistenceFit:
    """How the shipped persistence probability is fitted to the outcomes of an archive's own calls.

    Attributes:
        weeks: the horizon; calls: behind it.
        shift, slope: the logit of the shown probability is shift + slope · the logit of the shipped one; slope > 0.
    """

    weeks: int
    calls: int
    shift: float
    slope: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """All calls of one origin and how they turned out.

    Attributes:
        first, last: cut-offs; weeks: between two of them, 0 where runs came as they came.
        complete: every cut-off that was asked for is in it.
        documents, sources: how much the corpus held.
        sources_only: names of the sources it was narrowed to, empty for all.
        made: when; code_version, encoder: by what.
        brier, brier_base: mean squared error of the persistence probability, and of always telling the base rate.
        known: when the latest outcome in it became known, None where none has; an analysis of an earlier cut-off must
            not learn from `errors` and `lasting`.
    """

    origin: CallOrigin
    first: datetime
    last: datetime
    weeks: int
    complete: bool
    documents: int
    sources: int
    sources_only: tuple[str, ...] = ()
    made: datetime
    code_version: str
    encoder: str
    calls: int
    reliability: tuple[Reliability, ...] = ()
    chances: tuple[PersistenceBin, ...] = ()
    brier: float | None = None
    brier_base: float | None = None
    coverage: tuple[BandCoverage, ...] = ()
    lists: tuple[StageCounts, ...] = ()
    errors: tuple[BandErrors, ...] = ()
    lasting: tuple[PersistenceFit, ...] = ()
    known: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestState:
    """Where a backtest stands, so that an interrupted one goes on.

    Attributes:
        fingerprint: of all that decides its result; another one begins anew.
        cutoff: the last one kept.
        engine, trends: what the analysis of the next cut-off builds on.
    """

    fingerprint: str
    cutoff: datetime
    engine: ClusteringState
    trends: tuple[Trend, ...]
