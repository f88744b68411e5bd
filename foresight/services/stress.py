"""Stress-test: what we might do, scored in every future, with the kind of move each option is and the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite

from foresight.errors import NotFound, OffScale
from foresight.ports import Ledger
from foresight.records import Criterion, Future, Futures, Kept, Score, Strategy, WindTunnel
from foresight.scenarios.factors import slug
from foresight.scenarios.stresstest import Move, StressTest, stability_radius, stress_test
from foresight.services.futures import FuturesDesk, future_of
from foresight.services.keeping import Signed, latest, revised

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
    move: Move
    worst: float
    max_regret: float
    p_regret: float
    satisfied: float
    best_in: tuple[str, ...]
    fails_in: tuple[str, ...]
    regret_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StressReport:
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
    options: tuple[OptionReport, ...]
    missing: tuple[tuple[str, str, str], ...]
    by_criterion: tuple[tuple[Criterion, StressTest], ...]
    maximin: str
    minimax_regret: str
    stable_by: float


class StressDesk:
    """Options of a scenario under stress-test. They are kept under the scenario's id."""

    def __init__(self, ledger: Ledger, futures: FuturesDesk) -> None:
        self._ledger, self._futures = ledger, futures

    def get(self, scenario_id: str) -> Kept[WindTunnel]:
        """The kept table, or an empty one that was never saved."""
        return latest(self._ledger, scenario_id, WindTunnel(), scenario_id=scenario_id)

    def save(self, scenario_id: str, tunnel: WindTunnel, signed: Signed) -> Kept[WindTunnel]:
        """Keep the table as a new revision.

        Raises:
            OffScale: a score or a threshold outside 1 to 5.
            NotFound: a score of an option, criterion or future that is not there.
            EntryConflict: somebody saved a newer one meanwhile.
        """
        check(tunnel, self._futures.get(scenario_id).content)
        return self._ledger.keep(revised(self.get(scenario_id), tunnel, signed))

    def test(self, scenario_id: str) -> StressReport:
        """How every option fares, and what kind of move it is."""
        likely = self._futures.likelihoods(scenario_id)
        return report(self.get(scenario_id).content, likely.futures.content, dict(likely.now))


def with_strategy(tunnel: WindTunnel, name: str, description: str = "") -> WindTunnel:
    """With one more option; its id is made from its name once. One of that name that is there stays as it is."""
    if name in [each.name for each in tunnel.strategies]:
        return tunnel
    made = Strategy(id=slug(name, taken=[each.id for each in tunnel.strategies]), name=name, description=description)
    return replace(tunnel, strategies=(*tunnel.strategies, made))


def with_criterion(tunnel: WindTunnel, name: str, threshold: float = 3.0) -> WindTunnel:
    """With one more criterion, or another threshold of the one of that name."""
    known = next((each for each in tunnel.criteria if each.name == name), None)
    if known is not None:
        changed = replace(known, threshold=threshold)
        return replace(tunnel, criteria=tuple(changed if each is known else each for each in tunnel.criteria))
    made = Criterion(id=slug(name, taken=[each.id for each in tunnel.criteria]), name=name, threshold=threshold)
    return replace(tunnel, criteria=(*tunnel.criteria, made))


def with_score(tunnel: WindTunnel, score: Score) -> WindTunnel:
    """With a score in place of an earlier one on the same cell."""
    cell = (score.strategy_id, score.future_id, score.criterion_id)
    kept = tuple(s for s in tunnel.scores if (s.strategy_id, s.future_id, s.criterion_id) != cell)
    return replace(tunnel, scores=(*kept, score))


def check(tunnel: WindTunnel, futures: Futures) -> None:
    """See that a table can be kept.

    Raises:
        OffScale, NotFound: as `StressDesk.save`.
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
        told = {"strategy": score.strategy_id, "criterion": score.criterion_id, "future": score.future_id}
        for kind, name in told.items():
            if name not in known[kind]:
                raise NotFound(kind=kind, id=name)
        if not (isfinite(score.value) and LEAST_SCORE <= score.value <= MOST_SCORE):
            what = f"{score.strategy_id} · {future_of(futures, score.future_id).name}"
            raise OffScale(what=what, found=score.value, low=LEAST_SCORE, high=MOST_SCORE)


def misses(tunnel: WindTunnel, strategy_id: str, future_id: str) -> tuple[str, ...] | None:
    """Names of the criteria whose threshold an option misses in a future; None where it is not fully scored there."""
    values = _values(tunnel)
    missed = []
    for criterion in tunnel.criteria:
        value = values.get((strategy_id, future_id, criterion.id))
        if value is None:
            return None
        if value < criterion.threshold:
            missed.append(criterion.name)
    return tuple(missed) if tunnel.criteria else None


def report(tunnel: WindTunnel, futures: Futures, likely: dict[str, float]) -> StressReport:
    """The stress-test of a table.

    Criteria are never averaged: an option is worth in a future what it is worth by its worst criterion, measured from
    that criterion's threshold.
    """
    values = _values(tunnel)
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
        return _empty(tunnel, futures, missing)
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
    return StressReport(
        futures=futures.futures,
        criteria=tunnel.criteria,
        options=tuple(_option(strategy, at, margins[at], found, futures) for at, strategy in enumerate(ready)),
        missing=missing,
        by_criterion=tuple(alone),
        maximin=ready[found.maximin].name,
        minimax_regret=ready[found.minimax_regret].name,
        stable_by=stability_radius([fare.worst for fare in found.fares]),
    )


def _option(strategy: Strategy, at: int, margins: list[float], found: StressTest, futures: Futures) -> OptionReport:
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


def _empty(tunnel: WindTunnel, futures: Futures, missing: tuple[tuple[str, str, str], ...]) -> StressReport:
    return StressReport(
        futures=futures.futures,
        criteria=tunnel.criteria,
        options=(),
        missing=missing,
        by_criterion=(),
        maximin="",
        minimax_regret="",
        stable_by=0.0,
    )


def _values(tunnel: WindTunnel) -> dict[tuple[str, str, str], float]:
    return {(score.strategy_id, score.future_id, score.criterion_id): score.value for score in tunnel.scores}
