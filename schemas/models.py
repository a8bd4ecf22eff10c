"""Models that were fitted to what many customers did, as they travel in the log."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

CadenceFamily: TypeAlias = Literal["bg_nbd", "mbg_nbd", "pareto_nbd"]


class CadenceModel(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How customers of this company come and go: one law of buying and dropping out, fitted to all of them. Time is in days throughout.

    While they are customers they buy by chance at a rate of their own (gamma, shape r, scale alpha days). They drop out after a purchase
    with a chance of their own (beta, a and b; `mbg_nbd` also at the start), or at any time at a rate of their own (`pareto_nbd`: gamma,
    shape s, scale beta days). Parameters published per week are those per day with alpha (and beta) divided by 7.

    >>> parameters = (0.2426, 30.895, 0.7929, 2.4259)
    >>> cdnow = CadenceModel(family="bg_nbd", parameters=parameters, customers=2357, purchases=2457, log_likelihood=-14363.5)
    >>> msgspec.json.decode(msgspec.json.encode(cdnow), type=CadenceModel) == cdnow
    True
    """

    family: CadenceFamily
    parameters: tuple[float, float, float, float]  # r, alpha, a, b; of `pareto_nbd` r, alpha, s, beta. All above 0
    customers: int  # whose histories it was fitted to
    purchases: int  # theirs after the first
    log_likelihood: float  # natural, of those histories per day
    until: int = 0  # ms UTC up to which they were observed
