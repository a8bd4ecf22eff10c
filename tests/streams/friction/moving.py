"""Stories of moves between places: blocked steps, circles, error pages."""

# ruff: noqa: E501 - a story reads best on one line

from __future__ import annotations

from typing import Any

BLOCKED = {"stopped_here": {"web\t/pay": (200, 0.8, 0.0)}}
AT_PAY = "0 web page_viewed /cart page=/cart\n1m web page_viewed /pay page=/pay\n"


def rounds(number: int, places: tuple[str, ...] = ("/cart", "/pay"), every: str = "60000ms") -> str:
    """So many views of these pages in turns."""
    ms = int(every[:-2])
    return "".join(f"{n * ms}ms web page_viewed {places[n % len(places)]} page={places[n % len(places)]}\n" for n in range(number))


def _stopped(fires: bool, why: str, story: str, until: str = "2h") -> tuple[Any, ...]:
    return "stopped_here", fires, why, story, until, BLOCKED


ROWS: tuple[tuple[Any, ...], ...] = (
    _stopped(True, "half an hour at a blocked step", AT_PAY, "31m"),
    _stopped(False, "a minute less", AT_PAY, "30m"),
    _stopped(False, "got on", AT_PAY + "5m web page_viewed /done page=/done"),
    _stopped(True, "went back", AT_PAY + "5m web page_viewed /cart page=/cart"),
    _stopped(False, "went back, and then got on", AT_PAY + "5m web page_viewed /cart page=/cart\n9m web page_viewed /done page=/done"),
    _stopped(True, "asked for help", AT_PAY + "5m web page_viewed /help page=/help"),
    _stopped(True, "called", AT_PAY + "5m call contact_opened line contact=h intent=pay"),
    _stopped(False, "got on in the app", AT_PAY + "5m app screen_viewed done screen=done"),
    _stopped(False, "bought in the store", AT_PAY + "20m store purchase_made receipt=r1"),
    _stopped(False, "a step that is not blocked", "0 web page_viewed /cart page=/cart"),
    _stopped(False, "the same page of another channel", "0 app screen_viewed /pay screen=/pay"),
    ("went_in_circles", True, "three rounds", rounds(6)),
    ("went_in_circles", False, "not quite", rounds(5)),
    ("went_in_circles", True, "three rounds over three steps", rounds(9, ("/cart", "/pay", "/login"))),
    ("went_in_circles", True, "three rounds over four steps", rounds(12, ("/cart", "/pay", "/login", "/address"))),
    ("went_in_circles", False, "five steps are a way", rounds(15, ("/cart", "/pay", "/login", "/address", "/review"))),
    ("went_in_circles", True, "within half an hour", rounds(6, every="360000ms")),
    ("went_in_circles", False, "over more than half an hour", rounds(6, every="361000ms")),
    ("went_in_circles", False, "products are compared", rounds(12, ("/tents/a", "/tents/b"))),
    ("went_in_circles", False, "the cart is filled", rounds(12, ("/cart", "/tents"))),
    ("went_in_circles", False, "something else in between", rounds(4) + "270s web page_viewed /tents page=/tents\n" + "300s web page_viewed /cart page=/cart\n360s web page_viewed /pay page=/pay"),
    ("went_in_circles", False, "one step, with error pages in between", rounds(12, ("/pay", "/oops"))),
    ("went_in_circles", True, "the page's type says so", "".join(f"{n}m web page_viewed /s{n % 2} page=/s{n % 2} page_type=checkout\n" for n in range(6))),
    ("dead_end", True, "with a cart", "0 web cart_updated /c cart=k items=1\n1m web page_viewed /500 page=/500"),
    ("dead_end", True, "half an hour later", "0 web cart_updated /c cart=k items=1\n30m web page_viewed /500 page=/500"),
    ("dead_end", False, "a minute more", "0 web cart_updated /c cart=k items=1\n31m web page_viewed /500 page=/500"),
    ("dead_end", True, "at a checkout", "0 app checkout_started /c cart=k\n1m app screen_viewed error screen=error"),
    ("dead_end", True, "at a step that only its name tells", "0 web page_viewed /checkout page=/checkout\n1m web page_viewed /oops page=/oops"),
    ("dead_end", True, "the page's type says so", "0 web cart_updated /c cart=k items=1\n1m web page_viewed /x page=/x page_type=error"),
    ("dead_end", False, "while looking around", "0 web page_viewed /tents page=/tents\n1m web page_viewed /404 page=/404"),
    ("dead_end", False, "after the order", "0 web cart_updated /c cart=k items=1\n1m web checkout_started /c cart=k\n2m web order_placed /c order=o cart=k\n3m web page_viewed /404 page=/404"),
    ("dead_end", False, "another page", "0 web cart_updated /c cart=k items=1\n1m web page_viewed /tents page=/tents"),
    ("dead_end", False, "another step", "0 web cart_updated /c cart=k items=1\n1m web page_viewed /pay page=/pay"),
)  # fmt: skip
