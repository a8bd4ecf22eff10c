"""The three families as they were published, with Gauss's 2F1 of scipy: the other side of each figure, in no code of ours.

BG/NBD: Fader, Hardie and Lee 2005, equations 6 and 10, and their note 21. MBG/NBD: Batislam, Denizel and Filiztekin 2007, appendix A,
equation 5, and Wagner and Hoppe 2008. Pareto/NBD: Fader and Hardie's derivations of 2005, equations 18 to 20, 36 and 41. `age` is T.
"""

from __future__ import annotations

from math import exp, log

from scipy.special import beta, gammaln, hyp2f1

Parameters = tuple[float, float, float, float]


class BgNbd:
    """Toss after each purchase but the first."""

    @staticmethod
    def likelihood(parameters: Parameters, x: int, t_x: float, age: float) -> float:
        r, alpha, a, b = parameters
        bought = exp(gammaln(r + x) - gammaln(r)) * alpha**r
        gone = beta(a + 1, b + x - 1) / beta(a, b) / (alpha + t_x) ** (r + x) if x else 0.0
        return float(bought * (beta(a, b + x) / beta(a, b) / (alpha + age) ** (r + x) + gone))

    @staticmethod
    def p_alive(parameters: Parameters, x: int, t_x: float, age: float) -> float:
        r, alpha, a, b = parameters
        return float(1 / (1 + a / (b + x - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x))) if x else 1.0

    @staticmethod
    def expected(parameters: Parameters, x: int, t_x: float, age: float, days: float) -> float:
        r, alpha, a, b = parameters
        series = hyp2f1(r + x, b + x, a + b + x - 1, days / (alpha + age + days))
        alive = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + days)) ** (r + x) * series)
        return float(alive * BgNbd.p_alive(parameters, x, t_x, age))


class MbgNbd:
    """Toss after every purchase."""

    @staticmethod
    def likelihood(parameters: Parameters, x: int, t_x: float, age: float) -> float:
        r, alpha, a, b = parameters
        bought = exp(gammaln(r + x) - gammaln(r)) * alpha**r
        alive = beta(a, b + x + 1) / beta(a, b) / (alpha + age) ** (r + x)
        return float(bought * (alive + beta(a + 1, b + x) / beta(a, b) / (alpha + t_x) ** (r + x)))

    @staticmethod
    def p_alive(parameters: Parameters, x: int, t_x: float, age: float) -> float:
        r, alpha, a, b = parameters
        return float(1 / (1 + a / (b + x) * ((alpha + age) / (alpha + t_x)) ** (r + x)))

    @staticmethod
    def expected(parameters: Parameters, x: int, t_x: float, age: float, days: float) -> float:
        r, alpha, a, b = parameters
        series = hyp2f1(r + x, b + x + 1, a + b + x, days / (alpha + age + days))
        alive = (a + b + x) / (a - 1) * (1 - ((alpha + age) / (alpha + age + days)) ** (r + x) * series)
        return float(alive * MbgNbd.p_alive(parameters, x, t_x, age))


class ParetoNbd:
    """Out at any time."""

    @staticmethod
    def _a0(parameters: Parameters, x: int, t_x: float, age: float) -> float:
        r, alpha, s, beta = parameters
        most, apart, second = max(alpha, beta), abs(alpha - beta), s + 1 if alpha >= beta else r + x
        total = r + s + x
        values = [hyp2f1(total, second, total + 1, apart / (most + t)) / (most + t) ** total for t in (t_x, age)]
        return float(values[0] - values[1])

    @staticmethod
    def likelihood(parameters: Parameters, x: int, t_x: float, age: float) -> float:
        r, alpha, s, beta = parameters
        bought = exp(gammaln(r + x) - gammaln(r) + r * log(alpha) + s * log(beta))
        alive = (alpha + age) ** -(r + x) * (beta + age) ** -s
        return float(bought * (alive + s / (r + s + x) * ParetoNbd._a0(parameters, x, t_x, age)))

    @staticmethod
    def p_alive(parameters: Parameters, x: int, t_x: float, age: float) -> float:
        r, alpha, s, beta = parameters
        return float(1 / (1 + s / (r + s + x) * (alpha + age) ** (r + x) * (beta + age) ** s * ParetoNbd._a0(parameters, x, t_x, age)))

    @staticmethod
    def expected(parameters: Parameters, x: int, t_x: float, age: float, days: float) -> float:
        r, alpha, s, beta = parameters
        lasting = (1 - ((beta + age) / (beta + age + days)) ** (s - 1)) / (s - 1)
        return float((r + x) * (beta + age) / (alpha + age) * lasting * ParetoNbd.p_alive(parameters, x, t_x, age))
