"""What systems write for an unknown customer, in one list for every format. Such an id would melt strangers into one journey.

A placeholder is recognised in any case, in quotes, with blanks at either end, and behind `anon:`.
"""

from __future__ import annotations

import functools
import re

from schemas.reading import Rejected

MAX_CUSTOMER = 256  # bytes of UTF-8
PREFIX = "anon:"

# Zeros, dashes and blanks of any length are blocked too. Source of the ids that name a field: PostHog, ids that capture refuses.
BLOCKED = frozenset(
    {
        *("null", "(null)", "<null>", "nil", "<nil>", "none", "(none)", "undefined", "nan", "na", "n/a", "-1", "true", "false"),
        *("unknown", "(unknown)", "anonymous", "guest", "visitor", "not set", "(not set)", "not_authenticated", "not authenticated"),
        *("id", "email", "customer", "customer_id", "customerid", "user_id", "userid", "distinct_id", "distinctid"),
        *("anonymous_id", "anonymousid", "device_id", "deviceid"),
        *("[object object]", "[object window]", "[object undefined]", "[object null]", "{}", "[]", '""', "''"),
        "$posthog_cookieless",  # PostHog's web SDK gives it to every visitor while its cookieless mode is on
    }
)
_ENDS = " \t\r\n\f\v\u00a0\"'`"
_NOTHING = " 0-"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def trimmed(id: str) -> str:
    """Return an id without blanks at its ends, also behind `anon:`.

    >>> trimmed(" c7 "), trimmed("anon: 5f2c"), trimmed("anon: anon:5f2c"), trimmed("c 7")
    ('c7', 'anon:5f2c', 'anon:5f2c', 'c 7')
    """
    bare = whole = id.strip()
    while bare.startswith(PREFIX):  # twice, where a reader put it before an id that had it already
        bare = bare[5:].strip()
    return bare if bare == whole else PREFIX + bare


def nameable(id: str) -> bool:
    """Return whether this can be a customer's id. Placeholders that systems write for an unknown customer cannot.

    >>> nameable("c7"), nameable("anon:5f2c"), nameable("anon: null "), nameable("")
    (True, True, False, False)
    """
    return judge(id) is None


def judge(id: str, field: str = "customer") -> Rejected | None:
    """Return why this is no customer's id, or None. `field` is the name of the field that holds it.

    >>> judge("'Undefined'", "other")
    Rejected(reason='blocked_customer', detail='other is a placeholder for nobody')
    >>> judge("c\\x007").detail
    'customer holds a control character, U+0000'
    """
    return None if _is_fine(id) else _fault(id, field)


def _is_fine(id: str) -> bool:
    """Return whether an id names somebody. Only short ids are kept: long ones, sent on purpose, would fill the memory."""
    return _is_known_fine(id) if len(id) <= MAX_CUSTOMER else _fault(id, "customer") is None


@functools.lru_cache(maxsize=32_768)
def _is_known_fine(id: str) -> bool:
    """Return whether an id names somebody. Customers come again and again, so each is looked at once."""
    return _fault(id, "customer") is None


@functools.lru_cache(maxsize=32_768)
def is_settled(id: str) -> bool:
    """Return whether an id names somebody and goes on as it is written, without blanks to trim. It is kept: ask of short ids only.

    >>> is_settled("c7"), is_settled("c7 "), is_settled("null")
    (True, False, False)
    """
    return trimmed(id) == id and _fault(id, "customer") is None


def _fault(id: str, field: str) -> Rejected | None:
    bare = id.strip(_ENDS).lower()
    while bare.startswith(PREFIX):
        bare = bare[5:].strip(_ENDS)
    if bare in BLOCKED or not bare.strip(_NOTHING):
        return Rejected("blocked_customer", f"{field} is empty" if not bare else f"{field} is a placeholder for nobody")
    if not id.isprintable() and (fault := unprintable(trimmed(id), field)) is not None:
        return fault
    if len(id) > MAX_CUSTOMER // 4 and len(id.encode()) > MAX_CUSTOMER:
        return Rejected("too_long_text", f"{field} is longer than {MAX_CUSTOMER} bytes")
    return None


def unprintable(id: str, field: str) -> Rejected | None:
    """Return the rejection of a customer's id that holds a character which nobody can see, or None. A blank may be of any sort."""
    if (fault := control_character(id, field)) is not None:
        return fault
    hidden = next((mark for mark in id if not mark.isprintable() and not mark.isspace()), "")
    return Rejected("control_character", f"{field} holds an invisible character, U+{ord(hidden):04X}") if hidden else None


def control_character(text: str, field: str) -> Rejected | None:
    """Return the rejection of a text that holds a control character, or None.

    >>> control_character("p\\x001", "product")
    Rejected(reason='control_character', detail='product holds a control character, U+0000')
    """
    found = None if text.isprintable() else _CONTROL.search(text)
    return Rejected("control_character", f"{field} holds a control character, U+{ord(found[0]):04X}") if found else None


def first_nameable(*ids: object) -> object:
    """Return the first of these ids that can name a customer; else the first that is there, so that its refusal can tell; else None.

    >>> first_nameable("undefined", "anon:5f2c"), first_nameable("null", ""), first_nameable(None, "")
    ('anon:5f2c', 'null', None)
    """
    first = None
    for id in ids:
        if id is None or id == "":
            continue
        if isinstance(id, str) and _is_fine(id):
            return id
        first = id if first is None else first
    return first
