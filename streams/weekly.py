"""Once a week a customer who came often is looked at: have they begun to come less, or for less?

No touchpoint says so, hence it is a wake. It stops after 13 weeks without an act of theirs, and begins again with the next.
"""

from __future__ import annotations

from schemas.durations import WEEK
from streams import signals
from streams.churn import score, settling
from streams.detectors import Detector, Found, Over
from streams.moment import Moment
from streams.state import WEEKS, Journey
from streams.weeks import completed, next_monday

HABIT = 10  # acts of their own before which no week is looked at: fewer are no habit that could wane
FORGOTTEN = WEEKS * WEEK  # ms without an act after which the weeks show nothing any more


def begin(moment: Moment) -> None:
    """The customer's weeks are looked at from the next Monday on, where anything looks at weeks."""
    journey = moment.journey
    if moment.rules.weekly and moment.watched and moment.at - journey.acted_at < FORGOTTEN:
        journey.week_due = next_monday(moment.customer, moment.at)
        moment.stirred = True


def review(moment: Moment) -> None:
    """If it is time, every weekly detector is asked, in the order of their names; what they say holds no longer is taken away."""
    journey = moment.journey
    if not 0 < journey.week_due <= moment.at:
        return
    journey.week_due = 0
    if not moment.rules.weekly or moment.at - journey.acted_at >= FORGOTTEN:
        return
    journey.week_due = next_monday(moment.customer, moment.at)
    weeks = completed(journey, moment.at, moment.rules.days_off)
    for detector, limits in moment.rules.weekly:
        answer = signals.ask(moment, detector, weeks, limits)
        if isinstance(answer, Over):
            settling.drop(journey, detector.name)
        elif isinstance(answer, Found) and not _said(journey, detector, answer, moment.at):
            signals.raise_signal(moment, detector, answer)


def _said(journey: Journey, detector: Detector, found: Found, at: int) -> bool:
    """Whether the same was said, as strongly, and has not faded to half since: a decline that lasts is no news every Monday."""
    known = journey.contributions.get(detector.name)
    return known is not None and known.strength >= found.strength and score.value(known, at) > known.weight * known.strength / 2
