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


def history_section(found: TrendPage, services: Services, reader: Viewer) -> None:
    """The lower part of the trend's page."""
    st.subheader(reader("history"), divider="gray")
    machine, people, ratings = st.columns(3, gap="large")
    with machine:
        st.markdown(f"**{reader('history_machine')}**")
        st.markdown("\n".join(stage_change_lines(found, reader)))
    with people:
        st.markdown(f"**{reader('history_people')}**")
        _merged_trends(found, services, reader)
        lines = [decision_line(one, found, reader) for one in reversed(found.view.history)]
        st.markdown("\n".join(f"- {line}" for line in lines) if lines else reader("history_none"))
    with ratings:
        st.markdown(f"**{reader('ratings')}**")
        if not found.view.ratings:
            st.caption(reader("ratings_none"))
        for rating in found.view.ratings:
            st.markdown(
                reader(
                    "rating_line", who=escape_markdown(rating.who), impact=rating.impact, uncertainty=rating.uncertainty
                )
            )


def stage_change_lines(found: TrendPage, reader: Viewer) -> list[str]:
    """What each run said: only where something changed."""
    lines, before = [], None
    for trend in found.runs:
        if trend.stage is not before:
            lines.append(f"- {reader.date(trend.as_of)}: {stage_name(trend.stage, reader.lang)}")
        before = trend.stage
    told = {LineageKind.BORN: "lineage_born", LineageKind.SPLIT: "lineage_split", LineageKind.MERGED: "lineage_merged"}
    lines += [
        f"- {reader(told[one.kind])}" + (f" ({reader('lineage_review')})" if one.review else "")
        for one in found.lineage
        if one.kind in told
    ]
    return list(dict.fromkeys(lines))


def decision_line(decision: TrendDecision, found: TrendPage, reader: Viewer) -> str:
    """Who did what, when."""
    value = escape_markdown(decision.value)
    if decision.kind is TrendDecisionKind.MERGE:
        key = "decided_merge" if decision.value else "decided_unmerge"
        value = escape_markdown(_trend_title(decision.value or decision.trend_id, found, reader))
    elif decision.kind is TrendDecisionKind.RENAME and not decision.value:
        key = "decided_unname"
    elif decision.kind in (TrendDecisionKind.SAME, TrendDecisionKind.APART):
        key, value = f"decided_{decision.kind.value}", escape_markdown(_trend_title(decision.value, found, reader))
    elif decision.kind is TrendDecisionKind.RATE:
        key, value = "decided_rate", _rating_text(decision.value)
    elif decision.kind is TrendDecisionKind.CLASSIFY:
        key, value = (
            ("decided_classify", _classification_text(decision.value, reader))
            if decision.value
            else _CLASSIFICATION_REMOVED
        )
    else:
        key = f"decided_{decision.kind.value}"
    return f"{reader.date(decision.at)} {escape_markdown(decision.who)}: {reader(key, value=value)}"


def _merged_trends(found: TrendPage, services: Services, reader: Viewer) -> None:
    """Merged trends, each with the way back."""
    for trend_id, title in found.members:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/merge: {escape_markdown(title or trend_id)}")
            if st.button(
                reader("unmerge"),
                key=f"unmerge_{trend_id}",
                type="tertiary",
                disabled=not reader.who,
                help=None if reader.who else reader("name_first"),
            ):
                services.trends.unmerge(trend_id, who=reader.who, seen=found.stamp.run_id)
                confirm_and_rerun(reader("told_unmerged"), reader.who)


def _trend_title(trend_id: str, found: TrendPage, reader: Viewer) -> str:
    if trend_id == found.view.trend.id:
        return found.view.title(reader.lang)
    known = dict(found.members) | {view.trend.id: view.title(reader.lang) for view in found.others}
    return known.get(trend_id) or trend_id


def _classification_text(value: str, reader: Viewer) -> str:
    try:
        told = json.loads(value)
        steep, reason = SteepClass(told["steep"]), str(told.get("reason", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return "–"
    return steep_name(steep, reader.lang) + (f": {escape_markdown(reason)}" if reason else "")


def _rating_text(value: str) -> str:
    try:
        told = json.loads(value)
        return f"{int(told['impact'])}/5, {int(told['uncertainty'])}/5"
    except (ValueError, TypeError, KeyError):
        return "–"


_SAY_FEEL_SIDES = ("company", "people")


def voices_section(found: TrendPage, reader: Viewer) -> None:
    """Tone per voice and the gap in words, then what each side says that the other does not."""
    signals = found.view.signals
    heard = voice_tones(signals)
    if not heard:
        return
    st.subheader(reader("voices"), divider="gray", help=reader("voices_help"))
    left, right = st.columns(2, gap="large")
    with left:
        if any(one.tone for one in heard):
            chart = tone_by_voice(signals, lang=reader.lang, width=240)
            widgets.show_chart(chart, alt=_tone_chart_description(found, reader), key="tone_by_voice")
        if silence := missing_tone_sentence(signals, reader.lang):
            st.caption(silence)
    with right:
        st.markdown("\n".join(f"- {sentence}" for sentence in say_feel_sentences(signals, reader.lang)))
    _words_of_sides(found, reader)
    st.caption(tone_caveat(reader.lang))


def steep_section(found: TrendPage, reader: Viewer) -> None:
    """The class, who gave it, how the machine divides the trend over the classes, and the words that decided."""
    view = found.view
    if not view.steep:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader(reader("steep"), divider="gray", help=reader("steep_help"))
        if st.button(reader("steep_correct"), key="correct_steep", type="tertiary", icon=":material/edit:"):
            open_edit_dialog(view, found.others, reader)
    st.markdown(f"**{steep_text(found, reader)}**")
    if view.human_steep:
        given = view.human_steep
        st.caption(reader("steep_corrected", who=escape_markdown(given.who), date=reader.date(given.at)))
        if given.reason:
            st.markdown(f"*{escape_markdown(given.reason)}*")
    shares = sorted(view.steep_shares.items(), key=lambda item: (-item[1], item[0]))
    divided = " · ".join(f"{steep_name(one, reader.lang)} {reader.percent(share)}" for one, share in shares)
    if divided:
        st.caption(reader("steep_divided", shares=divided))
    decided = [shown for shown in found.cues if shown.cue.name == "steep" and shown.cue.side in view.steep]
    if decided:
        with st.expander(reader("steep_words", words=_cue_list(decided)), icon=":material/match_word:"):
            _cue_documents(decided, reader)


def steep_text(found: TrendPage, reader: Viewer) -> str:
    """The class, or the two it stands between."""
    names = [steep_name(one, reader.lang) for one in found.view.steep]
    return reader("steep_between", one=names[0], other=names[1]) if len(names) > 1 else names[0].capitalize()


def _tone_chart_description(found: TrendPage, reader: Viewer) -> str:
    told = ", ".join(
        f"{voice_name(one.voice, reader.lang)} {reader.number(one.tone.value, digits=2)}"
        for one in voice_tones(found.view.signals)
        if one.tone
    )
    return reader("alt_tone", tones=told)


def _words_of_sides(found: TrendPage, reader: Viewer) -> None:
    by_side = {
        side: [s for s in found.cues if s.cue.name == "say_feel" and s.cue.side == side] for side in _SAY_FEEL_SIDES
    }
    if not any(by_side.values()):
        return
    for column, (side, cues) in zip(st.columns(2, gap="large"), by_side.items(), strict=True):
        with column:
            st.markdown(f"**{reader(f'side_{side}')}** {_cue_list(cues) or '–'}")
            if cues:
                with st.expander(reader("side_articles"), icon=":material/format_quote:"):
                    _cue_documents(cues, reader)


def _cue_list(cues: list[CueWithDocuments]) -> str:
    return escape_markdown(", ".join(dict.fromkeys(shown.cue.word for shown in cues)))


def _cue_documents(cues: list[CueWithDocuments], reader: Viewer) -> None:
    """Each word with the articles to read it in."""
    for shown in cues:
        lang = f" ({shown.cue.lang.upper()})" if shown.cue.lang else ""
        titles = [_document_link(d.title, d.url) for d in shown.documents] or [reader("steep_no_articles")]
        st.markdown(f"**{escape_markdown(shown.cue.word)}**{lang}\n" + "\n".join(f"- {title}" for title in titles))


def _document_link(title: str, address: str) -> str:
    shown, url = escape_markdown(shorten_words(title, 110)), markdown_url(address)
    return f"[{shown}]({url})" if url else shown


_EVIDENCE_SHOWN = 8


def page(services: Services, reader: Viewer) -> SnapshotStamp:
    """One trend in full; without one, a choice of all."""
    trend_id = page_subject("trend", "id")
    if not trend_id:
        return _trend_choice(services, reader)
    found = services.trends.get(trend_id)
    _trend_head(found, services, reader)
    left, right = st.columns([5, 3], gap="large")
    with left:
        _share_section(found, reader)
        _evidence_section(found, reader)
    with right:
        _number_section(found, reader)
        _who_section(found, reader)
        steep_section(found, reader)
        _related_section(found, reader)
    voices_section(found, reader)
    why, what_if = st.columns(2, gap="large")
    with why:
        _notes_section(found, services, reader)
    with what_if:
        _what_if_section(found, reader)
    history_section(found, services, reader)
    return found.stamp


def _trend_choice(services: Services, reader: Viewer) -> SnapshotStamp:
    st.title(reader("nav_trend"))
    listed = services.trends.list()
    chosen = select_trend(reader("choose_trend"), listed.everything, reader, key="choose_trend")
    if chosen:
        st.query_params["id"] = chosen.trend.id
        st.rerun()
    return listed.stamp


def _trend_head(found: TrendPage, services: Services, reader: Viewer) -> None:
    view = found.view
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        trend_cards.stage_badge(view.trend.stage, reader)
        trend_cards.speed_badge(view.trend.speed, reader)
        if found.theme:
            st.caption(reader("theme", theme=escape_markdown(found.theme)))
        for tag in view.tags:
            st.badge(escape_markdown(tag), icon=":material/sell:", color="gray")
        if view.hidden:
            st.badge(reader("hidden"), icon=":material/visibility_off:", color="gray")
        st.space("stretch")
        if st.button(reader("edit"), key="edit_trend", icon=":material/edit:"):
            open_edit_dialog(view, found.others, reader)
        _brief_downloads(found, services, reader)
    title, subtitle = trend_cards.card_headings(view, reader)
    st.title(escape_markdown(title))
    if subtitle:
        st.markdown(f"*{escape_markdown(subtitle)}*")
    st.info(
        f"**{reader('why_stage')}** {trend_cards.stage_reason(view, reader)}",
        icon=trend_cards.STAGE_ICONS[view.trend.stage],
    )


def _brief_downloads(found: TrendPage, services: Services, reader: Viewer) -> None:
    with st.popover(reader("brief"), icon=":material/download:"):
        st.caption(reader("brief_help"))
        for form in services.briefs.formats:
            make = partial(services.briefs.trend, found.view.trend.id, format=form, lang=reader.lang)
            brief_download_button(make, form, slug(found.view.title(reader.lang)), reader)


def _share_section(found: TrendPage, reader: Viewer) -> None:
    view = found.view
    st.subheader(reader("share_over_time"), divider="gray", help=reader("share_help"))
    chart = share_over_time(
        view.series, as_of=view.trend.as_of, lang=reader.lang, signals=view.signals, width=530, height=230
    )
    widgets.show_chart(chart, alt=reader("alt_share", title=view.title(reader.lang)), key="share")
    st.caption(reader("share_caption"))


def _wording_suffix(found: TrendPage) -> str:
    """Which of two wordings tells what the numbers are of: the last weeks, or the last year."""
    return "_slow" if found.view.trend.speed is Speed.SLOW else ""


def _number_section(found: TrendPage, reader: Viewer) -> None:
    view, span = found.view, _wording_suffix(found)
    st.subheader(reader("is_it_real"), divider="gray")
    st.markdown(f"**{trend_cards.growth_text(trend_cards.growth_signal(view), reader)}**")
    with st.container(horizontal=True):
        st.metric(reader("stories"), reader.number(view.trend.stories), help=reader(f"stories_help{span}"))
        st.metric(reader("sources"), reader.number(view.trend.sources), help=reader(f"sources_help{span}"))
        share = view.signal("share")
        told = reader.percent(share.value) if share else "–"
        st.metric(reader("share"), told, help=reader(f"share_metric_help{span}"))
    risk = view.signal("q_value")
    said = [reader("first_written", date=reader.date(view.trend.first_document))]
    if risk:
        said.append(reader("false_alarm", risk=reader.percent(risk.value)))
    spread = view.signal("spread")
    if spread:
        said.append(reader("spread", number=reader.number(spread.value, digits=1)))
    regions = view.signal("regions")
    if regions:
        said.append(reader("regions", number=reader.number(regions.value, digits=1)))
    st.markdown("\n".join(f"- {one}" for one in said))


def _who_section(found: TrendPage, reader: Viewer) -> None:
    st.subheader(reader("who_says_so"), divider="gray")
    tabs = st.tabs([reader("by_source"), reader("by_voice"), reader("by_language")])
    voices = tuple((reader(f"voice_{voice}"), float(count)) for voice, count in found.by_voice)
    langs = tuple(
        (reader(f"lang_{lang}") if lang in ("fi", "en", "sv", "de") else lang.upper(), float(count))
        for lang, count in found.by_lang
    )
    sources = tuple((name, float(count)) for name, count in found.by_source)
    for tab, what, counts in zip(tabs, ("source", "voice", "language"), (sources, voices, langs), strict=True):
        with tab:
            widgets.show_breakdown(counts, reader, alt=reader(f"by_{what}"), key=f"by_{what}")
    if found.names:
        st.markdown(f"**{reader('names')}**")
        with st.container(horizontal=True, gap="small"):
            for name in found.names:
                icon = ":material/person:" if name.kind == "person" else ":material/apartment:"
                st.badge(f"{escape_markdown(shorten_words(name.name, 32))} {name.documents}", icon=icon, color="gray")
    words = [word for headline in found.view.trend.headlines for word in headline.words[:8]]
    if words:
        st.markdown(f"**{reader('words')}** {escape_markdown(', '.join(dict.fromkeys(words)))}")


def _evidence_section(found: TrendPage, reader: Viewer) -> None:
    told = reader(f"evidence_help{_wording_suffix(found)}")
    st.subheader(reader("evidence", count=len(found.evidence)), divider="gray", help=told)
    every = st.session_state.get("all_evidence") == found.view.trend.id
    for one in found.evidence if every else found.evidence[:_EVIDENCE_SHOWN]:
        document, source = one.document, one.source
        title, url = escape_markdown(shorten_words(document.title, 140)), markdown_url(document.url)
        also = reader("also_in", sources=escape_markdown(", ".join(s.title for s in one.also))) if one.also else ""
        facts = [
            escape_markdown(source.title),
            reader.date(document.published),
            document.lang.upper(),
            reader(f"voice_{source.voice.value}"),
            also,
        ]
        with st.container(gap=None):
            st.markdown(f"**[{title}]({url})**" if url else f"**{title}**")
            st.caption(" · ".join(fact for fact in facts if fact))
    if not every and len(found.evidence) > _EVIDENCE_SHOWN and st.button(reader("all_evidence"), type="tertiary"):
        st.session_state["all_evidence"] = found.view.trend.id
        st.rerun()


def _related_section(found: TrendPage, reader: Viewer) -> None:
    st.subheader(reader("related"), divider="gray", help=reader("related_help"))
    if not found.related:
        st.caption(reader("related_none"))
    for view, nearness in found.related:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = escape_markdown(shorten_words(view.title(reader.lang), 60))
            if st.button(title, key=f"related_{view.trend.id}", type="tertiary"):
                open_page("trend", id=view.trend.id)
            st.space("stretch")
            trend_cards.stage_badge(view.trend.stage, reader)
            st.caption(reader.number(nearness, digits=2))


def _notes_section(found: TrendPage, services: Services, reader: Viewer) -> None:
    """Drivers and doubts, in people's words."""
    st.subheader(reader("why"), divider="gray")
    st.caption(reader("why_help"))
    for note in found.view.notes:
        with st.container(border=True):
            st.markdown(escape_markdown(note.text))
            st.caption(f"{escape_markdown(note.who)} · {reader.date(note.at)}")
    with st.form("note", clear_on_submit=True, border=False):
        text = st.text_area(reader("new_note"), placeholder=reader("new_note_example"), max_chars=2000)
        who = name_field(reader, "note")
        if st.form_submit_button(reader("add_note"), icon=":material/add_comment:") and text.strip():
            services.trends.note(found.view.trend.id, text, who=who or reader("somebody"), seen=found.stamp.run_id)
            confirm_and_rerun(reader("told_noted"), who)


def _what_if_section(found: TrendPage, reader: Viewer) -> None:
    st.subheader(reader("what_if"), divider="gray")
    st.caption(reader("what_if_help"))
    view = found.view
    title = escape_markdown(shorten_words(view.title(reader.lang), 60))
    st.markdown("\n".join(f"- {reader(f'what_if_{key}', title=title)}" for key in ("double", "stop", "both")))
    for scenario in found.scenarios:
        if st.button(escape_markdown(scenario.title), key=f"scenario_{scenario.id}", icon=":material/account_tree:"):
            open_page("scenarios", id=scenario.id)
    if not found.scenarios:
        st.caption(reader("no_scenarios_use_it"))
    if st.button(reader("to_scenario"), icon=":material/add:", type="primary"):
        st.session_state["new_scenario_trends"] = [view.trend.id]
        st.session_state.pop("scenarios_id", None)
        open_page("scenarios")
