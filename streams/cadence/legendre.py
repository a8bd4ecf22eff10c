"""Gauss-Legendre quadrature: the integral of a smooth function from 32 of its values."""

from __future__ import annotations

from math import cos, pi

ORDER = 32


def _quadrature(order: int) -> tuple[tuple[float, float], ...]:
    """Return nodes and weights on (0, 1): the roots of Legendre's polynomial, by Newton's method from Chebyshev's roots.

    >>> two = _quadrature(2)  # right for polynomials of degree 3
    >>> round(sum(weight * node**3 for node, weight in two), 12)
    0.25
    """
    found = []
    for i in range(order):
        root = cos(pi * (i + 0.75) / (order + 0.5))
        for _ in range(6):
            before, value = 1.0, root
            for n in range(2, order + 1):
                before, value = value, ((2 * n - 1) * root * value - (n - 1) * before) / n
            slope = order * (root * value - before) / (root * root - 1)
            root -= value / slope
        found.append(((1 - root) / 2, 1 / ((1 - root * root) * slope * slope)))
    return tuple(found)


RULE = _quadrature(ORDER)  # (node, weight): the integral over (0, width) is width times the sum of weight x value at width x node
