"""Saying what one thinks of a trend: rename, merge, rate, tag, note, hide. Nothing of the machine's is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.app.escaping import escape_markdown
from foresight.app.viewer import Viewer, notify_after_rerun
from foresight.app.widgets import select_trend
from foresight.i18n.voice_sentences import steep_name
from foresight.model.decisions import TrendRating, TrendView
from foresight.model.trends import SteepClass

if TYPE_CHECKING:
    from foresight.wiring import Services


def open_edit_dialog(view: TrendView, others: tuple[TrendView, ...], reader: Viewer) -> None:
    """Open the dialog for a trend. others: what it may be merged into."""
    open_dialog = st.dialog(reader("edit_title"), width="medium", icon=":material/edit:")(edit_form)
    open_dialog(view, others, reader)


def name_field(reader: Viewer, key: str) -> str:
    """The reader's name; asked for here where it was not given before."""
    if reader.who:
        return reader.who
    return st.text_input(reader("your_name"), key=f"who_{key}", placeholder=reader("your_name_example")).strip()


def rating_by(view: TrendView, who: str) -> TrendRating | None:
    """What this person said last."""
    return next((rating for rating in view.ratings if rating.who == who), None)


def confirm_and_rerun(message: str, who: str) -> None:
    """Keep the name for the rest of the session, say what was done, draw anew."""
    st.session_state["who"] = who
    notify_after_rerun(message)
    st.rerun()


def edit_form(view: TrendView, others: tuple[TrendView, ...], reader: Viewer) -> None:
    """What the dialog holds: a tab for each thing one can say."""
    st.markdown(f"**{escape_markdown(view.title(reader.lang))}**")
    who = name_field(reader, view.trend.id)
    names = ("rename", "rate", "tag", "steep", "merge", "hide")
    drawn = (_rename_tab, _rate_tab, _tag_tab, _steep_tab, _merge_tab, _hide_tab)
    for tab, draw in zip(st.tabs([reader(f"edit_{name}") for name in names]), drawn, strict=True):
        with tab:
            draw(view, others, who, reader)


def trend_service() -> Any:
    """The trend desk of this process."""
    services: Services = st.session_state["services"]
    return services.trends


def _rename_tab(view: TrendView, _: tuple[TrendView, ...], who: str, reader: Viewer) -> None:
    title = st.text_input(reader("new_title"), value=view.title(reader.lang), key="new_title", max_chars=120)
    with st.container(horizontal=True):
        if _named_button(reader("save"), "rename", who, reader, disabled=not title.strip()):
            trend_service().rename(view.trend.id, title, who=who, seen=view.trend.run_id)
            confirm_and_rerun(reader("told_renamed", title=escape_markdown(title)), who)
        if view.human_title and _named_button(reader("machine_title"), "unname", who, reader, kind="secondary"):
            trend_service().rename(view.trend.id, "", who=who, seen=view.trend.run_id)
            confirm_and_rerun(reader("told_unnamed"), who)


def _rate_tab(view: TrendView, _: tuple[TrendView, ...], who: str, reader: Viewer) -> None:
    own = rating_by(view, who)
    impact = st.slider(reader("impact"), 1, 5, value=own.impact if own else 3, help=reader("impact_help"))
    uncertainty = st.slider(
        reader("uncertainty"), 1, 5, value=own.uncertainty if own else 3, help=reader("uncertainty_help")
    )
    if _named_button(reader("save"), "rate", who, reader):
        trend_service().rate(view.trend.id, impact=impact, uncertainty=uncertainty, who=who, seen=view.trend.run_id)
        confirm_and_rerun(reader("told_rated"), who)


def _tag_tab(view: TrendView, _: tuple[TrendView, ...], who: str, reader: Viewer) -> None:
    suggested = [reader(f"tag_{name}") for name in ("attitudes", "values", "practices")]
    options = sorted({*suggested, *view.tags})
    tags = st.multiselect(
        reader("tags"), options, default=list(view.tags), accept_new_options=True, help=reader("tags_help"), key="tags"
    )
    if _named_button(reader("save"), "tag", who, reader):
        for tag in sorted(set(tags) - set(view.tags)):
            trend_service().tag(view.trend.id, tag, who=who, seen=view.trend.run_id)
        for tag in sorted(set(view.tags) - set(tags)):
            trend_service().untag(view.trend.id, tag, who=who, seen=view.trend.run_id)
        confirm_and_rerun(reader("told_tagged"), who)


def _steep_tab(view: TrendView, _: tuple[TrendView, ...], who: str, reader: Viewer) -> None:
    st.caption(reader("steep_edit_help"))
    chosen = st.selectbox(
        reader("steep"),
        list(SteepClass),
        index=list(SteepClass).index(view.steep[0]) if view.steep else None,
        format_func=lambda steep: steep_name(steep, reader.lang),
        key="new_steep",
    )
    reason = st.text_input(reader("steep_reason"), max_chars=300, key="steep_reason")
    with st.container(horizontal=True):
        if _named_button(reader("save"), "steep", who, reader, disabled=not chosen or not reason.strip()) and chosen:
            trend_service().classify(view.trend.id, chosen, reason=reason, who=who, seen=view.trend.run_id)
            confirm_and_rerun(reader("told_classified", steep=steep_name(chosen, reader.lang)), who)
        if view.human_steep and _named_button(reader("steep_machine"), "unsteep", who, reader, kind="secondary"):
            trend_service().classify(view.trend.id, None, who=who, seen=view.trend.run_id)
            confirm_and_rerun(reader("told_unclassified"), who)


def _merge_tab(view: TrendView, others: tuple[TrendView, ...], who: str, reader: Viewer) -> None:
    st.caption(reader("merge_help"))
    choice = [other for other in others if other.trend.id != view.trend.id]
    into = select_trend(reader("merge_into"), choice, reader, key=f"into_{view.trend.id}")
    if _named_button(reader("merge"), "merge", who, reader, disabled=into is None) and into:
        trend_service().merge(view.trend.id, into.trend.id, who=who, seen=view.trend.run_id)
        confirm_and_rerun(reader("told_merged", title=escape_markdown(into.title(reader.lang))), who)


def _hide_tab(view: TrendView, _: tuple[TrendView, ...], who: str, reader: Viewer) -> None:
    st.caption(reader("hide_help"))
    if view.hidden:
        if _named_button(reader("show"), "show", who, reader):
            trend_service().show(view.trend.id, who=who, seen=view.trend.run_id)
            confirm_and_rerun(reader("told_shown"), who)
    elif _named_button(reader("hide"), "hide", who, reader):
        trend_service().hide(view.trend.id, who=who, seen=view.trend.run_id)
        confirm_and_rerun(reader("told_hidden"), who)


def _named_button(
    label: str, key: str, who: str, reader: Viewer, *, kind: str = "primary", disabled: bool = False
) -> bool:
    """A button that waits for a name: a decision without one helps nobody later."""
    style: Any = kind
    missing = "" if who else reader("name_first")
    return st.button(label, key=f"do_{key}", type=style, disabled=disabled or not who, help=missing or None)
