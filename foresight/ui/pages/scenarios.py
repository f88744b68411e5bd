"""Scenarios: what if?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from foresight.records import Scenario
from foresight.services.shelf import Stamp
from foresight.ui import board
from foresight.ui.choosing import some_trends
from foresight.ui.curate import author
from foresight.ui.escape import plain, shortened
from foresight.ui.pages import asked, go
from foresight.ui.reader import Reader

if TYPE_CHECKING:
    from foresight.services.desks import Services


def page(services: Services, reader: Reader) -> Stamp:
    """The list of scenarios and a form for a new one; or the one that was opened."""
    scenario_id = asked("scenarios", "id")
    stamp = services.about.stamp()
    table = st.session_state.setdefault("table", {})
    if scenario_id:
        board.show(table.get(scenario_id) or services.scenarios.get(scenario_id), services, reader)
        return stamp
    st.title(reader("scenarios_title"))
    st.markdown(reader("scenarios_lead"))
    kept = services.scenarios.list()
    left, right = st.columns([3, 2], gap="large")
    with right:
        _new(services, reader)
    with left:
        _listed(kept, table, reader)
    return stamp


def close() -> None:
    """Back to the list."""
    st.session_state.pop("scenarios_id", None)
    go("scenarios")


def _listed(kept: tuple[Scenario, ...], table: dict[str, Scenario], reader: Reader) -> None:
    st.subheader(reader("scenarios_kept"), divider="gray")
    unsaved = [scenario for scenario in table.values() if scenario.rev == 0]
    if not kept and not unsaved:
        st.info(reader("scenarios_none"), icon=":material/lightbulb:")
    for scenario in (*unsaved, *kept):
        with st.container(border=True, key=f"kept_{scenario.id}"):
            st.markdown(f"#### {plain(scenario.title)}")
            st.markdown(plain(shortened(scenario.question, 200)))
            facts = [
                reader("horizon_short", horizon=plain(scenario.horizon)),
                reader.counted("factors_short", len(scenario.factors)),
            ]
            if scenario.saved:
                facts.append(
                    reader(
                        "saved_short", who=plain(scenario.author), date=reader.date(scenario.saved), rev=scenario.rev
                    )
                )
            else:
                facts.append(reader("not_saved"))
            st.caption(" · ".join(facts))
            if st.button(reader("open"), key=f"open_{scenario.id}", type="primary", icon=":material/arrow_forward:"):
                go("scenarios", id=scenario.id)


def _new(services: Services, reader: Reader) -> None:
    with st.container(border=True):
        st.subheader(reader("scenario_new"))
        everything = services.trends.list().everything
        title = st.text_input(reader("scenario_title"), placeholder=reader("scenario_title_example"), max_chars=120)
        question = st.text_area(
            reader("scenario_question"), placeholder=reader("scenario_question_example"), max_chars=500
        )
        horizon = st.text_input(reader("scenario_horizon"), placeholder="2031", max_chars=40)
        chosen = some_trends(
            reader("scenario_trends"),
            everything,
            reader,
            key="scenario_trends",
            help_text=reader("scenario_trends_help"),
            chosen=st.session_state.get("new_scenario_trends", ()),
        )
        who = author(reader, "new_scenario")
        if st.button(reader("scenario_create"), type="primary", icon=":material/add:", disabled=not title.strip()):
            made = services.scenarios.new(
                title=title, question=question, horizon=horizon, lang=reader.lang, trends=chosen
            )
            st.session_state["who"] = who
            st.session_state["table"][made.id] = made
            st.session_state.pop("new_scenario_trends", None)
            go("scenarios", id=made.id)
