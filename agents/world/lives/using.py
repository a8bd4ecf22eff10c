"""Visits that buy nothing: reading, looking after an order, using features, the shop round the corner."""

from __future__ import annotations

from agents.world.company import ARTICLES, CATEGORIES, CURRENCY, SHOPS, price_of
from agents.world.incidents import touched
from agents.world.lives import signing
from agents.world.lives.walking import DAY, HOUR, Visit
from agents.world.pen import Pen

STEADY, NEW = "7.4.0", "8.0.0"
NIGHT = 2 * HOUR  # when the tills' file of the day before arrives


def look_after(visit: Visit) -> None:
    """Look at the orders in the account."""
    visit.view("/", "home", by="entry", usual=6)
    if not signing.sign_in(visit, at_checkout=False):
        return
    visit.view("/account", "account", usual=10)
    visit.view("/account/orders", "status", usual=18)
    if visit.pen.chooses(0.15):
        visit.view("/returns", "help", usual=20)
    visit.leave()


def read(visit: Visit) -> None:
    """Read something."""
    pen = visit.pen
    article = ARTICLES[int(len(ARTICLES) * pen.chance.random())]
    visit.view("/", "home", by="entry", usual=6)
    visit.view(f"/articles/{article}", "article", usual=90)
    pen.say("content_viewed", pen.now - 5_000, content=article, topic="how-to", viewed_ms=60_000, place=visit.at_page)
    if pen.chooses(0.3):
        visit.view("/help", "help", usual=20)
    visit.leave()


def use(visit: Visit) -> None:
    """Use what the app, or the account, is good for."""
    pen = visit.pen
    if not visit.app and pen.customer != pen.person.id:
        return read(visit)
    visit.view("/account", "account", by="entry", usual=10)
    for feature in ("lists", "recipes", "reminders")[: 1 + int(3 * pen.chance.random())]:
        pen.say("feature_used", feature=feature, core=feature == "lists", units=1 + int(4 * pen.chance.random()), place=visit.at_page)
        pen.wait(20, 90)
    return visit.leave()


def open_app(visit: Visit) -> bool:
    """Open the app. Return whether it stays open: a new version may crash on one system."""
    pen, person = visit.pen, visit.pen.person
    release = touched(pen.day, pen.hour(), "release")
    new = release is not None and person.system == release.where["system"] and person.index % 10 < 8
    version = f"{NEW if new else STEADY}-{person.system}"
    pen.say("app_opened", app_version=version, updated=False, place="home")
    pen.wait(1, 3)
    if not pen.chooses(release.share if release and new else 0.003):
        return True
    for _ in range(2 if pen.chooses(0.3) else 1):
        pen.wait(2, 20)
        pen.say("app_crashed", app_version=version, screen="home", place="home")
        pen.friction("app_crash", place="home", by=release.name if release and new else "")
        pen.wait(8, 30)
        pen.say("app_opened", app_version=version, place="home")
    return pen.chooses(0.35)


def go_to_store(pen: Pen) -> None:
    """Buy in a store. Its tills report at night, in one file; now and then the file is late."""
    person, chance = pen.person, pen.chance
    late = touched(pen.day, pen.hour(), "till")
    pen.take("store", "till", 0, arrives=pen.start + DAY + NIGHT + (12 * HOUR if late else 0) + int(60_000 * chance.random()))
    items = 1 + int(6 * chance.random())
    value = sum(price_of(CATEGORIES[int(6 * chance.random())], 1 + int(12 * chance.random())) for _ in range(items))
    sale = touched(pen.day, pen.hour(), "sale")
    off = value // 2 if sale else value // 20 if chance.random() < 0.2 * (0.5 + person.price) else 0
    coupons = {"coupons": 1, "coupon_discount": off} if off and not sale else {}
    place = SHOPS[person.index % 4] if chance.random() < 0.85 else SHOPS[int(4 * chance.random())]
    receipt = pen.number("r")
    pen.say("purchase_made", receipt=receipt, items=items, units=items + int(4 * chance.random()), value=value - off, discount=off,
            currency=CURRENCY, place=place, categories=[person.favourite], **coupons)  # fmt: skip
    pen.delight(0.006)
    if person.loyal and chance.random() < 0.06:
        pen.say("points_redeemed", points=500, left=int(900 * chance.random()), programme="leaf", order=receipt, place=place)
