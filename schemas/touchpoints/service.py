"""Touchpoints of service: contacts and messages."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Count, Milliseconds, Ref, Words


class ContactOpened(Touchpoint, frozen=True, kw_only=True):
    """The customer contacted us."""

    activity = "asking"
    actor = "customer"
    effort = 1
    thing = (("contact", "assisted", "follow_up_promised"),)
    frees = ("contact_closed",)
    examples = (
        '{"kind":"contact_opened","id":"e38","customer":"c7","at":1761557880000,"channel":"call","contact":"h1","intent":"delivery",'
        '"order":"o1"}',
    )

    contact: Ref  # contact number
    intent: Words = ""  # why the customer contacts us: delivery, invoice, cancel, contract_end, ...
    matter: Ref = ""  # what it is about: an order, invoice or help topic
    order: Ref = ""  # order number
    invoice: Ref = ""  # invoice number
    complaint: Ref = ""  # number of the complaint that it follows up
    assisted: bool = True  # true: a person of ours takes part; false: bot or self-service
    follow_up_promised: bool = False  # we asked the customer to come back, so it is no repeat contact


class ContactQueued(Touchpoint, frozen=True, kw_only=True):
    """The contact was put in a queue."""

    activity = "asking"
    actor = "others"
    effort = 1
    thing = (("contact", "at"),)
    examples = (
        '{"kind":"contact_queued","id":"e39","customer":"c7","at":1761557940000,"channel":"call","contact":"h1","queue":"orders",'
        '"service_level_ms":20000}',
    )

    contact: Ref  # contact number
    queue: Ref = ""  # name of the queue
    service_level_ms: Milliseconds | None = None  # ms of waiting that we aim for; none: not stated


class ContactAbandoned(Touchpoint, frozen=True, kw_only=True):
    """The customer stopped waiting in the queue."""

    activity = "asking"
    actor = "customer"
    effort = 1
    thing = (("contact", "at"),)
    examples = (
        '{"kind":"contact_abandoned","id":"e40","customer":"c7","at":1761558000000,"channel":"call","contact":"h1","waited_ms":95000,'
        '"queue":"orders"}',
    )

    contact: Ref  # contact number
    waited_ms: Milliseconds = 0  # ms in the queue
    queue: Ref = ""  # name of the queue
    service_level_ms: Milliseconds | None = None  # ms of waiting that we aim for; none: not stated


class ContactTransferred(Touchpoint, frozen=True, kw_only=True):
    """The contact was transferred to another queue or team."""

    activity = "asking"
    actor = "others"
    effort = 1
    thing = (("contact", "at"),)
    examples = (
        '{"kind":"contact_transferred","id":"e41","customer":"c7","at":1761558060000,"channel":"call","contact":"h1","to":"billing"}',
    )

    contact: Ref  # contact number
    to: Ref = ""  # queue or team
    warm: bool = False  # handed over by design, with the matter explained


class InformationRepeated(Touchpoint, frozen=True, kw_only=True):
    """The customer had to repeat information."""

    activity = "asking"
    actor = "customer"
    effort = 1
    examples = (
        '{"kind":"information_repeated","id":"e42","customer":"c7","at":1761558120000,"channel":"call","contact":"h1","what":"matter"}',
    )

    contact: Ref  # contact number
    what: Words = ""  # what the customer repeated: identification, matter, history, ...


class ContactClosed(Touchpoint, frozen=True, kw_only=True):
    """A contact ended."""

    activity = "asking"
    actor = "others"
    thing = (("contact",),)
    frees = ("contact_opened",)
    examples = (
        '{"kind":"contact_closed","id":"e43","customer":"c7","at":1761558180000,"channel":"call","contact":"h1","intent":"delivery",'
        '"resolved":true,"handled_ms":310000}',
    )

    contact: Ref  # contact number
    intent: Words = ""  # why the customer contacted us, as it turned out
    resolved: bool | None = None  # the matter is settled; none: unknown
    follow_up_promised: bool = False  # we said that we, or they, would come back to it
    handled_ms: Milliseconds = 0  # ms of talking and writing, without the queue
    dropped: bool = False  # the line broke


class MessageReceived(Touchpoint, frozen=True, kw_only=True):
    """The customer wrote to us."""

    activity = "asking"
    actor = "customer"
    effort = 1
    thing = (("message",),)
    examples = (
        '{"kind":"message_received","id":"e44","customer":"c7","at":1761558240000,"channel":"call","message":"m1","thread":"t1",'
        '"length":240}',
    )

    message: Ref  # message number
    thread: Ref = ""  # conversation that it belongs to
    contact: Ref = ""  # contact number
    length: Count = 0  # characters


class MessageAnswered(Touchpoint, frozen=True, kw_only=True):
    """We answered a customer's message."""

    activity = "asking"
    actor = "others"
    thing = (("message", "at"),)
    examples = ('{"kind":"message_answered","id":"e45","customer":"c7","at":1761558300000,"channel":"call","message":"m1","thread":"t1"}',)

    message: Ref = ""  # number of the message answered; empty: all of the thread
    thread: Ref = ""  # conversation that it belongs to
    contact: Ref = ""  # contact number
    automatic: bool = False  # a machine answered; that is no answer


class WaitingOnCustomer(Touchpoint, frozen=True, kw_only=True):
    """The matter waits for the customer, or no longer does. Our clocks stop, or go on."""

    activity = "asking"
    actor = "others"
    examples = ('{"kind":"waiting_on_customer","id":"e46","customer":"c7","at":1761558360000,"channel":"call","complaint":"b1"}',)

    complaint: Ref = ""  # complaint number
    contact: Ref = ""  # contact number
    waiting: bool = True  # true: it waits for the customer; false: they answered, and the clock goes on
