"""The checkout: sign-in, shipping, payment, confirmation."""

from __future__ import annotations

from agents.world.company import CURRENCY
from agents.world.incidents import Row, rows_on, touched
from agents.world.lives import delivering, signing
from agents.world.lives.shopping import browse, leave_cart, meets_no_error
from agents.world.lives.walking import HOUR, MINUTE, Visit

STAYS = 0.80  # share of full carts that go to the checkout


def buy(visit: Visit) -> None:
    """Look for something and buy it, if nothing comes in between."""
    pen = visit.pen
    if not browse(visit, buys=True):
        visit.leave()
        return
    visit.view("/cart", "cart", usual=12)
    if not pen.chooses(STAYS):
        leave_cart(visit)
        return
    last = pen.now
    if not meets_no_error(visit, "/cart", "cart", None if visit.app else touched(pen.day, pen.hour(), "error_page")):
        pen.friction("cart_abandoned", last + 60 * MINUTE, visit.place("/cart"))
        return
    if not signing.sign_in(visit, at_checkout=True):
        leave_cart(visit)
        return
    _check_out(visit)


def _check_out(visit: Visit) -> None:
    pen, began = visit.pen, visit.pen.now
    pen.say(
        "checkout_started", cart=visit.cart, items=visit.items, value=visit.value, currency=CURRENCY,
        place=visit.place("/checkout/shipping"),
    )  # fmt: skip
    order = pen.number("o")
    by = _ship(visit) or _pay(visit, order)
    if by is None:
        _confirm(visit, order, began)
        return
    visit.leave()
    pen.friction("checkout_abandoned", began + 30 * MINUTE, visit.at_page, by)
    if by:
        pen.friction("stopped_here", place=visit.at_page, by=by)
    if by and pen.chooses(0.25):
        pen.later("contact", pen.now + int((0.5 + 2 * pen.chance.random()) * HOUR), intent="payment" if "payment" in by else "order")


def _ship(visit: Visit) -> str | None:
    """Fill in where it goes to. Return None to go on, else what kept the customer: the name of an incident, or nothing."""
    pen = visit.pen
    visit.view("/checkout/shipping", "checkout", usual=20)
    hang = None if visit.app else touched(pen.day, pen.hour(), "shipping_hang")
    if hang and pen.chooses(hang.share):
        return _wait_in_vain(visit, hang)
    loop = touched(pen.day, pen.hour(), "shipping_loop") if visit.app else None
    if pen.chooses(loop.share if loop else 0.004) and (kept := _go_round(visit, loop)) is not None:
        return kept
    return _address(visit) if pen.chooses(0.3) else ("" if pen.chooses(0.05) else None)


def _wait_in_vain(visit: Visit, hang: Row) -> str:
    """The page does not respond: wait, perhaps load it again, leave."""
    pen = visit.pen
    pen.wait(30, 100)
    if pen.chooses(0.3):
        pen.say("page_reloaded", page=visit.at_page, page_type="checkout")
        pen.wait(20, 60)
    return hang.name


def _go_round(visit: Visit, loop: Row | None) -> str | None:
    """Shipping sends back to the cart. Return None if it lets the customer through in the end."""
    pen = visit.pen
    times = 3 + int(3 * pen.chance.random()) if pen.chooses(0.85) else 1
    for number in range(times):
        visit.view("/cart", "cart", by="link", usual=7)
        visit.view("/checkout/shipping", "checkout", usual=9)
        if number == 2:
            pen.friction("went_in_circles", pen.now - 8_000, visit.at_page, loop.name if loop else "")
    if pen.chooses(0.2):
        return None
    return loop.name if loop else ""


def _address(visit: Visit) -> str | None:
    """Fill in the form with the address; some forms refuse a field, some are left."""
    pen, page = visit.pen, visit.at_page
    pen.say("form_started", form="address", page=page)
    pen.wait(20, 60)
    drawn = pen.chance.random()
    if drawn < 0.08:
        times = 3 if drawn < 0.012 else 1
        for _ in range(times):
            pen.say("form_rejected", form="address", field="postcode", rule="format", page=page)
            pen.wait(8, 20)
        if times == 3:
            pen.friction("validation_loop", pen.now - 8_000, page)
    if drawn > 0.94:
        pen.friction("form_abandoned", pen.now + 30 * MINUTE, page)
        return ""
    pen.say("form_submitted", form="address", page=page)
    return None


def _pay(visit: Visit, order: str) -> str | None:
    """Pay. Return None if it is paid, else what kept the customer."""
    pen = visit.pen
    visit.view("/checkout/payment", "checkout", usual=14)
    kept = _coupon(visit)
    if kept is not None:
        return kept
    if pen.chooses(0.04):
        return ""
    method = "card" if pen.chooses(0.7) else "wallet"
    for _ in range(3):
        row = None if visit.app else touched(pen.day, pen.hour(), "pay")
        if _try(visit, order, method, row):
            return None
        if not pen.chooses(0.5):
            break
    return row.name if row else ""


def _try(visit: Visit, order: str, method: str, row: Row | None) -> bool:
    pen, place, payment = visit.pen, visit.at_page, visit.pen.number("z")
    pen.say("payment_tried", payment=payment, order=order, amount=visit.value, currency=CURRENCY, method=method, place=place)
    pen.wait(2, 5)
    if not pen.chooses(row.share if row else 0.035):
        return True
    reason = "gateway_timeout" if row else "insufficient_funds" if pen.chooses(0.7) else "card_expired"
    hard = reason == "card_expired"
    pen.say("payment_failed", payment=payment, order=order, hard=hard, reason=reason, amount=visit.value, method=method, place=place)
    pen.friction("payment_failed", place=place, by=row.name if row else "")
    if row and pen.chooses(0.5):
        pen.say("request_failed", pen.now + 200, status=504, flow="payment", page=place, request="authorise")
        pen.friction("failed_request", pen.now + 200, place, row.name)
    pen.wait(15, 45)
    return False


def _coupon(visit: Visit) -> str | None:
    """Enter a coupon, if there is one. Return None to go on."""
    pen = visit.pen
    row = touched(pen.day, pen.hour(), "coupon")
    if not pen.chooses(0.6 if "coupon" in rows_on(pen.day) else 0.10 * (0.5 + pen.person.price)):
        return None
    code = row.where["campaign"].upper() if row else "WELCOME"
    if not pen.chooses(row.share if row else 0.06):
        visit.value = max(100, visit.value - 500)
        pen.say("coupon_applied", code=code, cart=visit.cart, discount=500, currency=CURRENCY, place=visit.at_page)
        pen.wait(6, 12)
        return None
    pen.say("coupon_denied", code=code, reason="unknown" if row else "minimum", cart=visit.cart, place=visit.at_page)
    pen.friction("coupon_denied", place=visit.at_page, by=row.name if row else "")
    pen.wait(8, 30)
    return (row.name if row else "") if pen.chooses(0.2 + 0.2 * pen.person.price) else None


def _confirm(visit: Visit, order: str, began: int) -> None:
    """Place the order. It is late for the checkout if it took longer than half an hour."""
    pen = visit.pen
    pen.say(
        "order_placed", order=order, cart=visit.cart, items=visit.items, value=visit.value, currency=CURRENCY,
        place=visit.place("/checkout/confirm"), margin=visit.value * 3 // 10,
        **({"substituted": 1} if pen.chooses(0.03) else {}),
    )  # fmt: skip
    if pen.now - began > 30 * MINUTE:
        pen.friction("checkout_abandoned", began + 30 * MINUTE, visit.at_page)
    pen.now += 300
    visit.view("/checkout/confirm", "confirmation", usual=8)
    visit.leave()
    pen.delight(0.012)
    delivering.send(visit, order)
