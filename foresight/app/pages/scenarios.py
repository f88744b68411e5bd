"""Scenarios: what if?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from foresight.app.escaping import escape_markdown, shorten_words
from foresight.app.pages import open_page, page_subject
from foresight.app.scenario_editor import scenario_drafts, scenario_editor
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
    stamp = services.overview.stamp()
    if scenario_id:
        draft = scenario_drafts().get(scenario_id) or services.scenarios.get(scenario_id)
        scenario_editor(draft, services, viewer)
        return stamp
    st.title(viewer("scenarios_title"))
    st.markdown(viewer("scenarios_lead"))
    unsaved = [scenario for scenario in scenario_drafts().values() if scenario.rev == 0]
    left, right = st.columns([3, 2], gap="large")
    with right, st.container(border=True):
        _new_scenario_form(services, viewer)
    with left:
        _scenario_list([*unsaved, *services.scenarios.list()], viewer)
    return stamp


def _scenario_list(scenarios: Sequence[Scenario], viewer: Viewer) -> None:
    st.subheader(viewer("scenarios_saved"), divider="gray")
    if not scenarios:
        st.info(viewer("scenarios_none"), icon=":material/lightbulb:")
    for scenario in scenarios:
        with st.container(border=True, key=f"scenario_{scenario.id}"):
            st.markdown(f"#### {escape_markdown(scenario.title)}")
            st.markdown(escape_markdown(shorten_words(scenario.question, 200)))
            st.caption(" · ".join(_facts(scenario, viewer)))
            if st.button(viewer("open"), key=f"open_{scenario.id}", type="primary", icon=":material/arrow_forward:"):
                open_page("scenarios", id=scenario.id)


def _facts(scenario: Scenario, viewer: Viewer) -> list[str]:
    """Horizon, size, and who saved it when."""
    horizon = viewer("horizon_short", horizon=escape_markdown(scenario.horizon))
    saved = viewer("not_saved")
    if scenario.saved:
        who, date = escape_markdown(scenario.author), viewer.date(scenario.saved)
        saved = viewer("saved_short", who=who, date=date, rev=scenario.rev)
    return [horizon, viewer.counted("factors_short", len(scenario.factors)), saved]


def _new_scenario_form(services: Services, viewer: Viewer) -> None:
    st.subheader(viewer("scenario_new"))
    title = st.text_input(viewer("scenario_title"), placeholder=viewer("scenario_title_example"), max_chars=120)
    question = st.text_area(viewer("scenario_question"), placeholder=viewer("scenario_question_example"), max_chars=500)
    horizon = st.text_input(viewer("scenario_horizon"), placeholder="2031", max_chars=40)
    chosen = select_trends(
        viewer("scenario_trends"),
        services.trends.list().everything,
        viewer,
        key="scenario_trends",
        help_text=viewer("scenario_trends_help"),
        chosen=st.session_state.get("new_scenario_trends", ()),
    )
    who = name_field(viewer, "new_scenario")
    if st.button(viewer("scenario_create"), type="primary", icon=":material/add:", disabled=not title.strip()):
        scenario = services.scenarios.new(
            title=title, question=question, horizon=horizon, lang=viewer.lang, trends=chosen
        )
        st.session_state["who"] = who
        scenario_drafts()[scenario.id] = scenario
        st.session_state.pop("new_scenario_trends", None)
        open_page("scenarios", id=scenario.id)
