"""The machine's clock, for what the store itself stamps: a saved revision, a lock."""

from __future__ import annotations

from datetime import UTC, datetime


class MachineClock:
    """What `ports.Clock` promises."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)
