"""The app: `streamlit run app.py`. Builds what it needs once and draws the page that is asked for."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from foresight.services import wiring
from foresight.services.desks import Services
from foresight.ui import frame


@st.cache_resource
def services(data: str) -> Services:
    """Everything one can do with a data folder, one for all sessions of this process."""
    return wiring.build(Path(data))


st.set_page_config(page_title="foresight", page_icon=str(frame.ICON), layout="wide", initial_sidebar_state=250)
frame.run(services(os.environ.get("FORESIGHT_DATA", "data")))
