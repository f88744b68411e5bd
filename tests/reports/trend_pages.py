"""A trend's page as the queries give it, made of a view and its stories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from foresight.model.decisions import TrendView
from foresight.model.scenarios import Scenario
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.queries.trends import CountedStory, MentionedName, TrendPage
from foresight.testing.builders import NOW


def page_of(
    view: TrendView,
    evidence: Sequence[CountedStory] = (),
    scenarios: Sequence[Scenario] = (),
    names: Sequence[MentionedName] = (),
) -> TrendPage:
    return TrendPage(
        stamp=SnapshotStamp(generation=7, run_id="run-1", as_of=NOW),
        view=view,
        evidence=tuple(evidence),
        names=tuple(names),
        places=(),
        by_source=counted(one.source.title for one in evidence),
        by_lang=counted(one.document.lang for one in evidence),
        by_voice=counted(one.source.voice.value for one in evidence),
        related=(),
        lineage=(),
        runs=(),
        theme="",
        members=(),
        scenarios=tuple(scenarios),
        others=(),
    )


def counted(what: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(what).items(), key=lambda item: (-item[1], item[0])))
