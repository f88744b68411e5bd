"""The map of themes: fitted when it is due, otherwise the last one stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from foresight.analysis import Analysis, themes_at
from foresight.pipeline.tools import Tools
from foresight.ports import Archive
from foresight.records import Assignment, Corpus, Run, WordIndex
from foresight.topics.themes import ThemeMap

LASTS = timedelta(days=28)


def map_when_due(tools: Tools, corpus: Corpus, words: WordIndex, analysis: Analysis, run: Run) -> ThemeMap | None:
    """The new map, or None where the last one is younger than four weeks: fitting takes longer than all the rest."""
    if not is_due(tools.archive, analysis.as_of):
        return None
    tools.progress("themes", 0, 1)
    earlier = _earlier(tools.archive)
    fitted = themes_at(
        corpus, words, analysis.state, as_of=analysis.as_of, seed=run.seed, run_id=run.id, earlier=earlier
    )
    tools.progress("themes", 1, 1)
    return fitted


def is_due(archive: Archive, as_of: datetime) -> bool:
    """Whether there is no map yet, or the last one is from four weeks before, or from after, the cut-off."""
    topics = archive.topics()
    if not topics:
        return True
    fitted = {run.id: run.as_of for run in archive.runs(limit=1_000)}.get(topics[0].run_id)
    return fitted is None or not timedelta(0) <= as_of - fitted < LASTS


def standing(archive: Archive) -> tuple[Assignment, ...]:
    """Which document lies in which theme of the last map."""
    return tuple(assignment for topic in archive.topics() for assignment in archive.assignments(topic.id))


def _earlier(archive: Archive) -> Sequence[tuple[str, frozenset[str]]]:
    return [(topic.id, frozenset(a.document_id for a in archive.assignments(topic.id))) for topic in archive.topics()]
