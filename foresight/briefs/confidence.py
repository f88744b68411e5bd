"""How sure we are of a trend, and why not more: rules on what was measured, said in words.

- high: at least 5 sources and 10 stories; where growth is claimed, also at most 5 % risk of a false alarm and an
  interval of growth above zero.
- moderate: at least 3 sources and 5 stories; where growth is claimed, also at most 10 % risk of a false alarm.
- low: anything else, and all that is called noise or a candidate.

A trend whose documents mostly come from one source is never more than moderate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from enum import StrEnum

from foresight.briefs.evidence import Evidence, loudest
from foresight.briefs.pen import Pen
from foresight.records import Signal, Stage, TrendView

_HIGH_SOURCES, _HIGH_STORIES, _HIGH_Q = 5, 10, 0.05
_FAIR_SOURCES, _FAIR_STORIES, _FAIR_Q = 3, 5, 0.10
_LOUD = 0.5
_CAMPAIGN = 0.2
_UNDATED = 0.25
_DISAGREE = 2
_CLAIMS_GROWTH = (Stage.CANDIDATE, Stage.WEAK, Stage.EMERGING)
_UNSURE = (Stage.NOISE, Stage.CANDIDATE)


class Confidence(StrEnum):
    """How sure we are of what a brief claims."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"


def measured(view: TrendView, name: str, window: str = "") -> Signal | None:
    """A signal that may be written: it is there, finite, and rests on something."""
    found = view.signal(name, window) or view.signal(name)
    return found if found and math.isfinite(found.value) and found.n > 0 else None


def confidence(view: TrendView, evidence: Sequence[Evidence]) -> Confidence:
    """By the rules in the head of this file."""
    trend, grows = view.trend, view.trend.stage in _CLAIMS_GROWTH
    risk, growth = measured(view, "q_value"), measured(view, "growth", "12w")
    q = risk.value if risk else 1.0
    rises = growth is not None and (growth.low or 0.0) > 0
    if trend.stage in _UNSURE:
        return Confidence.LOW
    if trend.sources >= _HIGH_SOURCES and trend.stories >= _HIGH_STORIES and (not grows or (q <= _HIGH_Q and rises)):
        return Confidence.MODERATE if loudest(evidence)[1] > _LOUD else Confidence.HIGH
    if trend.sources >= _FAIR_SOURCES and trend.stories >= _FAIR_STORIES and (not grows or q <= _FAIR_Q):
        return Confidence.MODERATE
    return Confidence.LOW


def claim(view: TrendView, evidence: Sequence[Evidence], pen: Pen) -> str:
    """The headline: what it is, and how sure we are, with what that rests on."""
    trend, risk = view.trend, measured(view, "q_value")
    rests = [pen.count("stories", trend.stories), pen.count("sources", trend.sources)]
    if risk and trend.stage in _CLAIMS_GROWTH:
        rests.append(pen("confidence_risk", q=pen.percent(risk.value)))
    level = confidence(view, evidence)
    return f"{pen(f'claim_{trend.stage}')} {pen(f'confidence_{level}', reasons=pen.list(rests))}"


def doubts(view: TrendView, evidence: Sequence[Evidence], pen: Pen) -> Iterator[str]:
    """What speaks against it, or is thin."""
    yield from _thin(view, evidence, pen)
    growth, risk = measured(view, "growth", "12w"), measured(view, "q_value")
    if growth and growth.low is not None and growth.high is not None and growth.low < 0 < growth.high:
        low, high = (pen.percent(math.expm1(bound), digits=0, signed=True) for bound in (growth.low, growth.high))
        yield pen("doubt_interval", low=low, high=high)
    if risk and risk.value > _FAIR_Q:
        yield pen("doubt_risk", q=pen.percent(risk.value))
    campaign = measured(view, "campaign")
    if campaign and campaign.value > _CAMPAIGN:
        yield pen("doubt_campaign", share=pen.percent(campaign.value))
    for name in ("impact", "uncertainty"):
        given = [int(getattr(rating, name)) for rating in view.ratings]
        if given and max(given) - min(given) >= _DISAGREE:
            yield pen(f"doubt_rating_{name}", low=pen.number(min(given)), high=pen.number(max(given)))


def _thin(view: TrendView, evidence: Sequence[Evidence], pen: Pen) -> Iterator[str]:
    """Few sources, one loud one, one language, one voice, uncertain dates."""
    if view.trend.sources < _FAIR_SOURCES:
        yield pen("doubt_sources", sources=pen.count("sources", view.trend.sources))
    if not evidence:
        yield pen("doubt_no_documents")
        return
    title, part = loudest(evidence)
    if part > _LOUD and len(evidence) > 1:
        yield pen("doubt_loud", source=title, share=pen.percent(part, digits=0))
    langs = sorted({piece.document.lang for piece in evidence})
    if len(langs) == 1:
        yield pen("doubt_language", language=pen.language(langs[0]))
    voices = sorted({piece.source.voice for piece in evidence})
    if len(voices) == 1:
        yield pen("doubt_voice", voice=pen.voice(voices[0]))
    elif not {"customer", "employee"} & set(voices):
        yield pen("doubt_no_customer")
    undated = sum(piece.document.published_origin == "first_seen" for piece in evidence) / len(evidence)
    if undated > _UNDATED:
        yield pen("doubt_dates", share=pen.percent(undated, digits=0))


def mind_changers(view: TrendView, pen: Pen) -> Iterator[str]:
    """What would make us think otherwise, as something that can be seen."""
    ahead = measured(view, "projection", "+4w")
    if ahead and ahead.window == "+4w" and ahead.low is not None and ahead.high is not None:
        key = "mind_below" if view.trend.stage is not Stage.FADING else "mind_above"
        yield pen(key, share=pen.percent(ahead.low if key == "mind_below" else ahead.high))
    yield pen("mind_customers")
