"""A published world in memory, and the desks on it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foresight.testing.archive import MemoryArchive, MemoryGenerations
from foresight.testing.fakes import FrozenClock
from foresight.testing.ledger import MemoryLedger
from foresight.wiring import Services, make_services

sys.path.insert(0, str(Path(__file__).parent.parent / "app"))
from made_world import AS_OF, fill


@pytest.fixture(scope="session")
def world() -> MemoryArchive:
    """The archive, never changed by a test."""
    archive = MemoryArchive()
    fill(archive)
    return archive


@pytest.fixture
def generations(world: MemoryArchive) -> MemoryGenerations:
    """The world, published once."""
    made = MemoryGenerations()
    made.publish(world)
    return made


@pytest.fixture
def ledger() -> MemoryLedger:
    """Nothing decided yet."""
    return MemoryLedger(FrozenClock(AS_OF))


@pytest.fixture
def services(generations: MemoryGenerations, ledger: MemoryLedger) -> Services:
    """The desks."""
    return make_services(generations, ledger, FrozenClock(AS_OF))


@pytest.fixture
def again(generations: MemoryGenerations, ledger: MemoryLedger) -> Callable[[], Services]:
    """The desks as another process, or a later start, would have them."""
    return lambda: make_services(generations, ledger, FrozenClock(AS_OF))
