"""Crashes of the app, and apps that are started again and again."""

from __future__ import annotations

from schemas.touchpoints.browsing import AppOpened
from schemas.touchpoints.faults import AppCrashed
from streams.detectors import MINUTE, Found, Limits, pattern
from streams.detectors.shared.evidence import burst
from streams.state import Journey
from streams.state.marks import last, last_uncited


@pattern(
    "app_crash",
    on=(AppCrashed, AppOpened),
    reads={AppOpened: last(6, "updated"), AppCrashed: last_uncited(2)},
    limits={"restarts": 3, "within_minutes": 10, "update_s": 10},
    severity=3,
)
def app_crash(journey: Journey, touchpoint: AppCrashed | AppOpened, limits: Limits) -> Found | None:
    """The app crashed, or the customer had to start it again and again.

    **Definition**: The sender reports a crash. Or the customer opens the app and then starts it `restarts` times again within
    `within_minutes`. Restarts around a reported crash do not count, because the crash has counted already.
    **Default**: 1 crash. 3 restarts in 10 minutes.
    **Source**: Conviva names both. The numbers are [ours].
    **Guard**: An update ends the running app and starts the new one. So the first start of a version is no restart. A crash within
    `update_s` seconds of the installation does not count [ours].

    >>> from streams.replay import signals_of
    >>> signals_of("0 app app_crashed cart app_version=7.2.0 screen=cart")
    ['app_crash']
    >>> signals_of("0 app app_crashed cart app_version=7.2.0 screen=cart after_update_ms=1200")
    []
    """
    if isinstance(touchpoint, AppCrashed):
        if touchpoint.after_update_ms is not None and touchpoint.after_update_ms <= limits["update_s"] * 1000:
            return None
        return Found([touchpoint.id], "The app crashed", place=touchpoint.place or touchpoint.screen)
    if touchpoint.updated:
        return None
    opened = [mark for mark in journey.rings.app_opened if not mark.updated]
    evidence = burst(opened, touchpoint, 1 + limits["restarts"], limits["within_minutes"] * MINUTE)
    times = [mark.at for mark in [*opened, touchpoint] if mark.id in evidence]
    if not evidence or any(min(times) <= crash.at <= max(times) for crash in journey.rings.app_crashed):
        return None
    return Found(evidence, f"Started the app {len(evidence) - 1} times again within {(max(times) - min(times)) / MINUTE:.0f} minutes")
