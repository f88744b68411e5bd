"""The runs' own earlier calls evaluated when their time has come: a track record without a backtest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from foresight.model.runs import Run
from foresight.model.track_record import BandErrors, CallOrigin, CallOutcome, PersistenceFit, TrackRecord, TrendCall
from foresight.model.trends import Trend
from foresight.nlp.word_index import word_index
from foresight.pipeline.context import PipelineContext, StepTally
from foresight.store.reader import ArchiveReader
from foresight.trends import track_record
from foresight.trends.analysis import Analysis, with_titles
from foresight.trends.history import monday_of
from foresight.trends.outcomes import OUTCOME_DAYS, outcome_reach, outcomes_of_calls


def calls_to_keep(archive: ArchiveReader, analysis: Analysis, trends: Sequence[Trend]) -> tuple[TrendCall, ...]:
    """The calls of an analysis for the track record: all, where it is the first of its ISO week; else none.

    A system that runs every hour would otherwise be judged on 168 calls that are one.
    """
    said = archive.calls(CallOrigin.RUN, since=monday_of(analysis.as_of))
    return () if said else with_titles(analysis.calls, trends)


def evaluate_due_calls(context: PipelineContext, run: Run, tally: StepTally) -> None:
    """Evaluate every call of a run that is old enough by now, at each horizon once; compile the record anew.

    Costs nothing where nothing is due, which is all but one run of a week.
    """
    state = context.archive.clustering_state()
    if run.as_of is None or state is None:
        return
    for days in OUTCOME_DAYS:
        due = context.archive.calls_without_outcome(CallOrigin.RUN, days=days, until=run.as_of - timedelta(days=days))
        for as_of, calls in groupby(due, key=lambda call: call.as_of):
            context.progress("judge", tally.counts.get("calls", 0), len(due))
            found = _outcomes_due(context, as_of, list(calls), days)
            with context.archive.transaction():
                context.archive.put_outcomes(found)
            tally.add("calls", len(found))
    if not tally.counts:
        return
    added = compile_track_record(context.archive, run, CallOrigin.RUN, cutoffs=(), weeks=0, made=context.clock.now())
    with context.archive.transaction():
        context.archive.clear_call_centres(CallOrigin.RUN, before=run.as_of - timedelta(days=OUTCOME_DAYS[-1]))
        context.archive.put_track_record(added)


def _outcomes_due(
    context: PipelineContext, as_of: datetime, calls: Sequence[TrendCall], days: int
) -> tuple[CallOutcome, ...]:
    until, state = as_of + timedelta(days=days), context.archive.clustering_state()
    corpus = context.archive.corpus(context.encoder.name, since=until - outcome_reach(days), until=until)
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    means = state.means if state else ()
    return outcomes_of_calls(corpus, words, means, calls, days=days, seed=context.options.seed)


def compile_track_record(  # noqa: PLR0913 - what a record says of itself
    archive: ArchiveReader,
    run: Run,
    origin: CallOrigin,
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
    pairs = track_record.pair_outcomes(calls, judged)
    bins, brier, base = track_record.probability_calibration(pairs)
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
        reliability=track_record.reliability_by_stage(pairs, seed=run.seed),
        chances=bins,
        brier=brier,
        brier_base=base,
        coverage=track_record.band_coverage(pairs),
        lists=track_record.list_lengths(calls, moments),
        errors=track_record.band_errors(pairs),
        lasting=track_record.persistence_fits(pairs),
        known=max((outcome.known for outcome in judged), default=None),
    )


def learn_from_record(
    archive: ArchiveReader, as_of: datetime
) -> tuple[tuple[BandErrors, ...], tuple[PersistenceFit, ...]]:
    """What past calls teach that were known at a cut-off, those of runs and of a backtest.

    Returns:
        How far projections were off, and how often what was called lasted.
    """
    records = [archive.track_record(origin) for origin in CallOrigin]
    known = [record for record in records if record and record.known and record.known <= as_of]
    errors = tuple(one for record in known for one in record.errors)
    return errors, tuple(one for record in known for one in record.lasting)
