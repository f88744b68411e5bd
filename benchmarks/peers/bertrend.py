"""BERTrend's algorithm, written from its published description (Boutaleb, Picault, Grosjean, 2024), as it runs online.

Topics of each slice are merged into those known so far; popularity adds up while a topic is fed and decays while it
is not; percentiles of all popularities and the sign of a slope make noise, weak and strong. Where paper and program
differ, the program's choice stands here: what a user of it would see.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import linregress

from benchmarks.peers.material import RECENT_WEEKS, Listed, Material
from foresight.model.documents import Floats1d, Floats2d, Ints1d

ALPHA = 0.7
"""Least cosine of two centroids that are one topic."""

LAMBDA, GAMMA = 0.01, 2.0
LOW, HIGH = 10.0, 75.0
"""Percentiles below which a topic is noise, and above which it is strong."""

ALIVE = 1e-5
SLOPE_SLICES = 2
"""The slope is taken over fourteen days, whatever the window: two slices back."""


@dataclass(slots=True, kw_only=True)
class Track:
    """One topic over time.

    Attributes:
        centroid: of the slice it was born in, unit length; never moved.
        popularity: of now; idle: slices since it was last fed.
        history: (slice, popularity), oldest first.
        members: rows of its documents, by slice.
        repeated: it was fed after its birth; before that it is not classified and does not decay.
    """

    centroid: Floats1d
    popularity: float
    idle: int = 0
    history: list[tuple[int, float]] = field(default_factory=list)
    members: dict[int, list[int]] = field(default_factory=dict)
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a topic is said to be. growth is its popularity over that of one slice before."""

    track: int
    stage: str
    popularity: float
    growth: float


def decayed(popularity: float, idle: int) -> float:
    """Popularity after one more slice without a document, the `idle`-th in a row: it compounds."""
    return popularity * math.exp(-LAMBDA * idle**GAMMA)


def homes(centroids: Floats2d, known: Floats2d, *, alpha: float = ALPHA) -> list[int]:
    """For each new topic the known one that it is merged into, -1 for a birth; several may go to one.

    Args:
        centroids: ``(m, dim)``, unit rows.
        known: ``(k, dim)``, unit rows, k may be 0.
        alpha: least cosine.
    """
    if not len(known) or not len(centroids):
        return [-1] * len(centroids)
    cosines = centroids @ known.T
    return [int(row.argmax()) if row.max() >= alpha else -1 for row in cosines]


def fed(tracks: list[Track], topics: Sequence[tuple[Floats1d, Sequence[int]]], week: int, *, alpha: float) -> None:
    """Take in the topics (centroid, rows) of one slice: merge, give birth, let the rest decay."""
    known = np.array([track.centroid for track in tracks])
    centroids = np.array([centroid for centroid, _ in topics])
    merged: dict[int, list[int]] = {}
    for (centroid, rows), home in zip(topics, homes(centroids, known, alpha=alpha), strict=True):
        if home >= 0:
            merged.setdefault(home, []).extend(rows)
        else:
            born = Track(centroid=centroid, popularity=float(len(rows)), members={week: list(rows)})
            born.history.append((week, born.popularity))
            tracks.append(born)
    for number in range(len(known)):
        _moved(tracks[number], merged.get(number, []), week)


def _moved(track: Track, rows: Sequence[int], week: int) -> None:
    if rows:
        track.popularity += len(rows)
        track.members[week] = list(rows)
        track.idle, track.repeated = 0, True
    elif track.repeated:
        track.idle += 1
        track.popularity = decayed(track.popularity, track.idle)
    if track.repeated:
        track.history.append((week, track.popularity))


def rising(values: Sequence[float]) -> bool:
    """Whether a line through the values goes up; a single value counts as rising."""
    return len(values) < 2 or float(linregress(range(len(values)), values).slope) > 0  # noqa: PLR2004 - a line needs two


def stage_of(popularity: float, low: float, high: float, *, up: bool) -> str:
    """Noise below the low threshold, strong above the high one, between them weak if it rises."""
    if popularity > high:
        return "strong"
    return "weak" if popularity >= low and up else "noise"


def thresholds(popularities: Sequence[float]) -> tuple[float, float]:
    """The 10th and the 75th percentile of the popularities that are alive."""
    alive = [value for value in popularities if value > ALIVE]
    low, high = np.percentile(alive, [LOW, HIGH]) if alive else (math.inf, math.inf)
    return float(low), float(high)


def classified(tracks: Sequence[Track], week: int, *, window: int) -> list[Verdict]:
    """Every repeated topic's class after slice `week`; thresholds over the slices of the window (slices back)."""
    repeated = [(number, track) for number, track in enumerate(tracks) if track.repeated]
    low, high = thresholds([p for _, track in repeated for when, p in track.history if when >= week - window])
    verdicts = []
    for number, track in repeated:
        recent = [p for when, p in track.history if when >= week - SLOPE_SLICES]
        before = track.history[-2][1]
        stage = stage_of(track.popularity, low, high, up=rising(recent))
        growth = track.popularity / max(before, ALIVE)
        verdicts.append(Verdict(track=number, stage=stage, popularity=track.popularity, growth=growth))
    return verdicts


def listing(verdicts: Sequence[Verdict], *, by_growth: bool) -> list[Verdict]:
    """The list of a week: weak ones by popularity, or weak and strong ones by growth of it."""
    if by_growth:
        chosen = [one for one in verdicts if one.stage in ("weak", "strong") and one.growth > 1]
        return sorted(chosen, key=lambda one: (-one.growth, -one.popularity, one.track))
    chosen = [one for one in verdicts if one.stage == "weak"]
    return sorted(chosen, key=lambda one: (-one.popularity, one.track))


def weekly_lists(
    material: Material, labels: Sequence[Ints1d], *, window: int, by_growth: bool, alpha: float = ALPHA
) -> Iterator[Listed]:
    """What BERTrend would have listed at every cut-off.

    Args:
        material: the documents.
        labels: topic numbers of each week's documents (`clustering.slice_topics`).
        window: slices back that the thresholds are taken over.
        by_growth: which list (`listing`).
        alpha: least cosine of a merge.
    """
    tracks: list[Track] = []
    for week, own in enumerate(labels):
        fed(tracks, _topics(material, week, own), week, alpha=alpha)
        cut = week + 1
        if cut not in material.cuts():
            continue
        rank = 0
        for one in listing(classified(tracks, week, window=window), by_growth=by_growth):
            rows = [row for when in range(cut - RECENT_WEEKS, cut) for row in tracks[one.track].members.get(when, ())]
            if rows:
                rank += 1
                yield Listed(week=cut, rank=rank, trend=str(one.track), stage=one.stage, rows=tuple(rows))


def _topics(material: Material, week: int, labels: Ints1d) -> list[tuple[Floats1d, list[int]]]:
    rows = material.rows(week, week + 1)
    topics = []
    for topic in sorted(set(labels.tolist()) - {-1}):
        members = rows[labels == topic]
        mean = material.vectors[members].mean(axis=0)
        topics.append((mean / max(float(np.linalg.norm(mean)), 1e-9), [int(row) for row in members]))
    return topics
