"""The steps of a run, each on the working archive: store, enrich, encode, assign stories, analyse.

What a document becomes depends on documents that were available before it (its month's boilerplate, its week's language
means), so an archive cut at T holds the same as a longer one did at T. docs/design.md says why.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from time import perf_counter

import numpy as np

from foresight.ingest.import_file import ImportBatch
from foresight.model.documents import Corpus, EncodedTexts, Floats1d
from foresight.model.runs import Problem, Run
from foresight.model.sources import CollectResult, Fetch, FetchOutcome, Source
from foresight.model.track_record import BandErrors, PersistenceFit
from foresight.model.trends import ClusteringState, Trend
from foresight.nlp.anchors import load_anchors
from foresight.nlp.centring import load_language_priors
from foresight.nlp.cleaning import boilerplate_and_languages, clean_documents
from foresight.nlp.entities import document_entities
from foresight.nlp.term_index import DAY_SECONDS, term_index
from foresight.nlp.word_index import WordIndex, word_index
from foresight.pipeline.context import PipelineContext, StepTally, fingerprint
from foresight.pipeline.evaluation import calls_to_keep, learn_from_record
from foresight.store.archive import Archive
from foresight.trends.analysis import Analysis, analyse
from foresight.trends.clusters import KeptApart
from foresight.trends.history import monday_of, quarter_start
from foresight.trends.naming import TrendNamer, name_trends
from foresight.trends.signals import region_signals
from foresight.trends.slow_trends import (
    SlowAnalysis,
    analyse_slow_trends,
    carried_over,
    combine_speeds,
    slow_reach,
    slow_settings_of,
    split_by_speed,
)
from foresight.trends.stories import MEANS_DAYS, STORY_WINDOW, assign_stories_by_week
from foresight.trends.theme_map import StoredThemes, ThemeMap
from foresight.trends.themes import (
    assign_themes,
    fit_themes,
    recent_document_ids,
    refit_due,
    step_themes,
    title_themes,
)
from foresight.trends.user_decisions import pairs_kept_apart
from foresight.trends.voices import VoiceAnalysis, analyse_voices

STORE_BATCH_SECONDS = 2.0


async def store_feeds(collected: AsyncIterator[CollectResult], context: PipelineContext, tally: StepTally) -> None:
    """Keep what feeds gave. One transaction holds up to `batch_feeds` feeds, each whole, with its validators.

    A feed's validators move only together with its documents: killed in between, it is asked again in full.
    """
    batch: list[CollectResult] = []
    started = perf_counter()
    async for one in collected:
        batch.append(one)
        if len(batch) >= context.options.collect.batch_feeds or perf_counter() - started > STORE_BATCH_SECONDS:
            _store_batch(batch, context.archive, tally)
            batch, started = [], perf_counter()
    _store_batch(batch, context.archive, tally)


def store_import(batches: Iterable[ImportBatch], context: PipelineContext, tally: StepTally) -> None:
    """Keep what a file gave, a transaction per batch; importing the same file again adds nothing."""
    known = {source.id: source for source in context.archive.sources()}
    for batch in batches:
        new_sources = [source for source in batch.sources if source.id not in known]
        known |= {source.id: source for source in new_sources}
        with context.archive.transaction():
            if new_sources:
                _add_sources(context.archive, new_sources)
            new, changed = context.archive.put_documents(batch.documents)
        tally.add("rows", batch.rows)
        tally.add("new", new)
        tally.add("changed", changed)
        tally.problems += batch.problems
        context.progress("import", tally.counts["rows"], 0)


def _store_batch(batch: Sequence[CollectResult], archive: Archive, tally: StepTally) -> None:
    if not batch:
        return
    with archive.transaction():
        archive.put_fetches([_store_feed(one, archive, tally) for one in batch])


def _store_feed(one: CollectResult, archive: Archive, tally: StepTally) -> Fetch:
    new, changed = archive.put_documents(one.documents) if one.documents else (0, 0)
    tally.add("feeds", 1)
    tally.add(one.fetch.outcome.value, 1)
    tally.add("documents", new)
    tally.add("changed", changed)
    if one.fetch.outcome is FetchOutcome.FAILED:
        facts = (("detail", one.fetch.detail),)
        tally.problems.append(Problem(subject=f"source:{one.fetch.source_id}", error=one.fetch.error, facts=facts))
    return replace(one.fetch, new_documents=new, changed_documents=changed)


def _add_sources(archive: Archive, sources: Sequence[Source]) -> None:
    """Add sources without touching the configured ones: `put_sources` takes the whole list of feeds."""
    archive.put_sources([source for source in archive.sources() if source.active] + list(sources))


ENRICH_BATCH = 20_000
ENCODE_BATCH = 256
SAVE_VECTORS_SECONDS = 2.0
"""A model's batch takes longer than this and is kept at once; of a fast encoder many are kept together."""

STORY_BATCH = 20_000
LEARNING_DAYS = 180
"""How far back the titles of a source are read to learn its boilerplate."""


def enrich_new(context: PipelineContext, tally: StepTally) -> None:
    """Clean titles and languages of everything not yet enriched, month by month."""
    archive, options, done = context.archive, context.options.text, 0
    declared = {source.id: source.lang for source in archive.sources() if source.lang}
    while documents := archive.unenriched(limit=ENRICH_BATCH):
        for month, group in groupby(documents, key=lambda document: _month_start(document.available)):
            new = list(group)
            past = archive.titles(since=month - timedelta(days=LEARNING_DAYS), until=month)
            boilerplate, langs = boilerplate_and_languages(past, new, declared=declared, languages=options.languages)
            enriched = clean_documents(new, source_langs=langs, boilerplate=boilerplate, options=options)
            with archive.transaction():
                archive.put_enrichment(enriched)
            done += len(new)
            context.progress("enrich", done, 0)
    tally.add("documents", done)


def _month_start(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def encode_new(context: PipelineContext, tally: StepTally) -> None:
    """Vectors for every text that has none, each text once; what a kill can lose is two seconds of work."""
    done = 0
    while texts := context.archive.unencoded_texts(context.encoder.name, limit=ENCODE_BATCH * 64):
        waiting: list[tuple[str, Floats1d]] = []
        since = perf_counter()
        try:
            for start in range(0, len(texts), ENCODE_BATCH):
                part = texts[start : start + ENCODE_BATCH]
                vectors = context.encoder.encode([text for _, text in part])
                waiting += zip((key for key, _ in part), vectors, strict=True)
                done += len(part)
                if perf_counter() - since > SAVE_VECTORS_SECONDS:
                    _save_vectors(context, waiting)
                    since = perf_counter()
                context.progress("encode", done, 0)
        finally:
            _save_vectors(context, waiting)
    tally.add("texts", done)


def _save_vectors(context: PipelineContext, waiting: list[tuple[str, Floats1d]]) -> None:
    """Keep what waits, and let it wait no more."""
    if not waiting:
        return
    hashes, vectors = tuple(key for key, _ in waiting), np.stack([vector for _, vector in waiting])
    waiting.clear()
    with context.archive.transaction():
        context.archive.put_vectors(EncodedTexts(hashes=hashes, vectors=vectors, encoder=context.encoder.name))


def assign_new_stories(context: PipelineContext, tally: StepTally) -> None:
    """Group near-duplicates to stories, week by week, against the days before only."""
    archive, encoder, done = context.archive, context.encoder.name, 0
    while documents := archive.documents_without_story(encoder, limit=STORY_BATCH):
        monday = monday_of(documents[0].available)
        until = documents[-1].available + timedelta(microseconds=1)
        corpus = archive.corpus(encoder, since=monday - timedelta(days=MEANS_DAYS), until=until)
        new = {document.id: document for document in documents}
        compared = int(np.searchsorted(corpus.available, int((monday - STORY_WINDOW).timestamp())))
        before = archive.documents(ids=[id_ for id_ in corpus.ids[compared:] if id_ not in new])
        known = {document.id: document for document in before} | new
        story_of: dict[str, str] = {}
        for found in assign_stories_by_week(corpus, known, new, encoder=encoder, options=context.options.text):
            story_of |= found
            context.progress("stories", done + len(story_of), 0)
        with archive.transaction():
            archive.put_stories(tuple(story_of.items()))
        done += len(documents)
    tally.add("documents", done)


ANALYSIS_VERSION = "6"
ANALYSIS_REACH = timedelta(weeks=30)
"""How far before the last whole week an analysis looks: half a year of history, and the four weeks of the buffer."""

THEME_FIT_REACH = timedelta(weeks=56)
"""The same where the map of themes, which is one of a year, is to be fitted anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisInputs:
    """What decides the result of an analysis beside the documents, the options and where the last one stopped."""

    as_of: datetime
    sources: tuple[Source, ...]
    kept_apart: KeptApart
    errors: tuple[BandErrors, ...]
    fits: tuple[PersistenceFit, ...]


def analyse_archive(context: PipelineContext, run: Run, tally: StepTally) -> None:
    """Find, measure and name the trends as of the run's cut-off; nothing is done when nothing has changed."""
    if run.as_of is None:
        message = "a run that analyses has a cut-off"
        raise ValueError(message)
    archive, as_of = context.archive, run.as_of
    errors, fits = learn_from_record(archive, as_of)
    kept_apart = pairs_kept_apart(context.decisions())
    inputs = AnalysisInputs(as_of=as_of, sources=archive.sources(), kept_apart=kept_apart, errors=errors, fits=fits)
    slow_inputs, last = _slow_fingerprint(context, inputs), archive.last_step("analyse")
    tally.fingerprint = f"{_analysis_fingerprint(context, run, inputs)}-{slow_inputs}"
    if last is not None and last.fingerprint == tally.fingerprint:
        tally.reused = True
        tally.counts.update(last.counts)
        return
    context.progress("analyse", 0, 0)
    state = _clustering_state(archive, as_of)
    corpus = _corpus_to_analyse(context, state, as_of)
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    fast_before, slow_before = split_by_speed(archive.trends())
    analysis = analyse(
        corpus,
        words,
        state,
        as_of=as_of,
        options=context.options.trends,
        seed=context.options.seed,
        run_id=run.id,
        earlier=fast_before,
        priors=load_language_priors(context.encoder.name),
        read_earlier_weeks=lambda since, until: archive.corpus(context.encoder.name, since=since, until=until),
        kept_apart=kept_apart,
        band_errors=errors,
        persistence_fits=fits,
    )
    namer = _trend_namer(archive, corpus, words, inputs)
    trends = _titled_trends(context, analysis, namer, fast_before)
    themes, theme_of = _themes(context, corpus, words, analysis, inputs, restarted=state is None)
    trends = assign_themes(trends, theme_of)
    voices = _voices(context, corpus, words, trends, analysis, inputs)
    if state is not None and last is not None and last.fingerprint.endswith(slow_inputs):
        slow = _carried_over_slow(archive, run, slow_before, as_of)
    else:
        slow = _find_slow(context, run, analysis, slow_before, inputs)
    evidence = archive.documents(ids=[terms.document_id for terms in namer.new_terms])
    with archive.transaction():
        archive.put_terms(tuple(namer.new_terms), document_entities(evidence) if evidence else ())
        if themes.state is not None:
            archive.put_themes(themes.topics, themes.assignments, anew=themes.is_new_fit)
            archive.put_theme_state(themes.state)
        archive.put_analysis(
            run.id,
            combine_speeds(trends, assign_themes(slow.trends, theme_of)),
            (*analysis.series, *slow.series),
            (*analysis.signals, *voices.signals, *slow.signals),
            (*analysis.lineage, *slow.lineage),
            (*analysis.assignments, *slow.assignments),
        )
        archive.put_cues(run.id, voices.cues)
        archive.put_clustering_state(analysis.state)
        archive.put_calls(calls_to_keep(archive, analysis, trends))
    tally.add("articles", len(corpus))
    tally.add("trends", len(trends))
    tally.add("themes", sum(topic.level == 0 for topic in archive.topics()))
    for trend in trends:
        tally.add(trend.stage.value, 1)
    tally.add("seen", archive.document_count(before=analysis.state.cutoff))
    tally.add("slow_trends", len(slow.trends))


def _analysis_fingerprint(context: PipelineContext, run: Run, inputs: AnalysisInputs) -> str:
    """Of everything that decides the result.

    Of the moment only the day (UTC) counts: within a day, while no document has come, nothing changes but how old
    things are, and what the archive holds of trends, signals, themes and voices stays as it is. Weeks and quarters
    begin with a day, and what falls due by the hour (a fit of the map of themes) waits for the next day.
    """
    options = context.options
    return fingerprint(
        "analyse",
        ANALYSIS_VERSION,
        run.code_version,
        run.encoder,
        inputs.as_of.astimezone(UTC).date(),
        context.archive.contents_digest(until=inputs.as_of),
        repr((options.seed, options.trends, options.themes, options.slow, options.text)),
        tuple((one.id, one.title, one.lang, one.voice, one.region, one.weight) for one in inputs.sources),
        tuple(sorted(tuple(sorted(pair)) for pair in inputs.kept_apart)),
        repr((inputs.errors, inputs.fits)),
    )


def _slow_fingerprint(context: PipelineContext, inputs: AnalysisInputs) -> str:
    """Of what decides the slow trends of a quarter; documents that come in from before it restart everything."""
    options = context.options
    return fingerprint(
        "slow",
        quarter_start(inputs.as_of),
        repr((options.seed, options.slow, options.trends.least_sources, options.trends.small_share)),
        tuple((one.id, one.title, one.lang, one.weight) for one in inputs.sources),
    )


def _clustering_state(archive: Archive, as_of: datetime) -> ClusteringState | None:
    """The clusters as the last analysis left them, or None where they have to begin anew.

    They begin anew when the cut-off lies before them, and when articles have come in from before they were last
    advanced (an import of the past, a feed whose dates were mended): these would never be looked at.
    """
    state, last = archive.clustering_state(), archive.last_step("analyse")
    if state is None or last is None or state.cutoff > as_of:
        return None
    return state if dict(last.counts).get("seen") == archive.document_count(before=state.cutoff) else None


def _corpus_to_analyse(context: PipelineContext, state: ClusteringState | None, as_of: datetime) -> Corpus:
    """What the analysis reads; everything where it begins anew."""
    if state is None:
        return context.archive.corpus(context.encoder.name, until=as_of)
    fits_map = refit_due(context.archive.theme_state(), as_of, context.options.themes)
    since = state.cutoff - (THEME_FIT_REACH if fits_map else ANALYSIS_REACH)
    return context.archive.corpus(context.encoder.name, since=since, until=as_of)


def _trend_namer(archive: Archive, corpus: Corpus, words: WordIndex, inputs: AnalysisInputs) -> TrendNamer:
    return TrendNamer(corpus, words, banned=[source.title for source in inputs.sources], read=archive.terms)


def _titled_trends(
    context: PipelineContext, analysis: Analysis, namer: TrendNamer, earlier: Sequence[Trend]
) -> tuple[Trend, ...]:
    """The trends with their titles; one whose articles are out of reach keeps the titles it had."""
    context.progress("name", 0, len(analysis.trends))
    known = {trend.id: trend.headlines for trend in earlier}
    trends = name_trends(analysis, namer)
    context.progress("name", len(trends), len(trends))
    return tuple(one if one.headlines else replace(one, headlines=known.get(one.id, ())) for one in trends)


def _themes(
    context: PipelineContext,
    corpus: Corpus,
    words: WordIndex,
    analysis: Analysis,
    inputs: AnalysisInputs,
    *,
    restarted: bool,
) -> tuple[ThemeMap, dict[str, str]]:
    """The map of themes with its titles, and the theme of the recent documents of trends.

    restarted: the past has changed, and articles have come that were never offered to the themes.
    """
    archive, options, as_of = context.archive, context.options.themes, analysis.as_of
    context.progress("themes", 0, 1)
    state, topics = archive.theme_state(), archive.topics()
    if state is not None and not restarted and not refit_due(state, as_of, options):
        theme_of = _theme_by_document(archive, recent_document_ids(corpus, as_of=as_of, options=options))
        current = StoredThemes(state=state, topics=topics, theme_of=theme_of)
        found = step_themes(corpus, current, as_of=as_of, options=options, run_id=analysis.run_id)
    else:
        found = fit_themes(
            corpus,
            words,
            analysis.state.means,
            as_of=as_of,
            options=options,
            seed=context.options.seed,
            run_id=analysis.run_id,
            earlier=StoredThemes(state=state, theme_of=_theme_by_document(archive, None)) if state else None,
        )
    # A namer of its own: what is read for titles of themes is not kept, names of people and places are of trends alone.
    namer = _trend_namer(archive, corpus, words, inputs)
    titled = title_themes(found, {topic.id: topic for topic in topics}, namer, as_of=as_of)
    context.progress("themes", 1, 1)
    recent = sorted({document for trend in analysis.trends for document in trend.recent})
    known = {} if found.is_new_fit else _theme_by_document(archive, recent)
    return replace(found, topics=titled), known | {one.document_id: one.owner_id for one in found.assignments}


def _theme_by_document(archive: Archive, document_ids: Sequence[str] | None) -> dict[str, str]:
    return {one.document_id: one.owner_id for one in archive.theme_assignments(document_ids)}


def _voices(
    context: PipelineContext,
    corpus: Corpus,
    words: WordIndex,
    trends: Sequence[Trend],
    analysis: Analysis,
    inputs: AnalysisInputs,
) -> VoiceAnalysis:
    """Tone per voice, the say–feel gap, STEEP and regions, from the articles each trend has had so far and has now."""
    archive = context.archive
    members = {
        trend.id: [one.document_id for one in archive.assignments(trend.id)] + list(trend.recent) for trend in trends
    }
    for one in analysis.assignments:
        members.setdefault(one.owner_id, []).append(one.document_id)
    found = analyse_voices(
        corpus,
        words,
        trends,
        members,
        {source.id: source.voice for source in inputs.sources},
        load_anchors(context.encoder.name),
        as_of=analysis.as_of,
        seed=context.options.seed,
    )
    regions = region_signals(corpus, trends, {source.id: source.region for source in inputs.sources})
    return replace(found, signals=found.signals + regions)


def _carried_over_slow(archive: Archive, run: Run, earlier: Sequence[Trend], as_of: datetime) -> SlowAnalysis:
    """The slow trends of the last run: years are not read again before a quarter ends."""
    ids = [trend.id for trend in earlier]
    return SlowAnalysis(
        as_of=quarter_start(as_of),
        trends=carried_over(earlier, run.id),
        series=archive.series(ids),
        signals=archive.signals(ids),
    )


def _find_slow(
    context: PipelineContext, run: Run, analysis: Analysis, earlier: Sequence[Trend], inputs: AnalysisInputs
) -> SlowAnalysis:
    """The slow trends of the last whole quarter before the cut-off; the analysis' means centre their vectors."""
    context.progress("slow trends", 0, 1)
    cutoff = quarter_start(inputs.as_of)
    since = cutoff - slow_reach(context.options.slow)
    corpus = context.archive.corpus(context.encoder.name, since=since, until=cutoff)
    index = term_index(corpus.titles, corpus.texts, corpus.langs, corpus.available // DAY_SECONDS)
    settings = slow_settings_of(context.options, inputs.sources, run_id=run.id, means=analysis.state.means)
    found = analyse_slow_trends(corpus, index, as_of=cutoff, settings=settings, earlier=earlier)
    context.progress("slow trends", 1, 1)
    return found
