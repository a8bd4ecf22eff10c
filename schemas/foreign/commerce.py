"""The names that shops give to events. Source: Segment spec, ecommerce v2, with its v1 names. PostHog's ecommerce spec has the same.

RudderStack's Shopify source calls a search `Search Submitted`.
Amounts come in the currency's major unit. Of several amounts the first that is there counts: `total`, `revenue`, `value`, `subtotal`, in
this order; if it cannot be read, the amount is unknown. A cart without a number is taken for the customer's only cart.
"""

from __future__ import annotations

from schemas.foreign.event import Foreign, normalize_name
from schemas.foreign.picks import (
    Pick,
    Row,
    categories,
    count,
    currency,
    either,
    first_product,
    fixed,
    flag,
    length,
    money,
    page,
    pieces,
    ref,
    score,
)  # fmt: skip
from schemas.foreign.values import text

CART = either(ref("cart_id", "cart", "cart_token"), fixed("cart"))
ORDER = ref("order_id", "order", "transaction_id")
PRODUCT = ref("product_id", "product", "sku", "item_id", "variant")
CODE = ref("coupon_id", "coupon", "coupon_code", "code", "coupon_name")
_CART_VALUE = money("cart_value")
PAID = money("total", "revenue", "value", "subtotal")
_ALL = {"order": ORDER, "value": PAID, "currency": currency}


def _reason(event: Foreign) -> object:
    said = text(event.properties.get("reason"))
    return None if said is None else "expired" if "expire" in said.lower() else normalize_name(said)


def _step(event: Foreign) -> object:
    step = text(event.properties.get("step"))
    return "checkout" if step is None else f"checkout/{step}"


def coupons(event: Foreign) -> object:
    """Return how many coupons were used: one, if the event names one."""
    return 1 if isinstance(CODE(event), str) else None


def product_or_first(*names: str) -> Pick:
    """Read the product that the event is about, else the first that it lists, under one of these names."""
    return either(PRODUCT, first_product("product_id", "sku", *names))


def _items_left(event: Foreign) -> object:
    """Return how many items the cart holds after something was taken out. A cart that is worth nothing is empty."""
    said = either(pieces, count("cart_quantity"))(event)
    return 0 if said is None and _CART_VALUE(event) == 0 else said


def _items_after_adding(event: Foreign) -> object:
    """Return how many items the cart holds. If that is not sent, return what was just put in, for it holds at least that."""
    return either(pieces, count("cart_quantity"), count("quantity"), fixed(1))(event)


_LOOKED: dict[str, Pick] = {"product": PRODUCT, "category": ref("category"), "price": money("price"), "currency": currency}

ROWS = (
    Row(
        "products_searched",
        ("products_searched", "searched_products", "search_submitted"),
        {
            "results": either(count("results", "results_count", "num_results", "total_results"), length("products")),
            "query_length": length("query", "search_query"),
            "filters": length("filters"),
            "page": page,
        },
    ),
    # Browsing by filters is a search of the catalogue. The view of the page comes as an event of its own.
    Row("products_searched", ("product_list_filtered",), {"results": length("products"), "filters": length("filters"), "page": page}),
    # The list names the page here. A page call comes beside it, and two views of one page would look like a page loop.
    Row(
        "page_viewed",
        ("product_list_viewed", "viewed_product_category"),
        {"page": either(ref("list_id", "category"), page, fixed("list")), "page_type": fixed("list")},
    ),
    Row("page_viewed", ("cart_viewed",), {"page": fixed("cart"), "page_type": fixed("cart"), "matter": ref("cart_id")}),
    Row("page_viewed", ("checkout_step_viewed", "viewed_checkout_step"), {"page": _step, "page_type": fixed("checkout")}),
    Row("form_submitted", ("checkout_step_completed", "completed_checkout_step"), {"form": _step, "page": page}),
    Row("form_submitted", ("payment_info_entered",), {"form": fixed("payment"), "page": page}),
    Row("clicked", ("product_clicked", "clicked_product"), {"target": product_or_first("item_id"), "element": fixed("link"), "page": page}),
    Row(
        "clicked",
        ("promotion_clicked", "clicked_promotion"),
        {"target": either(ref("promotion_id", "name", "creative"), fixed("promotion")), "element": fixed("link"), "page": page},
    ),
    Row("product_viewed", ("product_viewed", "viewed_product"), _LOOKED),
    Row(
        "cart_updated",
        ("product_added", "added_product", "wishlist_product_added_to_cart"),
        {"cart": CART, "items": _items_after_adding, "value": _CART_VALUE, "currency": currency},
    ),
    # If the sender does not say what is left in the cart, nobody can tell a filled cart (a wish to buy) from an emptied one.
    Row(
        "cart_updated",
        ("product_removed", "removed_product"),
        {
            "cart": CART,
            "items": _items_left,
            "value": _CART_VALUE,
            "currency": currency,
            "removed": fixed(True),
        },
    ),
    Row(
        "checkout_started",
        ("checkout_started", "started_order"),
        {"cart": CART, "items": pieces, "value": money("value", "total", "revenue", "subtotal"), "currency": currency},
    ),
    Row(
        "order_placed",
        ("order_completed", "completed_order", "order_created"),
        {
            **_ALL,
            "cart": ref("cart_id", "cart"),
            "items": pieces,
            "discount": money("discount"),
            "coupons": coupons,
            "categories": categories,
        },
    ),
    Row("order_changed", ("order_updated", "updated_order"), _ALL),
    Row("order_cancelled", ("order_cancelled", "order_canceled"), {**_ALL, "reason": ref("reason")}),
    Row("order_refunded", ("order_refunded", "refunded_order"), _ALL),
    Row("coupon_applied", ("coupon_applied",), {"code": CODE, "cart": CART, "discount": money("discount"), "currency": currency}),
    Row("coupon_denied", ("coupon_denied",), {"code": CODE, "cart": CART, "reason": _reason}),
    Row(
        "review_posted",
        ("product_reviewed",),
        {
            "review": ref("review_id"),
            "product": PRODUCT,
            "stars": score("rating"),
            "length": length("review_body"),
            "verified": flag("verified"),
        },
    ),
)
