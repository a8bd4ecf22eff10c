"""Reports detectors that raised an exception. Such a detector claims nothing for that event; the event itself is applied.

Each failure is counted and published, and logged at most once a minute per detector. It is published to the rejections topic under the
detector's name, without the event's bytes: these stay in the touchpoint log.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from time import monotonic

import msgspec

from agents.carrier.record import ConsumerRecord
from agents.carrier.rejections import VERSION
from agents.journey.outputs import Published
from schemas.outputs.rejections import Rejection
from streams.context import DetectorFailed

log = logging.getLogger(__name__)

REASON = "detector_failed"
EVERY = 60.0  # seconds between two lines about the same detector


class SilenceLog:
    """Counts the failures of detectors, and logs some. A detector that fails on every event must not fill the log.

    >>> silences = SilenceLog(now=lambda: 0.0)
    >>> silences.note(DetectorFailed("rage_click", 1, "ValueError: x")), silences.counts["rage_click"]
    (True, 1)
    >>> silences.note(DetectorFailed("rage_click", 1, "ValueError: x")), silences.counts["rage_click"]
    (False, 2)
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self.counts: Counter[str] = Counter()
        self._now = now
        self._logged_at: dict[str, float] = {}  # detector -> monotonic seconds

    def note(self, failed: DetectorFailed) -> bool:
        """Count a failure. Log it and return True, unless the same detector was logged less than a minute ago."""
        self.counts[failed.detector] += 1
        now = self._now()
        if now - self._logged_at.get(failed.detector, -EVERY) < EVERY:
            return False
        self._logged_at[failed.detector] = now
        log.error("detector %s v%d failed, %d times so far", failed.detector, failed.version, self.counts[failed.detector])
        return True


def silence_record(topic: str, record: ConsumerRecord, failed: DetectorFailed) -> Published:
    """Return the record that reports a detector's failure on this record. Reading the record again gives the same report."""
    place = f"{record.topic}-{record.partition}-{record.offset}"
    rejection = Rejection(
        id=f"{place}-{failed.detector}",
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        logged_at=record.timestamp,
        reason=REASON,
        error=failed.error[:1024],
        detector=f"{failed.detector} v{failed.version}",
        version=VERSION,
        value_length=len(record.value or b""),
    )
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", rejection.id.encode()),
        ("ce_source", b"sojourn"),
        ("ce_type", topic.encode()),
        ("content-type", b"application/json"),
    ]
    return Published(topic, record.key or b"", msgspec.json.encode(rejection), headers)
