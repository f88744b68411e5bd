"""What if: scenarios are made from trends, judged, solved, questioned and kept in revisions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from foresight.model.decisions import TrendView
from foresight.model.errors import LedgerConflict
from foresight.model.scenarios import Factor, ImpactMatrix, PriorOrigin, Scenario, Solution
from foresight.queries.snapshot_cache import SnapshotCache
from foresight.scenarios import matrix as factor_rules
from foresight.scenarios import state_likelihoods
from foresight.scenarios.editing import with_factor
from foresight.scenarios.explanation import BalanceLine, ScenarioFlip, balance_sheet, flips_that_break
from foresight.scenarios.matrix import build_matrix, judgement_completeness, unbalanced_groups
from foresight.scenarios.panels import check_judgements
from foresight.scenarios.revisions import MergeConflict, MergeResult, merge_scenarios
from foresight.scenarios.whatif import WHAT_IF_SECONDS, WhatIfAnswer, what_if
from foresight.store.ledger import Ledger

LEAST_STATES = 2
SAVE_ATTEMPTS = 20
"""How often a save that met another is tried again; ten people at once need fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioExplanation:
    """Why a scenario holds, and what would break it.

    Attributes:
        lines: one per factor, in their order.
        weakest: the fewest judgements that would have to move for a state to lose its lead, None where none could.
    """

    lines: tuple[BalanceLine, ...]
    weakest: ScenarioFlip | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementProgress:
    """How complete and balanced the judgements are.

    Attributes:
        judged: of `groups` (an acting state and a factor it acts on) those somebody said something about.
        unbalanced: (acting factor, its state's id, factor acted on, sum) of groups that do not add up to 0.
    """

    judged: int
    groups: int
    unbalanced: tuple[tuple[Factor, str, Factor, int], ...]


class ScenarioService:
    """Everything one can do with scenarios."""

    def __init__(self, cache: SnapshotCache, ledger: Ledger) -> None:
        self._cache, self._ledger = cache, ledger

    def list(self) -> tuple[Scenario, ...]:
        """The latest revision of each, latest saved first."""
        return self._ledger.scenarios()

    def get(self, scenario_id: str, *, rev: int | None = None) -> Scenario:
        """The latest revision, or the one asked for.

        Raises:
            NotFound: no such scenario or revision.
        """
        return self._ledger.scenario(scenario_id, rev=rev)

    def revisions(self, scenario_id: str) -> tuple[Scenario, ...]:
        """All that was ever saved of it, oldest first."""
        return self._ledger.revisions(scenario_id)

    def new(self, *, title: str, question: str, horizon: str, lang: str, trends: Sequence[TrendView] = ()) -> Scenario:
        """A scenario that is not kept yet, with a factor for each trend, pinned to the current run."""
        measured = self._cache.trends()
        scenario = Scenario(
            id=_new_scenario_id(),
            title=title.strip(),
            question=question.strip(),
            horizon=horizon.strip(),
            lang=lang,
            basis_run_id=measured.stamp.run_id,
        )
        for view in trends:
            scenario = self.add_trend(scenario, view)
        return scenario

    def new_id(self) -> str:
        """An id nobody has, for a scenario that needs no published run."""
        return _new_scenario_id()

    def copy(self, scenario: Scenario, *, title: str) -> Scenario:
        """The same as a scenario of its own, not kept yet."""
        return replace(scenario, id=_new_scenario_id(), title=title, rev=0, saved=None)

    def add_trend(self, scenario: Scenario, view: TrendView) -> Scenario:
        """With a factor made from a trend, with the priors its projection gives where it has one."""
        factor = factor_rules.factor_from_trend(view, lang=scenario.lang)
        return with_factor(scenario, state_likelihoods.priors_from_projection(factor, view))

    def refresh_priors(self, scenario: Scenario) -> Scenario:
        """With priors from the projections as they are now, for the factors that have theirs from there."""
        views = {view.trend.id: view for view in self._cache.trends().views(self._ledger.decisions())}
        return replace(scenario, factors=tuple(_with_current_priors(factor, views) for factor in scenario.factors))

    def save(self, scenario: Scenario, *, who: str, reason: str = "") -> Scenario:
        """Keep it as a new revision of the one it was made from.

        Raises:
            LedgerConflict: somebody saved a newer one meanwhile; nothing was overwritten.
            UnknownFactor, OffScale: a judgement about nothing, or outside the scale; nothing was kept.
        """
        check_judgements(scenario, scenario.judgements)
        return self._ledger.save_scenario(replace(scenario, author=who, reason=reason.strip()))

    def save_merged(self, scenario: Scenario, *, who: str, reason: str = "") -> MergeResult:
        """Keep it; where somebody saved meanwhile, put both people's changes together and keep those.

        Whatever both changed to different ends stays as theirs, and is listed as a conflict with both versions; mine is
        then in the answer and nowhere lost. Only where nothing of mine can be added, nothing new is kept.

        Raises:
            LedgerConflict: the scenario is being saved faster than one can follow.
            UnknownFactor, OffScale: as `save`.
        """
        conflicts: tuple[MergeConflict, ...] = ()
        trying = scenario
        for _ in range(SAVE_ATTEMPTS):
            try:
                return MergeResult(scenario=self.save(trying, who=who, reason=reason), conflicts=conflicts)
            except LedgerConflict:
                theirs = self._ledger.scenario(scenario.id)
                base = self._ledger.scenario(scenario.id, rev=scenario.rev) if scenario.rev else theirs
                merged = merge_scenarios(base, theirs, scenario)
                trying, conflicts = merged.scenario, merged.conflicts
                if trying == theirs:
                    return merged
        return MergeResult(scenario=self.save(trying, who=who, reason=reason), conflicts=conflicts)

    def solve(self, scenario: Scenario, *, budget_seconds: float = WHAT_IF_SECONDS) -> WhatIfAnswer:
        """The consistent scenarios under what is forced, the nearest ones where there are none, and what follows.

        Raises:
            TooFewStates: a factor has fewer than two states.
            UnknownFactor: a judgement speaks of a factor that is not there.
        """
        return what_if(scenario, scenario.forced, budget_seconds=budget_seconds)

    def why(self, scenario: Scenario, solution: Solution) -> ScenarioExplanation:
        """Factor by factor, what holds a scenario together, and its weakest spot."""
        given = dict(scenario.forced)
        forced = [at for at, factor in enumerate(scenario.factors) if factor.id in given]
        flips = flips_that_break(scenario.factors, _unscaled_matrix(scenario), solution.states, forced=forced)
        return ScenarioExplanation(lines=balance_sheet(scenario, solution.states), weakest=flips[0] if flips else None)


def _with_current_priors(factor: Factor, views: dict[str, TrendView]) -> Factor:
    view = views.get(factor.trend_id)
    by_hand = factor.prior_origin in (PriorOrigin.HAND, PriorOrigin.RATINGS)
    return factor if view is None or by_hand else state_likelihoods.priors_from_projection(factor, view)


def _new_scenario_id() -> str:
    return f"s-{uuid.uuid4().hex[:12]}"


def is_solvable(scenario: Scenario) -> bool:
    """Whether there is anything to solve: two factors with two states each."""
    return len(scenario.factors) > 1 and all(len(factor.states) >= LEAST_STATES for factor in scenario.factors)


def judgement_progress(scenario: Scenario) -> JudgementProgress:
    """How far the judging has come, and what is worth a second look."""
    done = judgement_completeness(scenario.factors, scenario.judgements)
    names = {factor.id: factor for factor in scenario.factors}
    odd = unbalanced_groups(scenario.factors, _unscaled_matrix(scenario))
    return JudgementProgress(
        judged=done.judged,
        groups=done.groups,
        unbalanced=tuple((names[g.source_factor], g.source_state, names[g.target_factor], g.total) for g in odd),
    )


def _unscaled_matrix(scenario: Scenario) -> ImpactMatrix:
    # Imported matrices may reach beyond the scale people judge on.
    return build_matrix(scenario, scale=None)
