"""The update of the risk: contributions are added and removed, and a change of band is published with its reasons."""

from __future__ import annotations

from schemas.outputs.signals import RiskChanged
from schemas.vocabulary import BANDS, Band
from streams.context import Context
from streams.detectors import DAY, Detector, Found
from streams.risk.crossing import AHEAD, FORGOTTEN, look_until
from streams.risk.score import band, contribution_value, faded_strength, next_crossing, published_contributions, risk, weighted_signals
from streams.rules import Rules
from streams.state import Contribution, Journey

UPDATE_NOW = 1  # a `band_due` long past: `update_band` must compute the band
EVIDENCE = 8  # ids kept per contribution
SEVERE, EARLY_DAYS, EARLY_PURCHASES, EARLY = 4, 90, 1, 1.5  # early on, one bad experience can be enough [ours]


def add_contribution(ctx: Context, detector: Detector, found: Found, signal_id: str) -> None:
    """Add a churn signal to the risk. If the detector has a contribution already, the heavier one stays, whichever came first."""
    if detector.risk is None:
        raise TypeError(f"{detector.name} is no churn signal: it declares no risk")
    journey, now = ctx.journey, _now(ctx)
    new = Contribution(
        version=detector.version,
        family=detector.risk.family,
        weight=detector.risk.weight,
        strength=_strength(ctx, detector, found),
        half_life_ms=round(detector.risk.half_life_days * DAY),
        since=ctx.at,
        evidence=list(found.evidence[-EVIDENCE:]),
        signal=signal_id,
    )
    old = journey.contributions.get(detector.name)
    if old is None or (contribution_value(new, now), new.since, new.signal) > (contribution_value(old, now), old.since, old.signal):
        journey.contributions[detector.name] = new
        journey.band_due = UPDATE_NOW


def _strength(ctx: Context, detector: Detector, found: Found) -> float:
    """Return the claimed strength (0..1), times EARLY for the first severe service failure of a new relationship."""
    claimed, journey = min(1.0, max(0.0, found.strength)), ctx.journey
    severe = detector.risk is not None and detector.risk.family == "service" and (found.severity or detector.severity) >= SEVERE
    early = journey.cadence.count <= EARLY_PURCHASES and ctx.at - (journey.first_seen or ctx.at) <= EARLY_DAYS * DAY
    first = not any(one.family == "service" for one in journey.contributions.values())
    return claimed * EARLY if severe and early and first else claimed


def skip_while_calm(ctx: Context) -> bool:
    """Skip the risk update if the customer is certain to stay in the lowest band. Return whether it was skipped.

    We bound the risk from above over the coming days: signals only fade, base features only rise. If the bound stays below the first
    border, *this sets the next check* to the end of that span. It is computed at most once a day. The cadence model counts days with
    a purchase, and every act of the customer lowers the other features.
    """
    journey, now = ctx.journey, _now(ctx)
    if journey.band != BANDS[0] or journey.band_due == UPDATE_NOW:
        return False
    if journey.band_due - AHEAD >= now - now % DAY:
        return True
    if not _postpone_if_calm(journey, now, ctx.rules):
        return False
    if journey.band_due > 0 and not 0 < journey.next_wake <= journey.band_due:  # without a check, the other timers stay as they are
        journey.next_wake = journey.band_due
    return True


def _postpone_if_calm(journey: Journey, now: int, rules: Rules) -> bool:
    """Set the next check to the end of the search, if the risk surely stays in the lowest band until then. Return whether it is."""
    end = look_until(now, max(journey.newest, journey.acted_at))
    models, days, (borders, features) = rules.models, rules.horizon_days, rules.basis_of(journey)
    most = borders.bias + sum([weight * term.strength(journey, models, days, end) for term, weight in features])
    if most < borders.at[0] and journey.contributions:
        most += sum([part for _, one, weight in weighted_signals(journey, rules) if (part := weight * faded_strength(one, now)) > 0])
    if most >= borders.at[0]:
        return False
    gone = not features or end - max(journey.newest, journey.acted_at) > FORGOTTEN
    journey.band_due = 0 if gone else end
    return True


def request_update(journey: Journey) -> None:
    """Request an update of the band: something changed on which the risk depends."""
    journey.band_due = UPDATE_NOW


def drop_contribution(journey: Journey, detector: str) -> None:
    """Remove the contribution of this signal: it was retracted, or the customer came back."""
    if journey.contributions.pop(detector, None) is not None:
        journey.band_due = UPDATE_NOW


def prune_faded(journey: Journey, at: int) -> None:
    """Remove the contributions that have faded to 0. The risk does not change."""
    if journey.contributions:
        for name in [name for name, one in journey.contributions.items() if not faded_strength(one, at)]:
            del journey.contributions[name]


def update_band(ctx: Context) -> None:
    """Update the journey's band, and publish a change with its reasons. A rise is a reason to decide about an offer.

    It costs nothing if no contribution was added or removed and the next check (`journey.band_due`) lies ahead.
    """
    journey, rules = ctx.journey, ctx.rules
    if not (due := journey.band_due) or (due > ctx.at and due > journey.newest):
        return
    now = _now(ctx)
    prune_faded(journey, now)
    if journey.band == BANDS[0] and _postpone_if_calm(journey, now, rules):
        return
    reached, held_back = band(journey, now, rules)
    journey.band_due = next_crossing(journey, now, rules)
    if reached == journey.band:
        return
    left: Band = BANDS[BANDS.index(journey.band)]
    journey.band = reached
    ctx.out.append(
        RiskChanged(
            id=ctx.id("risk"), customer=ctx.customer, at=ctx.when(now), caused_by=ctx.cause, rules=rules.fingerprint,
            band=reached, left=left, risk=risk(journey, now, rules), bias=rules.basis_of(journey).borders.bias,
            contributions=published_contributions(journey, now, rules), held_back=held_back,
            weights=ctx.partition.versions.get("model/weights", 0), cadence=ctx.partition.versions.get("model/cadence", 0),
            horizon_days=rules.horizon_days,
        )
    )  # fmt: skip
    if BANDS.index(reached) > BANDS.index(left):
        ctx.triggers.append(f"risk_rose:{reached}")


def _now(ctx: Context) -> int:
    newest = ctx.journey.newest
    return ctx.at if ctx.at > newest else newest  # a late touchpoint does not move time back
