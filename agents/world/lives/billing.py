"""The monthly delivery pass: invoices, payments, what fails, and how it ends."""

from __future__ import annotations

from agents.world.company import CURRENCY
from agents.world.incidents import rows_on
from agents.world.pen import DAY, HOUR, Pen

MONTH, FEE, AT = 28, 999, 4  # days between two runs; cents; the hour of the run


def is_due(day: int) -> bool:
    """Return whether invoices are written on this day.

    >>> [day for day in range(91) if is_due(day)]
    [14, 42, 70]
    """
    return day % MONTH == 14


def bill(pen: Pen) -> None:
    """Write the month's invoice, and what becomes of it."""
    person, row = pen.person, rows_on(pen.day).get("invoice")
    pen.now = pen.start + AT * HOUR + int(2 * HOUR * pen.chance.random())
    pen.take("email", "billing", 0, arrives=pen.start + 7 * HOUR)
    wrong = row is not None and pen.chooses(row.share)
    invoice, subscription, amount = pen.number("i"), f"a{person.index}", FEE * (2 if wrong else 1)
    due = pen.start + 8 * DAY
    pen.say("invoice_issued", invoice=invoice, amount=amount, currency=CURRENCY, due=due, subscription=subscription, place="billing")
    if row is not None and wrong and pen.chooses(0.55):
        pen.later("contact", pen.start + int((8 + 50 * pen.chance.random() ** 2) * HOUR), intent="invoice", invoice=invoice, by=row.name,
                  unsolved=0.6)  # fmt: skip
    _pay(pen, invoice, subscription, amount, due)


def _pay(pen: Pen, invoice: str, subscription: str, amount: int, due: int) -> None:
    pen.take("email", "billing", 60_000, HOUR)
    drawn, pays = pen.chance.random(), due - 2 * DAY + int(DAY * pen.chance.random())
    if drawn > 0.07:
        pen.say("invoice_paid", pays, invoice=invoice, amount=amount, currency=CURRENCY, payment=pen.number("z"), place="billing")
        pen.say("subscription_renewed", pays + HOUR, subscription=subscription, plan="pass", value=FEE, currency=CURRENCY, place="billing")
        return
    pen.say("payment_due", due, invoice=invoice, amount=amount, currency=CURRENCY, place="billing")
    if drawn > 0.03:
        pen.say("payment_overdue", due + 4 * DAY, invoice=invoice, amount=amount, currency=CURRENCY, days=4, place="billing")
        pen.say("invoice_paid", due + 6 * DAY, invoice=invoice, amount=amount, currency=CURRENCY, payment=pen.number("z"), place="billing")
        return
    for attempt in range(1, 4):
        at = due + attempt * 2 * DAY
        pen.say("payment_failed", at, payment=pen.number("z"), invoice=invoice, reason="expired_card", amount=amount, place="billing")
        pen.friction("payment_failed", at, "billing")
        pen.say("renewal_failed", at + HOUR // 2, subscription=subscription, invoice=invoice, reason="expired_card", attempt=attempt,
                place="billing")  # fmt: skip
        if attempt > 1:
            pen.friction("payment_retries", at, "billing")
        if pen.chooses(0.5):
            pen.say("invoice_paid", at + DAY, invoice=invoice, amount=amount, currency=CURRENCY, payment=pen.number("z"), place="billing")
            return
    pen.later("pass_ends", due + 8 * DAY)


def end_pass(pen: Pen) -> None:
    """End the delivery pass after payments that failed."""
    pen.take("email", "billing", 60_000, HOUR)
    pen.person.plan = False
    pen.say("subscription_cancelled", subscription=f"a{pen.person.index}", reason="payment", by_customer=False, place="billing")
