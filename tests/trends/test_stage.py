"""Verdicts, spread, novelty, projection."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from foresight.model.options import TrendOptions
from foresight.model.trends import Stage
from foresight.trends.signals import novelty
from foresight.trends.stages import StageEvidence, classify_stage, effective_sources, is_confirmed, least_sources_needed

GROWING = StageEvidence(
    stories=8,
    weighted_stories=8.0,
    sources=4,
    share=0.004,
    confirmed=True,
    is_significant=True,
    passes_plain_test=True,
    recent_documents=6,
    persistence_probability=0.6,
    q=0.01,
    growth=0.3,
    low=0.1,
    high=0.5,
    doubling_weeks=2.3,
    active_share=0.4,
    weeks=3,
)


@pytest.mark.parametrize(
    ("change", "stage", "key"),
    [
        ({}, Stage.WEAK, "weak"),
        ({"share": 0.05}, Stage.EMERGING, "emerging"),
        ({"is_significant": False}, Stage.CANDIDATE, "candidate"),
        ({"persistence_probability": 0.1}, Stage.STEADY, "steady"),
        ({"low": -0.01}, Stage.STEADY, "steady"),
        ({"persistence_probability": 0.1, "active_share": 0.1}, Stage.NOISE, "noise_brief"),
        ({"low": -0.01, "active_share": 0.1}, Stage.NOISE, "noise_few"),
        ({"recent_documents": 1}, Stage.CANDIDATE, "candidate"),
        ({"stories": 4, "sources": 7}, Stage.CANDIDATE, "candidate_event"),
        ({"stories": 4, "sources": 7, "recent_documents": 1}, Stage.CANDIDATE, "candidate"),
        ({"stories": 2, "weighted_stories": 2.0}, Stage.NOISE, "noise_few"),
        ({"stories": 8, "weighted_stories": 2.0}, Stage.NOISE, "noise_few"),
        ({"confirmed": False}, Stage.NOISE, "noise_one_source"),
        ({"mixed": True}, Stage.NOISE, "mixed"),
        ({"asleep": True}, Stage.SLEEPING, "sleeping"),
        ({"growth": -0.3, "low": -0.5, "high": -0.1}, Stage.FADING, "fading"),
        ({"is_significant": False, "passes_plain_test": False, "share": 0.05}, Stage.STRONG, "strong"),
        ({"is_significant": False, "passes_plain_test": False}, Stage.STEADY, "steady"),
        ({"is_significant": False, "passes_plain_test": False, "active_share": 0.1}, Stage.NOISE, "noise_few"),
        ({"growth": None, "low": None, "high": None}, Stage.STEADY, "steady"),
    ],
)
def test_each_stage_has_its_reason(change: dict[str, object], stage: Stage, key: str) -> None:
    found, reason = classify_stage(replace(GROWING, **change), TrendOptions())
    assert (found, reason.key) == (stage, key)
    assert dict(reason.facts)["stories"] == replace(GROWING, **change).stories


def test_one_loud_source_counts_as_little_more_than_one() -> None:
    assert effective_sources(np.array([98.0, 1.0, 1.0])) < 1.2
    assert effective_sources(np.array([5.0, 5.0, 5.0])) == pytest.approx(3.0)
    assert effective_sources(np.zeros(3)) == 0


def test_a_corpus_is_asked_for_no_more_sources_than_it_has() -> None:
    assert least_sources_needed(np.array([100.0]), 3) == 1
    assert least_sources_needed(np.array([133.0, 21.0]), 3) == 1
    assert least_sources_needed(np.full(10, 5.0), 3) == 3
    assert least_sources_needed(np.zeros(0), 3) == 1


def test_copies_of_one_campaign_do_not_confirm_it() -> None:
    assert not is_confirmed(np.array([38.0, 1.0, 1.0]), 3)
    assert is_confirmed(np.array([4.0, 2.0, 2.0]), 3)
    assert not is_confirmed(np.array([4.0, 4.0, 0.0]), 3)


def test_what_is_known_is_not_new() -> None:
    axes = np.eye(3, dtype=np.float32)
    assert novelty(axes[:2], axes[:1]) == pytest.approx([0.0, 1.0])
    assert novelty(axes, np.zeros((0, 3), dtype=np.float32)) == pytest.approx([1.0, 1.0, 1.0])
