"""Labelled sets for the quality of themes, and their vectors, encoded once into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from foresight.model.documents import Floats2d
from foresight.model.ports import Encoder

LEAD = 300
SAMPLES = {
    "agnews_test": 2_000,
    "bbc": 2_225,
    "newsgroups20_mini": 2_000,
    "reuters21578": 2_500,
    "banking77": 2_000,
    "sib200_en_fi_sv": 3_012,
    "digitoday_fi": 1_449,
}
"""How many texts of each set are used: all of the small ones, a sample drawn with seed 0 of the big ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """Texts that people have sorted.

    Attributes:
        texts: title, line break, and the first 300 characters, as the program encodes them.
        labels: of people; parallels: what joins translations, the id elsewhere.
        vectors: ``(n, dim)`` raw, rows of length 1; without rows until encoded.
    """

    name: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    langs: tuple[str, ...]
    labels: tuple[str, ...]
    parallels: tuple[str, ...]
    vectors: Floats2d

    def only(self, lang: str) -> LabelledSet:
        """The texts in one language."""
        rows = [row for row, own in enumerate(self.langs) if own == lang]
        kept = [tuple(column[row] for row in rows) for column in (self.ids, self.texts, self.langs, self.labels)]
        return LabelledSet(
            name=f"{self.name} {lang}",
            ids=kept[0],
            texts=kept[1],
            langs=kept[2],
            labels=kept[3],
            parallels=tuple(self.parallels[row] for row in rows),
            vectors=self.vectors[rows],
        )


def read_set(folder: Path, name: str) -> LabelledSet:
    """A set without its vectors: rows with a label, those of a big set drawn with seed 0."""
    rows = [row for row in pq.read_table(folder / f"{name}.parquet").to_pylist() if row["label"]]
    most = SAMPLES[name]
    if len(rows) > most:
        chosen = np.sort(np.random.default_rng(0).permutation(len(rows))[:most])
        rows = [rows[i] for i in chosen.tolist()]
    return LabelledSet(
        name=name,
        ids=tuple(str(row["id"]) for row in rows),
        texts=tuple(f"{row['title'] or ''}\n{(row['text'] or '')[:LEAD]}".strip() for row in rows),
        langs=tuple(row["lang"] or "en" for row in rows),
        labels=tuple(str(row["label"]).replace("_", "-") for row in rows),
        parallels=tuple(_parallel(str(row["id"])) for row in rows),
        vectors=np.zeros((0, 0), dtype=np.float32),
    )


def _parallel(name: str) -> str:
    """What a sentence's translations share: "sib-fi-17" is the seventeenth of each language."""
    return name.rsplit("-", 1)[-1] if name.startswith("sib-") else name


def with_vectors(found: LabelledSet, cache: Path, encoder: Encoder) -> LabelledSet:
    """The set with vectors, from the folder where they are, else encoded and kept there."""
    file = cache / f"{found.name}.{encoder.name}.npz"
    if file.exists():
        kept = np.load(file)
        if kept["ids"].tolist() == list(found.ids):
            return _vectors(found, kept["vectors"])
    vectors = encoder.encode(found.texts)
    cache.mkdir(parents=True, exist_ok=True)
    np.savez(file, ids=np.array(found.ids), vectors=vectors)
    return _vectors(found, vectors)


def _vectors(found: LabelledSet, vectors: Floats2d) -> LabelledSet:
    return LabelledSet(
        name=found.name,
        ids=found.ids,
        texts=found.texts,
        langs=found.langs,
        labels=found.labels,
        parallels=found.parallels,
        vectors=np.asarray(vectors, dtype=np.float32),
    )


def read_all(folder: Path, cache: Path, encoder: Encoder, names: Sequence[str] = ()) -> list[LabelledSet]:
    """The sets asked for, all where none is, with vectors; a set of several languages also language by language."""
    found: list[LabelledSet] = []
    for name in names or SAMPLES:
        whole = with_vectors(read_set(folder, name), cache, encoder)
        langs = sorted(set(whole.langs))
        found += [whole, *(whole.only(lang) for lang in langs)] if len(langs) > 1 else [whole]
    return found
