"""The store in memory and on disk, to be held to the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from foresight.store.archive import Archive
from foresight.store.generations import Generations
from foresight.store.ledger import Ledger
from foresight.testing.fakes import FrozenClock
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations, TemporaryLedger


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[Archive]:
    """A new archive on disk."""
    archive = Archive(tmp_path / "work.duckdb")
    yield archive
    archive.close()


@pytest.fixture(params=["memory", "duckdb"])
def archive(request: pytest.FixtureRequest) -> Archive:
    """Each kind of archive, empty."""
    made: Archive = TemporaryArchive() if request.param == "memory" else request.getfixturevalue("duck")
    return made


@pytest.fixture
def generations(archive: Archive, tmp_path: Path) -> Generations:
    """Generations of the same kind as `archive`."""
    return TemporaryGenerations() if isinstance(archive, TemporaryArchive) else Generations(tmp_path, keep=3)


@pytest.fixture
def clock() -> FrozenClock:
    """A clock the test moves."""
    return FrozenClock()


@pytest.fixture(params=["memory", "sqlite"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path, clock: FrozenClock) -> Iterator[Ledger]:
    """Each kind of ledger, empty."""
    made = TemporaryLedger(clock) if request.param == "memory" else Ledger(tmp_path / "ledger.sqlite", clock=clock)
    yield made
    made.close()
