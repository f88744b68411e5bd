"""A scenario on the table: factors, judgements, what holds together, what if, revisions.

What is changed lies on the table (in the session) until it is saved as a revision; nobody overwrites anybody.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from foresight.errors import LedgerConflict
from foresight.records import Scenario
from foresight.services.editing import slug
from foresight.services.scenarios import is_solvable
from foresight.text import Texts
from foresight.ui import answers, judging
from foresight.ui.curate import author
from foresight.ui.downloads import download
from foresight.ui.escape import plain
from foresight.ui.pages import go
from foresight.ui.reader import Reader, told

if TYPE_CHECKING:
    from foresight.services.desks import Services


def show(scenario: Scenario, services: Services, reader: Reader) -> None:
    """The whole board."""
    changed = is_changed(scenario, services)
    _head(scenario, services, reader, changed=changed)
    names = ("board_factors", "board_judgements", "board_answers", "board_kept")
    factors, judgements, found, kept = st.tabs([reader(name) for name in names], key=f"tabs_{scenario.id}")
    with factors:
        judging.factors(scenario, services, reader)
    with judgements:
        judging.judgements(scenario, services, reader)
    with found:
        if is_solvable(scenario):
            answers.show(scenario, services, reader)
        else:
            st.info(reader("board_too_few"), icon=":material/lightbulb:")
    with kept:
        _revisions(scenario, services, reader)


def put(scenario: Scenario) -> None:
    """Lay a changed scenario on the table and draw anew."""
    st.session_state["table"][scenario.id] = scenario
    st.rerun()


def is_changed(scenario: Scenario, services: Services) -> bool:
    """Whether the table differs from the revision it was made from."""
    return scenario.rev == 0 or scenario != services.scenarios.get(scenario.id, rev=scenario.rev)


def _head(scenario: Scenario, services: Services, reader: Reader, *, changed: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(reader("scenarios_back"), type="tertiary", icon=":material/arrow_back:"):
            st.session_state.pop("scenarios_id", None)
            go("scenarios")
        st.space("stretch")
        if changed:
            st.badge(reader("not_saved"), icon=":material/edit_note:", color="orange")
        with st.popover(reader("brief"), icon=":material/download:", disabled=scenario.rev == 0):
            st.caption(reader("brief_help"))
            if scenario.rev:
                for form in services.briefs.formats:
                    make = partial(services.briefs.scenario, scenario.id, format=form, lang=reader.lang)
                    download(make, form, slug(scenario.title), reader)
        with st.popover(reader("save"), icon=":material/save:", disabled=not changed, type="primary"):
            _save(scenario, services, reader)
    st.title(plain(scenario.title))
    if scenario.question:
        st.markdown(f"*{plain(scenario.question)}*")
    st.caption(reader("horizon_short", horizon=plain(scenario.horizon or "–")))
    _conflict(scenario, services, reader)


def _save(scenario: Scenario, services: Services, reader: Reader) -> None:
    who = author(reader, "save_scenario")
    reason = st.text_input(reader("save_reason"), placeholder=reader("save_reason_example"), max_chars=200)
    if not st.button(reader("save_revision"), type="primary", disabled=not who):
        return
    st.session_state["who"] = who
    try:
        kept = services.scenarios.save(scenario, who=who, reason=reason)
    except LedgerConflict as error:
        st.session_state["conflict"] = (scenario.id, error.facts)
        st.rerun()
    st.session_state["table"].pop(scenario.id, None)
    told(reader("told_saved", rev=kept.rev))
    st.rerun()


def _conflict(scenario: Scenario, services: Services, reader: Reader) -> None:
    """Somebody was faster: both ways on are safe, none loses anything without being asked."""
    scenario_id, facts = st.session_state.get("conflict", ("", ()))
    if scenario_id != scenario.id:
        return
    sentence = Texts(reader.lang)("errors.LedgerConflict", **{name: plain(str(v)) for name, v in facts})
    st.warning(f"{sentence} {reader('conflict_choice')}", icon=":material/group:")
    with st.container(horizontal=True):
        if st.button(reader("conflict_copy"), type="primary"):
            st.session_state.pop("conflict")
            copy = services.scenarios.copy(scenario, title=reader("copy_of", title=scenario.title))
            st.session_state["table"].pop(scenario.id, None)
            st.session_state["table"][copy.id] = copy
            go("scenarios", id=copy.id)
        if st.button(reader("conflict_mine")):
            st.session_state.pop("conflict")
            put(replace(scenario, rev=services.scenarios.get(scenario.id).rev))
        if st.button(reader("conflict_theirs")):
            st.session_state.pop("conflict")
            st.session_state["table"].pop(scenario.id, None)
            st.rerun()


def _revisions(scenario: Scenario, services: Services, reader: Reader) -> None:
    st.caption(reader("board_kept_help"))
    if scenario.rev == 0:
        st.info(reader("not_saved"), icon=":material/edit_note:")
        return
    for kept in reversed(services.scenarios.revisions(scenario.id)):
        with st.container(horizontal=True, vertical_alignment="center"):
            saved = reader.moment(kept.saved) if kept.saved else "–"
            st.markdown(f"**{reader('revision', rev=kept.rev)}** · {plain(kept.author)} · {saved}")
            st.caption(plain(kept.reason))
            st.space("stretch")
            if kept.rev != scenario.rev and st.button(reader("take_up"), key=f"rev_{kept.rev}", type="tertiary"):
                latest = services.scenarios.get(scenario.id).rev
                put(replace(kept, rev=latest))
