"""Whether the data of a folder is whole: archive, published generation, ledger, and what points from one to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from foresight.model.errors import NothingPublished, RunLocked, StoreError
from foresight.model.workshop import REVISIONED_TYPES, Signpost, SignpostState
from foresight.store.archive import Archive
from foresight.store.generations import Generations
from foresight.store.ledger import Ledger
from foresight.store.reader import ArchiveReader

IDS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFinding:
    """One thing that was looked at. The sentence stands under "cli.doctor_<key>"."""

    key: str
    wrong: bool = False
    facts: tuple[tuple[str, object], ...] = ()

    def document(self) -> dict[str, object]:
        """For JSON."""
        return {"key": self.key, "wrong": self.wrong} | {name: str(value) for name, value in self.facts}


def check_data(
    work: Path,
    open_archive: Callable[[], Archive],
    generations: Generations,
    open_ledger: Callable[[], Ledger],
) -> tuple[DataFinding, ...]:
    """Look at everything; what is broken is a finding, never an error."""
    return (
        *_check_archive(work, open_archive),
        *_check_generation(generations),
        *_check_ledger(generations, open_ledger, work.parent),
    )


def _check_archive(work: Path, open_archive: Callable[[], Archive]) -> Iterator[DataFinding]:
    if not work.exists():
        yield DataFinding(key="no_archive", facts=(("path", work),))
        return
    try:
        archive = open_archive()
    except RunLocked as error:
        yield DataFinding(key="busy", facts=error.facts)
        return
    except StoreError as error:
        yield _damaged_finding("archive_damaged", work, error)
        return
    try:
        orphans = archive.check()
        size = round(work.stat().st_size / 1e6, 1)
        yield DataFinding(key="archive", facts=(("documents", archive.document_count()), ("size", size)))
        for table, column, rows in orphans:
            yield DataFinding(key="orphans", wrong=True, facts=(("table", table), ("column", column), ("rows", rows)))
    except StoreError as error:
        yield _damaged_finding("archive_damaged", work, error)
    finally:
        archive.close()


def _check_generation(generations: Generations) -> Iterator[DataFinding]:
    try:
        reader = generations.current()
    except NothingPublished:
        yield DataFinding(key="no_generation")
        return
    except StoreError as error:
        yield _damaged_finding("generation_damaged", "", error)
        return
    try:
        latest = reader.latest_analysis()
        facts = (
            ("generation", reader.generation),
            ("trends", len(reader.trends())),
            ("as_of", latest.as_of.date() if latest and latest.as_of else "–"),
        )
        yield DataFinding(key="generation", facts=facts)
    except StoreError as error:
        yield _damaged_finding("generation_damaged", "", error)
    finally:
        reader.close()


def _check_ledger(generations: Generations, open_ledger: Callable[[], Ledger], folder: Path) -> Iterator[DataFinding]:
    try:
        ledger = open_ledger()
        decisions, scenarios = ledger.decisions(), ledger.scenarios()
    except StoreError as error:
        yield _damaged_finding("ledger_damaged", folder, error)
        return
    yield DataFinding(key="ledger", facts=(("decisions", len(decisions)), ("scenarios", len(scenarios))))
    try:
        yield from _lost_entries(ledger, {scenario.id for scenario in scenarios})
    except StoreError as error:
        yield _damaged_finding("ledger_damaged", folder, error)
        return
    try:
        reader = generations.current()
    except StoreError:
        return
    try:
        decided = sorted({decision.trend_id for decision in decisions})
        yield from _unknown_trends(reader, "decisions_unknown", {trend_id: trend_id for trend_id in decided})
        adopted = [one for one in ledger.entries(Signpost) if one.content.state is SignpostState.ADOPTED]
        # Nothing can trip a signpost on such a trend.
        yield from _unknown_trends(reader, "signposts_blind", {one.id: one.content.watch.trend_id for one in adopted})
        yield from _lost_citations(reader, {(c.document_id, c.content_hash) for s in scenarios for c in s.citations})
    finally:
        reader.close()


def _unknown_trends(reader: ArchiveReader, key: str, trend_ids: Mapping[str, str]) -> Iterator[DataFinding]:
    """Things that refer to trends this archive has never known; trend_ids: the trend of each, by its own id."""
    known = {trend.id for trend in reader.trends()}
    unknown = {one for one in set(trend_ids.values()) - known if not reader.trend_history(one)}
    yield from _found_ids(key, [one for one, trend_id in trend_ids.items() if trend_id in unknown])


def _lost_entries(ledger: Ledger, known: set[str]) -> Iterator[DataFinding]:
    """What workshops made for scenarios that are not there. Reading every kind also shows what is damaged."""
    entries = [(entry.id, entry.scenario_id) for kind in REVISIONED_TYPES for entry in ledger.entries(kind)]
    yield DataFinding(key="entries", facts=(("number", len(entries)),))
    yield from _found_ids(
        "entries_lost", sorted(key for key, scenario in entries if scenario and scenario not in known)
    )


def _lost_citations(reader: ArchiveReader, cited: set[tuple[str, str]]) -> Iterator[DataFinding]:
    documents = reader.documents(ids=sorted({document_id for document_id, _ in cited})) if cited else ()
    found = {(document.id, document.content_hash) for document in documents}
    yield from _found_ids("citations_lost", sorted(document_id for document_id, _ in cited - found))


def _found_ids(key: str, ids: Sequence[str]) -> Iterator[DataFinding]:
    """One finding on these ids; none where there are none."""
    if ids:
        yield DataFinding(key=key, facts=(("number", len(ids)), ("ids", ", ".join(ids[:IDS_SHOWN]))))


def _damaged_finding(key: str, path: Path | str, error: StoreError) -> DataFinding:
    facts = {"path": str(path), "reason": type(error).__name__} | dict(error.facts)
    return DataFinding(key=key, wrong=True, facts=(("path", facts["path"]), ("reason", facts["reason"])))
