"""The few futures a workshop goes on with: chosen to differ, given names, and weighed by priors and evidence.

People can talk about four scenarios, not forty, so the few that differ most stand for all consistent ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import numpy as np

from foresight.model.errors import (
    MissingFactor,
    NotAProbability,
    NotFound,
    NothingConsistent,
    SearchTimedOut,
    WrongShares,
)
from foresight.model.scenarios import (
    NONE_OF_THESE,
    Future,
    FutureSet,
    FutureShare,
    Ints2d,
    LikelihoodUpdate,
    Scenario,
    Solution,
    SolveResult,
)
from foresight.model.workshop import Revision
from foresight.scenarios.bayesian_updating import current_likelihoods
from foresight.scenarios.cross_impact import evaluate_scenario, solve_nearest
from foresight.scenarios.explanation import flips_that_make_consistent
from foresight.scenarios.matrix import build_matrix, state_positions
from foresight.scenarios.revisions import Attribution, latest_revision, save_next
from foresight.scenarios.state_likelihoods import SUM_TOLERANCE, scenario_weights
from foresight.store.ledger import Ledger

ScenarioStates = tuple[int, ...]
# Up to so many sets are compared one by one; beyond, a good set is grown and improved by exchange.
MOST_COMPARED_SETS = 200_000


def hamming_distance(one: ScenarioStates, other: ScenarioStates) -> int:
    """In how many factors two scenarios differ (Hamming)."""
    return sum(a != b for a, b in zip(one, other, strict=True))


def most_diverse(
    scenarios: Sequence[ScenarioStates], *, count: int, most_sets: int = MOST_COMPARED_SETS
) -> tuple[ScenarioStates, ...]:
    """`count` scenarios with the largest least distance, then the largest total; earlier ones win a tie.

    Fewer are returned where there are not so many. With more than `most_sets` possible sets, the set found is good but
    not proven the best.
    """
    if not scenarios:
        return ()
    wanted = min(count, len(scenarios))
    table = np.array(scenarios, dtype=np.int64)
    apart: Ints2d = (table[:, None, :] != table[None, :, :]).sum(axis=2)
    if comb(len(scenarios), wanted) <= most_sets:
        best = max(combinations(range(len(scenarios)), wanted), key=lambda chosen: _set_diversity(apart, chosen))
    else:
        best = _improved_by_exchange(apart, _farthest_first(apart, wanted))
    return tuple(scenarios[at] for at in best)


def _set_diversity(apart: Ints2d, chosen: Sequence[int]) -> tuple[int, int]:
    pairs = [int(apart[a, b]) for a, b in combinations(chosen, 2)]
    return min(pairs, default=0), sum(pairs)


def _farthest_first(apart: Ints2d, wanted: int) -> tuple[int, ...]:
    """Farthest first, from the pair that lies farthest apart."""
    chosen = list(np.unravel_index(int(apart.argmax()), apart.shape))[:wanted]
    while len(chosen) < wanted:
        nearest = apart[chosen].min(axis=0) * (len(apart) * len(apart)) + apart[chosen].sum(axis=0)
        nearest[chosen] = -1
        chosen.append(nearest.argmax())
    return tuple(sorted(int(at) for at in chosen))


def _improved_by_exchange(apart: Ints2d, chosen: tuple[int, ...]) -> tuple[int, ...]:
    """Exchange one for one while it helps."""
    while True:
        swaps = [
            tuple(sorted({*chosen, new} - {old})) for old in chosen for new in range(len(apart)) if new not in chosen
        ]
        better = max(swaps, key=lambda swap: _set_diversity(apart, swap), default=chosen)
        if _set_diversity(apart, better) <= _set_diversity(apart, chosen):
            return chosen
        chosen = better


CHOOSING_SECONDS = 5.0
USUAL_COUNT = 4
USUAL_NONE_OF_THESE = 0.2
"""The usual share of none-of-these: scenario sets that were looked at afterwards rarely held what came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FutureLikelihoods:
    """How likely the futures are now, and how that came about.

    Attributes:
        prior, now: shares, none-of-these last.
        updates: everything that signposts did, oldest first; undone ones are there and do not count.
    """

    futures: Revision[FutureSet]
    prior: tuple[FutureShare, ...]
    now: tuple[FutureShare, ...]
    updates: tuple[Revision[LikelihoodUpdate], ...]


class FuturesService:
    """Choosing, naming and weighing the futures of a scenario. They are saved under the scenario's id."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, scenario_id: str) -> Revision[FutureSet]:
        """The saved set; at revision 0 an empty one."""
        return latest_revision(self._ledger, scenario_id, FutureSet())

    def choose(self, scenario: Scenario, *, count: int = USUAL_COUNT, near: bool = False) -> FutureSet:
        """The `count` most different consistent scenarios, not saved yet.

        The weight of every consistent scenario goes to the chosen one nearest to it, so that four stand for all.

        Args:
            scenario: judged.
            count: how many.
            near: take the nearest ones where none is consistent.

        Raises:
            NothingConsistent: there is none, and `near` was not asked for.
            SearchTimedOut: none was found, not even a near one, before the time ran out.
        """
        matrix = build_matrix(scenario, scale=None)
        forced = state_positions(scenario.factors, scenario.forced)
        result = solve_nearest(matrix, forced=forced, budget_seconds=CHOOSING_SECONDS)
        cut_short = not result.solutions and not result.is_complete
        if cut_short or (not near and (not result.solutions or result.solutions[0].inconsistency)):
            raise _nothing_consistent(scenario, result)
        chosen = most_diverse([solution.states for solution in result.solutions], count=count)
        shares = _represented_weights(scenario, result.solutions, chosen)
        has_priors = any(state.prior is not None for factor in scenario.factors for state in factor.states)
        return FutureSet(
            futures=tuple(
                Future(
                    id=f"f{number}",
                    name=chr(ord("A") + number - 1),
                    states=tuple(
                        (factor.id, factor.states[at].id) for factor, at in zip(scenario.factors, states, strict=True)
                    ),
                    prior=(1.0 - USUAL_NONE_OF_THESE) * (share if has_priors else 1.0 / len(chosen)),
                )
                for number, (states, share) in enumerate(zip(chosen, shares, strict=True), 1)
            ),
            none_of_these=USUAL_NONE_OF_THESE if chosen else 1.0,
            basis="priors" if has_priors else "equal",
        )

    def save(self, scenario: Scenario, futures: FutureSet, signed: Attribution) -> Revision[FutureSet]:
        """Save the set as a new revision.

        Raises:
            UnknownFactor: a future names a factor or state that is not there; MissingFactor: it leaves one out.
            NotAProbability, WrongShares: priors that are none, or do not add up to 1.
            RevisionConflict: somebody saved a newer set meanwhile.
        """
        for future in futures.futures:
            state_positions(scenario.factors, future.states)
            missing = {factor.id for factor in scenario.factors} - {factor for factor, _ in future.states}
            if missing:
                raise MissingFactor(future=future.name, missing=", ".join(sorted(missing)))
        check_shares(futures)
        return save_next(self._ledger, self.get(scenario.id), futures, signed)

    def likelihoods(self, scenario_id: str) -> FutureLikelihoods:
        """How likely the futures are now, with every update that led there."""
        futures = self.get(scenario_id)
        updates = self._ledger.entries(LikelihoodUpdate, scenario_id=scenario_id)
        return FutureLikelihoods(
            futures=futures,
            prior=futures.content.shares,
            now=current_likelihoods(futures.content, [update.content for update in updates]),
            updates=updates,
        )

    def undo(self, update_id: str, signed: Attribution) -> Revision[LikelihoodUpdate]:
        """Take an update back. It stays to be read; the likelihoods are as if it had never been.

        Raises:
            NotFound: no such update.
        """
        return self._set_undone(update_id, signed, undone=True)

    def redo(self, update_id: str, signed: Attribution) -> Revision[LikelihoodUpdate]:
        """Let an update that was taken back count again; errors as `undo`."""
        return self._set_undone(update_id, signed, undone=False)

    def _set_undone(self, update_id: str, signed: Attribution, *, undone: bool) -> Revision[LikelihoodUpdate]:
        update = self._ledger.entry(LikelihoodUpdate, update_id)
        if update.content.undone == undone:
            return update
        return save_next(self._ledger, update, replace(update.content, undone=undone), signed)


def check_shares(futures: FutureSet) -> None:
    """Check that priors are probabilities that add up to 1 with none-of-these.

    Raises:
        NotAProbability, WrongShares: they are not, or do not.
    """
    names = [*(future.name for future in futures.futures), NONE_OF_THESE]
    shares = [share for _, share in futures.shares]
    for name, share in zip(names, shares, strict=True):
        if not 0.0 <= share <= 1.0:
            raise NotAProbability(what=name, found=share)
    if abs(sum(shares) - 1.0) > SUM_TOLERANCE:
        raise WrongShares(what=", ".join(names), found=round(sum(shares), 4))


def find_future(futures: FutureSet, wanted: str) -> Future:
    """A future by id or name.

    Raises:
        NotFound: there is none.
    """
    for future in futures.futures:
        if wanted in (future.id, future.name):
            return future
    raise NotFound(kind="future", id=wanted)


def _represented_weights(
    scenario: Scenario, solutions: Sequence[Solution], chosen: Sequence[tuple[int, ...]]
) -> list[float]:
    shares = np.zeros(len(chosen))
    forced = [factor for factor, _ in state_positions(scenario.factors, scenario.forced)]
    weights = scenario_weights(scenario.factors, solutions, forced=forced).tolist()
    for solution, weight in zip(solutions, weights, strict=True):
        shares[min(range(len(chosen)), key=lambda at: hamming_distance(solution.states, chosen[at]))] += weight
    return [float(share) for share in shares]


def _nothing_consistent(scenario: Scenario, result: SolveResult) -> NothingConsistent:
    """How far the nearest scenario is from holding, and how many judgements would have to change for it."""
    if not result.solutions and not result.is_complete:
        return SearchTimedOut(scenario=scenario.title, seconds=round(CHOOSING_SECONDS))
    if not result.solutions:
        return NothingConsistent(scenario=scenario.title, inconsistency="–", changes="–")
    closest = result.solutions[0]
    matrix = build_matrix(scenario, scale=None)
    forced = [factor for factor, _ in state_positions(scenario.factors, scenario.forced)]
    flips = flips_that_make_consistent(scenario.factors, matrix, closest.states, scale=scenario.scale, forced=forced)
    changes = sum(len(flip.changes) for flip in flips)
    found = evaluate_scenario(matrix, closest.states, forced=forced).inconsistency
    return NothingConsistent(scenario=scenario.title, inconsistency=found, changes=changes)
