"""What people decide about a trend: rename, rate, tag, classify, merge, hide. What was measured is never changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.app.escaping import escape_markdown
from foresight.app.viewer import Viewer, notify_after_rerun
from foresight.app.widgets import select_trend
from foresight.i18n.voice_sentences import steep_name
from foresight.model.decisions import TrendView
from foresight.model.trends import SteepClass

if TYPE_CHECKING:
    from foresight.queries.trends import TrendService


def open_edit_dialog(view: TrendView, others: Sequence[TrendView], viewer: Viewer) -> None:
    """Open the dialog for a trend. others: what it may be merged into."""
    open_dialog = st.dialog(viewer("edit_title"), width="medium", icon=":material/edit:")(edit_form)
    open_dialog(view, others, viewer)


def name_field(viewer: Viewer, key: str) -> str:
    """The viewer's name; asked for here where it was not given before."""
    if viewer.who:
        return viewer.who
    return st.text_input(viewer("your_name"), key=f"who_{key}", placeholder=viewer("your_name_example")).strip()


def decision_button(
    label: str, key: str, who: str, viewer: Viewer, *, kind: str = "secondary", disabled: bool = False
) -> bool:
    """A button that waits for a name: a decision without one helps nobody later."""
    style: Any = kind
    missing = None if who else viewer("name_first")
    return st.button(label, key=key, type=style, disabled=disabled or not who, help=missing)


def confirm_and_rerun(message: str, who: str) -> None:
    """Keep the name for the rest of the session, say what was done, draw anew."""
    st.session_state["who"] = who
    notify_after_rerun(message)
    st.rerun()


@dataclass(frozen=True, slots=True)
class _EditForm:
    """The trend that is edited, what it may be merged into, and who edits it."""

    view: TrendView
    others: Sequence[TrendView]
    who: str
    viewer: Viewer

    @property
    def trends(self) -> TrendService:
        service: TrendService = st.session_state["services"].trends
        return service

    def button(self, label: str, key: str, *, kind: str = "primary", disabled: bool = False) -> bool:
        return decision_button(self.viewer(label), f"do_{key}", self.who, self.viewer, kind=kind, disabled=disabled)

    def decide(self, decision: Callable[..., object], *values: object, **named: object) -> None:
        decision(self.view.trend.id, *values, **named, who=self.who, seen=self.view.trend.run_id)

    def confirm(self, notice: str, **facts: str) -> None:
        confirm_and_rerun(self.viewer(notice, **facts), self.who)


def edit_form(view: TrendView, others: Sequence[TrendView], viewer: Viewer) -> None:
    """What the dialog holds: a tab for each kind of decision."""
    st.markdown(f"**{escape_markdown(view.title(viewer.lang))}**")
    form = _EditForm(view, others, name_field(viewer, view.trend.id), viewer)
    names = ("rename", "rate", "tag", "steep", "merge", "hide")
    drawn = (_rename_tab, _rate_tab, _tag_tab, _steep_tab, _merge_tab, _hide_tab)
    for tab, draw in zip(st.tabs([viewer(f"edit_{name}") for name in names]), drawn, strict=True):
        with tab:
            draw(form)


def _rename_tab(form: _EditForm) -> None:
    view, viewer = form.view, form.viewer
    title = st.text_input(viewer("new_title"), value=view.title(viewer.lang), key="new_title", max_chars=120)
    with st.container(horizontal=True):
        if form.button("save", "rename", disabled=not title.strip()):
            form.decide(form.trends.rename, title)
            form.confirm("notice_renamed", title=escape_markdown(title))
        if view.human_title and form.button("machine_title", "unname", kind="secondary"):
            form.decide(form.trends.rename, "")
            form.confirm("notice_unnamed")


def _rate_tab(form: _EditForm) -> None:
    own = next((rating for rating in form.view.ratings if rating.who == form.who), None)
    given = {
        name: st.slider(form.viewer(name), 1, 5, value=getattr(own, name, 3), help=form.viewer(f"{name}_help"))
        for name in ("impact", "uncertainty")
    }
    if form.button("save", "rate"):
        form.decide(form.trends.rate, **given)
        form.confirm("notice_rated")


def _tag_tab(form: _EditForm) -> None:
    view, viewer = form.view, form.viewer
    suggested = [viewer(f"tag_{name}") for name in ("attitudes", "values", "practices")]
    options, now, help_text = sorted({*suggested, *view.tags}), list(view.tags), viewer("tags_help")
    tags = st.multiselect(viewer("tags"), options, default=now, accept_new_options=True, help=help_text, key="tags")
    if form.button("save", "tag"):
        for tag in sorted(set(tags) - set(view.tags)):
            form.decide(form.trends.tag, tag)
        for tag in sorted(set(view.tags) - set(tags)):
            form.decide(form.trends.untag, tag)
        form.confirm("notice_tagged")


def _steep_tab(form: _EditForm) -> None:
    view, viewer = form.view, form.viewer
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
        if form.button("save", "steep", disabled=not chosen or not reason.strip()) and chosen:
            form.decide(form.trends.classify, chosen, reason=reason)
            form.confirm("notice_classified", steep=steep_name(chosen, viewer.lang))
        if view.human_steep and form.button("steep_machine", "unsteep", kind="secondary"):
            form.decide(form.trends.classify, None)
            form.confirm("notice_unclassified")


def _merge_tab(form: _EditForm) -> None:
    st.caption(form.viewer("merge_help"))
    choice = [other for other in form.others if other.trend.id != form.view.trend.id]
    into = select_trend(form.viewer("merge_into"), choice, form.viewer, key=f"into_{form.view.trend.id}")
    if form.button("merge", "merge", disabled=into is None) and into:
        form.decide(form.trends.merge, into.trend.id)
        form.confirm("notice_merged", title=escape_markdown(into.title(form.viewer.lang)))


def _hide_tab(form: _EditForm) -> None:
    st.caption(form.viewer("hide_help"))
    if form.view.hidden and form.button("show", "show"):
        form.decide(form.trends.show)
        form.confirm("notice_shown")
    if not form.view.hidden and form.button("hide", "hide"):
        form.decide(form.trends.hide)
        form.confirm("notice_hidden")
