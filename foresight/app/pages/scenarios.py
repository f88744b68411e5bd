"""Scenarios: what if?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from foresight.app import scenario_editor
from foresight.app.escaping import escape_markdown, shorten_words
from foresight.app.pages import open_page, page_subject
from foresight.app.trend_editing import name_field
from foresight.app.viewer import Viewer
from foresight.app.widgets import select_trends
from foresight.model.scenarios import Scenario
from foresight.queries.snapshot_cache import SnapshotStamp

if TYPE_CHECKING:
    from foresight.wiring import Services


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """The list of scenarios and a form for a new one; or the one that was opened."""
    scenario_id = page_subject("scenarios", "id")
    stamp = services.about.stamp()
    drafts = st.session_state.setdefault("scenario_drafts", {})
    if scenario_id:
        scenario_editor.scenario_editor(
            drafts.get(scenario_id) or services.scenarios.get(scenario_id), services, viewer
        )
        return stamp
    st.title(viewer("scenarios_title"))
    st.markdown(viewer("scenarios_lead"))
    kept = services.scenarios.list()
    left, right = st.columns([3, 2], gap="large")
    with right:
        _new_scenario_form(services, viewer)
    with left:
        _scenario_list(kept, drafts, viewer)
    return stamp


def close() -> None:
    """Back to the list."""
    st.session_state.pop("scenarios_id", None)
    open_page("scenarios")


def _scenario_list(kept: tuple[Scenario, ...], drafts: dict[str, Scenario], viewer: Viewer) -> None:
    st.subheader(viewer("scenarios_kept"), divider="gray")
    unsaved = [scenario for scenario in drafts.values() if scenario.rev == 0]
    if not kept and not unsaved:
        st.info(viewer("scenarios_none"), icon=":material/lightbulb:")
    for scenario in (*unsaved, *kept):
        with st.container(border=True, key=f"kept_{scenario.id}"):
            st.markdown(f"#### {escape_markdown(scenario.title)}")
            st.markdown(escape_markdown(shorten_words(scenario.question, 200)))
            facts = [
                viewer("horizon_short", horizon=escape_markdown(scenario.horizon)),
                viewer.counted("factors_short", len(scenario.factors)),
            ]
            if scenario.saved:
                facts.append(
                    viewer(
                        "saved_short",
                        who=escape_markdown(scenario.author),
                        date=viewer.date(scenario.saved),
                        rev=scenario.rev,
                    )
                )
            else:
                facts.append(viewer("not_saved"))
            st.caption(" · ".join(facts))
            if st.button(viewer("open"), key=f"open_{scenario.id}", type="primary", icon=":material/arrow_forward:"):
                open_page("scenarios", id=scenario.id)


def _new_scenario_form(services: Services, viewer: Viewer) -> None:
    with st.container(border=True):
        st.subheader(viewer("scenario_new"))
        everything = services.trends.list().everything
        title = st.text_input(viewer("scenario_title"), placeholder=viewer("scenario_title_example"), max_chars=120)
        question = st.text_area(
            viewer("scenario_question"), placeholder=viewer("scenario_question_example"), max_chars=500
        )
        horizon = st.text_input(viewer("scenario_horizon"), placeholder="2031", max_chars=40)
        chosen = select_trends(
            viewer("scenario_trends"),
            everything,
            viewer,
            key="scenario_trends",
            help_text=viewer("scenario_trends_help"),
            chosen=st.session_state.get("new_scenario_trends", ()),
        )
        who = name_field(viewer, "new_scenario")
        if st.button(viewer("scenario_create"), type="primary", icon=":material/add:", disabled=not title.strip()):
            made = services.scenarios.new(
                title=title, question=question, horizon=horizon, lang=viewer.lang, trends=chosen
            )
            st.session_state["who"] = who
            st.session_state["scenario_drafts"][made.id] = made
            st.session_state.pop("new_scenario_trends", None)
            open_page("scenarios", id=made.id)
