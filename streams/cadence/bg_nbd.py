"""BG/NBD: customers may leave after each purchase but the first. Fader, Hardie and Lee, Marketing Science 24 (2), 2005.

**Trap**: a customer with one purchase is alive for certain, since they could not leave yet. As a churn score for all customers,
P(alive) then ranks backwards (AUC .316 on CDNOW). Use MBG/NBD, or the expected purchases.
"""

from __future__ import annotations

from math import pow as power

from streams.cadence import beta_geometric
from streams.cadence.beta_geometric import Parameters


def _odds(parameters: Parameters, x: int) -> float:
    _, _, a, b = parameters
    return a / (b + x - 1) if x else 0.0


def p_alive(parameters: Parameters, x: int, t_x: float, age: float) -> float:
    """Return the chance that the customer is still one.

    >>> cdnow = (0.243, 30.9, 0.793, 2.426)
    >>> p_alive(cdnow, 0, 0, 270), round(p_alive(cdnow, 4, 60, 270), 3)
    (1.0, 0.041)
    """
    r, alpha, _, _ = parameters
    if not x:
        return 1.0
    shrunk = power((alpha + t_x) / (alpha + age), r + x)
    return shrunk / (shrunk + _odds(parameters, x))


def none_within(parameters: Parameters, x: int, t_x: float, age: float, days: float) -> float:
    """Return the chance of no purchase in the `days` from now."""
    r, alpha, _, _ = parameters
    now = alpha + age
    return 1 - p_alive(parameters, x, t_x, age) * (1 - power(now / (now + days), r + x))


def expected_purchases(parameters: Parameters, x: int, t_x: float, age: float, days: float) -> float:
    """Return the mean number of purchases in the `days` from now."""
    r, alpha, a, b = parameters
    return p_alive(parameters, x, t_x, age) * beta_geometric.expected_while_alive(r + x, a, b + x, days / (alpha + age))


def silence_until(parameters: Parameters, x: int, t_x: float, p: float) -> float:
    """Return the days after the first purchase at which P(alive) has fallen to `p`. It is infinite after one purchase."""
    return beta_geometric.days_until_p_alive(parameters, x, t_x, _odds(parameters, x), p)


def log_likelihood(parameters: Parameters, x: int, t_x: float, age: float) -> float:
    """Return the log of the density of this history. Time is in days."""
    return beta_geometric.log_likelihood(parameters, x, t_x, age, _odds(parameters, x), x)
