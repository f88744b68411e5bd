"""A scenario walked along the customer's path: which step breaks first, which gains.

What a state does to a step was said by people as −3 … +3; a step's figure is the sum over the states that hold. A state
that breaks a step (−3) breaks it whatever else gets better. Only steps that customers confirmed count as evidence; the
others are walked too and marked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from foresight.model.workshop import Journey, JourneyStep, StepEffect

BREAKS_AT = -3


class StepVerdict(StrEnum):
    """What becomes of a step."""

    BREAKS = "breaks"  # a state that holds breaks it, or the sum is −3 or less
    STRAINS = "strains"
    UNTOUCHED = "untouched"
    GAINS = "gains"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepConsequence:
    """A step in a scenario: the effects in force, strongest first, and their sum."""

    step: JourneyStep
    verdict: StepVerdict
    total: int
    effects: tuple[StepEffect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyWalkthrough:
    """All steps in their order.

    Attributes:
        first_break: the confirmed step that breaks worst, the earliest of equals; None where none breaks.
        best_gain: the confirmed step that gains most.
    """

    steps: tuple[StepConsequence, ...]
    first_break: JourneyStep | None
    best_gain: JourneyStep | None


def walk_through(journey: Journey, states: Collection[tuple[str, str]]) -> JourneyWalkthrough:
    """What the states of a scenario do to a journey.

    Args:
        journey: with what states do to its steps.
        states: (factor id, state id) pairs that hold.
    """
    walked = tuple(_step_consequence(step, states) for step in journey.steps)
    breaking = [one for one in walked if one.verdict is StepVerdict.BREAKS and one.step.confirmed]
    gaining = [one for one in walked if one.verdict is StepVerdict.GAINS and one.step.confirmed]
    return JourneyWalkthrough(
        steps=walked,
        first_break=min(breaking, key=lambda one: one.total).step if breaking else None,
        best_gain=max(gaining, key=lambda one: one.total).step if gaining else None,
    )


def _step_consequence(step: JourneyStep, states: Collection[tuple[str, str]]) -> StepConsequence:
    acting = sorted(
        (effect for effect in step.effects if (effect.factor, effect.state) in states),
        key=lambda effect: -abs(effect.value),
    )
    total = sum(effect.value for effect in acting)
    return StepConsequence(
        step=step,
        verdict=_step_verdict(total, min((effect.value for effect in acting), default=0)),
        total=total,
        effects=tuple(acting),
    )


def _step_verdict(total: int, worst: int) -> StepVerdict:
    if min(total, worst) <= BREAKS_AT:
        return StepVerdict.BREAKS
    if total < 0:
        return StepVerdict.STRAINS
    return StepVerdict.GAINS if total > 0 else StepVerdict.UNTOUCHED
