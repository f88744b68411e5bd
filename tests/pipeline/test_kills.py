"""Killed at any moment, a run loses nothing it acknowledged, readers keep a whole generation, the next run goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
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

RUN = Path(__file__).with_name("run_once.py")
KILLS = 20
LONGEST = 300.0


def start(url: str, data: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(RUN), url, str(data)], stdout=subprocess.PIPE, text=True)


def stored(data: Path) -> tuple[set[str], int]:
    """Ids of the documents and number of vectors in the working archive."""
    archive = Archive(data / "work.duckdb")
    try:
        assert archive.check() == ()
        return {document.id for document in archive.documents()}, len(archive.corpus("lexical-1"))
    finally:
        archive.close()


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_the_next_run_completes(tmp_path: Path) -> None:
    with FeedServer(make_world(seed=3, weeks=4, end=datetime(2026, 11, 16, tzinfo=UTC))) as server:
        kill_and_complete(server, tmp_path)


def kill_and_complete(server: FeedServer, tmp_path: Path) -> None:
    data, chance = tmp_path / "data", random.Random(11)
    whole = start(server.base_url, tmp_path / "whole")
    began = time.monotonic()
    whole.communicate(timeout=LONGEST)
    took = time.monotonic() - began
    known: set[str] = set()
    vectors = 0
    for _ in range(KILLS):
        run = start(server.base_url, data)
        with suppress(subprocess.TimeoutExpired):
            run.wait(timeout=chance.uniform(0.1, 1.0) * took)
        run.send_signal(signal.SIGKILL)
        run.communicate()
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
    last = start(server.base_url, data)
    out, _ = last.communicate(timeout=LONGEST)
    assert out.splitlines()[-1] == "done"
    # one feed of the world breaks off the first time it is asked, so later runs may know more, never less
    assert stored(data)[0] >= stored(tmp_path / "whole")[0]
    assert not [finding for finding in wiring.check_data_folder(data) if finding.wrong]
    archive = Archive(data / "work.duckdb")
    assert {run.status for run in archive.runs()} <= {RunStatus.DONE, RunStatus.INTERRUPTED}
    archive.close()
