"""signposts, forecast, decision, journey: what a workshop leaves behind, and what runs make of it.

What is there is shown as its JSON or as a plain table: the app has pages for it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from foresight import wiring
from foresight.cli.parsing import (
    future_shares,
    json_ready,
    parse_date,
    parse_integer,
    parse_moment,
    parse_pair,
    parse_share,
)
from foresight.cli.printing import Printer
from foresight.cli.program import Session, command
from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_number, format_percent
from foresight.model.errors import ForesightError, NothingPublished, UsageError
from foresight.model.ports import Clock
from foresight.model.scenarios import NONE_OF_THESE, FutureSet, FutureShare, Scenario
from foresight.model.sources import Voice
from foresight.model.workshop import (
    AdoptionSurvey,
    ForecastQuestion,
    Journey,
    JourneyStep,
    Promise,
    PromiseState,
    Revision,
    Signpost,
    Stance,
    StepEffect,
    ThreeQuestions,
    ThresholdDirection,
    TrendCondition,
    TrendMeasure,
)
from foresight.scenarios import journeys
from foresight.scenarios.signposts import SignpostCheck, TrippedSignpost, WatchedSignpost
from foresight.scenarios.trend_conditions import measure_in_words
from foresight.wiring import Services

EFFECT = "STEP:F=s:N"
Words = Sequence[str]
Shares = Annotated[Sequence[tuple[str, float]], parse_share]
Moment = Annotated[datetime, parse_moment]
MaybeMoment = Annotated[datetime | None, parse_moment]
MaybeDate = Annotated[date | None, parse_date]
Measure = Annotated[str, tuple(one.value for one in TrendMeasure)]


@command("signposts list")
def list_signposts(session: Session, *, scenario: str | None = None) -> None:
    """All signposts and how they stand."""
    found = [_signpost_document(one) for one in session.services.signposts.list(scenario)]
    hint = () if found else (session.texts("workshop.no_signposts"),)
    session.show(found, *hint, columns="id title state words value holds owner update")


@command("signposts check")
def check_signposts(session: Session, *, scenario: str | None = None) -> None:
    """Look at every adopted signpost in the published run, and resolve what forecasts it can."""
    report = session.services.signposts.check(scenario)
    if report.as_of is None:
        raise NothingPublished(path=session.data)
    resolved = session.services.forecasts.check()
    trips = [{"signpost": one.signpost, "update": one.update} for one in report.trips]
    watched = [_signpost_document(one) for one in report.watched]
    answer = {"run": report.run_id, "as_of": report.as_of, "trips": trips, "watched": watched, "resolved": resolved}
    as_of = format_date(report.as_of, session.texts.lang)
    end = session.texts("workshop.checked", watched=len(watched), as_of=as_of)
    lines = [*check_lines(session.services, report, session.texts), *_resolved_lines(resolved, session.texts), end]
    session.show(answer, *lines, table=[])


@command("signposts add", signed=True)
def add_signpost(
    session: Session,
    scenario: Scenario,
    *,
    title: str,
    trend: str,
    threshold: float,
    likely: Shares,
    measure: Measure = "share",
    below: bool = False,
    weeks: int = 1,
    owner: str = "",
    triggers: str = "",
    family: str = "",
    closes: MaybeMoment = None,
) -> None:
    """Propose a signpost of a scenario."""
    signposts = session.services.signposts
    signpost = Signpost(
        title=title.strip(),
        watch=_condition(trend, measure, threshold, weeks, below=below),
        likelihoods=future_shares(likely, session.services.futures.get(scenario.id).content),
        owner=owner,
        triggers=triggers,
        family=family,
        closes=closes,
    )
    kept = signposts.propose(scenario.id, signpost, session.signature())
    hint = session.texts("workshop.signpost_proposed", id=kept.id, title=signpost.title)
    session.show(kept, hint, power=signposts.power(scenario.id, signpost))


@command("signposts power")
def signpost_power(session: Session, id: str) -> None:
    """What a signpost would tell, and how long one would wait."""
    entry = session.services.signposts.get(id)
    session.show(session.services.signposts.power(entry.scenario_id, entry.content))


@command("signposts change", signed=True)
def change_signpost(
    session: Session,
    id: str,
    *,
    title: str | None = None,
    owner: str | None = None,
    triggers: str | None = None,
    family: str | None = None,
    threshold: float | None = None,
    weeks: int | None = None,
    closes: MaybeMoment = None,
    likely: Shares = (),
) -> None:
    """Keep a signpost in other words or numbers; what it has done stays, and what is not said stays as it is."""
    signposts = session.services.signposts
    entry = signposts.get(id)
    before = entry.content
    words = _given(title=title, owner=owner, triggers=triggers, family=family)
    shares = future_shares(likely, session.services.futures.get(entry.scenario_id).content)
    changed = replace(
        before,
        **{name: text.strip() for name, text in words.items()},
        watch=replace(before.watch, **_given(threshold=threshold, weeks=weeks)),
        likelihoods=tuple((dict(before.likelihoods) | dict(shares)).items()),
        closes=closes or before.closes,
    )
    kept = signposts.change(id, changed, session.signature(base=entry.rev))
    spoken = next((one.update for one in signposts.list(kept.scenario_id) if one.signpost == kept), None)
    hint = (session.texts("methods.signpost_spoken", update=spoken.id, id=kept.id),) if spoken else ()
    session.show(kept, *hint)


@command("signposts adopt", signed=True)
def adopt_signpost(session: Session, id: str, *, anyway: bool = False) -> None:
    """Watch a signpost from now on."""
    session.show(session.services.signposts.adopt(id, session.signature(), anyway=anyway))


@command("signposts drop", signed=True)
def drop_signpost(session: Session, id: str) -> None:
    """Watch a signpost no longer."""
    session.show(session.services.signposts.drop(id, session.signature()))


@command("signposts undo", signed=True)
def undo_signpost(session: Session, id: str, *, redo: bool = False) -> None:
    """Take back what a signpost did to the likelihoods, or let it count again."""
    futures = session.services.futures
    kept = (futures.redo if redo else futures.undo)(id, session.signature())
    session.show(kept, likelihoods=dict(futures.likelihoods(kept.scenario_id).now))


def check_after_run(data: Path, printer: Printer, *, clock: Clock | None = None) -> None:
    """Look at signposts and forecasts in what a run has just published, and say on stderr what tripped.

    A ledger that cannot be used is reported; the run itself has been done and stays so.

    Args:
        data: the folder of ledger and generations.
        printer: in whose language.
        clock: the moment it is; the machine's where none is given.
    """
    if not (data / wiring.LEDGER_FILE).exists():
        return
    try:
        services = wiring.build_services(data, clock=clock)
        report, resolved = services.signposts.check(), services.forecasts.check()
    except ForesightError as error:
        printer.error(error)
        return
    lines = [*check_lines(services, report, printer.texts), *_resolved_lines(resolved, printer.texts)]
    for line in [printer.texts("workshop.run_hint"), *lines] if lines else ():
        print(line, file=sys.stderr)


def check_lines(services: Services, report: SignpostCheck, texts: Texts) -> Iterator[str]:
    """What tripped: what it means, which documents showed it, what to do."""
    for trip in report.trips:
        yield from _trip_lines(trip, services.futures.get(trip.signpost.scenario_id).content, texts)
    for one in report.watched:
        if one.status.thin and one.update is None:
            yield texts("workshop.thin", title=one.signpost.content.title)


def _trip_lines(trip: TrippedSignpost, futures: FutureSet, texts: Texts) -> Iterator[str]:
    update, signpost = trip.update.content, trip.signpost.content
    value = measure_in_words(signpost.watch.measure, update.value, texts.lang)
    key = "workshop.tripped" if update.seen else "workshop.missed"
    yield texts(key, title=signpost.title, watch=update.watch, value=value, update=trip.update.id)
    yield "  " + texts("workshop.before", shares=_shares_in_words(update.prior, futures, texts))
    ratios = " · ".join(format_number(ratio, texts.lang, digits=2) for _, ratio in update.ratios)
    yield "  " + texts("workshop.ratios", ratios=ratios, weight=format_number(update.weight, texts.lang, digits=1))
    yield "  " + texts("workshop.after", shares=_shares_in_words(update.posterior, futures, texts))
    for citation in update.evidence:
        published = format_date(citation.published, texts.lang) if citation.published else "–"
        yield f"  – {published} {citation.source_title}: {citation.title} {citation.url}".rstrip()
    if signpost.owner or signpost.triggers:
        yield "  " + texts("workshop.to_do", owner=signpost.owner or "–", triggers=signpost.triggers or "–")
    for promise in trip.promises:
        yield "  " + texts("workshop.promise_touched", owner=promise.content.owner, text=promise.content.text)


def _resolved_lines(resolved: Sequence[Revision[ForecastQuestion]], texts: Texts) -> list[str]:
    outcomes = [("yes" if entry.content.came_true else "no", entry.content.text) for entry in resolved]
    return [texts(f"workshop.resolved_{outcome}", text=text) for outcome, text in outcomes]


@command("forecast list")
def list_forecasts(session: Session) -> None:
    """All questions with their answers."""
    found = [
        json_ready(one.question)
        | {"middle": one.middle, "answers": {each.content.who: each.content.probability for each in one.answers}}
        for one in session.services.forecasts.list()
    ]
    hint = () if found else (session.texts("workshop.no_questions"),)
    session.show(found, *hint, columns="id text deadline came_true middle answers")


@command("forecast add", signed=True)
def add_forecast(
    session: Session,
    text: str,
    *,
    deadline: Moment,
    scenario: str = "",
    trend: str = "",
    measure: Measure = "share",
    below: bool = False,
    threshold: float = 0.0,
    weeks: int = 1,
) -> None:
    """Ask a yes-or-no question with a deadline; with a trend, runs resolve it."""
    rule = _condition(trend, measure, threshold, weeks, below=below) if trend else None
    question = ForecastQuestion(text=text.strip(), opened=datetime.now(UTC), deadline=deadline, rule=rule)
    kept = session.services.forecasts.ask(question, session.signature(), scenario_id=scenario)
    key = "workshop.question_by_signal" if rule else "workshop.question_by_person"
    session.show(kept, session.texts(key, id=kept.id, deadline=format_date(deadline, session.texts.lang)), table=[])


@command("forecast answer", signed=True)
def answer_forecast(session: Session, id: str, probability: float) -> None:
    """Say how likely yes is."""
    forecasts = session.services.forecasts
    kept = forecasts.answer(id, probability, session.signature())
    session.show(kept, middle=forecasts.get(id).middle)


@command("forecast resolve", signed=True)
def resolve_forecast(session: Session, id: str, outcome: Annotated[str, ("yes", "no")]) -> None:
    """Say what happened."""
    session.show(session.services.forecasts.resolve(id, outcome == "yes", session.signature()))


@command("forecast score")
def score_forecasts(session: Session) -> None:
    """How good the forecasts were."""
    session.show(session.services.forecasts.score())


@command("decision list")
def list_decisions(session: Session, *, open: bool = False) -> None:
    """What was decided, and how it stands."""
    found, lines = [], []
    for one in session.services.promises.list(everything=not open):
        promise, broken = one.promise.content, [update.id for update in one.broken_assumption]
        standing = {"overdue": one.overdue, "review_due": one.review_due, "broken_assumption": broken}
        found.append(json_ready(one.promise) | standing | {"ladder": json_ready(one.ladder)})
        signs = {"overdue": one.overdue, "review_due": one.review_due, "assumption_shaken": broken}
        keys = [key for key, is_so in signs.items() if is_so]
        keys += [f"stalls_{one.ladder.stalls_at.value}"] if one.ladder.stalls_at else []
        facts = {"owner": promise.owner, "assumption": promise.assumption or "–"}
        lines += [f"{one.promise.id}: {session.texts(f'workshop.{key}', **facts)}" for key in keys]
    lines += [] if found else [session.texts("workshop.no_decisions")]
    session.show(found, *lines, columns="id text owner due state overdue review_due stance")


@command("decision add", signed=True)
def add_decision(
    session: Session,
    text: str,
    *,
    owner: str,
    due: MaybeDate = None,
    review: MaybeDate = None,
    stance: Annotated[str, tuple(one.value for one in Stance)] = "act",
    assumption: str = "",
    signpost: Words = (),
    trend: Words = (),
    scenario: str = "",
) -> None:
    """Decide something."""
    services = session.services
    promise = Promise(
        text=text.strip(),
        owner=owner.strip(),
        due=due,
        review=review,
        stance=Stance(stance),
        assumption=assumption.strip(),
        signpost_ids=tuple(services.signposts.get(one).id for one in signpost),
        trend_ids=tuple(services.trends.get(one).view.trend.id for one in trend),
    )
    scenario_id = services.scenarios.get(scenario).id if scenario else ""
    session.show(services.promises.make(promise, session.signature(), scenario_id=scenario_id))


CLOSED_AS = {
    "decision keep": PromiseState.KEPT,
    "decision break": PromiseState.BROKEN,
    "decision withdraw": PromiseState.WITHDRAWN,
    "decision reopen": PromiseState.OPEN,
}


@command(*CLOSED_AS, signed=True)
def close_decision(session: Session, id: str, *, outcome: str = "") -> None:
    """Say what became of a decision."""
    promises = session.services.promises
    session.show(promises.close(id, CLOSED_AS[session.command], session.signature(), outcome=outcome))


@command("decision pulse", signed=True)
def survey_adoption(
    session: Session,
    id: str,
    *,
    asked: int,
    heard: int,
    understood: int,
    believes: int,
    feels: int,
    times_given: int = 0,
) -> None:
    """Keep how far a decision has been taken in, and say where it stalls."""
    promises = session.services.promises
    survey = AdoptionSurvey(
        promise_id=id,
        on=datetime.now(UTC).date(),
        asked=asked,
        heard=heard,
        understood=understood,
        believes=believes,
        feels=feels,
        times_given=times_given,
    )
    kept = promises.record_survey(survey, session.signature())
    session.show(kept, ladder=promises.get(id).ladder)


@command("decision questions", signed=True)
def three_questions(session: Session, id: str, *, matters: str = "", act: str = "", practice: str = "") -> None:
    """The three questions of a scenario or decision, answered where something is said."""
    said = ThreeQuestions(matters=matters, act=act, practice=practice)
    if said != ThreeQuestions():
        session.services.promises.save_answers(id, said, session.signature())
    session.show(session.services.promises.questions(id))


@command("journey list")
def list_journeys(session: Session, *, scenario: str | None = None) -> None:
    """All journeys."""
    found = session.services.journeys.list(scenario)
    hint = () if found else (session.texts("workshop.no_journeys"),)
    session.show(found, *hint, columns="id title customer voice steps")


@command("journey add", signed=True)
def add_journey(
    session: Session,
    scenario: Scenario,
    *,
    title: str,
    customer: str = "",
    employee: bool = False,
    step: Words = (),
    effect: Words = (),
) -> None:
    """A journey of a scenario."""
    voice = Voice.EMPLOYEE if employee else Voice.CUSTOMER
    journey = Journey(title=title.strip(), customer=customer.strip(), voice=voice)
    for text in step:
        name, _, source = text.partition("|")
        journey = journeys.with_step(journey, JourneyStep(id="", name=name.strip(), source=source.strip()))
    for text in effect:
        journey = _with_effect(journey, text, session.reason)
    session.show(session.services.journeys.add(scenario, journey, session.signature()))


@command("journey effect", signed=True)
def effect_on_journey(session: Session, id: str, effect: Words) -> None:
    """Say what states do to the steps of a journey."""
    entry = session.services.journeys.get(id)
    journey = entry.content
    for text in effect:
        journey = _with_effect(journey, text, session.reason)
    _save_journey(session, entry, journey)


@command("journey step", signed=True)
def change_step(
    session: Session,
    id: str,
    step: str,
    *,
    name: str | None = None,
    source: str | None = None,
    voice: str | None = None,
    before: str | None = None,
    remove: bool = False,
) -> None:
    """Change one step of a journey, add it at the end, or take it away; effects stay with their step."""
    entry = session.services.journeys.get(id)
    if remove:
        journey = journeys.without_step(entry.content, step)
    else:
        journey = journeys.with_changed_step(entry.content, step, name=name, source=source, voice=voice)
        journey = journeys.with_step_before(journey, name or step, before) if before else journey
    _save_journey(session, entry, journey)


@command("journey show")
def show_journey(session: Session, id: str) -> None:
    """One journey, walked in every future."""
    entry = session.services.journeys.get(id)
    walked = session.services.journeys.walked(entry)
    hint = () if walked else (session.texts("workshop.no_futures", id=entry.scenario_id),)
    table = [
        {"future": one.future.name}
        | {each.step.name: session.texts(f"workshop.verdict_{each.verdict.value}") for each in one.walk.steps}
        | {"first_break": one.walk.first_break.name if one.walk.first_break else ""}
        for one in walked
    ]
    session.show(entry, *hint, walked=walked, table={"steps": entry.content.steps, "walked": table})


def _save_journey(session: Session, entry: Revision[Journey], journey: Journey) -> None:
    """Keep a journey in place of the revision that was read."""
    scenario = session.services.scenarios.get(entry.scenario_id)
    session.show(session.services.journeys.change(scenario, entry.id, journey, session.signature(base=entry.rev)))


def _with_effect(journey: Journey, text: str, reason: str) -> Journey:
    """Read "STEP:F=s:N"."""
    rest, value = parse_pair(text, EFFECT, ":")
    step, separator, state = rest.partition(":")
    if not separator:
        raise UsageError(argument=EFFECT, found=text, expected=EFFECT)
    factor, state = parse_pair(state, EFFECT)
    effect = StepEffect(factor=factor, state=state, value=parse_integer(value, EFFECT), reason=reason)
    return journeys.with_effect(journey, step.strip(), effect)


def _condition(trend: str, measure: str, threshold: float, weeks: int, *, below: bool) -> TrendCondition:
    direction = ThresholdDirection.BELOW if below else ThresholdDirection.ABOVE
    kind = TrendMeasure(measure)
    return TrendCondition(trend_id=trend, measure=kind, direction=direction, threshold=threshold, weeks=weeks)


def _given(**said: Any) -> dict[str, Any]:
    """What was said, without what was not."""
    return {name: value for name, value in said.items() if value is not None}


def _signpost_document(one: WatchedSignpost) -> dict[str, object]:
    reading = one.status.reading
    standing = {"holds": reading.holds, "value": reading.value, "weeks_held": reading.weeks, "thin": one.status.thin}
    document: dict[str, object] = json_ready(one.signpost)
    return document | {"words": one.words} | standing | {"update": json_ready(one.update) if one.update else None}


def _shares_in_words(shares: Sequence[FutureShare], futures: FutureSet, texts: Texts) -> str:
    names = {future.id: future.name for future in futures.futures} | {NONE_OF_THESE: texts("workshop.none_of_these")}
    return " · ".join(f"{names.get(key, key)} {format_percent(share, texts.lang)}" for key, share in shares)
