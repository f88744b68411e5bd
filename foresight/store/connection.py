"""One DuckDB file: its errors become ours, its times become aware UTC, and bulk goes through Arrow. Nothing else here.

Facts that force this, measured on 1.5.5 and 2.0.0: `executemany` takes seconds for thousands of rows, fetching
TIMESTAMPTZ needs pytz, `sql(…, params=…)` copies a result value by value (1.5.5), and Arrow from `execute` warns
(2.0.0). So: times are stored without a zone, which is put back in `DuckConnection.rows`; facts for a bulk query are
set as variables of the connection.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa

from foresight.model.errors import StoreDamaged, StoreError, StoreFull, StoreLocked

Value: TypeAlias = "str | int | float | bool | datetime | Sequence[str] | None"
Row: TypeAlias = tuple[Any, ...]

STORAGE = "v1.5.0"
"""Format of the file: what 1.5.5 and 2.0.0 both read, and a third smaller than the default of 1.5.5."""

_LOCKED = ("could not set lock", "conflicting lock", "being used by another process", "already attached")
_FULL = ("no space left", "file too large", "disk quota", "disk full", "out of disk")
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_DAMAGED = (
    "not a valid duckdb",
    "checksum",
    "could not read enough bytes",
    "could not read all bytes",
    "corrupt",
    "invalidated",
    "deserializ",
    "serialization",
    "unexpected end",
)


def with_utc(value: object) -> object:
    """The zone put back on a time that comes out of a file; anything else as it is."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def without_zone(value: datetime) -> datetime:
    """An aware time as UTC without its zone, as files keep it.

    Raises:
        ValueError: the time is not aware; the machine's zone must not leak into a file.
    """
    if value.tzinfo is None:
        message = f"not an aware time: {value}"
        raise ValueError(message)
    return value.astimezone(UTC).replace(tzinfo=None)


def duckdb_error(error: Exception, path: Path) -> StoreError:
    """What DuckDB says, as our error: locked, full, damaged, or just a store error with DuckDB's words."""
    message = str(error).lower()
    if any(words in message for words in _LOCKED):
        return StoreLocked(path=path)
    if any(words in message for words in _FULL):
        return StoreFull(path=path)
    broken = isinstance(error, duckdb.FatalException | duckdb.InternalException | duckdb.SerializationException)
    if broken or any(words in message for words in _DAMAGED):
        return StoreDamaged(path=path, reason=_first_line(error))
    return StoreError(path=path, reason=_first_line(error))


@contextmanager
def os_errors_as_store_errors(path: Path) -> Iterator[None]:
    """What the operating system says inside, as our error."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StoreFull(path=path) from error
        raise StoreError(path=path, reason=error.strerror or str(error)) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0][:300]


class DuckConnection:
    """A file of DuckDB.

    Read-only, any thread may ask at any time: every question has a cursor of its own. Read-write, one thread at a
    time: questions and writes share the one connection, so that a transaction sees what it wrote.
    """

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self._read_only = read_only
        config: dict[str, str | bool | int | float | list[str]] = {"python_enable_replacements": "false"}
        if read_only:
            config["temp_directory"] = _spill_folder(path)
        else:
            config["storage_compatibility_version"] = STORAGE
        with self._errors():
            self._duck = duckdb.connect(str(path), read_only=read_only, config=config)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            raise duckdb_error(error, self.path) from error

    @contextmanager
    def _session(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._errors():
            if not self._read_only:
                yield self._duck
                return
            cursor = self._duck.cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    def rows(self, query: str, facts: Sequence[Value] = ()) -> list[Row]:
        """The answer row by row, times aware. `facts` fill the `?` of the query; their times are aware."""
        with self._session() as session:
            found = session.execute(query, [_parameter(value) for value in facts]).fetchall()
        return [tuple(with_utc(value) for value in row) for row in found]

    def tables(self, *queries: str, facts: Mapping[str, Value]) -> tuple[pa.Table, ...]:
        """The answers as columns, times without their zone. The queries ask for a fact by ``getvariable('name')``."""
        with self._session() as session:
            for name, value in facts.items():
                session.execute(f"SET VARIABLE {name} = ?", [_parameter(value)])
            return tuple(session.sql(query).to_arrow_table() for query in queries)

    def execute(self, statement: str, facts: Sequence[Value] = ()) -> None:
        """A statement without an answer."""
        with self._errors():
            self._duck.execute(statement, [_parameter(value) for value in facts])

    @contextmanager
    def incoming(self, table: pa.Table) -> Iterator[None]:
        """Inside, statements can read `table` under the name ``incoming``."""
        with self._errors():
            self._duck.register("incoming", table)
        try:
            yield
        finally:
            with suppress(duckdb.Error):  # after a fatal error nothing can be taken away any more
                self._duck.unregister("incoming")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: committed at the end, rolled back when anything is raised."""
        self.execute("BEGIN TRANSACTION")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            with suppress(StoreError):  # a failed commit has rolled back already; the first error is the one to tell
                self.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        with self._errors():
            self._duck.close()


class OpenDatabaseFile:
    """A descriptor of a database file that is kept open for as long as the database is.

    POSIX locks belong to the process and end when it closes ANY descriptor of the file: opening, copying and closing
    the working archive would silently take away DuckDB's lock on it. Hence one descriptor, closed after DuckDB's.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor: int | None = os.open(path, os.O_RDONLY)

    def copy_to(self, target: Path, *, block: int = 8 << 20) -> None:
        """Write all of it to a new file, and see it on the disk.

        Raises:
            OSError: it cannot be written whole.
        """
        if self._descriptor is None:
            raise OSError(errno.EBADF, "closed", str(target))
        with target.open("wb") as copy:
            place = 0
            while moved := _copy_part(self._descriptor, copy.fileno(), block, place):
                place += moved
            os.fsync(copy.fileno())

    def close(self) -> None:
        """Closing twice is fine."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _copy_part(source: int, target: int, most: int, place: int) -> int:
    """Copy up to `most` bytes from a place in one file to the same place in another; how many, 0 at the end.

    Within the system's core where it can, which costs a third of the time, or shares the blocks and costs nothing.
    """
    if hasattr(os, "copy_file_range"):
        with suppress(OSError):  # another file system, or one that cannot; what is wrong with the target shows below
            return os.copy_file_range(source, target, most, place, place)
    part = os.pread(source, most, place)
    return os.pwrite(target, part, place) if part else 0


def _spill_folder(path: Path) -> str:
    """Where a reader puts what does not fit into memory; made only when needed, removed when the file is closed.

    By default that is ``<file>.tmp`` beside the file: shared by every process that reads it, in a folder that may not
    be writable. One per process and file, because DuckDB wants equal settings for one file within a process.
    """
    return str(Path(tempfile.gettempdir()) / f"foresight-{os.getpid()}-{path.stem}-{abs(hash(path.absolute()))}")


def _parameter(value: Value) -> object:
    if isinstance(value, datetime):
        return without_zone(value)
    return list(value) if isinstance(value, tuple | set | frozenset) else value
