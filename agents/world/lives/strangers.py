"""Those whom nobody knows: robots, readers of one article, a kiosk that many share, bought reviews."""

from __future__ import annotations

import random

from agents.world.company import CATEGORIES, HOUR, PRODUCTS, moment
from agents.world.incidents import rows_on
from agents.world.lives.walking import Visit
from agents.world.pen import Pen
from agents.world.people import Person
from agents.world.state import State


def _stranger(name: str) -> Person:
    """Return somebody whom the company does not know."""
    return Person(-1, name, "stranger", 0, 0, 0.5, 0.5, False, "north", 0, "", (1, 1), False, False, -1, 0.5, 0.5, {}, "garden")


def come(state: State, chance: random.Random, visits: int) -> None:
    """Let the day's strangers come. `visits` is how many visits the known customers make: robots are 2 of 100."""
    rows = rows_on(state.day)
    for number in range(int(0.02 * visits) + 1):
        _robot(state, chance, number, says_so=number % 2 == 0)
    for number in range(int(rows["bots"].share) if "bots" in rows else 0):
        _robot(state, chance, 10_000 + number, says_so=False)
    readers = int(0.06 * visits) + (int(rows["article"].share * visits) if "article" in rows else 0)
    for number in range(readers):
        _reader(state, chance, number, viral="article" in rows)
    for number in range(int(0.01 * visits)):
        _at_kiosk(state, chance, number)
    fakes = rows.get("fakes")
    for number in range(int(fakes.share) if fakes else chance.random() < 0.4):
        _fake_review(state, chance, number, wave=fakes is not None)


def _pen(state: State, chance: random.Random, name: str, letter: str, number: int) -> Pen:
    pen = Pen(state, _stranger(name), chance)
    pen.customer, pen.made = name, 0
    pen.person.index = -(1 + number * 8 + "brkf".index(letter))
    pen.now = pen.start + moment(chance)
    return pen


def _robot(state: State, chance: random.Random, number: int, *, says_so: bool) -> None:
    """Fetch product pages, one a second or two. Some robots say what they are."""
    name = f"crawler-{number % 9}" if says_so else f"anon:{chance.getrandbits(40):010x}"
    pen = _pen(state, chance, name, "b", number)
    pen.take("web", "web", 300, 5_000)
    pages = [f"/p/{category}-{one}" for category in CATEGORIES for one in range(1, PRODUCTS + 1)]
    chance.shuffle(pages)
    for page in pages[: 3 + int(25 * chance.random())]:
        pen.say("page_viewed", page=page, page_type="product", by="entry")
        pen.wait(0.7, 2.5)


def _reader(state: State, chance: random.Random, number: int, *, viral: bool) -> None:
    """Read one article, perhaps look at a category, go."""
    pen = _pen(state, chance, f"anon:{chance.getrandbits(40):010x}", "r", number)
    pen.take("web", "web", 400, 5_000)
    visit = Visit(pen, app=False)
    visit.view("/articles/prune-roses" if viral or chance.random() < 0.3 else "/articles/better-coffee", "article", by="entry", usual=70)
    if chance.random() < 0.15:
        visit.view("/c/garden", "list", usual=15)
    visit.leave()


def _at_kiosk(state: State, chance: random.Random, number: int) -> None:
    """Look something up at the kiosk of a shop. Everybody who uses it has the same cookie."""
    pen = _pen(state, chance, "anon:kiosk-store-2", "k", number)
    pen.now = pen.start + int((9 + 9 * chance.random()) * HOUR)
    pen.take("web", "kiosk", 400, 5_000)
    visit = Visit(pen, app=False)
    visit.view("/", "home", by="entry", usual=8)
    visit.view(f"/c/{CATEGORIES[int(6 * chance.random())]}", "list", usual=15)
    if chance.random() < 0.3:
        customer = state.people[int(len(state.people) * chance.random())]
        if 0 <= customer.joined <= state.day or customer.joined < 0:
            pen.customer = customer.id
            pen.say("signed_in", anonymous="anon:kiosk-store-2", method="password", place="/account/sign-in")
            pen.wait(5, 20)
            visit.view("/account/orders", "status", usual=15)


def _fake_review(state: State, chance: random.Random, number: int, *, wave: bool) -> None:
    """Post a bought review: nobody bought what it is about, and many share their words and their networks."""
    pen = _pen(state, chance, f"rv{chance.getrandbits(40):010x}", "f", number)
    pen.take("web", "reviews", 2_000)
    origin = f"n-{900 + int(3 * chance.random())}" if wave else f"n-{int(400 * chance.random())}"
    words = f"9af{int(5 * chance.random())}" if wave else f"{chance.getrandbits(40):x}"
    product = "coffee-3" if wave else f"{CATEGORIES[int(6 * chance.random())]}-{1 + int(12 * chance.random())}"
    stars = 1 if wave else 3 + int(3 * chance.random())
    pen.say(
        "review_posted",
        review=pen.number("v"),
        stars=stars,
        product=product,
        length=60,
        text_print=words,
        origin=origin,
        place=f"/p/{product}",
    )
