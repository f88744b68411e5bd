"""A published world in memory, and the desks on it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foresight.testing.fakes import FrozenClock
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations, TemporaryLedger
from foresight.wiring import Services, make_services

sys.path.insert(0, str(Path(__file__).parent.parent / "app"))
from made_world import AS_OF, fill


@pytest.fixture(scope="session")
def world() -> TemporaryArchive:
    """The archive, never changed by a test."""
    archive = TemporaryArchive()
    fill(archive)
    return archive


@pytest.fixture
def generations(world: TemporaryArchive) -> TemporaryGenerations:
    """The world, published once."""
    made = TemporaryGenerations()
    made.publish(world)
    return made


@pytest.fixture
def ledger() -> TemporaryLedger:
    """Nothing decided yet."""
    return TemporaryLedger(FrozenClock(AS_OF))


@pytest.fixture
def services(generations: TemporaryGenerations, ledger: TemporaryLedger) -> Services:
    """The desks."""
    return make_services(generations, ledger, FrozenClock(AS_OF))


@pytest.fixture
def again(generations: TemporaryGenerations, ledger: TemporaryLedger) -> Callable[[], Services]:
    """The desks as another process, or a later start, would have them."""
    return lambda: make_services(generations, ledger, FrozenClock(AS_OF))
