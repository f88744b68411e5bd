"""Word material: every line of it can be filled."""

from __future__ import annotations

from random import Random

import pytest

from foresight.demo.planted_themes import CAMPAIGNS, PLANTED_TRENDS, SEASONAL_A_WEEK, STEADY_A_WEEK
from foresight.demo.wording import (
    EventLine,
    ThemeWording,
    VoiceWording,
    WordPool,
    fill_line,
    theme_wordings,
    title_signature,
    write_lead,
)


def small(**pools: WordPool) -> ThemeWording:
    return ThemeWording(lang="fi", voices={}, pools={"place": PLACES, **pools})


PLACES = WordPool(forms=("nom", "loc"), entries=(("Tampere", "Tampereella"),))


def test_one_event_keeps_its_names_and_numbers_in_every_sentence() -> None:
    rng, slot_choices = Random(1), {}
    shops = WordPool(forms=("nom", "gen"), entries=(("Ilo", "Ilon"), ("Suru", "Surun"), ("Onni", "Onnen")))
    wording = small(shop=shops)
    first = fill_line("{shop} {n:1-999}", wording, slot_choices=slot_choices, rng=rng)
    again = fill_line("{shop.gen} {n:1-999}", wording, slot_choices=slot_choices, rng=rng)
    assert again.split() == [dict(shops.entries)[first.split()[0]], first.split()[1]]


def test_decimals_are_written_as_the_language_does() -> None:
    assert "," in fill_line("{d:1.2-3.4}", small(), slot_choices={}, rng=Random(1))


def test_a_sentence_begins_with_a_capital() -> None:
    assert fill_line("[kissa|koira] juoksi", small(), slot_choices={}, rng=Random(1))[0] == "K"


def test_an_english_owner_in_s_takes_an_apostrophe_only() -> None:
    english = ThemeWording(
        lang="en", voices={}, pools={"firm": WordPool(forms=("",), entries=(("Merrow Shipyards",),))}
    )
    assert fill_line("{firm}'s order", english, slot_choices={}, rng=Random(1)) == "Merrow Shipyards' order"


def test_a_signature_forgets_numbers_and_where_asked_the_place() -> None:
    slot_choices = {"place": "0"}
    assert title_signature("Tampereella 12 uutta", small(), slot_choices, with_place=False) == "# # uutta"
    assert title_signature("Tampereella 12 uutta", small(), slot_choices, with_place=True) == "Tampereella # uutta"


def test_a_line_counts_its_ways_to_differ() -> None:
    line = EventLine(titles=("[a|b|c] {shop} {place.loc} {n:1-9}",))
    assert line.variants(small(shop=WordPool(forms=("nom",), entries=(("x",), ("y",)))).pools) == 6


def test_a_line_with_a_lead_of_its_own_uses_it() -> None:
    speech = VoiceWording(lines=(), leads=("One.", "Two."))
    assert (
        write_lead(EventLine(titles=("t",), leads=("Own.",)), speech, small(), slot_choices={}, rng=Random(1)) == "Own."
    )


def test_phases_say_their_lines_and_those_of_any_time() -> None:
    any_time, late = EventLine(titles=("any",)), EventLine(titles=("late",))
    speech = VoiceWording(lines=((0, any_time), (3, late)), leads=())
    assert speech.at(1) == (any_time,)
    assert speech.at(3) == (any_time, late)


@pytest.mark.parametrize("key", sorted(theme_wordings()), ids="-".join)
def test_every_line_can_be_filled(key: tuple[str, str]) -> None:
    wording, rng = theme_wordings()[key], Random(0)
    for speech in wording.voices.values():
        titles = [title for _, line in speech.lines for title in line.titles]
        leads = [text for _, line in speech.lines for text in line.leads]
        assert titles
        assert len(speech.leads) >= 2 or leads
        for text in (*titles, *leads, *speech.leads, *wording.hooks):
            assert not set("{}[]") & set(fill_line(text, wording, slot_choices={}, rng=rng)), text


def test_all_themes_have_words_in_their_languages() -> None:
    wanted = {(name, lang) for name in (*STEADY_A_WEEK, *SEASONAL_A_WEEK) for lang in ("en", "fi")}
    wanted |= {(rise.name, lang) for rise in PLANTED_TRENDS for lang in rise.langs}
    wanted |= {(campaign.name, campaign.lang) for campaign in CAMPAIGNS}
    assert wanted <= set(theme_wordings())
