"""The scale that customers are ranked on: fixed steps of money, twenty to a factor of ten.

The steps are the same in every partition and for ever, so how many customers stand on each adds up exactly, in any order: the tier of a
customer is the same whether it was counted in one partition or in a hundred. What that costs is exactness at the border: a tier begins at
the edge of a step, each 12 % above the one before, and holds its share of all customers to within a point or two.
"""

from __future__ import annotations

from bisect import bisect_right

STEPS = 20  # per factor of ten: a step holds 3 % of customers where they lie closest [ours]
MOST = 10**12  # minor units: more than any customer is worth
EDGES = tuple(sorted({round(10 ** (number / STEPS)) for number in range(12 * STEPS + 1)}))  # the least of each step, from the second on


def step_of(past: int) -> int:
    """The step that this much (minor units) stands on: 1 for nothing or a loss, from there upwards.

    >>> step_of(-5), step_of(0), step_of(1), step_of(99_999), step_of(100_000), step_of(10**15) == len(EDGES) + 1
    (1, 1, 2, 90, 91, True)
    """
    return 1 + bisect_right(EDGES, past)


def least_of(step: int) -> int:
    """The least (minor units) that stands on this step: on the first whatever it is, on one above the last what nobody has.

    >>> least_of(91), least_of(2), least_of(1) == -MOST, least_of(len(EDGES) + 2) > MOST
    (100000, 1, True, True)
    """
    return -MOST if step < 2 else EDGES[step - 2] if step < len(EDGES) + 2 else MOST + 1
