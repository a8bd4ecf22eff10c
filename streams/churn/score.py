"""The risk of losing a customer is a sum that explains itself: one summand per churn signal, and each fades by itself.

`log-odds = bias + sum of weight x strength x 0.5 ** (age / half-life)`, and `risk = logistic(log-odds)`. A summand below 1 % of its
weight is nothing, so a forgotten signal costs no memory and the bands a customer passes while time goes by are finitely many.
Weights are never negative: time alone only lowers a risk, which is why the next crossing can be found by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import ceil, exp, fsum, log, log2

from schemas import signals
from schemas.signals import Band, RiskChanged
from schemas.writing import rfc3339
from streams.detectors import DAY, Detector, Found
from streams.moment import Moment
from streams.rules import Rules
from streams.state import Contribution, Journey

BANDS: tuple[Band, ...] = ("calm", "watch", "high", "critical")
NEGLIGIBLE = 0.01  # share of its weight below which a summand counts for nothing
LOOK = 1  # a `band_due` long past: the sum has changed, `settle` has to look
EVIDENCE = 8  # ids kept per contribution
CLOSE, NEWTON = 4, 7  # ms around a guess; steps after which it is one


def value(contribution: Contribution, at: int) -> float:
    """The log-odds it adds at this time (ms UTC): full until `since`, halved every half-life, nothing below 1 % of its weight.

    >>> once = Contribution(1, "service", weight=1.5, strength=1.0, half_life_ms=DAY, since=0)
    >>> [value(once, days * DAY) for days in (0, 1, 2, 7)]
    [1.5, 0.75, 0.375, 0.0]
    """
    age = at - contribution.since
    fraction = contribution.strength * 0.5 ** (age / contribution.half_life_ms) if age > 0 else contribution.strength
    return contribution.weight * fraction if fraction >= NEGLIGIBLE else 0.0


def log_odds(journey: Journey, at: int, rules: Rules) -> float:
    """The bias and every contribution's value; exact whatever the order in which they came."""
    return fsum([rules.blueprint.bias, *(value(one, at) for one in journey.contributions.values())])


def risk(journey: Journey, at: int, rules: Rules) -> float:
    """The chance of losing this customer, 0..1: a calibrated number only as far as the weights are."""
    return logistic(log_odds(journey, at, rules))


def logistic(x: float) -> float:
    """Log-odds as a chance.

    >>> logistic(0), logistic(-5000), logistic(5000)
    (0.5, 0.0, 1.0)
    """
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def band(journey: Journey, at: int, rules: Rules) -> tuple[Band, str]:
    """The band of the risk, and why it is lower than the risk alone says ("two_families"), or "".

    One family alone (only silence, only money ...) never makes a customer more than `watch`: fewer sign-ins with more use is a move to
    the app, not a farewell. A risk on the border belongs to the upper band.
    """
    ones, blueprint = journey.contributions.values(), rules.blueprint
    parts = [value(one, at) for one in ones]
    reached = BANDS[bisect_right(blueprint.bands, logistic(fsum([blueprint.bias, *parts])))]
    if not blueprint.two_families or reached in ("calm", "watch"):
        return reached, ""
    families = {one.family for one, part in zip(ones, parts, strict=True) if part > 0}
    return (reached, "") if len(families) > 1 else ("watch", "two_families")


def next_crossing(journey: Journey, at: int, rules: Rules) -> int:
    """The first moment (ms UTC) after `at` in a lower band if nothing but time passes; 0 if there is none.

    Found by bisection to the millisecond: first among the moments at which a contribution becomes nothing, then between two of them,
    where the sum falls smoothly and Newton's method says within a few milliseconds where it meets the border.
    """
    now = band(journey, at, rules)[0]

    def fallen(moment: int) -> bool:
        return band(journey, moment, rules)[0] != now

    steps = [at, *sorted({gone for one in journey.contributions.values() if (gone := _gone(one)) > at})]
    first = bisect_left(steps, True, key=fallen)
    if first == len(steps):
        return 0
    low, high = steps[first - 1], steps[first]
    for guess in (high, _border(journey, low, rules, now)):
        if low < guess - CLOSE and not fallen(guess - CLOSE):
            low = guess - CLOSE
        if guess + CLOSE < high and fallen(guess + CLOSE):
            high = guess + CLOSE
    return low + 1 + bisect_left(range(low + 1, high), True, key=fallen)


def _border(journey: Journey, at: int, rules: Rules, now: Band) -> int:
    """About when (ms UTC) the log-odds meet the lower border of this band. From the left of a convex fall Newton never goes too far."""
    border = rules.blueprint.bands[BANDS.index(now) - 1]
    wanted, moment = log(border / (1 - border)) - rules.blueprint.bias, float(at)
    for _ in range(NEWTON):
        parts = [(value(one, int(moment)), one.half_life_ms) for one in journey.contributions.values()]
        slope = sum(part / half_life for part, half_life in parts) * log(2)
        if not slope:
            break
        moment += (further := (sum(part for part, _ in parts) - wanted) / slope)
        if abs(further) < 1:
            break
    return int(moment)


def _gone(contribution: Contribution) -> int:
    halvings = log2(contribution.strength / NEGLIGIBLE) if contribution.strength > NEGLIGIBLE else 0.0
    return contribution.since + ceil(halvings * contribution.half_life_ms) + 1


def add(moment: Moment, detector: Detector, found: Found, signal_id: str) -> None:
    """A churn signal adds to the risk. Of two by one detector the heavier one stays, whichever came first."""
    if detector.risk is None:
        raise TypeError(f"{detector.name} is no churn signal: it declares no risk")
    journey, now = moment.journey, _now(moment)
    new = Contribution(
        version=detector.version,
        family=detector.risk.family,
        weight=detector.risk.weight,
        strength=min(1.0, max(0.0, found.strength)),
        half_life_ms=round(detector.risk.half_life_days * DAY),
        since=moment.at,
        evidence=list(found.evidence[-EVIDENCE:]),
        signal=signal_id,
    )
    old = journey.contributions.get(detector.name)
    if old is None or (value(new, now), new.since, new.signal) > (value(old, now), old.since, old.signal):
        journey.contributions[detector.name] = new
        journey.band_due = LOOK


def drop(journey: Journey, detector: str) -> None:
    """What this signal added is taken away: it was disproved, or the customer came back."""
    if journey.contributions.pop(detector, None) is not None:
        journey.band_due = LOOK


def prune(journey: Journey, at: int) -> None:
    """Contributions that have become nothing are forgotten; the risk stays what it is."""
    for name in [name for name, one in journey.contributions.items() if value(one, at) == 0]:
        del journey.contributions[name]


def contributions(journey: Journey, at: int) -> tuple[signals.Contribution, ...]:
    """The summands as published at this time (ms UTC), largest first."""
    parts = sorted(((-value(one, at), name, one) for name, one in journey.contributions.items()), key=lambda part: part[:2])
    return tuple(
        signals.Contribution(
            signal=name, version=one.version, family=one.family, value=-minus, weight=one.weight, strength=one.strength,
            half_life_days=one.half_life_ms / DAY, since=rfc3339(one.since), evidence=tuple(one.evidence),
        )
        for minus, name, one in parts
    )  # fmt: skip


def settle(moment: Moment) -> None:
    """The journey's band is the band of its risk; a change is published with its reasons, and a rise is a reason to decide.

    Costs nothing while nothing was added or dropped and the next crossing (`journey.band_due`) lies ahead.
    """
    journey, rules, now = moment.journey, moment.rules, _now(moment)
    if not 0 < journey.band_due <= now:
        return
    prune(journey, now)
    reached, held_back = band(journey, now, rules)
    journey.band_due = next_crossing(journey, now, rules)
    left: Band = BANDS[BANDS.index(journey.band)]
    if reached == left:
        return
    journey.band = reached
    moment.out.append(
        RiskChanged(
            id=moment.id("risk"), customer=moment.customer, at=moment.when(now), caused_by=moment.cause, rules=rules.fingerprint,
            band=reached, left=left, risk=risk(journey, now, rules), bias=rules.blueprint.bias,
            contributions=contributions(journey, now), held_back=held_back,
        )
    )  # fmt: skip
    if BANDS.index(reached) > BANDS.index(left):
        moment.triggers.append(f"risk_rose:{reached}")


def _now(moment: Moment) -> int:
    return max(moment.at, moment.journey.newest)  # a late touchpoint does not turn the clock back
