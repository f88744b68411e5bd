"""Stress-test: how options fare in every future, and what kind of move each one is.

Rows are options, columns futures; larger scores are better. Wald's maximin, Savage's minimax regret (1951), Starr's
satisficing. Criteria are never averaged: an option that fails the threshold of one is not rescued by a good mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite

import numpy as np
import numpy.typing as npt

from foresight.model.errors import NotFound, OffScale
from foresight.model.scenarios import Criterion, Future, FutureSet, OptionScore, Strategy, StressTestInput
from foresight.model.workshop import Revision
from foresight.scenarios.futures import FuturesService, find_future
from foresight.scenarios.matrix import slug
from foresight.scenarios.revisions import Attribution, latest_revision, save_next
from foresight.store.ledger import Ledger

Floats = npt.NDArray[np.float64]
ScoreTable = Sequence[Sequence[float]]
# The share of scenarios whose regret the p-regret covers, as is usual in robust decision making.
REGRET_PERCENTILE = 90.0


class MoveKind(StrEnum):
    """What kind of move an option is."""

    NO_REGRET = "no_regret"  # good enough in every scenario
    HEDGE = "hedge"  # has the best worst case
    BIG_BET = "big_bet"  # best in one scenario, worst in all others it is not best in
    OPTION = "option"  # best in some scenario: worth it if a signpost says so
    WEAK = "weak"  # none of these


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionPerformance:
    """How one option fares.

    Attributes:
        worst: its least score; max_regret, p_regret: largest and 90th percentile of what it misses of the best.
        satisfied: share (or weight) of the scenarios in which it reaches the threshold.
    """

    worst: float
    max_regret: float
    p_regret: float
    satisfied: float
    move: MoveKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StressTest:
    """All options; `maximin` and `minimax_regret` are the indexes of the best ones, the first of equals."""

    fares: tuple[OptionPerformance, ...]
    regrets: tuple[tuple[float, ...], ...]
    maximin: int
    minimax_regret: int


def stress_test(
    scores: ScoreTable, *, threshold: float, tolerated_regret: float = 0.0, weights: Sequence[float] | None = None
) -> StressTest:
    """Wind-tunnel options through scenarios.

    Args:
        scores: ``options × scenarios``, larger is better.
        threshold: the score from which a scenario counts as satisfied.
        tolerated_regret: ε, up to which nobody would regret an option.
        weights: of the scenarios, for `satisfied`; equal where not given.
    """
    table = np.array(scores, dtype=np.float64)
    missed = table.max(axis=0) - table
    shares = np.full(table.shape[1], 1.0) if weights is None else np.array(weights, dtype=np.float64)
    shares = shares / shares.sum()
    worst = table.min(axis=1)
    fares = tuple(
        OptionPerformance(
            worst=float(worst[option]),
            max_regret=float(missed[option].max()),
            p_regret=float(np.percentile(missed[option], REGRET_PERCENTILE)),
            satisfied=float(shares[table[option] >= threshold].sum()),
            move=_move_kind(table, missed, option, tolerated_regret),
        )
        for option in range(len(table))
    )
    return StressTest(
        fares=fares,
        regrets=tuple(map(tuple, missed.tolist())),
        maximin=int(worst.argmax()),
        minimax_regret=int(missed.max(axis=1).argmin()),
    )


def stability_radius(values: Sequence[float]) -> float:
    """By how much every score must be wrong before another option comes first.

    For criteria that move by no more than the scores do, and do so when all move together (maximin, any weighted
    mean): half the lead of the best value over the second. 0 for a tie; infinite for a single option.
    """
    ordered = sorted(values, reverse=True)
    return (ordered[0] - ordered[1]) / 2.0 if len(ordered) > 1 else float("inf")


def _move_kind(table: Floats, missed: Floats, option: int, tolerated: float) -> MoveKind:
    best = missed[option] == 0.0
    worst_elsewhere = bool((table[option] == table.min(axis=0))[~best].all()) and not best.all()
    if missed[option].max() <= tolerated:
        return MoveKind.NO_REGRET
    if table[option].min() == table.min(axis=1).max():
        return MoveKind.HEDGE
    if best.sum() == 1 and worst_elsewhere:
        return MoveKind.BIG_BET
    return MoveKind.OPTION if best.any() else MoveKind.WEAK


LEAST_SCORE, MOST_SCORE = 1.0, 5.0
TOLERATED_REGRET = 1.0
"""By how much an option may miss the best one and still be called no-regret, in points of the scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionReport:
    """One option through all futures.

    Attributes:
        margins: per future, its worst distance to a threshold over all criteria; below 0 it fails there.
        move: what kind of move it is; best_in, fails_in: names of futures; regret_in: where its regret is largest.
        satisfied: share of the futures, by their likelihood, in which it reaches every threshold.
    """

    strategy: Strategy
    margins: tuple[float, ...]
    move: MoveKind
    worst: float
    max_regret: float
    p_regret: float
    satisfied: float
    best_in: tuple[str, ...]
    fails_in: tuple[str, ...]
    regret_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StressTestReport:
    """The whole stress-test.

    Attributes:
        futures: the columns; criteria: what was scored by.
        options: those scored everywhere; missing: (option, future, criterion) names still to score.
        by_criterion: regrets and moves by each criterion alone.
        maximin, minimax_regret: names of the best options by these two rules, "" where none is scored.
        stable_by: by how much every score must be wrong before another option comes first by maximin.
    """

    futures: tuple[Future, ...]
    criteria: tuple[Criterion, ...]
    options: tuple[OptionReport, ...] = ()
    missing: tuple[tuple[str, str, str], ...] = ()
    by_criterion: tuple[tuple[Criterion, StressTest], ...] = ()
    maximin: str = ""
    minimax_regret: str = ""
    stable_by: float = 0.0


class StressTestService:
    """Options of a scenario under stress-test. They are saved under the scenario's id."""

    def __init__(self, ledger: Ledger, futures: FuturesService) -> None:
        self._ledger, self._futures = ledger, futures

    def get(self, scenario_id: str) -> Revision[StressTestInput]:
        """The saved table, or an empty one."""
        return latest_revision(self._ledger, scenario_id, StressTestInput())

    def save(self, scenario_id: str, tunnel: StressTestInput, signed: Attribution) -> Revision[StressTestInput]:
        """Save the table as a new revision.

        Raises:
            OffScale: a score or a threshold outside 1 to 5.
            NotFound: a score of an option, criterion or future that is not there.
            RevisionConflict: somebody saved a newer one meanwhile.
        """
        check_options(tunnel, self._futures.get(scenario_id).content)
        return save_next(self._ledger, self.get(scenario_id), tunnel, signed)

    def test(self, scenario_id: str) -> StressTestReport:
        """How every option fares, and what kind of move it is."""
        likely = self._futures.likelihoods(scenario_id)
        return stress_test_report(self.get(scenario_id).content, likely.futures.content, dict(likely.now))


def with_strategy(tunnel: StressTestInput, name: str, description: str = "") -> StressTestInput:
    """With one more option; its id is made from its name once. One of that name that is there stays as it is."""
    if name in [each.name for each in tunnel.strategies]:
        return tunnel
    made = Strategy(id=slug(name, taken=[each.id for each in tunnel.strategies]), name=name, description=description)
    return replace(tunnel, strategies=(*tunnel.strategies, made))


def with_criterion(tunnel: StressTestInput, name: str, threshold: float = 3.0) -> StressTestInput:
    """With one more criterion, or another threshold of the one of that name."""
    known = next((each for each in tunnel.criteria if each.name == name), None)
    if known is not None:
        changed = replace(known, threshold=threshold)
        return replace(tunnel, criteria=tuple(changed if each is known else each for each in tunnel.criteria))
    made = Criterion(id=slug(name, taken=[each.id for each in tunnel.criteria]), name=name, threshold=threshold)
    return replace(tunnel, criteria=(*tunnel.criteria, made))


def with_score(tunnel: StressTestInput, score: OptionScore) -> StressTestInput:
    """With a score in place of an earlier one on the same cell."""
    cell = (score.strategy_id, score.future_id, score.criterion_id)
    kept = tuple(s for s in tunnel.scores if (s.strategy_id, s.future_id, s.criterion_id) != cell)
    return replace(tunnel, scores=(*kept, score))


def check_options(tunnel: StressTestInput, futures: FutureSet) -> None:
    """Check that a table can be saved.

    Raises:
        OffScale, NotFound: as `StressTestService.save`.
    """
    known = {
        "strategy": {each.id for each in tunnel.strategies},
        "criterion": {each.id for each in tunnel.criteria},
        "future": {each.id for each in futures.futures},
    }
    for criterion in tunnel.criteria:
        if not (isfinite(criterion.threshold) and LEAST_SCORE <= criterion.threshold <= MOST_SCORE):
            raise OffScale(what=criterion.name, found=criterion.threshold, low=LEAST_SCORE, high=MOST_SCORE)
    for score in tunnel.scores:
        named = {"strategy": score.strategy_id, "criterion": score.criterion_id, "future": score.future_id}
        for kind, name in named.items():
            if name not in known[kind]:
                raise NotFound(kind=kind, id=name)
        if not (isfinite(score.value) and LEAST_SCORE <= score.value <= MOST_SCORE):
            what = f"{score.strategy_id} · {find_future(futures, score.future_id).name}"
            raise OffScale(what=what, found=score.value, low=LEAST_SCORE, high=MOST_SCORE)


def stress_test_report(tunnel: StressTestInput, futures: FutureSet, likely: dict[str, float]) -> StressTestReport:
    """The stress-test of a table.

    Criteria are never averaged: an option is worth in a future what it is worth by its worst criterion, measured from
    that criterion's threshold.
    """
    values = {(score.strategy_id, score.future_id, score.criterion_id): score.value for score in tunnel.scores}
    missing = tuple(
        (strategy.name, future.name, criterion.name)
        for strategy in tunnel.strategies
        for future in futures.futures
        for criterion in tunnel.criteria
        if (strategy.id, future.id, criterion.id) not in values
    )
    unscored = {name for name, _, _ in missing}
    ready = [strategy for strategy in tunnel.strategies if strategy.name not in unscored]
    if not (ready and futures.futures and tunnel.criteria):
        return StressTestReport(futures=futures.futures, criteria=tunnel.criteria, missing=missing)
    weights = [likely.get(future.id, 0.0) for future in futures.futures]
    fair = weights if sum(weights) > 0.0 else None
    margins = [
        [min(values[s.id, f.id, c.id] - c.threshold for c in tunnel.criteria) for f in futures.futures] for s in ready
    ]
    found = stress_test(margins, threshold=0.0, tolerated_regret=TOLERATED_REGRET, weights=fair)
    alone = [
        (c, stress_test([[values[s.id, f.id, c.id] for f in futures.futures] for s in ready], threshold=c.threshold))
        for c in tunnel.criteria
    ]
    return StressTestReport(
        futures=futures.futures,
        criteria=tunnel.criteria,
        options=tuple(_option_report(strategy, at, margins[at], found, futures) for at, strategy in enumerate(ready)),
        missing=missing,
        by_criterion=tuple(alone),
        maximin=ready[found.maximin].name,
        minimax_regret=ready[found.minimax_regret].name,
        stable_by=stability_radius([fare.worst for fare in found.fares]),
    )


def _option_report(
    strategy: Strategy, at: int, margins: list[float], found: StressTest, futures: FutureSet
) -> OptionReport:
    fare, regrets = found.fares[at], found.regrets[at]
    names = [future.name for future in futures.futures]
    return OptionReport(
        strategy=strategy,
        margins=tuple(margins),
        move=fare.move,
        worst=fare.worst,
        max_regret=fare.max_regret,
        p_regret=fare.p_regret,
        satisfied=fare.satisfied,
        best_in=tuple(name for name, regret in zip(names, regrets, strict=True) if regret == 0.0),
        fails_in=tuple(name for name, margin in zip(names, margins, strict=True) if margin < 0.0),
        regret_in=names[regrets.index(max(regrets))],
    )
