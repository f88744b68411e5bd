"""Where a trend comes from: its stages over the runs, names, merges, ratings and every decision about it.

A trend's voices: how each speaks, the gap between saying and feeling, its class of STEEP and what decided it.

Trend: what is it, why, is it real, what if?
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from foresight.app import trend_cards, widgets
from foresight.app.escaping import escape_markdown, markdown_url, shorten_words
from foresight.app.pages import open_page, page_subject
from foresight.app.trend_editing import confirm_and_rerun, name_field, open_edit_dialog
from foresight.app.viewer import Viewer
from foresight.app.widgets import brief_download_button, select_trend
from foresight.i18n.trend_sentences import stage_name
from foresight.i18n.voice_sentences import (
    missing_tone_sentence,
    say_feel_sentences,
    steep_name,
    tone_caveat,
    voice_name,
    voice_tones,
)
from foresight.model.decisions import TrendDecision, TrendDecisionKind
from foresight.model.trends import LineageKind, Speed, SteepClass
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.queries.trends import CueWithDocuments, TrendPage
from foresight.reports.charts.trends import share_over_time, tone_by_voice
from foresight.scenarios.matrix import slug

if TYPE_CHECKING:
    from foresight.wiring import Services

_CLASSIFICATION_REMOVED = ("decided_unclassify", "")


def history_section(found: TrendPage, services: Services, viewer: Viewer) -> None:
    """The lower part of the trend's page."""
    st.subheader(viewer("history"), divider="gray")
    machine, people, ratings = st.columns(3, gap="large")
    with machine:
        st.markdown(f"**{viewer('history_machine')}**")
        st.markdown("\n".join(stage_change_lines(found, viewer)))
    with people:
        st.markdown(f"**{viewer('history_people')}**")
        _merged_trends(found, services, viewer)
        lines = [decision_line(one, found, viewer) for one in reversed(found.view.history)]
        st.markdown("\n".join(f"- {line}" for line in lines) if lines else viewer("history_none"))
    with ratings:
        st.markdown(f"**{viewer('ratings')}**")
        if not found.view.ratings:
            st.caption(viewer("ratings_none"))
        for rating in found.view.ratings:
            st.markdown(
                viewer(
                    "rating_line", who=escape_markdown(rating.who), impact=rating.impact, uncertainty=rating.uncertainty
                )
            )


def stage_change_lines(found: TrendPage, viewer: Viewer) -> list[str]:
    """What each run said: only where something changed."""
    lines, before = [], None
    for trend in found.runs:
        if trend.stage is not before:
            lines.append(f"- {viewer.date(trend.as_of)}: {stage_name(trend.stage, viewer.lang)}")
        before = trend.stage
    told = {LineageKind.BORN: "lineage_born", LineageKind.SPLIT: "lineage_split", LineageKind.MERGED: "lineage_merged"}
    lines += [
        f"- {viewer(told[one.kind])}" + (f" ({viewer('lineage_review')})" if one.review else "")
        for one in found.lineage
        if one.kind in told
    ]
    return list(dict.fromkeys(lines))


def decision_line(decision: TrendDecision, found: TrendPage, viewer: Viewer) -> str:
    """Who did what, when."""
    value = escape_markdown(decision.value)
    if decision.kind is TrendDecisionKind.MERGE:
        key = "decided_merge" if decision.value else "decided_unmerge"
        value = escape_markdown(_trend_title(decision.value or decision.trend_id, found, viewer))
    elif decision.kind is TrendDecisionKind.RENAME and not decision.value:
        key = "decided_unname"
    elif decision.kind in (TrendDecisionKind.SAME, TrendDecisionKind.APART):
        key, value = f"decided_{decision.kind.value}", escape_markdown(_trend_title(decision.value, found, viewer))
    elif decision.kind is TrendDecisionKind.RATE:
        key, value = "decided_rate", _rating_text(decision.value)
    elif decision.kind is TrendDecisionKind.CLASSIFY:
        key, value = (
            ("decided_classify", _classification_text(decision.value, viewer))
            if decision.value
            else _CLASSIFICATION_REMOVED
        )
    else:
        key = f"decided_{decision.kind.value}"
    return f"{viewer.date(decision.at)} {escape_markdown(decision.who)}: {viewer(key, value=value)}"


def _merged_trends(found: TrendPage, services: Services, viewer: Viewer) -> None:
    """Merged trends, each with the way back."""
    for trend_id, title in found.members:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/merge: {escape_markdown(title or trend_id)}")
            if st.button(
                viewer("unmerge"),
                key=f"unmerge_{trend_id}",
                type="tertiary",
                disabled=not viewer.who,
                help=None if viewer.who else viewer("name_first"),
            ):
                services.trends.unmerge(trend_id, who=viewer.who, seen=found.stamp.run_id)
                confirm_and_rerun(viewer("notice_unmerged"), viewer.who)


def _trend_title(trend_id: str, found: TrendPage, viewer: Viewer) -> str:
    if trend_id == found.view.trend.id:
        return found.view.title(viewer.lang)
    known = dict(found.members) | {view.trend.id: view.title(viewer.lang) for view in found.others}
    return known.get(trend_id) or trend_id


def _classification_text(value: str, viewer: Viewer) -> str:
    try:
        told = json.loads(value)
        steep, reason = SteepClass(told["steep"]), str(told.get("reason", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return "–"
    return steep_name(steep, viewer.lang) + (f": {escape_markdown(reason)}" if reason else "")


def _rating_text(value: str) -> str:
    try:
        told = json.loads(value)
        return f"{int(told['impact'])}/5, {int(told['uncertainty'])}/5"
    except (ValueError, TypeError, KeyError):
        return "–"


_SAY_FEEL_SIDES = ("company", "people")


def voices_section(found: TrendPage, viewer: Viewer) -> None:
    """Tone per voice and the gap in words, then what each side says that the other does not."""
    signals = found.view.signals
    heard = voice_tones(signals)
    if not heard:
        return
    st.subheader(viewer("voices"), divider="gray", help=viewer("voices_help"))
    left, right = st.columns(2, gap="large")
    with left:
        if any(one.tone for one in heard):
            chart = tone_by_voice(signals, lang=viewer.lang, width=240)
            widgets.show_chart(chart, alt=_tone_chart_description(found, viewer), key="tone_by_voice")
        if silence := missing_tone_sentence(signals, viewer.lang):
            st.caption(silence)
    with right:
        st.markdown("\n".join(f"- {sentence}" for sentence in say_feel_sentences(signals, viewer.lang)))
    _words_of_sides(found, viewer)
    st.caption(tone_caveat(viewer.lang))


def steep_section(found: TrendPage, viewer: Viewer) -> None:
    """The class, who gave it, how the machine divides the trend over the classes, and the words that decided."""
    view = found.view
    if not view.steep:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader(viewer("steep"), divider="gray", help=viewer("steep_help"))
        if st.button(viewer("steep_correct"), key="correct_steep", type="tertiary", icon=":material/edit:"):
            open_edit_dialog(view, found.others, viewer)
    st.markdown(f"**{steep_text(found, viewer)}**")
    if view.human_steep:
        given = view.human_steep
        st.caption(viewer("steep_corrected", who=escape_markdown(given.who), date=viewer.date(given.at)))
        if given.reason:
            st.markdown(f"*{escape_markdown(given.reason)}*")
    shares = sorted(view.steep_shares.items(), key=lambda item: (-item[1], item[0]))
    divided = " · ".join(f"{steep_name(one, viewer.lang)} {viewer.percent(share)}" for one, share in shares)
    if divided:
        st.caption(viewer("steep_divided", shares=divided))
    decided = [shown for shown in found.cues if shown.cue.name == "steep" and shown.cue.side in view.steep]
    if decided:
        with st.expander(viewer("steep_words", words=_cue_list(decided)), icon=":material/match_word:"):
            _cue_documents(decided, viewer)


def steep_text(found: TrendPage, viewer: Viewer) -> str:
    """The class, or the two it stands between."""
    names = [steep_name(one, viewer.lang) for one in found.view.steep]
    return viewer("steep_between", one=names[0], other=names[1]) if len(names) > 1 else names[0].capitalize()


def _tone_chart_description(found: TrendPage, viewer: Viewer) -> str:
    told = ", ".join(
        f"{voice_name(one.voice, viewer.lang)} {viewer.number(one.tone.value, digits=2)}"
        for one in voice_tones(found.view.signals)
        if one.tone
    )
    return viewer("alt_tone", tones=told)


def _words_of_sides(found: TrendPage, viewer: Viewer) -> None:
    by_side = {
        side: [s for s in found.cues if s.cue.name == "say_feel" and s.cue.side == side] for side in _SAY_FEEL_SIDES
    }
    if not any(by_side.values()):
        return
    for column, (side, cues) in zip(st.columns(2, gap="large"), by_side.items(), strict=True):
        with column:
            st.markdown(f"**{viewer(f'side_{side}')}** {_cue_list(cues) or '–'}")
            if cues:
                with st.expander(viewer("side_articles"), icon=":material/format_quote:"):
                    _cue_documents(cues, viewer)


def _cue_list(cues: list[CueWithDocuments]) -> str:
    return escape_markdown(", ".join(dict.fromkeys(shown.cue.word for shown in cues)))


def _cue_documents(cues: list[CueWithDocuments], viewer: Viewer) -> None:
    """Each word with the articles to read it in."""
    for shown in cues:
        lang = f" ({shown.cue.lang.upper()})" if shown.cue.lang else ""
        titles = [_document_link(d.title, d.url) for d in shown.documents] or [viewer("steep_no_articles")]
        st.markdown(f"**{escape_markdown(shown.cue.word)}**{lang}\n" + "\n".join(f"- {title}" for title in titles))


def _document_link(title: str, address: str) -> str:
    shown, url = escape_markdown(shorten_words(title, 110)), markdown_url(address)
    return f"[{shown}]({url})" if url else shown


_EVIDENCE_SHOWN = 8


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
        steep_section(found, viewer)
        _related_section(found, viewer)
    voices_section(found, viewer)
    why, what_if = st.columns(2, gap="large")
    with why:
        _notes_section(found, services, viewer)
    with what_if:
        _what_if_section(found, viewer)
    history_section(found, services, viewer)
    return found.stamp


def _trend_choice(services: Services, viewer: Viewer) -> SnapshotStamp:
    st.title(viewer("nav_trend"))
    listed = services.trends.list()
    chosen = select_trend(viewer("choose_trend"), listed.everything, viewer, key="choose_trend")
    if chosen:
        st.query_params["id"] = chosen.trend.id
        st.rerun()
    return listed.stamp


def _trend_head(found: TrendPage, services: Services, viewer: Viewer) -> None:
    view = found.view
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        trend_cards.stage_badge(view.trend.stage, viewer)
        trend_cards.speed_badge(view.trend.speed, viewer)
        if found.theme:
            st.caption(viewer("theme", theme=escape_markdown(found.theme)))
        for tag in view.tags:
            st.badge(escape_markdown(tag), icon=":material/sell:", color="gray")
        if view.hidden:
            st.badge(viewer("hidden"), icon=":material/visibility_off:", color="gray")
        st.space("stretch")
        if st.button(viewer("edit"), key="edit_trend", icon=":material/edit:"):
            open_edit_dialog(view, found.others, viewer)
        _brief_downloads(found, services, viewer)
    title, subtitle = trend_cards.card_headings(view, viewer)
    st.title(escape_markdown(title))
    if subtitle:
        st.markdown(f"*{escape_markdown(subtitle)}*")
    st.info(
        f"**{viewer('why_stage')}** {trend_cards.stage_reason(view, viewer)}",
        icon=trend_cards.STAGE_ICONS[view.trend.stage],
    )


def _brief_downloads(found: TrendPage, services: Services, viewer: Viewer) -> None:
    with st.popover(viewer("brief"), icon=":material/download:"):
        st.caption(viewer("brief_help"))
        for form in services.briefs.formats:
            make = partial(services.briefs.trend, found.view.trend.id, format=form, lang=viewer.lang)
            brief_download_button(make, form, slug(found.view.title(viewer.lang)), viewer)


def _share_section(found: TrendPage, viewer: Viewer) -> None:
    view = found.view
    st.subheader(viewer("share_over_time"), divider="gray", help=viewer("share_help"))
    chart = share_over_time(
        view.series, as_of=view.trend.as_of, lang=viewer.lang, signals=view.signals, width=530, height=230
    )
    widgets.show_chart(chart, alt=viewer("alt_share", title=view.title(viewer.lang)), key="share")
    st.caption(viewer("share_caption"))


def _wording_suffix(found: TrendPage) -> str:
    """Which of two wordings tells what the numbers are of: the last weeks, or the last year."""
    return "_slow" if found.view.trend.speed is Speed.SLOW else ""


def _number_section(found: TrendPage, viewer: Viewer) -> None:
    view, span = found.view, _wording_suffix(found)
    st.subheader(viewer("is_it_real"), divider="gray")
    st.markdown(f"**{trend_cards.growth_text(trend_cards.growth_signal(view), viewer)}**")
    with st.container(horizontal=True):
        st.metric(viewer("stories"), viewer.number(view.trend.stories), help=viewer(f"stories_help{span}"))
        st.metric(viewer("sources"), viewer.number(view.trend.sources), help=viewer(f"sources_help{span}"))
        share = view.signal("share")
        told = viewer.percent(share.value) if share else "–"
        st.metric(viewer("share"), told, help=viewer(f"share_metric_help{span}"))
    risk = view.signal("q_value")
    said = [viewer("first_written", date=viewer.date(view.trend.first_document))]
    if risk:
        said.append(viewer("false_alarm", risk=viewer.percent(risk.value)))
    spread = view.signal("spread")
    if spread:
        said.append(viewer("spread", number=viewer.number(spread.value, digits=1)))
    regions = view.signal("regions")
    if regions:
        said.append(viewer("regions", number=viewer.number(regions.value, digits=1)))
    st.markdown("\n".join(f"- {one}" for one in said))


def _who_section(found: TrendPage, viewer: Viewer) -> None:
    st.subheader(viewer("who_says_so"), divider="gray")
    tabs = st.tabs([viewer("by_source"), viewer("by_voice"), viewer("by_language")])
    voices = tuple((viewer(f"voice_{voice}"), float(count)) for voice, count in found.by_voice)
    langs = tuple(
        (viewer(f"lang_{lang}") if lang in ("fi", "en", "sv", "de") else lang.upper(), float(count))
        for lang, count in found.by_lang
    )
    sources = tuple((name, float(count)) for name, count in found.by_source)
    for tab, what, counts in zip(tabs, ("source", "voice", "language"), (sources, voices, langs), strict=True):
        with tab:
            widgets.show_breakdown(counts, viewer, alt=viewer(f"by_{what}"), key=f"by_{what}")
    if found.names:
        st.markdown(f"**{viewer('names')}**")
        with st.container(horizontal=True, gap="small"):
            for name in found.names:
                icon = ":material/person:" if name.kind == "person" else ":material/apartment:"
                st.badge(f"{escape_markdown(shorten_words(name.name, 32))} {name.documents}", icon=icon, color="gray")
    words = [word for headline in found.view.trend.headlines for word in headline.words[:8]]
    if words:
        st.markdown(f"**{viewer('words')}** {escape_markdown(', '.join(dict.fromkeys(words)))}")


def _evidence_section(found: TrendPage, viewer: Viewer) -> None:
    told = viewer(f"evidence_help{_wording_suffix(found)}")
    st.subheader(viewer("evidence", count=len(found.evidence)), divider="gray", help=told)
    every = st.session_state.get("all_evidence") == found.view.trend.id
    for one in found.evidence if every else found.evidence[:_EVIDENCE_SHOWN]:
        document, source = one.document, one.source
        title, url = escape_markdown(shorten_words(document.title, 140)), markdown_url(document.url)
        also = viewer("also_in", sources=escape_markdown(", ".join(s.title for s in one.also))) if one.also else ""
        facts = [
            escape_markdown(source.title),
            viewer.date(document.published),
            document.lang.upper(),
            viewer(f"voice_{source.voice.value}"),
            also,
        ]
        with st.container(gap=None):
            st.markdown(f"**[{title}]({url})**" if url else f"**{title}**")
            st.caption(" · ".join(fact for fact in facts if fact))
    if not every and len(found.evidence) > _EVIDENCE_SHOWN and st.button(viewer("all_evidence"), type="tertiary"):
        st.session_state["all_evidence"] = found.view.trend.id
        st.rerun()


def _related_section(found: TrendPage, viewer: Viewer) -> None:
    st.subheader(viewer("related"), divider="gray", help=viewer("related_help"))
    if not found.related:
        st.caption(viewer("related_none"))
    for view, nearness in found.related:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = escape_markdown(shorten_words(view.title(viewer.lang), 60))
            if st.button(title, key=f"related_{view.trend.id}", type="tertiary"):
                open_page("trend", id=view.trend.id)
            st.space("stretch")
            trend_cards.stage_badge(view.trend.stage, viewer)
            st.caption(viewer.number(nearness, digits=2))


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
    view = found.view
    title = escape_markdown(shorten_words(view.title(viewer.lang), 60))
    st.markdown("\n".join(f"- {viewer(f'what_if_{key}', title=title)}" for key in ("double", "stop", "both")))
    for scenario in found.scenarios:
        if st.button(escape_markdown(scenario.title), key=f"scenario_{scenario.id}", icon=":material/account_tree:"):
            open_page("scenarios", id=scenario.id)
    if not found.scenarios:
        st.caption(viewer("no_scenarios_use_it"))
    if st.button(viewer("to_scenario"), icon=":material/add:", type="primary"):
        st.session_state["new_scenario_trends"] = [view.trend.id]
        st.session_state.pop("scenarios_id", None)
        open_page("scenarios")
