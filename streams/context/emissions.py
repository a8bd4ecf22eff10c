"""What a decision puts out: outputs that are published, control records for other journeys, and reports of detectors that failed."""

from __future__ import annotations

from typing import TypedDict

import msgspec

from schemas.control import Addressed
from schemas.outputs import Output


class Head(TypedDict):
    """The fields that every output begins with."""

    id: str
    customer: str
    at: str
    caused_by: str
    rules: str


class DetectorFailed(msgspec.Struct, frozen=True):
    """A detector raised an exception. It says nothing about this event; metrics count the failure and alert on it. It is never
    published.
    """

    detector: str
    version: int
    error: str  # class and message of the exception


class Sent(msgspec.Struct, frozen=True):
    """A control record for another journey. It goes to the touchpoint log under that journey's key, in the transaction of its cause."""

    control: Addressed


Emission = Output | DetectorFailed | Sent
