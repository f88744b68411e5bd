"""Who writes about it: how many sources it would be if all wrote equally much, and how many can be asked for.

The verdict: which stage a trend stands in, and the numbers that decided.

From counts to verdicts: rates, spread, the test over all groups, and the stage of each.

One entry per movement: who represents an owner, what is part of what, and in which order they stand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from foresight.model.documents import Bools1d, Corpus, Float64s, Floats1d
from foresight.model.options import TrendOptions
from foresight.model.track_record import PersistenceFit
from foresight.model.trends import ClusteringState, Stage, StageReason
from foresight.trends.clusters import member_overlap, trend_id_from_document
from foresight.trends.groups import ClusterAssignments, weeks_since
from foresight.trends.history import History, live_sources, weekly_volume
from foresight.trends.measurement import (
    DocumentGroup,
    GroupMeasurements,
    GrowthRates,
    calibrate_scores,
    doubling_weeks,
    growth_offsets,
    growth_rates,
    leave_one_out_cosines,
    q_values,
    upper_tail,
)
from foresight.trends.persistence import Persistence, adjust_to_outcomes, estimate_persistence, ranking_strength

_LOUDEST_MOST = 0.9


def effective_sources(counts: Floats1d) -> float:
    """The effective number of sources, exp(entropy) of their parts; 0 where nothing was written.

    Hill number of order 1 (Hill, Ecology 54, 1973).
    """
    total = float(counts.sum())
    if total <= 0:
        return 0.0
    parts = counts[counts > 0] / total
    return float(np.exp(-(parts * np.log(parts)).sum()))


def least_sources_needed(volumes: Floats1d, least: int) -> int:
    """How many independent sources a signal needs: `least`, or what the corpus can offer.

    A corpus whose sources amount to one and a half can offer one.

    Args:
        volumes: ``(sources,)`` counted documents of the last weeks.
        least: asked for where there are enough sources.
    """
    return min(least, max(1, int(effective_sources(volumes) + 0.1)))


def is_confirmed(counts: Floats1d, sources_needed: int) -> bool:
    """Whether enough sources write of it, and the loudest has not written nearly all of it alone.

    Args:
        counts: ``(sources,)`` counted documents of the trend.
        sources_needed: see `needed`; with 1 every trend is confirmed.
    """
    if sources_needed <= 1:
        return bool(counts.sum() > 0)
    total, loudest = float(counts.sum()), float(counts.max(initial=0))
    return int((counts > 0).sum()) >= sources_needed and loudest <= _LOUDEST_MOST * total


_FEWEST_STORIES = 3
_PERSISTENT = 0.25
_LATELY = 2
_SOURCES_PER_STORY = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEvidence:
    """What a verdict rests on.

    Attributes:
        stories: counted in the last four weeks; sources: that wrote them; share: their part of everything.
        confirmed: enough independent sources, see `spread.is_confirmed`.
        proven: the calibrated test passes at the false discovery rate; moving: the plain test does.
        lately: documents of the last two weeks, by whichever way of counting sees more.
        chance: to last, 0…1, see `lasting.Course.chance`; told: drawn to the archive's own outcomes, see `refit`; None
            where there is no other.
        q: calibrated false discovery rate, None where it could not be tested.
        growth, low, high: log share per week with its 90 % interval, None where nothing was counted.
        doubling_weeks: of `growth`, None where it stands still.
        persistence: part of the last twelve weeks with a story.
        weeks: since its last story where it sleeps, else since its first.
        mixed: no common theme; asleep: nothing came for weeks.
        recurring: earlier years that had the same surge in the same weeks; 0 where it is not known to come back.
    """

    stories: int
    sources: int
    share: float
    confirmed: bool
    proven: bool
    moving: bool
    lately: float
    chance: float
    q: float | None
    growth: float | None
    low: float | None
    high: float | None
    doubling_weeks: float | None
    persistence: float
    weeks: float
    mixed: bool = False
    asleep: bool = False
    recurring: int = 0
    told: float | None = None


def classify_stage(evidence: StageEvidence, options: TrendOptions) -> tuple[Stage, StageReason]:
    """The stage, and why. What moves comes before what is: a big trend that grows is emerging, not strong."""
    stage, key = _stage_and_key(evidence, options)
    return stage, StageReason(key=key, facts=_facts(evidence))


def _stage_and_key(evidence: StageEvidence, options: TrendOptions) -> tuple[Stage, str]:
    stage = _stage_of_unlisted(evidence) or (None if evidence.recurring else _stage_of_growing(evidence, options))
    if stage:
        return stage
    if evidence.recurring:
        return Stage.STEADY, "recurring"
    if evidence.high is not None and evidence.high < 0:
        return Stage.FADING, Stage.FADING.value
    if evidence.share >= options.small_share:
        return Stage.STRONG, Stage.STRONG.value
    if evidence.persistence >= _PERSISTENT:
        return Stage.STEADY, Stage.STEADY.value
    is_brief = evidence.moving and evidence.chance < options.least_chance
    return Stage.NOISE, "noise_brief" if is_brief else "noise_few"


def _stage_of_growing(evidence: StageEvidence, options: TrendOptions) -> tuple[Stage, str] | None:
    """Stages of what grows: for real, or only by the plain test.

    Neither is what is likely to be over before it is read about, as most bursts are, nor what has zero in the 90 %
    interval of its rate over twelve weeks. For real means that the calibrated test against the weeks before passes as
    well, with something in the last two weeks, and more than one event behind it.
    """
    if (evidence.low or 0.0) <= 0 or evidence.chance < options.least_chance:
        return None
    is_real, is_event = evidence.proven and evidence.lately >= _LATELY, _is_one_event(evidence)
    if is_real and not is_event:
        stage = Stage.EMERGING if evidence.share >= options.small_share else Stage.WEAK
        return stage, stage.value
    if not evidence.moving:
        return None
    return Stage.CANDIDATE, "candidate_event" if is_real else Stage.CANDIDATE.value


def _is_one_event(evidence: StageEvidence) -> bool:
    """Whether many sources tell few stories: an event that is told again everywhere is news, not yet a movement."""
    return evidence.sources >= _SOURCES_PER_STORY * evidence.stories


def _stage_of_unlisted(evidence: StageEvidence) -> tuple[Stage, str] | None:
    """Stages of which nothing can be told."""
    if evidence.asleep:
        return Stage.SLEEPING, Stage.SLEEPING.value
    if evidence.mixed:
        return Stage.NOISE, "mixed"
    if evidence.stories < _FEWEST_STORIES:
        return Stage.NOISE, "noise_few"
    if not evidence.confirmed:
        return Stage.NOISE, "noise_one_source"
    return None


def _facts(evidence: StageEvidence) -> tuple[tuple[str, float], ...]:
    told = {
        "growth_per_week": None if evidence.growth is None else math.expm1(evidence.growth),
        "doubling_weeks": evidence.doubling_weeks,
        "q": evidence.q,
        "chance": evidence.chance if evidence.told is None else evidence.told,
        "share": evidence.share,
        "stories": evidence.stories,
        "sources": evidence.sources,
        "weeks": evidence.weeks,
        "years": evidence.recurring or None,
    }
    return tuple((name, float(value)) for name, value in told.items() if value is not None)


GROWTH_SPANS = (12, 4, 26)
MOVING_STAGES = {Stage.WEAK, Stage.EMERGING, Stage.CANDIDATE}
SIGNAL_STAGES = {Stage.WEAK, Stage.EMERGING}
_PLAIN_RATE = 0.05
_RECENT_WEEKS = 4
_ACTIVE_WEEKS = 12
_LEAST_SPAN = 4
_LOOSE = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupVerdicts:
    """Verdicts on groups, all in their order.

    Attributes:
        q: calibrated false discovery rate, NaN where untested.
        rates: per span of `GROWTH_SPANS`; shares: of the last four weeks; persistence: of the last twelve.
        course: by the shipped model, which decides; told: drawn to the archive's own outcomes, what is said.
        strength: what the list is ordered by.
        level_shift: log of offset over volume, what turns a fitted level into a share.
    """

    q: Float64s
    rates: dict[int, GrowthRates]
    shares: Floats1d
    persistence: Floats1d
    course: Persistence
    told: Persistence
    strength: Floats1d
    level_shift: Float64s
    evidence: tuple[StageEvidence, ...]
    verdicts: tuple[tuple[Stage, StageReason], ...]


def classify_groups(  # noqa: PLR0913 - everything a verdict rests on
    past: History,
    groups: Sequence[DocumentGroup],
    measured: GroupMeasurements,
    held: ClusterAssignments,
    *,
    state: ClusteringState,
    options: TrendOptions,
    as_of: datetime,
    lasting: Sequence[PersistenceFit] = (),
) -> GroupVerdicts:
    """Judge all groups of a cut-off together: the false discovery rate is one of the whole list."""
    volumes = weekly_volume(past)
    q, moving = _significance(groups, measured, state)
    by_span = {span: _rates(past, measured, volumes, span) for span in GROWTH_SPANS}
    counts = measured.counts.sum(axis=2)
    recent = max(float(volumes[:_RECENT_WEEKS].sum()), 1.0)
    shares = counts[:, :_RECENT_WEEKS].sum(axis=1) / recent
    persistence = (counts[:, :_ACTIVE_WEEKS] > 0).mean(axis=1)
    course_ = _persistence(past, measured, volumes)
    told = adjust_to_outcomes(course_, lasting)
    sources_needed = least_sources_needed(volumes[:_ACTIVE_WEEKS].sum(axis=0), options.least_sources)
    evidence = tuple(
        _evidence(
            past,
            group,
            held,
            rates_=(by_span[GROWTH_SPANS[0]][0], i),
            tests=(float(q[i]), bool(moving[i]), options.false_discovery_rate),
            levels=(float(shares[i]), float(persistence[i]), sources_needed),
            chances=(float(course_.chance[i]), float(told.chance[i])),
            mixed=_is_mixed(past, group, measured, i),
            lately=float(max(counts[i, :2].sum(), measured.telling[i, :2].sum())),
            as_of=as_of,
        )
        for i, group in enumerate(groups)
    )
    return GroupVerdicts(
        q=q,
        rates={span: found for span, (found, _) in by_span.items()},
        shares=shares,
        persistence=persistence,
        course=course_,
        told=told,
        strength=ranking_strength(course_, measured.surest),
        level_shift=by_span[GROWTH_SPANS[0]][1],
        evidence=evidence,
        verdicts=tuple(classify_stage(one, options) for one in evidence),
    )


def _significance(
    groups: Sequence[DocumentGroup], measured: GroupMeasurements, state: ClusteringState
) -> tuple[Float64s, Bools1d]:
    """Calibrated q per group (NaN untested), and whether the plain test passes at .05."""
    q = np.full(len(groups), np.nan)
    moving = np.zeros(len(groups), dtype=np.bool_)
    of = np.flatnonzero(measured.tested)
    if len(of):
        kinds = [(groups[int(i)].founded, groups[int(i)].weeks) for i in of]
        q[of] = q_values(upper_tail(calibrate_scores(measured.scores[of], kinds, state.null)))
        moving[of] = q_values(measured.plain[of]) <= _PLAIN_RATE
    return q, moving


def _rates(past: History, measured: GroupMeasurements, volumes: Floats1d, span: int) -> tuple[GrowthRates, Float64s]:
    """Growth over the last `span` weeks (or as many as there are), and the log of offset over volume."""
    oldest = (int(past.ages.max(initial=-1)) + 1) // 7
    weeks = max(min(span, oldest, past.weeks), 1)
    sources = live_sources(volumes, weeks)
    counts, own = measured.counts[:, :weeks], volumes[:weeks]
    offset = growth_offsets(counts, own, sources)
    if weeks < min(span, _LEAST_SPAN):
        offset = np.zeros_like(offset)
    seen = counts[:, :, sources].sum(axis=2)
    found = growth_rates(np.where(offset > 0, seen, 0.0), offset)
    share = offset[:, :_RECENT_WEEKS].sum(axis=1) / max(float(own[:_RECENT_WEEKS, sources].sum()), 1.0)
    return found, np.log(np.maximum(share, 1e-9))


def _persistence(past: History, measured: GroupMeasurements, volumes: Floats1d) -> Persistence:
    """The run of counts by words, or by region where a group has too few words; within sources that were alive."""
    sources = live_sources(volumes, min(_ACTIVE_WEEKS, past.weeks))
    told = measured.telling[:, :, sources].sum(axis=2)
    near = measured.counts[:, :, sources].sum(axis=2)
    silent = told.sum(axis=1) == 0
    return estimate_persistence(np.where(silent[:, None], near, told), volumes[:, sources].sum(axis=1))


def _is_mixed(past: History, group: DocumentGroup, measured: GroupMeasurements, number: int) -> bool:
    """Whether nothing holds a group together: no two common words, and vectors that lie loosely."""
    if group.region is not None or any(len(words) > 1 for words in measured.words[number]):
        return False
    return float(np.median(leave_one_out_cosines(past.vectors[group.members]))) < _LOOSE


def _evidence(  # noqa: PLR0913 - gathers what a verdict rests on
    past: History,
    group: DocumentGroup,
    held: ClusterAssignments,
    *,
    rates_: tuple[GrowthRates, int],
    tests: tuple[float, bool, float],
    levels: tuple[float, float, int],
    chances: tuple[float, float],
    mixed: bool,
    lately: float,
    as_of: datetime,
) -> StageEvidence:
    rates12, number = rates_
    q, moving, most = tests
    share, persistence, sources_needed = levels
    owner = held.owners[group.owner] if group.owner >= 0 else None
    by_source = np.bincount(past.sources[group.members], minlength=past.source_count)
    growth = _float_or_none(rates12.rate[number])
    asleep = owner is not None and owner.asleep
    oldest = float(past.ages[group.members].max(initial=0)) / 7
    weeks = oldest if owner is None else weeks_since(owner.last if asleep else owner.born, as_of)
    return StageEvidence(
        stories=len(np.unique(past.stories[group.members])),
        sources=int((by_source > 0).sum()),
        share=share,
        confirmed=is_confirmed(by_source.astype(np.float32), sources_needed),
        proven=bool(q <= most),
        moving=moving,
        lately=lately,
        chance=chances[0],
        told=chances[1],
        q=_float_or_none(q),
        growth=growth,
        low=_float_or_none(rates12.low[number]),
        high=_float_or_none(rates12.high[number]),
        doubling_weeks=None if growth is None else doubling_weeks(growth),
        persistence=persistence,
        weeks=round(weeks, 1),
        mixed=mixed,
        asleep=asleep,
    )


def _float_or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


_SAME_STORY = 0.5
_SAME_PLACE = 0.7
_ORDER = (Stage.STRONG, Stage.STEADY, Stage.FADING)
_UNRANKED = {Stage.NOISE, Stage.SLEEPING}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendEntry:
    """A trend of this analysis: the group that stands for it, its id, and the bigger one it is part of."""

    group: int
    id: str
    owner: int
    parent_id: str = ""


def list_entries(
    groups: Sequence[DocumentGroup],
    measured: GroupMeasurements,
    judged: GroupVerdicts,
    held: ClusterAssignments,
    past: History,
    corpus: Corpus,
) -> tuple[TrendEntry, ...]:
    """Every owner once, and what moves without one; ranked ones first, strongest first, then the silent by id.

    An owner is represented by its strongest moving group (its own documents of four weeks or a candidate it owns),
    else by its own documents. Of what moves, a weaker entry that shares half its documents with a stronger one, or
    lies where that lies, is part of it; without an identity of its own it is left out.
    """
    chosen = _representatives(groups, judged, len(held.owners))
    taken = {owner.id for owner in held.owners}
    result: list[TrendEntry] = []
    for number in sorted(chosen, key=lambda i: _sort_key(i, groups, judged)):
        group = groups[number]
        parent = _parent(number, result, groups, measured, judged)
        if group.owner >= 0:
            result.append(TrendEntry(group=number, id=held.owners[group.owner].id, owner=group.owner, parent_id=parent))
            continue
        if parent:
            continue
        names = (trend_id_from_document(corpus.ids[row]) for row in past.rows[group.members])
        fresh = next((name for name in names if name not in taken), "")
        if fresh:
            taken.add(fresh)
            result.append(TrendEntry(group=number, id=fresh, owner=-1))
    return _in_list_order(result, groups, judged)


def is_ranked(stage: Stage) -> bool:
    """Whether a trend of this stage has a rank: noise and sleep have none."""
    return stage not in _UNRANKED


def _representatives(groups: Sequence[DocumentGroup], judged: GroupVerdicts, owners: int) -> list[int]:
    best = dict(enumerate(range(owners)))
    alone: list[int] = []
    for number, group in enumerate(groups):
        if judged.verdicts[number][0] not in MOVING_STAGES:
            continue
        if group.owner < 0:
            alone.append(number)
        elif _sort_key(number, groups, judged) < _sort_key(best[group.owner], groups, judged):
            best[group.owner] = number
    return [*best.values(), *alone]


def _sort_key(number: int, groups: Sequence[DocumentGroup], judged: GroupVerdicts) -> tuple[int, float, int, int]:
    """Sort key: signals by strength, candidates by strength, the others by stage and share."""
    stage = judged.verdicts[number][0]
    if stage in SIGNAL_STAGES:
        return (0, -float(judged.strength[number]), -len(groups[number].members), number)
    if stage is Stage.CANDIDATE:
        return (1, -float(judged.strength[number]), -len(groups[number].members), number)
    tier = 2 + _ORDER.index(stage) if stage in _ORDER else 9
    return (tier, -float(judged.shares[number]), -len(groups[number].members), number)


def _parent(
    number: int,
    kept: Sequence[TrendEntry],
    groups: Sequence[DocumentGroup],
    measured: GroupMeasurements,
    judged: GroupVerdicts,
) -> str:
    """The id of the stronger entry that a moving group is part of, "" where there is none."""
    if judged.verdicts[number][0] not in MOVING_STAGES:
        return ""
    own = measured.regions[number].centre
    for entry in kept:
        if entry.parent_id or judged.verdicts[entry.group][0] not in MOVING_STAGES:
            continue
        shared = member_overlap(groups[number].members, groups[entry.group].members)
        if shared >= _SAME_STORY or float(own @ measured.regions[entry.group].centre) >= _SAME_PLACE:
            return entry.id
    return ""


def _in_list_order(
    found: Sequence[TrendEntry], groups: Sequence[DocumentGroup], judged: GroupVerdicts
) -> tuple[TrendEntry, ...]:
    """Ranked ones (wholes before parts of the same tier), then the silent by id."""

    def key(entry: TrendEntry) -> tuple[int, bool, tuple[int, float, int, int]]:
        place = _sort_key(entry.group, groups, judged)
        return (place[0], bool(entry.parent_id), place)

    ranked = [e for e in found if is_ranked(judged.verdicts[e.group][0])]
    silent = [e for e in found if not is_ranked(judged.verdicts[e.group][0])]
    return (*sorted(ranked, key=key), *sorted(silent, key=lambda entry: entry.id))
