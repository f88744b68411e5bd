"""Groups of near documents: how they are found, and the clusters that last.

Groups of a window are found anew at every cut-off: by density (average linkage, which leaves a single article alone
instead of forcing it into a group, so that its groups are purer than those of HDBSCAN or KMeans), or by a word that
came up all at once. Short windows see early, long ones see surely; pooled they keep the precision of one at twice the
length.

Clusters last: documents are assigned as they come, and what fits nowhere waits for company and starts a cluster. Its id
is a hash of its earliest founding document, so a provisional cluster of the open week keeps it when the week is
complete. A step costs what the new documents and the living clusters cost, never the archive.

docs/methods.md#units has the measurements behind the thresholds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np

from foresight.model.documents import Bools1d, Floats1d, Floats2d, Ints1d
from foresight.model.options import TrendOptions
from foresight.model.trends import Cluster
from foresight.trends.history import from_seconds

FOUNDED_BY_DENSITY, FOUNDED_BY_WORD, FOUNDED_BY_NAME = "density", "word", "name"
"""What founds a group; a name is a word that nobody wrote before."""

THRESHOLD_FLOOR = 0.3
THRESHOLD_FLOORS = {"fi": 0.25}
_ABSENT_LANGUAGE = 0.76
_ACROSS_LANGUAGES = 0.6
_LEAST_OF_EACH = 5
_MOST_WEIGHT = 3.0
_ROUNDS = 5
_TOO_BIG = 0.3
_SMALL_WINDOW = 40
_OWNED = 0.3
_WORD_NEAR = 0.25
_LEAST_BY_WORD = 3
_SAME_WORD = 0.7

KeptApart = frozenset[frozenset[str]]
"""Pairs of ids that people said are not the same; an id paired with itself is to be begun anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Where a group lies among the vectors.

    Attributes:
        centre: ``(dim,)`` length 1.
        thresholds: ``(languages,)`` cosine from which a document of the language lies inside.
        members: rows of the group; inside: those that lie inside, each measured against the others alone.
    """

    centre: Floats1d
    thresholds: Floats1d
    inside: Ints1d
    members: Ints1d

    @classmethod
    def without_members(cls, centre: Floats1d, thresholds: Sequence[float]) -> Neighbourhood:
        """One that is not made from rows of the history at hand."""
        none = np.zeros(0, dtype=np.int64)
        return cls(centre=centre, thresholds=np.array(thresholds, dtype=np.float32), inside=none, members=none)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentGroup:
    """Recent documents that may move together.

    Attributes:
        members: ascending rows of the history; a source's copies of a story stand once.
        weeks: length of the window in weeks, the span its growth is tested over.
        cluster: number of the cluster it belongs to, −1 for none.
        neighbourhood: given where the group has too few members to have one of its own.
        founded: by density, a word or a name: what was chosen, and so how lenient its test is.
        name: column of the name that founded it, −1 for none; what has the name is about the group.
    """

    members: Ints1d
    weeks: int
    cluster: int = -1
    neighbourhood: Neighbourhood | None = None
    founded: str = FOUNDED_BY_DENSITY
    name: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentBatch:
    """The documents of a step: those of the slice, and those that may still wait for company.

    Attributes:
        ids: ``n`` document ids, in order of `available`.
        vectors: ``(n, dim)`` centred rows of length 1.
        langs: ``(n,)`` index into `languages`.
        published: ``(n,)`` seconds.
        new: ``(n,)`` the documents of the slice itself.
        founding: ``(n,)`` documents that may start a cluster: recent, no repeat of a story, of a source that counts.
    """

    ids: tuple[str, ...]
    vectors: Floats2d
    langs: Ints1d
    languages: tuple[str, ...]
    published: Ints1d
    new: Bools1d
    founding: Bools1d


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where documents belong: number of the cluster (−1 for none) and the cosine to it."""

    clusters: Ints1d
    similarity: Floats1d


def unit_vector(vector: Floats1d) -> Floats1d:
    """`vector` at length 1; the zero vector stays."""
    length = float(np.linalg.norm(vector))
    return (vector / length if length > 0 else vector).astype(np.float32)


def language_balance(langs: Ints1d) -> Floats1d:
    """``(n,)`` weights that give every language the same sum, summing to ``n``; all 1 for one language.

    A centre made of nine English articles and one Finnish holds the next Finnish one back; once a language has
    five members (or there are few in all) each weighs the same in sum. A single article weighs at most three times.
    """
    _, code, counts = np.unique(langs, return_inverse=True, return_counts=True)
    if len(counts) < 2:  # noqa: PLR2004 - one language needs no balance
        return np.ones(len(langs), dtype=np.float32)
    most = np.where(counts >= _LEAST_OF_EACH, np.inf, _MOST_WEIGHT)
    each = np.minimum(len(langs) / (len(counts) * counts), most)
    weights = each[code]
    return np.asarray(weights * (len(langs) / weights.sum()), dtype=np.float32)


def group_centre(vectors: Floats2d, langs: Ints1d) -> Floats1d:
    """The centre of a group, languages balanced, length 1."""
    return unit_vector((vectors * language_balance(langs)[:, None]).sum(axis=0))


def leave_one_out_cosines(vectors: Floats2d) -> Floats1d:
    """``(n,)`` cosine of each member to the sum of the others, without its own pull on the centre; 0 for a lone row."""
    others = vectors.sum(axis=0) - vectors
    lengths = np.linalg.norm(others, axis=1)
    cosines = np.einsum("ij,ij->i", vectors, others) / np.maximum(lengths, 1e-6)
    return np.where(lengths > 1e-6, cosines, 0.0).astype(np.float32)  # noqa: PLR2004 - rounding


def trend_id_from_document(document_id: str) -> str:
    """The id of a trend that this document founded: it says nothing but is the same in every run."""
    return "t" + hashlib.sha256(document_id.encode()).hexdigest()[:15]


def linkage_groups(vectors: Floats2d, distances: Sequence[float], *, limit: int) -> tuple[tuple[Ints1d, ...], ...]:
    """Group rows at several cuts of one tree.

    Args:
        vectors: ``(n, dim)``, centred rows of length 1.
        distances: cosine distances (0…2) at which the tree is cut.
        limit: more rows than this are first divided by nearest centre, because the tree costs n².

    Returns:
        For each distance its groups of two and more, each the ascending rows of its members, in order of their
        first member.
    """
    found: list[list[Ints1d]] = [[] for _ in distances]
    for part in _parts_within_limit(vectors, np.arange(len(vectors), dtype=np.int64), limit):
        for groups, labels in zip(found, _tree_cuts(vectors[part], distances), strict=True):
            order = np.argsort(labels, kind="stable")
            ends = np.flatnonzero(np.diff(labels[order])) + 1
            groups.extend(part[members] for members in np.split(order, ends) if len(members) > 1)
    return tuple(tuple(sorted(groups, key=lambda rows: int(rows[0]))) for groups in found)


def _tree_cuts(vectors: Floats2d, distances: Sequence[float]) -> list[Ints1d]:
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - a second of import, only where grouping
    from scipy.spatial.distance import squareform  # noqa: PLC0415 - the same

    n = len(vectors)
    if n < 2:  # noqa: PLR2004 - a tree needs a pair
        return [np.zeros(n, dtype=np.int64) for _ in distances]
    apart = np.clip(1.0 - vectors @ vectors.T, 0.0, 2.0)
    condensed = squareform(apart, checks=False).astype(np.float64)
    tree = linkage(condensed, "average")
    return [np.asarray(fcluster(tree, cut, "distance"), dtype=np.int64) for cut in distances]


def _parts_within_limit(vectors: Floats2d, rows: Ints1d, limit: int) -> Iterator[Ints1d]:
    """`rows` whole, or divided by nearest centre until no part is above `limit`."""
    if len(rows) <= limit:
        yield rows
        return
    near = _nearest_centre(vectors[rows], -(-2 * len(rows) // limit))
    divided = [rows[near == centre] for centre in np.unique(near)]
    if len(divided) == 1:  # nothing tells them apart: cut by time
        divided = [rows[start : start + limit] for start in range(0, len(rows), limit)]
    for part in divided:
        yield from _parts_within_limit(vectors, part, limit)


def _nearest_centre(vectors: Floats2d, count: int) -> Ints1d:
    """Lloyd's algorithm from evenly spaced rows: no chance in it, and a few rounds are enough to divide."""
    centres = vectors[np.linspace(0, len(vectors) - 1, count).astype(np.int64)]
    near = np.zeros(len(vectors), dtype=np.int64)
    for _ in range(_ROUNDS):
        near = np.argmax(vectors @ centres.T, axis=1)
        sums = (near == np.arange(count)[:, None]).astype(np.float32) @ vectors
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
    return near


def dense_groups(vectors: Floats2d, langs: Ints1d, ages: Ints1d, options: TrendOptions) -> tuple[DocumentGroup, ...]:
    """The groups of every window of `options.windows`, by density: as many members as it asks for, at most a third.

    vectors: ``(n, dim)`` centred, without repeats of a story; ages: ``(n,)`` whole days before the cut-off.
    """
    found: list[DocumentGroup] = []
    for days, settings in groupby(sorted(options.windows), key=lambda window: window[0]):
        rows = np.flatnonzero(ages < days)
        asked = list(settings)
        cuts = linkage_groups(vectors[rows], [distance for _, distance, _ in asked], limit=options.window_limit)
        for (_, _, least), groups in zip(asked, cuts, strict=True):
            most = len(rows) if len(rows) < _SMALL_WINDOW else _TOO_BIG * len(rows)
            joined = join_languages(vectors, langs, [rows[group] for group in groups])
            found += [DocumentGroup(members=g, weeks=max(1, days // 7)) for g in joined if least <= len(g) <= most]
    return tuple(found)


def groups_by_word(vectors: Floats2d, found: Sequence[tuple[int, Ints1d]], weeks: int) -> tuple[DocumentGroup, ...]:
    """Groups of recent documents that share a word that came up all at once, without those that lie elsewhere.

    A word may mean two things: members that are far from the others (a leave-one-out cosine below .25) are left out.
    Groups have three members and more; of two that are nearly the same, the first stays.

    found: of each word its column where it is a name (−1 for an older word) and the rows that have it, the most
    surprising word first.
    """

    def near_others(rows: Ints1d) -> Ints1d:
        return rows[leave_one_out_cosines(vectors[rows]) >= _WORD_NEAR]

    def is_nearly(one: Ints1d, other: Ints1d) -> bool:
        return len(np.intersect1d(one, other, assume_unique=True)) >= _SAME_WORD * max(len(one), len(other))

    kept: list[DocumentGroup] = []
    for name, rows in found:
        members = near_others(near_others(rows))
        if len(members) >= _LEAST_BY_WORD and not any(is_nearly(members, other.members) for other in kept):
            founded = FOUNDED_BY_WORD if name < 0 else FOUNDED_BY_NAME
            kept.append(DocumentGroup(members=members, weeks=weeks, founded=founded, name=name))
    return tuple(kept)


def join_languages(vectors: Floats2d, langs: Ints1d, groups: Sequence[Ints1d]) -> list[Ints1d]:
    """Join groups of different languages whose centres meet.

    Articles of two languages on one thing lie further apart than two of one language (median cosine .43 against .59),
    so linkage leaves them in two groups; their centres, where the noise of single texts is averaged out, meet.
    """
    if len(groups) < 2 or len(np.unique(langs)) < 2:  # noqa: PLR2004 - a join needs two of each
        return list(groups)
    spoken = [frozenset(langs[group].tolist()) for group in groups]
    centres = np.stack([group_centre(vectors[group], langs[group]) for group in groups])
    owner = list(range(len(groups)))
    for _, first, second in _near_pairs(centres, _ACROSS_LANGUAGES):
        if not spoken[owner[first]] & spoken[second] and owner[second] == second and owner[first] == first:
            owner[second] = first
            spoken[first] |= spoken[second]
    return [
        np.sort(np.concatenate([groups[j] for j, into in enumerate(owner) if into == i]))
        for i in range(len(groups))
        if owner[i] == i
    ]


def _near_pairs(centres: Floats2d, least: float) -> list[tuple[float, int, int]]:
    """(Cosine, first, second) of the pairs of centres that are at least so near, nearest first."""
    cosines = np.triu(centres @ centres.T, 1)
    first, second = np.nonzero(cosines >= least)
    order = np.lexsort((second, first, -cosines[first, second]))
    return [(float(cosines[first[i], second[i]]), int(first[i]), int(second[i])) for i in order]


def owning_cluster(assigned: Ints1d, members: Ints1d) -> int:
    """Number of the cluster that holds most members of a group, and at least three in ten; −1 for none.

    assigned: ``(n,)`` number of each row's cluster, −1 for none; members: rows of the group.
    """
    held = assigned[members]
    numbers, counts = np.unique(held[held >= 0], return_counts=True)
    if not len(numbers):
        return -1
    best = int(np.argmax(counts))
    return int(numbers[best]) if counts[best] >= _OWNED * len(members) else -1


def member_overlap(one: Ints1d, other: Ints1d) -> float:
    """Shared members as part of the smaller group, 0…1."""
    smaller = min(len(one), len(other))
    return len(np.intersect1d(one, other, assume_unique=True)) / smaller if smaller else 0.0


def step_clusters(
    clusters: Sequence[Cluster],
    batch: DocumentBatch,
    options: TrendOptions,
    *,
    at: datetime,
    kept_apart: KeptApart = frozenset(),
) -> tuple[Cluster, ...]:
    """One slice of online clustering: decay, assign, start, merge, put to sleep; new clusters after the old ones.

    batch: this slice's documents with the buffer; at: the end of the slice; kept_apart: pairs that never become one.
    """
    faded = [replace(c, centroid=c.centroid * options.decay, weight=c.weight * options.decay) for c in clusters]
    grown = add_documents(faded, batch, place_documents(faded, batch.vectors, batch.langs, batch.languages))
    unplaced = place_documents(grown, batch.vectors, batch.langs, batch.languages).clusters < 0
    started = _new_clusters(grown, batch, np.flatnonzero(unplaced & batch.founding), options)
    oldest = at - timedelta(weeks=options.sleep_weeks)
    return tuple(
        replace(c, asleep=True) if not c.asleep and not c.merged_into and c.last_active < oldest else c
        for c in _merge([*grown, *started], options, kept_apart)
    )


def place_documents(
    clusters: Sequence[Cluster], vectors: Floats2d, langs: Ints1d, languages: Sequence[str]
) -> Placement:
    """The nearest cluster of each document among those whose threshold it passes.

    Merged clusters take nothing; sleeping ones do, and wake by it.
    """
    open_to = [i for i, c in enumerate(clusters) if not c.merged_into and c.weight > 0]
    if not open_to or not len(vectors):
        numbers = np.full(len(vectors), -1, dtype=np.int64)
        return Placement(clusters=numbers, similarity=np.zeros(len(vectors), dtype=np.float32))
    centroids = np.stack([unit_vector(clusters[i].centroid) for i in open_to])
    least = np.array([[member_threshold(clusters[i], lang) for i in open_to] for lang in languages], dtype=np.float32)
    cosines = vectors @ centroids.T
    passing = np.where(cosines >= least[langs], cosines, -np.inf)
    best = np.argmax(passing, axis=1)
    value = passing[np.arange(len(vectors)), best]
    fits = np.isfinite(value)
    numbers = np.where(fits, np.array(open_to, dtype=np.int64)[best], -1)
    return Placement(clusters=numbers, similarity=np.where(fits, value, 0.0).astype(np.float32))


def member_threshold(cluster: Cluster, lang: str) -> float:
    """The least cosine a document in `lang` needs.

    A language without members yet lies further from the centroid: median .45 for Finnish where English has .59.
    """
    own = dict(cluster.thresholds)
    if lang in own:
        return own[lang]
    strongest = cluster.thresholds[0][1] if cluster.thresholds else THRESHOLD_FLOOR
    return max(THRESHOLD_FLOORS.get(lang, THRESHOLD_FLOOR), _ABSENT_LANGUAGE * strongest)


def estimate_thresholds(
    vectors: Floats2d, langs: Ints1d, languages: Sequence[str], quantile: float
) -> tuple[tuple[str, float], ...]:
    """Per language of a group the `quantile` of its members' leave-one-out cosine, at least its floor.

    The language with most members comes first.
    """
    near = leave_one_out_cosines(vectors)
    codes, counts = np.unique(langs, return_counts=True)
    return tuple(
        (lang, max(THRESHOLD_FLOORS.get(lang, THRESHOLD_FLOOR), float(np.quantile(near[langs == code], quantile))))
        for code in codes[np.lexsort((codes, -counts))]
        for lang in (languages[int(code)],)
    )


def add_documents(clusters: Sequence[Cluster], batch: DocumentBatch, places: Placement) -> list[Cluster]:
    """Clusters with the slice's new documents added."""
    grown = list(clusters)
    for number in np.unique(places.clusters[batch.new & (places.clusters >= 0)]):
        rows, before = np.flatnonzero(batch.new & (places.clusters == number)), clusters[number]
        thresholds = dict(before.thresholds)
        for code in np.unique(batch.langs[rows]):
            thresholds.setdefault(batch.languages[int(code)], member_threshold(before, batch.languages[int(code)]))
        added = (batch.vectors[rows] * language_balance(batch.langs[rows])[:, None]).sum(axis=0)
        grown[number] = replace(
            before,
            centroid=(before.centroid + added).astype(np.float32),
            weight=before.weight + len(rows),
            thresholds=tuple(thresholds.items()),
            last_active=max(before.last_active, from_seconds(int(batch.published[rows].max()))),
            documents=before.documents + len(rows),
            asleep=False,
        )
    return grown


def new_cluster(name: str, batch: DocumentBatch, rows: Ints1d, member_quantile: float) -> Cluster:
    """A cluster of some rows of a batch. member_quantile: see `estimate_thresholds`."""
    vectors, langs, published = batch.vectors[rows], batch.langs[rows], batch.published[rows]
    return Cluster(
        id=name,
        centroid=(vectors * language_balance(langs)[:, None]).sum(axis=0).astype(np.float32),
        weight=float(len(rows)),
        thresholds=estimate_thresholds(vectors, langs, batch.languages, member_quantile),
        born=from_seconds(int(published.min())),
        last_active=from_seconds(int(published.max())),
        documents=len(rows),
    )


def _new_clusters(
    clusters: Sequence[Cluster], batch: DocumentBatch, waiting: Ints1d, options: TrendOptions
) -> list[Cluster]:
    vectors, langs = batch.vectors[waiting], batch.langs[waiting]
    (groups,) = linkage_groups(vectors, [options.birth_distance], limit=options.window_limit)
    known = {c.id for c in clusters}
    started: list[Cluster] = []
    for group in join_languages(vectors, langs, groups):
        rows = waiting[group]
        if len(rows) < options.birth_documents or len(rows) > max(_TOO_BIG * len(batch.ids), _SMALL_WINDOW):
            continue
        own = next(name for row in rows if (name := trend_id_from_document(batch.ids[row])) not in known)
        known.add(own)
        started.append(new_cluster(own, batch, rows, options.member_quantile))
    return started


def _merge(clusters: list[Cluster], options: TrendOptions, kept_apart: KeptApart) -> list[Cluster]:
    """Join clusters whose centroids meet, nearest pair first; the older id stays."""
    alive = [i for i, c in enumerate(clusters) if not c.merged_into and not c.asleep]
    if len(alive) < 2:  # noqa: PLR2004 - a merge needs two
        return clusters
    across = min(options.merge_similarity, _ACROSS_LANGUAGES)
    centroids = np.stack([unit_vector(clusters[i].centroid) for i in alive])
    for cosine, first, second in _near_pairs(centroids, across):
        places = alive[first], alive[second]
        one, other = (clusters[place] for place in places)
        shared = {lang for lang, _ in one.thresholds} & {lang for lang, _ in other.thresholds}
        if one.merged_into or other.merged_into or frozenset((one.id, other.id)) in kept_apart:
            continue
        if cosine > (options.merge_similarity if shared else across):
            older, younger = sorted(places, key=lambda place: (clusters[place].born, clusters[place].id))
            stays, goes = clusters[older], clusters[younger]
            clusters[older] = replace(
                stays,
                centroid=(stays.centroid + goes.centroid).astype(np.float32),
                weight=stays.weight + goes.weight,
                thresholds=tuple((dict(stays.thresholds) | dict(goes.thresholds) | dict(stays.thresholds)).items()),
                last_active=max(stays.last_active, goes.last_active),
                documents=stays.documents + goes.documents,
            )
            clusters[younger] = replace(goes, merged_into=stays.id)
    return clusters
