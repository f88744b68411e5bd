"""Who reads, in which language, and what they were told last."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import streamlit as st

from foresight.text import LANGUAGES, Texts
from foresight.text.numbers import date_text, moment_text, number, percent


@dataclass(frozen=True, slots=True)
class Reader:
    """The person in front of the screen. who: the name they gave, "" before they did."""

    lang: str
    who: str = ""

    def __call__(self, key: str, /, **facts: object) -> str:
        """A text of the app in the reader's language."""
        return Texts(self.lang)(f"ui.{key}", **facts)

    def number(self, value: float, *, digits: int = 0) -> str:
        """A number as the language writes it."""
        return number(value, self.lang, digits=digits)

    def counted(self, key: str, count: int, **facts: object) -> str:
        """The text `key_one` or `key_many`, by the count."""
        return self(f"{key}_{'one' if count == 1 else 'many'}", count=self.number(count), **facts)

    def signed(self, value: float) -> str:
        """A whole number with its sign."""
        return number(value, self.lang, signed=True)

    def percent(self, fraction: float, *, signed: bool = False) -> str:
        """A fraction as per cent."""
        return percent(fraction, self.lang, signed=signed)

    def date(self, moment: date | datetime) -> str:
        """A day."""
        return date_text(moment, self.lang)

    def moment(self, moment: datetime) -> str:
        """A day and time in UTC."""
        return moment_text(moment, self.lang)


def chosen_language(asked: str | None, remembered: str | None, browser: str | None) -> str:
    """The address decides, then what was chosen before, then the environment, then the browser; else English."""
    for wish in (asked, remembered, os.environ.get("FORESIGHT_LANG"), (browser or "")[:2].lower()):
        if wish in LANGUAGES:
            return str(wish)
    return "en"


def current() -> Reader:
    """The reader of this session."""
    state = st.session_state
    return Reader(lang=state.get("lang", "en"), who=str(state.get("who", "")).strip())


def told(message: str) -> None:
    """Say it on the next run, after the page has been drawn anew."""
    state: Any = st.session_state
    state["told"] = message
