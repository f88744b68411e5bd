"""Who reads, in which language, and what they were told last."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import streamlit as st

from foresight.i18n import LANGUAGES, Texts
from foresight.i18n.formatting import format_date, format_moment, format_number, format_percent


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person in front of the screen. who: the name they gave, "" before they did."""

    lang: str
    who: str = ""

    def __call__(self, key: str, /, **facts: object) -> str:
        """A text of the app in the viewer's language."""
        return Texts(self.lang)(f"ui.{key}", **facts)

    def number(self, value: float, *, digits: int = 0) -> str:
        """A number as the language writes it."""
        return format_number(value, self.lang, digits=digits)

    def counted(self, key: str, count: int, **facts: object) -> str:
        """The text `key_one` or `key_many`, by the count."""
        return self(f"{key}_{'one' if count == 1 else 'many'}", count=self.number(count), **facts)

    def signed(self, value: float) -> str:
        """A whole number with its sign."""
        return format_number(value, self.lang, signed=True)

    def percent(self, fraction: float, *, signed: bool = False) -> str:
        """A fraction as per cent."""
        return format_percent(fraction, self.lang, signed=signed)

    def date(self, moment: date | datetime) -> str:
        """A day."""
        return format_date(moment, self.lang)

    def moment(self, moment: datetime) -> str:
        """A day and time in UTC."""
        return format_moment(moment, self.lang)


def choose_language(asked: str | None, remembered: str | None, browser: str | None) -> str:
    """The address decides, then what was chosen before, then the environment, then the browser; else English."""
    for wish in (asked, remembered, os.environ.get("FORESIGHT_LANG"), (browser or "")[:2].lower()):
        if wish in LANGUAGES:
            return str(wish)
    return "en"


def current_viewer() -> Viewer:
    """The viewer of this session."""
    state = st.session_state
    return Viewer(lang=state.get("lang", "en"), who=str(state.get("who", "")).strip())


def notify_after_rerun(message: str) -> None:
    """Say it on the next run, after the page has been drawn anew."""
    state: Any = st.session_state
    state["notice"] = message
