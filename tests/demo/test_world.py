"""The demonstration world keeps its promises."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.demo.generator import make_world
from foresight.demo.world import WEEK, Article, DemoWorld, Outlet, ThemeKind
from foresight.model.errors import UsageError
from foresight.model.sources import Voice

END = datetime(2026, 11, 16, tzinfo=UTC)


@cache
def world(*, seed: int = 7, planted: bool = True) -> DemoWorld:
    return make_world(seed=seed, end=END, planted=planted)


def outlets() -> dict[str, Outlet]:
    return {outlet.id: outlet for outlet in world().sources}


def outlet(key: str) -> Outlet:
    return next(outlet for outlet in world().sources if outlet.key == key)


def by_topic(these: DemoWorld, name: str) -> list[Article]:
    return [article for article in these.articles if article.topic == name]


def test_the_same_arguments_give_the_same_world() -> None:
    assert make_world(seed=3, weeks=8, end=END) == make_world(seed=3, weeks=8, end=END)


def test_another_seed_gives_other_news() -> None:
    one, other = (Counter(a.title for a in world(seed=seed).articles) for seed in (7, 8))
    assert (one & other).total() < 0.35 * one.total()


def test_without_plants_exactly_the_planted_articles_are_missing() -> None:
    trends = {plant.name for plant in world().planted_themes if plant.is_trend}
    rest = tuple(article for article in world().articles if article.topic not in trends)
    assert world(planted=False).articles == rest
    assert not any(plant.is_trend for plant in world(planted=False).planted_themes)


def test_it_is_as_big_and_as_bilingual_as_it_says() -> None:
    articles = world().articles
    assert 3_500 <= len(articles) <= 4_500
    assert 0.40 <= sum(a.lang == "fi" for a in articles) / len(articles) <= 0.50
    assert len(world().sources) == 36
    assert {outlet.voice for outlet in world().sources} == set(Voice)


def test_more_than_a_third_is_about_its_own_thing() -> None:
    assert sum(a.topic.startswith("off:") for a in world().articles) / len(world().articles) >= 0.35


def test_themes_have_a_long_tail() -> None:
    sizes = sorted((len(p.guids) for p in world().planted_themes if p.kind is ThemeKind.STEADY), reverse=True)
    assert len(sizes) == 26
    assert sizes[0] > 6 * sizes[-1] > 0


def test_each_plant_knows_its_articles() -> None:
    for plant in world().planted_themes:
        assert plant.guids == tuple(a.guid for a in by_topic(world(), plant.name))
        assert {a.lang for a in by_topic(world(), plant.name)} <= set(plant.langs)


def test_ten_trends_are_planted_and_four_of_them_in_one_language_only() -> None:
    trends = [plant for plant in world().planted_themes if plant.is_trend]
    assert Counter(plant.langs for plant in trends) == {("en", "fi"): 6, ("fi",): 2, ("en",): 2}
    assert {plant.kind for plant in trends} == {ThemeKind.EMERGE, ThemeKind.GROW, ThemeKind.PEAK, ThemeKind.SETTLE}


def test_an_emerging_trend_has_no_article_before_its_first_week_and_several_sources_after() -> None:
    for plant in (plant for plant in world().planted_themes if plant.kind is ThemeKind.EMERGE):
        found = by_topic(world(), plant.name)
        assert plant.first_week >= world().weeks - 6
        assert min(world().week_of(a.published) for a in found) >= plant.first_week
        assert len({a.source_id for a in found}) >= 4


def test_companies_and_customers_both_speak_of_the_planted_trends() -> None:
    voices = defaultdict(set)
    for article in world().articles:
        voices[article.topic].add(outlets()[article.source_id].voice)
    for plant in (plant for plant in world().planted_themes if plant.is_trend):
        assert voices[plant.name] >= {Voice.COMPANY, Voice.CUSTOMER, Voice.MEDIA}


def test_of_a_theme_with_a_gap_companies_speak_as_much_as_customers_and_employees() -> None:
    (plant,) = [plant for plant in world().planted_themes if plant.has_say_feel_gap]
    voices = {outlet.id: outlet.voice for outlet in world().sources}
    said = Counter(voices[article.source_id] for article in world().articles if article.topic == plant.name)
    people = said[Voice.CUSTOMER] + said[Voice.EMPLOYEE]
    assert said[Voice.COMPANY] >= 50
    assert people >= 50
    assert said[Voice.MEDIA] < min(said[Voice.COMPANY], people) / 2


def test_a_campaign_comes_from_one_company() -> None:
    for plant in (plant for plant in world().planted_themes if plant.kind is ThemeKind.CAMPAIGN):
        sources = {a.source_id for a in by_topic(world(), plant.name)}
        assert len(sources) == 1
        assert outlets()[sources.pop()].voice is Voice.COMPANY


def test_the_peak_is_over_at_the_end() -> None:
    weeks = Counter(world().week_of(a.published) for a in by_topic(world(), "four-day-week"))
    assert max(weeks, key=lambda week: weeks[week]) < world().weeks - 10
    assert sum(weeks[week] for week in range(26, 30)) < 0.25 * sum(weeks[week] for week in range(10, 14))


def test_seasons_follow_the_calendar() -> None:
    assert {a.published.month for a in by_topic(world(), "back-to-school")} <= {6, 7, 8, 9}
    assert {a.published.month for a in by_topic(world(), "christmas-trade")} <= {9, 10, 11, 12}


def test_sources_start_and_stop_at_half_time() -> None:
    half = world().start + (world().end - world().start) / 2
    times = defaultdict(list)
    for article in world().articles:
        times[outlets()[article.source_id].key].append(article.published)
    assert max(times["kaupunkilehti-tori"]) < half
    assert min(times["pohjanpuhuri"]) >= half
    assert min(times["counterweight"]) >= half
    assert set(times) == {outlet.key for outlet in world().sources}


def test_a_late_source_brings_its_own_theme() -> None:
    weeks = Counter(world().week_of(a.published) for a in by_topic(world(), "wind-power"))
    assert sum(weeks[week] for week in range(15, 30)) > 1.8 * sum(weeks[week] for week in range(15))


def test_some_stories_are_syndicated_within_a_day_and_some_are_retold() -> None:
    stories = defaultdict(list)
    for article in world().articles:
        stories[article.story].append(article)
    several = [story for story in stories.values() if len(story) > 1]
    copied = [story for story in several if len({a.text for a in story}) == 1 and len(story) >= 3]
    retold = [story for story in several if len({a.text for a in story}) > 1]
    assert len(copied) >= 20
    assert len(retold) >= 40
    for story in copied:
        assert 3 <= len({a.source_id for a in story}) == len(story) <= 6
        assert max(a.published for a in story) - min(a.published for a in story) <= timedelta(days=2)
    assert any(len({a.title for a in story}) > 1 for story in copied)


def test_no_title_is_said_in_two_stories() -> None:
    stories = defaultdict(set)
    for article in world().articles:
        stories[article.title].add(article.story)
    assert not [title for title, said in stories.items() if len(said) > 1]


def test_titles_carry_boilerplate_where_their_source_has_some() -> None:
    for article in world().articles:
        source = outlets()[article.source_id]
        assert article.title.endswith(source.suffix)
    opened = [a.title.startswith("Aamun kooste: ") for a in world().articles if a.source_id == outlet("aamuviesti").id]
    assert 0.15 < sum(opened) / len(opened) < 0.45


def test_serial_columns_come_each_monday() -> None:
    found = by_topic(world(), "column:viikon-luvut")
    assert len(found) == 30
    assert {(a.published.weekday(), a.source_id) for a in found} == {(0, outlet("talousvartti").id)}


def test_texts_are_short_enough_to_encode_quickly_and_have_no_holes() -> None:
    for article in world().articles:
        assert 40 <= len(article.title) + len(article.text) <= 420, article
        assert not set("{}[]|") & set(article.text), article
        assert not set("{}[]") & set(article.title), article
        assert not {"//", ">>"} & set(article.title.split()), article


@pytest.mark.parametrize(("weeks", "end"), [(1, END), (521, END), (30, END.replace(tzinfo=None))])
def test_senseless_arguments_are_refused(weeks: int, end: datetime) -> None:
    with pytest.raises(UsageError):
        make_world(seed=1, weeks=weeks, end=end)


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(min_value=0, max_value=2**32),
    weeks=st.integers(min_value=2, max_value=5),
    end=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1)),  # noqa: DTZ001 - naive for st
)
def test_laws_of_every_world(seed: int, weeks: int, end: datetime) -> None:
    made = make_world(seed=seed, weeks=weeks, end=end.replace(tzinfo=UTC))
    sources = {outlet.id: outlet for outlet in made.sources}
    assert made.weeks == weeks
    assert made.end - made.start == weeks * WEEK
    assert [a.published for a in made.articles] == sorted(a.published for a in made.articles)
    assert len({a.guid for a in made.articles}) == len(made.articles)
    for article in made.articles:
        assert made.start <= article.published < made.end
        assert made.is_alive(sources[article.source_id], article.published)
        assert article.lang == sources[article.source_id].lang
        assert article.updated is None or article.published < article.updated < made.end
    for plant in made.planted_themes:
        assert len(plant.expected) == weeks
        assert 0 <= plant.first_week <= weeks
