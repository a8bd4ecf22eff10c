"""Times in the forms of other systems: parses how a mapping describes the form, and reads a cell as milliseconds since 1970 UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from agents.tools.mapping.desk import Desk
from agents.tools.mapping.numbers import number
from agents.tools.mapping.values import Value, nothing
from streams.blueprints.lines import Path
from streams.rules.suggest import suggestion

UNITS = {"s": Decimal(1000), "ms": Decimal(1), "us": Decimal("0.001"), "ns": Decimal("0.000001")}  # ms in one unit
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)

Clock = Callable[[object], int]
"""Returns a cell's content as ms UTC. Raises ValueError with a message if it is no time."""


def clock(form: str, zone: str, day_at: str) -> Clock:
    """Return a function that reads times of this form.

    `form` is `iso` (ISO 8601), a count since 1970 (`s`, `ms`, `us`, `ns`) or a pattern as `%d.%m.%Y %H:%M`. `zone` (IANA) is the zone of
    times that name none. `day_at` (`12:00`) is the time of day for dates; it replaces any other. Digits below milliseconds are cut off.

    >>> clock("iso", "", "")("2011-10-01T00:38:44.546+02:00"), clock("%Y%m%d", "UTC", "12:00")("19970101"), clock("s", "", "")("1.5")
    (1317422324546, 852120000000, 1500)
    >>> clock("iso", "", "")("2011-10-01 00:38:44")
    Traceback (most recent call last):
    ValueError: '2011-10-01 00:38:44' names no time zone, and the mapping gives none: zone = "Europe/Berlin"
    """
    if form in UNITS:
        return lambda content: int(number(content) * UNITS[form])
    where = ZoneInfo(zone) if zone else None
    hour = time.fromisoformat(day_at) if day_at else None
    read = datetime.fromisoformat if form == "iso" else lambda text: datetime.strptime(text, form)  # noqa: DTZ007 - `_ms` gives it its zone

    def told(content: object) -> int:
        text = str(content)
        found = read(text)
        return _ms(datetime.combine(found.date(), hour) if hour else found, where, text)

    return told


def _ms(found: datetime, where: tzinfo | None, text: str) -> int:
    if found.tzinfo is None:
        if where is None:
            raise ValueError(f'{text[:40]!r} names no time zone, and the mapping gives none: zone = "Europe/Berlin"')
        found = found.replace(tzinfo=where)
    return (found - _EPOCH) // _MS


def timed(desk: Desk, path: Path, spec: dict[str, Any], value: Value) -> Value:
    """Return `value` read as a time, with the form, zone and time of day of the specification. Add its problems to `desk`."""
    form, zone, day_at = (desk.text(path, spec, key, usual) for key, usual in (("format", "iso"), ("zone", ""), ("day_at", "")))
    right = (_is_form(desk, path, form), _is_zone(desk, path, zone), _is_hour(desk, path, day_at))
    if not all(right):
        return nothing
    read = clock(form, zone, day_at)
    return lambda seen: None if (content := value(seen)) is None else read(content)


def _is_form(desk: Desk, path: Path, form: str) -> bool:
    if form == "iso" or form in UNITS:
        return True
    try:
        datetime.strptime(datetime(2001, 2, 3, 4, 5, 6).strftime(form), form)  # noqa: DTZ001, DTZ007 - only the pattern is tried
    except ValueError as error:
        desk.wrong((*path, "format"), f"`format` cannot be {form!r}: {error}", _forms(form))
        return False
    if "%" not in form:
        desk.wrong((*path, "format"), f"`format` cannot be {form!r}", _forms(form))
    return "%" in form


def _forms(form: str) -> str:
    return suggestion(form, ["iso", *UNITS]) + " or a pattern as `%d.%m.%Y %H:%M`"


def _is_zone(desk: Desk, path: Path, zone: str) -> bool:
    try:
        return not zone or bool(ZoneInfo(zone).key)
    except (KeyError, ValueError, OSError):
        desk.wrong((*path, "zone"), f"there is no time zone {zone!r}", suggestion(zone, available_timezones()))
        return False


def _is_hour(desk: Desk, path: Path, day_at: str) -> bool:
    try:
        return not day_at or time.fromisoformat(day_at) is not None
    except ValueError:
        desk.wrong((*path, "day_at"), f"`day_at` cannot be {day_at!r}", "write it as 12:00")
        return False
