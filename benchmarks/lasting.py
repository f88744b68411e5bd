"""Learn the chance to last from data sets, each judged by a model that never saw it, and write the coefficients.

    python -m benchmarks.lasting --corpus FILE.parquet --set STEM SOURCE[,SOURCE…] [--set …] [--out lasting.json]

`STEM.npy` holds the vectors of the ids in `STEM.ids.json`. Every week the groups that pass a lenient test are written
down with the run of their counts; later weeks tell whether they lasted (see `foresight.signals.lasting.Course`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.signals import corpus_of, mondays
from foresight.model.documents import Corpus
from foresight.model.options import TrendOptions
from foresight.model.trends import ClusteringState
from foresight.nlp.word_index import WordIndex
from foresight.trends.analysis import advance_clusters, provisional_state
from foresight.trends.clusters import DocumentGroup
from foresight.trends.groups import assign_to_clusters, find_groups
from foresight.trends.history import History, history_before, live_sources, to_seconds
from foresight.trends.measurement import GroupMeasurements, measure_groups, rows_with_words
from foresight.trends.outcomes import did_last
from foresight.trends.persistence import PERSISTENCE_FEATURES, PERSISTENCE_WEEKS, persistence_features

_LENIENT = 0.2
_HALF_YEAR, _QUARTER = 26, 12
_WEEK = 7 * 86_400
_LEARNING = {"C": 0.1, "max_iter": 500}
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Groups of a data set: ``(n, features)``, and per horizon ``(n,)`` whether they lasted, NaN where unknown."""

    described: Numbers
    lasted: dict[int, Numbers]


def cases_of(corpus: Corpus, words: WordIndex, cutoffs: Sequence[datetime]) -> Cases:
    """All groups of all cut-offs."""
    until = int(corpus.available[-1])
    found = [_of_week(*week, until) for week in _weeks(corpus, words, cutoffs)]
    return Cases(
        described=np.concatenate([described for described, _ in found]),
        lasted={weeks: np.concatenate([came[weeks] for _, came in found]) for weeks in PERSISTENCE_WEEKS},
    )


def _weeks(
    corpus: Corpus, words: WordIndex, cutoffs: Sequence[datetime]
) -> Iterator[tuple[History, History, tuple[DocumentGroup, ...], GroupMeasurements]]:
    state: ClusteringState | None = None
    options = TrendOptions()
    for as_of in cutoffs:
        state = advance_clusters(corpus, words, state, until=as_of, options=options, seed=0, priors=())
        now = provisional_state(corpus, state, as_of=as_of, options=options, priors=())
        past = history_before(corpus, words, now.means, cutoff=to_seconds(as_of), weeks=options.history_weeks)
        found = find_groups(past, assign_to_clusters(now, past, corpus, (), options), options)
        # The half year before the cut-off and the longest horizon after it, which ends there.
        until, reach = to_seconds(as_of) + max(PERSISTENCE_WEEKS) * _WEEK, max(PERSISTENCE_WEEKS) + _HALF_YEAR
        around = history_before(corpus, words, now.means, cutoff=until, weeks=reach)
        yield around, past, found, measure_groups(past, found, options)


def _of_week(
    around: History, past: History, found: Sequence[DocumentGroup], measured: GroupMeasurements, until: int
) -> tuple[Numbers, dict[int, Numbers]]:
    chosen = np.flatnonzero(measured.tested & (measured.uncalibrated_p <= _LENIENT))
    sources = live_sources(past.volume, min(_QUARTER, past.weeks))
    told = measured.word_counts[chosen][:, :, sources].sum(axis=2)
    near = measured.counts[chosen][:, :, sources].sum(axis=2)
    counts = np.where(told.sum(axis=1)[:, None] == 0, near, told)
    described = persistence_features(counts, past.volume[:, sources].sum(axis=1))
    spoken = [rows_with_words(around, measured.words[i], name=found[i].name) for i in chosen]
    return described, {
        weeks: np.array([_lasted(around, rows, weeks, until) for rows in spoken], dtype=np.float64)
        for weeks in PERSISTENCE_WEEKS
    }


def _lasted(around: History, spoken: npt.NDArray[np.int64], weeks: int, until: int) -> float:
    """1 or 0, NaN where the set ends before the horizon or nothing speaks of a group.

    Args:
        around: the half year before and the longest horizon.
        spoken: its rows that speak of the group.
        weeks: the horizon.
        until: second at which the set ends.
    """
    ahead = max(PERSISTENCE_WEEKS)
    if not len(spoken) or around.cutoff - (ahead - weeks) * _WEEK > until:
        return float("nan")
    counts, written = (rows.sum(axis=1) for rows in (around.weekly(spoken), around.volume))
    after = slice(ahead - weeks, ahead)
    found = did_last(counts[ahead:], written[ahead:], counts[after][::-1], written[after][::-1])
    return float("nan") if found is None else float(found)


def learned(sets: Sequence[Cases], weeks: int) -> tuple[float, Numbers]:
    """Intercept and slopes of one horizon, in raw units."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - seconds of import
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - see above

    known = [~np.isnan(one.lasted[weeks]) for one in sets]
    described = np.concatenate([one.described[k] for one, k in zip(sets, known, strict=True)])
    lasted = np.concatenate([one.lasted[weeks][k] for one, k in zip(sets, known, strict=True)])
    scale = StandardScaler().fit(described)
    model = LogisticRegression(**_LEARNING).fit(scale.transform(described), lasted)
    slopes = model.coef_[0] / scale.scale_
    return float(model.intercept_[0] - slopes @ scale.mean_), slopes


def report(cases: Cases, weeks: int, model: tuple[float, Numbers]) -> str:
    """Brier score against always telling the base rate, and told → came in five bins."""
    known = ~np.isnan(cases.lasted[weeks])
    told = 1 / (1 + np.exp(-(cases.described[known] @ model[1] + model[0])))
    came = cases.lasted[weeks][known]
    bins = [(told >= low) & (told < low + 0.2) for low in (0.0, 0.2, 0.4, 0.6, 0.8)]
    lines = [f"{told[b].mean():.2f}→{came[b].mean():.2f} ({b.sum()})" for b in bins if b.any()]
    return f"Brier {np.mean((told - came) ** 2):.3f}, base rate {came.var():.3f}; {', '.join(lines)}"


def main() -> None:
    """Judge every set by the others, then learn from all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--set", nargs=2, action="append", required=True, metavar=("STEM", "SOURCES"))
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    sets = {}
    for stem, sources in arguments.set:
        given = argparse.Namespace(
            corpus=arguments.corpus,
            vectors=f"{stem}.npy",
            ids=f"{stem}.ids.json",
            source=sources.split(","),
            permute=None,
        )
        corpus, words = corpus_of(given)
        sets[Path(stem).name] = cases_of(corpus, words, mondays(corpus))
    for name, cases in sets.items():
        others = [other for key, other in sets.items() if key != name]
        for weeks in PERSISTENCE_WEEKS if others else ():
            print(f"{name}, {weeks} weeks, learned on the others: {report(cases, weeks, learned(others, weeks))}")
    models = {weeks: learned(list(sets.values()), weeks) for weeks in PERSISTENCE_WEEKS}
    if arguments.out:
        kept = {
            str(weeks): {"intercept": round(intercept, 4)}
            | {name: round(float(slope), 4) for name, slope in zip(PERSISTENCE_FEATURES, slopes, strict=True)}
            for weeks, (intercept, slopes) in models.items()
        }
        arguments.out.write_text(json.dumps(kept, indent=2) + "\n")


if __name__ == "__main__":
    main()
