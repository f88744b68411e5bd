"""Documents into the archive: from feeds, in batches of whole feeds, and from files, in batches of rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from time import perf_counter

from foresight.collect.collecting import Collected
from foresight.collect.importing import ImportBatch
from foresight.pipeline.tools import Tally, Tools
from foresight.ports import Archive
from foresight.records import Fetch, FetchOutcome, Problem, Source

BATCH_SECONDS = 2.0


async def store_feeds(collected: AsyncIterator[Collected], tools: Tools, counted: Tally) -> None:
    """Keep what feeds gave. One transaction holds up to `batch_feeds` feeds, each whole, with its validators.

    A feed's validators move only together with its documents: killed in between, it is asked again in full.
    """
    batch: list[Collected] = []
    started = perf_counter()
    async for one in collected:
        batch.append(one)
        if len(batch) >= tools.options.collect.batch_feeds or perf_counter() - started > BATCH_SECONDS:
            _store_batch(batch, tools.archive, counted)
            batch, started = [], perf_counter()
    _store_batch(batch, tools.archive, counted)


def store_import(batches: Iterable[ImportBatch], tools: Tools, counted: Tally) -> None:
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


def _store_batch(batch: Sequence[Collected], archive: Archive, counted: Tally) -> None:
    if not batch:
        return
    with archive.transaction():
        archive.put_fetches([_stored(one, archive, counted) for one in batch])


def _stored(one: Collected, archive: Archive, counted: Tally) -> Fetch:
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
