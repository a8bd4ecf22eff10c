"""Touchpoints of consent: what the customer allows, and what they want forgotten."""

from __future__ import annotations

from typing import Literal

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Ref


class ConsentChanged(Touchpoint, frozen=True, kw_only=True):
    """The customer gave, refused or withdrew a consent."""

    activity = "belonging"
    actor = "customer"
    examples = (
        '{"kind":"consent_changed","id":"e94","customer":"c7","at":1761561240000,"channel":"web","purpose":"marketing",'
        '"state":"granted","for_channel":"email"}',
    )

    purpose: Ref  # what for: marketing, analytics, profiling, service, ...
    state: Literal["granted", "denied", "withdrawn"]  # what the customer says; the newest by `at` holds
    for_channel: Ref = ""  # channel that it covers (email, sms, ...); empty: all. `channel` is where the customer said it


class ErasureRequested(Touchpoint, frozen=True, kw_only=True):
    """The customer asked to be forgotten."""

    activity = "belonging"
    actor = "leaver"
    thing = (("request",),)
    examples = ('{"kind":"erasure_requested","id":"e95","customer":"c7","at":1761561300000,"channel":"web","request":"x1"}',)

    request: Ref = ""  # request number, for the proof
