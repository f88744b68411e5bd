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

from foresight.errors import UsageError
from foresight.records import Voice
from foresight.sample.newsroom import GAP_ROUND, OFF, ROUND, Newsroom, Task, write
from foresight.sample.outlets import all_outlets
from foresight.sample.parts import WEEK, Article, Plant, PlantKind, World
from foresight.sample.themes import (
    BOTH,
    CAMPAIGNS,
    OFF_TOPIC_A_WEEK,
    RISES,
    SAY_FEEL,
    SEASONAL_A_WEEK,
    STAGES,
    STEADY_A_WEEK,
    campaign_expected,
    seasonal_expected,
)
from foresight.sample.wording import Line, wordings

__all__ = ["make_world"]

FINNISH_SHARE = 0.45
LEAST_WEEKS, MOST_WEEKS = 2, 520
MOST_TURNS, TRIES = 4, 8

Said = defaultdict[str, set[str]]


def make_world(*, seed: int, weeks: int = 30, end: datetime, planted: bool = True) -> World:
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
    themes = [plan for plan in _plans(newsroom.start, weeks) if planted or not plan.is_trend]
    said: Said = defaultdict(set)
    told = [article for plan in themes for article in _theme(plan, newsroom, seed, said)]
    told += _off_topic(newsroom, weeks, seed, said)
    told += _beats(newsroom, weeks, seed, said)
    told += _columns(newsroom, weeks, seed, said)
    articles = sorted(told, key=_when)
    return World(
        seed=seed,
        start=newsroom.start,
        end=end,
        sources=newsroom.outlets,
        articles=tuple(articles),
        plants=tuple(_with_truth(plan, articles) for plan in themes),
    )


def _when(article: Article) -> tuple[datetime, str]:
    return article.published, article.guid


def _plans(start: datetime, weeks: int) -> list[Plant]:
    plans = [
        replace(_plan(rise.name, rise.kind, rise.langs, rise.expected(weeks)), first_week=rise.first_week(weeks))
        for rise in RISES
    ]
    plans += [
        _plan(name, PlantKind.SEASONAL, BOTH, seasonal_expected(name, start=start, weeks=weeks))
        for name in SEASONAL_A_WEEK
    ]
    plans += [_plan(c.name, PlantKind.CAMPAIGN, (c.lang,), campaign_expected(c, weeks)) for c in CAMPAIGNS]
    return plans + [_plan(name, PlantKind.STEADY, BOTH, (rate,) * weeks) for name, rate in STEADY_A_WEEK.items()]


def _plan(name: str, kind: PlantKind, langs: tuple[str, ...], expected: tuple[float, ...]) -> Plant:
    first = next((week for week, stories in enumerate(expected) if stories), len(expected))
    return Plant(
        name=name,
        kind=kind,
        langs=langs,
        first_week=first,
        expected=expected,
        guids=(),
        stages=STAGES[kind],
        has_gap=name in SAY_FEEL,
    )


def _with_truth(plan: Plant, articles: Sequence[Article]) -> Plant:
    return replace(plan, guids=tuple(article.guid for article in articles if article.topic == plan.name))


def _theme(plan: Plant, newsroom: Newsroom, seed: int, said: Said) -> list[Article]:
    """All articles of one theme."""
    rng, articles, voices = _chance(seed, plan.name), list[Article](), list[Voice]()
    writer = {campaign.name: campaign.outlet for campaign in CAMPAIGNS}.get(plan.name)
    outlet = next((outlet for outlet in newsroom.outlets if outlet.key == writer), None)
    total, so_far = sum(plan.expected), 0.0
    for week, expected in enumerate(plan.expected):
        phase = 1 + min(2, int(3 * so_far / total)) if total else 1
        for _ in range(_count(plan, expected, rng)):
            task = Task(
                topic=plan.name,
                wording=wordings()[plan.name, _language(plan.langs, rng)],
                moment=newsroom.moment(week, rng),
                phase=phase,
                outlet=outlet,
                voice=_turn(voices, GAP_ROUND if plan.has_gap else ROUND, rng) if plan.is_heard else None,
            )
            articles += write(task, newsroom, used=said[plan.name], rng=rng)
        so_far += expected
    return articles


def _turn(voices: list[Voice], around: Sequence[Voice], rng: Random) -> Voice:
    """Who speaks next, in rounds."""
    if not voices:
        voices.extend(rng.sample(around, len(around)))
    return voices.pop()


def _off_topic(newsroom: Newsroom, weeks: int, seed: int, said: Said) -> list[Article]:
    """Articles that are each about their own thing. A frame comes again only when it can differ."""
    articles = []
    for lang, share in (("en", 1 - FINNISH_SHARE), ("fi", FINNISH_SHARE)):
        rng, deck = _chance(seed, f"off-{lang}"), list[Line]()
        for week in range(weeks):
            for _ in range(_poisson(OFF_TOPIC_A_WEEK * share, rng)):
                task = Task(topic=OFF, wording=wordings()[OFF, lang], moment=newsroom.moment(week, rng))
                articles += _odd(task, newsroom, deck, rng, said[OFF])
    return articles


def _beats(newsroom: Newsroom, weeks: int, seed: int, said: Said) -> list[Article]:
    """What outlets write on top of the common news: two in three on their beats, the rest about anything."""
    articles = []
    for outlet in (outlet for outlet in newsroom.outlets if outlet.own):
        rng, deck = _chance(seed, f"beat-{outlet.key}"), list[Line]()
        for week in range(weeks):
            for _ in range(_poisson(outlet.own, rng)):
                topic = rng.choice((*outlet.beats, OFF))
                wording, moment = wordings()[topic, outlet.lang], newsroom.moment(week, rng)
                task = Task(topic=topic, wording=wording, moment=moment, outlet=outlet)
                if outlet not in newsroom.alive(outlet.lang, moment):
                    continue
                if topic == OFF:
                    articles += _odd(task, newsroom, deck, rng, said[OFF])
                else:
                    articles += write(task, newsroom, used=said[topic], rng=rng)
    return articles


def _odd(task: Task, newsroom: Newsroom, deck: list[Line], rng: Random, used: set[str]) -> list[Article]:
    """An article about its own thing; another frame is drawn where one has nothing new to say."""
    for _ in range(TRIES):
        if not deck:
            lines = [line for _, line in task.wording.voices["media"].lines]
            turns = [line for line in lines for _ in range(min(MOST_TURNS, line.variants(task.wording.pools)))]
            deck.extend(rng.sample(turns, len(turns)))
        made = write(replace(task, line=deck.pop()), newsroom, used=used, rng=rng)
        if made:
            return made
    return []


def _columns(newsroom: Newsroom, weeks: int, seed: int, said: Said) -> list[Article]:
    """Serial columns: each Monday morning, under the same name, numbered."""
    articles = []
    for outlet in (outlet for outlet in newsroom.outlets if outlet.column):
        rng, topic = _chance(seed, f"column-{outlet.key}"), f"column:{outlet.column}"
        wording = wordings()[outlet.column, outlet.lang]
        first = newsroom.start.replace(hour=5, minute=30, second=0) + timedelta(days=-newsroom.start.weekday() % 7)
        for week in range(weeks):
            moment = first + week * WEEK
            if newsroom.start <= moment < newsroom.end:
                task = Task(topic=topic, wording=wording, moment=moment, outlet=outlet)
                articles += write(task, newsroom, used=said[topic], rng=rng)
    return articles


def _chance(seed: int, part: str) -> Random:
    return Random(f"{seed}/{part}")  # noqa: S311 - invented news needs no cryptography


def _count(plan: Plant, expected: float, rng: Random) -> int:
    return int(expected) if plan.kind is PlantKind.CAMPAIGN else _poisson(expected, rng)


def _language(langs: Sequence[str], rng: Random) -> str:
    return langs[0] if len(langs) == 1 else ("fi" if rng.random() < FINNISH_SHARE else "en")


def _poisson(mean: float, rng: Random) -> int:
    """Knuth's method; means here are small."""
    product, drawn = rng.random(), 0
    while product > math.exp(-mean):
        product *= rng.random()
        drawn += 1
    return drawn
