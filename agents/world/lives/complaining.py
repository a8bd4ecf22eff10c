"""Formal complaints, and how the company settles them."""

from __future__ import annotations

from typing import Any

from agents.world.company import CURRENCY
from agents.world.pen import DAY, HOUR, Pen

TIME = 14 * DAY  # that the company promises to settle a complaint in


def complain(pen: Pen, about: dict[str, Any], contact: str) -> None:
    """Complain formally. Most complaints are settled within a week, some are not."""
    pen.take("email", "contact-centre", 2_000, 30_000)
    at, number, by = pen.now + HOUR // 4, pen.number("b"), about.get("by", "")
    order = {"order": about["order"]} if "order" in about else {}
    pen.say("complaint_opened", at, complaint=number, due=at + TIME, topic=about["intent"], contact=contact, place="desk", **order)
    pen.friction("complaint_opened", at, "desk", by)
    pen.say("complaint_acknowledged", at + HOUR, complaint=number, automatic=True, place="desk")
    slow = pen.chooses(0.12)
    after = int((8 + 9 * pen.chance.random()) * DAY) if slow else int((1 + 5 * pen.chance.random()) * DAY)
    waited = 4 * HOUR if pen.chooses(0.05) else 0
    if waited:
        pen.say("waiting_on_customer", at + 6 * HOUR, complaint=number, waiting=True, place="desk")
        pen.say("waiting_on_customer", at + 6 * HOUR + waited, complaint=number, waiting=False, place="desk")
    if slow:
        pen.friction("complaint_overdue", at + TIME // 2 + waited, "desk", by)
    upheld = pen.chooses(0.7)
    redress = {"redress": 1_000, "currency": CURRENCY} if upheld else {}
    pen.say("complaint_resolved", at + after, complaint=number, upheld=upheld, place="desk", **redress)
    if upheld:
        pen.delight(0.05, at + after)
