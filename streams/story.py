"""A story: a journey in a few lines, one touchpoint a line. It is used in documents, tests and golden replays.

    0      web   page_viewed  /shop
    10s    web   cart_updated /cart  cart=k1 items=2
    2h     store purchase_made till-4 receipt=r1 value=1250

A line begins with the offset from the start (`0`, `1.5s`, `3m`, `2h`, `30d`), the channel (`-`: none), and the kind. Then comes the
place, if the word has no `=`, and then fields as `name=value`. `customer=`, `id=` and `source=` may be given like any field. `#`
begins a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from schemas.touchpoints import BY_KIND
from schemas.touchpoints.base import Touchpoint

START = 1_767_600_000_000  # 2026-01-05 08:00 UTC, a Monday
UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "": 1_000}
OFFSET = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|)")


def offset(text: str) -> int:
    """Return a duration in ms. Raises ValueError for a text that is none.

    >>> offset("1.5s"), offset("2d"), offset("0")
    (1500, 172800000, 0)
    """
    if not (match := OFFSET.fullmatch(text)):
        raise ValueError(f"{text!r} is no offset; write 0, 250ms, 1.5s, 3m, 2h or 30d")
    return round(float(match[1]) * UNITS[match[2]])


def story(text: str, customer: str = "c1", start: int = START) -> list[Touchpoint]:
    """Return the touchpoints of a story. Raises ValueError that names the line that is wrong.

    >>> [t.place for t in story("0 web page_viewed /shop page=/shop")]
    ['/shop']
    """
    return [_parse_touchpoint(number, words, customer, start) for number, words in _lines(text)]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if words := line.partition("#")[0].split():
            yield number, words


def _parse_touchpoint(number: int, words: list[str], customer: str, start: int) -> Touchpoint:
    if len(words) < 3 or words[2] not in BY_KIND:
        raise ValueError(f"story line {number}: {' '.join(words)!r} is not `offset channel kind ...` with a known kind")
    when, channel, kind, *rest = words
    place = rest.pop(0) if rest and "=" not in rest[0] else ""
    fields: dict[str, object] = {
        "id": f"e{number}",
        "customer": customer,
        "at": start + offset(when),
        "place": place,
        "channel": "" if channel == "-" else channel,
    }
    fields |= dict(word.split("=", 1) for word in rest)
    try:
        return msgspec.convert(fields, BY_KIND[kind], strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"story line {number}: {error}") from error
