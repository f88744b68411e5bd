"""One item's trouble in a run, said as what happened and what to do."""

from __future__ import annotations

import re

from foresight.i18n import Texts
from foresight.model.runs import Problem

_FACT = re.compile(r"(\w+)=(.*?)(?=, \w+=|$)", re.DOTALL)


def problem_sentence(problem: Problem, texts: Texts) -> str:
    """The sentence of its error with the facts put in; a feed's facts stand in its `detail` as "name=value, …"."""
    key, facts = f"errors.{problem.error}", dict(problem.facts)
    detail = facts.pop("detail", "")
    if not texts.has(key):
        return detail or problem.error
    return texts(key, **(dict(_FACT.findall(detail)) | facts))
