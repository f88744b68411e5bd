"""Why a scenario holds, in plain words, and which few judgements would flip it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from foresight.i18n import Texts
from foresight.i18n.formatting import format_number
from foresight.model.scenarios import Factor, ImpactMatrix, Judgement, Scenario, State
from foresight.scenarios import matrix as matrices
from foresight.scenarios.cross_impact import impact_balances, matrix_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLine:
    """One factor of a scenario: what its chosen state gets, what the best other state gets, and from whom.

    Attributes:
        score, rival_score: impact scores; the state holds where score ≥ rival_score.
        promoting, restricting: judgements on the chosen state that are in force, strongest first.
    """

    factor: Factor
    state: State
    score: int
    rival: State
    rival_score: int
    promoting: tuple[Judgement, ...]
    restricting: tuple[Judgement, ...]

    @property
    def margin(self) -> int:
        """How far the state leads; below 0 it does not hold, 0 is a tie, which holds."""
        return self.score - self.rival_score


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementChange:
    """A judgement moved from one value to another."""

    source_factor: str
    source_state: str
    target_factor: str
    target_state: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFlip:
    """The smallest change that turns one factor of a scenario.

    Attributes:
        factor: the factor that turns.
        towards: the state that takes the lead when a scenario breaks, or that comes to hold when one is made.
        changes: the judgements to move; no smaller number of judgements does it.
        points: how far they move together.
    """

    factor: str
    towards: str
    changes: tuple[JudgementChange, ...]

    @property
    def points(self) -> int:
        """The distance of all moves, added."""
        return sum(abs(change.after - change.before) for change in self.changes)


def balance_sheet(scenario: Scenario, states: Sequence[int]) -> tuple[BalanceLine, ...]:
    """The balance sheet of a scenario: one line per factor, in their order.

    Args:
        scenario: factors and judgements; of two judgements on one cell the later counts.
        states: zero-based state of each factor.
    """
    factors = scenario.factors
    scores = impact_balances(matrices.build_matrix(scenario, scale=None), states)
    chosen = {(factor.id, factor.states[state].id) for factor, state in zip(factors, states, strict=True)}
    latest = {
        (found.source_factor, found.source_state, found.target_factor, found.target_state): found
        for found in scenario.judgements
    }
    acting = [found for found in latest.values() if (found.source_factor, found.source_state) in chosen]
    return tuple(
        _balance_line(factor, place, row, acting) for factor, place, row in zip(factors, states, scores, strict=True)
    )


def balance_in_words(line: BalanceLine, factors: Sequence[Factor], *, lang: str) -> tuple[str, ...]:
    """A line in sentences: how the state stands, then each judgement for and against with its reason and author."""
    say = Texts(lang)
    verdict = "holds" if line.margin > 0 else "ties" if line.margin == 0 else "fails"
    found = [
        say(
            f"scenarios.balance_{verdict}",
            factor=line.factor.name,
            state=line.state.name,
            score=format_number(line.score, lang, signed=True),
            rival=line.rival.name,
            rival_score=format_number(line.rival_score, lang, signed=True),
        )
    ]
    spoken = (_judgement_in_words(judgement, factors, say) for judgement in (*line.promoting, *line.restricting))
    return (*found, *spoken)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFlips:
    """What would break a scenario that is consistent, or make consistent one that is not; smallest changes first."""

    breaks: tuple[ScenarioFlip, ...]
    makes: tuple[ScenarioFlip, ...]


def scenario_flips(scenario: Scenario, states: Sequence[int]) -> ScenarioFlips:
    """The smallest changes of judgements, within the scenario's scale, that would break it or make it consistent."""
    factors, matrix = scenario.factors, matrices.build_matrix(scenario, scale=None)
    forced = [factor for factor, _ in matrices.state_positions(factors, scenario.forced)]
    return ScenarioFlips(
        breaks=flips_that_break(factors, matrix, states, scale=scenario.scale, forced=forced),
        makes=flips_that_make_consistent(factors, matrix, states, scale=scenario.scale, forced=forced),
    )


def flips_that_break(
    factors: Sequence[Factor],
    matrix: ImpactMatrix,
    states: Sequence[int],
    *,
    scale: int = matrices.JUDGEMENT_SCALE,
    forced: Collection[int] = (),
) -> tuple[ScenarioFlip, ...]:
    """For each factor the smallest change of judgements after which its state no longer holds.

    Exact: fewest judgements, then fewest points. The first one is the scenario's weakest spot. Factors that are
    forced, that do not hold as it is, or that no change within the scale can turn, are left out.
    """
    flips = []
    for factor, balance in enumerate(impact_balances(matrix, states)):
        lead = balance[states[factor]] - np.array(balance)
        if factor in forced or lead.min() < 0:
            continue
        rivals = [rival for rival in range(len(balance)) if rival != states[factor]]
        moves = [_moves_to_overtake(matrix, states, factor, rival, int(lead[rival]) + 1, scale) for rival in rivals]
        possible = [(len(m), rival, m) for m, rival in zip(moves, rivals, strict=True) if m is not None]
        if possible:
            _, rival, moved = min(possible, key=lambda entry: (entry[0], lead[entry[1]], entry[1]))
            flips.append(_scenario_flip(factors, matrix, factor, rival, moved))
    return tuple(sorted(flips, key=lambda flip: (len(flip.changes), flip.points)))


def flips_that_make_consistent(
    factors: Sequence[Factor],
    matrix: ImpactMatrix,
    states: Sequence[int],
    *,
    scale: int = matrices.JUDGEMENT_SCALE,
    forced: Collection[int] = (),
) -> tuple[ScenarioFlip, ...]:
    """The smallest change of judgements that makes a scenario consistent: one flip per factor that does not hold.

    Exact in the number of judgements: what acts on one factor does not touch another, so each is solved by itself,
    over how many judgements on the chosen state move, greatest room first.

    Returns:
        Empty where it is consistent already. There is always a way: at the ends of the scale every state can tie.
    """
    flips = []
    for factor, balance in enumerate(impact_balances(matrix, states)):
        behind = np.array(balance) - balance[states[factor]]
        if factor in forced or behind.max() <= 0:
            continue
        moved = _moves_to_tie(matrix, states, factor, behind.tolist(), scale)
        flips.append(_scenario_flip(factors, matrix, factor, states[factor], moved))
    return tuple(flips)


CellMoves = dict[tuple[int, int], int]


def _balance_line(factor: Factor, place: int, balance: Sequence[int], acting: Sequence[Judgement]) -> BalanceLine:
    rival = max((other for other in range(len(balance)) if other != place), key=lambda other: (balance[other], -other))
    target = (factor.id, factor.states[place].id)
    found = sorted(
        (judgement for judgement in acting if (judgement.target_factor, judgement.target_state) == target),
        key=lambda judgement: -abs(judgement.value),
    )
    return BalanceLine(
        factor=factor,
        state=factor.states[place],
        score=balance[place],
        rival=factor.states[rival],
        rival_score=balance[rival],
        promoting=tuple(judgement for judgement in found if judgement.value > 0),
        restricting=tuple(judgement for judgement in found if judgement.value < 0),
    )


def _judgement_in_words(judgement: Judgement, factors: Sequence[Factor], say: Texts) -> str:
    source = next(factor for factor in factors if factor.id == judgement.source_factor)
    state = next(state for state in source.states if state.id == judgement.source_state)
    side = "promotes" if judgement.value > 0 else "restricts"
    found = say(
        f"scenarios.judgement_{side}",
        factor=source.name,
        state=state.name,
        value=format_number(judgement.value, say.lang, signed=True),
    )
    if judgement.reason:
        found += say("scenarios.judgement_reason", reason=judgement.reason)
    if judgement.author:
        found += say("scenarios.judgement_author", author=judgement.author)
    return found


def _room_to_move(
    matrix: ImpactMatrix, states: Sequence[int], factor: int, state: int, scale: int
) -> list[tuple[int, int, int]]:
    """(room to go up, room to go down, row) of the judgements in force on a state of a factor."""
    rows = matrix_rows(matrix, np.array(states, dtype=np.int64)).tolist()
    column = matrix.starts[factor] + state
    values = [(int(matrix.values[row, column]), row) for place, row in enumerate(rows) if place != factor]
    return [(max(0, scale - value), max(0, scale + value), row) for value, row in values]


def _moves_to_overtake(
    matrix: ImpactMatrix, states: Sequence[int], factor: int, rival: int, needed: int, scale: int
) -> CellMoves | None:
    """Fewest moves after which `rival` has gained `needed` on the chosen state."""
    start = matrix.starts[factor]
    ups = [(up, row, start + rival, 1) for up, _, row in _room_to_move(matrix, states, factor, rival, scale)]
    own = _room_to_move(matrix, states, factor, states[factor], scale)
    downs = [(down, row, start + states[factor], -1) for _, down, row in own]
    return _fewest_moves(sorted(ups + downs, key=lambda move: (-move[0], move[1], move[2])), needed)


def _fewest_moves(moves: Sequence[tuple[int, int, int, int]], needed: int) -> CellMoves | None:
    """Moves in their order until `needed` is reached, the last one no farther than it must go."""
    taken: CellMoves = {}
    for room, row, column, direction in moves:
        if needed <= 0:
            break
        step = min(room, needed)
        if step:
            taken[row, column] = direction * step
        needed -= step
    return taken if needed <= 0 else None


def _moves_to_tie(
    matrix: ImpactMatrix, states: Sequence[int], factor: int, behind: Sequence[int], scale: int
) -> CellMoves:
    """Fewest moves after which the chosen state is behind no other."""
    start, state = matrix.starts[factor], states[factor]
    own = _room_to_move(matrix, states, factor, state, scale)
    raises = sorted(((up, row, start + state, 1) for up, _, row in own), key=lambda move: (-move[0], move[1]))
    plans = []
    for count in range(len(raises) + 1):
        gain = min(sum(move[0] for move in raises[:count]), max(behind))
        parts = [_fewest_moves(raises[:count], gain)]
        for rival in [rival for rival, deficit in enumerate(behind) if deficit > gain]:
            room = _room_to_move(matrix, states, factor, rival, scale)
            downs = sorted(((down, row, start + rival, -1) for _, down, row in room), key=lambda m: (-m[0], m[1]))
            parts.append(_fewest_moves(downs, behind[rival] - gain))
        if None not in parts:
            plans.append({cell: step for part in parts if part for cell, step in part.items()})
    return min(plans, key=lambda plan: (len(plan), sum(abs(step) for step in plan.values())))


def _scenario_flip(
    factors: Sequence[Factor], matrix: ImpactMatrix, factor: int, towards: int, moves: CellMoves
) -> ScenarioFlip:
    places = [(owner, state) for owner in factors for state in owner.states]
    changes = []
    for (row, column), step in moves.items():
        before = int(matrix.values[row, column])
        changes.append(
            JudgementChange(
                source_factor=places[row][0].id,
                source_state=places[row][1].id,
                target_factor=places[column][0].id,
                target_state=places[column][1].id,
                before=before,
                after=before + step,
            )
        )
    return ScenarioFlip(factor=factors[factor].id, towards=factors[factor].states[towards].id, changes=tuple(changes))
