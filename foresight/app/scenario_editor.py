"""A scenario in the editor: factors, judgements, what holds together and why, what if, and its revisions.

Changes stand in a draft in the session until they are saved as a revision; nobody overwrites anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.app import widgets
from foresight.app.escaping import escape_markdown
from foresight.app.pages import open_page
from foresight.app.trend_editing import name_field
from foresight.app.viewer import Viewer, escaped_facts, notify_after_rerun
from foresight.model.errors import LedgerConflict
from foresight.model.scenarios import Factor, Judgement, Scenario, Solution, StatePair
from foresight.reports.charts.scenarios import cross_impact, scenario_matrix, solution_labels
from foresight.scenarios import editing
from foresight.scenarios.explanation import BalanceLine, ScenarioFlip
from foresight.scenarios.matrix import slug, solution_pairs, solution_states
from foresight.scenarios.scenario_service import is_solvable, judgement_progress
from foresight.scenarios.whatif import WhatIfAnswer

if TYPE_CHECKING:
    from foresight.wiring import Services

_SOLUTIONS_CHARTED = 12
_JUDGEMENT_SCALE = range(-3, 4)


def scenario_editor(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    """The whole editor. scenario: the draft where there is one, else the latest revision."""
    _editor_head(scenario, services, viewer)
    names = ("tab_factors", "tab_judgements", "tab_solutions", "tab_revisions")
    tabs = st.tabs([viewer(name) for name in names], key=f"tabs_{scenario.id}")
    with tabs[0]:
        _factors_tab(scenario, services, viewer)
    with tabs[1]:
        _judgements_tab(scenario, viewer)
    with tabs[2]:
        _solutions_tab(scenario, services, viewer)
    with tabs[3]:
        _revisions_tab(scenario, services, viewer)


def scenario_drafts() -> dict[str, Scenario]:
    """This session's scenarios with changes that are not saved, by id."""
    drafts: dict[str, Scenario] = st.session_state.setdefault("scenario_drafts", {})
    return drafts


def _set_draft(scenario: Scenario) -> None:
    """Keep a changed scenario in the session and draw anew."""
    scenario_drafts()[scenario.id] = scenario
    st.rerun()


def _editor_head(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    changed = scenario.rev == 0 or scenario != services.scenarios.get(scenario.id, rev=scenario.rev)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(viewer("scenarios_back"), type="tertiary", icon=":material/arrow_back:"):
            st.session_state.pop("scenarios_id", None)
            open_page("scenarios")
        st.space("stretch")
        if changed:
            st.badge(viewer("not_saved"), icon=":material/edit_note:", color="orange")
        widgets.brief_menu(
            lambda form: services.briefs.scenario(scenario.id, format=form, lang=viewer.lang),
            slug(scenario.title),
            viewer,
            disabled=scenario.rev == 0,
        )
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
        saved = services.scenarios.save(scenario, who=who, reason=reason)
    except LedgerConflict as error:
        st.session_state["conflict"] = (scenario.id, error.facts)
        st.rerun()
    scenario_drafts().pop(scenario.id, None)
    notify_after_rerun(viewer("notice_saved", rev=saved.rev))
    st.rerun()


def _conflict_choice(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    """Somebody was faster: both ways on are safe, none loses anything without being asked."""
    scenario_id, facts = st.session_state.get("conflict", ("", ()))
    if scenario_id != scenario.id:
        return
    sentence = viewer.error("LedgerConflict", **escaped_facts(facts))
    st.warning(f"{sentence} {viewer('conflict_choice')}", icon=":material/group:")
    with st.container(horizontal=True):
        if st.button(viewer("conflict_copy"), type="primary"):
            st.session_state.pop("conflict")
            copy = services.scenarios.copy(scenario, title=viewer("copy_of", title=scenario.title))
            scenario_drafts().pop(scenario.id, None)
            scenario_drafts()[copy.id] = copy
            open_page("scenarios", id=copy.id)
        if st.button(viewer("conflict_mine")):
            st.session_state.pop("conflict")
            _set_draft(replace(scenario, rev=services.scenarios.get(scenario.id).rev))
        if st.button(viewer("conflict_theirs")):
            st.session_state.pop("conflict")
            scenario_drafts().pop(scenario.id, None)
            st.rerun()


def _factors_tab(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    """The factors with their states; more of them, from trends or free."""
    st.caption(viewer("tab_factors_help"))
    for start in range(0, len(scenario.factors), 3):
        for column, factor in zip(st.columns(3, gap="medium"), scenario.factors[start : start + 3], strict=False):
            with column:
                _factor_card(scenario, factor, viewer)
    from_trend, free = st.columns(2, gap="large")
    with from_trend:
        used = {factor.trend_id for factor in scenario.factors}
        choice = [view for view in services.trends.list().everything if view.trend.id not in used]
        key = f"add_trend_{len(scenario.factors)}"
        if chosen := widgets.select_trend(viewer("add_trend"), choice, viewer, key=key):
            _set_draft(services.scenarios.add_trend(scenario, chosen))
    with free, st.form("free_factor", clear_on_submit=True, border=False):
        name = st.text_input(viewer("add_factor"), placeholder=viewer("add_factor_example"), max_chars=120)
        states = st.text_input(viewer("factor_states"), placeholder=viewer("add_states_example"))
        if st.form_submit_button(viewer("add"), icon=":material/add:") and name.strip():
            _set_draft(editing.with_free_factor(scenario, name, states.split(",")))


def _factor_card(scenario: Scenario, factor: Factor, viewer: Viewer) -> None:
    with st.container(border=True, key=f"factor_{factor.id}", height="stretch"):
        st.markdown(f"#### {escape_markdown(factor.name)}")
        if factor.trend_id:
            st.badge(viewer("from_trend"), icon=":material/trending_up:", color="blue")
        for state in factor.states:
            description = f": {escape_markdown(state.description)}" if state.description else ""
            st.markdown(f"- **{escape_markdown(state.name)}**{description}")
        with st.container(horizontal=True), st.popover(viewer("edit"), icon=":material/edit:", type="tertiary"):
            name = st.text_input(viewer("factor_name"), value=factor.name, key=f"name_{factor.id}", max_chars=120)
            states = st.text_area(
                viewer("factor_states"),
                value="\n".join(state.name for state in factor.states),
                key=f"states_{factor.id}",
                help=viewer("factor_states_help"),
            )
            if st.button(viewer("done"), key=f"done_{factor.id}", type="primary"):
                _set_draft(editing.with_states(scenario, factor.id, name, states.splitlines()))
            if st.button(viewer("factor_remove"), key=f"remove_{factor.id}", icon=":material/delete:"):
                _set_draft(editing.without_factor(scenario, factor.id))


def _judgements_tab(scenario: Scenario, viewer: Viewer) -> None:
    """Every pair of factors: choose one, say how each state acts on each, and why."""
    factors = {factor.id: factor for factor in scenario.factors}
    if len(factors) < 2:  # noqa: PLR2004 - a pair
        st.info(viewer("editor_too_few"), icon=":material/lightbulb:")
        return
    progress = judgement_progress(scenario)
    part = progress.judged / progress.groups if progress.groups else 0.0
    st.progress(part, text=viewer("judged_of", judged=progress.judged, groups=progress.groups))
    first, second = st.columns(2, gap="large")
    names = {factor.id: factor.name for factor in scenario.factors}
    source = first.selectbox(viewer("acts"), list(names), format_func=names.__getitem__, key="judge_source")
    targets = [factor_id for factor_id in names if factor_id != source]
    target = second.selectbox(viewer("acted_on"), targets, format_func=names.__getitem__, key="judge_target")
    _judgement_table(scenario, factors[source], factors[target], viewer)
    st.subheader(viewer("all_judgements"), divider="gray", help=viewer("all_judgements_help"))
    widgets.show_chart(cross_impact(scenario, lang=viewer.lang), alt=viewer("alt_matrix"), key="matrix")
    if progress.unbalanced:
        with st.expander(viewer.counted("unbalanced", len(progress.unbalanced)), icon=":material/balance:"):
            st.caption(viewer("unbalanced_help"))
            for factor, state_id, acted, total in progress.unbalanced:
                acting = _state_label(scenario, factor.id, state_id)
                st.markdown(f"- {acting} → {escape_markdown(acted.name)}: {viewer.number(total)}")


def _judgement_table(scenario: Scenario, source: Factor, target: Factor, viewer: Viewer) -> None:
    """One row per pair of states, with value and reason."""
    known = editing.judgements_between(scenario, source.id, target.id)
    rows: Any = []
    for acting in source.states:
        for acted in target.states:
            judged = known.get((acting.id, acted.id))
            value, reason = (judged.value, judged.reason) if judged else (0, "")
            rows.append({"acting": acting.name, "acted": acted.name, "value": value, "reason": reason})
    column = st.column_config
    edited: Any = st.data_editor(
        rows,
        key=f"pair_{scenario.id}_{source.id}_{target.id}_{hash(scenario.judgements)}",
        hide_index=True,
        disabled=("acting", "acted"),
        height="content",
        column_config={
            "acting": column.TextColumn(viewer("if_state", factor=source.name), width="medium"),
            "acted": column.TextColumn(viewer("then_state", factor=target.name), width="medium"),
            "value": column.SelectboxColumn(
                viewer("judgement"),
                options=list(_JUDGEMENT_SCALE),
                required=True,
                width="small",
                help=viewer("judgement_help"),
                format_func=lambda value: viewer.signed(float(value)),
            ),
            "reason": column.TextColumn(viewer("judgement_reason"), width="large", max_chars=400),
        },
    )
    if st.button(viewer("judgements_apply"), type="primary", icon=":material/check:", disabled=edited == rows):
        judgements = _edited_judgements(source, target, edited, known, viewer.who)
        _set_draft(editing.with_judgements(scenario, source.id, target.id, judgements))


def _edited_judgements(
    source: Factor,
    target: Factor,
    rows: Sequence[dict[str, Any]],
    known: dict[tuple[str, str], Judgement],
    who: str,
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
                author=who,
            )
        )
    return judged


def _solutions_tab(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    """The question at the top, the answer under it."""
    if not is_solvable(scenario):
        st.info(viewer("editor_too_few"), icon=":material/lightbulb:")
        return
    _supposition_fields(scenario, viewer)
    answer = services.scenarios.solve(scenario)
    _solution_count(answer, viewer)
    _necessary_states(answer, viewer)
    solutions = answer.result.solutions
    if not solutions:
        return
    chart = scenario_matrix(scenario, solutions[:_SOLUTIONS_CHARTED], lang=viewer.lang)
    widgets.show_chart(chart, alt=viewer("alt_tiles"), key="tiles")
    st.subheader(viewer("why_holds"), divider="gray", help=viewer("why_holds_help"))
    labels = [
        f"{name}: {', '.join(state.name for _, state in solution_states(scenario, solution))}"
        for name, solution in zip(solution_labels(len(solutions), viewer.lang), solutions, strict=True)
    ]
    place = st.selectbox(viewer("which_scenario"), range(len(solutions)), format_func=labels.__getitem__, key="which")
    if place is not None and place < len(solutions):
        _solution_reasons(scenario, solutions[place], services, viewer)


def _supposition_fields(scenario: Scenario, viewer: Viewer) -> None:
    """The what-if: fix a state of any factor."""
    st.markdown(f"#### {viewer('suppose')}")
    st.caption(viewer("suppose_help"))
    forced = dict(scenario.forced)
    wished: list[tuple[str, str]] = []
    for start in range(0, len(scenario.factors), 4):
        for column, factor in zip(st.columns(4), scenario.factors[start : start + 4], strict=False):
            names = {"": viewer("suppose_open"), **{state.id: state.name for state in factor.states}}
            chosen = column.selectbox(
                escape_markdown(factor.name),
                list(names),
                index=list(names).index(forced.get(factor.id, "")),
                format_func=names.__getitem__,
                key=f"force_{scenario.id}_{factor.id}",
            )
            if chosen:
                wished.append((factor.id, chosen))
    if tuple(wished) != scenario.forced:
        _set_draft(editing.with_forced(scenario, wished))


def _solution_count(answer: WhatIfAnswer, viewer: Viewer) -> None:
    count = len(answer.result.solutions)
    if not count:
        st.warning(viewer("answer_none"), icon=":material/block:")
    elif answer.is_consistent:
        st.success(viewer.counted("answer", count), icon=":material/hub:")
    else:
        lead = answer.result.solutions[0].inconsistency
        st.warning(viewer("answer_near", count=count, lead=lead), icon=":material/hub:")
    if not answer.result.is_complete:
        st.caption(viewer("answer_incomplete"))


def _necessary_states(answer: WhatIfAnswer, viewer: Viewer) -> None:
    """What follows from the supposition, before what need not hold any more and what held anyway."""
    if not answer.is_consistent:
        return
    if not answer.supposed:
        if answer.held_anyway:
            st.markdown(f"**{viewer('must_always')}** " + _pair_list(answer, answer.held_anyway))
        return
    rows = (
        ("must_follow", answer.follows),
        ("no_longer_required", answer.no_longer_required),
        ("must_anyway", answer.held_anyway),
    )
    for key, pairs in rows:
        if pairs:
            st.markdown(f"**{viewer(key)}** " + _pair_list(answer, pairs))
    if not answer.follows and not answer.held_anyway:
        st.markdown(viewer("must_nothing"))


def _solution_reasons(scenario: Scenario, solution: Solution, services: Services, viewer: Viewer) -> None:
    reasons = services.scenarios.why(scenario, solution)
    for start in range(0, len(reasons.lines), 2):
        for column, line in zip(st.columns(2, gap="medium"), reasons.lines[start : start + 2], strict=False):
            with column, st.container(border=True, height="stretch", gap="xsmall"):
                _balance_card(line, scenario, viewer)
    if reasons.weakest:
        st.markdown(f":material/bolt: **{viewer('weakest')}** {_flip_sentence(reasons.weakest, scenario, viewer)}")
    chosen = solution_pairs(scenario, solution)
    if chosen == scenario.chosen:
        st.caption(f":material/star: {viewer('is_chosen')}")
    elif st.button(viewer("choose_scenario"), icon=":material/star:"):
        _set_draft(editing.with_chosen(scenario, chosen))


def _balance_card(line: BalanceLine, scenario: Scenario, viewer: Viewer) -> None:
    """One state of a solution with the judgements for and against it, each with its reason and author."""
    st.markdown(f"**{escape_markdown(line.factor.name)}: {escape_markdown(line.state.name)}**")
    if line.factor.id in dict(scenario.forced):
        st.caption(viewer("line_forced"))
    else:
        facts = {"score": viewer.signed(line.score), "rival": escape_markdown(line.rival.name)}
        st.caption(viewer("line_lead", **facts, rival_score=viewer.signed(line.rival_score)))
    for judgement in (*line.promoting, *line.restricting):
        colour = "blue" if judgement.value > 0 else "orange"
        source = _state_label(scenario, judgement.source_factor, judgement.source_state)
        because = f" — {escape_markdown(judgement.reason)}" if judgement.reason else ""
        author = f" ({escape_markdown(judgement.author)})" if judgement.author else ""
        st.markdown(f":{colour}-badge[{viewer.signed(judgement.value)}] {source}{because}{author}")
    if not line.promoting and not line.restricting:
        st.caption(viewer("line_silent"))


def _flip_sentence(flip: ScenarioFlip, scenario: Scenario, viewer: Viewer) -> str:
    """Which judgements would have to change, and what would then take the lead."""
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


def _pair_list(answer: WhatIfAnswer, pairs: Sequence[StatePair]) -> str:
    named = {(f.id, s.id): (f.name, s.name) for f in answer.scenario.factors for s in f.states}
    return " · ".join(f"{escape_markdown(named[pair][0])}: **{escape_markdown(named[pair][1])}**" for pair in pairs)


def _revisions_tab(scenario: Scenario, services: Services, viewer: Viewer) -> None:
    st.caption(viewer("tab_revisions_help"))
    if scenario.rev == 0:
        st.info(viewer("not_saved"), icon=":material/edit_note:")
        return
    for revision in reversed(services.scenarios.revisions(scenario.id)):
        with st.container(horizontal=True, vertical_alignment="center"):
            saved = viewer.moment(revision.saved) if revision.saved else "–"
            name = viewer("revision", rev=revision.rev)
            st.markdown(f"**{name}** · {escape_markdown(revision.author)} · {saved}")
            st.caption(escape_markdown(revision.reason))
            st.space("stretch")
            key = f"rev_{revision.rev}"
            if revision.rev != scenario.rev and st.button(viewer("revision_restore"), key=key, type="tertiary"):
                _set_draft(replace(revision, rev=services.scenarios.get(scenario.id).rev))
