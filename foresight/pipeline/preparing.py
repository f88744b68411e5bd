"""Documents made ready for analysis: cleaned, encoded, grouped to stories. Always in order of time, only by the past.

What a document becomes depends on documents that were available before it (its month's boilerplate, its week's
language means), so an archive cut at T holds the same as a longer one did at T. docs/design.md says why.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np

from foresight.embed.centring import centre, language_means
from foresight.embed.priors import load_priors
from foresight.enrich.duplicates import assign_stories
from foresight.enrich.enriching import enrich
from foresight.enrich.language import source_languages
from foresight.enrich.text import Boilerplate, learn_boilerplate
from foresight.pipeline.tools import Tally, Tools
from foresight.ports import Archive
from foresight.records import Document, Encoded

ENRICH_BATCH = 20_000
ENCODE_BATCH = 256
STORY_BATCH = 20_000
LEARNING_DAYS = 180
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
    """Vectors for every text that has none; a batch is kept before the next is begun."""
    name, done = tools.encoder.name, 0
    while texts := tools.archive.unencoded(name, limit=ENCODE_BATCH * 16):
        for start in range(0, len(texts), ENCODE_BATCH):
            part = texts[start : start + ENCODE_BATCH]
            vectors = tools.encoder.encode([text for _, text in part])
            with tools.archive.transaction():
                hashes = tuple(key for key, _ in part)
                tools.archive.put_vectors(Encoded(hashes=hashes, vectors=vectors, encoder=name))
            done += len(part)
            tools.progress("encode", done, 0)
    counted.add("texts", done)


def tell_stories(tools: Tools, counted: Tally) -> None:
    """Group near-duplicates to stories, week by week, against the days before only."""
    name, done = tools.encoder.name, 0
    while documents := tools.archive.untold(name, limit=STORY_BATCH):
        for week, group in groupby(documents, key=lambda document: _week(document.available)):
            pairs = _stories_of_week(tools, week, list(group))
            with tools.archive.transaction():
                tools.archive.put_stories(pairs)
            done += len(pairs)
            tools.progress("stories", done, 0)
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
    known = {source_id for source_id, mine in titles.items() if len(mine) >= FEWEST_TITLES}
    for document in ready:
        if document.source_id not in known:
            titles[document.source_id].append(document.title)
    declared = {source.id: source.lang for source in archive.sources() if source.lang}
    spoken = dict(source_languages(ready, languages)) | _majorities(past)
    return learn_boilerplate(titles), spoken | declared


def _majorities(past: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Source id → the language most of its titles were found to be in."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for source_id, _, lang in past:
        counts[source_id][lang] += 1
    return {source_id: max(sorted(langs), key=langs.__getitem__) for source_id, langs in counts.items()}


def _stories_of_week(tools: Tools, week: datetime, new: Sequence[Document]) -> Sequence[tuple[str, str]]:
    """The stories of one week's documents, against the two weeks before, centred by the month before."""
    name, archive = tools.encoder.name, tools.archive
    last = max(document.available for document in new) + timedelta(microseconds=1)
    corpus = archive.corpus(name, since=week - timedelta(days=MEANS_DAYS), until=last)
    langs = np.array(corpus.langs, dtype=object)
    before = corpus.available < int(week.timestamp())
    means = language_means(corpus.vectors[before], list(langs[before]), load_priors(name))
    if not means:
        means = language_means(corpus.vectors, corpus.langs, ())
    centred = centre(corpus.vectors, corpus.langs, means)
    row = {document_id: place for place, document_id in enumerate(corpus.ids)}
    fresh = {document.id for document in new}
    ids = [id_ for id_, place in row.items() if id_ not in fresh and _is_recent(int(corpus.available[place]), week)]
    recent = [document for document in archive.documents(ids=ids) if document.story_id]
    return assign_stories(
        new,
        centred[[row[document.id] for document in new]],
        recent,
        centred[[row[document.id] for document in recent]],
        options=tools.options.text,
    )


def _is_recent(available: int, week: datetime) -> bool:
    return available >= int((week - timedelta(days=STORY_DAYS)).timestamp())


def _month(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _week(moment: datetime) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())
