"""A trend at a glance: stage, title, headline, line, growth with its interval."""

from __future__ import annotations

import math
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

BadgeColour = Literal["orange", "yellow", "blue", "green", "violet", "gray"]
STAGE_COLOURS: dict[Stage, BadgeColour] = {
    Stage.WEAK: "yellow",
    Stage.EMERGING: "orange",
    Stage.STRONG: "blue",
    Stage.STEADY: "green",
    Stage.FADING: "violet",
}
STAGE_ICONS: dict[Stage, str] = {
    Stage.WEAK: ":material/diamond:",
    Stage.EMERGING: ":material/change_history:",
    Stage.STRONG: ":material/square:",
    Stage.STEADY: ":material/circle:",
    Stage.FADING: ":material/trending_down:",
    Stage.CANDIDATE: ":material/add:",
    Stage.SLEEPING: ":material/bedtime:",
    Stage.NOISE: ":material/grain:",
}
TITLE_LENGTH, SUBTITLE_LENGTH = 70, 110


def stage_badge(stage: Stage, viewer: Viewer) -> None:
    """The stage by colour, shape and name."""
    st.badge(
        stage_name(stage, viewer.lang),
        icon=STAGE_ICONS[stage],
        color=STAGE_COLOURS.get(stage, "gray"),
        help=stage_help(stage, viewer.lang),
    )


def speed_badge(speed: Speed, viewer: Viewer) -> None:
    """Says that a trend is one of years; those of weeks are the usual ones and say nothing."""
    if speed is Speed.SLOW:
        st.badge(viewer("speed_slow"), icon=":material/hourglass_bottom:", color="gray", help=viewer("speed_slow_help"))


def card_headings(view: TrendView, viewer: Viewer) -> tuple[str, str]:
    """Title and subtitle; where one only goes on from the other, the longer stands alone."""
    title, subtitle = view.title(viewer.lang), view.subtitle(viewer.lang)
    if title.casefold().startswith(subtitle.casefold()):
        return title, ""
    if subtitle.casefold().startswith(title.casefold()) and not view.human_title:
        return subtitle, ""
    return title, subtitle


def growth_signal(view: TrendView) -> Signal | None:
    """Growth over the usual window, else over any."""
    return view.signal("growth", "12w") or view.signal("growth")


def growth_text(growth: Signal | None, viewer: Viewer) -> str:
    """Growth per week with its interval, e.g. "+12 % a week (5…20 %)"."""
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


def evidence_summary(view: TrendView, viewer: Viewer) -> str:
    """How much stands behind it in the last four weeks."""
    trend = view.trend
    langs = " · ".join(lang.upper() for lang in trend.langs)
    stories, sources = (count_phrase(name, getattr(trend, name), viewer.lang) for name in ("stories", "sources"))
    return viewer("evidence_short", stories=stories, sources=sources, langs=langs)


def trend_card(
    view: TrendView, others: tuple[TrendView, ...], viewer: Viewer, *, place: str, with_reason: bool = False
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
            stage_badge(view.trend.stage, viewer)
            speed_badge(view.trend.speed, viewer)
            if view.hidden:
                st.badge(viewer("hidden"), icon=":material/visibility_off:", color="gray")
        title, subtitle = card_headings(view, viewer)
        st.markdown(f"#### {escape_markdown(shorten_words(title, TITLE_LENGTH))}")
        if subtitle:
            st.caption(escape_markdown(shorten_words(subtitle, SUBTITLE_LENGTH)))
        widgets.show_sparkline(view, viewer, key=f"line_{key}")
        if with_reason:
            st.markdown(stage_reason(view, viewer))
        else:
            st.markdown(f"**{growth_text(growth_signal(view), viewer)}**")
            st.caption(evidence_summary(view, viewer) + _user_summary(view, viewer))
        st.space("stretch")
        with st.container(horizontal=True, gap="small"):
            if st.button(viewer("open"), key=f"open_{key}", type="primary", icon=":material/arrow_forward:"):
                open_page("trend", id=view.trend.id)
            if st.button(viewer("edit"), key=f"edit_{key}", type="tertiary", icon=":material/edit:"):
                open_edit_dialog(view, others, viewer)


def card_grid(
    views: tuple[TrendView, ...],
    others: tuple[TrendView, ...],
    viewer: Viewer,
    *,
    place: str,
    with_reason: bool = False,
) -> None:
    """Cards three in a row, equally high within the row."""
    for start in range(0, len(views), 3):
        for column, view in zip(st.columns(3, gap="medium"), views[start : start + 3], strict=False):
            with column:
                trend_card(view, others, viewer, place=place, with_reason=with_reason)


def _user_summary(view: TrendView, viewer: Viewer) -> str:
    """What people think of it, in a few signs."""
    said = []
    if view.ratings:
        said.append(viewer("impact_short", impact=viewer.number(mean_impact(view), digits=1)))
    if view.notes:
        said.append(viewer.counted("notes", len(view.notes)))
    said += [escape_markdown(tag) for tag in view.tags]
    return "".join(f" · {one}" for one in said)
