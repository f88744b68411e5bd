"""Past articles from a file: Parquet, JSON lines or CSV, read in batches; a bad row is a line in the report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from foresight.ingest.entries import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    content_hash,
    document_id,
    language_code,
    plain_text,
    web_link,
)
from foresight.model.documents import Document
from foresight.model.errors import BadRow, MissingColumns, MissingFile, UnreadableImport
from foresight.model.runs import Problem
from foresight.model.sources import Source, SourceKind

IMPORT_COLUMNS = ("id", "title", "text", "url", "source", "published", "lang")
REQUIRED_COLUMNS = ("title", "published")
IMPORT_FORMATS = {".parquet": "Parquet", ".jsonl": "JSON lines", ".ndjson": "JSON lines", ".csv": "CSV"}
EARLIEST_IMPORT = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBatch:
    """Some rows of a file: the documents that could be made of them, their sources, and the rows in trouble."""

    documents: tuple[Document, ...]
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]
    rows: int


def read_articles(path: Path, *, source: str, now: datetime, batch_rows: int = 10_000) -> Iterator[ImportBatch]:
    """The articles of a file, in batches.

    Args:
        path: its ending names the format: .parquet, .jsonl, .ndjson or .csv.
        source: name of the source of rows that name none.
        now: an article dated later than this is a bad row.
        batch_rows: rows per batch, which bounds memory.

    Raises:
        MissingFile: there is no such file.
        UnreadableImport: it is not what its ending says.
        MissingColumns: it has no title or no published column.
    """
    first = 1
    for rows in _rows(path, batch_rows):
        yield _batch(path, rows, first, source, now)
        first += len(rows)


def import_source(name: str) -> Source:
    """The source that imported articles of that name belong to; its id is a readable slug."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    return Source(id=slug or document_id("import", name), title=name, kind=SourceKind.IMPORT)


def _rows(path: Path, batch_rows: int) -> Iterator[list[dict[str, object]]]:
    if not path.is_file():
        raise MissingFile(file=path)
    kind = IMPORT_FORMATS.get(path.suffix.lower())
    if kind is None:
        raise UnreadableImport(
            file=path, format=path.suffix or "?", reason=f"expected one of {', '.join(IMPORT_FORMATS)}"
        )
    try:
        readers = {"Parquet": _parquet, "CSV": _csv, "JSON lines": _json_lines}
        yield from readers[kind](path, batch_rows)
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        raise UnreadableImport(
            file=path, format=kind, reason=getattr(error, "strerror", None) or str(error).splitlines()[0]
        ) from error


def _parquet(path: Path, batch_rows: int) -> Iterator[list[dict[str, object]]]:
    with pa_parquet.ParquetFile(path) as file:
        present = _known_columns(path, file.schema_arrow.names)
        for batch in file.iter_batches(batch_rows, columns=present):
            yield batch.to_pylist()


def _csv(path: Path, batch_rows: int) -> Iterator[list[dict[str, object]]]:
    block = pa_csv.ReadOptions(block_size=batch_rows * 1_000)
    newlines = pa_csv.ParseOptions(newlines_in_values=True)
    with path.open("rb") as file:
        names = pa_csv.open_csv(file, read_options=block, parse_options=newlines).schema.names
    present = _known_columns(path, names)
    text = pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), include_columns=present)
    with pa_csv.open_csv(path, read_options=block, parse_options=newlines, convert_options=text) as reader:
        for batch in reader:
            yield batch.to_pylist()


def _json_lines(path: Path, batch_rows: int) -> Iterator[list[dict[str, object]]]:
    batch: list[dict[str, object]] = []
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            if line.strip():
                batch.append(_json_row(line))
            if len(batch) == batch_rows:
                yield batch
                batch = []
    if batch:
        if not any("title" in row for row in batch):
            _known_columns(path, sorted({key for row in batch for key in row}))
        yield batch


def _json_row(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return {"title": None, "_reason": f"no JSON: {error.msg}"}
    return row if isinstance(row, dict) else {"title": None, "_reason": "no JSON object"}


def _known_columns(path: Path, names: list[str]) -> list[str]:
    missing = [name for name in REQUIRED_COLUMNS if name not in names]
    if missing:
        raise MissingColumns(file=path, missing=", ".join(missing), found=", ".join(names) or "nothing")
    return [name for name in IMPORT_COLUMNS if name in names]


def _batch(path: Path, rows: list[dict[str, object]], first: int, source: str, now: datetime) -> ImportBatch:
    documents: list[Document] = []
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    for number, row in enumerate(rows, first):
        try:
            name = _text(row, "source") or source
            origin = sources.setdefault(name, import_source(name))
            documents.append(_document(row, origin.id, now))
        except ValueError as error:
            wrong = BadRow(file=path.name, row=number, reason=error)
            problems.append(Problem(subject=f"row {number}", error=type(wrong).__name__, facts=wrong.facts))
    return ImportBatch(
        documents=tuple(documents), sources=tuple(sources.values()), problems=tuple(problems), rows=len(rows)
    )


def _document(row: Mapping[str, object], source_id: str, now: datetime) -> Document:
    """One row as a document; a ValueError says what is wrong with it."""
    if "_reason" in row:
        raise ValueError(row["_reason"])
    title, text = _plain_column(row, "title")[:LONGEST_TITLE], _plain_column(row, "text")[:LONGEST_TEXT]
    if not title:
        raise ValueError("no title")
    published = _moment(row.get("published"))
    if not EARLIEST_IMPORT <= published <= now:
        raise ValueError(f"published {published.isoformat()} is before 1900 or after now")
    external, url = _text(row, "id"), _text(row, "url")
    key = external or f"{url}\n{title}\n{published.isoformat()}"
    return Document(
        id=document_id(source_id, key),
        external_id=external,
        source_id=source_id,
        title=title,
        text=text,
        url=web_link(url),
        lang=language_code(_text(row, "lang")),
        lang_origin="declared" if _text(row, "lang") else "",
        published=published,
        published_origin="import",
        published_raw=str(row.get("published")),
        first_seen=published,
        content_hash=content_hash(title, text),
    )


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return " ".join(str(value).split()) if value is not None else ""


def _plain_column(row: Mapping[str, object], name: str) -> str:
    """Plain text: a file may hold markup as feeds do."""
    text = _text(row, name)
    return plain_text(text) if "<" in text or "&" in text else text


def _moment(value: object) -> datetime:
    """An aware UTC time from a time, a date, or ISO 8601 text; a day without a time is its first moment."""
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    else:
        text = str(value or "").strip()
        if not text:
            raise ValueError("no date")
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f"'{text[:40]}' is no ISO 8601 date") from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
