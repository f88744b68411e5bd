"""What the store does when a file is locked or broken, the disk full, the folder without rights, the process gone."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from store_worker import BATCH, stamp, stamps, write_batch

from foresight.model.errors import (
    NotFound,
    NothingPublished,
    RunLocked,
    StoreDamaged,
    StoreError,
    StoreLocked,
    StoreTooNew,
)
from foresight.model.track_record import CallOrigin
from foresight.store.archive import Archive
from foresight.store.generations import Generations
from foresight.store.ledger import Ledger
from foresight.store.reader import GenerationReader
from foresight.store.run_lock import RunLock
from foresight.testing.builders import NOW, a_decision, a_document, a_scenario
from foresight.testing.fakes import FrozenClock

WORKER = Path(__file__).parent / "store_worker.py"
READS: dict[str, Callable[[GenerationReader], object]] = {
    "sources": lambda reader: reader.sources(),
    "last_fetches": lambda reader: reader.last_fetches(),
    "fetches": lambda reader: reader.fetches("source-1"),
    "document_count": lambda reader: reader.document_count(before=NOW),
    "newest": lambda reader: reader.newest(),
    "titles": lambda reader: reader.titles(since=NOW - timedelta(days=9), until=NOW),
    "documents": lambda reader: reader.documents(),
    "search": lambda reader: reader.search("title"),
    "terms": lambda reader: reader.terms(["document-1"]),
    "entities": lambda reader: reader.entities(["document-1"]),
    "corpus": lambda reader: reader.corpus("e"),
    "runs": lambda reader: reader.runs(),
    "latest_analysis": lambda reader: reader.latest_analysis(),
    "topics": lambda reader: reader.topics(),
    "trends": lambda reader: reader.trends(),
    "trend": lambda reader: reader.trend("trend-1"),
    "trend_history": lambda reader: reader.trend_history("trend-1"),
    "series": lambda reader: reader.series(),
    "signals": lambda reader: reader.signals(),
    "assignments": lambda reader: reader.assignments("trend-1"),
    "lineage": lambda reader: reader.lineage(),
    "engine_state": lambda reader: reader.clustering_state(),
    "calls": lambda reader: reader.calls(CallOrigin.RUN),
    "outcomes": lambda reader: reader.outcomes(CallOrigin.RUN),
    "track_record": lambda reader: reader.track_record(CallOrigin.RUN),
}


@contextmanager
def worker(role: str, data: Path, number: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A process of `store_worker`; at the end it is told to go on until it ends."""
    command = [sys.executable, str(WORKER), role, str(data), str(number)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def answer(role: str, data: Path, number: int = 0) -> object:
    with worker(role, data, number) as process:
        told, _ = process.communicate()
    assert process.returncode == 0
    return [json.loads(line) for line in told.splitlines()]


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def told(process: subprocess.Popen[str]) -> object:
    assert process.stdout
    return json.loads(process.stdout.readline())


def fill(archive: Archive, batches: int = 20) -> None:
    for number in range(batches):
        write_batch(archive, number)
    with archive.transaction():
        archive.put_enrichment(archive.documents())


def test_an_archive_that_another_process_writes_is_locked(tmp_path: Path) -> None:
    with worker("hold_archive", tmp_path) as process:
        assert told(process) == "held"
        with pytest.raises(StoreLocked) as error:
            Archive(tmp_path / "work.duckdb")
        with pytest.raises(StoreLocked):
            GenerationReader(tmp_path / "work.duckdb", 0)
        assert error.value.facts == (("path", str(tmp_path / "work.duckdb")),)
        go_on(process)
    Archive(tmp_path / "work.duckdb").close()


def test_publishing_does_not_let_go_of_the_lock(archive: Archive, tmp_path: Path) -> None:
    """A POSIX lock ends when the process closes any descriptor of the file; a plain copy would do that."""
    Generations(tmp_path, keep=2).publish(archive)
    assert answer("try", tmp_path) == ["StoreLocked"]
    archive.close()
    assert answer("try", tmp_path) == ["done"]


@pytest.mark.parametrize("content", [b"this is no database", b"x" * 100_000, b"\0" * 20_000])
def test_what_is_no_database_is_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "archive-000001.duckdb"
    path.write_bytes(content)
    (tmp_path / "CURRENT").write_text(path.name)
    with pytest.raises(StoreDamaged):
        Archive(path)
    with pytest.raises(StoreDamaged):
        Generations(tmp_path, keep=2).current()
    ledger = tmp_path / "ledger.sqlite"
    ledger.write_bytes(content)
    with pytest.raises(StoreDamaged):
        Ledger(ledger)
    assert path.read_bytes() == ledger.read_bytes() == content


def test_a_truncated_generation_fails_as_damaged_wherever_it_is_read(archive: Archive, tmp_path: Path) -> None:
    fill(archive)
    stamp(archive, 1)
    folder = Generations(tmp_path, keep=2)
    folder.publish(archive)
    path = tmp_path / "archive-000001.duckdb"
    whole = path.read_bytes()
    damaged: Counter[str] = Counter()
    for tenth in (0, 1, 3, 5, 7, 9):
        path.write_bytes(whole[: len(whole) * tenth // 10])
        damaged.update(damaged_reads(folder))
    assert min(damaged[name] for name in READS) >= 1
    assert damaged["corpus"] >= 4


def damaged_reads(folder: Generations) -> list[str]:
    """Which reads say that the file is damaged; another error than ours would come through."""
    try:
        reader = folder.current()
    except StoreDamaged:
        return list(READS)
    found = []
    for name, read in READS.items():
        try:
            read(reader)
        except StoreDamaged:
            found.append(name)
        except NotFound:
            pass
    reader.close()
    return found


def test_a_working_archive_with_bytes_overwritten_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    archive = Archive(path)
    fill(archive)
    archive.close()
    content = bytearray(path.read_bytes())
    content[16_384:] = os.urandom(len(content) - 16_384)
    path.write_bytes(content)
    with pytest.raises(StoreDamaged):
        Archive(path).corpus("e")


def test_every_read_of_a_closed_reader_is_a_store_error(archive: Archive, tmp_path: Path) -> None:
    stamp(archive, 1)
    folder = Generations(tmp_path, keep=2)
    folder.publish(archive)
    reader = folder.current()
    reader.close()
    for read in READS.values():
        with pytest.raises(StoreError):
            read(reader)


def test_every_write_after_closing_is_a_store_error(archive: Archive) -> None:
    archive.close()
    with pytest.raises(StoreError), archive.transaction():
        pytest.fail("it began")


def test_a_pointer_that_names_nothing_sensible_is_damaged(tmp_path: Path) -> None:
    folder = Generations(tmp_path, keep=2)
    for content in (b"", b"archive-1.duckdb", b"../archive-000001.duckdb", b"\xff\xfe", b"archive-000001.duckdb.tmp"):
        (tmp_path / "CURRENT").write_bytes(content)
        with pytest.raises(StoreDamaged):
            folder.number()
        with pytest.raises(StoreDamaged):
            folder.current()


def test_a_pointer_to_an_absent_generation_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("archive-000007.duckdb\n")
    with pytest.raises(StoreDamaged):
        Generations(tmp_path, keep=2).current()


def test_an_absent_folder_has_nothing_published(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished):
        Generations(tmp_path / "absent", keep=2).current()


def test_a_newer_schema_is_outdated_here(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "work.duckdb")
    archive._connection.execute("INSERT INTO migration VALUES (9999, '9999_future')")
    Generations(tmp_path, keep=2).publish(archive)
    archive.close()
    for attempt in (lambda: Archive(tmp_path / "work.duckdb"), Generations(tmp_path, keep=2).current):
        with pytest.raises(StoreTooNew) as error:
            attempt()
        assert ("schema", "9999") in error.value.facts


def test_a_migration_that_fails_leaves_a_file_that_can_be_migrated(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "work.duckdb")
    archive._connection.execute("DELETE FROM migration")
    archive.close()
    with pytest.raises(StoreError):
        Archive(tmp_path / "work.duckdb")  # the tables are there already


def test_a_folder_without_rights_can_be_read_but_not_written(archive: Archive) -> None:
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        stamp(archive, 1)
        Generations(data, keep=2).publish(archive)
        Archive(data / "work.duckdb").close()
        Ledger(data / "ledger.sqlite").close()
        for path in data.iterdir():
            path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        data.chmod(0o555)
        try:
            assert answer("without_rights", data, 65534) == [1, *["StoreError"] * 4]
        finally:
            data.chmod(0o755)


def test_a_path_below_a_file_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for make in (Archive, Ledger, lambda path: RunLock(path).__enter__()):
        with pytest.raises(StoreError):
            make(tmp_path / "file" / "store")


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    ((done, error),) = answer("fill_archive", tmp_path, 1_500_000)
    assert error == "StoreFull"
    archive = Archive(tmp_path / "work.duckdb")
    assert done <= archive.document_count() // BATCH <= done + 1
    assert_batches_are_whole(archive)
    archive.close()


def test_a_full_disk_leaves_the_pointer_where_it_was(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "work.duckdb")
    stamp(archive, 1)
    Generations(tmp_path, keep=2).publish(archive)
    fill(archive, 30)
    archive.close()
    assert answer("publish_full", tmp_path, 1_000_000) == ["StoreFull"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "archive-000001.duckdb", "work.duckdb"]
    reader = Generations(tmp_path, keep=2).current()
    assert stamps(reader) == {1}
    reader.close()


def test_a_full_disk_loses_no_decision(tmp_path: Path) -> None:
    ((done, error),) = answer("fill_ledger", tmp_path, 200_000)
    assert error in {"StoreFull", "StoreError"}
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert done <= len(ledger.decisions()) <= done + 1
    assert ledger.append(a_decision()).seq == len(ledger.decisions())
    ledger.close()


def assert_batches_are_whole(archive: Archive) -> None:
    sizes = Counter(document.id[:6] for document in archive.documents())
    assert set(sizes.values()) <= {BATCH}
    assert {run.id[4:] for run in archive.runs(limit=10**6)} == set(sizes)
    with archive.transaction():
        archive.put_enrichment(archive.documents())
    assert len(archive.corpus("e")) == archive.document_count()


def test_killed_at_each_step_of_publishing_readers_keep_a_whole_generation(tmp_path: Path) -> None:
    steps = 16
    folder = Generations(tmp_path, keep=2)
    archive = Archive(tmp_path / "work.duckdb")
    stamp(archive, 1)
    folder.publish(archive)
    archive.close()
    killed, published = 0, 1
    with worker("publish_killed_at_each_step", tmp_path, steps) as process:
        for _ in range(steps):
            outcome = told(process)
            killed += outcome["killed"]
            assert outcome["killed"] or outcome["status"] == 0
            reader = folder.current()
            (number,) = stamps(reader)
            reader.close()
            assert number >= published
            published = number
            go_on(process)
    assert killed >= 8, "there are that many steps to die at"
    assert killed < steps, "in the end it came through"
    assert not list(tmp_path.glob("*.tmp"))


def test_killed_at_any_time_while_publishing_readers_keep_a_whole_generation(tmp_path: Path) -> None:
    folder = Generations(tmp_path, keep=2)
    archive = Archive(tmp_path / "work.duckdb")
    stamp(archive, 1)
    folder.publish(archive)
    archive.close()
    rounds, published = 20, 1
    with worker("publish_killed", tmp_path, rounds) as process:
        for _ in range(rounds):
            told(process)
            reader = folder.current()
            (number,) = stamps(reader)
            reader.close()
            assert number >= published
            published = number
            go_on(process)
    assert published >= rounds, "it published between the kills"
    assert len(list(tmp_path.glob("archive-*.duckdb"))) <= 4


def test_killed_while_writing_batches_every_acknowledged_one_is_there_and_whole(tmp_path: Path) -> None:
    rounds = 10
    with worker("write_killed", tmp_path, rounds) as process:
        for _ in range(rounds):
            told(process)
            go_on(process)
    acknowledged = {int(line) for line in (tmp_path / "acknowledged").read_text().split()}
    archive = Archive(tmp_path / "work.duckdb")
    kept = {int(document.id[:6]) for document in archive.documents()}
    assert acknowledged <= kept
    assert len(kept) - len(acknowledged) <= rounds
    assert len(acknowledged) >= rounds
    assert_batches_are_whole(archive)
    archive.close()


def test_ten_processes_read_whole_generations_while_one_publishes(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "work.duckdb")
    stamp(archive, 1)
    Generations(tmp_path, keep=2).publish(archive)
    archive.close()
    assert answer("read_while_publishing", tmp_path, 10) == [[0] * 11]
    found = [json.loads((tmp_path / f"reader-{place}").read_text()) for place in range(10)]
    assert [each["torn"] for each in found] == [0] * 10
    assert min(each["reads"] for each in found) >= 1
    assert max(each["seen"] for each in found) >= 2


def test_ten_processes_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    assert answer("append_together", tmp_path, 10) == [[0] * 10]
    ledger = Ledger(tmp_path / "ledger.sqlite")
    decisions = ledger.decisions()
    assert [decision.seq for decision in decisions] == list(range(1, 201))
    for place in range(10):
        assert [d.value for d in decisions if d.who == str(place)] == [str(number) for number in range(20)]
    ledger.close()


def test_of_several_who_save_one_revision_at_once_one_wins_and_the_others_hear_of_it(tmp_path: Path) -> None:
    assert answer("save_together", tmp_path, 4) == [[0] * 4]
    outcomes = [(tmp_path / f"saver-{place}").read_text() for place in range(4)]
    ledger = Ledger(tmp_path / "ledger.sqlite")
    first, second = ledger.revisions("scenario-1")
    assert sorted(outcome == "saved" for outcome in outcomes) == [False, False, False, True]
    assert outcomes.index("saved") == int(second.author)
    lost = next(outcome for outcome in outcomes if outcome != "saved")
    assert f"author={second.author}" in lost
    assert "found=2" in lost
    assert first.rev == 1
    ledger.close()


def test_a_ledger_killed_while_appending_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    rounds = 5
    with worker("append_killed", tmp_path, rounds) as process:
        for _ in range(rounds):
            told(process)
            go_on(process)
    acknowledged = [int(line) for line in (tmp_path / "acknowledged").read_text().split()]
    ledger = Ledger(tmp_path / "ledger.sqlite")
    kept = [decision.seq for decision in ledger.decisions()]
    assert set(acknowledged) <= set(kept)
    assert len(kept) - len(acknowledged) <= rounds
    assert len(acknowledged) >= rounds
    ledger.close()


def test_a_ledger_that_another_holds_too_long_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    holder, ledger = Ledger(path), Ledger(path, patience=0.05)
    with holder._transaction(), pytest.raises(StoreLocked):
        ledger.append(a_decision())
    with holder._transaction(), pytest.raises(StoreLocked):
        ledger.save_scenario(a_scenario())
    assert ledger.append(a_decision()).seq == 1
    holder.close()
    ledger.close()


def test_a_truncated_ledger_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    for number in range(100):
        ledger.append(a_decision(value="x" * 500 + str(number)))
        ledger.save_scenario(a_scenario(f"scenario-{number}"))
    ledger.close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    for read in (
        lambda it: it.decisions(),
        lambda it: it.scenarios(),
        lambda it: [it.revisions(f"scenario-{number}") for number in range(100)],
        lambda it: [it.append(a_decision(value="x" * 5000)) for _ in range(100)],
    ):
        with pytest.raises(StoreDamaged):
            read(Ledger(path))


def test_a_held_lock_says_who_holds_it_since_when(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with worker("hold_lock", tmp_path) as process:
        pid = told(process)
        with pytest.raises(RunLocked) as error, RunLock(path):
            pytest.fail("it was let in")
        facts = dict(error.value.facts)
        assert (facts["path"], facts["pid"]) == (str(path), str(pid))
        assert facts["since"].endswith("+00:00")
        with pytest.raises(RunLocked), RunLock(path, wait=timedelta(seconds=0.1)):
            pytest.fail("it was let in")
        process.kill()
    with RunLock(path, clock=FrozenClock()):
        assert path.read_text() == f"{os.getpid()} {NOW.isoformat()}\n"
        with pytest.raises(RunLocked), RunLock(path):
            pytest.fail("it was let in")
    with RunLock(path):
        pass


def test_whoever_waits_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    with worker("hold_lock", tmp_path) as process:
        told(process)
        go_on(process)
        with RunLock(tmp_path / "run.lock", wait=timedelta(seconds=30)):
            pass


def test_readers_that_need_more_than_memory_leave_nothing_in_the_data_folder(archive: Archive, tmp_path: Path) -> None:
    fill(archive, 40)
    folder = Generations(tmp_path, keep=2)
    folder.publish(archive)
    before = {path.name for path in tmp_path.iterdir()}
    reader, twin = folder.current(), folder.current()
    reader._connection.execute("SET memory_limit = '10MB'")
    with suppress(StoreError):  # it may not fit at all; what counts is where it spilled
        reader._connection.rows("SELECT md5(range::VARCHAR) AS x FROM range(600_000) ORDER BY x LIMIT 1 OFFSET 500_000")
    assert {path.name for path in tmp_path.iterdir()} == before
    reader.close()
    assert twin.document_count() == 40 * BATCH
    twin.close()


def test_vectors_and_documents_of_one_file_can_be_read_from_many_threads(archive: Archive, tmp_path: Path) -> None:
    fill(archive)
    folder = Generations(tmp_path, keep=2)
    folder.publish(archive)
    reader = folder.current()

    def read(place: int) -> bool:
        document = reader.documents(ids=[f"{place:06d}-0"])
        return document == (a_document(f"{place:06d}-0", text_hash=f"{place:06d}-0", clean_title=""),) and np.all(
            reader.corpus("e").vectors == 1
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(20)))
    reader.close()
