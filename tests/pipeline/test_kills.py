"""Killed at any moment, a run loses nothing it acknowledged, readers keep a whole generation, the next run goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from foresight import wiring
from foresight.demo.feed_server import FeedServer
from foresight.demo.generator import make_world
from foresight.model.errors import NothingPublished
from foresight.model.runs import RunStatus
from foresight.store.archive import Archive
from foresight.store.generations import Generations

SERVER = Path(__file__).with_name("run_once.py")
KILLS = 20
LONGEST = 300.0


class Runs:
    """Starts runs, each a process of its own that is killed when it takes longer than it may."""

    def __init__(self, url: str) -> None:
        self._url = url
        environment = os.environ | {"NUMBA_THREADING_LAYER": "workqueue"}
        self._server = subprocess.Popen(
            [sys.executable, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self._server.stdout
        assert self._server.stdout.readline() == "ready\n"

    def run(self, data: Path, *, longest: float = LONGEST) -> bool:
        """Whether it came to its end; killed otherwise."""
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(f"{self._url}\t{data}\n")
        self._server.stdin.flush()
        child = int(self._server.stdout.readline())
        watch = threading.Timer(longest, os.kill, (child, signal.SIGKILL))
        watch.start()
        status = int(self._server.stdout.readline())
        watch.cancel()
        assert status in (0, signal.SIGKILL), "it failed by itself"
        return status == 0

    def close(self) -> None:
        self._server.communicate()


@pytest.fixture
def runs() -> Iterator[Runs]:
    with FeedServer(make_world(seed=3, weeks=4, end=datetime(2026, 11, 16, tzinfo=UTC))) as server:
        started = Runs(server.base_url)
        yield started
        started.close()


def stored(data: Path) -> tuple[set[str], int]:
    """Ids of the documents and number of vectors in the working archive."""
    archive = Archive(data / "work.duckdb")
    try:
        assert archive.check() == ()
        return {document.id for document in archive.documents()}, len(archive.corpus("lexical-1"))
    finally:
        archive.close()


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_the_next_run_completes(runs: Runs, tmp_path: Path) -> None:
    chance = random.Random(11)
    began = time.monotonic()
    assert runs.run(tmp_path / "whole")
    took = time.monotonic() - began
    data, known, vectors, killed, folders = tmp_path / "data", set[str](), 0, 0, 1
    while killed < KILLS:
        if runs.run(data, longest=chance.uniform(0.05, 0.95) * took):
            # All is done there, and the next run would find nothing to do: go on in a new folder.
            data, known, vectors, folders = tmp_path / f"data-{folders}", set(), 0, folders + 1
            assert folders < 2 * KILLS, "runs end before they are killed"
            continue
        killed += 1
        if not (data / "work.duckdb").exists():
            continue
        now, now_vectors = stored(data)
        assert known <= now
        assert vectors <= now_vectors
        known, vectors = now, now_vectors
        with suppress(NothingPublished):
            reader = Generations(data, keep=5).current()
            latest = reader.latest_analysis()
            assert latest is None or latest.status is RunStatus.DONE
            reader.close()
    assert runs.run(data)
    # one feed of the world breaks off the first time it is asked, so later runs may know more, never less
    assert stored(data)[0] >= stored(tmp_path / "whole")[0]
    assert not [finding for finding in wiring.check_data_folder(data) if finding.wrong]
    archive = Archive(data / "work.duckdb")
    assert {run.status for run in archive.runs()} <= {RunStatus.DONE, RunStatus.INTERRUPTED}
    archive.close()
