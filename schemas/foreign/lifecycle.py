"""The names that apps, mailers, chats and subscriptions give to events.

Sources: Segment specs for mobile, email, live chat and B2B SaaS. PostHog's mobile SDKs use the mobile names. Snowplow's tracker protocol
for its own events.
"""

from __future__ import annotations

from schemas.durations import DAY
from schemas.foreign.event import Foreign
from schemas.foreign.picks import (
    Pick,
    Row,
    anonymous,
    count,
    currency,
    either,
    fixed,
    flag,
    length,
    page,
    page_path,
    ref,
    seconds,
    when,
)  # fmt: skip
from schemas.foreign.values import text


def _campaign(event: Foreign) -> object:
    """Return the campaign's name. The email spec sends it flat, the mobile one inside of an object."""
    inside = event.properties.get("campaign")
    return text(inside.get("name")) if isinstance(inside, dict) else text(inside)


def _account(event: Foreign) -> object:
    return event.account or None


def _version(event: Foreign) -> object:
    return event.app_version or None


CAMPAIGN = either(ref("campaign_name", "campaign_id"), _campaign)


def _campaign_of_day(event: Foreign) -> object:
    """Return the campaign and the day, for a message without a number: what a campaign sends on another day is another message."""
    campaign = CAMPAIGN(event)
    return f"{campaign}/{event.at // DAY}" if isinstance(campaign, str) and isinstance(event.at, int) else campaign


# What mail tools call one message to one customer. Without a number, the campaign is the message: it goes to each customer once.
MESSAGE = ref(
    "email_id", "message_id", "delivery_id", "sg_message_id", "smtp_id", "mail_id", "msg_id", "dispatch_id", "send_id", "messageid",
    "deliveryid",
)  # fmt: skip
MAIL: dict[str, Pick] = {"message": either(MESSAGE, _campaign_of_day), "campaign": CAMPAIGN, "channel": fixed("email")}
PUSH: dict[str, Pick] = {
    "message": either(ref("message_id", "notification_id", "delivery_id", "push_id", "dispatch_id", "send_id"), _campaign_of_day),
    "campaign": CAMPAIGN,
    "channel": fixed("push"),
}
CHAT: dict[str, Pick] = {"contact": ref("conversation_id"), "channel": fixed("chat")}
OF_THREAD: dict[str, Pick] = {**CHAT, "thread": ref("conversation_id"), "message": ref("message_id")}
VERSION = either(ref("version"), _version)
ACCOUNT = either(ref("account_id", "group_id"), _account)
PLAN = ref("plan", "plan_name", "trial_plan_name")
TRIAL = either(ref("trial_id"), _account, PLAN, fixed("trial"))

ROWS = (
    Row("app_opened", ("application_opened",), {"app_version": VERSION}),
    Row("app_opened", ("application_installed", "application_updated"), {"app_version": VERSION, "updated": fixed(True)}),
    Row("app_crashed", ("application_crashed", "application_error"), {"app_version": VERSION, "screen": page}),
    Row("app_uninstalled", ("application_uninstalled",), {"app_version": VERSION}),
    Row("message_delivered", ("push_notification_received",), PUSH),
    Row("message_clicked", ("push_notification_tapped",), PUSH),
    Row("message_bounced", ("push_notification_bounced",), PUSH),
    Row("message_sent", ("email_sent",), MAIL),
    Row("message_delivered", ("email_delivered",), MAIL),
    Row("message_opened", ("email_opened",), MAIL),
    Row("message_clicked", ("email_link_clicked",), {**MAIL, "target": either(ref("link_id"), page_path("link_url"))}),
    Row("message_bounced", ("email_bounced",), MAIL),
    Row("marked_as_spam", ("email_marked_as_spam",), MAIL),
    Row("unsubscribed", ("unsubscribed", "email_unsubscribed"), {**MAIL, "list": ref("list_id", "list_name")}),
    Row("account_created", ("account_created", "signed_up"), {"account": ACCOUNT, "plan": PLAN}),
    Row("account_deleted", ("account_deleted",), {"account": ACCOUNT}),
    Row("signed_in", ("signed_in",), {"anonymous": anonymous, "method": ref("method")}),
    Row("trial_started", ("trial_started",), {"trial": TRIAL, "ends": when("trial_end_date", "ends"), "plan": PLAN}),
    Row("trial_ended", ("trial_ended",), {"trial": TRIAL, "converted": flag("converted")}),
    Row("contact_opened", ("live_chat_conversation_started",), CHAT),
    Row("contact_closed", ("live_chat_conversation_ended",), {**CHAT, "handled_ms": seconds("conversation_duration")}),
    # The spec speaks from the customer's side: a message they sent is one that we received.
    Row("message_received", ("live_chat_message_sent",), {**OF_THREAD, "length": length("message_body")}),
    Row("message_answered", ("live_chat_message_received",), {key: OF_THREAD[key] for key in ("contact", "channel", "thread")}),
    Row("products_searched", ("site_search",), {"results": count("total_results"), "filters": length("filters"), "page": page}),
    Row("form_submitted", ("submit_form",), {"form": ref("form_id"), "page": page}),
    Row(
        "cart_updated",
        ("add_to_cart",),
        {"cart": either(ref("cart_id"), fixed("cart")), "items": either(count("quantity"), fixed(1)), "currency": currency},
    ),
)
