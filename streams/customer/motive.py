"""Motives: why this customer buys, inferred from what they do, with the touchpoints that show it. A motive is hidden, so this is a
guess.

| motive | a purchase shows it when | base |
|---|---|---|
| bargain | a coupon was used, or at least a quarter of the price was taken off | all purchases |
| impulse | at most 3 looks, the first within half an hour before it | purchases whose way we saw |
| convenience | nothing was looked at before it, by a customer whose looks we know | the same |
| quality_seeker | they looked at 6 products or more, or read about them, and paid (nearly) the full price | the same |
| helper | (a review or an answer to a survey, not a purchase) | all purchases |

A motive stands out when it was shown three times and by half of its base. It stays until it falls below two fifths, or another one
leads by a tenth. All counts are halved after 24 purchases, so that a customer may change. Impulse is unplanned buying (Stern 1962,
Rook 1987). Bargain and quality are deal and value consciousness (Lichtenstein, Netemeyer and Burton 1990). The numbers are [ours].
"""

from __future__ import annotations

from schemas.durations import DAY
from schemas.outputs.transitions import MotiveInferred
from schemas.touchpoints.browsing import ContentViewed, ProductsSearched
from schemas.touchpoints.commerce import OrderPlaced, ProductViewed, PurchaseMade
from schemas.touchpoints.feedback import ReviewPosted, SurveyAnswered
from schemas.vocabulary import MOTIVES
from streams.context import Context, Reads
from streams.customer.value import cohorts
from streams.state import Journey
from streams.state.journey.profile import CITED, Motives, motive_share

KNOWN_FROM = 3  # times that a motive must have been shown
STANDS_OUT, STAYS, LEADS = 0.5, 0.4, 0.1  # shares of the base
TAKEN_OFF, FULL_PRICE = 0.25, 0.05  # shares of the price before discounts
FEW, MANY, SUDDEN_MS, WINDOW_MS = 3, 6, 30 * 60_000, 30 * DAY
HALVED_FROM = 24  # purchases after which all counts are halved


def _motives_of(journey: Journey) -> Motives:
    motives = journey.motives
    if motives is None:
        motives = journey.motives = Motives()
    return motives


def _read_look(ctx: Context, look: ProductViewed | ProductsSearched | ContentViewed) -> None:
    """Count a look before the next purchase. After a month without a purchase the count begins anew."""
    motives = _motives_of(ctx.journey)
    if not motives.began or look.at - motives.began > WINDOW_MS:
        motives.began, motives.looks, motives.read = look.at, 0, 0
    motives.sighted = True
    if type(look) is ContentViewed:
        motives.read += 1
    else:
        motives.looks += 1


def _read_purchase(ctx: Context, purchase: OrderPlaced | PurchaseMade) -> None:
    """Count the motives that this purchase shows. An order and its receipt are one purchase."""
    motives, count = _motives_of(ctx.journey), ctx.journey.cadence.count
    if count == motives.counted:
        return
    motives.counted = count
    motives.purchases += 1
    for name in _motives_shown(motives, purchase):
        _add_evidence(motives, name, purchase.id)
    motives.looks = motives.read = motives.began = 0
    if motives.purchases >= HALVED_FROM:
        motives.purchases, motives.ways = motives.purchases // 2, motives.ways // 2
        motives.shown = {name: times // 2 for name, times in motives.shown.items()}
    infer_motive(ctx, motives)


def _motives_shown(motives: Motives, purchase: OrderPlaced | PurchaseMade) -> list[str]:
    taken_off = _share_taken_off(purchase)
    bargain = purchase.coupons > 0 or (taken_off is not None and taken_off >= TAKEN_OFF)
    shown = ["bargain"] * bargain
    if not motives.sighted or isinstance(purchase, PurchaseMade):
        return shown  # what came before a purchase at a till is not known
    motives.ways += 1
    looked = motives.looks + motives.read
    if not looked:
        shown.append("convenience")
    elif motives.looks <= FEW and not motives.read and 0 <= purchase.at - motives.began <= SUDDEN_MS and not bargain:
        shown.append("impulse")
    elif (motives.looks >= MANY or motives.read) and taken_off is not None and taken_off < FULL_PRICE and not bargain:
        shown.append("quality_seeker")
    return shown


def _share_taken_off(purchase: OrderPlaced | PurchaseMade) -> float | None:
    """Return which share of the price was taken off. None: it is not known. A discount that nobody told of is none.

    >>> from streams.story import story
    >>> orders = [story(f"0 web order_placed order=o1 {told}")[0] for told in ("value=75 discount=25", "value=75", "discount=25", "")]
    >>> [_share_taken_off(order) for order in orders]
    [0.25, 0.0, None, 0.0]
    """
    if not purchase.discount:
        return 0.0
    return None if purchase.value is None else purchase.discount / (purchase.value + purchase.discount)


def _read_help(ctx: Context, given: ReviewPosted | SurveyAnswered) -> None:
    motives = _motives_of(ctx.journey)
    _add_evidence(motives, "helper", given.id)
    infer_motive(ctx, motives)


def _add_evidence(motives: Motives, name: str, evidence: str) -> None:
    motives.shown[name] = motives.shown.get(name, 0) + 1
    motives.cited[name] = [*motives.cited.get(name, ()), evidence][-CITED:]


def infer_motive(ctx: Context, motives: Motives) -> None:
    """Update the motive that stands out, and publish a change with its evidence."""
    if not motives.shown and not motives.name:
        return
    shares = {name: motive_share(motives, name) for name in MOTIVES if motives.shown.get(name, 0) >= KNOWN_FROM}
    best = max(shares, key=lambda name: shares[name], default="")  # between equals the first of MOTIVES
    kept = motives.name if shares.get(motives.name, 0.0) >= STAYS else ""
    if kept and shares[best] < shares[kept] + LEADS:
        return
    to = best if best and shares[best] >= STANDS_OUT else kept
    if to == motives.name:
        return
    left, motives.name, motives.since = motives.name, to, ctx.at // DAY
    cohorts.track_cohort(ctx)
    ctx.dirty = True
    ctx.out.append(
        MotiveInferred(
            **ctx.head(f"motive:{to}"),
            motive=to, left=left, share=shares.get(to, 0.0), evidence=tuple(motives.cited.get(to, ())) or (ctx.cause,),
        )
    )  # fmt: skip


READS: Reads = {
    ProductViewed: (_read_look,), ProductsSearched: (_read_look,), ContentViewed: (_read_look,),
    OrderPlaced: (_read_purchase,), PurchaseMade: (_read_purchase,), ReviewPosted: (_read_help,), SurveyAnswered: (_read_help,),
}  # fmt: skip
