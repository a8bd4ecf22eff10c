"""Touchpoints of identity: sign-ins, and two ids that are one customer."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Ref, Words


class SignedIn(Touchpoint, frozen=True, kw_only=True):
    """The customer signed in."""

    activity = "belonging"
    actor = "customer"
    examples = (
        '{"kind":"signed_in","id":"e90","customer":"c7","at":1761561000000,"channel":"web","anonymous":"anon:5f2c","method":"password"}',
    )

    anonymous: Ref = ""  # the `anon:<id>` that the customer had before on this device
    method: Ref = ""  # password, link, passkey, ...


class SignInFailed(Touchpoint, frozen=True, kw_only=True):
    """A sign-in failed."""

    activity = "belonging"
    actor = "customer"
    effort = 1
    examples = (
        '{"kind":"sign_in_failed","id":"e91","customer":"c7","at":1761561060000,"channel":"web","reason":"password","origin":"n-19"}',
    )

    reason: Words = ""  # password, locked, second_factor, ...
    origin: Ref = ""  # coarse network group, pseudonymous: many customers from one group are an attack


class PasswordReset(Touchpoint, frozen=True, kw_only=True):
    """The customer reset a password, or asked for a reset."""

    activity = "belonging"
    actor = "customer"
    effort = 1
    examples = ('{"kind":"password_reset","id":"e92","customer":"c7","at":1761561120000,"channel":"web","done":true}',)

    done: bool = False  # true: a new password was set; false: the customer asked for one
    origin: Ref = ""  # coarse network group, pseudonymous


class IdentityLinked(Touchpoint, frozen=True, kw_only=True):
    """Two ids are the same customer."""

    activity = "belonging"
    actor = "others"
    examples = ('{"kind":"identity_linked","id":"e93","customer":"c7","at":1761561180000,"channel":"web","other":"anon:5f2c"}',)

    other: Ref  # the other id: `anon:<id>` or a customer id
    sign_in: bool = False  # true: a browser or app said so at a sign-in, so only the current episode is handed over at first
    alias: bool = False  # true: an SDK's alias call said so; two known ids are joined only if the blueprint allows it


class ProfileChanged(Touchpoint, frozen=True, kw_only=True):
    """What we know of the customer changed: channels that reach them, their language, or their time zone (`zone`)."""

    activity = "belonging"
    actor = "others"
    examples = (
        '{"kind":"profile_changed","id":"e94","customer":"c7","at":1761561240000,"source":"crm","zone":"Europe/Berlin","language":"de"}',
        '{"kind":"profile_changed","id":"e95","customer":"c7","at":1761561240000,"source":"crm","reached_by":["email","sms"]}',
    )

    language: Ref = ""  # that the customer reads, as en or pt-BR; empty: not said
    reached_by: tuple[Ref, ...] = ()  # channels for which an address, a number or a device of the customer is known
