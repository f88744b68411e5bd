"""Which groups there are at a cut-off, what lasts of them, and what chance alone would find.

Groups are the clusters with a lasting id, dense groups of every window, and groups of words that came up all at once.
The null of the test is estimated on the same search in permuted windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from foresight.model.documents import Bools1d, Corpus, Ints1d
from foresight.model.options import TrendOptions
from foresight.model.trends import Cluster, ClusteringState, Stage, Trend
from foresight.nlp.word_index import WordIndex
from foresight.trends.clusters import (
    FOUNDED_BY_DENSITY,
    FOUNDED_BY_NAME,
    FOUNDED_BY_WORD,
    DocumentGroup,
    KeptApart,
    Neighbourhood,
    dense_groups,
    groups_by_word,
    member_threshold,
    owning_cluster,
    place_documents,
    trend_id_from_document,
    unit_vector,
)
from foresight.trends.history import WEEK_SECONDS, History, history_before, live_sources, to_seconds
from foresight.trends.lineage import LineageNode, match_trends
from foresight.trends.measurement import (
    LEAST_MEMBERS_TESTED,
    estimate_null,
    measure_groups,
    permuted_ages,
    poisson_p_value,
    rows_with_word,
)

RECENT_DAYS = 28
_CARRIED_STAGES = {Stage.WEAK, Stage.EMERGING, Stage.STRONG}
_CARRIED_THRESHOLD = 0.5
_FEWEST = 3
_COMMON = 0.02
_SURPRISING = 1e-3
_AT_MOST = 80
_LEAST_BEFORE = 50
_MOST_BEFORE = 1
_ENOUGH_SCORES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstingWord:
    """A word that is far more frequent than before.

    Attributes:
        word: its column.
        rows: recent documents that have it, ascending; repeats of a story left out.
        is_new: at most one document had it before. Such a name stands for its thing alone, while an older word may
            come up for many reasons.
    """

    word: int
    rows: Ints1d
    is_new: bool


def bursting_words(history: History, *, weeks: int, baseline: int) -> tuple[BurstingWord, ...]:
    """Each word that is far more frequent in the last `weeks` than in the `baseline` before, most surprising first.

    At most eighty, each in at least three documents; none where fewer than fifty documents came before. Repeats of a
    story do not count, and weights of sources do not decide what is looked at.
    """
    recent = history.counted & (history.week < weeks)
    before = history.counted & (history.week >= weeks) & (history.week < weeks + baseline)
    n_recent, n_before = int(recent.sum()), int(before.sum())
    if n_before < _LEAST_BEFORE:
        return ()

    def documents_with_word(kept: Bools1d) -> Ints1d:
        cells = np.repeat(kept, np.diff(history.indptr))
        return np.bincount(history.words[cells], minlength=len(history.word_indptr) - 1).astype(np.int64)

    now, then = documents_with_word(recent), documents_with_word(before)
    words = np.flatnonzero((now >= _FEWEST) & (then <= _COMMON * n_before))
    expected = (then[words] + 1) / (n_before + 1) * n_recent
    p = poisson_p_value(now[words].astype(np.float32), expected.astype(np.float32))
    order = np.lexsort((words, p))[:_AT_MOST]
    found = []
    for word in words[order[p[order] <= _SURPRISING]].tolist():
        rows = rows_with_word(history, word)
        found.append(BurstingWord(word=word, rows=rows[recent[rows]], is_new=bool(then[word] <= _MOST_BEFORE)))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedCluster:
    """Something with a lasting id: a cluster, or a trend of the run before that is no cluster yet.

    Attributes:
        born, last: times of its first and latest document.
        neighbourhood: where it lies when it has too few documents for one of its own.
    """

    id: str
    born: datetime
    last: datetime
    neighbourhood: Neighbourhood
    asleep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterAssignments:
    """All clusters, and which of them holds each row of the history (−1: none; only the last 28 days are held)."""

    clusters: tuple[TrackedCluster, ...]
    cluster_of_row: Ints1d


def apply_kept_apart(state: ClusteringState, kept_apart: KeptApart) -> ClusteringState:
    """The state as people want it.

    Where something new has begun under an old id, it gets a fresh one; what was taken over by another, though it is
    not the same, stands on its own again.
    """
    begun = {next(iter(pair)) for pair in kept_apart if len(pair) == 1}
    clusters = tuple(
        replace(c, merged_into="") if frozenset((c.id, c.merged_into)) in kept_apart else c for c in state.units
    )
    fresh = {c.id: trend_id_from_document(f"anew {c.id}") for c in clusters if c.id in begun}
    return _with_ids(replace(state, units=clusters), fresh)


def adopt_earlier_ids(
    state: ClusteringState,
    now: ClusteringState,
    history: History,
    corpus: Corpus,
    earlier: Sequence[Trend],
    kept_apart: KeptApart = frozenset(),
) -> tuple[ClusteringState, ClusteringState]:
    """Both states, clusters born since the earlier run with the id of the carried trend they turn out to be.

    What people said is not the same gets no such id.
    """
    known = {c.id for c in now.units} & {t.id for t in earlier}
    fresh = [c for c in now.units if c.id not in known and not c.merged_into]
    carried = [t for t in earlier if t.id not in known and t.stage in _CARRIED_STAGES]
    if not fresh or not carried:
        return state, now
    assigned = _placed_rows(fresh, history)
    nodes = [
        LineageNode(
            id=c.id,
            centroid=unit_vector(c.centroid),
            documents=frozenset(corpus.ids[row] for row in history.rows[assigned == i]),
        )
        for i, c in enumerate(fresh)
    ]
    pairs = match_trends(nodes, [LineageNode.of(trend) for trend in carried])
    ids = {new: old for new, old in pairs.items() if frozenset((new, old)) not in kept_apart}
    return _with_ids(state, ids), _with_ids(now, ids)


def _with_ids(state: ClusteringState, ids: dict[str, str]) -> ClusteringState:
    clusters = tuple(
        replace(c, id=ids.get(c.id, c.id), merged_into=ids.get(c.merged_into, c.merged_into)) for c in state.units
    )
    return replace(state, units=clusters)


def _placed_rows(clusters: Sequence[Cluster], history: History) -> Ints1d:
    """Number of the cluster of each row of the last 28 days, −1 elsewhere."""
    recent = np.flatnonzero(history.ages < RECENT_DAYS)
    assigned = np.full(len(history), -1, dtype=np.int64)
    places = place_documents(clusters, history.vectors[recent], history.langs[recent], history.languages)
    assigned[recent] = places.clusters
    return assigned


def assign_to_clusters(
    now: ClusteringState, history: History, corpus: Corpus, earlier: Sequence[Trend], options: TrendOptions
) -> ClusterAssignments:
    """Clusters awake (or fallen asleep since the earlier run), then carried trends, with the rows each holds."""
    awake_before = {t.id for t in earlier if t.stage is not Stage.SLEEPING}
    clusters = [c for c in now.units if not c.merged_into and (not c.asleep or c.id in awake_before)]
    assigned = _placed_rows(clusters, history)
    known = {c.id for c in now.units}
    oldest = history.cutoff - options.sleep_weeks * WEEK_SECONDS
    carried = [
        t for t in earlier if t.id not in known and t.stage in _CARRIED_STAGES and t.last_document.timestamp() >= oldest
    ]
    recent = {corpus.ids[row]: i for i, row in enumerate(history.rows) if history.ages[i] < RECENT_DAYS}
    for number, trend in enumerate(carried, start=len(clusters)):
        rows = np.array([recent[name] for name in trend.recent if name in recent], dtype=np.int64)
        assigned[rows[assigned[rows] < 0]] = number
    outline, tracked = Neighbourhood.without_members, list[TrackedCluster]()
    for c in clusters:
        lies = outline(unit_vector(c.centroid), [member_threshold(c, lang) for lang in history.languages])
        one = TrackedCluster(id=c.id, born=c.born, last=c.last_active, neighbourhood=lies, asleep=c.asleep)
        tracked.append(one)
    for t in carried:
        lies = outline(t.centroid, [_CARRIED_THRESHOLD] * len(history.languages))
        tracked.append(TrackedCluster(id=t.id, born=t.first_document, last=t.last_document, neighbourhood=lies))
    return ClusterAssignments(clusters=tuple(tracked), cluster_of_row=assigned)


def find_groups(history: History, assignments: ClusterAssignments, options: TrendOptions) -> tuple[DocumentGroup, ...]:
    """One group per cluster, in their order, then the groups of every window with their cluster if they have one.

    Groups by density come before those by word.
    """
    rows = np.flatnonzero(history.counted & (history.ages < RECENT_DAYS))
    found, weeks = [], max(options.recent_weeks)
    for number, cluster in enumerate(assignments.clusters):
        members = rows[assignments.cluster_of_row[rows] == number]
        lies = None if len(members) >= LEAST_MEMBERS_TESTED else cluster.neighbourhood
        found.append(DocumentGroup(members=members, weeks=weeks, cluster=number, neighbourhood=lies))
    found += [
        replace(group, cluster=owning_cluster(assignments.cluster_of_row, group.members))
        for group in (*_dense_groups(history, options), *groups_of_bursting_words(history, options))
    ]
    return tuple(found)


def _dense_groups(history: History, options: TrendOptions) -> list[DocumentGroup]:
    rows = np.flatnonzero(history.counted)
    found = dense_groups(history.vectors[rows], history.langs[rows], history.ages[rows], options)
    return [replace(group, members=rows[group.members]) for group in found]


def groups_of_bursting_words(history: History, options: TrendOptions) -> tuple[DocumentGroup, ...]:
    """Groups founded by a word that came up all at once, of every window tested, without a cluster."""
    found: list[DocumentGroup] = []
    for weeks in options.recent_weeks:
        bursts = bursting_words(history, weeks=weeks, baseline=options.baseline_weeks)
        named = [(burst.word if burst.is_new else -1, burst.rows) for burst in bursts]
        found += groups_by_word(history.vectors, named, weeks)
    return tuple(found)


def calibrate_null(
    corpus: Corpus, words: WordIndex, state: ClusteringState, *, options: TrendOptions, seed: int
) -> ClusteringState:
    """Estimate the null of every window length from the weeks before the state's cut-off.

    Seeded by `seed` and the cut-off, so that a replay and a live system draw the same windows. With less than a full
    baseline behind it the state keeps what it has.
    """
    cutoff = to_seconds(state.cutoff)
    weeks = max(days // 7 for days, _, _ in options.windows) + options.baseline_weeks
    history = history_before(corpus, words, state.means, cutoff=cutoff, weeks=weeks)
    if int(history.ages.max(initial=0)) < 7 * (weeks - 1):
        return state
    scores = _permuted_scores(history, options, np.random.default_rng([seed, cutoff]))
    null = tuple(estimate_null(*kind, np.array(found)) for kind, found in sorted(scores.items()))
    return replace(state, null=null, calibrated=state.cutoff)


def _permuted_scores(
    history: History, options: TrendOptions, rng: np.random.Generator
) -> dict[tuple[str, int], list[float]]:
    """Scores of groups found in permuted windows, by what founded them and the weeks of the window."""
    kept = history.counted & live_sources(history.volume, history.weeks)[history.sources]
    by_word = (FOUNDED_BY_WORD, FOUNDED_BY_NAME)
    found: dict[tuple[str, int], list[float]] = {
        **{(FOUNDED_BY_DENSITY, max(1, days // 7)): [] for days, _, _ in options.windows},
        **{(founded, weeks): [] for founded in by_word for weeks in options.recent_weeks},
    }
    for _ in range(options.permutations):
        lacking = {kind for kind, scores in found.items() if len(scores) < _ENOUGH_SCORES}
        if not lacking:
            break
        remaining = replace(
            options,
            windows=tuple(one for one in options.windows if (FOUNDED_BY_DENSITY, max(1, one[0] // 7)) in lacking),
            recent_weeks=tuple(w for w in options.recent_weeks if any((founded, w) in lacking for founded in by_word)),
        )
        shuffled = replace(history, ages=permuted_ages(history.ages, history.sources, kept, rng))
        groups = [*_dense_groups(shuffled, remaining), *groups_of_bursting_words(shuffled, remaining)]
        measured = measure_groups(shuffled, groups, remaining)
        for group, score, tested in zip(groups, measured.scores.tolist(), measured.tested, strict=True):
            if tested:
                found[group.founded, group.weeks].append(score)
    return found
