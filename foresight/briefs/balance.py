"""Why a scenario holds: which judgements speak for and against each of its states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foresight.records import Factor, Judgement, Scenario, Solution, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One factor in a scenario.

    Attributes:
        score: sum of the judgements of the other factors' states on its state.
        lead: by how much the score beats that of the best other state; 0 is a tie, below 0 the state does not hold.
        rival: that other state, None where the factor has one state only.
        pro, con: judgements for and against the state, strongest first.
    """

    factor: Factor
    state: State
    score: int
    lead: int
    rival: State | None
    pro: tuple[Judgement, ...]
    con: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """One judgement moved: the acting state and the one it acts on, as people read them, from `before` to `after`."""

    acting: str
    acted: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The fewest judgements whose change would end a future; towards: the state that would then hold instead."""

    states: tuple[int, ...]
    towards: str
    nudges: tuple[Nudge, ...]


def standings(scenario: Scenario, solution: Solution) -> tuple[Standing, ...]:
    """Every factor of the scenario in a solution, in the order of the factors."""
    states = [factor.states[at] for factor, at in zip(scenario.factors, solution.states, strict=True)]
    holding = {factor.id: state.id for factor, state in zip(scenario.factors, states, strict=True)}
    acting = [j for j in scenario.judgements if holding.get(j.source_factor) == j.source_state and j.value]
    return tuple(_standing(factor, state, acting) for factor, state in zip(scenario.factors, states, strict=True))


def _standing(factor: Factor, state: State, acting: Sequence[Judgement]) -> Standing:
    on_factor = [j for j in acting if j.target_factor == factor.id]
    score = {other.id: sum(j.value for j in on_factor if j.target_state == other.id) for other in factor.states}
    others = [other for other in factor.states if other.id != state.id]
    rival = max(others, key=lambda other: score[other.id], default=None)
    on_state = sorted((j for j in on_factor if j.target_state == state.id), key=lambda j: -abs(j.value))
    return Standing(
        factor=factor,
        state=state,
        score=score[state.id],
        lead=score[state.id] - score[rival.id] if rival else 0,
        rival=rival,
        pro=tuple(j for j in on_state if j.value > 0),
        con=tuple(j for j in on_state if j.value < 0),
    )


def shared_states(scenario: Scenario, solutions: Sequence[Solution]) -> tuple[tuple[Factor, State], ...]:
    """(factor, state) pairs that every solution agrees on; none for fewer than one solution."""
    if not solutions:
        return ()
    return tuple(
        (factor, factor.states[solutions[0].states[at]])
        for at, factor in enumerate(scenario.factors)
        if len({solution.states[at] for solution in solutions}) == 1
    )


def absent_states(scenario: Scenario, solutions: Sequence[Solution]) -> Iterator[tuple[Factor, State]]:
    """(factor, state) pairs that no solution has."""
    for at, factor in enumerate(scenario.factors):
        seen = {solution.states[at] for solution in solutions}
        yield from ((factor, state) for index, state in enumerate(factor.states) if index not in seen)
