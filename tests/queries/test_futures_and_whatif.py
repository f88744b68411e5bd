"""Choosing futures, supposing states, stress-testing options, and two people who change one scenario."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from made_world import a_question
from workshop_world import AINO, News, with_futures

from foresight.model.errors import (
    ActsOnItself,
    MissingFactor,
    NotAProbability,
    NotFound,
    NothingConsistent,
    OffScale,
    RevisionConflict,
    SearchTimedOut,
    UnknownFactor,
    WrongShares,
)
from foresight.model.scenarios import (
    Criterion,
    Factor,
    Judgement,
    OptionScore,
    PriorOrigin,
    Scenario,
    SolveResult,
    State,
    Strategy,
    StressTestInput,
)
from foresight.model.workshop import Journey, JourneyStep, StepEffect
from foresight.queries.snapshot_cache import SnapshotCache
from foresight.scenarios import editing, state_likelihoods, whatif
from foresight.scenarios import futures as futures_service
from foresight.scenarios.journeys import with_effect, with_step
from foresight.scenarios.revisions import Attribution, MergeResult, merge_scenarios
from foresight.scenarios.scenario_service import ScenarioService
from foresight.scenarios.stress_test import MoveKind, with_criterion, with_score, with_strategy
from foresight.store.ledger import Ledger
from foresight.testing.stores import TemporaryGenerations
from foresight.wiring import Services


def judged(source: str, acting: str, target: str, acted: str, value: int, **facts: object) -> Judgement:
    return Judgement(
        source_factor=source, source_state=acting, target_factor=target, target_state=acted, value=value, **facts
    )


def chasing() -> Scenario:
    """Two factors that run after each other in a circle: nothing is consistent."""
    states = (State(id="0", name="0"), State(id="1", name="1"))
    cells = [
        ("a", "0", "b", "1", 1),
        ("a", "0", "b", "0", -1),
        ("a", "1", "b", "0", 1),
        ("a", "1", "b", "1", -1),
        ("b", "0", "a", "0", 1),
        ("b", "0", "a", "1", -1),
        ("b", "1", "a", "1", 1),
        ("b", "1", "a", "0", -1),
    ]
    return Scenario(
        id="s-chase",
        title="Chase",
        question="",
        horizon="",
        factors=(Factor(id="a", name="A", states=states), Factor(id="b", name="B", states=states)),
        judgements=tuple(judged(*cell) for cell in cells),
    )


def test_the_chosen_futures_are_consistent_differ_most_and_stand_for_all(services: Services) -> None:
    futures = services.futures.choose(a_question(), count=3)
    assert len(futures.futures) == 3
    assert futures.basis == "equal"
    assert sum(share for _, share in futures.shares) == pytest.approx(1.0)
    assert futures.none_of_these == pytest.approx(0.2)
    for future in futures.futures:
        assert [factor for factor, _ in future.states] == ["repair", "prices", "service"]


def test_priors_of_states_weigh_the_futures(services: Services) -> None:
    scenario = a_question()
    dear = state_likelihoods.priors_by_hand(scenario.factors[1], [("kallis", 0.9), ("halpa", 0.1)])
    tilted = replace(scenario, factors=(scenario.factors[0], dear, scenario.factors[2]))
    futures = services.futures.choose(tilted, count=2)
    assert futures.basis == "priors"
    likely = {dict(future.states)["prices"]: future.prior for future in futures.futures}
    assert max(likely.values()) > 0.4


def test_where_nothing_is_consistent_it_says_what_would_make_it_so(services: Services) -> None:
    with pytest.raises(NothingConsistent) as told:
        services.futures.choose(chasing())
    facts = dict(told.value.facts)
    assert (facts["scenario"], facts["inconsistency"], facts["changes"]) == ("Chase", "2", "1")
    near = services.futures.choose(chasing(), count=2, near=True)
    assert len(near.futures) == 2


def test_a_search_without_an_answer_in_time_is_not_called_a_contradiction(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(futures_service, "solve_nearest", lambda *_, **__: SolveResult(solutions=(), is_complete=False))
    for near in (False, True):
        with pytest.raises(SearchTimedOut):
            services.futures.choose(a_question(), near=near)


def test_futures_are_kept_with_revisions_and_a_second_saver_is_told(services: Services) -> None:
    desk = services.futures
    futures = desk.choose(a_question(), count=2)
    first = desk.save(a_question(), futures, AINO)
    assert (first.rev, first.author, first.reason) == (1, "Aino", "we think so")
    with pytest.raises(RevisionConflict):
        desk.save(a_question(), futures, Attribution(who="Ben", base=0))
    assert desk.get("s-kauppa") == first


def test_futures_that_cannot_be_are_refused_and_not_kept(services: Services) -> None:
    desk = services.futures
    futures = desk.choose(a_question(), count=2)
    one = futures.futures[0]
    wrong = [
        (replace(futures, none_of_these=0.9), WrongShares),
        (replace(futures, none_of_these=float("nan")), NotAProbability),
        (replace(futures, futures=(replace(one, states=one.states[:2]),), none_of_these=0.6), MissingFactor),
        (replace(futures, futures=(replace(one, states=(("repair", "x"),)),), none_of_these=0.6), UnknownFactor),
    ]
    for told, error in wrong:
        with pytest.raises(error):
            desk.save(a_question(), told, AINO)
    assert desk.get("s-kauppa").rev == 0


def test_a_what_if_tells_what_follows_and_how_likely_with_an_interval(services: Services) -> None:
    answer = services.whatif.ask(a_question(), [("Sähkön hinta", "kallis")])
    assert answer.supposed == (("prices", "kallis"),)
    assert ("repair", "kasvaa") in answer.follows
    grown = answer.consequences.after.of("repair", "kasvaa")
    assert grown.value == pytest.approx(1.0)
    assert grown.low <= grown.value
    assert answer.consequences.before.of("repair", "kasvaa").value < 1.0
    assert answer.consequences.run_id == "r-20260302"


def test_two_what_ifs_stand_side_by_side(services: Services) -> None:
    both = services.whatif.compare(a_question(), [("prices", "kallis")], [("prices", "halpa")])
    by_state = {(side.factor, side.state): (side.left, side.right) for side in both.sides}
    assert by_state["prices", "kallis"] == (1.0, 0.0)
    assert by_state["repair", "kasvaa"][0] > by_state["repair", "kasvaa"][1]


def test_two_what_ifs_search_the_free_scenario_once(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[object] = []
    searching = whatif.solve_nearest

    def counted(*given: object, **named: object) -> SolveResult:
        searched.append(named.get("forced", ()))
        return searching(*given, **named)

    desk, left, right = services.whatif, [("prices", "kallis")], [("prices", "halpa")]
    alone = [desk.ask(a_question(), supposed) for supposed in (left, right)]
    monkeypatch.setattr(whatif, "solve_nearest", counted)
    both = desk.compare(a_question(), left, right)
    assert len(searched) == 3
    assert [bool(forced) for forced in searched] == [False, True, True]
    for told, answer in zip((both.left, both.right), alone, strict=True):
        assert (told.follows, told.consequences) == (answer.follows, answer.consequences)


def test_supposing_something_that_is_not_there_names_what_is(services: Services) -> None:
    with pytest.raises(UnknownFactor) as told:
        services.whatif.ask(a_question(), [("sää", "sataa")])
    assert "repair" in dict(told.value.facts)["known"]


def test_a_what_if_moves_the_projected_share_of_the_trend_it_supposes() -> None:
    news = News()
    news.publish(1, 2, 3)
    view = news.services.published.views()["trend-1"]
    from foresight.scenarios.matrix import factor_from_trend  # noqa: PLC0415 - one test builds it by hand

    factor = state_likelihoods.priors_from_projection(factor_from_trend(view, lang="en"), view)
    other = Factor(id="b", name="B", states=(State(id="0", name="0"), State(id="1", name="1")))
    scenario = Scenario(id="s", title="S", question="", horizon="", factors=(factor, other))
    free = news.services.whatif.ask(scenario, [])
    grows = news.services.whatif.ask(scenario, [("trend-trend-1", "grows")])
    (before,), (after,) = free.consequences.trends, grows.consequences.trends
    assert (before.weeks, before.now, before.projected) == (12, 0.03, 0.04)
    assert after.supposed > 0.08 > before.supposed > after.low
    fades = news.services.whatif.ask(scenario, [("trend-trend-1", "fades")])
    assert fades.consequences.trends[0].supposed < 0.02


def test_a_what_if_says_which_options_break_and_which_steps(services: Services) -> None:
    scenario = services.scenarios.save(replace(a_question(), rev=0), who="Aino")
    desks = services
    futures = desks.futures.choose(scenario, count=3)
    desks.futures.save(scenario, futures, AINO)
    dear = [future for future in futures.futures if dict(future.states)["prices"] == "kallis"]
    tunnel = with_criterion(with_strategy(StressTestInput(), "Korjauspalvelu"), "Elossa", 3)
    for future in futures.futures:
        value = 1 if future in dear else 5
        tunnel = with_score(
            tunnel, OptionScore(strategy_id="korjauspalvelu", future_id=future.id, criterion_id="elossa", value=value)
        )
    desks.stress.save(scenario.id, tunnel, AINO)
    journey = with_step(Journey(title="Osto"), JourneyStep(id="", name="Huolto", source="12 haastattelua"))
    journey = with_effect(
        journey, "Huolto", StepEffect(factor="Korjaaminen ostamisen sijaan", state="kasvaa", value=-3)
    )
    desks.journeys.add(scenario, journey, AINO)
    answer = desks.whatif.ask(scenario, [("prices", "kallis")])
    (option,) = answer.consequences.options
    assert option.fits == tuple(future.name for future in dear)
    assert option.breaks is (True if dear else None)
    (step,) = answer.consequences.steps
    assert step.step.confirmed
    assert step.breaks == pytest.approx(1.0)
    assert step.broke < 1.0
    assert desks.whatif.ask(scenario, [("prices", "heiluva")]).consequences.options[0].breaks is not True


def score_all(news: News, scores: dict[str, tuple[float, float]]) -> None:
    """Options with a score in calm and one in stormy."""
    tunnel = StressTestInput(
        strategies=tuple(Strategy(id=name, name=name.upper()) for name in scores),
        criteria=(Criterion(id="c", name="C", threshold=3.0),),
        scores=tuple(
            OptionScore(strategy_id=name, future_id=future, criterion_id="c", value=value)
            for name, pair in scores.items()
            for future, value in zip(("calm", "stormy"), pair, strict=True)
        ),
    )
    news.services.stress.save("scenario-1", tunnel, AINO)


def test_a_stress_test_says_what_kind_of_move_each_option_is_and_where_it_breaks() -> None:
    news = News()
    with_futures(news)
    score_all(news, {"bold": (5, 1), "safe": (3, 3), "bad": (2, 2)})
    report = news.services.stress.test("scenario-1")
    moves = {option.strategy.id: option for option in report.options}
    assert moves["bold"].move is MoveKind.BIG_BET
    assert (moves["bold"].best_in, moves["bold"].fails_in, moves["bold"].regret_in) == (
        ("Calm",),
        ("Stormy",),
        "Stormy",
    )
    assert moves["safe"].move is MoveKind.HEDGE
    assert moves["safe"].satisfied == pytest.approx(1.0)
    assert moves["bold"].satisfied == pytest.approx(0.5)
    assert moves["bad"].move is MoveKind.WEAK
    assert (report.maximin, report.minimax_regret) == ("SAFE", "BOLD")
    assert report.stable_by == pytest.approx(0.5)
    assert report.missing == ()


def test_a_criterion_that_fails_is_not_rescued_by_another() -> None:
    news = News()
    with_futures(news)
    criteria = (Criterion(id="alive", name="Alive", threshold=2), Criterion(id="liked", name="Liked", threshold=2))
    scores = tuple(
        OptionScore(strategy_id="s", future_id=future, criterion_id=criterion, value=value)
        for future in ("calm", "stormy")
        for criterion, value in (("alive", 1), ("liked", 5))
    )
    tunnel = StressTestInput(strategies=(Strategy(id="s", name="S"),), criteria=criteria, scores=scores)
    news.services.stress.save("scenario-1", tunnel, AINO)
    (option,) = news.services.stress.test("scenario-1").options
    assert option.fails_in == ("Calm", "Stormy")
    assert option.satisfied == 0.0


def test_an_option_of_a_name_that_is_there_is_not_added_twice() -> None:
    tunnel = with_criterion(with_strategy(StressTestInput(), "Wait"), "Alive")
    again = with_criterion(with_strategy(tunnel, "Wait"), "Alive", 4)
    assert again.strategies == tunnel.strategies
    assert [(each.id, each.threshold) for each in again.criteria] == [("alive", 4)]
    news = News()
    with_futures(news)
    with pytest.raises(OffScale):
        news.services.stress.save("scenario-1", with_criterion(again, "Alive", 9), AINO)


def test_what_is_not_scored_yet_is_listed_and_not_guessed() -> None:
    news = News()
    with_futures(news)
    tunnel = with_criterion(with_strategy(StressTestInput(), "Wait"), "Alive")
    news.services.stress.save("scenario-1", tunnel, AINO)
    report = news.services.stress.test("scenario-1")
    assert report.options == ()
    assert report.missing == (("Wait", "Calm", "Alive"), ("Wait", "Stormy", "Alive"))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"value": 6}, OffScale),
        ({"value": float("nan")}, OffScale),
        ({"future_id": "x"}, NotFound),
        ({"strategy_id": "x"}, NotFound),
        ({"criterion_id": "x"}, NotFound),
    ],
)
def test_a_score_that_cannot_be_is_refused_and_nothing_is_kept(
    changes: dict[str, object], error: type[Exception]
) -> None:
    news = News()
    with_futures(news)
    tunnel = with_criterion(with_strategy(StressTestInput(), "s"), "c")
    score = replace(OptionScore(strategy_id="s", future_id="calm", criterion_id="c", value=3), **changes)
    with pytest.raises(error):
        news.services.stress.save("scenario-1", with_score(tunnel, score), AINO)
    assert news.services.stress.get("scenario-1").rev == 0


def test_a_factor_made_from_a_trend_says_where_its_priors_come_from(services: Services) -> None:
    news = News()
    news.publish(1, 2, 3)
    view = news.services.published.views()["trend-1"]
    made = services.scenarios.add_trend(Scenario(id="s", title="", question="", horizon=""), view)
    (factor,) = made.factors
    assert factor.prior_origin is PriorOrigin.PROJECTION
    assert [state.prior for state in factor.states] == pytest.approx([0.25, 0.5, 0.25], abs=1e-4)


def test_a_judgement_outside_the_scale_or_about_nothing_is_not_saved(services: Services) -> None:
    good = a_question()
    wrong = [
        (judged("prices", "kallis", "repair", "kasvaa", 4), OffScale),
        (judged("prices", "kallis", "prices", "halpa", 1), ActsOnItself),
        (judged("prices", "kallis", "repair", "kasvaa", 1, confidence=1.5), OffScale),
        (judged("weather", "wet", "repair", "kasvaa", 1), UnknownFactor),
        (judged("prices", "free", "repair", "kasvaa", 1), UnknownFactor),
    ]
    for judgement, error in wrong:
        with pytest.raises(error):
            services.scenarios.save(replace(good, judgements=(*good.judgements, judgement)), who="Aino")
    assert services.scenarios.list() == ()
    wide = replace(good, judgements=(wrong[0][0],), scale=11)
    assert services.scenarios.save(wide, who="Aino").rev == 1


def with_value(scenario: Scenario, value: int, cell: tuple[str, str, str, str], reason: str = "") -> Scenario:
    kept = editing.judgements_between(scenario, cell[0], cell[2])
    kept[cell[1], cell[3]] = judged(*cell, value, reason=reason)
    return editing.with_judgements(scenario, cell[0], cell[2], list(kept.values()))


def test_two_who_judge_different_cells_at_once_both_stand(services: Services) -> None:
    base = services.scenarios.save(a_question(), who="Aino")
    services.scenarios.save(with_value(base, 1, ("service", "kone", "repair", "hiipuu")), who="Aino")
    mine = with_value(base, 2, ("service", "ihminen", "repair", "kasvaa"))
    merged = services.scenarios.save_merged(mine, who="Ben")
    assert merged.conflicts == ()
    assert merged.scenario.rev == 3
    values = {
        (j.source_state, j.target_state): j.value for j in merged.scenario.judgements if j.source_factor == "service"
    }
    assert values == {("kone", "hiipuu"): 1, ("ihminen", "kasvaa"): 2}


def test_two_who_judge_one_cell_differently_are_both_told(services: Services) -> None:
    cell = ("service", "kone", "repair", "hiipuu")
    base = services.scenarios.save(a_question(), who="Aino")
    services.scenarios.save(with_value(base, 1, cell, "cheap"), who="Aino")
    mine = replace(with_value(base, -2, cell, "dear"), title="Benin")
    merged = services.scenarios.save_merged(mine, who="Ben")
    (clash,) = merged.conflicts
    assert (clash.what, clash.place) == ("judgement", "service=kone → repair=hiipuu")
    assert (clash.theirs, clash.mine) == ("+1 (cheap)", "-2 (dear)")
    assert merged.scenario.title == "Benin"
    assert editing.judgements_between(merged.scenario, "service", "repair")["kone", "hiipuu"].value == 1
    nothing_new = services.scenarios.save_merged(with_value(base, -2, cell, "dear"), who="Ben")
    assert nothing_new.scenario.rev == 3
    assert len(nothing_new.conflicts) == 1


def test_ten_people_who_save_judgements_at_once_lose_none(services: Services) -> None:
    base = services.scenarios.save(a_question(), who="Aino")
    cells = [
        (source, acting, target, acted)
        for source, acting, target in (
            ("service", "kone", "repair"),
            ("service", "ihminen", "repair"),
            ("service", "kone", "prices"),
            ("service", "ihminen", "prices"),
        )
        for acted in {"repair": ("hiipuu", "pysyy", "kasvaa"), "prices": ("halpa", "heiluva", "kallis")}[target]
    ][:10]
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(lambda cell: services.scenarios.save_merged(with_value(base, 1, cell), who=str(cell)), cells)
        )
    assert all(answer.conflicts == () for answer in answers)
    assert {answer.scenario.rev for answer in answers} == set(range(2, 12))
    newest = services.scenarios.get(base.id)
    kept = {(j.source_factor, j.source_state, j.target_factor, j.target_state) for j in newest.judgements}
    assert set(cells) <= kept
    assert len(services.scenarios.revisions(base.id)) == 11


def test_ten_people_with_a_ledger_on_disk_each_lose_no_judgement_either(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(Ledger(path)) as ledger:
        base = ledger.save_scenario(a_question())
    cells = [("service", acting, "prices", acted) for acting in ("kone", "ihminen") for acted in ("halpa", "kallis")]
    cells += [("service", acting, "repair", acted) for acting in ("kone", "ihminen") for acted in ("hiipuu", "kasvaa")]
    cells += [("prices", "heiluva", "repair", "hiipuu"), ("prices", "heiluva", "repair", "kasvaa")]

    def judge(cell: tuple[str, str, str, str]) -> MergeResult:
        with closing(Ledger(path)) as own:
            desk = ScenarioService(SnapshotCache(TemporaryGenerations()), own)
            return desk.save_merged(with_value(base, 1, cell), who=str(cell))

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(judge, cells))
    assert all(answer.conflicts == () for answer in answers)
    with closing(Ledger(path)) as ledger:
        newest = ledger.scenario(base.id)
        assert len(ledger.revisions(base.id)) == 11
    kept = {(j.source_factor, j.source_state, j.target_factor, j.target_state) for j in newest.judgements}
    assert set(cells) <= kept


def test_a_judgement_about_a_factor_that_somebody_removed_goes_with_it() -> None:
    base = a_question()
    theirs = editing.without_factor(base, "service")
    mine = with_value(base, 1, ("service", "kone", "repair", "hiipuu"))
    merged = merge_scenarios(base, theirs, mine)
    assert [factor.id for factor in merged.scenario.factors] == ["repair", "prices"]
    assert all("service" not in (j.source_factor, j.target_factor) for j in merged.scenario.judgements)
