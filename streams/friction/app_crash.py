"""Apps that crash."""

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
    """The app ended under the customer's hands, or they had to start it over and over.

    **Definition**: any crash; or the app opened and then `restarts` times again within `within_minutes`, with no crash reported in
    between (that one has told it).
    **Default**: 1 crash; 3 restarts in 10 minutes.
    **Source**: Conviva names both; the numbers are [ours].
    **Guard**: an update ends the running app and starts the new one: a first start of a version is no restart, and an end within
    `update_s` of the installation is no crash [ours].

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
