"""Beliefs: probabilities of events that make each other more or less likely, checked while they are typed.

Likelihoods after Gordon and Hayward, Futures 1 (1968) 100–116, and Gordon, "Cross-Impact Method", Millennium Project
(1994). One run: an event that is still open is drawn; it happens with its current probability; the odds of all open
events are then multiplied by a factor for "happened" or for "did not". Using the factors for "happened" alone is a
common shortcut that drives the results away from what the experts said.

Consistency checks, each sound:

- a probability has to lie strictly between 0 and 1;
- P(j | i) has to lie between max(0, (p_i + p_j − 1) / p_i) and min(1, p_j / p_i), and both ways of asking one pair have
  to agree: P(j | i) p_i = P(i | j) p_j (Bayes);
- all statements together have to fit some joint distribution of the 2^n worlds. Least squares finds the nearest
  (Duperrin and Godet, Futures 7 (1975) 302–312); where it misses a statement although every pair fits, the statements
  contradict each other around a circle of events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, permutations, product
from math import factorial, isfinite, sqrt

import numpy as np
import numpy.typing as npt

from foresight.model.errors import (
    ActsOnItself,
    CircularBeliefs,
    ImpossibleBelief,
    NotAProbability,
    TooManyEvents,
    UnknownEvent,
)
from foresight.model.scenarios import Beliefs, ConditionalProbability, Event
from foresight.model.workshop import Revision
from foresight.scenarios.matrix import ids_and_names
from foresight.scenarios.revisions import Attribution, latest_revision, save_next
from foresight.store.ledger import Ledger

Floats = npt.NDArray[np.float64]
MOST_EXACT_EVENTS = 6
PROBABILITY_MARGIN = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOdds:
    """Events, how likely they are, and what their happening or not does to the odds of the others.

    Attributes:
        likely: ``n`` probabilities, above 0 and below 1.
        if_happened: ``n × n`` factors on the odds of column j when row i happens; 1 changes nothing.
        if_not: the same for when row i does not happen.
    """

    likely: tuple[float, ...]
    if_happened: tuple[tuple[float, ...], ...]
    if_not: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLikelihoods:
    """How likely each event turns out once all influence each other; errors are standard errors, 0 where exact."""

    likely: tuple[float, ...]
    errors: tuple[float, ...]
    runs: int


def odds(probability: float) -> float:
    """P / (1 − p)."""
    return probability / (1.0 - probability)


def conditional_bounds(likely_given: float, likely_event: float) -> tuple[float, float]:
    """What P(event | given) may be: max(0, (p_i + p_j − 1)/p_i) to min(1, p_j/p_i)."""
    low = max(0.0, (likely_given + likely_event - 1.0) / likely_given)
    return low, min(1.0, likely_event / likely_given)


def odds_from_conditionals(likely: Sequence[float], conditional: Sequence[Sequence[float | None]]) -> EventOdds:
    """Odds factors from P(j | i), with P(j | not i) as the total probability demands it.

    Args:
        likely: the initial probabilities.
        conditional: row i, column j holds P(j | i), within `conditional_bounds`; None where i does not act on j.
    """
    count = len(likely)
    happened, absent = np.ones((count, count)), np.ones((count, count))
    for given, event in permutations(range(count), 2):
        value = conditional[given][event]
        if value is None:
            continue
        otherwise = (likely[event] - likely[given] * value) / (1.0 - likely[given])
        happened[given, event] = _odds_ratio(value, likely[event])
        absent[given, event] = _odds_ratio(otherwise, likely[event])
    return EventOdds(
        likely=tuple(likely),
        if_happened=tuple(map(tuple, happened.tolist())),
        if_not=tuple(map(tuple, absent.tolist())),
    )


def exact_likelihoods(events: EventOdds) -> EventLikelihoods:
    """Every order of the events and every outcome, weighed. For up to six events.

    Raises:
        ValueError: more events than can be enumerated; use `simulate`.
    """
    count = len(events.likely)
    if count > MOST_EXACT_EVENTS:
        raise ValueError(count)
    start = np.array([odds(p) for p in events.likely])
    happened, absent = np.array(events.if_happened), np.array(events.if_not)
    total = np.zeros(count)
    for order, outcome in product(permutations(range(count)), product((True, False), repeat=count)):
        current, weight = start.copy(), 1.0
        for event, happens in zip(order, outcome, strict=True):
            probability = current[event] / (1.0 + current[event])
            weight *= probability if happens else 1.0 - probability
            current = current * (happened[event] if happens else absent[event])
        total[list(order)] += weight * np.array(outcome)
    return EventLikelihoods(likely=tuple((total / factorial(count)).tolist()), errors=(0.0,) * count, runs=0)


def simulated_likelihoods(events: EventOdds, *, runs: int, seed: int) -> EventLikelihoods:
    """The mean of many runs, with its standard error.

    Args:
        events: any number of events.
        runs: 1,000 give an error of about 0.016, 10,000 of 0.005.
        seed: the same seed gives the same runs.
    """
    chance = np.random.default_rng(seed)
    count = len(events.likely)
    happened, absent = np.log(np.array(events.if_happened)), np.log(np.array(events.if_not))
    current = np.tile(np.log([odds(p) for p in events.likely]), (runs, 1))
    order = chance.random((runs, count)).argsort(axis=1)
    hits = np.zeros((runs, count))
    everyone = np.arange(runs)
    for turn in range(count):
        event = order[:, turn]
        happens = chance.random(runs) < 1.0 / (1.0 + np.exp(-current[everyone, event]))
        hits[everyone, event] = happens
        current += np.where(happens[:, None], happened[event], absent[event])
    means = hits.mean(axis=0)
    errors = [sqrt(p * (1.0 - p) / runs) for p in means.tolist()]
    return EventLikelihoods(likely=tuple(means.tolist()), errors=tuple(errors), runs=runs)


def _odds_ratio(probability: float, base: float) -> float:
    safe = min(max(probability, PROBABILITY_MARGIN), 1.0 - PROBABILITY_MARGIN)
    return odds(safe) / odds(base)


MOST_EVENTS = 10


BOUND_TOLERANCE = 1e-9
# Two answers about one pair may differ by rounding: people say 0.83, not 0.8333.
ANSWER_ROUNDING = 0.01
# What no joint distribution removes, as a probability, before a circle is called one.
LEAST_CIRCLE_MISS = 0.01

ConditionalTable = tuple[tuple[float | None, ...], ...]


class BeliefFault(StrEnum):
    """What is wrong with a statement."""

    BOUNDS = "bounds"  # outside what the two probabilities allow
    BAYES = "bayes"  # does not agree with the same pair asked the other way
    CIRCLE = "circle"  # fits every pair, but not all of them together


@dataclass(frozen=True, slots=True, kw_only=True)
class InconsistentBelief:
    """A statement that cannot stand, and where it could: low and high are equal where one number fits.

    Attributes:
        circle: the events around which the statements run, first and last the same; empty otherwise.
    """

    fault: BeliefFault
    event: str
    given: str
    value: float
    low: float
    high: float
    circle: tuple[str, ...] = ()


def belief_table(beliefs: Beliefs) -> tuple[tuple[float, ...], ConditionalTable]:
    """The probabilities, and P(j | i) as row i, column j; of two statements on one pair the later counts.

    Raises:
        UnknownEvent: a statement about an event that is not there; ActsOnItself: about an event and itself.
        NotAProbability: a number outside 0 to 1, or an event that is certain or impossible.
    """
    places = {event.id: place for place, event in enumerate(beliefs.events)}
    for event in beliefs.events:
        if not (isfinite(event.likely) and 0.0 < event.likely < 1.0):
            raise NotAProbability(what=event.name, found=event.likely)
    rows: list[list[float | None]] = [[None] * len(places) for _ in places]
    for statement in beliefs.conditionals:
        for event_id in (statement.event, statement.given):
            if event_id not in places:
                raise UnknownEvent(
                    event=event_id, known=ids_and_names((event.id, event.name) for event in beliefs.events)
                )
        if statement.event == statement.given:
            raise ActsOnItself(what=f"{statement.event} | {statement.given}")
        if not (isfinite(statement.likely) and 0.0 <= statement.likely <= 1.0):
            raise NotAProbability(what=f"{statement.event} | {statement.given}", found=statement.likely)
        rows[places[statement.given]][places[statement.event]] = statement.likely
    return tuple(event.likely for event in beliefs.events), tuple(tuple(row) for row in rows)


def inconsistent_beliefs(beliefs: Beliefs) -> tuple[InconsistentBelief, ...]:
    """Everything that cannot stand, the plainest first; later looks are taken only where the earlier find nothing.

    Raises:
        UnknownEvent, ActsOnItself, NotAProbability: as `belief_table`.
    """
    likely, rows = belief_table(beliefs)
    ids = [event.id for event in beliefs.events]
    found = tuple(_outside_bounds(ids, likely, rows)) or tuple(_against_bayes(ids, likely, rows))
    if found or len(ids) > MOST_EVENTS:
        return found
    return tuple(_circular_beliefs(ids, likely, rows, beliefs.conditionals))


def check_beliefs(beliefs: Beliefs) -> None:
    """See that beliefs can be kept.

    Raises:
        NotAProbability, UnknownEvent, ActsOnItself: as `belief_table`.
        ImpossibleBelief: a statement that two probabilities, or the same pair asked the other way, rule out.
        CircularBeliefs: statements that contradict each other around a circle.
    """
    names = {event.id: event.name for event in beliefs.events}
    for one in inconsistent_beliefs(beliefs):
        facts = {"event": names[one.event], "given": names[one.given], "found": round(one.value, 4)}
        if one.fault is BeliefFault.CIRCLE:
            circle = " → ".join(names[event] for event in one.circle)
            raise CircularBeliefs(circle=circle, fitting=round(one.low, 2), **facts)
        raise ImpossibleBelief(low=round(one.low, 4), high=round(one.high, 4), **facts)


def _outside_bounds(
    ids: Sequence[str], likely: Sequence[float], rows: ConditionalTable
) -> Iterator[InconsistentBelief]:
    for given, row in enumerate(rows):
        for event, value in enumerate(row):
            low, high = conditional_bounds(likely[given], likely[event])
            if value is not None and not low - BOUND_TOLERANCE <= value <= high + BOUND_TOLERANCE:
                yield InconsistentBelief(
                    fault=BeliefFault.BOUNDS, event=ids[event], given=ids[given], value=value, low=low, high=high
                )


def _against_bayes(ids: Sequence[str], likely: Sequence[float], rows: ConditionalTable) -> Iterator[InconsistentBelief]:
    for one, other in combinations(range(len(ids)), 2):
        there, back = rows[one][other], rows[other][one]
        if there is None or back is None:
            continue
        fitting = there * likely[one] / likely[other]
        if abs(fitting - back) > ANSWER_ROUNDING:
            yield InconsistentBelief(
                fault=BeliefFault.BAYES, event=ids[one], given=ids[other], value=back, low=fitting, high=fitting
            )


def _circular_beliefs(
    ids: Sequence[str], likely: Sequence[float], rows: ConditionalTable, conditionals: Sequence[ConditionalProbability]
) -> Iterator[InconsistentBelief]:
    worlds, shares, missed = _nearest_joint_distribution(likely, rows)
    if missed <= LEAST_CIRCLE_MISS:
        return
    places = {event: place for place, event in enumerate(ids)}

    def implied(statement: ConditionalProbability) -> float:
        given = worlds[:, places[statement.given]] * shares
        return float(given @ worlds[:, places[statement.event]] / given.sum()) if given.any() else 0.0

    worst = max(
        conditionals,
        key=lambda one: abs(implied(one) - one.likely) * likely[places[one.given]],
        default=None,
    )
    if worst is None:
        return
    yield InconsistentBelief(
        fault=BeliefFault.CIRCLE,
        event=worst.event,
        given=worst.given,
        value=worst.likely,
        low=implied(worst),
        high=implied(worst),
        circle=_circle_of_statements(worst, conditionals),
    )


def _nearest_joint_distribution(likely: Sequence[float], rows: ConditionalTable) -> tuple[Floats, Floats, float]:
    """The joint distribution that misses the p_i and P(j | i)·p_i by the least sum of squares.

    Solved by scipy's active-set method for shares ≥ 0 with their sum as a heavy row. It need not be unique.

    Returns:
        The worlds, ``2^n × n`` of 0 and 1; their shares; the root of the sum of squares that is missed.
    """
    from scipy.optimize import nnls  # noqa: PLC0415 - a second to import, needed here only

    worlds = np.array(list(product((1.0, 0.0), repeat=len(likely))))
    system, wanted = [*worlds.T], list(likely)
    for given, event in permutations(range(len(likely)), 2):
        value = rows[given][event]
        if value is not None:
            system.append(worlds[:, given] * worlds[:, event])
            wanted.append(value * likely[given])
    heavy = 1e4
    found, _ = nnls(np.vstack([*system, np.full(len(worlds), heavy)]), np.array([*wanted, heavy]))
    shares = found / found.sum()
    return worlds, shares, float(np.linalg.norm(np.array(system) @ shares - np.array(wanted)))


def _circle_of_statements(
    link: ConditionalProbability, conditionals: Sequence[ConditionalProbability]
) -> tuple[str, ...]:
    """The shortest way of statements from the link's event back to its given, closed by the link.

    A statement ties its two events whichever way it was asked; where no other way leads back, only the link is left.
    """
    ties: dict[str, set[str]] = {}
    for statement in conditionals:
        if {statement.event, statement.given} != {link.event, link.given}:
            ties.setdefault(statement.event, set()).add(statement.given)
            ties.setdefault(statement.given, set()).add(statement.event)
    ways: list[tuple[str, ...]] = [(link.given, link.event)]
    seen = {link.event}
    while ways:
        way = ways.pop(0)
        for after in sorted(ties.get(way[-1], ())):
            if after == link.given:
                return (*way, after)
            if after not in seen:
                seen.add(after)
                ways.append((*way, after))
    return (link.given, link.event)


SIMULATION_RUNS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalRange:
    """Where P(event | given) may lie, to be shown while it is typed."""

    event: str
    given: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyReport:
    """Everything that cannot stand, and the range that every pair has left."""

    doubtful: tuple[InconsistentBelief, ...]
    rooms: tuple[ConditionalRange, ...]


class BeliefService:
    """Beliefs of a scenario, kept under its id."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, scenario_id: str) -> Revision[Beliefs]:
        """The kept beliefs, or empty ones that were never saved."""
        return latest_revision(self._ledger, scenario_id, Beliefs())

    def save(self, scenario_id: str, beliefs: Beliefs, signed: Attribution) -> Revision[Beliefs]:
        """Keep them as a new revision.

        Raises:
            NotAProbability, UnknownFactor, ImpossibleBelief, CircularBeliefs: what cannot stand, and where it could.
            RevisionConflict: somebody saved newer ones meanwhile.
        """
        check_beliefs(beliefs)
        return save_next(self._ledger, self.get(scenario_id), beliefs, signed)

    def coach(self, beliefs: Beliefs) -> ConsistencyReport:
        """What cannot stand, while people type.

        Raises:
            NotAProbability, UnknownFactor: numbers or events that cannot be checked.
        """
        pairs = ((event, given) for event in beliefs.events for given in beliefs.events if event.id != given.id)
        found = inconsistent_beliefs(beliefs)
        return ConsistencyReport(
            doubtful=found, rooms=tuple(_conditional_range(event, given) for event, given in pairs)
        )

    def evaluate_beliefs(self, beliefs: Beliefs, *, runs: int = SIMULATION_RUNS, seed: int = 0) -> EventLikelihoods:
        """How likely every event is once all influence each other: exact to six events, simulated beyond.

        Raises:
            TooManyEvents: more worlds than anybody can look through.
            NotAProbability, UnknownFactor, ImpossibleBelief, CircularBeliefs: as `save`.
        """
        check_event_count(beliefs.events)
        check_beliefs(beliefs)
        likely, rows = belief_table(beliefs)
        events = odds_from_conditionals(likely, rows)
        if len(likely) <= MOST_EXACT_EVENTS:
            return exact_likelihoods(events)
        return simulated_likelihoods(events, runs=runs, seed=seed)


def check_event_count(events: Sequence[Event]) -> None:
    """See that there are not too many events.

    Raises:
        TooManyEvents: there are.
    """
    if len(events) > MOST_EVENTS:
        raise TooManyEvents(found=len(events), most=MOST_EVENTS)


def _conditional_range(event: Event, given: Event) -> ConditionalRange:
    low, high = conditional_bounds(given.likely, event.likely)
    return ConditionalRange(event=event.id, given=given.id, low=low, high=high)
