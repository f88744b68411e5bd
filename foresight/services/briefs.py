"""Briefs: what one hands out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from foresight.briefs import outline, writing
from foresight.errors import NothingConsistent, NothingPublished, UnknownFactor
from foresight.ports import ArchiveReader
from foresight.records import Brief, Entity, Run, Story
from foresight.scenarios.factors import slug
from foresight.services.handouts import HandoutDesk, breaking
from foresight.services.scenarios import ScenarioDesk
from foresight.services.shelf import Shelf
from foresight.services.story import StoryDesk
from foresight.services.structure import StructureDesk
from foresight.services.trends import TrendDesk, TrendPage


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefFile:
    """A brief in one format, ready to be kept or handed over. mime: its media type."""

    name: str
    mime: str
    content: bytes


class BriefDesk:
    """Makes briefs of trends and scenarios.

    Attributes:
        formats: those a brief can be had in.
    """

    formats = writing.FORMATS

    def __init__(
        self,
        shelf: Shelf,
        trends: TrendDesk,
        scenarios: ScenarioDesk,
        story: StoryDesk,
        structure: StructureDesk,
        handouts: HandoutDesk,
    ) -> None:
        self._shelf, self._trends, self._scenarios, self._story = shelf, trends, scenarios, story
        self._structure, self._handouts = structure, handouts

    def trend(self, trend_id: str, *, format: str, lang: str) -> BriefFile:  # noqa: A002 - the word of the command line
        """A trend's brief.

        Raises:
            NotFound: there is no such trend.
            UnknownFormat: `format` is none of `formats`.
        """
        with self._shelf.reading() as reader:
            page = self._trends.get(trend_id)
            brief = outline.trend_brief(
                page.view,
                _evidence(page, reader),
                page.scenarios,
                lang=lang,
                generation=reader.generation,
                run=_run(reader),
                cues=[shown.cue for shown in page.cues],
            )
        return _file(brief, format)

    def scenario(self, scenario_id: str, *, format: str, lang: str) -> BriefFile:  # noqa: A002 - the same word
        """A scenario's brief, with what the ledger keeps around it.

        Raises:
            NotFound: there is no such scenario.
            UnknownFormat: `format` is none of `formats`.
            TooFewStates: its factors cannot be worked with yet.
        """
        scenario = self._scenarios.get(scenario_id)
        unforced = replace(scenario, forced=())
        free = self._scenarios.solve(unforced).result
        forced = self._scenarios.solve(scenario).result if scenario.forced else None
        solved = outline.Solved(
            free=free,
            forced=forced,
            story=self._told(scenario_id, lang),
            breaks=breaking(unforced, outline.explained(scenario, free), self._structure),
            made=self._handouts.made(scenario, lang=lang),
        )
        wanted = {factor.trend_id for factor in scenario.factors}
        with self._shelf.reading() as reader:
            views = [v for v in self._trends.list().everything if wanted & {v.trend.id, *v.members}]
            brief = outline.scenario_brief(
                scenario,
                solved,
                views,
                lang=lang,
                generation=reader.generation,
                run=_run(reader),
            )
        return _file(brief, format)

    def _told(self, scenario_id: str, lang: str) -> Story | None:
        """The story of its likeliest future; none where nothing was found to tell of."""
        try:
            return self._story.tell(scenario_id, lang=lang)
        except (NothingConsistent, UnknownFactor):
            return None


def _evidence(page: TrendPage, reader: ArchiveReader) -> list[outline.Evidence]:
    """The documents the page shows, with whom they name."""
    named: dict[str, list[Entity]] = {}
    for entity in reader.entities([one.document.id for one in page.evidence]):
        named.setdefault(entity.document_id, []).append(entity)
    return [
        outline.Evidence(document=one.document, source=one.source, entities=tuple(named.get(one.document.id, ())))
        for one in page.evidence
    ]


def _run(reader: ArchiveReader) -> Run:
    run = reader.latest_analysis()
    if run is None:
        raise NothingPublished(path=f"generation {reader.generation}")
    return run


def _file(brief: Brief, kind: str) -> BriefFile:
    content = writing.write(brief, kind)
    name = f"{brief.as_of.date().isoformat()}-{slug(brief.title)[:60]}-{brief.lang}.{kind}"
    return BriefFile(name=name, mime=writing.WRITERS[kind].media_type, content=content)
