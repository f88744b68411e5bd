"""A small invented world, served over HTTP, and the pipeline's tools on a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foresight.embed.lexical import LexicalEncoder
from foresight.pipeline.runs import OpenNetwork
from foresight.pipeline.tools import Tools
from foresight.ports import Clock
from foresight.records import CollectOptions, Options, Source
from foresight.sample.parts import World
from foresight.sample.server import FeedServer
from foresight.sample.settings import world_sources
from foresight.sample.world import make_world
from foresight.services import wiring
from foresight.testing import FrozenClock

END = datetime(2026, 11, 16, tzinfo=UTC)
OPTIONS = Options(
    collect=replace(CollectOptions(), private_hosts=("127.0.0.1",), host_pause=0.0), encoder="lexical", seed=7
)


class TickingClock(FrozenClock):
    """A second later at every look: what was collected is there before it is analysed."""

    def now(self) -> datetime:
        self.advance(timedelta(seconds=1))
        return super().now()


OpenTools = Callable[..., AbstractContextManager[Tools]]


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(seed=3, weeks=6, end=END)


@pytest.fixture
def server(world: World) -> Iterator[FeedServer]:
    with FeedServer(world) as running:
        yield running


@pytest.fixture
def sources(world: World, server: FeedServer) -> tuple[Source, ...]:
    return world_sources(world, server.base_url)


@pytest.fixture
def network() -> OpenNetwork:
    return wiring.network(OPTIONS.collect)


@pytest.fixture
def open_tools(tmp_path: Path) -> OpenTools:
    """Opens the tools on a folder below the test's own, with the time standing still at the world's end."""

    def opened(name: str = "data", clock: Clock | None = None) -> AbstractContextManager[Tools]:
        return wiring.open_tools(tmp_path / name, OPTIONS, clock=clock or TickingClock(END), encoder=LexicalEncoder())

    return opened
