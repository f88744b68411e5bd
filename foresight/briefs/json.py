"""A brief as JSON: stable, sorted, the whole record; charts as Vega-Lite."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from foresight.records import Brief

FORMAT_VERSION = 1


def write_json(brief: Brief) -> bytes:
    """UTF-8 JSON with sorted keys; times in ISO 8601 UTC, specifications as objects. Same brief, same bytes."""
    found = asdict(brief)
    for section in found["sections"]:
        for figure in section["figures"]:
            figure["specification"] = json.loads(figure["specification"])
    found["format_version"] = FORMAT_VERSION
    return (json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True, default=_told) + "\n").encode()


def _told(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(type(value).__name__)
