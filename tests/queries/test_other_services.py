"""Briefing, sources, about the data, briefs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from made_world import AS_OF, a_question

from foresight.model.errors import UnknownFormat
from foresight.model.sources import FetchOutcome, SourceKind
from foresight.model.trends import Stage
from foresight.queries.briefing import new_signals, run_before
from foresight.queries.sources import last_mondays, source_trouble
from foresight.testing.builders import a_document, a_fetch, a_run, a_source, a_trend, a_view
from foresight.testing.stores import TemporaryLedger
from foresight.wiring import Services


def test_new_signals_are_those_that_were_none_before(services: Services) -> None:
    briefing = services.overview.briefing()
    assert [view.trend.id for view in briefing.new] == ["t-refill", "t-lonely"]
    assert briefing.compared_with == AS_OF - timedelta(weeks=1)


def test_a_trend_that_changed_its_stage_is_told_with_the_stage_before(services: Services) -> None:
    moved = {move.view.trend.id: move.before for move in services.overview.briefing().stage_changes}
    assert moved["t-voice"] is Stage.WEAK
    assert moved["t-energy"] is Stage.EMERGING
    assert "t-refill" not in moved


def test_growth_counts_as_sure_when_its_whole_interval_is_above_zero(services: Services) -> None:
    growing = services.overview.briefing().growing
    assert [view.trend.id for view in growing] == ["t-lonely", "t-refill", "t-voice", "t-repair"]


def test_what_is_rated_high_and_used_nowhere_stands_out(services: Services, ledger: TemporaryLedger) -> None:
    for trend_id in ("t-till", "t-repair"):
        services.trends.rate(trend_id, impact=5, uncertainty=2, who="Aino")
    ledger.save_scenario(a_question())
    assert [view.trend.id for view in services.overview.briefing().undecided] == ["t-till"]


def test_a_hidden_trend_is_not_in_the_briefing(services: Services) -> None:
    services.trends.hide("t-refill", who="Aino")
    assert [view.trend.id for view in services.overview.briefing().new] == ["t-lonely"]


def test_the_reader_s_last_decision_is_remembered(services: Services) -> None:
    assert services.overview.last_decision("Aino") is None
    services.trends.note("t-till", "x", who="Aino")
    assert services.overview.last_decision("Aino") == AS_OF


def test_the_run_to_compare_with_is_the_last_one_the_reader_may_have_seen() -> None:
    runs = tuple(a_run(f"r{week}", as_of=AS_OF - timedelta(weeks=week)) for week in range(4))
    assert run_before(runs, AS_OF, None) == runs[1]
    assert run_before(runs, AS_OF, AS_OF - timedelta(days=10)) == runs[2]
    assert run_before(runs, AS_OF, AS_OF - timedelta(days=100)) == runs[3]
    assert run_before(runs[:1], AS_OF, None) is None


def test_in_a_first_run_new_is_what_was_first_written_about_lately() -> None:
    old = a_view(a_trend("old", first_document=AS_OF - timedelta(days=200)))
    new = a_view(a_trend("new", first_document=AS_OF - timedelta(days=20)))
    assert new_signals((old, new), None, AS_OF) == (new,)


def test_sources_in_trouble_stand_first(services: Services) -> None:
    items = services.overview.sources().items
    assert [(one.source.id, one.trouble) for one in items[:3]] == [
        ("s-quiet", "silent"),
        ("s-broken", "failing"),
        ("s-kaupunki", ""),
    ]
    assert items[1].failures == 7
    assert items[1].last_good == AS_OF - timedelta(days=9)


def test_a_silent_corner_is_counted_too(services: Services) -> None:
    cells = {(cell.lang, cell.voice.value): cell for cell in services.overview.sources().coverage}
    assert (cells["fi", "employee"].sources, cells["fi", "customer"].sources) == (0, 1)
    assert cells["fi", "customer"].documents > 0


@pytest.mark.parametrize(
    ("last", "documents", "expected"),
    [
        (None, [], "never"),
        (a_fetch(outcome=FetchOutcome.FAILED, failures=1), [a_document()], "latest_failed"),
        (a_fetch(outcome=FetchOutcome.FAILED, failures=3), [a_document()], "failing"),
        (a_fetch(degraded=True), [a_document()], "damaged"),
        (a_fetch(), [], "silent"),
        (a_fetch(), [a_document(published=AS_OF - timedelta(days=40))], "silent"),
        (a_fetch(), [a_document(published=AS_OF, published_origin="first_seen")], "dates"),
        (a_fetch(detail="moved=https://new.example/feed"), [a_document(published=AS_OF)], "moved"),
        (a_fetch(), [a_document(published=AS_OF)], ""),
    ],
)
def test_what_to_do_about_a_source(last: object, documents: list[object], expected: str) -> None:
    assert source_trouble(a_source(), last, documents, AS_OF) == expected  # type: ignore[arg-type]


def test_an_import_is_never_in_trouble() -> None:
    assert source_trouble(a_source(kind=SourceKind.IMPORT), None, [], AS_OF) == ""


def test_twelve_mondays_end_with_the_week_of_the_moment() -> None:
    weeks = last_mondays(AS_OF + timedelta(days=3))
    assert (len(weeks), weeks[-1]) == (12, AS_OF.date())
    assert all(week.weekday() == 0 for week in weeks)


def test_about_tells_runs_latest_first_and_the_calibration(services: Services) -> None:
    about = services.overview.about()
    assert [run.id for run in about.runs] == ["r-20260302", "r-20260223"]
    assert about.null[0] == ("density", 1, 0.4, 0.9)
    assert (about.trends, about.decisions) == (10, 0)


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_every_format_of_a_brief_carries_the_title(services: Services, ledger: TemporaryLedger, lang: str) -> None:
    ledger.save_scenario(a_question())
    services.trends.rename("t-voice", "Robotti", who="Aino")
    for kind in services.briefs.formats:
        made = services.briefs.trend("t-voice", format=kind, lang=lang)
        assert b"Robotti" in made.content
        assert made.name == f"2026-03-02-robotti-{lang}.{kind}"
        assert b"Kauppa vuonna 2031" in services.briefs.scenario("s-kauppa", format=kind, lang=lang).content


def test_an_unknown_format_is_refused(services: Services) -> None:
    with pytest.raises(UnknownFormat):
        services.briefs.trend("t-voice", format="stone", lang="fi")
