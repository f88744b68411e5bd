"""Entries as records: trends, signals with their intervals, and the documents each was counted from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from foresight.analysis.calendar import moment
from foresight.analysis.identity import RECENT_DAYS, Owners
from foresight.analysis.judging import SPANS, Judged
from foresight.analysis.listing import Entry, is_ranked
from foresight.analysis.movements import Group, Measured
from foresight.records import Assignment, BandErrors, Corpus, Floats1d, Ints1d, Signal, Trend
from foresight.signals.growth import doubling_weeks
from foresight.signals.history import History, alive, volume
from foresight.signals.projection import HORIZONS, KINDS, STANDING, Projection, project
from foresight.signals.spread import effective

ALIVE_WEEKS = 12
"""Sources count in projections, and in the judgement of calls, when they were alive over these weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that one analysis has gathered at its cut-off."""

    as_of: datetime
    run_id: str
    corpus: Corpus
    past: History
    held: Owners
    groups: tuple[Group, ...]
    measured: Measured
    judged: Judged
    entries: tuple[Entry, ...]
    novelty: Floats1d
    errors: tuple[BandErrors, ...] = ()


def trend(scene: Scene, entry: Entry, *, rank: int, earlier: Trend | None) -> Trend:
    """The trend an entry stands for, without headlines."""
    past, corpus = scene.past, scene.corpus
    group, region = scene.groups[entry.group], scene.measured.regions[entry.group]
    rows = with_repeats(past, group.members)
    stage, reason = scene.judged.verdicts[entry.group]
    owner = scene.held.owners[entry.owner] if entry.owner >= 0 else None
    published = corpus.published[past.rows[rows]]
    first = [owner.born] if owner else []
    last = [owner.last] if owner else []
    if len(rows):
        first.append(moment(int(published.min())))
        last.append(moment(int(published.max())))
    if earlier is not None:
        first.append(earlier.first_document)
    central = rows[np.lexsort((rows, -(past.vectors[rows] @ region.centre)))]
    codes, spoken = np.unique(past.langs[rows], return_counts=True)
    return Trend(
        id=entry.id,
        run_id=scene.run_id,
        as_of=scene.as_of,
        rank=rank,
        stage=stage,
        reason=reason,
        headlines=(),
        mixed=scene.judged.evidence[entry.group].mixed,
        parent_id=entry.parent_id,
        first_document=min(first),
        last_document=max(last),
        documents=len(rows),
        stories=len(np.unique(past.stories[rows])),
        sources=len(np.unique(past.sources[rows])),
        langs=tuple(past.languages[code] for code in codes[np.lexsort((codes, -spoken))]),
        recent=tuple(corpus.ids[row] for row in past.rows[central]),
        centroid=region.centre,
    )


def with_repeats(past: History, members: Ints1d) -> Ints1d:
    """Members with the further documents of their stories in the same weeks, ascending."""
    if not len(members):
        return members
    repeats = ~past.counted & (past.ages < RECENT_DAYS) & np.isin(past.stories, past.stories[members])
    return np.union1d(members, np.flatnonzero(repeats))


def evidence_rows(scene: Scene, entry: Entry, *, is_new: bool) -> Ints1d:
    """The rows a trend was counted from: of the last 28 days, and all of the history where it is told first."""
    near = scene.measured.near[entry.group]
    recent = near if is_new else near[scene.past.ages[near] < RECENT_DAYS]
    members = with_repeats(scene.past, scene.groups[entry.group].members)
    placed = np.flatnonzero(scene.held.assigned == entry.owner) if entry.owner >= 0 else members
    return np.union1d(np.union1d(recent, members), placed)


def assignments(scene: Scene, entry: Entry, *, is_new: bool) -> list[Assignment]:
    """Its evidence as records, by document id."""
    rows = evidence_rows(scene, entry, is_new=is_new)
    near = scene.past.vectors[rows] @ scene.measured.regions[entry.group].centre
    found = [
        Assignment(owner_id=entry.id, document_id=scene.corpus.ids[row], similarity=round(float(value), 4))
        for row, value in zip(scene.past.rows[rows], near, strict=True)
    ]
    return sorted(found, key=lambda one: one.document_id)


def signals(scene: Scene, entries: Sequence[Entry]) -> tuple[Signal, ...]:
    """All signals of all entries, by trend id, name, window."""
    projections = _projections(scene)
    found = [
        signal
        for entry in entries
        for signal in (*_plain(scene, entry), *_growth(scene, entry), *_projected(scene, entry, projections))
    ]
    return tuple(sorted(found, key=lambda s: (s.trend_id, s.name, s.window)))


def _projections(scene: Scene) -> list[Projection]:
    """Of all groups, from counts within the sources that were alive: calls are judged by the same."""
    volumes = volume(scene.past)
    sources = alive(volumes, ALIVE_WEEKS)
    counts, totals = scene.measured.counts[:, :, sources].sum(axis=2), volumes[:, sources].sum(axis=1)
    kinds = [KINDS.get(stage, STANDING) for stage, _ in scene.judged.verdicts]
    return [project(counts, totals, kinds, weeks=weeks, errors=scene.errors) for weeks in HORIZONS]


def _plain(scene: Scene, entry: Entry) -> Iterator[Signal]:
    """Signals that are one number without an interval."""
    number, judged = entry.group, scene.judged
    group, facts = scene.groups[number], judged.evidence[number]
    by_source = np.bincount(scene.past.sources[group.members], minlength=scene.past.source_count)
    spoken = len(np.unique(scene.past.langs[group.members]))
    n = len(group.members)

    def one(name: str, window: str, value: float, unit: str, method: str) -> Signal:
        return Signal(trend_id=entry.id, name=name, window=window, value=float(value), unit=unit, method=method, n=n)

    yield one("share", "4w", facts.share, "share", "story_share")
    yield one("persistence", "12w", facts.persistence, "share", "active_weeks")
    yield one("age", "", facts.weeks, "weeks", "first_story")
    yield one("spread", "4w", effective(by_source.astype(np.float32)), "sources", "effective_sources")
    yield one("languages", "4w", spoken, "languages", "count")
    yield one("novelty", "13w", scene.novelty[number], "1 − cosine", "nearest_older_trend")
    if facts.q is not None:
        yield one("q_value", f"{group.weeks}w", facts.q, "probability", "calibrated_poisson")
        yield one("strength", f"{group.weeks}w", judged.strength[number], "score", "chance_evidence")
        for weeks, chances in judged.told.chances.items():
            yield one("lasting", f"+{weeks}w", chances[number], "probability", "lasting_logistic")


def _growth(scene: Scene, entry: Entry) -> Iterator[Signal]:
    number = entry.group
    for span, found in scene.judged.rates.items():
        if np.isnan(found.rate[number]):
            continue
        n = int(scene.measured.counts[number, :span].sum())
        yield Signal(
            trend_id=entry.id,
            name="growth",
            window=f"{span}w",
            value=float(found.rate[number]),
            unit="log share per week",
            method="quasi_poisson",
            low=float(found.low[number]),
            high=float(found.high[number]),
            n=n,
        )
        weeks = doubling_weeks(float(found.rate[number]))
        if span == SPANS[0] and weeks is not None:
            yield Signal(
                trend_id=entry.id,
                name="doubling",
                window=f"{span}w",
                value=weeks if found.rate[number] > 0 else -weeks,
                unit="weeks",
                method="quasi_poisson",
                n=n,
            )


def _projected(scene: Scene, entry: Entry, projections: Sequence[Projection]) -> Iterator[Signal]:
    """Shares to come: `projection` with its 90 % band, `projection_half` with the band of one half."""
    number = entry.group
    if not is_ranked(scene.judged.verdicts[number][0]):
        return
    for found in projections:
        if np.isnan(found.share[number]):
            continue
        for name, (low, high) in (("projection", found.ninety), ("projection_half", found.half)):
            yield Signal(
                trend_id=entry.id,
                name=name,
                window=f"+{found.weeks}w",
                value=float(found.share[number]),
                unit="share",
                method="learned_errors",
                low=float(low[number]),
                high=float(high[number]),
                n=int(scene.measured.counts[number, : SPANS[0]].sum()),
            )
