"""What an analysis hands on.

Online identity, stepped forward week by week through what has become available.

Entries as records: trends, signals with their intervals, and the documents each was counted from.

What an analysis says, written down so that it can be judged later without knowing what came.

The analysis at one cut-off, and the replay of many as a live system would have said them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from foresight.model.documents import Corpus, Floats1d, Floats2d, Ints1d
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
    ClusterAssignments,
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
    gather_history,
    live_sources,
    monday_of,
    to_seconds,
    weekly_series,
    weekly_volume,
)
from foresight.trends.lineage import LineageNode, trace_lineage
from foresight.trends.measurement import DocumentGroup, GroupMeasurements, doubling_weeks, measure_groups
from foresight.trends.projection import KIND_STABLE, PROJECTION_KINDS, PROJECTION_WEEKS, Projection, project_shares
from foresight.trends.seasons import ReadEarlierWeeks, RecurrenceCheck, reader_of
from foresight.trends.signals import novelty
from foresight.trends.stages import (
    GROWTH_SPANS,
    GroupVerdicts,
    TrendEntry,
    classify_groups,
    effective_sources,
    is_ranked,
    list_entries,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Everything one analysis says at a cut-off, from documents available before it.

    Attributes:
        trends: by rank, the unranked after them by id; without headlines, which are written afterwards.
        series, signals: by trend id. lineage: against the earlier trends given. assignments: by owner and document.
        state: where online assignment stands, to be kept for the next run.
        calls: what is said of every ranked trend, as it will be judged; titles are words until `calls.named`.
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


MEAN_WEEKS = 26
_MEAN_STEPS = (1, 100, 1000)


def advance_clusters(  # noqa: PLR0913 - the interface of the pipeline
    corpus: Corpus,
    words: WordIndex,
    state: ClusteringState | None,
    *,
    until: datetime,
    options: TrendOptions,
    seed: int = 0,
    progress: Progress | None = None,
    priors: Sequence[LanguageMean] = (),
    apart: KeptApart = frozenset(),
) -> ClusteringState:
    """Step online identity through every whole week (Monday to Monday, UTC) that ended by `until`.

    Touches the documents of the new weeks, the four weeks before each (the buffer), and once a quarter the twelve
    weeks that the test is calibrated on; never the rest of the archive.

    Args:
        corpus: all documents; those available after the last whole week are not looked at.
        words: of the same documents, row by row.
        state: where it stood; None, or one from after `until`, starts anew.
        until: whole weeks that ended by then are stepped through.
        options: how units are made.
        seed: decides the permuted windows of the calibration.
        progress: told after each week.
        priors: shipped means of the encoder's languages.
        apart: pairs of ids that people said are not the same.

    Returns:
        The state at the last Monday at or before `until`. The same whether reached in one call or in many.
    """
    end = monday_of(until)
    if state is None or state.cutoff > end:
        state = ClusteringState(cutoff=_first_cutoff(corpus, end))
    total = (end - state.cutoff) // WEEK
    for done in range(total):
        state = _step_week(corpus, state, options, priors, apart)
        if state.cutoff == first_monday_of_quarter(end) or not state.null:
            state = calibrate_null(corpus, words, state, options=options, seed=seed)
        if progress is not None:
            progress("trends", done + 1, total)
    return state


def _first_cutoff(corpus: Corpus, end: datetime) -> datetime:
    """The Monday before the first document, or `end` where there is none before it."""
    if not len(corpus) or int(corpus.available[0]) >= to_seconds(end):
        return end
    return monday_of(from_seconds(int(corpus.available[0])))


def _step_week(
    corpus: Corpus, state: ClusteringState, options: TrendOptions, priors: Sequence[LanguageMean], apart: KeptApart
) -> ClusteringState:
    end = state.cutoff + WEEK
    state = reestimate_means(corpus, state, end, priors)
    batch = batch_before(corpus, state, end, options)
    return replace(state, cutoff=end, units=step_clusters(state.units, batch, options, at=end, apart=apart))


def batch_before(corpus: Corpus, state: ClusteringState, end: datetime, options: TrendOptions) -> DocumentBatch:
    """The documents available from the state's cut-off to `end`, and those still waiting for company."""
    start = to_seconds(end) - options.buffer_days * DAY
    low, slice_start, high = np.searchsorted(
        corpus.available, [min(start, to_seconds(state.cutoff)), to_seconds(state.cutoff), to_seconds(end)]
    )
    rows = np.arange(low, high, dtype=np.int64)
    names = [corpus.langs[row] for row in rows]
    languages = tuple(sorted(set(names)))
    number = {lang: i for i, lang in enumerate(languages)}
    first = first_of_story(corpus.stories[rows], corpus.sources[rows], len(corpus.source_ids))
    return DocumentBatch(
        ids=corpus.ids[low:high],
        vectors=centre_by_language(corpus.vectors[low:high], names, state.means),
        langs=np.array([number[name] for name in names], dtype=np.int64),
        languages=languages,
        published=corpus.published[low:high],
        new=np.asarray((rows >= slice_start) & first, dtype=np.bool_),
        founding=np.asarray(first & (corpus.published[low:high] >= start), dtype=np.bool_),
    )


def reestimate_means(
    corpus: Corpus, state: ClusteringState, end: datetime, priors: Sequence[LanguageMean]
) -> ClusteringState:
    """Estimate the mean of a language when it first comes, at a hundred and at a thousand documents; else keep it.

    Means stay frozen in between, or vectors of two weeks could not be compared. Where one moves, the centroids of
    the units that speak mainly that language move with it.
    """
    due = _languages_due(corpus, state, end)
    if not due:
        return state
    rows = available_rows(corpus, cutoff=to_seconds(end), weeks=MEAN_WEEKS)
    langs = [corpus.langs[row] for row in rows]
    fresh = {m.lang: m for m in language_means(corpus.vectors[rows], langs, priors) if m.lang in due}
    old = {m.lang: m for m in state.means}
    means = tuple(sorted({**old, **fresh}.values(), key=lambda m: m.lang))
    moved = {lang: _mean_shift(corpus, rows, langs, old[lang], fresh[lang]) for lang in due if lang in old}
    units = tuple(_shifted(unit, moved) for unit in state.units)
    return replace(state, means=means, units=units)


def _languages_due(corpus: Corpus, state: ClusteringState, end: datetime) -> set[str]:
    """Languages of the new slice whose mean is to be estimated now."""
    frozen = {m.lang: m.documents for m in state.means if m.documents >= _MEAN_STEPS[-1]}
    low, high = np.searchsorted(corpus.available, [to_seconds(state.cutoff), to_seconds(end)])
    coming = set(corpus.langs[low:high]) - set(frozen)
    if not coming:
        return set()
    rows = available_rows(corpus, cutoff=to_seconds(end), weeks=MEAN_WEEKS)
    known = {m.lang: m.documents for m in state.means}
    langs = [corpus.langs[row] for row in rows]
    return {lang for lang in coming if _steps_reached(langs.count(lang)) > _steps_reached(known.get(lang, 0))}


def _steps_reached(documents: int) -> int:
    return sum(documents >= least for least in _MEAN_STEPS)


def _mean_shift(corpus: Corpus, rows: Ints1d, langs: Sequence[str], old: LanguageMean, new: LanguageMean) -> Floats1d:
    """How a centred unit vector moves when the mean does: the mean's move over the usual distance to it."""
    own = corpus.vectors[rows[np.array([lang == new.lang for lang in langs], dtype=np.bool_)]]
    distance = float(np.linalg.norm(own - new.mean, axis=1).mean()) if len(own) else 1.0
    return np.asarray((old.mean - new.mean) / max(distance, 1e-6), dtype=np.float32)


def _shifted(unit: Cluster, moved: dict[str, Floats1d]) -> Cluster:
    main = unit.thresholds[0][0] if unit.thresholds else ""
    if main not in moved:
        return unit
    return replace(unit, centroid=(unit.centroid + unit.weight * moved[main]).astype(np.float32))


def provisional_state(
    corpus: Corpus,
    state: ClusteringState,
    *,
    as_of: datetime,
    options: TrendOptions,
    priors: Sequence[LanguageMean],
    apart: KeptApart = frozenset(),
) -> ClusteringState:
    """The state as if the open week ended at `as_of`: shown, never kept."""
    if state.cutoff >= as_of:
        return state
    state = reestimate_means(corpus, state, as_of, priors)
    batch = batch_before(corpus, state, as_of, options)
    part = (as_of - state.cutoff) / timedelta(weeks=1)
    gentle = replace(options, decay=options.decay**part)
    return replace(state, cutoff=as_of, units=step_clusters(state.units, batch, gentle, at=as_of, apart=apart))


ALIVE_WEEKS = 12
"""Sources count in projections, and in the judgement of calls, when they were alive over these weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisContext:
    """All that one analysis has gathered at its cut-off."""

    as_of: datetime
    run_id: str
    corpus: Corpus
    past: History
    held: ClusterAssignments
    groups: tuple[DocumentGroup, ...]
    measured: GroupMeasurements
    judged: GroupVerdicts
    entries: tuple[TrendEntry, ...]
    novelty: Floats1d
    errors: tuple[BandErrors, ...] = ()


def trend_record(scene: AnalysisContext, entry: TrendEntry, *, rank: int, earlier: Trend | None) -> Trend:
    """The trend an entry stands for, without headlines."""
    past, corpus = scene.past, scene.corpus
    group, region = scene.groups[entry.group], scene.measured.regions[entry.group]
    rows = with_story_copies(past, group.members)
    stage, reason = scene.judged.verdicts[entry.group]
    owner = scene.held.owners[entry.owner] if entry.owner >= 0 else None
    published = corpus.published[past.rows[rows]]
    first = [owner.born] if owner else []
    last = [owner.last] if owner else []
    if len(rows):
        first.append(from_seconds(int(published.min())))
        last.append(from_seconds(int(published.max())))
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


def with_story_copies(past: History, members: Ints1d) -> Ints1d:
    """Members with the further documents of their stories in the same weeks, ascending."""
    if not len(members):
        return members
    repeats = ~past.counted & (past.ages < RECENT_DAYS) & np.isin(past.stories, past.stories[members])
    return np.union1d(members, np.flatnonzero(repeats))


def evidence_rows(scene: AnalysisContext, entry: TrendEntry, *, is_new: bool) -> Ints1d:
    """The rows a trend was counted from: of the last 28 days, and all of the history where it is told first."""
    near = scene.measured.near[entry.group]
    recent = near if is_new else near[scene.past.ages[near] < RECENT_DAYS]
    members = with_story_copies(scene.past, scene.groups[entry.group].members)
    placed = np.flatnonzero(scene.held.assigned == entry.owner) if entry.owner >= 0 else members
    return np.union1d(np.union1d(recent, members), placed)


def assignment_records(scene: AnalysisContext, entry: TrendEntry, *, is_new: bool) -> list[Assignment]:
    """Its evidence as records, by document id."""
    rows = evidence_rows(scene, entry, is_new=is_new)
    near = scene.past.vectors[rows] @ scene.measured.regions[entry.group].centre
    found = [
        Assignment(owner_id=entry.id, document_id=scene.corpus.ids[row], similarity=round(float(value), 4))
        for row, value in zip(scene.past.rows[rows], near, strict=True)
    ]
    return sorted(found, key=lambda one: one.document_id)


def signal_records(scene: AnalysisContext, entries: Sequence[TrendEntry]) -> tuple[Signal, ...]:
    """All signals of all entries, by trend id, name, window."""
    projections = _projections(scene)
    found = [
        signal
        for entry in entries
        for signal in (
            *_plain_signals(scene, entry),
            *_growth_signals(scene, entry),
            *_projection_signals(scene, entry, projections),
        )
    ]
    return tuple(sorted(found, key=lambda s: (s.trend_id, s.name, s.window)))


def _projections(scene: AnalysisContext) -> list[Projection]:
    """Of all groups, from counts within the sources that were alive: calls are judged by the same."""
    volumes = weekly_volume(scene.past)
    sources = live_sources(volumes, ALIVE_WEEKS)
    counts, totals = scene.measured.counts[:, :, sources].sum(axis=2), volumes[:, sources].sum(axis=1)
    kinds = [PROJECTION_KINDS.get(stage, KIND_STABLE) for stage, _ in scene.judged.verdicts]
    return [project_shares(counts, totals, kinds, weeks=weeks, errors=scene.errors) for weeks in PROJECTION_WEEKS]


def _plain_signals(scene: AnalysisContext, entry: TrendEntry) -> Iterator[Signal]:
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
    yield one("spread", "4w", effective_sources(by_source.astype(np.float32)), "sources", "effective_sources")
    yield one("languages", "4w", spoken, "languages", "count")
    yield one("novelty", "13w", scene.novelty[number], "1 − cosine", "nearest_older_trend")
    if facts.q is not None:
        yield one("q_value", f"{group.weeks}w", facts.q, "probability", "calibrated_poisson")
        yield one("strength", f"{group.weeks}w", judged.strength[number], "score", "chance_evidence")
        for weeks, chances in judged.told.chances.items():
            yield one("lasting", f"+{weeks}w", chances[number], "probability", "lasting_logistic")


def _growth_signals(scene: AnalysisContext, entry: TrendEntry) -> Iterator[Signal]:
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
        if span == GROWTH_SPANS[0] and weeks is not None:
            yield Signal(
                trend_id=entry.id,
                name="doubling",
                window=f"{span}w",
                value=weeks if found.rate[number] > 0 else -weeks,
                unit="weeks",
                method="quasi_poisson",
                n=n,
            )


def _projection_signals(
    scene: AnalysisContext, entry: TrendEntry, projections: Sequence[Projection]
) -> Iterator[Signal]:
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
                n=int(scene.measured.counts[number, : GROWTH_SPANS[0]].sum()),
            )


def write_calls(
    scene: AnalysisContext, trends: Sequence[Trend], signals: Sequence[Signal], vocabulary: Sequence[str]
) -> tuple[TrendCall, ...]:
    """A call for every ranked trend of an analysis, in the order of the trends.

    Args:
        scene: what the analysis gathered.
        trends: as told, in the order of the scene's entries.
        signals: of the same.
        vocabulary: behind the columns of the history.
    """
    own: dict[str, dict[tuple[str, str], Signal]] = {}
    for signal in signals:
        own.setdefault(signal.trend_id, {})[signal.name, signal.window] = signal
    entries = {entry.id: entry for entry in scene.entries}
    volumes = weekly_volume(scene.past)
    sources = live_sources(volumes, ALIVE_WEEKS)
    written = _floats(volumes[:, sources].sum(axis=1))
    found = []
    for trend in trends:
        if not is_ranked(trend.stage):
            continue
        number = entries[trend.id].group
        words = _call_words(scene, number, vocabulary)
        measured = own.get(trend.id, {})
        q_value = next((s.value for (name, _), s in measured.items() if name == "q_value"), None)
        lasting = measured.get(("lasting", "+4w"))
        found.append(
            TrendCall(
                origin=CallOrigin.RUN,
                trend_id=trend.id,
                as_of=scene.as_of,
                stage=trend.stage,
                rank=trend.rank,
                title=", ".join(word for group in words for word in group[:3]),
                documents=trend.recent,
                words=words,
                centre=scene.measured.regions[number].centre,
                least=_call_thresholds(scene, entries[trend.id]),
                q_value=q_value,
                lasting=lasting.value if lasting else None,
                share=_call_share(scene, number),
                bands=tuple(_call_bands(measured)),
                spoken=_floats(scene.measured.telling[number][:, sources].sum(axis=1)),
                near=_floats(scene.measured.counts[number][:, sources].sum(axis=1)),
                totals=written,
            )
        )
    return tuple(found)


def with_titles(calls: Sequence[TrendCall], trends: Sequence[Trend]) -> tuple[TrendCall, ...]:
    """Calls with the rank and main title that their trends got, without those that turned out to be mixed."""
    told = {trend.id: trend for trend in trends}
    return tuple(
        replace(
            call,
            rank=told[call.trend_id].rank,
            title=told[call.trend_id].headlines[0].title if told[call.trend_id].headlines else call.title,
        )
        if call.trend_id in told
        else call
        for call in calls
        if call.trend_id not in told or not told[call.trend_id].mixed
    )


def _call_words(scene: AnalysisContext, number: int, vocabulary: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    name = scene.groups[number].name
    if name >= 0:
        return ((vocabulary[name],),)
    return tuple(tuple(vocabulary[w] for w in group) for group in scene.measured.words[number])


def _call_thresholds(scene: AnalysisContext, entry: TrendEntry) -> tuple[tuple[str, float], ...]:
    region = scene.measured.regions[entry.group]
    return tuple(zip(scene.past.languages, (float(value) for value in region.least), strict=True))


def _call_share(scene: AnalysisContext, number: int) -> float:
    return float(scene.judged.shares[number])


def _call_bands(measured: dict[tuple[str, str], Signal]) -> Iterator[ProjectionBand]:
    for weeks in PROJECTION_WEEKS:
        wide, half = measured.get(("projection", f"+{weeks}w")), measured.get(("projection_half", f"+{weeks}w"))
        if wide is None or half is None:
            continue
        low, high, half_low, half_high = wide.low, wide.high, half.low, half.high
        if low is not None and high is not None and half_low is not None and half_high is not None:
            yield ProjectionBand(
                weeks=weeks, share=wide.value, half_low=half_low, half_high=half_high, low=low, high=high
            )


def _floats(values: Floats1d | Ints1d) -> tuple[float, ...]:
    return tuple(np.asarray(values, dtype=np.float64).tolist())


_QUARTER = timedelta(weeks=13)


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
    memory: ReadEarlierWeeks | None = None,
    apart: KeptApart = frozenset(),
    errors: Sequence[BandErrors] = (),
    lasting: Sequence[PersistenceFit] = (),
) -> Analysis:
    """Say what moves at `as_of`, from documents available before it and nothing else.

    Trends come without headlines; the state to keep has the open week not in it.

    Args:
        corpus: all documents, also those after `as_of`: they are not looked at.
        words: of the same documents, row by row.
        state: of the last analysis; stepped forward through the whole weeks before `as_of`. None starts anew.
        as_of: the cut-off, exclusive, aware.
        options: how trends are found and judged.
        seed: decides the permuted windows of the calibration, nothing else.
        run_id: stamped on what is told.
        earlier: trends of the last analysis, so that what is no unit yet keeps its id.
        priors: shipped means of the encoder's languages.
        memory: reads the same weeks of earlier years, where `corpus` does not reach back to them.
        apart: pairs of ids that people said are not the same; an id paired with itself is to be begun anew.
        errors: of past projections, known at `as_of`: what the bands learn from.
        lasting: what past calls teach of the chance to last, known at `as_of`: changes what is told, not the list.
    """
    state = advance_clusters(corpus, words, state, until=as_of, options=options, seed=seed, priors=priors, apart=apart)
    state = apply_kept_apart(state, apart)
    now = provisional_state(corpus, state, as_of=as_of, options=options, priors=priors, apart=apart)
    past = _history_before(corpus, words, now, as_of, options)
    state, now = adopt_earlier_ids(state, now, past, corpus, earlier, apart)
    held = assign_to_clusters(now, past, corpus, earlier, options)
    found = find_groups(past, held, options)
    measured = measure_groups(past, found, options)
    judged = classify_groups(past, found, measured, held, state=state, options=options, as_of=as_of, lasting=lasting)
    seasons = RecurrenceCheck(memory or reader_of(corpus), now, options, as_of)
    judged = seasons.judged(past, found, measured, judged, words.vocabulary)
    scene = AnalysisContext(
        as_of=as_of,
        run_id=run_id,
        corpus=corpus,
        past=past,
        held=held,
        groups=found,
        measured=measured,
        judged=judged,
        entries=list_entries(found, measured, judged, held, past, corpus),
        novelty=_novelty(measured, now, as_of, dim=corpus.vectors.shape[1]),
        errors=tuple(errors),
    )
    return _with_calls(scene, _records(scene, state, now, earlier), words)


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
    """The analysis at every cut-off, each building on the one before as a live system's would.

    Args:
        corpus: all documents.
        words: of the same documents, row by row.
        cutoffs: ascending.
        options: how trends are found and judged.
        seed: see `analyse`.
        progress: told after each cut-off.
        priors: shipped means of the encoder's languages.
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


def _history_before(
    corpus: Corpus, words: WordIndex, state: ClusteringState, as_of: datetime, options: TrendOptions
) -> History:
    cutoff = to_seconds(as_of)
    rows = available_rows(corpus, cutoff=cutoff, weeks=options.history_weeks)
    vectors = centre_by_language(corpus.vectors[rows], [corpus.langs[row] for row in rows], state.means)
    return gather_history(corpus, words, vectors, rows=rows, cutoff=cutoff, weeks=options.history_weeks)


def _novelty(measured: GroupMeasurements, now: ClusteringState, as_of: datetime, *, dim: int) -> Floats1d:
    """Distance of every group to what was known a quarter ago."""
    known = [unit_vector(u.centroid) for u in now.units if not u.merged_into and u.born < as_of - _QUARTER]
    centres = [region.centre for region in measured.regions]
    return novelty(_as_rows(centres, dim), _as_rows(known, dim))


def _as_rows(rows: Sequence[Floats1d], dim: int) -> Floats2d:
    return np.array(rows, dtype=np.float32).reshape(len(rows), dim)


def _records(
    scene: AnalysisContext, state: ClusteringState, now: ClusteringState, earlier: tuple[Trend, ...]
) -> Analysis:
    before = {t.id: t for t in earlier}
    stages = [scene.judged.verdicts[entry.group][0] for entry in scene.entries]
    trends = tuple(
        trend_record(scene, entry, rank=rank if is_ranked(stage) else 0, earlier=before.get(entry.id))
        for rank, (entry, stage) in enumerate(zip(scene.entries, stages, strict=True), start=1)
    )
    in_order = sorted(scene.entries, key=lambda entry: entry.id)
    return Analysis(
        as_of=scene.as_of,
        run_id=scene.run_id,
        trends=trends,
        series=tuple(weekly_series(scene.past, e.id, scene.measured.near[e.group]) for e in in_order),
        signals=signal_records(scene, in_order),
        lineage=_lineage(scene, now, trends, earlier),
        assignments=tuple(a for e in in_order for a in assignment_records(scene, e, is_new=e.id not in before)),
        state=state,
    )


def _with_calls(scene: AnalysisContext, told: Analysis, words: WordIndex) -> Analysis:
    return replace(told, calls=write_calls(scene, told.trends, told.signals, words.vocabulary))


def _lineage(
    scene: AnalysisContext, now: ClusteringState, trends: Sequence[Trend], earlier: Sequence[Trend]
) -> tuple[Lineage, ...]:
    return trace_lineage(
        scene.run_id,
        [LineageNode(id=t.id, centroid=t.centroid, documents=frozenset(t.recent)) for t in trends],
        [LineageNode(id=t.id, centroid=t.centroid, documents=frozenset(t.recent)) for t in earlier],
        [(u.id, u.merged_into) for u in now.units if u.merged_into],
    )
