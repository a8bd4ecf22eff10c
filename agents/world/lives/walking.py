"""Moving about on the site and in the app: pages and screens, and the small faults that every site has every day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.world.pen import DAY, HOUR, MINUTE, SECOND, Pen

SCREENS = {"/": "home", "/cart": "cart", "/search": "search", "/help": "help", "/account": "account", "/account/orders": "orders"}


class Visit:
    """A customer's visit to the site or the app: where they are, and how they move on. `over` ends it."""

    __slots__ = ("app", "at_page", "cart", "items", "over", "pen", "value")

    def __init__(self, pen: Pen, app: bool) -> None:
        self.pen, self.app, self.at_page, self.over = pen, app, "", False
        self.cart, self.items, self.value = "", 0, 0

    def place(self, page: str) -> str:
        """Return the name of a page as the site tells it, or the app: screens have no leading slash."""
        return SCREENS.get(page) or page.lstrip("/") if self.app else page

    def view(self, page: str, sort: str, by: str = "link", usual: float = 22.0, **more: Any) -> None:
        """See a page, and look at it for a while. `usual` is in seconds."""
        pen, name = self.pen, self.place(page)
        came = {"came_from": self.at_page} if self.at_page else {}
        if self.app:
            pen.say("screen_viewed", screen=name, screen_type=sort, by=by, **came, **more)
        else:
            pen.say("page_viewed", page=name, page_type=sort, by=by, **came, **more)
        self.at_page, began = name, pen.now
        if (drawn := pen.chance.random()) < 0.05:
            _fault(self, sort, drawn / 0.05)
        pen.now = max(pen.now, began) + 6_000 + int(1000 * usual * pen.chance.expovariate(1.0))

    def click(self, target: str, **fields: Any) -> None:
        """Click something on this page."""
        chance = self.pen.chance
        self.pen.say(
            "clicked", target=target, page=self.at_page, x=round(40 + chance.random() * 900), y=round(60 + chance.random() * 700),
            **{"element": "button", **fields},
        )  # fmt: skip

    def leave(self, to: str = "") -> None:
        """Leave the site. A sender tells it of most visits, not of all."""
        if self.over:
            return
        self.over = True
        if self.at_page and self.pen.chooses(0.8 if to == "" else 1.0):
            self.pen.say("page_left", page=self.at_page, by="close", stayed_ms=8_000 + int(20_000 * self.pen.chance.random()))


def _fault(visit: Visit, sort: str, drawn: float) -> None:
    """Let one of the usual small faults happen on this page. `drawn` is below 1."""
    for share, fault in FAULTS:
        if drawn < share:
            fault(visit, sort)
            return
        drawn -= share


def _rage(visit: Visit, sort: str) -> None:
    pen = visit.pen
    pen.wait(2, 6)
    at, x, y = pen.now, round(40 + pen.chance.random() * 900), round(60 + pen.chance.random() * 700)
    for number in range(4 + int(pen.chance.random() * 3)):
        pen.say("clicked", at + number * 160, target="apply", element="button", page=visit.at_page, x=x + number % 3, y=y)
        pen.now = at + number * 160
    pen.friction("rage_click", at + 480, visit.at_page)


def _dead(visit: Visit, sort: str) -> None:
    visit.pen.wait(2, 6)
    visit.click("more", watched_ms=2_500 + int(900 * visit.pen.chance.random()))
    visit.pen.friction("dead_click", place=visit.at_page)


def _error(visit: Visit, sort: str) -> None:
    visit.pen.wait(2, 6)
    visit.click("add", reacted_after_ms=300, error_after_ms=20 + int(70 * visit.pen.chance.random()))
    visit.pen.friction("error_click", place=visit.at_page)


def _script(visit: Visit, sort: str) -> None:
    """A script fails by itself: nobody clicked, so nobody is hindered."""
    visit.pen.say("script_failed", page=visit.at_page, error=f"f{int(visit.pen.chance.random() * 40)}")


def _slow_click(visit: Visit, sort: str) -> None:
    visit.pen.wait(2, 6)
    visit.click("filter", reacted_after_ms=3_050 + int(4_000 * visit.pen.chance.random()), watched_ms=9_000)
    visit.pen.friction("slow_click", place=visit.at_page)


def _stepper(visit: Visit, sort: str) -> None:
    """Click a stepper quickly: it looks like anger and is none."""
    pen = visit.pen
    pen.wait(2, 5)
    for number in range(5):
        pen.say(
            "clicked", pen.now + number * 180, target="more-of-it", element="stepper", page=visit.at_page, x=300, y=400, reacted_after_ms=30
        )
    pen.wait(1, 2)


def _thrash(visit: Visit, sort: str) -> None:
    if visit.app:
        return
    visit.pen.say("cursor_moved", page=visit.at_page, turns=21 + int(8 * visit.pen.chance.random()), over_ms=1_900)
    visit.pen.friction("thrashed_cursor", place=visit.at_page)


def _cursor(visit: Visit, sort: str) -> None:
    if not visit.app:
        visit.pen.say("cursor_moved", page=visit.at_page, turns=2 + int(9 * visit.pen.chance.random()), over_ms=2_000)


def _back(visit: Visit, sort: str) -> None:
    """Go to another page and back at once. Screens are left like that by design."""
    pen, before = visit.pen, visit.at_page
    if visit.app or sort in ("checkout", "status", "gallery", "home"):
        return
    pen.wait(7, 12)
    pen.say("page_viewed", page="/about", page_type="info", by="link", came_from=before)
    stayed = 1_500 + int(2_500 * pen.chance.random())
    pen.now += stayed
    pen.say("page_left", page="/about", stayed_ms=stayed, to=before, by="back")
    pen.say("page_viewed", pen.now + 150, page=before, page_type=sort, by="back", came_from="/about")
    pen.friction("quick_back", place="/about")
    pen.now += 200


def _loop(visit: Visit, sort: str) -> None:
    """The site sends the customer to the same page again and again."""
    pen = visit.pen
    if visit.app or sort in ("status", "gallery"):
        return
    for _ in range(3):
        pen.wait(2, 3.5)
        pen.say("page_viewed", page=visit.at_page, page_type=sort, by="link", came_from=visit.at_page)
    pen.friction("page_loop", place=visit.at_page)


def _reloads(visit: Visit, sort: str) -> None:
    pen = visit.pen
    times = 1 if pen.chooses(0.8) else 3
    for _ in range(times):
        pen.wait(6, 14)
        pen.say("page_reloaded", page=visit.at_page, page_type=sort)
    if times == 3 and sort != "status":
        pen.friction("reload_burst", place=visit.at_page)


def _slow(visit: Visit, sort: str) -> None:
    visit.pen.say("page_slowed", visit.pen.now + 5_000, page=visit.at_page, lcp_ms=4_100 + int(5_000 * visit.pen.chance.random()))
    visit.pen.friction("slow_page", visit.pen.now + 5_000, visit.at_page)


def _scrolled(visit: Visit, sort: str) -> None:
    """Scroll: mostly as always, sometimes up and down again and again, in search of something."""
    pen = visit.pen
    pen.wait(4, 10)
    restless = pen.chooses(0.02) and sort == "list" and not visit.app and pen.day > 28  # it must be known by then what is usual there
    reversals = 22 + int(8 * pen.chance.random()) if restless else int(1.4 * sum(pen.chance.random() for _ in range(4)))
    pen.say("scrolled", page=visit.at_page, reversals=reversals, depth_percent=20 + int(80 * pen.chance.random()))
    if restless:
        pen.friction("excessive_scroll", place=visit.at_page)


FAULTS: tuple[tuple[float, Callable[[Visit, str], None]], ...] = (
    (0.05, _rage), (0.07, _dead), (0.035, _error), (0.05, _script), (0.05, _slow_click), (0.05, _stepper), (0.03, _thrash),
    (0.07, _cursor), (0.10, _back), (0.02, _loop), (0.06, _reloads), (0.10, _slow), (0.30, _scrolled),
)  # fmt: skip
__all__ = ["DAY", "HOUR", "MINUTE", "SECOND", "Visit"]
