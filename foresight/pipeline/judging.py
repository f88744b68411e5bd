"""The run's own earlier calls judged when their time has come, so that the track record lives without a backtest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from foresight.analysis import Analysis
from foresight.analysis.calendar import monday
from foresight.analysis.calls import named
from foresight.analysis.outcomes import outcomes, reach
from foresight.enrich.words import word_index
from foresight.pipeline.tools import Tally, Tools
from foresight.ports import ArchiveReader
from foresight.records import BandErrors, Call, LastingFit, Origin, Outcome, Run, TrackRecord, Trend
from foresight.signals import track_record
from foresight.signals.outcomes import HORIZONS


def to_be_judged(archive: ArchiveReader, analysis: Analysis, trends: Sequence[Trend]) -> tuple[Call, ...]:
    """What the record keeps of an analysis: all it says, where it is the first of its ISO week; else nothing.

    A system that runs every hour would otherwise be judged on 168 calls that are one.
    """
    said = archive.calls(Origin.RUN, since=monday(analysis.as_of))
    return () if said else named(analysis.calls, trends)


def judge_due(tools: Tools, run: Run, counted: Tally) -> None:
    """Judge every call of a run that is old enough now and was not judged at that horizon; add the record up anew.

    Costs nothing where nothing is due, which is all but one run of a week.
    """
    state = tools.archive.engine_state()
    if run.as_of is None or state is None:
        return
    for days in HORIZONS:
        due = tools.archive.unjudged(Origin.RUN, days=days, until=run.as_of - timedelta(days=days))
        for as_of, calls in groupby(due, key=lambda call: call.as_of):
            tools.progress("judge", counted.counts.get("calls", 0), len(due))
            found = _judged(tools, as_of, list(calls), days)
            with tools.archive.transaction():
                tools.archive.put_outcomes(found)
            counted.add("calls", len(found))
    if not counted.counts:
        return
    added = added_up(tools.archive, run, Origin.RUN, cutoffs=(), weeks=0, made=tools.clock.now())
    with tools.archive.transaction():
        tools.archive.forget_places(Origin.RUN, before=run.as_of - timedelta(days=HORIZONS[-1]))
        tools.archive.put_track_record(added)


def _judged(tools: Tools, as_of: datetime, calls: Sequence[Call], days: int) -> tuple[Outcome, ...]:
    until, state = as_of + timedelta(days=days), tools.archive.engine_state()
    corpus = tools.archive.corpus(tools.encoder.name, since=until - reach(days), until=until)
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    means = state.means if state else ()
    return outcomes(corpus, words, means, calls, days=days, seed=tools.options.seed)


def added_up(  # noqa: PLR0913 - what a record says of itself
    archive: ArchiveReader,
    run: Run,
    origin: Origin,
    *,
    cutoffs: Sequence[datetime],
    weeks: int,
    made: datetime,
    sources_only: Sequence[str] = (),
    complete: bool = True,
) -> TrackRecord:
    """All calls and outcomes of an origin as one record. Without `cutoffs`, those of the calls."""
    calls, judged = archive.calls(origin), archive.outcomes(origin)
    moments = sorted(cutoffs or {call.as_of for call in calls})
    pairs = track_record.paired(calls, judged)
    bins, brier, base = track_record.chances(pairs)
    return TrackRecord(
        origin=origin,
        first=moments[0],
        last=moments[-1],
        weeks=weeks,
        complete=complete,
        documents=archive.document_count(before=moments[-1]),
        sources=len(sources_only) or len(archive.sources()),
        sources_only=tuple(sources_only),
        made=made,
        code_version=run.code_version,
        encoder=run.encoder,
        calls=len(calls),
        reliability=track_record.reliability(pairs, seed=run.seed),
        chances=bins,
        brier=brier,
        brier_base=base,
        coverage=track_record.coverage(pairs),
        lists=track_record.lists(calls, moments),
        errors=track_record.errors(pairs),
        lasting=track_record.lasting(pairs),
        known=max((outcome.known for outcome in judged), default=None),
    )


def learned(archive: ArchiveReader, as_of: datetime) -> tuple[tuple[BandErrors, ...], tuple[LastingFit, ...]]:
    """What past calls teach that were known at a cut-off, those of runs and of a backtest.

    Returns:
        How far projections were off, and how often what was called lasted.
    """
    records = [archive.track_record(origin) for origin in Origin]
    known = [record for record in records if record and record.known and record.known <= as_of]
    errors = tuple(one for record in known for one in record.errors)
    return errors, tuple(one for record in known for one in record.lasting)
