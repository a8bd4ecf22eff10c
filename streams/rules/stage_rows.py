"""The rows that say which stage follows which, and on which event. A blueprint may replace them. They are checked and compiled at load.

A *cue* is the event of a row. It is the kind of a touchpoint, a finer word for it (`praised`, `cart_emptied`), or a churn signal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from schemas.touchpoints import BY_KIND, KINDS, kind_of
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import CartUpdated
from schemas.touchpoints.feedback import ReviewPosted, SurveyAnswered
from schemas.touchpoints.membership import SubscriptionRenewed
from schemas.touchpoints.service import ContactClosed
from schemas.vocabulary import STAGES, START
from streams.detectors.registry import registry
from streams.rules.suggest import suggestion

BACK = "<"  # the stage before this one


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One row: from any of these stages, on any of these cues, to that stage. `<` is the stage before.

    >>> msgspec.convert({"from": ["using"], "on": ["praised"], "to": "advocating"}, Move).left
    ('using',)
    """

    left: tuple[str, ...] = msgspec.field(name="from")  # any of these stages
    on: tuple[str, ...]  # any of these cues
    to: str  # the stage that follows; "<": the one before


LOOKING = ("page_viewed", "screen_viewed", "app_opened", "content_viewed", "products_searched", "message_clicked")
BUYING = ("cart_updated", "checkout_started", "payment_tried")
ASKING = ("contact_opened", "complaint_opened")
LEAVING = ("dormant", "cancelled", "account_deleted")
COMING_BACK = ("order_placed", "purchase_made", "subscription_started", "subscription_renewed", "feature_used")  # of their own will
_ROWS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("unaware", LOOKING, "exploring"),
    ("unaware exploring using advocating won_back renewing", ("product_viewed",), "considering"),
    ("unaware exploring considering using advocating won_back renewing", BUYING, "buying"),
    ("buying", ("cart_emptied",), "considering"),
    ("unaware exploring considering buying using seeking_help renewing advocating won_back", ("order_placed",), "awaiting"),
    ("unaware exploring considering buying seeking_help renewing advocating won_back", ("purchase_made",), "using"),
    ("lapsed", COMING_BACK, "won_back"),
    ("awaiting", ("order_delivered", "pickup_ready"), "using"),
    ("awaiting", ("order_cancelled", "order_refunded"), "considering"),
    ("unaware exploring considering buying", ("subscription_started", "trial_started", "feature_used"), "using"),
    ("unaware exploring considering buying awaiting using renewing advocating won_back", ASKING, "seeking_help"),
    ("seeking_help", ("contact_closed", "complaint_resolved"), BACK),
    ("using awaiting won_back", ("contract_ends",), "renewing"),
    ("renewing", ("subscription_renewed", "renewed_by_itself"), "using"),
    ("using won_back", ("praised",), "advocating"),
    ("advocating", ("detractor_or_drop",), "using"),
    ("exploring considering buying awaiting using seeking_help renewing advocating won_back", LEAVING, "lapsed"),
)
ROWS = tuple(Move(left=tuple(left.split()), on=on, to=to) for left, on, to in _ROWS)

FINER: dict[type[Touchpoint], Callable[[Any], str]] = {
    CartUpdated: lambda t: "cart_emptied" if t.items == 0 else "cart_updated",
    ContactClosed: lambda t: "contact_unresolved" if t.resolved is False else "contact_closed",
    ReviewPosted: lambda t: "praised" if t.stars >= 0.8 * t.of else "review_posted",
    SubscriptionRenewed: lambda t: "renewed_by_itself" if t.automatic else "subscription_renewed",
    SurveyAnswered: lambda t: "praised" if t.metric == "nps" and t.score - t.low >= 0.9 * (t.high - t.low) else "survey_answered",
}
FINER_CUES = ("cart_emptied", "contact_unresolved", "praised", "renewed_by_itself")
NAMES = {kind: kind_of(kind) for kind in KINDS}


def cue_of(touchpoint: Touchpoint) -> str:
    """Return the cue that a touchpoint is for the stages."""
    kind = type(touchpoint)
    return FINER[kind](touchpoint) if kind in FINER else NAMES[kind]


def cues() -> tuple[str, ...]:
    """Return every cue: the kinds, the finer words, and the churn signals."""
    return (*BY_KIND, *FINER_CUES, *(detector.name for detector in registry() if detector.family == "churn"))


class Moves:
    """The compiled rows. `to` gives the stage to which a cue leads from a stage. `kinds` are the kinds that can move a customer.

    Raises ValueError with every fault of every row.

    >>> Moves(ROWS).to["using", "praised"]
    'advocating'
    >>> Moves((Move(left=("unaware",), on=("page_veiwed",), to="exploring"),))
    Traceback (most recent call last):
    ValueError: stage row 1 (from unaware, on page_veiwed, to exploring): unknown cue 'page_veiwed'; did you mean 'page_viewed'?
    """

    def __init__(self, rows: Iterable[Move]) -> None:
        rows = tuple(rows)
        if found := faults(rows):
            raise ValueError("\n".join(f"stage row {n} ({_row_text(rows[n - 1])}): {fault}" for n, fault in found))
        self.to = {(start, cue): row.to for row in rows for start in row.left for cue in row.on}
        heard = {cue for _, cue in self.to}
        self.kinds = frozenset(kind for kind in KINDS if NAMES[kind] in heard or kind in FINER)


def faults(rows: tuple[Move, ...]) -> list[tuple[int, str]]:
    """Return every fault with the number of its row (from 1).

    Faults are an unknown stage or cue, a stage that no row leads to, and two contradicting rows.
    """
    known, reached = cues(), reachable(rows)
    found: list[tuple[int, str]] = []
    ways: dict[tuple[str, str], tuple[int, str]] = {}
    for number, row in enumerate(rows, 1):
        texts = [_unknown_fault("stage", stage, STAGES) for stage in (*row.left, row.to) if stage not in STAGES and stage != BACK]
        texts += [_unknown_fault("cue", cue, known) for cue in row.on if cue not in known]
        texts += [f"nothing leads to {stage!r}" for stage in row.left if stage in STAGES and stage not in reached]
        texts += ["it leaves no stage, or nothing makes it happen"] * (not row.left or not row.on)
        texts += [f"{BACK!r} is no stage to leave"] * (BACK in row.left)
        for start, cue in ((start, cue) for start in row.left for cue in row.on):
            first, to = ways.setdefault((start, cue), (number, row.to))
            if to != row.to:
                texts.append(f"row {first} leads from {start!r} on {cue!r} to {to!r} already")
        found += [(number, text) for text in texts]
    return found


def reachable(rows: Iterable[Move]) -> set[str]:
    """Return the stages that a journey can reach from the first one.

    >>> sorted(reachable(ROWS)) == sorted(STAGES)
    True
    """
    reached, rows = {START}, tuple(rows)
    while new := {row.to for row in rows if reached.intersection(row.left)} - reached - {BACK}:
        reached |= new
    return reached


def _unknown_fault(what: str, name: str, known: tuple[str, ...]) -> str:
    return f"unknown {what} {name!r}; {suggestion(name, known)}".removesuffix("; ")


def _row_text(row: Move) -> str:
    return f"from {' '.join(row.left)}, on {' '.join(row.on)}, to {row.to}"
