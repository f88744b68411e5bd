"""A small invented world, served over HTTP, and the pipeline's tools on a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foresight import wiring
from foresight.demo.feed_server import FeedServer
from foresight.demo.generator import make_world
from foresight.demo.world import DemoWorld, world_sources
from foresight.model.options import CollectOptions, Options
from foresight.model.ports import Clock
from foresight.model.sources import Source
from foresight.nlp.encoders import LexicalEncoder
from foresight.pipeline.context import PipelineContext
from foresight.pipeline.runs import OpenFeedNetwork
from foresight.testing.fakes import FrozenClock

END = datetime(2026, 11, 16, tzinfo=UTC)
OPTIONS = Options(
    collect=replace(CollectOptions(), private_hosts=("127.0.0.1",), host_pause=0.0), encoder="lexical", seed=7
)


class TickingClock(FrozenClock):
    """A second later at every look: what was collected is there before it is analysed."""

    def now(self) -> datetime:
        self.advance(timedelta(seconds=1))
        return super().now()


OpenTools = Callable[..., AbstractContextManager[PipelineContext]]


@pytest.fixture(scope="session")
def world() -> DemoWorld:
    return make_world(seed=3, weeks=6, end=END)


@pytest.fixture
def server(world: DemoWorld) -> Iterator[FeedServer]:
    with FeedServer(world) as running:
        yield running


@pytest.fixture
def sources(world: DemoWorld, server: FeedServer) -> tuple[Source, ...]:
    return world_sources(world, server.base_url)


@pytest.fixture
def network() -> OpenFeedNetwork:
    return wiring.real_network(OPTIONS.collect)


@pytest.fixture
def open_tools(tmp_path: Path) -> OpenTools:
    """Opens the tools on a folder below the test's own, with the time standing still at the world's end."""

    def opened(name: str = "data", clock: Clock | None = None) -> AbstractContextManager[PipelineContext]:
        return wiring.open_tools(tmp_path / name, OPTIONS, clock=clock or TickingClock(END), encoder=LexicalEncoder())

    return opened
