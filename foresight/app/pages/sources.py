"""Sources: what do we listen to, what do we miss?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.app import widgets
from foresight.app.escaping import escape_markdown, markdown_url
from foresight.app.viewer import Viewer
from foresight.i18n import Texts
from foresight.i18n.trend_sentences import count_phrase
from foresight.model.sources import Voice
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.queries.sources import SOURCES_DRAWN, SourceHealth, SourcePage, permanent_redirect
from foresight.reports.charts.sources import source_health

if TYPE_CHECKING:
    from foresight.wiring import Services


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """Health of every source, what to fix, and where nothing is heard."""
    st.title(viewer("sources_title"))
    found = services.sources.get()
    troubled = [one for one in found.items if one.trouble]
    st.markdown(
        viewer("sources_lead", sources=len(found.items), well=len(found.items) - len(troubled), ill=len(troubled))
    )
    if troubled:
        st.subheader(viewer("sources_fix"), divider="gray")
        for one in troubled:
            if one.trouble != "stumbling":
                _trouble_card(one, viewer)
        _stumbling_sources([one for one in troubled if one.trouble == "stumbling"], viewer)
    st.subheader(viewer("sources_all"), divider="gray")
    table, requests = st.tabs([viewer("sources_table"), viewer("sources_days")])
    with table:
        _source_table(found, viewer)
    with requests:
        _request_chart(found, viewer)
    st.subheader(viewer("blind_spots"), divider="gray", help=viewer("blind_spots_help"))
    _blind_spots(found, viewer)
    return found.stamp


def _stumbling_sources(items: list[SourceHealth], viewer: Viewer) -> None:
    """Sources whose latest request failed: nothing to do yet, so they take one line together."""
    if not items:
        return
    with st.container(border=True):
        st.markdown(f"**{viewer.counted('stumbling', len(items))}** — {viewer('fix_stumbling')}")
        st.caption(", ".join(escape_markdown(one.source.title) for one in items))


def _trouble_card(one: SourceHealth, viewer: Viewer) -> None:
    """What is wrong and what to do about it."""
    with st.container(border=True):
        st.markdown(f"**{escape_markdown(one.source.title)}** — {viewer(f'trouble_{one.trouble}')}")
        st.markdown(viewer(f"fix_{one.trouble}", url=escape_markdown(markdown_url(permanent_redirect(one.last)))))
        facts = [escape_markdown(markdown_url(one.source.url))]
        if one.last and one.last.error and Texts(viewer.lang).has(f"errors.{one.last.error}"):
            facts.append(viewer.counted("sources_failed", one.failures, error=_error_sentence(one, viewer)))
        if one.last_good:
            facts.append(viewer("sources_last_good", date=viewer.date(one.last_good)))
        st.caption(" · ".join(fact for fact in facts if fact))


def _error_sentence(one: SourceHealth, viewer: Viewer) -> str:
    """The error's sentence, with what the request itself knows of the facts."""
    last = one.last
    facts = {"url": escape_markdown(markdown_url(one.source.url)), "status": last.status if last else "–"}
    return Texts(viewer.lang)(f"errors.{last.error if last else ''}", **facts)


def source_row(one: SourceHealth, viewer: Viewer) -> dict[str, Any]:
    """A source as a row of the table: how it does, and what feeds.yaml says of it."""
    return {
        "title": one.source.title,
        "state": viewer("state_ill") if one.trouble else viewer("state_well"),
        "weekly": list(one.weekly),
        "documents": one.documents,
        "latest": one.latest_document.date() if one.latest_document else None,
        "lang": one.source.lang.upper(),
        "voice": viewer(f"voice_{one.source.voice.value}"),
        "region": one.source.region,
        "asked": one.last.at.date() if one.last else None,
        "group": one.source.group,
        "tags": list(one.source.tags),
    }


def _source_table(found: SourcePage, viewer: Viewer) -> None:
    rows = [source_row(one, viewer) for one in found.items]
    date_format = "D.M.YYYY" if viewer.lang == "fi" else "D MMM YYYY"
    st.dataframe(
        rows,
        placeholder="–",
        hide_index=True,
        height="content",
        column_config={
            "title": st.column_config.TextColumn(viewer("column_source"), width="medium"),
            "state": st.column_config.TextColumn(viewer("column_state"), width=120),
            "weekly": st.column_config.BarChartColumn(viewer("column_weekly"), width="medium", color="blue"),
            "documents": st.column_config.NumberColumn(viewer("column_documents"), width=80),
            "latest": st.column_config.DateColumn(viewer("column_latest"), format=date_format, width="small"),
            "lang": st.column_config.TextColumn(viewer("column_lang"), width=55),
            "voice": st.column_config.TextColumn(viewer("column_voice"), width=100),
            "region": st.column_config.TextColumn(viewer("column_region"), width=60),
            "asked": st.column_config.DateColumn(viewer("column_asked"), format=date_format, width="small"),
            "group": st.column_config.TextColumn(viewer("column_group"), width="small"),
            "tags": st.column_config.ListColumn(viewer("tags"), width="small"),
        },
    )


def _request_chart(found: SourcePage, viewer: Viewer) -> None:
    """What came of asking, day by day."""
    if not found.stamp.as_of:
        return
    sources = [one.source for one in found.items[:SOURCES_DRAWN]]
    chart = source_health(sources, found.fetches, as_of=found.stamp.as_of, lang=viewer.lang)
    widgets.show_chart(chart, alt=viewer("alt_health"), key="health")


def _blind_spots(found: SourcePage, viewer: Viewer) -> None:
    """Languages down, voices across: how many sources speak, and how much."""
    langs = list(dict.fromkeys(spot.lang for spot in found.spots))
    known = {(spot.lang, spot.voice): spot for spot in found.spots}
    header = st.columns([1, *[1] * len(Voice)])
    for column, voice in zip(header[1:], Voice, strict=True):
        column.markdown(f"**{viewer(f'voice_{voice.value}').capitalize()}**")
    for lang in langs:
        columns = st.columns([1, *[1] * len(Voice)], vertical_alignment="center")
        columns[0].markdown(f"**{escape_markdown(_language_name(lang, viewer))}**")
        for column, voice in zip(columns[1:], Voice, strict=True):
            spot = known[lang, voice]
            with column:
                if not spot.sources:
                    st.badge(viewer("spot_silent"), color="orange", icon=":material/volume_off:")
                    continue
                with st.container(gap=None):
                    st.badge(count_phrase("sources", spot.sources, viewer.lang), color="blue")
                    st.caption(count_phrase("documents", spot.documents, viewer.lang))


def _language_name(lang: str, viewer: Viewer) -> str:
    if lang == "?":
        return viewer("lang_unknown")
    return viewer(f"lang_{lang}") if lang in ("fi", "en", "sv", "de") else lang.upper()
