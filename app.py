"""The app: `streamlit run app.py`. Builds what it needs once and draws the page that is asked for."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from foresight import wiring
from foresight.app import frame
from foresight.config import data_folder
from foresight.wiring import Services


@st.cache_resource
def services(data: str) -> Services:
    """Everything one can do with a data folder, one for all sessions of this process."""
    return wiring.build_services(Path(data))


st.set_page_config(page_title="foresight", page_icon=str(frame.ICON), layout="wide", initial_sidebar_state=250)
frame.draw_app(services(str(data_folder(os.environ))))
