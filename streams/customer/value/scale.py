"""The scale for ranking customers: fixed steps of money, twenty per factor of ten.

The steps are the same in every partition and for ever. So the numbers of customers per step add up exactly, in any order. A tier does
not depend on the number of partitions. The price is exactness at the border: a tier begins at the edge of a step. Each edge is 12 %
above the one before. So a tier holds its share of all customers to within a point or two.
"""

from __future__ import annotations

from bisect import bisect_right

STEPS = 20  # per factor of ten: a step holds at most 3 % or so [ours]
MOST = 10**12  # minor units: more than the value of any customer
EDGES = tuple(sorted({round(10 ** (number / STEPS)) for number in range(12 * STEPS + 1)}))  # least values, from the second step on


def step_of(past: int) -> int:
    """Return the step of this value (minor units): 1 for nothing or a loss, and upwards from there.

    >>> step_of(-5), step_of(0), step_of(1), step_of(99_999), step_of(100_000), step_of(10**15) == len(EDGES) + 1
    (1, 1, 2, 90, 91, True)
    """
    return 1 + bisect_right(EDGES, past)


def least_of(step: int) -> int:
    """Return the least value (minor units) on this step. On the first step that is any value; above the last step it is more than any
    value.

    >>> least_of(91), least_of(2), least_of(1) == -MOST, least_of(len(EDGES) + 2) > MOST
    (100000, 1, True, True)
    """
    return -MOST if step < 2 else EDGES[step - 2] if step < len(EDGES) + 2 else MOST + 1
