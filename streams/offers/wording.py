"""The wording of an offer: the text in the customer's language, and the facts that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.currencies import in_words
from schemas.durations import MINUTE
from schemas.outputs.about import NO_CURRENCY, Amount, Reference
from streams.context import Context
from streams.offers.about import amount_of, references
from streams.rules.offer_rows import Offer
from streams.rules.texts import fill
from streams.state import OpenSignal


class Wording(NamedTuple):
    """The fields of an offer that a sender needs for its message."""

    key: str
    language: str
    text: str
    about: tuple[Reference, ...]
    amount: Amount | None
    minutes_late: int | None


def wording(ctx: Context, offer: Offer, repaired: Sequence[OpenSignal]) -> Wording:
    """Return the key and the text of an offer, and what it is about."""
    about: tuple[Reference, ...] = ()
    amount: Amount | None = None
    due, place = 0, ""  # the earliest due, and the latest place
    for signal in repaired:
        about = (*about, *references(signal.about))
        amount = amount_of(signal.about) or amount
        due = min(due, signal.due) if due and signal.due else due or signal.due
        place = signal.place
    if len(repaired) > 1:
        about = tuple(dict.fromkeys(about))
    minutes = max(0, ctx.now - due) // MINUTE if due else None
    key = offer.wording or offer.name
    language, text = _text(ctx, key, _known(about, amount, minutes, place))
    return Wording(key, language, text, about, amount, minutes)


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
    blueprint, asked = ctx.rules.blueprint, ctx.journey.language
    languages = blueprint.texts.get(key, {})
    for language in (asked, asked.partition("-")[0], blueprint.language):
        for text in languages.get(language, ()):
            if (filled := fill(text, known)) is not None:
                return language, filled
    return "", ""
