"""Sources: how each one does, what to fix, and which languages and voices none of them covers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.app import widgets
from foresight.app.escaping import escape_markdown, markdown_url
from foresight.app.viewer import Viewer
from foresight.i18n.trend_sentences import count_phrase
from foresight.model.sources import Voice
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.queries.sources import SOURCES_DRAWN, CoverageCell, SourceHealth, SourcePage, permanent_redirect
from foresight.reports.charts.sources import source_health

if TYPE_CHECKING:
    from foresight.wiring import Services


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """Health of every source, what to fix, and what no source covers."""
    st.title(viewer("sources_title"))
    found = services.overview.sources()
    troubled = [one for one in found.items if one.trouble]
    counts = {"sources": len(found.items), "well": len(found.items) - len(troubled), "ill": len(troubled)}
    st.markdown(viewer("sources_lead", **counts))
    if troubled:
        st.subheader(viewer("sources_fix"), divider="gray")
        for one in troubled:
            if one.trouble != "latest_failed":
                _trouble_card(one, viewer)
        _latest_failed([one for one in troubled if one.trouble == "latest_failed"], viewer)
    st.subheader(viewer("sources_all"), divider="gray")
    table, requests = st.tabs([viewer("sources_table"), viewer("sources_days")])
    with table:
        _source_table(found.items, viewer)
    with requests:
        _request_chart(found, viewer)
    st.subheader(viewer("coverage"), divider="gray", help=viewer("coverage_help"))
    _coverage_table(found.coverage, viewer)
    return found.stamp


def _latest_failed(items: Sequence[SourceHealth], viewer: Viewer) -> None:
    """Sources whose latest request failed: nothing to do yet, so they take one line together."""
    if items:
        with st.container(border=True):
            st.markdown(f"**{viewer.counted('latest_failed', len(items))}** — {viewer('fix_latest_failed')}")
            st.caption(", ".join(escape_markdown(one.source.title) for one in items))


def _trouble_card(one: SourceHealth, viewer: Viewer) -> None:
    """What is wrong and what to do about it."""
    url = escape_markdown(markdown_url(one.source.url))
    with st.container(border=True):
        st.markdown(f"**{escape_markdown(one.source.title)}** — {viewer(f'trouble_{one.trouble}')}")
        st.markdown(viewer(f"fix_{one.trouble}", url=escape_markdown(markdown_url(permanent_redirect(one.last)))))
        facts = [url]
        if one.last and (error := viewer.error(one.last.error, url=url, status=one.last.status)):
            facts.append(viewer.counted("sources_failed", one.failures, error=error))
        if one.last_good:
            facts.append(viewer("sources_last_good", date=viewer.date(one.last_good)))
        st.caption(" · ".join(fact for fact in facts if fact))


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


def _source_table(items: Sequence[SourceHealth], viewer: Viewer) -> None:
    column = st.column_config
    columns = {
        "title": column.TextColumn(viewer("column_source"), width="medium"),
        "state": column.TextColumn(viewer("column_state"), width=120),
        "weekly": column.BarChartColumn(viewer("column_weekly"), width="medium", color="blue"),
        "documents": column.NumberColumn(viewer("column_documents"), width=80),
        "latest": column.DateColumn(viewer("column_latest"), format=viewer.date_format, width="small"),
        "lang": column.TextColumn(viewer("column_lang"), width=55),
        "voice": column.TextColumn(viewer("column_voice"), width=100),
        "region": column.TextColumn(viewer("column_region"), width=60),
        "asked": column.DateColumn(viewer("column_asked"), format=viewer.date_format, width="small"),
        "group": column.TextColumn(viewer("column_group"), width="small"),
        "tags": column.ListColumn(viewer("tags"), width="small"),
    }
    rows = [source_row(one, viewer) for one in items]
    st.dataframe(rows, placeholder="–", hide_index=True, height="content", column_config=columns)


def _request_chart(found: SourcePage, viewer: Viewer) -> None:
    """What came of requests, day by day."""
    if found.stamp.as_of:
        sources = [one.source for one in found.items[:SOURCES_DRAWN]]
        chart = source_health(sources, found.fetches, as_of=found.stamp.as_of, lang=viewer.lang)
        widgets.show_chart(chart, alt=viewer("alt_health"), key="health")


def _coverage_table(cells: Sequence[CoverageCell], viewer: Viewer) -> None:
    """Languages down, voices across: how many sources, and how many articles."""
    known = {(cell.lang, cell.voice): cell for cell in cells}
    header = st.columns([1, *[1] * len(Voice)])
    for column, voice in zip(header[1:], Voice, strict=True):
        column.markdown(f"**{viewer(f'voice_{voice.value}').capitalize()}**")
    for lang in dict.fromkeys(cell.lang for cell in cells):
        columns = st.columns([1, *[1] * len(Voice)], vertical_alignment="center")
        columns[0].markdown(f"**{escape_markdown(viewer.language(lang))}**")
        for column, voice in zip(columns[1:], Voice, strict=True):
            cell = known[lang, voice]
            with column, st.container(gap=None):
                if cell.sources:
                    st.badge(count_phrase("sources", cell.sources, viewer.lang), color="blue")
                    st.caption(count_phrase("documents", cell.documents, viewer.lang))
                else:
                    st.badge(viewer("coverage_none"), color="orange", icon=":material/volume_off:")
