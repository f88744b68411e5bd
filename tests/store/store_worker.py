"""Processes for the tests of the store. Imports once, then forks: no process has to load the libraries again.

Run as ``python store_worker.py ROLE DATA [NUMBER]``. Each role prints one JSON document or lines, and is told on
standard input when to go on.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from foresight.model.documents import EncodedTexts
from foresight.model.errors import ForesightError, LedgerConflict
from foresight.model.runs import Run
from foresight.model.scenarios import Future, FutureSet
from foresight.model.trends import Lineage, LineageKind
from foresight.store.archive import Archive
from foresight.store.generations import Generations
from foresight.store.ledger import Ledger
from foresight.store.migrations import migrations
from foresight.store.run_lock import RunLock
from foresight.testing.builders import (
    a_decision,
    a_document,
    a_revision,
    a_run,
    a_scenario,
    a_series,
    a_signal,
    a_source,
    a_trend,
)

BATCH = 40


def stamp(archive: Archive, number: int) -> None:
    """One whole run: its number stands in six tables."""
    name = f"run-{number:06d}"
    with archive.transaction():
        archive.put_sources([a_source(weight=float(number))])
        archive.put_documents([a_document(f"document-{number:06d}")])
        archive.put_run(a_run(name))
        archive.put_analysis(
            name,
            [a_trend(run_id=name, documents=number)],
            [a_series(counts=(float(number),) * 12)],
            [a_signal(value=float(number))],
            [Lineage(run_id=name, trend_id="trend-1", kind=LineageKind.SAME)],
            [],
        )


def stamps(reader: object) -> set[int]:
    """The numbers that stand in the tables of a generation; one when it is whole."""
    run: Run = reader.latest_analysis()
    return {
        int(run.id[4:]),
        int(reader.trends()[0].run_id[4:]),
        reader.trends()[0].documents,
        int(reader.series()[0].counts[0]),
        int(reader.signals()[0].value),
        int(reader.lineage()[0].run_id[4:]),
        int(reader.sources()[0].weight),
        reader.document_count(),
    }


def write_batch(archive: Archive, number: int) -> None:
    """One batch in three tables."""
    names = [f"{number:06d}-{place}" for place in range(BATCH)]
    with archive.transaction():
        archive.put_documents([a_document(name, text_hash=name) for name in names[: BATCH // 2]])
        archive.put_documents([a_document(name, text_hash=name) for name in names[BATCH // 2 :]])
        archive.put_vectors(
            EncodedTexts(hashes=tuple(names), vectors=np.ones((BATCH, 384), dtype=np.float32), encoder="e")
        )
        archive.put_run(a_run(f"run-{number:06d}"))


def load() -> None:
    """What pyarrow loads at its first list and DuckDB at its first table, once, before many forks."""
    importlib.import_module("pandas")
    importlib.import_module("pyarrow.dataset")


def child(work: Callable[[], None]) -> int:
    """A forked process that does `work` and nothing else."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return pid


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def killed_at_any_time(work: Callable[[int], None], rounds: int) -> None:
    """Kill a process that does `work` at a random moment after its first success, tell, and wait for the word.

    `work` writes "done" to a descriptor each time it has succeeded.
    """
    chance = random.Random(7)
    for number in range(rounds):
        told, telling = os.pipe()
        pid = child(lambda: work(telling))  # noqa: B023 - forked at once
        os.close(telling)
        os.read(told, 5)
        time.sleep(chance.random() * 0.2)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with os.fdopen(told, "rb") as rest:
            rest.read()
        say(number)
        sys.stdin.readline()


def publish_for_ever(data: Path, telling: int) -> None:
    archive = Archive(data / "work.duckdb")
    folder = Generations(data, keep=2)
    while True:
        stamp(archive, archive.document_count() + 1)
        folder.publish(archive)
        os.write(telling, b"done\n")


def publish_once_and_die_at(data: Path, fatal: int) -> None:
    """Die in front of the `fatal`-th thing that publishing asks of the file system."""
    archive = Archive(data / "work.duckdb")
    stamp(archive, archive.document_count() + 1)
    count = 0

    def hook(event: str, facts: tuple[object, ...]) -> None:
        nonlocal count
        if event in {"open", "os.rename", "os.remove", "os.mkdir"} and str(data) in str(facts):
            if count == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

    sys.addaudithook(hook)
    Generations(data, keep=2).publish(archive)


def role_publish_killed_at_each_step(data: Path, rounds: int) -> None:
    load()
    for fatal in range(rounds):
        pid = child(lambda: publish_once_and_die_at(data, fatal))  # noqa: B023 - forked at once
        _, status = os.waitpid(pid, 0)
        say({"killed": os.WIFSIGNALED(status), "status": status})
        sys.stdin.readline()


def role_publish_killed(data: Path, rounds: int) -> None:
    load()
    killed_at_any_time(lambda telling: publish_for_ever(data, telling), rounds)


def role_write_killed(data: Path, rounds: int) -> None:
    load()

    def work(telling: int) -> None:
        archive = Archive(data / "work.duckdb")
        number = archive.document_count() // BATCH
        acknowledged = os.open(data / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        while True:
            write_batch(archive, number)
            os.write(acknowledged, f"{number}\n".encode())
            os.write(telling, b"done\n")
            number += 1

    killed_at_any_time(work, rounds)


def role_append_killed(data: Path, rounds: int) -> None:
    def work(telling: int) -> None:
        ledger = Ledger(data / "ledger.sqlite")
        acknowledged = os.open(data / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        while True:
            os.write(acknowledged, f"{ledger.append(a_decision()).seq}\n".encode())
            os.write(telling, b"done\n")

    killed_at_any_time(work, rounds)


def role_read_while_publishing(data: Path, readers: int) -> None:
    """One process publishes a dozen generations, the others read as fast as they can until it is done."""
    load()
    generations, done = 12, data / "done"

    def read(place: int) -> None:
        folder = Generations(data, keep=2)
        seen, torn, reads = set(), 0, 0
        while not (done.exists() and reads):
            reader = folder.current()
            found = stamps(reader)
            torn += len(found) != 1
            seen |= found
            reads += 1
            reader.close()
        (data / f"reader-{place}").write_text(json.dumps({"seen": len(seen), "torn": torn, "reads": reads}))

    def write() -> None:
        archive = Archive(data / "work.duckdb")
        folder = Generations(data, keep=2)
        try:
            for _ in range(generations):
                stamp(archive, archive.document_count() + 1)
                folder.publish(archive)
        finally:
            done.touch()

    pids = [child(write), *(child(lambda place=place: read(place)) for place in range(readers))]
    say([os.waitpid(pid, 0)[1] for pid in pids])


def role_append_together(data: Path, processes: int) -> None:
    def append(place: int) -> None:
        ledger = Ledger(data / "ledger.sqlite")
        for number in range(20):
            ledger.append(a_decision(who=str(place), value=str(number)))

    pids = [child(lambda place=place: append(place)) for place in range(processes)]
    say([os.waitpid(pid, 0)[1] for pid in pids])


def role_save_together(data: Path, processes: int) -> None:
    def save(place: int) -> None:
        ledger = Ledger(data / "ledger.sqlite")
        try:
            ledger.save_scenario(a_scenario(author=str(place), rev=1))
            told = "saved"
        except LedgerConflict as error:
            told = str(error)
        (data / f"saver-{place}").write_text(told)

    Ledger(data / "ledger.sqlite").save_scenario(a_scenario())
    pids = [child(lambda place=place: save(place)) for place in range(processes)]
    say([os.waitpid(pid, 0)[1] for pid in pids])


def role_judge_together(data: Path, processes: int) -> None:
    """Each adds five futures of its own to one entry; who hears of a conflict looks again and saves onto it."""

    def judge(place: int) -> None:
        ledger = Ledger(data / "ledger.sqlite")
        conflicts = 0
        for number in range(5):
            added = Future(id=f"{place}-{number}", name=f"{place}-{number}", states=())
            base = ledger.entry(FutureSet, "together")
            while True:
                whole = replace(base.content, futures=(*base.content.futures, added))
                try:
                    ledger.keep(replace(base, content=whole, author=str(place)))
                    break
                except LedgerConflict:
                    conflicts += 1
                    base = ledger.entry(FutureSet, "together")
        (data / f"judge-{place}").write_text(str(conflicts))

    Ledger(data / "ledger.sqlite").keep(a_revision(FutureSet(), "together"))
    pids = [child(lambda place=place: judge(place)) for place in range(processes)]
    say([os.waitpid(pid, 0)[1] for pid in pids])


def role_hold_archive(data: Path, _: int) -> None:
    archive = Archive(data / "work.duckdb")
    say("held")
    sys.stdin.readline()
    archive.close()


def role_hold_lock(data: Path, _: int) -> None:
    with RunLock(data / "run.lock"):
        say(os.getpid())
        sys.stdin.readline()


def role_try(data: Path, _: int) -> None:
    """Whether the archive can be opened."""
    tell(lambda: Archive(data / "work.duckdb").close())


def tell(work: Callable[[], object]) -> None:
    try:
        work()
        say("done")
    except ForesightError as error:
        say(type(error).__name__)


def limit_files(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def role_fill_archive(data: Path, size: int) -> None:
    """Write batches until the disk is full; say how many were acknowledged, then how publishing goes."""
    archive = Archive(data / "work.duckdb")
    limit_files(size)
    done = 0
    try:
        while done < 10_000:
            write_batch(archive, done)
            done += 1
    except ForesightError as error:
        say([done, type(error).__name__])


def role_publish_full(data: Path, size: int) -> None:
    archive = Archive(data / "work.duckdb")
    limit_files(size)
    tell(lambda: Generations(data, keep=2).publish(archive))


def role_fill_ledger(data: Path, size: int) -> None:
    ledger = Ledger(data / "ledger.sqlite")
    limit_files(size)
    done = 0
    try:
        while done < 10_000:
            ledger.append(a_decision(value="x" * 2000))
            done += 1
    except ForesightError as error:
        say([done, type(error).__name__])


def role_without_rights(data: Path, user: int) -> None:
    """Try everything as somebody who may read the folder and no more."""
    for store in ("archive", "ledger"):
        migrations(store)  # what reads them is loaded while we may read our own packages
    if os.geteuid() == 0:
        os.setuid(user)
    opened = Generations(data, keep=2).current()
    say(opened.document_count())
    tell(lambda: Archive(data / "work.duckdb"))
    tell(lambda: Ledger(data / "ledger.sqlite"))
    tell(lambda: RunLock(data / "run.lock").__enter__())
    tell(lambda: Archive(data / "new" / "work.duckdb"))


if __name__ == "__main__":
    globals()[f"role_{sys.argv[1]}"](Path(sys.argv[2]), int(sys.argv[3]))
