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
from foresight.analysis.calendar import seconds
from foresight.analysis.identity import groups, owners
from foresight.analysis.movements import Measured, measure
from foresight.analysis.online import advance, provisional
from foresight.embed.centring import centre
from foresight.records import Corpus, EngineState, TrendOptions, WordIndex
from foresight.signals.evidence import speaking
from foresight.signals.history import History, alive, available_rows, history, volume
from foresight.signals.lasting import FEATURES, HORIZONS, features

_LENIENT = 0.2
_HALF_YEAR, _RECENT, _QUARTER = 26, 4, 12
_AGAIN, _ADDED, _LEAST = 1.5, 3, 3
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
    found = [_of_week(corpus, words, past, measured, as_of) for as_of, past, measured in _weeks(corpus, words, cutoffs)]
    return Cases(
        described=np.concatenate([described for described, _ in found]),
        lasted={weeks: np.concatenate([lasted[weeks] for _, lasted in found]) for weeks in HORIZONS},
    )


def _weeks(
    corpus: Corpus, words: WordIndex, cutoffs: Sequence[datetime]
) -> Iterator[tuple[datetime, History, Measured]]:
    state: EngineState | None = None
    options = TrendOptions()
    for as_of in cutoffs:
        state = advance(corpus, words, state, until=as_of, options=options, seed=0, priors=())
        now = provisional(corpus, state, as_of=as_of, options=options, priors=())
        rows = available_rows(corpus, cutoff=seconds(as_of), weeks=options.history_weeks)
        vectors = centre(corpus.vectors[rows], [corpus.langs[row] for row in rows], now.means)
        past = history(corpus, words, vectors, rows=rows, cutoff=seconds(as_of), weeks=options.history_weeks)
        held = owners(now, past, corpus, (), options)
        yield as_of, past, measure(past, groups(past, held, options), options)


def _of_week(
    corpus: Corpus, words: WordIndex, past: History, measured: Measured, as_of: datetime
) -> tuple[Numbers, dict[int, Numbers]]:
    chosen = np.flatnonzero(measured.tested & (measured.plain <= _LENIENT))
    volumes = volume(past)
    sources = alive(volumes, min(_QUARTER, past.weeks))
    told = measured.telling[chosen][:, :, sources].sum(axis=2)
    near = measured.counts[chosen][:, :, sources].sum(axis=2)
    counts = np.where(told.sum(axis=1)[:, None] == 0, near, told)
    described = features(counts, volumes[:, sources].sum(axis=1))
    around = _around(corpus, words, as_of)
    lasted = {
        weeks: np.array([_lasted(corpus, around, measured.words[i], as_of, weeks) for i in chosen], dtype=np.float64)
        for weeks in HORIZONS
    }
    return described, lasted


def _around(corpus: Corpus, words: WordIndex, as_of: datetime) -> History:
    """The half year before a cut-off and the longest horizon after it; its weeks mean nothing."""
    reach = [seconds(as_of) - _HALF_YEAR * _WEEK, seconds(as_of) + max(HORIZONS) * _WEEK]
    rows = np.arange(*np.searchsorted(corpus.available, reach))
    return history(corpus, words, corpus.vectors[rows], rows=rows, cutoff=int(corpus.available[-1]) + 1, weeks=1)


def _lasted(
    corpus: Corpus, around: History, own: tuple[npt.NDArray[np.int64], ...], as_of: datetime, weeks: int
) -> float:
    """1 or 0, NaN where the set ends before the horizon or a group has no words to be followed by."""
    cutoff = seconds(as_of)
    end = cutoff + weeks * _WEEK
    if not own or all(len(columns) < 2 for columns in own) or end > corpus.available[-1]:  # noqa: PLR2004 - two words speak
        return float("nan")
    edges = [cutoff - _HALF_YEAR * _WEEK, cutoff - _RECENT * _WEEK, cutoff, end]
    start, recent, now, stop = np.searchsorted(corpus.available, edges)
    spoken = around.rows[speaking(around, own)]
    usual, later = int((spoken < recent).sum()), int(((spoken >= now) & (spoken < stop)).sum())
    awaited = usual * (stop - now) / max(1, recent - start)
    return float(later >= _LEAST and later + _ADDED >= _AGAIN * (awaited + _ADDED))


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
        for weeks in HORIZONS if others else ():
            print(f"{name}, {weeks} weeks, learned on the others: {report(cases, weeks, learned(others, weeks))}")
    models = {weeks: learned(list(sets.values()), weeks) for weeks in HORIZONS}
    if arguments.out:
        kept = {
            str(weeks): {"intercept": round(intercept, 4)}
            | {name: round(float(slope), 4) for name, slope in zip(FEATURES, slopes, strict=True)}
            for weeks, (intercept, slopes) in models.items()
        }
        arguments.out.write_text(json.dumps(kept, indent=2) + "\n")


if __name__ == "__main__":
    main()
