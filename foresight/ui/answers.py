"""What a scenario's judgements come to: what holds together, what must follow, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from foresight.briefs import charts
from foresight.records import Factor, Scenario, Solution, State
from foresight.services import editing
from foresight.services.scenarios import Answer, Line, states_of
from foresight.ui import board, drawing
from foresight.ui.escape import plain
from foresight.ui.reader import Reader

if TYPE_CHECKING:
    from foresight.services.desks import Services

_SHOWN = 9
_CHARTED = 12


def show(scenario: Scenario, services: Services, reader: Reader) -> None:
    """The question at the top, the answer under it."""
    _suppose(scenario, reader)
    answer = services.scenarios.solve(scenario)
    _verdict(answer, reader)
    _must(answer, reader)
    if not answer.result.solutions:
        return
    names = charts.scenario_names(len(answer.result.solutions), reader.lang)
    shown = answer.result.solutions[:_CHARTED]
    drawing.show(charts.scenario_matrix(scenario, shown, lang=reader.lang), alt=reader("alt_tiles"), key="tiles")
    st.subheader(reader("why_holds"), divider="gray", help=reader("why_holds_help"))
    place = st.selectbox(
        reader("which_scenario"),
        range(len(answer.result.solutions)),
        format_func=lambda at: f"{names[at]}: {_in_words(scenario, answer.result.solutions[at])}",
        key="which",
    )
    if place is not None and place < len(answer.result.solutions):
        _why(scenario, answer.result.solutions[place], services, reader)


def _suppose(scenario: Scenario, reader: Reader) -> None:
    """The what-if: fix a state of any factor."""
    st.markdown(f"#### {reader('suppose')}")
    st.caption(reader("suppose_help"))
    forced = dict(scenario.forced)
    wished: list[tuple[str, str]] = []
    for start in range(0, len(scenario.factors), 4):
        for column, factor in zip(st.columns(4), scenario.factors[start : start + 4], strict=False):
            options = ["", *(state.id for state in factor.states)]
            names = {"": reader("suppose_open"), **{state.id: state.name for state in factor.states}}
            chosen = column.selectbox(
                factor.name,
                options,
                index=options.index(forced.get(factor.id, "")),
                format_func=names.__getitem__,
                key=f"force_{scenario.id}_{factor.id}",
            )
            if chosen:
                wished.append((factor.id, chosen))
    if tuple(wished) != scenario.forced:
        board.put(editing.with_forced(scenario, wished))


def _verdict(answer: Answer, reader: Reader) -> None:
    count = len(answer.result.solutions)
    if not count:
        st.warning(reader("answer_none"), icon=":material/block:")
    elif answer.is_consistent:
        st.success(
            reader("answer_one") if count == 1 else reader("answer_many", count=reader.number(count)),
            icon=":material/hub:",
        )
    else:
        st.warning(
            reader("answer_near", count=count, lead=answer.result.solutions[0].inconsistency), icon=":material/hub:"
        )
    if not answer.result.is_complete:
        st.caption(reader("answer_incomplete"))


def _must(answer: Answer, reader: Reader) -> None:
    """What follows from the supposition, before what held anyway."""
    if not answer.scenario.forced:
        if answer.must:
            st.markdown(f"**{reader('must_always')}** " + _pairs(answer.must))
        return
    if answer.opened:
        st.markdown(f"**{reader('must_follow')}** " + _pairs(answer.opened))
    anyway = tuple(pair for pair in answer.must if pair not in answer.opened)
    if anyway:
        st.markdown(f"**{reader('must_anyway')}** " + _pairs(anyway))
    if not answer.must:
        st.markdown(reader("must_nothing"))


def _why(scenario: Scenario, solution: Solution, services: Services, reader: Reader) -> None:
    lines = services.scenarios.why(scenario, solution)
    for start in range(0, len(lines), 2):
        for column, line in zip(st.columns(2, gap="medium"), lines[start : start + 2], strict=False):
            with column:
                _line(line, reader)
    chosen = tuple((factor.id, state.id) for factor, state in states_of(scenario, solution))
    if chosen == scenario.chosen:
        st.caption(reader("is_chosen"))
    elif st.button(reader("choose_scenario"), icon=":material/star:"):
        board.put(editing.with_chosen(scenario, chosen))


def _line(line: Line, reader: Reader) -> None:
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{plain(line.factor.name)}: {plain(line.state.name)}**")
        if line.forced:
            st.caption(reader("line_forced"))
        else:
            st.caption(
                reader(
                    "line_lead",
                    score=reader.signed(line.score),
                    rival=plain(line.rival.name),
                    rival_score=reader.signed(line.rival_score),
                )
            )
        for argument in line.arguments:
            judgement = argument.judgement
            colour = "blue" if judgement.value > 0 else "orange"
            because = f" — {plain(judgement.reason)}" if judgement.reason else ""
            st.markdown(
                f":{colour}-badge[{reader.signed(judgement.value)}] {plain(argument.source.name)}: "
                f"{plain(argument.source_state.name)}{because}"
            )
        if not line.arguments:
            st.caption(reader("line_silent"))


def _pairs(pairs: tuple[tuple[Factor, State], ...]) -> str:
    return " · ".join(f"{plain(factor.name)}: **{plain(state.name)}**" for factor, state in pairs)


def _in_words(scenario: Scenario, solution: Solution) -> str:
    return ", ".join(state.name for _, state in states_of(scenario, solution))
