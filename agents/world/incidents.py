"""What goes wrong, and what only looks as if it did: a table of rows. The scripts of the customers' lives ask it, and know no dates.

Days count from 0, the first Monday. Everything begins after week 5, so that it is known by then what is usual. The table repeats each
quarter. An incident is large enough that an attentive person sees it in the data within a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from agents.world.company import SEASON


@dataclass(frozen=True)
class Row:
    """One incident or trap. `step` is the name that the scripts ask for. `share` is of those who come there in that time."""

    name: str
    sort: Literal["incident", "trap"]
    first: int  # day on which it begins
    last: int  # the first day on which it is over
    step: str  # what it does something to
    share: float = 1.0
    hour: int = 0  # of the first day, UTC, at which it begins
    channel: str = ""  # empty: not of one channel
    place: str = ""
    where: dict[str, str] = field(default_factory=dict)  # region, category, system, campaign ...
    seen: str = ""  # what customers see
    found_by: tuple[str, ...] = ()  # alarms that name it: `name@channel` or `name@channel place`; of several, each is enough
    silent: tuple[str, ...] = ()  # alarms that would be wrong: the incident is found if none of them is raised
    follows: tuple[str, ...] = ()  # alarms that are its consequences: right, though they do not name it


def _incident(name: str, first: int, last: int, step: str, **rest: object) -> Row:
    return Row(name, "incident", first, last, step, **rest)  # type: ignore[arg-type]  # the fields of a row, as the table states them


def _trap(name: str, first: int, last: int, step: str, **rest: object) -> Row:
    return Row(name, "trap", first, last, step, **rest)  # type: ignore[arg-type]  # as above


ROWS: tuple[Row, ...] = (
    _incident(
        "payment_gateway", 37, 40, "pay", hour=9, share=0.5, channel="web", place="/checkout/payment",
        seen="half of all payments end in a time-out",
        found_by=("payment_failed@web", "payment>order@web", "step_blocked@web /checkout/payment", "failed_request@web"),
        follows=("checkout_abandoned@web", "checkout>order@web", "stopped_here@web", "cart_abandoned@web"),
    ),
    _trap("viral_article", 40, 42, "article", share=4.0, channel="web", place="/articles/prune-roses", seen="four times the visitors"),
    _incident(
        "app_checkout_loop", 42, 46, "shipping_loop", hour=7, share=0.8, channel="app", place="checkout/shipping",
        seen="the shipping step sends back to the cart",
        found_by=("went_in_circles@app", "step_blocked@app checkout/shipping"),
        follows=("checkout_abandoned@app", "checkout>order@app", "step_blocked@app cart", "stopped_here@app", "cart_abandoned@app"),
    ),
    _trap("clearance_sale", 46, 48, "sale", share=1.8, seen="everything at half the price: more visits, more buying"),
    _incident(
        "carrier_late", 48, 53, "carry", share=0.95, channel="post", place="borealis", where={"region": "north"},
        seen="parcels come two days after the promised time",
        found_by=("delivery_late@post",),
        follows=("scan_gap@post", "out_of_rhythm@post", "where_is_my_order@", "channel_escalation@", "repeat_contact@",
                 "contact_unsolved@", "low_satisfaction@", "complaint_opened@", "immediate_callback@"),
    ),
    _trap("price_change", 50, SEASON, "price", share=1.06, seen="everything costs 6 % more from now on"),
    _incident(
        "coupon_refused", 53, 55, "coupon", where={"campaign": "spring"}, hour=8, seen="the code of the letter is refused",
        found_by=("coupon_denied@web", "coupon_denied@app"),
        follows=("cart_abandoned@web", "cart_abandoned@app", "checkout_abandoned@", "checkout>order@",
                 "step_blocked@web /checkout/payment", "step_blocked@app checkout/payment", "stopped_here@"),
    ),
    _trap("holiday", 55, 56, "holiday", seen="nobody delivers, nobody answers, few visit"),
    _incident(
        "search_empty", 56, 59, "search", hour=6, channel="web", place="/search", where={"category": "garden"},
        seen="the search finds nothing in one category",
        found_by=("zero_result_search@web", "step_blocked@web /search"), follows=("zero_result_search@app",),
    ),
    _trap("late_till_file", 58, 59, "till", channel="store", seen="the nightly file of the tills comes twelve hours late"),
    _incident(
        "call_centre_short", 60, 63, "queue", hour=8, channel="call", place="orders", seen="six minutes in the queue",
        found_by=("queue_abandoned@call", "step_blocked@call orders"),
        follows=("repeat_contact@", "immediate_callback@", "complaint_opened@", "high_effort@", "low_satisfaction@"),
    ),
    _trap("bot_wave", 62, 63, "bots", share=1_500.0, channel="web", seen="1,500 robots fetch product pages"),
    _incident(
        "app_release", 64, 67, "release", hour=10, share=0.45, channel="app", where={"system": "android"},
        seen="the new version crashes on one system",
        found_by=("app_crash@app",), follows=("cart_abandoned@app", "checkout_abandoned@app", "step_blocked@app", "stopped_here@app"),
    ),
    _trap("loyalty_letter", 67, 68, "letter", seen="everybody gets the same letter"),
    _incident(
        "invoices_wrong", 70, 73, "invoice", share=0.6, channel="email", place="billing", seen="invoices ask for twice the amount",
        found_by=("complaint_opened@", "contact_unsolved@", "repeat_contact@"),
        follows=("complaint_overdue@", "queue_abandoned@call", "transferred@", "low_satisfaction@", "high_effort@", "immediate_callback@",
                 "unanswered_message@", "repeated_information@", "payment_failed@email", "channel_escalation@"),
    ),
    _incident(
        "fake_reviews", 74, 76, "fakes", share=90.0, channel="web", place="/p/coffee-3", seen="90 bought reviews a day",
        silent=("negative_review@",),
    ),
    _incident(
        "shipping_step_hangs", 76, 80, "shipping_hang", hour=9, share=0.7, channel="web", place="/checkout/shipping",
        seen="the page does not respond; no error is sent",
        found_by=("step_blocked@web /checkout/shipping", "checkout_abandoned@web", "checkout>order@web"),
        follows=("stopped_here@web", "reload_burst@web", "cart_abandoned@web"),
    ),
    _incident(
        "error_on_the_way", 82, 85, "error_page", hour=8, share=0.5, channel="web", place="/error",
        seen="an error page in place of the checkout",
        found_by=("step_blocked@web /cart", "dead_end@web"), follows=("stopped_here@web", "cart_abandoned@web"),
    ),
    _incident(
        "sign_in_stops", 87, 90, "sign_in_hang", hour=7, share=0.8, channel="web", place="/account/sign-in",
        seen="the sign-in page does not respond; no error is sent",
        found_by=("step_blocked@web /account/sign-in",), follows=("stopped_here@web", "cart_abandoned@web"),
    ),
)  # fmt: skip


@cache
def rows_on(day: int) -> dict[str, Row]:
    """Return the rows of a day, by the step that they change.

    >>> sorted(rows_on(38)), sorted(rows_on(38 + 91)), rows_on(3)
    (['pay'], ['pay'], {})
    """
    return {row.step: row for row in ROWS if row.first <= day % SEASON < row.last}


def touched(day: int, at_hour: float, step: str) -> Row | None:
    """Return the row that changes this step at this hour (UTC) of a day; None: the step is as always.

    >>> touched(37, 8.5, "pay"), touched(37, 9.5, "pay").name
    (None, 'payment_gateway')
    """
    row = rows_on(day).get(step)
    if row is None or (day % SEASON == row.first and at_hour < row.hour):
        return None
    return row
