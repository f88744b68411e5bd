"""Briefs: what one hands out."""

from __future__ import annotations

from dataclasses import dataclass

from foresight.services.scenarios import ScenarioDesk
from foresight.services.trends import TrendDesk

FORMATS = ("html", "md", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefFile:
    """A brief in one format, ready to be kept or handed over."""

    name: str
    mime: str
    content: bytes


class BriefDesk:
    """Makes briefs of trends and scenarios."""

    formats = FORMATS

    def __init__(self, trends: TrendDesk, scenarios: ScenarioDesk) -> None:
        self._trends, self._scenarios = trends, scenarios

    def trend(self, trend_id: str, *, format: str, lang: str) -> BriefFile:  # noqa: A002 - what the command calls it
        """A trend's brief."""
        page = self._trends.get(trend_id)
        return BriefFile(name=f"{trend_id}.{format}", mime="text/plain", content=page.view.title(lang).encode())

    def scenario(self, scenario_id: str, *, format: str, lang: str) -> BriefFile:  # noqa: A002 - the same
        """A scenario's brief."""
        scenario = self._scenarios.get(scenario_id)
        return BriefFile(name=f"{scenario_id}.{format}", mime="text/plain", content=(scenario.title + lang).encode())
