"""MICMAC: which factors drive a system and which are driven, directly and along chains of influence.

Godet; Arcade, Godet, Meunier and Roubelat, "Structural analysis with the MICMAC method" (Millennium Project, 1999).
The classic counts chains of length k as powers of the influence matrix and stops when the ranking repeats; rankings
can repeat and turn again, so the limit itself is computed (the Perron vectors) and the powers are shown beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LONGEST_CHAINS = 6
SAME = 1e-9


class Quadrant(StrEnum):
    """The part a factor plays, by influence and dependence against their means."""

    DETERMINANT = "determinant"  # drives much, is driven little
    RELAY = "relay"  # drives and is driven: unstable, worth a stake
    RESULT = "result"  # is driven
    AUTONOMOUS = "autonomous"  # neither


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """Influence and dependence along chains of one length, and the ranking by influence (best first)."""

    length: int
    influence: tuple[int, ...]
    dependence: tuple[int, ...]
    ranking: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Influences:
    """What a matrix of direct influences says.

    Attributes:
        powers: chains of length 1 (direct) to 6.
        influence, dependence: the limit for long chains, each adding up to 1; empty where there is no single limit.
        growth: by how much chains multiply with each step (the largest eigenvalue), 0 where there is no limit.
        quadrants: by direct influence and dependence.
        is_settled: every ranking from the second power on equals the limit's.
    """

    powers: tuple[Power, ...]
    influence: tuple[float, ...]
    dependence: tuple[float, ...]
    growth: float
    quadrants: tuple[Quadrant, ...]
    is_settled: bool


def micmac(direct: Sequence[Sequence[int]]) -> Influences:
    """Direct and indirect influence.

    Args:
        direct: ``n × n`` influences, row acts on column, 0 to 3, nothing on the diagonal.

    Raises:
        ValueError: not square, a negative influence, or something on the diagonal.
    """
    matrix = np.array(direct, dtype=object)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:  # noqa: PLR2004 - a table has two sides
        raise ValueError(matrix.shape)
    if any(value < 0 for value in matrix.ravel()) or any(matrix[i, i] for i in range(len(matrix))):
        raise ValueError(direct)
    powers, product = [], matrix
    for length in range(1, LONGEST_CHAINS + 1):
        powers.append(_power(length, product))
        product = product @ matrix
    influence, dependence, growth = _limit(matrix.astype(np.float64))
    limit_ranking = ranking(influence)
    return Influences(
        powers=tuple(powers),
        influence=influence,
        dependence=dependence,
        growth=growth,
        quadrants=_quadrants(powers[0]),
        is_settled=bool(influence) and all(power.ranking == limit_ranking for power in powers[1:]),
    )


def ranking(values: Sequence[float]) -> tuple[int, ...]:
    """Indexes from the largest value down; the earlier of two equal ones first."""
    return tuple(sorted(range(len(values)), key=lambda place: (-values[place], place)))


def is_primitive(direct: Floats) -> bool:
    """Whether some power of the matrix has no zero: then one limit exists (Wielandt: look at n² − 2n + 2)."""
    reach = direct > 0
    power = reach
    for _ in range(len(direct) ** 2 - 2 * len(direct) + 1):
        if power.all():
            return True
        power = (power.astype(np.float64) @ reach.astype(np.float64)) > 0
    return bool(power.all())


def _power(length: int, matrix: npt.NDArray[np.object_]) -> Power:
    influence = tuple(int(value) for value in matrix.sum(axis=1))
    dependence = tuple(int(value) for value in matrix.sum(axis=0))
    return Power(length=length, influence=influence, dependence=dependence, ranking=ranking(influence))


def _limit(direct: Floats) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    """Right and left Perron vectors and the eigenvalue; nothing where the matrix is not primitive."""
    if not len(direct) or not is_primitive(direct):
        return (), (), 0.0
    influence, growth = _perron(direct)
    dependence, _ = _perron(direct.T)
    return influence, dependence, growth


def _perron(matrix: Floats) -> tuple[tuple[float, ...], float]:
    """The right Perron vector, adding up to 1, and its eigenvalue."""
    values, vectors = np.linalg.eig(matrix)
    largest = int(np.argmax(values.real))
    vector = np.abs(vectors[:, largest].real)
    return tuple((vector / vector.sum()).tolist()), float(values.real[largest])


def _quadrants(direct: Power) -> tuple[Quadrant, ...]:
    count = len(direct.influence)
    middle_influence, middle_dependence = sum(direct.influence) / count, sum(direct.dependence) / count
    table = {
        (True, False): Quadrant.DETERMINANT,
        (True, True): Quadrant.RELAY,
        (False, True): Quadrant.RESULT,
        (False, False): Quadrant.AUTONOMOUS,
    }
    return tuple(
        table[influence > middle_influence + SAME, dependence > middle_dependence + SAME]
        for influence, dependence in zip(direct.influence, direct.dependence, strict=True)
    )
