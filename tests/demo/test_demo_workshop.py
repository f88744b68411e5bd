"""The demonstration's workshop: made weeks before the end, its signpost tripped by a week that came later."""

from __future__ import annotations

import inspect
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foresight import wiring
from foresight.cli import demo as demo_command
from foresight.cli import running
from foresight.cli.workshop import check_lines
from foresight.demo.demo_workshop import hold_demo_workshop
from foresight.demo.demonstration import found_trends, run_demonstration
from foresight.demo.generator import make_world
from foresight.demo.world import DemoWorld
from foresight.i18n import Texts
from foresight.model.options import CollectOptions, Options, ThemeOptions
from foresight.model.ports import Clock
from foresight.model.scenarios import Scenario
from foresight.pipeline.context import PipelineContext
from foresight.scenarios.signposts import TrippedSignpost
from foresight.testing.fakes import FrozenClock
from foresight.wiring import Services

END = datetime(2026, 11, 16, tzinfo=UTC)
OPTIONS = Options(
    collect=replace(CollectOptions(), private_hosts=("127.0.0.1",), host_pause=0.0),
    encoder="lexical",
    themes=ThemeOptions(fewest=1_000_000),  # no map of themes: drawing it takes most of the time, and nothing here asks
)


class Watched:
    """Holds the workshop on a planted trend a week before the end, and keeps what every check finds."""

    def __init__(self, data: Path, world: DemoWorld, plant: str) -> None:
        self._data = data
        self._urls = {article.url for article in world.articles if article.topic == plant}
        self.kept: Scenario | None = None
        self.trips: list[tuple[int, TrippedSignpost]] = []

    def after_week(self, clock: Clock, left: int) -> None:
        services = wiring.build_services(self._data, clock=clock)
        if left == 1:
            planted = self._planted(services)
            assert services.published.views()[planted].trend.rank > 1
            assert hold_demo_workshop(services, clock, lang="fi", trend_id=planted, patient=True) is None
            held = hold_demo_workshop(services, clock, lang="fi", trend_id=planted)
            assert held is not None
            self.kept = held.scenario
            assert hold_demo_workshop(services, clock, lang="fi") is None
        self.trips += [(left, trip) for trip in services.signposts.check().trips]

    def _planted(self, services: Services) -> str:
        """The published trend that holds most of the plant's articles."""
        views = services.published.views()
        with closing(services.generations.current()) as reader:
            shown = [one for one in found_trends(reader) if one.trend_id in views]
        return max(shown, key=lambda one: len(one.documents & self._urls)).trend_id


@pytest.mark.slow
def test_a_signpost_on_a_planted_trend_trips_in_a_later_week_of_the_demonstration(tmp_path: Path) -> None:
    world = make_world(seed=7, weeks=14, end=END)
    watched = Watched(tmp_path, world, "second-hand")

    def opened(clock: Clock) -> AbstractContextManager[PipelineContext]:
        return wiring.open_tools(tmp_path, OPTIONS, clock=clock)

    network = wiring.real_network(OPTIONS.collect)
    run_demonstration(world, opened, network, after_week=watched.after_week, analysed_weeks=5)
    ((left, trip),) = watched.trips
    assert left == 0
    made, kept = trip.update.content, watched.kept
    assert kept is not None
    services = wiring.build_services(tmp_path, clock=FrozenClock(END))
    futures = services.futures.get(kept.id)
    growing = next(future.id for future in futures.content.futures if future.states[0][1] == "grows")
    assert dict(made.posterior)[growing] > dict(made.prior)[growing] > 0
    assert dict(services.futures.likelihoods(kept.id).now) == dict(made.posterior)
    assert made.evidence
    for citation in made.evidence:
        assert citation.url
        assert citation.published is not None
        assert made.at - timedelta(weeks=1) <= citation.published < made.at
    assert services.scenarios.get(kept.id, rev=1) == kept == services.scenarios.get(kept.id)
    assert kept.saved is not None
    assert kept.saved <= END - timedelta(weeks=1)
    assert dict(futures.content.shares) == pytest.approx(dict(made.prior))
    told = "\n".join(check_lines(services, services.signposts.check(), Texts("fi")))
    assert not told, "a run that was checked tells nothing twice"
    (standing,) = services.promises.list(kept.id)
    assert trip.promises[0].id == standing.promise.id
    assert services.forecasts.list(kept.id)
    assert services.journeys.list(kept.id)
    assert services.stress.test(kept.id).missing == ()


@pytest.mark.parametrize("command", [running.analyse, running._run_with_feeds, demo_command.demo])
def test_every_command_that_publishes_a_run_looks_at_the_signposts(command: object) -> None:
    assert "after_run(" in inspect.getsource(command)  # type: ignore[arg-type]
