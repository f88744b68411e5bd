"""What the exact search for consistent scenarios costs: seconds, peak memory, and whether it came to its end.

    python -m benchmarks.scenarios [--seeds 5] [--budget 60]

Random judgements from −3 to +3, blocks emptied at random down to the density. Every matrix is solved in a process of
its own, so that its peak memory is its own; what Python and its libraries take before any search is told first.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

import numpy as np

from foresight.model.scenarios import ImpactMatrix
from foresight.scenarios.cross_impact import solve

SHAPES = ((15, 4, 1.0), (20, 4, 0.77), (20, 4, 1.0), (40, 3, 1.0))
MEGABYTE = 1024


def random_matrix(factors: int, states: int, density: float, seed: int) -> ImpactMatrix:
    """Factors of equally many states, a part of the blocks filled with random judgements."""
    chance = np.random.default_rng(seed)
    size = factors * states
    values = chance.integers(-3, 4, size=(size, size))
    filled = chance.random((factors, factors)) < density
    np.fill_diagonal(filled, val=False)
    return ImpactMatrix(
        sizes=(states,) * factors, values=values * np.kron(filled, np.ones((states, states), dtype=np.int64))
    )


def measure(factors: int, states: int, density: float, seed: int, budget: float) -> str:
    """One row of the table, from within the process that is measured."""
    matrix = random_matrix(factors, states, density, seed)
    started, worked = time.monotonic(), time.process_time()
    result = solve(matrix, budget_seconds=budget)
    wall, own = time.monotonic() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    told = (f"{factors} × {states}", density, seed, f"{wall:.1f}", f"{own:.1f}", f"{peak:.0f}", result.nodes)
    return " | ".join(map(str, (*told, len(result.solutions), result.is_complete)))


def main() -> None:
    """Solve every shape with every seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--budget", type=float, default=60.0)
    parser.add_argument("--one", nargs=4, default=None, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        factors, states, density, seed = chosen.one
        print(measure(int(factors), int(states), float(density), int(seed), chosen.budget))
        return
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    print(f"peak before any search: {start:.0f} MB")
    print("factors | density | seed | seconds | processor s | peak MB | nodes | scenarios | complete")
    for factors, states, density in SHAPES:
        for seed in range(chosen.seeds):
            words = (str(factors), str(states), str(density), str(seed))
            command = [sys.executable, "-m", "benchmarks.scenarios", "--budget", str(chosen.budget), "--one", *words]
            print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="", flush=True)


if __name__ == "__main__":
    main()
