"""Saying what one thinks of a trend: rename, merge, rate, tag, note, hide. Nothing of the machine's is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.records import Rating, Steep, TrendView
from foresight.text.voices import steep_name
from foresight.ui.choosing import one_trend
from foresight.ui.escape import plain
from foresight.ui.reader import Reader, told

if TYPE_CHECKING:
    from foresight.services.desks import Services


def curate(view: TrendView, others: tuple[TrendView, ...], reader: Reader) -> None:
    """Open the dialog for a trend. others: what it may be merged into."""
    open_dialog = st.dialog(reader("edit_title"), width="medium", icon=":material/edit:")(form)
    open_dialog(view, others, reader)


def author(reader: Reader, key: str) -> str:
    """The reader's name; asked for here where it was not given before."""
    if reader.who:
        return reader.who
    return st.text_input(reader("your_name"), key=f"who_{key}", placeholder=reader("your_name_example")).strip()


def own_rating(view: TrendView, who: str) -> Rating | None:
    """What this person said last."""
    return next((rating for rating in view.ratings if rating.who == who), None)


def done(message: str, who: str) -> None:
    """Keep the name for the rest of the session, say what was done, draw anew."""
    st.session_state["who"] = who
    told(message)
    st.rerun()


def form(view: TrendView, others: tuple[TrendView, ...], reader: Reader) -> None:
    """What the dialog holds: a tab for each thing one can say."""
    st.markdown(f"**{plain(view.title(reader.lang))}**")
    who = author(reader, view.trend.id)
    names = ("rename", "rate", "tag", "steep", "merge", "hide")
    drawn = (_rename, _rate, _tag, _steep, _merge, _hide)
    for tab, draw in zip(st.tabs([reader(f"edit_{name}") for name in names]), drawn, strict=True):
        with tab:
            draw(view, others, who, reader)


def desk() -> Any:
    """The trend desk of this process."""
    services: Services = st.session_state["services"]
    return services.trends


def _rename(view: TrendView, _: tuple[TrendView, ...], who: str, reader: Reader) -> None:
    title = st.text_input(reader("new_title"), value=view.title(reader.lang), key="new_title", max_chars=120)
    with st.container(horizontal=True):
        if _button(reader("save"), "rename", who, reader, disabled=not title.strip()):
            desk().rename(view.trend.id, title, who=who, seen=view.trend.run_id)
            done(reader("told_renamed", title=plain(title)), who)
        if view.human_title and _button(reader("machine_title"), "unname", who, reader, kind="secondary"):
            desk().rename(view.trend.id, "", who=who, seen=view.trend.run_id)
            done(reader("told_unnamed"), who)


def _rate(view: TrendView, _: tuple[TrendView, ...], who: str, reader: Reader) -> None:
    own = own_rating(view, who)
    impact = st.slider(reader("impact"), 1, 5, value=own.impact if own else 3, help=reader("impact_help"))
    uncertainty = st.slider(
        reader("uncertainty"), 1, 5, value=own.uncertainty if own else 3, help=reader("uncertainty_help")
    )
    if _button(reader("save"), "rate", who, reader):
        desk().rate(view.trend.id, impact=impact, uncertainty=uncertainty, who=who, seen=view.trend.run_id)
        done(reader("told_rated"), who)


def _tag(view: TrendView, _: tuple[TrendView, ...], who: str, reader: Reader) -> None:
    suggested = [reader(f"tag_{name}") for name in ("attitudes", "values", "practices")]
    options = sorted({*suggested, *view.tags})
    tags = st.multiselect(
        reader("tags"), options, default=list(view.tags), accept_new_options=True, help=reader("tags_help"), key="tags"
    )
    if _button(reader("save"), "tag", who, reader):
        for tag in sorted(set(tags) - set(view.tags)):
            desk().tag(view.trend.id, tag, who=who, seen=view.trend.run_id)
        for tag in sorted(set(view.tags) - set(tags)):
            desk().untag(view.trend.id, tag, who=who, seen=view.trend.run_id)
        done(reader("told_tagged"), who)


def _steep(view: TrendView, _: tuple[TrendView, ...], who: str, reader: Reader) -> None:
    st.caption(reader("steep_edit_help"))
    chosen = st.selectbox(
        reader("steep"),
        list(Steep),
        index=list(Steep).index(view.steep[0]) if view.steep else None,
        format_func=lambda steep: steep_name(steep, reader.lang),
        key="new_steep",
    )
    reason = st.text_input(reader("steep_reason"), max_chars=300, key="steep_reason")
    with st.container(horizontal=True):
        if _button(reader("save"), "steep", who, reader, disabled=not chosen or not reason.strip()) and chosen:
            desk().classify(view.trend.id, chosen, reason=reason, who=who, seen=view.trend.run_id)
            done(reader("told_classified", steep=steep_name(chosen, reader.lang)), who)
        if view.human_steep and _button(reader("steep_machine"), "unsteep", who, reader, kind="secondary"):
            desk().classify(view.trend.id, None, who=who, seen=view.trend.run_id)
            done(reader("told_unclassified"), who)


def _merge(view: TrendView, others: tuple[TrendView, ...], who: str, reader: Reader) -> None:
    st.caption(reader("merge_help"))
    choice = [other for other in others if other.trend.id != view.trend.id]
    into = one_trend(reader("merge_into"), choice, reader, key=f"into_{view.trend.id}")
    if _button(reader("merge"), "merge", who, reader, disabled=into is None) and into:
        desk().merge(view.trend.id, into.trend.id, who=who, seen=view.trend.run_id)
        done(reader("told_merged", title=plain(into.title(reader.lang))), who)


def _hide(view: TrendView, _: tuple[TrendView, ...], who: str, reader: Reader) -> None:
    st.caption(reader("hide_help"))
    if view.hidden:
        if _button(reader("show"), "show", who, reader):
            desk().show(view.trend.id, who=who, seen=view.trend.run_id)
            done(reader("told_shown"), who)
    elif _button(reader("hide"), "hide", who, reader):
        desk().hide(view.trend.id, who=who, seen=view.trend.run_id)
        done(reader("told_hidden"), who)


def _button(label: str, key: str, who: str, reader: Reader, *, kind: str = "primary", disabled: bool = False) -> bool:
    """A button that waits for a name: a decision without one helps nobody later."""
    style: Any = kind
    missing = "" if who else reader("name_first")
    return st.button(label, key=f"do_{key}", type=style, disabled=disabled or not who, help=missing or None)
