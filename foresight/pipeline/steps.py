"""Documents into the archive: from feeds, in batches of whole feeds, and from files, in batches of rows.

Documents made ready for analysis: cleaned, encoded, grouped to stories. Always in order of time, only by the past.

What a document becomes depends on documents that were available before it (its month's boilerplate, its week's
language means), so an archive cut at T holds the same as a longer one did at T. docs/design.md says why.

Listening to who says what of the trends, between naming them and keeping them.

Slow trends of a run: found anew at each quarter's end, standing in between.

The map of themes in a run: advanced by what has come, fitted anew when that is due, named.

The analysis step: the corpus as far back as it matters, trends named, everything kept in one transaction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from time import perf_counter

import numpy as np

from foresight.ingest.import_file import ImportBatch
from foresight.model.documents import Corpus, Document, DocumentTerms, EncodedTexts, Floats1d, NamedEntity
from foresight.model.options import SlowOptions, TextOptions
from foresight.model.runs import Problem, Run
from foresight.model.sources import CollectResult, Fetch, FetchOutcome, Source
from foresight.model.trends import ClusteringState, LanguageMean, Speed, Trend
from foresight.nlp.anchors import load_anchors
from foresight.nlp.centring import centre_by_language, language_means, load_language_priors
from foresight.nlp.cleaning import Boilerplate, clean_documents, learn_boilerplate
from foresight.nlp.entities import document_entities
from foresight.nlp.language import source_languages
from foresight.nlp.term_index import DAY_SECONDS, term_index
from foresight.nlp.word_index import WordIndex, word_index
from foresight.pipeline.context import PipelineContext, StepTally, fingerprint
from foresight.pipeline.evaluation import calls_to_keep, learn_from_record
from foresight.store.archive import Archive
from foresight.trends.analysis import Analysis, analyse
from foresight.trends.clusters import KeptApart
from foresight.trends.history import quarter_start
from foresight.trends.naming import TrendNamer, rank_again
from foresight.trends.signals import region_signals
from foresight.trends.slow_trends import SlowAnalysis, analyse_slow_trends, slow_settings_of
from foresight.trends.stories import assign_stories
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


async def store_feeds(collected: AsyncIterator[CollectResult], tools: PipelineContext, counted: StepTally) -> None:
    """Keep what feeds gave. One transaction holds up to `batch_feeds` feeds, each whole, with its validators.

    A feed's validators move only together with its documents: killed in between, it is asked again in full.
    """
    batch: list[CollectResult] = []
    started = perf_counter()
    async for one in collected:
        batch.append(one)
        if len(batch) >= tools.options.collect.batch_feeds or perf_counter() - started > STORE_BATCH_SECONDS:
            _store_batch(batch, tools.archive, counted)
            batch, started = [], perf_counter()
    _store_batch(batch, tools.archive, counted)


def store_import(batches: Iterable[ImportBatch], tools: PipelineContext, counted: StepTally) -> None:
    """Keep what a file gave, a transaction per batch; importing the same file again adds nothing."""
    known = {source.id: source for source in tools.archive.sources()}
    for batch in batches:
        new_sources = [source for source in batch.sources if source.id not in known]
        known |= {source.id: source for source in new_sources}
        with tools.archive.transaction():
            if new_sources:
                _add_sources(tools.archive, new_sources)
            new, changed = tools.archive.put_documents(batch.documents)
        counted.add("rows", batch.rows)
        counted.add("new", new)
        counted.add("changed", changed)
        counted.problems += batch.problems
        tools.progress("import", counted.counts["rows"], 0)


def _store_batch(batch: Sequence[CollectResult], archive: Archive, counted: StepTally) -> None:
    if not batch:
        return
    with archive.transaction():
        archive.put_fetches([_store_feed(one, archive, counted) for one in batch])


def _store_feed(one: CollectResult, archive: Archive, counted: StepTally) -> Fetch:
    new, changed = archive.put_documents(one.documents) if one.documents else (0, 0)
    counted.add("feeds", 1)
    counted.add(one.fetch.outcome.value, 1)
    counted.add("documents", new)
    counted.add("changed", changed)
    if one.fetch.outcome is FetchOutcome.FAILED:
        facts = (("detail", one.fetch.detail),)
        counted.problems.append(Problem(subject=f"source:{one.fetch.source_id}", error=one.fetch.error, facts=facts))
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
LEARNING_TITLES = 5_000
"""Of each source, the latest: boilerplate is what recurs in a share of the titles, and more of them show no more."""
FEWEST_TITLES = 200
MEANS_DAYS = 28
STORY_DAYS = 14


def enrich_new(tools: PipelineContext, counted: StepTally) -> None:
    """Clean titles and languages of everything not yet enriched, month by month."""
    done = 0
    while documents := tools.archive.unenriched(limit=ENRICH_BATCH):
        for month, group in groupby(documents, key=lambda document: _month_start(document.available)):
            ready = list(group)
            boilerplate, langs = _learn_boilerplate(tools.archive, month, ready, tools.options.text.languages)
            enriched = clean_documents(ready, source_langs=langs, boilerplate=boilerplate, options=tools.options.text)
            with tools.archive.transaction():
                tools.archive.put_enrichment(enriched)
            done += len(ready)
            tools.progress("enrich", done, 0)
    counted.add("documents", done)


def encode_new(tools: PipelineContext, counted: StepTally) -> None:
    """Vectors for every text that has none, each text once; what a kill can lose is two seconds of work."""
    done = 0
    while texts := tools.archive.unencoded_texts(tools.encoder.name, limit=ENCODE_BATCH * 64):
        waiting: list[tuple[str, Floats1d]] = []
        since = perf_counter()
        try:
            for start in range(0, len(texts), ENCODE_BATCH):
                part = texts[start : start + ENCODE_BATCH]
                vectors = tools.encoder.encode([text for _, text in part])
                waiting += zip((key for key, _ in part), vectors, strict=True)
                done += len(part)
                if perf_counter() - since > SAVE_VECTORS_SECONDS:
                    _save_vectors(tools, waiting)
                    since = perf_counter()
                tools.progress("encode", done, 0)
        finally:
            _save_vectors(tools, waiting)
    counted.add("texts", done)


def _save_vectors(tools: PipelineContext, waiting: list[tuple[str, Floats1d]]) -> None:
    """Keep what waits, and let it wait no more."""
    if not waiting:
        return
    hashes, vectors = tuple(key for key, _ in waiting), np.stack([vector for _, vector in waiting])
    waiting.clear()
    with tools.archive.transaction():
        tools.archive.put_vectors(EncodedTexts(hashes=hashes, vectors=vectors, encoder=tools.encoder.name))


def assign_new_stories(tools: PipelineContext, counted: StepTally) -> None:
    """Group near-duplicates to stories, week by week, against the days before only."""
    name, done = tools.encoder.name, 0
    while documents := tools.archive.documents_without_story(name, limit=STORY_BATCH):
        surroundings = _story_window(tools, documents)
        for week, group in groupby(documents, key=lambda document: _week_start(document.available)):
            surroundings.tell(week, list(group))
            tools.progress("stories", done + len(surroundings.told), 0)
        with tools.archive.transaction():
            tools.archive.put_stories(tuple(surroundings.told.items()))
        done += len(documents)
    counted.add("documents", done)


def _learn_boilerplate(
    archive: Archive, month: datetime, ready: Sequence[Document], languages: tuple[str, ...]
) -> tuple[Boilerplate, dict[str, str]]:
    """Boilerplate and main language per source, from the half year before the month.

    Where that is next to nothing (the first month of an archive, or of a source), the month's own articles are read
    too: no boilerplate at all would make topics of every "Business live".
    """
    past = archive.titles(since=month - timedelta(days=LEARNING_DAYS), until=month)
    titles: defaultdict[str, list[str]] = defaultdict(list)
    for source_id, title, _ in past:
        titles[source_id].append(title)
    for source_id, mine in titles.items():
        titles[source_id] = mine[-LEARNING_TITLES:]
    known = {source_id for source_id, mine in titles.items() if len(mine) >= FEWEST_TITLES}
    for document in ready:
        if document.source_id not in known:
            titles[document.source_id].append(document.title)
    declared = {source.id: source.lang for source in archive.sources() if source.lang}
    spoken = _main_languages(past) | declared
    unheard = [document for document in ready if document.source_id not in spoken]
    return learn_boilerplate(titles), dict(source_languages(unheard, languages)) | spoken


def _main_languages(past: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Source id → the language most of its titles were found to be in."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for source_id, _, lang in past:
        counts[source_id][lang] += 1
    return {source_id: max(sorted(langs), key=langs.__getitem__) for source_id, langs in counts.items()}


def _story_window(tools: PipelineContext, new: Sequence[Document]) -> _StoryWindow:
    """The documents to tell, with the month before the first of them; read once for all their weeks."""
    name, archive = tools.encoder.name, tools.archive
    first = _week_start(new[0].available)
    last = new[-1].available + timedelta(microseconds=1)
    corpus = archive.corpus(name, since=first - timedelta(days=MEANS_DAYS), until=last)
    fresh = {document.id for document in new}
    start = int(np.searchsorted(corpus.available, int((first - timedelta(days=STORY_DAYS)).timestamp())))
    known = archive.documents(ids=[id_ for id_ in corpus.ids[start:] if id_ not in fresh])
    return _StoryWindow(
        corpus=corpus,
        documents={document.id: document for document in (*known, *new)},
        encoder=name,
        options=tools.options.text,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoryWindow:
    """Documents to tell and those before them, side by side, and the stories told so far.

    Attributes:
        corpus: in order of `available`; documents: those of the last weeks, by id.
    """

    corpus: Corpus
    documents: Mapping[str, Document]
    encoder: str
    options: TextOptions
    told: dict[str, str] = field(default_factory=dict)

    def tell(self, week: datetime, new: Sequence[Document]) -> None:
        """The stories of one week's documents, against the two weeks before, centred by the month before."""
        corpus = self.corpus
        last = int(np.searchsorted(corpus.available, int(new[-1].available.timestamp()), side="right"))
        first = int(np.searchsorted(corpus.available, int((week - timedelta(days=STORY_DAYS)).timestamp())))
        centred = centre_by_language(corpus.vectors[first:last], corpus.langs[first:last], self._means(week))
        row = {document_id: place for place, document_id in enumerate(corpus.ids[first:last])}
        fresh = {document.id for document in new}
        recent = [known for id_ in row if id_ not in fresh and (known := self._known(id_)) is not None]
        ours = [self.documents[document.id] for document in new]
        self.told.update(
            assign_stories(
                ours,
                centred[[row[document.id] for document in ours]],
                recent,
                centred[[row[document.id] for document in recent]],
                options=self.options,
            )
        )

    def _known(self, document_id: str) -> Document | None:
        """A document whose story is told."""
        document = self.documents.get(document_id)
        if document is not None and document_id in self.told:
            return replace(document, story_id=self.told[document_id])
        return document if document is not None and document.story_id else None

    def _means(self, week: datetime) -> tuple[LanguageMean, ...]:
        """The means of the month before a week; in the first week of an archive the shipped ones alone."""
        corpus = self.corpus
        moments = [int((week - timedelta(days=MEANS_DAYS)).timestamp()), int(week.timestamp())]
        low, high = np.searchsorted(corpus.available, moments).tolist()
        return language_means(corpus.vectors[low:high], corpus.langs[low:high], load_language_priors(self.encoder))


def _month_start(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _week_start(moment: datetime) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def voices_of_run(
    tools: PipelineContext, corpus: Corpus, words: WordIndex, trends: Sequence[Trend], analysis: Analysis
) -> VoiceAnalysis:
    """Tone per voice, the say–feel gap, STEEP and regions, from the articles each trend has had so far and has now."""
    members = {
        trend.id: [one.document_id for one in tools.archive.assignments(trend.id)] + list(trend.recent)
        for trend in trends
    }
    for one in analysis.assignments:
        members.setdefault(one.owner_id, []).append(one.document_id)
    sources = tools.archive.sources()
    found = analyse_voices(
        corpus,
        words,
        trends,
        members,
        {source.id: source.voice for source in sources},
        load_anchors(tools.encoder.name),
        as_of=analysis.as_of,
        seed=tools.options.seed,
    )
    reached = region_signals(corpus, trends, {source.id: source.region for source in sources})
    return replace(found, signals=found.signals + reached)


PART_OF_SLOW_SHARE = 0.5
"""Part of a fast trend's articles that hold a slow trend's term where it is part of it."""

_YEARS_BEFORE_SPAN = timedelta(days=2 * 364)
_QUARTER = timedelta(days=91)


def split_by_speed(trends: Sequence[Trend]) -> tuple[tuple[Trend, ...], tuple[Trend, ...]]:
    """The fast and the slow ones."""
    fast = tuple(trend for trend in trends if trend.speed is Speed.FAST)
    return fast, tuple(trend for trend in trends if trend.speed is Speed.SLOW)


def slow_trends_of_run(
    tools: PipelineContext, run: Run, analysis: Analysis, earlier: Sequence[Trend], *, restarted: bool
) -> SlowAnalysis:
    """The slow trends of the last whole quarter before the run's cut-off.

    Args:
        tools: the archive, the encoder and the options.
        run: it stamps what is told.
        analysis: of the fast trends; its means centre the vectors.
        earlier: slow trends of the last run.
        restarted: articles of the past have come in: everything is counted again.
    """
    cutoff = quarter_start(analysis.as_of)
    if not restarted and (any(trend.as_of == cutoff for trend in earlier) or _found_none_before(tools.archive, cutoff)):
        return _carry_over_slow(tools, run, cutoff, earlier)
    tools.progress("slow trends", 0, 1)
    found = _find_slow(tools, run, analysis, earlier, cutoff)
    tools.progress("slow trends", 1, 1)
    return found


def _found_none_before(archive: Archive, cutoff: datetime) -> bool:
    """Whether the last analysis looked at this quarter, and found nothing: years are not read again every day."""
    last, told = archive.latest_analysis(), archive.last_step("analyse")
    if last is None or last.as_of is None or told is None:
        return False
    return dict(told.counts).get("slow_trends") == 0 and quarter_start(last.as_of) == cutoff


def _carry_over_slow(tools: PipelineContext, run: Run, cutoff: datetime, earlier: Sequence[Trend]) -> SlowAnalysis:
    """The earlier ones, in the name of this run."""
    ids = [trend.id for trend in earlier]
    ranked = sorted(earlier, key=lambda trend: (trend.rank == 0, trend.rank, trend.id))
    return SlowAnalysis(
        as_of=cutoff,
        trends=tuple(
            replace(trend, run_id=run.id, rank=place if trend.rank else 0)
            for place, trend in enumerate(ranked, start=1)
        ),
        series=tools.archive.series(ids),
        signals=tools.archive.signals(ids),
    )


def _find_slow(
    tools: PipelineContext, run: Run, analysis: Analysis, earlier: Sequence[Trend], cutoff: datetime
) -> SlowAnalysis:
    corpus = tools.archive.corpus(tools.encoder.name, since=cutoff - slow_reach(tools.options.slow), until=cutoff)
    index = term_index(corpus.titles, corpus.texts, corpus.langs, corpus.available // DAY_SECONDS)
    settings = slow_settings_of(tools.options, tools.archive.sources(), run_id=run.id, means=analysis.state.means)
    return analyse_slow_trends(corpus, index, as_of=cutoff, settings=settings, earlier=earlier)


def slow_reach(options: SlowOptions) -> timedelta:
    """How far back an analysis reads: its span, and two years more that tell whether a term is young."""
    return options.quarters * _QUARTER + _YEARS_BEFORE_SPAN


def combine_speeds(fast: Sequence[Trend], slow: Sequence[Trend]) -> tuple[Trend, ...]:
    """All trends of a run: fast ones by rank, then slow ones; a fast one about a slow one's matter is its part."""
    ranked = sum(trend.rank > 0 for trend in fast)
    later = tuple(replace(trend, rank=trend.rank + ranked if trend.rank else 0) for trend in slow)
    holding = {trend.id: frozenset(trend.recent) for trend in slow if trend.rank}
    return (*(_with_slow_parent(trend, holding) for trend in fast), *later)


def _with_slow_parent(trend: Trend, holding: dict[str, frozenset[str]]) -> Trend:
    own = frozenset(trend.recent)
    if trend.parent_id or not own or not holding:
        return trend
    shared, parent = max((len(own & documents), id_) for id_, documents in sorted(holding.items()))
    return replace(trend, parent_id=parent) if shared >= PART_OF_SLOW_SHARE * len(own) else trend


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemesOfRun:
    """The themes of a run: the map, and the theme of each document that was asked for."""

    map: ThemeMap
    of: Mapping[str, str]


def themes_of_run(
    tools: PipelineContext, corpus: Corpus, words: WordIndex, analysis: Analysis, run: Run, *, restarted: bool = False
) -> ThemesOfRun:
    """The map as of the analysis, its new themes named; and which theme the recent documents of trends lie in.

    restarted: the past has changed, and articles have come that were never offered to the themes.
    """
    tools.progress("themes", 0, 1)
    found = _current_map(tools, corpus, words, analysis, run, restarted=restarted)
    before = {topic.id: topic for topic in tools.archive.topics()}
    # What is read for the titles of themes is not kept: names of people and places are read for trends alone.
    namer = TrendNamer(
        corpus, words, banned=[source.title for source in tools.archive.sources()], read=tools.archive.terms
    )
    named = replace(found, topics=title_themes(found, before, namer, as_of=analysis.as_of))
    tools.progress("themes", 1, 1)
    recent = sorted({document for trend in analysis.trends for document in trend.recent})
    known = {} if found.is_new_fit else _theme_by_document(tools.archive, recent)
    return ThemesOfRun(map=named, of=known | {one.document_id: one.owner_id for one in found.assignments})


def save_themes(archive: Archive, found: ThemeMap) -> None:
    """Write what a run says of themes; nothing where there is no map."""
    if found.state is None:
        return
    archive.put_themes(found.topics, found.assignments, anew=found.is_new_fit)
    archive.put_theme_state(found.state)


def _current_map(
    tools: PipelineContext, corpus: Corpus, words: WordIndex, analysis: Analysis, run: Run, *, restarted: bool
) -> ThemeMap:
    options, as_of = tools.options.themes, analysis.as_of
    state = tools.archive.theme_state()
    if state is not None and not restarted and not refit_due(state, as_of, options):
        recent = _theme_by_document(tools.archive, recent_document_ids(corpus, as_of=as_of, options=options))
        current = StoredThemes(state=state, topics=tools.archive.topics(), theme_of=recent)
        return step_themes(corpus, current, as_of=as_of, options=options, run_id=run.id)
    earlier = StoredThemes(state=state, theme_of=_theme_by_document(tools.archive, None)) if state else None
    return fit_themes(
        corpus,
        words,
        analysis.state.means,
        as_of=as_of,
        options=options,
        seed=run.seed,
        run_id=run.id,
        earlier=earlier,
    )


def _theme_by_document(archive: Archive, document_ids: tuple[str, ...] | list[str] | None) -> dict[str, str]:
    return {one.document_id: one.owner_id for one in archive.theme_assignments(document_ids)}


ANALYSIS_VERSION = "5"
ANALYSIS_REACH = timedelta(weeks=30)
"""How far before the last whole week an analysis looks: half a year of history, and the four weeks of the buffer."""

THEME_MAP_REACH = timedelta(weeks=56)
"""The same where the map of themes, which is one of a year, is to be fitted anew."""


def analyse_archive(tools: PipelineContext, run: Run, counted: StepTally) -> None:
    """Find, measure and name the trends as of the run's cut-off; nothing is done when nothing has changed."""
    if run.as_of is None:
        message = "a run that analyses has a cut-off"
        raise ValueError(message)
    state = _engine_state(tools.archive, run.as_of)
    corpus = _corpus_to_analyse(tools, state, run.as_of)
    apart = pairs_kept_apart(tools.decisions())
    counted.fingerprint = _analysis_fingerprint(corpus, run, tools, apart)
    last = tools.archive.last_step("analyse")
    if last is not None and last.fingerprint == counted.fingerprint:
        counted.reused = True
        counted.counts.update(last.counts)
        return
    tools.progress("analyse", 0, 0)
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    earlier, slow_before = split_by_speed(tools.archive.trends())
    errors, lasting = learn_from_record(tools.archive, run.as_of)
    analysis = analyse(
        corpus,
        words,
        state,
        as_of=run.as_of,
        options=tools.options.trends,
        seed=tools.options.seed,
        run_id=run.id,
        earlier=earlier,
        priors=load_language_priors(tools.encoder.name),
        memory=lambda since, until: tools.archive.corpus(tools.encoder.name, since=since, until=until),
        apart=apart,
        errors=errors,
        lasting=lasting,
    )
    named = _name_trends(tools, corpus, words, analysis, earlier)
    themes = themes_of_run(tools, corpus, words, analysis, run, restarted=state is None)
    placed = assign_themes(named.trends, themes.of)
    voices = voices_of_run(tools, corpus, words, placed, analysis)
    slow = slow_trends_of_run(tools, run, analysis, slow_before, restarted=state is None)
    with tools.archive.transaction():
        tools.archive.put_terms(named.terms, named.entities)
        save_themes(tools.archive, themes.map)
        signals = (*analysis.signals, *voices.signals, *slow.signals)
        tools.archive.put_analysis(
            run.id,
            combine_speeds(placed, assign_themes(slow.trends, themes.of)),
            (*analysis.series, *slow.series),
            signals,
            (*analysis.lineage, *slow.lineage),
            (*analysis.assignments, *slow.assignments),
        )
        tools.archive.put_cues(run.id, voices.cues)
        tools.archive.put_clustering_state(analysis.state)
        tools.archive.put_calls(calls_to_keep(tools.archive, analysis, placed))
    _count_results(counted, tools.archive, corpus, placed, analysis.state)
    counted.add("slow_trends", len(slow.trends))


@dataclass(frozen=True, slots=True)
class _NamedTrends:
    """The trends with their names, and what had to be read for it; articles that name a trend are its evidence."""

    trends: tuple[Trend, ...]
    terms: tuple[DocumentTerms, ...]
    entities: tuple[NamedEntity, ...]


def _name_trends(
    tools: PipelineContext, corpus: Corpus, words: WordIndex, analysis: Analysis, earlier: Sequence[Trend]
) -> _NamedTrends:
    tools.progress("name", 0, len(analysis.trends))
    titles = [source.title for source in tools.archive.sources()]
    namer = TrendNamer(corpus, words, banned=titles, read=tools.archive.terms)
    known = {trend.id: trend.headlines for trend in earlier}
    trends = rank_again(namer.named(analysis.trends, analysis))
    tools.progress("name", len(trends), len(trends))
    kept = tuple(t if t.headlines else replace(t, headlines=known.get(t.id, ())) for t in trends)
    evidence = tools.archive.documents(ids=[terms.document_id for terms in namer.new_terms])
    return _NamedTrends(kept, tuple(namer.new_terms), document_entities(evidence) if evidence else ())


def _count_results(
    counted: StepTally, archive: Archive, corpus: Corpus, trends: Sequence[Trend], state: ClusteringState
) -> None:
    counted.add("articles", len(corpus))
    counted.add("trends", len(trends))
    counted.add("themes", sum(topic.level == 0 for topic in archive.topics()))
    for trend in trends:
        counted.add(trend.stage.value, 1)
    counted.add("seen", archive.document_count(before=state.cutoff))


def _engine_state(archive: Archive, as_of: datetime) -> ClusteringState | None:
    """Where online assignment stands, or None where it has to begin anew.

    It begins anew when the cut-off lies before it, and when articles have come in from before where it stands (an
    import of the past, a feed whose dates were mended): it would never look at them again.
    """
    state, last = archive.clustering_state(), archive.last_step("analyse")
    if state is None or last is None or state.cutoff > as_of:
        return None
    return state if dict(last.counts).get("seen") == archive.document_count(before=state.cutoff) else None


def _corpus_to_analyse(tools: PipelineContext, state: ClusteringState | None, as_of: datetime) -> Corpus:
    """What the analysis reads; everything where it begins anew."""
    if state is None:
        return tools.archive.corpus(tools.encoder.name, until=as_of)
    fits_map = refit_due(tools.archive.theme_state(), as_of, tools.options.themes)
    since = state.cutoff - (THEME_MAP_REACH if fits_map else ANALYSIS_REACH)
    return tools.archive.corpus(tools.encoder.name, since=since, until=as_of)


def _analysis_fingerprint(corpus: Corpus, run: Run, tools: PipelineContext, apart: KeptApart) -> str:
    contents = (corpus.ids, corpus.titles, corpus_digest(corpus), tuple(sorted(tuple(sorted(pair)) for pair in apart)))
    return fingerprint(
        "analyse",
        ANALYSIS_VERSION,
        run.as_of,
        repr(tools.options.trends),
        repr(tools.options.themes),
        run.seed,
        run.encoder,
        contents,
    )


def corpus_digest(corpus: Corpus) -> str:
    """sha256 over the numbers of a corpus."""
    digest = sha256()
    for array in (corpus.sources, corpus.stories, corpus.published, corpus.available, corpus.vectors):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
