"""What foresight needs from the world. Each protocol says what its makers promise.

| port          | promise in one line                                        | made by                       |
|---------------|------------------------------------------------------------|-------------------------------|
| Clock         | the present moment                                         | `services.wiring`             |
| Fetcher       | one polite, bounded, guarded request                       | `collect.http`                |
| Encoder       | texts to unit vectors                                      | `embed.e5`, `embed.sentences` |
| ArchiveReader | one whole run, read-only                                   | `store.archive`               |
| Archive       | the pipeline's own store; one process at a time            | `store.archive`               |
| Generations   | publishes, and opens what is published                     | `store.publish`               |
| Ledger        | what people decide, for ever                               | `store.ledger`                |
| Progress      | shows long work                                            | `cli`                         |
| Drafter       | a model's answer; stands in `scenarios.story_draft`        | `drafting.chat`               |
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from foresight.model.decisions import TrendDecision
from foresight.model.documents import Corpus, Document, DocumentTerms, EncodedTexts, Floats2d, NamedEntity
from foresight.model.runs import Run, StepReport
from foresight.model.scenarios import Scenario
from foresight.model.sources import Fetch, Request, Response, Source
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
from foresight.model.workshop import Content, Revision


class Clock(Protocol):
    """The present moment."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class Progress(Protocol):
    """Shows long work to whoever waits."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """`done` of `total` items of `step` are finished; total 0 where unknown. Cheap to call often."""
        ...


class Fetcher(Protocol):
    """The network, one request at a time, safe to call from many tasks of one event loop."""

    async def fetch(self, request: Request) -> Response:
        """Ask for one URL.

        Raises:
            CollectError: unreachable, timed out, refused, too large; never anything else of the network's.
                A status of 400 and above is no error here: it is in the response.
        """
        ...


class Encoder(Protocol):
    """Texts to vectors."""

    @property
    def name(self) -> str:
        """Name and version; vectors are kept under it."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Floats2d:
        """``(len(texts), dim)`` float32, rows of length 1. The same text gives the same row.

        Raises:
            EncoderUnavailable: its package is not installed here.
        """
        ...


class ArchiveReader(Protocol):
    """One state of the archive, read-only. All sequences come in a fixed order; all times are aware UTC.

    Every method raises `StoreError` (damaged, locked) when the file cannot be read.
    Topics: sources and fetches · documents and what belongs to them · runs · trends and what is measured.
    """

    @property
    def generation(self) -> int:
        """Number of the published generation; 0 for the working archive."""
        ...

    def sources(self) -> tuple[Source, ...]:
        """All sources ever configured, by id."""
        ...

    def last_fetches(self) -> tuple[Fetch, ...]:
        """The latest request to each source, by source id.

        `etag` and `last_modified` are those to send next: of the latest request whose entries were stored.
        """
        ...

    def fetches(self, source_id: str, *, limit: int = 50) -> tuple[Fetch, ...]:
        """Requests to one source, latest first."""
        ...

    def document_count(self, *, before: datetime | None = None) -> int:
        """How many documents there are, or were available before a moment."""
        ...

    def newest(self) -> datetime | None:
        """When the newest document was published, None in an empty archive."""
        ...

    def titles(self, *, since: datetime, until: datetime) -> tuple[tuple[str, str, str], ...]:
        """(source id, title as it came, language) of enriched documents with ``since <= available < until``."""
        ...

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
        ...

    def search(self, words: str, *, limit: int = 50) -> tuple[Document, ...]:
        """Documents whose title or text holds every word, case-insensitively, latest first."""
        ...

    def terms(self, document_ids: Sequence[str]) -> tuple[DocumentTerms, ...]:
        """Words of the documents that have them, by document id."""
        ...

    def entities(self, document_ids: Sequence[str]) -> tuple[NamedEntity, ...]:
        """People, organisations and places named in the documents, by document id then name."""
        ...

    def corpus(self, encoder: str, *, since: datetime | None = None, until: datetime | None = None) -> Corpus:
        """Every enriched document with a vector of `encoder`, ``since <= available < until``.

        Titles are the clean ones. A story whose first document lies before `since` starts at its first one inside.
        """
        ...

    def runs(self, *, limit: int = 50) -> tuple[Run, ...]:
        """Runs, latest first."""
        ...

    def latest_analysis(self) -> Run | None:
        """The latest run that finished an analysis."""
        ...

    def topics(self) -> tuple[Theme, ...]:
        """Themes of the latest analysis, biggest first, then the broader themes, biggest first."""
        ...

    def theme_assignments(self, document_ids: Sequence[str] | None = None) -> tuple[Assignment, ...]:
        """The theme of the documents that have one, of all or of those asked for, by theme and document."""
        ...

    def theme_state(self) -> ThemeState | None:
        """Where the map of themes stands, None before the first."""
        ...

    def trends(self) -> tuple[Trend, ...]:
        """Trends of the latest analysis: by rank, the unranked after them by id."""
        ...

    def trend(self, trend_id: str) -> Trend:
        """One trend as it was last measured, also when it has slept since.

        Raises:
            NotFound: never heard of it.
        """
        ...

    def trend_history(self, trend_id: str) -> tuple[Trend, ...]:
        """The trend in every run that measured it, oldest first."""
        ...

    def series(self, trend_ids: Sequence[str] | None = None) -> tuple[WeeklySeries, ...]:
        """Weekly counts of the latest analysis, by trend id."""
        ...

    def signals(self, trend_ids: Sequence[str] | None = None) -> tuple[Signal, ...]:
        """Signals of the latest analysis, by trend id, name, window."""
        ...

    def assignments(self, owner_id: str) -> tuple[Assignment, ...]:
        """All documents ever assigned to a trend or theme, by document id."""
        ...

    def lineage(self, trend_id: str | None = None) -> tuple[Lineage, ...]:
        """What became of a trend, or of all in the latest analysis, oldest first."""
        ...

    def cues(self, trend_ids: Sequence[str] | None = None) -> tuple[CueWord, ...]:
        """Words that decided something, of the latest analysis: by trend id, name, side, then the strongest first."""
        ...

    def clustering_state(self) -> ClusteringState | None:
        """Where online assignment stands, None before the first analysis."""
        ...

    def calls(
        self, origin: CallOrigin, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[TrendCall, ...]:
        """What was said, ``since <= as_of < until``, by cut-off, rank and trend."""
        ...

    def outcomes(self, origin: CallOrigin, *, since: datetime | None = None) -> tuple[CallOutcome, ...]:
        """How calls of ``since <= as_of`` turned out, by cut-off, trend and horizon."""
        ...

    def track_record(self, origin: CallOrigin) -> TrackRecord | None:
        """Both added up, None where nothing was judged."""
        ...

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        ...


class Archive(ArchiveReader, Protocol):
    """The pipeline's working archive. One process writes; writes happen inside `transaction`.

    A transaction that raises leaves nothing behind. Writes outside one raise `StoreError`.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing. They do not nest."""
        ...

    def put_sources(self, sources: Sequence[Source]) -> None:
        """Insert or update; sources not among them stay, marked inactive when they are feeds."""
        ...

    def put_documents(self, documents: Sequence[Document]) -> tuple[int, int]:
        """Insert what is new, update title, text, url and content_hash where the hash differs.

        A changed document loses its story, terms and entities, so that it is enriched again; `first_seen`
        and `published` of the first time stay. Of two with one id in `documents`, the first counts.

        Returns:
            How many are new, and how many changed.
        """
        ...

    def put_fetches(self, fetches: Sequence[Fetch]) -> None:
        """Append."""
        ...

    def unenriched(self, *, limit: int) -> tuple[Document, ...]:
        """Documents not yet given to `put_enrichment`, by available then id."""
        ...

    def documents_without_story(self, encoder: str, *, limit: int) -> tuple[Document, ...]:
        """Documents with a vector of `encoder` but no story yet, by available then id."""
        ...

    def put_enrichment(self, documents: Sequence[Document]) -> None:
        """Keep lang, lang_origin, clean_title and text_hash, and mark as enriched; title and text stay as they came."""
        ...

    def put_terms(self, terms: Sequence[DocumentTerms], entities: Sequence[NamedEntity]) -> None:
        """Keep words and names of documents; they are read only for documents that are shown or titled."""
        ...

    def put_stories(self, stories: Sequence[tuple[str, str]]) -> None:
        """Keep (document id, story id) pairs."""
        ...

    def unencoded_texts(self, encoder: str, *, limit: int) -> tuple[tuple[str, str], ...]:
        """(text hash, text to encode) of enriched documents without a vector, each hash once, oldest available first.

        The text is the clean title, a line break, and the first 300 characters of the lead.
        """
        ...

    def put_vectors(self, encoded: EncodedTexts) -> None:
        """Keep vectors under their hashes; one that is there stays."""
        ...

    def put_run(self, run: Run) -> None:
        """Insert or replace one run with its steps."""
        ...

    def put_themes(self, topics: Sequence[Theme], assignments: Sequence[Assignment], *, anew: bool = True) -> None:
        """Themes of a run, with documents added to those known; those are let go first where the map is `anew`."""
        ...

    def put_theme_state(self, state: ThemeState) -> None:
        """Replace where the map of themes stands."""
        ...

    def put_analysis(
        self,
        run_id: str,
        trends: Sequence[Trend],
        series: Sequence[WeeklySeries],
        signals: Sequence[Signal],
        lineage: Sequence[Lineage],
        assignments: Sequence[Assignment],
    ) -> None:
        """What a run measured. Trends and lineage of earlier runs stay; series and signals are the latest run's.

        `assignments` are added to those known; one that is known gets its new similarity.
        """
        ...

    def put_cues(self, run_id: str, cues: Sequence[CueWord]) -> None:
        """Words that decided something in a run; those of earlier runs are let go."""
        ...

    def put_clustering_state(self, state: ClusteringState) -> None:
        """Replace the state of online assignment."""
        ...

    def put_calls(self, calls: Sequence[TrendCall]) -> None:
        """Keep what was said; a call of the same origin, trend and cut-off is replaced."""
        ...

    def calls_without_outcome(self, origin: CallOrigin, *, days: int, until: datetime) -> tuple[TrendCall, ...]:
        """Calls made at or before `until` that have no outcome at this horizon, by cut-off, rank and trend."""
        ...

    def put_outcomes(self, outcomes: Sequence[CallOutcome]) -> None:
        """Keep how calls turned out; an outcome of the same call and horizon is replaced."""
        ...

    def put_track_record(self, record: TrackRecord) -> None:
        """Replace the record of its origin."""
        ...

    def clear_call_centres(self, origin: CallOrigin, *, before: datetime) -> None:
        """Empty the centres of calls made before a moment: they are judged, and centres are most of their size."""
        ...

    def delete_track(self, origin: CallOrigin) -> None:
        """Delete calls, outcomes and record of an origin."""
        ...

    def backtest_state(self) -> BacktestState | None:
        """Where an unfinished backtest stands."""
        ...

    def put_backtest_state(self, state: BacktestState | None) -> None:
        """Replace it; None: no backtest is under way."""
        ...

    def last_step(self, step: str) -> StepReport | None:
        """The latest good report of a step, for reuse by fingerprint."""
        ...

    def check(self) -> tuple[tuple[str, str, int], ...]:
        """Integrity: (table, column, rows) that point at nothing. Empty when all is well."""
        ...


class Generations(Protocol):
    """Published copies of the archive. A reader keeps a whole one for as long as it wants."""

    def current(self) -> ArchiveReader:
        """Open what `CURRENT` points to.

        Raises:
            NothingPublished: no run has published yet.
            StoreDamaged: the pointer or the file is broken.
        """
        ...

    def number(self) -> int:
        """The generation `CURRENT` points to, 0 where nothing is published. Cheap."""
        ...

    def publish(self, archive: Archive) -> int:
        """Copy the working archive under a new name, then move the pointer. Returns the new number.

        Killed at any moment, readers keep a whole generation. Old generations beyond those to keep are removed.

        Raises:
            StoreFull: no room; the pointer has not moved.
        """
        ...


class Ledger(Protocol):
    """What people decide. Append-only; many processes at once; an acknowledged write is on disk."""

    def append(self, decision: TrendDecision) -> TrendDecision:
        """Keep it; returns it with its seq.

        Raises:
            StoreError: it was not kept.
        """
        ...

    def decisions(self, *, trend_id: str | None = None) -> tuple[TrendDecision, ...]:
        """Oldest first."""
        ...

    def save_scenario(self, scenario: Scenario) -> Scenario:
        """Keep a new revision. `scenario.rev` is the one it was made from (0: a new scenario).

        Returns:
            It with its new rev and `saved`.

        Raises:
            LedgerConflict: there is a newer revision than `scenario.rev`.
        """
        ...

    def scenario(self, scenario_id: str, *, rev: int | None = None) -> Scenario:
        """The latest revision, or the one asked for.

        Raises:
            NotFound: no such scenario or revision.
        """
        ...

    def scenarios(self) -> tuple[Scenario, ...]:
        """The latest revision of each, latest saved first."""
        ...

    def revisions(self, scenario_id: str) -> tuple[Scenario, ...]:
        """Oldest first."""
        ...

    def keep(self, entry: Revision[Content]) -> Revision[Content]:
        """Keep a new revision of something a workshop made. `entry.rev` is the one it was made from (0: a new entry).

        Returns:
            It with its new rev and `saved`.

        Raises:
            EntryConflict: there is a newer revision than `entry.rev`.
        """
        ...

    def save_revisions(self, entries: Sequence[Revision[Any]]) -> tuple[Revision[Any], ...]:
        """Keep a new revision of each, all or none.

        Raises:
            EntryConflict: one of them has a newer revision than it was made from; none was kept.
        """
        ...

    def entry(self, kind: type[Content], entry_id: str, *, rev: int | None = None) -> Revision[Content]:
        """The latest revision, or the one asked for.

        Raises:
            NotFound: no such entry of this kind, or revision.
        """
        ...

    def entries(self, kind: type[Content], *, scenario_id: str | None = None) -> tuple[Revision[Content], ...]:
        """The latest revision of each of this kind, of one scenario where given; first kept first."""
        ...

    def history(self, kind: type[Content], entry_id: str) -> tuple[Revision[Content], ...]:
        """Every revision of an entry, oldest first; empty where there is none."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
