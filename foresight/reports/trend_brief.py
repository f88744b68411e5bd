"""The documents behind a trend, as a brief shows them: few, from many voices, each with its source.

How sure we are of a trend, and why not more: rules on what was measured, said in words.

- high: at least 5 sources and 10 stories; where growth is claimed, also at most 5 % risk of a false alarm and an
  interval of growth above zero.
- moderate: at least 3 sources and 5 stories; where growth is claimed, also at most 10 % risk of a false alarm.
- low: anything else, and all that is called noise or a candidate.

A trend whose documents mostly come from one source is never more than moderate.

Who says what about a trend, and its class of STEEP, as parts of its brief.

A trend as a brief: what is changing, who says so, why, what if, what we do not know.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from foresight.model.documents import Document, NamedEntity
from foresight.model.runs import Run
from foresight.model.scenarios import Citation, Scenario
from foresight.model.sources import Source
from foresight.model.trends import CueWord, Signal, Stage, WeeklySeries
from foresight.reports import closing_sections
from foresight.reports.charts.render import specification
from foresight.reports.charts.trends import share_over_time, tone_by_voice
from foresight.reports.messages import BriefMessages

_MOST_PER_SOURCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefDocument:
    """A document with who published it and whom it names."""

    document: Document
    source: Source
    entities: tuple[NamedEntity, ...] = ()


def select_evidence(evidence: Sequence[BriefDocument], *, most: int) -> tuple[BriefDocument, ...]:
    """Documents to show: one per story, few per source, every language and voice that there is; latest first.

    Args:
        evidence: most central first, as trends keep them.
        most: how many at the most.
    """
    stories: dict[str, BriefDocument] = {}
    for piece in evidence:
        stories.setdefault(piece.document.story_id or piece.document.id, piece)
    pieces = list(stories.values())
    ranked = sorted(range(len(pieces)), key=lambda at: (_selection_round(at, pieces), at))
    return tuple(sorted((pieces[at] for at in ranked[:most]), key=_latest_first))


def _selection_round(at: int, pieces: Sequence[BriefDocument]) -> int:
    """In which round a document is taken: first of its kind first, those beyond a source's part last."""
    piece, earlier = pieces[at], pieces[:at]
    of_source = sum(other.source.id == piece.source.id for other in earlier)
    if of_source >= _MOST_PER_SOURCE:
        return 1 + of_source
    kinds = {(other.document.lang, other.source.voice) for other in earlier}
    return 0 if (piece.document.lang, piece.source.voice) not in kinds else 1


def _latest_first(piece: BriefDocument) -> tuple[float, str]:
    return -piece.document.published.timestamp(), piece.document.id


def document_citation(piece: BriefDocument, trend_id: str) -> Citation:
    """The document pinned to its wording."""
    return Citation(
        document_id=piece.document.id,
        content_hash=piece.document.content_hash,
        quote=piece.document.title,
        title=piece.document.title,
        url=piece.document.url,
        source_title=piece.source.title,
        published=piece.document.published,
        trend_id=trend_id,
    )


def frequent_names(
    evidence: Sequence[BriefDocument], kind: str, *, most: int, least: int = 2
) -> tuple[tuple[str, int], ...]:
    """(name, documents) of people, organisations or places in `least` documents or more, most first."""
    counts = Counter(
        name for piece in evidence for name in {entity.name for entity in piece.entities if entity.kind == kind}
    )
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple((name, count) for name, count in ordered if count >= least)[:most]


def largest_source(evidence: Sequence[BriefDocument]) -> tuple[str, float]:
    """The source with most documents and its part of them; ("", 0) for no evidence."""
    counts = Counter(piece.source.title for piece in evidence)
    if not counts:
        return "", 0.0
    title, count = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return title, count / len(evidence)


_HIGH_SOURCES, _HIGH_STORIES, _HIGH_Q = 5, 10, 0.05
_MODERATE_SOURCES, _MODERATE_STORIES, _MODERATE_Q = 3, 5, 0.10
_DOMINANT_SHARE = 0.5
_CAMPAIGN_SHARE = 0.2
_UNDATED_SHARE = 0.25
_RATING_SPREAD = 2
_GROWTH_STAGES = (Stage.CANDIDATE, Stage.WEAK, Stage.EMERGING)
_UNSURE_STAGES = (Stage.NOISE, Stage.CANDIDATE)


class ConfidenceLevel(StrEnum):
    """How sure we are of what a brief claims."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"


def usable_signal(view: TrendView, name: str, window: str = "") -> Signal | None:
    """A signal that may be written: it is there, finite, and rests on something."""
    found = view.signal(name, window) or view.signal(name)
    return found if found and math.isfinite(found.value) and found.n > 0 else None


def confidence_level(view: TrendView, evidence: Sequence[BriefDocument]) -> ConfidenceLevel:
    """By the rules in the head of this file."""
    trend, grows = view.trend, view.trend.stage in _GROWTH_STAGES
    risk, growth = usable_signal(view, "q_value"), usable_signal(view, "growth", "12w")
    q = risk.value if risk else 1.0
    rises = growth is not None and (growth.low or 0.0) > 0
    if trend.stage in _UNSURE_STAGES:
        return ConfidenceLevel.LOW
    if trend.sources >= _HIGH_SOURCES and trend.stories >= _HIGH_STORIES and (not grows or (q <= _HIGH_Q and rises)):
        return ConfidenceLevel.MODERATE if largest_source(evidence)[1] > _DOMINANT_SHARE else ConfidenceLevel.HIGH
    if trend.sources >= _MODERATE_SOURCES and trend.stories >= _MODERATE_STORIES and (not grows or q <= _MODERATE_Q):
        return ConfidenceLevel.MODERATE
    return ConfidenceLevel.LOW


def claim_sentence(view: TrendView, evidence: Sequence[BriefDocument], messages: BriefMessages) -> str:
    """The headline: what it is, and how sure we are, with what that rests on."""
    trend, risk = view.trend, usable_signal(view, "q_value")
    rests = [messages.count("stories", trend.stories), messages.count("sources", trend.sources)]
    if risk and trend.stage in _GROWTH_STAGES:
        rests.append(messages("confidence_risk", q=messages.percent(risk.value)))
    level = confidence_level(view, evidence)
    return f"{messages(f'claim_{trend.stage}')} {messages(f'confidence_{level}', reasons=messages.list(rests))}"


def doubt_sentences(view: TrendView, evidence: Sequence[BriefDocument], messages: BriefMessages) -> Iterator[str]:
    """What speaks against it, or is thin."""
    yield from _weak_basis_sentences(view, evidence, messages)
    growth, risk = usable_signal(view, "growth", "12w"), usable_signal(view, "q_value")
    if growth and growth.low is not None and growth.high is not None and growth.low < 0 < growth.high:
        low, high = (messages.percent(math.expm1(bound), digits=0, signed=True) for bound in (growth.low, growth.high))
        yield messages("doubt_interval", low=low, high=high)
    if risk and risk.value > _MODERATE_Q:
        yield messages("doubt_risk", q=messages.percent(risk.value))
    campaign = usable_signal(view, "campaign")
    if campaign and campaign.value > _CAMPAIGN_SHARE:
        yield messages("doubt_campaign", share=messages.percent(campaign.value))
    for name in ("impact", "uncertainty"):
        given = [int(getattr(rating, name)) for rating in view.ratings]
        if given and max(given) - min(given) >= _RATING_SPREAD:
            yield messages(f"doubt_rating_{name}", low=messages.number(min(given)), high=messages.number(max(given)))


def _weak_basis_sentences(view: TrendView, evidence: Sequence[BriefDocument], messages: BriefMessages) -> Iterator[str]:
    """Few sources, one loud one, one language, one voice, uncertain dates."""
    if view.trend.sources < _MODERATE_SOURCES:
        yield messages("doubt_sources", sources=messages.count("sources", view.trend.sources))
    if not evidence:
        yield messages("doubt_no_documents")
        return
    title, part = largest_source(evidence)
    if part > _DOMINANT_SHARE and len(evidence) > 1:
        yield messages("doubt_loud", source=title, share=messages.percent(part, digits=0))
    langs = sorted({piece.document.lang for piece in evidence})
    if len(langs) == 1:
        yield messages("doubt_language", language=messages.language(langs[0]))
    voices = sorted({piece.source.voice for piece in evidence})
    if len(voices) == 1:
        yield messages("doubt_voice", voice=messages.voice(voices[0]))
    elif not {"customer", "employee"} & set(voices):
        yield messages("doubt_no_customer")
    undated = sum(piece.document.published_origin == "first_seen" for piece in evidence) / len(evidence)
    if undated > _UNDATED_SHARE:
        yield messages("doubt_dates", share=messages.percent(undated, digits=0))


def disproving_observations(view: TrendView, messages: BriefMessages) -> Iterator[str]:
    """What would make us think otherwise, as something that can be seen."""
    ahead = usable_signal(view, "projection", "+4w")
    if ahead and ahead.window == "+4w" and ahead.low is not None and ahead.high is not None:
        key = "mind_below" if view.trend.stage is not Stage.FADING else "mind_above"
        yield messages(key, share=messages.percent(ahead.low if key == "mind_below" else ahead.high))
    yield messages("mind_customers")


_CUE_WORDS = 8


def voice_sections(view: TrendView, cues: Sequence[CueWord], messages: BriefMessages) -> Iterator[Section]:
    """Tone per voice and the say–feel gap; nothing where no voice was listened to."""
    heard = voice_tones(view.signals)
    if not heard:
        return
    rows = tuple(
        (
            messages.voice(one.voice),
            messages.number(one.stories),
            format_tone(one.tone.value, messages.lang) if one.tone else "–",
            f"{format_tone(one.tone.low, messages.lang)} … {format_tone(one.tone.high, messages.lang)}"
            if one.tone and one.tone.low is not None and one.tone.high is not None
            else "–",
        )
        for one in heard
    )
    silence = missing_tone_sentence(view.signals, messages.lang)
    yield Section(
        key="voices",
        heading=messages("heading_voices"),
        paragraphs=(messages("voices_intro"), *((silence,) if silence else ()), tone_caveat(messages.lang)),
        bullets=(*say_feel_sentences(view.signals, messages.lang), *_side_words(cues, messages)),
        columns=messages.columns("voice", "stories", "tone", "interval"),
        rows=rows,
        figures=_tone_figures(view, messages),
    )


def steep_bullets(view: TrendView, cues: Sequence[CueWord], messages: BriefMessages) -> Iterator[str]:
    """The class, who gave it, and the words that decided where the machine did."""
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
    decided = [cue.word for cue in cues if cue.name == "steep" and cue.side in view.steep]
    if decided:
        yield messages("steep_decided", words=", ".join(dict.fromkeys(decided[:_CUE_WORDS])))


def _side_words(cues: Sequence[CueWord], messages: BriefMessages) -> Iterator[str]:
    for side in ("company", "people"):
        words = [cue.word for cue in cues if cue.name == "say_feel" and cue.side == side]
        if words:
            yield messages(f"voices_words_{side}", words=", ".join(dict.fromkeys(words[:_CUE_WORDS])))


def _tone_figures(view: TrendView, messages: BriefMessages) -> tuple[Figure, ...]:
    toned = [one for one in voice_tones(view.signals) if one.tone]
    if not toned:
        return ()
    told = messages.list(
        f"{messages.voice(one.voice)} {format_tone(one.tone.value, messages.lang)}" for one in toned if one.tone
    )
    return (
        Figure(
            specification=specification(tone_by_voice(view.signals, lang=messages.lang)),
            caption=messages("figure_tone_caption"),
            alternative=messages("figure_tone_alternative", tones=told),
        ),
    )


_EVIDENCE_SHOWN = 8
_NAMES_SHOWN = 6
_HEADLINE_WORDS = 8
_COMPARED_WEEKS, _QUARTER_WEEKS = 4, 13
_GROWING_STAGES = (Stage.CANDIDATE, Stage.WEAK, Stage.EMERGING)
_SOON_WEEKS = 26.0


def trend_brief(  # noqa: PLR0913 - what a brief is made of
    view: TrendView,
    evidence: Sequence[BriefDocument],
    scenarios: Sequence[Scenario],
    *,
    lang: str,
    generation: int,
    run: Run,
    cues: Sequence[CueWord] = (),
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
    messages, moment = BriefMessages(lang), closing_sections.cutoff_of(run, view.trend.as_of)
    sections = (
        _change_section(view, cues, messages),
        _evidence_section(view, evidence, messages),
        *voice_sections(view, cues, messages),
        _why_section(view, evidence, messages),
        _what_if_section(view, messages),
        _unknown_section(view, evidence, messages),
        *_scenario_sections(scenarios, messages),
        closing_sections.question_section("trend", messages),
        closing_sections.method_section("trend", messages, generation=generation, run=run, moment=moment),
    )
    return Brief(
        kind="trend",
        subject_id=view.trend.id,
        lang=messages.lang,
        title=view.title(lang),
        claim=claim_sentence(view, evidence, messages),
        sections=sections,
        as_of=moment,
        generation=generation,
        run_id=run.id,
    )


def _change_section(view: TrendView, cues: Sequence[CueWord], messages: BriefMessages) -> Section:
    reason = stage_reason_sentence(view.trend.reason.key, view.trend.reason.facts, messages.lang)
    facts = (
        *_share_comparison(view.series, view.trend.as_of, messages),
        *_growth_and_projection(view, messages),
        _count_sentence(view, messages),
        *steep_bullets(view, cues, messages),
    )
    chart = share_over_time(view.series, as_of=view.trend.as_of, lang=messages.lang, signals=view.signals)
    figure = Figure(
        specification=specification(chart),
        caption=messages("figure_share_caption"),
        alternative=messages("figure_share_alternative", title=view.title(messages.lang), told=reason.strip()),
    )
    return Section(
        key="changing",
        heading=messages("heading_changing"),
        paragraphs=(reason,) if reason else (),
        bullets=facts,
        figures=(figure,),
    )


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
        low, high = (messages.percent(math.expm1(bound), digits=0, signed=True) for bound in (growth.low, growth.high))
        yield messages("growth_interval", low=low, high=high, stories=messages.count("stories", growth.n))
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


def _evidence_section(view: TrendView, evidence: Sequence[BriefDocument], messages: BriefMessages) -> Section:
    shown = select_evidence(evidence, most=_EVIDENCE_SHOWN)
    if not shown:
        return Section(key="evidence", heading=messages("heading_evidence"), paragraphs=(messages("evidence_nothing"),))
    rows = tuple(
        (
            messages.day(piece.document.published),
            piece.document.title,
            piece.source.title,
            messages.voice(piece.source.voice),
            messages.language(piece.document.lang),
        )
        for piece in shown
    )
    return Section(
        key="evidence",
        heading=messages("heading_evidence"),
        paragraphs=(messages("evidence_intro", documents=messages.count("documents", len(shown))),),
        columns=messages.columns("date", "headline", "source", "voice", "language"),
        rows=rows,
        citations=tuple(document_citation(piece, view.trend.id) for piece in shown),
    )


def _why_section(view: TrendView, evidence: Sequence[BriefDocument], messages: BriefMessages) -> Section:
    """Drivers as they can be read from the texts, and what people noted."""
    bullets = [
        messages(
            "why_words", language=messages.language(headline.lang), words=", ".join(headline.words[:_HEADLINE_WORDS])
        )
        for headline in view.trend.headlines
        if headline.words
    ]
    for kind in ("organisation", "person", "place"):
        found = frequent_names(evidence, kind, most=_NAMES_SHOWN)
        if found:
            names = messages.list(f"{name} ({messages.number(count)})" for name, count in found)
            bullets.append(messages(f"why_{kind}", names=names))
    if view.tags:
        bullets.append(messages("why_tags", tags=messages.list(view.tags)))
    bullets += [messages("why_note", text=note.text, who=note.who, day=messages.day(note.at)) for note in view.notes]
    intro = messages("why_intro") if bullets else messages("why_nothing")
    return Section(key="why", heading=messages("heading_why"), paragraphs=(intro,), bullets=tuple(bullets))


def _what_if_section(view: TrendView, messages: BriefMessages) -> Section:
    """Questions for customers, employees and business, made of the trend's title, words and pace."""
    title = view.title(messages.lang)
    bullets = [messages("what_if_customers", title=title), messages("what_if_employees", title=title)]
    growth = usable_signal(view, "growth", "12w")
    weeks = math.log(2) / growth.value if growth and growth.value > 0 else math.inf
    if view.trend.stage in _GROWING_STAGES and weeks <= _SOON_WEEKS:
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
    return Section(
        key="what_if",
        heading=messages("heading_what_if"),
        paragraphs=(messages("what_if_intro"),),
        bullets=tuple(bullets),
    )


def _two_distinct_words(view: TrendView, lang: str) -> tuple[str, str] | None:
    """The two strongest words in the language of the brief that do not contain each other."""
    words = next((headline.words for headline in view.trend.headlines if headline.lang == lang), ())
    if not words:
        return None
    first = words[0]
    other = next((word for word in words[1:] if first not in word and word not in first), "")
    return (first, other) if other else None


def _unknown_section(view: TrendView, evidence: Sequence[BriefDocument], messages: BriefMessages) -> Section:
    found = tuple(doubt_sentences(view, evidence, messages))
    return Section(
        key="unknown",
        heading=messages("heading_unknown"),
        paragraphs=() if found else (messages("doubt_none"),),
        bullets=(*found, *disproving_observations(view, messages)),
    )


def _scenario_sections(scenarios: Sequence[Scenario], messages: BriefMessages) -> Iterator[Section]:
    if scenarios:
        bullets = tuple(
            messages("scenario_use", title=scenario.title, question=scenario.question, horizon=scenario.horizon)
            for scenario in scenarios
        )
        yield Section(key="scenarios", heading=messages("heading_scenarios_using"), bullets=bullets)
