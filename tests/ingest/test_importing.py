"""Past articles from files: what is whole comes in, what is not is told row by row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foresight.ingest.import_file import import_source, read_articles
from foresight.model.documents import Document
from foresight.model.errors import MissingColumns, MissingFile, UnreadableImport
from foresight.model.runs import Problem

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def read(path: Path, source: str = "archive") -> tuple[list[Document], list[Problem]]:
    batches = list(read_articles(path, source=source, now=NOW))
    return [d for b in batches for d in b.documents], [p for b in batches for p in b.problems]


def write_lines(path: Path, rows: list[object]) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_the_same_articles_come_out_of_all_three_formats(tmp_path: Path) -> None:
    rows = [
        {
            "id": "a",
            "title": "Kauppa, ja kova",
            "text": "Toinen\nrivi",
            "published": "2024-01-02",
            "lang": "fi",
        },
        {"id": "b", "title": 'Prices "rise"', "text": "", "published": "2024-01-03T10:00:00+02:00", "lang": "en"},
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "news.parquet")
    write_lines(tmp_path / "news.jsonl", list(rows))
    csv = "id,title,text,published,lang\n" + "\n".join(
        ",".join('"' + str(row[name]).replace('"', '""') + '"' for name in ("id", "title", "text", "published", "lang"))
        for row in rows
    )
    (tmp_path / "news.csv").write_text(csv, encoding="utf-8")
    parquet, lines, commas = (read(tmp_path / f"news.{ending}")[0] for ending in ("parquet", "jsonl", "csv"))
    assert parquet == lines == commas
    assert [d.published for d in parquet] == [
        datetime(2024, 1, 2, tzinfo=UTC),
        datetime(2024, 1, 3, 8, tzinfo=UTC),
    ]


def test_an_imported_article_counts_as_seen_when_it_was_published(tmp_path: Path) -> None:
    documents, _ = read(write_lines(tmp_path / "x.jsonl", [{"title": "t", "published": "2020-05-05"}]))
    assert documents[0].available == datetime(2020, 5, 5, tzinfo=UTC)


def test_a_row_without_title_or_date_is_told_and_the_others_come_in(tmp_path: Path) -> None:
    rows: list[object] = [
        {"title": "good", "published": "2024-01-01"},
        {"title": "", "published": "2024-01-01"},
        {"title": "no date", "published": None},
        {"title": "odd date", "published": "yesterday"},
        {"title": "from the future", "published": "2099-01-01"},
        "{broken",
        "[1, 2]",
    ]
    documents, problems = read(write_lines(tmp_path / "x.jsonl", rows))
    assert [d.title for d in documents] == ["good"]
    assert [p.subject for p in problems] == [f"row {n}" for n in range(2, 8)]
    assert all(p.error == "BadRow" for p in problems)


def test_a_file_that_is_not_there_is_missing_whatever_its_ending(tmp_path: Path) -> None:
    for name in ("absent.jsonl", "absent.parquet", "absent.csv", "absent"):
        with pytest.raises(MissingFile):
            read(tmp_path / name)


@pytest.mark.parametrize("name", ["news.parquet", "news.csv", "news.xlsx"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00\xff not what it seems \x00" * 10)
    with pytest.raises((UnreadableImport, MissingColumns)):
        read(tmp_path / name)


def test_a_file_without_a_date_column_names_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("title,when\na,b\n")
    with pytest.raises(MissingColumns) as caught:
        read(tmp_path / "x.csv")
    assert dict(caught.value.facts)["missing"] == "published"


def test_the_source_of_a_row_wins_over_the_default(tmp_path: Path) -> None:
    rows: list[object] = [
        {"title": "a", "published": "2024-01-01", "source": "The Daily"},
        {"title": "b", "published": "2024-01-01"},
    ]
    documents, _ = read(write_lines(tmp_path / "x.jsonl", rows), source="fallback")
    assert [d.source_id for d in documents] == ["the-daily", "fallback"]


def test_only_web_links_are_kept(tmp_path: Path) -> None:
    rows: list[object] = [{"title": "a", "published": "2024-01-01", "url": "javascript:alert(1)"}]
    assert read(write_lines(tmp_path / "x.jsonl", rows))[0][0].url == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_document_keeps_its_id_whatever_stands_in_it(title: str, text: str) -> None:
    source = import_source("a b")
    assert source.id == "a-b"
    assert import_source(title + "x").id == import_source(title + "x").id
    assert import_source(text + "x").id
