"""Journeys of customers and employees: drawn step by step, and walked through in every future."""

from __future__ import annotations

from dataclasses import dataclass, replace

from foresight.model.errors import OffScale, UsageError
from foresight.model.scenarios import Future, Scenario
from foresight.model.workshop import LARGEST_STEP_EFFECT, Journey, JourneyStep, Revision, StepEffect
from foresight.scenarios.consequences import JourneyWalkthrough, walk_through
from foresight.scenarios.futures import FuturesService
from foresight.scenarios.matrix import slug, state_positions
from foresight.scenarios.revisions import Attribution, save_new, save_next
from foresight.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class FutureWalkthrough:
    """What one future does to a journey."""

    future: Future
    walk: JourneyWalkthrough


class JourneyService:
    """Everything one can do with journeys of a scenario."""

    def __init__(self, ledger: Ledger, futures: FuturesService) -> None:
        self._ledger, self._futures = ledger, futures

    def list(self, scenario_id: str | None = None) -> tuple[Revision[Journey], ...]:
        """All journeys, of one scenario where given."""
        return self._ledger.entries(Journey, scenario_id=scenario_id)

    def get(self, journey_id: str) -> Revision[Journey]:
        """The latest revision.

        Raises:
            NotFound: no such journey.
        """
        return self._ledger.entry(Journey, journey_id)

    def add(self, scenario: Scenario, journey: Journey, signed: Attribution) -> Revision[Journey]:
        """Save a new journey of a scenario.

        Raises:
            UsageError: it has no title or a step without a name.
            UnknownFactor: an effect of a factor or state that the scenario does not have.
            OffScale: an effect outside −3 to 3.
        """
        check_journey(scenario, journey)
        return save_new(self._ledger, "j", with_ids(scenario, journey), signed, scenario_id=scenario.id)

    def change(self, scenario: Scenario, journey_id: str, journey: Journey, signed: Attribution) -> Revision[Journey]:
        """Save a new revision.

        Raises:
            RevisionConflict: somebody saved a newer one; the others as `add`.
        """
        check_journey(scenario, journey)
        return save_next(self._ledger, self.get(journey_id), with_ids(scenario, journey), signed)

    def walked(self, journey: Revision[Journey]) -> tuple[FutureWalkthrough, ...]:
        """The journey in every future of its scenario."""
        futures = self._futures.get(journey.scenario_id).content.futures
        return tuple(
            FutureWalkthrough(future=future, walk=walk_through(journey.content, set(future.states)))
            for future in futures
        )


def with_step(journey: Journey, step: JourneyStep) -> Journey:
    """With one more step; where it has no id, one is made from its name once.

    A step with a source is one that customers confirmed.
    """
    step_id = step.id or slug(step.name, taken=[each.id for each in journey.steps])
    added = replace(step, id=step_id, confirmed=step.confirmed or bool(step.source.strip()))
    return replace(journey, steps=(*journey.steps, added))


def with_effect(journey: Journey, step_id: str, effect: StepEffect) -> Journey:
    """With what a state does to a step, in place of an earlier effect of that state.

    Raises:
        UsageError: there is no such step.
    """
    step = _find_step(journey, step_id, argument="--effect")
    others = [each for each in step.effects if (each.factor, each.state) != (effect.factor, effect.state)]
    return _with_replaced(journey, step, replace(step, effects=(*others, effect)))


def with_changed_step(
    journey: Journey, wanted: str, *, name: str | None = None, source: str | None = None, voice: str | None = None
) -> Journey:
    """With other words of one step, its effects unchanged; where there is no such step, with a new one at the end."""
    found = next((step for step in journey.steps if wanted in (step.id, step.name)), None)
    if found is None:
        return with_step(journey, JourneyStep(id="", name=name or wanted, source=source or "", voice=voice or ""))
    changed = replace(
        found,
        name=found.name if name is None else name.strip(),
        voice=found.voice if voice is None else voice.strip(),
        source=found.source if source is None else source.strip(),
        confirmed=found.confirmed if source is None else bool(source.strip()),
    )
    return _with_replaced(journey, found, changed)


def without_step(journey: Journey, wanted: str) -> Journey:
    """Without one step.

    Raises:
        UsageError: there is no such step.
    """
    gone = _find_step(journey, wanted)
    return replace(journey, steps=tuple(step for step in journey.steps if step is not gone))


def with_step_before(journey: Journey, wanted: str, before: str) -> Journey:
    """With one step right before another.

    Raises:
        UsageError: there is no such step.
    """
    step, next_ = _find_step(journey, wanted), _find_step(journey, before)
    if step is next_:
        return journey
    rest = [each for each in journey.steps if each is not step]
    rest.insert(rest.index(next_), step)
    return replace(journey, steps=tuple(rest))


def _find_step(journey: Journey, wanted: str, *, argument: str = "STEP") -> JourneyStep:
    for step in journey.steps:
        if wanted in (step.id, step.name):
            return step
    raise UsageError(argument=argument, found=wanted, expected=", ".join(step.id for step in journey.steps) or "–")


def _with_replaced(journey: Journey, old: JourneyStep, new: JourneyStep) -> Journey:
    return replace(journey, steps=tuple(new if step is old else step for step in journey.steps))


def check_journey(scenario: Scenario, journey: Journey) -> None:
    """Check that a journey can be saved.

    Raises:
        UsageError, UnknownFactor, OffScale: as `JourneyService.add`.
    """
    for found in (journey.title, *(step.name for step in journey.steps)):
        if not found.strip():
            raise UsageError(argument="--title, --step", found=found, expected="…")
    for step in journey.steps:
        state_positions(scenario.factors, [(effect.factor, effect.state) for effect in step.effects])
        for effect in step.effects:
            if abs(effect.value) > LARGEST_STEP_EFFECT:
                what = f"{step.name} · {effect.factor}={effect.state}"
                raise OffScale(what=what, found=effect.value, low=-LARGEST_STEP_EFFECT, high=LARGEST_STEP_EFFECT)


def with_ids(scenario: Scenario, journey: Journey) -> Journey:
    """The journey with factors and states by their ids, where they were given by name."""

    def by_ids(effect: StepEffect) -> StepEffect:
        ((place, state),) = state_positions(scenario.factors, [(effect.factor, effect.state)])
        factor = scenario.factors[place]
        return replace(effect, factor=factor.id, state=factor.states[state].id)

    steps = (replace(step, effects=tuple(by_ids(effect) for effect in step.effects)) for step in journey.steps)
    return replace(journey, steps=tuple(steps))
