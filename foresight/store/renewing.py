"""Generations of an older schema: read from a copy of one's own that is brought up to date.

What is published is never written, and an upgraded program has to show what its predecessor published before it has
run for the first time. A generation is a copy already, so one more copy in the system's folder for passing files
(0.2 s for 177 MB) is migrated as the working archive would be, and removed with its reader.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from foresight.errors import StoreError, StoreOlder
from foresight.store.archive import DuckArchive
from foresight.store.connection import os_error
from foresight.store.reading import DuckReader


class RenewedReader(DuckReader):
    """A published generation of an older schema, read-only.

    Raises:
        StoreOlder: it cannot be brought up to date here; the cause says why.
    """

    def __init__(self, path: Path, generation: int, older: StoreOlder) -> None:
        folder = Path(tempfile.mkdtemp(prefix="foresight-"))
        # also when nobody closes the reader, at the end of a command
        self._remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        try:
            super().__init__(_renewed(path, folder / path.name), generation)
        except StoreError as error:
            self._remove()
            raise older from error

    def close(self) -> None:
        """Let go of the copy and remove it. Closing twice is fine."""
        super().close()
        self._remove()


def _renewed(path: Path, copy: Path) -> Path:
    with os_error(copy):
        shutil.copyfile(path, copy)
    DuckArchive(copy).close()
    return copy
