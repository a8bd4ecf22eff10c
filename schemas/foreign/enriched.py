"""Snowplow's enriched event, as enrichment writes it to a stream: 131 columns between tabs, no names. Source: canonical event model."""

from __future__ import annotations

WIDTH = 131  # columns

# The columns that we read, by their index from 0.
_COLUMNS = {
    1: "platform",
    3: "collector_tstamp",
    4: "dvce_created_tstamp",
    5: "event",
    6: "event_id",
    12: "user_id",
    15: "domain_userid",
    17: "network_userid",
    29: "page_url",
    31: "page_referrer",
    52: "contexts",
    54: "se_action",
    58: "unstruct_event",
    59: "tr_orderid",
    61: "tr_total",
    100: "os_timezone",
    108: "tr_currency",
    124: "derived_tstamp",
    126: "event_name",
    130: "true_tstamp",
}


def has_columns(value: bytes) -> bool:
    """Return whether these bytes are such columns. JSON begins with a bracket, so it never is.

    >>> has_columns(b"shop" + b"\\t" * 130), has_columns(b"{" + b"\\t" * 130 + b"}")
    (True, False)
    """
    return value[:1] not in (b"{", b"[") and value.count(b"\t") == WIDTH - 1


def columns_by_name(value: bytes) -> dict[str, object]:
    """Return the columns that are not empty, under their names.

    >>> columns_by_name(b"\\t".join([b"shop", b"web"] + [b""] * 129))
    {'platform': 'web'}
    """
    cells = value.decode().rstrip("\r\n").split("\t")
    return {name: cells[place] for place, name in _COLUMNS.items() if cells[place]}
