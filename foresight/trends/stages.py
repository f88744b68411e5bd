"""From counts to verdicts: the stage of every group with the numbers that decided, and the list that people see.

The false discovery rate is one of the whole list, so all groups of a cut-off are classified together. The list has one
entry per movement: what stands for a cluster, what is part of what, and in which order they stand.
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
from foresight.trends.clusters import DocumentGroup, leave_one_out_cosines, member_overlap, trend_id_from_document
from foresight.trends.groups import ClusterAssignments
from foresight.trends.history import WEEK, History, live_sources
from foresight.trends.measurement import (
    GroupMeasurements,
    GrowthRates,
    calibrate_scores,
    doubling_weeks,
    growth_offsets,
    growth_rates,
    q_values,
    upper_tail,
)
from foresight.trends.persistence import Persistence, adjust_to_outcomes, estimate_persistence, ranking_strength
from foresight.trends.projection import Projection

GROWTH_SPANS = (12, 4, 26)
MOVING_STAGES = {Stage.WEAK, Stage.EMERGING, Stage.CANDIDATE}
SIGNAL_STAGES = {Stage.WEAK, Stage.EMERGING}
STANDING_ORDER = (Stage.STRONG, Stage.STEADY, Stage.FADING)
ALIVE_WEEKS = 12
"""Sources count in persistence and projections, and in the evaluation of calls, when they were alive that long."""

_UNRANKED = {Stage.NOISE, Stage.SLEEPING}
_LOUDEST_MOST = 0.9
_FEWEST_STORIES = 3
_ACTIVE_SHARE = 0.25
_LEAST_RECENT = 2
_SOURCES_PER_STORY = 1.5
_PLAIN_RATE = 0.05
_RECENT_WEEKS = 4
_LEAST_SPAN = 4
_LOOSE = 0.35
_SAME_STORY = 0.5
_SAME_PLACE = 0.7


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

    A corpus whose sources amount to one and a half can offer one. volumes: ``(sources,)`` of the last weeks.
    """
    return min(least, max(1, int(effective_sources(volumes) + 0.1)))


def is_confirmed(counts: Floats1d, sources_needed: int) -> bool:
    """Whether enough sources write of it, and the loudest has not written nearly all of it alone.

    counts: ``(sources,)`` of the trend; sources_needed: with 1 every trend is confirmed.
    """
    if sources_needed <= 1:
        return bool(counts.sum() > 0)
    total, loudest = float(counts.sum()), float(counts.max(initial=0))
    return int((counts > 0).sum()) >= sources_needed and loudest <= _LOUDEST_MOST * total


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEvidence:
    """What a verdict rests on.

    Attributes:
        stories: counted in the last four weeks; sources: that wrote them; share: their part of everything.
        weighted_stories: the same as `stories`, each with the weight of the source that counts most.
        confirmed: enough independent sources, see `is_confirmed`.
        is_significant: the calibrated test passes at the false discovery rate; passes_plain_test: the plain test does.
        recent_documents: of the last two weeks, by whichever way of counting sees more.
        persistence_probability: 0…1, by the shipped model, which decides; stated_probability: adjusted to the
            archive's own outcomes, None where there is no other.
        q: calibrated false discovery rate, None where it could not be tested.
        growth, low, high: log share per week with its 90 % interval, None where nothing was counted.
        doubling_weeks: of `growth`, None where it stands still.
        active_share: part of the last twelve weeks with a story.
        weeks: since its last story where it sleeps, else since its first.
        mixed: no common theme; asleep: nothing came for weeks.
        recurring: earlier years that had the same surge in the same weeks; 0 where it is not known to come back.
    """

    stories: int
    weighted_stories: float
    sources: int
    share: float
    confirmed: bool
    is_significant: bool
    passes_plain_test: bool
    recent_documents: float
    persistence_probability: float
    q: float | None
    growth: float | None
    low: float | None
    high: float | None
    doubling_weeks: float | None
    active_share: float
    weeks: float
    mixed: bool = False
    asleep: bool = False
    recurring: int = 0
    stated_probability: float | None = None

    @property
    def is_one_event(self) -> bool:
        """Whether many sources report few stories: an event repeated everywhere is news, not yet a movement."""
        return self.sources >= _SOURCES_PER_STORY * self.stories


def classify_stage(evidence: StageEvidence, options: TrendOptions) -> tuple[Stage, StageReason]:
    """The stage, and why. What moves comes before what is: a big trend that grows is emerging, not strong."""
    stage, key = _stage_and_key(evidence, options)
    stated = evidence.stated_probability
    facts = {
        "growth_per_week": None if evidence.growth is None else math.expm1(evidence.growth),
        "doubling_weeks": evidence.doubling_weeks,
        "q": evidence.q,
        "chance": evidence.persistence_probability if stated is None else stated,
        "share": evidence.share,
        "stories": evidence.stories,
        "sources": evidence.sources,
        "weeks": evidence.weeks,
        "years": evidence.recurring or None,
    }
    known = tuple((name, float(value)) for name, value in facts.items() if value is not None)
    return stage, StageReason(key=key or stage.value, facts=known)


def _stage_and_key(evidence: StageEvidence, options: TrendOptions) -> tuple[Stage, str]:  # noqa: PLR0911 - a table
    """The stage and the key of its sentence, "" where that is the stage's own."""
    if evidence.asleep:
        return Stage.SLEEPING, ""
    if evidence.mixed:
        return Stage.NOISE, "mixed"
    if evidence.weighted_stories < _FEWEST_STORIES:
        return Stage.NOISE, "noise_few"
    if not evidence.confirmed:
        return Stage.NOISE, "noise_one_source"
    if evidence.recurring:
        return Stage.STEADY, "recurring"
    if growing := _stage_of_growing(evidence, options):
        return growing
    if evidence.high is not None and evidence.high < 0:
        return Stage.FADING, ""
    if evidence.share >= options.small_share:
        return Stage.STRONG, ""
    if evidence.active_share >= _ACTIVE_SHARE:
        return Stage.STEADY, ""
    is_brief = evidence.passes_plain_test and evidence.persistence_probability < options.least_chance
    return Stage.NOISE, "noise_brief" if is_brief else "noise_few"


def _stage_of_growing(evidence: StageEvidence, options: TrendOptions) -> tuple[Stage, str] | None:
    """Stages of what grows: for real, or only by the plain test.

    Neither is what is likely to be over before it is read about, as most bursts are, nor what has zero in the 90 %
    interval of its rate over twelve weeks. For real means that the calibrated test against the weeks before passes as
    well, with something in the last two weeks, and more than one event behind it.
    """
    if (evidence.low or 0.0) <= 0 or evidence.persistence_probability < options.least_chance:
        return None
    is_real = evidence.is_significant and evidence.recent_documents >= _LEAST_RECENT
    if is_real and not evidence.is_one_event:
        return Stage.EMERGING if evidence.share >= options.small_share else Stage.WEAK, ""
    if not evidence.passes_plain_test:
        return None
    return Stage.CANDIDATE, "candidate_event" if is_real else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupVerdicts:
    """Verdicts on groups, all in their order.

    Attributes:
        rates: per span of `GROWTH_SPANS`; shares: of the last four weeks.
        stated: persistence adjusted to the archive's own outcomes, as it is stated.
        strength: what the list is ordered by.
        evidence: what each verdict rests on; stages: the verdicts.
    """

    rates: dict[int, GrowthRates]
    shares: Floats1d
    stated: Persistence
    strength: Floats1d
    evidence: tuple[StageEvidence, ...]
    stages: tuple[tuple[Stage, StageReason], ...]


def classify_groups(  # noqa: PLR0913 - everything a verdict rests on
    history: History,
    groups: Sequence[DocumentGroup],
    measured: GroupMeasurements,
    assignments: ClusterAssignments,
    *,
    state: ClusteringState,
    options: TrendOptions,
    as_of: datetime,
    persistence_fits: Sequence[PersistenceFit] = (),
) -> GroupVerdicts:
    """Classify all groups of a cut-off together."""
    q, passes_plain_test = _significance(groups, measured, state)
    rates = {span: _rates(history, measured, span) for span in GROWTH_SPANS}
    growth = rates[GROWTH_SPANS[0]]
    counts = measured.counts.sum(axis=2)
    shares = counts[:, :_RECENT_WEEKS].sum(axis=1) / max(float(history.volume[:_RECENT_WEEKS].sum()), 1.0)
    active_shares = (counts[:, :ALIVE_WEEKS] > 0).mean(axis=1)
    persistence = _persistence(history, measured)
    stated = adjust_to_outcomes(persistence, persistence_fits)
    probabilities = persistence.probability, stated.probability
    sources_needed = least_sources_needed(history.volume[:ALIVE_WEEKS].sum(axis=0), options.least_sources)
    evidence = []
    for i, group in enumerate(groups):
        by_source = history.by_source(group.members)
        cluster = assignments.clusters[group.cluster] if group.cluster >= 0 else None
        asleep = cluster is not None and cluster.asleep
        weeks = float(history.ages[group.members].max(initial=0)) / 7
        if cluster is not None:
            weeks = (as_of - (cluster.last if asleep else cluster.born)) / WEEK
        rate = _float_or_none(growth.rate[i])
        stories, story = np.unique(history.stories[group.members], return_inverse=True)
        weights = np.zeros(len(stories), dtype=np.float32)
        np.maximum.at(weights, story, history.weights[group.members])
        evidence.append(
            StageEvidence(
                stories=len(stories),
                weighted_stories=float(weights.sum()),
                sources=int((by_source > 0).sum()),
                share=float(shares[i]),
                confirmed=is_confirmed(by_source, sources_needed),
                is_significant=bool(q[i] <= options.false_discovery_rate),
                passes_plain_test=bool(passes_plain_test[i]),
                recent_documents=float(max(counts[i, :2].sum(), measured.word_counts[i, :2].sum())),
                persistence_probability=float(probabilities[0][i]),
                stated_probability=float(probabilities[1][i]),
                q=_float_or_none(q[i]),
                growth=rate,
                low=_float_or_none(growth.low[i]),
                high=_float_or_none(growth.high[i]),
                doubling_weeks=None if rate is None else doubling_weeks(rate),
                active_share=float(active_shares[i]),
                weeks=round(weeks, 1),
                mixed=_is_mixed(history, group, measured, i),
                asleep=asleep,
            )
        )
    return GroupVerdicts(
        rates=rates,
        shares=shares,
        stated=stated,
        strength=ranking_strength(persistence, measured.larger_p),
        evidence=tuple(evidence),
        stages=tuple(classify_stage(one, options) for one in evidence),
    )


def _significance(
    groups: Sequence[DocumentGroup], measured: GroupMeasurements, state: ClusteringState
) -> tuple[Float64s, Bools1d]:
    """Calibrated q per group (NaN untested), and whether the plain test passes at .05."""
    q = np.full(len(groups), np.nan)
    passes_plain_test = np.zeros(len(groups), dtype=np.bool_)
    of = np.flatnonzero(measured.tested)
    if len(of):
        kinds = [(groups[int(i)].founded, groups[int(i)].weeks) for i in of]
        q[of] = q_values(upper_tail(calibrate_scores(measured.scores[of], kinds, state.null)))
        passes_plain_test[of] = q_values(measured.uncalibrated_p[of]) <= _PLAIN_RATE
    return q, passes_plain_test


def _rates(history: History, measured: GroupMeasurements, span: int) -> GrowthRates:
    """Growth over the last `span` weeks (or as many as there are)."""
    oldest = (int(history.ages.max(initial=-1)) + 1) // 7
    weeks = max(min(span, oldest, history.weeks), 1)
    sources = live_sources(history.volume, weeks)
    counts = measured.counts[:, :weeks]
    offset = growth_offsets(counts, history.volume[:weeks], sources)
    if weeks < min(span, _LEAST_SPAN):
        offset = np.zeros_like(offset)
    seen = counts[:, :, sources].sum(axis=2) / measured.scale[:, None]
    return growth_rates(np.where(offset > 0, seen, 0.0), offset)


def _persistence(history: History, measured: GroupMeasurements) -> Persistence:
    """The run of counts by words, or by neighbourhood where a group has too few words; within live sources."""
    sources = live_sources(history.volume, min(ALIVE_WEEKS, history.weeks))
    by_words = measured.word_counts[:, :, sources].sum(axis=2)
    near = measured.counts[:, :, sources].sum(axis=2)
    silent = by_words.sum(axis=1) == 0
    return estimate_persistence(np.where(silent[:, None], near, by_words), history.volume[:, sources].sum(axis=1))


def _is_mixed(history: History, group: DocumentGroup, measured: GroupMeasurements, number: int) -> bool:
    """Whether nothing holds a group together: no two common words, and vectors that lie loosely."""
    if group.neighbourhood is not None or any(len(words) > 1 for words in measured.words[number]):
        return False
    return float(np.median(leave_one_out_cosines(history.vectors[group.members]))) < _LOOSE


def _float_or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendEntry:
    """A trend of this analysis: the group that stands for it, its id, its cluster, and the bigger one it is part of."""

    group: int
    id: str
    cluster: int
    parent_id: str = ""


_SortKey = tuple[int, float, int, int]


def list_entries(
    groups: Sequence[DocumentGroup],
    measured: GroupMeasurements,
    verdicts: GroupVerdicts,
    assignments: ClusterAssignments,
    history: History,
    corpus: Corpus,
) -> tuple[TrendEntry, ...]:
    """Every cluster once, and what moves without one; ranked ones first, strongest first, then the others by id.

    A cluster is represented by its strongest moving group (its own documents of four weeks, or one it owns), else by
    its own documents. Of what moves, a weaker entry that shares half its documents with a stronger one, or lies where
    that lies, is part of it; without an identity of its own it is left out.
    """
    keys = [_sort_key(i, groups, verdicts) for i in range(len(groups))]
    is_moving = [stage in MOVING_STAGES for stage, _ in verdicts.stages]
    taken = {cluster.id for cluster in assignments.clusters}
    listed: list[TrendEntry] = []

    def parent_of(number: int) -> str:
        """The id of the stronger entry that a moving group is part of, "" where there is none."""
        own = measured.neighbourhoods[number].centre
        for entry in listed:
            if entry.parent_id or not (is_moving[number] and is_moving[entry.group]):
                continue
            shared = member_overlap(groups[number].members, groups[entry.group].members)
            if shared >= _SAME_STORY or float(own @ measured.neighbourhoods[entry.group].centre) >= _SAME_PLACE:
                return entry.id
        return ""

    for number in sorted(_representatives(groups, keys, is_moving, len(assignments.clusters)), key=keys.__getitem__):
        cluster, parent = groups[number].cluster, parent_of(number)
        if cluster >= 0:
            own = assignments.clusters[cluster].id
        else:
            names = (trend_id_from_document(corpus.ids[row]) for row in history.rows[groups[number].members])
            own = "" if parent else next((name for name in names if name not in taken), "")
        if own:
            taken.add(own)
            listed.append(TrendEntry(group=number, id=own, cluster=cluster, parent_id=parent))
    # Wholes stand before parts of the same tier.
    ranked = [entry for entry in listed if is_ranked(verdicts.stages[entry.group][0])]
    ranked.sort(key=lambda entry: (keys[entry.group][0], bool(entry.parent_id), keys[entry.group]))
    others = [entry for entry in listed if not is_ranked(verdicts.stages[entry.group][0])]
    return (*ranked, *sorted(others, key=lambda entry: entry.id))


def is_ranked(stage: Stage) -> bool:
    """Whether a trend of this stage has a rank: noise and sleep have none."""
    return stage not in _UNRANKED


def _representatives(
    groups: Sequence[DocumentGroup], keys: Sequence[_SortKey], is_moving: Sequence[bool], clusters: int
) -> list[int]:
    """Per cluster the group that stands for it, and the moving groups without one."""
    best = dict(enumerate(range(clusters)))
    alone: list[int] = []
    for number in np.flatnonzero(is_moving).tolist():
        cluster = groups[number].cluster
        if cluster < 0:
            alone.append(number)
        elif keys[number] < keys[best[cluster]]:
            best[cluster] = number
    return [*best.values(), *alone]


def _sort_key(number: int, groups: Sequence[DocumentGroup], verdicts: GroupVerdicts) -> _SortKey:
    """Sort key: signals by strength, candidates by strength, the others by stage and share."""
    stage, members = verdicts.stages[number][0], len(groups[number].members)
    if stage in MOVING_STAGES:
        return (0 if stage in SIGNAL_STAGES else 1, -float(verdicts.strength[number]), -members, number)
    tier = 2 + STANDING_ORDER.index(stage) if stage in STANDING_ORDER else 9
    return (tier, -float(verdicts.shares[number]), -members, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisContext:
    """All that one analysis has gathered at its cut-off. novelty: ``(groups,)``."""

    as_of: datetime
    run_id: str
    corpus: Corpus
    history: History
    assignments: ClusterAssignments
    groups: tuple[DocumentGroup, ...]
    measured: GroupMeasurements
    verdicts: GroupVerdicts
    entries: tuple[TrendEntry, ...]
    novelty: Floats1d
    projections: tuple[Projection, ...]
