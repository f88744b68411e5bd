"""Trend: what is it, why, is it real, what if?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from foresight.briefs import charts
from foresight.records import Speed
from foresight.services.editing import slug
from foresight.services.shelf import Stamp
from foresight.services.trends import TrendPage
from foresight.ui import cards, drawing
from foresight.ui.choosing import one_trend
from foresight.ui.curate import author, curate, done
from foresight.ui.downloads import download
from foresight.ui.escape import plain, safe_url, shortened
from foresight.ui.pages import asked, go
from foresight.ui.pages.trend_history import history
from foresight.ui.pages.trend_voices import steep, voices
from foresight.ui.reader import Reader

if TYPE_CHECKING:
    from foresight.services.desks import Services

_EVIDENCE_FIRST = 8


def page(services: Services, reader: Reader) -> Stamp:
    """One trend in full; without one, a choice of all."""
    trend_id = asked("trend", "id")
    if not trend_id:
        return _choose(services, reader)
    found = services.trends.get(trend_id)
    _head(found, services, reader)
    left, right = st.columns([5, 3], gap="large")
    with left:
        _share(found, reader)
        _evidence(found, reader)
    with right:
        _numbers(found, reader)
        _who_says_so(found, reader)
        steep(found, reader)
        _related(found, reader)
    voices(found, reader)
    why, what_if = st.columns(2, gap="large")
    with why:
        _why(found, services, reader)
    with what_if:
        _what_if(found, reader)
    history(found, services, reader)
    return found.stamp


def _choose(services: Services, reader: Reader) -> Stamp:
    st.title(reader("nav_trend"))
    listed = services.trends.list()
    chosen = one_trend(reader("choose_trend"), listed.everything, reader, key="choose_trend")
    if chosen:
        st.query_params["id"] = chosen.trend.id
        st.rerun()
    return listed.stamp


def _head(found: TrendPage, services: Services, reader: Reader) -> None:
    view = found.view
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        cards.stage_badge(view.trend.stage, reader)
        cards.speed_badge(view.trend.speed, reader)
        if found.theme:
            st.caption(reader("theme", theme=plain(found.theme)))
        for tag in view.tags:
            st.badge(plain(tag), icon=":material/sell:", color="gray")
        if view.hidden:
            st.badge(reader("hidden"), icon=":material/visibility_off:", color="gray")
        st.space("stretch")
        if st.button(reader("edit"), key="edit_trend", icon=":material/edit:"):
            curate(view, found.others, reader)
        _briefs(found, services, reader)
    title, subtitle = cards.headings(view, reader)
    st.title(plain(title))
    if subtitle:
        st.markdown(f"*{plain(subtitle)}*")
    st.info(f"**{reader('why_stage')}** {cards.why_this_stage(view, reader)}", icon=cards.ICONS[view.trend.stage])


def _briefs(found: TrendPage, services: Services, reader: Reader) -> None:
    with st.popover(reader("brief"), icon=":material/download:"):
        st.caption(reader("brief_help"))
        for form in services.briefs.formats:
            make = partial(services.briefs.trend, found.view.trend.id, format=form, lang=reader.lang)
            download(make, form, slug(found.view.title(reader.lang)), reader)


def _share(found: TrendPage, reader: Reader) -> None:
    view = found.view
    st.subheader(reader("share_over_time"), divider="gray", help=reader("share_help"))
    chart = charts.share_over_time(
        view.series, as_of=view.trend.as_of, lang=reader.lang, signals=view.signals, width=530, height=230
    )
    drawing.show(chart, alt=reader("alt_share", title=view.title(reader.lang)), key="share")
    st.caption(reader("share_caption"))


def _span(found: TrendPage) -> str:
    """Which of two wordings tells what the numbers are of: the last weeks, or the last year."""
    return "_slow" if found.view.trend.speed is Speed.SLOW else ""


def _numbers(found: TrendPage, reader: Reader) -> None:
    view, span = found.view, _span(found)
    st.subheader(reader("is_it_real"), divider="gray")
    st.markdown(f"**{cards.growth_text(cards.growth_of(view), reader)}**")
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


def _who_says_so(found: TrendPage, reader: Reader) -> None:
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
            drawing.breakdown(counts, reader, alt=reader(f"by_{what}"), key=f"by_{what}")
    if found.names:
        st.markdown(f"**{reader('names')}**")
        with st.container(horizontal=True, gap="small"):
            for name in found.names:
                icon = ":material/person:" if name.kind == "person" else ":material/apartment:"
                st.badge(f"{plain(shortened(name.name, 32))} {name.documents}", icon=icon, color="gray")
    words = [word for headline in found.view.trend.headlines for word in headline.words[:8]]
    if words:
        st.markdown(f"**{reader('words')}** {plain(', '.join(dict.fromkeys(words)))}")


def _evidence(found: TrendPage, reader: Reader) -> None:
    told = reader(f"evidence_help{_span(found)}")
    st.subheader(reader("evidence", count=len(found.evidence)), divider="gray", help=told)
    every = st.session_state.get("all_evidence") == found.view.trend.id
    for one in found.evidence if every else found.evidence[:_EVIDENCE_FIRST]:
        document, source = one.document, one.source
        title, url = plain(shortened(document.title, 140)), safe_url(document.url)
        also = reader("also_in", sources=plain(", ".join(s.title for s in one.also))) if one.also else ""
        facts = [
            plain(source.title),
            reader.date(document.published),
            document.lang.upper(),
            reader(f"voice_{source.voice.value}"),
            also,
        ]
        with st.container(gap=None):
            st.markdown(f"**[{title}]({url})**" if url else f"**{title}**")
            st.caption(" · ".join(fact for fact in facts if fact))
    if not every and len(found.evidence) > _EVIDENCE_FIRST and st.button(reader("all_evidence"), type="tertiary"):
        st.session_state["all_evidence"] = found.view.trend.id
        st.rerun()


def _related(found: TrendPage, reader: Reader) -> None:
    st.subheader(reader("related"), divider="gray", help=reader("related_help"))
    if not found.related:
        st.caption(reader("related_none"))
    for view, nearness in found.related:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = plain(shortened(view.title(reader.lang), 60))
            if st.button(title, key=f"related_{view.trend.id}", type="tertiary"):
                go("trend", id=view.trend.id)
            st.space("stretch")
            cards.stage_badge(view.trend.stage, reader)
            st.caption(reader.number(nearness, digits=2))


def _why(found: TrendPage, services: Services, reader: Reader) -> None:
    """Drivers and doubts, in people's words."""
    st.subheader(reader("why"), divider="gray")
    st.caption(reader("why_help"))
    for note in found.view.notes:
        with st.container(border=True):
            st.markdown(plain(note.text))
            st.caption(f"{plain(note.who)} · {reader.date(note.at)}")
    with st.form("note", clear_on_submit=True, border=False):
        text = st.text_area(reader("new_note"), placeholder=reader("new_note_example"), max_chars=2000)
        who = author(reader, "note")
        if st.form_submit_button(reader("add_note"), icon=":material/add_comment:") and text.strip():
            services.trends.note(found.view.trend.id, text, who=who or reader("somebody"), seen=found.stamp.run_id)
            done(reader("told_noted"), who)


def _what_if(found: TrendPage, reader: Reader) -> None:
    st.subheader(reader("what_if"), divider="gray")
    st.caption(reader("what_if_help"))
    view = found.view
    title = plain(shortened(view.title(reader.lang), 60))
    st.markdown("\n".join(f"- {reader(f'what_if_{key}', title=title)}" for key in ("double", "stop", "both")))
    for scenario in found.scenarios:
        if st.button(plain(scenario.title), key=f"scenario_{scenario.id}", icon=":material/account_tree:"):
            go("scenarios", id=scenario.id)
    if not found.scenarios:
        st.caption(reader("no_scenarios_use_it"))
    if st.button(reader("to_scenario"), icon=":material/add:", type="primary"):
        st.session_state["new_scenario_trends"] = [view.trend.id]
        st.session_state.pop("scenarios_id", None)
        go("scenarios")
