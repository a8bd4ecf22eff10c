"""Rage clicks."""

from __future__ import annotations

from math import hypot

from schemas.touchpoints.browsing import Clicked, Scrolled
from streams.detectors import Found, Limits, pattern
from streams.detectors.shared.evidence import burst
from streams.state import Journey
from streams.state.marks import last

MEANT_TO_REPEAT = ("stepper", "slider", "text")


@pattern(
    "rage_click",
    on=Clicked,
    reads={Clicked: last(8, "target", "x", "y", "reacted_after_ms"), Scrolled: last(2)},
    limits={"clicks": 4, "within_ms": 1000, "radius_px": 50},
    severity=2,
)
def rage_click(journey: Journey, click: Clicked, limits: Limits) -> Found | None:
    """The customer clicked the same element again and again, and the page did not react.

    **Definition**: One target gets `clicks` clicks without a reaction within `within_ms`. None of them is farther than `radius_px` from the
    latest. Or a sender that adds up bursts reports as many clicks at once.
    **Default**: 4 clicks in 1 s within 50 px.
    **Source**: Mixpanel, Amplitude and Splunk moved from 3 to 4 clicks. PostHog and Datadog count 3.
    **Guard**: Customers click steppers, sliders and text (to select words) repeatedly by design. A scroll in between means that the
    customer looks around.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0     web clicked /pay target=pay element=button x=410 y=220
    ... 300ms web clicked /pay target=pay element=button x=412 y=221
    ... 600ms web clicked /pay target=pay element=button x=411 y=219
    ... 900ms web clicked /pay target=pay element=button x=410 y=220
    ... ''')
    ['rage_click']
    >>> signals_of('''
    ... 0     web clicked /cart target=more element=stepper
    ... 300ms web clicked /cart target=more element=stepper
    ... 600ms web clicked /cart target=more element=stepper
    ... 900ms web clicked /cart target=more element=stepper
    ... ''')
    []
    >>> signals_of("0 web clicked /pay target=pay element=button times=4 over_ms=700")
    ['rage_click']
    """
    if click.element in MEANT_TO_REPEAT or click.reacted_after_ms is not None:
        return None
    if click.times >= limits["clicks"] and (click.over_ms or 0) <= limits["within_ms"]:
        return Found([click.id], f"Clicked {click.target} {click.times} times in a burst", place=click.place or click.page)
    alike = [
        mark
        for mark in journey.rings.clicked
        if mark.target == click.target
        and mark.reacted_after_ms is None
        and hypot(mark.x - click.x, mark.y - click.y) <= limits["radius_px"]
    ]
    evidence = burst(alike, click, limits["clicks"], limits["within_ms"])
    times = [mark.at for mark in [*alike, click] if mark.id in evidence]
    if not evidence or any(min(times) <= scroll.at <= max(times) for scroll in journey.rings.scrolled):
        return None
    return Found(
        evidence,
        f"Clicked {click.target} {len(evidence)} times within {max(times) - min(times)} ms without an answer",
        place=click.place or click.page,
    )
