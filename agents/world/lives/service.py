"""Asking for help: calls, chats, e-mails, social media, complaints."""

from __future__ import annotations

from typing import Any

from agents.world.company import QUEUES, SERVICE_LEVEL_MS
from agents.world.incidents import rows_on, touched
from agents.world.lives import complaining
from agents.world.pen import DAY, HOUR, MINUTE, Pen

CHANNELS = (("call", 0.5), ("chat", 0.72), ("email", 0.9), ("social", 1.0))
ANSWERS_WITHIN = {"chat": (20, 90), "social": (300, 3_000), "email": (3_600, 60_000)}  # seconds
LATE_AFTER = {"chat": 120, "social": 3_600, "email": 86_400}  # seconds after which customers feel left alone
USUAL_S = {"delivery": 210, "payment": 240, "invoice": 330, "order": 180}  # of talking, by intent; others 270
AGAIN = 4  # contacts about one matter; then they give up


def contact(pen: Pen, about: dict[str, Any]) -> None:
    """Contact the company about something, by the channel that the customer likes; in the company's hours where it answers."""
    drawn = pen.chance.random()
    channel = about.get("channel") or next(name for name, up_to in CHANNELS if drawn < up_to)
    matter: dict[str, Any] = {name: about[name] for name in ("order", "invoice") if name in about}
    if not _is_open(pen, channel, about) or ("order" in matter and pen.now >= about.get("until", pen.now + 1)):
        return  # they try again tomorrow, or the parcel has come meanwhile
    if matter and "times" not in about and pen.chooses(0.15):
        _help_oneself(pen, about["intent"], next(iter(matter.values())))
    pen.take(channel, "contact-centre", 2_000, 30_000)
    number = pen.number("h")
    pen.say("contact_opened", contact=number, intent=about["intent"], place="line", **matter)
    _mark_opening(pen, about, matter)
    if channel == "call":
        _call(pen, number, about)
    else:
        _write(pen, number, channel, about)


def _is_open(pen: Pen, channel: str, about: dict[str, Any]) -> bool:
    """Return whether somebody answers now. If nobody does, the customer tries again in the next morning."""
    if channel not in ("call", "chat"):
        return True
    if (hour := pen.hour()) < 7:
        pen.now = pen.start + int((8 + 3 * pen.chance.random()) * HOUR)
    elif hour >= 18 or "holiday" in rows_on(pen.day):
        pen.later("contact", pen.start + DAY + int((8 + 3 * pen.chance.random()) * HOUR), **about)
        return False
    return True


def _help_oneself(pen: Pen, intent: str, number: str) -> None:
    """Look at the help pages first, in vain."""
    at = pen.now - int((0.2 + 2 * pen.chance.random()) * HOUR)
    pen.take("web", "web", 400, 5_000)
    pen.say("page_viewed", at, page="/help", page_type="help", by="entry")
    pen.say("content_viewed", at + 20_000, content=f"help-{intent}", topic=intent, matter=number, viewed_ms=30_000, place="/help/topic")
    pen.person.tried[number] = at


def _mark_opening(pen: Pen, about: dict[str, Any], matter: dict[str, Any]) -> None:
    """Note what this contact is by the field's definitions: the same again within a week, after help pages, after being passed on."""
    person, by, intent = pen.person, about.get("by", ""), about["intent"]
    if any(pen.now - person.tried.get(number, 0) <= DAY for number in matter.values()):
        pen.friction("channel_escalation", place="line", by=by)
    if "order" in matter and intent == "delivery":
        pen.friction("where_is_my_order", place="line", by=by)
    before, promised = person.asked.get(intent, (0, False))
    if pen.now - before <= 7 * DAY and not promised:
        pen.friction("repeat_contact", place="line", by=by)
    if 0 <= pen.now - before <= 10 * MINUTE and not promised:
        pen.friction("immediate_callback", place="line", by=by)
    if pen.now - person.tried.get(intent, 0) <= DAY and not promised:
        pen.friction("repeated_information", place="line", by=by)
    person.asked[intent] = pen.now, False


def _call(pen: Pen, number: str, about: dict[str, Any]) -> None:
    """Wait in the queue, talk, be passed on."""
    queue = QUEUES.get(about["intent"], "general")
    pen.wait(8, 20)
    pen.say("contact_queued", contact=number, queue=queue, service_level_ms=SERVICE_LEVEL_MS, place=queue)
    short = touched(pen.day, pen.hour(), "queue")
    waits = int(1000 * (pen.chance.expovariate(1 / 540) if short else pen.chance.expovariate(1 / 14)))
    bears = int(1000 * (60 + 300 * pen.person.patience * pen.chance.random()))
    if waits > bears:
        pen.now += bears
        pen.say("contact_abandoned", contact=number, waited_ms=bears, queue=queue, service_level_ms=SERVICE_LEVEL_MS, place=queue)
        if bears > SERVICE_LEVEL_MS:
            pen.friction("queue_abandoned", place=queue, by=short.name if short else "")
        if pen.chooses(0.3):
            pen.later("contact", pen.now + int((2 + 20 * pen.chance.random()) * HOUR), **_again(about))
        return
    pen.now += waits
    if pen.chooses(0.08):
        _pass_on(pen, number, queue, about["intent"])
    if pen.chooses(0.03):
        pen.say("information_repeated", contact=number, what="matter", place=queue)
        pen.friction("repeated_information", place=queue)
    _close(pen, number, queue, about)


def _pass_on(pen: Pen, number: str, queue: str, intent: str) -> None:
    warm = pen.chooses(0.4)
    pen.wait(60, 200)
    pen.say("contact_transferred", contact=number, to="second-line", warm=warm, place=queue)
    if not warm:
        pen.friction("transferred", place=queue)
        pen.person.tried[intent] = pen.now


def _write(pen: Pen, number: str, channel: str, about: dict[str, Any]) -> None:
    """Write, and wait for an answer."""
    message, least_most = pen.number("m"), ANSWERS_WITHIN[channel]
    pen.say("message_received", message=message, thread=number, contact=number, length=40 + int(400 * pen.chance.random()), place="line")
    began = pen.now
    if channel == "email":
        pen.say("message_answered", pen.now + 5_000, message=message, thread=number, contact=number, automatic=True, place="line")
    if pen.chooses(0.05):
        pen.now += int(LATE_AFTER[channel] * 1000 * (1.2 + pen.chance.random()))
        pen.friction("unanswered_message", began + LATE_AFTER[channel] * 1000, "line")
    else:
        pen.wait(*least_most)
    pen.say("message_answered", message=message, thread=number, contact=number, place="line")
    if channel == "chat" and pen.chooses(0.03):
        pen.say("waiting_on_customer", contact=number, waiting=True, place="line")
    _close(pen, number, "line", about)


def _close(pen: Pen, number: str, queue: str, about: dict[str, Any]) -> None:
    """End the contact. What is not solved comes back."""
    usual = USUAL_S.get(about["intent"], 270)
    long = pen.chooses(0.004) and pen.day > 14
    handled = usual * (6 if long else 1 + 0.25 * max(-2.0, min(2.0, pen.chance.gauss(0, 1))))
    pen.now += int(handled * 1000)
    unsolved = pen.chooses(about.get("unsolved", 0.08))
    promised = unsolved and pen.chooses(0.4) and not about.get("unsolved")
    pen.say(
        "contact_closed", contact=number, intent=about["intent"], resolved=not unsolved, follow_up_promised=promised,
        handled_ms=int(handled * 1000), place=queue,
    )  # fmt: skip
    if long:
        pen.friction("long_handling", place=queue)
    _after(pen, number, about, unsolved, promised)


def _after(pen: Pen, number: str, about: dict[str, Any], unsolved: bool, promised: bool) -> None:
    by = about.get("by", "")
    pen.person.asked[about["intent"]] = pen.now, promised
    if unsolved and not promised:
        pen.friction("contact_unsolved", place="line", by=by)
        _come_back(pen, number, about)
    if not unsolved:
        pen.delight(0.01)
    if pen.chooses(0.10):
        pen.later("survey", pen.now + 40 * MINUTE, metric="ces", contact=number, worse=0.4 if unsolved else 0.0)
    if pen.chooses(0.02):
        pen.say("employee_feedback_given", pen.now + HOUR, touchpoint="queue", score=4 if pen.chooses(0.8) else 2, remark_kind="tool",
                team="service", contact=number)  # fmt: skip


def _come_back(pen: Pen, number: str, about: dict[str, Any]) -> None:
    """Contact again about the same, or complain. A few call back at once."""
    drawn, again = pen.chance.random(), _again(about)
    if again["times"] >= AGAIN:
        return
    if drawn < 0.10:
        pen.later("contact", pen.now + int((2 + 6 * pen.chance.random()) * MINUTE), **again, channel="call")
    elif drawn < 0.45:
        pen.later("contact", pen.now + int((6 + 60 * pen.chance.random()) * HOUR), **again)
    elif drawn < 0.65:
        complaining.complain(pen, about, number)


def _again(about: dict[str, Any]) -> dict[str, Any]:
    return {**{k: v for k, v in about.items() if k not in ("channel", "times")}, "times": about.get("times", 0) + 1}


__all__ = ["DAY", "contact"]
