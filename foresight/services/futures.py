"""The few scenarios a workshop goes on with, and how likely priors and evidence make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from foresight.errors import MissingFactor, NotAProbability, NotFound, NothingConsistent, SearchCutShort, WrongShares
from foresight.ports import Ledger
from foresight.records import (
    NONE_OF_THESE,
    Future,
    Futures,
    Kept,
    LikelihoodUpdate,
    Scenario,
    Share,
    Solution,
    SolveResult,
)
from foresight.scenarios.balance import what_makes
from foresight.scenarios.crossimpact import judge
from foresight.scenarios.diversity import distance, most_diverse
from foresight.scenarios.factors import place
from foresight.scenarios.matrix import build
from foresight.scenarios.outlook import weights
from foresight.scenarios.priors import ADDS_UP
from foresight.scenarios.search import nearest
from foresight.scenarios.updating import standing
from foresight.services.keeping import Signed, latest, revised

BUDGET_SECONDS = 5.0
USUAL_COUNT = 4
KEPT_BACK = 0.2
"""The usual share of none-of-these: scenario sets that were looked at afterwards rarely held what came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihoods:
    """How likely the futures are now, and how that came about.

    Attributes:
        prior, now: shares, none-of-these last.
        updates: everything that signposts did, oldest first; undone ones are there and do not count.
    """

    futures: Kept[Futures]
    prior: tuple[Share, ...]
    now: tuple[Share, ...]
    updates: tuple[Kept[LikelihoodUpdate], ...]


class FuturesDesk:
    """Choosing, naming and weighing the futures of a scenario. They are kept under the scenario's id."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, scenario_id: str) -> Kept[Futures]:
        """The kept set, or an empty one that was never saved."""
        return latest(self._ledger, scenario_id, Futures(), scenario_id=scenario_id)

    def choose(self, scenario: Scenario, *, count: int = USUAL_COUNT, near: bool = False) -> Futures:
        """The `count` most different consistent scenarios, not kept yet.

        Every consistent scenario lends its weight to the chosen one nearest to it, so that four stand for all.

        Args:
            scenario: judged.
            count: how many.
            near: take the nearest ones where none is consistent.

        Raises:
            NothingConsistent: there is none, and `near` was not asked for.
            SearchCutShort: none was found, not even a near one, before the time ran out.
        """
        matrix = build(scenario, scale=None)
        forced = place(scenario.factors, scenario.forced)
        result = nearest(matrix, forced=forced, budget_seconds=BUDGET_SECONDS)
        cut_short = not result.solutions and not result.is_complete
        if cut_short or (not near and (not result.solutions or result.solutions[0].inconsistency)):
            raise _nothing(scenario, result)
        chosen = most_diverse([solution.states for solution in result.solutions], count=count).scenarios
        shares = _lent(scenario, result.solutions, chosen)
        has_priors = any(state.prior is not None for factor in scenario.factors for state in factor.states)
        return Futures(
            futures=tuple(
                Future(
                    id=f"f{number}",
                    name=chr(ord("A") + number - 1),
                    states=_pairs(scenario, states),
                    prior=(1.0 - KEPT_BACK) * (share if has_priors else 1.0 / len(chosen)),
                )
                for number, (states, share) in enumerate(zip(chosen, shares, strict=True), 1)
            ),
            none_of_these=KEPT_BACK if chosen else 1.0,
            basis="priors" if has_priors else "equal",
        )

    def save(self, scenario: Scenario, futures: Futures, signed: Signed) -> Kept[Futures]:
        """Keep the set as a new revision.

        Raises:
            UnknownFactor: a future names a factor or state that is not there; MissingFactor: it leaves one out.
            NotAProbability, WrongShares: priors that are none, or do not add up to 1.
            EntryConflict: somebody saved a newer set meanwhile.
        """
        for future in futures.futures:
            place(scenario.factors, future.states)
            missing = {factor.id for factor in scenario.factors} - {factor for factor, _ in future.states}
            if missing:
                raise MissingFactor(future=future.name, missing=", ".join(sorted(missing)))
        checked_shares(futures)
        return self._ledger.keep(revised(self.get(scenario.id), futures, signed))

    def likelihoods(self, scenario_id: str) -> Likelihoods:
        """How likely the futures are now, with every update that led there."""
        futures = self.get(scenario_id)
        updates = self._ledger.entries(LikelihoodUpdate, scenario_id=scenario_id)
        return Likelihoods(
            futures=futures,
            prior=futures.content.shares,
            now=standing(futures.content, [update.content for update in updates]),
            updates=updates,
        )

    def undo(self, update_id: str, signed: Signed) -> Kept[LikelihoodUpdate]:
        """Take an update back. It stays to be read; the likelihoods are as if it had never been.

        Raises:
            NotFound: no such update.
        """
        update = self._ledger.entry(LikelihoodUpdate, update_id)
        if update.content.undone:
            return update
        undone = replace(update.content, undone=True)
        return self._ledger.keep(revised(update, undone, signed))

    def redo(self, update_id: str, signed: Signed) -> Kept[LikelihoodUpdate]:
        """Let an update that was taken back count again."""
        update = self._ledger.entry(LikelihoodUpdate, update_id)
        if not update.content.undone:
            return update
        return self._ledger.keep(revised(update, replace(update.content, undone=False), signed))


def checked_shares(futures: Futures) -> None:
    """See that priors are probabilities that add up to 1 with none-of-these.

    Raises:
        NotAProbability, WrongShares: they are not, or do not.
    """
    names = [*(future.name for future in futures.futures), NONE_OF_THESE]
    shares = [share for _, share in futures.shares]
    for name, share in zip(names, shares, strict=True):
        if not 0.0 <= share <= 1.0:
            raise NotAProbability(what=name, found=share)
    if abs(sum(shares) - 1.0) > ADDS_UP:
        raise WrongShares(what=", ".join(names), found=round(sum(shares), 4))


def future_of(futures: Futures, wanted: str) -> Future:
    """A future by id or name.

    Raises:
        NotFound: there is none.
    """
    for future in futures.futures:
        if wanted in (future.id, future.name):
            return future
    raise NotFound(kind="future", id=wanted)


def _lent(scenario: Scenario, solutions: Sequence[Solution], chosen: Sequence[tuple[int, ...]]) -> list[float]:
    shares = np.zeros(len(chosen))
    exempt = [factor for factor, _ in place(scenario.factors, scenario.forced)]
    for solution, weight in zip(solutions, weights(scenario.factors, solutions, forced=exempt).tolist(), strict=True):
        shares[min(range(len(chosen)), key=lambda at: distance(solution.states, chosen[at]))] += weight
    return [float(share) for share in shares]


def _pairs(scenario: Scenario, states: Sequence[int]) -> tuple[tuple[str, str], ...]:
    return tuple((factor.id, factor.states[at].id) for factor, at in zip(scenario.factors, states, strict=True))


def _nothing(scenario: Scenario, result: SolveResult) -> NothingConsistent:
    """How far the nearest scenario is from holding, and how many judgements would have to change for it."""
    if not result.solutions and not result.is_complete:
        return SearchCutShort(scenario=scenario.title, seconds=round(BUDGET_SECONDS))
    if not result.solutions:
        return NothingConsistent(scenario=scenario.title, inconsistency="–", changes="–")
    closest = result.solutions[0]
    matrix = build(scenario, scale=None)
    forced = [factor for factor, _ in place(scenario.factors, scenario.forced)]
    flips = what_makes(scenario.factors, matrix, closest.states, scale=scenario.scale, forced=forced)
    changes = sum(len(flip.changes) for flip in flips)
    found = judge(matrix, closest.states, forced=forced).inconsistency
    return NothingConsistent(scenario=scenario.title, inconsistency=found, changes=changes)
