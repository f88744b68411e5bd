"""Sources: what do we listen to, what do we miss?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.briefs import charts
from foresight.records import Voice
from foresight.services.shelf import Stamp
from foresight.services.sources import DRAWN, Health, SourcePage, moved_to
from foresight.text import Texts
from foresight.text.stages import counted
from foresight.ui import drawing
from foresight.ui.escape import plain, safe_url
from foresight.ui.reader import Reader

if TYPE_CHECKING:
    from foresight.services.desks import Services


def page(services: Services, reader: Reader) -> Stamp:
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
                _trouble(one, reader)
        _stumbling([one for one in troubled if one.trouble == "stumbling"], reader)
    st.subheader(reader("sources_all"), divider="gray")
    table, requests = st.tabs([reader("sources_table"), reader("sources_days")])
    with table:
        _table(found, reader)
    with requests:
        _requests(found, reader)
    st.subheader(reader("blind_spots"), divider="gray", help=reader("blind_spots_help"))
    _blind_spots(found, reader)
    return found.stamp


def _stumbling(items: list[Health], reader: Reader) -> None:
    """Sources whose latest request failed: nothing to do yet, so they take one line together."""
    if not items:
        return
    with st.container(border=True):
        st.markdown(f"**{reader.counted('stumbling', len(items))}** — {reader('fix_stumbling')}")
        st.caption(", ".join(plain(one.source.title) for one in items))


def _trouble(one: Health, reader: Reader) -> None:
    """What is wrong and what to do about it."""
    with st.container(border=True):
        st.markdown(f"**{plain(one.source.title)}** — {reader(f'trouble_{one.trouble}')}")
        st.markdown(reader(f"fix_{one.trouble}", url=plain(safe_url(moved_to(one.last)))))
        facts = [plain(safe_url(one.source.url))]
        if one.last and one.last.error and Texts(reader.lang).has(f"errors.{one.last.error}"):
            facts.append(reader.counted("sources_failed", one.failures, error=_error(one, reader)))
        if one.last_good:
            facts.append(reader("sources_last_good", date=reader.date(one.last_good)))
        st.caption(" · ".join(fact for fact in facts if fact))


def _error(one: Health, reader: Reader) -> str:
    """The error's sentence, with what the request itself knows of the facts."""
    last = one.last
    facts = {"url": plain(safe_url(one.source.url)), "status": last.status if last else "–"}
    return Texts(reader.lang)(f"errors.{last.error if last else ''}", **facts)


def _table(found: SourcePage, reader: Reader) -> None:
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


def _requests(found: SourcePage, reader: Reader) -> None:
    """What came of asking, day by day."""
    if not found.stamp.as_of:
        return
    sources = [one.source for one in found.items[:DRAWN]]
    chart = charts.source_health(sources, found.fetches, as_of=found.stamp.as_of, lang=reader.lang)
    drawing.show(chart, alt=reader("alt_health"), key="health")


def _blind_spots(found: SourcePage, reader: Reader) -> None:
    """Languages down, voices across: how many sources speak, and how much."""
    langs = list(dict.fromkeys(spot.lang for spot in found.spots))
    known = {(spot.lang, spot.voice): spot for spot in found.spots}
    header = st.columns([1, *[1] * len(Voice)])
    for column, voice in zip(header[1:], Voice, strict=True):
        column.markdown(f"**{reader(f'voice_{voice.value}').capitalize()}**")
    for lang in langs:
        columns = st.columns([1, *[1] * len(Voice)], vertical_alignment="center")
        columns[0].markdown(f"**{plain(_lang(lang, reader))}**")
        for column, voice in zip(columns[1:], Voice, strict=True):
            spot = known[lang, voice]
            with column:
                if not spot.sources:
                    st.badge(reader("spot_silent"), color="orange", icon=":material/volume_off:")
                    continue
                with st.container(gap=None):
                    st.badge(counted("sources", spot.sources, reader.lang), color="blue")
                    st.caption(counted("documents", spot.documents, reader.lang))


def _lang(lang: str, reader: Reader) -> str:
    if lang == "?":
        return reader("lang_unknown")
    return reader(f"lang_{lang}") if lang in ("fi", "en", "sv", "de") else lang.upper()
