"""Places where customers want to get something done: to buy, to pay, to sign in, to ask. The name of a place tells, or the page's type.

Names of places are the company's own. So both are looked up in lists of the usual English words. A company whose pages are called
otherwise sends `page_type`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from schemas.touchpoints.base import Touchpoint

STEPS = frozenset(
    {
        "address", "basket", "bag", "billing", "cart", "checkout", "confirm", "contact", "delivery", "identify", "kyc", "login", "order",
        "password", "pay", "payment", "register", "return", "returns", "review", "shipping", "signin", "signup", "summary", "support",
        "verify",
    }
)  # fmt: skip
HELP = frozenset({"faq", "help", "support", "contact"})
ERRORS = frozenset({"404", "410", "500", "502", "503", "error", "forbidden", "maintenance", "notfound", "oops", "outage", "unavailable"})
_WORD = re.compile(r"[a-z0-9]+")
_JOINED = re.compile(r"(sign|log)[-_ ](in|up)|not[-_ ]found")


def is_step(touchpoint: Touchpoint) -> bool:
    """Return whether the touchpoint is at a step of buying, paying, signing in or service.

    >>> from streams.story import story
    >>> [is_step(each) for each in story('''
    ... 0  web page_viewed /checkout/shipping page=/checkout/shipping
    ... 1m web page_viewed /tents             page=/tents page_type=list
    ... 2m web page_viewed /step2             page=/step2 page_type=checkout
    ... 3m app screen_viewed SignIn           screen=SignIn
    ... ''')]
    [True, False, True, True]
    """
    return _is_among(touchpoint.place, _type_of(touchpoint), "step")


def is_help(touchpoint: Touchpoint) -> bool:
    """Return whether the touchpoint is at a page of help: who goes there has not got on."""
    return _is_among(touchpoint.place, _type_of(touchpoint), "help")


def is_error(touchpoint: Touchpoint) -> bool:
    """Return whether the touchpoint is at a page that says that something is not there or does not work."""
    return _is_among(touchpoint.place, _type_of(touchpoint), "error")


def _type_of(touchpoint: Touchpoint) -> str:
    return getattr(touchpoint, "page_type", "") or getattr(touchpoint, "screen_type", "")


_WORDS = {"step": STEPS, "help": HELP, "error": ERRORS}


@lru_cache(maxsize=4096)
def _is_among(place: str, page_type: str, which: str) -> bool:
    return not _WORDS[which].isdisjoint(_words(place)) or not _WORDS[which].isdisjoint(_words(page_type))


def _words(name: str) -> list[str]:
    """Return the words of a path or of a name.

    >>> _words("/account/sign-in"), _words("PaymentCard"), _words("delivery_choice")
    (['account', 'signin'], ['payment', 'card'], ['delivery', 'choice'])
    """
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    joined = _JOINED.sub(lambda found: re.sub(r"[-_ ]", "", found[0]), split.lower())
    return _WORD.findall(joined)
