"""Generations: published copies of the archive, and the pointer that says which one counts.

Each generation has a name of its own, because a process that holds a file open goes on seeing the old content when
the file is replaced under the same name. The order of steps is what makes a kill harmless: the copy gets its name
only when it is whole and on disk, and the pointer moves only after that.

What is published is never written. A generation of an older schema is read from a temporary copy that is migrated as
the working archive would be (0.2 s for 177 MB), so that an upgraded program shows it before its first run.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

from foresight.model.errors import NothingPublished, StoreDamaged, StoreError, StoreTooOld
from foresight.store.archive import Archive
from foresight.store.connection import os_errors_as_store_errors
from foresight.store.reader import GenerationReader


class MigratedGenerationReader(GenerationReader):
    """A published generation of an older schema, read-only.

    Raises:
        StoreTooOld: it cannot be brought up to date here; the cause says why.
    """

    def __init__(self, path: Path, generation: int, older: StoreTooOld) -> None:
        folder = Path(tempfile.mkdtemp(prefix="foresight-"))
        # also when nobody closes the reader, at the end of a command
        self._remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        try:
            super().__init__(_migrated_copy(path, folder / path.name), generation)
        except StoreError as error:
            self._remove()
            raise older from error

    def close(self) -> None:
        """Let go of the copy and remove it. Closing twice is fine."""
        super().close()
        self._remove()


def _migrated_copy(path: Path, copy: Path) -> Path:
    with os_errors_as_store_errors(copy):
        shutil.copyfile(path, copy)
    Archive(copy).close()
    return copy


CURRENT_POINTER = "CURRENT"
_GENERATION_NAME = re.compile(r"archive-(\d{6,})\.duckdb")
_LONGEST_POINTER = 100
_ATTEMPTS = 20


class Generations:
    """Published copies of the archive in a folder: ``archive-000001.duckdb``, …, and the pointer ``CURRENT``.

    One process publishes at a time (`RunLock`); any number reads.
    """

    def __init__(self, data: Path, keep: int) -> None:
        self._data = data
        self._keep = max(keep, 1)

    def number(self) -> int:
        """The generation `CURRENT` points to, 0 where nothing is published. Cheap.

        Raises:
            StoreDamaged: the pointer names no generation.
        """
        pointer = self._data / CURRENT_POINTER
        try:
            with os_errors_as_store_errors(pointer):
                pointed_to = pointer.read_bytes()[:_LONGEST_POINTER].decode("utf-8", "replace").strip()
        except StoreError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return 0
            raise
        match = _GENERATION_NAME.fullmatch(pointed_to)
        if not match:
            raise StoreDamaged(path=pointer, reason=f"it says {pointed_to[:40]!r}")
        return int(match[1])

    def current(self) -> GenerationReader:
        """Open what `CURRENT` points to; one of an older schema through a copy that is brought up to date.

        Raises:
            NothingPublished: no run has published yet.
            StoreDamaged: the pointer or the file is broken.
            StoreTooNew: a newer foresight published it.
            StoreTooOld: an older one did, and no copy of it could be brought up to date.
        """
        number = self.number()
        for _ in range(_ATTEMPTS):
            if not number:
                raise NothingPublished(path=self._data)
            path = self._path(number)
            try:
                return _open_generation(path, number)
            except StoreError:
                # Pruned between reading the pointer and opening the file: the pointer has moved on. Else it is true.
                newer = self.number()
                if newer == number and path.exists():
                    raise
                if newer == number:
                    raise StoreDamaged(path=path, reason="the generation that CURRENT names is absent") from None
                number = newer
        raise StoreDamaged(path=self._data, reason="generations are pruned faster than they can be opened")

    def publish(self, archive: Archive) -> int:
        """Copy the working archive under a new name, then move the pointer. Returns the new number.

        Raises:
            StoreFull: no room; the pointer has not moved.
            StoreError: the archive is not ours, or the folder cannot be written.
        """
        with os_errors_as_store_errors(self._data):
            self._data.mkdir(parents=True, exist_ok=True)
        self._sweep()
        number = max([self.number(), *self._numbers()]) + 1
        try:
            self._copy(archive, self._path(number))
            self._point(number)
        except StoreError:
            self._sweep()
            raise
        self._prune(number)
        return number

    def _copy(self, archive: Archive, target: Path) -> None:
        unfinished = target.with_name(f"{target.name}.tmp")
        archive.copy_to(unfinished)
        with os_errors_as_store_errors(target):
            unfinished.replace(target)
            _sync_folder(self._data)

    def _point(self, number: int) -> None:
        pointer = self._data / CURRENT_POINTER
        unfinished = pointer.with_name(f"{CURRENT_POINTER}.tmp")
        with os_errors_as_store_errors(pointer):
            with unfinished.open("w", encoding="utf-8") as file:
                file.write(f"{self._path(number).name}\n")
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(pointer)
            _sync_folder(self._data)

    def _sweep(self) -> None:
        """Remove what a killed publish left unfinished."""
        for leftover in (*self._data.glob("archive-*.duckdb.tmp"), self._data / f"{CURRENT_POINTER}.tmp"):
            with suppress(OSError):
                leftover.unlink()

    def _prune(self, current: int) -> None:
        """Keep the latest generations, the current one among them. A file that will not go is left for next time."""
        for number in sorted(self._numbers(), reverse=True)[self._keep :]:
            if number != current:
                with suppress(OSError):
                    self._path(number).unlink()

    def _numbers(self) -> list[int]:
        with os_errors_as_store_errors(self._data):
            names = [_GENERATION_NAME.fullmatch(entry.name) for entry in self._data.iterdir()]
        return [int(match[1]) for match in names if match]

    def _path(self, number: int) -> Path:
        return self._data / f"archive-{number:06d}.duckdb"


def _open_generation(path: Path, number: int) -> GenerationReader:
    try:
        return GenerationReader(path, number)
    except StoreTooOld as older:
        return MigratedGenerationReader(path, number, older)


def _sync_folder(folder: Path) -> None:
    """See new names on the disk too, where the system can do that."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems refuse to sync a folder
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
