"""What the ledger keeps around a scenario, put together for its brief in the language of the brief."""

from __future__ import annotations

from collections.abc import Sequence

from foresight.briefs import outline
from foresight.records import Kept, LikelihoodUpdate, Scenario, Solution, TrendView
from foresight.scenarios.balance import Change, Flip
from foresight.scenarios.factors import state_name
from foresight.services.forecasts import ForecastDesk
from foresight.services.promises import PromiseDesk
from foresight.services.signposts import SignpostDesk, Watched
from foresight.services.stress import OptionReport, StressDesk
from foresight.services.structure import StructureDesk
from foresight.services.watcher import Watcher, in_words, value_in_words


class HandoutDesk:
    """Gathers what a room made, so that it can be handed out."""

    def __init__(
        self,
        watcher: Watcher,
        stress: StressDesk,
        signposts: SignpostDesk,
        forecasts: ForecastDesk,
        promises: PromiseDesk,
    ) -> None:
        self._watcher, self._stress, self._signposts = watcher, stress, signposts
        self._forecasts, self._promises = forecasts, promises

    def made(self, scenario: Scenario, *, lang: str) -> outline.Made:
        """Everything of a scenario that its brief tells besides the scenario itself."""
        likely = self._signposts.likelihoods(scenario.id)
        watched = self._signposts.list(scenario.id)
        views = self._watcher.views()
        report = self._stress.test(scenario.id)
        by_id = {one.signpost.id: one for one in watched}
        updates = sorted(likely.updates, key=lambda entry: (entry.content.at, entry.id))
        return outline.Made(
            futures=likely.futures.content,
            now=likely.now,
            moved=tuple(_moved(entry, by_id, views, scenario, lang) for entry in updates),
            tunnel=self._stress.get(scenario.id).content,
            options=tuple(_option(option) for option in report.options),
            maximin=report.maximin,
            minimax_regret=report.minimax_regret,
            posts=tuple(_post(one, lang) for one in watched),
            asked=tuple(
                outline.Asked(question=one.question.content, answers=len(one.answers), middle=one.middle)
                for one in self._forecasts.list(scenario.id)
            ),
            decided=tuple(
                outline.Decided(promise=one.promise.content, shaken=bool(one.broken_assumption))
                for one in self._promises.list(scenario.id)
            ),
            answers=self._promises.questions(scenario.id).content,
        )


def breaking(scenario: Scenario, solutions: Sequence[Solution], structure: StructureDesk) -> tuple[outline.Break, ...]:
    """Per solution the fewest judgements that would end it; those that nothing within the scale ends are left out."""
    cheapest = ((one.states, next(iter(structure.flips(scenario, one.states).breaks), None)) for one in solutions)
    return tuple(_break(scenario, states, flip) for states, flip in cheapest if flip is not None)


def _break(scenario: Scenario, states: tuple[int, ...], flip: Flip) -> outline.Break:
    def nudge(change: Change) -> outline.Nudge:
        return outline.Nudge(
            acting=state_name(scenario.factors, (change.source_factor, change.source_state)),
            acted=state_name(scenario.factors, (change.target_factor, change.target_state)),
            before=change.before,
            after=change.after,
        )

    nudges = tuple(nudge(change) for change in flip.changes)
    return outline.Break(
        states=states, towards=state_name(scenario.factors, (flip.factor, flip.towards)), nudges=nudges
    )


def _option(option: OptionReport) -> outline.Option:
    return outline.Option(
        name=option.strategy.name,
        move=option.move.value,
        satisfied=option.satisfied,
        best_in=option.best_in,
        fails_in=option.fails_in,
        max_regret=option.max_regret,
        regret_in=option.regret_in,
    )


def _post(one: Watched, lang: str) -> outline.Post:
    watch = one.signpost.content.watch
    return outline.Post(
        signpost=one.signpost.content,
        words=in_words(watch, one.seen.view, lang),
        value=value_in_words(watch.measure, one.seen.reading.value, lang),
        state=one.state,
    )


def _moved(
    entry: Kept[LikelihoodUpdate],
    watched: dict[str, Watched],
    views: dict[str, TrendView],
    scenario: Scenario,
    lang: str,
) -> outline.Moved:
    """An update in the language asked for.

    A condition that was changed since stays in the words of its day, whatever their language.
    """
    update, one = entry.content, watched.get(entry.content.signpost_id)
    if one is None:
        return outline.Moved(update=update, title=entry.reason, words=update.watch, value="–")
    watch = one.signpost.content.watch
    view = views.get(watch.trend_id)
    unchanged = update.watch == in_words(watch, view, scenario.lang)
    return outline.Moved(
        update=update,
        title=entry.reason or one.signpost.content.title,
        words=in_words(watch, view, lang) if unchanged else update.watch,
        value=value_in_words(watch.measure, update.value, lang),
    )
