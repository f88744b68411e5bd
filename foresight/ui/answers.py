"""What a scenario's judgements come to: what holds together, what must follow, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from foresight.briefs import charts
from foresight.records import Factor, Judgement, Scenario, Solution, State
from foresight.services import editing
from foresight.services.scenarios import Answer, BalanceLine, Flip, states_of
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
                plain(factor.name),
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
    reasons = services.scenarios.why(scenario, solution)
    for start in range(0, len(reasons.lines), 2):
        for column, line in zip(st.columns(2, gap="medium"), reasons.lines[start : start + 2], strict=False):
            with column:
                _line(line, scenario, reader)
    if reasons.weakest:
        st.markdown(f":material/bolt: **{reader('weakest')}** {_weakest(reasons.weakest, scenario, reader)}")
    chosen = tuple((factor.id, state.id) for factor, state in states_of(scenario, solution))
    if chosen == scenario.chosen:
        st.caption(f":material/star: {reader('is_chosen')}")
    elif st.button(reader("choose_scenario"), icon=":material/star:"):
        board.put(editing.with_chosen(scenario, chosen))


def _line(line: BalanceLine, scenario: Scenario, reader: Reader) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"**{plain(line.factor.name)}: {plain(line.state.name)}**")
        if line.factor.id in dict(scenario.forced):
            st.caption(reader("line_forced"))
        else:
            facts = {"score": reader.signed(line.score), "rival": plain(line.rival.name)}
            st.caption(reader("line_lead", **facts, rival_score=reader.signed(line.rival_score)))
        for judgement in (*line.promoting, *line.restricting):
            _argument(judgement, scenario, reader)
        if not line.promoting and not line.restricting:
            st.caption(reader("line_silent"))


def _argument(judgement: Judgement, scenario: Scenario, reader: Reader) -> None:
    """One judgement for or against, with its reason and author."""
    colour = "blue" if judgement.value > 0 else "orange"
    source = _named(scenario, judgement.source_factor, judgement.source_state)
    because = f" — {plain(judgement.reason)}" if judgement.reason else ""
    by = f" ({plain(judgement.author)})" if judgement.author else ""
    st.markdown(f":{colour}-badge[{reader.signed(judgement.value)}] {source}{because}{by}")


def _weakest(flip: Flip, scenario: Scenario, reader: Reader) -> str:
    """Which judgements would have to move, and what would then take the lead."""
    moves = "; ".join(
        reader(
            "weakest_move",
            source=_named(scenario, change.source_factor, change.source_state),
            target=_named(scenario, change.target_factor, change.target_state),
            before=reader.signed(change.before),
            after=reader.signed(change.after),
        )
        for change in flip.changes
    )
    return reader("weakest_then", moves=moves, towards=_named(scenario, flip.factor, flip.towards))


def _named(scenario: Scenario, factor_id: str, state_id: str) -> str:
    factor = next(one for one in scenario.factors if one.id == factor_id)
    state = next(one for one in factor.states if one.id == state_id)
    return f"{plain(factor.name)}: {plain(state.name)}"


def _pairs(pairs: tuple[tuple[Factor, State], ...]) -> str:
    return " · ".join(f"{plain(factor.name)}: **{plain(state.name)}**" for factor, state in pairs)


def _in_words(scenario: Scenario, solution: Solution) -> str:
    return ", ".join(state.name for _, state in states_of(scenario, solution))
