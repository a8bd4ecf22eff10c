"""Generated courses of a relationship: triggers, outcomes, consents, frictions and silences, in any order and rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st

from schemas.outputs.offers import OfferMade
from schemas.touchpoints import ANY, Touchpoint
from schemas.touchpoints.identity import ProfileChanged
from streams.context import Emission
from streams.detectors.registry import registry
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.offer_rows import Policy
from tests.streams.offers.cases import DAY, HOUR, NOON, gift, offers_of, repair

DETECTORS = tuple(detector for detector in registry() if detector.name in ("complaint_opened", "payment_failed"))
ROWS = (
    gift("voucher", channels=("email", "sms"), least_freshness=0.0, cooldown_days=3),
    gift("sample", channels=("web", "push"), least_freshness=0.0, cooldown_days=0, valid_hours=5),
    repair("help", channels=("sms", "email"), valid_hours=30),
)

REPORTS = {
    "delivered": "offer_delivered",
    "seen": "offer_seen",
    "accepted": "offer_accepted",
    "declined": "offer_declined",
    "expired": "offer_expired",
    "refused": "offer_refused_by_channel",
}
CAUSES: dict[str, dict[str, object]] = {
    "complaint": {"kind": "complaint_opened", "complaint": "b1"},
    "settled": {"kind": "complaint_resolved", "complaint": "b1"},
    "bounce": {"kind": "message_bounced", "hard": True},
    "uninstall": {"kind": "app_uninstalled"},
}
CONSENTS = {
    "grant": {"kind": "consent_changed", "purpose": "marketing", "state": "granted"},
    "withdraw": {"kind": "consent_changed", "purpose": "marketing", "state": "withdrawn"},
    "unsubscribe": {"kind": "unsubscribed"},
}


class Act(NamedTuple):
    """One thing that happens, `after` ms later than the one before (or, when late, `late` ms before the newest)."""

    what: str
    after: int
    which: int = 0  # of the offers made so far, from the newest
    late: int = 0


def rules(policies: tuple[Policy, ...] = (), **more: object) -> Rules:
    """Return rules with these three offers and one detector; no cap, no holdout and no night unless given."""
    return Rules(Blueprint(**{"offers": ROWS, "policies": policies, "holdout": 0.0, "quiet_hours": (0, 0), **more}), detectors=DETECTORS)  # type: ignore[arg-type]


def acts(*, reports: bool = True, consents: bool = True, causes: bool = False) -> st.SearchStrategy[list[Act]]:
    """Return up to 40 acts; times cluster around nothing, minutes and days, so that windows are met at their edges."""
    kinds = [
        "friction",
        "order",
        "friction",
        "order",
        *(REPORTS if reports else ()),
        *(CONSENTS if consents else ()),
        *(CAUSES if causes else ()),
    ]
    gaps = st.sampled_from([0, 0, 1, 60_000, HOUR, 5 * HOUR, DAY, DAY - 1, 3 * DAY, 7 * DAY, 7 * DAY - 1])
    late = st.sampled_from([0, 0, 0, 0, HOUR, 2 * DAY])
    return st.lists(st.builds(Act, st.sampled_from(kinds), gaps, st.integers(0, 3), late), max_size=40)


def play(
    replay: Replay,
    course: list[Act],
    *,
    grant: bool = True,
    reached_by: tuple[str, ...] = ("email", "sms", "push", "web"),
    channel: str = "email",
) -> Iterator[tuple[Touchpoint, list[Emission]]]:
    """Apply the acts to one customer and yield each touchpoint with what it made; waking by its own clock as decide does.

    A profile tells first by which channels the customer can be reached.
    """
    now = NOON
    if reached_by:
        replay.apply(ProfileChanged(id="known", customer="c1", at=NOON, reached_by=reached_by))
    made: list[OfferMade] = []
    opening = [Act("grant", 0)] if grant else []
    for number, act in enumerate([*opening, *course]):
        now += act.after
        touchpoint = _touchpoint(act, f"e{number}", now - act.late, [offer.id for offer in made], channel)
        if touchpoint is not None:
            emitted = replay.apply(touchpoint)
            made += offers_of(emitted)
            yield touchpoint, emitted


def _touchpoint(act: Act, id: str, at: int, made: list[str], channel: str) -> Touchpoint | None:
    fields = _fields(act, id, made)
    if fields is None:
        return None
    touchpoint: Touchpoint = msgspec.convert({"id": id, "customer": "c1", "at": at, "channel": channel, **fields}, ANY)
    return touchpoint


def _fields(act: Act, id: str, made: list[str]) -> dict[str, object] | None:
    if act.what == "friction":
        return {"kind": "payment_failed", "payment": id, "place": f"/pay{act.which}"}
    if act.what == "order":
        return {"kind": "order_placed", "order": id}
    if act.what in CAUSES:
        about = {"message": id} if act.what == "bounce" else {}
        return {**CAUSES[act.what], **about, "channel": ("email", "sms", "push", "web")[act.which]}
    if act.what in CONSENTS:
        return {**CONSENTS[act.what], **({"for_channel": "sms"} if act.which == 3 and act.what != "unsubscribe" else {})}
    return {"kind": REPORTS[act.what], "offer": made[-1 - act.which]} if act.which < len(made) else None
