"""Touchpoints of messages: what we sent, and what the customer did with it. `channel` is the one that the message went by."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Ref


class MessageSent(Touchpoint, frozen=True, kw_only=True):
    """We sent the customer a message."""

    activity = "belonging"
    actor = "others"
    thing = (("message",),)
    examples = (
        '{"kind":"message_sent","id":"e59","customer":"c7","at":1761559140000,"channel":"email","message":"m2","campaign":"spring",'
        '"promotional":true}',
    )

    message: Ref  # message number
    campaign: Ref = ""  # campaign name
    offer: Ref = ""  # id of our offer that it carries
    promotional: bool = False  # true: it sells; false: it serves


class MessageDelivered(Touchpoint, frozen=True, kw_only=True):
    """A message was delivered."""

    activity = "belonging"
    actor = "others"
    thing = (("message",),)
    examples = (
        '{"kind":"message_delivered","id":"e60","customer":"c7","at":1761559200000,"channel":"email","message":"m2","campaign":"spring"}',
    )

    message: Ref  # message number
    campaign: Ref = ""  # campaign name
    offer: Ref = ""  # id of our offer that it carries


class MessageOpened(Touchpoint, frozen=True, kw_only=True):
    """The customer opened a message."""

    activity = "belonging"
    actor = "customer"
    effort = -1
    thing = (("message",),)
    examples = (
        '{"kind":"message_opened","id":"e61","customer":"c7","at":1761559260000,"channel":"email","message":"m2","campaign":"spring"}',
    )

    message: Ref  # message number
    campaign: Ref = ""  # campaign name
    offer: Ref = ""  # id of our offer that it carries
    by_machine: bool = False  # a mail service opened it, not the customer


class MessageClicked(Touchpoint, frozen=True, kw_only=True):
    """The customer followed a link in a message."""

    activity = "belonging"
    actor = "customer"
    effort = -1
    thing = (("message", "target"),)
    examples = (
        '{"kind":"message_clicked","id":"e62","customer":"c7","at":1761559320000,"channel":"email","message":"m2",'
        '"campaign":"spring","target":"shop-now"}',
    )

    message: Ref  # message number
    campaign: Ref = ""  # campaign name
    offer: Ref = ""  # id of our offer that it carries
    target: Ref = ""  # the link's stable name


class MessageBounced(Touchpoint, frozen=True, kw_only=True):
    """A message could not be delivered."""

    activity = "belonging"
    actor = "others"
    thing = (("message",),)
    examples = (
        '{"kind":"message_bounced","id":"e63","customer":"c7","at":1761559380000,"channel":"email","message":"m2","hard":true,'
        '"main_contact":true}',
    )

    message: Ref  # message number
    campaign: Ref = ""  # campaign name
    offer: Ref = ""  # id of our offer that it carries
    hard: bool = False  # the address is gone for good
    main_contact: bool = False  # the address was that of the account's main contact


class MarkedAsSpam(Touchpoint, frozen=True, kw_only=True):
    """The customer marked a message as spam."""

    activity = "belonging"
    actor = "leaver"
    effort = 1
    thing = (("message",),)
    examples = (
        '{"kind":"marked_as_spam","id":"e64","customer":"c7","at":1761559440000,"channel":"email","message":"m2","campaign":"spring"}',
    )

    message: Ref = ""  # message number
    campaign: Ref = ""  # campaign name


class Unsubscribed(Touchpoint, frozen=True, kw_only=True):
    """The customer left a mailing list."""

    activity = "belonging"
    actor = "leaver"
    effort = 1
    thing = (("message", "list"),)
    examples = (
        '{"kind":"unsubscribed","id":"e65","customer":"c7","at":1761559500000,"channel":"email","list":"newsletter","campaign":"spring"}',
    )

    list: Ref = ""  # name of the list; empty: all lists of this channel
    message: Ref = ""  # number of the message that moved them to it
    campaign: Ref = ""  # campaign name


class PushDisabled(Touchpoint, frozen=True, kw_only=True):
    """The customer switched notifications off."""

    activity = "belonging"
    actor = "leaver"
    examples = ('{"kind":"push_disabled","id":"e66","customer":"c7","at":1761559560000,"channel":"app","device":"d1"}',)

    device: Ref = ""  # pseudonymous device number
