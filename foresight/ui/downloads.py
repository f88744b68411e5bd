"""A brief as a file, made when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from foresight.services.briefs import BriefFile
from foresight.ui.reader import Reader


def download(make: Callable[[], BriefFile], form: str, name: str, reader: Reader) -> None:
    """A button that makes the brief when it is pressed, and hands it over."""
    st.download_button(
        reader(f"format_{form}"),
        data=lambda: make().content,
        file_name=f"{name}.{form}",
        key=f"brief_{form}",
        icon=":material/description:",
        type="tertiary",
        on_click="ignore",
        width="stretch",
    )
