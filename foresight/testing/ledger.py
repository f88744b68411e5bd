"""A ledger in memory."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from foresight.model.decisions import TrendDecision
from foresight.model.errors import LedgerConflict, NotFound, RevisionConflict
from foresight.model.ports import Clock
from foresight.model.scenarios import Scenario
from foresight.model.workshop import Content, Revision
from foresight.testing.fakes import FrozenClock


class MemoryLedger:
    """What `ports.Ledger` promises, but for the disk."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FrozenClock()
        self._decisions: list[TrendDecision] = []
        self._revisions: dict[str, list[Scenario]] = {}
        self._entries: dict[tuple[type[Any], str], list[Revision[Any]]] = {}
        self._lock = threading.Lock()

    def append(self, decision: TrendDecision) -> TrendDecision:
        """Keep it; returns it with its seq."""
        with self._lock:
            kept = replace(decision, seq=len(self._decisions) + 1)
            self._decisions.append(kept)
        return kept

    def decisions(self, *, trend_id: str | None = None) -> tuple[TrendDecision, ...]:
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

    def keep(self, entry: Revision[Content]) -> Revision[Content]:
        """Keep a new revision.

        Raises:
            EntryConflict: there is a newer revision than `entry.rev`.
        """
        (kept,) = self.save_revisions([entry])
        return kept

    def save_revisions(self, entries: Sequence[Revision[Any]]) -> tuple[Revision[Any], ...]:
        """Keep a new revision of each, all or none.

        Raises:
            EntryConflict: one of them has a newer revision than it was made from; none was kept.
        """
        with self._lock:
            changed = {key: list(known) for key, known in self._entries.items()}
            kept = tuple(self._keep(changed, entry) for entry in entries)
            self._entries = changed
        return kept

    def entry(self, kind: type[Content], entry_id: str, *, rev: int | None = None) -> Revision[Content]:
        """The latest revision, or the one asked for.

        Raises:
            NotFound: no such entry of this kind, or revision.
        """
        known = self._entries.get((kind, entry_id), [])
        wanted = len(known) if rev is None else rev
        if not 1 <= wanted <= len(known):
            raise NotFound(kind=_name(kind), id=entry_id)
        return known[wanted - 1]

    def entries(self, kind: type[Content], *, scenario_id: str | None = None) -> tuple[Revision[Content], ...]:
        """The latest revision of each of this kind, of one scenario where given; first kept first."""
        known = [revisions for (of, _), revisions in self._entries.items() if of is kind]
        known.sort(key=lambda revisions: (revisions[0].saved, revisions[0].id))
        latest = [revisions[-1] for revisions in known]
        return tuple(entry for entry in latest if scenario_id in (None, entry.scenario_id))

    def history(self, kind: type[Content], entry_id: str) -> tuple[Revision[Content], ...]:
        """Every revision of an entry, oldest first; empty where there is none."""
        return tuple(self._entries.get((kind, entry_id), ()))

    def _keep(self, changed: dict[tuple[type[Any], str], list[Revision[Any]]], entry: Revision[Any]) -> Revision[Any]:
        known = changed.setdefault((type(entry.content), entry.id), [])
        if len(known) != entry.rev:
            raise _entry_conflict(entry, known[-1] if known else None)
        kept = replace(entry, rev=entry.rev + 1, saved=self._clock.now())
        known.append(kept)
        return kept

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


def _entry_conflict(entry: Revision[Any], newest: Revision[Any] | None) -> RevisionConflict:
    return RevisionConflict(
        kind=_name(type(entry.content)),
        id=entry.id,
        expected=entry.rev,
        found=newest.rev if newest else 0,
        author=newest.author if newest else "",
        saved=newest.saved.isoformat() if newest and newest.saved else "",
    )


def _name(kind: type[Any]) -> str:
    """What the ledger on disk calls it: ForecastAnswer is a forecast_answer."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
