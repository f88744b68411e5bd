"""Find every consistent scenario of a matrix, or say honestly that time ran out.

Partial scenarios are extended factor by factor, many at once, the most connected factors first. Three bounds cut what
can no longer become consistent; each is sound, so nothing is lost (δ is the threshold, z a scenario):

- one alternative at a time: a chosen state c of factor j can only hold against alternative l if
  ``θ_jc − θ_jl + Σ_u max_a (C[u,a → jc] − C[u,a → jl]) ≥ −δ``, u over the factors without a state;
- the same for every state a factor without a state could still take: states that cannot hold are struck out;
- many alternatives together: for any weights w ≥ 0 over (j, l) the weighted sum of the demands above has to hold for
  ONE choice of the remaining states, ``Σ w (θ_jc − θ_jl) + Σ_u max_a Σ w (C[u,a → jc] − C[u,a → jl]) ≥ −δ Σ w``.
  Weights grow where the demand is missed. This is surrogate relaxation (Glover, Operations Research 16 (1968)
  741–749); on dense matrices it leaves a fifth of the nodes of the first bound.

Sums are whole numbers held in double precision, exact below 2**53; `matrix.LARGEST` keeps them there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from foresight.records import Bools1d, Ints1d, Ints2d, Matrix, Solution, SolveResult
from foresight.scenarios.crossimpact import judge_many

DEFAULT_SECONDS = 60.0
# A matrix of zeros makes every combination consistent: keep what a person could still look through, and say so.
MOST_SOLUTIONS = 200_000
LARGEST_BLOCK = 2_048
# Rounds of the surrogate bound: a second round halves the nodes, a third costs what it saves (measured at 15 × 4).
ROUNDS = 2
STRUCK_OUT = -1e18
# Multiplications up to which OpenBLAS takes one thread.
ONE_THREAD = 200_000

Floats = npt.NDArray[np.float64]
Bools2d = npt.NDArray[np.bool_]


class Block(NamedTuple):
    """Partial scenarios of one depth.

    states: ``(k, depth)`` in the plan's order; scores: ``(k, m)`` what every state gets so far;
    possible: ``(k, m)`` False for states that cannot hold any more.
    """

    states: Ints2d
    scores: Floats
    possible: Bools2d


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
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
    matrix: Matrix,
    *,
    forced: Sequence[tuple[int, int]] = (),
    threshold: int = 0,
    budget_seconds: float = DEFAULT_SECONDS,
    limit: int = MOST_SOLUTIONS,
    clock: Callable[[], float] = time.monotonic,
) -> SolveResult:
    """All scenarios whose inconsistency is at most `threshold`.

    Args:
        matrix: the judgements, as `matrix.build`, `matrix.from_values` or `files.read_matrix` make it.
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
    plan = make_plan(matrix, exempt=given, threshold=threshold)
    found: list[Solution] = []
    nodes, is_complete = 0, True
    for nodes, finished in walk(plan, root(plan, given)):  # noqa: B007 - the last count is reported
        if len(finished):
            found += judge_many(matrix, in_factor_order(plan, finished), forced=given)
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


def nearest(
    matrix: Matrix,
    *,
    forced: Sequence[tuple[int, int]] = (),
    wanted: int = 10,
    budget_seconds: float = DEFAULT_SECONDS,
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


def make_plan(matrix: Matrix, *, exempt: Collection[int], threshold: int) -> Plan:
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
    return Plan(
        order=order,
        sizes=sizes,
        starts=starts,
        values=values,
        owner=np.repeat(np.arange(len(sizes)), sizes),
        slack=later_slack(values, sizes, starts),
        threshold=threshold,
    )


def connectivity_order(matrix: Matrix, *, first: Collection[int]) -> tuple[int, ...]:
    """Factors so that each next one is tied as strongly as possible to those before it; `first` lead."""
    edges = np.add.reduceat(np.add.reduceat(np.abs(matrix.values), matrix.starts, axis=0), matrix.starts, axis=1)
    weights = edges + edges.T
    order = sorted(first)
    while len(order) < len(matrix.sizes):
        rest = [factor for factor in range(len(matrix.sizes)) if factor not in order]
        order.append(max(rest, key=lambda j: (weights[j, order].sum(), weights[j].sum(), -j)))
    return tuple(order)


def later_slack(values: Floats, sizes: Sequence[int], starts: Ints1d) -> Floats:
    """Per depth, the most that the factors from there on can add to column c over column l."""
    slack = np.zeros((len(sizes) + 1, len(values), len(values)))
    for depth in range(len(sizes) - 1, -1, -1):
        rows = values[starts[depth] : starts[depth] + sizes[depth]]
        slack[depth] = slack[depth + 1] + (rows[:, :, None] - rows[:, None, :]).max(axis=0)
    return slack


def root(plan: Plan, forced: dict[int, int]) -> Block:
    """The empty scenario, with only the forced states possible where there are any."""
    possible = np.ones((1, len(plan.owner)), dtype=np.bool_)
    for place, factor in enumerate(plan.order):
        if factor in forced:
            possible[0, plan.owner == place] = False
            possible[0, plan.starts[place] + forced[factor]] = True
    return Block(np.zeros((1, 0), dtype=np.int64), np.zeros((1, len(plan.owner))), possible)


def walk(plan: Plan, start: Block) -> Iterator[tuple[int, Ints2d]]:
    """Depth-first over blocks. Yields, after each block, the nodes so far and the finished scenarios in it."""
    stack, nodes = [start], 0
    nothing = np.zeros((0, len(plan.sizes)), dtype=np.int64)
    while stack:
        children = extend(plan, stack.pop())
        nodes += len(children.states)
        children = prune(plan, children)
        if children.states.shape[1] == len(plan.sizes):
            yield nodes, children.states
            continue
        stack += split(children, plan.block_size)
        yield nodes, nothing


def split(block: Block, size: int) -> list[Block]:
    """The block in parts of at most `size` partial scenarios."""
    parts = [slice(begin, begin + size) for begin in range(0, len(block.states), size)]
    return [Block(block.states[part], block.scores[part], block.possible[part]) for part in parts]


def extend(plan: Plan, block: Block) -> Block:
    """Give the next factor each of its possible states."""
    depth = block.states.shape[1]
    start, size = plan.starts[depth], plan.sizes[depth]
    parents, states = np.nonzero(block.possible[:, start : start + size])
    return Block(
        np.concatenate([block.states[parents], states[:, None]], axis=1),
        block.scores[parents] + plan.values[start + states],
        block.possible[parents],
    )


def prune(plan: Plan, block: Block) -> Block:
    """Drop partial scenarios that no choice of the remaining states can make consistent."""
    block = keep(block, holds_one_by_one(plan, block))
    if block.states.shape[1] == len(plan.sizes):
        return block
    return surrogate(plan, strike_out(plan, block))


def keep(block: Block, alive: Bools1d) -> Block:
    """The partial scenarios marked in `alive`."""
    return Block(block.states[alive], block.scores[alive], block.possible[alive])


def leads(plan: Plan, block: Block) -> tuple[Floats, Ints2d]:
    """How far each chosen state leads every state of its factor so far, and the rows of the chosen states."""
    depth = block.states.shape[1]
    width = int(plan.starts[depth - 1]) + plan.sizes[depth - 1]
    rows = block.states + plan.starts[:depth]
    own = np.take_along_axis(block.scores, rows, axis=1)
    return own[:, plan.owner[:width]] - block.scores[:, :width], rows


def holds_one_by_one(plan: Plan, block: Block) -> Bools1d:
    """The first bound: every chosen state against each alternative alone."""
    lead, rows = leads(plan, block)
    depth, width = block.states.shape[1], lead.shape[1]
    reach = lead + plan.slack[depth][rows[:, plan.owner[:width]], np.arange(width)]
    holds: Bools1d = np.logical_and.reduce(reach >= -plan.threshold, axis=1)
    return holds


def strike_out(plan: Plan, block: Block) -> Block:
    """The second bound: states of later factors that cannot hold any more; a factor left with none ends it."""
    depth = block.states.shape[1]
    possible = block.possible.copy()
    for start, size in zip(plan.starts[depth:], plan.sizes[depth:], strict=True):
        part = slice(start, start + size)
        scores = block.scores[:, part]
        reach = scores[:, :, None] - scores[:, None, :] + plan.slack[depth][part, part]
        possible[:, part] &= (reach >= -plan.threshold).all(axis=2)
    left = np.logical_or.reduceat(possible, plan.starts, axis=1)
    return keep(Block(block.states, block.scores, possible), np.logical_and.reduce(left, axis=1))


def surrogate(plan: Plan, block: Block) -> Block:
    """The third bound: the missed demands together, in a few rounds of growing weights."""
    lead, _ = leads(plan, block)
    missing = lead
    weights = np.zeros_like(lead)
    for _ in range(ROUNDS):
        weights = weights + np.maximum(-missing, 0.0)
        block, alive, missing = surrogate_round(plan, block, lead, weights)
        lead, weights, missing = lead[alive], weights[alive], missing[alive]
        if not len(block.states):
            break
    return block


def surrogate_round(plan: Plan, block: Block, lead: Floats, weights: Floats) -> tuple[Block, Bools1d, Floats]:
    """One round: what survives, and by how much the most helpful completion still misses each demand."""
    depth, width = block.states.shape[1], lead.shape[1]
    rows = block.states + plan.starts[:depth]
    pull = -weights
    given = np.add.reduceat(weights, plan.starts[:depth], axis=1)
    np.put_along_axis(pull, rows, np.take_along_axis(pull, rows, axis=1) + given, axis=1)
    later = plan.values[width:, :width]
    help_of = np.where(block.possible[:, width:], product(pull, later.T), STRUCK_OUT)
    best = np.maximum.reduceat(help_of, plan.starts[depth:] - width, axis=1)
    owner = plan.owner[width:] - depth
    total = (weights * lead).sum(axis=1) + best.sum(axis=1)
    needed = -plan.threshold * weights.sum(axis=1)
    alive = total >= needed
    possible = block.possible.copy()
    possible[:, width:] &= total[:, None] - best[:, owner] + help_of >= needed[:, None]
    helpers = help_of == best[:, owner]
    shares = helpers / np.add.reduceat(helpers, plan.starts[depth:] - width, axis=1, dtype=np.float64)[:, owner]
    expected = block.scores[:, :width] + product(shares, later)
    own = np.take_along_axis(expected, rows, axis=1)
    # Whole weights keep the sums exact; any weights of 0 and more are sound.
    missing = np.floor(own[:, plan.owner[:width]] - expected)
    return keep(Block(block.states, block.scores, possible), alive), alive, missing


def product(left: Floats, right: Floats) -> Floats:
    """Matrix product in slices so small that the linear algebra library keeps to one thread.

    Its second thread waits busily for a core: on a machine with other work that takes three times as long (measured).
    """
    rows = max(1, ONE_THREAD // max(1, right.size))
    return np.concatenate([left[at : at + rows] @ right for at in range(0, max(1, len(left)), rows)])


def in_factor_order(plan: Plan, states: Ints2d) -> Ints2d:
    """Finished scenarios with their factors in the matrix's order again."""
    ordered = np.empty_like(states)
    ordered[:, list(plan.order)] = states
    return ordered
