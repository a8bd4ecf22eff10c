"""Snowplow's ecommerce events, translated into the names of the shops. Each is one action, with entities beside it.

Source: Snowplow ecommerce plugin (snowplow_ecommerce_action 1-0-2 with product, cart, transaction, refund and checkout_step entities).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.foreign.event import normalize_keys

ACTION = "snowplow_ecommerce_action"
_PREFIX = "com_snowplowanalytics_snowplow_ecommerce_"
Entities = Mapping[str, Sequence[object]]  # schema's flat name -> contents

_NAMES = {
    "product_view": "product_viewed",
    "list_view": "product_list_viewed",
    "list_click": "product_clicked",
    "promo_view": "promotion_viewed",
    "promo_click": "promotion_clicked",
    "add_to_cart": "product_added",
    "remove_from_cart": "product_removed",
    "checkout_step": "checkout_step_completed",
    "transaction": "order_completed",
    "refund": "order_refunded",
    "trns_error": "payment_failed",
}
# Entity -> its fields, with the names of the shops' specification.
_WORDS: dict[str, dict[str, str]] = {
    "product": {"id": "product_id", "category": "category", "price": "price", "currency": "currency"},
    "promotion": {"id": "promotion_id", "name": "name"},
    "cart": {"cart_id": "cart_id", "total_value": "cart_value", "currency": "currency"},
    "checkout_step": {"step": "step"},
    "transaction": {
        "transaction_id": "order_id", "revenue": "total", "currency": "currency",
        "discount_code": "coupon", "discount_amount": "discount", "payment_method": "method",
    },
    "refund": {"transaction_id": "order_id", "refund_amount": "total", "currency": "currency", "refund_reason": "reason"},
    "transaction_error": {"error_code": "reason"},
}  # fmt: skip


def shop_event(action: object, entities: Entities) -> tuple[str, dict[str, Any]]:
    """Return the event's name and properties, as a shop would send them.

    >>> shop_event({"type": "product_view"}, {_PREFIX + "product": [{"id": "p1", "price": 9.5}]})
    ('product_viewed', {'product_id': 'p1', 'price': 9.5})
    """
    properties: dict[str, Any] = {}
    for entity, words in _WORDS.items():
        for content in entities.get(_PREFIX + entity, ())[:1]:
            said = normalize_keys(content)
            properties |= {ours: said[theirs] for theirs, ours in words.items() if said.get(theirs) is not None}
    kind = normalize_keys(action).get("type")
    name = _NAMES.get(kind, kind) if isinstance(kind, str) else ""
    products = entities.get(_PREFIX + "product", ())
    if name in ("order_completed", "product_added") and products:
        properties["products"] = list(products)
    elif name == "product_list_viewed":
        properties["list_id"] = normalize_keys(action).get("name")  # a list has a name alone; its products' category is no name of it
    elif name == "checkout_step_completed" and str(properties.get("step")) == "1":
        name = "checkout_started"
    elif name == "payment_failed":
        properties |= _failure(properties, entities)
    return name, properties


def _failure(properties: dict[str, Any], entities: Entities) -> dict[str, Any]:
    """Return the fields of a failed payment from a failed transaction. It has no number but its order's."""
    error = normalize_keys(next(iter(entities.get(_PREFIX + "transaction_error", ())), None))
    order = properties.get("order_id")
    return {"payment": order, "order": order, "hard": error.get("error_type") == "hard"}
