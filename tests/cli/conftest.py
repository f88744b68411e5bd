"""A data folder for commands."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from typed import Run, calling

from foresight.store.archive import Archive
from foresight.store.generations import Generations

sys.path.insert(0, str(Path(__file__).parent.parent / "app"))
from made_world import fill


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ten trends, published."""
    folder = tmp_path_factory.mktemp("published")
    archive = Archive(folder / "work.duckdb")
    fill(archive)
    Generations(folder, keep=2).publish(archive)
    archive.close()
    return folder


@pytest.fixture
def data(published: Path, tmp_path: Path) -> Path:
    """A copy of it that one test may write to."""
    return Path(shutil.copytree(published, tmp_path / "data"))


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls a command on that folder."""
    return calling(data, capsys)
