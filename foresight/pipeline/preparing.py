"""Documents made ready for analysis: cleaned, encoded, grouped to stories. Always in order of time, only by the past.

What a document becomes depends on documents that were available before it (its month's boilerplate, its week's
language means), so an archive cut at T holds the same as a longer one did at T. docs/design.md says why.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from time import perf_counter

import numpy as np

from foresight.embed.centring import centre, language_means
from foresight.embed.priors import load_priors
from foresight.enrich.duplicates import assign_stories
from foresight.enrich.enriching import enrich
from foresight.enrich.language import source_languages
from foresight.enrich.text import Boilerplate, learn_boilerplate
from foresight.pipeline.tools import Tally, Tools
from foresight.ports import Archive
from foresight.records import Corpus, Document, Encoded, Floats1d, LanguageMean, TextOptions

ENRICH_BATCH = 20_000
ENCODE_BATCH = 256
KEEP_SECONDS = 2.0
"""A model's batch takes longer than this and is kept at once; of a fast encoder many are kept together."""

STORY_BATCH = 20_000
LEARNING_DAYS = 180
LEARNING_TITLES = 5_000
"""Of each source, the latest: boilerplate is what recurs in a share of the titles, and more of them show no more."""
FEWEST_TITLES = 200
MEANS_DAYS = 28
STORY_DAYS = 14


def enrich_new(tools: Tools, counted: Tally) -> None:
    """Clean titles and languages of everything not yet enriched, month by month."""
    done = 0
    while documents := tools.archive.unenriched(limit=ENRICH_BATCH):
        for month, group in groupby(documents, key=lambda document: _month(document.available)):
            ready = list(group)
            boilerplate, langs = _learned(tools.archive, month, ready, tools.options.text.languages)
            enriched = enrich(ready, source_langs=langs, boilerplate=boilerplate, options=tools.options.text)
            with tools.archive.transaction():
                tools.archive.put_enrichment(enriched)
            done += len(ready)
            tools.progress("enrich", done, 0)
    counted.add("documents", done)


def encode_new(tools: Tools, counted: Tally) -> None:
    """Vectors for every text that has none, each text once; what a kill can lose is two seconds of work."""
    done = 0
    while texts := tools.archive.unencoded(tools.encoder.name, limit=ENCODE_BATCH * 64):
        waiting: list[tuple[str, Floats1d]] = []
        since = perf_counter()
        try:
            for start in range(0, len(texts), ENCODE_BATCH):
                part = texts[start : start + ENCODE_BATCH]
                vectors = tools.encoder.encode([text for _, text in part])
                waiting += zip((key for key, _ in part), vectors, strict=True)
                done += len(part)
                if perf_counter() - since > KEEP_SECONDS:
                    _keep_vectors(tools, waiting)
                    since = perf_counter()
                tools.progress("encode", done, 0)
        finally:
            _keep_vectors(tools, waiting)
    counted.add("texts", done)


def _keep_vectors(tools: Tools, waiting: list[tuple[str, Floats1d]]) -> None:
    """Keep what waits, and let it wait no more."""
    if not waiting:
        return
    hashes, vectors = tuple(key for key, _ in waiting), np.stack([vector for _, vector in waiting])
    waiting.clear()
    with tools.archive.transaction():
        tools.archive.put_vectors(Encoded(hashes=hashes, vectors=vectors, encoder=tools.encoder.name))


def tell_stories(tools: Tools, counted: Tally) -> None:
    """Group near-duplicates to stories, week by week, against the days before only."""
    name, done = tools.encoder.name, 0
    while documents := tools.archive.untold(name, limit=STORY_BATCH):
        surroundings = _surroundings(tools, documents)
        for week, group in groupby(documents, key=lambda document: _week(document.available)):
            surroundings.tell(week, list(group))
            tools.progress("stories", done + len(surroundings.told), 0)
        with tools.archive.transaction():
            tools.archive.put_stories(tuple(surroundings.told.items()))
        done += len(documents)
    counted.add("documents", done)


def _learned(
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
    spoken = _majorities(past) | declared
    unheard = [document for document in ready if document.source_id not in spoken]
    return learn_boilerplate(titles), dict(source_languages(unheard, languages)) | spoken


def _majorities(past: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Source id → the language most of its titles were found to be in."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for source_id, _, lang in past:
        counts[source_id][lang] += 1
    return {source_id: max(sorted(langs), key=langs.__getitem__) for source_id, langs in counts.items()}


def _surroundings(tools: Tools, new: Sequence[Document]) -> _Surroundings:
    """The documents to tell, with the month before the first of them; read once for all their weeks."""
    name, archive = tools.encoder.name, tools.archive
    first = _week(new[0].available)
    last = new[-1].available + timedelta(microseconds=1)
    corpus = archive.corpus(name, since=first - timedelta(days=MEANS_DAYS), until=last)
    fresh = {document.id for document in new}
    start = int(np.searchsorted(corpus.available, int((first - timedelta(days=STORY_DAYS)).timestamp())))
    known = archive.documents(ids=[id_ for id_ in corpus.ids[start:] if id_ not in fresh])
    return _Surroundings(
        corpus=corpus,
        documents={document.id: document for document in (*known, *new)},
        encoder=name,
        options=tools.options.text,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
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
        centred = centre(corpus.vectors[first:last], corpus.langs[first:last], self._means(week))
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
        return language_means(corpus.vectors[low:high], corpus.langs[low:high], load_priors(self.encoder))


def _month(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _week(moment: datetime) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())
