"""Reads a file of events as they are sent (JSON lines, `.gz` too), as ingest reads them: any format, with a company's own names.

So a dry run can try `[[names]]` rows on a day's events before the blueprint that holds them is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from agents.tools.mapping.opening import TOO_LONG, LongLine
from agents.tools.mapping.reading import Told
from agents.tools.mapping.rows import LeftOut, Outcome, Refused, Row, Understood
from agents.tools.operating.feeding import lines
from schemas.conventions import Conventions
from schemas.inputs import read
from schemas.reading import Batch, Passed, Read, Rejected


def told_events(path: str, now: int, conventions: Conventions, unread: Counter[str]) -> Iterator[Told]:
    """Yield every event of the file (`-`: standard input) with its outcome, in the order of time. Of a batch, each that is read is one.

    Events that are not read come first. What cannot be read of an event that is read (an amount) is counted in `unread`, by its message.
    `now` is in ms UTC.
    """
    held: list[Told] = []
    for number, line in enumerate(lines(path), 1):
        if isinstance(line.event, LongLine):
            held.append((Row(number, b"", {}), Refused("too_large", TOO_LONG)))
            continue
        found = read(line.event, logged_at=now, conventions=conventions)
        held += ((Row(number, b"", {}), outcome) for outcome in _outcomes(found, unread))
    yield from sorted(held, key=lambda told: told[1].touchpoint.at if isinstance(told[1], Understood) else 0)


def _outcomes(found: Read | Batch | Passed | Rejected, unread: Counter[str]) -> Iterator[Outcome]:
    if isinstance(found, Batch):
        for each in found.reads:
            yield _understood(each, unread)
        yield from (LeftOut(f"{name} holds nothing for a journey") for name in found.passed)
    if isinstance(found, Read):
        yield _understood(found, unread)
    elif isinstance(found, Passed):
        yield LeftOut(f"{found.name} holds nothing for a journey")
    refused = found.refused if isinstance(found, Batch) else found
    if isinstance(refused, Rejected):
        yield Refused(refused.reason, refused.detail or refused.sentence)


def _understood(found: Read, unread: Counter[str]) -> Understood:
    unread.update(each.detail for each in found.unread)
    return Understood(found.touchpoint, found.clamped)
