"""The names that a specification has and that hold nothing for a journey. Their events are passed by and counted; they are no fault.

A name stands here if no kind of ours says what it means, or if another event of the same SDK says it already.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Specification -> its names, as `normalize_name` writes them.
BY_SPECIFICATION: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Segment spec, ecommerce v2": (
            "promotion_viewed", "viewed_promotion", "coupon_entered", "coupon_removed", "product_added_to_wishlist",
            "product_removed_from_wishlist", "product_shared", "cart_shared",
        ),
        "Segment spec, mobile": (
            "application_backgrounded", "application_foregrounded", "install_attributed", "deep_link_opened", "deep_link_clicked",
        ),
        "Segment spec, B2B SaaS": ("account_added_user", "account_removed_user", "signed_out", "invite_sent"),
        "Segment spec, A/B testing": ("experiment_viewed",),
        "Segment spec, video": (
            "video_playback_started", "video_playback_paused", "video_playback_interrupted", "video_playback_buffer_started",
            "video_playback_buffer_completed", "video_playback_seek_started", "video_playback_seek_completed", "video_playback_resumed",
            "video_playback_completed", "video_playback_exited", "video_content_playing", "video_content_completed", "video_ad_started",
            "video_ad_playing", "video_ad_completed", "video_quality_updated",
        ),
        "RudderStack, Shopify source": (
            "checkout_updated", "checkout_started_webhook", "checkout_deleted", "order_deleted", "order_edited", "order_fulfilled",
            "order_paid", "order_partially_fulfilled", "checkouts_delete", "fulfillments_create", "fulfillments_update",
            "fulfillment_orders_split", "orders_delete", "orders_edited", "orders_fulfilled", "orders_paid",
            "orders_partially_fulfilled", "customer_enabled", "customer_disabled", "customer_tags_added", "customer_tags_removed",
            "customer_email_updated", "collection_created", "collection_updated", "collection_deleted", "collection_listings_added",
            "collection_listings_removed", "collection_listings_updated", "collection_publications_created",
            "collection_publications_deleted", "collection_publications_updated", "discount_created", "discount_deleted",
            "discount_updated", "discount_redeemcode_added", "discount_redeemcode_removed", "draft_order_created",
            "draft_order_deleted", "draft_order_updated", "inventory_items_created", "inventory_items_deleted",
            "inventory_items_updated", "inventory_levels_connected", "inventory_levels_disconnected", "inventory_levels_updated",
        ),
        "RudderStack, JavaScript SDK": ("consent_management_interaction",),
        "Segment, consent": ("segment_consent_preference_updated",),
        "PostHog, mobile SDKs, surveys and product tours": (
            "application_became_active", "survey_shown", "survey_dismissed", "survey_sent", "survey_abandoned", "product_tour_shown",
            "product_tour_dismissed", "product_tour_completed", "product_tour_step_shown", "product_tour_step_completed",
            "product_tour_button_clicked", "product_tour_step_selector_failed", "product_tour_banner_container_selector_failed",
            "product_tour_banner_action_clicked",
        ),
        "GA4, recommended events": (
            "ad_impression", "add_to_wishlist", "close_convert_lead", "close_unconvert_lead", "disqualify_lead", "earn_virtual_currency",
            "generate_lead", "join_group", "level_end", "level_start", "level_up", "post_score", "qualify_lead", "share",
            "spend_virtual_currency", "tutorial_begin", "unlock_achievement", "view_promotion", "working_lead",
        ),
        "GA4, automatically collected events": (
            "ad_click", "ad_exposure", "ad_query", "ad_reward", "adunit_exposure", "app_clear_data", "app_store_refund",
            "app_store_subscription_cancel", "app_store_subscription_convert", "app_store_subscription_renew", "campaign_details",
            "dynamic_link_app_open", "dynamic_link_app_update", "dynamic_link_first_open", "file_download", "firebase_campaign",
            "first_visit", "in_app_purchase", "notification_dismiss", "notification_foreground", "os_update", "session_start",
            "user_engagement", "video_complete", "video_progress",
        ),
        "Snowplow, trackers": (
            "page_ping", "transaction_item", "application_background", "change_form", "focus_form", "cmp_visible", "social_interaction",
            "timing", "user_timing", "screen_end", "list_item_view", "screen_scroll", "deep_link_received", "message_notification",
            "web_vitals", "diagnostic_error", "ad_conversion", "expose_element", "obscure_element", "create_element", "destroy_element",
        ),
        "Snowplow, media": (
            "media_player_event", "ready_event", "play_event", "pause_event", "end_event", "seek_start_event", "seek_end_event",
            "buffer_start_event", "buffer_end_event", "quality_change_event", "fullscreen_change_event", "volume_change_event",
            "playback_rate_change_event", "picture_in_picture_change_event", "percent_progress_event", "ping_event", "error_event",
            "ad_break_start_event", "ad_break_end_event", "ad_start_event", "ad_first_quartile_event", "ad_midpoint_event",
            "ad_third_quartile_event", "ad_complete_event", "ad_skip_event", "ad_pause_event", "ad_resume_event", "ad_click_event",
        ),
        "names in wide use": ("logged_out", "log_out", "logout", "sign_out", "user_logged_out", "user_signed_out"),
    }
)  # fmt: skip
PASSED: frozenset[str] = frozenset(name for names in BY_SPECIFICATION.values() for name in names)
