"""Signposts: weighed before they are adopted, tripped by a later run, shown with reason and documents, undone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from workshop_world import AINO, News, with_futures

from foresight.model.errors import (
    NotAProbability,
    NotFound,
    OffScale,
    RevisionConflict,
    UninformativeSignpost,
    UsageError,
)
from foresight.model.scenarios import NONE_OF_THESE, LikelihoodUpdate
from foresight.model.workshop import Signpost, SignpostState, ThresholdDirection, TrendCondition, TrendMeasure
from foresight.scenarios.revisions import Attribution
from foresight.testing.builders import a_promise, a_revision, a_signpost


@pytest.fixture
def news() -> News:
    """A quiet quarter, published."""
    made = News()
    made.publish(1, 1, 2, 1, 1, 2, 1, 1)
    return made


def proposed(**changes: object) -> Signpost:
    return a_signpost(**({"opens": None, "state": SignpostState.PROPOSED} | changes))


def adopted(news: News, **changes: object) -> str:
    scenario = with_futures(news)
    kept = news.services.signposts.propose(scenario.id, proposed(**changes), AINO)
    news.services.signposts.adopt(kept.id, AINO)
    return kept.id


def test_a_signpost_trips_in_a_later_week_and_the_likelihoods_move(news: News) -> None:
    signpost_id = adopted(news)
    assert news.services.signposts.check().trips == ()
    news.publish(1, 1, 2, 1, 1, 2, 1, 1, 6)
    assert news.services.signposts.check().trips == ()
    news.publish(1, 1, 2, 1, 1, 2, 1, 1, 6, 8)
    (trip,) = news.services.signposts.check().trips
    made = trip.update.content
    assert (made.signpost_id, made.seen, made.run_id) == (signpost_id, True, "run-20260119")
    assert made.value == pytest.approx(0.07)
    assert "Title of trend-1" in made.watch
    assert dict(made.prior) == pytest.approx({"calm": 0.4, "stormy": 0.4, NONE_OF_THESE: 0.2})
    # 0.4·0.8 : 0.4·0.2 : 0.2·0.4
    assert dict(made.posterior) == pytest.approx({"calm": 2 / 3, "stormy": 1 / 6, NONE_OF_THESE: 1 / 6})
    assert dict(made.ratios) == pytest.approx({"calm": 1.0, "stormy": 0.25, NONE_OF_THESE: 0.5})
    assert dict(news.services.futures.likelihoods("scenario-1").now) == pytest.approx(dict(made.posterior))


def test_the_documents_that_showed_it_are_those_of_the_weeks_that_held(news: News) -> None:
    adopted(news)
    news.publish(1, 1, 1, 6)
    as_of = news.publish(1, 1, 1, 6, 8)
    (trip,) = news.services.signposts.check().trips
    evidence = trip.update.content.evidence
    assert {citation.document_id for citation in evidence} == {"doc-2026-01-05", "doc-2026-01-12"}
    for citation in evidence:
        assert citation.content_hash
        assert citation.quote
        assert citation.published is not None
        assert as_of - timedelta(weeks=2) <= citation.published < as_of


def test_copies_of_one_story_are_one_piece_of_what_was_seen(news: News) -> None:
    adopted(news)
    news.publish(1, 1, 1, 6)
    news.publish(1, 1, 1, 6, 8)
    with news.archive.transaction():
        news.archive.put_stories([("doc-2026-01-05", "one-dispatch"), ("doc-2026-01-12", "one-dispatch")])
    news.generations.publish(news.archive)
    (trip,) = news.services.signposts.check().trips
    assert len(trip.update.content.evidence) == 1


def test_the_old_revision_still_says_what_it_said(news: News) -> None:
    adopted(news)
    before = news.ledger.scenario("scenario-1")
    futures = news.services.futures.get("scenario-1")
    news.publish(1, 6)
    news.publish(1, 6, 8)
    news.services.signposts.check()
    assert news.ledger.scenario("scenario-1") == before
    assert news.services.futures.get("scenario-1") == futures
    assert dict(news.services.futures.likelihoods("scenario-1").prior)["calm"] == 0.4


def test_undoing_takes_the_likelihoods_back_and_keeps_the_update_to_be_read(news: News) -> None:
    adopted(news)
    news.publish(1, 6)
    news.publish(1, 6, 8)
    (trip,) = news.services.signposts.check().trips
    undone = news.services.futures.undo(trip.update.id, Attribution(who="Ben", reason="one newsroom's campaign"))
    assert (undone.rev, undone.author, undone.content.undone) == (2, "Ben", True)
    assert dict(news.services.futures.likelihoods("scenario-1").now)["calm"] == pytest.approx(0.4)
    assert not news.ledger.entry(LikelihoodUpdate, trip.update.id, rev=1).content.undone
    assert news.services.signposts.check().trips == ()
    again = news.services.futures.redo(trip.update.id, AINO)
    assert dict(news.services.futures.likelihoods("scenario-1").now)["calm"] == pytest.approx(2 / 3)
    assert news.services.futures.redo(again.id, AINO) == again


def test_a_run_is_checked_once_however_often_and_by_however_many(news: News) -> None:
    adopted(news)
    news.publish(1, 6)
    news.publish(1, 6, 8)
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda _: news.services.signposts.check(), range(8)))
    assert sum(len(report.trips) for report in reports) == 1
    assert len(news.ledger.entries(LikelihoodUpdate)) == 1


def test_what_held_before_it_was_adopted_is_no_news(news: News) -> None:
    news.publish(9, 9, 9, 9)
    scenario = with_futures(news)
    kept = news.services.signposts.propose(scenario.id, proposed(), AINO)
    assert news.services.signposts.power(scenario.id, kept.content).holds_now
    news.services.signposts.adopt(kept.id, AINO)
    news.publish(9, 9, 9, 9, 9)
    assert news.services.signposts.check().trips == ()


def test_a_signpost_that_closes_unseen_is_a_miss(news: News) -> None:
    adopted(news, closes=news.clock.now() + timedelta(weeks=2))
    news.publish(1, 1)
    assert news.services.signposts.check().trips == ()
    news.publish(1, 1, 1)
    news.publish(1, 1, 1, 1)
    (trip,) = news.services.signposts.check().trips
    assert not trip.update.content.seen
    # 0.4·0.2 : 0.4·0.8 : 0.2·0.6
    assert dict(trip.update.content.posterior)["stormy"] == pytest.approx(0.32 / 0.52)
    assert trip.update.content.evidence == ()


def test_what_holds_only_after_it_closed_is_a_miss(news: News) -> None:
    adopted(news, closes=news.clock.now() + timedelta(weeks=1))
    news.publish(1, 6)
    news.publish(1, 6, 8)
    news.publish(1, 6, 8, 9)
    (trip,) = news.services.signposts.check().trips
    assert not trip.update.content.seen


def test_a_rise_that_few_sources_show_trips_nothing_and_is_reported(news: News) -> None:
    adopted(news)
    news.publish(1, 6, sources=2)
    news.publish(1, 6, 8, sources=2)
    report = news.services.signposts.check()
    assert report.trips == ()
    assert report.watched[0].status.thin
    news.publish(1, 6, 8, 9, sources=3)
    assert len(news.services.signposts.check().trips) == 1


def test_two_signposts_of_one_family_are_tempered_within_one_check(news: News) -> None:
    scenario = with_futures(news)
    for title in ("one", "two"):
        kept = news.services.signposts.propose(scenario.id, proposed(title=title, family="press"), AINO)
        news.services.signposts.adopt(kept.id, AINO)
    news.publish(1, 6)
    news.publish(1, 6, 8)
    one, two = (trip.update.content for trip in news.services.signposts.check().trips)
    assert (one.weight, two.weight) == (1.0, 0.7)
    assert two.prior == one.posterior
    assert dict(two.posterior)["calm"] == pytest.approx(0.4 * 16**0.7 / (0.4 * 16**0.7 + 0.4 + 0.2 * 4**0.7))


def test_the_owner_of_a_decision_that_rests_on_it_is_named(news: News) -> None:
    signpost_id = adopted(news)
    news.ledger.keep(a_revision(a_promise(signpost_ids=(signpost_id,)), "d-1"))
    news.ledger.keep(a_revision(a_promise(owner="Ben"), "d-2"))
    news.publish(1, 6)
    news.publish(1, 6, 8)
    (trip,) = news.services.signposts.check().trips
    assert [promise.content.owner for promise in trip.promises] == ["Aino"]
    (standing, _) = news.services.promises.list()
    assert [update.id for update in standing.broken_assumption] == [trip.update.id]


def test_a_signpost_that_is_uninformative_is_not_adopted_unless_asked_for(news: News) -> None:
    scenario = with_futures(news)
    decoration = proposed(likelihoods=(("calm", 0.5), ("stormy", 0.5), (NONE_OF_THESE, 0.45)))
    kept = news.services.signposts.propose(scenario.id, decoration, AINO)
    with pytest.raises(UninformativeSignpost) as told:
        news.services.signposts.adopt(kept.id, AINO)
    assert dict(told.value.facts)["ratio"] == "1.11"
    assert news.services.signposts.get(kept.id).content.state is SignpostState.PROPOSED
    assert news.services.signposts.adopt(kept.id, AINO, anyway=True).content.state is SignpostState.ADOPTED


def test_its_power_is_known_before_it_is_adopted(news: News) -> None:
    scenario = with_futures(news)
    power = news.services.signposts.power(scenario.id, proposed())
    assert power.ratio == pytest.approx(4.0)
    assert 0.0 < power.bits < 1.0
    assert not power.decorative
    assert not power.holds_now
    assert dict(power.if_seen)["calm"] == pytest.approx(2 / 3)
    assert dict(power.if_missed)["stormy"] == pytest.approx(0.32 / 0.52)
    assert power.wait is not None
    assert (power.wait.past_alarms, power.wait.past_weeks) == (0, 8)
    assert power.wait.by_projection is not None
    assert power.wait.by_projection > 10


def test_a_dropped_signpost_is_watched_no_longer_and_can_be_opened_anew(news: News) -> None:
    signpost_id = adopted(news)
    news.services.signposts.drop(signpost_id, AINO)
    news.publish(1, 6)
    news.publish(1, 6, 8)
    assert news.services.signposts.check().trips == ()
    news.services.signposts.adopt(signpost_id, AINO)
    news.publish(1, 6, 8, 9)
    assert news.services.signposts.check().trips == ()
    news.publish(1, 6, 8, 9, 9)
    assert len(news.services.signposts.check().trips) == 1
    assert [entry.content.state.value for entry in news.ledger.history(Signpost, signpost_id)] == [
        "proposed",
        "adopted",
        "dropped",
        "adopted",
    ]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"watch": TrendCondition(trend_id="nobody", threshold=0.1)}, UsageError),
        ({"watch": TrendCondition(trend_id="trend-1", threshold=1.5)}, OffScale),
        ({"watch": TrendCondition(trend_id="trend-1", threshold=float("nan"))}, OffScale),
        ({"watch": TrendCondition(trend_id="trend-1", threshold=0.1, weeks=0)}, OffScale),
        ({"watch": TrendCondition(trend_id="trend-1", measure=TrendMeasure.SOURCES, threshold=5, weeks=3)}, OffScale),
        ({"likelihoods": (("calm", 0.5),)}, OffScale),
        ({"likelihoods": (("calm", 0.5), ("stormy", 1.5), (NONE_OF_THESE, 0.5))}, NotAProbability),
        ({"likelihoods": (("calm", 0.5), ("stormy", 0.5), (NONE_OF_THESE, 0.5), ("other", 0.5))}, NotFound),
    ],
)
def test_a_signpost_that_no_run_can_decide_is_refused_and_not_saved(
    news: News, changes: dict[str, object], error: type[Exception]
) -> None:
    scenario = with_futures(news)
    with pytest.raises(error):
        news.services.signposts.propose(scenario.id, proposed(**changes), AINO)
    assert news.ledger.entries(Signpost) == ()


def test_it_has_to_close_after_it_opens(news: News) -> None:
    scenario = with_futures(news)
    opens = news.clock.now()
    with pytest.raises(UsageError):
        news.services.signposts.propose(scenario.id, proposed(opens=opens, closes=opens), AINO)


def test_whoever_saves_says_who(news: News) -> None:
    scenario = with_futures(news)
    with pytest.raises(UsageError):
        news.services.signposts.propose(scenario.id, proposed(), Attribution(who=" "))


def test_before_anything_is_published_nothing_is_checked_and_the_list_still_works() -> None:
    news = News()
    scenario = with_futures(news)
    news.ledger.keep(a_revision(a_signpost(), "sp-1"))
    assert news.services.signposts.check().run_id == ""
    (watched,) = news.services.signposts.list(scenario.id)
    assert watched.status.view is None
    assert "trend-1" in watched.words


def test_below_needs_no_number_of_sources(news: News) -> None:
    adopted(news, watch=TrendCondition(trend_id="trend-1", threshold=0.01, weeks=1, direction=ThresholdDirection.BELOW))
    news.publish(1, 1, 0, sources=0)
    news.publish(1, 1, 0, 0, sources=0)
    assert len(news.services.signposts.check().trips) == 1


def test_a_check_looks_at_what_its_own_run_knew_and_at_nothing_later() -> None:
    """Two worlds alike until a cut-off, one of which grows loud afterwards, are told alike at that cut-off."""
    loud, quiet = News(), News()
    for news in (loud, quiet):
        news.publish(1, 1, 2, 1)
        adopted(news)
        news.publish(1, 1, 2, 1, 6)
    (one,), (other,) = (news.services.signposts.check().watched for news in (loud, quiet))
    assert (one.status.reading, one.update) == (other.status.reading, other.update)
    loud.publish(1, 1, 2, 1, 6, 9)
    quiet.publish(1, 1, 2, 1, 6, 1)
    assert [len(news.services.signposts.check().trips) for news in (loud, quiet)] == [1, 0]


def test_a_run_at_an_earlier_cut_off_changes_no_verdict(news: News) -> None:
    adopted(news)
    news.publish(1, 1, 2, 1, 1, 2, 1, 1, 6)
    news.publish(1, 1, 2, 1, 1, 2, 1, 1, 6, 8)
    (trip,) = news.services.signposts.check().trips
    now = news.services.futures.likelihoods("scenario-1").now
    news.clock.advance(timedelta(weeks=-3))
    as_of = news.publish(1, 1, 2, 1, 1, 2, 1, 1)
    assert as_of < trip.update.content.at
    report = news.services.signposts.check()
    assert report.trips == ()
    assert report.watched[0].update == trip.update
    assert news.ledger.history(LikelihoodUpdate, trip.update.id) == (trip.update,)
    assert news.services.futures.likelihoods("scenario-1").now == now


def test_a_check_at_an_earlier_cut_off_does_not_trip_on_weeks_that_came_later(news: News) -> None:
    adopted(news)
    news.publish(1, 1, 2, 1, 1, 2, 1, 1, 6)
    news.publish(1, 1, 2, 1, 1, 2, 1, 1, 6, 8)
    news.clock.advance(timedelta(weeks=-3))
    news.publish(1, 1, 2, 1, 1, 2, 1, 1)
    assert news.services.signposts.check().trips == ()
    assert news.ledger.entries(LikelihoodUpdate) == ()


def test_changing_a_threshold_keeps_the_old_revision_and_what_it_has_done(news: News) -> None:
    signpost_id = adopted(news)
    news.publish(1, 6)
    news.publish(1, 6, 8)
    (trip,) = news.services.signposts.check().trips
    entry = news.services.signposts.get(signpost_id)
    higher = TrendCondition(trend_id="trend-1", threshold=0.5, weeks=2)
    changed = news.services.signposts.change(signpost_id, on(entry.content, higher), Attribution(who="Ben"))
    assert (changed.rev, changed.author, changed.content.watch.threshold) == (entry.rev + 1, "Ben", 0.5)
    before = news.ledger.entry(Signpost, signpost_id, rev=entry.rev)
    assert (before.content.watch.threshold, before.author) == (0.05, "Aino")
    (watched,) = news.services.signposts.list()
    assert watched.update == trip.update
    assert not watched.status.reading.holds


def test_two_who_change_a_signpost_at_once_are_reported(news: News) -> None:
    signpost_id = adopted(news)
    mine = news.services.signposts.get(signpost_id)
    theirs = on(mine.content, TrendCondition(trend_id="trend-1", threshold=0.2, weeks=2))
    news.services.signposts.change(signpost_id, theirs, Attribution(who="Ben"))
    with pytest.raises(RevisionConflict):
        news.services.signposts.change(signpost_id, mine.content, replace(AINO, base=mine.rev))
    assert news.services.signposts.get(signpost_id).content.watch.threshold == 0.2


def on(signpost: Signpost, watch: TrendCondition) -> Signpost:
    return replace(signpost, watch=watch)
