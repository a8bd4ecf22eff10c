"""An output's record: the headers that a subscriber reads."""

from __future__ import annotations

import msgspec

from agents.journey.outputs import published
from schemas.inputs import FORMATS
from schemas.outputs.transitions import StageEntered


def test_our_headers_are_cloudevents_that_our_reader_recognises() -> None:
    """Mutant caught: a header's name misspelt."""
    entered = StageEntered(id="1", customer="c7", at="2025-10-27T09:00:00.000Z", stage="using", left="", direction="forward", dwell_s=0)
    record = published(entered, 7)
    cloudevents = next(format for format in FORMATS if format.name == "cloudevents")
    assert cloudevents.matches(record.headers, b"")
    assert dict(record.headers) == {
        "ce_specversion": b"1.0", "ce_id": b"1", "ce_source": b"sojourn", "ce_type": b"journey.stage_entered",
        "ce_time": b"2025-10-27T09:00:00.000Z", "content-type": b"application/json", "journey_logged_at": b"7",
    }  # fmt: skip
    assert msgspec.json.decode(record.value, type=StageEntered) == entered
