"""Probabilities of events that touch each other: coached while they are typed, then worked out in two ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foresight.errors import TooManyEvents
from foresight.ports import Ledger
from foresight.records import Beliefs, Event, Kept
from foresight.scenarios.coherence import Doubtful, check, doubtful, table
from foresight.scenarios.probability import (
    MOST_EXACT_EVENTS,
    Likelihoods,
    bounds,
    exact,
    from_conditionals,
    simulate,
)
from foresight.scenarios.smic import MOST_EVENTS, World, Worlds, covering, smic
from foresight.services.keeping import Signed, latest, revised

RUNS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where P(event | given) may lie, to be shown while it is typed."""

    event: str
    given: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coached:
    """What the coach has to say: everything that cannot stand, and the room of every pair."""

    doubtful: tuple[Doubtful, ...]
    rooms: tuple[Room, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What follows from beliefs.

    Attributes:
        likelihoods: by Gordon–Hayward, exact to six events, simulated beyond with standard errors.
        worlds: by SMIC, likeliest first; main: the fewest worlds that are together 80 % likely.
        residual: what no joint distribution can remove; above 0 the beliefs contradict each other.
    """

    events: tuple[Event, ...]
    likelihoods: Likelihoods
    worlds: Worlds
    main: tuple[World, ...]

    @property
    def residual(self) -> float:
        """Sum of squares of what SMIC misses."""
        return self.worlds.residual


class BeliefDesk:
    """Beliefs of a scenario, kept under its id."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, scenario_id: str) -> Kept[Beliefs]:
        """The kept beliefs, or empty ones that were never saved."""
        return latest(self._ledger, scenario_id, Beliefs(), scenario_id=scenario_id)

    def save(self, scenario_id: str, beliefs: Beliefs, signed: Signed) -> Kept[Beliefs]:
        """Keep them as a new revision.

        Raises:
            NotAProbability, UnknownFactor, ImpossibleBelief, CircularBeliefs: what cannot stand, and where it could.
            EntryConflict: somebody saved newer ones meanwhile.
        """
        check(beliefs)
        return self._ledger.keep(revised(self.get(scenario_id), beliefs, signed))

    def coach(self, beliefs: Beliefs) -> Coached:
        """What cannot stand, while people type.

        Raises:
            NotAProbability, UnknownFactor: numbers or events that no coach can help.
        """
        pairs = ((event, given) for event in beliefs.events for given in beliefs.events if event.id != given.id)
        found = doubtful(beliefs)
        return Coached(doubtful=found, rooms=tuple(_room(event, given) for event, given in pairs))

    def work_out(self, beliefs: Beliefs, *, runs: int = RUNS, seed: int = 0) -> Worked:
        """How likely everything is once all events influence each other.

        Raises:
            TooManyEvents: more worlds than anybody can look through.
            NotAProbability, UnknownFactor, ImpossibleBelief, CircularBeliefs: as `save`.
        """
        check_count(beliefs.events)
        check(beliefs)
        likely, rows = table(beliefs)
        events = from_conditionals(likely, rows)
        few = len(likely) <= MOST_EXACT_EVENTS
        worlds = smic(likely, rows)
        return Worked(
            events=beliefs.events,
            likelihoods=exact(events) if few else simulate(events, runs=runs, seed=seed),
            worlds=worlds,
            main=covering(worlds),
        )


def check_count(events: Sequence[Event]) -> None:
    """See that there are not too many events.

    Raises:
        TooManyEvents: there are.
    """
    if len(events) > MOST_EVENTS:
        raise TooManyEvents(found=len(events), most=MOST_EVENTS)


def _room(event: Event, given: Event) -> Room:
    low, high = bounds(given.likely, event.likely)
    return Room(event=event.id, given=given.id, low=low, high=high)
