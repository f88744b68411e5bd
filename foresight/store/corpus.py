"""The corpus of an analysis: columns to numpy through Arrow, without a loop over vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from foresight.records import Corpus, Floats2d, Ints1d

_CHOSEN = """
    enriched
      AND greatest(published, first_seen) >= coalesce(getvariable('since')::TIMESTAMP, '-infinity'::TIMESTAMP)
      AND greatest(published, first_seen) < coalesce(getvariable('until')::TIMESTAMP, 'infinity'::TIMESTAMP)
"""

DOCUMENTS = f"""
    SELECT d.doc_id, d.clean_title, d.text, d.lang, d.text_hash, d.published, d.source_id,
           greatest(d.published, d.first_seen) AS available,
           coalesce(nullif(d.story_id, ''), d.doc_id) AS story
    FROM document d
    SEMI JOIN (SELECT text_hash FROM vector WHERE encoder = getvariable('encoder')) v ON v.text_hash = d.text_hash
    WHERE {_CHOSEN}
    ORDER BY available, d.doc_id
"""
"""Facts: encoder, since, until."""

VECTORS = f"""
    SELECT text_hash, vector FROM vector
    WHERE encoder = getvariable('encoder') AND text_hash IN (SELECT text_hash FROM document WHERE {_CHOSEN})
"""

WEIGHTS = "SELECT source_id, weight FROM source"


def build(documents: pa.Table, vectors: pa.Table, weights: pa.Table) -> Corpus:
    """Put the answers of the three queries side by side."""
    source_codes, source_ids = _codes(documents["source_id"])
    order = np.argsort(np.array(source_ids, dtype=object), kind="stable")
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    known = dict(zip(weights["source_id"].to_pylist(), weights["weight"].to_pylist(), strict=True))
    ordered = tuple(source_ids[place] for place in order)
    return Corpus(
        ids=_texts(documents["doc_id"]),
        titles=_texts(documents["clean_title"]),
        texts=_texts(documents["text"]),
        langs=_texts(documents["lang"]),
        sources=places[source_codes] if len(places) else source_codes,
        stories=_first_of_each(documents["story"]),
        published=_seconds(documents["published"]),
        available=_seconds(documents["available"]),
        vectors=_side_by_side(documents["text_hash"], vectors),
        source_ids=ordered,
        source_weights=np.array([known.get(source_id, 1.0) for source_id in ordered], dtype=np.float32),
    )


def _texts(column: pa.ChunkedArray) -> tuple[str, ...]:
    return tuple(column.to_numpy().tolist())


def _codes(column: pa.ChunkedArray) -> tuple[Ints1d, list[Any]]:
    """Each value as the number of its first occurrence among the different ones, and those."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist()


def _first_of_each(column: pa.ChunkedArray) -> Ints1d:
    """The row in which each row's value stands first."""
    codes, _ = _codes(column)
    _, first = np.unique(codes, return_index=True)
    return first.astype(np.int64)[codes] if len(codes) else codes


def _seconds(column: pa.ChunkedArray) -> Ints1d:
    micros: Ints1d = column.cast(pa.int64()).to_numpy()
    return np.floor_divide(micros, 1_000_000)


def _side_by_side(hashes: pa.ChunkedArray, kept: pa.Table) -> Floats2d:
    """The vector of each hash, ``(n, dim)``; a vector that several documents share is copied."""
    if not len(hashes):
        return np.empty((0, 0), dtype=np.float32)
    encoded = pc.dictionary_encode(hashes.combine_chunks())
    different = encoded.dictionary
    rows: Floats2d | None = None
    for batch in kept.to_batches():
        values = batch.column("vector").flatten().to_numpy().reshape(len(batch), -1)
        if rows is None:
            rows = np.empty((len(different), values.shape[1]), dtype=np.float32)
        places = pc.fill_null(pc.index_in(batch.column("text_hash"), value_set=different), -1).to_numpy()
        wanted = places >= 0
        rows[places[wanted]] = values if wanted.all() else values[wanted]
    assert rows is not None, "a document is chosen by its vector"  # noqa: S101 - for the type checker
    codes = encoded.indices.to_numpy()
    return rows if len(different) == len(codes) else rows[codes]
