"""Trend: what is it, why, is it real, what if? One trend in full, and who decided what about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from foresight.app import trend_cards, widgets
from foresight.app.escaping import escape_markdown, markdown_url, shorten_words
from foresight.app.pages import open_page, page_subject
from foresight.app.trend_editing import confirm_and_rerun, decision_button, name_field, open_edit_dialog
from foresight.app.viewer import Viewer
from foresight.i18n.trend_sentences import signal_name, signal_window_phrase, stage_name
from foresight.i18n.voice_sentences import (
    missing_tone_sentence,
    say_feel_sentences,
    steep_name,
    tone_caveat,
    voice_name,
    voice_tones,
)
from foresight.model.decisions import TrendDecision, TrendDecisionKind, TrendView
from foresight.model.trends import LineageKind, Speed, SteepClass
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.queries.trends import CueWithDocuments, TrendPage
from foresight.reports.charts.sources import breakdown_bars
from foresight.reports.charts.trends import share_over_time, tone_by_voice
from foresight.scenarios.matrix import slug
from foresight.trends.signals import SIGNALS

if TYPE_CHECKING:
    from foresight.wiring import Services

_EVIDENCE_SHOWN = 8
_WORDS_PER_LANGUAGE = 8
_SAY_FEEL_SIDES = ("company", "people")
_LINEAGE_SHOWN = (LineageKind.BORN, LineageKind.SPLIT, LineageKind.MERGED)
_UNDOING = {
    TrendDecisionKind.MERGE: "unmerge",
    TrendDecisionKind.RENAME: "unname",
    TrendDecisionKind.CLASSIFY: "unclassify",
}
"""What a decision without a value undoes."""


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """One trend in full; without one, a choice of all."""
    trend_id = page_subject("trend", "id")
    if not trend_id:
        return _trend_choice(services, viewer)
    found = services.trends.get(trend_id)
    _trend_head(found, services, viewer)
    left, right = st.columns([5, 3], gap="large")
    with left:
        _share_section(found, viewer)
        _evidence_section(found, viewer)
    with right:
        _number_section(found, viewer)
        _who_section(found, viewer)
        _steep_section(found, viewer)
        _related_section(found, viewer)
    _voices_section(found, viewer)
    why, what_if = st.columns(2, gap="large")
    with why:
        _notes_section(found, services, viewer)
    with what_if:
        _what_if_section(found, viewer)
    _history_section(found, services, viewer)
    return found.stamp


def _trend_choice(services: Services, viewer: Viewer) -> SnapshotStamp:
    st.title(viewer("nav_trend"))
    listed = services.trends.list()
    chosen = widgets.select_trend(viewer("choose_trend"), listed.everything, viewer, key="choose_trend")
    if chosen:
        st.query_params["id"] = chosen.trend.id
        st.rerun()
    return listed.stamp


def _trend_head(found: TrendPage, services: Services, viewer: Viewer) -> None:
    view = found.view
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        trend_cards.trend_badges(view, viewer)
        if found.theme:
            st.caption(viewer("theme", theme=escape_markdown(found.theme)))
        for tag in view.tags:
            st.badge(escape_markdown(tag), icon=":material/sell:", color="gray")
        st.space("stretch")
        if st.button(viewer("edit"), key="edit_trend", icon=":material/edit:"):
            open_edit_dialog(view, found.others, viewer)
        widgets.brief_menu(
            lambda form: services.briefs.trend(view.trend.id, format=form, lang=viewer.lang),
            slug(view.title(viewer.lang)),
            viewer,
        )
    title, subtitle = trend_cards.card_headings(view, viewer)
    st.title(escape_markdown(title))
    if subtitle:
        st.markdown(f"*{escape_markdown(subtitle)}*")
    reason = f"**{viewer('why_stage')}** {trend_cards.stage_reason(view, viewer)}"
    st.info(reason, icon=trend_cards.STAGE_ICONS[view.trend.stage])


def _share_section(found: TrendPage, viewer: Viewer) -> None:
    view = found.view
    st.subheader(viewer("share_over_time"), divider="gray", help=viewer("share_help"))
    chart = share_over_time(
        view.series, as_of=view.trend.as_of, lang=viewer.lang, signals=view.signals, width=530, height=230
    )
    widgets.show_chart(chart, alt=viewer("alt_share", title=view.title(viewer.lang)), key="share")
    st.caption(viewer("share_caption"))


def _evidence_section(found: TrendPage, viewer: Viewer) -> None:
    help_text = viewer(f"evidence_help{_wording_suffix(found)}")
    st.subheader(viewer("evidence", count=len(found.evidence)), divider="gray", help=help_text)
    every = st.session_state.get("all_evidence") == found.view.trend.id
    for one in found.evidence if every else found.evidence[:_EVIDENCE_SHOWN]:
        document, source = one.document, one.source
        facts = [
            escape_markdown(source.title),
            viewer.date(document.published),
            document.lang.upper(),
            viewer(f"voice_{source.voice.value}"),
        ]
        if one.also:
            facts.append(viewer("also_in", sources=escape_markdown(", ".join(other.title for other in one.also))))
        with st.container(gap=None):
            st.markdown(f"**{_document_link(document.title, document.url, 140)}**")
            st.caption(" · ".join(fact for fact in facts if fact))
    if not every and len(found.evidence) > _EVIDENCE_SHOWN and st.button(viewer("all_evidence"), type="tertiary"):
        st.session_state["all_evidence"] = found.view.trend.id
        st.rerun()


def _document_link(title: str, address: str, length: int = 110) -> str:
    shown, url = escape_markdown(shorten_words(title, length)), markdown_url(address)
    return f"[{shown}]({url})" if url else shown


def _wording_suffix(found: TrendPage) -> str:
    """Which of two wordings says what the numbers are of: the last weeks, or the last year."""
    return "_slow" if found.view.trend.speed is Speed.SLOW else ""


def _number_section(found: TrendPage, viewer: Viewer) -> None:
    view, span = found.view, _wording_suffix(found)
    st.subheader(viewer("is_it_real"), divider="gray")
    st.markdown(f"**{trend_cards.growth_text(view.growth, viewer)}**")
    share = "–" if view.share is None else viewer.percent(view.share)
    with st.container(horizontal=True):
        st.metric(viewer("stories"), viewer.number(view.trend.stories), help=viewer(f"stories_help{span}"))
        st.metric(viewer("sources"), viewer.number(view.trend.sources), help=viewer(f"sources_help{span}"))
        st.metric(viewer("share"), share, help=viewer(f"share_metric_help{span}"))
    lines = [viewer("first_written", date=viewer.date(view.trend.first_document))]
    if risk := view.signal("q_value"):
        lines.append(viewer("false_alarm", risk=viewer.percent(risk.value)))
    if spread := view.signal("spread"):
        lines.append(viewer("spread", number=viewer.number(spread.value, digits=1)))
    if regions := view.signal("regions"):
        lines.append(viewer("regions", number=viewer.number(regions.value, digits=1)))
    st.markdown("\n".join(f"- {line}" for line in lines))
    with st.expander(viewer("all_numbers"), icon=":material/table_rows:"):
        st.markdown("\n".join(f"- {line}" for line in signal_lines(view, viewer)))


def signal_lines(view: TrendView, viewer: Viewer) -> Iterator[str]:
    """Every registered signal of the section, with what it was measured over and its interval."""
    for kind in SIGNALS.values():
        for signal in view.signals:
            if signal.name == kind.name and (kind.page, kind.section) == ("trend", "numbers"):
                show = viewer.percent if signal.unit in ("share", "probability") else partial(viewer.number, digits=2)
                edges = [show(edge) for edge in (signal.low, signal.high) if edge is not None]
                facts = [signal_window_phrase(signal.window, viewer.lang), " … ".join(edges)]
                details = ", ".join(fact for fact in facts if fact)
                name = escape_markdown(signal_name(kind.text, viewer.lang))
                yield f"{name}: **{show(signal.value)}**" + (f" ({details})" if details else "")


def _who_section(found: TrendPage, viewer: Viewer) -> None:
    st.subheader(viewer("who_says_so"), divider="gray")
    names = ("by_source", "by_voice", "by_language")
    counts = (
        found.by_source,
        [(viewer(f"voice_{voice}"), count) for voice, count in found.by_voice],
        [(viewer.language(lang), count) for lang, count in found.by_lang],
    )
    for tab, name, rows in zip(st.tabs([viewer(name) for name in names]), names, counts, strict=True):
        with tab:
            widgets.show_chart(breakdown_bars(rows, lang=viewer.lang, width=150), alt=viewer(name), key=name)
    if found.names:
        st.markdown(f"**{viewer('names')}**")
        with st.container(horizontal=True, gap="small"):
            for one in found.names:
                icon = ":material/person:" if one.kind == "person" else ":material/apartment:"
                st.badge(f"{escape_markdown(shorten_words(one.name, 32))} {one.documents}", icon=icon, color="gray")
    words = [word for headline in found.view.trend.headlines for word in headline.words[:_WORDS_PER_LANGUAGE]]
    if words:
        st.markdown(f"**{viewer('words')}** {escape_markdown(', '.join(dict.fromkeys(words)))}")


def _steep_section(found: TrendPage, viewer: Viewer) -> None:
    """The class, who gave it, how the machine divides the trend over the classes, and the words that decided."""
    view = found.view
    if not view.steep:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader(viewer("steep"), divider="gray", help=viewer("steep_help"))
        if st.button(viewer("steep_correct"), key="correct_steep", type="tertiary", icon=":material/edit:"):
            open_edit_dialog(view, found.others, viewer)
    names = [steep_name(one, viewer.lang) for one in view.steep]
    between = viewer("steep_between", one=names[0], other=names[-1])
    st.markdown(f"**{between if len(names) > 1 else names[0].capitalize()}**")
    if given := view.human_steep:
        st.caption(viewer("steep_corrected", who=escape_markdown(given.who), date=viewer.date(given.at)))
        if given.reason:
            st.markdown(f"*{escape_markdown(given.reason)}*")
    shares = sorted(view.steep_shares.items(), key=lambda item: (-item[1], item[0]))
    if shares:
        divided = " · ".join(f"{steep_name(one, viewer.lang)} {viewer.percent(share)}" for one, share in shares)
        st.caption(viewer("steep_divided", shares=divided))
    decided = [shown for shown in found.cues if shown.cue.name == "steep" and shown.cue.side in view.steep]
    if decided:
        with st.expander(viewer("steep_words", words=_cue_list(decided)), icon=":material/match_word:"):
            _cue_documents(decided, viewer)


def _related_section(found: TrendPage, viewer: Viewer) -> None:
    st.subheader(viewer("related"), divider="gray", help=viewer("related_help"))
    if not found.related:
        st.caption(viewer("related_none"))
    for view, nearness in found.related:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            trend_cards.trend_link(view, viewer, place="related")
            st.space("stretch")
            trend_cards.stage_badge(view.trend.stage, viewer)
            st.caption(viewer.number(nearness, digits=2))


def _voices_section(found: TrendPage, viewer: Viewer) -> None:
    """Tone per voice and the gap in words, then what each side says that the other does not."""
    signals = found.view.signals
    voices = voice_tones(signals)
    if not voices:
        return
    st.subheader(viewer("voices"), divider="gray", help=viewer("voices_help"))
    left, right = st.columns(2, gap="large")
    with left:
        tones = [
            f"{voice_name(one.voice, viewer.lang)} {viewer.number(one.tone.value, digits=2)}"
            for one in voices
            if one.tone
        ]
        if tones:
            chart = tone_by_voice(signals, lang=viewer.lang, width=240)
            widgets.show_chart(chart, alt=viewer("alt_tone", tones=", ".join(tones)), key="tone_by_voice")
        if missing := missing_tone_sentence(signals, viewer.lang):
            st.caption(missing)
    with right:
        st.markdown("\n".join(f"- {sentence}" for sentence in say_feel_sentences(signals, viewer.lang)))
    cues = [shown for shown in found.cues if shown.cue.name == "say_feel"]
    if cues:
        for column, side in zip(st.columns(2, gap="large"), _SAY_FEEL_SIDES, strict=True):
            with column:
                _words_of_side(side, [shown for shown in cues if shown.cue.side == side], viewer)
    st.caption(tone_caveat(viewer.lang))


def _words_of_side(side: str, cues: Sequence[CueWithDocuments], viewer: Viewer) -> None:
    st.markdown(f"**{viewer(f'side_{side}')}** {_cue_list(cues) or '–'}")
    if cues:
        with st.expander(viewer("side_articles"), icon=":material/format_quote:"):
            _cue_documents(cues, viewer)


def _cue_list(cues: Sequence[CueWithDocuments]) -> str:
    return escape_markdown(", ".join(dict.fromkeys(shown.cue.word for shown in cues)))


def _cue_documents(cues: Sequence[CueWithDocuments], viewer: Viewer) -> None:
    """Each word with the articles to read it in."""
    for shown in cues:
        lang = f" ({shown.cue.lang.upper()})" if shown.cue.lang else ""
        titles = [_document_link(d.title, d.url) for d in shown.documents] or [viewer("steep_no_articles")]
        st.markdown(f"**{escape_markdown(shown.cue.word)}**{lang}\n" + "\n".join(f"- {title}" for title in titles))


def _notes_section(found: TrendPage, services: Services, viewer: Viewer) -> None:
    """Drivers and doubts, in people's words."""
    st.subheader(viewer("why"), divider="gray")
    st.caption(viewer("why_help"))
    for note in found.view.notes:
        with st.container(border=True):
            st.markdown(escape_markdown(note.text))
            st.caption(f"{escape_markdown(note.who)} · {viewer.date(note.at)}")
    with st.form("note", clear_on_submit=True, border=False):
        text = st.text_area(viewer("new_note"), placeholder=viewer("new_note_example"), max_chars=2000)
        who = name_field(viewer, "note")
        if st.form_submit_button(viewer("add_note"), icon=":material/add_comment:") and text.strip():
            services.trends.note(found.view.trend.id, text, who=who or viewer("somebody"), seen=found.stamp.run_id)
            confirm_and_rerun(viewer("notice_noted"), who)


def _what_if_section(found: TrendPage, viewer: Viewer) -> None:
    st.subheader(viewer("what_if"), divider="gray")
    st.caption(viewer("what_if_help"))
    title = escape_markdown(shorten_words(found.view.title(viewer.lang), 60))
    st.markdown("\n".join(f"- {viewer(f'what_if_{key}', title=title)}" for key in ("double", "stop", "both")))
    for scenario in found.scenarios:
        if st.button(escape_markdown(scenario.title), key=f"scenario_{scenario.id}", icon=":material/account_tree:"):
            open_page("scenarios", id=scenario.id)
    if not found.scenarios:
        st.caption(viewer("no_scenarios_use_it"))
    if st.button(viewer("to_scenario"), icon=":material/add:", type="primary"):
        st.session_state["new_scenario_trends"] = [found.view.trend.id]
        st.session_state.pop("scenarios_id", None)
        open_page("scenarios")


def _history_section(found: TrendPage, services: Services, viewer: Viewer) -> None:
    """Its stages over the runs, every decision about it, and the ratings."""
    st.subheader(viewer("history"), divider="gray")
    machine, people, ratings = st.columns(3, gap="large")
    with machine:
        st.markdown(f"**{viewer('history_machine')}**")
        st.markdown("\n".join(f"- {line}" for line in _stage_change_lines(found, viewer)))
    with people:
        st.markdown(f"**{viewer('history_people')}**")
        _merged_trends(found, services, viewer)
        lines = [f"- {_decision_line(one, found, viewer)}" for one in reversed(found.view.history)]
        st.markdown("\n".join(lines) or viewer("history_none"))
    with ratings:
        st.markdown(f"**{viewer('ratings')}**")
        if not found.view.ratings:
            st.caption(viewer("ratings_none"))
        for one in found.view.ratings:
            facts = {"impact": one.impact, "uncertainty": one.uncertainty}
            st.markdown(viewer("rating_line", who=escape_markdown(one.who), **facts))


def _stage_change_lines(found: TrendPage, viewer: Viewer) -> list[str]:
    """What the runs found: only where something changed."""
    lines, before = [], None
    for trend in found.runs:
        if trend.stage is not before:
            lines.append(f"{viewer.date(trend.as_of)}: {stage_name(trend.stage, viewer.lang)}")
        before = trend.stage
    for one in found.lineage:
        if one.kind in _LINEAGE_SHOWN:
            review = f" ({viewer('lineage_review')})" if one.review else ""
            lines.append(viewer(f"lineage_{one.kind.value}") + review)
    return list(dict.fromkeys(lines))


def _merged_trends(found: TrendPage, services: Services, viewer: Viewer) -> None:
    """Merged trends, each with the way back."""
    for trend_id, title in found.members:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/merge: {escape_markdown(title or trend_id)}")
            if decision_button(viewer("unmerge"), f"unmerge_{trend_id}", viewer.who, viewer, kind="tertiary"):
                services.trends.unmerge(trend_id, who=viewer.who, seen=found.stamp.run_id)
                confirm_and_rerun(viewer("notice_unmerged"), viewer.who)


def _decision_line(decision: TrendDecision, found: TrendPage, viewer: Viewer) -> str:
    """Who decided what, and when."""
    kind, value = decision.kind, decision.value
    key = _UNDOING[kind] if kind in _UNDOING and not value else kind.value
    if kind in (TrendDecisionKind.MERGE, TrendDecisionKind.SAME, TrendDecisionKind.APART):
        value = escape_markdown(_trend_title(value or decision.trend_id, found, viewer))
    elif kind is TrendDecisionKind.RATE:
        value = _rating_text(value)
    elif kind is TrendDecisionKind.CLASSIFY:
        value = _classification_text(value, viewer)
    else:
        value = escape_markdown(value)
    return f"{viewer.date(decision.at)} {escape_markdown(decision.who)}: {viewer(f'decided_{key}', value=value)}"


def _trend_title(trend_id: str, found: TrendPage, viewer: Viewer) -> str:
    titles = {view.trend.id: view.title(viewer.lang) for view in (*found.others, found.view)}
    return (dict(found.members) | titles).get(trend_id) or trend_id


def _classification_text(value: str, viewer: Viewer) -> str:
    try:
        given = json.loads(value)
        steep, reason = SteepClass(given["steep"]), str(given.get("reason", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return "–"
    return steep_name(steep, viewer.lang) + (f": {escape_markdown(reason)}" if reason else "")


def _rating_text(value: str) -> str:
    try:
        given = json.loads(value)
        return f"{int(given['impact'])}/5, {int(given['uncertainty'])}/5"
    except (ValueError, TypeError, KeyError):
        return "–"
