"""The money of a journey in one currency: the company's. Amounts in another currency are converted by its rate, or kept apart.

The blueprint names the company's currency and the rates. If it names no currency, the first amount that names one decides for this
customer. An amount that names none counts as the company's. An amount that is not known is not 0: nothing is added for it.
"""

from __future__ import annotations

from msgspec.structs import astuple, replace

from schemas.durations import DAY, week_of
from schemas.touchpoints.aftersale import OrderRefunded
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.rules.exchange import Exchange
from streams.state import CURRENCIES, FIELDS, Journey, Value, journey_of
from streams.state.journey.profile import PERIODS


def add_purchase(journey: Journey, purchase: OrderPlaced | PurchaseMade, exchange: Exchange) -> bool:
    """Add what a purchase is worth. One of unknown value, or of a currency without a rate, is unpriced: return False."""
    named = settle_currency(journey, exchange, purchase.currency)
    value = journey.value
    value.coupons += purchase.coupons > 0
    if purchase.discount:
        value.discount += own_amount(journey, purchase.discount, named, exchange) or 0
    if (worth := _own_or_apart(journey, purchase.value, named, exchange, 1)) is None:
        value.unpriced += 1
        return False
    value.spend += worth
    if purchase.margin is not None and (margin := own_amount(journey, purchase.margin, named, exchange)) is not None:
        value.margin += margin
        value.margins += 1
    _add_to_period(journey.periods, week_of(purchase.at // DAY) // 4, worth)
    return True


def add_refund(journey: Journey, refund: OrderRefunded, exchange: Exchange) -> None:
    """Add what was paid back."""
    named = settle_currency(journey, exchange, refund.currency)
    journey.value.refunded += _own_or_apart(journey, refund.value, named, exchange, -1) or 0


def settle_currency(journey: Journey, exchange: Exchange, named: str) -> str:
    """Settle the currency of the journey's value before an amount that names this currency. Return the name in capitals."""
    code = named.upper() if named else named
    now = journey.value.currency
    if (own := exchange.currency or now or code) != now:
        restate(journey, own, exchange)
    return code


def own_amount(journey: Journey, amount: int, named: str, exchange: Exchange) -> int | None:
    """Return an amount of the named currency in the journey's own currency. None: it has no rate."""
    return amount if not named or named == journey.value.currency else exchange.convert(amount, named)


def _own_or_apart(journey: Journey, amount: int | None, named: str, exchange: Exchange, sign: int) -> int | None:
    """Return the amount in the journey's own currency. Without a rate, add it (with this sign) to what is kept apart, and return None."""
    if amount is None:
        return None
    if not named or named == journey.value.currency:
        return amount
    own = exchange.convert(amount, named)
    if own is None:
        _keep_apart(journey, named, sign * amount)
    return own


def _keep_apart(journey: Journey, code: str, amount: int) -> None:
    """Add an amount to what is kept in another currency. One currency more than CURRENCIES is dropped, and counted as such."""
    foreign = journey.value.foreign
    if code not in foreign and len(foreign) >= CURRENCIES:
        journey.dropped += amount != 0
        return
    if total := foreign.pop(code, 0) + amount:
        foreign[code] = total


def _add_to_period(periods: dict[int, int], period: int, spend: int) -> None:
    """Add spend to a four-week period. If there are too many periods, the oldest is forgotten."""
    periods[period] = periods.get(period, 0) + spend
    if len(periods) > PERIODS:
        del periods[min(periods)]


def restate(journey: Journey, own: str, exchange: Exchange) -> None:
    """Turn everything that the journey holds into this currency: by its rate, or kept apart.

    Amounts without a currency are taken for the company's. A currency changes only if a company changes it, or if two ids of one
    customer began with different ones.
    """
    value = journey.value
    if value.currency == own:
        return
    if journey.earlier is not None:
        then = journey_of(value=Value(*journey.earlier.value))
        _turn_value(then, own, exchange)
        journey.earlier.value = astuple(then.value)
    _turn_value(journey, own, exchange)


def _turn_value(journey: Journey, own: str, exchange: Exchange) -> None:
    value, left = journey.value, journey.value.currency
    journey.value = now = replace(value, currency=own, foreign=dict(value.foreign))
    if not left:
        return
    held = (value.spend, value.discount, value.refunded, value.margin, *journey.periods.values(), journey.plan_price)
    turned = [exchange.convert(amount, left) for amount in held] if own == exchange.currency else [None]
    known = [amount for amount in turned if amount is not None]
    if len(known) == len(held):
        now.spend, now.discount, now.refunded, now.margin, *spent, journey.plan_price = known
        journey.periods = dict(zip(journey.periods, spent, strict=True))
    else:
        now.spend = now.discount = now.refunded = now.margin = now.margins = journey.plan_price = 0
        now.unpriced, journey.periods = journey.cadence.count, {}
        _keep_apart(journey, left, value.spend - value.refunded)
    back = now.foreign.pop(own, 0)
    now.spend, now.refunded = now.spend + max(0, back), now.refunded + max(0, -back)


def in_one_currency(one: Journey, other: Journey, exchange: Exchange) -> tuple[Journey, Journey]:
    """Return both journeys with their values in one currency, for a merge: the company's, or that of the earlier first purchase."""
    named = [(each.cadence.first or each.newest, each.value.currency) for each in (one, other) if each.value.currency]
    own = exchange.currency or min(named, default=(0, ""))[1]
    return _stated(one, own, exchange), _stated(other, own, exchange)


def _stated(journey: Journey, own: str, exchange: Exchange) -> Journey:
    if journey.value.currency in ("", own):
        return journey
    stated = journey_of(**{name: getattr(journey, name) for name in FIELDS})
    stated.earlier = None
    restate(stated, own, exchange)
    return stated
