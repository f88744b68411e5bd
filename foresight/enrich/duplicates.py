"""Documents that tell the same story: copies, syndication, rewritten headlines. Each is decided by its past alone.

The seed rule: a document joins a story when it is near enough to the story's first document; the further apart in
time, the nearer it must be (of all that predicts "same event", the gap in time is strongest). Never chains of
neighbours: they grow into topics.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np

from foresight.enrich.text import normalised, skeleton
from foresight.records import Document, Floats1d, Floats2d, TextOptions

WINDOW = timedelta(days=14)
"""How far back the recent documents given to `assign_stories` must reach."""

_OLDEST_STORY = timedelta(days=7)
_DAY = timedelta(days=1).total_seconds()
_SERIES_DAYS = 3
_LEAST_TITLE_WORDS = 4
_TITLE_OPENING, _LEAD_OPENING = 5, 6
_LEAD = 200
_SAME_URL = 0.2
_BLOCK = 128


def assign_stories(
    new: Sequence[Document],
    vectors: Floats2d,
    recent: Sequence[Document],
    recent_vectors: Floats2d,
    *,
    options: TextOptions,
) -> tuple[tuple[str, str], ...]:
    """The story of each new document.

    In this order: the same address at the same source; the same title (of four words and more) at another source
    within 14 days; the nearest story by the seed rule. Titles of a series (one template on three days) of one
    source never make a story with each other. What fits nowhere starts a story.

    Args:
        new: documents with clean titles, in any order; told in order of `available`, then id.
        vectors: ``(len(new), dim)``, centred, rows of length 1.
        recent: documents of the 14 days before, with their `story_id`.
        recent_vectors: ``(len(recent), dim)``, centred by the same means.
        options: the thresholds.

    Returns:
        (document id, story id) per new document, in the order told. A story's id is that of its first document.
        Told in several parts, each with the 14 days before as `recent`, the pairs are the same.
    """
    told = _Told(options=options)
    for i in _in_time(recent):
        told.remember(recent[i], recent_vectors[i], recent[i].story_id or recent[i].id)
    pairs: list[tuple[str, str]] = []
    order = _in_time(new)
    for start in range(0, len(order), _BLOCK):
        block = order[start : start + _BLOCK]
        told.forget(before=new[block[0]].available - WINDOW)
        pairs.extend(_tell_block(told, [new[i] for i in block], vectors[block]))
    return tuple(pairs)


def canonical_url(url: str) -> str:
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


@dataclass(slots=True)
class _Story:
    """A story as far as it was told: its first document decides who joins, its last how long it lives.

    is_open: its first document is known, so that others can be compared with it.
    """

    id: str
    first: Document
    vector: Floats1d
    last: datetime
    templates: frozenset[str]
    words: str
    is_open: bool


@dataclass(slots=True)
class _Told:
    """What has been told, as look-ups. Stories in order of birth."""

    options: TextOptions
    stories: list[_Story] = field(default_factory=list)
    number: dict[str, int] = field(default_factory=dict)
    by_address: dict[tuple[str, str], tuple[datetime, str, Floats1d]] = field(default_factory=dict)
    by_title: defaultdict[str, list[tuple[str, datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    series: defaultdict[tuple[str, str], set[date]] = field(default_factory=lambda: defaultdict(set))

    def remember(self, document: Document, vector: Floats1d, story_id: str) -> None:
        """Take in a document whose story is known."""
        words, patterns = normalised(_title(document)), templates(document)
        if story_id not in self.number:
            self.number[story_id] = len(self.stories)
            is_open = document.id == story_id
            self.stories.append(_Story(story_id, document, vector, document.available, patterns, words, is_open))
        story = self.stories[self.number[story_id]]
        story.last = max(story.last, document.available)
        if address := canonical_url(document.url):
            self.by_address[document.source_id, address] = (document.available, story_id, vector)
        self.by_title[words].append((document.source_id, document.available, story_id))
        for pattern in patterns:
            self.series[document.source_id, pattern].add(document.published.date())

    def forget(self, *, before: datetime) -> None:
        """Let go of stories that nothing can join any more; their numbers change."""
        kept = [story for story in self.stories if story.last >= before]
        if len(kept) == len(self.stories):
            return
        self.stories, self.number = kept, {story.id: i for i, story in enumerate(kept)}
        self.by_address = {key: known for key, known in self.by_address.items() if known[0] >= before}
        for words in [words for words, known in self.by_title.items() if known[-1][1] < before]:
            del self.by_title[words]


def _tell_block(told: _Told, block: Sequence[Document], vectors: Floats2d) -> list[tuple[str, str]]:
    """One matrix product for the stories there are, one for those that begin inside the block."""
    there = len(told.stories)
    near = vectors @ np.stack([story.vector for story in told.stories]).T if there else np.zeros((len(block), 0))
    among = vectors @ vectors.T
    beginners: list[int] = []
    pairs = []
    for i, document in enumerate(block):
        cosines = np.concatenate([near[i], among[i, beginners]])
        story_id = _story_of(document, vectors[i], cosines, told)
        if story_id == document.id and story_id not in told.number:
            beginners.append(i)
        told.remember(document, vectors[i], story_id)
        pairs.append((document.id, story_id))
    return pairs


def _story_of(document: Document, vector: Floats1d, cosines: Floats1d, told: _Told) -> str:
    """The story the document joins, or its own id."""
    return (
        _same_address(document, vector, told)
        or _same_title(document, told)
        or _by_seed(document, cosines, told)
        or document.id
    )


def _same_address(document: Document, vector: Floats1d, told: _Told) -> str:
    """The story of the address's version before; a page that lists everything has versions that are unlike."""
    known = told.by_address.get((document.source_id, canonical_url(document.url)))
    if known is None:
        return ""
    available, story_id, before = known
    is_same = document.available - available <= WINDOW and float(vector @ before) >= _SAME_URL
    return story_id if is_same else ""


def _same_title(document: Document, told: _Told) -> str:
    words = normalised(_title(document))
    if len(words.split()) < _LEAST_TITLE_WORDS:
        return ""
    for source, available, story_id in reversed(told.by_title.get(words, [])):
        if source != document.source_id and document.available - available <= WINDOW and story_id in told.number:
            return story_id
    return ""


def _by_seed(document: Document, cosines: Floats1d, told: _Told) -> str:
    """The story with the largest margin over its threshold, "" where none reaches it."""
    options = told.options
    candidates = np.flatnonzero(cosines >= min(options.story_near, options.story_far))
    best, margin = "", -1.0
    for i in candidates.tolist():
        story = told.stories[i]
        gap = abs((document.published - story.first.published).total_seconds())
        over = float(cosines[i]) - (options.story_near if gap <= _DAY else options.story_far)
        if over >= 0 and over > margin and _may_join(document, story, told):
            best, margin = story.id, over
    return best


def _may_join(document: Document, story: _Story, told: _Told) -> bool:
    now = document.available
    age, silence = now - story.first.available, now - story.last
    if not story.is_open or silence > timedelta(days=told.options.story_days) or age > _OLDEST_STORY:
        return False
    if document.source_id != story.first.source_id:
        return True
    if any(_is_series(document, pattern, told) for pattern in story.templates & templates(document)):
        return False
    same_words = normalised(_title(document)) == story.words
    return not (same_words and document.published.date() != story.first.published.date())


def _is_series(document: Document, pattern: str, told: _Told) -> bool:
    """Whether the source used the template on three days of the last 14, today's among them."""
    today = document.published.date()
    days = {day for day in told.series[document.source_id, pattern] if abs(day - today) < WINDOW} | {today}
    return len(days) >= _SERIES_DAYS


def templates(document: Document) -> frozenset[str]:
    """What a series of one source has in common from day to day: the title's template, how title and lead begin."""
    title, lead = normalised(_title(document)).split(), normalised(document.text[:_LEAD]).split()
    found = {skeleton(_title(document))}
    if len(title) > _TITLE_OPENING:
        found.add("title " + " ".join(title[:_TITLE_OPENING]))
    if len(lead) > _LEAD_OPENING:
        found.add("lead " + " ".join(lead[:_LEAD_OPENING]))
    return frozenset(found - {""})


def _title(document: Document) -> str:
    return document.clean_title or document.title
