"""The form of our records outside: canonical JSON, and times as RFC 3339."""

from __future__ import annotations

import functools
import re
from datetime import date, datetime

import msgspec

from schemas.durations import DAY
from schemas.touchpoints.base import Touchpoint

EPOCH = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # both of the times that are subtracted are in UTC

_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)
_MINUTE = re.compile(r"[0-9-]{10}[Tt][0-9:]{5}")
_ENCODER = msgspec.json.Encoder()


def encode(touchpoint: Touchpoint) -> bytes:
    """Return a touchpoint's canonical JSON: the kind first, then its fields in the order of their declaration, without defaults.

    Reading these bytes gives an equal touchpoint. Writing that one gives the same bytes.

    >>> from schemas.touchpoints.billing import PaymentDue
    >>> encode(PaymentDue(id="e1", customer="c7", at=1761555600000, invoice="i1"))
    b'{"kind":"payment_due","id":"e1","customer":"c7","at":1761555600000,"invoice":"i1"}'
    """
    return _ENCODER.encode(touchpoint)


@functools.lru_cache(maxsize=512)
def _day(days: int) -> str:
    return date.fromordinal(EPOCH + days).isoformat()  # cached, because the times of a stream fall on few days


@functools.lru_cache(maxsize=4096)
def _minute(minutes: int) -> str:
    """Return the text of a minute since 1970 UTC, up to its seconds. The outputs of one event tell few times, and live ones few minutes."""
    days, rest = divmod(minutes, 1440)
    hour, minute = divmod(rest, 60)
    return f"{_day(days)}T{hour:02}:{minute:02}"


def rfc3339(ms: int) -> str:
    """Return milliseconds since 1970 UTC as RFC 3339 text with exactly three decimals. Outside of the years 1 to 9999 it raises ValueError.

    >>> rfc3339(1761555600007)
    '2025-10-27T09:00:00.007Z'
    >>> rfc3339(-1)
    '1969-12-31T23:59:59.999Z'
    """
    minutes, rest = divmod(ms, 60_000)
    second, milliseconds = divmod(rest, 1000)
    try:
        return f"{_minute(minutes)}:{second:02}.{milliseconds:03}Z"
    except OverflowError as error:  # larger than a C integer: the same fault as a year out of range
        raise ValueError(f"{ms} ms is no date") from error


def from_rfc3339(text: str) -> int:
    """Return the milliseconds since 1970 UTC of an RFC 3339 text. Finer digits are cut off. Any other text raises ValueError.

    Two readers must never read two times from one text. So a zone is required, and a leap second's `:60` is refused.

    >>> from_rfc3339("2025-10-27T10:00:00.0079+01:00")
    1761555600007
    >>> from_rfc3339("2025-10-27T10:00:00")
    Traceback (most recent call last):
    ValueError: no RFC 3339 time: '2025-10-27T10:00:00'
    """
    found = parse_rfc3339(text)
    if found is None:
        raise ValueError(f"no RFC 3339 time: {text[:40]!r}")
    return found


@functools.lru_cache(maxsize=4096)
def _minute_in(text: str) -> int | None:
    """Return the milliseconds since 1970 UTC of a minute such as `2025-10-27T09:00`, or None. The times of a stream fall on few minutes."""
    return parse_rfc3339(f"{text}:00Z") if _MINUTE.fullmatch(text) else None


def parse_rfc3339(text: str) -> int | None:
    """Return what `from_rfc3339` does, but None if the text has another form. A date that there is not raises ValueError.

    >>> parse_rfc3339("2025-10-27T10:00:00.0079+01:00"), parse_rfc3339("2025-10-27")
    (1761555600007, None)
    """
    if len(text) == 24 and text[16] == ":" and text[19] == "." and text[23] == "Z" and text.isascii():  # as nearly all are written
        rest = text[17:19] + text[20:23]
        if rest.isdigit() and rest < "60000" and (minute := _minute_in(text[:16])) is not None:
            return minute + int(rest)
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    fraction, sign, hours, minutes = found.groups()
    since = datetime.fromisoformat(text[:19]) - _EPOCH
    ms = since.days * DAY + since.seconds * 1000
    if fraction:
        ms += int(fraction[:3].ljust(3, "0"))
    if sign:
        offset = (int(hours) * 60 + int(minutes)) * 60_000
        ms += offset if sign == "-" else -offset
    return ms
