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


def open_edit_dialog(view: TrendView, others: tuple[TrendView, ...], viewer: Viewer) -> None:
    """Open the dialog for a trend. others: what it may be merged into."""
    open_dialog = st.dialog(viewer("edit_title"), width="medium", icon=":material/edit:")(edit_form)
    open_dialog(view, others, viewer)


def name_field(viewer: Viewer, key: str) -> str:
    """The viewer's name; asked for here where it was not given before."""
    if viewer.who:
        return viewer.who
    return st.text_input(viewer("your_name"), key=f"who_{key}", placeholder=viewer("your_name_example")).strip()


def rating_by(view: TrendView, who: str) -> TrendRating | None:
    """What this person said last."""
    return next((rating for rating in view.ratings if rating.who == who), None)


def confirm_and_rerun(message: str, who: str) -> None:
    """Keep the name for the rest of the session, say what was done, draw anew."""
    st.session_state["who"] = who
    notify_after_rerun(message)
    st.rerun()


def edit_form(view: TrendView, others: tuple[TrendView, ...], viewer: Viewer) -> None:
    """What the dialog holds: a tab for each thing one can say."""
    st.markdown(f"**{escape_markdown(view.title(viewer.lang))}**")
    who = name_field(viewer, view.trend.id)
    names = ("rename", "rate", "tag", "steep", "merge", "hide")
    drawn = (_rename_tab, _rate_tab, _tag_tab, _steep_tab, _merge_tab, _hide_tab)
    for tab, draw in zip(st.tabs([viewer(f"edit_{name}") for name in names]), drawn, strict=True):
        with tab:
            draw(view, others, who, viewer)


def trend_service() -> Any:
    """The trend desk of this process."""
    services: Services = st.session_state["services"]
    return services.trends


def _rename_tab(view: TrendView, _: tuple[TrendView, ...], who: str, viewer: Viewer) -> None:
    title = st.text_input(viewer("new_title"), value=view.title(viewer.lang), key="new_title", max_chars=120)
    with st.container(horizontal=True):
        if _named_button(viewer("save"), "rename", who, viewer, disabled=not title.strip()):
            trend_service().rename(view.trend.id, title, who=who, seen=view.trend.run_id)
            confirm_and_rerun(viewer("notice_renamed", title=escape_markdown(title)), who)
        if view.human_title and _named_button(viewer("machine_title"), "unname", who, viewer, kind="secondary"):
            trend_service().rename(view.trend.id, "", who=who, seen=view.trend.run_id)
            confirm_and_rerun(viewer("notice_unnamed"), who)


def _rate_tab(view: TrendView, _: tuple[TrendView, ...], who: str, viewer: Viewer) -> None:
    own = rating_by(view, who)
    impact = st.slider(viewer("impact"), 1, 5, value=own.impact if own else 3, help=viewer("impact_help"))
    uncertainty = st.slider(
        viewer("uncertainty"), 1, 5, value=own.uncertainty if own else 3, help=viewer("uncertainty_help")
    )
    if _named_button(viewer("save"), "rate", who, viewer):
        trend_service().rate(view.trend.id, impact=impact, uncertainty=uncertainty, who=who, seen=view.trend.run_id)
        confirm_and_rerun(viewer("notice_rated"), who)


def _tag_tab(view: TrendView, _: tuple[TrendView, ...], who: str, viewer: Viewer) -> None:
    suggested = [viewer(f"tag_{name}") for name in ("attitudes", "values", "practices")]
    options = sorted({*suggested, *view.tags})
    tags = st.multiselect(
        viewer("tags"), options, default=list(view.tags), accept_new_options=True, help=viewer("tags_help"), key="tags"
    )
    if _named_button(viewer("save"), "tag", who, viewer):
        for tag in sorted(set(tags) - set(view.tags)):
            trend_service().tag(view.trend.id, tag, who=who, seen=view.trend.run_id)
        for tag in sorted(set(view.tags) - set(tags)):
            trend_service().untag(view.trend.id, tag, who=who, seen=view.trend.run_id)
        confirm_and_rerun(viewer("notice_tagged"), who)


def _steep_tab(view: TrendView, _: tuple[TrendView, ...], who: str, viewer: Viewer) -> None:
    st.caption(viewer("steep_edit_help"))
    chosen = st.selectbox(
        viewer("steep"),
        list(SteepClass),
        index=list(SteepClass).index(view.steep[0]) if view.steep else None,
        format_func=lambda steep: steep_name(steep, viewer.lang),
        key="new_steep",
    )
    reason = st.text_input(viewer("steep_reason"), max_chars=300, key="steep_reason")
    with st.container(horizontal=True):
        if _named_button(viewer("save"), "steep", who, viewer, disabled=not chosen or not reason.strip()) and chosen:
            trend_service().classify(view.trend.id, chosen, reason=reason, who=who, seen=view.trend.run_id)
            confirm_and_rerun(viewer("notice_classified", steep=steep_name(chosen, viewer.lang)), who)
        if view.human_steep and _named_button(viewer("steep_machine"), "unsteep", who, viewer, kind="secondary"):
            trend_service().classify(view.trend.id, None, who=who, seen=view.trend.run_id)
            confirm_and_rerun(viewer("notice_unclassified"), who)


def _merge_tab(view: TrendView, others: tuple[TrendView, ...], who: str, viewer: Viewer) -> None:
    st.caption(viewer("merge_help"))
    choice = [other for other in others if other.trend.id != view.trend.id]
    into = select_trend(viewer("merge_into"), choice, viewer, key=f"into_{view.trend.id}")
    if _named_button(viewer("merge"), "merge", who, viewer, disabled=into is None) and into:
        trend_service().merge(view.trend.id, into.trend.id, who=who, seen=view.trend.run_id)
        confirm_and_rerun(viewer("notice_merged", title=escape_markdown(into.title(viewer.lang))), who)


def _hide_tab(view: TrendView, _: tuple[TrendView, ...], who: str, viewer: Viewer) -> None:
    st.caption(viewer("hide_help"))
    if view.hidden:
        if _named_button(viewer("show"), "show", who, viewer):
            trend_service().show(view.trend.id, who=who, seen=view.trend.run_id)
            confirm_and_rerun(viewer("notice_shown"), who)
    elif _named_button(viewer("hide"), "hide", who, viewer):
        trend_service().hide(view.trend.id, who=who, seen=view.trend.run_id)
        confirm_and_rerun(viewer("notice_hidden"), who)


def _named_button(
    label: str, key: str, who: str, viewer: Viewer, *, kind: str = "primary", disabled: bool = False
) -> bool:
    """A button that waits for a name: a decision without one helps nobody later."""
    style: Any = kind
    missing = "" if who else viewer("name_first")
    return st.button(label, key=f"do_{key}", type=style, disabled=disabled or not who, help=missing or None)
