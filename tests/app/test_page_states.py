"""Every page in every ordinary state of an archive, on the real store: it is drawn, nothing is said to be broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import pytest
from made_world import AS_OF, SOURCES, a_question, fill
from streamlit.testing.v1 import AppTest

from foresight.i18n import Texts
from foresight.model.runs import Problem, Run, RunStatus, StepReport
from foresight.store.archive import Archive
from foresight.testing.builders import a_document, a_trend
from foresight.testing.fakes import FrozenClock
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations, TemporaryLedger
from foresight.wiring import Services, make_services

APP = Path(__file__).parent / "memory_app.py"
PAGES = ("briefing", "radar", "trends", "trend", "scenarios", "sources", "track", "about")
GONE = "t-gone"


def a_run(status: RunStatus = RunStatus.DONE, **more: object) -> Run:
    run = Run(id="r-20260302", started=AS_OF, status=status, as_of=AS_OF, seed=7, code_version="0.1.0", encoder="hash")
    return replace(run, **more)  # type: ignore[arg-type]


def nothing(archive: Archive) -> None:
    """An archive that was made and never filled."""
    del archive


def sources_alone(archive: Archive) -> None:
    with archive.transaction():
        archive.put_sources(SOURCES)
        archive.put_run(a_run(as_of=None, steps=(StepReport(step="collect", seconds=1.0),)))


def articles_without_trends(archive: Archive) -> None:
    with archive.transaction():
        archive.put_sources(SOURCES)
        archive.put_documents([a_document(id="d-1", source_id=SOURCES[0].id, published=AS_OF - timedelta(days=2))])
        archive.put_run(a_run())
        archive.put_analysis("r-20260302", [], [], [], [], [])


def one_trend(archive: Archive) -> None:
    articles_without_trends(archive)
    with archive.transaction():
        archive.put_analysis("r-20260302", [a_trend(id="t-one", run_id="r-20260302", as_of=AS_OF)], [], [], [], [])


def after_an_interrupted_run(archive: Archive) -> None:
    fill(archive)
    step = StepReport(step="collect", seconds=2.0, counts=(("sources", 3), ("never_counted_before", 4)))
    with archive.transaction():
        archive.put_run(
            a_run(RunStatus.INTERRUPTED, id="r-20260303", started=AS_OF + timedelta(days=1), as_of=None, steps=(step,))
        )


def after_a_failed_run(archive: Archive) -> None:
    fill(archive)
    problems = tuple(
        Problem(subject="source:s-broken", error=name, facts=()) for name in ("HttpFailure", "AnErrorOfAnOlderProgram")
    )
    step = StepReport(step="a_step_of_an_older_program", seconds=2.0, problems=problems)
    with archive.transaction():
        archive.put_run(
            a_run(RunStatus.FAILED, id="r-20260303", started=AS_OF + timedelta(days=1), as_of=None, steps=(step,))
        )


def while_a_run_goes_on(archive: Archive) -> None:
    fill(archive)
    with archive.transaction():
        archive.put_run(a_run(RunStatus.RUNNING, id="r-20260303", started=AS_OF + timedelta(days=1), as_of=None))


def a_trend_is_gone(archive: Archive) -> None:
    """The earlier run measured a trend that the latest did not."""
    fill(archive)
    earlier = "r-20260223"
    gone = a_trend(id=GONE, run_id=earlier, as_of=AS_OF - timedelta(weeks=1))
    with archive.transaction():
        kept = archive.trends()
        series, signals = archive.series(), archive.signals()
        archive.put_analysis(earlier, [gone], [], [], [], [])
        archive.put_analysis("r-20260302", kept, series, signals, [], [])


STATES: dict[str, Callable[[Archive], None] | None] = {
    "nothing_published": None,
    **{
        state.__name__: state
        for state in (
            nothing,
            sources_alone,
            articles_without_trends,
            one_trend,
            after_an_interrupted_run,
            after_a_failed_run,
            while_a_run_goes_on,
            a_trend_is_gone,
        )
    },
}


@pytest.fixture(scope="module")
def services() -> Callable[[str], Services]:
    """The services on a state, made once per module."""
    made: dict[str, Services] = {}

    def of(state: str) -> Services:
        if state not in made:
            generations, ledger = TemporaryGenerations(), TemporaryLedger(FrozenClock(AS_OF))
            if fill_state := STATES[state]:
                archive = TemporaryArchive()
                fill_state(archive)
                generations.publish(archive)
                archive.close()
                ledger.save_scenario(a_question())
            made[state] = make_services(generations, ledger, FrozenClock(AS_OF))
        return made[state]

    return of


def opened(services: Services, key: str, lang: str, **session: object) -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=60)
    test.query_params["lang"] = lang
    for name, value in ({"made": services} | session).items():
        test.session_state[name] = value
    test.run()
    return go(test, key)


def go(test: AppTest, key: str) -> AppTest:
    test._page_hash = test.session_state["pages"][key]._script_hash
    return test.run()


@pytest.mark.parametrize(("state", "lang"), list(zip(STATES, cycle(("fi", "en")), strict=False)))
def test_every_page_is_drawn(services: Callable[[str], Services], state: str, lang: str) -> None:
    """One language per state: that every text is there in both is enumerated in tests/i18n."""
    test = opened(services(state), "briefing", lang)
    for key in PAGES:
        go(test, key)
        assert not test.exception, key
        assert [error.value for error in test.error] == [], key
        assert test.title[0].value


@pytest.mark.parametrize("state", ["articles_without_trends", "one_trend"])
def test_a_scenario_whose_trends_are_unknown_opens(services: Callable[[str], Services], state: str) -> None:
    test = opened(services(state), "scenarios", "en", scenarios_id="s-kauppa")
    assert not test.exception
    assert not test.error


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_a_trend_that_the_latest_run_did_not_find_is_shown_as_it_was(
    services: Callable[[str], Services], lang: str
) -> None:
    test = opened(services("a_trend_is_gone"), "trend", lang, trend_id=GONE)
    assert not test.exception
    assert not test.error
    assert test.title[0].value


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_a_trend_that_never_was_is_said_not_to_exist(services: Callable[[str], Services], lang: str) -> None:
    test = opened(services("one_trend"), "trend", lang, trend_id="t-never")
    assert not test.exception
    (error,) = test.error
    assert error.value == Texts(lang)("errors.NotFound", kind="trend", id="t\\-never")


def test_an_interrupted_run_is_called_so(services: Callable[[str], Services]) -> None:
    for lang in ("fi", "en"):
        test = opened(services("after_an_interrupted_run"), "about", lang)
        assert any(Texts(lang)("ui.run_interrupted") in one.label for one in test.expander)


def test_the_radar_without_marks_says_why(services: Callable[[str], Services]) -> None:
    test = opened(services("articles_without_trends"), "radar", "en")
    assert any(Texts("en")("ui.radar_nothing") in one.value for one in test.info)
    test = opened(services("a_trend_is_gone"), "radar", "en")
    test.button_group(key="radar_stages").set_value([]).run()
    assert not test.exception
    assert not test.error
