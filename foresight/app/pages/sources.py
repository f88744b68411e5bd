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


def page(services: Services, reader: Viewer) -> SnapshotStamp:
    """Health of every source, what to fix, and where nothing is heard."""
    st.title(reader("sources_title"))
    found = services.sources.get()
    troubled = [one for one in found.items if one.trouble]
    st.markdown(
        reader("sources_lead", sources=len(found.items), well=len(found.items) - len(troubled), ill=len(troubled))
    )
    if troubled:
        st.subheader(reader("sources_fix"), divider="gray")
        for one in troubled:
            if one.trouble != "stumbling":
                _trouble_card(one, reader)
        _stumbling_sources([one for one in troubled if one.trouble == "stumbling"], reader)
    st.subheader(reader("sources_all"), divider="gray")
    table, requests = st.tabs([reader("sources_table"), reader("sources_days")])
    with table:
        _source_table(found, reader)
    with requests:
        _request_chart(found, reader)
    st.subheader(reader("blind_spots"), divider="gray", help=reader("blind_spots_help"))
    _blind_spots(found, reader)
    return found.stamp


def _stumbling_sources(items: list[SourceHealth], reader: Viewer) -> None:
    """Sources whose latest request failed: nothing to do yet, so they take one line together."""
    if not items:
        return
    with st.container(border=True):
        st.markdown(f"**{reader.counted('stumbling', len(items))}** — {reader('fix_stumbling')}")
        st.caption(", ".join(escape_markdown(one.source.title) for one in items))


def _trouble_card(one: SourceHealth, reader: Viewer) -> None:
    """What is wrong and what to do about it."""
    with st.container(border=True):
        st.markdown(f"**{escape_markdown(one.source.title)}** — {reader(f'trouble_{one.trouble}')}")
        st.markdown(reader(f"fix_{one.trouble}", url=escape_markdown(markdown_url(permanent_redirect(one.last)))))
        facts = [escape_markdown(markdown_url(one.source.url))]
        if one.last and one.last.error and Texts(reader.lang).has(f"errors.{one.last.error}"):
            facts.append(reader.counted("sources_failed", one.failures, error=_error_sentence(one, reader)))
        if one.last_good:
            facts.append(reader("sources_last_good", date=reader.date(one.last_good)))
        st.caption(" · ".join(fact for fact in facts if fact))


def _error_sentence(one: SourceHealth, reader: Viewer) -> str:
    """The error's sentence, with what the request itself knows of the facts."""
    last = one.last
    facts = {"url": escape_markdown(markdown_url(one.source.url)), "status": last.status if last else "–"}
    return Texts(reader.lang)(f"errors.{last.error if last else ''}", **facts)


def _source_table(found: SourcePage, reader: Viewer) -> None:
    rows: list[dict[str, Any]] = [
        {
            "title": one.source.title,
            "state": reader("state_ill") if one.trouble else reader("state_well"),
            "weekly": list(one.weekly),
            "documents": one.documents,
            "latest": one.latest_document.date() if one.latest_document else None,
            "lang": one.source.lang.upper(),
            "voice": reader(f"voice_{one.source.voice.value}"),
            "region": one.source.region,
            "asked": one.last.at.date() if one.last else None,
        }
        for one in found.items
    ]
    date_format = "D.M.YYYY" if reader.lang == "fi" else "D MMM YYYY"
    st.dataframe(
        rows,
        placeholder="–",
        hide_index=True,
        height="content",
        column_config={
            "title": st.column_config.TextColumn(reader("column_source"), width="medium"),
            "state": st.column_config.TextColumn(reader("column_state"), width=120),
            "weekly": st.column_config.BarChartColumn(reader("column_weekly"), width="medium", color="blue"),
            "documents": st.column_config.NumberColumn(reader("column_documents"), width=80),
            "latest": st.column_config.DateColumn(reader("column_latest"), format=date_format, width="small"),
            "lang": st.column_config.TextColumn(reader("column_lang"), width=55),
            "voice": st.column_config.TextColumn(reader("column_voice"), width=100),
            "region": st.column_config.TextColumn(reader("column_region"), width=60),
            "asked": st.column_config.DateColumn(reader("column_asked"), format=date_format, width="small"),
        },
    )


def _request_chart(found: SourcePage, reader: Viewer) -> None:
    """What came of asking, day by day."""
    if not found.stamp.as_of:
        return
    sources = [one.source for one in found.items[:SOURCES_DRAWN]]
    chart = source_health(sources, found.fetches, as_of=found.stamp.as_of, lang=reader.lang)
    widgets.show_chart(chart, alt=reader("alt_health"), key="health")


def _blind_spots(found: SourcePage, reader: Viewer) -> None:
    """Languages down, voices across: how many sources speak, and how much."""
    langs = list(dict.fromkeys(spot.lang for spot in found.spots))
    known = {(spot.lang, spot.voice): spot for spot in found.spots}
    header = st.columns([1, *[1] * len(Voice)])
    for column, voice in zip(header[1:], Voice, strict=True):
        column.markdown(f"**{reader(f'voice_{voice.value}').capitalize()}**")
    for lang in langs:
        columns = st.columns([1, *[1] * len(Voice)], vertical_alignment="center")
        columns[0].markdown(f"**{escape_markdown(_language_name(lang, reader))}**")
        for column, voice in zip(columns[1:], Voice, strict=True):
            spot = known[lang, voice]
            with column:
                if not spot.sources:
                    st.badge(reader("spot_silent"), color="orange", icon=":material/volume_off:")
                    continue
                with st.container(gap=None):
                    st.badge(count_phrase("sources", spot.sources, reader.lang), color="blue")
                    st.caption(count_phrase("documents", spot.documents, reader.lang))


def _language_name(lang: str, reader: Viewer) -> str:
    if lang == "?":
        return reader("lang_unknown")
    return reader(f"lang_{lang}") if lang in ("fi", "en", "sv", "de") else lang.upper()
