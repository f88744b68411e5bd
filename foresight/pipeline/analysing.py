"""The analysis step: the corpus as far back as it matters, trends named, everything kept in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import numpy as np

from foresight.analysis import Analysis, analyse, with_themes
from foresight.embed.priors import load_priors
from foresight.enrich.entities import document_entities
from foresight.enrich.words import word_index
from foresight.naming import Namer, ranked_anew
from foresight.pipeline.judging import learned, to_be_judged
from foresight.pipeline.listening import heard
from foresight.pipeline.slow import beside, slow_of_run, split
from foresight.pipeline.themes import keep_themes, themes_of_run
from foresight.pipeline.tools import Tally, Tools, fingerprint
from foresight.ports import Archive
from foresight.records import Corpus, DocumentTerms, EngineState, Entity, Run, Trend, WordIndex
from foresight.topics.curation import kept_apart
from foresight.topics.theme_steps import refit_due
from foresight.topics.units import Apart

VERSION = "5"
REACH = timedelta(weeks=30)
"""How far before the last whole week an analysis looks: half a year of history, and the four weeks of the buffer."""

MAP_REACH = timedelta(weeks=56)
"""The same where the map of themes, which is one of a year, is to be fitted anew."""


def analyse_archive(tools: Tools, run: Run, counted: Tally) -> None:
    """Find, measure and name the trends as of the run's cut-off; nothing is done when nothing has changed."""
    if run.as_of is None:
        message = "a run that analyses has a cut-off"
        raise ValueError(message)
    state = _state(tools.archive, run.as_of)
    corpus = _corpus(tools, state, run.as_of)
    apart = kept_apart(tools.decisions())
    counted.fingerprint = _fingerprint(corpus, run, tools, apart)
    last = tools.archive.last_step("analyse")
    if last is not None and last.fingerprint == counted.fingerprint:
        counted.reused = True
        counted.counts.update(last.counts)
        return
    tools.progress("analyse", 0, 0)
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    earlier, slow_before = split(tools.archive.trends())
    errors, lasting = learned(tools.archive, run.as_of)
    analysis = analyse(
        corpus,
        words,
        state,
        as_of=run.as_of,
        options=tools.options.trends,
        seed=tools.options.seed,
        run_id=run.id,
        earlier=earlier,
        priors=load_priors(tools.encoder.name),
        memory=lambda since, until: tools.archive.corpus(tools.encoder.name, since=since, until=until),
        apart=apart,
        errors=errors,
        lasting=lasting,
    )
    named = _named(tools, corpus, words, analysis, earlier)
    themes = themes_of_run(tools, corpus, words, analysis, run, restarted=state is None)
    placed = with_themes(named.trends, themes.of)
    voices = heard(tools, corpus, words, placed, analysis)
    slow = slow_of_run(tools, run, analysis, slow_before, restarted=state is None)
    with tools.archive.transaction():
        tools.archive.put_terms(named.terms, named.entities)
        keep_themes(tools.archive, themes.map)
        signals = (*analysis.signals, *voices.signals, *slow.signals)
        tools.archive.put_analysis(
            run.id,
            beside(placed, with_themes(slow.trends, themes.of)),
            (*analysis.series, *slow.series),
            signals,
            (*analysis.lineage, *slow.lineage),
            (*analysis.assignments, *slow.assignments),
        )
        tools.archive.put_cues(run.id, voices.cues)
        tools.archive.put_engine_state(analysis.state)
        tools.archive.put_calls(to_be_judged(tools.archive, analysis, placed))
    _count(counted, tools.archive, corpus, placed, analysis.state)
    counted.add("slow_trends", len(slow.trends))


@dataclass(frozen=True, slots=True)
class _Named:
    """The trends with their names, and what had to be read for it; articles that name a trend are its evidence."""

    trends: tuple[Trend, ...]
    terms: tuple[DocumentTerms, ...]
    entities: tuple[Entity, ...]


def _named(tools: Tools, corpus: Corpus, words: WordIndex, analysis: Analysis, earlier: Sequence[Trend]) -> _Named:
    tools.progress("name", 0, len(analysis.trends))
    titles = [source.title for source in tools.archive.sources()]
    namer = Namer(corpus, words, banned=titles, read=tools.archive.terms)
    known = {trend.id: trend.headlines for trend in earlier}
    trends = ranked_anew(namer.named(analysis.trends, analysis))
    tools.progress("name", len(trends), len(trends))
    kept = tuple(t if t.headlines else replace(t, headlines=known.get(t.id, ())) for t in trends)
    evidence = tools.archive.documents(ids=[terms.document_id for terms in namer.new_terms])
    return _Named(kept, tuple(namer.new_terms), document_entities(evidence) if evidence else ())


def _count(counted: Tally, archive: Archive, corpus: Corpus, trends: Sequence[Trend], state: EngineState) -> None:
    counted.add("articles", len(corpus))
    counted.add("trends", len(trends))
    counted.add("themes", sum(topic.level == 0 for topic in archive.topics()))
    for trend in trends:
        counted.add(trend.stage.value, 1)
    counted.add("seen", archive.document_count(before=state.cutoff))


def _state(archive: Archive, as_of: datetime) -> EngineState | None:
    """Where online assignment stands, or None where it has to begin anew.

    It begins anew when the cut-off lies before it, and when articles have come in from before where it stands (an
    import of the past, a feed whose dates were mended): it would never look at them again.
    """
    state, last = archive.engine_state(), archive.last_step("analyse")
    if state is None or last is None or state.cutoff > as_of:
        return None
    return state if dict(last.counts).get("seen") == archive.document_count(before=state.cutoff) else None


def _corpus(tools: Tools, state: EngineState | None, as_of: datetime) -> Corpus:
    """What the analysis reads; everything where it begins anew."""
    if state is None:
        return tools.archive.corpus(tools.encoder.name, until=as_of)
    fits_map = refit_due(tools.archive.theme_state(), as_of, tools.options.themes)
    since = state.cutoff - (MAP_REACH if fits_map else REACH)
    return tools.archive.corpus(tools.encoder.name, since=since, until=as_of)


def _fingerprint(corpus: Corpus, run: Run, tools: Tools, apart: Apart) -> str:
    contents = (corpus.ids, corpus.titles, corpus_digest(corpus), tuple(sorted(tuple(sorted(pair)) for pair in apart)))
    return fingerprint(
        "analyse",
        VERSION,
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
