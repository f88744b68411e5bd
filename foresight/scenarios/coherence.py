"""A coach for probabilities: what contradicts what, while people type, and by how much something would have to move.

Three looks, each sound:

- a probability has to lie strictly between 0 and 1;
- P(j | i) has to lie between max(0, (p_i + p_j − 1) / p_i) and min(1, p_j / p_i), and both ways of asking one pair have
  to agree: P(j | i) p_i = P(i | j) p_j (Bayes);
- all statements together have to fit some joint distribution. SMIC's least squares finds the nearest; where it misses
  a statement although every pair fits, the statements contradict each other around a circle of events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import isfinite, sqrt

from foresight.errors import ActsOnItself, CircularBeliefs, ImpossibleBelief, NotAProbability, UnknownEvent
from foresight.records import Beliefs, Conditional
from foresight.scenarios.factors import known_as
from foresight.scenarios.probability import bounds
from foresight.scenarios.smic import MOST_EVENTS, Worlds, smic

SLACK = 1e-9
# Two answers about one pair may differ by rounding: people say 0.83, not 0.8333.
ROUNDING = 0.01
# What no joint distribution removes, as a probability, before a circle is called one.
LEAST_MISS = 0.01

Table = tuple[tuple[float | None, ...], ...]


class Fault(StrEnum):
    """What is wrong with a statement."""

    BOUNDS = "bounds"  # outside what the two probabilities allow
    BAYES = "bayes"  # does not agree with the same pair asked the other way
    CIRCLE = "circle"  # fits every pair, but not all of them together


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A statement that cannot stand, and where it could: low and high are equal where one number fits.

    Attributes:
        circle: the events around which the statements run, first and last the same; empty otherwise.
    """

    fault: Fault
    event: str
    given: str
    value: float
    low: float
    high: float
    circle: tuple[str, ...] = ()


def table(beliefs: Beliefs) -> tuple[tuple[float, ...], Table]:
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
    for told in beliefs.conditionals:
        for event_id in (told.event, told.given):
            if event_id not in places:
                raise UnknownEvent(event=event_id, known=known_as((event.id, event.name) for event in beliefs.events))
        if told.event == told.given:
            raise ActsOnItself(what=f"{told.event} | {told.given}")
        if not (isfinite(told.likely) and 0.0 <= told.likely <= 1.0):
            raise NotAProbability(what=f"{told.event} | {told.given}", found=told.likely)
        rows[places[told.given]][places[told.event]] = told.likely
    return tuple(event.likely for event in beliefs.events), tuple(tuple(row) for row in rows)


def doubtful(beliefs: Beliefs) -> tuple[Doubtful, ...]:
    """Everything that cannot stand, the plainest first; later looks are taken only where the earlier find nothing.

    Raises:
        UnknownEvent, ActsOnItself, NotAProbability: as `table`.
    """
    likely, rows = table(beliefs)
    ids = [event.id for event in beliefs.events]
    found = tuple(_out_of_bounds(ids, likely, rows)) or tuple(_against_bayes(ids, likely, rows))
    if found or len(ids) > MOST_EVENTS:
        return found
    return tuple(_circular(ids, likely, rows, beliefs.conditionals))


def check(beliefs: Beliefs) -> None:
    """See that beliefs can be kept.

    Raises:
        NotAProbability, UnknownEvent, ActsOnItself: as `table`.
        ImpossibleBelief: a statement that two probabilities, or the same pair asked the other way, rule out.
        CircularBeliefs: statements that contradict each other around a circle.
    """
    names = {event.id: event.name for event in beliefs.events}
    for one in doubtful(beliefs):
        facts = {"event": names[one.event], "given": names[one.given], "found": round(one.value, 4)}
        if one.fault is Fault.CIRCLE:
            circle = " → ".join(names[event] for event in one.circle)
            raise CircularBeliefs(circle=circle, fitting=round(one.low, 2), **facts)
        raise ImpossibleBelief(low=round(one.low, 4), high=round(one.high, 4), **facts)


def _out_of_bounds(ids: Sequence[str], likely: Sequence[float], rows: Table) -> Iterator[Doubtful]:
    for given, row in enumerate(rows):
        for event, value in enumerate(row):
            low, high = bounds(likely[given], likely[event])
            if value is not None and not low - SLACK <= value <= high + SLACK:
                yield Doubtful(fault=Fault.BOUNDS, event=ids[event], given=ids[given], value=value, low=low, high=high)


def _against_bayes(ids: Sequence[str], likely: Sequence[float], rows: Table) -> Iterator[Doubtful]:
    for one, other in combinations(range(len(ids)), 2):
        there, back = rows[one][other], rows[other][one]
        if there is None or back is None:
            continue
        fitting = there * likely[one] / likely[other]
        if abs(fitting - back) > ROUNDING:
            yield Doubtful(fault=Fault.BAYES, event=ids[one], given=ids[other], value=back, low=fitting, high=fitting)


def _circular(
    ids: Sequence[str], likely: Sequence[float], rows: Table, conditionals: Sequence[Conditional]
) -> Iterator[Doubtful]:
    fitted = smic(likely, rows)
    if sqrt(fitted.residual) <= LEAST_MISS:
        return
    places = {event: place for place, event in enumerate(ids)}
    misses = []
    for told in conditionals:
        event, given = places[told.event], places[told.given]
        implied = _implied(fitted, event, given)
        misses.append((abs(implied - told.likely) * likely[given], told, implied))
    if not misses:
        return
    _, worst, implied = max(misses, key=lambda miss: miss[0])
    circle = _circle_through(worst, conditionals)
    yield Doubtful(
        fault=Fault.CIRCLE,
        event=worst.event,
        given=worst.given,
        value=worst.likely,
        low=implied,
        high=implied,
        circle=circle,
    )


def _implied(fitted: Worlds, event: int, given: int) -> float:
    both = sum(world.probability for world in fitted.worlds if world.happens[event] and world.happens[given])
    alone = sum(world.probability for world in fitted.worlds if world.happens[given])
    return both / alone if alone > 0.0 else 0.0


def _circle_through(link: Conditional, conditionals: Sequence[Conditional]) -> tuple[str, ...]:
    """The shortest way of statements from the link's event back to its given, closed by the link.

    A statement ties its two events whichever way it was asked; where no other way leads back, the link alone is told.
    """
    ties: dict[str, set[str]] = {}
    for told in conditionals:
        if {told.event, told.given} != {link.event, link.given}:
            ties.setdefault(told.event, set()).add(told.given)
            ties.setdefault(told.given, set()).add(told.event)
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
