"""A published world in memory, and desks on it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from foresight.testing import FrozenClock, MemoryArchive, MemoryGenerations, MemoryLedger

sys.path.insert(0, str(Path(__file__).parent.parent / "ui"))
