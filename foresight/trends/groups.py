"""Words that come up all at once: the seed of groups that vectors see too late.

A new thing has a name before its articles look alike: three headlines on a name that nobody wrote before lie as far
apart as any three headlines, and average linkage finds them a week or two later, or never. The choice of the word
among thousands makes its own test too kind; like the choice of a dense group it is taken out by the calibration on
permuted windows, with constants of its own (docs/methods.md#units).

Whose documents are whose: units, trends carried over from the run before, and groups still without a name.

Calibration of the test on permuted windows, once a quarter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from foresight.model.documents import Bools1d, Corpus, Floats1d, Ints1d
from foresight.model.options import TrendOptions
from foresight.model.trends import Cluster, ClusteringState, Stage, Trend
from foresight.nlp.centring import centre_by_language
from foresight.nlp.word_index import WordIndex
from foresight.trends.clusters import (
    FOUNDED_BY_DENSITY,
    FOUNDED_BY_NAME,
    FOUNDED_BY_WORD,
    KeptApart,
    dense_groups,
    groups_by_word,
    member_threshold,
    owning_cluster,
    place_documents,
    trend_id_from_document,
    unit_vector,
)
from foresight.trends.history import History, available_rows, gather_history, live_sources, to_seconds, weekly_volume
from foresight.trends.lineage import LineageNode, match_trends
from foresight.trends.measurement import (
    LEAST_MEMBERS_TESTED,
    DocumentGroup,
    Neighbourhood,
    estimate_null,
    measure_groups,
    permuted_ages,
    poisson_p_value,
    rows_with_word,
)

_FEWEST = 3
_COMMON = 0.02
_SURPRISING = 1e-3
_AT_MOST = 80
_LEAST_BEFORE = 50
_MOST_BEFORE = 1


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
    """Each word that is far more frequent than before, the most surprising first.

    Args:
        history: what is counted in; repeats of a story do not count.
        weeks: length of the recent window.
        baseline: weeks before the window that are compared with.

    Returns:
        At most eighty, each in at least three documents; none where fewer than fifty documents came before.
    """
    recent = history.counted & (history.week < weeks)
    before = history.counted & (history.week >= weeks) & (history.week < weeks + baseline)
    n_recent, n_before = int(recent.sum()), int(before.sum())
    if n_before < _LEAST_BEFORE:
        return ()
    now, then = _documents_with_word(history, recent), _documents_with_word(history, before)
    words = np.flatnonzero((now >= _FEWEST) & (then <= _COMMON * n_before))
    awaited = (then[words] + 1) / (n_before + 1) * n_recent
    p = poisson_p_value(now[words].astype(np.float32), awaited.astype(np.float32))
    order = np.lexsort((words, p))[:_AT_MOST]
    chosen = words[order[p[order] <= _SURPRISING]]
    return tuple(
        BurstingWord(
            word=int(word), rows=_rows_with_word(history, int(word), recent), is_new=bool(then[word] <= _MOST_BEFORE)
        )
        for word in chosen
    )


def _documents_with_word(history: History, kept: Bools1d) -> Ints1d:
    """Per word, the documents of `kept` that have it."""
    documents = np.repeat(kept, np.diff(history.indptr))
    return np.bincount(history.words[documents], minlength=len(history.word_indptr) - 1).astype(np.int64)


def _rows_with_word(history: History, word: int, kept: Bools1d) -> Ints1d:
    rows = rows_with_word(history, word)
    return rows[kept[rows]]


RECENT_DAYS = 28
_CARRIED_STAGES = {Stage.WEAK, Stage.EMERGING, Stage.STRONG}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedCluster:
    """Something that has a lasting id: a unit, or a trend of the run before that is no unit yet.

    Attributes:
        unit: None for a carried trend; region: where it lies when it has too few documents for a radius.
    """

    id: str
    born: datetime
    last: datetime
    region: Neighbourhood
    unit: Cluster | None = None
    asleep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterAssignments:
    """All owners, and which of them holds each row of the history (−1: none; only the last 28 days are held)."""

    owners: tuple[TrackedCluster, ...]
    assigned: Ints1d
    similarity: Floats1d


def apply_kept_apart(state: ClusteringState, apart: KeptApart) -> ClusteringState:
    """The state as people want it.

    Where something new has begun under an old id, it gets a fresh one; what was taken over by another, though it is
    not the same, stands on its own again.
    """
    begun = {next(iter(pair)) for pair in apart if len(pair) == 1}
    units = tuple(replace(u, merged_into="") if frozenset((u.id, u.merged_into)) in apart else u for u in state.units)
    names = {u.id: trend_id_from_document(f"anew {u.id}") for u in units if u.id in begun}
    return _with_ids(replace(state, units=units), names)


def adopt_earlier_ids(
    state: ClusteringState,
    now: ClusteringState,
    past: History,
    corpus: Corpus,
    earlier: Sequence[Trend],
    apart: KeptApart = frozenset(),
) -> tuple[ClusteringState, ClusteringState]:
    """Give units born since the earlier run the id of the carried trend they turn out to be.

    What people said is not the same gets no such id.

    Returns:
        Both states with the same units renamed.
    """
    known = {u.id for u in now.units} & {t.id for t in earlier}
    fresh = [u for u in now.units if u.id not in known and not u.merged_into]
    carried = [t for t in earlier if t.id not in known and t.stage in _CARRIED_STAGES]
    if not fresh or not carried:
        return state, now
    assigned = _placed_rows(fresh, past)[0]
    nodes = [
        LineageNode(
            id=u.id,
            centroid=unit_vector(u.centroid),
            documents=_document_ids(corpus, past, np.flatnonzero(assigned == i)),
        )
        for i, u in enumerate(fresh)
    ]
    then = [LineageNode(id=t.id, centroid=t.centroid, documents=frozenset(t.recent)) for t in carried]
    pairs = match_trends(nodes, then)
    names = {new: old for new, old in pairs.items() if frozenset((new, old)) not in apart}
    return _with_ids(state, names), _with_ids(now, names)


def _with_ids(state: ClusteringState, names: dict[str, str]) -> ClusteringState:
    units = tuple(
        replace(u, id=names.get(u.id, u.id), merged_into=names.get(u.merged_into, u.merged_into)) for u in state.units
    )
    return replace(state, units=units)


def _document_ids(corpus: Corpus, past: History, rows: Ints1d) -> frozenset[str]:
    return frozenset(corpus.ids[row] for row in past.rows[rows])


def _placed_rows(units: Sequence[Cluster], past: History) -> tuple[Ints1d, Floats1d]:
    """Number of the unit of each row of the last 28 days, −1 elsewhere, and the cosine to it."""
    recent = np.flatnonzero(past.ages < RECENT_DAYS)
    places = place_documents(units, past.vectors[recent], past.langs[recent], past.languages)
    assigned = np.full(len(past), -1, dtype=np.int64)
    similarity = np.zeros(len(past), dtype=np.float32)
    assigned[recent], similarity[recent] = places.units, places.similarity
    return assigned, similarity


def assign_to_clusters(
    now: ClusteringState, past: History, corpus: Corpus, earlier: Sequence[Trend], options: TrendOptions
) -> ClusterAssignments:
    """Units awake (or fallen asleep since the earlier run), then carried trends, with the rows each holds."""
    told = {t.id for t in earlier if t.stage is not Stage.SLEEPING}
    units = [u for u in now.units if not u.merged_into and (not u.asleep or u.id in told)]
    assigned, similarity = _placed_rows(units, past)
    known = {u.id for u in now.units}
    oldest = past.cutoff - options.sleep_weeks * 7 * 86_400
    carried = [
        t for t in earlier if t.id not in known and t.stage in _CARRIED_STAGES and t.last_document.timestamp() >= oldest
    ]
    held = {corpus.ids[row]: i for i, row in enumerate(past.rows) if past.ages[i] < RECENT_DAYS} if carried else {}
    for number, trend in enumerate(carried, start=len(units)):
        rows = np.array([held[name] for name in trend.recent if name in held], dtype=np.int64)
        rows = rows[assigned[rows] < 0]
        assigned[rows] = number
        similarity[rows] = past.vectors[rows] @ trend.centroid
    all_owners = [_tracked_unit(u, past) for u in units] + [_tracked_trend(t, past) for t in carried]
    return ClusterAssignments(owners=tuple(all_owners), assigned=assigned, similarity=similarity)


def _tracked_unit(unit_: Cluster, past: History) -> TrackedCluster:
    least = np.array([member_threshold(unit_, lang) for lang in past.languages], dtype=np.float32)
    region = _empty_neighbourhood(unit_vector(unit_.centroid), least)
    return TrackedCluster(
        id=unit_.id, born=unit_.born, last=unit_.last_active, region=region, unit=unit_, asleep=unit_.asleep
    )


def _tracked_trend(trend: Trend, past: History) -> TrackedCluster:
    least = np.full(len(past.languages), 0.5, dtype=np.float32)
    return TrackedCluster(
        id=trend.id,
        born=trend.first_document,
        last=trend.last_document,
        region=_empty_neighbourhood(trend.centroid, least),
    )


def _empty_neighbourhood(centre: Floats1d, least: Floats1d) -> Neighbourhood:
    none = np.zeros(0, dtype=np.int64)
    return Neighbourhood(centre=centre, least=least, inside=none, members=none)


def find_groups(past: History, held: ClusterAssignments, options: TrendOptions) -> tuple[DocumentGroup, ...]:
    """One group per owner, in their order, then the candidates of every window with their owner if they have one.

    Candidates by density come before those by word.
    """
    longest = max(options.recent_weeks)
    rows = np.flatnonzero(past.counted & (past.ages < RECENT_DAYS))
    by_owner = [rows[held.assigned[rows] == number] for number in range(len(held.owners))]
    own = [
        DocumentGroup(
            members=members,
            weeks=longest,
            owner=number,
            region=None if len(members) >= LEAST_MEMBERS_TESTED else o.region,
        )
        for number, (members, o) in enumerate(zip(by_owner, held.owners, strict=True))
    ]
    first = np.flatnonzero(past.counted)
    found = dense_groups(past.vectors[first], past.langs[first], past.ages[first], options)
    return (
        *own,
        *(
            DocumentGroup(
                members=first[found_.members],
                weeks=found_.weeks,
                owner=owning_cluster(held.assigned, first[found_.members]),
            )
            for found_ in found
        ),
        *(
            replace(group, owner=owning_cluster(held.assigned, group.members))
            for group in groups_of_bursting_words(past, options)
        ),
    )


def groups_of_bursting_words(past: History, options: TrendOptions) -> tuple[DocumentGroup, ...]:
    """Groups founded by a word that came up all at once, of every window tested, without an owner."""
    return tuple(
        DocumentGroup(members=found.members, weeks=found.weeks, founded=found.founded, name=found.name)
        for weeks in options.recent_weeks
        for found in groups_by_word(past.vectors, _bursting_columns(past, weeks, options), weeks)
    )


def _bursting_columns(past: History, weeks: int, options: TrendOptions) -> list[tuple[int, Ints1d]]:
    """Column of each burst that is a name (−1 for an older word), and its rows."""
    found = bursting_words(past, weeks=weeks, baseline=options.baseline_weeks)
    return [(burst.word if burst.is_new else -1, burst.rows) for burst in found]


def weeks_since(last: datetime, as_of: datetime) -> float:
    """Weeks since the last document."""
    return (as_of - last) / timedelta(weeks=1)


_ENOUGH = 400
_BY_WORD = (FOUNDED_BY_WORD, FOUNDED_BY_NAME)
_Kind = tuple[str, int]


def calibrate_null(
    corpus: Corpus, words: WordIndex, state: ClusteringState, *, options: TrendOptions, seed: int
) -> ClusteringState:
    """Estimate the null of every window length from the weeks before the state's cut-off.

    Seeded by `seed` and the cut-off, so that a replay and a live system draw the same windows. With less than a full
    baseline behind it the state keeps what it has.
    """
    cutoff = to_seconds(state.cutoff)
    weeks = max(days // 7 for days, _, _ in options.windows) + options.baseline_weeks
    rows = available_rows(corpus, cutoff=cutoff, weeks=weeks)
    langs = [corpus.langs[row] for row in rows]
    vectors = centre_by_language(corpus.vectors[rows], langs, state.means)
    past = gather_history(corpus, words, vectors, rows=rows, cutoff=cutoff, weeks=weeks)
    if int(past.ages.max(initial=0)) < 7 * (weeks - 1):
        return state
    rng = np.random.default_rng([seed, cutoff])
    drawn = _permuted_scores(past, options, rng)
    null = tuple(estimate_null(*kind, np.array(scores)) for kind, scores in sorted(drawn.items()))
    return replace(state, null=null, calibrated=state.cutoff)


def _permuted_scores(past: History, options: TrendOptions, rng: np.random.Generator) -> dict[_Kind, list[float]]:
    """Scores of groups found in permuted windows, by what founded them and the weeks of the window."""
    kept = past.counted & live_sources(weekly_volume(past), past.weeks)[past.sources]
    found: dict[_Kind, list[float]] = {
        **{(FOUNDED_BY_DENSITY, max(1, days // 7)): [] for days, _, _ in options.windows},
        **{(founded, weeks): [] for founded in _BY_WORD for weeks in options.recent_weeks},
    }
    for _ in range(options.permutations):
        lacking = {kind for kind, scores in found.items() if len(scores) < _ENOUGH}
        if not lacking:
            break
        shuffled = past.redated(permuted_ages(past.ages, past.sources, kept, rng))
        for kind, score in _group_scores(shuffled, _remaining_windows(options, lacking)):
            found[kind].append(score)
    return found


def _remaining_windows(options: TrendOptions, kinds: set[_Kind]) -> TrendOptions:
    """The options narrowed to the windows that have too few scores yet."""
    return replace(
        options,
        windows=tuple(window for window in options.windows if (FOUNDED_BY_DENSITY, max(1, window[0] // 7)) in kinds),
        recent_weeks=tuple(w for w in options.recent_weeks if any((founded, w) in kinds for founded in _BY_WORD)),
    )


def _group_scores(shuffled: History, options: TrendOptions) -> list[tuple[_Kind, float]]:
    rows = np.flatnonzero(shuffled.counted)
    groups = [
        DocumentGroup(members=rows[candidate.members], weeks=candidate.weeks)
        for candidate in dense_groups(shuffled.vectors[rows], shuffled.langs[rows], shuffled.ages[rows], options)
    ]
    groups += groups_of_bursting_words(shuffled, options)
    if not groups:
        return []
    measured = measure_groups(shuffled, groups, options)
    return [
        ((group.founded, group.weeks), float(score))
        for group, score, tested in zip(groups, measured.scores, measured.tested, strict=True)
        if tested
    ]
