"""A ledger in memory."""

from __future__ import annotations

import threading
from dataclasses import replace

from foresight.errors import LedgerConflict, NotFound
from foresight.ports import Clock
from foresight.records import Decision, Scenario
from foresight.testing.world import FrozenClock


class MemoryLedger:
    """What `ports.Ledger` promises, but for the disk."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FrozenClock()
        self._decisions: list[Decision] = []
        self._revisions: dict[str, list[Scenario]] = {}
        self._lock = threading.Lock()

    def append(self, decision: Decision) -> Decision:
        """Keep it; returns it with its seq."""
        with self._lock:
            kept = replace(decision, seq=len(self._decisions) + 1)
            self._decisions.append(kept)
        return kept

    def decisions(self, *, trend_id: str | None = None) -> tuple[Decision, ...]:
        """Oldest first."""
        return tuple(decision for decision in self._decisions if trend_id in (None, decision.trend_id))

    def save_scenario(self, scenario: Scenario) -> Scenario:
        """Keep a new revision.

        Raises:
            LedgerConflict: there is a newer revision than `scenario.rev`.
        """
        with self._lock:
            known = self._revisions.setdefault(scenario.id, [])
            if len(known) != scenario.rev:
                raise _conflict(scenario, known[-1] if known else None)
            kept = replace(scenario, rev=scenario.rev + 1, saved=self._clock.now())
            known.append(kept)
        return kept

    def scenario(self, scenario_id: str, *, rev: int | None = None) -> Scenario:
        """The latest revision, or the one asked for.

        Raises:
            NotFound: no such scenario or revision.
        """
        known = self._revisions.get(scenario_id, [])
        wanted = len(known) if rev is None else rev
        if not 1 <= wanted <= len(known):
            raise NotFound(kind="scenario", id=scenario_id)
        return known[wanted - 1]

    def scenarios(self) -> tuple[Scenario, ...]:
        """The latest revision of each, latest saved first."""
        latest = sorted((known[-1] for known in self._revisions.values() if known), key=lambda s: s.id)
        return tuple(sorted(latest, key=lambda s: s.saved or self._clock.now(), reverse=True))

    def revisions(self, scenario_id: str) -> tuple[Scenario, ...]:
        """Oldest first."""
        return tuple(self._revisions.get(scenario_id, ()))

    def close(self) -> None:
        """Nothing is held."""


def _conflict(scenario: Scenario, newest: Scenario | None) -> LedgerConflict:
    return LedgerConflict(
        scenario_id=scenario.id,
        expected=scenario.rev,
        found=newest.rev if newest else 0,
        author=newest.author if newest else "",
        saved=newest.saved.isoformat() if newest and newest.saved else "",
    )
