"""What happens in the demonstration world, and how much of it: rates per week, seasons, floods and planted trends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foresight.demo.world import WEEK, ThemeKind
from foresight.model.trends import Stage

BOTH_LANGUAGES, FINNISH, ENGLISH = ("en", "fi"), ("fi",), ("en",)
OFF_TOPIC_A_WEEK = 46.0

# From loud to quiet, the long tail of real news.
STEADY_A_WEEK: dict[str, float] = {
    "self-checkout": 8.0,
    "grocery-prices": 5.2,
    "office-ai": 4.4,
    "electricity-market": 3.6,
    "housing": 3.1,
    "parcels": 2.6,
    "scams": 2.4,
    "pay-talks": 2.2,
    "cheap-imports": 2.0,
    "remote-work": 1.8,
    "service-queues": 1.7,
    "bank-services": 1.5,
    "digital-clinics": 1.4,
    "ev-charging": 1.3,
    "data-protection": 1.3,
    "hiring": 1.2,
    "loyalty": 1.1,
    "restaurants": 1.1,
    "wind-power": 1.0,
    "public-transport": 1.0,
    "data-centres": 0.9,
    "packaging": 0.8,
    "travel": 0.8,
    "burnout": 0.7,
    "telecoms": 0.7,
    "satisfaction-surveys": 0.6,
}

# Themes that companies praise while customers and employees complain, and that those speak of more than the media do.
SAY_FEEL_THEMES = ("self-checkout",)

# Stories a week in each month, January first.
SEASONAL_A_WEEK: dict[str, tuple[float, ...]] = {
    "christmas-trade": (0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.8, 3.2, 5.5),
    "summer-jobs": (1.5, 2.5, 2.5, 2.0, 3.0, 2.5, 1.0, 0.2, 0, 0, 0, 0.2),
    "back-to-school": (0.3, 0, 0, 0, 0.2, 0.5, 2.5, 4.5, 0.8, 0, 0, 0),
    "winter-tyres": (0.3, 0.3, 1.5, 2.0, 0.1, 0, 0, 0, 0.6, 3.0, 2.0, 0.5),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PressCampaign:
    """A flood of press releases by one outlet: `counts` a week, the last of them `ago` weeks before the end."""

    name: str
    lang: str
    outlet: str
    counts: tuple[int, ...]
    ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedTrend:
    """A planted trend: stories a week up to the end of the world, and `base` a week before them."""

    name: str
    kind: ThemeKind
    langs: tuple[str, ...]
    base: float
    counts: tuple[float, ...]

    def expected(self, weeks: int) -> tuple[float, ...]:
        """Stories a week for each of the last `weeks` weeks."""
        before = (self.base,) * max(0, weeks - len(self.counts))
        return before + self.counts[max(0, len(self.counts) - weeks) :]

    def first_week(self, weeks: int) -> int:
        """Index of the week in which it leaves its base; 0 where that lies before the world's start."""
        return max(0, weeks - len(self.counts))


CAMPAIGNS = (
    PressCampaign(name="own-brand-flood", lang="fi", outlet="havumarket", counts=(4, 8, 7), ago=0),
    PressCampaign(name="platform-award-flood", lang="en", outlet="nimbus-desk", counts=(5, 9, 4), ago=1),
    PressCampaign(name="tariff-flood", lang="fi", outlet="valovirta", counts=(6, 8), ago=11),
)

_SLOW_COUNTS = (1.0, 1.3, 1.6, 2.0, 2.4, 2.9, 3.5, 4.2, 5.0, 6.0, 7.2, 8.5)
_PEAK_COUNTS = (1, 2, 4, 7, 10, 12, 11, 9, 7, 6, 5, 4, 3, 2.5, 2, 1.6, 1.3, 1, 0.8, 0.7, 0.6, 0.5, 0.4)
_SETTLING_COUNTS = (2, 4, 7, 6, 5.5, *(5.0,) * 21)

PLANTED_TRENDS = (
    PlantedTrend(name="voice-agents", kind=ThemeKind.EMERGE, langs=BOTH_LANGUAGES, base=0, counts=(2, 4, 8, 14, 16)),
    PlantedTrend(name="repair-label", kind=ThemeKind.EMERGE, langs=BOTH_LANGUAGES, base=0, counts=(2, 4, 8, 14)),
    PlantedTrend(name="pharmacy-lockers", kind=ThemeKind.EMERGE, langs=FINNISH, base=0, counts=(2, 3, 4, 6, 8, 10)),
    PlantedTrend(name="deepfake-invoices", kind=ThemeKind.EMERGE, langs=ENGLISH, base=0, counts=(3, 7, 12)),
    PlantedTrend(name="return-fees", kind=ThemeKind.GROW, langs=BOTH_LANGUAGES, base=0.8, counts=_SLOW_COUNTS),
    PlantedTrend(
        name="second-hand",
        kind=ThemeKind.GROW,
        langs=BOTH_LANGUAGES,
        base=0.7,
        counts=tuple(0.8 * n for n in _SLOW_COUNTS),
    ),
    PlantedTrend(
        name="home-batteries", kind=ThemeKind.GROW, langs=FINNISH, base=0.5, counts=tuple(0.6 * n for n in _SLOW_COUNTS)
    ),
    PlantedTrend(
        name="shopping-agents",
        kind=ThemeKind.GROW,
        langs=ENGLISH,
        base=0.5,
        counts=tuple(0.7 * n for n in _SLOW_COUNTS),
    ),
    PlantedTrend(name="four-day-week", kind=ThemeKind.PEAK, langs=BOTH_LANGUAGES, base=0.3, counts=_PEAK_COUNTS),
    PlantedTrend(name="dynamic-prices", kind=ThemeKind.SETTLE, langs=BOTH_LANGUAGES, base=0, counts=_SETTLING_COUNTS),
)

RIGHT_STAGES: dict[ThemeKind, tuple[Stage, ...]] = {
    ThemeKind.EMERGE: (Stage.WEAK, Stage.EMERGING, Stage.STRONG),
    ThemeKind.GROW: (Stage.WEAK, Stage.EMERGING, Stage.STRONG),
    ThemeKind.PEAK: (Stage.FADING, Stage.SLEEPING, Stage.NOISE),
    ThemeKind.SETTLE: (Stage.STEADY, Stage.STRONG),
    ThemeKind.STEADY: (Stage.STEADY, Stage.STRONG, Stage.FADING, Stage.NOISE),
    # With less than two years in the archive nobody can tell a season from a trend; see docs/demonstration.md.
    ThemeKind.SEASONAL: (Stage.STEADY, Stage.STRONG, Stage.FADING, Stage.SLEEPING, Stage.NOISE),
    ThemeKind.CAMPAIGN: (Stage.NOISE, Stage.CANDIDATE, Stage.SLEEPING, Stage.FADING),
}


def seasonal_stories(name: str, *, start: datetime, weeks: int) -> tuple[float, ...]:
    """Stories a week of a seasonal theme, by the month that holds the middle of each week."""
    months = SEASONAL_A_WEEK[name]
    return tuple(months[(start + week * WEEK + WEEK / 2).month - 1] for week in range(weeks))


def campaign_stories(campaign: PressCampaign, weeks: int) -> tuple[float, ...]:
    """Press releases a week for each of the last `weeks` weeks."""
    flood = (0.0,) * weeks + tuple(float(n) for n in campaign.counts) + (0.0,) * campaign.ago
    return flood[len(flood) - weeks :]
