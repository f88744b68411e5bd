"""A scenario told as a story, from what the ledger and the published run hold."""

from __future__ import annotations

from collections.abc import Sequence

from foresight.errors import NotFound, NothingConsistent, NothingPublished, SearchCutShort, UsageError
from foresight.ports import Ledger
from foresight.records import (
    Future,
    Journey,
    Kept,
    LikelihoodUpdate,
    Scenario,
    Signpost,
    Story,
    TrendView,
)
from foresight.scenarios.factors import place
from foresight.scenarios.story import tell
from foresight.scenarios.story_material import Heard, Material
from foresight.services.futures import FuturesDesk, Likelihoods, future_of
from foresight.services.scenarios import ScenarioDesk
from foresight.services.trends import TrendDesk
from foresight.services.watcher import Watcher

HEARD_OF_A_TREND = 20


class StoryDesk:
    """Tells the futures of a scenario."""

    def __init__(
        self,
        scenarios: ScenarioDesk,
        futures: FuturesDesk,
        trends: TrendDesk,
        watcher: Watcher,
        ledger: Ledger,
    ) -> None:
        self._scenarios, self._futures, self._trends = scenarios, futures, trends
        self._watcher, self._ledger = watcher, ledger

    def tell(self, scenario_id: str, *, which: str = "", lang: str) -> Story:
        """The story of one future.

        Args:
            scenario_id: of the ledger.
            which: id or name of a future, or N for the N-th consistent scenario; the likeliest future where it is "",
                and where none is kept, the scenario people chose, or the first consistent one.
            lang: "fi" or "en".

        Raises:
            NotFound: no such scenario or future; UsageError: no N-th scenario.
            NothingConsistent: no scenario was found; TooFewStates, UnknownFactor: it cannot be worked with yet.
        """
        return tell(self.material(scenario_id, which=which), lang=lang)

    def material(self, scenario_id: str, *, which: str = "") -> Material:
        """Everything a story may be told from; arguments and errors as `tell`."""
        scenario = self._scenarios.get(scenario_id)
        likely = self._futures.likelihoods(scenario_id)
        future, states = self._which(scenario, likely, which.strip())
        views = self._views(scenario)
        stamp = self._watcher.stamp()
        return Material(
            scenario=scenario,
            states=states,
            future=future,
            now=dict(likely.now).get(future.id) if future else None,
            trends=views,
            heard=tuple(one for view in views for one in self._heard(view)),
            journeys=self._ledger.entries(Journey, scenario_id=scenario_id),
            updates=_standing(likely.updates),
            signposts=self._ledger.entries(Signpost, scenario_id=scenario_id),
            as_of=stamp.as_of if stamp else None,
            run_id=stamp.run_id if stamp else "",
        )

    def _which(self, scenario: Scenario, likely: Likelihoods, which: str) -> tuple[Future | None, tuple[int, ...]]:
        futures = likely.futures.content
        if which.isdigit() and which not in [name for one in futures.futures for name in (one.id, one.name)]:
            return None, self._solved(scenario, int(which))
        if which:
            named = future_of(futures, which)
            return named, _places(scenario, named.states)
        if futures.futures:
            now = dict(likely.now)
            likeliest = max(futures.futures, key=lambda one: now.get(one.id, 0.0))
            return likeliest, _places(scenario, likeliest.states)
        if len(dict(scenario.chosen)) == len(scenario.factors) > 0:
            return None, _places(scenario, scenario.chosen)
        return None, self._solved(scenario, 1)

    def _solved(self, scenario: Scenario, number: int) -> tuple[int, ...]:
        """The states of the N-th scenario, counted as `scenario solve` and `scenario why` do."""
        found = self._scenarios.solve(scenario).result
        solutions = found.solutions
        if not solutions and not found.is_complete:
            raise SearchCutShort(scenario=scenario.title, seconds=round(found.seconds))
        if not solutions:
            raise NothingConsistent(scenario=scenario.title, inconsistency="–", changes="–")
        if not 1 <= number <= len(solutions):
            raise UsageError(argument="--scenario", found=number, expected=f"1 … {len(solutions)}")
        return solutions[number - 1].states

    def _views(self, scenario: Scenario) -> tuple[TrendView, ...]:
        """The trends its factors were made from, each once, in the order of the factors."""
        known = self._watcher.views()
        found = [known[factor.trend_id] for factor in scenario.factors if factor.trend_id in known]
        return tuple({view.trend.id: view for view in found}.values())

    def _heard(self, view: TrendView) -> tuple[Heard, ...]:
        try:
            evidence = self._trends.get(view.trend.id).evidence
        except (NotFound, NothingPublished):
            return ()
        return tuple(
            Heard(document=one.document, source=one.source, trend_id=view.trend.id)
            for one in evidence[:HEARD_OF_A_TREND]
        )


def _places(scenario: Scenario, pairs: Sequence[tuple[str, str]]) -> tuple[int, ...]:
    """Zero-based state of each factor.

    Raises:
        UnknownFactor: a pair of a factor or state that is not there any more, or a factor without one.
    """
    known = dict(pairs)
    wanted = [(factor.id, known.get(factor.id, "")) for factor in scenario.factors]
    return tuple(state for _, state in place(scenario.factors, wanted))


def _standing(updates: Sequence[Kept[LikelihoodUpdate]]) -> tuple[Kept[LikelihoodUpdate], ...]:
    """Those that were not taken back."""
    return tuple(update for update in updates if not update.content.undone)
