"""A world that goes on week by week: one trend of the news, published anew as often as a test likes."""

from __future__ import annotations

from datetime import datetime, timedelta

from foresight.model.scenarios import Factor, FutureSet, Scenario
from foresight.model.trends import Assignment
from foresight.scenarios.futures import FuturesService
from foresight.scenarios.revisions import Attribution
from foresight.testing.builders import (
    NOW,
    a_document,
    a_future_set,
    a_run,
    a_scenario,
    a_series,
    a_signal,
    a_source,
    a_trend,
)
from foresight.testing.fakes import FrozenClock
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations, TemporaryLedger
from foresight.wiring import Services, make_services

AINO = Attribution(who="Aino", reason="we think so")
MIDNIGHT = NOW.replace(hour=0)


class News:
    """Publishes a trend's weekly counts in weeks of a hundred stories; the clock follows."""

    def __init__(self) -> None:
        self.generations, self.clock = TemporaryGenerations(), FrozenClock(MIDNIGHT)
        self.ledger = TemporaryLedger(self.clock)
        self.archive = TemporaryArchive()
        self.services: Services = make_services(self.generations, self.ledger, self.clock)
        with self.archive.transaction():
            self.archive.put_sources([a_source()])

    def publish(self, *counts: float, sources: int = 4) -> datetime:
        """One run, a week after the one before; the last of the counts is of the week that ends there."""
        if self.generations.number():
            self.clock.advance(timedelta(weeks=1))
        as_of = self.clock.now()
        run_id = f"run-{as_of:%Y%m%d}"
        weeks = tuple((as_of - timedelta(weeks=len(counts) - place)).date() for place in range(len(counts)))
        documents = [
            a_document(f"doc-{week}", published=datetime.combine(week, NOW.timetz()), title=f"News of {week}")
            for week in weeks
        ]
        with self.archive.transaction():
            self.archive.put_documents(documents)
            self.archive.put_run(a_run(run_id, as_of=as_of, started=as_of))
            self.archive.put_analysis(
                run_id,
                [a_trend(run_id=run_id, as_of=as_of, sources=sources, recent=tuple(d.id for d in documents[-4:]))],
                [a_series(weeks=weeks, counts=counts, totals=(100.0,) * len(counts))],
                [
                    a_signal(name="share", window="4w", value=counts[-1] / 100, unit="share"),
                    a_signal(name="projection_half", window="+12w", value=0.04, low=0.02, high=0.08, unit="share"),
                ],
                [],
                [Assignment(owner_id="trend-1", document_id=d.id, similarity=0.5) for d in documents],
            )
        self.generations.publish(self.archive)
        return as_of


def with_futures(news: News) -> Scenario:
    """A kept scenario on two factors, one of them the trend, with calm, stormy and none of these."""
    scenario = a_scenario()
    first, second = scenario.factors
    trend_factor = Factor(id=first.id, name=first.name, states=first.states, trend_id="trend-1")
    kept = news.ledger.save_scenario(a_scenario(factors=(trend_factor, second)))
    FuturesService(news.ledger).save(kept, a_future_set(), AINO)
    return kept


def shares(futures: FutureSet) -> dict[str, float]:
    return dict(futures.shares)
