"""Charts draw whatever the records hold, say the same in both languages, and load nothing."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.i18n import LANGUAGES
from foresight.model.decisions import TrendView
from foresight.model.scenarios import Scenario
from foresight.model.sources import FetchOutcome
from foresight.model.trends import Stage, WeeklySeries
from foresight.reports.charts.radar import RadarGeometry, RadarMark, place_marks, radar
from foresight.reports.charts.render import render_png, render_svg, specification
from foresight.reports.charts.scenarios import cross_impact, scenario_matrix
from foresight.reports.charts.sources import breakdown_bars, source_health
from foresight.reports.charts.style import PAPER, STAGE_STYLES
from foresight.reports.charts.theme_map import theme_map
from foresight.reports.charts.trends import growth_overview, share_over_time, sparkline
from foresight.reports.scenario_brief import SolvedScenario
from foresight.testing.builders import NOW, a_fetch, a_series, a_signal, a_source, a_theme, a_trend, a_view

SECTORS = ("Yhteiskunta", "Teknologia", "Talous", "Ympäristö", "Politiikka")
RINGS = ("toimi", "valmistaudu", "seuraa")
STAGES = tuple(Stage)


def marks(count: int) -> list[RadarMark]:
    return [
        RadarMark(
            trend_id=f"trend-{at}",
            title=f"Itsepalvelukassojen kyllästyminen {at}",
            sector=SECTORS[at * 7 % 5],
            ring=(at * 5) % 3,
            stage=STAGES[at % len(STAGES)],
            weight=at % 10 / 10,
            earlier=(SECTORS[at * 7 % 5], 2) if at % 6 == 0 else None,
        )
        for at in range(count)
    ]


def many_weeks(count: int, value: float, total: float) -> WeeklySeries:
    monday = date(2025, 12, 29)
    return WeeklySeries(
        trend_id="trend-1",
        weeks=tuple(monday - timedelta(weeks=back) for back in range(count - 1, -1, -1)),
        counts=(value,) * count,
        totals=(total,) * count,
    )


SERIES = {
    "no weeks": many_weeks(0, 0, 0),
    "one week": many_weeks(1, 3, 100),
    "nothing counted": many_weeks(12, 0, 100),
    "nothing written": many_weeks(12, 0, 0),
    "huge counts": many_weeks(30, 4e9, 9e9),
    "tiny shares": many_weeks(30, 1, 5e6),
    "years": many_weeks(150, 3, 100),
}


@pytest.mark.parametrize("series", SERIES.values(), ids=SERIES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_share_is_drawn_whatever_was_counted(series: WeeklySeries, lang: str) -> None:
    signals = (a_signal(name="projection", window="+4w", value=0.2, low=0.1, high=0.4),)
    drawn = share_over_time(series, as_of=NOW, lang=lang, signals=signals)
    assert render_svg(drawn).startswith("<svg")
    assert render_svg(sparkline(series, as_of=NOW, lang=lang)).startswith("<svg")


def test_a_picture_is_a_png() -> None:
    assert render_png(sparkline(a_series(), as_of=NOW, lang="fi")).startswith(b"\x89PNG")


def test_a_share_is_written_as_its_language_does() -> None:
    series = many_weeks(12, 1, 100)
    finnish, english = (render_svg(share_over_time(series, as_of=NOW, lang=x)) for x in ("fi", "en"))
    assert "0,4\u00a0%" in finnish
    assert "0.4%" in english
    assert "tilanne 5.1.2026" in finnish
    assert "cut-off 5 Jan 2026" in english


def test_weeks_after_the_cut_off_are_not_drawn() -> None:
    series = many_weeks(12, 1, 100)
    early = NOW - timedelta(weeks=6)
    assert len(values(share_over_time(series, as_of=early, lang="en"), "figures")) == 7


def test_a_few_weeks_are_ticked_on_mondays() -> None:
    drawing = render_svg(share_over_time(many_weeks(3, 1, 100), as_of=NOW - timedelta(days=3), lang="en"))
    days = re.findall(r">(\d+ (?:Dec|Jan))</text>", drawing)
    assert days == ["15 Dec", "22 Dec", "29 Dec"]


def test_the_week_that_is_not_over_is_marked() -> None:
    series = many_weeks(12, 1, 100)
    wednesday = NOW - timedelta(days=5)
    assert [row["whole"] for row in values(share_over_time(series, as_of=wednesday, lang="en"), "whole")][-2:] == [
        True,
        False,
    ]


def values(chart: Any, field: str) -> list[dict[str, Any]]:
    """The rows of the first data set that has a field."""
    layers = [layer["data"]["values"] for layer in json.loads(specification(chart))["layer"]]
    return next(rows for rows in layers if rows and field in rows[0])


def test_no_label_of_sixty_trends_lies_on_another_and_few_lack_room() -> None:
    geometry = RadarGeometry(sectors=SECTORS, rings=RINGS, size=560.0)
    spots = place_marks(geometry, marks(60))
    boxes = [spot.place.box for spot in spots if spot.place]
    assert len(boxes) >= 57
    assert not any(a.overlaps(b) for at, a in enumerate(boxes) for b in boxes[:at])
    assert not any(a.overlaps(spot.anchor.box) for a in boxes for spot in spots)
    assert render_svg(radar(marks(60), sectors=SECTORS, rings=RINGS, lang="fi")).startswith("<svg")


def test_every_mark_stands_in_its_own_field() -> None:
    geometry = RadarGeometry(sectors=SECTORS, rings=RINGS, size=560.0)
    for spot in place_marks(geometry, marks(40)):
        x, y = spot.anchor.x - geometry.width / 2, spot.anchor.y - geometry.height / 2
        assert geometry.radius(spot.mark.ring - 1) <= math.hypot(x, y) <= geometry.radius(spot.mark.ring)
        turn = (math.atan2(y, x) + math.pi / 2) % (2 * math.pi)
        assert SECTORS[int(turn / (2 * math.pi) * 5)] == spot.mark.sector


def test_a_trend_keeps_its_place_when_others_go() -> None:
    geometry = RadarGeometry(sectors=SECTORS, rings=RINGS, size=560.0)
    alone = place_marks(geometry, marks(1))[0]
    few = {spot.mark.trend_id: spot for spot in place_marks(geometry, [*marks(1), *marks(60)[10:14]])}
    assert (few["trend-0"].anchor.x, few["trend-0"].anchor.y) == (alone.anchor.x, alone.anchor.y)


def test_the_radar_is_round_and_clickable() -> None:
    drawn = radar(marks(5), sectors=SECTORS, rings=RINGS, lang="fi").to_dict()
    assert [param["name"] for param in drawn["params"]] == ["trend"]
    assert drawn["params"][0]["select"]["fields"] == ["trend_id"]
    scales = [drawn["layer"][0]["encoding"][side]["scale"] for side in ("x", "y")]
    assert [scale["domain"] for scale in scales] == [scale["range"] for scale in scales]
    assert [scale["range"][1] for scale in scales] == [drawn["width"], drawn["height"]]


@pytest.mark.parametrize("sectors", [(), ("Kaikki",), ("A", "B"), tuple("ABCDEFGHIJKL")], ids=len)
def test_a_radar_takes_any_count_of_sectors(sectors: tuple[str, ...]) -> None:
    some = [replace(mark, sector=sectors[at % len(sectors)] if sectors else "x") for at, mark in enumerate(marks(6))]
    assert render_svg(radar(some, sectors=sectors, rings=RINGS, lang="en")).startswith("<svg")


def overview(lang: str) -> Any:
    views = [
        a_view(a_trend(f"trend-{at}", stage=stage), signals=(a_signal(f"trend-{at}", value=at / 10 - 0.3),))
        for at, stage in enumerate(Stage)
    ]
    wild = a_view(a_trend("trend-wild"), signals=(a_signal("trend-wild", value=0.1, low=-900.0, high=900.0),))
    unmeasured = a_view(a_trend("trend-none"), signals=())
    return growth_overview([*views, wild, unmeasured], lang=lang)


def health(lang: str) -> Any:
    sources = [a_source(f"source-{at}") for at in range(3)]
    outcomes = list(FetchOutcome)
    fetches = [a_fetch(f"source-{at % 4}", at=NOW - timedelta(days=at), outcome=outcomes[at % 3]) for at in range(40)]
    return source_health(sources, fetches, as_of=NOW, lang=lang)


def themes(lang: str) -> Any:
    return theme_map([a_theme(f"t{at}", x=at % 5, y=at // 5, documents=at) for at in range(20)], lang=lang)


def breakdown(lang: str) -> Any:
    return breakdown_bars([(f"lähde {at}", at) for at in range(12)], lang=lang)


@pytest.mark.parametrize("draw", [overview, health, themes, breakdown])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chart_draws_in_both_languages(draw: Callable[[str], Any], lang: str) -> None:
    assert render_svg(draw(lang)).startswith("<svg")


def test_charts_of_a_scenario_name_every_factor_and_state(scenario: Scenario, solved: SolvedScenario) -> None:
    tiles = render_svg(scenario_matrix(scenario, solved.free.solutions, lang="fi"))
    heat = render_svg(cross_impact(scenario, lang="fi"))
    for drawing in (tiles, heat):
        for factor in scenario.factors:
            assert factor.name in drawing
            assert all(state.name in drawing for state in factor.states)
    assert "+3" in heat
    assert "−2" in heat


@pytest.mark.parametrize(
    "draw",
    [
        lambda: growth_overview([], lang="fi"),
        lambda: source_health([], [], as_of=NOW, lang="fi"),
        lambda: breakdown_bars([("a", 0)], lang="fi"),
        lambda: theme_map([], lang="fi"),
        lambda: radar([], sectors=SECTORS, rings=RINGS, lang="fi"),
        lambda: theme_map([a_theme("one")], lang="fi"),
    ],
)
def test_nothing_to_draw_draws_no_error(draw: Callable[[], Any]) -> None:
    assert render_svg(draw()).startswith("<svg")


def test_a_scenario_without_futures_says_so(scenario: Scenario) -> None:
    assert "Ristiriidattomia" in render_svg(scenario_matrix(scenario, (), lang="fi"))
    assert render_svg(cross_impact(replace(scenario, factors=()), lang="fi")).startswith("<svg")


def test_the_day_with_a_failure_shows_it() -> None:
    fetches = [a_fetch(outcome=outcome) for outcome in (FetchOutcome.NEW, FetchOutcome.FAILED, FetchOutcome.UNCHANGED)]
    rows = values(source_health([a_source()], fetches, as_of=NOW, lang="en"), "outcome")
    assert [row["outcome"] for row in rows] == ["failed"]


def test_small_bars_are_summed_and_no_count_is_lost() -> None:
    rows = values(breakdown_bars([(f"s{at}", at + 1) for at in range(12)], lang="en", most=5), "count")
    assert len(rows) == 5
    assert sum(row["count"] for row in rows) == 78


def test_stages_differ_by_shape_and_stand_out_from_paper() -> None:
    assert set(STAGE_STYLES) == set(Stage)
    assert len({look.shape for look in STAGE_STYLES.values()}) == len(Stage)
    for stage, look in STAGE_STYLES.items():
        if stage is not Stage.NOISE:
            assert contrast(look.colour, PAPER) >= 3, stage


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast of two colours like "#0B4F8A"."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_same_records_give_the_same_specification(view: TrendView) -> None:
    def drawn() -> str:
        return specification(share_over_time(view.series, as_of=NOW, lang="fi", signals=view.signals))

    first = drawn()
    overview("fi")
    assert drawn() == first


def test_a_chart_may_load_nothing() -> None:
    picture = json.loads(specification(sparkline(a_series(), as_of=NOW, lang="fi")))
    picture["layer"][0] = {"mark": "point", "data": {"url": "https://example.org/rows.json"}, "encoding": {}}
    with pytest.raises(ValueError, match=r"(?i)external|allowed|url"):
        render_svg(json.dumps(picture))


@given(title=st.text(max_size=60))
@settings(max_examples=15, deadline=None)
def test_any_title_is_drawn_as_text(title: str) -> None:
    view = a_view(human_title=title)
    drawing = render_svg(growth_overview([view], lang="fi"))
    assert "<script" not in drawing.lower()
    assert drawing.startswith("<svg")


def test_growth_is_told_with_its_interval_and_without_where_there_is_none() -> None:
    bounded = a_view(a_trend("a"), signals=(a_signal("a", value=0.0953, low=0.0, high=0.1823),))
    unbounded = a_view(a_trend("b"), signals=(a_signal("b", value=0.0, low=None, high=None),))
    broken = a_view(a_trend("c"), signals=(a_signal("c", value=math.nan),))
    rows = values(growth_overview([unbounded, broken, bounded], lang="en"), "figures")
    assert [row["figures"] for row in rows] == ["+10% (0% … 20%)", "0%"]
