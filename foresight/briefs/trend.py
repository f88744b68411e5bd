"""A trend as a brief: what is changing, who says so, why, what if, what we do not know."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from foresight.briefs import closing
from foresight.briefs.charts.render import specification
from foresight.briefs.charts.shares import share_over_time
from foresight.briefs.confidence import claim, doubts, measured, mind_changers
from foresight.briefs.evidence import Evidence, chosen, citation, named
from foresight.briefs.pen import Pen
from foresight.briefs.voices import steep_bullets, voices_section
from foresight.records import Brief, Cue, Figure, Run, Scenario, Section, Series, Stage, TrendView
from foresight.text.stages import reason_sentence

_SHOWN = 8
_NAMES = 6
_WORDS = 8
_SPAN, _QUARTER = 4, 13
_GROWING = (Stage.CANDIDATE, Stage.WEAK, Stage.EMERGING)
_SOON_WEEKS = 26.0


def trend_brief(  # noqa: PLR0913 - what a brief is made of
    view: TrendView,
    evidence: Sequence[Evidence],
    scenarios: Sequence[Scenario],
    *,
    lang: str,
    generation: int,
    run: Run,
    cues: Sequence[Cue] = (),
) -> Brief:
    """What one hands out about a trend.

    Args:
        view: the trend as people see it.
        evidence: its documents of the last four weeks, most central first; numbers are told of these.
        scenarios: those that use it.
        lang: "fi" or "en".
        generation: of the archive that was read.
        run: the run that measured it.
        cues: words that decided its class, and what tells companies from customers and employees.
    """
    pen, moment = Pen(lang), closing.as_of(run, view.trend.as_of)
    sections = (
        _changing(view, cues, pen),
        _evidence(view, evidence, pen),
        *voices_section(view, cues, pen),
        _why(view, evidence, pen),
        _what_if(view, pen),
        _unknown(view, evidence, pen),
        *_scenarios(scenarios, pen),
        closing.questions("trend", pen),
        closing.method("trend", pen, generation=generation, run=run, moment=moment),
    )
    return Brief(
        kind="trend",
        subject_id=view.trend.id,
        lang=pen.lang,
        title=view.title(lang),
        claim=claim(view, evidence, pen),
        sections=sections,
        as_of=moment,
        generation=generation,
        run_id=run.id,
    )


def _changing(view: TrendView, cues: Sequence[Cue], pen: Pen) -> Section:
    reason = reason_sentence(view.trend.reason.key, view.trend.reason.facts, pen.lang)
    facts = (
        *_comparison(view.series, view.trend.as_of, pen),
        *_course(view, pen),
        _counts(view, pen),
        *steep_bullets(view, cues, pen),
    )
    chart = share_over_time(view.series, as_of=view.trend.as_of, lang=pen.lang, signals=view.signals)
    figure = Figure(
        specification=specification(chart),
        caption=pen("figure_share_caption"),
        alternative=pen("figure_share_alternative", title=view.title(pen.lang), told=reason.strip()),
    )
    return Section(
        key="changing",
        heading=pen("heading_changing"),
        paragraphs=(reason,) if reason else (),
        bullets=facts,
        figures=(figure,),
    )


def _comparison(series: Series, as_of: datetime, pen: Pen) -> Iterator[str]:
    """The share of the last four whole weeks against a quarter ago, or against the four weeks before."""
    end = as_of.astimezone(UTC).date()
    whole = [at for at, week in enumerate(series.weeks) if week + timedelta(weeks=1) <= end]
    for back, key in ((_QUARTER, "share_quarter"), (_SPAN, "share_before")):
        if len(whole) >= back + _SPAN:
            now, before = _share(series, whole[-_SPAN:]), _share(series, whole[-_SPAN - back : -back])
            if now is not None and before is not None:
                yield pen(key, share=pen.percent(now), before=pen.percent(before))
            return


def _share(series: Series, at: Sequence[int]) -> float | None:
    total = sum(series.totals[i] for i in at)
    return sum(series.counts[i] for i in at) / total if total else None


def _course(view: TrendView, pen: Pen) -> Iterator[str]:
    """The interval of growth, and where the share is heading."""
    growth = measured(view, "growth", "12w")
    if growth and growth.low is not None and growth.high is not None:
        low, high = (pen.percent(math.expm1(bound), digits=0, signed=True) for bound in (growth.low, growth.high))
        yield pen("growth_interval", low=low, high=high, stories=pen.count("stories", growth.n))
    ahead = measured(view, "projection", "+8w")
    if ahead and ahead.window == "+8w" and ahead.low is not None and ahead.high is not None:
        yield pen(
            "projection_8w", share=pen.percent(ahead.value), low=pen.percent(ahead.low), high=pen.percent(ahead.high)
        )


def _counts(view: TrendView, pen: Pen) -> str:
    trend = view.trend
    return pen(
        "counts",
        first=pen.day(trend.first_document),
        last=pen.day(trend.last_document),
        documents=pen.count("documents", trend.documents),
        stories=pen.count("stories", trend.stories),
        sources=pen.count("sources", trend.sources),
        languages=pen.list(pen.language(code) for code in trend.langs),
    )


def _evidence(view: TrendView, evidence: Sequence[Evidence], pen: Pen) -> Section:
    shown = chosen(evidence, most=_SHOWN)
    if not shown:
        return Section(key="evidence", heading=pen("heading_evidence"), paragraphs=(pen("evidence_nothing"),))
    rows = tuple(
        (
            pen.day(piece.document.published),
            piece.document.title,
            piece.source.title,
            pen.voice(piece.source.voice),
            pen.language(piece.document.lang),
        )
        for piece in shown
    )
    return Section(
        key="evidence",
        heading=pen("heading_evidence"),
        paragraphs=(pen("evidence_intro", documents=pen.count("documents", len(shown))),),
        columns=pen.columns("date", "headline", "source", "voice", "language"),
        rows=rows,
        citations=tuple(citation(piece, view.trend.id) for piece in shown),
    )


def _why(view: TrendView, evidence: Sequence[Evidence], pen: Pen) -> Section:
    """Drivers as they can be read from the texts, and what people noted."""
    bullets = [
        pen("why_words", language=pen.language(headline.lang), words=", ".join(headline.words[:_WORDS]))
        for headline in view.trend.headlines
        if headline.words
    ]
    for kind in ("organisation", "person", "place"):
        found = named(evidence, kind, most=_NAMES)
        if found:
            names = pen.list(f"{name} ({pen.number(count)})" for name, count in found)
            bullets.append(pen(f"why_{kind}", names=names))
    if view.tags:
        bullets.append(pen("why_tags", tags=pen.list(view.tags)))
    bullets += [pen("why_note", text=note.text, who=note.who, day=pen.day(note.at)) for note in view.notes]
    intro = pen("why_intro") if bullets else pen("why_nothing")
    return Section(key="why", heading=pen("heading_why"), paragraphs=(intro,), bullets=tuple(bullets))


def _what_if(view: TrendView, pen: Pen) -> Section:
    """Questions for customers, employees and business, made of the trend's title, words and pace."""
    title = view.title(pen.lang)
    bullets = [pen("what_if_customers", title=title), pen("what_if_employees", title=title)]
    growth = measured(view, "growth", "12w")
    weeks = math.log(2) / growth.value if growth and growth.value > 0 else math.inf
    if view.trend.stage in _GROWING and weeks <= _SOON_WEEKS:
        bullets.append(pen("what_if_business_growing", title=title, weeks=pen.count("weeks_in", math.ceil(weeks))))
    else:
        bullets.append(pen("what_if_business", title=title))
    words = _two_words(view, pen.lang)
    if words:
        bullets.append(pen("what_if_words", one=words[0], other=words[1]))
    elif view.trend.stage is not Stage.FADING:
        bullets.append(pen("what_if_fades", title=title))
    return Section(
        key="what_if", heading=pen("heading_what_if"), paragraphs=(pen("what_if_intro"),), bullets=tuple(bullets)
    )


def _two_words(view: TrendView, lang: str) -> tuple[str, str] | None:
    """The two strongest words in the language of the brief that do not contain each other."""
    words = next((headline.words for headline in view.trend.headlines if headline.lang == lang), ())
    if not words:
        return None
    first = words[0]
    other = next((word for word in words[1:] if first not in word and word not in first), "")
    return (first, other) if other else None


def _unknown(view: TrendView, evidence: Sequence[Evidence], pen: Pen) -> Section:
    found = tuple(doubts(view, evidence, pen))
    return Section(
        key="unknown",
        heading=pen("heading_unknown"),
        paragraphs=() if found else (pen("doubt_none"),),
        bullets=(*found, *mind_changers(view, pen)),
    )


def _scenarios(scenarios: Sequence[Scenario], pen: Pen) -> Iterator[Section]:
    if scenarios:
        bullets = tuple(
            pen("scenario_use", title=scenario.title, question=scenario.question, horizon=scenario.horizon)
            for scenario in scenarios
        )
        yield Section(key="scenarios", heading=pen("heading_scenarios_using"), bullets=bullets)
