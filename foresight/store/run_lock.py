"""One run at a time on one data folder; and the machine's clock."""

from __future__ import annotations

import fcntl
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from foresight.model.errors import RunLocked
from foresight.model.ports import Clock
from foresight.store.connection import os_errors_as_store_errors


class SystemClock:
    """What `ports.Clock` promises."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)


_RETRY_SECONDS = 0.05
_LONGEST_OWNER_LINE = 200


class RunLock:
    """A lock that ends with the process that holds it, however that ends. Used as a context manager.

    The file says who holds it: process id and start of the hold. It stays when the lock is let go of; that it
    exists means nothing.

    Raises:
        RunLocked: on entering, when another holder stays for longer than `wait`.
        StoreError: the file cannot be made.
    """

    def __init__(self, path: Path, *, wait: timedelta = timedelta(0), clock: Clock | None = None) -> None:
        self._path = path
        self._wait = wait.total_seconds()
        self._clock = clock or SystemClock()
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        with os_errors_as_store_errors(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._hold(descriptor)
            with os_errors_as_store_errors(self._path):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"{os.getpid()} {self._clock.now().isoformat()}\n".encode(), 0)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _hold(self, descriptor: int) -> None:
        until = time.monotonic() + self._wait
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise self._locked(descriptor) from error
                time.sleep(_RETRY_SECONDS)
            else:
                return

    def _locked(self, descriptor: int) -> RunLocked:
        owner = os.pread(descriptor, _LONGEST_OWNER_LINE, 0).decode("utf-8", "replace").split()
        pid, since = owner if len(owner) == 2 else ("", "")  # noqa: PLR2004 - the holder may not have written yet
        return RunLocked(path=self._path, pid=pid, since=since)
