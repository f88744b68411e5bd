"""What the demonstration world consists of: outlets, articles, the truth about both, and the outlets as sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from foresight.model.sources import Source, SourceKind, Voice
from foresight.model.trends import Stage

WEEK = timedelta(days=7)


class FeedFormat(StrEnum):
    """How an outlet publishes its feed."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"


class ThemeKind(StrEnum):
    """What a theme of the world does over the weeks."""

    EMERGE = "emerge"  # from nothing, in the last weeks
    GROW = "grow"  # slowly, from a small base
    PEAK = "peak"  # rose, peaked, fades
    SETTLE = "settle"  # emerged early, became a steady part of the news
    STEADY = "steady"
    SEASONAL = "seasonal"  # returns with the calendar
    CAMPAIGN = "campaign"  # one company's flood of press releases


TREND_THEME_KINDS = frozenset({ThemeKind.EMERGE, ThemeKind.GROW, ThemeKind.PEAK, ThemeKind.SETTLE})
RISING_THEME_KINDS = frozenset({ThemeKind.EMERGE, ThemeKind.GROW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One source of the world.

    Attributes:
        key: its short name, part of its feed's path; site: the host its articles claim to lie on.
        rate: how much of the common news it takes, relative to the others of its voice and language.
        starts, stops: when it publishes, as shares of the world's span, half-open.
        prefix, suffix: boilerplate that stands in its titles; prefixed: share of titles that carry the prefix.
        beats: themes it writes about on top of the common news, so many a week as `own` says.
        column: key of the serial column it runs each week, "" for none.
        is_trade_press: it seldom writes about anything but its trade.
    """

    key: str
    title: str
    site: str
    lang: str
    region: str
    voice: Voice = Voice.MEDIA
    format: FeedFormat = FeedFormat.RSS
    rate: float = 1.0
    starts: float = 0.0
    stops: float = 1.0
    prefix: str = ""
    prefix_share: float = 1.0
    suffix: str = ""
    own: float = 0.0
    beats: tuple[str, ...] = ()
    column: str = ""
    is_trade_press: bool = False

    @property
    def path(self) -> str:
        """Where its feed lies on any host."""
        return f"/feeds/{self.key}.{'json' if self.format is FeedFormat.JSON else 'xml'}"

    @property
    def id(self) -> str:
        """A hash of the path, so that it is the same whatever port serves it."""
        return sha256(self.path.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article of one outlet.

    Attributes:
        title: as served, boilerplate included; text: a lead of one or two sentences.
        published: aware UTC, whole seconds; updated: None where it was never touched again.
        topic: the theme it belongs to, "off:…" for one that is about its own thing, "column:…" for a
            serial column. Truth, never served.
        story: the same for all articles about one event (copies and rewrites). Truth, never served.
    """

    guid: str
    source_id: str
    title: str
    text: str
    url: str
    published: datetime
    updated: datetime | None
    lang: str
    author: str
    topic: str
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedTheme:
    """What was put into the world on purpose, and what ought to be said of it.

    Attributes:
        first_week: index of the week in which it begins, or leaves its base; the number of weeks where it never does.
        expected: stories a week, one number for each week of the world; copies, rewrites and what
            single outlets add on their beats are not counted.
        guids: its articles, in order of time.
        stages: verdicts that are right at the world's end.
        has_gap: companies praise it, customers and employees complain of it.
    """

    name: str
    kind: ThemeKind
    langs: tuple[str, ...]
    first_week: int
    expected: tuple[float, ...]
    guids: tuple[str, ...]
    stages: tuple[Stage, ...]
    has_say_feel_gap: bool = False

    @property
    def voices_take_turns(self) -> bool:
        """Whether voices take turns on it, so that every one is heard; elsewhere chance decides."""
        return self.is_trend or self.has_say_feel_gap

    @property
    def is_trend(self) -> bool:
        """Whether `make_world(planted=False)` leaves it out."""
        return self.kind in TREND_THEME_KINDS

    @property
    def is_rising(self) -> bool:
        """Whether it should be called weak or emerging at the end."""
        return self.kind in RISING_THEME_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWorld:
    """Everything that was published in ``start <= t < end``.

    Attributes:
        sources: the outlets, by key.
        articles: in order of time, then guid.
        plants: all themes with their truth, trends first.
    """

    seed: int
    start: datetime
    end: datetime
    sources: tuple[Outlet, ...]
    articles: tuple[Article, ...]
    planted_themes: tuple[PlantedTheme, ...]

    @property
    def weeks(self) -> int:
        """How many weeks it spans."""
        return (self.end - self.start) // WEEK

    def week_of(self, moment: datetime) -> int:
        """Index of the week that holds `moment`; negative before the start."""
        return (moment - self.start) // WEEK

    def is_alive(self, outlet: Outlet, moment: datetime) -> bool:
        """Whether `outlet` publishes at `moment`."""
        return is_publishing(outlet, (moment - self.start) / (self.end - self.start))


def is_publishing(outlet: Outlet, share: float) -> bool:
    """Whether the outlet publishes when `share` (0–1) of the world's span has gone by."""
    return outlet.starts <= share < outlet.stops


SOURCE_GROUPS = {
    Voice.COMPANY: "Companies",
    Voice.CUSTOMER: "Customers",
    Voice.EMPLOYEE: "Employees",
    Voice.EXPERT: "Experts",
    Voice.MEDIA: "Media",
    Voice.REGULATOR: "Authorities",
}


def world_sources(world: DemoWorld, base_url: str) -> tuple[Source, ...]:
    """One source per outlet, feeds below `base_url` (no slash at its end).

    Ids are hashes of the feeds' paths, not of their URLs, so that they are the same whatever port serves them.
    """
    return tuple(_outlet_source(outlet, base_url) for outlet in world.sources)


def _outlet_source(outlet: Outlet, base_url: str) -> Source:
    return Source(
        id=outlet.id,
        title=outlet.title,
        kind=SourceKind.FEED,
        url=f"{base_url}{outlet.path}",
        lang=outlet.lang,
        region=outlet.region,
        voice=outlet.voice,
        group=SOURCE_GROUPS[outlet.voice],
        tags=("demonstration",),
        interval=timedelta(hours=1),
    )
