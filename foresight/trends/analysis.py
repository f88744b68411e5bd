"""The analysis at one cut-off, and the replay of many as a live system would have stated them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from foresight.model.documents import Corpus, Floats1d, Ints1d
from foresight.model.options import TrendOptions
from foresight.model.ports import Progress
from foresight.model.track_record import BandErrors, CallOrigin, PersistenceFit, ProjectionBand, TrendCall
from foresight.model.trends import (
    Assignment,
    Cluster,
    ClusteringState,
    LanguageMean,
    Lineage,
    Signal,
    Trend,
    WeeklySeries,
)
from foresight.nlp.centring import centre_by_language, language_means
from foresight.nlp.word_index import WordIndex
from foresight.trends.clusters import DocumentBatch, KeptApart, step_clusters, unit_vector
from foresight.trends.groups import (
    RECENT_DAYS,
    adopt_earlier_ids,
    apply_kept_apart,
    assign_to_clusters,
    calibrate_null,
    find_groups,
)
from foresight.trends.history import (
    DAY,
    WEEK,
    History,
    available_rows,
    first_monday_of_quarter,
    first_of_story,
    from_seconds,
    history_before,
    language_codes,
    live_sources,
    monday_of,
    to_seconds,
    weekly_series,
)
from foresight.trends.lineage import LineageNode, trace_lineage
from foresight.trends.measurement import GroupMeasurements, measure_groups
from foresight.trends.projection import KIND_STABLE, PROJECTION_KINDS, PROJECTION_WEEKS, Projection, project_shares
from foresight.trends.seasons import ReadEarlierWeeks, mark_recurring, reader_of
from foresight.trends.signals import fast_signals, novelty
from foresight.trends.stages import (
    ALIVE_WEEKS,
    AnalysisContext,
    GroupVerdicts,
    TrendEntry,
    classify_groups,
    is_ranked,
    list_entries,
)

MEAN_WEEKS = 26
_MEAN_STEPS = (1, 100, 1000)
_QUARTER = timedelta(weeks=13)


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Everything one analysis states at a cut-off, from documents available before it.

    Attributes:
        trends: by rank, the unranked after them by id; without headlines, which are written afterwards.
        series, signals: by trend id. lineage: against the earlier trends given. assignments: by owner and document.
        state: where online clustering stands, to be kept for the next run.
        calls: what is stated of every ranked trend, as it will be evaluated; titles are words until `with_titles`.
    """

    as_of: datetime
    run_id: str
    trends: tuple[Trend, ...]
    series: tuple[WeeklySeries, ...]
    signals: tuple[Signal, ...]
    lineage: tuple[Lineage, ...]
    assignments: tuple[Assignment, ...]
    state: ClusteringState
    calls: tuple[TrendCall, ...] = ()


def analyse(  # noqa: PLR0913 - the interface of the pipeline
    corpus: Corpus,
    words: WordIndex,
    state: ClusteringState | None,
    *,
    as_of: datetime,
    options: TrendOptions,
    seed: int = 0,
    run_id: str = "",
    earlier: tuple[Trend, ...] = (),
    priors: Sequence[LanguageMean] = (),
    read_earlier_weeks: ReadEarlierWeeks | None = None,
    kept_apart: KeptApart = frozenset(),
    band_errors: Sequence[BandErrors] = (),
    persistence_fits: Sequence[PersistenceFit] = (),
) -> Analysis:
    """What moves at `as_of`, from documents available before it and nothing else.

    Trends come without headlines; the state to keep has the open week not in it.

    Args:
        corpus: all documents, also those after `as_of`: they are not looked at.
        words: of the same documents, row by row.
        state: of the last analysis; stepped forward through the whole weeks before `as_of`. None starts anew.
        as_of: the cut-off, exclusive, aware.
        options: how trends are found and classified.
        seed: decides the permuted windows of the calibration, nothing else.
        run_id: stamped on the records.
        earlier: trends of the last analysis, so that what is no cluster yet keeps its id.
        priors: shipped means of the encoder's languages.
        read_earlier_weeks: the same weeks of earlier years, where `corpus` does not reach back to them.
        kept_apart: pairs of ids that people said are not the same.
        band_errors: of past projections, known at `as_of`: what the bands learn from.
        persistence_fits: what past calls teach of persistence, known at `as_of`: changes what is stated, not the list.
    """
    state = advance_clusters(
        corpus, words, state, until=as_of, options=options, seed=seed, priors=priors, kept_apart=kept_apart
    )
    state = apply_kept_apart(state, kept_apart)
    now = provisional_state(corpus, state, as_of=as_of, options=options, priors=priors, kept_apart=kept_apart)
    history = history_before(corpus, words, now.means, cutoff=to_seconds(as_of), weeks=options.history_weeks)
    state, now = adopt_earlier_ids(state, now, history, corpus, earlier, kept_apart)
    assignments = assign_to_clusters(now, history, corpus, earlier, options)
    groups = find_groups(history, assignments, options)
    measured = measure_groups(history, groups, options)
    verdicts = classify_groups(
        history,
        groups,
        measured,
        assignments,
        state=state,
        options=options,
        as_of=as_of,
        persistence_fits=persistence_fits,
    )
    verdicts = mark_recurring(
        history,
        groups,
        measured,
        verdicts,
        words.vocabulary,
        read_earlier_weeks=read_earlier_weeks or reader_of(corpus),
        state=now,
        options=options,
        as_of=as_of,
    )
    context = AnalysisContext(
        as_of=as_of,
        run_id=run_id,
        corpus=corpus,
        history=history,
        assignments=assignments,
        groups=groups,
        measured=measured,
        verdicts=verdicts,
        entries=list_entries(groups, measured, verdicts, assignments, history, corpus),
        novelty=_novelty(measured, now, as_of, dim=corpus.vectors.shape[1]),
        projections=_projections(history, measured, verdicts, band_errors),
    )
    return _records(context, state, now, earlier, words.vocabulary)


def replay(  # noqa: PLR0913 - the interface of the pipeline
    corpus: Corpus,
    words: WordIndex,
    cutoffs: Sequence[datetime],
    *,
    options: TrendOptions,
    seed: int = 0,
    progress: Progress | None = None,
    priors: Sequence[LanguageMean] = (),
) -> Iterator[Analysis]:
    """The analysis at every cut-off (ascending), each building on the one before as a live system's would.

    progress: called after each; the other arguments are those of `analyse`.
    """
    state: ClusteringState | None = None
    earlier: tuple[Trend, ...] = ()
    for done, as_of in enumerate(cutoffs, start=1):
        analysis = analyse(
            corpus, words, state, as_of=as_of, options=options, seed=seed, earlier=earlier, priors=priors
        )
        state, earlier = analysis.state, analysis.trends
        if progress is not None:
            progress("replay", done, len(cutoffs))
        yield analysis


def advance_clusters(  # noqa: PLR0913 - the interface of the pipeline
    corpus: Corpus,
    words: WordIndex,
    state: ClusteringState | None,
    *,
    until: datetime,
    options: TrendOptions,
    seed: int = 0,
    priors: Sequence[LanguageMean] = (),
    kept_apart: KeptApart = frozenset(),
) -> ClusteringState:
    """Step online clustering through every whole week (Monday to Monday, UTC) that ended by `until`.

    Touches the documents of the new weeks, the four weeks before each (the buffer), and once a quarter the twelve weeks
    that the test is calibrated on; never the rest of the archive. The state is the same whether reached in one call or
    in many; None, or one from after `until`, starts anew. The other arguments are those of `analyse`.
    """
    end = monday_of(until)
    if state is None or state.cutoff > end:
        is_empty = not len(corpus) or int(corpus.available[0]) >= to_seconds(end)
        state = ClusteringState(cutoff=end if is_empty else monday_of(from_seconds(int(corpus.available[0]))))
    while state.cutoff < end:
        week_end = state.cutoff + WEEK
        state = _step(corpus, state, week_end, options, priors, kept_apart)
        if week_end == first_monday_of_quarter(end) or not state.null:
            state = calibrate_null(corpus, words, state, options=options, seed=seed)
    return state


def provisional_state(
    corpus: Corpus,
    state: ClusteringState,
    *,
    as_of: datetime,
    options: TrendOptions,
    priors: Sequence[LanguageMean],
    kept_apart: KeptApart = frozenset(),
) -> ClusteringState:
    """The state as if the open week ended at `as_of`: shown, never kept."""
    if state.cutoff >= as_of:
        return state
    part = (as_of - state.cutoff) / WEEK
    return _step(corpus, state, as_of, replace(options, decay=options.decay**part), priors, kept_apart)


def _step(
    corpus: Corpus,
    state: ClusteringState,
    end: datetime,
    options: TrendOptions,
    priors: Sequence[LanguageMean],
    kept_apart: KeptApart,
) -> ClusteringState:
    state = _reestimate_means(corpus, state, end, priors)
    batch = batch_before(corpus, state, end, options)
    clusters = step_clusters(state.units, batch, options, at=end, kept_apart=kept_apart)
    return replace(state, cutoff=end, units=clusters)


def batch_before(corpus: Corpus, state: ClusteringState, end: datetime, options: TrendOptions) -> DocumentBatch:
    """The documents available from the state's cut-off to `end`, and those still waiting for company."""
    cutoff, start = to_seconds(state.cutoff), to_seconds(end) - options.buffer_days * DAY
    low, slice_start, high = np.searchsorted(corpus.available, [min(start, cutoff), cutoff, to_seconds(end)])
    names, sources, published = corpus.langs[low:high], corpus.sources[low:high], corpus.published[low:high]
    langs, languages = language_codes(names)
    first = first_of_story(corpus.stories[low:high], sources, len(corpus.source_ids))
    is_counted = corpus.source_weights[sources] > 0
    return DocumentBatch(
        ids=corpus.ids[low:high],
        vectors=centre_by_language(corpus.vectors[low:high], names, state.means),
        langs=langs,
        languages=languages,
        published=published,
        new=np.asarray((np.arange(low, high) >= slice_start) & first, dtype=np.bool_),
        founding=np.asarray(first & is_counted & (published >= start), dtype=np.bool_),
    )


def _reestimate_means(
    corpus: Corpus, state: ClusteringState, end: datetime, priors: Sequence[LanguageMean]
) -> ClusteringState:
    """Estimate the mean of a language when it first comes, at a hundred and at a thousand documents; else keep it.

    Means stay frozen in between, or vectors of two weeks could not be compared. Where one moves, the centroids of
    the clusters that have mainly that language move with it.
    """
    old = {mean.lang: mean for mean in state.means}
    low, high = np.searchsorted(corpus.available, [to_seconds(state.cutoff), to_seconds(end)])
    coming = {lang for lang in corpus.langs[low:high] if lang not in old or old[lang].documents < _MEAN_STEPS[-1]}
    if not coming:
        return state
    rows = available_rows(corpus, cutoff=to_seconds(end), weeks=MEAN_WEEKS)
    langs = [corpus.langs[row] for row in rows]
    known = {lang: old[lang].documents if lang in old else 0 for lang in coming}
    due = {lang for lang in coming if any(known[lang] < step <= langs.count(lang) for step in _MEAN_STEPS)}
    if not due:
        return state
    fresh = {mean.lang: mean for mean in language_means(corpus.vectors[rows], langs, priors) if mean.lang in due}
    moved = {lang: _mean_shift(corpus, rows, langs, old[lang], fresh[lang]) for lang in due & set(old)}

    def shifted(cluster: Cluster) -> Cluster:
        main = cluster.thresholds[0][0] if cluster.thresholds else ""
        if main not in moved:
            return cluster
        return replace(cluster, centroid=(cluster.centroid + cluster.weight * moved[main]).astype(np.float32))

    clusters = tuple(map(shifted, state.units))
    return replace(state, means=tuple(sorted({**old, **fresh}.values(), key=lambda mean: mean.lang)), units=clusters)


def _mean_shift(corpus: Corpus, rows: Ints1d, langs: Sequence[str], old: LanguageMean, new: LanguageMean) -> Floats1d:
    """How a centred unit vector moves when the mean does: the mean's move over the usual distance to it."""
    own = corpus.vectors[rows[np.array([lang == new.lang for lang in langs], dtype=np.bool_)]]
    distance = float(np.linalg.norm(own - new.mean, axis=1).mean()) if len(own) else 1.0
    return np.asarray((old.mean - new.mean) / max(distance, 1e-6), dtype=np.float32)


def _novelty(measured: GroupMeasurements, now: ClusteringState, as_of: datetime, *, dim: int) -> Floats1d:
    """Distance of every group to what was known a quarter ago."""
    known = [unit_vector(c.centroid) for c in now.units if not c.merged_into and c.born < as_of - _QUARTER]
    centres = [one.centre for one in measured.neighbourhoods]
    return novelty(*(np.array(rows, dtype=np.float32).reshape(len(rows), dim) for rows in (centres, known)))


def _projections(
    history: History, measured: GroupMeasurements, verdicts: GroupVerdicts, errors: Sequence[BandErrors]
) -> tuple[Projection, ...]:
    """Of all groups, from counts within the sources that were alive: calls are evaluated by the same."""
    sources = live_sources(history.volume, ALIVE_WEEKS)
    counts, totals = measured.counts[:, :, sources].sum(axis=2), history.volume[:, sources].sum(axis=1)
    kinds = [PROJECTION_KINDS.get(stage, KIND_STABLE) for stage, _ in verdicts.stages]
    return tuple(project_shares(counts, totals, kinds, weeks=weeks, errors=errors) for weeks in PROJECTION_WEEKS)


def _records(
    context: AnalysisContext,
    state: ClusteringState,
    now: ClusteringState,
    earlier: Sequence[Trend],
    vocabulary: Sequence[str],
) -> Analysis:
    before = {trend.id: trend for trend in earlier}
    trends = tuple(
        _trend_record(context, entry, rank=rank, earlier=before.get(entry.id))
        for rank, entry in enumerate(context.entries, start=1)
    )
    in_order = sorted(context.entries, key=lambda entry: entry.id)
    signals = {entry.id: fast_signals(context, entry) for entry in in_order}
    merged = [(c.id, c.merged_into) for c in now.units if c.merged_into]
    nodes, nodes_before = ([LineageNode.of(trend) for trend in each] for each in (trends, earlier))
    return Analysis(
        as_of=context.as_of,
        run_id=context.run_id,
        trends=trends,
        series=tuple(weekly_series(context.history, e.id, context.measured.rows_near[e.group]) for e in in_order),
        signals=tuple(signal for own in signals.values() for signal in own),
        lineage=trace_lineage(context.run_id, nodes, nodes_before, merged),
        assignments=tuple(a for e in in_order for a in _assignment_records(context, e, is_new=e.id not in before)),
        state=state,
        calls=tuple(
            _call_record(context, entry, trend, signals[entry.id], vocabulary)
            for entry, trend in zip(context.entries, trends, strict=True)
            if trend.rank
        ),
    )


def _trend_record(context: AnalysisContext, entry: TrendEntry, *, rank: int, earlier: Trend | None) -> Trend:
    """The trend an entry stands for, without headlines; what is not ranked has rank 0."""
    history, corpus = context.history, context.corpus
    centre = context.measured.neighbourhoods[entry.group].centre
    rows = _with_story_copies(history, context.groups[entry.group].members)
    stage, reason = context.verdicts.stages[entry.group]
    cluster = context.assignments.clusters[entry.cluster] if entry.cluster >= 0 else None
    published = [from_seconds(int(stamp)) for stamp in corpus.published[history.rows[rows]]]
    first = [*published, *([cluster.born] if cluster else []), *([earlier.first_document] if earlier else [])]
    central = rows[np.lexsort((rows, -(history.vectors[rows] @ centre)))]
    codes, in_language = np.unique(history.langs[rows], return_counts=True)
    return Trend(
        id=entry.id,
        run_id=context.run_id,
        as_of=context.as_of,
        rank=rank if is_ranked(stage) else 0,
        stage=stage,
        reason=reason,
        headlines=(),
        mixed=context.verdicts.evidence[entry.group].mixed,
        parent_id=entry.parent_id,
        first_document=min(first),
        last_document=max([*published, *([cluster.last] if cluster else [])]),
        documents=len(rows),
        stories=len(np.unique(history.stories[rows])),
        sources=len(np.unique(history.sources[rows])),
        langs=tuple(history.languages[code] for code in codes[np.lexsort((codes, -in_language))]),
        recent=tuple(corpus.ids[row] for row in history.rows[central]),
        centroid=centre,
    )


def _with_story_copies(history: History, members: Ints1d) -> Ints1d:
    """Members with the further documents of their stories in the same weeks, ascending."""
    if not len(members):
        return members
    copies = ~history.counted & (history.ages < RECENT_DAYS) & np.isin(history.stories, history.stories[members])
    return np.union1d(members, np.flatnonzero(copies))


def _assignment_records(context: AnalysisContext, entry: TrendEntry, *, is_new: bool) -> list[Assignment]:
    """What a trend was counted from, by document id: of the last 28 days, of all the history where it is new."""
    history, near = context.history, context.measured.rows_near[entry.group]
    members = _with_story_copies(history, context.groups[entry.group].members)
    placed = np.flatnonzero(context.assignments.cluster_of_row == entry.cluster) if entry.cluster >= 0 else members
    recent = near if is_new else near[history.ages[near] < RECENT_DAYS]
    rows = np.union1d(np.union1d(recent, members), placed)
    cosines = history.vectors[rows] @ context.measured.neighbourhoods[entry.group].centre
    found = [
        Assignment(owner_id=entry.id, document_id=context.corpus.ids[row], similarity=round(float(value), 4))
        for row, value in zip(history.rows[rows], cosines, strict=True)
    ]
    return sorted(found, key=lambda one: one.document_id)


def _call_record(
    context: AnalysisContext, entry: TrendEntry, trend: Trend, signals: Sequence[Signal], vocabulary: Sequence[str]
) -> TrendCall:
    """What is stated of a ranked trend, with all that is needed to evaluate it later without knowing what came."""
    history, measured, number = context.history, context.measured, entry.group
    sources = live_sources(history.volume, ALIVE_WEEKS)
    name = context.groups[number].name
    words = tuple(tuple(vocabulary[word] for word in own) for own in measured.words[number])
    words = ((vocabulary[name],),) if name >= 0 else words
    values = {(signal.name, signal.window): signal.value for signal in signals}

    def weekly(counts: Floats1d) -> tuple[float, ...]:
        return tuple(np.asarray(counts[:, sources].sum(axis=1), dtype=np.float64).tolist())

    return TrendCall(
        origin=CallOrigin.RUN,
        trend_id=trend.id,
        as_of=context.as_of,
        stage=trend.stage,
        rank=trend.rank,
        title=", ".join(word for own in words for word in own[:3]),
        documents=trend.recent,
        words=words,
        centre=measured.neighbourhoods[number].centre,
        least=tuple(zip(history.languages, measured.neighbourhoods[number].thresholds.tolist(), strict=True)),
        q_value=next((value for (name, _), value in values.items() if name == "q_value"), None),
        lasting=values.get(("lasting", "+4w")),
        share=float(context.verdicts.shares[number]),
        bands=tuple(_band(found, number) for found in context.projections if not np.isnan(found.share[number])),
        spoken=weekly(measured.word_counts[number]),
        near=weekly(measured.counts[number]),
        totals=weekly(history.volume),
    )


def _band(found: Projection, number: int) -> ProjectionBand:
    share, half_low, half_high, low, high = (float(of[number]) for of in (found.share, *found.half, *found.ninety))
    return ProjectionBand(weeks=found.weeks, share=share, half_low=half_low, half_high=half_high, low=low, high=high)


def with_titles(calls: Sequence[TrendCall], trends: Sequence[Trend]) -> tuple[TrendCall, ...]:
    """Calls with the rank and main title that their trends got, without those that turned out to be mixed."""
    named = {trend.id: trend for trend in trends}
    found = []
    for call in calls:
        trend = named.get(call.trend_id)
        if trend is None:
            found.append(call)
        elif not trend.mixed:
            title = trend.headlines[0].title if trend.headlines else call.title
            found.append(replace(call, rank=trend.rank, title=title))
    return tuple(found)
