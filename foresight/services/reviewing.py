"""Matches that the machine was not sure of, with both sides and their evidence, until a person has judged them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foresight.errors import NotFound
from foresight.ports import ArchiveReader
from foresight.records import Decision, Document, Lineage, Stage, Trend
from foresight.services.shelf import Measured
from foresight.topics.curation import judged_pairs, merges, root_of

TITLES_SHOWN = 3
_QUIET = {Stage.NOISE, Stage.SLEEPING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a doubtful match.

    Attributes:
        title: in the language asked for; documents: its most central articles of the run it is shown as of.
    """

    trend: Trend
    title: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A doubtful match: is the one now the same as the one then? What the machine made of it stands in `lineage`."""

    lineage: Lineage
    now: Side
    then: Side


def reviews(
    reader: ArchiveReader, measured: Measured, decisions: Sequence[Decision], *, lang: str
) -> tuple[Review, ...]:
    """The doubtful matches of living trends that nobody has judged yet, the latest first.

    Args:
        reader: the generation `measured` comes from.
        measured: what the latest analysis measured.
        decisions: all that were ever taken: judged matches, and trends that already belong together, are left out.
        lang: of the titles.
    """
    ordered = sorted(decisions, key=lambda decision: decision.seq)
    judged, parents = judged_pairs(ordered), merges(ordered)
    found: dict[frozenset[str], Review] = {}
    for trend in measured.trends:
        if trend.stage in _QUIET:
            continue
        for one in reader.lineage(trend.id):
            pair = frozenset((one.trend_id, one.earlier_id))
            if not one.review or not one.earlier_id or pair in judged or one.trend_id != trend.id:
                continue
            if len(pair) > 1 and root_of(one.trend_id, parents) == root_of(one.earlier_id, parents):
                continue
            made = _review(reader, one, trend, lang)
            if made is not None:
                found[pair] = made
    return tuple(sorted(found.values(), key=lambda r: (r.lineage.run_id, r.now.trend.id), reverse=True))


def _review(reader: ArchiveReader, one: Lineage, now: Trend, lang: str) -> Review | None:
    try:
        then = _before(reader, one)
    except NotFound:
        return None
    if then is None or then.mixed:
        return None
    return Review(lineage=one, now=_side(reader, now, lang), then=_side(reader, then, lang))


def _before(reader: ArchiveReader, one: Lineage) -> Trend | None:
    """The earlier trend as the run before the match measured it."""
    runs = [trend for trend in reader.trend_history(one.earlier_id) if trend.run_id < one.run_id]
    return runs[-1] if runs else None


def _side(reader: ArchiveReader, trend: Trend, lang: str) -> Side:
    found = {document.id: document for document in reader.documents(ids=trend.recent[:TITLES_SHOWN])}
    titles = {headline.lang: headline.title for headline in reversed(trend.headlines)}
    return Side(
        trend=trend,
        title=titles.get(lang) or (trend.headlines[0].title if trend.headlines else trend.id),
        documents=tuple(found[name] for name in trend.recent[:TITLES_SHOWN] if name in found),
    )
