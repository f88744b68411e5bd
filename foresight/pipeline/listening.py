"""Listening to who says what of the trends, between naming them and keeping them."""

from __future__ import annotations

from collections.abc import Sequence

from foresight.analysis import Analysis
from foresight.analysis.listening import Heard, listen
from foresight.embed.anchors import load_anchors
from foresight.pipeline.tools import Tools
from foresight.records import Corpus, Trend, WordIndex


def heard(tools: Tools, corpus: Corpus, words: WordIndex, trends: Sequence[Trend], analysis: Analysis) -> Heard:
    """Tone per voice, the say–feel gap and STEEP, from the articles each trend has had so far and has now."""
    members = {
        trend.id: [one.document_id for one in tools.archive.assignments(trend.id)] + list(trend.recent)
        for trend in trends
    }
    for one in analysis.assignments:
        members.setdefault(one.owner_id, []).append(one.document_id)
    return listen(
        corpus,
        words,
        trends,
        members,
        {source.id: source.voice for source in tools.archive.sources()},
        load_anchors(tools.encoder.name),
        as_of=analysis.as_of,
        seed=tools.options.seed,
    )
