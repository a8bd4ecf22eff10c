"""Searches without results."""

from __future__ import annotations

from schemas.touchpoints.browsing import PageLeft, ProductsSearched
from schemas.touchpoints.commerce import CartUpdated, OrderPlaced, ProductViewed, PurchaseMade
from streams.detectors import MINUTE, Found, Limits, closing, pattern
from streams.detectors.shared.evidence import before
from streams.state import Journey
from streams.state.marks import last


@pattern(
    "zero_result_search",
    on=(ProductsSearched, PageLeft),
    closed_by=(closing(CartUpdated), closing(OrderPlaced), closing(PurchaseMade)),
    reads={ProductsSearched: last(5, "results", "refined", "filters"), ProductViewed: last(1)},
    limits={"refinements": 3, "within_minutes": 10},
    severity=2,
)
def zero_result_search(journey: Journey, touchpoint: ProductsSearched | PageLeft, limits: Limits) -> Found | None:
    """The customer searched and found nothing: they left, or changed the search again and again.

    **Definition**: The last search found nothing, and the customer left the site. Or they refined the search `refinements` times without
    looking at a product. Both happen within `within_minutes`.
    **Default**: 1 empty search and then leaving. Or 3 refinements. 10 minutes.
    **Source**: [ours].
    **Guard**: Catalogue filters narrow a search by design. So a search with filters that finds nothing is no failure. Nor is a search that
    was refined by a filter. Nor is one whose number of results was not told.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0   web products_searched /search results=0
    ... 20s web page_left         /search page=/search
    ... ''')
    ['zero_result_search']
    >>> signals_of('''
    ... 0   web products_searched /search results=0 filters=3
    ... 20s web page_left         /search page=/search
    ... ''')
    []
    >>> signals_of('''
    ... 0   web products_searched /search
    ... 20s web page_left         /search page=/search
    ... ''')
    []
    """
    recent = before(journey.rings.products_searched, touchpoint, limits["within_minutes"] * MINUTE)
    viewed = max((view.at for view in journey.rings.product_viewed if view.at <= touchpoint.at), default=0)
    searches = [search for search in recent if search.at >= viewed]
    if isinstance(touchpoint, PageLeft):
        empty = [search for search in searches[-1:] if search.results == 0 and not search.filters and not touchpoint.to]
        return Found([search.id for search in empty], "Searched, found nothing and left", place=touchpoint.place or touchpoint.page)
    refined = [search for search in [*searches, touchpoint] if search.refined and not search.filters]
    if not touchpoint.refined or touchpoint.filters or len(refined) < limits["refinements"]:
        return None
    return Found([search.id for search in refined], f"Refined the search {len(refined)} times", place=touchpoint.place or touchpoint.page)
