"""The customer's path, as customers draw it, and what scenarios do to its steps."""

from __future__ import annotations

from dataclasses import dataclass

from foresight.records.sources import Voice

HARDEST_EFFECT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEffect:
    """What one state of a factor does to a step.

    Attributes:
        value: −3 (breaks it) to +3 (makes it much better).
    """

    factor: str
    state: str
    value: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStep:
    """One step of the path, in the customer's words.

    Attributes:
        confirmed: customers said so themselves; source: how we know (interviews, number asked, date).
        voice: what a customer says or feels here.
    """

    id: str
    name: str
    description: str = ""
    voice: str = ""
    confirmed: bool = False
    source: str = ""
    effects: tuple[StepEffect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A customer's path from first wish to last memory, or an employee's through a working day.

    Attributes:
        customer: whose path it is.
        voice: whether a customer walks it or an employee.
    """

    title: str
    customer: str = ""
    steps: tuple[JourneyStep, ...] = ()
    voice: Voice = Voice.CUSTOMER
