"""Charts of the track record draw what there is, and say so where there is nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from foresight.i18n import LANGUAGES, Texts
from foresight.reports.charts.render import render_svg
from foresight.reports.charts.track_record import band_coverage, list_lengths, outcomes_by_stage, reliability_diagram
from foresight.testing.builders import a_track_record

RECORD = a_track_record()


def drawn(lang: str, **changes: Any) -> list[str]:
    record = replace(RECORD, **changes)
    return [
        render_svg(chart)
        for chart in (
            outcomes_by_stage(record.reliability, days=28, lang=lang),
            reliability_diagram(record.chances, lang=lang),
            band_coverage(record.coverage, lang=lang),
            list_lengths(record.lists, lang=lang),
        )
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chart_is_drawn_in_the_reader_s_language(lang: str) -> None:
    outcomes, chances, bands, lists = drawn(lang)
    texts = Texts(lang)
    assert texts("stages.name_emerging") in outcomes
    assert ("60\u00a0%" if lang == "fi" else "60%") in outcomes
    assert texts("briefs.track_told") in chances
    assert texts("briefs.track_weeks", weeks=12) in bands
    assert texts("stages.name_weak") in lists


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_record_is_told_in_words(lang: str) -> None:
    for drawing in drawn(lang, reliability=(), chances=(), coverage=(), lists=()):
        assert Texts(lang)("briefs.chart_nothing") in drawing


def test_a_stage_with_a_handful_of_calls_is_not_drawn() -> None:
    few = tuple(replace(one, calls=4, grew=4) for one in RECORD.reliability)
    assert Texts("en")("briefs.chart_nothing") in drawn("en", reliability=few)[0]


def test_a_stage_without_chance_has_a_bar_and_no_stroke() -> None:
    alone = tuple(replace(one, chance_calls=0, chance_grew=0, lift=None) for one in RECORD.reliability)
    assert Texts("en")("stages.name_weak") in drawn("en", reliability=alone)[0]


def test_one_cut_off_makes_one_bar() -> None:
    assert "<svg" in drawn("en", lists=RECORD.lists[:1])[3]
