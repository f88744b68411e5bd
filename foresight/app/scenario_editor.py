"""Factors and judgements of a scenario, as they are put on the table.

What a scenario's judgements come to: what holds together, what must follow, and why.

A scenario on the table: factors, judgements, what holds together, what if, revisions.

What is changed lies on the table (in the session) until it is saved as a revision; nobody overwrites anybody.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.app import widgets
from foresight.app.escaping import escape_markdown
from foresight.app.pages import open_page
from foresight.app.trend_editing import name_field
from foresight.app.viewer import Viewer, notify_after_rerun
from foresight.app.widgets import brief_download_button, select_trend
from foresight.i18n import Texts
from foresight.model.errors import LedgerConflict
from foresight.model.scenarios import Factor, Judgement, Scenario, Solution, State
from foresight.reports.charts.scenarios import cross_impact, scenario_matrix, solution_labels
from foresight.scenarios import editing
from foresight.scenarios.explanation import BalanceLine, ScenarioFlip
from foresight.scenarios.matrix import slug
from foresight.scenarios.scenario_service import SolveAnswer, is_solvable, judgement_progress, solution_states

if TYPE_CHECKING:
    from foresight.wiring import Services

_SHOWN = 9
_SOLUTIONS_CHARTED = 12


def solutions_tab(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    """The question at the top, the answer under it."""
    _supposition_fields(scenario, viewer)
    answer = services.scenarios.solve(scenario)
    _solution_count(answer, viewer)
    _necessary_states(answer, viewer)
    if not answer.result.solutions:
        return
    names = solution_labels(len(answer.result.solutions), viewer.lang)
    shown = answer.result.solutions[:_SOLUTIONS_CHARTED]
    widgets.show_chart(scenario_matrix(scenario, shown, lang=viewer.lang), alt=viewer("alt_tiles"), key="tiles")
    st.subheader(viewer("why_holds"), divider="gray", help=viewer("why_holds_help"))
    place = st.selectbox(
        viewer("which_scenario"),
        range(len(answer.result.solutions)),
        format_func=lambda at: f"{names[at]}: {_solution_label(scenario, answer.result.solutions[at])}",
        key="which",
    )
    if place is not None and place < len(answer.result.solutions):
        _solution_reasons(scenario, answer.result.solutions[place], services, viewer)


def _supposition_fields(scenario: Scenario, viewer: Viewer) -> None:
    """The what-if: fix a state of any factor."""
    st.markdown(f"#### {viewer('suppose')}")
    st.caption(viewer("suppose_help"))
    forced = dict(scenario.forced)
    wished: list[tuple[str, str]] = []
    for start in range(0, len(scenario.factors), 4):
        for column, factor in zip(st.columns(4), scenario.factors[start : start + 4], strict=False):
            options = ["", *(state.id for state in factor.states)]
            names = {"": viewer("suppose_open"), **{state.id: state.name for state in factor.states}}
            chosen = column.selectbox(
                escape_markdown(factor.name),
                options,
                index=options.index(forced.get(factor.id, "")),
                format_func=names.__getitem__,
                key=f"force_{scenario.id}_{factor.id}",
            )
            if chosen:
                wished.append((factor.id, chosen))
    if tuple(wished) != scenario.forced:
        set_draft(editing.with_forced(scenario, wished))


def _solution_count(answer: SolveAnswer, viewer: Viewer) -> None:
    count = len(answer.result.solutions)
    if not count:
        st.warning(viewer("answer_none"), icon=":material/block:")
    elif answer.is_consistent:
        st.success(
            viewer("answer_one") if count == 1 else viewer("answer_many", count=viewer.number(count)),
            icon=":material/hub:",
        )
    else:
        st.warning(
            viewer("answer_near", count=count, lead=answer.result.solutions[0].inconsistency), icon=":material/hub:"
        )
    if not answer.result.is_complete:
        st.caption(viewer("answer_incomplete"))


def _necessary_states(answer: SolveAnswer, viewer: Viewer) -> None:
    """What follows from the supposition, before what held anyway."""
    if not answer.scenario.forced:
        if answer.must:
            st.markdown(f"**{viewer('must_always')}** " + _state_list(answer.must))
        return
    if answer.opened:
        st.markdown(f"**{viewer('must_follow')}** " + _state_list(answer.opened))
    anyway = tuple(pair for pair in answer.must if pair not in answer.opened)
    if anyway:
        st.markdown(f"**{viewer('must_anyway')}** " + _state_list(anyway))
    if not answer.must:
        st.markdown(viewer("must_nothing"))


def _solution_reasons(scenario: Scenario, solution: Solution, services: Services, viewer: Viewer) -> None:
    reasons = services.scenarios.why(scenario, solution)
    for start in range(0, len(reasons.lines), 2):
        for column, line in zip(st.columns(2, gap="medium"), reasons.lines[start : start + 2], strict=False):
            with column:
                _balance_card(line, scenario, viewer)
    if reasons.weakest:
        st.markdown(f":material/bolt: **{viewer('weakest')}** {_flip_sentence(reasons.weakest, scenario, viewer)}")
    chosen = tuple((factor.id, state.id) for factor, state in solution_states(scenario, solution))
    if chosen == scenario.chosen:
        st.caption(f":material/star: {viewer('is_chosen')}")
    elif st.button(viewer("choose_scenario"), icon=":material/star:"):
        set_draft(editing.with_chosen(scenario, chosen))


def _balance_card(line: BalanceLine, scenario: Scenario, viewer: Viewer) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"**{escape_markdown(line.factor.name)}: {escape_markdown(line.state.name)}**")
        if line.factor.id in dict(scenario.forced):
            st.caption(viewer("line_forced"))
        else:
            facts = {"score": viewer.signed(line.score), "rival": escape_markdown(line.rival.name)}
            st.caption(viewer("line_lead", **facts, rival_score=viewer.signed(line.rival_score)))
        for judgement in (*line.promoting, *line.restricting):
            _judgement_line(judgement, scenario, viewer)
        if not line.promoting and not line.restricting:
            st.caption(viewer("line_silent"))


def _judgement_line(judgement: Judgement, scenario: Scenario, viewer: Viewer) -> None:
    """One judgement for or against, with its reason and author."""
    colour = "blue" if judgement.value > 0 else "orange"
    source = _state_label(scenario, judgement.source_factor, judgement.source_state)
    because = f" — {escape_markdown(judgement.reason)}" if judgement.reason else ""
    by = f" ({escape_markdown(judgement.author)})" if judgement.author else ""
    st.markdown(f":{colour}-badge[{viewer.signed(judgement.value)}] {source}{because}{by}")


def _flip_sentence(flip: ScenarioFlip, scenario: Scenario, viewer: Viewer) -> str:
    """Which judgements would have to move, and what would then take the lead."""
    moves = "; ".join(
        viewer(
            "weakest_move",
            source=_state_label(scenario, change.source_factor, change.source_state),
            target=_state_label(scenario, change.target_factor, change.target_state),
            before=viewer.signed(change.before),
            after=viewer.signed(change.after),
        )
        for change in flip.changes
    )
    return viewer("weakest_then", moves=moves, towards=_state_label(scenario, flip.factor, flip.towards))


def _state_label(scenario: Scenario, factor_id: str, state_id: str) -> str:
    factor = next(one for one in scenario.factors if one.id == factor_id)
    state = next(one for one in factor.states if one.id == state_id)
    return f"{escape_markdown(factor.name)}: {escape_markdown(state.name)}"


def _state_list(pairs: tuple[tuple[Factor, State], ...]) -> str:
    return " · ".join(f"{escape_markdown(factor.name)}: **{escape_markdown(state.name)}**" for factor, state in pairs)


def _solution_label(scenario: Scenario, solution: Solution) -> str:
    return ", ".join(state.name for _, state in solution_states(scenario, solution))


def scenario_editor(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    """The whole board."""
    changed = has_unsaved_changes(scenario, services)
    _editor_head(scenario, services, viewer, changed=changed)
    names = ("board_factors", "board_judgements", "board_answers", "board_kept")
    factors, judgements, found, kept = st.tabs([viewer(name) for name in names], key=f"tabs_{scenario.id}")
    with factors:
        factors_tab(scenario, services, viewer)
    with judgements:
        judgements_tab(scenario, services, viewer)
    with found:
        if is_solvable(scenario):
            solutions_tab(scenario, services, viewer)
        else:
            st.info(viewer("board_too_few"), icon=":material/lightbulb:")
    with kept:
        _revisions_tab(scenario, services, viewer)


def set_draft(scenario: Scenario) -> None:
    """Lay a changed scenario on the table and draw anew."""
    st.session_state["scenario_drafts"][scenario.id] = scenario
    st.rerun()


def has_unsaved_changes(scenario: Scenario, services: Services) -> bool:
    """Whether the table differs from the revision it was made from."""
    return scenario.rev == 0 or scenario != services.scenarios.get(scenario.id, rev=scenario.rev)


def _editor_head(scenario: Scenario, services: Services, viewer: Viewer, *, changed: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(viewer("scenarios_back"), type="tertiary", icon=":material/arrow_back:"):
            st.session_state.pop("scenarios_id", None)
            open_page("scenarios")
        st.space("stretch")
        if changed:
            st.badge(viewer("not_saved"), icon=":material/edit_note:", color="orange")
        with st.popover(viewer("brief"), icon=":material/download:", disabled=scenario.rev == 0):
            st.caption(viewer("brief_help"))
            if scenario.rev:
                for form in services.briefs.formats:
                    make = partial(services.briefs.scenario, scenario.id, format=form, lang=viewer.lang)
                    brief_download_button(make, form, slug(scenario.title), viewer)
        with st.popover(viewer("save"), icon=":material/save:", disabled=not changed, type="primary"):
            _save_form(scenario, services, viewer)
    st.title(escape_markdown(scenario.title))
    if scenario.question:
        st.markdown(f"*{escape_markdown(scenario.question)}*")
    st.caption(viewer("horizon_short", horizon=escape_markdown(scenario.horizon or "–")))
    _conflict_choice(scenario, services, viewer)


def _save_form(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    who = name_field(viewer, "save_scenario")
    reason = st.text_input(viewer("save_reason"), placeholder=viewer("save_reason_example"), max_chars=200)
    if not st.button(viewer("save_revision"), type="primary", disabled=not who):
        return
    st.session_state["who"] = who
    try:
        kept = services.scenarios.save(scenario, who=who, reason=reason)
    except LedgerConflict as error:
        st.session_state["conflict"] = (scenario.id, error.facts)
        st.rerun()
    st.session_state["scenario_drafts"].pop(scenario.id, None)
    notify_after_rerun(viewer("notice_saved", rev=kept.rev))
    st.rerun()


def _conflict_choice(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    """Somebody was faster: both ways on are safe, none loses anything without being asked."""
    scenario_id, facts = st.session_state.get("conflict", ("", ()))
    if scenario_id != scenario.id:
        return
    sentence = Texts(viewer.lang)("errors.LedgerConflict", **{name: escape_markdown(str(v)) for name, v in facts})
    st.warning(f"{sentence} {viewer('conflict_choice')}", icon=":material/group:")
    with st.container(horizontal=True):
        if st.button(viewer("conflict_copy"), type="primary"):
            st.session_state.pop("conflict")
            copy = services.scenarios.copy(scenario, title=viewer("copy_of", title=scenario.title))
            st.session_state["scenario_drafts"].pop(scenario.id, None)
            st.session_state["scenario_drafts"][copy.id] = copy
            open_page("scenarios", id=copy.id)
        if st.button(viewer("conflict_mine")):
            st.session_state.pop("conflict")
            set_draft(replace(scenario, rev=services.scenarios.get(scenario.id).rev))
        if st.button(viewer("conflict_theirs")):
            st.session_state.pop("conflict")
            st.session_state["scenario_drafts"].pop(scenario.id, None)
            st.rerun()


def _revisions_tab(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    st.caption(viewer("board_kept_help"))
    if scenario.rev == 0:
        st.info(viewer("not_saved"), icon=":material/edit_note:")
        return
    for kept in reversed(services.scenarios.revisions(scenario.id)):
        with st.container(horizontal=True, vertical_alignment="center"):
            saved = viewer.moment(kept.saved) if kept.saved else "–"
            st.markdown(f"**{viewer('revision', rev=kept.rev)}** · {escape_markdown(kept.author)} · {saved}")
            st.caption(escape_markdown(kept.reason))
            st.space("stretch")
            if kept.rev != scenario.rev and st.button(viewer("take_up"), key=f"rev_{kept.rev}", type="tertiary"):
                latest = services.scenarios.get(scenario.id).rev
                set_draft(replace(kept, rev=latest))


_JUDGEMENT_SCALE = range(-3, 4)


def factors_tab(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    """The factors with their states; more of them, from trends or free."""
    st.caption(viewer("board_factors_help"))
    for start in range(0, len(scenario.factors), 3):
        for column, factor in zip(st.columns(3, gap="medium"), scenario.factors[start : start + 3], strict=False):
            with column:
                _factor_card(scenario, factor, viewer)
    trends, free = st.columns(2, gap="large")
    with trends:
        _add_trend_factor(scenario, services, viewer)
    with free:
        _add_free_factor(scenario, viewer)


def _factor_card(scenario: Scenario, factor: Factor, viewer: Viewer) -> None:
    with st.container(border=True, key=f"factor_{factor.id}", height="stretch"):
        st.markdown(f"#### {escape_markdown(factor.name)}")
        if factor.trend_id:
            st.badge(viewer("from_trend"), icon=":material/trending_up:", color="blue")
        for state in factor.states:
            st.markdown(
                f"- **{escape_markdown(state.name)}**"
                + (f": {escape_markdown(state.description)}" if state.description else "")
            )
        with st.container(horizontal=True), st.popover(viewer("edit"), icon=":material/edit:", type="tertiary"):
            name = st.text_input(viewer("factor_name"), value=factor.name, key=f"name_{factor.id}", max_chars=120)
            states = st.text_area(
                viewer("factor_states"),
                value="\n".join(state.name for state in factor.states),
                key=f"states_{factor.id}",
                help=viewer("factor_states_help"),
            )
            if st.button(viewer("done"), key=f"done_{factor.id}", type="primary"):
                set_draft(editing.with_states(scenario, factor.id, name, states.splitlines()))
            if st.button(viewer("factor_remove"), key=f"remove_{factor.id}", icon=":material/delete:"):
                set_draft(editing.without_factor(scenario, factor.id))


def _add_trend_factor(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    used = {factor.trend_id for factor in scenario.factors}
    choice = [view for view in services.trends.list().everything if view.trend.id not in used]
    chosen = select_trend(viewer("add_trend"), choice, viewer, key=f"add_trend_{len(scenario.factors)}")
    if chosen:
        set_draft(services.scenarios.add_trend(scenario, chosen))


def _add_free_factor(scenario: Scenario, viewer: Viewer) -> None:
    with st.form("free_factor", clear_on_submit=True, border=False):
        name = st.text_input(viewer("add_factor"), placeholder=viewer("add_factor_example"), max_chars=120)
        states = st.text_input(viewer("factor_states"), placeholder=viewer("add_states_example"))
        if st.form_submit_button(viewer("add"), icon=":material/add:") and name.strip():
            set_draft(editing.with_free_factor(scenario, name, states.split(",")))


def judgements_tab(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    """Every pair of factors: choose one, say how each state acts on each, and why."""
    del services
    if len(scenario.factors) < 2:  # noqa: PLR2004 - a pair
        st.info(viewer("board_too_few"), icon=":material/lightbulb:")
        return
    state = judgement_progress(scenario)
    st.progress(
        state.judged / state.groups if state.groups else 0.0,
        text=viewer("judged_of", judged=state.judged, groups=state.groups),
    )
    first, second = st.columns(2, gap="large")
    names = {factor.id: factor.name for factor in scenario.factors}
    source = first.selectbox(viewer("acts"), list(names), format_func=names.__getitem__, key="judge_source")
    targets = [factor_id for factor_id in names if factor_id != source]
    target = second.selectbox(viewer("acted_on"), targets, format_func=names.__getitem__, key="judge_target")
    _judgement_table(scenario, _factor_by_id(scenario, source), _factor_by_id(scenario, target), viewer)
    st.subheader(viewer("all_judgements"), divider="gray", help=viewer("all_judgements_help"))
    widgets.show_chart(cross_impact(scenario, lang=viewer.lang), alt=viewer("alt_matrix"), key="matrix")
    if state.unbalanced:
        with st.expander(viewer.counted("unbalanced", len(state.unbalanced)), icon=":material/balance:"):
            st.caption(viewer("unbalanced_help"))
            for factor, state_id, acted, total in state.unbalanced:
                name = next(s.name for s in factor.states if s.id == state_id)
                st.markdown(
                    f"- {escape_markdown(factor.name)}: {escape_markdown(name)} → "
                    f"{escape_markdown(acted.name)}: {viewer.number(total)}"
                )


def _judgement_table(scenario: Scenario, source: Factor, target: Factor, viewer: Viewer) -> None:
    """One row per pair of states, with value and reason."""
    known = editing.judgements_between(scenario, source.id, target.id)
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
            "acting": st.column_config.TextColumn(viewer("if_state", factor=source.name), width="medium"),
            "acted": st.column_config.TextColumn(viewer("then_state", factor=target.name), width="medium"),
            "value": st.column_config.SelectboxColumn(
                viewer("judgement"),
                options=list(_JUDGEMENT_SCALE),
                required=True,
                width="small",
                help=viewer("judgement_help"),
                format_func=lambda value: viewer.signed(float(value)),
            ),
            "reason": st.column_config.TextColumn(viewer("judgement_reason"), width="large", max_chars=400),
        },
    )
    if st.button(viewer("judgement_put"), type="primary", icon=":material/check:", disabled=edited == rows):
        set_draft(
            editing.with_judgements(
                scenario, source.id, target.id, edited_judgements(source, target, edited, known, viewer)
            )
        )


def edited_judgements(
    source: Factor,
    target: Factor,
    rows: list[dict[str, Any]],
    known: dict[tuple[str, str], Judgement],
    viewer: Viewer,
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
                author=viewer.who,
            )
        )
    return judged


def _factor_by_id(scenario: Scenario, factor_id: str) -> Factor:
    return next(factor for factor in scenario.factors if factor.id == factor_id)
