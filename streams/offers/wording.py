"""The wording of an offer: the text in the customer's language, and the facts that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from schemas.currencies import in_words
from schemas.durations import MINUTE
from schemas.outputs.about import NO_CURRENCY, Amount, Reference
from streams.context import Context
from streams.offers.about import amount_of, references
from streams.rules.offer_rows import Offer
from streams.rules.texts import fill, variables_of
from streams.state import OpenSignal

needed = lru_cache(maxsize=1024)(variables_of)  # the texts are those of the blueprint


def wording(ctx: Context, offer: Offer, repaired: Sequence[OpenSignal]) -> dict[str, Any]:
    """Return the fields of an offer that a sender needs for its message: the key, the text, and what it is about."""
    if len(repaired) == 1:
        about = references(repaired[0].about)
    else:
        about = tuple(dict.fromkeys([each for signal in repaired for each in references(signal.about)]))
    amount = next((found for signal in reversed(repaired) if (found := amount_of(signal.about))), None) if repaired else None
    dues = [signal.due for signal in repaired if signal.due]
    minutes = max(0, ctx.now - min(dues)) // MINUTE if dues else None
    known = _known(about, amount, minutes, repaired[-1].place if repaired else "")
    key = offer.wording or offer.name
    language, text = _text(ctx, key, known)
    return {"wording": key, "text": text, "language": language, "about": about, "amount": amount, "minutes_late": minutes}


def _known(about: Iterable[Reference], amount: Amount | None, minutes: int | None, place: str) -> dict[str, str]:
    """Return the variables of a text that are known. Of two orders the first is named."""
    known: dict[str, str] = {}
    for each in about:
        known.setdefault(each.kind, each.id)
    if amount is not None and amount.currency != NO_CURRENCY:
        known["amount"] = in_words(amount.minor, amount.currency)
    if minutes is not None:
        known["minutes_late"] = str(minutes)
    if place:
        known["place"] = place
    return known


def _text(ctx: Context, key: str, known: dict[str, str]) -> tuple[str, str]:
    """Return the language and the text for this customer. Both are empty if the blueprint holds no text for the key."""
    languages, asked = ctx.rules.blueprint.texts.get(key, {}), ctx.journey.language
    for language in (asked, asked.partition("-")[0], ctx.rules.blueprint.language):
        for text in languages.get(language, ()):
            if needed(text) <= known.keys():
                return language, fill(text, known)
    return "", ""
