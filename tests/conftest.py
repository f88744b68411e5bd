"""What every test may ask for: the shared data, and the services on a published world."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foresight.testing.fakes import FrozenClock
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations, TemporaryLedger
from foresight.wiring import Services, make_services

# The worlds that tests of several folders are about.
sys.path += [str(Path(__file__).parent / folder) for folder in ("app", "scenarios")]
from made_world import AS_OF, fill

SHARED = Path(__file__).parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The data beside the project: real news, snapshots, hostile feeds. Absent, the test is skipped."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"the shared data is not at {SHARED}")
    return SHARED


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
    """The services of one process."""
    return make_services(generations, ledger, FrozenClock(AS_OF))


@pytest.fixture
def again(generations: TemporaryGenerations, ledger: TemporaryLedger) -> Callable[[], Services]:
    """The services as another process, or a later start, would have them."""
    return lambda: make_services(generations, ledger, FrozenClock(AS_OF))
