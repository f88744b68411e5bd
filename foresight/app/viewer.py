"""The person in front of the screen: their name and language, and texts, numbers and dates in that language."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import streamlit as st

from foresight.app.escaping import escape_markdown
from foresight.i18n import LANGUAGES, Texts
from foresight.i18n.formatting import format_date, format_moment, format_number, format_percent

_NAMED_LANGUAGES = ("fi", "en", "sv", "de")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, in which language. who: the name they gave, "" before they did."""

    lang: str
    who: str = ""

    def __call__(self, key: str, /, **facts: object) -> str:
        """A text of the app in the viewer's language."""
        return Texts(self.lang)(f"ui.{key}", **facts)

    def has(self, key: str) -> bool:
        """Whether there is such a text of the app."""
        return Texts(self.lang).has(f"ui.{key}")

    def counted(self, key: str, count: int, **facts: object) -> str:
        """The text `key_one` or `key_many`, by the count."""
        return self(f"{key}_{'one' if count == 1 else 'many'}", count=self.number(count), **facts)

    def error(self, name: str, **facts: object) -> str:
        """The sentence of an error, its facts already escaped; "" for a name that has none."""
        texts, key = Texts(self.lang), f"errors.{name}"
        return texts(key, **facts) if texts.has(key) else ""

    def number(self, value: float, *, digits: int = 0) -> str:
        """A number as the language writes it."""
        return format_number(value, self.lang, digits=digits)

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

    def language(self, code: str) -> str:
        """What a language is called; "?" is a source that declares none."""
        if code == "?":
            return self("lang_unknown")
        return self(f"lang_{code}") if code in _NAMED_LANGUAGES else code.upper()

    @property
    def date_format(self) -> str:
        """How a table writes a day, in the letters of Streamlit."""
        return "D.M.YYYY" if self.lang == "fi" else "D MMM YYYY"


def escaped_facts(facts: Any) -> dict[str, str]:
    """The facts of an error or problem, ready for its sentence."""
    return {name: escape_markdown(str(value)) for name, value in facts}


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
    """Show a notice on the next run, after the page has been drawn anew."""
    state: Any = st.session_state
    state["notice"] = message
