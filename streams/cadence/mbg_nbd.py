"""MBG/NBD: customers may leave after every purchase, the first included. Batislam, Denizel and Filiztekin, International Journal of
Research in Marketing 24 (3), 2007; erratum by Wagner and Hoppe, 25 (3), 2008.

So a customer with one purchase may be gone, as most of them are. It is the cheapest of the three that can score all customers.
"""

from __future__ import annotations

from math import pow as power

from streams.cadence import beta_geometric
from streams.cadence.beta_geometric import Parameters


def p_alive(parameters: Parameters, x: int, t_x: float, age: float) -> float:
    """Return the chance that the customer is still one.

    >>> cdnow = (0.525, 43.28, 0.891, 1.614)
    >>> round(p_alive(cdnow, 0, 0, 270), 3), round(p_alive(cdnow, 4, 60, 270), 3)
    (0.391, 0.04)
    """
    r, alpha, a, b = parameters
    shrunk = power((alpha + t_x) / (alpha + age), r + x)
    return shrunk / (shrunk + a / (b + x))


def none_within(parameters: Parameters, x: int, t_x: float, age: float, days: float) -> float:
    """Return the chance of no purchase in the `days` from now."""
    r, alpha, a, b = parameters
    now, shape = alpha + age, r + x
    shrunk = power((alpha + t_x) / now, shape)
    return 1 - shrunk / (shrunk + a / (b + x)) * (1 - power(now / (now + days), shape))


def expected_purchases(parameters: Parameters, x: int, t_x: float, age: float, days: float) -> float:
    """Return the mean number of purchases in the `days` from now."""
    r, alpha, a, b = parameters
    return p_alive(parameters, x, t_x, age) * beta_geometric.expected_while_alive(r + x, a, b + x + 1, days / (alpha + age))


def silence_until(parameters: Parameters, x: int, t_x: float, p: float) -> float:
    """Return the days after the first purchase at which P(alive) has fallen to `p`. It is t_x if P(alive) is lower even then."""
    _, _, a, b = parameters
    return beta_geometric.days_until_p_alive(parameters, x, t_x, a / (b + x), p)


def log_likelihood(parameters: Parameters, x: int, t_x: float, age: float) -> float:
    """Return the log of the density of this history. Time is in days."""
    _, _, a, b = parameters
    return beta_geometric.log_likelihood(parameters, x, t_x, age, a / (b + x), x + 1)
