"""How a call turned out: pure arithmetic on the weeks before and after it.

What speaks of a trend is counted before and after its cut-off in the same way: documents with two of the words, or in
the region, that the call named. Nothing of what came later decides what is counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from foresight.records import Band, Call, Outcome

HORIZONS = (28, 91)
"""Days after a cut-off at which a call is judged; the longest projection (12 weeks) lies within the last."""

AGAIN = 1.5
_ADDED = 3
_LEAST_AFTER = 3
_LEAST_WRITTEN = 50
_BASELINE = slice(4, 26)
_SPAN = 4
_Weekly = Sequence[float]


def grew(before: _Weekly, written: _Weekly, after: _Weekly, written_after: _Weekly) -> bool | None:
    """Whether the share over the horizon is half as much again as over the two horizons before the last one, or more.

    The weeks right before the cut-off are left out: a trend was called because they were busy. Three documents are
    added on both sides, so that noise in small counts is no growth, and three have to come.

    Args:
        before: per week, the last first: what speaks of it.
        written: the same of everything.
        after: per week of the horizon, the first first: what speaks of it.
        written_after: the same of everything.

    Returns:
        None where the weeks compared with hold less than fifty documents, or nothing was written afterwards.
    """
    baseline = slice(len(after), 3 * len(after))
    return _again(before[baseline], written[baseline], after, written_after)


def lasted(before: _Weekly, written: _Weekly, after: _Weekly, written_after: _Weekly) -> bool | None:
    """What the chance to last promises: over the horizon half as much again as in weeks 4 to 26 before, or more.

    Arguments, added documents and what is unknown as in `grew`; only the weeks compared with are others, the same ones
    for every horizon.
    """
    return _again(before[_BASELINE], written[_BASELINE], after, written_after)


def _again(before: _Weekly, written: _Weekly, after: _Weekly, written_after: _Weekly) -> bool | None:
    usual, usually = sum(before), sum(written)
    later, total = sum(after), sum(written_after)
    if usually < _LEAST_WRITTEN or not total:
        return None
    awaited = usual / usually * total
    return later >= _LEAST_AFTER and later + _ADDED >= AGAIN * (awaited + _ADDED)


def told(call: Call) -> tuple[float, ...]:
    """Weekly counts that the call is judged by: by words, or by region where it had no words, the last week first."""
    return call.spoken if any(call.spoken) else call.near


def later_told(call: Call, outcome: Outcome) -> tuple[float, ...]:
    """The same of the weeks after, the first week first."""
    return outcome.spoken if any(call.spoken) else outcome.near


def later_share(outcome: Outcome, weeks: int) -> tuple[float, float] | None:
    """(documents in its region, everything) in the four weeks that end `weeks` after the call.

    None where the outcome does not reach as far, or nothing was written then.
    """
    span = slice(weeks - _SPAN, weeks)
    total = sum(outcome.totals[span])
    if len(outcome.totals) < weeks or not total:
        return None
    return sum(outcome.near[span]), total


def telling(weeks: int) -> int:
    """Days of the outcome that tells of a projection: the first that reaches as far."""
    return next(days for days in HORIZONS if days >= 7 * weeks)


def band(call: Call, weeks: int) -> Band | None:
    """What the call projected for `weeks` ahead."""
    return next((one for one in call.bands if one.weeks == weeks), None)
