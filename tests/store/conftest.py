"""The store in memory and on disk, to be held to the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from foresight.model.ports import Archive, Generations, Ledger
from foresight.store.archive import DuckArchive
from foresight.store.generations import GenerationFolder
from foresight.store.ledger import SqliteLedger
from foresight.testing.archive import MemoryArchive, MemoryGenerations
from foresight.testing.fakes import FrozenClock
from foresight.testing.ledger import MemoryLedger


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[DuckArchive]:
    """A new archive on disk."""
    archive = DuckArchive(tmp_path / "work.duckdb")
    yield archive
    archive.close()


@pytest.fixture(params=["memory", "duckdb"])
def archive(request: pytest.FixtureRequest) -> Archive:
    """Each kind of archive, empty."""
    made: Archive = MemoryArchive() if request.param == "memory" else request.getfixturevalue("duck")
    return made


@pytest.fixture
def generations(archive: Archive, tmp_path: Path) -> Generations:
    """Generations of the same kind as `archive`."""
    return MemoryGenerations() if isinstance(archive, MemoryArchive) else GenerationFolder(tmp_path, keep=3)


@pytest.fixture
def clock() -> FrozenClock:
    """A clock the test moves."""
    return FrozenClock()


@pytest.fixture(params=["memory", "sqlite"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path, clock: FrozenClock) -> Iterator[Ledger]:
    """Each kind of ledger, empty."""
    made = MemoryLedger(clock) if request.param == "memory" else SqliteLedger(tmp_path / "ledger.sqlite", clock=clock)
    yield made
    made.close()
