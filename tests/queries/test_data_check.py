"""The doctor looks at what workshops made, too."""

from __future__ import annotations

from pathlib import Path

from workshop_world import News, with_futures

from foresight.model.workshop import Signpost, TrendCondition
from foresight.queries.data_check import check_data
from foresight.testing.builders import a_revision, a_signpost
from foresight.testing.stores import TemporaryArchive


def findings(news: News, tmp_path: Path) -> dict[str, dict[str, object]]:
    told = check_data(tmp_path / "absent", TemporaryArchive, news.generations, lambda: news.ledger)
    return {one.key: dict(one.facts) for one in told}


def test_a_whole_workshop_is_counted_and_nothing_is_wrong(tmp_path: Path) -> None:
    news = News()
    news.publish(1, 1)
    with_futures(news)
    found = findings(news, tmp_path)
    assert found["entries"] == {"number": 1}
    assert not {"entries_lost", "signposts_blind"} & set(found)


def test_what_belongs_to_no_scenario_and_what_watches_no_trend_is_named(tmp_path: Path) -> None:
    news = News()
    news.publish(1, 1)
    signpost: Signpost = a_signpost(watch=TrendCondition(trend_id="t-nowhere", threshold=0.1))
    news.ledger.keep(a_revision(signpost, id="sp-lost", scenario_id="s-nowhere"))
    found = findings(news, tmp_path)
    assert found["entries_lost"] == {"number": 1, "ids": "sp-lost"}
    assert found["signposts_blind"] == {"number": 1, "ids": "sp-lost"}
