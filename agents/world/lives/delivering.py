"""From the order to the goods in the customer's hands, as carriers tell it; and goods that come back."""

from __future__ import annotations

from agents.world.company import CARRIERS, CURRENCY
from agents.world.incidents import Row, rows_on
from agents.world.lives.walking import DAY, HOUR, Visit
from agents.world.pen import Pen

EVENING = 19 * HOUR


def send(visit: Visit, order: str) -> None:
    """Promise a delivery and write all that the carrier will tell of it."""
    pen, value = visit.pen, visit.value
    drawn = pen.chance.random()
    pen.take("post", "shop-backend", 900)
    if drawn < 0.02:
        _cancel(pen, order, value)
    elif drawn < 0.12:
        _pick_up(pen, order)
    else:
        if drawn < 0.14:
            pen.say("order_changed", pen.now + 9 * HOUR // 10, order=order, value=value + 300, currency=CURRENCY, place="orders")
        _parcel(pen, order, value)


def _cancel(pen: Pen, order: str, value: int) -> None:
    at = pen.now + int((1 + 3 * pen.chance.random()) * HOUR)
    pen.say("delivery_promised", pen.now + 60_000, order=order, by=_promised(pen, 3), place=CARRIERS[pen.person.region])
    pen.say("order_cancelled", at, order=order, value=value, currency=CURRENCY, reason="changed_mind", place="orders")
    pen.friction("returned_or_refunded", at, "orders")
    pen.say("order_refunded", at + 2 * DAY, order=order, value=value, currency=CURRENCY, refund=f"r{order}", place="orders")


def _pick_up(pen: Pen, order: str) -> None:
    pen.take("store", "shop-backend", 900)
    ready = pen.start + DAY + 10 * HOUR
    pen.say("pickup_ready", ready, order=order, until=ready + 7 * DAY, place=f"store-{1 + pen.person.index % 4}")
    pen.say("order_delivered", ready + int((2 + 30 * pen.chance.random()) * HOUR), order=order, place=f"store-{1 + pen.person.index % 4}")


def _promised(pen: Pen, days: int) -> int:
    """Return the latest time promised: so many days on, and one more for a holiday in between."""
    holidays = sum("holiday" in rows_on(pen.day + on) for on in range(1, days + 1))
    return pen.start + (days + holidays) * DAY + EVENING


def _works(pen: Pen, day: int) -> int:
    """Return this day, or the next on which the carrier works."""
    return day + 1 if "holiday" in rows_on(day) else day


def _parcel(pen: Pen, order: str, value: int) -> None:
    carrier = CARRIERS[pen.person.region]
    pen.take("post", f"carrier-{carrier}", 20_000, 60_000)
    parcel, by = f"s{order[1:]}", _promised(pen, 3)
    pen.say("delivery_promised", pen.now + 60_000, order=order, by=by, parcel=parcel, place=carrier)
    handed = _start(pen, _works(pen, pen.day + 1)) + int((7 + 3 * pen.chance.random()) * HOUR)
    sorted_at = handed + int((8 + 6 * pen.chance.random()) * HOUR)
    pen.say("parcel_scanned", handed, parcel=parcel, order=order, carrier=carrier, step="handed_over", place=carrier)
    pen.say("parcel_scanned", sorted_at, parcel=parcel, order=order, carrier=carrier, step="sorted", place=carrier)
    arrives, row = _arrives(pen)
    quiet = row is not None and pen.chooses(0.4)
    if row is not None and not quiet:
        sorted_at = _start(pen, arrives) - 10 * HOUR
        pen.say("parcel_scanned", sorted_at - 20 * HOUR, parcel=parcel, order=order, carrier=carrier, step="sorted", place=carrier)
        pen.say("parcel_scanned", sorted_at, parcel=parcel, order=order, carrier=carrier, step="sorted", place=carrier)
    out = _start(pen, arrives) + int((6 + 2 * pen.chance.random()) * HOUR)
    if out - sorted_at > 48 * HOUR:
        pen.friction("scan_gap", sorted_at + 48 * HOUR, carrier, row.name if row else "")
    pen.say("parcel_scanned", out, parcel=parcel, order=order, carrier=carrier, step="out_for_delivery", place=carrier)
    _to_the_door(pen, order, value, out, by, row)


def _start(pen: Pen, day: int) -> int:
    return pen.state.start_of(day)


def _arrives(pen: Pen) -> tuple[int, Row | None]:
    """Return the day on which the parcel comes, and the incident that made it late."""
    day = _works(pen, _works(pen, pen.day + 1) + 1 + (1 if pen.chooses(0.4) else 0))
    row = rows_on(pen.day + 1).get("carry")
    if row is not None and row.where["region"] == pen.person.region and pen.chooses(row.share):
        return _works(pen, pen.day + 5 + (1 if pen.chooses(0.3) else 0)), row
    if pen.chooses(0.025):
        return _works(pen, pen.day + 4), None
    return day, None


def _to_the_door(pen: Pen, order: str, value: int, out: int, by: int, row: Row | None) -> None:
    """Deliver, at the first attempt or the second. Who waits too long asks."""
    carrier = CARRIERS[pen.person.region]
    at = out + int((1 + 8 * pen.chance.random()) * HOUR)
    if pen.chooses(0.04):
        pen.say("delivery_attempted", at, order=order, parcel=f"s{order[1:]}", reason="nobody_home", place=carrier)
        pen.friction("delivery_failed", at, carrier)
        if pen.chooses(0.4):
            by = _start(pen, pen.state.day_of(at) + 2) + EVENING
            pen.say("delivery_rescheduled", at + HOUR, order=order, by=by, by_customer=True, place=carrier)
        at = _start(pen, _works(pen, pen.state.day_of(at) + 1)) + int((9 + 8 * pen.chance.random()) * HOUR)
    pen.say("order_delivered", at, order=order, parcel=f"s{order[1:]}", place=carrier)
    if at > by:
        pen.friction("delivery_late", by, carrier, row.name if row else "")
        if pen.chooses(0.4):
            pen.later("contact", by + int((1 + 12 * pen.chance.random()) * HOUR), intent="delivery", order=order, until=at, carrier=carrier)
    elif pen.chooses(0.02):
        pen.later("contact", out - int(14 * HOUR * pen.chance.random()), intent="delivery", order=order, until=at, carrier=carrier)
    _afterwards(pen, order, value, at, late=at > by)


def _afterwards(pen: Pen, order: str, value: int, at: int, *, late: bool) -> None:
    if pen.chooses(0.10):
        pen.later("survey", at + int((2 + 20 * pen.chance.random()) * HOUR), metric="csat", order=order, worse=0.35 if late else 0.0)
    if pen.chooses(0.03):
        pen.later("review", at + int((1 + 4 * pen.chance.random()) * DAY), order=order)
    if pen.chooses(0.06):
        pen.later("return", at + int((1 + 6 * pen.chance.random()) * DAY), order=order, value=value)


def bring_back(pen: Pen, order: str, value: int) -> None:
    """Send goods back. An exchange goes on; a refund takes a few days."""
    pen.take("post", "shop-backend", 900)
    exchange, at = pen.chooses(0.25), pen.now
    reason = "size" if exchange else ("changed_mind" if pen.chooses(0.7) else "damaged")
    owed = {} if exchange else {"refund_due": at + 14 * DAY}
    pen.say("item_returned", order=order, value=value, currency=CURRENCY, exchange=exchange, reason=reason, place="/returns", **owed)
    if not exchange:
        pen.friction("returned_or_refunded", at, "/returns")
        pen.say("order_refunded", at + int((2 + 6 * pen.chance.random()) * DAY), order=order, value=value, currency=CURRENCY,
                refund=f"r{order}", place="/returns")  # fmt: skip
