"""Failed requests in sign-in, checkout and payment."""

from __future__ import annotations

from schemas.touchpoints.billing import InvoicePaid
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.touchpoints.faults import RequestFailed
from schemas.touchpoints.identity import SignedIn
from streams.detectors import Found, Limits, closing, pattern
from streams.state import Journey

BUYING = ("checkout", "payment")
KEY_FLOWS = (*BUYING, "sign_in")


@pattern(
    "failed_request",
    on=RequestFailed,
    closed_by=(
        closing(OrderPlaced, lambda _order, flow: flow in BUYING),
        closing(PurchaseMade, lambda _receipt, flow: flow in BUYING),
        closing(InvoicePaid, lambda _invoice, flow: flow == "payment"),
        closing(SignedIn, lambda _signed_in, flow: flow == "sign_in"),
    ),
    limits={"from_status": 400, "to_status": 599},
    severity=3,
)
def failed_request(_journey: Journey, failed: RequestFailed, limits: Limits) -> Found | None:
    """A request failed while the customer wanted to sign in, to order or to pay.

    **Definition**: A request in the flows checkout, sign_in or payment is answered with status `from_status` to `to_status`.
    **Default**: Any 4xx or 5xx.
    **Source**: FullStory.
    **Guard**: A flow may expect a 4xx: a sign-in expects a 401, and a new customer's cart a 404. No answer at all (status 0) proves
    nothing, for often the customer has left the page.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web request_failed /pay status=503 flow=payment request=authorise page=/pay")
    ['failed_request']
    >>> signals_of("0 web request_failed /login status=401 flow=sign_in request=session page=/login expected=true")
    []
    """
    if failed.flow not in KEY_FLOWS or not limits["from_status"] <= failed.status <= limits["to_status"]:
        return None
    if failed.expected and failed.status < 500:
        return None
    what = f"{failed.request} " if failed.request else ""
    return Found([failed.id], f"{what}answered {failed.status} in {failed.flow}", place=failed.place or failed.page, ref=failed.flow)
