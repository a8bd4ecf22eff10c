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


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """How well stated risks fared against what then came true, over so many customers. Intervals are 95 %, by bootstrap."""

    examples: int
    left: int  # of those
    auc: float  # of a leaver and a stayer, how often the leaver was given the higher risk
    auc_interval: tuple[float, float]
    brier: float  # mean squared error of the risk
    log_loss: float
    # of the calibration line log-odds(left) = intercept + slope x log-odds(stated): 0 and 1 are perfect; None: there is no such line, for
    # all risks were alike, or leavers and stayers wholly apart
    intercept: float | None
    slope: float | None


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What candidate weights, and those they would replace, made of a window of time that neither had learnt from."""

    since: int  # ms UTC: stated from here on
    until: int  # ms UTC: come true by here
    learnt: Figures
    in_force: Figures  # of what was in force, by the same customers
    better_by: tuple[float, float]  # log-loss in force minus learnt, 95 % interval: adopted only where all of it is above 0


class LearntWeights(msgspec.Struct, frozen=True, kw_only=True):
    """What each summand of the risk weighs, learnt from stated risks and what came true. A summand not named here keeps its prior."""

    bias: float  # log-odds
    weights: dict[str, float]  # churn signal or standing term -> log-odds at full strength
    horizon_days: float  # what was learnt is leaving within so many days
    examples: int  # learnt from
    until: int = 0  # ms UTC: what had come true by then
    trial: Trial | None = None  # why they were adopted; None: an operator said so


class Models(msgspec.Struct, frozen=True):
    """The models in force in a partition, from its log; None: nothing was published, and shipped priors hold."""

    cadence: CadenceModel | None = None
    weights: LearntWeights | None = None
    changes: int = 0  # how often one came into force: a journey judged by fewer is looked at again


NO_MODELS = Models()
