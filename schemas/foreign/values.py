"""Foreign values in our units. A value that cannot be read gives None, and its field is left out.

So an optional field is never a reason to refuse an event. If a required field is missing, the typed reader refuses the event.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from schemas.foreign.amounts import Unread
from schemas.touchpoints.units import EXACT
from schemas.writing import from_rfc3339, parse_rfc3339

MAX_PAGE = 1024  # characters, as `Page`
_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt ](?P<time>\d\d:\d\d:\d\d(?:\.\d{1,9})?)"
    r"(?: ?(?:Z|z|UTC|(?P<hours>[+-]\d\d):?(?P<minutes>\d\d)?))?",
    re.ASCII,
)
_PLACE = re.compile(r"(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#]*))?([^?#]*)")  # host and path; it matches every text

_COMMON = frozenset(("EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "BRL", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN"))  # as most are sent
_TRUTHS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
_TYPES: dict[type, str] = {
    bool: "true or false, which is not read here",
    list: "a list, which is not read here",
    dict: "an object, which is not read here",
    str: "a text that is not read here",
    int: "a number that is not read here",
}


def text(value: object) -> str | None:
    """Return text that is not empty, or None. A whole number is a code written without quotes.

    >>> text(" o1 "), text(17), text(""), text({}), text(True)
    ('o1', '17', None, None, None)
    """
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def number(value: object) -> Decimal | None:
    """Return a finite number, also from text, between -2**53 and 2**53, or None.

    >>> number("19.90"), number(19.99), number("1e9999999"), number("NaN"), number("free"), number(True)
    (Decimal('19.90'), Decimal('19.99'), None, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and -EXACT <= found <= EXACT else None  # compared only: arithmetic on it could overflow


def whole(value: object, scale: int = 1) -> int | None:
    """Return the number times `scale`, rounded to an integer, or None if it is negative. It is a count, or a length of time.

    >>> whole(2), whole("3"), whole(1.2345, 1000), whole(-1)
    (2, 3, 1234, None)
    """
    if type(value) is int:
        return value * scale if 0 <= value * scale <= EXACT else None
    found = number(value)
    return round(found * scale) if found is not None and 0 <= found * scale <= EXACT else None


def currency(value: object) -> str | None:
    """Return an ISO 4217 code in capitals, or None.

    >>> currency("usd"), currency("$")
    ('USD', None)
    """
    if type(value) is str and value in _COMMON:
        return value
    return value.upper() if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() else None


def truth(value: object) -> bool | None:
    """Return true or false, also from text and from 1 and 0, or None.

    >>> truth(True), truth("false"), truth(1), truth("perhaps")
    (True, False, True, None)
    """
    return _TRUTHS.get(str(value).strip().lower()) if isinstance(value, bool | int | str) else None


def why_not(name: str, value: object) -> Unread:
    """Return why a value that is there cannot be read. The value itself is not repeated.

    >>> why_not("order_id", 98765432109876543210.0).why
    'a number too long to be kept exactly; send it as text'
    """
    if isinstance(value, float) and not -EXACT <= value <= EXACT:
        return Unread("out_of_range", name, "a number too long to be kept exactly; send it as text")
    if isinstance(value, float):
        return Unread("wrong_type", name, "a number with a decimal point; send it as text")
    return Unread("wrong_type", name, _TYPES.get(type(value), "a value of another kind than is read here"))


def timestamp_ms(value: object) -> object:
    """Return the milliseconds since 1970 UTC of an ISO 8601 text; without a zone it is taken for UTC. Empty text is None: not sent.

    Date and time stand apart by `T` or a blank. Any other value is returned as it is, for the typed reader to judge.

    >>> timestamp_ms("2025-10-27T09:00:00.007Z"), timestamp_ms("2025-10-27 09:00:00"), timestamp_ms("2025-10-27T10:00:00+0100")
    (1761555600007, 1761555600000, 1761555600000)
    >>> timestamp_ms("2025-10-27 09:00:00.000+00:00"), timestamp_ms("2025-10-27 10:00:00+01"), timestamp_ms("2025-10-27 09:00:00Z")
    (1761555600000, 1761555600000, 1761555600000)
    >>> timestamp_ms("1761555600007")
    1761555600007
    >>> timestamp_ms("yesterday")
    'yesterday'
    """
    if not isinstance(value, str):
        return value
    try:
        if (usual := parse_rfc3339(value)) is not None:
            return usual
        if value.isascii() and value.isdigit() and len(value) <= 16:
            return int(value)
        found = _TIME.fullmatch(value)
        if found is None:
            return value if value.strip() else None
        zone = f"{found['hours']}:{found['minutes'] or '00'}" if found["hours"] else "Z"
        return from_rfc3339(f"{found['date']}T{found['time']}{zone}")
    except ValueError:
        return value


def path(url: object) -> str | None:
    """Return a page's path without host, query and fragment, or None. Query and fragment may name people.

    >>> path("https://shop.example/tents?q=ann"), path("/pay#card"), path("https://shop.example"), path("/go//there"), path(7)
    ('/tents', '/pay', '/', '/go//there', None)
    """
    return host_and_path(url)[1]


def host_and_path(url: object) -> tuple[str, str | None]:
    """Return the host that a URL names, in lower case, and its path as `path` does. The host is empty if the URL names none.

    >>> host_and_path("https://Shop.example/tents?q=ann"), host_and_path("/tents"), host_and_path("")
    (('shop.example', '/tents'), ('', '/tents'), ('', None))
    """
    if not isinstance(url, str) or not (bare := url.strip()):
        return "", None
    if bare[0] == "/" and bare[1:2] != "/" and "?" not in bare and "#" not in bare:  # a path alone, as SDKs send it beside the address
        return "", bare[:MAX_PAGE]
    host, path = _PLACE.match(bare).groups()  # type: ignore[union-attr]  # it matches every text
    return host.lower() if host else "", path[:MAX_PAGE] or "/"


def came_from(referrer: object, url: object) -> str:
    """Return the path of the page before, if it is on the host of this page; else empty text. Both are addresses.

    >>> page = "https://shop.example/tents"
    >>> came_from("https://shop.example/cart", page), came_from("https://else.example/", page), came_from("/", "/tents")
    ('/cart', '', '')
    """
    host = host_and_path(url)[0] if referrer else ""
    if not host:
        return ""
    before, path = host_and_path(referrer)
    return path or "" if before == host else ""
