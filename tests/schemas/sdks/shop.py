"""The shop's events as the Segment specification writes them, under its names: Segment's and RudderStack's senders, and PostHog's."""

from __future__ import annotations

from collections.abc import Callable

from tests.schemas.sdks.templates import SHOP, Event, at_text, identity

DOME: Event = {
    "product_id": "p-dome", "sku": "DOME-2", "category": "Tents", "name": "Dome", "brand": "Own", "variant": "green", "price": 129.95,
    "quantity": 1, "coupon": "SPRING", "currency": "EUR", "position": 3, "value": 129.95, "url": f"{SHOP}/tents/dome",
    "image_url": f"{SHOP}/images/dome.jpg",
}  # fmt: skip
LAMP: Event = {"product_id": "p-lamp", "sku": "LAMP-1", "category": "Lights", "name": "Lamp", "brand": "Own", "price": 19, "quantity": 2}


def order(number: int) -> str:
    """Return the number of this event's order."""
    return f"o{number}"


# Source: the Segment specification of ecommerce v2, video and coupons: https://segment.com/docs/connections/spec/ecommerce/v2/
SHOPS: dict[str, Callable[[int], Event]] = {
    "Products Searched": lambda _: {"query": "tent"},
    "Product List Viewed": lambda _: {"list_id": "hot-deals", "category": "Deals", "products": [DOME, LAMP]},
    "Product List Filtered": lambda _: {
        "list_id": "today", "filters": [{"type": "price", "value": "under-30"}], "sorts": [{"type": "price", "value": "desc"}],
        "products": [LAMP],
    },
    "Promotion Viewed": lambda _: {"promotion_id": "promo_1", "creative": "top_banner", "name": "autumn", "position": "home_banner_top"},
    "Promotion Clicked": lambda _: {"promotion_id": "promo_1", "creative": "top_banner", "name": "autumn", "position": "home_banner_top"},
    "Product Clicked": lambda _: DOME,
    "Product Viewed": lambda _: DOME,
    "Product Added": lambda number: {"cart_id": identity("cart", number), **DOME},
    "Product Removed": lambda number: {"cart_id": identity("cart", number), **DOME},
    "Cart Viewed": lambda number: {"cart_id": identity("cart", number), "products": [DOME, LAMP]},
    "Checkout Started": lambda number: {
        "order_id": order(number), "affiliation": "Web", "value": 167.95, "revenue": 149, "shipping": 3, "tax": 2, "discount": 2.5,
        "coupon": "SPRING", "currency": "EUR", "products": [DOME, LAMP],
    },
    "Checkout Step Viewed": lambda number: {
        "checkout_id": identity("checkout", number), "step": 2, "shipping_method": "Parcel", "payment_method": "Card",
    },
    "Checkout Step Completed": lambda number: {
        "checkout_id": identity("checkout", number), "step": 2, "shipping_method": "Parcel", "payment_method": "Card",
    },
    "Payment Info Entered": lambda number: {"checkout_id": identity("checkout", number), "order_id": order(number)},
    "Order Completed": lambda number: {
        "checkout_id": identity("checkout", number), "order_id": order(number), "affiliation": "Web", "subtotal": 167.95, "total": 172.95,
        "revenue": 149, "shipping": 3, "tax": 2, "discount": 2.5, "coupon": "SPRING", "currency": "EUR", "products": [DOME, LAMP],
    },
    "Order Updated": lambda number: {"order_id": order(number), "total": 172.95, "currency": "EUR", "products": [DOME]},
    "Order Refunded": lambda number: {"order_id": order(number), "total": 30, "currency": "EUR", "products": [LAMP]},
    "Order Cancelled": lambda number: {"order_id": order(number), "total": 172.95, "currency": "EUR", "products": [DOME, LAMP]},
    "Coupon Entered": lambda number: {"order_id": order(number), "cart_id": identity("cart", number), "coupon_id": "SPRING"},
    "Coupon Applied": lambda number: {"order_id": order(number), "coupon_id": "SPRING", "coupon_name": "Spring", "discount": 23.32},
    "Coupon Denied": lambda number: {"order_id": order(number), "coupon_id": "SPRING", "coupon_name": "Spring", "reason": "Coupon expired"},
    "Product Added to Wishlist": lambda _: {"wishlist_id": "w1", "wishlist_name": "Later", **DOME},
    "Product Shared": lambda _: {"share_via": "email", "share_message": "", "recipient": "", **DOME},
    "Product Reviewed": lambda number: {"product_id": "p-dome", "review_id": f"r{number}", "review_body": "Dry.", "rating": "5"},
    "Video Playback Started": lambda number: {
        "session_id": identity("film", number), "content_asset_ids": ["f1"], "content_pod_ids": ["a"], "position": 0, "total_length": 392,
        "bitrate": 100, "video_player": "youtube", "sound": 88, "full_screen": False, "ad_enabled": False, "quality": "hd1080",
    },
    "Signed Up": lambda _: {"username": "", "plan": "team"},
    "Trial Started": lambda _: {"trial_start_date": at_text(0), "trial_end_date": at_text(200_000), "trial_plan_name": "team"},
}  # fmt: skip
