"""Documents on one event: copies, syndication, rewritten headlines, counterparts in another language.

Each is decided by its past alone. The seed rule: a document joins a story when it is near enough to the story's first
document in some language; the further apart in time, the nearer it must be (of all that predicts "same event", the gap
in time is strongest). Never chains of neighbours: they grow into topics.

Translations and independent articles of one event lie further apart than copies in one language, so the cosine alone
does not tell them from a namesake topic; that each is the other's nearest among everything of the last days does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np

from foresight.model.documents import Bools1d, Corpus, Document, Floats1d, Floats2d
from foresight.model.options import TextOptions
from foresight.nlp.centring import centre_by_language, language_means, load_language_priors
from foresight.nlp.cleaning import normalised_title, title_ends, title_template
from foresight.trends.history import DAY, from_seconds, monday_of, to_seconds

_DIGITS = 4
_NO_LANGUAGE = ("", "und")


class CrossLanguageMatch(NamedTuple):
    """A document of another language whose nearest in the new one's language is the new one."""

    document_id: str
    cosine: float


class CrossLanguageIndex:
    """The documents of some days, published as well as available, each with its best cosine in every other language."""

    def __init__(self, days: int) -> None:
        self._span = days * 86_400
        self._codes: dict[str, int] = {}
        self._ids: list[str] = []
        self._langs = np.zeros(0, dtype=np.int64)
        self._times = np.zeros((0, 2), dtype=np.float64)
        self._vectors: Floats2d | None = None
        self._best: Floats2d = np.zeros((0, 0), dtype=np.float32)

    def add(self, block: Sequence[Document], vectors: Floats2d) -> list[CrossLanguageMatch | None]:
        """Add documents in their order; the counterpart of each among those before it.

        block: in order of `available`; vectors: ``(len(block), dim)``, centred per language, rows of length 1.
        """
        there = self._grow(block, vectors)
        if len(set(self._langs[self._langs >= 0].tolist())) < 2:  # noqa: PLR2004 - one language has no counterparts
            return [None] * len(block)
        assert self._vectors is not None, "grown above"  # noqa: S101 - for the type checker
        cosines = np.round(vectors @ self._vectors.T, _DIGITS)
        return [self._nearest(there + i, row) for i, row in enumerate(cosines)]

    def _grow(self, block: Sequence[Document], vectors: Floats2d) -> int:
        """Add the block's rows, let go of what is too old to matter; the place of its first row."""
        times = np.array([(d.available.timestamp(), d.published.timestamp()) for d in block]).reshape(-1, 2)
        kept = self._times[:, 0] >= (times[0, 0] - self._span if len(times) else -np.inf)
        langs = [-1 if d.lang in _NO_LANGUAGE else self._codes.setdefault(d.lang, len(self._codes)) for d in block]
        best = np.full((int(kept.sum()) + len(block), len(self._codes)), -1.0, dtype=np.float32)
        best[: int(kept.sum()), : self._best.shape[1]] = self._best[kept]
        old = vectors[:0] if self._vectors is None else self._vectors[kept]
        self._ids = [id_ for id_, stays in zip(self._ids, kept, strict=True) if stays] + [d.id for d in block]
        self._langs = np.concatenate([self._langs[kept], np.array(langs, dtype=np.int64)])
        self._times = np.concatenate([self._times[kept], times])
        self._vectors, self._best = np.concatenate([old, vectors]), best
        return int(kept.sum())

    def _nearest(self, place: int, cosines: Floats1d) -> CrossLanguageMatch | None:
        """The counterpart of one row among the rows before it; what it is nearest to is remembered."""
        before = slice(0, place)
        apart: Bools1d = np.all(np.abs(self._times[before] - self._times[place]) <= self._span, axis=1)
        # Of another language, within the days.
        other = (self._langs[before] >= 0) & (self._langs[before] != self._langs[place])
        rows = np.flatnonzero(apart & other)
        if not len(rows) or self._langs[place] < 0:
            return None
        own, near = int(self._langs[place]), cosines[rows]
        best = int(np.argmax(near))
        is_mutual = bool(near[best] > self._best[rows[best], own])
        np.maximum.at(self._best[place], self._langs[rows], near)
        self._best[rows, own] = np.maximum(self._best[rows, own], near)
        if not is_mutual:
            return None
        return CrossLanguageMatch(document_id=self._ids[int(rows[best])], cosine=round(float(near[best]), _DIGITS))


MEANS_DAYS = 28
STORY_WINDOW = timedelta(days=14)
"""How far back the recent documents given to `assign_stories` must reach."""

_OLDEST_STORY = timedelta(days=7)
_DAY = timedelta(days=1).total_seconds()
_SERIES_DAYS = 3
_COLUMN_PREFIX = "column "
_MOST_USES_PER_DAY = 1.5
_LEAST_TITLE_WORDS = 4
_TITLE_OPENING, _LEAD_OPENING = 5, 6
_LEAD_COMPARED = 200
_SAME_URL = 0.2
_BLOCK_SIZE = 128
_CACHED_TEXTS = 32_768


def assign_stories(
    new: Sequence[Document],
    vectors: Floats2d,
    recent: Sequence[Document],
    recent_vectors: Floats2d,
    *,
    options: TextOptions,
) -> tuple[tuple[str, str], ...]:
    """(Document id, story id) of new documents in order of `available`, then id; a story has its first document's id.

    In this order: the same address at the same source; the same title (of four words and more) at another source
    within 14 days; the nearest story by the seed rule; the counterpart in another language. Titles of a series (one
    template on three days) of one source never make a story with each other, and have no counterpart. What fits nowhere
    starts a story. Given in several parts, each with the 14 days before as `recent`, the pairs are the same.

    new: with clean titles and languages, in any order; recent: of the 14 days before, with their `story_id`; vectors
    of both ``(n, dim)``, centred per language by the same means, rows of length 1.
    """
    assigned = _AssignedStories(options=options)
    order = _in_time(recent)
    for start in range(0, len(order), _BLOCK_SIZE):
        block = order[start : start + _BLOCK_SIZE]
        assigned.counterparts.add([recent[i] for i in block], recent_vectors[block])
        for i in block:
            assigned.remember(recent[i], recent_vectors[i], recent[i].story_id or recent[i].id)
    pairs: list[tuple[str, str]] = []
    order = _in_time(new)
    for start in range(0, len(order), _BLOCK_SIZE):
        block = order[start : start + _BLOCK_SIZE]
        assigned.forget(now=new[block[0]].available)
        pairs.extend(_assign_block(assigned, [new[i] for i in block], vectors[block]))
    return tuple(pairs)


def comparable_address(url: str) -> str:
    """An address for comparing within a source: without scheme, www, mark, tracking; "" for a bare front page."""
    bare = url.split("://", 1)[-1].split("#", 1)[0].removeprefix("www.")
    path, _, query = bare.partition("?")
    kept = [pair for pair in query.split("&") if pair and not pair.startswith(("utm_", "fbclid", "at_", "ref="))]
    path = path.rstrip("/")
    if "/" not in path and not kept:
        return ""
    return path + ("?" + "&".join(sorted(kept)) if kept else "")


def _in_time(documents: Sequence[Document]) -> list[int]:
    return sorted(range(len(documents)), key=lambda i: (documents[i].available, documents[i].id))


@dataclass(frozen=True, slots=True)
class _TextTraits:
    """What a title and the start of a lead are compared by.

    templates: what a series of one source has in common from day to day: the title's template, what stands before its
    first and after its last joint, how title and lead begin.
    """

    words: str
    templates: frozenset[str]


@lru_cache(maxsize=_CACHED_TEXTS)
def _read_traits(title: str, whole_title: str, opening: str) -> _TextTraits:
    words, lead = normalised_title(title), normalised_title(opening).split()
    parts = words.split()
    found = {title_template(title)} | {_COLUMN_PREFIX + kicker for kicker in title_ends(whole_title)}
    if len(parts) > _TITLE_OPENING:
        found.add("title " + " ".join(parts[:_TITLE_OPENING]))
    if len(lead) > _LEAD_OPENING:
        found.add("lead " + " ".join(lead[:_LEAD_OPENING]))
    return _TextTraits(words, frozenset(found - {""}))


def _traits(document: Document) -> _TextTraits:
    return _read_traits(document.clean_title or document.title, document.title, document.text[:_LEAD_COMPARED])


@dataclass(slots=True)
class _OpenStory:
    """A story so far: its last document decides how long it lives.

    is_open: its first document is known, so that others can be compared with it.
    """

    id: str
    began: datetime
    last: datetime
    is_open: bool
    langs: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _StorySeed:
    """The first document of a story in one language: it decides who joins."""

    story: _OpenStory
    document: Document
    vector: Floats1d


@dataclass(slots=True)
class _AssignedStories:
    """The documents so far, as look-ups. Seeds in order of assignment."""

    options: TextOptions
    counterparts: CrossLanguageIndex = field(init=False)
    stories: dict[str, _OpenStory] = field(default_factory=dict)
    seeds: list[_StorySeed] = field(default_factory=list)
    story_of: dict[str, tuple[Document, str]] = field(default_factory=dict)
    by_address: dict[tuple[str, str], tuple[datetime, str, Floats1d]] = field(default_factory=dict)
    by_title: defaultdict[str, list[tuple[Document, str]]] = field(default_factory=lambda: defaultdict(list))
    series: dict[tuple[str, str], dict[date, int]] = field(default_factory=dict)
    last_forgotten: datetime | None = None

    def __post_init__(self) -> None:
        self.counterparts = CrossLanguageIndex(self.options.story_days)

    def remember(self, document: Document, vector: Floats1d, story_id: str) -> bool:
        """Take in a document whose story is known; whether it is a new seed."""
        traits = _traits(document)
        story = self.stories.get(story_id)
        if story is None:
            story = _OpenStory(story_id, document.available, document.available, document.id == story_id)
            self.stories[story_id] = story
        story.last = max(story.last, document.available)
        self.story_of[document.id] = (document, story_id)
        if address := comparable_address(document.url):
            self.by_address[document.source_id, address] = (document.available, story_id, vector)
        self.by_title[traits.words].append((document, story_id))
        today = document.published.date()
        for template in traits.templates:
            days = self.series.setdefault((document.source_id, template), {})
            days[today] = days.get(today, 0) + 1
        is_seed = document.lang not in story.langs
        if is_seed:
            story.langs.add(document.lang)
            self.seeds.append(_StorySeed(story, document, vector))
        return is_seed

    def forget(self, *, now: datetime) -> None:
        """Let go of what nothing can join any more, once a day; the places of seeds change."""
        if self.last_forgotten is not None and now - self.last_forgotten < timedelta(days=1):
            return
        self.last_forgotten, before = now, now - STORY_WINDOW
        self.seeds = [
            s for s in self.seeds if s.story.last >= before and s.story.began >= now - _OLDEST_STORY - timedelta(days=1)
        ]
        self.stories = {key: story for key, story in self.stories.items() if story.last >= before}
        self.story_of = {key: known for key, known in self.story_of.items() if known[0].available >= before}
        self.by_address = {key: known for key, known in self.by_address.items() if known[0] >= before}
        for words in [words for words, known in self.by_title.items() if known[-1][0].available < before]:
            del self.by_title[words]


def _assign_block(assigned: _AssignedStories, block: Sequence[Document], vectors: Floats2d) -> list[tuple[str, str]]:
    """One matrix product for the seeds there are, one for those that begin inside the block."""
    there = len(assigned.seeds)
    near = vectors @ np.stack([seed.vector for seed in assigned.seeds]).T if there else np.zeros((len(block), 0))
    among = vectors @ vectors.T
    counterparts = assigned.counterparts.add(block, vectors)
    beginners: list[int] = []
    pairs = []
    for i, document in enumerate(block):
        cosines = np.concatenate([near[i], among[i, beginners]])
        story_id = (
            _story_by_address(document, vectors[i], assigned)
            or _story_by_title(document, assigned)
            or _story_by_seed(document, cosines, assigned)
            or _by_counterpart(document, counterparts[i], assigned)
            or document.id
        )
        if assigned.remember(document, vectors[i], story_id):
            beginners.append(i)
        pairs.append((document.id, story_id))
    return pairs


def _story_by_address(document: Document, vector: Floats1d, assigned: _AssignedStories) -> str:
    """The story of the address's version before; a page that lists everything has versions that are unlike."""
    known = assigned.by_address.get((document.source_id, comparable_address(document.url)))
    if known is None:
        return ""
    available, story_id, before = known
    is_same = document.available - available <= STORY_WINDOW and float(vector @ before) >= _SAME_URL
    return story_id if is_same else ""


def _story_by_title(document: Document, assigned: _AssignedStories) -> str:
    """The story of the title at another source; of a title that comes back, only that of the same day."""
    words = _traits(document).words
    if len(words.split()) < _LEAST_TITLE_WORDS:
        return ""
    known = assigned.by_title.get(words, [])
    farthest = _DAY if _is_recurring_title(document, known) else STORY_WINDOW.total_seconds()
    for other, story_id in reversed(known):
        gap = (document.available - other.available).total_seconds()
        if other.source_id != document.source_id and gap <= farthest and story_id in assigned.stories:
            return story_id
    return ""


def _is_recurring_title(document: Document, known: Sequence[tuple[Document, str]]) -> bool:
    """Whether one source used the title on two days: "What the papers say" of two papers is no story."""
    days: defaultdict[str, set[date]] = defaultdict(set)
    for other in (document, *(other for other, _ in known)):
        if document.available - other.available <= STORY_WINDOW:
            days[other.source_id].add(other.published.date())
    return any(len(each) > 1 for each in days.values())


def _story_by_seed(document: Document, cosines: Floats1d, assigned: _AssignedStories) -> str:
    """The story with the largest margin over its threshold, "" where none reaches it."""
    options = assigned.options
    candidates = np.flatnonzero(cosines >= min(options.story_near, options.story_far))
    best, margin = "", -1.0
    for i in candidates.tolist():
        seed = assigned.seeds[i]
        gap = abs((document.published - seed.document.published).total_seconds())
        over = float(cosines[i]) - (options.story_near if gap <= _DAY else options.story_far)
        if (
            over >= 0
            and over > margin
            and _is_alive(document, seed.story, assigned)
            and _may_join(document, seed, assigned)
        ):
            best, margin = seed.story.id, over
    return best


def _by_counterpart(document: Document, counterpart: CrossLanguageMatch | None, assigned: _AssignedStories) -> str:
    """The story of the counterpart in another language, "" where there is none, or either is one of a series."""
    if counterpart is None or counterpart.cosine < assigned.options.story_across:
        return ""
    other, story_id = assigned.story_of.get(counterpart.document_id, (None, ""))
    if other is None or not _is_alive(document, assigned.stories[story_id], assigned):
        return ""
    is_series = any(
        _is_series(each, template, assigned) for each in (document, other) for template in _traits(each).templates
    )
    return "" if is_series else story_id


def _is_alive(document: Document, story: _OpenStory, assigned: _AssignedStories) -> bool:
    age, silence = document.available - story.began, document.available - story.last
    return story.is_open and silence <= timedelta(days=assigned.options.story_days) and age <= _OLDEST_STORY


def _may_join(document: Document, seed: _StorySeed, assigned: _AssignedStories) -> bool:
    if document.source_id != seed.document.source_id:
        return True
    own, other = _traits(document), _traits(seed.document)
    if any(_is_series(document, template, assigned) for template in own.templates & other.templates):
        return False
    return not (own.words == other.words and document.published.date() != seed.document.published.date())


def _is_series(document: Document, template: str, assigned: _AssignedStories) -> bool:
    """Whether the source used the template on three days of the 14 around the document, its own among them.

    A column ("Lightning round: …") comes about once a day; what stands before the colon more often is a matter of
    the hour ("Coronavirus: …") or the name of the paper.
    """
    today = document.published.date()
    used = assigned.series.get((document.source_id, template), {})
    days = {day: used[day] for day in used if abs(day - today) < STORY_WINDOW}
    days.setdefault(today, 1)
    often = sum(days.values()) > _MOST_USES_PER_DAY * len(days)
    return len(days) >= _SERIES_DAYS and not (often and template.startswith(_COLUMN_PREFIX))


def assign_stories_by_week(
    corpus: Corpus, documents: Mapping[str, Document], new: Collection[str], *, encoder: str, options: TextOptions
) -> Iterator[dict[str, str]]:
    """Stories by document id, week by week: each week against the two before it, centred by the month before it.

    corpus: the new documents and those of the month before the first of them, in order of `available`; documents: those
    by id, as far back as two weeks before the first new one; new: ids of the documents that have no story yet, of the
    others without one nothing is compared; encoder: of the vectors.
    """
    priors = load_language_priors(encoder)
    story_of = {id_: document.story_id for id_, document in documents.items() if id_ not in new and document.story_id}
    rows = np.array([row for row, id_ in enumerate(corpus.ids) if id_ in new], dtype=np.int64)
    for week, own in groupby(rows.tolist(), key=lambda row: monday_of(from_seconds(int(corpus.available[row])))):
        ours = list(own)
        monday = to_seconds(week)
        moments = [monday - MEANS_DAYS * DAY, monday, corpus.available[ours[-1]] + 1]
        before, first, last = np.searchsorted(corpus.available, moments).tolist()
        means = language_means(corpus.vectors[before:first], corpus.langs[before:first], priors)
        start = int(np.searchsorted(corpus.available, monday - STORY_WINDOW.days * DAY))
        centred = centre_by_language(corpus.vectors[start:last], corpus.langs[start:last], means)
        fresh = set(ours)
        recent = [row for row in range(start, last) if row not in fresh and corpus.ids[row] in story_of]
        found = assign_stories(
            [documents[corpus.ids[row]] for row in ours],
            centred[np.array(ours, dtype=np.int64) - start],
            [replace(documents[corpus.ids[row]], story_id=story_of[corpus.ids[row]]) for row in recent],
            centred[np.array(recent, dtype=np.int64) - start],
            options=options,
        )
        story_of |= found
        yield dict(found)
