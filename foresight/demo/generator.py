"""The demonstration world: thirty weeks of invented news in Finnish and English, with known truths in it.

Each theme draws from its own stream of chance, so leaving the planted trends out changes nothing else.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from foresight.demo.articles import OFF_TOPIC, SAY_FEEL_VOICE_ROUND, VOICE_ROUND, Newsroom, StoryTask, write_story
from foresight.demo.outlets import all_outlets
from foresight.demo.planted_themes import (
    BOTH_LANGUAGES,
    CAMPAIGNS,
    OFF_TOPIC_A_WEEK,
    PLANTED_TRENDS,
    RIGHT_STAGES,
    SAY_FEEL_THEMES,
    SEASONAL_A_WEEK,
    STEADY_A_WEEK,
    campaign_stories,
    seasonal_stories,
)
from foresight.demo.wording import EventLine, theme_wordings
from foresight.demo.world import WEEK, Article, DemoWorld, PlantedTheme, ThemeKind
from foresight.model.errors import UsageError
from foresight.model.sources import Voice

__all__ = ["make_world"]

FINNISH_SHARE = 0.45
LEAST_WEEKS, MOST_WEEKS = 2, 520
MOST_LINE_REPEATS, OFF_TOPIC_TRIES = 4, 8

UsedTitles = defaultdict[str, set[str]]


def make_world(*, seed: int, weeks: int = 30, end: datetime, planted: bool = True) -> DemoWorld:
    """Invent `weeks` weeks of news up to `end`. The same arguments give the same world.

    Args:
        seed: decides every choice.
        weeks: 2 to 520; planted trends are timed from the end backwards, so few weeks show only their last part.
        end: aware; nothing is published at or after it.
        planted: without them, the world is the same but for the articles of the planted trends.

    Raises:
        UsageError: `weeks` or `end` is outside what is said above.
    """
    if not LEAST_WEEKS <= weeks <= MOST_WEEKS:
        raise UsageError(argument="weeks", found=weeks, expected=f"{LEAST_WEEKS}–{MOST_WEEKS}")
    if end.tzinfo is None:
        raise UsageError(argument="end", found=end, expected="a time with a zone")
    end = end.astimezone(UTC).replace(microsecond=0)
    newsroom = Newsroom(outlets=all_outlets(), start=end - weeks * WEEK, end=end)
    themes = [plan for plan in _themes(newsroom.start, weeks) if planted or not plan.is_trend]
    said: UsedTitles = defaultdict(set)
    written = [article for plan in themes for article in _theme_articles(plan, newsroom, seed, said)]
    written += _off_topic_articles(newsroom, weeks, seed, said)
    written += _outlet_articles(newsroom, weeks, seed, said)
    written += _column_articles(newsroom, weeks, seed, said)
    articles = sorted(written, key=_publication_order)
    return DemoWorld(
        seed=seed,
        start=newsroom.start,
        end=end,
        sources=newsroom.outlets,
        articles=tuple(articles),
        planted_themes=tuple(_with_articles(plan, articles) for plan in themes),
    )


def _publication_order(article: Article) -> tuple[datetime, str]:
    return article.published, article.guid


def _themes(start: datetime, weeks: int) -> list[PlantedTheme]:
    plans = [
        replace(
            _planned_theme(rise.name, rise.kind, rise.langs, rise.expected(weeks)), first_week=rise.first_week(weeks)
        )
        for rise in PLANTED_TRENDS
    ]
    plans += [
        _planned_theme(name, ThemeKind.SEASONAL, BOTH_LANGUAGES, seasonal_stories(name, start=start, weeks=weeks))
        for name in SEASONAL_A_WEEK
    ]
    plans += [_planned_theme(c.name, ThemeKind.CAMPAIGN, (c.lang,), campaign_stories(c, weeks)) for c in CAMPAIGNS]
    return plans + [
        _planned_theme(name, ThemeKind.STEADY, BOTH_LANGUAGES, (rate,) * weeks) for name, rate in STEADY_A_WEEK.items()
    ]


def _planned_theme(name: str, kind: ThemeKind, langs: tuple[str, ...], expected: tuple[float, ...]) -> PlantedTheme:
    first = next((week for week, stories in enumerate(expected) if stories), len(expected))
    return PlantedTheme(
        name=name,
        kind=kind,
        langs=langs,
        first_week=first,
        expected=expected,
        guids=(),
        stages=RIGHT_STAGES[kind],
        has_say_feel_gap=name in SAY_FEEL_THEMES,
    )


def _with_articles(plan: PlantedTheme, articles: Sequence[Article]) -> PlantedTheme:
    return replace(plan, guids=tuple(article.guid for article in articles if article.topic == plan.name))


def _theme_articles(plan: PlantedTheme, newsroom: Newsroom, seed: int, said: UsedTitles) -> list[Article]:
    """All articles of one theme."""
    rng, articles, voices = _random_stream(seed, plan.name), list[Article](), list[Voice]()
    writer = {campaign.name: campaign.outlet for campaign in CAMPAIGNS}.get(plan.name)
    outlet = next((outlet for outlet in newsroom.outlets if outlet.key == writer), None)
    total, so_far = sum(plan.expected), 0.0
    for week, expected in enumerate(plan.expected):
        phase = 1 + min(2, int(3 * so_far / total)) if total else 1
        for _ in range(_story_count(plan, expected, rng)):
            task = StoryTask(
                topic=plan.name,
                wording=theme_wordings()[plan.name, _story_language(plan.langs, rng)],
                moment=newsroom.moment(week, rng),
                phase=phase,
                outlet=outlet,
                voice=_next_voice(voices, SAY_FEEL_VOICE_ROUND if plan.has_say_feel_gap else VOICE_ROUND, rng)
                if plan.voices_take_turns
                else None,
            )
            articles += write_story(task, newsroom, used=said[plan.name], rng=rng)
        so_far += expected
    return articles


def _next_voice(voices: list[Voice], around: Sequence[Voice], rng: Random) -> Voice:
    """Who speaks next, in rounds."""
    if not voices:
        voices.extend(rng.sample(around, len(around)))
    return voices.pop()


def _off_topic_articles(newsroom: Newsroom, weeks: int, seed: int, said: UsedTitles) -> list[Article]:
    """Articles that are each about their own thing. A frame comes again only when it can differ."""
    articles = []
    for lang, share in (("en", 1 - FINNISH_SHARE), ("fi", FINNISH_SHARE)):
        rng, deck = _random_stream(seed, f"off-{lang}"), list[EventLine]()
        for week in range(weeks):
            for _ in range(_poisson(OFF_TOPIC_A_WEEK * share, rng)):
                task = StoryTask(
                    topic=OFF_TOPIC, wording=theme_wordings()[OFF_TOPIC, lang], moment=newsroom.moment(week, rng)
                )
                articles += _off_topic_article(task, newsroom, deck, rng, said[OFF_TOPIC])
    return articles


def _outlet_articles(newsroom: Newsroom, weeks: int, seed: int, said: UsedTitles) -> list[Article]:
    """What outlets write on top of the common news: two in three on their beats, the rest about anything."""
    articles = []
    for outlet in (outlet for outlet in newsroom.outlets if outlet.own):
        rng, deck = _random_stream(seed, f"beat-{outlet.key}"), list[EventLine]()
        for week in range(weeks):
            for _ in range(_poisson(outlet.own, rng)):
                topic = rng.choice((*outlet.beats, OFF_TOPIC))
                wording, moment = theme_wordings()[topic, outlet.lang], newsroom.moment(week, rng)
                task = StoryTask(topic=topic, wording=wording, moment=moment, outlet=outlet)
                if outlet not in newsroom.alive(outlet.lang, moment):
                    continue
                if topic == OFF_TOPIC:
                    articles += _off_topic_article(task, newsroom, deck, rng, said[OFF_TOPIC])
                else:
                    articles += write_story(task, newsroom, used=said[topic], rng=rng)
    return articles


def _off_topic_article(
    task: StoryTask, newsroom: Newsroom, deck: list[EventLine], rng: Random, used: set[str]
) -> list[Article]:
    """An article about its own thing; another frame is drawn where one has nothing new to say."""
    for _ in range(OFF_TOPIC_TRIES):
        if not deck:
            lines = [line for _, line in task.wording.voices["media"].lines]
            turns = [line for line in lines for _ in range(min(MOST_LINE_REPEATS, line.variants(task.wording.pools)))]
            deck.extend(rng.sample(turns, len(turns)))
        made = write_story(replace(task, line=deck.pop()), newsroom, used=used, rng=rng)
        if made:
            return made
    return []


def _column_articles(newsroom: Newsroom, weeks: int, seed: int, said: UsedTitles) -> list[Article]:
    """Serial columns: each Monday morning, under the same name, numbered."""
    articles = []
    for outlet in (outlet for outlet in newsroom.outlets if outlet.column):
        rng, topic = _random_stream(seed, f"column-{outlet.key}"), f"column:{outlet.column}"
        wording = theme_wordings()[outlet.column, outlet.lang]
        first = newsroom.start.replace(hour=5, minute=30, second=0) + timedelta(days=-newsroom.start.weekday() % 7)
        for week in range(weeks):
            moment = first + week * WEEK
            if newsroom.start <= moment < newsroom.end:
                task = StoryTask(topic=topic, wording=wording, moment=moment, outlet=outlet)
                articles += write_story(task, newsroom, used=said[topic], rng=rng)
    return articles


def _random_stream(seed: int, part: str) -> Random:
    return Random(f"{seed}/{part}")  # noqa: S311 - invented news needs no cryptography


def _story_count(plan: PlantedTheme, expected: float, rng: Random) -> int:
    return int(expected) if plan.kind is ThemeKind.CAMPAIGN else _poisson(expected, rng)


def _story_language(langs: Sequence[str], rng: Random) -> str:
    return langs[0] if len(langs) == 1 else ("fi" if rng.random() < FINNISH_SHARE else "en")


def _poisson(mean: float, rng: Random) -> int:
    """Knuth's method; means here are small."""
    product, drawn = rng.random(), 0
    while product > math.exp(-mean):
        product *= rng.random()
        drawn += 1
    return drawn
