"""A trend at a glance: stage, title, headline, line, growth with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from foresight.app import widgets
from foresight.app.escaping import escape_markdown, shorten_words
from foresight.app.pages import open_page
from foresight.app.trend_editing import open_edit_dialog
from foresight.app.viewer import Viewer
from foresight.i18n.trend_sentences import count_phrase, stage_help, stage_name, stage_reason_sentence
from foresight.model.decisions import TrendView
from foresight.model.trends import Signal, Speed, Stage
from foresight.queries.trends import mean_impact
from foresight.reports.charts.trends import sparkline

BadgeColour = Literal["orange", "yellow", "blue", "green", "violet", "gray"]
_STAGE_BADGES: dict[Stage, tuple[str, BadgeColour]] = {
    Stage.WEAK: (":material/diamond:", "yellow"),
    Stage.EMERGING: (":material/change_history:", "orange"),
    Stage.STRONG: (":material/square:", "blue"),
    Stage.STEADY: (":material/circle:", "green"),
    Stage.FADING: (":material/trending_down:", "violet"),
    Stage.CANDIDATE: (":material/add:", "gray"),
    Stage.SLEEPING: (":material/bedtime:", "gray"),
    Stage.NOISE: (":material/grain:", "gray"),
}
STAGES_SHOWN = tuple(_STAGE_BADGES)
"""All stages in the order pages show them: those that live first."""
STAGE_ICONS = {stage: icon for stage, (icon, _) in _STAGE_BADGES.items()}
_TITLE_LENGTH, _SUBTITLE_LENGTH = 70, 110


def stage_badge(stage: Stage, viewer: Viewer) -> None:
    """The stage by colour, shape and name."""
    icon, colour = _STAGE_BADGES[stage]
    st.badge(stage_name(stage, viewer.lang), icon=icon, color=colour, help=stage_help(stage, viewer.lang))


def trend_badges(view: TrendView, viewer: Viewer) -> None:
    """Stage, speed where it is the rarer one, and whether it is hidden."""
    stage_badge(view.trend.stage, viewer)
    if view.trend.speed is Speed.SLOW:
        text = viewer("speed_slow")
        st.badge(text, icon=":material/hourglass_bottom:", color="gray", help=viewer("speed_slow_help"))
    if view.hidden:
        st.badge(viewer("hidden"), icon=":material/visibility_off:", color="gray")


def trend_link(view: TrendView, viewer: Viewer, *, place: str, icon: str | None = None) -> None:
    """A trend's title that leads to its page. place: where on the page it stands, for its key."""
    title = escape_markdown(shorten_words(view.title(viewer.lang), _TITLE_LENGTH))
    if st.button(title, key=f"{place}_{view.trend.id}", type="tertiary", icon=icon):
        open_page("trend", id=view.trend.id)


def card_headings(view: TrendView, viewer: Viewer) -> tuple[str, str]:
    """Title and subtitle; where one only goes on from the other, the longer stands alone."""
    title, subtitle = view.title(viewer.lang), view.subtitle(viewer.lang)
    if title.casefold().startswith(subtitle.casefold()):
        return title, ""
    if subtitle.casefold().startswith(title.casefold()) and not view.human_title:
        return subtitle, ""
    return title, subtitle


def growth_text(growth: Signal | None, viewer: Viewer) -> str:
    """Growth per week or quarter with its interval, e.g. "+12 % a week (5…20 %)"."""
    if growth is None:
        return viewer("growth_unknown")
    value = viewer.percent(math.expm1(growth.value), signed=True)
    key = "quarter_growth" if growth.unit.endswith("quarter") else "growth"
    if growth.low is None or growth.high is None:
        return viewer(key, value=value)
    low, high = (viewer.percent(math.expm1(edge), signed=True) for edge in (growth.low, growth.high))
    return viewer(f"{key}_interval", value=value, low=low, high=high)


def stage_reason(view: TrendView, viewer: Viewer) -> str:
    """One sentence with the numbers that decided."""
    return stage_reason_sentence(view.trend.reason.key, view.trend.reason.facts, viewer.lang)


def _evidence_summary(view: TrendView, viewer: Viewer) -> str:
    """How much stands behind it, and what people say of it."""
    trend = view.trend
    parts = [count_phrase(name, getattr(trend, name), viewer.lang) for name in ("stories", "sources")]
    parts += [lang.upper() for lang in trend.langs]
    if view.ratings:
        parts.append(viewer("impact_short", impact=viewer.number(mean_impact(view), digits=1)))
    if view.notes:
        parts.append(viewer.counted("notes", len(view.notes)))
    return " · ".join([*parts, *(escape_markdown(tag) for tag in view.tags)])


def trend_card(
    view: TrendView, others: Sequence[TrendView], viewer: Viewer, *, place: str, with_reason: bool = False
) -> None:
    """One trend in a box that leads to its page.

    Args:
        view: the trend.
        others: what it may be merged into.
        viewer: who looks.
        place: where on the page it stands, for its keys.
        with_reason: say in a sentence why it stands in its stage, instead of the numbers alone.
    """
    key = f"{place}_{view.trend.id}"
    with st.container(border=True, key=f"card_{key}", height="stretch", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            trend_badges(view, viewer)
        title, subtitle = card_headings(view, viewer)
        st.markdown(f"#### {escape_markdown(shorten_words(title, _TITLE_LENGTH))}")
        if subtitle:
            st.caption(escape_markdown(shorten_words(subtitle, _SUBTITLE_LENGTH)))
        line = sparkline(view.series, as_of=view.trend.as_of, lang=viewer.lang, width=230, height=44)
        widgets.show_chart(line, alt=viewer("alt_sparkline", title=view.title(viewer.lang)), key=f"line_{key}")
        if with_reason:
            st.markdown(stage_reason(view, viewer))
        else:
            st.markdown(f"**{growth_text(view.growth, viewer)}**")
            st.caption(_evidence_summary(view, viewer))
        st.space("stretch")
        with st.container(horizontal=True, gap="small"):
            if st.button(viewer("open"), key=f"open_{key}", type="primary", icon=":material/arrow_forward:"):
                open_page("trend", id=view.trend.id)
            if st.button(viewer("edit"), key=f"edit_{key}", type="tertiary", icon=":material/edit:"):
                open_edit_dialog(view, others, viewer)


def card_grid(
    views: Sequence[TrendView], others: Sequence[TrendView], viewer: Viewer, *, place: str, with_reason: bool = False
) -> None:
    """Cards three in a row, equally high within the row."""
    for start in range(0, len(views), 3):
        for column, view in zip(st.columns(3, gap="medium"), views[start : start + 3], strict=False):
            with column:
                trend_card(view, others, viewer, place=place, with_reason=with_reason)
