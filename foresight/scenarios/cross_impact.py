"""Cross-impact balance: the impact scores of a scenario, and the exact search for all consistent ones.

Weimer-Jehle, "Cross-impact balances: A system-theoretical approach to cross-impact analysis", Technological
Forecasting and Social Change 73 (2006) 334–361. All arithmetic is on whole numbers and exact. The search finds every
consistent scenario, or says that time ran out.

Partial scenarios are extended factor by factor, many at once, the most connected factors first. Three bounds cut what
can no longer become consistent; each is sound, so nothing is lost (δ is the threshold, z a scenario):

- one alternative at a time: a chosen state c of factor j can only hold against alternative l if
  ``θ_jc − θ_jl + Σ_u max_a (C[u,a → jc] − C[u,a → jl]) ≥ −δ``, u over the factors without a state;
- the same for every state a factor without a state could still take: states that cannot hold are struck out;
- many alternatives together: for any weights w ≥ 0 over (j, l) the weighted sum of the demands above has to hold for
  ONE choice of the remaining states, ``Σ w (θ_jc − θ_jl) + Σ_u max_a Σ w (C[u,a → jc] − C[u,a → jl]) ≥ −δ Σ w``.
  Weights grow where the demand is missed. This is surrogate relaxation (Glover, Operations Research 16 (1968)
  741–749); on dense matrices it leaves a fifth of the nodes of the first bound.

Sums are whole numbers held in double precision, exact below 2**53; `matrix.LARGEST_JUDGEMENT` keeps them there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from foresight.model.documents import Bools1d, Ints1d
from foresight.model.scenarios import ImpactMatrix, Ints2d, Solution, SolveResult


def matrix_rows(matrix: ImpactMatrix, states: Ints2d) -> Ints2d:
    """Rows of the matrix that belong to the chosen states; shape of `states`, ``(…, factors)``."""
    rows: Ints2d = states + np.array(matrix.starts, dtype=np.int64)
    return rows


def impact_scores(matrix: ImpactMatrix, states: Sequence[int]) -> Ints1d:
    """What every state gets from the chosen states of all factors: θ_jl = Σ_i C[i, z_i → j, l].

    Args:
        matrix: the judgements.
        states: zero-based state of each factor.

    Returns:
        ``(m,)`` in the order of the columns; a factor's part of it is its impact balance.
    """
    scores: Ints1d = matrix.values[matrix_rows(matrix, np.array(states, dtype=np.int64))].sum(axis=0)
    return scores


def impact_balances(matrix: ImpactMatrix, states: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The impact balance of each factor: one score per state."""
    scores = impact_scores(matrix, states).tolist()
    return tuple(tuple(scores[start : start + size]) for start, size in zip(matrix.starts, matrix.sizes, strict=True))


def evaluate_scenario(matrix: ImpactMatrix, states: Sequence[int], *, forced: Collection[int] = ()) -> Solution:
    """A scenario with its numbers. Factors whose index is in `forced` need not be consistent themselves."""
    return evaluate_scenarios(matrix, np.array([states], dtype=np.int64), forced=forced)[0]


def evaluate_scenarios(matrix: ImpactMatrix, states: Ints2d, *, forced: Collection[int] = ()) -> tuple[Solution, ...]:
    """The same for many scenarios at once.

    Args:
        matrix: the judgements; every factor has two states or more.
        states: ``(k, factors)`` zero-based.
        forced: indexes of factors exempt from the demand; a scenario with all factors forced has margin 0.
    """
    leads, impacts = state_leads(matrix, states)
    free = [factor for factor in range(states.shape[1]) if factor not in set(forced)]
    behind = np.maximum(-leads[:, free], 0)
    return tuple(
        Solution(
            states=tuple(row),
            inconsistency=worst,
            total_impact=impact,
            inconsistency_sum=together,
            margin=margin,
        )
        for row, worst, impact, together, margin in zip(
            states.tolist(),
            behind.max(axis=1, initial=0).tolist(),
            impacts.tolist(),
            behind.sum(axis=1).tolist(),
            leads[:, free].min(axis=1).tolist() if free else [0] * len(states),
            strict=True,
        )
    )


def state_leads(matrix: ImpactMatrix, states: Ints2d) -> tuple[Ints2d, Ints1d]:
    """How far the chosen state of every factor leads its best alternative, for many scenarios at once.

    Args:
        matrix: the judgements; every factor has two states or more.
        states: ``(k, factors)`` zero-based.

    Returns:
        Leads ``(k, factors)``, below 0 where a state does not hold; total impact scores ``(k,)``.
    """
    count, factors = states.shape
    rows = matrix_rows(matrix, states)
    scores = np.zeros((count, matrix.values.shape[0]), dtype=np.int64)
    for factor in range(factors):
        scores += matrix.values[rows[:, factor]]
    chosen = np.take_along_axis(scores, rows, axis=1)
    leads = np.empty((count, factors), dtype=np.int64)
    for factor, (start, size) in enumerate(zip(matrix.starts, matrix.sizes, strict=True)):
        others = scores[:, start : start + size].copy()
        np.put_along_axis(others, states[:, factor : factor + 1], np.iinfo(np.int64).min, axis=1)
        leads[:, factor] = chosen[:, factor] - others.max(axis=1)
    return leads, chosen.sum(axis=1)


DEFAULT_SEARCH_SECONDS = 60.0
# A matrix of zeros makes every combination consistent: keep what a person could still look through, and say so.
MOST_SOLUTIONS = 200_000
LARGEST_BLOCK = 2_048
# Rounds of the surrogate bound: a second round halves the nodes, a third costs what it saves (measured at 15 × 4).
SURROGATE_ROUNDS = 2
EXCLUDED_SCORE = -1e18
# Multiplications up to which OpenBLAS takes one thread.
SINGLE_THREAD_PRODUCTS = 200_000

Floats = npt.NDArray[np.float64]
Bools2d = npt.NDArray[np.bool_]


class PartialScenarios(NamedTuple):
    """Partial scenarios of one depth.

    states: ``(k, depth)`` in the plan's order; scores: ``(k, m)`` what every state gets so far;
    possible: ``(k, m)`` False for states that cannot hold any more.
    """

    states: Ints2d
    scores: Floats
    possible: Bools2d


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlan:
    """A matrix made ready for the search.

    Attributes:
        order: the factors in the order in which they get their states.
        values: the judgements with rows and columns in that order; what acts on a forced factor is 0.
        owner: ``(m,)`` the place in the order of the factor a column belongs to.
        slack: ``(factors + 1, m, m)``: at depth d, how much the factors without a state can still do for column c
            against column l of the same factor.
    """

    order: tuple[int, ...]
    sizes: tuple[int, ...]
    starts: Ints1d
    values: Floats
    owner: Ints1d
    slack: Floats
    threshold: int

    @property
    def block_size(self) -> int:
        """Partial scenarios handled at once; smaller for wide matrices, so that memory stays under 1 GB."""
        return max(64, min(LARGEST_BLOCK, 4_000_000 // (len(self.owner) * len(self.sizes))))


def solve(
    matrix: ImpactMatrix,
    *,
    forced: Sequence[tuple[int, int]] = (),
    threshold: int = 0,
    budget_seconds: float = DEFAULT_SEARCH_SECONDS,
    limit: int = MOST_SOLUTIONS,
    clock: Callable[[], float] = time.monotonic,
) -> SolveResult:
    """All scenarios whose inconsistency is at most `threshold`.

    Args:
        matrix: the judgements, as the functions of `matrix` and `scenario_files` make it.
        forced: (factor index, state index) pairs; a forced factor need not be consistent itself.
        threshold: 0 asks for consistent scenarios; a larger δ lets near-consistent ones through.
        budget_seconds: after this time the search stops with what it found and is_complete False.
        limit: the most scenarios kept; beyond it is_complete is False.
        clock: seconds that only grow.

    Returns:
        Least inconsistent first, then largest total impact, then by states. The same matrix gives the same order.
    """
    started = clock()
    if not matrix.sizes:
        return SolveResult(solutions=(), is_complete=True, threshold=threshold)
    given = dict(forced)
    plan = make_search_plan(matrix, exempt=given, threshold=threshold)
    found: list[Solution] = []
    nodes, is_complete = 0, True
    for nodes, finished in search_depth_first(plan, root_block(plan, given)):  # noqa: B007 - the last count is reported
        if len(finished):
            found += evaluate_scenarios(matrix, in_factor_order(plan, finished), forced=given)
        if len(found) > limit or clock() - started > budget_seconds:
            is_complete = False
            break
    found.sort(key=lambda solution: (solution.inconsistency, -solution.total_impact, solution.states))
    return SolveResult(
        solutions=tuple(found[:limit]),
        is_complete=is_complete,
        seconds=clock() - started,
        threshold=threshold,
        nodes=nodes,
    )


def solve_nearest(
    matrix: ImpactMatrix,
    *,
    forced: Sequence[tuple[int, int]] = (),
    wanted: int = 10,
    budget_seconds: float = DEFAULT_SEARCH_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> SolveResult:
    """The consistent scenarios, or where there are none the `wanted` least inconsistent ones.

    The threshold is doubled from 0, 1, 2 … until something is found; all share one budget.
    """
    started = clock()
    threshold = 0
    result = solve(matrix, forced=forced, threshold=0, budget_seconds=budget_seconds, clock=clock)
    while matrix.sizes and not result.solutions and result.is_complete:
        threshold = max(1, 2 * threshold)
        left = budget_seconds - (clock() - started)
        result = solve(matrix, forced=forced, threshold=threshold, budget_seconds=left, clock=clock)
    kept = result.solutions if threshold == 0 else result.solutions[:wanted]
    return SolveResult(
        solutions=kept,
        is_complete=result.is_complete,
        seconds=clock() - started,
        threshold=max((solution.inconsistency for solution in kept), default=threshold),
        nodes=result.nodes,
    )


def make_search_plan(matrix: ImpactMatrix, *, exempt: Collection[int], threshold: int) -> SearchPlan:
    """Order the factors and precompute what later factors can still do."""
    order = connectivity_order(matrix, first=exempt)
    columns = np.concatenate([np.arange(matrix.starts[j], matrix.starts[j] + matrix.sizes[j]) for j in order])
    values = matrix.values.astype(np.float64)
    for factor in exempt:
        # With nothing acting on it every state of a forced factor ties: no demand is left to check.
        values[:, matrix.starts[factor] : matrix.starts[factor] + matrix.sizes[factor]] = 0.0
    values = values[np.ix_(columns, columns)]
    sizes = tuple(matrix.sizes[j] for j in order)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    return SearchPlan(
        order=order,
        sizes=sizes,
        starts=starts,
        values=values,
        owner=np.repeat(np.arange(len(sizes)), sizes),
        slack=remaining_slack(values, sizes, starts),
        threshold=threshold,
    )


def connectivity_order(matrix: ImpactMatrix, *, first: Collection[int]) -> tuple[int, ...]:
    """Factors so that each next one is tied as strongly as possible to those before it; `first` lead."""
    edges = np.add.reduceat(np.add.reduceat(np.abs(matrix.values), matrix.starts, axis=0), matrix.starts, axis=1)
    weights = edges + edges.T
    order = sorted(first)
    while len(order) < len(matrix.sizes):
        rest = [factor for factor in range(len(matrix.sizes)) if factor not in order]
        order.append(max(rest, key=lambda j: (weights[j, order].sum(), weights[j].sum(), -j)))
    return tuple(order)


def remaining_slack(values: Floats, sizes: Sequence[int], starts: Ints1d) -> Floats:
    """Per depth, the most that the factors from there on can add to column c over column l."""
    slack = np.zeros((len(sizes) + 1, len(values), len(values)))
    for depth in range(len(sizes) - 1, -1, -1):
        rows = values[starts[depth] : starts[depth] + sizes[depth]]
        slack[depth] = slack[depth + 1] + (rows[:, :, None] - rows[:, None, :]).max(axis=0)
    return slack


def root_block(plan: SearchPlan, forced: dict[int, int]) -> PartialScenarios:
    """The empty scenario, with only the forced states possible where there are any."""
    possible = np.ones((1, len(plan.owner)), dtype=np.bool_)
    for place, factor in enumerate(plan.order):
        if factor in forced:
            possible[0, plan.owner == place] = False
            possible[0, plan.starts[place] + forced[factor]] = True
    return PartialScenarios(np.zeros((1, 0), dtype=np.int64), np.zeros((1, len(plan.owner))), possible)


def search_depth_first(plan: SearchPlan, start: PartialScenarios) -> Iterator[tuple[int, Ints2d]]:
    """Depth-first over blocks. Yields, after each block, the nodes so far and the finished scenarios in it."""
    stack, nodes = [start], 0
    nothing = np.zeros((0, len(plan.sizes)), dtype=np.int64)
    while stack:
        children = extend_block(plan, stack.pop())
        nodes += len(children.states)
        children = prune_block(plan, children)
        if children.states.shape[1] == len(plan.sizes):
            yield nodes, children.states
            continue
        stack += split_block(children, plan.block_size)
        yield nodes, nothing


def split_block(block: PartialScenarios, size: int) -> list[PartialScenarios]:
    """The block in parts of at most `size` partial scenarios."""
    parts = [slice(begin, begin + size) for begin in range(0, len(block.states), size)]
    return [PartialScenarios(block.states[part], block.scores[part], block.possible[part]) for part in parts]


def extend_block(plan: SearchPlan, block: PartialScenarios) -> PartialScenarios:
    """Give the next factor each of its possible states."""
    depth = block.states.shape[1]
    start, size = plan.starts[depth], plan.sizes[depth]
    parents, states = np.nonzero(block.possible[:, start : start + size])
    return PartialScenarios(
        np.concatenate([block.states[parents], states[:, None]], axis=1),
        block.scores[parents] + plan.values[start + states],
        block.possible[parents],
    )


def prune_block(plan: SearchPlan, block: PartialScenarios) -> PartialScenarios:
    """Drop partial scenarios that no choice of the remaining states can make consistent."""
    block = select_partial(block, passes_pairwise_bound(plan, block))
    if block.states.shape[1] == len(plan.sizes):
        return block
    return surrogate_bound(plan, exclude_states(plan, block))


def select_partial(block: PartialScenarios, alive: Bools1d) -> PartialScenarios:
    """The partial scenarios marked in `alive`."""
    return PartialScenarios(block.states[alive], block.scores[alive], block.possible[alive])


def partial_leads(plan: SearchPlan, block: PartialScenarios) -> tuple[Floats, Ints2d]:
    """How far each chosen state leads every state of its factor so far, and the rows of the chosen states."""
    depth = block.states.shape[1]
    width = int(plan.starts[depth - 1]) + plan.sizes[depth - 1]
    rows = block.states + plan.starts[:depth]
    own = np.take_along_axis(block.scores, rows, axis=1)
    return own[:, plan.owner[:width]] - block.scores[:, :width], rows


def passes_pairwise_bound(plan: SearchPlan, block: PartialScenarios) -> Bools1d:
    """The first bound: every chosen state against each alternative alone."""
    lead, rows = partial_leads(plan, block)
    depth, width = block.states.shape[1], lead.shape[1]
    reach = lead + plan.slack[depth][rows[:, plan.owner[:width]], np.arange(width)]
    holds: Bools1d = np.logical_and.reduce(reach >= -plan.threshold, axis=1)
    return holds


def exclude_states(plan: SearchPlan, block: PartialScenarios) -> PartialScenarios:
    """The second bound: states of later factors that cannot hold any more; a factor left with none ends it."""
    depth = block.states.shape[1]
    possible = block.possible.copy()
    for start, size in zip(plan.starts[depth:], plan.sizes[depth:], strict=True):
        part = slice(start, start + size)
        scores = block.scores[:, part]
        reach = scores[:, :, None] - scores[:, None, :] + plan.slack[depth][part, part]
        possible[:, part] &= (reach >= -plan.threshold).all(axis=2)
    left = np.logical_or.reduceat(possible, plan.starts, axis=1)
    return select_partial(PartialScenarios(block.states, block.scores, possible), np.logical_and.reduce(left, axis=1))


def surrogate_bound(plan: SearchPlan, block: PartialScenarios) -> PartialScenarios:
    """The third bound: the missed demands together, in a few rounds of growing weights."""
    lead, _ = partial_leads(plan, block)
    missing = lead
    weights = np.zeros_like(lead)
    for _ in range(SURROGATE_ROUNDS):
        weights = weights + np.maximum(-missing, 0.0)
        block, alive, missing = surrogate_round(plan, block, lead, weights)
        lead, weights, missing = lead[alive], weights[alive], missing[alive]
        if not len(block.states):
            break
    return block


def surrogate_round(
    plan: SearchPlan, block: PartialScenarios, lead: Floats, weights: Floats
) -> tuple[PartialScenarios, Bools1d, Floats]:
    """One round: what survives, and by how much the most helpful completion still misses each demand."""
    depth, width = block.states.shape[1], lead.shape[1]
    rows = block.states + plan.starts[:depth]
    pull = -weights
    given = np.add.reduceat(weights, plan.starts[:depth], axis=1)
    np.put_along_axis(pull, rows, np.take_along_axis(pull, rows, axis=1) + given, axis=1)
    later = plan.values[width:, :width]
    help_of = np.where(block.possible[:, width:], single_threaded_product(pull, later.T), EXCLUDED_SCORE)
    best = np.maximum.reduceat(help_of, plan.starts[depth:] - width, axis=1)
    owner = plan.owner[width:] - depth
    total = (weights * lead).sum(axis=1) + best.sum(axis=1)
    needed = -plan.threshold * weights.sum(axis=1)
    alive = total >= needed
    possible = block.possible.copy()
    possible[:, width:] &= total[:, None] - best[:, owner] + help_of >= needed[:, None]
    helpers = help_of == best[:, owner]
    shares = helpers / np.add.reduceat(helpers, plan.starts[depth:] - width, axis=1, dtype=np.float64)[:, owner]
    expected = block.scores[:, :width] + single_threaded_product(shares, later)
    own = np.take_along_axis(expected, rows, axis=1)
    # Whole weights keep the sums exact; any weights of 0 and more are sound.
    missing = np.floor(own[:, plan.owner[:width]] - expected)
    return select_partial(PartialScenarios(block.states, block.scores, possible), alive), alive, missing


def single_threaded_product(left: Floats, right: Floats) -> Floats:
    """Matrix product in slices so small that the linear algebra library keeps to one thread.

    Its second thread waits busily for a core: on a machine with other work that takes three times as long (measured).
    """
    rows = max(1, SINGLE_THREAD_PRODUCTS // max(1, right.size))
    return np.concatenate([left[at : at + rows] @ right for at in range(0, max(1, len(left)), rows)])


def in_factor_order(plan: SearchPlan, states: Ints2d) -> Ints2d:
    """Finished scenarios with their factors in the matrix's order again."""
    ordered = np.empty_like(states)
    ordered[:, list(plan.order)] = states
    return ordered
