"""What people made in a workshop as JSON documents and back, by the fields of its record.

A record's class says all there is to know, so one pair of functions serves every kind. A new field gets a default in
its record, so that old documents stay readable; a layout that old programs would misread gets a new `VERSION`.

A scenario as a JSON document and back, field by field, with the version of this layout inside.

A new field gets a default in `from_document`, so that old documents stay readable; a layout that old programs
would misread gets a new version.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from foresight.model.scenarios import Citation, Factor, Judgement, PriorOrigin, Scenario, State

LAYOUT_VERSION = 1

RecordType = TypeVar("RecordType")


def record_to_json(content: object) -> str:
    """All of a record as JSON, with the version of this layout inside."""
    return json.dumps({"version": LAYOUT_VERSION, **_json_value(content)}, ensure_ascii=False)


def layout_version(document: str) -> int:
    """The layout a document is in."""
    return int(json.loads(document)["version"])


def record_from_json(kind: type[RecordType], document: str) -> RecordType:
    """The record that a document of a known version holds.

    Raises:
        KeyError, TypeError, ValueError: it holds none.
    """
    return cast("RecordType", _from_json_value(kind, json.loads(document)))


def _json_value(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _json_value(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_json_value(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _from_json_value(kind: Any, kept: Any) -> Any:
    """`kept` as what a field of type `kind` holds."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        (inner,) = [each for each in get_args(kind) if each is not NoneType]
        return None if kept is None else _from_json_value(inner, kept)
    if origin is tuple:
        return _tuple_from_json(get_args(kind), kept)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _field_types(kind)
        return kind(**{name: _from_json_value(hints[name], kept[name]) for name in hints if name in kept})
    if issubclass(kind, datetime | date):
        return kind.fromisoformat(kept)
    return _scalar_from_json(kind, kept)


def _tuple_from_json(kinds: tuple[Any, ...], kept: Any) -> tuple[Any, ...]:
    if not isinstance(kept, list):
        raise TypeError(kept)
    each = kinds[:1] * len(kept) if kinds[-1] is ... else kinds
    return tuple(_from_json_value(kind, value) for kind, value in zip(each, kept, strict=True))


def _scalar_from_json(kind: Any, kept: Any) -> Any:
    if issubclass(kind, Enum) or (kind is float and type(kept) is int):
        return kind(kept)
    if type(kept) is not kind:
        raise TypeError(kept)
    return kept


@cache
def _field_types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


SCENARIO_LAYOUT_VERSION = 1


def scenario_to_json(scenario: Scenario) -> str:
    """All of a scenario as JSON."""
    return json.dumps(
        {
            "version": SCENARIO_LAYOUT_VERSION,
            "id": scenario.id,
            "title": scenario.title,
            "question": scenario.question,
            "horizon": scenario.horizon,
            "factors": [_factor_out(factor) for factor in scenario.factors],
            "judgements": [_judgement_out(judgement) for judgement in scenario.judgements],
            "citations": [_citation_out(citation) for citation in scenario.citations],
            "forced": scenario.forced,
            "chosen": scenario.chosen,
            "narrative": scenario.narrative,
            "lang": scenario.lang,
            "author": scenario.author,
            "reason": scenario.reason,
            "basis_run_id": scenario.basis_run_id,
            "scale": scenario.scale,
            "rev": scenario.rev,
            "saved": _moment_out(scenario.saved),
        },
        ensure_ascii=False,
    )


def scenario_layout_version(document: str) -> int:
    """The layout a document is in."""
    return int(json.loads(document)["version"])


def scenario_from_json(document: str) -> Scenario:
    """The scenario a document of a known version holds.

    Raises:
        KeyError, TypeError, ValueError: it holds none.
    """
    kept = json.loads(document)
    return Scenario(
        id=kept["id"],
        title=kept["title"],
        question=kept["question"],
        horizon=kept["horizon"],
        factors=tuple(_factor_in(each) for each in kept["factors"]),
        judgements=tuple(_judgement_in(each) for each in kept["judgements"]),
        citations=tuple(_citation_in(each) for each in kept["citations"]),
        forced=_pairs_in(kept["forced"]),
        chosen=_pairs_in(kept["chosen"]),
        narrative=kept["narrative"],
        lang=kept["lang"],
        author=kept["author"],
        reason=kept["reason"],
        basis_run_id=kept["basis_run_id"],
        scale=kept.get("scale", 3),
        rev=kept["rev"],
        saved=_moment_in(kept["saved"]),
    )


def _factor_out(factor: Factor) -> dict[str, Any]:
    return {
        "id": factor.id,
        "name": factor.name,
        "states": [_state_out(state) for state in factor.states],
        "description": factor.description,
        "trend_id": factor.trend_id,
        "prior_origin": factor.prior_origin.value,
        "horizon_weeks": factor.horizon_weeks,
    }


def _state_out(state: State) -> dict[str, Any]:
    return {
        "id": state.id,
        "name": state.name,
        "description": state.description,
        "prior": state.prior,
        "low": state.low,
        "high": state.high,
    }


def _factor_in(kept: dict[str, Any]) -> Factor:
    return Factor(
        id=kept["id"],
        name=kept["name"],
        states=tuple(_state_in(each) for each in kept["states"]),
        description=kept["description"],
        trend_id=kept["trend_id"],
        prior_origin=PriorOrigin(kept.get("prior_origin", "")),
        horizon_weeks=kept.get("horizon_weeks", 0),
    )


def _state_in(kept: dict[str, Any]) -> State:
    return State(
        id=kept["id"],
        name=kept["name"],
        description=kept["description"],
        prior=kept.get("prior"),
        low=kept.get("low"),
        high=kept.get("high"),
    )


def _judgement_out(judgement: Judgement) -> dict[str, Any]:
    return {
        "source_factor": judgement.source_factor,
        "source_state": judgement.source_state,
        "target_factor": judgement.target_factor,
        "target_state": judgement.target_state,
        "value": judgement.value,
        "reason": judgement.reason,
        "author": judgement.author,
        "confidence": judgement.confidence,
    }


def _judgement_in(kept: dict[str, Any]) -> Judgement:
    return Judgement(
        source_factor=kept["source_factor"],
        source_state=kept["source_state"],
        target_factor=kept["target_factor"],
        target_state=kept["target_state"],
        value=kept["value"],
        reason=kept["reason"],
        author=kept["author"],
        confidence=kept["confidence"],
    )


def _citation_out(citation: Citation) -> dict[str, Any]:
    return {
        "document_id": citation.document_id,
        "content_hash": citation.content_hash,
        "quote": citation.quote,
        "title": citation.title,
        "url": citation.url,
        "source_title": citation.source_title,
        "published": _moment_out(citation.published),
        "trend_id": citation.trend_id,
    }


def _citation_in(kept: dict[str, Any]) -> Citation:
    return Citation(
        document_id=kept["document_id"],
        content_hash=kept["content_hash"],
        quote=kept["quote"],
        title=kept["title"],
        url=kept["url"],
        source_title=kept["source_title"],
        published=_moment_in(kept["published"]),
        trend_id=kept["trend_id"],
    )


def _pairs_in(kept: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((factor, state) for factor, state in kept)


def _moment_out(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment_in(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
