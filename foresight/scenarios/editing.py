"""Changes to a draft scenario: each function takes a scenario and gives the changed one; none saves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from foresight.model.scenarios import Factor, Judgement, Scenario, State, StatePair
from foresight.scenarios.matrix import free_factor, slug
from foresight.scenarios.state_likelihoods import without_priors

__all__ = [
    "judgements_between",
    "slug",
    "with_chosen",
    "with_factor",
    "with_forced",
    "with_free_factor",
    "with_judgements",
    "with_states",
    "without_factor",
]


def with_factor(scenario: Scenario, factor: Factor) -> Scenario:
    """With one more factor; one that is there already, by id or by trend, stays as it is."""
    known = {f.id for f in scenario.factors} | {f.trend_id for f in scenario.factors if f.trend_id}
    if factor.id in known or (factor.trend_id and factor.trend_id in known):
        return scenario
    return replace(scenario, factors=(*scenario.factors, factor))


def with_free_factor(scenario: Scenario, name: str, states: Sequence[str]) -> Scenario:
    """With a factor of one's own; states that are empty or said twice are passed over.

    Raises:
        TooFewStates: fewer than two states are left.
    """
    named = list(dict.fromkeys(state.strip() for state in states if state.strip()))
    return with_factor(scenario, free_factor(name.strip(), named, taken=[factor.id for factor in scenario.factors]))


def without_factor(scenario: Scenario, factor_id: str) -> Scenario:
    """Without a factor and everything said about it."""
    return _without_dangling(replace(scenario, factors=tuple(f for f in scenario.factors if f.id != factor_id)))


def with_states(scenario: Scenario, factor_id: str, name: str, states: Sequence[str]) -> Scenario:
    """With another name and other states of a factor. States that keep their name or their place keep their judgements.

    Args:
        scenario: the draft.
        factor_id: which factor.
        name: its new name; an empty one leaves the old.
        states: their names, in order; empty ones are passed over, of equal ones the first counts.

    Priors belong to a set of states: where a state comes or goes, they go.
    """
    factors = tuple(
        _with_new_states(factor, name, states) if factor.id == factor_id else factor for factor in scenario.factors
    )
    return _without_dangling(replace(scenario, factors=factors))


def with_judgements(scenario: Scenario, source: str, target: str, judged: Sequence[Judgement]) -> Scenario:
    """With everything that was said about how one factor acts on another replaced; zeros without a reason go."""
    kept = tuple(j for j in scenario.judgements if (j.source_factor, j.target_factor) != (source, target))
    said = tuple(
        judgement
        for judgement in judged
        if (judgement.source_factor, judgement.target_factor) == (source, target)
        and (judgement.value or judgement.reason.strip())
    )
    return _without_dangling(replace(scenario, judgements=(*kept, *said)))


def with_forced(scenario: Scenario, forced: Sequence[StatePair]) -> Scenario:
    """With other suppositions."""
    return _without_dangling(replace(scenario, forced=tuple(forced)))


def with_chosen(scenario: Scenario, chosen: Sequence[StatePair]) -> Scenario:
    """With the consistent scenario that people want to go on with."""
    return _without_dangling(replace(scenario, chosen=tuple(chosen)))


def judgements_between(scenario: Scenario, source: str, target: str) -> dict[StatePair, Judgement]:
    """What was said of one factor's way with another, by (source state, target state)."""
    return {
        (j.source_state, j.target_state): j
        for j in scenario.judgements
        if (j.source_factor, j.target_factor) == (source, target)
    }


def _with_new_states(factor: Factor, name: str, names: Sequence[str]) -> Factor:
    states = _matched_states(factor.states, names)
    changed = replace(factor, name=name.strip() or factor.name, states=states)
    same = {state.id for state in states} == {state.id for state in factor.states}
    return changed if same else without_priors(changed)


def _matched_states(before: Sequence[State], names: Sequence[str]) -> tuple[State, ...]:
    """States by name. An old name keeps its state, a new name at an old place that lost its name renames it."""
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    by_name = {state.name: state for state in before}
    taken = {by_name[name].id for name in wanted if name in by_name}
    made: list[State] = []
    for place, name in enumerate(wanted):
        if name in by_name:
            made.append(by_name[name])
        elif place < len(before) and before[place].id not in taken:
            made.append(replace(before[place], name=name))
        else:
            made.append(State(id=slug(name, taken={*taken, *(state.id for state in before)}), name=name))
        taken.add(made[-1].id)
    return tuple(made)


def _without_dangling(scenario: Scenario) -> Scenario:
    """Without judgements, suppositions and choices about states that are gone."""
    states = {(factor.id, state.id) for factor in scenario.factors for state in factor.states}
    return replace(
        scenario,
        judgements=tuple(
            j
            for j in scenario.judgements
            if (j.source_factor, j.source_state) in states and (j.target_factor, j.target_state) in states
        ),
        forced=tuple(pair for pair in scenario.forced if pair in states),
        chosen=tuple(pair for pair in scenario.chosen if pair in states),
    )
