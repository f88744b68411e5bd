"""What a workshop makes, with sensible defaults: three futures, a signpost, a question, a journey, a promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from foresight.records import (
    NONE_OF_THESE,
    Content,
    Future,
    Futures,
    Journey,
    JourneyStep,
    Kept,
    Promise,
    Question,
    Signpost,
    SignpostState,
    StepEffect,
    Watch,
)
from foresight.testing.builders import NOW


def an_entry(content: Content, id: str = "entry-1", **changes: Any) -> Kept[Content]:  # noqa: A002 - the record's own name
    """Anything, in the envelope it is kept in, never saved."""
    return replace(Kept(id=id, content=content, scenario_id="scenario-1", author="Aino", reason="first"), **changes)


def some_futures(**changes: Any) -> Futures:
    """Calm and stormy, as likely as each other, and a fifth for none of these."""
    calm = Future(id="calm", name="Calm", states=(("a", "low"), ("b", "high")), prior=0.4)
    stormy = Future(id="stormy", name="Stormy", states=(("a", "high"), ("b", "low")), prior=0.4)
    return replace(Futures(futures=(calm, stormy), none_of_these=0.2), **changes)


def a_signpost(**changes: Any) -> Signpost:
    """An adopted one on the first trend, four times as likely when it is calm."""
    base = Signpost(
        title="The trend takes five stories in a hundred",
        watch=Watch(trend_id="trend-1", threshold=0.05, weeks=2),
        likelihoods=(("calm", 0.8), ("stormy", 0.2), (NONE_OF_THESE, 0.4)),
        owner="Aino",
        triggers="Open the second counter",
        opens=NOW,
        state=SignpostState.ADOPTED,
    )
    return replace(base, **changes)


def a_question(**changes: Any) -> Question:
    """Resolved by the first trend, in twelve weeks."""
    base = Question(
        text="Will the trend take five stories in a hundred by spring?",
        opened=NOW,
        deadline=NOW + timedelta(weeks=12),
        rule=Watch(trend_id="trend-1", threshold=0.05),
    )
    return replace(base, **changes)


def a_journey(**changes: Any) -> Journey:
    """Two steps: customers confirmed the first; state low of factor a breaks it, state high helps the second."""
    find = JourneyStep(
        id="find",
        name="Find",
        confirmed=True,
        source="eight interviews",
        effects=(StepEffect(factor="a", state="low", value=-3, reason="nobody answers"),),
    )
    pay = JourneyStep(id="pay", name="Pay", effects=(StepEffect(factor="a", state="high", value=2),))
    return replace(Journey(title="Buying", customer="A newcomer", steps=(find, pay)), **changes)


def a_promise(**changes: Any) -> Promise:
    """Open, due in a month."""
    base = Promise(text="Two counters by spring", owner="Aino", due=date(2026, 2, 5), review=date(2026, 4, 5))
    return replace(base, **changes)
