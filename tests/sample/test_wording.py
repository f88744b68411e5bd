"""Word material: every line of it can be filled."""

from __future__ import annotations

from random import Random

import pytest

from foresight.sample.themes import CAMPAIGNS, RISES, SEASONAL_A_WEEK, STEADY_A_WEEK
from foresight.sample.wording import Line, Pool, Speech, Wording, fill, lead, signature, wordings


def small(**pools: Pool) -> Wording:
    return Wording(lang="fi", voices={}, pools={"place": PLACES, **pools})


PLACES = Pool(forms=("nom", "loc"), entries=(("Tampere", "Tampereella"),))


def test_one_event_keeps_its_names_and_numbers_in_every_sentence() -> None:
    rng, memo = Random(1), {}
    shops = Pool(forms=("nom", "gen"), entries=(("Ilo", "Ilon"), ("Suru", "Surun"), ("Onni", "Onnen")))
    wording = small(shop=shops)
    first = fill("{shop} {n:1-999}", wording, memo=memo, rng=rng)
    again = fill("{shop.gen} {n:1-999}", wording, memo=memo, rng=rng)
    assert again.split() == [dict(shops.entries)[first.split()[0]], first.split()[1]]


def test_decimals_are_written_as_the_language_does() -> None:
    assert "," in fill("{d:1.2-3.4}", small(), memo={}, rng=Random(1))


def test_a_sentence_begins_with_a_capital() -> None:
    assert fill("[kissa|koira] juoksi", small(), memo={}, rng=Random(1))[0] == "K"


def test_an_english_owner_in_s_takes_an_apostrophe_only() -> None:
    english = Wording(lang="en", voices={}, pools={"firm": Pool(forms=("",), entries=(("Merrow Shipyards",),))})
    assert fill("{firm}'s order", english, memo={}, rng=Random(1)) == "Merrow Shipyards' order"


def test_a_signature_forgets_numbers_and_where_asked_the_place() -> None:
    memo = {"place": "0"}
    assert signature("Tampereella 12 uutta", small(), memo, with_place=False) == "# # uutta"
    assert signature("Tampereella 12 uutta", small(), memo, with_place=True) == "Tampereella # uutta"


def test_a_line_counts_its_ways_to_differ() -> None:
    line = Line(titles=("[a|b|c] {shop} {place.loc} {n:1-9}",))
    assert line.variants(small(shop=Pool(forms=("nom",), entries=(("x",), ("y",)))).pools) == 6


def test_a_line_with_a_lead_of_its_own_uses_it() -> None:
    speech = Speech(lines=(), leads=("One.", "Two."))
    assert lead(Line(titles=("t",), leads=("Own.",)), speech, small(), memo={}, rng=Random(1)) == "Own."


def test_phases_say_their_lines_and_those_of_any_time() -> None:
    any_time, late = Line(titles=("any",)), Line(titles=("late",))
    speech = Speech(lines=((0, any_time), (3, late)), leads=())
    assert speech.at(1) == (any_time,)
    assert speech.at(3) == (any_time, late)


@pytest.mark.parametrize("key", sorted(wordings()), ids="-".join)
def test_every_line_can_be_filled(key: tuple[str, str]) -> None:
    wording, rng = wordings()[key], Random(0)
    for speech in wording.voices.values():
        titles = [title for _, line in speech.lines for title in line.titles]
        leads = [text for _, line in speech.lines for text in line.leads]
        assert titles
        assert len(speech.leads) >= 2 or leads
        for text in (*titles, *leads, *speech.leads, *wording.hooks):
            assert not set("{}[]") & set(fill(text, wording, memo={}, rng=rng)), text


def test_all_themes_have_words_in_their_languages() -> None:
    wanted = {(name, lang) for name in (*STEADY_A_WEEK, *SEASONAL_A_WEEK) for lang in ("en", "fi")}
    wanted |= {(rise.name, lang) for rise in RISES for lang in rise.langs}
    wanted |= {(campaign.name, campaign.lang) for campaign in CAMPAIGNS}
    assert wanted <= set(wordings())
