"""The real store in a temporary folder, for tests: archive, generations and ledger, removed when nobody holds them."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from foresight.model.ports import Clock
from foresight.store.archive import Archive
from foresight.store.generations import Generations
from foresight.store.ledger import Ledger


def _temporary_folder(owner: object) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="foresight-test-"))
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return folder


class TemporaryArchive(Archive):
    """A working archive with a folder of its own."""

    def __init__(self) -> None:
        super().__init__(_temporary_folder(self) / "work.duckdb")


class TemporaryGenerations(Generations):
    """Generations with a folder of their own; all are kept."""

    def __init__(self) -> None:
        super().__init__(_temporary_folder(self), keep=1_000)


class TemporaryLedger(Ledger):
    """A ledger with a folder of its own."""

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(_temporary_folder(self) / "ledger.sqlite", clock=clock)
