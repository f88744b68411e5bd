"""Trends get their titles and words: terms of their articles, kept or read anew, become headlines per language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from foresight.analysis import Analysis
from foresight.embed.centring import centre
from foresight.enrich.terms import document_terms
from foresight.records import (
    Corpus,
    Document,
    DocumentTerms,
    Headline,
    LanguageMean,
    Stage,
    StageReason,
    Trend,
    WordIndex,
)
from foresight.topics.titles import Background, Member, headlines

NAMED_BY = 40
"""Articles a title is made of, the most central ones of the last four weeks; more add nothing."""

LATE = timedelta(weeks=8)
KNOWN = timedelta(weeks=26)
"""How far back words are counted: what a run that goes on from its last state has read for certain."""

ReadTerms = Callable[[Sequence[str]], Sequence[DocumentTerms]]


class Namer:
    """Names the trends of one corpus, cut-off after cut-off, from what was available before each.

    Args:
        corpus: the documents; words: of the same, row by row.
        banned: what is no title, such as the names of the sources.
        read: terms that are kept already; what it does not know is read anew and collected in `new_terms`.
    """

    def __init__(
        self, corpus: Corpus, words: WordIndex, *, banned: Sequence[str] = (), read: ReadTerms | None = None
    ) -> None:
        self._corpus, self._words, self._banned, self._read = corpus, words, tuple(banned), read
        self._row = {document_id: row for row, document_id in enumerate(corpus.ids)}
        self._terms: dict[str, DocumentTerms] = {}
        self.new_terms: list[DocumentTerms] = []

    def named(self, trends: Sequence[Trend], analysis: Analysis) -> tuple[Trend, ...]:
        """The trends with their headlines, in the same order; one without a common theme is told to be mixed.

        Args:
            trends: of the analysis, all or some.
            analysis: its means centre the vectors as its centroids are; how common a word is, is counted before
                its cut-off; a trend that is quiet of late is named by what was assigned to it before.
        """
        articles = _articles(trends, analysis)
        self._learn(sorted({document for found in articles.values() for document in found}))
        background = self._background(analysis.as_of)
        return tuple(self._named(trend, articles[trend.id], background, analysis.state.means) for trend in trends)

    def headlines_of(self, articles: Sequence[tuple[str, float]], *, as_of: datetime) -> tuple[Headline, ...]:
        """The names of a group of articles, per language; none where none of them is in the corpus.

        Args:
            articles: (document id, centred cosine to the middle of the group) pairs.
            as_of: how common a word is, is counted before it.
        """
        near = {document: similarity for document, similarity in articles if document in self._row}
        self._learn(sorted(near))
        members = [
            Member(
                terms=self._terms[document],
                title=self._corpus.titles[self._row[document]],
                lang=self._corpus.langs[self._row[document]],
                similarity=similarity,
            )
            for document, similarity in near.items()
        ]
        return headlines(members, self._background(as_of), banned=self._banned).headlines if members else ()

    def _named(
        self, trend: Trend, articles: Sequence[str], background: Background, means: Sequence[LanguageMean]
    ) -> Trend:
        members = self._members(trend, articles, means)
        if not members:
            return trend
        found = headlines(members, background, banned=self._banned)
        named = replace(trend, headlines=found.headlines)
        return _mixed(named) if found.is_mixed else named

    def _members(self, trend: Trend, articles: Sequence[str], means: Sequence[LanguageMean]) -> list[Member]:
        corpus = self._corpus
        ids = [document for document in articles if document in self._terms]
        rows = [self._row[document] for document in ids]
        if not rows:
            return []
        near = centre(corpus.vectors[rows], [corpus.langs[row] for row in rows], means) @ trend.centroid
        return [
            Member(
                terms=self._terms[document],
                title=corpus.titles[row],
                lang=corpus.langs[row],
                similarity=float(similarity),
            )
            for document, row, similarity in zip(ids, rows, near, strict=True)
        ]

    def _learn(self, ids: Sequence[str]) -> None:
        """Terms for documents that have none yet: kept ones first, the rest read together."""
        unknown = [document for document in ids if document not in self._terms and document in self._row]
        if unknown and self._read is not None:
            self._terms |= {terms.document_id: terms for terms in self._read(unknown)}
        fresh = document_terms([self._document(id_) for id_ in unknown if id_ not in self._terms])
        self._terms |= {terms.document_id: terms for terms in fresh}
        self.new_terms += fresh

    def _document(self, document_id: str) -> Document:
        row = self._row[document_id]
        return Document(
            id=document_id,
            source_id=self._corpus.source_ids[self._corpus.sources[row]],
            title=self._corpus.titles[row],
            text=self._corpus.texts[row],
            clean_title=self._corpus.titles[row],
            lang=self._corpus.langs[row],
            published=datetime.fromtimestamp(int(self._corpus.published[row]), UTC),
            first_seen=datetime.fromtimestamp(int(self._corpus.available[row]), UTC),
            content_hash="",
        )

    def _background(self, as_of: datetime) -> Background:
        """How common words were in the year before the cut-off: rows stand in order of `available`."""
        moments = [int((as_of - KNOWN).timestamp()), int((as_of - LATE).timestamp()), int(as_of.timestamp())]
        first, late, before = np.searchsorted(self._corpus.available, moments, side="left").tolist()
        return Background(self._words.known(first, before), np.arange(first, before) >= late)


def _articles(trends: Sequence[Trend], analysis: Analysis) -> dict[str, tuple[str, ...]]:
    """What names each trend: its most central recent articles, or where it has none its nearest ones ever."""
    quiet: dict[str, list[tuple[float, str]]] = {trend.id: [] for trend in trends if not trend.recent}
    for assignment in analysis.assignments:
        if assignment.owner_id in quiet:
            quiet[assignment.owner_id].append((-assignment.similarity, assignment.document_id))
    nearest = {owner: tuple(document for _, document in sorted(found)[:NAMED_BY]) for owner, found in quiet.items()}
    return {trend.id: trend.recent[:NAMED_BY] or nearest[trend.id] for trend in trends}


def _mixed(trend: Trend) -> Trend:
    """A group of articles that no phrase covers is no trend, however it grows."""
    facts = tuple((name, value) for name, value in trend.reason.facts if name in ("stories", "sources"))
    return replace(trend, mixed=True, stage=Stage.NOISE, rank=0, reason=StageReason(key="mixed", facts=facts))


def ranked_anew(trends: Sequence[Trend]) -> tuple[Trend, ...]:
    """Ranks without holes, the unranked last, as they were ordered."""
    ordered = sorted(trends, key=lambda trend: (trend.rank == 0, trend.rank, trend.id))
    return tuple(replace(trend, rank=place if trend.rank else 0) for place, trend in enumerate(ordered, start=1))
