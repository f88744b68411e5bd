"""Publishing and opening generations."""

from __future__ import annotations

import errno
import gc
import tempfile
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from foresight.model.errors import StoreDamaged, StoreError, StoreFull, StoreLocked, StoreTooOld
from foresight.model.trends import Speed
from foresight.store.archive import Archive
from foresight.store.connection import OpenDatabaseFile, duckdb_error, os_errors_as_store_errors
from foresight.store.generations import Generations
from foresight.store.migrations import migrations
from foresight.testing.builders import NOW, a_document


class LateFolder(Generations):
    """A reader that is so slow that what it read in `CURRENT` is gone by the time it opens it."""

    def __init__(self, data: Path, told: list[int]) -> None:
        super().__init__(data, keep=1)
        self._told = told

    def number(self) -> int:
        return self._told.pop(0) if self._told else super().number()


def names(data: Path) -> list[str]:
    return sorted(path.name for path in data.iterdir())


def test_a_generation_pruned_before_it_is_opened_gives_way_to_the_current_one(archive: Archive, tmp_path: Path) -> None:
    folder = Generations(tmp_path, keep=1)
    for _ in range(3):
        folder.publish(archive)
    reader = LateFolder(tmp_path, told=[1, 2]).current()
    assert reader.generation == 3
    reader.close()


def test_a_reader_that_never_catches_up_gives_up(tmp_path: Path) -> None:
    with pytest.raises(StoreDamaged):
        LateFolder(tmp_path, told=list(range(1, 100))).current()


def test_only_the_latest_generations_stay_and_what_was_left_unfinished_goes(archive: Archive, tmp_path: Path) -> None:
    folder = Generations(tmp_path, keep=2)
    (tmp_path / "archive-000009.duckdb.tmp").write_text("half")
    (tmp_path / "CURRENT.tmp").write_text("half")
    for _ in range(4):
        folder.publish(archive)
    assert [name for name in names(tmp_path) if not name.startswith("work")] == [
        "CURRENT",
        "archive-000003.duckdb",
        "archive-000004.duckdb",
    ]


def test_a_number_that_a_killed_publication_took_is_not_given_again(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "archive-000007.duckdb").write_text("whole, but CURRENT was never moved to it")
    assert Generations(tmp_path, keep=2).publish(archive) == 8


def test_a_pointer_moved_back_by_hand_is_never_left_without_its_generation(archive: Archive, tmp_path: Path) -> None:
    folder = Generations(tmp_path, keep=1)
    folder.publish(archive)
    (tmp_path / "archive-999999.duckdb").write_text("from elsewhere")
    assert folder.publish(archive) == 1_000_000
    assert folder.number() == 1_000_000
    folder.current().close()


def test_a_publication_that_fails_leaves_nothing_and_the_pointer_where_it_was(archive: Archive, tmp_path: Path) -> None:
    folder = Generations(tmp_path, keep=2)
    folder.publish(archive)
    (tmp_path / "archive-000002.duckdb.tmp").mkdir()  # nothing can be written under that name
    with pytest.raises(StoreError):
        folder.publish(archive)
    assert folder.number() == 1
    assert "archive-000002.duckdb" not in names(tmp_path)


def test_a_pointer_that_cannot_be_read_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(StoreError):
        Generations(tmp_path, keep=2).number()


def test_nothing_is_published_from_inside_a_transaction(archive: Archive, tmp_path: Path) -> None:
    folder = Generations(tmp_path, keep=2)
    with archive.transaction():
        archive.put_documents([a_document()])
        with pytest.raises(StoreError):
            folder.publish(archive)
    assert folder.number() == 0
    assert archive.document_count() == 1


ROWS_OF_SCHEMA_1 = """
    CREATE TABLE migration (number INTEGER NOT NULL, name TEXT NOT NULL);
    INSERT INTO migration VALUES (1, '0001_first');
    INSERT INTO document VALUES ('d-1', 's-1', '', 'https://a.example/1', 'Return fees rise', 'text', 'en', 'declared',
        '2026-01-02', 'feed', '', '2026-01-02', 'hash', 'Return fees rise', 'hash', 'd-1', true);
    INSERT INTO run VALUES ('r-1', '2026-01-05', 'done', '2026-01-05', '2026-01-05', '', '', 0, '', 'e5', '[]');
    INSERT INTO latest VALUES ('trends', 'r-1');
    INSERT INTO trend VALUES ('t-1', 'r-1', '2026-01-05', 1, 'weak', '[]', '["too_few", []]', '[]', false, '', '',
        '2026-01-02', '2026-01-02', 4, 4, 3, ['en'], ['d-1'], [1.0, 0.0]);
"""


def of_schema_1(path: Path) -> None:
    """A generation as the first release published it: one trend that was found and one document."""
    with duckdb.connect(str(path)) as old:
        old.execute(migrations("archive")[0].script)
        old.execute(ROWS_OF_SCHEMA_1)


def test_what_an_older_foresight_published_is_read_and_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    data = tmp_path / "data"
    data.mkdir()
    of_schema_1(data / "archive-000001.duckdb")
    (data / "CURRENT").write_text("archive-000001.duckdb\n")
    before = (data / "archive-000001.duckdb").read_bytes()
    with closing(Generations(data, keep=2).current()) as reader:
        assert reader.generation == 1
        (trend,) = reader.trends()
        assert (trend.id, trend.speed) == ("t-1", Speed.FAST)
        assert reader.topics() == ()
        assert reader.clustering_state() is None
        assert [document.title for document in reader.documents()] == ["Return fees rise"]
        assert names(passing)
    assert names(passing) == []
    assert names(data) == ["CURRENT", "archive-000001.duckdb"]
    assert (data / "archive-000001.duckdb").read_bytes() == before


def test_a_reader_of_an_older_generation_that_nobody_closes_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    of_schema_1(tmp_path / "archive-000001.duckdb")
    (tmp_path / "CURRENT").write_text("archive-000001.duckdb\n")
    reader = Generations(tmp_path, keep=2).current()
    assert names(passing)
    del reader
    gc.collect()
    assert names(passing) == []


def test_an_older_generation_that_cannot_be_brought_up_to_date_is_told_as_older(
    archive: Archive, tmp_path: Path
) -> None:
    archive._connection.execute("DELETE FROM migration")
    folder = Generations(tmp_path, keep=2)
    folder.publish(archive)
    with pytest.raises(StoreTooOld) as told:
        folder.current()
    assert ("schema", "0") in told.value.facts
    assert isinstance(told.value.__cause__, StoreError)


def test_a_time_without_a_zone_is_refused(archive: Archive) -> None:
    with pytest.raises(ValueError, match="aware"), archive.transaction():
        archive.put_documents([a_document(published=NOW.replace(tzinfo=None))])
    with pytest.raises(ValueError, match="aware"):
        archive.documents(since=NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (duckdb.IOException("IO Error: Could not set lock on file"), StoreLocked),
        (duckdb.IOException("IO Error: Could not write file: No space left on device"), StoreFull),
        (duckdb.IOException("IO Error: not a valid DuckDB database file!"), StoreDamaged),
        (duckdb.InternalException("INTERNAL Error: anything"), StoreDamaged),
        (duckdb.BinderException("Binder Error: anything"), StoreError),
    ],
)
def test_what_duckdb_says_becomes_an_error_of_ours(error: duckdb.Error, kind: type[StoreError]) -> None:
    found = duckdb_error(error, Path("work.duckdb"))
    assert type(found) is kind
    assert ("path", "work.duckdb") in found.facts


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, StoreFull), (errno.EDQUOT, StoreFull), (errno.EACCES, StoreError)]
)
def test_what_the_system_says_becomes_an_error_of_ours(number: int, kind: type[StoreError]) -> None:
    with pytest.raises(StoreError) as told, os_errors_as_store_errors(Path("x")):
        raise OSError(number, "no")
    assert type(told.value) is kind


def test_a_held_file_copies_until_it_is_closed(tmp_path: Path) -> None:
    (tmp_path / "from").write_bytes(b"x" * 100)
    held = OpenDatabaseFile(tmp_path / "from")
    held.copy_to(tmp_path / "to", block=7)
    assert (tmp_path / "to").read_bytes() == b"x" * 100
    held.close()
    held.close()
    with pytest.raises(OSError, match="closed"):
        held.copy_to(tmp_path / "to")
