"""What was looked at, touched and filled in on the screens of web and app."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Coordinate, Count, Milliseconds, Page, Ref


class PageViewed(Touchpoint, frozen=True, kw_only=True):
    """A page of the site was shown."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000,"channel":"web","page":"/tents","page_type":"list",'
        '"came_from":"/","by":"link"}',
    )

    page: Page  # path without the query
    page_type: Ref = ""  # home, list, product, gallery, feed, status, help, checkout, cancel, export, ...: guards and intents read it
    came_from: Page = ""  # the page before, in the same tab
    by: Ref = ""  # how the page was reached: link, back, reload, entry
    matter: Ref = ""  # what it is about where known: an order, invoice or help topic


class ScreenViewed(Touchpoint, frozen=True, kw_only=True):
    """A screen of the app was shown."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"screen_viewed","id":"e2","customer":"c7","at":1761555720000,"channel":"app","screen":"cart",'
        '"screen_type":"checkout","by":"link"}',
    )

    screen: Page  # the screen's stable name
    screen_type: Ref = ""  # as `page_type` of a page
    came_from: Page = ""  # the screen before
    by: Ref = ""  # link, back, entry
    matter: Ref = ""  # an order, invoice or help topic


class Clicked(Touchpoint, frozen=True, kw_only=True):
    """A click or tap, with what the sender saw happen after it."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"clicked","id":"e3","customer":"c7","at":1761555780000,"channel":"web","target":"pay","element":"button",'
        '"page":"/pay","x":410,"y":220,"watched_ms":2500}',
        '{"kind":"clicked","id":"e4","customer":"c7","at":1761555840000,"channel":"web","target":"save","reacted_after_ms":3400,'
        '"error_after_ms":40}',
    )

    target: Ref  # the element's stable name
    element: Ref = ""  # button, link, input, stepper, slider, text, map, canvas, ...
    page: Page = ""  # page or screen
    x: Coordinate = 0.0  # CSS pixels from the left edge of the page
    y: Coordinate = 0.0  # CSS pixels from its top
    reacted_after_ms: Milliseconds | None = None  # until the page answered; none: no answer was seen
    watched_ms: Milliseconds = 0  # how long the sender watched for an answer; 0: it did not watch
    error_after_ms: Milliseconds | None = None  # until a script error followed; none: no error
    background: bool = False  # the tab was hidden while it waited
    new_tab: bool = False  # the answer opened elsewhere
    times: Count = 1  # clicks this stands for: some senders add up a burst
    over_ms: Milliseconds | None = None  # from the first of them to the last; none: not told


class Scrolled(Touchpoint, frozen=True, kw_only=True):
    """The page was scrolled; the sender adds up one view of it."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"scrolled","id":"e5","customer":"c7","at":1761555900000,"channel":"web","page":"/tents/dome","reversals":9,'
        '"depth_percent":80}',
    )

    page: Page  # page or screen
    reversals: Count = 0  # changes of direction in this view
    depth_percent: Count = 0  # furthest point reached, 0-100 of the page's height


class CursorMoved(Touchpoint, frozen=True, kw_only=True):
    """The pointer moved about; aggregated by the sender."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"cursor_moved","id":"e6","customer":"c7","at":1761555960000,"channel":"web","page":"/pay","turns":24,"over_ms":2000}',
    )

    page: Page  # page or screen
    turns: Count  # changes of direction within `over_ms`
    over_ms: Milliseconds  # length of the stretch that was watched
    element: Ref = ""  # what was under it: map, canvas, ...


class PageLeft(Touchpoint, frozen=True, kw_only=True):
    """A page was left."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"page_left","id":"e7","customer":"c7","at":1761556020000,"channel":"web","page":"/tents/dome","stayed_ms":3100,'
        '"to":"/tents","by":"back"}',
    )

    page: Page  # path without the query
    page_type: Ref = ""  # as `page_type` of a page
    stayed_ms: Milliseconds = 0  # time it was shown
    to: Page = ""  # the next page of ours; empty: left the site
    by: Ref = ""  # link, back, close


class PageReloaded(Touchpoint, frozen=True, kw_only=True):
    """A page was loaded again on the customer's own wish."""

    activity = "browsing"
    actor = "customer"
    examples = ('{"kind":"page_reloaded","id":"e8","customer":"c7","at":1761556080000,"channel":"web","page":"/pay"}',)

    page: Page  # path without the query
    page_type: Ref = ""  # a status page is reloaded by design


class AppOpened(Touchpoint, frozen=True, kw_only=True):
    """The app was opened."""

    activity = "browsing"
    actor = "customer"
    examples = ('{"kind":"app_opened","id":"e9","customer":"c7","at":1761556140000,"channel":"app","app_version":"7.2.0"}',)

    app_version: Ref = ""  # as the app states it
    updated: bool = False  # first start of this version


class ProductsSearched(Touchpoint, frozen=True, kw_only=True):
    """Products were searched for; the words stay with the sender."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"products_searched","id":"e13","customer":"c7","at":1761556380000,"channel":"web","results":0,"query_length":12,'
        '"refined":true}',
    )

    results: Count  # products found
    query_length: Count = 0  # characters
    refined: bool = False  # follows another search for the same wish
    filters: Count = 0  # catalogue filters set
    page: Page = ""  # page or screen


class ContentViewed(Touchpoint, frozen=True, kw_only=True):
    """A piece of content was taken in: an article, a film, a help page."""

    activity = "browsing"
    actor = "customer"
    realm = "education"
    effort = -1
    examples = (
        '{"kind":"content_viewed","id":"e14","customer":"c7","at":1761556440000,"channel":"web","content":"how-to-pitch",'
        '"topic":"tents","viewed_ms":90000}',
    )

    content: Ref  # its stable name
    topic: Ref = ""  # what it is about
    experience: Ref = ""  # entertainment, education, aesthetics or escape, where it differs from the kind's own
    viewed_ms: Milliseconds = 0  # time spent
    matter: Ref = ""  # an order, invoice or help topic: self-service for that matter
