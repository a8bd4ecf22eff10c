"""Stories per detector: at its limit, just below it, and every guard. The firing and silent examples of the docs run as doctests."""

# ruff: noqa: E501 - a row is a story, and reads best on one line

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from streams.detectors import registry
from streams.replay import heard
from streams.story import START, offset


class Row(NamedTuple):
    """A story, and whether the detector speaks in it."""

    detector: str
    fires: bool
    why: str
    story: str
    until: str | None = None
    norms: Mapping[str, Mapping[str, tuple[int, float, float]]] | None = None  # as `heard` takes them


def weekly(weeks: int) -> str:
    return "".join(f"{7 * week}d store purchase_made till receipt=r{week}\n" for week in range(weeks))


BY = START + offset("1d")  # a promise one day after the story's start


def usual(detector: str, key: str, count: int, mean: float, deviation: float) -> dict[str, dict[str, tuple[int, float, float]]]:
    return {detector: {key: (count, mean, deviation)}}


ROWS = (
    Row("rage_click", False, "three are not enough", "0 web clicked /p target=a\n1ms web clicked /p target=a\n2ms web clicked /p target=a"),
    Row("rage_click", False, "1001 ms", "0 web clicked /p target=a\n1ms web clicked /p target=a\n2ms web clicked /p target=a\n1001ms web clicked /p target=a"),
    Row("rage_click", True, "1000 ms", "0 web clicked /p target=a\n1ms web clicked /p target=a\n2ms web clicked /p target=a\n1000ms web clicked /p target=a"),
    Row("rage_click", False, "51 px away", "0 web clicked /p target=a x=51\n1ms web clicked /p target=a\n2ms web clicked /p target=a\n3ms web clicked /p target=a"),
    Row("rage_click", True, "50 px away", "0 web clicked /p target=a x=50\n1ms web clicked /p target=a\n2ms web clicked /p target=a\n3ms web clicked /p target=a"),
    Row("rage_click", False, "another target", "0 web clicked /p target=a\n1ms web clicked /p target=b\n2ms web clicked /p target=a\n3ms web clicked /p target=a"),
    Row("rage_click", False, "answered", "0 web clicked /p target=a reacted_after_ms=9\n1ms web clicked /p target=a\n2ms web clicked /p target=a\n3ms web clicked /p target=a"),
    Row("rage_click", False, "scrolled", "0 web clicked /p target=a\n1ms web clicked /p target=a\n2ms web scrolled /p page=/p\n3ms web clicked /p target=a\n4ms web clicked /p target=a"),
    Row("rage_click", True, "the first arrives last", "1ms web clicked /p target=a\n2ms web clicked /p target=a\n3ms web clicked /p target=a\n0 web clicked /p target=a"),
    Row("page_loop", True, "15 s", "0 web page_viewed page=/a\n9s web page_viewed page=/a\n15s web page_viewed page=/a"),
    Row("page_loop", False, "15.001 s", "0 web page_viewed page=/a\n9s web page_viewed page=/a\n15001ms web page_viewed page=/a"),
    Row("page_loop", False, "a feed", "0 web page_viewed page=/a page_type=feed\n9s web page_viewed page=/a page_type=feed\n9s web page_viewed page=/a page_type=feed id=x"),
    Row("zero_result_search", True, "three refinements", "".join(f"{i}s web products_searched results=9 refined=true\n" for i in range(3))),
    Row("zero_result_search", False, "two refinements", "".join(f"{i}s web products_searched results=9 refined=true\n" for i in range(2))),
    Row("zero_result_search", False, "a product looked at in between", "0 web products_searched results=9 refined=true\n1s web products_searched results=9 refined=true\n2s web product_viewed product=p\n3s web products_searched results=9 refined=true"),
    Row("zero_result_search", False, "refined by filters", "".join(f"{i}s web products_searched results=9 refined=true filters=1\n" for i in range(4))),
    Row("zero_result_search", False, "went on to another page", "0 web products_searched results=0\n1s web page_left page=/s to=/help"),
    Row("zero_result_search", False, "found on the second search", "0 web products_searched results=0\n1s web products_searched results=5\n2s web page_left page=/s"),
    Row("coupon_denied", True, "expired two weeks ago", "0 web coupon_denied code=x reason=expired expired_days=14"),
    Row("coupon_denied", False, "expired fifteen days ago", "0 web coupon_denied code=x reason=expired expired_days=15"),
    Row("payment_failed", True, "final", "0 web payment_failed payment=z hard=true"),
    Row("cart_abandoned", False, "59 minutes", "0 web cart_updated cart=k items=1", "59m"),
    Row("cart_abandoned", True, "60 minutes", "0 web cart_updated cart=k items=1", "60m"),
    Row("cart_abandoned", False, "emptied", "0 web cart_updated cart=k items=1\n1m web cart_updated cart=k items=0", "9h"),
    Row("cart_abandoned", False, "touched again", "0 web cart_updated cart=k items=1\n30m web cart_updated cart=k items=2", "89m"),
    Row("cart_abandoned", True, "another cart was emptied", "0 web cart_updated cart=k items=1\n1m web cart_updated cart=l items=0", "2h"),
    Row("cart_abandoned", False, "the checkout's matter now", "0 web cart_updated cart=k items=1\n1m web checkout_started cart=k", "2h"),
    Row("checkout_abandoned", True, "30 minutes", "0 web checkout_started cart=k", "30m"),
    Row("checkout_abandoned", False, "29 minutes", "0 web checkout_started cart=k", "29m"),
    Row("checkout_abandoned", False, "the cart was emptied", "0 web checkout_started cart=k\n9m web cart_updated cart=k items=0", "2h"),
    Row("checkout_abandoned", False, "bought in the store", "0 web checkout_started cart=k\n9m store purchase_made receipt=r", "2h"),
    Row("delivery_late", False, "to the second", f"0 web delivery_promised order=o by={BY}", "23.9h"),
    Row("delivery_late", True, "when the promise passes", f"0 web delivery_promised order=o by={BY}", "24h"),
    Row("delivery_late", True, "half of the order came", f"0 web delivery_promised order=o by={BY}\n1h post order_delivered order=o complete=false", "25h"),
    Row("delivery_late", True, "another order came", f"0 web delivery_promised order=o by={BY}\n1h post order_delivered order=q", "25h"),
    Row("delivery_late", False, "cancelled", f"0 web delivery_promised order=o by={BY}\n1h web order_cancelled order=o", "25h"),
    Row("delivery_late", False, "customer chose another day", f"0 web delivery_promised order=o by={BY}\n1h web delivery_rescheduled order=o by={BY + 86_400_000} by_customer=true", "47h"),
    Row("delivery_late", True, "customer's other day passed", f"0 web delivery_promised order=o by={BY}\n1h web delivery_rescheduled order=o by={BY + 86_400_000} by_customer=true", "49h"),
    Row("delivery_late", True, "carrier chose another day", f"0 web delivery_promised order=o by={BY}\n1h web delivery_rescheduled order=o by={BY + 86_400_000}", "25h"),
    Row("delivery_late", True, "we promised again", f"0 web delivery_promised order=o by={BY}\n1h web delivery_promised order=o by={BY + 86_400_000}", "25h"),
    Row("unanswered_message", False, "chat, 119 s", "0 chat message_received message=m", "119s"),
    Row("unanswered_message", True, "chat, 120 s", "0 chat message_received message=m", "120s"),
    Row("unanswered_message", False, "e-mail, 23 h", "0 email message_received message=m", "23h"),
    Row("unanswered_message", True, "e-mail, a day", "0 email message_received message=m", "24h"),
    Row("unanswered_message", True, "social, an hour", "0 social message_received message=m", "60m"),
    Row("unanswered_message", True, "asked again", "0 email message_received message=m thread=t\n20h email message_received message=n thread=t", "24h"),
    Row("unanswered_message", False, "the contact was ended", "0 chat message_received message=m contact=h\n1m chat contact_closed contact=h", "9m"),
    Row("complaint_overdue", False, "before half of its time", f"0 web complaint_opened complaint=b due={BY}", "11.9h"),
    Row("complaint_overdue", True, "half of its time", f"0 web complaint_opened complaint=b due={BY}", "12h"),
    Row("complaint_overdue", False, "waiting for the customer", f"0 web complaint_opened complaint=b due={BY}\n6h web waiting_on_customer complaint=b", "9d"),
    Row("complaint_overdue", False, "the clock went on an hour ago", f"0 web complaint_opened complaint=b due={BY}\n6h web waiting_on_customer complaint=b\n30h web waiting_on_customer complaint=b waiting=false", "35h"),
    Row("complaint_overdue", True, "the clock went on six hours ago", f"0 web complaint_opened complaint=b due={BY}\n6h web waiting_on_customer complaint=b\n30h web waiting_on_customer complaint=b waiting=false", "36h"),
    Row("complaint_overdue", True, "another complaint waits", f"0 web complaint_opened complaint=b due={BY}\n6h web waiting_on_customer complaint=c", "13h"),
    Row("complaint_overdue", True, "regulated: half of eight weeks", f"0 web complaint_opened complaint=b regulated=true due={START + offset('300d')}", "28d"),
    Row("repeat_contact", True, "seven days", "0 call contact_opened contact=a intent=x\n7d call contact_opened contact=b intent=x"),
    Row("repeat_contact", False, "longer", "0 call contact_opened contact=a intent=x\n7.01d call contact_opened contact=b intent=x"),
    Row("repeat_contact", False, "another intent", "0 call contact_opened contact=a intent=x\n1d call contact_opened contact=b intent=y"),
    Row("repeat_contact", False, "no intent", "0 call contact_opened contact=a\n1d call contact_opened contact=b"),
    Row("repeat_contact", False, "the same contact, told twice", "0 call contact_opened contact=a intent=x\n1d call contact_opened contact=a intent=x"),
    Row("repeat_contact", False, "asked to come back", "0 call contact_opened contact=a intent=x\n1d call contact_opened contact=b intent=x follow_up_promised=true"),
    Row("immediate_callback", False, "follow-up promised", "0 call contact_closed contact=a follow_up_promised=true\n5m call contact_opened contact=b"),
    Row("immediate_callback", False, "a bot", "0 call contact_closed contact=a\n5m chat contact_opened contact=b assisted=false"),
    Row("channel_escalation", True, "bot, then person", "0 chat contact_opened contact=a assisted=false order=o\n5m chat contact_opened contact=b matter=o"),
    Row("channel_escalation", False, "person, then person", "0 chat contact_opened contact=a order=o\n5m call contact_opened contact=b order=o"),
    Row("channel_escalation", False, "a day and more", "0 web page_viewed page=/o matter=o\n24.1h call contact_opened contact=b order=o"),
    Row("channel_escalation", True, "a day", "0 web page_viewed page=/o matter=o\n24h call contact_opened contact=b order=o"),
    Row("low_satisfaction", False, "above the low box", "0 web survey_answered metric=csat score=3 low=1 high=5"),
    Row("low_satisfaction", True, "fell by two", "0 web survey_answered metric=csat score=5 low=1 high=5\n1d web survey_answered metric=csat score=3 low=1 high=5"),
    Row("low_satisfaction", False, "fell by one", "0 web survey_answered metric=csat score=5 low=1 high=5\n1d web survey_answered metric=csat score=4 low=1 high=5"),
    Row("low_satisfaction", False, "a scale without length", "0 web survey_answered metric=csat score=1 low=1 high=1"),
    Row("low_satisfaction", False, "off its own scale", "0 web survey_answered metric=csat score=0 low=1 high=5"),
    Row("low_satisfaction", True, "other scale: 10 of 0 to 40", "0 web survey_answered metric=csat score=10 low=0 high=40"),
    Row("detractor", False, "seven", "0 web survey_answered metric=nps score=7 low=0 high=10"),
    Row("detractor", True, "fell by three", "0 web survey_answered metric=nps score=10 low=0 high=10\n1d web survey_answered metric=nps score=7 low=0 high=10"),
    Row("detractor", False, "fell by two", "0 web survey_answered metric=nps score=9 low=0 high=10\n1d web survey_answered metric=nps score=7 low=0 high=10"),
    Row("high_effort", True, "three of seven", "0 web survey_answered metric=ces score=3 low=1 high=7"),
    Row("high_effort", False, "a reversed scale", "0 web survey_answered metric=ces score=3 low=7 high=1"),
    Row("dead_click", False, "watched too short", "0 web clicked target=a watched_ms=2499"),
    Row("dead_click", False, "not watched", "0 web clicked target=a"),
    Row("dead_click", False, "hidden tab", "0 web clicked target=a watched_ms=9000 background=true"),
    Row("dead_click", False, "an error click", "0 web clicked target=a watched_ms=9000 error_after_ms=4"),
    Row("error_click", True, "told by the error", "0 web script_failed page=/a error=x after_click_ms=100"),
    Row("error_click", False, "101 ms", "0 web script_failed page=/a error=x after_click_ms=101"),
    Row("error_click", True, "another error goes on by itself", "0 web script_failed page=/a error=y\n1s web script_failed page=/a error=x after_click_ms=5"),
    Row("error_click", False, "the page fails by itself", "0 web script_failed page=/a error=y\n1s web clicked target=b page=/a error_after_ms=5"),
    Row("slow_click", True, "3 s", "0 web clicked target=a reacted_after_ms=3000"),
    Row("slow_click", False, "2999 ms", "0 web clicked target=a reacted_after_ms=2999"),
    Row("slow_click", False, "never answered", "0 web clicked target=a watched_ms=9000"),
    Row("slow_click", False, "a hidden tab", "0 web clicked target=a reacted_after_ms=9000 background=true"),
    Row("thrashed_cursor", False, "19 turns", "0 web cursor_moved page=/a turns=19 over_ms=2000"),
    Row("thrashed_cursor", True, "20 turns in less", "0 web cursor_moved page=/a turns=20 over_ms=900"),
    Row("thrashed_cursor", False, "20 turns in 2001 ms", "0 web cursor_moved page=/a turns=20 over_ms=2001"),
    Row("thrashed_cursor", True, "as dense for longer", "0 web cursor_moved page=/a turns=40 over_ms=4000"),
    Row("thrashed_cursor", False, "a stretch of no length", "0 web cursor_moved page=/a turns=99 over_ms=0"),
    Row("thrashed_cursor", False, "drawing", "0 web cursor_moved page=/a turns=99 over_ms=2000 element=canvas"),
    Row("quick_back", True, "5 s, told by leaving", "0 web page_left page=/b to=/a by=back stayed_ms=5000"),
    Row("quick_back", False, "5001 ms", "0 web page_left page=/b to=/a by=back stayed_ms=5001"),
    Row("quick_back", False, "a stay that was not measured", "0 web page_left page=/b to=/a by=back"),
    Row("quick_back", False, "left the site", "0 web page_left page=/b by=back stayed_ms=900"),
    Row("quick_back", False, "went on", "0 web page_left page=/b to=/c by=link stayed_ms=900"),
    Row("quick_back", False, "a picture of a gallery", "0 web page_left page=/b to=/a by=back stayed_ms=900 page_type=gallery"),
    Row("quick_back", True, "5 s, told by views", "0 web page_viewed page=/a\n9s web page_viewed page=/b\n14s web page_viewed page=/a by=back"),
    Row("quick_back", False, "5001 ms between views", "0 web page_viewed page=/a\n9s web page_viewed page=/b\n14001ms web page_viewed page=/a by=back"),
    Row("quick_back", False, "a link to the page before", "0 web page_viewed page=/a\n9s web page_viewed page=/b\n12s web page_viewed page=/a by=link"),
    Row("quick_back", False, "back over two pages", "0 web page_viewed page=/a\n1m web page_viewed page=/b\n2m web page_viewed page=/c\n3m web page_viewed page=/b by=back\n181s web page_viewed page=/a by=back"),
    Row("quick_back", False, "the same page loaded again", "0 web page_viewed page=/a\n1s web page_viewed page=/a\n2s web page_viewed page=/a by=back"),
    Row("quick_back", False, "a gallery's overview", "0 web page_viewed page=/a page_type=gallery\n9s web page_viewed page=/b\n11s web page_viewed page=/a by=back"),
    Row("quick_back", True, "the page left arrives last", "0 web page_viewed page=/a\n11s web page_viewed page=/a by=back\n9s web page_viewed page=/b"),
    Row("reload_burst", True, "60 s", "0 web page_reloaded page=/a\n9s web page_reloaded page=/a\n60s web page_reloaded page=/a"),
    Row("reload_burst", False, "60.001 s", "0 web page_reloaded page=/a\n9s web page_reloaded page=/a\n60001ms web page_reloaded page=/a"),
    Row("reload_burst", False, "another page", "0 web page_reloaded page=/a\n9s web page_reloaded page=/b\n20s web page_reloaded page=/a"),
    Row("reload_burst", True, "told by views", "0 web page_viewed page=/a by=reload\n9s web page_viewed page=/a by=reload\n60s web page_viewed page=/a by=reload"),
    Row("reload_burst", False, "views by link", "0 web page_viewed page=/a by=reload\n9s web page_viewed page=/a by=link\n60s web page_viewed page=/a by=reload"),
    Row("reload_burst", False, "two reloads, then a link", "0 web page_viewed page=/a by=reload\n9s web page_viewed page=/a by=reload\n20s web page_viewed page=/a by=link"),
    Row("reload_burst", False, "two reloads, both told twice", "0 web page_reloaded page=/a\n1s web page_viewed page=/a by=reload\n9s web page_reloaded page=/a\n10s web page_viewed page=/a by=reload"),
    Row("reload_burst", False, "a view said it is a status page", "0 web page_viewed page=/a page_type=status\n1s web page_reloaded page=/a\n9s web page_reloaded page=/a\n20s web page_reloaded page=/a"),
    Row("app_crash", True, "ten seconds after an update", "0 app app_crashed after_update_ms=10001"),
    Row("app_crash", False, "ended by an update", "0 app app_crashed after_update_ms=10000"),
    Row("app_crash", True, "three restarts in ten minutes", "0 app app_opened\n1m app app_opened\n2m app app_opened\n10m app app_opened"),
    Row("app_crash", False, "two restarts", "0 app app_opened\n1m app app_opened\n2m app app_opened"),
    Row("app_crash", False, "a bit longer", "0 app app_opened\n1m app app_opened\n2m app app_opened\n10.1m app app_opened"),
    Row("app_crash", False, "one of them a new version", "0 app app_opened\n1m app app_opened\n2m app app_opened updated=true\n3m app app_opened"),
    Row("app_crash", False, "the last of them a new version", "0 app app_opened\n1m app app_opened\n2m app app_opened\n3m app app_opened updated=true"),
    Row("slow_page", True, "one of three views", "0 web page_viewed page=/a\n1m web page_viewed page=/a\n2m web page_viewed page=/a\n3m web page_slowed page=/a lcp_ms=4001"),
    Row("slow_page", False, "4 s is no worse than others", "0 web page_slowed page=/a lcp_ms=4000 inp_ms=500"),
    Row("slow_page", True, "no answer for 501 ms", "0 web page_slowed page=/a inp_ms=501"),
    Row("slow_page", True, "two of four views", "0 web page_viewed page=/a\n1m web page_viewed page=/a\n2m web page_viewed page=/a\n3m web page_viewed page=/a\n3m web page_slowed page=/a lcp_ms=4001\n4m web page_slowed page=/a lcp_ms=4001"),
    Row("slow_page", True, "the many views were yesterday", "0 web page_viewed page=/a\n1m web page_viewed page=/a\n2m web page_viewed page=/a\n3m web page_viewed page=/a\n1d web page_slowed page=/a lcp_ms=4001"),
    Row("slow_page", True, "the many views were of others", "0 web page_viewed page=/b\n1m web page_viewed page=/b\n2m web page_viewed page=/b\n3m web page_viewed page=/b\n4m web page_slowed page=/a lcp_ms=4001"),
    Row("slow_page", False, "one of four views of a screen", "0 app screen_viewed screen=a\n1m app screen_viewed screen=a\n2m app screen_viewed screen=a\n3m app screen_viewed screen=a\n3m app page_slowed page=a lcp_ms=4001"),
    Row("slow_page", True, "the many views were of other screens", "0 app screen_viewed screen=b\n1m app screen_viewed screen=b\n2m app screen_viewed screen=b\n3m app screen_viewed screen=b\n3m app page_slowed page=a lcp_ms=4001"),
    Row("quick_back", False, "a gallery's picture, told by views", "0 web page_viewed page=/a\n9s web page_viewed page=/b page_type=gallery\n11s web page_viewed page=/a by=back"),
    Row("quick_back", False, "later, the page left arrives last", "0 web page_viewed page=/a\n11s web page_viewed page=/a by=back\n5.9s web page_viewed page=/b"),
    Row("quick_back", True, "the first page arrives last", "9s web page_viewed page=/b\n11s web page_viewed page=/a by=back\n0 web page_viewed page=/a"),
    Row("slow_page", False, "a hidden tab", "0 web page_slowed page=/a lcp_ms=9000 background=true"),
    Row("slow_page", False, "the other slow view was hidden", "0 web page_viewed page=/a\n1m web page_viewed page=/a\n2m web page_viewed page=/a\n3m web page_viewed page=/a\n3m web page_slowed page=/a lcp_ms=4001 background=true\n4m web page_slowed page=/a lcp_ms=4001"),
    Row("failed_request", True, "the least", "0 web request_failed status=400 flow=checkout"),
    Row("failed_request", False, "below", "0 web request_failed status=399 flow=checkout"),
    Row("failed_request", True, "the most", "0 web request_failed status=599 flow=sign_in"),
    Row("failed_request", False, "above", "0 web request_failed status=600 flow=sign_in"),
    Row("failed_request", False, "no answer", "0 web request_failed status=0 flow=payment"),
    Row("failed_request", False, "no key flow", "0 web request_failed status=500 flow=wishlist"),
    Row("failed_request", False, "a 404 that is meant", "0 web request_failed status=404 flow=checkout expected=true"),
    Row("failed_request", True, "nobody means a 500", "0 web request_failed status=500 flow=checkout expected=true"),
    Row("excessive_scroll", False, "no norm", "0 web scrolled page=/a reversals=99"),
    Row("excessive_scroll", False, "29 views", "0 web scrolled page=/a reversals=99", norms=usual("excessive_scroll", "/a", 29, 4, 2)),
    Row("excessive_scroll", True, "30 views", "0 web scrolled page=/a reversals=99", norms=usual("excessive_scroll", "/a", 30, 4, 2)),
    Row("excessive_scroll", False, "three deviations", "0 web scrolled page=/a reversals=10", norms=usual("excessive_scroll", "/a", 30, 4, 2)),
    Row("excessive_scroll", False, "another page's norm", "0 web scrolled page=/b reversals=99", norms=usual("excessive_scroll", "/a", 30, 4, 2)),
    Row("excessive_scroll", True, "5 where nobody scrolls", "0 web scrolled page=/a reversals=5", norms=usual("excessive_scroll", "/a", 30, 0, 0)),
    Row("excessive_scroll", False, "4 where nobody scrolls", "0 web scrolled page=/a reversals=4", norms=usual("excessive_scroll", "/a", 30, 0, 0)),
    Row("validation_loop", False, "twice", "0 web form_rejected form=f field=a\n1s web form_rejected form=f field=a"),
    Row("validation_loop", False, "different fields", "0 web form_rejected form=f field=a\n1s web form_rejected form=f field=b\n2s web form_rejected form=f field=a"),
    Row("validation_loop", False, "accepted in between", "0 web form_rejected form=f field=a\n1s web form_rejected form=f field=a\n2s web form_submitted form=f\n3s web form_rejected form=f field=a"),
    Row("form_abandoned", False, "corrected ten minutes ago", "0 web form_started form=f\n25m web form_rejected form=f field=a", "35m"),
    Row("form_abandoned", True, "another form was sent", "0 web form_started form=f\n9m web form_submitted form=g", "35m"),
    Row("sign_in_loop", False, "got in", "0 web sign_in_failed\n1m web sign_in_failed\n2m web signed_in\n3m web sign_in_failed"),
    Row("sign_in_loop", True, "15 minutes", "0 web sign_in_failed\n1m web sign_in_failed\n15m web sign_in_failed"),
    Row("sign_in_loop", False, "longer", "0 web sign_in_failed\n1m web sign_in_failed\n15.1m web sign_in_failed"),
    Row("sign_in_loop", False, "a reset that worked", "0 web sign_in_failed\n1m web sign_in_failed\n2m web password_reset done=true"),
    Row("dormant", False, "29 days", "0 web page_viewed page=/\n0 web page_viewed page=/a\n0 web page_viewed page=/b", "29d"),
    Row("dormant", True, "30 days", "0 web page_viewed page=/\n0 web page_viewed page=/a\n0 web page_viewed page=/b", "30d"),
    Row("dormant", False, "agreed pause", f"0 web page_viewed page=/\n0 web page_viewed page=/a\n0 web page_viewed page=/b\n1s web account_paused until={START + offset('60d')}", "80d"),
    Row("dormant", True, "after the agreed pause", f"0 web page_viewed page=/\n0 web page_viewed page=/a\n0 web page_viewed page=/b\n1s web account_paused until={START + offset('60d')}", "91d"),
    Row("dormant", True, "a weekly customer, sooner", weekly(12), f"{77 + 16}d"),
    Row("purchase_overdue", False, "no rhythm yet", weekly(3), "100d"),
    Row("purchase_overdue", True, "three gaps", weekly(4), "40d"),
    Row("purchase_overdue", False, "bought meanwhile", weekly(12) + "80d web order_placed order=o", "88d"),
    Row("quiet_month", False, "nine acts", "".join(f"{i}h web page_viewed page=/\n" for i in range(9)), "20d"),
    Row("effortful", True, "two hurdles in an episode", "".join(f"{i}s web form_rejected form=f field=a\n" for i in range(3)) + "".join(f"{i}m web sign_in_failed\n" for i in range(1, 4))),
    Row("effortful", False, "two hurdles on two days", "".join(f"{i}s web form_rejected form=f field=a\n" for i in range(3)) + "".join(f"{1440 + i}m web sign_in_failed\n" for i in range(1, 4))),
    Row("effortful", False, "one contact seen by two detectors", "0 call contact_opened contact=a intent=x\n1m call contact_closed contact=a\n2m call contact_opened contact=b intent=x"),
    Row("returns_rising", False, "one return", "0 web order_placed order=a\n1d post item_returned order=a"),
    Row("returns_rising", False, "two of many", "".join(f"{i}d web order_placed order=o{i}\n" for i in range(11)) + "12d post item_returned order=o1\n13d post item_returned order=o2"),
    Row("returns_rising", True, "cancelled twice", "0 web order_placed order=a\n1d web order_cancelled order=a\n2d web order_placed order=b\n3d web order_cancelled order=b"),
    Row("returns_rising", False, "cancelled by us", "0 web order_placed order=a\n1d web order_cancelled order=a by_customer=false\n2d web order_placed order=b\n3d web order_cancelled order=b by_customer=false"),
    Row("involuntary_risk", True, "an invoice", "0 web payment_failed payment=z invoice=i"),
    Row("involuntary_risk", False, "a test card", "0 web payment_failed payment=z invoice=i test_card=true"),
    Row("channel_closed", True, "push off", "0 app push_disabled"),
    Row("unsubscribed", True, "spam", "0 email marked_as_spam"),
    Row("detractor_or_drop", True, "a drop", "0 web survey_answered metric=nps score=10 low=0 high=10\n1d web survey_answered metric=nps score=7 low=0 high=10"),
    Row("cancelled", True, "a reason or none", "0 web subscription_cancelled subscription=a"),
    Row("complaint_unresolved", False, "settled in time", f"0 web complaint_opened complaint=b due={BY}\n11h web complaint_resolved complaint=b", "9d"),
    Row("promise_broken", True, "an hour late", f"0 web delivery_promised order=o by={BY}", "25h"),
    Row("queue_abandoned", True, "the stated service level", "0 call contact_abandoned contact=a waited_ms=9000 service_level_ms=9000"),
    Row("queue_abandoned", False, "within the service level", "0 call contact_abandoned contact=a waited_ms=8999 service_level_ms=9000"),
    Row("queue_abandoned", False, "none stated, 19 s", "0 call contact_abandoned contact=a waited_ms=19000"),
    Row("transferred", True, "warm, then cold", "0 call contact_transferred contact=a warm=true\n1m call contact_transferred contact=a"),
    Row("scan_gap", False, "47 hours", "0 post parcel_scanned parcel=q", "47h"),
    Row("scan_gap", False, "scanned again a day ago", "0 post parcel_scanned parcel=q\n40h post parcel_scanned parcel=q", "64h"),
    Row("scan_gap", True, "another parcel was seen", "0 post parcel_scanned parcel=q\n40h post parcel_scanned parcel=r", "48h"),
    Row("left_a_relationship", True, "consent withdrawn", "0 web consent_changed purpose=marketing state=withdrawn"),
    Row("left_a_relationship", False, "another purpose", "0 web consent_changed purpose=profiling state=withdrawn"),
    Row("left_a_relationship", True, "loyalty left", "0 web loyalty_left"),
    Row("cancel_intent", True, "asked for the contract's end", "0 call contact_opened contact=a intent=contract_end"),
    Row("cancel_intent", False, "asked for the invoice", "0 call contact_opened contact=a intent=invoice"),
    Row("cancel_intent", True, "a screen of the app", "0 app screen_viewed screen=leave screen_type=export"),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.detector}: {row.why}")
def test_a_detector_speaks_at_its_limit_and_heeds_its_guards(row: Row) -> None:
    assert (row.detector in heard(row.story, row.until, norms=row.norms)) == row.fires


def test_every_detector_has_a_story_here() -> None:
    assert {row.detector for row in ROWS} == {detector.name for detector in registry()}
