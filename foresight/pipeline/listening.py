"""Listening to who says what of the trends, between naming them and keeping them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from foresight.analysis import Analysis
from foresight.analysis.listening import Heard, listen
from foresight.analysis.reach import regions
from foresight.embed.anchors import load_anchors
from foresight.pipeline.tools import Tools
from foresight.records import Corpus, Trend, WordIndex


def heard(tools: Tools, corpus: Corpus, words: WordIndex, trends: Sequence[Trend], analysis: Analysis) -> Heard:
    """Tone per voice, the say–feel gap, STEEP and regions, from the articles each trend has had so far and has now."""
    members = {
        trend.id: [one.document_id for one in tools.archive.assignments(trend.id)] + list(trend.recent)
        for trend in trends
    }
    for one in analysis.assignments:
        members.setdefault(one.owner_id, []).append(one.document_id)
    sources = tools.archive.sources()
    found = listen(
        corpus,
        words,
        trends,
        members,
        {source.id: source.voice for source in sources},
        load_anchors(tools.encoder.name),
        as_of=analysis.as_of,
        seed=tools.options.seed,
    )
    reached = regions(corpus, trends, {source.id: source.region for source in sources})
    return replace(found, signals=found.signals + reached)
