"""Trends: the list, one of them in full, what people decide about them, and matches that wait for a person's verdict.

A match is doubtful where the analysis was not sure that a trend is the same as one of an earlier run; it is listed
with both sides and their articles until a person has judged it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from foresight.model.decisions import TrendDecision, TrendDecisionKind, TrendView
from foresight.model.documents import Document
from foresight.model.errors import NotFound
from foresight.model.ports import Clock
from foresight.model.scenarios import Scenario
from foresight.model.sources import Source
from foresight.model.trends import Assignment, CueWord, Lineage, Speed, Stage, SteepClass, Theme, Trend
from foresight.queries.snapshot_cache import MeasuredTrends, SnapshotCache, SnapshotStamp, standing_trend_id
from foresight.store.ledger import Ledger
from foresight.store.reader import ArchiveReader
from foresight.trends.user_decisions import identity_decisions, merge_parents, merge_root

REVIEW_DOCUMENTS_SHOWN = 3
_QUIET_STAGES = {Stage.NOISE, Stage.SLEEPING}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchSide:
    """One side of a doubtful match.

    Attributes:
        title: in the language asked for; documents: its most central articles of the run it is shown as of.
    """

    trend: Trend
    title: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReview:
    """A doubtful match: is the one now the same as the one then? What the machine made of it stands in `lineage`."""

    lineage: Lineage
    now: MatchSide
    then: MatchSide


def doubtful_matches(
    reader: ArchiveReader, measured: MeasuredTrends, decisions: Sequence[TrendDecision], *, lang: str
) -> tuple[MatchReview, ...]:
    """The doubtful matches of living trends, the latest first, with titles in `lang`.

    Matches that were judged, and trends that people merged, are left out.
    """
    ordered = sorted(decisions, key=lambda decision: decision.seq)
    judged, parents = identity_decisions(ordered), merge_parents(ordered)
    found: dict[frozenset[str], MatchReview] = {}
    for trend in measured.trends:
        if trend.stage in _QUIET_STAGES:
            continue
        for one in reader.lineage(trend.id):
            pair = frozenset((one.trend_id, one.earlier_id))
            if not one.review or not one.earlier_id or pair in judged or one.trend_id != trend.id:
                continue
            if len(pair) > 1 and merge_root(one.trend_id, parents) == merge_root(one.earlier_id, parents):
                continue
            if review := _match_review(reader, one, trend, lang):
                found[pair] = review
    return tuple(sorted(found.values(), key=lambda r: (r.lineage.run_id, r.now.trend.id), reverse=True))


def _match_review(reader: ArchiveReader, one: Lineage, now: Trend, lang: str) -> MatchReview | None:
    """The match with the earlier trend as the run before it measured that; None where there is none to look at."""
    try:
        runs = [trend for trend in reader.trend_history(one.earlier_id) if trend.run_id < one.run_id]
    except NotFound:
        return None
    if not runs or runs[-1].mixed:
        return None
    return MatchReview(lineage=one, now=_match_side(reader, now, lang), then=_match_side(reader, runs[-1], lang))


def _match_side(reader: ArchiveReader, trend: Trend, lang: str) -> MatchSide:
    found = {document.id: document for document in reader.documents(ids=trend.recent[:REVIEW_DOCUMENTS_SHOWN])}
    titles = {headline.lang: headline.title for headline in reversed(trend.headlines)}
    return MatchSide(
        trend=trend,
        title=titles.get(lang) or (trend.headlines[0].title if trend.headlines else trend.id),
        documents=tuple(found[name] for name in trend.recent[:REVIEW_DOCUMENTS_SHOWN] if name in found),
    )


_ABOUT_IDS = {TrendDecisionKind.MERGE, TrendDecisionKind.SAME, TrendDecisionKind.APART}
"""Decisions about ids as the machine gave them, whatever the trends were merged into since."""
_FACETS: dict[str, Callable[[TrendView], Sequence[Any]]] = {
    "stages": lambda view: (view.trend.stage,),
    "speeds": lambda view: (view.trend.speed,),
    "langs": lambda view: view.trend.langs,
    "themes": lambda view: (view.trend.theme_id,),
    "tags": lambda view: view.tags,
    "steeps": lambda view: view.steep,
}
"""What each field of a filter compares its choice with."""
SORTS = ("rank", "growth", "share", "newest", "rating", "title")
EVIDENCE_SHOWN = 60
NAMES_SHOWN = 12
RELATED_SHOWN = 6
RELATED_LEAST = 0.25  # centred cosine under which two trends have nothing to say about each other


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendFilter:
    """What to list. Empty means all.

    Attributes:
        words: every one must stand in title, subtitle, words, tags or notes, or in an article of the last 28 days.
        steeps: classes of STEEP; a trend between two is listed with both. speeds: found over weeks, or quarters.
        hidden: also those that people hid. quiet: also those asleep and those that are noise.
        sort: one of `SORTS`; lang: the language titles are shown and sorted in.
    """

    words: str = ""
    stages: tuple[Stage, ...] = ()
    langs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    steeps: tuple[SteepClass, ...] = ()
    speeds: tuple[Speed, ...] = ()
    hidden: bool = False
    quiet: bool = True
    sort: str = "rank"
    lang: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendList:
    """One page's worth of answers.

    Attributes:
        items: what passed the filter; everything: all that is listed without one, for choosing a merge.
        stages, speeds, langs, tags, steeps: what there is to filter by.
    """

    stamp: SnapshotStamp
    items: tuple[TrendView, ...]
    everything: tuple[TrendView, ...]
    stages: tuple[Stage, ...]
    speeds: tuple[Speed, ...]
    langs: tuple[str, ...]
    tags: tuple[str, ...]
    steeps: tuple[SteepClass, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CueWithDocuments:
    """A word that decided something, with the articles to read it in."""

    cue: CueWord
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedStory:
    """A story that was counted, by its first article.

    Attributes:
        similarity: centred cosine to the trend, None where not kept.
        also: the sources that published the same story.
    """

    document: Document
    source: Source
    similarity: float | None = None
    also: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionedName:
    """Somebody named in the evidence, and in how many articles."""

    name: str
    kind: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPage:
    """A trend in full.

    Attributes:
        evidence: most central first, of the last 28 days; what is left of earlier weeks after it.
        by_source, by_lang, by_voice: (what, articles) of the evidence, most first.
        related: (trend, centred cosine), nearest first.
        runs: the trend in every run that measured it, oldest first.
        members: merged trends as (id, title).
        cues: words that decided its class, and what tells companies from customers and employees.
    """

    stamp: SnapshotStamp
    view: TrendView
    evidence: tuple[CountedStory, ...]
    names: tuple[MentionedName, ...]
    places: tuple[MentionedName, ...]
    by_source: tuple[tuple[str, int], ...]
    by_lang: tuple[tuple[str, int], ...]
    by_voice: tuple[tuple[str, int], ...]
    related: tuple[tuple[TrendView, float], ...]
    lineage: tuple[Lineage, ...]
    runs: tuple[Trend, ...]
    theme: str
    members: tuple[tuple[str, str], ...]
    scenarios: tuple[Scenario, ...]
    others: tuple[TrendView, ...]
    cues: tuple[CueWithDocuments, ...] = ()


class TrendService:
    """Everything one can ask and say about trends."""

    def __init__(self, cache: SnapshotCache, ledger: Ledger, clock: Clock) -> None:
        self._cache, self._ledger, self._clock = cache, ledger, clock

    def list(self, chosen: TrendFilter | None = None) -> TrendList:
        """The trends of the latest run that pass the filter.

        Raises:
            NothingPublished: no run has published yet.
        """
        chosen = chosen or TrendFilter()
        with self._cache.open_reader() as reader:
            measured = self._cache.trends()
            views = measured.views(self._ledger.decisions())
            found = _documents_with_words(reader, chosen.words)
        shown = tuple(view for view in views if chosen.hidden or not view.hidden)
        there = {name: {one for view in shown for one in facet(view)} for name, facet in _FACETS.items()}
        return TrendList(
            stamp=measured.stamp,
            items=sort_trends([v for v in shown if passes_filter(v, chosen, found)], chosen.sort, chosen.lang),
            everything=sort_trends(shown, "title", chosen.lang),
            stages=tuple(stage for stage in Stage if stage in there["stages"]),
            speeds=tuple(speed for speed in Speed if speed in there["speeds"]),
            langs=tuple(sorted(there["langs"])),
            tags=tuple(sorted(there["tags"])),
            steeps=tuple(steep for steep in SteepClass if steep in there["steeps"]),
        )

    def get(self, trend_id: str) -> TrendPage:
        """One trend with its evidence; of a merged one, the trend it was merged into.

        Raises:
            NotFound: there never was such a trend.
            NothingPublished: no run has published yet.
        """
        decisions = self._ledger.decisions()
        with self._cache.open_reader() as reader:
            measured = self._cache.trends()
            views = measured.views(decisions, also=_trend_of_earlier_run(reader, measured, trend_id, decisions))
            view = next((v for v in views if trend_id in (v.trend.id, *v.members)), None)
            if view is None:
                raise NotFound(kind="trend", id=trend_id)
            return self._page(reader, measured, view, views)

    def themes(self) -> dict[str, str]:
        """Titles of the themes of the latest run, by id."""
        return {topic.id: topic.title for topic in self.topics()}

    def topics(self) -> tuple[Theme, ...]:
        """Themes of the latest run, biggest first, then the broader themes above them."""
        return self._cache.cached("topics", lambda reader: reader.topics())

    def reviews(self, lang: str = "en") -> tuple[MatchReview, ...]:
        """The matches of trends over the runs that the machine was not sure of and nobody has judged, latest first.

        Raises:
            NothingPublished: no run has published yet.
        """
        with self._cache.open_reader() as reader:
            return doubtful_matches(reader, self._cache.trends(), self._ledger.decisions(), lang=lang)

    def rename(self, trend_id: str, title: str, *, who: str, seen: str = "") -> TrendDecision:
        """Give it a title; "" gives the machine's back."""
        return self._decide(TrendDecisionKind.RENAME, trend_id, title, who, seen)

    def merge(self, trend_id: str, into: str, *, who: str, seen: str = "") -> TrendDecision:
        """From now on it belongs to `into`.

        Raises:
            NotFound: a trend cannot be merged into itself.
        """
        target = standing_trend_id(into, self._ledger.decisions())
        if target == trend_id:
            raise NotFound(kind="trend", id=into)
        return self._decide(TrendDecisionKind.MERGE, trend_id, target, who, seen)

    def unmerge(self, trend_id: str, *, who: str, seen: str = "") -> TrendDecision:
        """It stands on its own again."""
        return self._decide(TrendDecisionKind.MERGE, trend_id, "", who, seen)

    def hide(self, trend_id: str, *, who: str, seen: str = "") -> TrendDecision:
        """Take it out of lists. Nothing is deleted."""
        return self._decide(TrendDecisionKind.HIDE, trend_id, "", who, seen)

    def show(self, trend_id: str, *, who: str, seen: str = "") -> TrendDecision:
        """Bring it back into lists."""
        return self._decide(TrendDecisionKind.SHOW, trend_id, "", who, seen)

    def rate(self, trend_id: str, *, impact: int, uncertainty: int, who: str, seen: str = "") -> TrendDecision:
        """One's own view of it, each 1 (low) to 5 (high); a later one replaces an earlier."""
        value = json.dumps({"impact": impact, "uncertainty": uncertainty})
        return self._decide(TrendDecisionKind.RATE, trend_id, value, who, seen)

    def note(self, trend_id: str, text: str, *, who: str, seen: str = "") -> TrendDecision:
        """Add a note."""
        return self._decide(TrendDecisionKind.NOTE, trend_id, text, who, seen)

    def tag(self, trend_id: str, tag: str, *, who: str, seen: str = "") -> TrendDecision:
        """Add a tag."""
        return self._decide(TrendDecisionKind.TAG, trend_id, tag, who, seen)

    def untag(self, trend_id: str, tag: str, *, who: str, seen: str = "") -> TrendDecision:
        """Take a tag away."""
        return self._decide(TrendDecisionKind.UNTAG, trend_id, tag, who, seen)

    def same(self, trend_id: str, earlier: str, *, who: str, seen: str = "") -> TrendDecision:
        """It is the same as the earlier one: from now on it belongs to that."""
        return self._decide(TrendDecisionKind.SAME, trend_id, earlier, who, seen)

    def apart(self, trend_id: str, earlier: str, *, who: str, seen: str = "") -> TrendDecision:
        """It is not the same as the earlier one: no later analysis makes one of the two."""
        return self._decide(TrendDecisionKind.APART, trend_id, earlier, who, seen)

    def classify(
        self, trend_id: str, steep: SteepClass | None, *, reason: str = "", who: str, seen: str = ""
    ) -> TrendDecision:
        """Give it a class of STEEP; None gives the machine's back."""
        value = json.dumps({"steep": steep.value, "reason": reason.strip()}, ensure_ascii=False) if steep else ""
        return self._decide(TrendDecisionKind.CLASSIFY, trend_id, value, who, seen)

    def _decide(self, kind: TrendDecisionKind, trend_id: str, value: str, who: str, seen: str) -> TrendDecision:
        # A page may be older than a merge: what is decided about a merged trend is about the one it belongs to.
        if kind not in _ABOUT_IDS:
            trend_id = standing_trend_id(trend_id, self._ledger.decisions())
        return self._ledger.append(
            TrendDecision(
                at=self._clock.now(), who=who, kind=kind, trend_id=trend_id, value=value.strip(), seen_run_id=seen
            )
        )

    def _page(
        self, reader: ArchiveReader, measured: MeasuredTrends, view: TrendView, views: Sequence[TrendView]
    ) -> TrendPage:
        ids = (view.trend.id, *view.members)
        assignments = tuple(a for trend_id in ids for a in reader.assignments(trend_id))
        documents = _documents_of_trend(reader, measured, view, assignments)
        sources = {source.id: source for source in reader.sources()}
        evidence = evidence_by_story(documents, sources, {a.document_id: a.similarity for a in assignments})
        titles = {trend.id: trend for trend in measured.trends}
        return TrendPage(
            stamp=measured.stamp,
            view=view,
            evidence=evidence,
            names=_mentioned_names(reader, documents, places=False),
            places=_mentioned_names(reader, documents, places=True),
            by_source=_counts_by_size([_source_of(sources, d).title for d in documents]),
            by_lang=_counts_by_size([d.lang for d in documents]),
            by_voice=_counts_by_size([_source_of(sources, d).voice.value for d in documents]),
            related=related_trends(view, [v for v in views if not v.hidden]),
            lineage=tuple(one for trend_id in ids for one in reader.lineage(trend_id)),
            runs=reader.trend_history(view.trend.id),
            theme=next((topic.title for topic in reader.topics() if topic.id == view.trend.theme_id), ""),
            members=tuple((i, _machine_title(titles.get(i))) for i in view.members),
            scenarios=tuple(
                scenario
                for scenario in self._ledger.scenarios()
                if any(factor.trend_id in ids for factor in scenario.factors)
            ),
            others=tuple(v for v in views if not v.hidden and v.trend.id not in ids),
            cues=_cues_with_documents(reader, view.trend.id),
        )


def passes_filter(view: TrendView, chosen: TrendFilter, found: frozenset[str] = frozenset()) -> bool:
    """Whether a trend is to be listed. found: ids of articles that hold the words looked for."""
    if (view.hidden and not chosen.hidden) or (not chosen.quiet and view.trend.stage in _QUIET_STAGES):
        return False
    wanted = ((set(getattr(chosen, name)), facet) for name, facet in _FACETS.items())
    return all(not one or one & set(facet(view)) for one, facet in wanted) and (
        not chosen.words.strip() or _mentions(view, chosen.words) or bool(found & set(view.trend.recent))
    )


def sort_trends(views: Sequence[TrendView], sort: str, lang: str) -> tuple[TrendView, ...]:
    """In the order asked for; equal ones as they were ranked."""

    def measured(name: str) -> Callable[[TrendView], float]:
        return lambda view: -(signal.value if (signal := view.signal(name)) else float("-inf"))

    keys: dict[str, Callable[[TrendView], float | str]] = {
        "rank": lambda view: view.trend.rank or float("inf"),
        "growth": measured("growth"),
        "share": measured("share"),
        "newest": lambda view: -view.trend.first_document.timestamp(),
        "rating": lambda view: -mean_impact(view),
        "title": lambda view: view.title(lang).casefold(),
    }
    return tuple(sorted(views, key=keys.get(sort, keys["rank"])))


def mean_impact(view: TrendView) -> float:
    """The mean impact people gave it, 1–5; 0 where nobody rated it."""
    return sum(r.impact for r in view.ratings) / len(view.ratings) if view.ratings else 0.0


def related_trends(view: TrendView, views: Sequence[TrendView]) -> tuple[tuple[TrendView, float], ...]:
    """The trends nearest in meaning, by centred cosine of their centroids, nearest first."""
    others = [v for v in views if v.trend.id != view.trend.id and v.trend.centroid.shape == view.trend.centroid.shape]
    if not others or not view.trend.centroid.size:
        return ()
    nearness = np.stack([v.trend.centroid for v in others]) @ view.trend.centroid
    best = np.argsort(-nearness, kind="stable")[:RELATED_SHOWN]
    return tuple((others[i], float(nearness[i])) for i in best if nearness[i] >= RELATED_LEAST)


def evidence_by_story(
    documents: Sequence[Document], sources: dict[str, Source], similarity: dict[str, float]
) -> tuple[CountedStory, ...]:
    """One entry per story, in the order of `documents`, with the other sources that published it."""
    stories: dict[str, list[Document]] = {}
    for document in documents:
        stories.setdefault(document.story_id or document.id, []).append(document)
    shown = []
    for copies in list(stories.values())[:EVIDENCE_SHOWN]:
        first = copies[0]
        others = {d.source_id: _source_of(sources, d) for d in copies[1:] if d.source_id != first.source_id}
        shown.append(
            CountedStory(
                document=first,
                source=_source_of(sources, first),
                similarity=similarity.get(first.id),
                also=tuple(others.values()),
            )
        )
    return tuple(shown)


def _mentions(view: TrendView, words: str) -> bool:
    texts = [view.human_title, *view.tags, *(note.text for note in view.notes)]
    for headline in view.trend.headlines:
        texts += [headline.title, headline.subtitle, *headline.words]
    everything = " ".join(texts).casefold()
    return all(word in everything for word in words.casefold().split())


def _documents_with_words(reader: ArchiveReader, words: str) -> frozenset[str]:
    """Ids of articles that hold the words, latest first, as many as a list can use."""
    return frozenset(d.id for d in reader.search(words, limit=500)) if words.strip() else frozenset()


def _trend_of_earlier_run(
    reader: ArchiveReader, measured: MeasuredTrends, trend_id: str, decisions: Sequence[TrendDecision]
) -> tuple[Trend, ...]:
    """The trend as an earlier run measured it, where the latest did not."""
    group = {trend_id, standing_trend_id(trend_id, decisions)}
    group |= {child for child in merge_parents(decisions) if standing_trend_id(child, decisions) in group}
    if group & {trend.id for trend in measured.trends}:
        return ()
    return (reader.trend(trend_id),)


def _documents_of_trend(
    reader: ArchiveReader, measured: MeasuredTrends, view: TrendView, assignments: Sequence[Assignment]
) -> tuple[Document, ...]:
    """The articles of the last 28 days, most central first, then the latest of earlier ones."""
    merged = [trend for trend in measured.trends if trend.id in view.members]
    recent = list(dict.fromkeys(i for trend in (view.trend, *merged) for i in trend.recent))
    known = set(recent)
    earlier = [a.document_id for a in assignments if a.document_id not in known]
    found = {d.id: d for d in reader.documents(ids=[*recent, *earlier])}
    old = sorted((found[i] for i in set(earlier) if i in found), key=lambda d: (d.published, d.id), reverse=True)
    return tuple(found[i] for i in recent if i in found) + tuple(old)


def _cues_with_documents(reader: ArchiveReader, trend_id: str) -> tuple[CueWithDocuments, ...]:
    """Its cues with their articles, in the order they are kept."""
    cues = reader.cues([trend_id])
    wanted = sorted({document_id for cue in cues for document_id in cue.documents})
    found = {document.id: document for document in reader.documents(ids=wanted)} if wanted else {}
    return tuple(
        CueWithDocuments(cue=cue, documents=tuple(found[i] for i in cue.documents if i in found)) for cue in cues
    )


def _mentioned_names(
    reader: ArchiveReader, documents: Sequence[Document], *, places: bool
) -> tuple[MentionedName, ...]:
    """People and organisations of the evidence, or places, most often named first."""
    seen = {(e.document_id, e.name, e.kind) for e in reader.entities([d.id for d in documents[:400]])}
    counts = Counter((name, kind) for _, name, kind in seen if (kind == "place") is places)
    best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:NAMES_SHOWN]
    return tuple(MentionedName(name=name, kind=kind, documents=count) for (name, kind), count in best)


def _counts_by_size(what: Sequence[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(what).items(), key=lambda item: (-item[1], item[0])))


def _source_of(sources: dict[str, Source], document: Document) -> Source:
    """Its source; one that is no longer known keeps its id for a title."""
    return sources.get(document.source_id) or Source(id=document.source_id, title=document.source_id)


def _machine_title(trend: Trend | None) -> str:
    return trend.headlines[0].title if trend and trend.headlines else ""
