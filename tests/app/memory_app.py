"""The app on desks that a test laid into the session; the tests run it as Streamlit would run app.py."""

from __future__ import annotations

import streamlit as st

from foresight.app import frame, trend_editing
from foresight.app.viewer import current_viewer

made = st.session_state["made"]
if st.session_state.get("form_of"):
    # A dialog is a fragment, which AppTest does not run again by itself: its content stands on a page of its own here.
    st.session_state["services"] = made
    everything = made.trends.list().everything
    view = next(one for one in everything if one.trend.id == st.session_state["form_of"])
    trend_editing.edit_form(view, everything, current_viewer())
else:
    frame.draw_app(made)
