"""Touchpoints on the screens of web and app: what the customer looked at, clicked and searched."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Coordinate, Count, Milliseconds, Page, Ref, Words


class PageViewed(Touchpoint, frozen=True, kw_only=True):
    """The customer saw a page of the site."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000,"channel":"web","page":"/tents","page_type":"list",'
        '"came_from":"/","by":"link"}',
    )

    page: Page  # path without the query
    page_type: Ref = ""  # home, list, product, gallery, feed, status, help, checkout, cancel, export, ...: guards and intents read it
    came_from: Page = ""  # the page before, in the same tab
    by: Ref = ""  # how the customer reached the page: link, back, reload, entry
    matter: Ref = ""  # what it is about if known: an order, invoice or help topic


class ScreenViewed(Touchpoint, frozen=True, kw_only=True):
    """The customer saw a screen of the app."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"screen_viewed","id":"e2","customer":"c7","at":1761555720000,"channel":"app","screen":"cart",'
        '"screen_type":"checkout","by":"link"}',
    )

    screen: Page  # the screen's stable name
    screen_type: Ref = ""  # as `page_type` of a page
    came_from: Page = ""  # the screen before
    by: Ref = ""  # how the customer reached the screen: link, back, entry
    matter: Ref = ""  # what it is about if known: an order, invoice or help topic


class Clicked(Touchpoint, frozen=True, kw_only=True):
    """The customer clicked or tapped. The sender adds what it saw happen after it."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"clicked","id":"e3","customer":"c7","at":1761555780000,"channel":"web","target":"pay","element":"button",'
        '"page":"/pay","x":410,"y":220,"watched_ms":2500}',
        '{"kind":"clicked","id":"e4","customer":"c7","at":1761555840000,"channel":"web","target":"save","reacted_after_ms":3400,'
        '"error_after_ms":40}',
    )

    target: Words  # the element's stable name
    element: Words = ""  # button, link, input, stepper, slider, text, map, canvas, ...
    page: Page = ""  # page or screen
    x: Coordinate = 0.0  # CSS pixels from the left edge of the page
    y: Coordinate = 0.0  # CSS pixels from the top of the page
    reacted_after_ms: Milliseconds | None = None  # ms until the page reacted; none: no reaction was seen
    watched_ms: Milliseconds = 0  # ms for which the sender watched for a reaction; 0: it did not watch
    error_after_ms: Milliseconds | None = None  # ms until a script error followed; none: no error
    background: bool = False  # the tab was hidden while the sender watched
    new_tab: bool = False  # the reaction opened in another tab
    times: Count = 1  # clicks that this record stands for: some senders add up a burst
    over_ms: Milliseconds | None = None  # ms from the first of them to the last; none: not sent


class Scrolled(Touchpoint, frozen=True, kw_only=True):
    """The customer scrolled a page. The sender adds up one view of it."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"scrolled","id":"e5","customer":"c7","at":1761555900000,"channel":"web","page":"/tents/dome","reversals":9,'
        '"depth_percent":80}',
    )

    page: Page  # page or screen
    reversals: Count = 0  # changes of direction in this view
    depth_percent: Count = 0  # furthest point reached, 0-100 % of the page's height


class CursorMoved(Touchpoint, frozen=True, kw_only=True):
    """The customer moved the pointer about. The sender adds up a stretch of it."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"cursor_moved","id":"e6","customer":"c7","at":1761555960000,"channel":"web","page":"/pay","turns":24,"over_ms":2000}',
    )

    page: Page  # page or screen
    turns: Count  # changes of direction within `over_ms`
    over_ms: Milliseconds  # ms of the stretch that was watched
    element: Words = ""  # what was under the pointer: map, canvas, ...


class PageLeft(Touchpoint, frozen=True, kw_only=True):
    """The customer left a page."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"page_left","id":"e7","customer":"c7","at":1761556020000,"channel":"web","page":"/tents/dome","stayed_ms":3100,'
        '"to":"/tents","by":"back"}',
    )

    page: Page  # path without the query
    page_type: Ref = ""  # as `page_type` of a page
    stayed_ms: Milliseconds = 0  # ms for which it was shown
    to: Page = ""  # the next page of ours; empty: the customer left the site
    by: Ref = ""  # how the customer left: link, back, close


class PageReloaded(Touchpoint, frozen=True, kw_only=True):
    """The customer loaded a page again."""

    activity = "browsing"
    actor = "customer"
    examples = ('{"kind":"page_reloaded","id":"e8","customer":"c7","at":1761556080000,"channel":"web","page":"/pay"}',)

    page: Page  # path without the query
    page_type: Ref = ""  # as `page_type` of a page; a status page is reloaded by design


class AppOpened(Touchpoint, frozen=True, kw_only=True):
    """The customer opened the app."""

    activity = "browsing"
    actor = "customer"
    examples = ('{"kind":"app_opened","id":"e9","customer":"c7","at":1761556140000,"channel":"app","app_version":"7.2.0"}',)

    app_version: Ref = ""  # as the app states it
    updated: bool = False  # first start of this version


class ProductsSearched(Touchpoint, frozen=True, kw_only=True):
    """The customer searched for products. The search words stay with the sender."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"products_searched","id":"e13","customer":"c7","at":1761556380000,"channel":"web","results":0,"query_length":12,'
        '"refined":true}',
    )

    results: Count | None = None  # products found; none: not told
    query_length: Count = 0  # characters of the search words
    refined: bool = False  # it follows another search for the same wish
    filters: Count = 0  # how many catalogue filters are set
    page: Page = ""  # page or screen


class ContentViewed(Touchpoint, frozen=True, kw_only=True):
    """The customer looked at content: an article, a film, a help page."""

    activity = "browsing"
    actor = "customer"
    realm = "education"
    effort = -1
    examples = (
        '{"kind":"content_viewed","id":"e14","customer":"c7","at":1761556440000,"channel":"web","content":"how-to-pitch",'
        '"topic":"tents","viewed_ms":90000}',
    )

    content: Words  # its stable name
    topic: Words = ""  # what it is about
    experience: Ref = ""  # entertainment, education, aesthetics or escape, if it differs from the kind's own
    viewed_ms: Milliseconds = 0  # ms that the customer spent on it
    matter: Ref = ""  # an order, invoice or help topic: the content is self-service for it
