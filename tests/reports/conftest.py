"""A trend and a what-if with everything a brief can tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foresight.model.decisions import TrendNote, TrendRating, TrendView
from foresight.model.scenarios import Citation, Factor, Judgement, Scenario, Solution, SolveResult, State
from foresight.model.sources import Voice
from foresight.model.trends import Headline, Stage, StageReason
from foresight.queries.trends import CountedStory
from foresight.reports.scenario_brief import SolvedScenario
from foresight.scenarios.whatif import compare_searches
from foresight.testing.builders import NOW, a_document, a_scenario, a_series, a_signal, a_source, a_trend, a_view

STORIES = (
    ("Asiakkaat karttavat itsepalvelukassoja", "fi", "Päivälehti", Voice.MEDIA),
    ("Retailers rethink self-checkout", "en", "Daily Paper", Voice.MEDIA),
    ("Kassatyö muuttui vartioinniksi", "fi", "Liiton lehti", Voice.EMPLOYEE),
    ("Why we bring staffed lanes back", "en", "A Shop's Newsroom", Voice.COMPANY),
    ("Kassat pois, sanoo lukija", "fi", "Päivälehti", Voice.MEDIA),
)


@pytest.fixture
def evidence() -> tuple[CountedStory, ...]:
    """Five stories of four sources in two languages and three voices."""
    return tuple(
        CountedStory(
            document=a_document(
                f"document-{at}",
                title=title,
                lang=lang,
                source_id=source,
                published=NOW - timedelta(days=at + 1),
                url=f"https://example.org/story?n={at}&from=feed",
            ),
            source=a_source(source, title=source, voice=voice, lang=lang),
        )
        for at, (title, lang, source, voice) in enumerate(STORIES)
    )


@pytest.fixture
def view() -> TrendView:
    """A weak signal with every number a brief can tell, rated, noted and tagged."""
    trend = a_trend(
        "trend-1",
        stage=Stage.WEAK,
        reason=StageReason(key="weak", facts=(("growth_per_week", 0.18), ("share", 0.012), ("stories", 9.0))),
        headlines=(
            Headline(lang="fi", title="Kassoihin kyllästytään", words=("kassa", "jono", "hävikki")),
            Headline(lang="en", title="Self-checkout fatigue", words=("self-checkout", "shrink")),
        ),
        documents=12,
        stories=10,
        sources=5,
        langs=("fi", "en"),
    )
    signals = [
        a_signal(value=0.165, low=0.08, high=0.25, n=31),
        a_signal(name="q_value", value=0.03, window="4w", unit="probability", low=None, high=None),
    ]
    for weeks in (4, 8, 12):
        around = {"window": f"+{weeks}w", "value": 0.06, "unit": "share"}
        signals.append(a_signal(name="projection", low=0.03, high=0.11, **around))
        signals.append(a_signal(name="projection_half", low=0.05, high=0.08, **around))
    return a_view(
        trend,
        series=a_series(),
        signals=tuple(signals),
        notes=(TrendNote(who="Aino", at=NOW, text="Kysytään raadilta"),),
        tags=("kauppa",),
        ratings=(
            TrendRating(who="Aino", impact=5, uncertainty=2, at=NOW),
            TrendRating(who="Eero", impact=2, uncertainty=3, at=NOW),
        ),
    )


@pytest.fixture
def scenario() -> Scenario:
    """Two factors that pull the same way, with reasons, a forced state, a choice and a citation."""
    service = Factor(id="a", name="Palvelu", states=(State(id="low", name="Itse"), State(id="high", name="Ihminen")))
    price = Factor(id="b", name="Hinta", states=(State(id="low", name="Halpa"), State(id="high", name="Kallis")))
    judgements = (
        _judged("a", "low", "b", "low", 2),
        _judged("a", "low", "b", "high", -2),
        _judged("a", "high", "b", "high", 1),
        _judged("b", "low", "a", "low", 3),
        _judged("b", "high", "a", "high", 1),
    )
    cited = Citation(
        document_id="document-1",
        content_hash="c0ffee",
        quote="Customers want people",
        title="Retailers rethink self-checkout",
        url="https://example.org/story?n=1&from=feed",
        source_title="Daily Paper",
        published=NOW,
    )
    return a_scenario(
        factors=(service, price),
        judgements=judgements,
        citations=(cited,),
        forced=(("a", "low"),),
        chosen=(("a", "high"), ("b", "high")),
    )


def _judged(factor: str, state: str, on_factor: str, on_state: str, value: int) -> Judgement:
    return Judgement(
        source_factor=factor,
        source_state=state,
        target_factor=on_factor,
        target_state=on_state,
        value=value,
        reason="It costs less.",
        author="Aino",
    )


@pytest.fixture
def solved(scenario: Scenario) -> SolvedScenario:
    """Both futures that hold, and the one that is left when service is do-it-yourself."""
    own = Solution(states=(0, 0), inconsistency=0, total_impact=5, margin=3)
    served = Solution(states=(1, 1), inconsistency=0, total_impact=2, margin=1)
    free = SolveResult(solutions=(own, served), is_complete=True)
    left = SolveResult(solutions=(own,), is_complete=True)
    return SolvedScenario(free=free, forced=compare_searches(scenario, scenario.forced, free, left))
