"""Trends get their titles and words: terms of their documents, kept or computed, become headlines per language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from foresight.ports import ArchiveReader
from foresight.records import Corpus, DocumentTerms, Entity, Headline, Trend, WordIndex


class Namer:
    """Names the trends of one corpus; what it had to read anew is kept in `new_terms` and `new_entities`."""

    def __init__(self, corpus: Corpus, words: WordIndex, reader: ArchiveReader | None = None) -> None:
        self._corpus, self._words, self._reader = corpus, words, reader
        self._row = {document_id: row for row, document_id in enumerate(corpus.ids)}
        self.new_terms: list[DocumentTerms] = []
        self.new_entities: list[Entity] = []

    def named(self, trends: Sequence[Trend]) -> tuple[Trend, ...]:
        """The trends with their headlines, in the same order."""
        return tuple(self._named(trend) for trend in trends)

    def _named(self, trend: Trend) -> Trend:
        rows = [self._row[document] for document in trend.recent if document in self._row]
        if not rows:
            return trend
        central = self._corpus.titles[rows[0]]
        return replace(
            trend, headlines=(Headline(lang=self._corpus.langs[rows[0]], title=central[:60], subtitle=central),)
        )
