"""What several people think: judgements given alone and compared, and rounds of votes with a rule when to stop.

Disagreement is data: an average matrix hides that two halves of a room believe in two worlds. A scenario that is
consistent for everybody is a consensus, one for some is a minority scenario and names them. The cells that drive the
split are found by asking, cell by cell, what would happen to the agreement if everybody took the median of that cell:
agreement is the mean Jaccard index of the people's sets of consistent scenarios, looked at among all scenarios that
are consistent for anybody or for the median matrix.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import isfinite
from statistics import fmean, median, quantiles

import numpy as np

from foresight.model.documents import Bools1d
from foresight.model.errors import ActsOnItself, NoJudgementSheets, OffScale, UnknownFactor, UsageError
from foresight.model.scenarios import Factor, ImpactMatrix, Ints2d, Judgement, JudgementSheet, RoundVotes, Scenario
from foresight.model.workshop import Revision
from foresight.scenarios import matrix as matrices
from foresight.scenarios.cross_impact import DEFAULT_SEARCH_SECONDS, solve, state_leads
from foresight.scenarios.futures import ScenarioStates
from foresight.scenarios.matrix import state_positions
from foresight.scenarios.revisions import Attribution, latest_revision, required_name, save_next
from foresight.scenarios.state_likelihoods import priors_from_ratings
from foresight.store.ledger import Ledger

# On a scale of 1 to 5: the middle half within one step counts as agreement.
AGREEMENT_RANGE = 1.0
# A median that moves by less from one round to the next has settled.
SETTLED_MEDIAN_STEP = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteSummary:
    """One item after a round: quartiles (between votes, linear), how many voted, who stands apart.

    Attributes:
        outliers: places of votes more than one and a half interquartile ranges outside the middle half.
    """

    low: float
    middle: float
    high: float
    votes: int
    outliers: tuple[int, ...]

    @property
    def range(self) -> float:
        """The interquartile range: half of the room votes within it."""
        return self.high - self.low


def summarise_votes(votes: Sequence[float]) -> VoteSummary:
    """Median and quartiles of one item. One vote is its own quartiles.

    Args:
        votes: one or more; of none there is nothing to count (`statistics.StatisticsError`).
    """
    middle = median(votes)
    low, _, high = quantiles(votes, n=4, method="inclusive") if len(votes) > 1 else (middle, middle, middle)
    reach = 1.5 * (high - low)
    apart = tuple(place for place, vote in enumerate(votes) if not low - reach <= vote <= high + reach)
    return VoteSummary(low=low, middle=middle, high=high, votes=len(votes), outliers=apart)


def needs_no_further_round(rounds: Sequence[VoteSummary]) -> bool:
    """Whether another round of this item is not needed: the room agrees, or two rounds moved the median by little."""
    if not rounds:
        return False
    if rounds[-1].range <= AGREEMENT_RANGE:
        return True
    return len(rounds) > 1 and abs(rounds[-1].middle - rounds[-2].middle) < SETTLED_MEDIAN_STEP


def kendall_w(rankings: Sequence[Sequence[float]]) -> float:
    """Kendall's W, corrected for ties: 0 (no agreement) to 1 (all rank alike).

    Kendall and Babington Smith, Annals of Mathematical Statistics 10 (1939).

    Args:
        rankings: one row per person, one rank (or score in the same direction) per item; two items or more.

    Returns:
        1 where every person ties everything: nobody disagrees.
    """
    people, items = len(rankings), len(rankings[0])
    ranked = [_tied_ranks(row) for row in rankings]
    sums = [sum(row[item] for row in ranked) for item in range(items)]
    mean = sum(sums) / items
    spread = sum((value - mean) ** 2 for value in sums)
    ties = sum(size**3 - size for row in rankings for size in Counter(row).values())
    most = people**2 * (items**3 - items) - people * ties
    return 12.0 * spread / most if most else 1.0


def _tied_ranks(scores: Sequence[float]) -> list[float]:
    """1 for the smallest; equal ones share the mean of their ranks."""
    ordered = sorted(scores)
    return [ordered.index(score) + (1 + ordered.count(score)) / 2 for score in scores]


SPLITTING_JUDGEMENTS_SHOWN = 3
# Cells are weighed by how far they are apart first, and so many of them looked at.
MOST_COMPARED_CELLS = 200
MOST_SCENARIOS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioSupport:
    """A scenario and for whom it is consistent."""

    states: ScenarioStates
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestedJudgement:
    """One judgement that people see differently.

    Attributes:
        ballot: median and quartiles of what they gave; values: (person, value).
        gain: by how much agreement would rise if all took the median here.
    """

    source_factor: str
    source_state: str
    target_factor: str
    target_state: str
    ballot: VoteSummary
    values: tuple[tuple[str, int], ...]
    gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelComparison:
    """What a room thinks.

    Attributes:
        people: who judged; counts: how many scenarios are consistent for each.
        consensus: consistent for everybody; minority: for some, the most widely held first.
        agreement: mean Jaccard index of the sets of any two people, 0 to 1; 1 for one person.
        concordance: Kendall's W over the cells that anybody judged, 0 to 1.
        splitting: the cells to discuss, strongest first; contested: how many cells people differ in.
        median: the scenarios that are consistent for the medians of all cells.
        is_complete: all searches came to their end.
    """

    people: tuple[str, ...]
    counts: tuple[int, ...]
    consensus: tuple[ScenarioSupport, ...]
    minority: tuple[ScenarioSupport, ...]
    agreement: float
    concordance: float
    splitting: tuple[ContestedJudgement, ...]
    contested: int
    median: tuple[ScenarioStates, ...]
    is_complete: bool


def compare_judgements(
    factors: Sequence[Factor],
    sheets: Sequence[JudgementSheet],
    *,
    budget_seconds: float = DEFAULT_SEARCH_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> PanelComparison:
    """Solve everybody's judgements and compare.

    Args:
        factors: of the scenario all judged.
        sheets: one per person, one person or more.
        budget_seconds: for all searches together.
        clock: seconds that only grow.

    Raises:
        UnknownFactor: a judgement about a factor or state that is not there.
    """
    each = [matrices.matrix_from_judgements(factors, sheet.judgements, scale=None) for sheet in sheets]
    middle = _median_matrix(each)
    part = budget_seconds / (len(each) + 1)
    results = [solve(one, budget_seconds=part, clock=clock, limit=MOST_SCENARIOS) for one in (*each, middle)]
    pool = sorted({solution.states for result in results for solution in result.solutions})
    table = np.array(pool, dtype=np.int64).reshape(len(pool), len(factors))
    held = np.array([_consistent_rows(one, table) for one in each], dtype=bool).reshape(len(each), len(pool))
    people = tuple(sheet.who for sheet in sheets)
    shared = [
        ScenarioSupport(states=states, people=tuple(who for who, holds in zip(people, column, strict=True) if holds))
        for states, column in zip(pool, held.T.tolist(), strict=True)
    ]
    values = np.array([one.values for one in each])
    cells = _contested_cells(values)
    return PanelComparison(
        people=people,
        counts=tuple(int(row.sum()) for row in held),
        consensus=tuple(one for one in shared if len(one.people) == len(people)),
        minority=tuple(
            sorted((one for one in shared if 0 < len(one.people) < len(people)), key=lambda one: -len(one.people))
        ),
        agreement=_mean_jaccard(held),
        concordance=_judgement_concordance(values),
        splitting=_splitting_judgements(factors, people, each, table, cells),
        contested=len(cells),
        median=tuple(states for states, holds in zip(pool, _consistent_rows(middle, table), strict=True) if holds),
        is_complete=all(result.is_complete for result in results),
    )


def _median_matrix(each: Sequence[ImpactMatrix]) -> ImpactMatrix:
    """The median of every cell, towards 0 where it lies between two numbers: nobody's doubt becomes a judgement."""
    middle = np.fix(np.median([one.values for one in each], axis=0))
    return ImpactMatrix(sizes=each[0].sizes, values=middle.astype(np.int64))


def _consistent_rows(matrix: ImpactMatrix, table: Ints2d) -> Bools1d:
    if not len(table):
        return np.zeros(0, dtype=bool)
    leads, _ = state_leads(matrix, table)
    found: Bools1d = np.all(leads >= 0, axis=1)
    return found


def _mean_jaccard(held: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    """Over the pairs of people; 1 for one person, and for two who hold nothing."""
    pairs = [(int((one & other).sum()), int((one | other).sum())) for one, other in combinations(held, 2)]
    return fmean(both / either if either else 1.0 for both, either in pairs) if pairs else 1.0


def _judgement_concordance(values: Ints2d) -> float:
    judged = values.any(axis=0)
    rows = values[:, judged].tolist()
    return kendall_w(rows) if rows and len(rows[0]) > 1 else 1.0


def _contested_cells(values: Ints2d) -> list[tuple[int, int]]:
    """Cells in which people differ, farthest apart first."""
    spread: Ints2d = np.ptp(values, axis=0)
    rows, columns = np.nonzero(spread)
    order = sorted(zip(rows.tolist(), columns.tolist(), strict=True), key=lambda cell: (-int(spread[cell]), cell))
    return [(row, column) for row, column in order]


def _splitting_judgements(
    factors: Sequence[Factor],
    people: Sequence[str],
    each: Sequence[ImpactMatrix],
    table: Ints2d,
    cells: Sequence[tuple[int, int]],
) -> tuple[ContestedJudgement, ...]:
    """The cells whose median would bring people together most."""
    base = _mean_jaccard(np.array([_consistent_rows(one, table) for one in each]))
    places = [(factor.id, state.id) for factor in factors for state in factor.states]
    found = []
    for row, column in cells[:MOST_COMPARED_CELLS]:
        given = [int(one.values[row, column]) for one in each]
        ballot = summarise_votes(given)
        settled = [_with_value(one, row, column, int(ballot.middle)) for one in each]
        gain = _mean_jaccard(np.array([_consistent_rows(one, table) for one in settled])) - base
        found.append(
            ContestedJudgement(
                source_factor=places[row][0],
                source_state=places[row][1],
                target_factor=places[column][0],
                target_state=places[column][1],
                ballot=ballot,
                values=tuple(zip(people, given, strict=True)),
                gain=gain,
            )
        )
    return tuple(sorted(found, key=lambda cell: (-cell.gain, -cell.ballot.range))[:SPLITTING_JUDGEMENTS_SHOWN])


def _with_value(matrix: ImpactMatrix, row: int, column: int, value: int) -> ImpactMatrix:
    values = matrix.values.copy()
    values[row, column] = value
    return ImpactMatrix(sizes=matrix.sizes, values=values)


PANEL_SECONDS = 20.0
LEAST_VOTE, MOST_VOTE = 1.0, 5.0
RATED_QUALITIES = ("impact", "uncertainty")


@dataclass(frozen=True, slots=True, kw_only=True)
class DelphiItem:
    """One thing that was voted on.

    Attributes:
        rounds: one ballot per round that was held, the first round first.
        outliers: names of those who stand apart in the latest round.
        may_stop: another round of it is not needed.
    """

    name: str
    rounds: tuple[VoteSummary, ...]
    outliers: tuple[str, ...]
    may_stop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DelphiResult:
    """What a Delphi has come to.

    Attributes:
        round: the latest one, 0 where nobody has voted; people: who voted in it.
        concordance: Kendall's W over the items everybody voted on, None with fewer than two people or items.
        may_stop: no item needs another round.
    """

    round: int
    people: tuple[str, ...]
    items: tuple[DelphiItem, ...]
    concordance: float | None
    may_stop: bool


class PanelService:
    """What participants say by themselves. Each has sheets of their own, so that nobody waits for anybody."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def sheets(self, scenario_id: str) -> tuple[Revision[JudgementSheet], ...]:
        """Everybody's judgements."""
        return self._ledger.entries(JudgementSheet, scenario_id=scenario_id)

    def judge(
        self, scenario: Scenario, judgements: Sequence[Judgement], signed: Attribution
    ) -> Revision[JudgementSheet]:
        """Save one person's sheet as a new revision.

        Raises:
            UnknownFactor: a judgement about a factor or state that is not there.
            OffScale: a judgement outside the scale, of a factor on itself, or a confidence outside 0 to 1.
            RevisionConflict: the same person saved a newer one meanwhile.
        """
        who = required_name(signed.who)
        check_judgements(scenario, judgements)
        sheet = JudgementSheet(who=who, judgements=tuple(replace(judgement, author=who) for judgement in judgements))
        entry = latest_revision(self._ledger, f"{scenario.id}/{who}", sheet, scenario_id=scenario.id)
        return save_next(self._ledger, entry, sheet, signed)

    def panel(self, scenario: Scenario) -> PanelComparison:
        """Everybody's judgements, each solved alone, and compared.

        Raises:
            NoJudgementSheets: there is no sheet to compare.
        """
        sheets = [sheet.content for sheet in self.sheets(scenario.id)]
        if not sheets:
            raise NoJudgementSheets(id=scenario.id)
        return compare_judgements(scenario.factors, sheets, budget_seconds=PANEL_SECONDS)

    def votes(self, scenario_id: str) -> tuple[Revision[RoundVotes], ...]:
        """Everybody's votes of every round."""
        return self._ledger.entries(RoundVotes, scenario_id=scenario_id)

    def vote(self, scenario_id: str, votes: RoundVotes, signed: Attribution) -> Revision[RoundVotes]:
        """Save one person's votes in one round as a new revision.

        Raises:
            OffScale: a vote outside 1 to 5, or a round before the first.
            UsageError: a round that would leave one out.
        """
        who = required_name(signed.who)
        latest = max((entry.content.round for entry in self.votes(scenario_id)), default=0)
        if not 1 <= votes.round <= latest + 1:
            raise UsageError(argument="--round", found=votes.round, expected=f"1 … {latest + 1}")
        for item, value in votes.votes:
            if not (isfinite(value) and LEAST_VOTE <= value <= MOST_VOTE):
                raise OffScale(what=item, found=value, low=LEAST_VOTE, high=MOST_VOTE)
        own = replace(votes, who=who)
        entry = latest_revision(self._ledger, f"{scenario_id}/{votes.round}/{who}", own, scenario_id=scenario_id)
        return save_next(self._ledger, entry, own, signed)

    def delphi(self, scenario_id: str) -> DelphiResult:
        """Medians and spreads per item and round, how far people agree, and whether another round is worth it."""
        return delphi_result([entry.content for entry in self.votes(scenario_id)])


def check_judgements(scenario: Scenario, judgements: Sequence[Judgement]) -> None:
    """Check that judgements can be saved.

    Raises:
        UnknownFactor, ActsOnItself, OffScale: as `PanelService.judge`.
    """
    for judgement in judgements:
        source, target = state_positions(scenario.factors, [judgement.acting, judgement.acted])
        what = " → ".join(_state_label(scenario.factors, where) for where in (source, target))
        if source[0] == target[0]:
            raise ActsOnItself(what=what)
        if abs(judgement.value) > scenario.scale:
            raise OffScale(what=what, found=judgement.value, low=f"−{scenario.scale}", high=scenario.scale)
        if not 0.0 <= judgement.confidence <= 1.0:
            raise OffScale(what=f"{what}: confidence", found=judgement.confidence, low=0, high=1)


def vote_item_id(scenario: Scenario, item: str) -> str:
    """An item by ids: "F=s" asks how likely a state is, "F/impact" and "F/uncertainty" rate a factor; else as it is.

    Raises:
        UnknownFactor: a state or a factor that is not there.
    """
    name, separator, rest = (part.strip() for part in item.partition("="))
    if separator:
        ((place, state),) = state_positions(scenario.factors, [(name, rest)])
        return f"{scenario.factors[place].id}={scenario.factors[place].states[state].id}"
    name, separator, rest = (part.strip() for part in item.rpartition("/"))
    if separator and rest in RATED_QUALITIES:
        for factor in scenario.factors:
            if name in (factor.id, factor.name):
                return f"{factor.id}/{rest}"
        raise UnknownFactor(factor=name, known=", ".join(factor.id for factor in scenario.factors))
    return item.strip()


def with_rated_priors(scenario: Scenario, votes: Sequence[RoundVotes]) -> Scenario:
    """With the priors that participants' votes on states give; factors nobody voted on stay as they are.

    A vote from 1 to 5 on "F=s" is a weight. Of several rounds a person's latest votes on a factor count.

    Raises:
        UsageError: nobody has voted on any state.
    """
    weights: dict[str, dict[str, dict[str, float]]] = {}  # factor, person, state
    for ballot in sorted(votes, key=lambda each: each.round):
        given: dict[str, dict[str, float]] = {}
        for item, value in ballot.votes:
            factor_id, separator, state = item.partition("=")
            if separator:
                given.setdefault(factor_id, {})[state] = value
        for factor_id, by_state in given.items():
            weights.setdefault(factor_id, {})[ballot.who] = by_state
    if weights.keys().isdisjoint(factor.id for factor in scenario.factors):
        raise UsageError(argument="--ratings", found="–", expected="foresight panel vote ID 'F=s:4' …")
    factors = (_factor_with_rated_priors(factor, weights.get(factor.id, {})) for factor in scenario.factors)
    return replace(scenario, factors=tuple(factors))


def _factor_with_rated_priors(factor: Factor, weights: dict[str, dict[str, float]]) -> Factor:
    states = {state.id for state in factor.states}
    known = [[(key, weight) for key, weight in given.items() if key in states] for given in weights.values()]
    return priors_from_ratings(factor, [ratings for ratings in known if ratings])


def _state_label(factors: Sequence[Factor], where: tuple[int, int]) -> str:
    factor = factors[where[0]]
    return f"{factor.name}: {factor.states[where[1]].name}"


def delphi_result(votes: Sequence[RoundVotes]) -> DelphiResult:
    """What votes have come to."""
    if not votes:
        return DelphiResult(round=0, people=(), items=(), concordance=None, may_stop=False)
    rounds: dict[int, dict[str, dict[str, float]]] = {}  # round, person, item
    for ballot in sorted(votes, key=lambda one: (one.round, one.who)):
        rounds.setdefault(ballot.round, {})[ballot.who] = dict(ballot.votes)
    number, last = max(rounds.items())
    names = list(dict.fromkeys(item for ballot in votes for item, _ in ballot.votes))
    items = tuple(_delphi_item(name, rounds.values()) for name in names)
    shared = [name for name in names if all(name in given for given in last.values())]
    rows = [[given[name] for name in shared] for given in last.values()]
    return DelphiResult(
        round=number,
        people=tuple(last),
        items=items,
        concordance=kendall_w(rows) if len(rows) > 1 and len(shared) > 1 else None,
        may_stop=all(item.may_stop for item in items),
    )


def _delphi_item(name: str, rounds: Iterable[dict[str, dict[str, float]]]) -> DelphiItem:
    """One item through the rounds, each ``{person: {item: value}}``, the first one first."""
    voted = [{who: given[name] for who, given in one.items() if name in given} for one in rounds]
    voted = [one for one in voted if one]
    summaries = [summarise_votes(list(one.values())) for one in voted]
    people = list(voted[-1])
    return DelphiItem(
        name=name,
        rounds=tuple(summaries),
        outliers=tuple(people[place] for place in summaries[-1].outliers),
        may_stop=needs_no_further_round(summaries),
    )
