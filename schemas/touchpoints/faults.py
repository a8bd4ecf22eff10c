"""Touchpoints of technical faults on a screen, as the sender measured them."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Count, Milliseconds, Page, Ref, Words


class AppCrashed(Touchpoint, frozen=True, kw_only=True):
    """The app crashed."""

    activity = "browsing"
    actor = "customer"
    effort = 1
    examples = (
        '{"kind":"app_crashed","id":"e15","customer":"c7","at":1761556500000,"channel":"app","app_version":"7.2.0","screen":"cart"}',
    )

    app_version: Ref = ""  # as the app states it
    screen: Page = ""  # where it happened
    after_update_ms: Milliseconds | None = None  # ms since this version was installed; none: unknown


class PageSlowed(Touchpoint, frozen=True, kw_only=True):
    """A page was slow. The sender adds the measurements of one view."""

    activity = "browsing"
    actor = "customer"
    effort = 1
    examples = ('{"kind":"page_slowed","id":"e16","customer":"c7","at":1761556560000,"channel":"web","page":"/tents","lcp_ms":5200}',)

    page: Page  # page or screen
    lcp_ms: Milliseconds | None = None  # largest contentful paint, ms; none: not measured
    inp_ms: Milliseconds | None = None  # interaction to next paint, ms; none: not measured
    background: bool = False  # the tab was hidden while it loaded


class RequestFailed(Touchpoint, frozen=True, kw_only=True):
    """A request behind a page failed."""

    activity = "browsing"
    actor = "customer"
    effort = 1
    examples = (
        '{"kind":"request_failed","id":"e17","customer":"c7","at":1761556620000,"channel":"web","status":503,"flow":"payment",'
        '"page":"/pay","request":"authorise"}',
    )

    status: Count  # HTTP status; 0: no answer
    flow: Words = ""  # the key flow that it belongs to: checkout, sign_in, payment, ...
    page: Page = ""  # page or screen
    request: Words = ""  # the endpoint's stable name
    expected: bool = False  # the flow expects this status, as a sign-in expects a 401


class ScriptFailed(Touchpoint, frozen=True, kw_only=True):
    """A script on the page failed."""

    activity = "browsing"
    actor = "customer"
    effort = 1
    examples = (
        '{"kind":"script_failed","id":"e18","customer":"c7","at":1761556680000,"channel":"web","page":"/pay","error":"e51",'
        '"after_click_ms":60}',
    )

    page: Page  # page or screen
    error: Ref = ""  # fingerprint of the error, not its text
    after_click_ms: Milliseconds | None = None  # ms since the click before it; none: no click
