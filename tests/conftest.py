"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The data beside the project: real news, snapshots, hostile feeds. Absent, the test is skipped."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"the shared data is not at {SHARED}")
    return SHARED
