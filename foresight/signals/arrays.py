"""Names of array types used here beside those of the records."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
"""Any shape, double precision: tails of distributions and regressions need it."""
