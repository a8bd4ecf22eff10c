"""Places where customers want to get something done: to buy, to pay, to sign in, to ask. The name of a place tells, or the page's type.

Names of places are the company's own. So both are looked up in lists of the usual English words. A company whose pages are called
otherwise sends `page_type`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from schemas.touchpoints import KINDS, Touchpoint

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


STEP, HELP_PAGE, ERROR_PAGE = 1, 2, 4  # bits of `sorts_of`
_TYPED = {kind: name for kind in KINDS for name in kind.__struct_fields__ if name in ("page_type", "screen_type")}


def sorts_of(touchpoint: Touchpoint) -> int:
    """Return what the touchpoint's place is: bits of STEP, HELP_PAGE and ERROR_PAGE; 0: none of them.

    >>> from streams.story import story
    >>> [sorts_of(each) for each in story('''
    ... 0  web page_viewed /checkout/shipping page=/checkout/shipping
    ... 1m web page_viewed /tents             page=/tents page_type=list
    ... 2m web page_viewed /step2             page=/step2 page_type=checkout
    ... 3m app screen_viewed SignIn           screen=SignIn
    ... 4m web page_viewed /contact           page=/contact
    ... 5m web page_viewed /404               page=/404
    ... ''')]
    [1, 0, 1, 1, 3, 4]
    """
    kind = type(touchpoint)
    return _sorts(touchpoint.place, getattr(touchpoint, _TYPED[kind]) if kind in _TYPED else "")


def is_error(touchpoint: Touchpoint) -> bool:
    """Return whether the touchpoint is at a page that says that something is not there or does not work."""
    return sorts_of(touchpoint) & ERROR_PAGE != 0


_BITS = {STEP: STEPS, HELP_PAGE: HELP, ERROR_PAGE: ERRORS}


@lru_cache(maxsize=4096)
def _sorts(place: str, page_type: str) -> int:
    words = {*_words(place), *_words(page_type)}
    return sum(bit for bit, names in _BITS.items() if not names.isdisjoint(words))


def _words(name: str) -> list[str]:
    """Return the words of a path or of a name.

    >>> _words("/account/sign-in"), _words("PaymentCard"), _words("delivery_choice")
    (['account', 'signin'], ['payment', 'card'], ['delivery', 'choice'])
    """
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    joined = _JOINED.sub(lambda found: re.sub(r"[-_ ]", "", found[0]), split.lower())
    return _WORD.findall(joined)
