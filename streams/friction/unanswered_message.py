"""Unanswered messages."""

from __future__ import annotations

from schemas.touchpoints.service import ContactClosed, MessageAnswered, MessageReceived
from streams.detectors import Found, Limits, Opening, absence, after, closing
from streams.state import Deadline, Journey


def _wait(channel: str, limits: Limits) -> float:
    """Return the minutes after which an answer on this channel is late."""
    return limits.get(f"{channel}_minutes", limits["other_minutes"])


def _received(journey: Journey, message: MessageReceived, limits: Limits) -> Opening | None:
    """Open a deadline for the first message of a conversation. Another message does not restart the clock."""
    ref = message.thread or message.contact or message.message
    if f"unanswered_message:{ref}" in journey.deadlines:
        return None
    return Opening(message.at + after(minutes=_wait(message.channel, limits)), ref)


@absence(
    "unanswered_message",
    opened_by={MessageReceived: _received},
    closed_by=(
        closing(MessageAnswered, lambda answer, ref: not answer.automatic and ref in (answer.thread, answer.contact, answer.message)),
        closing(ContactClosed, lambda contact, ref: contact.contact == ref),
    ),
    limits={"chat_minutes": 2, "social_minutes": 60, "email_minutes": 1440, "other_minutes": 1440},
    severity=3,
)
def unanswered_message(_journey: Journey, message: Deadline, limits: Limits) -> Found:
    """Nobody answered the customer's message in the time that its channel leads them to expect.

    **Definition**: There is no answer in the same conversation within the channel's time. A conversation is a thread, else a contact, else
    a message.
    **Default**: Chat 2 minutes, social media 1 hour, e-mail and all others 24 hours.
    **Source**: [ours].
    **Guard**: An automatic reply is no answer. Another message from the customer does not restart the clock.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0  chat message_received help message=m1 thread=t1
    ... 1s chat message_answered help thread=t1 automatic=true
    ... ''', until="3m")
    ['unanswered_message']
    >>> signals_of('''
    ... 0   chat message_received help message=m1 thread=t1
    ... 90s chat message_answered help message=m1 thread=t1
    ... ''', until="3m")
    []
    """
    return Found([message.evidence], f"No answer for {_wait(message.channel, limits):g} minutes ({message.channel or 'no channel'})")
