"""Quality of themes on labelled sets, ours beside BERTopic's defaults on the same vectors in the same run.

    python -m benchmarks.topics --labelled FOLDER --cache FOLDER [--set NAME ...] [--seeds 3]

Every text is encoded once and kept in the cache; so is UMAP's flattening, which BERTopic and foresight share. All
systems see the same vectors, centred per language with the shipped means. BERTopic's defaults are UMAP to five
dimensions and HDBSCAN with at least ten; its outliers count as one more cluster, or are given to the nearest one.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from benchmarks.labelled import SAMPLES, LabelledSet, read_all
from foresight.model.documents import Floats2d, Ints1d
from foresight.model.options import ThemeOptions
from foresight.nlp.centring import centre_by_language, language_means, load_language_priors
from foresight.nlp.encoders import E5Encoder
from foresight.nlp.word_index import word_index
from foresight.trends.theme_clustering import divide_into_themes, reduce_dimensions

_TOP_WORDS = 10


def centred(found: LabelledSet) -> Floats2d:
    """The vectors as an analysis sees them."""
    means = language_means(found.vectors, found.langs, load_language_priors(E5Encoder().name))
    return centre_by_language(found.vectors, found.langs, means)


def flat_of(found: LabelledSet, vectors: Floats2d, cache: Path, seed: int) -> Floats2d:
    """UMAP's flattening, from the cache where it is."""
    file = cache / f"umap-{found.name.replace(' ', '_')}-{seed}.npy"
    if not file.exists():
        np.save(file, reduce_dimensions(vectors, seed))
    return np.asarray(np.load(file), dtype=np.float32)


def defaults(vectors: Floats2d, flat: Floats2d) -> tuple[Ints1d, Ints1d]:
    """BERTopic's default clusters; outliers as −1, and given to the nearest cluster."""
    from hdbscan import HDBSCAN  # noqa: PLC0415 - seconds of import

    labels = np.asarray(HDBSCAN(min_cluster_size=10, metric="euclidean").fit_predict(flat), dtype=np.int64)
    if labels.max() < 0:
        return labels, labels
    centres = np.stack([vectors[labels == number].mean(axis=0) for number in range(labels.max() + 1)])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return labels, np.where(labels >= 0, labels, np.argmax(vectors @ centres.T, axis=1))


def purity(labels: Ints1d, truth: Ints1d) -> float:
    """The share of documents whose label is the commonest of their cluster."""
    return float(sum(np.bincount(truth[labels == number]).max() for number in np.unique(labels)) / len(truth))


def coherence(found: LabelledSet, labels: Ints1d) -> float:
    """Mean NPMI of the pairs of the ten strongest words of each cluster, −1…1, over the documents of the set."""
    index = word_index(["" for _ in found.texts], list(found.texts), list(found.langs)).known(0, len(found.texts))
    texts = [
        " ".join(index.vocabulary[word] for word in index.indices[index.indptr[row] : index.indptr[row + 1]])
        for row in range(len(found.texts))
    ]
    vectorizer = CountVectorizer(analyzer=str.split, binary=True, min_df=3)
    held = vectorizer.fit_transform(texts).astype(np.float64).tocsc()
    numbers = [number for number in np.unique(labels) if number >= 0]
    counts = np.stack([np.asarray(held[np.flatnonzero(labels == number)].sum(axis=0)).ravel() for number in numbers])
    share = counts / counts.sum(axis=1, keepdims=True)
    strength = share * np.log1p(counts.sum() / len(numbers) / np.maximum(counts.sum(axis=0), 1))
    return float(np.mean([_npmi(held[:, np.argsort(-row)[:_TOP_WORDS]].toarray()) for row in strength]))


def _npmi(held: Floats2d) -> float:
    n = len(held)
    both = held.T @ held / n
    alone = np.diag(both)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.log(both / np.outer(alone, alone)) / -np.log(both)
    upper = values[np.triu_indices(len(alone), 1)]
    return float(np.where(np.isfinite(upper), upper, -1.0).mean())


def pairs_together(found: LabelledSet, labels: Ints1d, lang: str) -> float:
    """The share of texts in a language whose English counterpart lies in the same cluster."""
    english = {found.parallels[row]: labels[row] for row, own in enumerate(found.langs) if own == "en"}
    rows = [row for row, own in enumerate(found.langs) if own == lang]
    return float(np.mean([labels[row] == english[found.parallels[row]] for row in rows]))


def told(found: LabelledSet, system: str, runs: Sequence[Ints1d]) -> str:
    """A row of the table: means over the seeds."""
    truth = np.unique(found.labels, return_inverse=True)[1]
    codes = np.unique(found.langs, return_inverse=True)[1]
    numbers = [
        np.mean([len(np.unique(labels[labels >= 0])) for labels in runs]),
        np.mean([normalized_mutual_info_score(truth, labels) for labels in runs]),
        np.mean([adjusted_rand_score(truth, labels) for labels in runs]),
        np.mean([purity(labels, truth) for labels in runs]),
        np.mean([coherence(found, labels) for labels in runs]),
    ]
    row = f"| {found.name} | {system} | {numbers[0]:.0f} | " + " | ".join(f"{number:.3f}" for number in numbers[1:])
    langs = sorted(set(found.langs) - {"en"}) if len(set(found.langs)) > 1 else []
    same = ", ".join(
        f"{lang} {np.mean([pairs_together(found, labels, lang) for labels in runs]):.2f}" for lang in langs
    )
    leak = np.mean([normalized_mutual_info_score(codes, labels) for labels in runs])
    return f"{row} | {same}; {leak:.3f} |" if langs else f"{row} | |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labelled", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--set", action="append", default=[], choices=list(SAMPLES))
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    print("| set | system | clusters | NMI | ARI | purity | NPMI | with English; leak |")
    print("|---|---|---|---|---|---|---|---|")
    for found in read_all(arguments.labelled, arguments.cache, E5Encoder(), arguments.set):
        vectors = centred(found)
        runs: dict[str, list[Ints1d]] = {}
        for seed in range(arguments.seeds):
            flat = flat_of(found, vectors, arguments.cache, seed)
            plain, reassigned = defaults(vectors, flat)
            themes, above = divide_into_themes(vectors, ThemeOptions(), seed=seed, flat=flat)
            broader = np.where(themes >= 0, above[themes], -1)
            names = ("BERTopic", "BERTopic, outliers given away", "**themes**", "broader themes")
            for name, labels in zip(names, (plain, reassigned, themes, broader), strict=True):
                runs.setdefault(name, []).append(labels)
        for name, labels in runs.items():
            print(told(found, name, labels), flush=True)


if __name__ == "__main__":
    main()
