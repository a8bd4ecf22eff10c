"""A journey takes in what another hands over, once, and says what has changed by it."""

from __future__ import annotations

from schemas.control import JourneyHandedOver
from schemas.transitions import JourneysMerged, StageEntered
from schemas.vocabulary import is_forward
from streams import ceiling, clock, closings, ladder
from streams.churn import settling
from streams.codec import layout_of
from streams.identity import merging
from streams.identity.forwarding import HAND_OVERS, KNOWN_AS, anonymous
from streams.ids import MARK, mark
from streams.moment import Moment
from streams.offers import books
from streams.state import OPEN_SIGNALS, Journey, Standing
from streams.worth import recounting


def known(journey: Journey, handed: JourneyHandedOver) -> bool:
    """Whether the journey has taken this in before."""
    return mark("handed_over", handed.id) in journey.absorbed


def take_in(moment: Moment, handed: JourneyHandedOver) -> None:
    """Both are one journey from now on; an offer may follow from what is open. Raises UnreadableStateError."""
    journey, rules = moment.journey, moment.rules
    other = rules.codec.decode(handed.state, {layout_of(handed.state): handed.layout})
    stage, bought = journey.stage, ladder.bought(journey)
    before = recounting.counted(journey), recounting.counted(other)
    merging.absorb(journey, other, rules)
    _note(journey, handed)
    moment.out.append(
        JourneysMerged(
            **moment.head("merged"), origin=handed.origin, whole=handed.whole, touchpoints=sum(other.kinds.values()), hand_over=handed.id,
        )
    )  # fmt: skip
    recounting.recount(moment, *before)
    _announce(moment, stage)
    if bought and ladder.bought(journey) > bought:
        ladder.climb(moment, handed.cause, "merged")
    while len(journey.open) > OPEN_SIGNALS:
        journey.dropped += 1
        closings.close(moment, journey.open[0], "crowded_out")
    ceiling.shed(moment)
    if other.consents:
        books.withdraw_unwanted(moment)
    if other.open:
        moment.triggers.append("journeys_merged")
    journey.band_due = settling.LOOK
    clock.conclude(moment)


def _note(journey: Journey, handed: JourneyHandedOver) -> None:
    journey.absorbed += mark("handed_over", handed.id)
    del journey.absorbed[: -HAND_OVERS * MARK]
    if not anonymous(handed.origin):
        journey.known_as = sorted({*journey.known_as, handed.origin})[:KNOWN_AS]


def _announce(moment: Moment, left: Standing) -> None:
    """The stage that the other journey had come to is this one's now."""
    now = moment.journey.stage
    if now.name == left.name:
        return
    onward = not left.name or is_forward(left.name, now.name)
    moment.out.append(
        StageEntered(
            **moment.head(f"stage:{now.name}"), stage=now.name, left=left.name, direction="forward" if onward else "backward",
            dwell_s=max(0, now.since - left.since) // 1000 if left.since else 0,
        )
    )  # fmt: skip
