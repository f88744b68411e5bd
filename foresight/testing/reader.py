"""The reading half of an archive in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

import numpy as np

from foresight.model.documents import Corpus, Document, DocumentTerms, Floats1d, NamedEntity
from foresight.model.errors import NotFound, StoreError
from foresight.model.runs import Run, RunStatus
from foresight.model.sources import Fetch, FetchOutcome, Source
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


@dataclass(slots=True)
class MemoryRows:
    """All that an archive knows. Owners of assignments are (kind, id); kind is "trend" or "theme"."""

    sources: dict[str, Source] = field(default_factory=dict)
    fetches: dict[int, Fetch] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    enriched: dict[str, bool] = field(default_factory=dict)
    terms: dict[str, DocumentTerms] = field(default_factory=dict)
    entities: dict[str, tuple[NamedEntity, ...]] = field(default_factory=dict)
    vectors: dict[tuple[str, str], Floats1d] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    topics: dict[tuple[str, str], Theme] = field(default_factory=dict)
    assignments: dict[tuple[str, str, str], Assignment] = field(default_factory=dict)
    trends: dict[tuple[str, str], Trend] = field(default_factory=dict)
    series: dict[str, WeeklySeries] = field(default_factory=dict)
    signals: dict[int, Signal] = field(default_factory=dict)
    cues: dict[int, CueWord] = field(default_factory=dict)
    lineage: dict[int, Lineage] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    engine: dict[str, ClusteringState] = field(default_factory=dict)
    map_of_themes: dict[str, ThemeState] = field(default_factory=dict)
    calls: dict[tuple[CallOrigin, str, datetime], TrendCall] = field(default_factory=dict)
    outcomes: dict[tuple[CallOrigin, str, datetime, int], CallOutcome] = field(default_factory=dict)
    records: dict[CallOrigin, TrackRecord] = field(default_factory=dict)
    backtest: dict[str, BacktestState] = field(default_factory=dict)

    def copy(self) -> MemoryRows:
        """Records never change, so copying the tables is enough."""
        return MemoryRows(**{each.name: dict(getattr(self, each.name)) for each in fields(self)})


class MemoryReader:
    """What `ports.ArchiveReader` promises."""

    def __init__(self, rows: MemoryRows | None = None, generation: int = 0) -> None:
        self._kept = rows or MemoryRows()
        self._generation = generation
        self._closed = False

    @property
    def _rows(self) -> MemoryRows:
        if self._closed:
            raise StoreError(path="memory", reason="closed")
        return self._kept

    @property
    def generation(self) -> int:
        """Number of the published generation; 0 for the working archive."""
        return self._generation

    def sources(self) -> tuple[Source, ...]:
        """All sources ever configured, by id."""
        return tuple(self._rows.sources[key] for key in sorted(self._rows.sources))

    def last_fetches(self) -> tuple[Fetch, ...]:
        """The latest request to each source, with the validators to send next."""
        asked = sorted({fetch.source_id for fetch in self._rows.fetches.values()})
        return tuple(_with_validators(self.fetches(source_id, limit=len(self._rows.fetches))) for source_id in asked)

    def fetches(self, source_id: str, *, limit: int = 50) -> tuple[Fetch, ...]:
        """Requests to one source, latest first."""
        mine = [fetch for fetch in reversed(self._rows.fetches.values()) if fetch.source_id == source_id]
        return tuple(sorted(mine, key=lambda fetch: fetch.at, reverse=True)[:limit])

    def document_count(self, *, before: datetime | None = None) -> int:
        """How many documents there are, or were available before a moment."""
        found = self._rows.documents.values()
        return sum(before is None or document.available < before for document in found)

    def newest(self) -> datetime | None:
        """When the newest document was published, None in an empty archive."""
        return max((document.published for document in self._rows.documents.values()), default=None)

    def titles(self, *, since: datetime, until: datetime) -> tuple[tuple[str, str, str], ...]:
        """(source id, title as it came, language) of enriched documents with ``since <= available < until``."""
        return tuple((each.source_id, each.title, each.lang) for each in self._enriched(since, until))

    def _enriched(self, since: datetime | None, until: datetime | None) -> list[Document]:
        found = [
            document
            for document in self._rows.documents.values()
            if document.id in self._rows.enriched
            and (since is None or since <= document.available)
            and (until is None or document.available < until)
        ]
        return sorted(found, key=lambda document: (document.available, document.id))

    def documents(
        self,
        *,
        ids: Sequence[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        source_id: str | None = None,
        lang: str | None = None,
        limit: int | None = None,
    ) -> tuple[Document, ...]:
        """Documents with ``since <= published < until``, by published then id; with `ids`, only those."""
        wanted = None if ids is None else set(ids)
        found = [
            document
            for document in self._rows.documents.values()
            if (wanted is None or document.id in wanted)
            and (since is None or since <= document.published)
            and (until is None or document.published < until)
            and source_id in (None, document.source_id)
            and lang in (None, document.lang)
        ]
        return tuple(sorted(found, key=lambda document: (document.published, document.id))[:limit])

    def search(self, words: str, *, limit: int = 50) -> tuple[Document, ...]:
        """Documents whose title or text holds every word, case-insensitively, latest first."""
        wanted = words.lower().split()
        found = [d for d in self.documents() if all(word in f"{d.title}\n{d.text}".lower() for word in wanted)]
        return tuple(found[::-1][:limit])

    def terms(self, document_ids: Sequence[str]) -> tuple[DocumentTerms, ...]:
        """Words of the documents that have them, by document id."""
        return tuple(self._rows.terms[key] for key in sorted(set(document_ids)) if key in self._rows.terms)

    def entities(self, document_ids: Sequence[str]) -> tuple[NamedEntity, ...]:
        """People, organisations and places named in the documents, by document id then name."""
        found = [entity for key in set(document_ids) for entity in self._rows.entities.get(key, ())]
        return tuple(sorted(found, key=lambda entity: (entity.document_id, entity.name, entity.kind)))

    def corpus(self, encoder: str, *, since: datetime | None = None, until: datetime | None = None) -> Corpus:
        """Every enriched document with a vector of `encoder`, ``since <= available < until``."""
        vectors = self._rows.vectors
        documents = [each for each in self._enriched(since, until) if (encoder, each.text_hash) in vectors]
        return _corpus(documents, [vectors[encoder, each.text_hash] for each in documents], self._rows.sources)

    def runs(self, *, limit: int = 50) -> tuple[Run, ...]:
        """Runs, latest first."""
        return tuple(self._rows.runs[key] for key in sorted(self._rows.runs, reverse=True))[:limit]

    def latest_analysis(self) -> Run | None:
        """The latest run that finished an analysis."""
        done = (run for run in self.runs(limit=len(self._rows.runs)) if run.status is RunStatus.DONE and run.as_of)
        return next(done, None)

    def topics(self) -> tuple[Theme, ...]:
        """Themes of the latest analysis, biggest first, then the broader themes, biggest first."""
        latest = self._rows.latest.get("themes")
        mine = [topic for topic in self._rows.topics.values() if topic.run_id == latest]
        return tuple(sorted(mine, key=lambda topic: (topic.level, -topic.documents, topic.id)))

    def theme_assignments(self, document_ids: Sequence[str] | None = None) -> tuple[Assignment, ...]:
        """The theme of the documents that have one, of all or of those asked for, by theme and document."""
        wanted = None if document_ids is None else set(document_ids)
        found = [each for (kind, _, _), each in self._rows.assignments.items() if kind == "theme"]
        mine = [each for each in found if wanted is None or each.document_id in wanted]
        return tuple(sorted(mine, key=lambda each: (each.owner_id, each.document_id)))

    def theme_state(self) -> ThemeState | None:
        """Where the map of themes stands, None before the first."""
        return self._rows.map_of_themes.get("state")

    def trends(self) -> tuple[Trend, ...]:
        """Trends of the latest analysis: by rank, the unranked after them by id."""
        latest = self._rows.latest.get("trends")
        mine = [trend for trend in self._rows.trends.values() if trend.run_id == latest]
        return tuple(sorted(mine, key=lambda trend: (trend.rank == 0, trend.rank, trend.id)))

    def trend(self, trend_id: str) -> Trend:
        """One trend as it was last measured.

        Raises:
            NotFound: never heard of it.
        """
        history = self.trend_history(trend_id)
        if not history:
            raise NotFound(kind="trend", id=trend_id)
        return history[-1]

    def trend_history(self, trend_id: str) -> tuple[Trend, ...]:
        """The trend in every run that measured it, oldest first."""
        mine = [trend for trend in self._rows.trends.values() if trend.id == trend_id]
        return tuple(sorted(mine, key=lambda trend: trend.run_id))

    def series(self, trend_ids: Sequence[str] | None = None) -> tuple[WeeklySeries, ...]:
        """Weekly counts of the latest analysis, by trend id."""
        known = self._rows.series
        return tuple(known[key] for key in sorted(known) if trend_ids is None or key in trend_ids)

    def signals(self, trend_ids: Sequence[str] | None = None) -> tuple[Signal, ...]:
        """Signals of the latest analysis, by trend id, name, window."""
        mine = [s for s in self._rows.signals.values() if trend_ids is None or s.trend_id in trend_ids]
        return tuple(sorted(mine, key=lambda signal: (signal.trend_id, signal.name, signal.window)))

    def assignments(self, owner_id: str) -> tuple[Assignment, ...]:
        """All documents ever assigned to a trend or theme, by document id."""
        mine = [each for each in self._rows.assignments.values() if each.owner_id == owner_id]
        return tuple(sorted(mine, key=lambda assignment: assignment.document_id))

    def lineage(self, trend_id: str | None = None) -> tuple[Lineage, ...]:
        """What became of a trend, or of all in the latest analysis, oldest first."""
        latest = self._rows.latest.get("trends")
        mine = [
            each
            for each in self._rows.lineage.values()
            if (each.run_id == latest if trend_id is None else trend_id in (each.trend_id, each.earlier_id))
        ]
        return tuple(sorted(mine, key=lambda each: each.run_id))

    def cues(self, trend_ids: Sequence[str] | None = None) -> tuple[CueWord, ...]:
        """Words that decided something, by trend id, name, side, then the strongest first."""
        mine = [cue for cue in self._rows.cues.values() if trend_ids is None or cue.trend_id in trend_ids]
        return tuple(sorted(mine, key=lambda c: (c.trend_id, c.name, c.side, -c.weight, c.word, c.lang)))

    def clustering_state(self) -> ClusteringState | None:
        """Where online assignment stands, None before the first analysis."""
        return self._rows.engine.get("state")

    def calls(
        self, origin: CallOrigin, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[TrendCall, ...]:
        """What was said, ``since <= as_of < until``, by cut-off, rank and trend."""
        found = [
            call
            for call in self._rows.calls.values()
            if call.origin is origin
            and (since is None or call.as_of >= since)
            and (until is None or call.as_of < until)
        ]
        return tuple(sorted(found, key=lambda call: (call.as_of, call.rank, call.trend_id)))

    def outcomes(self, origin: CallOrigin, *, since: datetime | None = None) -> tuple[CallOutcome, ...]:
        """How calls of ``since <= as_of`` turned out, by cut-off, trend and horizon."""
        found = [
            outcome
            for outcome in self._rows.outcomes.values()
            if outcome.origin is origin and (since is None or outcome.as_of >= since)
        ]
        return tuple(sorted(found, key=lambda outcome: (outcome.as_of, outcome.trend_id, outcome.days)))

    def track_record(self, origin: CallOrigin) -> TrackRecord | None:
        """Both added up, None where nothing was judged."""
        return self._rows.records.get(origin)

    def close(self) -> None:
        """Reading afterwards raises `StoreError`. Closing twice is fine."""
        self._closed = True


def _with_validators(fetches: tuple[Fetch, ...]) -> Fetch:
    """The first of `fetches` (latest first) with the validators of the latest whose entries are stored."""
    good = (
        fetch
        for fetch in fetches
        if fetch.outcome is FetchOutcome.NEW
        or (fetch.outcome is FetchOutcome.UNCHANGED and (fetch.etag or fetch.last_modified))
    )
    stored = next(good, None)
    return replace(fetches[0], etag=stored.etag if stored else "", last_modified=stored.last_modified if stored else "")


def _corpus(documents: list[Document], vectors: list[Floats1d], sources: dict[str, Source]) -> Corpus:
    source_ids = sorted({document.source_id for document in documents})
    place = {source_id: number for number, source_id in enumerate(source_ids)}
    first: dict[str, int] = {}
    stories = [first.setdefault(document.story_id or document.id, row) for row, document in enumerate(documents)]
    return Corpus(
        ids=tuple(document.id for document in documents),
        titles=tuple(document.clean_title for document in documents),
        texts=tuple(document.text for document in documents),
        langs=tuple(document.lang for document in documents),
        sources=np.array([place[document.source_id] for document in documents], dtype=np.int64),
        stories=np.array(stories, dtype=np.int64),
        published=np.array([int(document.published.timestamp() // 1) for document in documents], dtype=np.int64),
        available=np.array([int(document.available.timestamp() // 1) for document in documents], dtype=np.int64),
        vectors=np.array(vectors, dtype=np.float32) if vectors else np.empty((0, 0), dtype=np.float32),
        source_ids=tuple(source_ids),
        source_weights=np.array([_weight(sources, source_id) for source_id in source_ids], dtype=np.float32),
    )


def _weight(sources: dict[str, Source], source_id: str) -> float:
    return sources[source_id].weight if source_id in sources else 1.0
