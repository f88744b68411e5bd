"""The writing half of an archive in memory, and its generations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import numpy as np

from foresight.model.documents import Document, DocumentTerms, EncodedTexts, NamedEntity
from foresight.model.errors import NothingPublished, ShapeMismatch, StoreError
from foresight.model.ports import Archive
from foresight.model.runs import Run, StepReport
from foresight.model.sources import Fetch, Source, SourceKind
from foresight.model.track_record import BacktestState, CallOrigin, CallOutcome, TrackRecord, TrendCall
from foresight.model.trends import (
    Assignment,
    ClusteringState,
    CueWord,
    Lineage,
    Signal,
    Theme,
    ThemeState,
    Trend,
    WeeklySeries,
)
from foresight.testing.checking import orphans
from foresight.testing.reader import MemoryReader, MemoryRows

_LEAD = 300
"""Characters of the text that are encoded after the title."""


class MemoryArchive(MemoryReader):
    """What `ports.Archive` promises, but for the disk: a transaction that raises leaves nothing behind."""

    def __init__(self) -> None:
        super().__init__()
        self._writing = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. They do not nest."""
        if self._writing:
            raise StoreError(path="memory", reason="transactions do not nest")
        before = self._rows.copy()
        self._writing = True
        try:
            yield
        except BaseException:
            self._kept = before
            raise
        finally:
            self._writing = False

    @property
    def _open(self) -> MemoryRows:
        if not self._writing:
            raise StoreError(path="memory", reason="writes belong into a transaction")
        return self._rows

    def put_sources(self, sources: Sequence[Source]) -> None:
        """Insert or update; feeds not among them stay, marked inactive."""
        rows = self._open
        for key, known in rows.sources.items():
            rows.sources[key] = replace(known, active=known.active and known.kind is not SourceKind.FEED)
        rows.sources.update({source.id: source for source in sources})

    def put_documents(self, documents: Sequence[Document]) -> tuple[int, int]:
        """Insert what is new, update what changed; returns how many of each."""
        rows = self._open
        new = changed = 0
        for document in {each.id: each for each in reversed(documents)}.values():
            known = rows.documents.get(document.id)
            if known is None:
                new += 1
                rows.documents[document.id] = document
            elif known.content_hash != document.content_hash:
                changed += 1
                self._change(known, document)
        return new, changed

    def _change(self, known: Document, document: Document) -> None:
        rows = self._open
        rows.documents[known.id] = replace(
            known,
            title=document.title,
            text=document.text,
            url=document.url,
            content_hash=document.content_hash,
            clean_title="",
            text_hash="",
            story_id="",
        )
        for table in (rows.enriched, rows.terms, rows.entities):
            table.pop(known.id, None)
        self._drop_unused(known.text_hash)

    def _drop_unused(self, text_hash: str) -> None:
        """Vectors of a text that no document has any more."""
        rows = self._open
        if all(each.text_hash != text_hash for each in rows.documents.values()):
            rows.vectors = {key: vector for key, vector in rows.vectors.items() if key[1] != text_hash}

    def put_fetches(self, fetches: Sequence[Fetch]) -> None:
        """Append."""
        rows = self._open
        rows.fetches.update(enumerate(fetches, start=len(rows.fetches)))

    def unenriched(self, *, limit: int) -> tuple[Document, ...]:
        """Documents not yet given to `put_enrichment`, by available then id."""
        waiting = [document for key, document in self._rows.documents.items() if key not in self._rows.enriched]
        return tuple(sorted(waiting, key=lambda document: (document.available, document.id))[:limit])

    def documents_without_story(self, encoder: str, *, limit: int) -> tuple[Document, ...]:
        """Documents with a vector of `encoder` but no story yet, by available then id."""
        rows = self._rows
        waiting = [d for d in rows.documents.values() if (encoder, d.text_hash) in rows.vectors and not d.story_id]
        return tuple(sorted(waiting, key=lambda document: (document.available, document.id))[:limit])

    def put_enrichment(self, documents: Sequence[Document]) -> None:
        """Keep lang, lang_origin, clean_title and text_hash, and mark as enriched."""
        rows = self._open
        for document in documents:
            if known := rows.documents.get(document.id):
                rows.documents[known.id] = replace(
                    known,
                    lang=document.lang,
                    lang_origin=document.lang_origin,
                    clean_title=document.clean_title,
                    text_hash=document.text_hash,
                )
                rows.enriched[known.id] = True
                self._drop_unused(known.text_hash)

    def put_terms(self, terms: Sequence[DocumentTerms], entities: Sequence[NamedEntity]) -> None:
        """Keep words and names of documents in place of those they had."""
        rows = self._open
        named: dict[str, dict[NamedEntity, None]] = {each.document_id: {} for each in terms}
        for entity in entities:
            named.setdefault(entity.document_id, {})[entity] = None
        rows.entities.update({key: tuple(found) for key, found in named.items()})
        rows.terms.update({each.document_id: each for each in terms})

    def put_stories(self, stories: Sequence[tuple[str, str]]) -> None:
        """Keep (document id, story id) pairs."""
        rows = self._open
        for document_id, story_id in stories:
            if known := rows.documents.get(document_id):
                rows.documents[document_id] = replace(known, story_id=story_id)

    def unencoded_texts(self, encoder: str, *, limit: int) -> tuple[tuple[str, str], ...]:
        """(text hash, text to encode) of enriched documents without a vector, each hash once, oldest first."""
        enriched = [self._rows.documents[key] for key in self._rows.enriched]
        found: dict[str, str] = {}
        for document in sorted(enriched, key=lambda document: (document.available, document.id)):
            if (encoder, document.text_hash) not in self._rows.vectors:
                found.setdefault(document.text_hash, f"{document.clean_title}\n{document.text[:_LEAD]}")
        return tuple(found.items())[:limit]

    def put_vectors(self, encoded: EncodedTexts) -> None:
        """Keep vectors under their hashes; one that is there stays.

        Raises:
            ShapeMismatch: not one row per hash, or another length than the encoder's vectors have.
        """
        rows = self._open
        if encoded.vectors.ndim != 2 or len(encoded.vectors) != len(encoded.hashes):  # noqa: PLR2004 - a matrix
            raise ShapeMismatch(expected=(len(encoded.hashes), "dim"), found=encoded.vectors.shape)
        for key, vector in zip(encoded.hashes, encoded.vectors, strict=True):
            known = next((each for (name, _), each in rows.vectors.items() if name == encoded.encoder), vector)
            if known.shape != vector.shape:
                raise ShapeMismatch(expected=known.shape, found=vector.shape)
            rows.vectors.setdefault((encoded.encoder, key), vector.astype(np.float32))

    def put_run(self, run: Run) -> None:
        """Insert or replace one run with its steps."""
        self._open.runs[run.id] = run

    def put_themes(self, topics: Sequence[Theme], assignments: Sequence[Assignment], *, anew: bool = True) -> None:
        """Themes of a run with their documents; where the map is new, documents of earlier themes are let go."""
        rows = self._open
        latest = topics[0].run_id if topics else ""
        rows.topics = {key: topic for key, topic in rows.topics.items() if key[0] != latest}
        rows.topics.update({(topic.run_id, topic.id): topic for topic in topics})
        if anew:
            rows.assignments = {key: each for key, each in rows.assignments.items() if key[0] != "theme"}
        rows.assignments.update({("theme", each.owner_id, each.document_id): each for each in assignments})
        rows.latest["themes"] = latest

    def put_theme_state(self, state: ThemeState) -> None:
        """Replace where the map of themes stands."""
        self._open.map_of_themes["state"] = state

    def put_analysis(
        self,
        run_id: str,
        trends: Sequence[Trend],
        series: Sequence[WeeklySeries],
        signals: Sequence[Signal],
        lineage: Sequence[Lineage],
        assignments: Sequence[Assignment],
    ) -> None:
        """What a run measured."""
        rows = self._open
        rows.latest["trends"] = run_id
        rows.trends = {key: trend for key, trend in rows.trends.items() if key[0] != run_id}
        rows.trends.update({(run_id, trend.id): trend for trend in trends})
        rows.series = {each.trend_id: each for each in series}
        rows.signals = dict(enumerate(signals))
        kept = [each for each in rows.lineage.values() if each.run_id != run_id]
        rows.lineage = dict(enumerate([*kept, *lineage]))
        rows.assignments.update({("trend", each.owner_id, each.document_id): each for each in assignments})

    def put_cues(self, run_id: str, cues: Sequence[CueWord]) -> None:
        """Words that decided something in a run; those of earlier runs are let go."""
        del run_id  # trends of the fake carry it
        self._open.cues = dict(enumerate(cues))

    def put_clustering_state(self, state: ClusteringState) -> None:
        """Replace the state of online assignment."""
        self._open.engine["state"] = state

    def put_calls(self, calls: Sequence[TrendCall]) -> None:
        """Keep what was said; a call of the same origin, trend and cut-off is replaced."""
        self._open.calls.update({(call.origin, call.trend_id, call.as_of): call for call in calls})

    def calls_without_outcome(self, origin: CallOrigin, *, days: int, until: datetime) -> tuple[TrendCall, ...]:
        """Calls made at or before `until` that have no outcome at this horizon, by cut-off, rank and trend."""
        judged = {key[:3] for key in self._rows.outcomes if key[3] == days}
        return tuple(
            call
            for call in self.calls(origin)
            if call.as_of <= until and (call.origin, call.trend_id, call.as_of) not in judged
        )

    def put_outcomes(self, outcomes: Sequence[CallOutcome]) -> None:
        """Keep how calls turned out; an outcome of the same call and horizon is replaced."""
        self._open.outcomes.update({(one.origin, one.trend_id, one.as_of, one.days): one for one in outcomes})

    def put_track_record(self, record: TrackRecord) -> None:
        """Replace the record of its origin."""
        self._open.records[record.origin] = record

    def clear_call_centres(self, origin: CallOrigin, *, before: datetime) -> None:
        """Empty the centres of calls made before a moment."""
        rows = self._open
        for key, call in rows.calls.items():
            if call.origin is origin and call.as_of < before:
                rows.calls[key] = replace(call, centre=np.zeros(0, dtype=np.float32))

    def delete_track(self, origin: CallOrigin) -> None:
        """Delete calls, outcomes and record of an origin."""
        rows = self._open
        rows.calls = {key: call for key, call in rows.calls.items() if key[0] is not origin}
        rows.outcomes = {key: outcome for key, outcome in rows.outcomes.items() if key[0] is not origin}
        rows.records.pop(origin, None)

    def backtest_state(self) -> BacktestState | None:
        """Where an unfinished backtest stands."""
        return self._rows.backtest.get("state")

    def put_backtest_state(self, state: BacktestState | None) -> None:
        """Replace it; None: no backtest is under way."""
        self._open.backtest = {} if state is None else {"state": state}

    def last_step(self, step: str) -> StepReport | None:
        """The latest good report of a step, for reuse by fingerprint."""
        reports = (each for run in self.runs(limit=len(self._rows.runs)) for each in reversed(run.steps))
        return next((each for each in reports if each.step == step), None)

    def check(self) -> tuple[tuple[str, str, int], ...]:
        """Integrity: (table, column, rows) that point at nothing. Empty when all is well."""
        return orphans(self._rows)


class MemoryGenerations:
    """What `ports.Generations` promises."""

    def __init__(self) -> None:
        self._published: list[MemoryRows] = []

    def current(self) -> MemoryReader:
        """A reader of what was published last.

        Raises:
            NothingPublished: nothing was.
        """
        if not self._published:
            raise NothingPublished(path="memory")
        return MemoryReader(self._published[-1].copy(), self.number())

    def number(self) -> int:
        """The generation that `current` opens, 0 where nothing is published."""
        return len(self._published)

    def publish(self, archive: Archive) -> int:
        """Keep a copy of a `MemoryArchive`; returns its number."""
        if not isinstance(archive, MemoryArchive):
            raise StoreError(path="memory", reason=f"cannot publish a {type(archive).__name__}")
        self._published.append(archive._rows.copy())  # noqa: SLF001 - the two halves of one fake
        return self.number()
