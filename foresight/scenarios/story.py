"""Writes the sentences of a story in one language.

The customer's day and the employee's: their paths walked in a scenario, and who has been heard.

The employee's experience makes the customer's: where the customer's step breaks or gains, somebody at work stands at
the other end of it, and that is told even where nobody has drawn the employee's own path.

What led here: where the trends stand, which signposts have spoken, and how one state brings the next.

The way through the states is the strongest tree of the judgements in force: it begins with what was supposed, or else
with the state that promotes the others most and is promoted least, and goes on by the strongest judgement from a state
already told to one not told yet (Prim's rule on the promoting judgements). A state that nothing told so far promotes
begins a way of its own. Where the states that came of it promote the first one in turn, the circle is closed.
Judgements against are told last.

A scenario told as a story: headline, the customer's day, the employee's day, what led here.

Every sentence is made from a template and facts of the material, and cites what it rests on; there is no sentence
without a source, and no source that the material does not hold. The same material gives the same story, in whatever
order its judgements were made. Names, reasons and quotes stand as people wrote them, in the nominative or in quotation
marks: no template asks a name to be inflected.

A scenario told as a story, from what the ledger and the published run hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_list, format_percent
from foresight.i18n.trend_sentences import count_phrase, stage_name
from foresight.model.briefs import Sentence, Story, StoryPart, StoryPartKind, StorySource
from foresight.model.decisions import TrendView
from foresight.model.errors import NotFound, NothingConsistent, NothingPublished, SearchTimedOut, UsageError
from foresight.model.scenarios import Factor, Future, Judgement, LikelihoodUpdate, Scenario, State
from foresight.model.sources import Voice
from foresight.model.workshop import Journey, Revision, Signpost, StepEffect
from foresight.queries.trends import TrendService
from foresight.scenarios.consequences import JourneyWalkthrough, StepConsequence, StepVerdict, walk_through
from foresight.scenarios.explanation import BalanceLine, balance_sheet
from foresight.scenarios.futures import FutureLikelihoods, FuturesService, find_future
from foresight.scenarios.matrix import state_positions
from foresight.scenarios.scenario_service import ScenarioService
from foresight.scenarios.story_material import (
    StatePair,
    StoryMaterial,
    TrendDocument,
    as_clause,
    as_one_line,
    document_source_id,
    judgement_source_id,
    likelihood_before_and_after,
    material_sources,
    scenario_source_id,
    state_label,
    state_source_id,
    step_source_id,
    strongest_first,
)
from foresight.scenarios.watching import WatchService
from foresight.store.ledger import Ledger


class StoryMessages:
    """The texts of `story` in one language, and the names of a scenario's states."""

    def __init__(self, lang: str, factors: Sequence[Factor]) -> None:
        self._texts = Texts(lang)
        self.lang = self._texts.lang
        self._names = {(f.id, s.id): f"{f.name}: {s.name}" for f in factors for s in f.states}

    def __call__(self, key: str, sources: Iterable[str], /, **facts: object) -> Sentence:
        """The sentence under `story.key`, with each of its sources once."""
        return Sentence(key=key, text=self.words(key, **facts), sources=tuple(dict.fromkeys(sources)))

    def words(self, key: str, /, **facts: object) -> str:
        """The text under `story.key`."""
        return self._texts(f"story.{key}", **facts)

    def name(self, pair: tuple[str, str]) -> str:
        """A (factor id, state id) pair as people call it."""
        return self._names.get(pair, "=".join(pair))

    def states(self, pairs: Sequence[tuple[Factor, State]]) -> str:
        """Several states in quotation marks, with commas and "and"."""
        return self.quoted(self.name((factor.id, state.id)) for factor, state in pairs)

    def quoted(self, names: Iterable[str]) -> str:
        """Names in quotation marks, with commas and "and"."""
        return format_list([self.words("quoted", name=name) for name in names], self.lang)


MOST_VOICE_DOCUMENTS = 2
MOST_STEPS_AT_WORK = 3
VOICE_WINDOW = "12w:employee"


def customer_day(material: StoryMaterial, messages: StoryMessages) -> Iterator[Sentence]:
    """The customer's path, step by step, then what customers already say."""
    journeys = [one for one in material.journeys if one.content.voice is not Voice.EMPLOYEE and one.content.steps]
    for journey in journeys:
        yield from _journey_sentences(material, journey, messages)
    if not journeys:
        yield messages("customer_unwalked", [scenario_source_id(material.scenario)])
    yield from _voice_sentences(material, Voice.CUSTOMER, messages)


def employee_day(material: StoryMaterial, messages: StoryMessages) -> Iterator[Sentence]:
    """The employee's path, what the customer's path does to those who serve on it, then what employees already say."""
    own = [one for one in material.journeys if one.content.voice is Voice.EMPLOYEE and one.content.steps]
    for journey in own:
        yield from _journey_sentences(material, journey, messages)
    yield from _steps_at_work(material, messages)
    heard = [*_voice_sentences(material, Voice.EMPLOYEE, messages), *_employee_articles(material, messages)]
    yield from heard
    if not own and not heard:
        yield messages("employee_unheard", [scenario_source_id(material.scenario)])


def _journey_sentences(
    material: StoryMaterial, journey: Revision[Journey], messages: StoryMessages
) -> Iterator[Sentence]:
    walked = walk_through(journey.content, set(material.pairs))
    customer = as_clause(journey.content.customer)
    title = as_clause(journey.content.title)
    yield messages("day_of" if customer else "day", [f"journey:{journey.id}"], journey=title, customer=customer)
    touched = [one for one in walked.steps if one.verdict is not StepVerdict.UNTOUCHED]
    for one in touched:
        yield from _step_sentences(journey, one, messages)
    yield from _worst_step(journey, walked, touched, messages)
    still = [one.step for one in walked.steps if one.verdict is StepVerdict.UNTOUCHED]
    if still:
        sources = [step_source_id(journey, step) for step in still]
        yield messages("steps_untouched", sources, steps=messages.quoted(as_clause(step.name) for step in still))


def _step_sentences(journey: Revision[Journey], one: StepConsequence, messages: StoryMessages) -> Iterator[Sentence]:
    """What becomes of a step and through what, then what is said there today."""
    source, name = step_source_id(journey, one.step), as_clause(one.step.name)
    deciding = _deciding_effect(one)
    key = f"step_{one.verdict.value}"
    yield messages(
        f"{key}_reason" if as_clause(deciding.reason) else key,
        [source, state_source_id((deciding.factor, deciding.state))],
        step=name,
        state=messages.name((deciding.factor, deciding.state)),
        reason=as_clause(deciding.reason),
    )
    if as_clause(one.step.voice):
        yield messages("step_voice", [source], step=name, voice=as_one_line(one.step.voice))
    if not one.step.confirmed:
        yield messages("step_unconfirmed", [source], step=name)


def _deciding_effect(one: StepConsequence) -> StepEffect:
    """The strongest effect in the direction of the verdict."""
    upward = one.verdict is StepVerdict.GAINS
    return next(effect for effect in one.effects if (effect.value > 0) is upward)


def _worst_step(
    journey: Revision[Journey], walked: JourneyWalkthrough, touched: Sequence[StepConsequence], messages: StoryMessages
) -> Iterator[Sentence]:
    """Which of several broken steps to look at first."""
    breaking = [one for one in touched if one.verdict is StepVerdict.BREAKS]
    if walked.first_break and len(breaking) > 1:
        sources = [step_source_id(journey, one.step) for one in breaking]
        yield messages("day_worst", sources, step=as_clause(walked.first_break.name))


def _steps_at_work(material: StoryMaterial, messages: StoryMessages) -> Iterator[Sentence]:
    """Where a customer's step breaks or gains, as those meet it who serve there."""
    states = set(material.pairs)
    met = [
        (journey, one)
        for journey in material.journeys
        if journey.content.voice is not Voice.EMPLOYEE
        for one in walk_through(journey.content, states).steps
        if one.verdict in (StepVerdict.BREAKS, StepVerdict.GAINS)
    ]
    for journey, one in sorted(met, key=lambda each: each[1].total)[:MOST_STEPS_AT_WORK]:
        deciding = _deciding_effect(one)
        sources = [step_source_id(journey, one.step), state_source_id((deciding.factor, deciding.state))]
        yield messages(f"met_{one.verdict.value}", sources, step=as_clause(one.step.name))


def _voice_sentences(material: StoryMaterial, voice: Voice, messages: StoryMessages) -> Iterator[Sentence]:
    """What sources with this voice wrote, the most central first."""
    spoken = [one for one in material.heard if one.source.voice is voice]
    for one in spoken[:MOST_VOICE_DOCUMENTS]:
        yield _document_sentence(f"heard_{voice.value}", one, messages)


def _document_sentence(key: str, one: TrendDocument, messages: StoryMessages) -> Sentence:
    return messages(
        key,
        [document_source_id(one.document.id)],
        source=one.source.title,
        day=format_date(one.document.published, messages.lang),
        title=as_one_line(one.document.clean_title or one.document.title),
    )


def _employee_articles(material: StoryMaterial, messages: StoryMessages) -> Iterator[Sentence]:
    """How much employees write about the trends."""
    for view in material.trends:
        heard = view.signal("voice", VOICE_WINDOW)
        if heard and heard.n:
            count = count_phrase("documents", heard.n, messages.lang)
            yield messages(
                "employee_articles", [f"trend:{view.trend.id}"], title=view.title(messages.lang), count=count
            )


MOST_DOCUMENTS = 2
MOST_OPPOSING = 2
STRENGTH_KEYS = {1: "weakly", 2: "clearly"}


def what_led_here(material: StoryMaterial, messages: StoryMessages) -> Iterator[Sentence]:
    """Where we stand, what has been seen, and the way from state to state."""
    for view in material.trends:
        yield from _trend_sentences(material, view, messages)
    yield from _citation_sentences(material, messages)
    spoken = [update for update in material.updates if not update.content.undone]
    for update in sorted(spoken, key=lambda one: (one.content.at, one.id)):
        yield _signpost_sentence(material, update, messages)
    yield from _state_chain(material, messages)
    yield from _opposing_sentences(material, messages)


def _trend_sentences(material: StoryMaterial, view: TrendView, messages: StoryMessages) -> Iterator[Sentence]:
    """How a trend stands today, with the articles nearest to its heart."""
    share = view.signal("share")
    facts = {"title": view.title(messages.lang), "stage": stage_name(view.trend.stage, messages.lang)}
    key = "trend_share" if share else "trend"
    told = format_percent(share.value, messages.lang) if share else ""
    yield messages(key, [f"trend:{view.trend.id}"], share=told, **facts)
    told_elsewhere = (Voice.CUSTOMER, Voice.EMPLOYEE)
    own = [one for one in material.heard if one.trend_id == view.trend.id and one.source.voice not in told_elsewhere]
    for one in own[:MOST_DOCUMENTS]:
        yield messages(
            "wrote",
            [document_source_id(one.document.id)],
            source=one.source.title,
            day=format_date(one.document.published, messages.lang),
            title=as_one_line(one.document.clean_title or one.document.title),
        )


def _citation_sentences(material: StoryMaterial, messages: StoryMessages) -> Iterator[Sentence]:
    """What people themselves put into the scenario as evidence."""
    for one in material.scenario.citations[:MOST_DOCUMENTS]:
        key = "cited" if one.published else "cited_undated"
        yield messages(
            key,
            [document_source_id(one.document_id), scenario_source_id(material.scenario)],
            source=one.source_title or "–",
            day=format_date(one.published, messages.lang) if one.published else "",
            title=as_one_line(one.title or one.quote),
        )


def _signpost_sentence(
    material: StoryMaterial, update: Revision[LikelihoodUpdate], messages: StoryMessages
) -> Sentence:
    content = update.content
    titles = {signpost.id: signpost.content.title for signpost in material.signposts}
    shares = likelihood_before_and_after(material.future, content)
    key = "sign_seen" if content.seen else "sign_missed"
    return messages(
        f"{key}_moved" if shares else key,
        [f"signpost:{update.id}", *(document_source_id(one.document_id) for one in content.evidence)],
        title=as_clause(titles.get(content.signpost_id) or update.reason or content.signpost_id),
        day=format_date(content.at, messages.lang),
        prior=format_percent(shares[0], messages.lang) if shares else "",
        posterior=format_percent(shares[1], messages.lang) if shares else "",
    )


def _state_chain(material: StoryMaterial, messages: StoryMessages) -> Iterator[Sentence]:
    """From the first state to the last, each by the judgement that brings it most."""
    promoting = _judgements_in_force(material, sign=1)
    supposed = [pair for pair in material.pairs if pair in material.scenario.forced]
    if supposed:
        yield messages(
            "supposed",
            [state_source_id(pair) for pair in supposed],
            states=messages.quoted(map(messages.name, supposed)),
        )
    told = list(supposed)
    while len(told) < len(material.pairs):
        ahead = [one for one in promoting if _acting_state(one) in told and _target_state(one) not in told]
        if ahead:
            yield _judgement_sentence("brings", ahead[0], messages)
            told.append(_target_state(ahead[0]))
            continue
        start = _chain_start([pair for pair in material.pairs if pair not in told], promoting)
        moves = any(_acting_state(one) == start for one in promoting)
        key = ("begins" if not told else "begins_also") if moves else "stands_alone"
        yield messages(key, [state_source_id(start)], state=messages.name(start))
        told.append(start)
    back = [one for one in promoting if told and _target_state(one) == told[0] and told[0] not in supposed]
    if back:
        yield _judgement_sentence("circle", back[0], messages)


def _chain_start(left: Sequence[StatePair], promoting: Sequence[Judgement]) -> StatePair:
    """The state that gives most and takes least; the first of equals."""

    def balance(pair: StatePair) -> int:
        given = sum(one.value for one in promoting if _acting_state(one) == pair)
        return given - sum(one.value for one in promoting if _target_state(one) == pair)

    return max(left, key=lambda pair: (balance(pair), -left.index(pair)))


def _opposing_sentences(material: StoryMaterial, messages: StoryMessages) -> Iterator[Sentence]:
    """What of the scenario speaks against its own states, strongest first."""
    for one in _judgements_in_force(material, sign=-1)[:MOST_OPPOSING]:
        yield _judgement_sentence("against", one, messages)


def _judgement_sentence(key: str, one: Judgement, messages: StoryMessages) -> Sentence:
    """A judgement as a sentence, with its reason and author where they are known."""
    reason, author = as_clause(one.reason), as_clause(one.author)
    told = f"{key}_reason_by" if reason and author else f"{key}_reason" if reason else key
    return messages(
        told,
        [judgement_source_id(one)],
        acting=messages.name(_acting_state(one)),
        acted=messages.name(_target_state(one)),
        strength=messages.words(f"strength_{STRENGTH_KEYS.get(abs(one.value), 'strongly')}"),
        reason=reason,
        author=author,
    )


def _judgements_in_force(material: StoryMaterial, *, sign: int) -> list[Judgement]:
    """Judgements between states that hold, for or against, strongest first."""
    order = [factor.id for factor in material.scenario.factors]
    holding = set(material.pairs)
    found = [
        one
        for one in material.judgements
        if one.value * sign > 0 and _acting_state(one) in holding and _target_state(one) in holding
    ]
    return strongest_first(found, order)


def _acting_state(one: Judgement) -> StatePair:
    return one.source_factor, one.source_state


def _target_state(one: Judgement) -> StatePair:
    return one.target_factor, one.target_state


HEADLINE_STATES = 3
MOST_DESCRIBED = 4
MOST_CITED_JUDGEMENTS = 4


def write_story(material: StoryMaterial, *, lang: str) -> Story:
    """The story of one future.

    Args:
        material: a scenario with two factors or more, the states it is told in, and what is known around it.
        lang: "fi" or "en".

    Raises:
        UnknownFactor, TooFewStates: the scenario's judgements or factors cannot be worked with.
    """
    messages = StoryMessages(lang, material.scenario.factors)
    told = {
        StoryPartKind.HEADLINE: _headline(material, messages),
        StoryPartKind.CUSTOMER: customer_day(material, messages),
        StoryPartKind.EMPLOYEE: employee_day(material, messages),
        StoryPartKind.PATH: what_led_here(material, messages),
    }
    parts = tuple(StoryPart(kind=kind, sentences=tuple(sentences)) for kind, sentences in told.items())
    return Story(
        scenario_id=material.scenario.id,
        rev=material.scenario.rev,
        lang=messages.lang,
        title=material.future.name if material.future else material.scenario.title,
        states=material.pairs,
        parts=parts,
        grounds=cited_sources(parts, material_sources(material, messages.lang)),
        as_of=material.as_of,
        run_id=material.run_id,
    )


def cited_sources(parts: Sequence[StoryPart], known: dict[str, StorySource]) -> tuple[StorySource, ...]:
    """What the sentences cite, in the order in which they do first. A source that is not known is a defect."""
    ids = [source for part in parts for sentence in part.sentences for source in sentence.sources]
    return tuple(known[source] for source in dict.fromkeys(ids))


def _headline(material: StoryMaterial, messages: StoryMessages) -> Iterator[Sentence]:
    """What the world is like, in a few sentences."""
    lines = _balance_lines(material)
    first = _firmest_states(material, lines)[:HEADLINE_STATES]
    yield _opening_sentence(material, messages, first)
    yield from _question_sentence(material, messages)
    described = [(factor, state) for factor, state in material.chosen if state.description][:MOST_DESCRIBED]
    for factor, state in described:
        told = as_clause(state.description)
        yield messages(
            "state_described",
            [state_source_id((factor.id, state.id))],
            state=state_label(factor, state),
            description=told,
        )
    said = {factor.id for factor, _ in (*first, *described)}
    rest = [(factor, state) for factor, state in material.chosen if factor.id not in said]
    if rest:
        yield messages("states_also", _state_source_ids(rest), states=messages.states(rest))
    yield from _likelihood_sentence(material, messages)
    yield _consistency_sentence(material, lines, messages)


def _balance_lines(material: StoryMaterial) -> tuple[BalanceLine, ...]:
    """The balance sheet, with judgements in an order that does not depend on who judged first."""
    return balance_sheet(replace(material.scenario, judgements=material.judgements), material.states)


def _firmest_states(material: StoryMaterial, lines: Sequence[BalanceLine]) -> list[tuple[Factor, State]]:
    """What was supposed first, then the states that hold most firmly."""
    forced = dict(material.scenario.forced)
    order = sorted(range(len(lines)), key=lambda at: (lines[at].factor.id not in forced, -lines[at].margin, at))
    return [material.chosen[at] for at in order]


def _opening_sentence(
    material: StoryMaterial, messages: StoryMessages, first: Sequence[tuple[Factor, State]]
) -> Sentence:
    """The headline people gave, or one made of the states that hold most firmly."""
    future = material.future
    if future and as_clause(future.headline):
        return messages(
            "headline_given", [f"future:{future.id}", *_state_source_ids(first)], headline=as_clause(future.headline)
        )
    if future:
        sources = [f"future:{future.id}", *_state_source_ids(first)]
        return messages("headline_named", sources, name=as_clause(future.name), states=messages.states(first))
    return messages("headline_states", _state_source_ids(first), states=messages.states(first))


def _question_sentence(material: StoryMaterial, messages: StoryMessages) -> Iterator[Sentence]:
    scenario = material.scenario
    if not scenario.question.strip():
        return
    key = "question_horizon" if scenario.horizon.strip() else "question"
    question = " ".join(scenario.question.split())
    yield messages(key, [scenario_source_id(scenario)], question=question, horizon=as_clause(scenario.horizon))


def _likelihood_sentence(material: StoryMaterial, messages: StoryMessages) -> Iterator[Sentence]:
    """How likely it is now, and what it was before any signpost spoke."""
    future = material.future
    if future is None or material.now is None:
        return
    spoken = [f"signpost:{update.id}" for update in material.updates if not update.content.undone]
    now, prior = format_percent(material.now, messages.lang), format_percent(future.prior, messages.lang)
    yield messages("likely" if spoken else "likely_still", [f"future:{future.id}", *spoken], now=now, prior=prior)


def _consistency_sentence(material: StoryMaterial, lines: Sequence[BalanceLine], messages: StoryMessages) -> Sentence:
    """Whether it fits together by our own judgements; what was supposed need not follow from anything."""
    forced = dict(material.scenario.forced)
    counted = [line for line in lines if line.factor.id not in forced]
    acting = [told for line in lines for told in (*line.promoting, *line.restricting)]
    if not acting:
        return messages("holds_unjudged", [scenario_source_id(material.scenario)])
    weakest = min(counted, key=lambda line: line.margin, default=None)
    if weakest is None or weakest.margin > 0:
        firm = sorted(acting, key=lambda told: (-told.value, judgement_source_id(told)))
        return messages("holds_firmly", [judgement_source_id(told) for told in firm[:MOST_CITED_JUDGEMENTS]])
    own = [judgement_source_id(told) for told in (*weakest.promoting, *weakest.restricting)][:MOST_CITED_JUDGEMENTS]
    sources = [state_source_id((weakest.factor.id, weakest.state.id)), *own]
    key = "holds_tied" if weakest.margin == 0 else "holds_not"
    return messages(
        key, sources, state=state_label(weakest.factor, weakest.state), rival=state_label(weakest.factor, weakest.rival)
    )


def _state_source_ids(pairs: Sequence[tuple[Factor, State]]) -> list[str]:
    return [state_source_id((factor.id, state.id)) for factor, state in pairs]


DOCUMENTS_PER_TREND = 20


class StoryService:
    """Tells the futures of a scenario."""

    def __init__(
        self,
        scenarios: ScenarioService,
        futures: FuturesService,
        trends: TrendService,
        watcher: WatchService,
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
        return write_story(self.material(scenario_id, which=which), lang=lang)

    def material(self, scenario_id: str, *, which: str = "") -> StoryMaterial:
        """Everything a story may be told from; arguments and errors as `tell`."""
        scenario = self._scenarios.get(scenario_id)
        likely = self._futures.likelihoods(scenario_id)
        future, states = self._which(scenario, likely, which.strip())
        views = self._views(scenario)
        stamp = self._watcher.stamp()
        return StoryMaterial(
            scenario=scenario,
            states=states,
            future=future,
            now=dict(likely.now).get(future.id) if future else None,
            trends=views,
            heard=tuple(one for view in views for one in self._heard(view)),
            journeys=self._ledger.entries(Journey, scenario_id=scenario_id),
            updates=_counting_updates(likely.updates),
            signposts=self._ledger.entries(Signpost, scenario_id=scenario_id),
            as_of=stamp.as_of if stamp else None,
            run_id=stamp.run_id if stamp else "",
        )

    def _which(
        self, scenario: Scenario, likely: FutureLikelihoods, which: str
    ) -> tuple[Future | None, tuple[int, ...]]:
        futures = likely.futures.content
        if which.isdigit() and which not in [name for one in futures.futures for name in (one.id, one.name)]:
            return None, self._solved(scenario, int(which))
        if which:
            named = find_future(futures, which)
            return named, _state_indices(scenario, named.states)
        if futures.futures:
            now = dict(likely.now)
            likeliest = max(futures.futures, key=lambda one: now.get(one.id, 0.0))
            return likeliest, _state_indices(scenario, likeliest.states)
        if len(dict(scenario.chosen)) == len(scenario.factors) > 0:
            return None, _state_indices(scenario, scenario.chosen)
        return None, self._solved(scenario, 1)

    def _solved(self, scenario: Scenario, number: int) -> tuple[int, ...]:
        """The states of the N-th scenario, counted as `scenario solve` and `scenario why` do."""
        found = self._scenarios.solve(scenario).result
        solutions = found.solutions
        if not solutions and not found.is_complete:
            raise SearchTimedOut(scenario=scenario.title, seconds=round(found.seconds))
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

    def _heard(self, view: TrendView) -> tuple[TrendDocument, ...]:
        try:
            evidence = self._trends.get(view.trend.id).evidence
        except (NotFound, NothingPublished):
            return ()
        return tuple(
            TrendDocument(document=one.document, source=one.source, trend_id=view.trend.id)
            for one in evidence[:DOCUMENTS_PER_TREND]
        )


def _state_indices(scenario: Scenario, pairs: Sequence[tuple[str, str]]) -> tuple[int, ...]:
    """Zero-based state of each factor.

    Raises:
        UnknownFactor: a pair of a factor or state that is not there any more, or a factor without one.
    """
    known = dict(pairs)
    wanted = [(factor.id, known.get(factor.id, "")) for factor in scenario.factors]
    return tuple(state for _, state in state_positions(scenario.factors, wanted))


def _counting_updates(updates: Sequence[Revision[LikelihoodUpdate]]) -> tuple[Revision[LikelihoodUpdate], ...]:
    """Those that were not taken back."""
    return tuple(update for update in updates if not update.content.undone)
