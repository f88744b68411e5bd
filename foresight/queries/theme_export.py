"""The map of themes for an analyst: a BERTopic model and its documents, made from what is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from foresight.model.documents import Corpus, Floats2d, Ints1d
from foresight.model.errors import NoThemes
from foresight.model.trends import Theme
from foresight.nlp.centring import centre_by_language
from foresight.nlp.word_index import word_index
from foresight.store.reader import ArchiveReader
from foresight.trends.theme_clustering import reduce_dimensions
from foresight.trends.themes import FITTED_WEEKS, theme_texts

DOCUMENTS_FILE = "documents.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedThemes:
    """How much was written."""

    themes: int
    documents: int


def export_themes(reader: ArchiveReader, folder: Path, *, lang: str, seed: int = 0) -> ExportedThemes:
    """Write the current map, with the documents of the year before its fit and all since.

    `BERTopic.load(folder)` reads the model. `documents.parquet` has a row per document in the model's order: id, title,
    lang, words (what the model was fitted on), topic (its number in the model, −1 for none), theme and broader (ids of
    `foresight`), x and y (the vectors reduced to two dimensions by UMAP).

    Args:
        reader: of what is published.
        folder: made where absent; files of an earlier export are replaced.
        lang: of the titles, where a theme has one in it.
        seed: of the reduction.

    Raises:
        NoThemes: there is no map yet.
    """
    state, run = reader.theme_state(), reader.latest_analysis()
    if state is None or run is None:
        raise NoThemes
    from foresight.trends.theme_model import save_model, theme_model, topic_numbers  # noqa: PLC0415 - ten seconds

    corpus = reader.corpus(run.encoder, since=state.fitted - timedelta(weeks=FITTED_WEEKS), until=state.cutoff)
    theme_of = {one.document_id: one.owner_id for one in reader.theme_assignments()}
    place = {theme.id: number for number, theme in enumerate(state.themes)}
    labels = np.array([place.get(theme_of.get(name, ""), -1) for name in corpus.ids], dtype=np.int64)
    texts = theme_texts(word_index(corpus.titles, corpus.texts, corpus.langs), np.arange(len(corpus), dtype=np.int64))
    vectors = centre_by_language(corpus.vectors, corpus.langs, state.means)
    model = theme_model(texts, vectors, labels=labels)
    ids = {number: state.themes[own].id for own, number in topic_numbers(model, labels).items() if own >= 0}
    topics, parents = {topic.id: topic for topic in reader.topics()}, dict(state.parents)
    titles = {number: _title(topics[name], lang) for number, name in ids.items() if name in topics}
    broader = {
        number: _title(topics[parents[name]], lang) for number, name in ids.items() if parents.get(name) in topics
    }
    save_model(model, folder, titles, {"theme": ids, "broader": broader})
    flat = reduce_dimensions(vectors, seed, dimensions=2)
    pq.write_table(_table(corpus, texts, np.array(model.topics_), flat, ids, parents), folder / DOCUMENTS_FILE)
    return ExportedThemes(themes=len(ids), documents=len(corpus))


def _title(topic: Theme, lang: str) -> str:
    return next((headline.title for headline in topic.headlines if headline.lang == lang), topic.title)


def _table(
    corpus: Corpus, texts: list[str], topics: Ints1d, flat: Floats2d, ids: dict[int, str], parents: dict[str, str]
) -> pa.Table:
    themes = [ids.get(number, "") for number in topics.tolist()]
    return pa.table(
        {
            "id": corpus.ids,
            "title": corpus.titles,
            "lang": corpus.langs,
            "words": texts,
            "topic": topics,
            "theme": themes,
            "broader": [parents.get(name, "") for name in themes],
            "x": flat[:, 0],
            "y": flat[:, 1],
        }
    )
