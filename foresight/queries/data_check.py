"""Whether the data of a folder is whole: archive, published generation, ledger, and what points from one to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
        yield from _unknown_trends(reader, sorted({decision.trend_id for decision in decisions}))
        yield from _signposts_on_unknown_trends(reader, ledger)
        yield from _lost_citations(reader, {(c.document_id, c.content_hash) for s in scenarios for c in s.citations})
    finally:
        reader.close()


def _unknown_trends(reader: ArchiveReader, wanted: Sequence[str]) -> Iterator[DataFinding]:
    known = {trend.id for trend in reader.trends()}
    unknown = [trend_id for trend_id in wanted if trend_id not in known and not reader.trend_history(trend_id)]
    if unknown:
        yield DataFinding(
            key="decisions_unknown", facts=(("number", len(unknown)), ("ids", ", ".join(unknown[:IDS_SHOWN])))
        )


def _lost_entries(ledger: Ledger, known: set[str]) -> Iterator[DataFinding]:
    """What workshops made for scenarios that are not there. Reading every kind also shows what is damaged."""
    kept: list[tuple[str, str]] = [
        (entry.id, entry.scenario_id) for kind in REVISIONED_TYPES for entry in ledger.entries(kind)
    ]
    lost = sorted(entry_id for entry_id, scenario_id in kept if scenario_id and scenario_id not in known)
    yield DataFinding(key="entries", facts=(("number", len(kept)),))
    if lost:
        yield DataFinding(key="entries_lost", facts=(("number", len(lost)), ("ids", ", ".join(lost[:IDS_SHOWN]))))


def _signposts_on_unknown_trends(reader: ArchiveReader, ledger: Ledger) -> Iterator[DataFinding]:
    """Adopted signposts on trends that this archive has never known: nothing can trip them."""
    known = {trend.id for trend in reader.trends()}
    adopted = [one for one in ledger.entries(Signpost) if one.content.state is SignpostState.ADOPTED]
    blind = [
        one.id
        for one in adopted
        if one.content.watch.trend_id not in known and not reader.trend_history(one.content.watch.trend_id)
    ]
    if blind:
        yield DataFinding(key="signposts_blind", facts=(("number", len(blind)), ("ids", ", ".join(blind[:IDS_SHOWN]))))


def _lost_citations(reader: ArchiveReader, cited: set[tuple[str, str]]) -> Iterator[DataFinding]:
    documents = reader.documents(ids=sorted({document_id for document_id, _ in cited})) if cited else ()
    there = {(document.id, document.content_hash) for document in documents}
    lost = sorted(document_id for document_id, wording in cited if (document_id, wording) not in there)
    if lost:
        yield DataFinding(key="citations_lost", facts=(("number", len(lost)), ("ids", ", ".join(lost[:IDS_SHOWN]))))


def _damaged_finding(key: str, path: Path | str, error: StoreError) -> DataFinding:
    facts = dict(error.facts)
    told = (("path", facts.get("path", str(path))), ("reason", facts.get("reason", type(error).__name__)))
    return DataFinding(key=key, wrong=True, facts=told)
