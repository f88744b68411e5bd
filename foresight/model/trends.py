"""Trends: what is stored of one at a run, what is measured of it, and the state from which clustering goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from foresight.model.documents import Floats1d


class SteepClass(StrEnum):
    """The class of the world outside that a trend belongs to."""

    SOCIAL = "social"
    TECHNOLOGICAL = "technological"
    ECONOMIC = "economic"
    ENVIRONMENTAL = "environmental"
    POLITICAL = "political"


STEEP_LEAD_TO_STAND_ALONE = 0.1
"""By how much the first class must lead the second to stand alone; measured, see docs/benchmarks.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SteepChoice:
    """A class that a person gave a trend, and why."""

    steep: SteepClass
    who: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CueWord:
    """A word that decided something about a trend, with articles to read it in.

    Attributes:
        name: what it decided: "steep", or "say_feel" for what tells company and people apart.
        side: the class of STEEP, or "company" or "people" (customers and employees).
        weight: how much it says, comparable within trend, name and side only; more than 0.
        documents: ids of up to three articles of the trend that hold it, those that show it best first.
    """

    trend_id: str
    name: str
    side: str
    word: str
    lang: str
    weight: float
    documents: tuple[str, ...]


def steep_classes(shares: Mapping[SteepClass, float]) -> tuple[SteepClass, ...]:
    """The first class where it leads clearly, else the first two; empty where nothing was measured."""
    ranked: Sequence[SteepClass] = sorted(shares, key=lambda steep: (-shares[steep], steep))
    if len(ranked) > 1 and shares[ranked[0]] - shares[ranked[1]] < STEEP_LEAD_TO_STAND_ALONE:
        return tuple(ranked[:2])
    return tuple(ranked[:1])


class Stage(StrEnum):
    """The verdict drawn from a trend's signals."""

    NOISE = "noise"
    CANDIDATE = "candidate"
    WEAK = "weak"
    EMERGING = "emerging"
    STRONG = "strong"
    STEADY = "steady"
    FADING = "fading"
    SLEEPING = "sleeping"


class Speed(StrEnum):
    """How a trend was found: by groups of articles over weeks, or by terms over quarters."""

    FAST = "fast"
    SLOW = "slow"


class LineageKind(StrEnum):
    """What became of a trend from one run to the next."""

    BORN = "born"
    SAME = "same"
    SPLIT = "split"
    MERGED = "merged"
    SLEEPING = "sleeping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A document belongs to a trend, or to a theme. similarity is a centred cosine, −1…1."""

    owner_id: str
    document_id: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What became of a trend (or theme) in a run.

    Attributes:
        trend_id: the trend of this run; earlier_id: the one it comes from; of a birth the one it might be, "" for none.
        similarity: centred cosine of the two centroids; shared: documents in both.
        review: the match was ambiguous and a person should look.
    """

    run_id: str
    trend_id: str
    kind: LineageKind
    earlier_id: str = ""
    similarity: float = 0.0
    shared: int = 0
    review: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklySeries:
    """Counts of a trend per ISO week, oldest first.

    Attributes:
        weeks: Mondays, consecutive.
        counts: stories × sources of the trend in the week, weighted by source.
        totals: the same over everything that was written.
    """

    trend_id: str
    weeks: tuple[date, ...]
    counts: tuple[float, ...]
    totals: tuple[float, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """Count over total per week, 0 where nothing was written."""
        return tuple(n / total if total else 0.0 for n, total in zip(self.counts, self.totals, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One measured property of a trend in a window.

    Attributes:
        name: e.g. "growth", "q_value", "share", "spread", "novelty", "persistence", "projection".
        window: what it was measured over, e.g. "12w", or the horizon of a projection, e.g. "+4w".
        unit: e.g. "log share per week", "probability", "share", "sources", "weeks".
        low, high: the 90 % interval where there is one.
        n: how many documents or weeks it rests on; method: its name in docs/methods.md.
    """

    trend_id: str
    name: str
    window: str
    value: float
    unit: str
    method: str
    low: float | None = None
    high: float | None = None
    n: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The name of a trend or theme in one language: a short title, a central headline under it, and its words."""

    lang: str
    title: str
    subtitle: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme, a lasting region of the map of what is written about, or a broader theme above several.

    Attributes:
        id: lasting; lineage over refits carries it.
        title: in its strongest language; headlines: per language, strongest first.
        words: strongest words first, c-TF-IDF.
        documents: how many lie in it, of the last year at the last fit and all since.
        level: 0 for a theme, 1 for a broader one.
        parent_id: the broader theme above a theme, "" where none.
        x, y: place on the map, any unit, comparable within the run only.
    """

    id: str
    run_id: str
    title: str
    words: tuple[str, ...] = ()
    documents: int = 0
    x: float = 0.0
    y: float = 0.0
    level: int = 0
    parent_id: str = ""
    headlines: tuple[Headline, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReason:
    """Why a trend stands in its stage: a key of `ui/text` and the numbers that decided.

    The sentence is made in the reader's language from `key` and `facts` (name, value) pairs.
    """

    key: str
    facts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A lasting movement in the news, as one run measured it.

    Attributes:
        id: never reused, never changed while the trend lives.
        rank: 1 is the strongest of the run; 0 where not ranked.
        headlines: one per language that has enough documents, strongest language first.
        mixed: no common theme was found; never shown as a trend of its own.
        theme_id: the theme most of its documents lie in, "" where none.
        parent_id: the bigger trend it is part of, "" where none.
        first_document: when its first story was published; last_document: its latest.
        documents, stories, sources: counted over the last 28 days, over the last year where it is slow; langs seen
            in them.
        recent: document ids of those days before the cut-off, most central first; of a slow trend the latest first.
        centroid: ``(dim,)`` centred unit vector.
        speed: whether it was found over weeks or over quarters.
    """

    id: str
    run_id: str
    as_of: datetime
    rank: int
    stage: Stage
    reason: StageReason
    headlines: tuple[Headline, ...]
    mixed: bool = False
    theme_id: str = ""
    parent_id: str = ""
    first_document: datetime
    last_document: datetime
    documents: int
    stories: int
    sources: int
    langs: tuple[str, ...]
    recent: tuple[str, ...]
    centroid: Floats1d
    speed: Speed = Speed.FAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A moving unit, or a theme: what online assignment knows of it between two runs.

    Attributes:
        id: of the trend or theme.
        centroid: ``(dim,)`` sum of its members' centred vectors, decayed per week; not of length 1.
        weight: the decayed number of members behind `centroid`.
        thresholds: (language, least centred cosine a new member must have) pairs.
        born, last_active: times of its first and latest member.
        documents: members ever.
        asleep: nothing came for a while; it wakes when something does.
        merged_into: id of the unit that took it over, "" while it is its own.
    """

    id: str
    centroid: Floats1d
    weight: float
    thresholds: tuple[tuple[str, float], ...]
    born: datetime
    last_active: datetime
    documents: int
    asleep: bool = False
    merged_into: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageMean:
    """The mean that vectors of a language are centred by, and how many unit vectors it was made of."""

    lang: str
    documents: int
    mean: Floats1d


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteringState:
    """Where the online assignment stands after the last whole slice before a cut-off.

    Attributes:
        cutoff: every document available before it has been looked at, none after.
        units: all units, living, asleep and merged.
        means: the frozen centring.
        null: (what founds a group, weeks of the tested window, median, scale) of the calibration on permuted windows;
            a group is founded by "density", by a "word" or by a "name".
        calibrated: cut-off at which `null` was last estimated, None before.
    """

    cutoff: datetime
    units: tuple[Cluster, ...] = ()
    means: tuple[LanguageMean, ...] = ()
    null: tuple[tuple[str, int, float, float], ...] = ()
    calibrated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeState:
    """Where the map of themes stands between two runs.

    Attributes:
        cutoff: every document available before it has been offered to the themes, none after.
        fitted: the cut-off of the last fit.
        themes: all themes, awake, asleep and taken over; centroids are of vectors centred by `means`.
        parents: (theme id, id of the broader theme) pairs.
        means: the centring of the last fit, frozen with it.
        documents: how many the map was fitted on; outside: how many of them lie in no theme.
        offered: documents that have come since; missed: how many of them fitted nowhere.
    """

    cutoff: datetime
    fitted: datetime
    themes: tuple[Cluster, ...] = ()
    parents: tuple[tuple[str, str], ...] = ()
    means: tuple[LanguageMean, ...] = ()
    documents: int = 0
    outside: int = 0
    offered: int = 0
    missed: int = 0
