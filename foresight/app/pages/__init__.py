"""One module per page; each has `page(services, viewer)`, which returns the stamp of the run it showed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import streamlit as st

from foresight.app.viewer import current_viewer

if TYPE_CHECKING:
    from streamlit.navigation.page import Page


def register_pages(pages: dict[str, Page]) -> None:
    """Remember this session's pages, so that one page can lead to another."""
    st.session_state["pages"] = pages


def open_page(key: str, **query: str) -> NoReturn:
    """Open another page; `query` says of which subject, e.g. id."""
    pages: Any = st.session_state["pages"]
    st.switch_page(pages[key], query_params={"lang": current_viewer().lang, **query})


def page_subject(key: str, name: str) -> str:
    """The subject a page was opened for: from the address, else what was looked at last on that page."""
    remembered = f"{key}_{name}"
    value = st.query_params.get(name) or str(st.session_state.get(remembered, ""))
    if value:
        st.session_state[remembered] = value
        if st.query_params.get(name) != value:
            st.query_params[name] = value
    return value
