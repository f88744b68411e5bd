"""Themes get their titles as trends do: phrases that cover their articles, per language, a central headline below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from foresight.naming import NAMED_BY, Namer
from foresight.records import Assignment, Topic
from foresight.topics.themes import ThemeMap

_CENTRAL = 0.5
"""The part of a theme's articles that its title is made of: the nearer half says what it is about."""


def with_titles(found: ThemeMap, before: Mapping[str, Topic], namer: Namer, *, as_of: datetime) -> tuple[Topic, ...]:
    """The topics of a map with headlines: made where the map or the theme is new, else those they had.

    Args:
        found: the map of a run.
        before: the topics of the run before, by id.
        namer: of the corpus the map was made of.
        as_of: the cut-off.
    """
    members: dict[str, list[Assignment]] = defaultdict(list)
    for one in found.assignments:
        members[one.owner_id].append(one)
    topics = []
    for topic in found.topics:
        if not found.anew and topic.id in before:
            topics.append(topic)
            continue
        own = members[topic.id] if topic.level == 0 else _below(topic, found.topics, members)
        topics.append(_titled(topic, own, namer, as_of))
    return tuple(topics)


def _titled(topic: Topic, members: Sequence[Assignment], namer: Namer, as_of: datetime) -> Topic:
    told = namer.headlines_of(_telling(members), as_of=as_of)
    if not told:
        return topic
    return replace(topic, headlines=told, title=told[0].title, words=topic.words or told[0].words)


def _telling(members: Sequence[Assignment]) -> list[tuple[str, float]]:
    """Articles spread evenly over the nearer half of a theme: its very middle alone would be one story."""
    ranked = sorted(members, key=lambda one: (-one.similarity, one.document_id))
    nearer = ranked[: max(NAMED_BY, round(len(ranked) * _CENTRAL))]
    step = max(1.0, len(nearer) / NAMED_BY)
    chosen = [nearer[int(place * step)] for place in range(min(NAMED_BY, len(nearer)))]
    return [(one.document_id, one.similarity) for one in chosen]


def _below(topic: Topic, topics: Sequence[Topic], members: Mapping[str, Sequence[Assignment]]) -> list[Assignment]:
    """The articles of the themes under a broader one."""
    return [one for theme in topics if theme.parent_id == topic.id for one in members.get(theme.id, ())]
