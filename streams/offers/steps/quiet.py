"""Quiet hours: nobody is contacted at night, by the customer's local time.

A customer of unknown time zone gets the strictest rule: it must be day in all zones of the market. Zones come from the pinned
`tzdata` package and never from the machine. Otherwise two workers, or a replay in another year, could read different clocks.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from schemas.durations import HOUR
from streams.context import Context
from streams.offers.passage import Grounds, Removed
from streams.offers.steps.valid import valid_until
from streams.rules.offer_rows import Offer
from streams.state.ids import chance

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ROUNDS = 8  # each zone may move the time on; a market in which it is never day in all zones ends here


def quiet(ctx: Context, found: Grounds, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer in the customer's quiet hours, on a channel that rings. The reason is `expired` if it would end before they do."""
    if channel in ctx.rules.blueprint.visited:
        return None
    allowed = first_allowed(ctx)
    if allowed == found.now:
        return None
    if not allowed:
        return Removed("quiet_hours_deferred", "no hour is outside the quiet hours in every zone of the market")
    if allowed >= valid_until(ctx, offer):
        return Removed("expired", f"quiet until {ctx.when(allowed)}; it makes sense for {offer.valid_hours:g} hours only")
    return Removed("quiet_hours_deferred", f"quiet until {ctx.when(allowed)}")


def first_allowed(ctx: Context) -> int:
    """Return the first time (ms UTC) from now at which this customer may be contacted; 0: there is none."""
    return allowed_from(ctx.now, _zones(ctx), ctx.rules.blueprint.quiet_hours)


def _zones(ctx: Context) -> tuple[str, ...]:
    zone = ctx.journey.zone
    return (zone,) if is_zone(zone) else ctx.rules.blueprint.market_zones


def resume_at(ctx: Context) -> int:
    """Return when a deferred decision is made again (ms UTC); 0: no time is allowed.

    It is spread over the first allowed hour by a hash, so that mornings have no burst. If the spread time is not allowed (zones of a
    wide market), it is the first allowed time.
    """
    allowed = first_allowed(ctx)
    if not allowed:
        return 0
    spread = allowed + int(chance("morning", ctx.customer) * HOUR)
    return spread if allowed_from(spread, _zones(ctx), ctx.rules.blueprint.quiet_hours) == spread else allowed


@lru_cache(maxsize=4096)
def allowed_from(at: int, zones: tuple[str, ...], hours: tuple[int, int]) -> int:
    """Return the first time >= `at` (ms UTC) outside the local hours [from, to) of every zone; 0: there is none within days.

    >>> allowed_from(1_767_650_400_000, ("Europe/Rome",), (21, 8)) - 1_767_650_400_000 == 9 * HOUR     # 23:00 in Rome
    True
    """
    for _ in range(ROUNDS):
        latest = max((_allowed(at, zone, hours) for zone in zones), default=at)
        if latest == at:
            return at
        at = latest
    return 0


def _allowed(at: int, zone: str, hours: tuple[int, int]) -> int:
    """Return the first time >= `at` outside the quiet hours of one zone."""
    start, end = hours
    local = (EPOCH + timedelta(milliseconds=at)).astimezone(clock_of(zone))
    through_midnight = start > end
    is_quiet = (local.hour >= start or local.hour < end) if through_midnight else start <= local.hour < end
    if not is_quiet:
        return at
    day: date = local.date() + timedelta(days=through_midnight and local.hour >= start)
    over = datetime(day.year, day.month, day.day, end % 24, tzinfo=local.tzinfo) + timedelta(days=end == 24)
    return (over.astimezone(UTC) - EPOCH) // timedelta(milliseconds=1)


@lru_cache(maxsize=1024)
def clock_of(zone: str) -> ZoneInfo:
    """Return the time zone of this IANA name, from the pinned package. Raises ValueError for a name that is no zone."""
    parts = zone.split("/")
    if not zone or any(not part or part.startswith(".") for part in parts):
        raise ValueError(f"{zone!r} is no time zone")
    try:
        with files("tzdata.zoneinfo").joinpath(*parts).open("rb") as rules:
            return ZoneInfo.from_file(rules, key=zone)
    except (OSError, ValueError) as error:
        raise ValueError(f"{zone!r} is no time zone") from error


@lru_cache(maxsize=4096)
def is_zone(zone: str) -> bool:
    """Return whether this is the name of a zone. A customer with a misspelt zone counts as one of unknown zone.

    >>> is_zone("Europe/Rome"), is_zone("Mars/Olympus"), is_zone("../../secret"), is_zone("")
    (True, False, False, False)
    """
    try:
        clock_of(zone)
    except ValueError:
        return False
    return True
