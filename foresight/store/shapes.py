"""The tables of the archive as records: which column holds which field. docs/data.md says what they mean."""

from __future__ import annotations

from typing import Any

from foresight.records import (
    Assignment,
    Cue,
    Document,
    DocumentTerms,
    EngineState,
    Entity,
    Fetch,
    FetchOutcome,
    Headline,
    LanguageMean,
    Lineage,
    LineageKind,
    Problem,
    Run,
    RunStatus,
    Signal,
    Source,
    SourceKind,
    Speed,
    Stage,
    StageReason,
    StepReport,
    ThemeState,
    Topic,
    Trend,
    Unit,
    Voice,
)
from foresight.store.columns import (
    REAL,
    TEXT,
    TRUTH,
    WHOLE,
    Column,
    Shape,
    choice,
    floats,
    nested,
    pairs,
    plain,
    seconds,
    text,
    texts,
    time,
)


def _reason(kept: list[Any]) -> StageReason:
    key, facts = kept
    return StageReason(key=key, facts=tuple((name, value) for name, value in facts))


def _headline(kept: list[Any]) -> Headline:
    lang, title, subtitle, words = kept
    return Headline(lang=lang, title=title, subtitle=subtitle, words=tuple(words))


def _problem(kept: list[Any]) -> Problem:
    subject, error, facts = kept
    return Problem(subject=subject, error=error, facts=tuple((name, value) for name, value in facts))


def _main_title(trend: Trend) -> str:
    return trend.headlines[0].title if trend.headlines else ""


_HEADLINES = nested(
    "headlines",
    lambda headlines: [(each.lang, each.title, each.subtitle, each.words) for each in headlines],
    lambda kept: tuple(_headline(each) for each in kept),
)

SOURCE = Shape(
    table="source",
    record=Source,
    columns=(
        text("source_id", "id"),
        *plain(TEXT, "title"),
        choice("kind", SourceKind),
        *plain(TEXT, "url", "lang", "region"),
        choice("voice", Voice),
        text("group_name", "group"),
        texts("tags"),
        *plain(REAL, "weight"),
        seconds("interval_seconds", "interval"),
        *plain(TRUTH, "active"),
    ),
)

FETCH = Shape(
    table='"fetch"',  # a word of SQL itself
    record=Fetch,
    columns=(
        *plain(TEXT, "source_id"),
        time("asked", "at"),
        choice("outcome", FetchOutcome),
        *plain(TEXT, "run_id"),
        *plain(WHOLE, "status"),
        *plain(TEXT, "etag", "last_modified", "body_sha256"),
        *plain(WHOLE, "bytes", "entries", "new_documents", "changed_documents"),
        *plain(TRUTH, "degraded"),
        *plain(TEXT, "error", "detail"),
        *plain(REAL, "seconds"),
        time("retry_after"),
        *plain(WHOLE, "failures"),
    ),
)

DOCUMENT = Shape(
    table="document",
    record=Document,
    columns=(
        text("doc_id", "id"),
        *plain(TEXT, "source_id", "external_id", "url", "title", "text", "lang", "lang_origin"),
        time("published"),
        *plain(TEXT, "published_origin", "published_raw"),
        time("first_seen"),
        *plain(TEXT, "content_hash", "clean_title", "text_hash", "story_id"),
    ),
)

TERMS = Shape(
    table="document_term",
    record=DocumentTerms,
    columns=(text("doc_id", "document_id"), texts("lemmas"), texts("phrases")),
)

ENTITY = Shape(
    table="entity",
    record=Entity,
    columns=(text("doc_id", "document_id"), *plain(TEXT, "name", "kind")),
)

RUN = Shape(
    table="run",
    record=Run,
    columns=(
        text("run_id", "id"),
        time("started"),
        choice("status", RunStatus),
        time("as_of"),
        time("finished"),
        *plain(TEXT, "config_hash", "corpus_hash"),
        *plain(WHOLE, "seed"),
        *plain(TEXT, "code_version", "encoder"),
        pairs("packages"),
    ),
)

STEP = Shape(
    table="step",
    record=StepReport,
    columns=(
        *plain(TEXT, "step"),
        *plain(REAL, "seconds"),
        *plain(TEXT, "fingerprint"),
        *plain(TRUTH, "reused"),
        pairs("counts"),
        nested(
            "problems",
            lambda problems: [(each.subject, each.error, each.facts) for each in problems],
            lambda kept: tuple(_problem(each) for each in kept),
        ),
    ),
)

TOPIC = Shape(
    table="topic",
    record=Topic,
    columns=(
        text("topic_id", "id"),
        *plain(TEXT, "run_id", "title"),
        texts("words"),
        *plain(WHOLE, "documents"),
        *plain(REAL, "x", "y"),
        *plain(WHOLE, "level"),
        *plain(TEXT, "parent_id"),
        _HEADLINES,
    ),
)

ASSIGNMENT = Shape(
    table="topic_document",
    record=Assignment,
    columns=(*plain(TEXT, "owner_id"), text("doc_id", "document_id"), *plain(REAL, "similarity")),
)

TREND = Shape(
    table="trend",
    record=Trend,
    columns=(
        text("trend_id", "id"),
        *plain(TEXT, "run_id"),
        time("as_of"),
        *plain(WHOLE, "rank"),
        choice("stage", Stage),
        Column(name="title", field="", kind=TEXT, write=_main_title),
        nested("reason", lambda reason: (reason.key, reason.facts), _reason),
        _HEADLINES,
        *plain(TRUTH, "mixed"),
        *plain(TEXT, "theme_id", "parent_id"),
        time("first_document"),
        time("last_document"),
        *plain(WHOLE, "documents", "stories", "sources"),
        texts("langs"),
        texts("recent"),
        floats("centroid"),
        choice("speed", Speed),
    ),
)

LINEAGE = Shape(
    table="lineage",
    record=Lineage,
    columns=(
        *plain(TEXT, "run_id", "trend_id"),
        choice("kind", LineageKind),
        *plain(TEXT, "earlier_id"),
        *plain(REAL, "similarity"),
        *plain(WHOLE, "shared"),
        *plain(TRUTH, "review"),
    ),
)

SIGNAL = Shape(
    table="signal",
    record=Signal,
    columns=(
        *plain(TEXT, "trend_id", "name"),
        text("measured_over", "window"),
        *plain(REAL, "value"),
        *plain(TEXT, "unit", "method"),
        *plain(REAL, "low", "high"),
        *plain(WHOLE, "n"),
    ),
)

CUE = Shape(
    table="cue",
    record=Cue,
    columns=(
        *plain(TEXT, "trend_id", "name", "side", "word", "lang"),
        *plain(REAL, "weight"),
        texts("documents"),
    ),
)

_UNIT = (
    floats("centroid"),
    *plain(REAL, "weight"),
    pairs("thresholds"),
    time("born"),
    time("last_active"),
    *plain(WHOLE, "documents"),
    *plain(TRUTH, "asleep"),
    *plain(TEXT, "merged_into"),
)

UNIT = Shape(table="unit", record=Unit, columns=(text("unit_id", "id"), *_UNIT))

THEME = Shape(table="theme", record=Unit, columns=(text("theme_id", "id"), *_UNIT))

THEME_MAP = Shape(
    table="theme_map",
    record=ThemeState,
    columns=(
        time("cutoff"),
        time("fitted"),
        pairs("parents"),
        *plain(WHOLE, "documents", "outside", "offered", "missed"),
    ),
)

_MEAN = (*plain(TEXT, "lang"), *plain(WHOLE, "documents"), floats("mean"))

LANGUAGE_MEAN = Shape(
    table="language_mean",
    record=LanguageMean,
    columns=_MEAN,
)

THEME_MEAN = Shape(table="theme_mean", record=LanguageMean, columns=_MEAN)

ENGINE = Shape(
    table="engine",
    record=EngineState,
    columns=(time("cutoff"), pairs("null_calibration", "null"), time("calibrated")),
)
