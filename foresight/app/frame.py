"""The frame of every page: navigation, language, the viewer's name, the run that is shown, and what went wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.app import pages
from foresight.app.pages import about, briefing, radar, scenarios, sources, track_record, trend, trends
from foresight.app.viewer import Viewer, choose_language, current_viewer, escaped_facts
from foresight.i18n import LANGUAGES
from foresight.model.errors import ForesightError, NothingPublished

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

    from foresight.queries.snapshot_cache import SnapshotStamp
    from foresight.wiring import Services

ICON = Path(__file__).parent / "icon.png"
LOGO = Path(__file__).parent / "logo.svg"
STYLESHEET = Path(__file__).parent / "style.css"

_LOG = logging.getLogger(__name__)

PageFunction = Callable[["Services", Viewer], "SnapshotStamp | None"]
_PAGES: tuple[tuple[str, PageFunction, str], ...] = (
    ("briefing", briefing.page, ":material/wb_twilight:"),
    ("radar", radar.page, ":material/radar:"),
    ("trends", trends.page, ":material/trending_up:"),
    ("trend", trend.page, ":material/article:"),
    ("scenarios", scenarios.page, ":material/account_tree:"),
    ("sources", sources.page, ":material/rss_feed:"),
    ("track", track_record.page, ":material/fact_check:"),
    ("about", about.page, ":material/info:"),
)


def draw_app(services: Services) -> None:
    """Draw the frame and the page that was asked for."""
    _apply_language()
    viewer = current_viewer()
    drawn = {key: _streamlit_page(key, draw, icon, services, viewer) for key, draw, icon in _PAGES}
    pages.register_pages(drawn)
    st.html(STYLESHEET)
    st.logo(str(LOGO), size="large", icon_image=str(ICON))
    page = st.navigation(list(drawn.values()))
    with st.sidebar:
        _viewer_settings(viewer)
        stamp = st.container()
    st.session_state["stamp_place"] = stamp
    st.session_state["services"] = services
    if message := st.session_state.pop("notice", ""):
        st.toast(message, icon=":material/check_circle:")
    page.run()


def _streamlit_page(key: str, draw: PageFunction, icon: str, services: Services, viewer: Viewer) -> Page:
    def show() -> None:
        try:
            services.overview.stamp()  # where nothing is published, the page is not begun
            stamp = draw(services, viewer)
        except NothingPublished:
            _show_empty_archive(viewer)
        except ForesightError as error:
            st.error(viewer.error(type(error).__name__, **escaped_facts(error.facts)), icon=":material/error:")
        except Exception:  # noqa: BLE001 - a defect of ours: the screen gets a sentence, the log gets the rest
            _LOG.exception("page %s", key)
            st.error(viewer("broken"), icon=":material/error:")
        else:
            if stamp:
                _show_stamp(stamp, viewer)

    return st.Page(show, title=viewer(f"nav_{key}"), icon=icon, url_path=key, default=key == "briefing")


def _apply_language() -> None:
    """Choose the language once per run and keep it in the address."""
    state: Any = st.session_state
    state["lang"] = choose_language(st.query_params.get("lang"), state.get("lang"), st.context.locale)
    if st.query_params.get("lang") != state["lang"]:
        st.query_params["lang"] = state["lang"]


def _viewer_settings(viewer: Viewer) -> None:
    def changed() -> None:
        st.query_params["lang"] = st.session_state["chosen_lang"] or viewer.lang

    st.session_state["chosen_lang"] = viewer.lang
    st.segmented_control(
        viewer("language"),
        LANGUAGES,
        format_func=lambda lang: {"fi": "Suomi", "en": "English"}[lang],
        key="chosen_lang",
        on_change=changed,
        label_visibility="collapsed",
        width="stretch",
    )
    name = st.text_input(
        viewer("your_name"), value=viewer.who, placeholder=viewer("your_name_example"), help=viewer("your_name_help")
    )
    st.session_state["who"] = name


def _show_stamp(stamp: SnapshotStamp, viewer: Viewer) -> None:
    as_of = viewer.date(stamp.as_of) if stamp.as_of else "–"
    with st.session_state["stamp_place"]:
        st.caption(viewer("stamp", as_of=as_of, generation=stamp.generation))


def _show_empty_archive(viewer: Viewer) -> None:
    st.title(viewer("empty_title"))
    st.markdown(viewer("empty_text"))
    st.code("foresight demo", language="bash")
    st.markdown(viewer("empty_own"))
    st.code("foresight run --feeds feeds.yaml", language="bash")
    st.caption(viewer("empty_then"))
