"""The texts of offers in a blueprint: per wording key and language, with variables that name what the offer is about.

A key holds several texts for one language. The first whose variables are all known is used. The last text of a language has no variables,
so that there is always one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from schemas.outputs.about import REFERRED

VARIABLES = (*REFERRED, "amount", "minutes_late", "place")
_VARIABLE = re.compile(r"\{([^{}]*)\}")
Texts = Mapping[str, Mapping[str, tuple[str, ...]]]


def variables_of(text: str) -> set[str]:
    """Return the names of the variables in a text.

    >>> sorted(variables_of("{amount} for order {order}"))
    ['amount', 'order']
    """
    return set(_VARIABLE.findall(text))


@lru_cache(maxsize=1024)  # the texts are those of blueprints
def pieces_of(text: str) -> tuple[str, ...]:
    """Return the pieces of a text: in turns what stands as it is, and the name of a variable.

    >>> pieces_of("Order {order} is late")
    ('Order ', 'order', ' is late')
    """
    return tuple(_VARIABLE.split(text))


def fill(text: str, known: Mapping[str, str]) -> str | None:
    """Return the text with its variables replaced; None: one of them is not known.

    >>> fill("Order {order} is late", {"order": "o1"}), fill("Order {order} is late", {})
    ('Order o1 is late', None)
    """
    pieces = list(pieces_of(text))
    for index in range(1, len(pieces), 2):
        value = known.get(pieces[index])
        if value is None:
            return None
        pieces[index] = value
    return "".join(pieces)


def check_texts(texts: Texts) -> None:
    """Raise ValueError for texts with an unknown variable, and for a language whose last text has variables.

    >>> check_texts({"apology": {"en": ("Order {order} is late", "Sorry, {order}")}})
    Traceback (most recent call last):
    ValueError: texts: apology (en): the last text must have no variables, so that there is always one
    """
    if faults := list(_faults(texts)):
        raise ValueError(f"texts: {'; '.join(faults)}")


def _faults(texts: Texts) -> Iterator[str]:
    for key, languages in texts.items():
        for language, variants in languages.items():
            unknown = sorted({name for text in variants for name in variables_of(text)} - set(VARIABLES))
            if unknown:
                yield f"{key} ({language}): there is no variable {', '.join(unknown)}; there are {', '.join(VARIABLES)}"
            if not variants or variables_of(variants[-1]):
                yield f"{key} ({language}): the last text must have no variables, so that there is always one"


TEXTS: dict[str, dict[str, tuple[str, ...]]] = {
    "same_basket_for_less": {"en": ("Your usual basket for less: our own brands replace what costs most.",)},
    "refill_box": {"en": ("What you buy every week, packed and ready: the refill box.",)},
    "smaller_plan_or_pause": {"en": ("Before you go: take a smaller plan, or pause yours for a while.",)},
    "delivery_apology": {
        "en": (
            "Your order {order} is late. We are sorry, and we are looking after it.",
            "Your parcel {parcel} is late. We are sorry, and we are looking after it.",
            "Your delivery is late. We are sorry, and we are looking after it.",
        )
    },
    "payment_help": {
        "en": (
            "Your payment of {amount} for order {order} did not go through. You can pay in another way.",
            "Your payment for invoice {invoice} did not go through. You can pay in another way.",
            "Your payment for order {order} did not go through. You can pay in another way.",
            "Your payment did not go through. You can pay in another way.",
        )
    },
    "complaint_follow_up": {
        "en": (
            "We are looking into your complaint {complaint}. One of us will call you.",
            "We are looking into what went wrong. One of us will call you.",
        )
    },
    "call_back": {"en": ("We have not solved your request yet. One of us will call you.",)},
    "checkout_help": {"en": ("Your order is not finished yet. Can we help?",)},
    "comeback_voucher": {"en": ("We have missed you. Here is a voucher for your next order.",)},
    "free_delivery": {"en": ("Your next delivery is free.",)},
    "status_gift": {"en": ("A gift for one of our best customers waits for you.",)},
    "tasting_evening": {"en": ("You are invited to our next tasting evening.",)},
}
