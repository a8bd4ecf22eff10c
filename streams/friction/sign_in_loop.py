"""Customers who cannot sign in."""

from __future__ import annotations

from schemas.touchpoints.identity import PasswordReset, SignedIn, SignInFailed
from streams.detectors import MINUTE, Found, Limits, closing, pattern
from streams.detectors.shared.evidence import burst
from streams.state import Journey
from streams.state.marks import last


@pattern(
    "sign_in_loop",
    on=(SignInFailed, PasswordReset),
    closed_by=(closing(SignedIn),),
    reads={SignInFailed: last(6, "origin"), PasswordReset: last(4, "origin", "done"), SignedIn: last(1)},
    limits={"times": 3, "within_minutes": 15, "origins": 3},
    severity=3,
)
def sign_in_loop(journey: Journey, touchpoint: SignInFailed | PasswordReset, limits: Limits) -> Found | None:
    """The customer tried again and again to sign in or to get a new password, and is still signed out.

    **Definition**: There are `times` failed sign-ins or requested resets within `within_minutes`, with no sign-in in between.
    **Default**: 3 in 15 minutes.
    **Source**: [ours].
    **Guard**: Attempts from `origins` different networks on one account are an attack, not the customer. One network may also attack many
    customers. One journey cannot see that, so the operator's sign-in protection must.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0  web sign_in_failed /login reason=password
    ... 1m web sign_in_failed /login reason=password
    ... 5m web password_reset /login
    ... ''')
    ['sign_in_loop']
    >>> signals_of('''
    ... 0  web sign_in_failed /login origin=n1
    ... 1m web sign_in_failed /login origin=n2
    ... 5m web sign_in_failed /login origin=n3
    ... ''')
    []
    """
    if isinstance(touchpoint, PasswordReset) and touchpoint.done:
        return None
    rings = journey.rings
    inside = max((mark.at for mark in rings.signed_in if mark.at <= touchpoint.at), default=0)
    tried = [*rings.sign_in_failed, *(mark for mark in rings.password_reset if not mark.done)]
    tried = [mark for mark in tried if mark.at >= inside]
    evidence = burst(tried, touchpoint, limits["times"], limits["within_minutes"] * MINUTE)
    origins = {mark.origin for mark in [*tried, touchpoint] if mark.id in evidence and mark.origin}
    return None if len(origins) >= limits["origins"] else Found(evidence, f"Tried to sign in {len(evidence)} times")
