"""Looking for something to buy: search, category, product, cart."""

from __future__ import annotations

from agents.world.company import CATEGORIES, CURRENCY, PRODUCTS, price_of
from agents.world.incidents import Row, touched
from agents.world.lives.walking import MINUTE, Visit

ERROR = "/error"


def wished(visit: Visit) -> str:
    """Return the category that the customer looks for today: their favourite, or another."""
    person, chance = visit.pen.person, visit.pen.chance
    return person.favourite if chance.random() < 0.5 else CATEGORIES[int(len(CATEGORIES) * chance.random() ** 1.7)]


def browse(visit: Visit, *, buys: bool) -> bool:
    """Look around. Return whether something is in the cart at the end."""
    pen, category = visit.pen, wished(visit)
    visit.view("/", "home", by="entry", usual=10)
    if pen.chooses(0.55) and not _search(visit, category):
        return False
    visit.view(f"/c/{category}", "list", usual=18)
    for _ in range(1 + int(pen.chance.random() * (2 if buys else 3))):
        number = 1 + int(PRODUCTS * pen.chance.random() ** 1.6)
        _look(visit, category, number)
        if buys and not visit.items and pen.chooses(_share_that_takes(visit)):
            _put(visit, category, number)
            if visit.over:
                return False
        if pen.chooses(0.5):
            visit.view(f"/c/{category}", "list", by="back", usual=9)
    return visit.items > 0


def _share_that_takes(visit: Visit) -> float:
    """Return how many of those who want to buy take the product that they look at. A price that rose puts some off."""
    row = touched(visit.pen.day, visit.pen.hour(), "price")
    return 0.75 - ((row.share - 1) * visit.pen.person.price if row else 0.0)


def _look(visit: Visit, category: str, number: int) -> None:
    product = f"{category}-{number}"
    pen, price = visit.pen, price_of(category, number)
    sale, dearer = touched(pen.day, pen.hour(), "sale"), touched(pen.day, pen.hour(), "price")
    price = price // 2 if sale else int(price * dearer.share) if dearer else price
    visit.view(f"/p/{product}", "product", usual=30)
    pen.say(
        "product_viewed", pen.now - 4_000, product=product, category=category, price=price, currency=CURRENCY, place=visit.at_page,
        in_stock=pen.chooses(0.97),
    )  # fmt: skip


def _put(visit: Visit, category: str, number: int) -> None:
    """Put a product into the cart; more of them follow."""
    pen = visit.pen
    if not _passes_error_page(visit):
        return
    visit.cart = visit.cart or pen.number("k")
    for _ in range(1 + int(3 * pen.chance.random() ** 2)):
        visit.items += 1
        visit.value += price_of(category, number)
        pen.say("cart_updated", cart=visit.cart, items=visit.items, value=visit.value, currency=CURRENCY, place=visit.place("/cart"))
        pen.wait(7, 40)


def _passes_error_page(visit: Visit) -> bool:
    """Return whether the product goes into the cart, and no error page comes in between."""
    return meets_no_error(visit, visit.at_page, "product", None)


def meets_no_error(visit: Visit, page: str, sort: str, row: Row | None) -> bool:
    """Return whether the way from this page on is free. In front of an error page most people leave; some go back and try again."""
    pen = visit.pen
    for _ in range(3):
        if not pen.chooses(row.share if row else 0.004):
            return True
        began = pen.now
        visit.view(ERROR, "error", usual=6)
        if visit.items:  # with an empty cart, nobody can know that they were about to buy
            pen.friction("dead_end", began, visit.at_page, row.name if row else "")
        if not pen.chooses(0.45):
            break
        visit.view(page, sort, by="back", usual=6)
    if row:
        pen.friction("stopped_here", place=page, by=row.name)
    visit.leave()
    return False


def _search(visit: Visit, category: str) -> bool:
    """Search. Return whether the customer goes on."""
    pen = visit.pen
    visit.view("/search", "search", usual=4)
    row = None if visit.app else touched(pen.day, pen.hour(), "search")
    broken = row is not None and row.where["category"] == category
    empty = pen.chooses(row.share if row and broken else 0.05)
    _ask(visit, 0 if empty else 3 + int(60 * pen.chance.random()), refined=False)
    if not empty:
        return True
    by = row.name if row and broken else ""
    if pen.chooses(0.65 if broken else 0.35):
        pen.wait(6, 20)
        visit.leave(to="-")
        pen.friction("zero_result_search", place=visit.at_page, by=by)
        return False
    for number in range(3 if broken and pen.chooses(0.4) else 1):
        _ask(visit, 0 if broken else 4 + int(30 * pen.chance.random()), refined=True)
        if number == 2:
            pen.friction("zero_result_search", pen.now - 8_000, visit.at_page, by)
    return True


def _ask(visit: Visit, results: int, *, refined: bool) -> None:
    pen = visit.pen
    pen.say(
        "products_searched", results=results, query_length=4 + int(14 * pen.chance.random()), refined=refined, place=visit.place("/search"),
    )  # fmt: skip
    pen.wait(8, 25)


def leave_cart(visit: Visit) -> None:
    """Leave with a cart that is full."""
    pen = visit.pen
    last = pen.now
    visit.leave()
    pen.friction("cart_abandoned", last + 60 * MINUTE, visit.place("/cart"))
