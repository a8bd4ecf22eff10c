"""Where the customer stands: stage and phase, each a small table of rows. (The ladder of loyalty is `streams.ladder`.)

A *cue* is the kind of a touchpoint, a finer word for it (`praised`, `cart_emptied`), or the name of a churn signal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.touchpoints import KINDS, kind_of
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import CartUpdated, OrderPlaced, PurchaseMade
from schemas.touchpoints.feedback import ReviewPosted, SurveyAnswered
from schemas.touchpoints.service import ContactClosed
from schemas.transitions import PhaseEntered, StageEntered
from streams import ladder
from streams.moment import Moment
from streams.state import Journey, Standing

STAGES = (
    "unaware",
    "exploring",
    "considering",
    "buying",
    "awaiting",
    "using",
    "seeking_help",
    "renewing",
    "advocating",
    "lapsed",
    "won_back",
)
PHASES = ("acquisition", "relationship", "retention")
AWAY = ("lapsed", "won_back")  # from here every way but one leads forward
BACK = "<"  # the stage they came from

LOOKING = ("page_viewed", "screen_viewed", "app_opened", "content_viewed", "products_searched", "message_clicked")
BUYING = ("cart_updated", "checkout_started", "payment_tried")
ROWS: tuple[tuple[str, tuple[str, ...], str], ...] = (    # from, on any of these cues, to
    ("unaware", LOOKING, "exploring"),
    ("unaware exploring using advocating won_back renewing", ("product_viewed",), "considering"),
    ("unaware exploring considering using advocating won_back renewing", BUYING, "buying"),
    ("buying", ("cart_emptied",), "considering"),
    ("unaware exploring considering buying using seeking_help renewing advocating won_back", ("order_placed",), "awaiting"),
    ("unaware exploring considering buying renewing advocating won_back", ("purchase_made",), "using"),
    ("lapsed", ("order_placed", "purchase_made", "subscription_started", "subscription_renewed"), "won_back"),
    ("awaiting", ("order_delivered", "pickup_ready"), "using"),
    ("awaiting", ("order_cancelled", "order_refunded"), "considering"),
    ("unaware exploring considering buying", ("subscription_started", "trial_started", "feature_used"), "using"),
    ("unaware exploring considering buying awaiting using", ("contact_opened", "complaint_opened"), "seeking_help"),
    ("renewing advocating won_back", ("contact_opened", "complaint_opened"), "seeking_help"),
    ("seeking_help", ("contact_closed", "complaint_resolved"), BACK),
    ("using awaiting won_back", ("contract_ends",), "renewing"),
    ("renewing", ("subscription_renewed",), "using"),
    ("using won_back", ("praised",), "advocating"),
    ("advocating", ("detractor_or_drop",), "using"),
    ("exploring considering buying using seeking_help renewing advocating won_back", ("dormant", "cancelled", "account_deleted"), "lapsed"),
)  # fmt: skip


def _stage_table() -> dict[tuple[str, str], str]:
    return {(start, cue): to for starts, cues, to in ROWS for start in starts.split() for cue in cues}


STAGE_ON = _stage_table()
CUE: dict[type[Touchpoint], Callable[[Any], str]] = {
    CartUpdated: lambda t: "cart_updated" if t.items else "cart_emptied",
    ContactClosed: lambda t: "contact_unresolved" if t.resolved is False else "contact_closed",
    ReviewPosted: lambda t: "praised" if t.stars >= 0.8 * t.of else "review_posted",
    SurveyAnswered: lambda t: "praised" if t.metric == "nps" and t.score - t.low >= 0.9 * (t.high - t.low) else "survey_answered",
}
NAMES = {kind: kind_of(kind) for kind in KINDS}
CUES = {cue for _, cue in STAGE_ON}
MOVING = {kind for kind in KINDS if NAMES[kind] in CUES or kind in CUE}  # kinds that can move a stage at all


def cue_of(touchpoint: Touchpoint) -> str:
    """What the stage machine hears in a touchpoint."""
    kind = type(touchpoint)
    return CUE[kind](touchpoint) if kind in CUE else NAMES[kind]


def step(moment: Moment, touchpoint: Touchpoint) -> None:
    """Stage and rung after this touchpoint; a late one moves no stage, but a purchase counts on the ladder whenever it is heard of."""
    journey = moment.journey
    if not journey.stage.name:
        _begin(journey, touchpoint.at)
    if type(touchpoint) not in MOVING:
        return
    cue = cue_of(touchpoint)
    if not moment.late:
        move(moment, cue)
    if isinstance(touchpoint, OrderPlaced | PurchaseMade) or cue == "praised":
        ladder.climb(moment, touchpoint.id, cue)
        settle_phase(moment)


def _begin(journey: Journey, at: int) -> None:
    journey.stage = Standing("unaware", at)
    journey.phase = Standing("acquisition", at)
    journey.rung = Standing("prospect", at)


def move(moment: Moment, cue: str) -> None:
    """The stage this cue leads to, if it leads anywhere from here; a silence also lets the customer slip down the ladder."""
    journey = moment.journey
    if (to := STAGE_ON.get((journey.stage.name, cue))) is not None:
        before = journey.stage.before
        _enter_stage(moment, to if to != BACK else before if before not in ("", "unaware") else "exploring")
    ladder.slip(moment, cue)
    settle_phase(moment)


def _enter_stage(moment: Moment, to: str) -> None:
    stage = moment.journey.stage
    if to == stage.name:
        return
    onward = stage.name in AWAY or STAGES.index(to) > STAGES.index(stage.name)
    moment.out.append(
        StageEntered(
            **moment.head(f"stage:{to}"),
            stage=to, left=stage.name, direction="forward" if onward and to != "lapsed" else "backward",
            dwell_s=max(0, moment.at - stage.since) // 1000,
        )
    )  # fmt: skip
    moment.journey.stage = Standing(to, moment.at, stage.name)


def settle_phase(moment: Moment) -> None:
    """Acquisition until the first purchase; retention while the customer has lapsed or the risk is high; relationship otherwise."""
    journey, phase = moment.journey, moment.journey.phase
    leaving = journey.stage.name == "lapsed" or journey.band in ("high", "critical")
    to = "acquisition" if not journey.cadence.count else "retention" if leaving else "relationship"
    if to == phase.name:
        return
    moment.out.append(
        PhaseEntered(
            **moment.head(f"phase:{to}"),
            phase=to, left=phase.name, dwell_s=max(0, moment.at - phase.since) // 1000,
        )
    )  # fmt: skip
    moment.journey.phase = Standing(to, moment.at, phase.name)
