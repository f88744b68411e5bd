"""Archive, generations and ledger in a temporary folder, empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from foresight.store.archive import Archive
from foresight.store.generations import Generations
from foresight.store.ledger import Ledger
from foresight.testing.fakes import FrozenClock


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """A new working archive."""
    made = Archive(tmp_path / "work.duckdb")
    yield made
    made.close()


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    """No generation yet; three are kept."""
    return Generations(tmp_path, keep=3)


@pytest.fixture
def clock() -> FrozenClock:
    """A clock the test moves."""
    return FrozenClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: FrozenClock) -> Iterator[Ledger]:
    """A new ledger."""
    made = Ledger(tmp_path / "ledger.sqlite", clock=clock)
    yield made
    made.close()
