"""Several people: judgements given alone and compared, and rounds of votes with a rule when to stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite

from foresight.errors import ActsOnItself, NobodyJudged, OffScale, UnknownFactor, UsageError
from foresight.ports import Ledger
from foresight.records import Factor, Judgement, JudgementSheet, Kept, RoundVotes, Scenario
from foresight.scenarios.delphi import Ballot, count, kendall_w, may_stop
from foresight.scenarios.factors import place
from foresight.scenarios.panel import Panel, convene
from foresight.scenarios.priors import from_ratings
from foresight.services.keeping import Signed, latest, named, revised

BUDGET_SECONDS = 20.0
LEAST_VOTE, MOST_VOTE = 1.0, 5.0
RATED = ("impact", "uncertainty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that was voted on.

    Attributes:
        rounds: one ballot per round that was held, the first round first.
        outliers: names of those who stand apart in the latest round.
        may_stop: another round of it is not needed.
    """

    name: str
    rounds: tuple[Ballot, ...]
    outliers: tuple[str, ...]
    may_stop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Delphi:
    """What a Delphi has come to.

    Attributes:
        round: the latest one, 0 where nobody has voted; people: who voted in it.
        concordance: Kendall's W over the items everybody voted on, None with fewer than two people or items.
        may_stop: no item needs another round.
    """

    round: int
    people: tuple[str, ...]
    items: tuple[Item, ...]
    concordance: float | None
    may_stop: bool


class PanelDesk:
    """What participants say by themselves. Each has sheets of their own, so that nobody waits for anybody."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def sheets(self, scenario_id: str) -> tuple[Kept[JudgementSheet], ...]:
        """Everybody's judgements."""
        return self._ledger.entries(JudgementSheet, scenario_id=scenario_id)

    def judge(self, scenario: Scenario, judgements: Sequence[Judgement], signed: Signed) -> Kept[JudgementSheet]:
        """Keep one person's sheet as a new revision.

        Raises:
            UnknownFactor: a judgement about a factor or state that is not there.
            OffScale: a judgement outside the scale, of a factor on itself, or a confidence outside 0 to 1.
            EntryConflict: the same person saved a newer one meanwhile.
        """
        who = named(signed.who)
        check(scenario, judgements)
        told = tuple(replace(judgement, author=who) for judgement in judgements)
        sheet = JudgementSheet(who=who, judgements=told)
        entry = latest(self._ledger, f"{scenario.id}/{who}", sheet, scenario_id=scenario.id)
        return self._ledger.keep(revised(entry, sheet, signed))

    def panel(self, scenario: Scenario) -> Panel:
        """Everybody's judgements, each solved alone, and compared.

        Raises:
            NobodyJudged: there is no sheet to compare.
        """
        sheets = [sheet.content for sheet in self.sheets(scenario.id)]
        if not sheets:
            raise NobodyJudged(id=scenario.id)
        return convene(scenario.factors, sheets, budget_seconds=BUDGET_SECONDS)

    def votes(self, scenario_id: str) -> tuple[Kept[RoundVotes], ...]:
        """Everybody's votes of every round."""
        return self._ledger.entries(RoundVotes, scenario_id=scenario_id)

    def vote(self, scenario_id: str, votes: RoundVotes, signed: Signed) -> Kept[RoundVotes]:
        """Keep one person's votes in one round as a new revision.

        Raises:
            OffScale: a vote outside 1 to 5, or a round before the first.
            UsageError: a round that would leave one out.
        """
        who = named(signed.who)
        held = max(
            (entry.content.round for entry in self._ledger.entries(RoundVotes, scenario_id=scenario_id)), default=0
        )
        if not 1 <= votes.round <= held + 1:
            raise UsageError(argument="--round", found=votes.round, expected=f"1 … {held + 1}")
        for item, value in votes.votes:
            if not (isfinite(value) and LEAST_VOTE <= value <= MOST_VOTE):
                raise OffScale(what=item, found=value, low=LEAST_VOTE, high=MOST_VOTE)
        kept = replace(votes, who=who)
        entry = latest(self._ledger, f"{scenario_id}/{votes.round}/{who}", kept, scenario_id=scenario_id)
        return self._ledger.keep(revised(entry, kept, signed))

    def delphi(self, scenario_id: str) -> Delphi:
        """Medians and spreads per item and round, how far people agree, and whether another round is worth it."""
        votes = [entry.content for entry in self._ledger.entries(RoundVotes, scenario_id=scenario_id)]
        return delphi(votes)


def check(scenario: Scenario, judgements: Sequence[Judgement]) -> None:
    """See that judgements can be kept.

    Raises:
        UnknownFactor, ActsOnItself, OffScale: as `PanelDesk.judge`.
    """
    for judgement in judgements:
        source, target = place(
            scenario.factors,
            [
                (judgement.source_factor, judgement.source_state),
                (judgement.target_factor, judgement.target_state),
            ],
        )
        what = " → ".join(_named(scenario.factors, where) for where in (source, target))
        if source[0] == target[0]:
            raise ActsOnItself(what=what)
        if abs(judgement.value) > scenario.scale:
            raise OffScale(what=what, found=judgement.value, low=f"−{scenario.scale}", high=scenario.scale)
        if not 0.0 <= judgement.confidence <= 1.0:
            raise OffScale(what=f"{what}: confidence", found=judgement.confidence, low=0, high=1)


def item_of(scenario: Scenario, told: str) -> str:
    """An item by ids: "F=s" asks how likely a state is, "F/impact" and "F/uncertainty" rate a factor; else as it is.

    Raises:
        UnknownFactor: a state or a factor that is not there.
    """
    name, separator, rest = (part.strip() for part in told.partition("="))
    if separator:
        ((factor, state),) = place(scenario.factors, [(name, rest)])
        return f"{scenario.factors[factor].id}={scenario.factors[factor].states[state].id}"
    name, separator, rest = (part.strip() for part in told.rpartition("/"))
    if separator and rest in RATED:
        for factor_ in scenario.factors:
            if name in (factor_.id, factor_.name):
                return f"{factor_.id}/{rest}"
        raise UnknownFactor(factor=name, known=", ".join(factor.id for factor in scenario.factors))
    return told.strip()


def with_rated_priors(scenario: Scenario, votes: Sequence[RoundVotes]) -> Scenario:
    """With the priors that participants' votes on states give; factors nobody voted on stay as they are.

    A vote from 1 to 5 on "F=s" is a weight. Of several rounds a person's last word on a factor counts.

    Raises:
        UsageError: nobody has voted on any state.
    """
    told: dict[str, dict[str, dict[str, float]]] = {}
    for one in sorted(votes, key=lambda each: each.round):
        said: dict[str, dict[str, float]] = {}
        for item, value in one.votes:
            factor, separator, state = item.partition("=")
            if separator:
                said.setdefault(factor, {})[state] = value
        for factor, weights in said.items():
            told.setdefault(factor, {})[one.who] = weights
    known = {factor.id for factor in scenario.factors}
    if not known & set(told):
        raise UsageError(argument="--ratings", found="–", expected="foresight panel vote ID 'F=s:4' …")
    return replace(scenario, factors=tuple(_rated(factor, told.get(factor.id, {})) for factor in scenario.factors))


def _rated(factor: Factor, told: dict[str, dict[str, float]]) -> Factor:
    states = {state.id for state in factor.states}
    standing = [[(key, weight) for key, weight in said.items() if key in states] for said in told.values()]
    return from_ratings(factor, [weights for weights in standing if weights])


def _named(factors: Sequence[Factor], where: tuple[int, int]) -> str:
    factor = factors[where[0]]
    return f"{factor.name}: {factor.states[where[1]].name}"


def delphi(votes: Sequence[RoundVotes]) -> Delphi:
    """What votes have come to."""
    rounds = sorted({one.round for one in votes})
    if not rounds:
        return Delphi(round=0, people=(), items=(), concordance=None, may_stop=False)
    last = sorted((one for one in votes if one.round == rounds[-1]), key=lambda one: one.who)
    names = list(dict.fromkeys(item for one in votes for item, _ in one.votes))
    items = tuple(_item(name, votes, rounds) for name in names)
    shared = [name for name in names if all(name in dict(one.votes) for one in last)]
    rows = [[dict(one.votes)[name] for name in shared] for one in last]
    return Delphi(
        round=rounds[-1],
        people=tuple(one.who for one in last),
        items=items,
        concordance=kendall_w(rows) if len(rows) > 1 and len(shared) > 1 else None,
        may_stop=all(item.may_stop for item in items),
    )


def _item(name: str, votes: Sequence[RoundVotes], rounds: Sequence[int]) -> Item:
    held = []
    people: list[str] = []
    for number in rounds:
        given = sorted(
            (one.who, dict(one.votes)[name]) for one in votes if one.round == number and name in dict(one.votes)
        )
        if given:
            held.append(count([value for _, value in given]))
            people = [who for who, _ in given]
    return Item(
        name=name,
        rounds=tuple(held),
        outliers=tuple(people[place] for place in held[-1].outliers) if held else (),
        may_stop=may_stop(held),
    )
