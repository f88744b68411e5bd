"""Moving units: documents are assigned as they come, what fits nowhere waits for company and founds a unit.

A unit's id is a hash of its earliest founding document, so a provisional unit of the open week keeps it when the
week is complete. Costs of a step follow the new documents and the units alive, never the archive
(docs/methods.md#units has the measurements behind the thresholds).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from foresight.records import Bools1d, Floats1d, Floats2d, Ints1d, TrendOptions, Unit
from foresight.topics.candidates import join_languages
from foresight.topics.geometry import apart, balance, content_id, unit
from foresight.topics.linkage import linkage_groups

FLOOR = 0.3
FLOORS = {"fi": 0.25}
_ABSENT_LANGUAGE = 0.76
_MERGE_ACROSS = 0.6

Apart = frozenset[frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The documents of a step: those of the slice, and those that may still wait for company.

    Attributes:
        ids: ``n`` document ids, in order of `available`.
        vectors: ``(n, dim)`` centred rows of length 1.
        langs: ``(n,)`` index into `languages`.
        published: ``(n,)`` seconds.
        new: ``(n,)`` the documents of the slice itself.
        founding: ``(n,)`` documents that may found a unit: recent, and no repeat of a story.
    """

    ids: tuple[str, ...]
    vectors: Floats2d
    langs: Ints1d
    languages: tuple[str, ...]
    published: Ints1d
    new: Bools1d
    founding: Bools1d


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where documents belong: number of the unit (−1 for none) and the cosine to it."""

    units: Ints1d
    similarity: Floats1d


def step(
    units: Sequence[Unit], batch: Batch, options: TrendOptions, *, at: datetime, apart: Apart = frozenset()
) -> tuple[Unit, ...]:
    """One slice of online identity: decay, assign, found, merge, put to sleep.

    Args:
        units: as the last slice left them.
        batch: this slice's documents with the buffer.
        options: sizes, distances, decay.
        at: the end of the slice.
        apart: pairs of ids that people said are not the same: they never become one.

    Returns:
        All units, old ones in their order, then the new ones.
    """
    faded = [replace(u, centroid=u.centroid * options.decay, weight=u.weight * options.decay) for u in units]
    taken = take(faded, batch, place(faded, batch.vectors, batch.langs, batch.languages))
    waiting = np.flatnonzero((place(taken, batch.vectors, batch.langs, batch.languages).units < 0) & batch.founding)
    born = _births(taken, batch, waiting, options)
    return _sleep(_merge([*taken, *born], options, apart), options, at)


def place(units: Sequence[Unit], vectors: Floats2d, langs: Ints1d, languages: Sequence[str]) -> Places:
    """The nearest unit of each document among those whose threshold it passes.

    Merged units take nothing; sleeping ones do, and wake by it.
    """
    none = Places(units=np.full(len(vectors), -1, dtype=np.int64), similarity=np.zeros(len(vectors), dtype=np.float32))
    open_to = [i for i, u in enumerate(units) if not u.merged_into and u.weight > 0]
    if not open_to or not len(vectors):
        return none
    centroids = np.stack([unit(units[i].centroid) for i in open_to])
    least = np.array([[threshold(units[i], lang) for i in open_to] for lang in languages], dtype=np.float32)
    cosines = vectors @ centroids.T
    passing = np.where(cosines >= least[langs], cosines, -np.inf)
    best = np.argmax(passing, axis=1)
    value = passing[np.arange(len(vectors)), best]
    fits = np.isfinite(value)
    numbers = np.where(fits, np.array(open_to, dtype=np.int64)[best], -1)
    return Places(units=numbers, similarity=np.where(fits, value, 0.0).astype(np.float32))


def threshold(unit_: Unit, lang: str) -> float:
    """The least cosine a document in `lang` needs.

    A language without members yet lies further from the centroid: median .45 for Finnish where English has .59.
    """
    own = dict(unit_.thresholds)
    if lang in own:
        return own[lang]
    strongest = unit_.thresholds[0][1] if unit_.thresholds else FLOOR
    return max(FLOORS.get(lang, FLOOR), _ABSENT_LANGUAGE * strongest)


def thresholds_of(
    vectors: Floats2d, langs: Ints1d, languages: Sequence[str], quantile: float
) -> tuple[tuple[str, float], ...]:
    """Per language of a group the `quantile` of its members' leave-one-out cosine, at least its floor.

    The language with most members comes first.
    """
    near = apart(vectors)
    codes, counts = np.unique(langs, return_counts=True)
    order = np.lexsort((codes, -counts))
    return tuple(
        (lang, max(FLOORS.get(lang, FLOOR), float(np.quantile(near[langs == code], quantile))))
        for code in codes[order]
        for lang in (languages[int(code)],)
    )


def take(units: Sequence[Unit], batch: Batch, places: Places) -> list[Unit]:
    """Units with the slice's new documents added."""
    taken = list(units)
    for number in np.unique(places.units[batch.new & (places.units >= 0)]):
        rows = np.flatnonzero(batch.new & (places.units == number))
        taken[number] = _grow(units[number], batch, rows)
    return taken


def _grow(unit_: Unit, batch: Batch, rows: Ints1d) -> Unit:
    weights = balance(batch.langs[rows])
    spoken = dict(unit_.thresholds)
    for code in np.unique(batch.langs[rows]):
        spoken.setdefault(batch.languages[int(code)], threshold(unit_, batch.languages[int(code)]))
    latest = _moment(int(batch.published[rows].max()))
    return replace(
        unit_,
        centroid=(unit_.centroid + (batch.vectors[rows] * weights[:, None]).sum(axis=0)).astype(np.float32),
        weight=unit_.weight + len(rows),
        thresholds=tuple(spoken.items()),
        last_active=max(unit_.last_active, latest),
        documents=unit_.documents + len(rows),
        asleep=False,
    )


def _births(units: Sequence[Unit], batch: Batch, waiting: Ints1d, options: TrendOptions) -> list[Unit]:
    vectors, langs = batch.vectors[waiting], batch.langs[waiting]
    (groups,) = linkage_groups(vectors, [options.birth_distance], limit=options.window_limit)
    known = {u.id for u in units}
    born: list[Unit] = []
    for group in join_languages(vectors, langs, groups):
        rows = waiting[group]
        if len(rows) < options.birth_documents or len(rows) > max(0.3 * len(batch.ids), 40):
            continue
        fresh = next(name for row in rows if (name := content_id(batch.ids[row])) not in known)
        known.add(fresh)
        born.append(_found(fresh, batch, rows, options))
    return born


def _found(fresh: str, batch: Batch, rows: Ints1d, options: TrendOptions) -> Unit:
    vectors, langs = batch.vectors[rows], batch.langs[rows]
    return Unit(
        id=fresh,
        centroid=(vectors * balance(langs)[:, None]).sum(axis=0).astype(np.float32),
        weight=float(len(rows)),
        thresholds=thresholds_of(vectors, langs, batch.languages, options.member_quantile),
        born=_moment(int(batch.published[rows].min())),
        last_active=_moment(int(batch.published[rows].max())),
        documents=len(rows),
    )


def _merge(units: list[Unit], options: TrendOptions, apart: Apart) -> list[Unit]:
    """Join units whose centroids meet, nearest pair first; the older id stays."""
    alive = [i for i, u in enumerate(units) if not u.merged_into and not u.asleep]
    if len(alive) < 2:  # noqa: PLR2004 - a merge needs two
        return units
    centroids = np.stack([unit(units[i].centroid) for i in alive])
    cosines = np.triu(centroids @ centroids.T, 1)
    first, second = np.nonzero(cosines > min(options.merge_similarity, _MERGE_ACROSS))
    gone: set[int] = set()
    for pair in np.lexsort((second, first, -cosines[first, second])):
        one, other = alive[int(first[pair])], alive[int(second[pair])]
        near = float(cosines[first[pair], second[pair]])
        if one in gone or other in gone or near <= _least_to_merge(units[one], units[other], options):
            continue
        if frozenset((units[one].id, units[other].id)) in apart:
            continue
        older, younger = sorted((one, other), key=lambda i: (units[i].born, units[i].id))
        units[older], units[younger] = _join(units[older], units[younger])
        gone.add(younger)
    return units


def _least_to_merge(one: Unit, other: Unit, options: TrendOptions) -> float:
    spoken = {lang for lang, _ in one.thresholds} & {lang for lang, _ in other.thresholds}
    return options.merge_similarity if spoken else min(options.merge_similarity, _MERGE_ACROSS)


def _join(older: Unit, younger: Unit) -> tuple[Unit, Unit]:
    thresholds = dict(older.thresholds)
    for lang, least in younger.thresholds:
        thresholds.setdefault(lang, least)
    joined = replace(
        older,
        centroid=(older.centroid + younger.centroid).astype(np.float32),
        weight=older.weight + younger.weight,
        thresholds=tuple(thresholds.items()),
        last_active=max(older.last_active, younger.last_active),
        documents=older.documents + younger.documents,
    )
    return joined, replace(younger, merged_into=older.id)


def _sleep(units: Sequence[Unit], options: TrendOptions, at: datetime) -> tuple[Unit, ...]:
    limit = at - timedelta(weeks=options.sleep_weeks)
    return tuple(
        replace(u, asleep=True) if not u.asleep and not u.merged_into and u.last_active < limit else u for u in units
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
