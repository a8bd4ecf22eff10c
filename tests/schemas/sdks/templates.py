"""What the templates of all SDKs share: their form, and neutral values that depend on the event's number alone."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Event = dict[str, Any]

START = 1_761_555_660_000  # ms: 27 October 2025, 09:01 UTC
STEP = 7_000  # ms between two events
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
SHOP = "https://shop.example"


class Template(NamedTuple):
    """One form of an event of an SDK."""

    source: str  # project, and file in it, in which this form is seen
    make: Callable[[int], Event]  # the event's number -> the event


class Sdk(NamedTuple):
    """One SDK: its templates, and how its events travel together."""

    name: str
    templates: tuple[Template, ...]
    pack: Callable[[Sequence[Event]], Sequence[bytes]]  # several events -> the records in which they travel
    faults: tuple[tuple[str, Template], ...] = ()  # reason and template: events whose sender is at fault, sent beside the others


def identity(name: str, number: int) -> str:
    """Return an id in the form of a UUID that is always the same for this name and number."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}-{number}.shop.example"))


def device(number: int) -> str:
    """Return the id that an SDK gave to the device of this event."""
    return identity("device", number % 40)


def customer(number: int) -> str:
    """Return the id of the customer of this event."""
    return f"c{number % 40}"


def at_ms(number: int) -> int:
    """Return the time of this event, ms since 1970 UTC."""
    return START + number * STEP


def at_text(number: int, form: str = "milliseconds", zone: str = "Z") -> str:
    """Return the time of this event as text, down to the seconds, milliseconds or microseconds."""
    moment = datetime.datetime.fromtimestamp(at_ms(number) / 1000, datetime.UTC)
    return moment.isoformat(timespec=form).replace("+00:00", zone)


def as_json(event: object) -> bytes:
    """Return the event's bytes."""
    return json.dumps(event, separators=(",", ":")).encode()


def told(sdk: Sdk, count: int = 200) -> list[Event]:
    """Return so many events of this SDK, each template in turn."""
    return [sdk.templates[number % len(sdk.templates)].make(number) for number in range(count)]


def records(sdk: Sdk, count: int = 200) -> list[bytes]:
    """Return the records in which so many events travel. The first half travels alone, the second in batches of ten."""
    events = told(sdk, count)
    half = count // 2
    alone = [record for event in events[:half] for record in sdk.pack([event])]
    return alone + [record for first in range(half, count, 10) for record in sdk.pack(events[first : first + 10])]
