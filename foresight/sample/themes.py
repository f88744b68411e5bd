"""What happens in the demonstration world, and how much of it: rates per week, seasons, floods and planted trends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foresight.records import Stage
from foresight.sample.parts import WEEK, PlantKind

BOTH, FINNISH, ENGLISH = ("en", "fi"), ("fi",), ("en",)
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
SAY_FEEL = ("self-checkout",)

# Stories a week in each month, January first.
SEASONAL_A_WEEK: dict[str, tuple[float, ...]] = {
    "christmas-trade": (0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.8, 3.2, 5.5),
    "summer-jobs": (1.5, 2.5, 2.5, 2.0, 3.0, 2.5, 1.0, 0.2, 0, 0, 0, 0.2),
    "back-to-school": (0.3, 0, 0, 0, 0.2, 0.5, 2.5, 4.5, 0.8, 0, 0, 0),
    "winter-tyres": (0.3, 0.3, 1.5, 2.0, 0.1, 0, 0, 0, 0.6, 3.0, 2.0, 0.5),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A flood of press releases by one outlet: `counts` a week, the last of them `ago` weeks before the end."""

    name: str
    lang: str
    outlet: str
    counts: tuple[int, ...]
    ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A planted trend: stories a week up to the end of the world, and `base` a week before them."""

    name: str
    kind: PlantKind
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
    Campaign(name="own-brand-flood", lang="fi", outlet="havumarket", counts=(4, 8, 7), ago=0),
    Campaign(name="platform-award-flood", lang="en", outlet="nimbus-desk", counts=(5, 9, 4), ago=1),
    Campaign(name="tariff-flood", lang="fi", outlet="valovirta", counts=(6, 8), ago=11),
)

_SLOW = (1.0, 1.3, 1.6, 2.0, 2.4, 2.9, 3.5, 4.2, 5.0, 6.0, 7.2, 8.5)
_PEAK = (1, 2, 4, 7, 10, 12, 11, 9, 7, 6, 5, 4, 3, 2.5, 2, 1.6, 1.3, 1, 0.8, 0.7, 0.6, 0.5, 0.4)
_SETTLE = (2, 4, 7, 6, 5.5, *(5.0,) * 21)

RISES = (
    Rise(name="voice-agents", kind=PlantKind.EMERGE, langs=BOTH, base=0, counts=(2, 4, 8, 14, 16)),
    Rise(name="repair-label", kind=PlantKind.EMERGE, langs=BOTH, base=0, counts=(2, 4, 8, 14)),
    Rise(name="pharmacy-lockers", kind=PlantKind.EMERGE, langs=FINNISH, base=0, counts=(2, 3, 4, 6, 8, 10)),
    Rise(name="deepfake-invoices", kind=PlantKind.EMERGE, langs=ENGLISH, base=0, counts=(3, 7, 12)),
    Rise(name="return-fees", kind=PlantKind.GROW, langs=BOTH, base=0.8, counts=_SLOW),
    Rise(name="second-hand", kind=PlantKind.GROW, langs=BOTH, base=0.7, counts=tuple(0.8 * n for n in _SLOW)),
    Rise(name="home-batteries", kind=PlantKind.GROW, langs=FINNISH, base=0.5, counts=tuple(0.6 * n for n in _SLOW)),
    Rise(name="shopping-agents", kind=PlantKind.GROW, langs=ENGLISH, base=0.5, counts=tuple(0.7 * n for n in _SLOW)),
    Rise(name="four-day-week", kind=PlantKind.PEAK, langs=BOTH, base=0.3, counts=_PEAK),
    Rise(name="dynamic-prices", kind=PlantKind.SETTLE, langs=BOTH, base=0, counts=_SETTLE),
)

STAGES: dict[PlantKind, tuple[Stage, ...]] = {
    PlantKind.EMERGE: (Stage.WEAK, Stage.EMERGING, Stage.STRONG),
    PlantKind.GROW: (Stage.WEAK, Stage.EMERGING, Stage.STRONG),
    PlantKind.PEAK: (Stage.FADING, Stage.SLEEPING, Stage.NOISE),
    PlantKind.SETTLE: (Stage.STEADY, Stage.STRONG),
    PlantKind.STEADY: (Stage.STEADY, Stage.STRONG, Stage.FADING, Stage.NOISE),
    # With less than two years in the archive nobody can tell a season from a trend; see docs/demonstration.md.
    PlantKind.SEASONAL: (Stage.STEADY, Stage.STRONG, Stage.FADING, Stage.SLEEPING, Stage.NOISE),
    PlantKind.CAMPAIGN: (Stage.NOISE, Stage.CANDIDATE, Stage.SLEEPING, Stage.FADING),
}


def seasonal_expected(name: str, *, start: datetime, weeks: int) -> tuple[float, ...]:
    """Stories a week of a seasonal theme, by the month that holds the middle of each week."""
    months = SEASONAL_A_WEEK[name]
    return tuple(months[(start + week * WEEK + WEEK / 2).month - 1] for week in range(weeks))


def campaign_expected(campaign: Campaign, weeks: int) -> tuple[float, ...]:
    """Press releases a week for each of the last `weeks` weeks."""
    flood = (0.0,) * weeks + tuple(float(n) for n in campaign.counts) + (0.0,) * campaign.ago
    return flood[len(flood) - weeks :]
