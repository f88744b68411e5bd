"""How a story becomes articles: who writes it, when, in which words, and who copies or retells it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from foresight.demo.wording import (
    EventLine,
    SlotChoices,
    ThemeWording,
    VoiceWording,
    fill_line,
    title_signature,
    write_lead,
)
from foresight.demo.world import WEEK, Article, Outlet, is_publishing
from foresight.model.sources import Voice

# Who speaks how often, where the theme has words for that voice.
VOICE_SHARE = {
    Voice.MEDIA: 0.56,
    Voice.COMPANY: 0.12,
    Voice.CUSTOMER: 0.13,
    Voice.EXPERT: 0.08,
    Voice.EMPLOYEE: 0.07,
    Voice.REGULATOR: 0.05,
}
# A round of twelve stories of a planted trend, so that every voice is heard early.
VOICE_ROUND = (
    *(Voice.MEDIA,) * 5,
    *(Voice.COMPANY, Voice.CUSTOMER) * 2,
    *(Voice.EXPERT, Voice.EMPLOYEE, Voice.REGULATOR),
)
# The same of a theme with a gap between what companies say and what people feel.
SAY_FEEL_VOICE_ROUND = (*(Voice.COMPANY, Voice.CUSTOMER) * 5, Voice.EMPLOYEE, Voice.MEDIA)
WEEKDAY_SHARE = (1.0, 1.0, 1.0, 1.0, 0.9, 0.4, 0.35)
HOUR_SHARE = (0.02,) * 4 + (
    0.1,
    0.4,
    0.8,
    1,
    1,
    1,
    0.9,
    0.9,
    0.8,
    0.8,
    0.8,
    0.7,
    0.6,
    0.5,
    0.4,
    0.3,
    0.3,
    0.2,
    0.1,
    0.05,
)
SYNDICATED_SHARE, REWRITTEN_SHARE, UPDATED_SHARE, NEW_HEADLINE_SHARE = 0.03, 0.3, 0.03, 0.4
NEWS_AGENCIES = {"fi": "Uutissuoni", "en": "Wirepost"}
NEW_STORY_TRIES = 20
OFF_TOPIC = "off"
TRADE_PRESS_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """All outlets over the span of the world."""

    outlets: tuple[Outlet, ...]
    start: datetime
    end: datetime

    def alive(self, lang: str, moment: datetime) -> tuple[Outlet, ...]:
        """Outlets of a language that publish at `moment`."""
        share = (moment - self.start) / (self.end - self.start)
        return tuple(outlet for outlet in self.outlets if outlet.lang == lang and is_publishing(outlet, share))

    def moment(self, week: int, rng: Random) -> datetime:
        """A moment within a week, more likely in working hours of working days."""
        while True:
            drawn = self.start + week * WEEK + timedelta(seconds=rng.randrange(int(WEEK.total_seconds())))
            if rng.random() < WEEKDAY_SHARE[drawn.weekday()] * HOUR_SHARE[drawn.hour]:
                return drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryTask:
    """A story to be written.

    Attributes:
        topic: the theme, `OFF_TOPIC` for an article about its own thing.
        line: the event to tell of, None to choose one; outlet: who writes it, None to choose.
        phase: 1–3, how far the theme's own story has come.
        voice: who should speak, None for chance; another speaks where that voice has nothing new to say.
    """

    topic: str
    wording: ThemeWording
    moment: datetime
    phase: int = 0
    line: EventLine | None = None
    outlet: Outlet | None = None
    voice: Voice | None = None


def write_story(task: StoryTask, newsroom: Newsroom, *, used: set[str], rng: Random) -> list[Article]:
    """The story in one outlet, and in those that copy or retell it.

    What `used` holds (titles, numbers aside) is not said again; empty where the theme has nothing new to say.
    """
    alive = newsroom.alive(task.wording.lang, task.moment)
    found = _new_story(task, alive, used, rng)
    if found is None:
        return []
    outlet, speech, line, title, slot_choices = found
    story = sha256(f"{task.topic}\0{task.moment.isoformat()}\0{title}".encode()).hexdigest()[:12]
    topic = f"off:{story}" if task.topic == OFF_TOPIC else task.topic
    text = write_lead(line, speech, task.wording, slot_choices=slot_choices, rng=rng)
    first = Article(
        guid=_guid(outlet, story, title),
        source_id=outlet.id,
        title=_served_title(title, outlet, rng),
        text=text,
        url=_url(outlet, title, task.moment, story),
        published=task.moment,
        updated=_update_moment(task.moment, newsroom.end, rng),
        lang=task.wording.lang,
        author="",
        topic=topic,
        story=story,
    )
    if outlet.voice is not Voice.MEDIA or task.topic.startswith("column"):
        return [first]
    others = [other for other in alive if other.voice is Voice.MEDIA and other is not outlet]
    original = _PublishedStory(
        article=first, title=title, line=line, speech=speech, wording=task.wording, slot_choices=slot_choices
    )
    return [first, *_copies_and_rewrites(original, others, newsroom, used, rng)]


def wording_of_voice(wording: ThemeWording, voice: Voice) -> VoiceWording:
    """How a voice speaks of the theme; experts and whoever has no words of their own speak like media."""
    return wording.voices.get(voice.value) or wording.voices.get("media") or next(iter(wording.voices.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _PublishedStory:
    """A story that stands in one outlet, with what is needed to tell it again."""

    article: Article
    title: str
    line: EventLine
    speech: VoiceWording
    wording: ThemeWording
    slot_choices: SlotChoices


def _new_story(
    task: StoryTask, alive: Sequence[Outlet], used: set[str], rng: Random
) -> tuple[Outlet, VoiceWording, EventLine, str, SlotChoices] | None:
    for attempt in range(NEW_STORY_TRIES):
        wish = task.voice if attempt < NEW_STORY_TRIES / 2 else None
        outlet = task.outlet or _choose_outlet(task, alive, wish, rng)
        speech = wording_of_voice(task.wording, outlet.voice)
        line, slot_choices = task.line or rng.choice(speech.at(task.phase)), SlotChoices()
        title = fill_line(rng.choice(line.titles), task.wording, slot_choices=slot_choices, rng=rng)
        mark = title_signature(title, task.wording, slot_choices, with_place=task.topic != OFF_TOPIC)
        if not used & {mark, title}:
            used.update((mark, title))
            return outlet, speech, line, title, slot_choices
    return None


def _choose_outlet(task: StoryTask, alive: Sequence[Outlet], wish: Voice | None, rng: Random) -> Outlet:
    speaking = {Voice(name) for name in task.wording.voices}
    if Voice.MEDIA in speaking and task.topic != OFF_TOPIC:
        speaking.add(Voice.EXPERT)
    voices = [voice for voice in VOICE_SHARE if voice in speaking]
    voice = wish if wish in voices else rng.choices(voices, [VOICE_SHARE[voice] for voice in voices])[0]
    candidates = [outlet for outlet in alive if outlet.voice is voice]
    return rng.choices(candidates, [_outlet_weight(outlet, task) for outlet in candidates])[0]


def _outlet_weight(outlet: Outlet, task: StoryTask) -> float:
    return outlet.rate * (TRADE_PRESS_SHARE if outlet.is_trade_press and task.topic == OFF_TOPIC else 1)


def _copies_and_rewrites(
    original: _PublishedStory, others: Sequence[Outlet], newsroom: Newsroom, used: set[str], rng: Random
) -> list[Article]:
    chance = rng.random()
    if chance < SYNDICATED_SHARE:
        chosen = rng.sample(others, min(len(others), rng.randint(2, 5)))
        made = [_copy(original, outlet, used, rng) for outlet in chosen]
    elif chance < SYNDICATED_SHARE + REWRITTEN_SHARE and len(original.line.titles) > 1:
        chosen = rng.sample(others, min(len(others), rng.randint(1, 3)))
        made = [retold for n, outlet in enumerate(chosen) for retold in _rewrite(original, outlet, n, used, rng)]
    else:
        return []
    return [article for article in made if article.published < newsroom.end and _is_published(article, newsroom)]


def _is_published(article: Article, newsroom: Newsroom) -> bool:
    return any(outlet.id == article.source_id for outlet in newsroom.alive(article.lang, article.published))


def _copy(original: _PublishedStory, outlet: Outlet, used: set[str], rng: Random) -> Article:
    title, edited = (
        original.title,
        rng.choice((f"{NEWS_AGENCIES[original.article.lang]}: {original.title}", _shortened_title(original.title))),
    )
    if rng.random() < NEW_HEADLINE_SHARE and edited not in used:
        title = edited
        used.add(edited)
    return _article_elsewhere(
        original, outlet, title=title, text=original.article.text, hours=rng.uniform(0.2, 22), rng=rng
    )


def _rewrite(original: _PublishedStory, outlet: Outlet, number: int, used: set[str], rng: Random) -> list[Article]:
    ways = original.line.titles
    title = fill_line(ways[(number + 1) % len(ways)], original.wording, slot_choices=original.slot_choices, rng=rng)
    text = write_lead(original.line, original.speech, original.wording, slot_choices=original.slot_choices, rng=rng)
    retold = _article_elsewhere(original, outlet, title=title, text=text, hours=rng.uniform(0.5, 34), rng=rng)
    is_news = title not in used
    used.add(title)
    return [retold] if is_news else []


def _article_elsewhere(
    original: _PublishedStory, outlet: Outlet, *, title: str, text: str, hours: float, rng: Random
) -> Article:
    moment = original.article.published + timedelta(seconds=int(hours * 3600))
    return replace(
        original.article,
        guid=_guid(outlet, original.article.story, title),
        source_id=outlet.id,
        title=_served_title(title, outlet, rng),
        text=text,
        url=_url(outlet, title, moment, original.article.story),
        published=moment,
        updated=None,
    )


def _shortened_title(title: str) -> str:
    head = re.split(r"[,:;–]| - ", title, maxsplit=1)[0].strip()
    return head if len(head) > len(title) // 2 else title


def _served_title(title: str, outlet: Outlet, rng: Random) -> str:
    prefix = outlet.prefix if outlet.prefix and rng.random() < outlet.prefix_share else ""
    return f"{prefix}{title}{outlet.suffix}"


def _update_moment(moment: datetime, end: datetime, rng: Random) -> datetime | None:
    touched = moment + timedelta(minutes=rng.randint(20, 600))
    return touched if rng.random() < UPDATED_SHARE and touched < end else None


def _guid(outlet: Outlet, story: str, title: str) -> str:
    return f"{outlet.key}-{sha256(f'{outlet.key}{story}{title}'.encode()).hexdigest()[:16]}"


def _url(outlet: Outlet, title: str, moment: datetime, story: str) -> str:
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain)[:8])
    return f"https://{outlet.site}/{moment:%Y/%m/%d}/{slug}-{story[:8]}"
