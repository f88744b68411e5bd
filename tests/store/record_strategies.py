"""Records of every shape, for laws. Texts hold any letter but lone surrogates, which no file can keep."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from foresight.model.decisions import TrendDecision, TrendDecisionKind
from foresight.model.documents import Document, DocumentTerms, NamedEntity
from foresight.model.runs import Problem, Run, RunStatus, StepReport
from foresight.model.scenarios import Citation, Factor, Judgement, PriorOrigin, Scenario, State
from foresight.model.sources import Fetch, FetchOutcome, Source, SourceKind, Voice
from foresight.model.trends import (
    Assignment,
    Cluster,
    ClusteringState,
    CueWord,
    Headline,
    LanguageMean,
    Lineage,
    LineageKind,
    Signal,
    Speed,
    Stage,
    StageReason,
    Theme,
    Trend,
    WeeklySeries,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEY = st.text("abcäö-1", min_size=1, max_size=4)
TIME = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - the zone is put on next
    lambda moment: moment.replace(tzinfo=UTC, fold=0)
)
REAL = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(0, 2**31 - 1)
SHARE = st.floats(0, 1)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)
VECTOR = arrays.arrays(np.float32, 3, elements=st.floats(-1, 1, width=32))


def tuples(of: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(of, max_size=3).map(tuple)


SOURCE = st.builds(
    Source,
    id=KEY,
    title=TEXT,
    kind=st.sampled_from(SourceKind),
    url=TEXT,
    lang=TEXT,
    region=TEXT,
    voice=st.sampled_from(Voice),
    group=TEXT,
    tags=TEXTS,
    weight=st.floats(0, 10),
    interval=st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
    active=st.booleans(),
)
FETCH = st.builds(
    Fetch,
    source_id=KEY,
    at=TIME,
    outcome=st.sampled_from(FetchOutcome),
    run_id=TEXT,
    status=WHOLE,
    etag=TEXT,
    last_modified=TEXT,
    body_sha256=TEXT,
    bytes=WHOLE,
    entries=WHOLE,
    new_documents=WHOLE,
    changed_documents=WHOLE,
    degraded=st.booleans(),
    error=TEXT,
    detail=TEXT,
    seconds=SHARE,
    retry_after=st.none() | TIME,
    failures=WHOLE,
)
DOCUMENT = st.builds(
    Document,
    id=KEY,
    source_id=KEY,
    title=TEXT,
    text=TEXT,
    url=TEXT,
    external_id=TEXT,
    lang=TEXT,
    lang_origin=TEXT,
    published=TIME,
    published_origin=TEXT,
    published_raw=TEXT,
    first_seen=TIME,
    content_hash=KEY,
    clean_title=TEXT,
    text_hash=KEY,
    story_id=TEXT,
)
TERMS = st.builds(DocumentTerms, document_id=KEY, lemmas=TEXTS, phrases=TEXTS)
ENTITY = st.builds(NamedEntity, document_id=KEY, name=TEXT, kind=TEXT)
PROBLEM = st.builds(Problem, subject=TEXT, error=TEXT, facts=PAIRS)
STEP = st.builds(
    StepReport,
    step=TEXT,
    seconds=SHARE,
    fingerprint=TEXT,
    reused=st.booleans(),
    counts=tuples(st.tuples(TEXT, WHOLE)),
    problems=tuples(PROBLEM),
)
RUN = st.builds(
    Run,
    id=KEY,
    started=TIME,
    status=st.sampled_from(RunStatus),
    as_of=st.none() | TIME,
    finished=st.none() | TIME,
    config_hash=TEXT,
    corpus_hash=TEXT,
    seed=st.integers(-(2**63), 2**63 - 1),
    code_version=TEXT,
    encoder=TEXT,
    packages=PAIRS,
    steps=tuples(STEP),
)
TOPIC = st.builds(Theme, id=KEY, run_id=st.just("run-1"), title=TEXT, words=TEXTS, documents=WHOLE, x=REAL, y=REAL)
ASSIGNMENT = st.builds(Assignment, owner_id=KEY, document_id=KEY, similarity=st.floats(-1, 1))
LINEAGE = st.builds(
    Lineage,
    run_id=st.just("run-1"),
    trend_id=KEY,
    kind=st.sampled_from(LineageKind),
    earlier_id=TEXT,
    similarity=st.floats(-1, 1),
    shared=WHOLE,
    review=st.booleans(),
)
SIGNAL = st.builds(
    Signal,
    trend_id=KEY,
    name=TEXT,
    window=TEXT,
    value=REAL,
    unit=TEXT,
    method=TEXT,
    low=st.none() | REAL,
    high=st.none() | REAL,
    n=WHOLE,
)
CUE = st.builds(CueWord, trend_id=KEY, name=TEXT, side=TEXT, word=TEXT, lang=TEXT, weight=REAL, documents=TEXTS)
HEADLINE = st.builds(Headline, lang=TEXT, title=TEXT, subtitle=TEXT, words=TEXTS)
REASON = st.builds(StageReason, key=TEXT, facts=tuples(st.tuples(TEXT, REAL)))
TREND = st.builds(
    Trend,
    id=KEY,
    run_id=st.just("run-1"),
    as_of=TIME,
    rank=WHOLE,
    stage=st.sampled_from(Stage),
    reason=REASON,
    headlines=tuples(HEADLINE),
    mixed=st.booleans(),
    theme_id=TEXT,
    parent_id=TEXT,
    first_document=TIME,
    last_document=TIME,
    documents=WHOLE,
    stories=WHOLE,
    sources=WHOLE,
    langs=TEXTS,
    recent=TEXTS,
    centroid=VECTOR,
    speed=st.sampled_from(Speed),
)
UNIT = st.builds(
    Cluster,
    id=KEY,
    centroid=VECTOR,
    weight=REAL,
    thresholds=tuples(st.tuples(TEXT, REAL)),
    born=TIME,
    last_active=TIME,
    documents=WHOLE,
    asleep=st.booleans(),
    merged_into=TEXT,
)
MEAN = st.builds(LanguageMean, lang=TEXT, documents=WHOLE, mean=VECTOR)
ENGINE = st.builds(
    ClusteringState,
    cutoff=TIME,
    units=tuples(UNIT),
    means=tuples(MEAN),
    null=tuples(st.tuples(TEXT, WHOLE, REAL, REAL)),
    calibrated=st.none() | TIME,
)
DECISION = st.builds(
    TrendDecision,
    at=TIME,
    who=TEXT,
    kind=st.sampled_from(TrendDecisionKind),
    trend_id=TEXT,
    value=TEXT,
    seen_run_id=TEXT,
    seq=st.just(0),
)
STATE = st.builds(
    State,
    id=TEXT,
    name=TEXT,
    description=TEXT,
    prior=st.none() | SHARE,
    low=st.none() | SHARE,
    high=st.none() | SHARE,
)
FACTOR = st.builds(
    Factor,
    id=TEXT,
    name=TEXT,
    states=tuples(STATE),
    description=TEXT,
    trend_id=TEXT,
    prior_origin=st.sampled_from(PriorOrigin),
    horizon_weeks=st.integers(0, 100),
)
JUDGEMENT = st.builds(
    Judgement,
    source_factor=TEXT,
    source_state=TEXT,
    target_factor=TEXT,
    target_state=TEXT,
    value=st.integers(-3, 3),
    reason=TEXT,
    author=TEXT,
    confidence=SHARE,
)
CITATION = st.builds(
    Citation,
    document_id=TEXT,
    content_hash=TEXT,
    quote=TEXT,
    title=TEXT,
    url=TEXT,
    source_title=TEXT,
    published=st.none() | TIME,
    trend_id=TEXT,
)
SCENARIO = st.builds(
    Scenario,
    id=KEY,
    title=TEXT,
    question=TEXT,
    horizon=TEXT,
    factors=tuples(FACTOR),
    judgements=tuples(JUDGEMENT),
    citations=tuples(CITATION),
    forced=PAIRS,
    chosen=PAIRS,
    narrative=TEXT,
    lang=TEXT,
    author=TEXT,
    reason=TEXT,
    basis_run_id=TEXT,
    scale=st.integers(1, 100),
    rev=st.just(0),
    saved=st.none(),
)


@st.composite
def series(draw: st.DrawFn) -> WeeklySeries:
    """One to five weeks."""
    weeks = draw(st.integers(1, 5))
    monday = date(2026, 1, 5)
    counts = st.lists(SHARE, min_size=weeks, max_size=weeks).map(tuple)
    return WeeklySeries(
        trend_id=draw(KEY),
        weeks=tuple(monday + timedelta(weeks=week) for week in range(weeks)),
        counts=draw(counts),
        totals=draw(counts),
    )


def one_each(of: st.SearchStrategy, key: str) -> st.SearchStrategy:
    """Up to four records, no two with the same value of `key`."""
    return st.lists(of, max_size=4, unique_by=lambda record: getattr(record, key))
