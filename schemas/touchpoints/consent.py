"""What the customer allows, and what they want forgotten."""

from __future__ import annotations

from typing import Literal

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Ref


class ConsentChanged(Touchpoint, frozen=True, kw_only=True):
    """A consent was given, refused or taken back."""

    activity = "belonging"
    actor = "customer"
    examples = (
        '{"kind":"consent_changed","id":"e94","customer":"c7","at":1761561240000,"channel":"web","purpose":"marketing",'
        '"state":"granted","for_channel":"email"}',
    )

    purpose: Ref  # what for: marketing, analytics, profiling, service, ...
    state: Literal["granted", "denied", "withdrawn"]  # the customer's word; the newest by `at` holds
    for_channel: Ref = ""  # channel it covers (email, sms, ...); empty: all. `channel` is where it was said


class ErasureRequested(Touchpoint, frozen=True, kw_only=True):
    """The customer asked to be forgotten."""

    activity = "belonging"
    actor = "leaver"
    examples = ('{"kind":"erasure_requested","id":"e95","customer":"c7","at":1761561300000,"channel":"web","request":"x1"}',)

    request: Ref = ""  # request number, for the proof
