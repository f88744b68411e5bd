"""All that a workshop makes besides scenarios, and what each kind is called where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from foresight.records.forecasts import ForecastAnswer, Question
from foresight.records.futures import Futures, LikelihoodUpdate
from foresight.records.journeys import Journey
from foresight.records.panels import Beliefs, Exclusions, JudgementSheet, RoundVotes
from foresight.records.promises import Promise, Pulse, ThreeQuestions
from foresight.records.signposts import Signpost
from foresight.records.stress import WindTunnel

MADE: Mapping[type[Any], str] = MappingProxyType(
    {
        Beliefs: "beliefs",
        Exclusions: "exclusions",
        ForecastAnswer: "forecast_answer",
        Futures: "futures",
        Journey: "journey",
        JudgementSheet: "judgement_sheet",
        LikelihoodUpdate: "likelihood_update",
        Promise: "promise",
        Pulse: "pulse",
        Question: "question",
        RoundVotes: "round_votes",
        Signpost: "signpost",
        ThreeQuestions: "three_questions",
        WindTunnel: "wind_tunnel",
    }
)
"""A name is never changed: the rows that carry it never are."""
