"""Customers who have probably gone, by the model of how customers come and go."""

from __future__ import annotations

from math import isinf

from schemas.control.models import CadenceModel
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.cadence.model import p_alive, silence_until
from streams.cadence.own_rhythm import buying_history
from streams.detectors import DAY, Found, Later, Limits, Opening, Risk, closing, modelled_absence
from streams.state import Deadline, Journey


def _bought(journey: Journey, purchase: OrderPlaced | PurchaseMade, limits: Limits) -> Opening | None:
    waiting = journey.deadlines.get("probably_gone:")
    if waiting and not waiting.step:
        return None  # a deadline is open already; the latest purchase is looked at when it is due
    return Opening(purchase.at + round(limits["least_days"] * DAY))


def _fallen_at(journey: Journey, model: CadenceModel, p: float) -> int:
    """Return when (ms UTC) P(alive) falls to `p`; 0: never."""
    x, t_x, _ = buying_history(journey.cadence, journey.cadence.last)
    days = silence_until(model, x, t_x, p)
    return 0 if isinf(days) else round((journey.cadence.first // DAY + days) * DAY) + 1


@modelled_absence(
    "probably_gone",
    opened_by={OrderPlaced: _bought, PurchaseMade: _bought},
    closed_by=(closing(OrderPlaced), closing(PurchaseMade)),
    pinned=True,
    cites=False,
    limits={"warn": 0.5, "act": 0.2, "warn_strength": 0.6, "least_days": 7, "look_days": 28, "given_up_days": 730},
    severity=3,
    risk=Risk("silence", weight=2.0, half_life_days=90),
)
def probably_gone(journey: Journey, silence: Deadline, limits: Limits, model: CadenceModel | None) -> Found | Later | None:
    """The chance that this is still a customer has fallen below a half, by the cadence model in force.

    **Definition**: P(alive) is that chance under the published model, from the days of the customer's purchases. At `warn` the signal has
    strength `warn_strength`, at `act` full strength. The detector computes when the chance falls so far, and does not poll. Without a model
    it looks again after `look_days`, then each time after twice as long, up to `given_up_days`.
    **Default**: .5 and .2. Never before `least_days` of silence.
    **Source**: Schmittlein, Morrison and Colombo 1987. Fader, Hardie and Lee 2005. Batislam, Denizel and Filiztekin 2007. Weight 2.0 and
    half-life 90 days are priors [ours]. The signal adds nothing where the base feature `cadence` reports the same silence.
    **Guard**: BG/NBD takes everyone who bought once for certainly alive. So with BG/NBD these customers never get this signal
    (`streams.cadence.bg_nbd`).

    >>> from schemas.control.models import CadenceModel
    >>> from streams.replay import signals_of
    >>> model = CadenceModel(family="mbg_nbd", parameters=(1.5, 10.0, 0.8, 8.0), customers=900, purchases=9000, log_likelihood=-3e4)
    >>> weekly = "".join(f"{7 * week}d store purchase_made till receipt=r{week} \\n" for week in range(6))
    >>> signals_of(weekly, until="75d", model=model)
    ['purchase_overdue', 'dormant', 'purchase_overdue', 'probably_gone', 'dormant']
    >>> signals_of(weekly, until="42d", model=model)
    []
    """
    if model is None:
        waited = silence.due - journey.cadence.last
        return Later(silence.due + max(round(limits["look_days"] * DAY), waited)) if waited < limits["given_up_days"] * DAY else None
    due = _fallen_at(journey, model, limits["act" if silence.step else "warn"])
    if not due:
        return None
    if (due := max(due, journey.cadence.last + round(limits["least_days"] * DAY))) > silence.due:
        return Later(due)
    chance = p_alive(model, *buying_history(journey.cadence, silence.due))
    words = f"Still a customer with a chance of {chance:.0%}"
    if silence.step or chance <= limits["act"]:
        return Found([journey.acted_id], words, 4)
    return Found([journey.acted_id], words, strength=limits["warn_strength"], again_at=_fallen_at(journey, model, limits["act"]) or None)
