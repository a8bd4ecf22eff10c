"""Models fitted to what many customers did, as they travel in the log."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from schemas.touchpoints.units import Count, Milliseconds

CadenceFamily: TypeAlias = Literal["bg_nbd", "mbg_nbd", "pareto_nbd"]
PARAMETERS: dict[CadenceFamily, tuple[str, str, str, str]] = {  # of each family, in their order; alpha and beta are days
    "bg_nbd": ("r", "alpha", "a", "b"),
    "mbg_nbd": ("r", "alpha", "a", "b"),
    "pareto_nbd": ("r", "alpha", "s", "beta"),
}
# What learnt weights are added to: the cadence model's own chance of no purchase, where it knows the customer. Weights of another basis,
# as all of before December 2026, are read and never used.
BASIS = "no_purchase"


class CadenceModel(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How the customers of this company come and go: one model of buying and leaving, fitted to all of them. Times are in days.

    Each customer buys at random, at a rate of their own (gamma, shape r, scale alpha days). They leave after a purchase with a chance of
    their own (beta, a and b). With `mbg_nbd` they may also leave at the start. With `pareto_nbd` they leave at any time, at a rate of their
    own (gamma, shape s, scale beta days). To convert parameters published per week, multiply alpha (and beta) by 7.

    >>> parameters = (0.2426, 30.895, 0.7929, 2.4259)
    >>> cdnow = CadenceModel(family="bg_nbd", parameters=parameters, customers=2357, purchases=2457, log_likelihood=-14363.5)
    >>> msgspec.json.decode(msgspec.json.encode(cdnow), type=CadenceModel) == cdnow
    True
    """

    family: CadenceFamily  # which model of buying and leaving
    parameters: tuple[float, float, float, float]  # r, alpha, a, b; of `pareto_nbd` r, alpha, s, beta; all above 0; alpha and beta in days
    customers: Count  # customers to whose histories it was fitted
    purchases: Count  # their purchases after the first
    log_likelihood: float  # natural logarithm, of those histories in days
    until: Milliseconds = 0  # ms UTC up to which they were observed; 0: unknown


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """How well predicted risks fared against what came true, over `examples` predictions. Intervals are 95 %, by bootstrap.

    The calibration line is log-odds(left) = intercept + slope x log-odds(stated). There is none if all risks were alike, or if leavers and
    stayers were wholly apart.
    """

    examples: Count  # predictions
    left: Count  # of those, customers who left
    auc: float  # chance that a leaver was given a higher risk than a stayer, 0..1
    auc_interval: tuple[float, float]  # low and high end
    brier: float  # mean squared error of the risk, 0..1
    log_loss: float  # mean, natural logarithm
    intercept: float | None  # of the calibration line; 0 is perfect; None: there is no such line
    slope: float | None  # of the calibration line; 1 is perfect; None: there is no such line


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """How candidate weights, and the weights they would replace, did on a window of time that neither had learnt from."""

    since: Milliseconds  # ms UTC: predictions stated from here on
    until: Milliseconds  # ms UTC: come true by here
    learnt: Figures  # of the candidate weights
    in_force: Figures  # of the weights in force, on the same customers
    better_by: tuple[float, float]  # log-loss in force minus learnt, 95 % interval: all of it is above 0, unless a rule of thumb won
    rule: str = ""  # the rule of thumb that ranked better than what was in force: a smaller mean log loss was enough; "": it was not needed


class LearntWeights(msgspec.Struct, frozen=True, kw_only=True):
    """The weight of each summand of the risk, learnt from predictions and what came true. A summand not named here keeps its prior."""

    bias: float  # log-odds, of customers whose rhythm no cadence model knows
    weights: dict[str, float]  # churn signal or base feature -> log-odds at full strength
    horizon_days: float  # days within which leaving was learnt
    examples: Count  # predictions learnt from
    until: Milliseconds = 0  # ms UTC: what had come true by then
    trial: Trial | None = None  # why they were adopted; None: an operator decided it
    basis: str = ""  # what they are added to, see `BASIS`
    known_bias: float | None = None  # log-odds, of customers whose rhythm the model knows: minus 2.5, how far it is off; None: the prior


class Models(msgspec.Struct, frozen=True):
    """The models in force in a partition, from its log. None: nothing was published, and the shipped priors hold."""

    cadence: CadenceModel | None = None  # None: shipped priors hold
    weights: LearntWeights | None = None  # None: shipped priors hold
    changes: Count = 0  # how often a model came into force: a journey judged by fewer changes is judged again


NO_MODELS = Models()
