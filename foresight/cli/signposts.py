"""signposts: proposed, weighed, adopted, looked at in a run, taken back."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isinf
from pathlib import Path

from foresight import wiring
from foresight.cli.printing import Printer
from foresight.cli.workshop import (
    json_ready,
    open_services,
    parse_future_shares,
    parse_moment,
    parse_watch,
    shares_in_words,
    signature,
)
from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_number, format_quantity
from foresight.model.errors import ForesightError, NothingPublished
from foresight.model.ports import Clock
from foresight.model.scenarios import FutureSet
from foresight.model.workshop import ForecastQuestion, Revision, Signpost
from foresight.scenarios.signposts import SignpostCheck, SignpostPower, TrippedSignpost, WatchedSignpost
from foresight.scenarios.trend_conditions import condition_in_words, measure_in_words
from foresight.wiring import Services


def list_(arguments: Namespace, printer: Printer) -> int:
    """All signposts and how they stand."""
    found = open_services(arguments).signposts.list(arguments.scenario)
    lines = [_watched_line(one, printer.texts) for one in found] or [printer.texts("workshop.no_signposts")]
    printer.answer([_watched_document(one) for one in found], lines)
    return 0


def check(arguments: Namespace, printer: Printer) -> int:
    """Look at every adopted signpost in the published run, and resolve what forecasts it can."""
    desks = open_services(arguments)
    report = desks.signposts.check(arguments.scenario)
    if report.as_of is None:
        raise NothingPublished(path=arguments.data)
    resolved = desks.forecasts.check()
    texts = printer.texts
    lines = [*check_lines(desks, report, texts)]
    lines += _resolved_lines(resolved, texts)
    lines.append(texts("workshop.checked", watched=len(report.watched), as_of=format_date(report.as_of, texts.lang)))
    document = {
        "run": report.run_id,
        "as_of": report.as_of,
        "trips": [{"signpost": json_ready(t.signpost), "update": json_ready(t.update)} for t in report.trips],
        "watched": [_watched_document(one) for one in report.watched],
        "resolved": json_ready(resolved),
    }
    printer.answer(document, lines)
    return 0


def add(arguments: Namespace, printer: Printer) -> int:
    """Propose a signpost of a scenario."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    futures = desks.futures.get(scenario.id).content
    signpost = Signpost(
        title=arguments.title.strip(),
        watch=parse_watch(arguments),
        likelihoods=parse_future_shares(arguments.likely, futures, "--likely"),
        owner=arguments.owner,
        triggers=arguments.triggers,
        family=arguments.family,
        closes=parse_moment(arguments.closes, "--closes"),
    )
    kept = desks.signposts.propose(scenario.id, signpost, signature(arguments))
    power_ = desks.signposts.power(scenario.id, signpost)
    lines = [printer.texts("workshop.signpost_proposed", id=kept.id, title=signpost.title)]
    printer.answer(
        json_ready(kept) | {"power": json_ready(power_)}, [*lines, *_power_lines(power_, futures, printer.texts)]
    )
    return 0


def power(arguments: Namespace, printer: Printer) -> int:
    """What a signpost would tell, and how long one would wait."""
    desks = open_services(arguments)
    entry = desks.signposts.get(arguments.id)
    found = desks.signposts.power(entry.scenario_id, entry.content)
    futures = desks.futures.get(entry.scenario_id).content
    printer.answer(json_ready(found), _power_lines(found, futures, printer.texts))
    return 0


def change(arguments: Namespace, printer: Printer) -> int:
    """Keep a signpost in other words or numbers; what it has done stays, and what is not said stays as it is."""
    desks = open_services(arguments)
    entry = desks.signposts.get(arguments.id)
    futures = desks.futures.get(entry.scenario_id).content
    told = {name: getattr(arguments, name) for name in ("title", "owner", "triggers", "family")}
    numbers = {name: getattr(arguments, name) for name in ("threshold", "weeks")}
    words = {name: text.strip() for name, text in told.items() if text is not None}
    changed = replace(
        entry.content,
        **words,
        watch=replace(entry.content.watch, **{name: said for name, said in numbers.items() if said is not None}),
        likelihoods=tuple(
            (dict(entry.content.likelihoods) | dict(parse_future_shares(arguments.likely, futures, "--likely"))).items()
        ),
        closes=parse_moment(arguments.closes, "--closes") or entry.content.closes,
    )
    kept = desks.signposts.change(arguments.id, changed, signature(arguments, base=entry.rev))
    printer.answer(json_ready(kept), _changed_lines(desks, entry, kept, printer.texts))
    return 0


def adopt(arguments: Namespace, printer: Printer) -> int:
    """Watch a signpost from now on."""
    kept = open_services(arguments).signposts.adopt(arguments.id, signature(arguments), anyway=arguments.anyway)
    printer.answer(json_ready(kept), [printer.texts("workshop.signpost_adopted", title=kept.content.title)])
    return 0


def drop(arguments: Namespace, printer: Printer) -> int:
    """Watch a signpost no longer."""
    kept = open_services(arguments).signposts.drop(arguments.id, signature(arguments))
    printer.answer(json_ready(kept), [printer.texts("workshop.signpost_dropped", title=kept.content.title)])
    return 0


def undo(arguments: Namespace, printer: Printer) -> int:
    """Take back what a signpost did to the likelihoods, or let it count again."""
    desks = open_services(arguments)
    change = desks.futures.redo if arguments.redo else desks.futures.undo
    kept = change(arguments.id, signature(arguments))
    likely = desks.futures.likelihoods(kept.scenario_id)
    shares = shares_in_words(likely.now, likely.futures.content, printer.texts)
    key = "workshop.update_redone" if arguments.redo else "workshop.update_undone"
    printer.answer(
        json_ready(kept) | {"likelihoods": dict(likely.now)}, [printer.texts(key, id=kept.id, shares=shares)]
    )
    return 0


def check_after_run(data: Path, printer: Printer, *, clock: Clock | None = None) -> None:
    """Look at signposts and forecasts in what a run has just published, and say on stderr what spoke.

    A ledger that cannot be used is told; the run itself has been done and stays so.

    Args:
        data: the folder of ledger and generations.
        printer: whose language is spoken.
        clock: the moment it is; the machine's where none is given.
    """
    if not (data / wiring.LEDGER_FILE).exists():
        return
    try:
        desks = wiring.build_services(data, clock=clock)
        report = desks.signposts.check()
        resolved = desks.forecasts.check()
    except ForesightError as error:
        printer.error(error)
        return
    lines = [*check_lines(desks, report, printer.texts), *_resolved_lines(resolved, printer.texts)]
    for line in [printer.texts("workshop.run_hint"), *lines] if lines else ():
        print(line, file=sys.stderr)


def check_lines(desks: Services, report: SignpostCheck, texts: Texts) -> Iterable[str]:
    """What tripped: what it means, which documents showed it, what to do."""
    for trip in report.trips:
        futures = desks.futures.get(trip.signpost.scenario_id).content
        yield from _trip_lines(trip, futures, texts)
    for one in report.watched:
        if one.status.thin and one.update is None:
            yield texts("workshop.thin", title=one.signpost.content.title)


def _trip_lines(trip: TrippedSignpost, futures: FutureSet, texts: Texts) -> Iterable[str]:
    made, signpost = trip.update.content, trip.signpost.content
    value = measure_in_words(signpost.watch.measure, made.value, texts.lang)
    key = "workshop.tripped" if made.seen else "workshop.missed"
    yield texts(key, title=signpost.title, watch=made.watch, value=value, update=trip.update.id)
    yield "  " + texts("workshop.before", shares=shares_in_words(made.prior, futures, texts))
    ratios = " · ".join(format_number(ratio, texts.lang, digits=2) for _, ratio in made.ratios)
    yield "  " + texts("workshop.ratios", ratios=ratios, weight=format_number(made.weight, texts.lang, digits=1))
    yield "  " + texts("workshop.after", shares=shares_in_words(made.posterior, futures, texts))
    for citation in made.evidence:
        published = format_date(citation.published, texts.lang) if citation.published else "–"
        yield f"  – {published} {citation.source_title}: {citation.title} {citation.url}".rstrip()
    if signpost.owner or signpost.triggers:
        yield "  " + texts("workshop.to_do", owner=signpost.owner or "–", triggers=signpost.triggers or "–")
    for promise in trip.promises:
        yield "  " + texts("workshop.promise_touched", owner=promise.content.owner, text=promise.content.text)


def _changed_lines(
    desks: Services, before: Revision[Signpost], kept: Revision[Signpost], texts: Texts
) -> Iterable[str]:
    """What the change did: the condition as it was and as it is, and what it has done already."""
    yield texts("methods.signpost_changed", title=kept.content.title, rev=kept.rev)
    views = desks.published.views()
    was, now = (
        condition_in_words(one.content.watch, views.get(one.content.watch.trend_id), texts.lang)
        for one in (before, kept)
    )
    if was != now:
        yield "  " + texts("methods.signpost_was", was=was, before=before.rev, now=now)
    if _likelihoods_of(before) != _likelihoods_of(kept):
        futures = desks.futures.get(kept.scenario_id).content
        told = [shares_in_words(one.content.likelihoods, futures, texts) for one in (before, kept)]
        yield "  " + texts("methods.signpost_likely", was=told[0], now=told[1])
    spoken = next((one.update for one in desks.signposts.list(kept.scenario_id) if one.signpost == kept), None)
    if spoken is not None:
        yield "  " + texts("methods.signpost_spoken", update=spoken.id, id=kept.id)


def _likelihoods_of(entry: Revision[Signpost]) -> dict[str, float]:
    return dict(entry.content.likelihoods)


def _power_lines(power_: SignpostPower, futures: FutureSet, texts: Texts) -> Iterable[str]:
    ratio = "∞" if isinf(power_.ratio) else format_number(power_.ratio, texts.lang, digits=1)
    yield texts("workshop.power_ratio", ratio=ratio, bits=format_number(power_.bits, texts.lang, digits=2))
    yield texts("workshop.power_seen", shares=shares_in_words(power_.if_seen, futures, texts))
    yield texts("workshop.power_missed", shares=shares_in_words(power_.if_missed, futures, texts))
    if power_.decorative:
        yield texts("workshop.power_decorative")
    if power_.holds_now:
        yield texts("workshop.power_holds_now")
    if power_.wait is None:
        return
    if power_.wait.by_projection is not None:
        yield texts("workshop.power_wait", weeks=format_quantity(power_.wait.by_projection, texts.lang))
    else:
        yield texts("workshop.power_wait_unknown")
    yield texts("workshop.power_past", alarms=power_.wait.past_alarms, past=power_.wait.past_weeks)


def _watched_document(one: WatchedSignpost) -> dict[str, object]:
    document: dict[str, object] = json_ready(one.signpost)
    return document | {
        "words": one.words,
        "holds": one.status.reading.holds,
        "value": one.status.reading.value,
        "weeks_held": one.status.reading.weeks,
        "thin": one.status.thin,
        "update": json_ready(one.update) if one.update else None,
    }


def _watched_line(one: WatchedSignpost, texts: Texts) -> str:
    signpost = one.signpost.content
    return texts(
        "workshop.signpost_line",
        id=one.signpost.id,
        title=signpost.title,
        state=texts(f"workshop.signpost_state_{one.state}"),
        watch=one.words,
        value=measure_in_words(signpost.watch.measure, one.status.reading.value, texts.lang),
        owner=signpost.owner or "–",
        update=one.update.id if one.update else "–",
    )


def _resolved_lines(resolved: Sequence[Revision[ForecastQuestion]], texts: Texts) -> list[str]:
    told = ((("yes" if entry.content.came_true else "no"), entry.content.text) for entry in resolved)
    return [texts(f"workshop.resolved_{outcome}", text=text) for outcome, text in told]
