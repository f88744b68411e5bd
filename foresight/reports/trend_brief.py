"""A trend as a brief: what is changing, who says so, why, what if, what we do not know.

How sure we are of a trend follows from rules on what was measured:

- high: at least 5 sources and 10 stories; where growth is claimed, also at most 5 % risk of a false alarm and an
  interval of growth above zero.
- moderate: at least 3 sources and 5 stories; where growth is claimed, also at most 10 % risk of a false alarm.
- low: anything else, and all that is called noise or a candidate.

A trend whose articles mostly come from one source is never more than moderate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from foresight.i18n.trend_sentences import stage_reason_sentence
from foresight.i18n.voice_sentences import (
    format_tone,
    missing_tone_sentence,
    say_feel_sentences,
    steep_name,
    tone_caveat,
    voice_tones,
)
from foresight.model.briefs import Brief, Figure, Section
from foresight.model.decisions import TrendView
from foresight.model.runs import Run
from foresight.model.scenarios import Citation
from foresight.model.trends import Signal, Stage, WeeklySeries
from foresight.queries.trends import CountedStory, TrendPage
from foresight.reports import closing_sections
from foresight.reports.charts.render import specification
from foresight.reports.charts.trends import share_over_time, tone_by_voice
from foresight.reports.messages import BriefMessages

_HIGH_SOURCES, _HIGH_STORIES, _HIGH_Q = 5, 10, 0.05
_MODERATE_SOURCES, _MODERATE_STORIES, _MODERATE_Q = 3, 5, 0.10
_DOMINANT_SHARE = 0.5
_CAMPAIGN_SHARE = 0.2
_UNDATED_SHARE = 0.25
_RATING_SPREAD = 2
_GROWTH_STAGES = (Stage.CANDIDATE, Stage.WEAK, Stage.EMERGING)
_UNSURE_STAGES = (Stage.NOISE, Stage.CANDIDATE)
_MOST_PER_SOURCE = 2
_EVIDENCE_SHOWN = 8
_NAMES_SHOWN = 6
_FEWEST_MENTIONS = 2
_HEADLINE_WORDS = 8
_CUE_WORDS = 8
_COMPARED_WEEKS, _QUARTER_WEEKS = 4, 13
_SOON_WEEKS = 26.0


class ConfidenceLevel(StrEnum):
    """How sure we are of what a brief claims."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"


def trend_brief(page: TrendPage, *, lang: str, generation: int, run: Run) -> Brief:
    """What one hands out about a trend.

    Args:
        page: the trend as people see it, with its evidence and the scenarios that use it.
        lang: "fi" or "en".
        generation: of the archive that was read.
        run: the run that measured it.
    """
    view = page.view
    messages, moment = BriefMessages(lang), closing_sections.cutoff_of(run, view.trend.as_of)
    sections = (
        _change_section(page, messages),
        _evidence_section(page, messages),
        *voice_sections(page, messages),
        _why_section(page, messages),
        _what_if_section(view, messages),
        _unknown_section(page, messages),
        *_scenario_sections(page, messages),
        closing_sections.question_section("trend", messages),
        closing_sections.method_section("trend", messages, generation=generation, run=run, moment=moment),
    )
    return Brief(
        kind="trend",
        subject_id=view.trend.id,
        lang=messages.lang,
        title=view.title(lang),
        claim=claim_sentence(page, messages),
        sections=sections,
        as_of=moment,
        generation=generation,
        run_id=run.id,
    )


def select_evidence(evidence: Sequence[CountedStory], *, most: int) -> tuple[CountedStory, ...]:
    """Stories to show: few per source, every language and voice that there is; latest first.

    Args:
        evidence: most central first.
        most: how many at the most.
    """
    ranked = sorted(range(len(evidence)), key=lambda at: (_selection_round(at, evidence), at))
    chosen = (evidence[at] for at in ranked[:most])
    return tuple(sorted(chosen, key=lambda one: (-one.document.published.timestamp(), one.document.id)))


def _selection_round(at: int, evidence: Sequence[CountedStory]) -> int:
    """In which round a story is taken: first of its kind first, those beyond a source's part last."""
    own, earlier = evidence[at], evidence[:at]
    of_source = sum(other.source.id == own.source.id for other in earlier)
    if of_source >= _MOST_PER_SOURCE:
        return 1 + of_source
    kinds = {(other.document.lang, other.source.voice) for other in earlier}
    return 0 if (own.document.lang, own.source.voice) not in kinds else 1


def largest_source(page: TrendPage) -> tuple[str, float]:
    """The source with most articles and its part of them; ("", 0) for no evidence."""
    total = sum(count for _, count in page.by_source)
    return (page.by_source[0][0], page.by_source[0][1] / total) if total else ("", 0.0)


def usable_signal(view: TrendView, name: str, window: str = "") -> Signal | None:
    """A signal that may be written: it is there, finite, and rests on something."""
    found = view.signal(name, window) or view.signal(name)
    return found if found and math.isfinite(found.value) and found.n > 0 else None


def confidence_level(page: TrendPage) -> ConfidenceLevel:
    """By the rules in the head of this file."""
    trend, grows = page.view.trend, page.view.trend.stage in _GROWTH_STAGES
    risk, growth = usable_signal(page.view, "q_value"), usable_signal(page.view, "growth", "12w")
    q = risk.value if risk else 1.0
    rises = growth is not None and (growth.low or 0.0) > 0
    if trend.stage in _UNSURE_STAGES:
        return ConfidenceLevel.LOW
    if trend.sources >= _HIGH_SOURCES and trend.stories >= _HIGH_STORIES and (not grows or (q <= _HIGH_Q and rises)):
        return ConfidenceLevel.MODERATE if largest_source(page)[1] > _DOMINANT_SHARE else ConfidenceLevel.HIGH
    if trend.sources >= _MODERATE_SOURCES and trend.stories >= _MODERATE_STORIES and (not grows or q <= _MODERATE_Q):
        return ConfidenceLevel.MODERATE
    return ConfidenceLevel.LOW


def claim_sentence(page: TrendPage, messages: BriefMessages) -> str:
    """The headline: what it is, and how sure we are, with what that rests on."""
    trend, risk = page.view.trend, usable_signal(page.view, "q_value")
    rests = [messages.count("stories", trend.stories), messages.count("sources", trend.sources)]
    if risk and trend.stage in _GROWTH_STAGES:
        rests.append(messages("confidence_risk", q=messages.percent(risk.value)))
    confidence = messages(f"confidence_{confidence_level(page)}", reasons=messages.list(rests))
    return f"{messages(f'claim_{trend.stage}')} {confidence}"


def doubt_sentences(page: TrendPage, messages: BriefMessages) -> Iterator[str]:
    """What speaks against it, or is thin."""
    view = page.view
    yield from _weak_basis_sentences(page, messages)
    growth, risk = usable_signal(view, "growth", "12w"), usable_signal(view, "q_value")
    if growth and growth.low is not None and growth.high is not None and growth.low < 0 < growth.high:
        yield messages("doubt_interval", **_growth_bounds(growth, messages))
    if risk and risk.value > _MODERATE_Q:
        yield messages("doubt_risk", q=messages.percent(risk.value))
    campaign = usable_signal(view, "campaign")
    if campaign and campaign.value > _CAMPAIGN_SHARE:
        yield messages("doubt_campaign", share=messages.percent(campaign.value))
    for name in ("impact", "uncertainty"):
        given = [int(getattr(rating, name)) for rating in view.ratings]
        if given and max(given) - min(given) >= _RATING_SPREAD:
            yield messages(f"doubt_rating_{name}", low=messages.number(min(given)), high=messages.number(max(given)))


def _weak_basis_sentences(page: TrendPage, messages: BriefMessages) -> Iterator[str]:
    """Few sources, one loud one, one language, one voice, uncertain dates."""
    if page.view.trend.sources < _MODERATE_SOURCES:
        yield messages("doubt_sources", sources=messages.count("sources", page.view.trend.sources))
    if not page.evidence:
        yield messages("doubt_no_documents")
        return
    title, part = largest_source(page)
    if part > _DOMINANT_SHARE and sum(count for _, count in page.by_source) > 1:
        yield messages("doubt_loud", source=title, share=messages.percent(part, digits=0))
    if len(page.by_lang) == 1:
        yield messages("doubt_language", language=messages.language(page.by_lang[0][0]))
    voices = [voice for voice, _ in page.by_voice]
    if len(voices) == 1:
        yield messages("doubt_voice", voice=messages.voice(voices[0]))
    elif not {"customer", "employee"} & set(voices):
        yield messages("doubt_no_customer")
    undated = sum(one.document.published_origin == "first_seen" for one in page.evidence) / len(page.evidence)
    if undated > _UNDATED_SHARE:
        yield messages("doubt_dates", share=messages.percent(undated, digits=0))


def _growth_bounds(growth: Signal, messages: BriefMessages) -> dict[str, str]:
    """The interval of a growth in log share per week, as per cent per week."""
    bounds = {"low": growth.low or 0.0, "high": growth.high or 0.0}
    return {name: messages.percent(math.expm1(bound), digits=0, signed=True) for name, bound in bounds.items()}


def _disproving_observations(view: TrendView, messages: BriefMessages) -> Iterator[str]:
    """What would make us think otherwise, as something that can be seen."""
    ahead = usable_signal(view, "projection", "+4w")
    if ahead and ahead.window == "+4w" and ahead.low is not None and ahead.high is not None:
        key = "mind_below" if view.trend.stage is not Stage.FADING else "mind_above"
        yield messages(key, share=messages.percent(ahead.low if key == "mind_below" else ahead.high))
    yield messages("mind_customers")


def voice_sections(page: TrendPage, messages: BriefMessages) -> Iterator[Section]:
    """Tone per voice and the say–feel gap; nothing where no voice was analysed."""
    view, lang = page.view, messages.lang
    voices = voice_tones(view.signals)
    if not voices:
        return
    rows = (
        (
            messages.voice(one.voice),
            messages.number(one.stories),
            format_tone(one.tone.value, lang) if one.tone else "–",
            f"{format_tone(one.tone.low, lang)} … {format_tone(one.tone.high, lang)}"
            if one.tone and one.tone.low is not None and one.tone.high is not None
            else "–",
        )
        for one in voices
    )
    silence = missing_tone_sentence(view.signals, lang)
    toned = [f"{messages.voice(one.voice)} {format_tone(one.tone.value, lang)}" for one in voices if one.tone]
    figure = Figure(
        specification=specification(tone_by_voice(view.signals, lang=lang)),
        caption=messages("figure_tone_caption"),
        alternative=messages("figure_tone_alternative", tones=messages.list(toned)),
    )
    yield messages.section(
        "voices",
        paragraphs=(messages("voices_intro"), *((silence,) if silence else ()), tone_caveat(lang)),
        bullets=(*say_feel_sentences(view.signals, lang), *_side_words(page, messages)),
        columns=("voice", "stories", "tone", "interval"),
        rows=rows,
        figures=(figure,) if toned else (),
    )


def _cue_words(page: TrendPage, name: str, *sides: str) -> str:
    """The words that spoke for these sides, as many as are shown; "" where none did."""
    words = [shown.cue.word for shown in page.cues if shown.cue.name == name and shown.cue.side in sides]
    return ", ".join(dict.fromkeys(words[:_CUE_WORDS]))


def _side_words(page: TrendPage, messages: BriefMessages) -> Iterator[str]:
    for side in ("company", "people"):
        words = _cue_words(page, "say_feel", side)
        if words:
            yield messages(f"voices_words_{side}", words=words)


def steep_bullets(page: TrendPage, messages: BriefMessages) -> Iterator[str]:
    """The class of STEEP, who gave it, and the words that decided where the machine did."""
    view = page.view
    names = [steep_name(steep, messages.lang) for steep in view.steep]
    given = view.human_steep
    if given:
        key = "changing_steep_reason" if given.reason else "changing_steep_given"
        yield messages(key, steep=names[0], who=given.who, reason=given.reason)
        return
    if len(names) > 1:
        yield messages("changing_steep_two", one=names[0], other=names[1])
    elif names:
        yield messages("changing_steep", steep=names[0])
    words = _cue_words(page, "steep", *view.steep)
    if words:
        yield messages("steep_decided", words=words)


def _change_section(page: TrendPage, messages: BriefMessages) -> Section:
    view = page.view
    reason = stage_reason_sentence(view.trend.reason.key, view.trend.reason.facts, messages.lang)
    facts = (
        *_share_comparison(view.series, view.trend.as_of, messages),
        *_growth_and_projection(view, messages),
        _count_sentence(view, messages),
        *steep_bullets(page, messages),
    )
    chart = share_over_time(view.series, as_of=view.trend.as_of, lang=messages.lang, signals=view.signals)
    figure = Figure(
        specification=specification(chart),
        caption=messages("figure_share_caption"),
        alternative=messages("figure_share_alternative", title=view.title(messages.lang), told=reason.strip()),
    )
    return messages.section("changing", paragraphs=(reason,) if reason else (), bullets=facts, figures=(figure,))


def _share_comparison(series: WeeklySeries, as_of: datetime, messages: BriefMessages) -> Iterator[str]:
    """The share of the last four whole weeks against a quarter ago, or against the four weeks before."""
    end = as_of.astimezone(UTC).date()
    whole = [at for at, week in enumerate(series.weeks) if week + timedelta(weeks=1) <= end]
    for back, key in ((_QUARTER_WEEKS, "share_quarter"), (_COMPARED_WEEKS, "share_before")):
        if len(whole) >= back + _COMPARED_WEEKS:
            now, before = (
                _share_of_weeks(series, whole[-_COMPARED_WEEKS:]),
                _share_of_weeks(series, whole[-_COMPARED_WEEKS - back : -back]),
            )
            if now is not None and before is not None:
                yield messages(key, share=messages.percent(now), before=messages.percent(before))
            return


def _share_of_weeks(series: WeeklySeries, at: Sequence[int]) -> float | None:
    total = sum(series.totals[i] for i in at)
    return sum(series.counts[i] for i in at) / total if total else None


def _growth_and_projection(view: TrendView, messages: BriefMessages) -> Iterator[str]:
    """The interval of growth, and where the share is heading."""
    growth = usable_signal(view, "growth", "12w")
    if growth and growth.low is not None and growth.high is not None:
        stories = messages.count("stories", growth.n)
        yield messages("growth_interval", **_growth_bounds(growth, messages), stories=stories)
    ahead = usable_signal(view, "projection", "+8w")
    if ahead and ahead.window == "+8w" and ahead.low is not None and ahead.high is not None:
        yield messages(
            "projection_8w",
            share=messages.percent(ahead.value),
            low=messages.percent(ahead.low),
            high=messages.percent(ahead.high),
        )


def _count_sentence(view: TrendView, messages: BriefMessages) -> str:
    trend = view.trend
    return messages(
        "counts",
        first=messages.day(trend.first_document),
        last=messages.day(trend.last_document),
        documents=messages.count("documents", trend.documents),
        stories=messages.count("stories", trend.stories),
        sources=messages.count("sources", trend.sources),
        languages=messages.list(messages.language(code) for code in trend.langs),
    )


def _evidence_section(page: TrendPage, messages: BriefMessages) -> Section:
    shown = select_evidence(page.evidence, most=_EVIDENCE_SHOWN)
    if not shown:
        return messages.section("evidence", paragraphs=(messages("evidence_nothing"),))
    return messages.section(
        "evidence",
        paragraphs=(messages("evidence_intro", documents=messages.count("documents", len(shown))),),
        columns=("date", "headline", "source", "voice", "language"),
        rows=(
            (
                messages.day(one.document.published),
                one.document.title,
                one.source.title,
                messages.voice(one.source.voice),
                messages.language(one.document.lang),
            )
            for one in shown
        ),
        citations=(_story_citation(one, page.view.trend.id) for one in shown),
    )


def _story_citation(one: CountedStory, trend_id: str) -> Citation:
    """The story's first article, pinned to its wording."""
    return Citation(
        document_id=one.document.id,
        content_hash=one.document.content_hash,
        quote=one.document.title,
        title=one.document.title,
        url=one.document.url,
        source_title=one.source.title,
        published=one.document.published,
        trend_id=trend_id,
    )


def _why_section(page: TrendPage, messages: BriefMessages) -> Section:
    """Drivers as they can be read from the texts, and what people noted."""
    view = page.view
    bullets = [
        messages(
            "why_words", language=messages.language(headline.lang), words=", ".join(headline.words[:_HEADLINE_WORDS])
        )
        for headline in view.trend.headlines
        if headline.words
    ]
    for kind in ("organisation", "person", "place"):
        found = [one for one in (*page.names, *page.places) if one.kind == kind and one.documents >= _FEWEST_MENTIONS]
        if found:
            names = messages.list(f"{one.name} ({messages.number(one.documents)})" for one in found[:_NAMES_SHOWN])
            bullets.append(messages(f"why_{kind}", names=names))
    if view.tags:
        bullets.append(messages("why_tags", tags=messages.list(view.tags)))
    bullets += [messages("why_note", text=note.text, who=note.who, day=messages.day(note.at)) for note in view.notes]
    return messages.section("why", paragraphs=(messages("why_intro" if bullets else "why_nothing"),), bullets=bullets)


def _what_if_section(view: TrendView, messages: BriefMessages) -> Section:
    """Questions for customers, employees and business, made of the trend's title, words and pace."""
    title = view.title(messages.lang)
    bullets = [messages("what_if_customers", title=title), messages("what_if_employees", title=title)]
    growth = usable_signal(view, "growth", "12w")
    weeks = math.log(2) / growth.value if growth and growth.value > 0 else math.inf
    if view.trend.stage in _GROWTH_STAGES and weeks <= _SOON_WEEKS:
        bullets.append(
            messages("what_if_business_growing", title=title, weeks=messages.count("weeks_in", math.ceil(weeks)))
        )
    else:
        bullets.append(messages("what_if_business", title=title))
    words = _two_distinct_words(view, messages.lang)
    if words:
        bullets.append(messages("what_if_words", one=words[0], other=words[1]))
    elif view.trend.stage is not Stage.FADING:
        bullets.append(messages("what_if_fades", title=title))
    return messages.section("what_if", paragraphs=(messages("what_if_intro"),), bullets=bullets)


def _two_distinct_words(view: TrendView, lang: str) -> tuple[str, str] | None:
    """The two strongest words in the language of the brief that do not contain each other."""
    words = next((headline.words for headline in view.trend.headlines if headline.lang == lang), ())
    if not words:
        return None
    first = words[0]
    other = next((word for word in words[1:] if first not in word and word not in first), "")
    return (first, other) if other else None


def _unknown_section(page: TrendPage, messages: BriefMessages) -> Section:
    found = tuple(doubt_sentences(page, messages))
    return messages.section(
        "unknown",
        paragraphs=() if found else (messages("doubt_none"),),
        bullets=(*found, *_disproving_observations(page.view, messages)),
    )


def _scenario_sections(page: TrendPage, messages: BriefMessages) -> Iterator[Section]:
    if page.scenarios:
        yield messages.section(
            "scenarios",
            bullets=(
                messages("scenario_use", title=one.title, question=one.question, horizon=one.horizon)
                for one in page.scenarios
            ),
        )
