"""The pages, run without a browser: what they show, and what a click does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_world import AS_OF, a_question, fill
from streamlit.testing.v1 import AppTest

from foresight.i18n import Texts
from foresight.testing.fakes import FrozenClock
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations, TemporaryLedger
from foresight.wiring import Services, make_services

APP = Path(__file__).parent / "memory_app.py"
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def world() -> TemporaryArchive:
    archive = TemporaryArchive()
    fill(archive)
    return archive


@pytest.fixture
def app(world: TemporaryArchive) -> Open:
    def opened(lang: str = "fi", *, empty: bool = False, who: str = "", **state: object) -> AppTest:
        generations, ledger = TemporaryGenerations(), TemporaryLedger(FrozenClock(AS_OF))
        if not empty:
            generations.publish(world)
            ledger.save_scenario(a_question())
        test = AppTest.from_file(str(APP), default_timeout=60)
        test.query_params["lang"] = lang
        test.session_state["made"] = make_services(generations, ledger, FrozenClock(AS_OF))
        test.session_state["who"] = who
        for name, value in state.items():
            test.session_state[name] = value
        return test.run()

    return opened


def desks_of(test: AppTest) -> Services:
    services: Services = test.session_state["made"]
    return services


def headings(test: AppTest) -> str:
    return " ".join(element.value for element in (*test.title, *test.subheader))


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_the_first_page_tells_what_changed_in_the_reader_s_language(app: Open, lang: str) -> None:
    test = app(lang)
    assert not test.exception
    assert test.title[0].value == Texts(lang)("ui.briefing_title")
    told = " ".join(element.value for element in test.markdown)
    assert ("Täyttöpakkaukset" in told) == (lang == "fi")


def test_before_anything_is_published_the_page_says_which_command_to_run(app: Open) -> None:
    test = app("en", empty=True)
    assert not test.exception
    assert test.title[0].value == Texts("en")("ui.empty_title")
    assert "foresight demo" in test.code[0].value


def test_the_stamp_of_the_run_is_always_there(app: Open) -> None:
    test = app("en")
    assert any("2 Mar 2026" in caption.value for caption in test.sidebar.caption)


def test_the_dialog_opens_from_a_card(app: Open) -> None:
    test = app("fi", who="Aino")
    test.button(key="edit_new_t-refill").click().run()
    assert not test.exception
    assert test.text_input(key="new_title").value == "Täyttöpakkaukset marketeissa"


def test_a_new_title_is_kept_and_shown_as_it_was_written(app: Open) -> None:
    test = app("fi", who="Aino", form_of="t-refill")
    test.text_input(key="new_title").set_value("Oma purkki [mukaan] *heti*").run()
    test.button(key="do_rename").click().run()
    assert not test.exception
    view = desks_of(test).trends.get("t-refill").view
    assert (view.human_title, view.history[0].who) == ("Oma purkki [mukaan] *heti*", "Aino")
    assert view.history[0].seen_run_id == "r-20260302"
    test.session_state["form_of"] = ""
    assert any(r"Oma purkki \[mukaan\] \*heti\*" in element.value for element in test.run().markdown)


def test_a_decision_waits_for_a_name(app: Open) -> None:
    test = app("fi", form_of="t-refill")
    assert test.button(key="do_hide").disabled
    test.text_input(key="who_t-refill").set_value("Aino").run()
    assert not test.button(key="do_hide").disabled


def test_hiding_takes_a_trend_off_the_list(app: Open) -> None:
    test = app("fi", who="Aino", form_of="t-refill")
    test.button(key="do_hide").click().run()
    assert desks_of(test).trends.get("t-refill").view.hidden
    test.session_state["form_of"] = ""
    assert not any(button.key == "edit_new_t-refill" for button in test.run().button)


def test_a_rating_is_kept(app: Open) -> None:
    test = app("en", who="Aino", form_of="t-refill")
    test.slider[0].set_value(5)
    test.button(key="do_rate").click().run()
    (rating,) = desks_of(test).trends.get("t-refill").view.ratings
    assert (rating.impact, rating.uncertainty) == (5, 3)


def test_merging_is_done_by_choosing_a_title(app: Open) -> None:
    test = app("en", who="Aino", form_of="t-till")
    test.selectbox(key="into_t-till").set_value("t-second").run()
    test.button(key="do_merge").click().run()
    assert desks_of(test).trends.get("t-till").view.trend.id == "t-second"


def test_a_doubtful_match_waits_for_a_verdict_and_is_gone_with_it(app: Open) -> None:
    test = open_page(app("en", who="Aino"), "trends")
    assert any("To review (1)" in element.label for element in test.expander)
    test.button(key="apart_t-lonely_t-refill").click().run()
    assert not test.exception
    assert desks_of(test).trends.reviews() == ()
    assert not any("To review" in element.label for element in test.expander)


@pytest.mark.parametrize("lang", ["fi", "en"])
@pytest.mark.parametrize("key", ["radar", "trends", "trend", "scenarios", "sources", "track", "about"])
def test_every_page_draws_without_trouble(app: Open, key: str, lang: str) -> None:
    test = open_page(app(lang), key)
    assert not test.exception
    assert not test.error
    assert test.title[0].value


def test_a_trend_tells_evidence_and_reasons(app: Open) -> None:
    test = open_page(app("en"), "trend", trend_id="t-voice")
    assert test.title[0].value == "Voice assistants answer the helpline"
    assert "77 stories" in test.info[0].value
    assert Texts("en")("ui.evidence", count=40) in headings(test)


def test_an_unknown_trend_is_told_in_words(app: Open) -> None:
    test = open_page(app("en"), "trend", trend_id="t-nothing")
    assert not test.exception
    assert "t\\-nothing" in test.error[0].value


def test_a_note_is_kept_with_its_author(app: Open) -> None:
    test = open_page(app("fi", who="Aino"), "trend", trend_id="t-voice")
    test.text_area[0].set_value("kuultu kassalla")
    next(b for b in test.button if b.label == Texts("fi")("ui.add_note")).click().run()
    (note,) = desks_of(test).trends.get("t-voice").view.notes
    assert (note.who, note.text) == ("Aino", "kuultu kassalla")


def test_a_filter_narrows_the_list(app: Open) -> None:
    test = open_page(app("fi"), "trends")
    test.text_input(key="f_words").set_value("puheavustajat").run()
    assert [b.key for b in test.button if str(b.key).startswith("open_list")] == ["open_list_t-voice"]


def test_a_supposition_shows_what_must_follow(app: Open) -> None:
    test = open_page(app("fi", who="Aino"), "scenarios", scenarios_id="s-kauppa")
    test.selectbox(key="force_s-kauppa_prices").set_value("kallis").run()
    assert not test.exception
    told = " ".join(element.value for element in test.markdown)
    assert Texts("fi")("ui.must_follow") in told
    assert test.session_state["scenario_drafts"]["s-kauppa"].forced == (("prices", "kallis"),)


def test_a_supposition_is_saved_as_a_revision(app: Open) -> None:
    test = open_page(app("fi", who="Aino"), "scenarios", scenarios_id="s-kauppa")
    test.selectbox(key="force_s-kauppa_prices").set_value("kallis").run()
    press(test, "ui.save_revision")
    kept = desks_of(test).scenarios.get("s-kauppa")
    assert (kept.rev, kept.forced, kept.author) == (2, (("prices", "kallis"),), "Aino")


def test_who_saves_second_is_asked_what_to_do_and_loses_nothing(app: Open) -> None:
    test = open_page(app("fi", who="Ben"), "scenarios", scenarios_id="s-kauppa")
    test.selectbox(key="force_s-kauppa_prices").set_value("kallis").run()
    services = desks_of(test)
    services.scenarios.save(services.scenarios.get("s-kauppa"), who="Aino")
    press(test, "ui.save_revision")
    assert not test.exception
    assert "Aino" in test.warning[0].value
    press(test, "ui.conflict_copy")
    assert not test.exception
    assert [one.forced for one in test.session_state["scenario_drafts"].values()] == [(("prices", "kallis"),)]
    assert services.scenarios.get("s-kauppa").author == "Aino"


def test_a_scenario_is_made_from_trends(app: Open) -> None:
    test = open_page(app("en", who="Aino"), "scenarios", new_scenario_trends=["t-voice", "t-repair"])
    next(field for field in test.text_input if field.label == Texts("en")("ui.scenario_title")).set_value("Shop").run()
    press(test, "ui.scenario_create", lang="en")
    assert not test.exception
    assert test.title[0].value == "Shop"
    (made,) = test.session_state["scenario_drafts"].values()
    assert {factor.trend_id for factor in made.factors} == {"t-voice", "t-repair"}


def press(test: AppTest, key: str, lang: str = "fi") -> None:
    """Press the button that carries a text."""
    next(button for button in test.button if button.label == Texts(lang)(key)).click().run()


def open_page(test: AppTest, key: str, **state: object) -> AppTest:
    """Go to a page as the navigation does."""
    for name, value in state.items():
        test.session_state[name] = value
    test._page_hash = test.session_state["pages"][key]._script_hash
    return test.run()
