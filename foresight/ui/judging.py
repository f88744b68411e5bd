"""Factors and judgements of a scenario, as they are put on the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.briefs import charts
from foresight.records import Factor, Judgement, Scenario
from foresight.services import editing
from foresight.services.scenarios import checked
from foresight.ui import board, drawing
from foresight.ui.choosing import one_trend
from foresight.ui.escape import plain
from foresight.ui.reader import Reader

if TYPE_CHECKING:
    from foresight.services.desks import Services

_SCALE = range(-3, 4)


def factors(scenario: Scenario, services: Services, reader: Reader) -> None:
    """The factors with their states; more of them, from trends or free."""
    st.caption(reader("board_factors_help"))
    for start in range(0, len(scenario.factors), 3):
        for column, factor in zip(st.columns(3, gap="medium"), scenario.factors[start : start + 3], strict=False):
            with column:
                _factor(scenario, factor, reader)
    trends, free = st.columns(2, gap="large")
    with trends:
        _from_trend(scenario, services, reader)
    with free:
        _free(scenario, reader)


def _factor(scenario: Scenario, factor: Factor, reader: Reader) -> None:
    with st.container(border=True, key=f"factor_{factor.id}", height="stretch"):
        st.markdown(f"#### {plain(factor.name)}")
        if factor.trend_id:
            st.badge(reader("from_trend"), icon=":material/trending_up:", color="blue")
        for state in factor.states:
            st.markdown(f"- **{plain(state.name)}**" + (f": {plain(state.description)}" if state.description else ""))
        with st.container(horizontal=True), st.popover(reader("edit"), icon=":material/edit:", type="tertiary"):
            name = st.text_input(reader("factor_name"), value=factor.name, key=f"name_{factor.id}", max_chars=120)
            states = st.text_area(
                reader("factor_states"),
                value="\n".join(state.name for state in factor.states),
                key=f"states_{factor.id}",
                help=reader("factor_states_help"),
            )
            if st.button(reader("done"), key=f"done_{factor.id}", type="primary"):
                board.put(editing.with_states(scenario, factor.id, name, states.splitlines()))
            if st.button(reader("factor_remove"), key=f"remove_{factor.id}", icon=":material/delete:"):
                board.put(editing.without_factor(scenario, factor.id))


def _from_trend(scenario: Scenario, services: Services, reader: Reader) -> None:
    used = {factor.trend_id for factor in scenario.factors}
    choice = [view for view in services.trends.list().everything if view.trend.id not in used]
    chosen = one_trend(reader("add_trend"), choice, reader, key=f"add_trend_{len(scenario.factors)}")
    if chosen:
        board.put(services.scenarios.add_trend(scenario, chosen))


def _free(scenario: Scenario, reader: Reader) -> None:
    with st.form("free_factor", clear_on_submit=True, border=False):
        name = st.text_input(reader("add_factor"), placeholder=reader("add_factor_example"), max_chars=120)
        states = st.text_input(reader("factor_states"), placeholder=reader("add_states_example"))
        if st.form_submit_button(reader("add"), icon=":material/add:") and name.strip():
            board.put(editing.with_free(scenario, name, states.split(",")))


def judgements(scenario: Scenario, services: Services, reader: Reader) -> None:
    """Every pair of factors: choose one, say how each state acts on each, and why."""
    del services
    if len(scenario.factors) < 2:  # noqa: PLR2004 - a pair
        st.info(reader("board_too_few"), icon=":material/lightbulb:")
        return
    state = checked(scenario)
    st.progress(
        state.judged / state.groups if state.groups else 0.0,
        text=reader("judged_of", judged=state.judged, groups=state.groups),
    )
    first, second = st.columns(2, gap="large")
    names = {factor.id: factor.name for factor in scenario.factors}
    source = first.selectbox(reader("acts"), list(names), format_func=names.__getitem__, key="judge_source")
    targets = [factor_id for factor_id in names if factor_id != source]
    target = second.selectbox(reader("acted_on"), targets, format_func=names.__getitem__, key="judge_target")
    _pair(scenario, _of(scenario, source), _of(scenario, target), reader)
    st.subheader(reader("all_judgements"), divider="gray", help=reader("all_judgements_help"))
    drawing.show(charts.cross_impact(scenario, lang=reader.lang), alt=reader("alt_matrix"), key="matrix")
    if state.unbalanced:
        with st.expander(reader.counted("unbalanced", len(state.unbalanced)), icon=":material/balance:"):
            st.caption(reader("unbalanced_help"))
            for factor, state_id, acted, total in state.unbalanced:
                name = next(s.name for s in factor.states if s.id == state_id)
                st.markdown(f"- {plain(factor.name)}: {plain(name)} → {plain(acted.name)}: {reader.number(total)}")


def _pair(scenario: Scenario, source: Factor, target: Factor, reader: Reader) -> None:
    """One row per pair of states, with value and reason."""
    known = editing.judged(scenario, source.id, target.id)
    cells = [(acting.id, acted.id) for acting in source.states for acted in target.states]
    names = {s.id: s.name for s in source.states}, {s.id: s.name for s in target.states}
    rows: Any = [
        {
            "acting": names[0][acting],
            "acted": names[1][acted],
            "value": known[acting, acted].value if (acting, acted) in known else 0,
            "reason": known[acting, acted].reason if (acting, acted) in known else "",
        }
        for acting, acted in cells
    ]
    edited: Any = st.data_editor(
        rows,
        key=f"pair_{scenario.id}_{source.id}_{target.id}_{hash(scenario.judgements)}",
        hide_index=True,
        disabled=("acting", "acted"),
        height="content",
        column_config={
            "acting": st.column_config.TextColumn(reader("if_state", factor=source.name), width="medium"),
            "acted": st.column_config.TextColumn(reader("then_state", factor=target.name), width="medium"),
            "value": st.column_config.SelectboxColumn(
                reader("judgement"),
                options=list(_SCALE),
                required=True,
                width="small",
                help=reader("judgement_help"),
                format_func=lambda value: reader.signed(float(value)),
            ),
            "reason": st.column_config.TextColumn(reader("judgement_reason"), width="large", max_chars=400),
        },
    )
    if st.button(reader("judgement_put"), type="primary", icon=":material/check:", disabled=edited == rows):
        board.put(editing.with_judgements(scenario, source.id, target.id, said(source, target, edited, known, reader)))


def said(
    source: Factor,
    target: Factor,
    rows: list[dict[str, Any]],
    known: dict[tuple[str, str], Judgement],
    reader: Reader,
) -> list[Judgement]:
    """The table's rows as judgements; what was not changed keeps its author."""
    cells = [(acting.id, acted.id) for acting in source.states for acted in target.states]
    judged = []
    for (acting, acted), row in zip(cells, rows, strict=True):
        before = known.get((acting, acted))
        value, reason = int(row["value"] or 0), str(row["reason"] or "").strip()
        if before and (before.value, before.reason) == (value, reason):
            judged.append(before)
            continue
        judged.append(
            Judgement(
                source_factor=source.id,
                source_state=acting,
                target_factor=target.id,
                target_state=acted,
                value=value,
                reason=reason,
                author=reader.who,
            )
        )
    return judged


def _of(scenario: Scenario, factor_id: str) -> Factor:
    return next(factor for factor in scenario.factors if factor.id == factor_id)
